"""The legend that lies on the map: what is shown, in which unit, where the classes end and how many areas each holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard.components.attributes import attributes
from dashboard.components.filters import measure_label
from dashboard.components.frame import data_line
from dashboard.components.page import Page
from dashboard.i18n import format_share
from dashboard.services.measures import DISAGREEMENT, HIDDEN, PROFILES_TOP, RANK, RELEASED_CODE, UNKNOWN, MapClass, measure_of
from geodata.schema.codes import HAZARD_TYPE

_NAMED = (RANK, DISAGREEMENT, PROFILES_TOP)
"""Measures that have a unit and a note of their own; the others are values."""


def legend(page: Page, classes: Sequence[MapClass], counts: Mapping[int, int], *, has_types: bool = True, top: int = 0) -> list[Any]:
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
    """
    named = measure if (measure := measure_of(page.state)) in _NAMED else "value"
    unit = page.t(f"legend.unit_{named}", n=page.number(len(page.config.profiles)), top=page.number(top))
    rows = [
        _row(f"lr-class-{found.code - 1}", class_words(page, found), found.n_areas, page) for found in classes if found.high >= found.low
    ]
    signs = [(UNKNOWN, "lr-unknown", "legend.unknown"), (RELEASED_CODE, "lr-released", "legend.released")]
    rows += [_row(swatch, [page.t(key)], counts[code], page) for code, swatch, key in signs if counts.get(code)]
    n_shown = sum(n for code, n in counts.items() if code not in (HIDDEN, RELEASED_CODE))
    line = ", ".join(part for part in (f"{page.number(n_shown)} {page.units(n_shown)}", data_line(page)) if part)
    return [
        html.Summary([html.Strong(measure_label(page, measure)), html.Span(unit)]),
        html.Div(rows, className="legend-rows", role="list"),
        *([html.Div([_sign("lr-sha", "SHA", page), _sign("lr-cha", "CHA", page)], className="legend-signs")] if has_types else []),
        html.P([line, html.Br(), page.t(f"legend.method_{named}")], className="legend-note"),
    ]


def class_words(page: Page, found: MapClass) -> list[str]:
    """Ends of a class, and its share of the list for ranks."""
    measure = measure_of(page.state)
    digits = 0 if found.share == found.share or measure == PROFILES_TOP else 2
    is_share = measure == DISAGREEMENT
    low, high = (format_share(end, page.language) if is_share else page.number(end, digits) for end in (found.low, found.high))
    ends = low if low == high else f"{low}–{high}"
    return [ends, page.t("legend.top", share=format_share(found.share, page.language))] if found.share < 1 else [ends]


def class_labels(page: Page, classes: Sequence[MapClass]) -> dict[str, str]:
    """Colour byte as text -> words, for what the map says of the area under the pointer."""
    labels = {
        str(found.code): f"{measure_label(page, measure_of(page.state))}: {' · '.join(class_words(page, found))}" for found in classes
    }
    return labels | {str(UNKNOWN): page.t("legend.unknown"), str(RELEASED_CODE): page.t("legend.released")}


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
