"""The answer of a look-up, on screen and on the sheet: the sentence, the sizes, the records behind it, and what it does not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from dash import dcc, html

from dashboard.components.area import table
from dashboard.components.notices import error_notice
from dashboard.components.page import Page
from dashboard.i18n import LANGUAGES, format_area, format_date, format_value, keys
from geodata.registry.lookup import Caveat, Extent, LookUp, NearAccident, UnoutlinedHazard
from geodata.schema.codes import ACCIDENT_KIND, ACTIVITY_KIND, EO_CATEGORY, HAZARD_TYPE, RELEASE_KIND, STATUS, CodeList

_NONE = "–"
MAX_ROWS = 100
"""Rows of a table that are shown; a large place may touch thousands of records."""


def answer_parts(page: Page, found: LookUp, *, counts_people: bool) -> list[Any]:
    """The answer with everything behind it.

    Parameters
    ----------
    page : Page
    found : LookUp
    counts_people : bool
        Whether small counts of casualties are shown; not in what leaves the authority.
    """
    return [
        headline(page, found),
        sizes(page, found),
        html.Section([html.H3(page.t("lookup.caveats")), caveats(page, found)], className="lookup-section"),
        *_section(page, "lookup.areas", _areas(page, found)),
        *_section(page, "lookup.releases", _releases(page, found)),
        *_section(page, "lookup.points", _unoutlined(page, found.points)),
        *_section(page, "lookup.unlocated", _unoutlined(page, found.unlocated)),
        *_section(page, "lookup.accidents", _accidents(page, found.accidents, counts_people)),
        *_section(page, "lookup.surveys", _surveys(page, found)),
    ]


def headline(page: Page, found: LookUp) -> html.Div:
    """The answer in a sentence, and the state it is true of."""
    day = format_date(found.as_of, page.language) if found.as_of else ""
    line = page.t("lookup.as_of_line", date=day) if day else page.t("lookup.now_line")
    return html.Div(
        [html.P(page.t(f"lookup.answer.{found.answer}"), className="lookup-sentence"), html.P(line, className="quiet")],
        className=f"lookup-answer lookup-{found.answer}",
    )


def sizes(page: Page, found: LookUp) -> html.Dl:
    """How much of the place was ever suspected, what remains, how it was released; each kind by itself, never added up."""
    if found.size == Extent():
        pairs = [(page.t("lookup.place"), page.t("lookup.a_point"))]
    else:
        pairs = [(page.t("lookup.place"), extent(page, found.size)), (page.t("lookup.ever"), extent(page, found.ever))]
        pairs += _by_code(page, "lookup.remains", found.remains, STATUS)
        pairs += _by_code(page, "lookup.released", found.released, RELEASE_KIND)
        pairs += [(page.t("lookup.unaccounted"), extent(page, found.unaccounted))] if not _is_nothing(found.unaccounted) else []
    return html.Dl([html.Div([html.Dt(name), html.Dd(text)]) for name, text in pairs], className="facts")


def caveats(page: Page, found: LookUp) -> html.Ul:
    """What the answer does not say."""
    return html.Ul([html.Li(_caveat(page, each)) for each in found.caveats], className="caveats")


def extent(page: Page, size: Extent) -> str:
    """A size in the unit that reads best; "not known" where it is not."""
    if size.m2 is not None:
        return format_area(size.m2, page.language)
    return page.t("value.unknown") if size.m is None else format_value(size.m, "m", page.language)


def failed(page: Page, error: Exception) -> list[Any]:
    """Why there is no answer."""
    return [error_notice(page, error)]


def nothing_asked(page: Page) -> list[Any]:
    """What belongs here, before a place is drawn."""
    return [
        html.H2(page.t("lookup.ask_title")),
        html.P(page.t("lookup.ask")),
        html.Ol([html.Li(page.t(f"lookup.step_{step}")) for step in ("draw", "read", "print")]),
    ]


def _by_code(page: Page, key: str, extents: Mapping[str, Extent], codes: CodeList) -> list[tuple[str, str]]:
    """One line a code that takes up anything; one line that says so where none does."""
    known = [(code, size) for code, size in extents.items() if not _is_nothing(size)]
    if not known:
        return [(page.t(f"{key}_any"), page.t("lookup.nothing_recorded"))]
    words = [(codes.label(code, page.language) if code else page.t("value.unknown"), size) for code, size in known]
    return [(page.t(key, what=word), extent(page, size)) for word, size in words]


def _is_nothing(size: Extent) -> bool:
    return (size.m2 is not None and size.m2 < 0.5) or (size.m is not None and size.m < 0.05)


def _section(page: Page, key: str, content: html.Div | None) -> list[Any]:
    return [] if content is None else [html.Section([html.H3(page.t(key)), content], className="lookup-section")]


def _areas(page: Page, found: LookUp) -> html.Div | None:
    rows: list[list[Any]] = [
        [
            _area_link(page, each.area_id),
            html.Bdi(each.name or _NONE),
            _type(page, each.hazard_type),
            STATUS.label(each.status, page.language),
            ", ".join(EO_CATEGORY.label(code, page.language) for code in each.eo_categories) or page.t("value.unknown"),
            _day(page, each.touched_since),
            _day(page, each.last_survey_date),
            extent(page, each.ever),
            extent(page, each.now),
        ]
        for each in found.areas
    ]
    heads = ("area_id", "name", "type", "status", "ordnance", "touched_since", "last_survey", "inside_ever", "inside_now")
    return _listed(page, heads, rows, (7, 8))


def _releases(page: Page, found: LookUp) -> html.Div | None:
    rows: list[list[Any]] = [
        [
            html.Bdi(each.product_id),
            html.Bdi(each.area_id or _NONE),
            RELEASE_KIND.label(each.kind, page.language) if each.kind else page.t("value.unknown"),
            _day(page, each.date),
            _day(page, each.handover_date),
            page.t("lookup.depth_cm", n=each.depth_cm) if each.depth_cm is not None else page.t("value.unknown"),
            f"{extent(page, each.inside)} ({page.t(f'lookup.basis.{each.basis}')})",
            html.Bdi(each.organisation or page.t("value.unknown")),
            _how(page, each.activity_kind, each.method),
        ]
        for each in found.releases
    ]
    heads = ("product", "area_id", "released_as", "date", "handover", "depth", "inside", "organisation", "how")
    return _listed(page, heads, rows, (5, 6))


def _how(page: Page, kind: str, method: str) -> html.Bdi:
    words = [ACTIVITY_KIND.label(kind, page.language) if kind else "", method]
    return html.Bdi(", ".join(word for word in words if word) or page.t("value.unknown"))


def _unoutlined(page: Page, hazards: Sequence[UnoutlinedHazard]) -> html.Div | None:
    rows: list[list[Any]] = [
        [
            _area_link(page, each.area_id),
            html.Bdi(each.name or _NONE),
            _type(page, each.hazard_type),
            STATUS.label(each.status, page.language),
            format_area(each.area_stated_m2, page.language) if each.area_stated_m2 is not None else page.t("value.unknown"),
            format_value(each.distance_m, "m", page.language) if each.distance_m is not None else _NONE,
            html.Bdi(" › ".join(name for name in each.place if name) or _NONE),
        ]
        for each in hazards
    ]
    heads = ("area_id", "name", "type", "status", "stated_size", "distance", "place")
    return _listed(page, heads, rows, (4, 5))


def _accidents(page: Page, accidents: Sequence[NearAccident], counts_people: bool) -> html.Div | None:
    if not accidents:
        return None
    least = page.config.privacy.min_count
    totals = [(key, _total(accidents, key)) for key in ("killed", "injured")]
    words = [page.t(f"lookup.{key}", n=_people(page, n, least, counts_people)) for key, n in totals]
    rows: list[list[Any]] = [
        [
            each.date.strftime("%Y-%m") if each.date else page.t("value.unknown"),
            ACCIDENT_KIND.label(each.kind, page.language) if each.kind else page.t("value.unknown"),
            EO_CATEGORY.label(each.eo_category, page.language) if each.eo_category else page.t("value.unknown"),
            format_value(each.distance_m, "m", page.language) if each.distance_m > 0 else page.t("lookup.inside"),
        ]
        for each in accidents
    ]
    heads = ("month", "kind", "ordnance", "distance")
    return html.Div([html.P(" · ".join(words)), _listed(page, heads, rows, (3,))])


def _total(accidents: Sequence[NearAccident], key: str) -> int | None:
    known = [n for each in accidents if (n := getattr(each, f"n_{key}")) is not None]
    return sum(known) if known else None


def _people(page: Page, n: int | None, least: int, counts_people: bool) -> str:
    """A count of people; small ones are held back in what leaves the authority."""
    if n is None:
        return page.t("value.unknown")
    return page.number(n) if counts_people or n == 0 or n >= least else page.t("lookup.fewer_than", n=least)


def _surveys(page: Page, found: LookUp) -> html.Div | None:
    rows: list[list[Any]] = [
        [
            _day(page, each.date),
            page.t("lookup.visit") if each.kind == "visit" else ACTIVITY_KIND.label(each.kind, page.language),
            html.Bdi(each.area_id or _NONE),
            html.Bdi(each.result or page.t("value.unknown")),
            html.Bdi(each.organisation or page.t("value.unknown")),
        ]
        for each in found.surveys
    ]
    return _listed(page, ("date", "kind", "area_id", "result", "organisation"), rows, ())


def _caveat(page: Page, caveat: Caveat) -> Any:
    """In English with the ids it is about; in other languages as the catalogue says it."""
    key = f"lookup.caveat.{caveat.code}"
    if page.language != "en" and key in keys(page.language if page.language in LANGUAGES else "en"):
        return page.t(key)
    return html.Span(caveat.text, lang="en", dir="ltr")


def _type(page: Page, code: str) -> Any:
    """A hazard type as its sign, in full for whoever asks."""
    words = HAZARD_TYPE.label(code, page.language)
    return html.Abbr(code, title=words) if code in ("SHA", "CHA") else words


def _listed(page: Page, heads: Sequence[str], rows: Sequence[Sequence[Any]], numbers: Sequence[int]) -> html.Div | None:
    """A table of the first rows, which says how many there are; None for none."""
    if not rows:
        return None
    shown = table(page, heads, rows[:MAX_ROWS], numbers=numbers)
    more = [html.P(page.t("print.first", n=MAX_ROWS, total=len(rows)), className="quiet")] if len(rows) > MAX_ROWS else []
    return html.Div([*more, shown])


def _area_link(page: Page, area_id: str) -> dcc.Link:
    return dcc.Link(html.Bdi(area_id), href=page.link(f"/areas/{quote(area_id, safe='')}"))


def _day(page: Page, day: Any) -> str:
    return format_date(day, page.language) if day is not None else page.t("value.unknown")


def sheet_link(page: Page, shape: str, as_of: str | None) -> dcc.Link:
    """The way to the sheet that is printed."""
    query = urlencode({"shape": shape, **({"as_of": as_of} if as_of else {})})
    kept = page.link("/lookup/sheet")
    return dcc.Link(page.t("lookup.sheet_link"), href=f"{kept}{'&' if '?' in kept else '?'}{query}", className="button-link")
