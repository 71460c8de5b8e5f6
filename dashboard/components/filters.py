"""The panels that say which part of the list is shown, and what the map draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.components.ids import Priorities
from dashboard.components.map import RELEASED_LAYER
from dashboard.components.page import Page
from dashboard.i18n import format_date
from dashboard.services.measures import criterion_of_measure, known_measures
from dashboard.services.views import NO_CLASS
from dashboard.state import N_ADMIN_LEVELS
from geodata.schema.codes import HAZARD_TYPE, STATUS
from geodata.snapshot import ContextInfo


def filters_panel(page: Page, choices: Sequence[Sequence[str]], *, types: Sequence[str], statuses: Sequence[str]) -> html.Div:
    """Filters by place, type, status, class and task.

    Parameters
    ----------
    page : Page
    choices : one sequence of names for each administrative level that the data name
    types, statuses : sequences of codes that occur
    """
    state = page.state
    levels = [_level(page, level, choices[level - 1] if level <= len(choices) else None) for level in range(1, N_ADMIN_LEVELS + 1)]
    classes = [(section.id, page.say(section.label)) for section in _classes_of(page)]
    parts: list[Any] = [
        html.Fieldset([html.Legend(page.t("filter.place")), *levels], hidden=not choices),
        _chips(
            page, "filter.type", Priorities.TYPES, [(code, HAZARD_TYPE.label(code, page.language)) for code in types], state.hazard_types
        ),
        _chips(
            page, "filter.status", Priorities.STATUSES, [(code, STATUS.label(code, page.language)) for code in statuses], state.statuses
        ),
        _chips(
            page, "filter.class", Priorities.CLASSES, [*classes, (NO_CLASS, page.t("filter.no_class"))] if classes else [], state.classes
        ),
        _tasked(page),
        dmc.Button(page.t("filter.clear"), id=Priorities.CLEAR, size="sm", variant="default", fullWidth=True),
    ]
    return html.Div([part for part in parts if part is not None], className="filters")


def layers_panel(page: Page, layers: Sequence[ContextInfo], *, has_released: bool = False) -> html.Div:
    """What the colours show, and which layers lie beneath; released areas can be hidden like a layer."""
    measures = [{"value": measure, "label": measure_label(page, measure)} for measure in known_measures(page.programme)]
    boxes = [dmc.Checkbox(label=page.t("layers.released"), value=RELEASED_LAYER, size="sm")] if has_released else []
    boxes += [_layer(page, layer) for layer in layers]
    shown = [*([RELEASED_LAYER] if has_released else []), *(layer.id for layer in layers)]
    return html.Div(
        [
            dmc.Select(
                id=Priorities.MEASURE,
                label=page.t("layers.measure"),
                data=measures,
                value=page.state.measure or "rank",
                allowDeselect=False,
                size="sm",
                comboboxProps={"withinPortal": True},
            ),
            html.H2(page.t("layers.background"), id="priorities-layers-label", className="panel-title"),
            dmc.CheckboxGroup(
                html.Div(boxes, className="layer-list"),
                id=Priorities.PANES,
                value=[layer_id for layer_id in shown if layer_id not in page.state.hidden_layers],
            )
            if boxes
            else html.P(page.t("layers.none")),
        ],
        className="layers",
    )


def filter_words(page: Page) -> list[str]:
    """The filters of a view in words, one text a filter; empty where nothing is hidden."""
    state = page.state
    classes = {section.id: page.say(section.label) for section in page.config.classes} | {NO_CLASS: page.t("filter.no_class")}
    words = [" › ".join(state.place)] if state.place else []
    words += [HAZARD_TYPE.label(code, page.language) for code in state.hazard_types]
    words += [STATUS.label(code, page.language) for code in state.statuses]
    words += [classes.get(class_id, class_id) for class_id in state.classes]
    words += [page.t(f"filter.tasked_{state.tasked}")] if state.tasked else []
    words += [page.t("filter.text", text=state.text)] if state.text else []
    words += [page.t(f"filter.moved_{state.moved}")] if state.moved else []
    return words


def measure_label(page: Page, measure: str) -> str:
    """What the map's colours show, in words; the rank's where there is no such measure."""
    criterion = criterion_of_measure(measure)
    if criterion in {section.id for section in page.config.criteria}:
        return page.criterion_label(str(criterion))
    named = measure if measure in known_measures(page.programme) else "rank"
    return page.t(f"measure.{named}")


def _classes_of(page: Page) -> list[Any]:
    scenario_id = page.state.scenario
    scenarios = [section for section in page.config.scenarios if not scenario_id or section.id == scenario_id]
    wanted = scenarios[0].classes if scenarios else ()
    return [section for section in page.config.classes if section.id in wanted]


def _level(page: Page, level: int, names: Sequence[str] | None) -> dmc.Select:
    """Selector of one administrative level; hidden where the data do not name that level."""
    place = page.state.place
    return dmc.Select(
        id=Priorities.level(level),
        label=page.t(f"filter.admin{level}"),
        data=list(names or []),
        value=place[level - 1] if len(place) >= level else None,
        clearable=True,
        searchable=True,
        limit=200,
        size="sm",
        placeholder=page.t("filter.all"),
        disabled=not names,
        display="none" if names is None else None,
        nothingFoundMessage=page.t("filter.nothing_found"),
        clearButtonProps={"aria-label": page.t("filter.clear_one")},
    )


def _chips(page: Page, key: str, component_id: str, options: Sequence[tuple[str, str]], chosen: Sequence[str]) -> html.Fieldset:
    chips = [dmc.Chip(label, value=code, size="sm", radius="sm", variant="outline") for code, label in options]
    group = dmc.ChipGroup(chips, id=component_id, value=list(chosen), multiple=True)
    return html.Fieldset([html.Legend(page.t(key)), html.Div(group, className="chips")], hidden=not options)


def _tasked(page: Page) -> html.Fieldset:
    options = [{"value": value or "all", "label": page.t(f"filter.tasked_{value or 'all'}")} for value in ("", "yes", "no")]
    control = dmc.SegmentedControl(id=Priorities.TASKED, data=options, value=page.state.tasked or "all", size="sm", fullWidth=True)
    return html.Fieldset([html.Legend(page.t("filter.tasked")), control])


def _layer(page: Page, layer: ContextInfo) -> dmc.Checkbox:
    facts = [layer.source, layer.licence, format_date(layer.date, page.language) if layer.date else ""]
    return dmc.Checkbox(
        label=page.say(layer.label) or layer.id, description=" · ".join(fact for fact in facts if fact), value=layer.id, size="sm"
    )
