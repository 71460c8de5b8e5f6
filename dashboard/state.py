"""What a person is looking at, as a value that fits in the URL.

A link restores the view, so every choice that matters stands in the query string and nowhere on the server. A
``ViewState`` is always canonical: it is cleaned when it is made, therefore ``parse_state(format_state(s)) == s`` for every
state, and every string parses (what cannot be understood is left out).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from urllib.parse import parse_qsl, quote

from geodata.schema.presets import PRESETS

MAX_TEXT = 120
MAX_LISTED = 60
MAX_FIELDS = 400
MAX_POINTS = 100.0
MAX_PAGE = 1_000_000
MAX_ZOOM = 22.0
N_ADMIN_LEVELS = 4
_N_KEPT = 256
"""Views that a worker keeps parsed and written: one change of a weight asks for the same few again and again."""

_NAME = re.compile(r"[A-Za-z0-9_.\-]{1,80}")
_SORT = re.compile(r"-?[a-z0-9_]{1,80}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_RANGE = re.compile(r"([0-9]{1,3})-([0-9]{1,3})")
_PER_CENT = 100
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

# query name -> field, for the fields that hold one text, and for those that hold several
_ONE = {
    "preset": "preset",
    "scenario": "scenario",
    "profile": "profile",
    "tasked": "tasked",
    "q": "text",
    "moved": "moved",
    "likely": "likely",
    "area": "area",
    "colour": "measure",
    "sort": "sort",
    "page": "page",
    "lang": "language",
    "theme": "theme",
}
_MANY = {
    "lock": "locked",
    "place": "place",
    "type": "hazard_types",
    "status": "statuses",
    "class": "classes",
    "next": "actions",
    "hide": "hidden_layers",
}
_WEIGHT = "w."
_MAP = "at"


@dataclass(frozen=True)
class ViewState:
    """One view of the priorities: which list, which part of it, and where the map stands.

    Empty text and empty tuples mean "as the programme says" or "no limit".

    Attributes
    ----------
    preset : str
        A score known from elsewhere that ranks in place of the programme's own criteria; empty for these.
    scenario, profile : str
        Ids in config.yaml; empty for the first scenario and for the scenario's own profile.
    weights : tuple of (criterion, points)
        Only the criteria whose points (0..100) differ from the profile's, sorted by criterion.
    locked : tuple of str
        Criteria whose share stays while others change.
    place : tuple of str
        Administrative path, the widest place first, at most four levels.
    hazard_types, statuses, classes : tuple of str
        Codes to keep; empty keeps all.
    tasked : {"", "yes", "no"}
    text : str
        Words to find in an area's id, name or place.
    moved : {"", "in", "out"}
        Only areas that entered or left the top of the list against the scenario's own profile.
    likely : str
        Only areas whose likelihood of explosive ordnance lies between two whole per cents, "20-80"; empty for no limit.
    actions : tuple of str
        Next actions to keep; empty keeps all.
    area : str
        Id of the selected area.
    measure : str
        What the map's colours show; empty for the rank.
    hidden_layers : tuple of str
    latitude, longitude, zoom : float or None
        Map position in degrees; all three or none.
    sort : str
        Column of the table, with a leading minus for descending; empty for the rank.
    page : int
        First page is 0.
    language : str
    theme : {"", "light", "dark"}
    """

    preset: str = ""
    scenario: str = ""
    profile: str = ""
    weights: tuple[tuple[str, float], ...] = ()
    locked: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    hazard_types: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    tasked: str = ""
    text: str = ""
    moved: str = ""
    likely: str = ""
    actions: tuple[str, ...] = ()
    area: str = ""
    measure: str = ""
    hidden_layers: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    zoom: float | None = None
    sort: str = ""
    page: int = 0
    language: str = ""
    theme: str = ""

    def __post_init__(self) -> None:
        for name, clean in _CLEAN.items():
            object.__setattr__(self, name, clean(getattr(self, name)))
        position = _clean_position(self.latitude, self.longitude, self.zoom)
        for name, value in zip(("latitude", "longitude", "zoom"), position, strict=True):
            object.__setattr__(self, name, value)

    @property
    def points(self) -> dict[str, float]:
        """The changed weights as a mapping criterion -> points."""
        return dict(self.weights)

    @property
    def is_filtered(self) -> bool:
        """Whether any filter hides part of the list."""
        return self.with_changes(page=0) != self.without_filters()

    @property
    def likely_range(self) -> tuple[float, float] | None:
        """Ends of the likelihood to keep, 0..1, both kept; None for no limit."""
        low, _, high = self.likely.partition("-")
        return (int(low) / 100, int(high) / 100) if high else None

    def with_changes(self, **changes: object) -> ViewState:
        """The same view with some fields replaced."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def without_filters(self) -> ViewState:
        """The same view of the whole list."""
        return replace(
            self, place=(), hazard_types=(), statuses=(), classes=(), tasked="", text="", moved="", likely="", actions=(), page=0
        )  # fmt: skip

    def of_list(self) -> ViewState:
        """Only what decides the ranking: preset, scenario, profile, weights."""
        return _of_list(self)

    def of_colours(self) -> ViewState:
        """Only what decides the colours of the map: the ranking, the filters and the measure."""
        return _of_colours(self)

    def of_filters(self) -> ViewState:
        """Only what decides which areas of a ranking are shown."""
        return _of_filters(self)


