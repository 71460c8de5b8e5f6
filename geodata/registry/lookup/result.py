"""What a look-up answers: parts that a page, a sheet or a program can print, each with its unit and what is not known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

Answer = Literal["suspected_now", "suspected_before", "only_points_or_unlocated", "no_record"]
Basis = Literal["measured", "reported", "unknown"]


@dataclass(frozen=True)
class Extent:
    """How much of a place something takes up; one of the two is known at most, both are None where it cannot be known.

    Attributes
    ----------
    m2 : float or None
        Area in m2, for a place that is an area.
    m : float or None
        Length in metres, for a place that is a line.
    """

    m2: float | None = None
    m: float | None = None


@dataclass(frozen=True)
class TouchedArea:
    """A hazard area whose outline touches the place, now or in any past state.

    Attributes
    ----------
    area_id, name, hazard_type, status : str
        As they stand in the state asked for.
    eo_categories : tuple of str
    recorded_date, touched_since, last_survey_date : date or None
        ``touched_since``: the earliest day from which an outline touched the place; ``last_survey_date``: the latest survey known.
    ever, now : Extent
        Overlap of the place with all outlines it ever had, and with its outline in the state asked for (0 where it lies elsewhere now;
        unknown where it has become a point or has none).
    is_done : bool
        Whether its status is closed or released.
    release_ids : tuple of str
        Release products of it that concern the place.
    """

    area_id: str
    name: str
    hazard_type: str
    status: str
    eo_categories: tuple[str, ...]
    recorded_date: dt.date | None
    touched_since: dt.date
    last_survey_date: dt.date | None
    ever: Extent
    now: Extent
    is_done: bool
    release_ids: tuple[str, ...]


@dataclass(frozen=True)
class Release:
    """A release product that concerns the place.

    Attributes
    ----------
    product_id, area_id, kind : str
        ``kind``: cancelled, reduced or cleared; "" where not stated.
    date, handover_date : date or None
    depth_cm : float or None
    product_m2 : float or None
        The whole product, as reported.
    inside : Extent
        The part inside the place.
    basis : str
        ``measured`` from the product's outline; ``reported``: it has none, but its hazard area lies wholly inside the place;
        ``unknown``: it has none, and how much of it lies inside cannot be known.
    organisation, activity_id, activity_kind, method : str
        Who released it and how; the organisation of the activity where the product names none.
    """

    product_id: str
    area_id: str
    kind: str
    date: dt.date | None
    handover_date: dt.date | None
    depth_cm: float | None
    product_m2: float | None
    inside: Extent
    basis: Basis
    organisation: str
    activity_id: str
    activity_kind: str
    method: str


@dataclass(frozen=True)
class UnoutlinedHazard:
    """A hazard area without an outline: a point at or near the place, or one known only by the name of its place.

    Attributes
    ----------
    area_id, name, hazard_type, status : str
    area_stated_m2 : float or None
    distance_m : float or None
        From the place to the point; None where it has none.
    place : tuple of str
        Admin names, largest first.
    """

    area_id: str
    name: str
    hazard_type: str
    status: str
    area_stated_m2: float | None
    distance_m: float | None
    place: tuple[str, ...]


@dataclass(frozen=True)
class NearAccident:
    """An accident or incident inside the place or near it; counts of people only.

    Attributes
    ----------
    accident_id, kind, eo_category, area_id : str
    date : date or None
    distance_m : float
        0 inside.
    n_killed, n_injured : int or None
        People; None where nothing is stated.
    """

    accident_id: str
    date: dt.date | None
    kind: str
    eo_category: str
    area_id: str
    distance_m: float
    n_killed: int | None
    n_injured: int | None


@dataclass(frozen=True)
class SurveyRecord:
    """A survey of the place or of a hazard area that touches it.

    Attributes
    ----------
    record_id, kind : str
        ``kind``: visit, NTS or TS.
    area_id, result, organisation : str
    date : date or None
    """

    record_id: str
    kind: str
    area_id: str
    date: dt.date | None
    result: str
    organisation: str


@dataclass(frozen=True)
class Caveat:
    """What the answer does not say; ``code`` is stable, for translations."""

    code: str
    text: str


@dataclass(frozen=True)
class LookUp:
    """Whether a place was ever suspected, what became of it, and what remains.

    Attributes
    ----------
    answer : str
        ``suspected_now``: an area that is neither closed nor released touches it; ``suspected_before``: only closed or released ones,
        or outlines that have moved away; ``only_points_or_unlocated``; ``no_record``, which does not mean that there is no hazard.
    size : Extent
        The place itself; neither where it is a point.
    as_of, known
        The state asked for.
    registry_head : str
        Hash of the last event of the registry that was read.
    areas : tuple of TouchedArea, by id
    ever : Extent
        Part of the place that any outline ever covered, each piece counted once.
    remains : mapping status -> Extent
        Part covered now by areas that are neither closed nor released, by status. Land released inside an outline that still stands is
        not subtracted: the authority has not moved the outline.
    released : mapping kind -> Extent
        Part inside outlines of release products, by kind (never added up: land may be both reduced and cleared).
    unaccounted : Extent
        Part that was once outlined, and now lies in neither an area that remains nor the outline of a release product.
    releases : tuple of Release, by date
    points, unlocated : tuple of UnoutlinedHazard
        Hazard areas known as a point inside or near; without any place but with the admin names of records around.
    n_unlocated_elsewhere : int
        Other hazard areas without any place, which may lie anywhere.
    accidents : tuple of NearAccident, nearest first
    surveys : tuple of SurveyRecord, latest first
    caveats : tuple of Caveat
    """

    answer: Answer
    size: Extent
    as_of: dt.date | None
    known: dt.datetime | None
    registry_head: str
    areas: tuple[TouchedArea, ...]
    ever: Extent
    remains: Mapping[str, Extent]
    released: Mapping[str, Extent]
    unaccounted: Extent
    releases: tuple[Release, ...]
    points: tuple[UnoutlinedHazard, ...]
    unlocated: tuple[UnoutlinedHazard, ...]
    n_unlocated_elsewhere: int
    accidents: tuple[NearAccident, ...]
    surveys: tuple[SurveyRecord, ...]
    caveats: tuple[Caveat, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain types only, for JSON: dates in ISO form, measures to two decimals, None where unknown."""
        plain: dict[str, Any] = _plain(self)
        return plain


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return round(value, 2) if isinstance(value, float) else value
