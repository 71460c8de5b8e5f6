"""The legend that lies on the map: what is shown, in which unit, where the classes end and how many areas each holds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard.components.attributes import attributes
from dashboard.components.filters import measure_label
from dashboard.components.frame import data_line
from dashboard.components.page import Page
from dashboard.estimates.reasons import reason_words
from dashboard.i18n import format_share
from dashboard.services.estimated_measures import COST, ESTIMATED, LIKELIHOOD, NEXT_ACTION
from dashboard.services.measures import (
    DISAGREEMENT,
    HIDDEN,
    PROFILES_TOP,
    RANK,
    RELEASED_CODE,
    UNKNOWN,
    MapClass,
    measure_of,
    unknown_measure,
)
from dashboard.services.presets import PresetProgramme
from geodata.schema.codes import HAZARD_TYPE
from models.cost import ACTIONS

_NAMED = (RANK, DISAGREEMENT, PROFILES_TOP, *ESTIMATED)
"""Measures that have a unit and a note of their own; the others are values."""


def palette_of(measure: str) -> str:
    """Which colours the classes of a measure have: "ramp" for numbers, "actions" for next actions."""
    return "actions" if measure == NEXT_ACTION else "ramp"


def legend(
    page: Page,
    classes: Sequence[MapClass],
    counts: Mapping[int, int],
    *,
    has_types: bool = True,
    top: int = 0,
    missing: Mapping[str, Any] | None = None,
) -> list[Any]:
    """Title, unit, classes with their ends and counts, and the signs that are no class.

    Parameters
    ----------
    page : Page
    classes : sequence of MapClass, the highest first
    counts : mapping from colour byte to number of areas
    has_types : bool
        Whether areas are suspected or confirmed; units such as municipalities are neither.
    top : int
        Length of the top that the profiles' lists are compared in.
    missing : mapping, optional
        Why nothing is estimated of what the colours show.
    """
    named = measure if (measure := measure_of(page.programme, page.state)) in _NAMED else "value"
    own = "preset" if named == RANK and isinstance(page.programme, PresetProgramme) else named
    unit = page.t(f"legend.unit_{own}", n=page.number(len(page.config.profiles)), top=page.number(top))
    rows = [
        _row(f"lr-class-{found.code - 1}", class_words(page, found), found.n_areas, page) for found in classes if found.high >= found.low
    ]
    signs = [(UNKNOWN, "lr-unknown", _unknown_key(measure)), (RELEASED_CODE, "lr-released", "legend.released")]
    rows += [_row(swatch, [page.t(key)], counts[code], page) for code, swatch, key in signs if counts.get(code)]
    n_shown = sum(n for code, n in counts.items() if code not in (HIDDEN, RELEASED_CODE))
    line = ", ".join(part for part in (f"{page.number(n_shown)} {page.units(n_shown)}", data_line(page)) if part)
    return [
        html.Summary([html.Strong(measure_label(page, measure)), html.Span(unit)]),
        html.Div(rows, className="legend-rows", role="list"),
        *([html.Div([_sign("lr-sha", "SHA", page), _sign("lr-cha", "CHA", page)], className="legend-signs")] if has_types else []),
        *_told(page, missing),
        html.P([line, html.Br(), page.t(f"legend.method_{named}")], className="legend-note"),
    ]


def class_words(page: Page, found: MapClass) -> list[str]:
    """Ends of a class, and its share of the list for ranks."""
    measure = measure_of(page.programme, page.state)
    if measure == NEXT_ACTION:
        return [page.t(f"estimate.action_{ACTIONS[int(found.low)]}")]
    if measure == COST and math.isinf(found.high):
        return [page.t("legend.over", low=found.low)]
    digits = 0 if found.share == found.share or measure in (PROFILES_TOP, COST) else 2
    is_share = measure in (DISAGREEMENT, LIKELIHOOD)
    low, high = (format_share(end, page.language) if is_share else page.number(end, digits) for end in (found.low, found.high))
    ends = low if low == high else f"{low}–{high}"
    return [ends, page.t("legend.top", share=format_share(found.share, page.language))] if found.share < 1 else [ends]


def class_labels(page: Page, classes: Sequence[MapClass]) -> dict[str, str]:
    """Colour byte as text -> words, for what the map says of the area under the pointer."""
    measure = measure_of(page.programme, page.state)
    labels = {str(found.code): f"{measure_label(page, measure)}: {' · '.join(class_words(page, found))}" for found in classes}
    return labels | {str(UNKNOWN): page.t(_unknown_key(measure)), str(RELEASED_CODE): page.t("legend.released")}


def _unknown_key(measure: str) -> str:
    return "legend.not_estimated" if measure in ESTIMATED else "legend.unknown"


def _told(page: Page, missing: Mapping[str, Any] | None) -> list[html.P]:
    """What a person must know before reading the colours: that they show something else than was asked for, or nothing."""
    other = unknown_measure(page.programme, page.state)
    told = [page.t("legend.no_such_measure", asked=other)] if other else []
    told += [page.t("estimate.not_yet_why", why=reason_words(missing, page.language))] if missing is not None else []
    return [html.P(words, className="legend-told", role="status") for words in told]


def _row(swatch: str, words: Sequence[str], n: int, page: Page) -> html.Div:
    return html.Div(
        [
            html.Span(className=f"lr-swatch {swatch}", **attributes(aria_hidden="true")),
            html.Span(words[0], className="legend-ends"),
            html.Span(words[1] if len(words) > 1 else "", className="legend-share"),
            html.Span(page.number(n), className="legend-count"),
        ],
        className="legend-row",
        role="listitem",
    )


def _sign(swatch: str, code: str, page: Page) -> html.Span:
    words = HAZARD_TYPE.label(code, page.language)
    return html.Span([html.Span(className=f"lr-swatch {swatch}", **attributes(aria_hidden="true")), html.Abbr(code, title=words)])