@lru_cache(_N_KEPT)
def _of_list(state: ViewState) -> ViewState:
    return ViewState(preset=state.preset, scenario=state.scenario, profile=state.profile, weights=state.weights)


@lru_cache(_N_KEPT)
def _of_colours(state: ViewState) -> ViewState:
    return replace(
        state, locked=(), area="", hidden_layers=(), latitude=None, longitude=None, zoom=None, sort="", page=0,
        language="", theme="",
    )  # fmt: skip


@lru_cache(_N_KEPT)
def _of_filters(state: ViewState) -> ViewState:
    return ViewState(
        place=state.place, hazard_types=state.hazard_types, statuses=state.statuses, classes=state.classes,
        tasked=state.tasked, text=state.text, moved=state.moved, likely=state.likely, actions=state.actions,
    )  # fmt: skip


@lru_cache(_N_KEPT)
def parse_state(query: str) -> ViewState:
    """Read a view from a URL query; any string gives a view, what is not understood is left out.

    Parameters
    ----------
    query : str
        With or without the leading question mark.

    Examples
    --------
    >>> parse_state("?profile=donor&w.people=40&type=SHA").points
    {'people': 40.0}
    """
    pairs = parse_qsl("&".join(str(query).lstrip("?").split("&")[:MAX_FIELDS]), errors="replace")
    single: dict[str, object] = {}
    several: dict[str, list[str]] = {}
    weights: dict[str, float] = {}
    for name, text in pairs:
        if name in _ONE:
            single.setdefault(_ONE[name], text)
        elif name in _MANY:
            several.setdefault(_MANY[name], []).append(text)
        elif name.startswith(_WEIGHT):
            points = _number(text)
            if points is not None:
                weights.setdefault(name.removeprefix(_WEIGHT), points)
        elif name == _MAP:
            single.update(_parse_position(text))
    return ViewState(**single, **{k: tuple(v) for k, v in several.items()}, weights=tuple(weights.items()))  # type: ignore[arg-type]


@lru_cache(_N_KEPT)
def format_state(state: ViewState) -> str:
    """Write a view as a URL query without question mark; the inverse of `parse_state`.

    Names are in a fixed order and defaults are left out, so equal views give equal text.
    """
    pairs = [(name, str(getattr(state, field))) for name, field in _ONE.items() if getattr(state, field)]
    pairs += [(name, text) for name, field in _MANY.items() for text in getattr(state, field)]
    pairs += [(_WEIGHT + criterion, f"{points:g}") for criterion, points in state.weights]
    if state.zoom is not None:
        pairs.append((_MAP, f"{state.latitude:.5f},{state.longitude:.5f},{state.zoom:g}"))
    return "&".join(f"{name}={quote(text, safe=',')}" for name, text in pairs)


def address(path: str, state: ViewState) -> str:
    """The address of a page with this view, for links."""
    query = format_state(state)
    return f"{path}?{query}" if query else path


def _parse_position(text: str) -> Mapping[str, float]:
    parts = [_number(part) for part in text.split(",")]
    if len(parts) != 3 or any(part is None for part in parts):
        return {}
    return {"latitude": parts[0], "longitude": parts[1], "zoom": parts[2]}  # type: ignore[dict-item]


def _number(text: object) -> float | None:
    try:
        number = float(text)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _clean_position(latitude: object, longitude: object, zoom: object) -> tuple[float | None, float | None, float | None]:
    numbers = [_number(value) for value in (latitude, longitude, zoom)]
    if any(number is None for number in numbers):
        return None, None, None
    lat, lon, level = (float(number) for number in numbers if number is not None)
    return (
        round(min(max(lat, -90.0), 90.0), 5) + 0.0,
        round(min(max(lon, -180.0), 180.0), 5) + 0.0,
        round(min(max(level, 0.0), MAX_ZOOM), 2) + 0.0,
    )


def _clean_text(text: object) -> str:
    """One line without control characters, at most MAX_TEXT long, no space at the ends."""
    return _CONTROL.sub("", str(text)).strip()[:MAX_TEXT].strip()


def _clean_path(texts: Iterable[object]) -> tuple[str, ...]:
    return tuple(text for text in map(_clean_text, texts) if text)[:N_ADMIN_LEVELS]


def _clean_set(texts: Iterable[object]) -> tuple[str, ...]:
    return tuple(sorted({text for text in map(_clean_text, texts) if text})[:MAX_LISTED])


def _clean_points(pairs: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    points = {
        name: round(min(max(number, 0.0), MAX_POINTS), 2) + 0.0
        for name, value in pairs
        if _NAME.fullmatch(name) and (number := _number(value)) is not None
    }
    return tuple(sorted(points.items())[:MAX_LISTED])


def _clean_range(text: object) -> str:
    """Two whole per cents from the lower to the higher, "" where they leave everything or are none."""
    found = _RANGE.fullmatch(str(text))
    if not found:
        return ""
    low, high = sorted(min(int(end), _PER_CENT) for end in found.groups())
    return "" if (low, high) == (0, _PER_CENT) else f"{low}-{high}"


def _clean_page(page: object) -> int:
    number = _number(page)
    return 0 if number is None else int(min(max(number, 0), MAX_PAGE))


def _matching(pattern: re.Pattern[str]) -> Callable[[object], str]:
    return lambda text: str(text) if pattern.fullmatch(str(text)) else ""


def _one_of(*allowed: str) -> Callable[[object], str]:
    return lambda text: str(text) if text in allowed else ""


_CLEAN: dict[str, Callable[..., object]] = {
    "preset": _one_of(*PRESETS),
    "scenario": _matching(_NAME),
    "profile": _matching(_NAME),
    "weights": _clean_points,
    "locked": lambda names: tuple(name for name in _clean_set(names) if _NAME.fullmatch(name)),
    "place": _clean_path,
    "hazard_types": _clean_set,
    "statuses": _clean_set,
    "classes": _clean_set,
    "tasked": _one_of("yes", "no"),
    "text": _clean_text,
    "moved": _one_of("in", "out"),
    "likely": _clean_range,
    "actions": _clean_set,
    "area": _clean_text,
    "measure": _matching(_NAME),
    "hidden_layers": _clean_set,
    "sort": _matching(_SORT),
    "page": _clean_page,
    "language": _matching(_LANGUAGE),
    "theme": _one_of("light", "dark"),
}
if set(_CLEAN) | {"latitude", "longitude", "zoom"} != {field.name for field in fields(ViewState)}:
    raise AssertionError("each field of ViewState needs a rule that cleans it")
