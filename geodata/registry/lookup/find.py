"""Find every record that concerns a place, whatever became of it since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pandas import DataFrame, Series

from geodata.registry.base import Registry
from geodata.registry.lookup.caveats import caveats_of
from geodata.registry.lookup.place import Place
from geodata.registry.lookup.result import Answer, Basis, Extent, LookUp, NearAccident, Release, SurveyRecord, TouchedArea, UnoutlinedHazard
from geodata.schema.codes import RELEASE_KIND, STATUS

REACH_M = 100.0
"""Within this distance an accident, or a hazard known only as a point, concerns a place."""
AROUND_M = 5_000.0
"""Located records within this distance say in which admin units a place lies."""
_DONE = ("closed", "released")
_ADMIN = ("admin1", "admin2", "admin3", "admin4")
_TABLES = ("hazard_areas", "activities", "release_products", "accidents", "survey_visits")
_SURVEYS = ("NTS", "TS")


@dataclass(frozen=True)
class _State:
    """The records of one state of the registry, by table, and every outline that hazard areas had up to then."""

    head: str
    tables: Mapping[str, DataFrame]
    area_ids: NDArray[np.object_]
    since: NDArray[np.object_]
    outlines: NDArray[np.object_]

    def table(self, name: str) -> DataFrame:
        """Records by id."""
        return self.tables[name]


def look_up(
    registry: Registry,
    geometry: shapely.Geometry,
    *,
    crs_setting: str,
    as_of: dt.date | None = None,
    known: dt.datetime | None = None,
) -> LookUp:
    """Whether any of a place was ever suspected, how it was released, and what remains.

    Every outline that a hazard area ever had counts, not only the one it has now; imports that were undone do not.

    Parameters
    ----------
    geometry : shapely geometry, EPSG:4326
        A parcel (areas), a road (lines) or a place without extent (points).
    crs_setting : str
        ``programme.crs``, in which areas are measured.
    as_of, known : date and datetime, or None
        The state that was true at the end of a day, as known by an instant.

    Raises
    ------
    GeodataError
        The geometry cannot be looked up (see :class:`geodata.registry.lookup.place.Place`).
    RegistryError
        The registry cannot be read.
    """
    place = Place(geometry, crs_setting)
    state = _read_state(registry, as_of, known)
    hits = np.flatnonzero(place.touches(state.outlines) & (shapely.get_dimensions(state.outlines) == 2))
    touched = {str(i): state.outlines[hits[state.area_ids[hits] == i]] for i in sorted(set(state.area_ids[hits]))}
    points, unlocated, n_elsewhere = _without_outline(place, state, touched)
    releases = _releases(place, state, touched, {*touched, *(point.area_id for point in points)})
    surveys = _surveys(place, state, touched)
    areas = _touched_areas(place, state, hits, touched, releases, surveys)
    ever = [outline for outlines in touched.values() for outline in outlines]
    standing = _standing_outlines(state, touched)
    released = _release_outlines(place, state)
    accounted = [outline for outlines in (*standing.values(), *released.values()) for outline in outlines]
    return LookUp(
        answer=_answer(areas, points, unlocated),
        size=place.size,
        as_of=as_of,
        known=known,
        registry_head=state.head,
        areas=areas,
        ever=place.extent_within(ever),
        remains={status: place.extent_within(outlines) for status, outlines in standing.items()},
        released={kind: place.extent_within(outlines) for kind, outlines in released.items()},
        unaccounted=place.extent_within(ever, less=accounted),
        releases=releases,
        points=points,
        unlocated=unlocated,
        n_unlocated_elsewhere=n_elsewhere,
        accidents=_accidents(place, state),
        surveys=surveys,
        caveats=caveats_of(areas, releases, surveys, points, unlocated, n_elsewhere),
    )


def _read_state(registry: Registry, as_of: dt.date | None, known: dt.datetime | None) -> _State:
    """All tables of one state: read again where a change came in between."""
    while True:
        head = registry.head()
        tables = {}
        for name in _TABLES:
            frame = registry.read(name, as_of=as_of, known=known)
            tables[name] = frame.set_index(frame.columns[0], drop=False)
        past = registry.outlines("hazard_areas", as_of=as_of, known=known)
        if registry.head() == head:
            break
    names, since, wkb = (np.array(list(column), object) for column in zip(*past, strict=True)) if past else (np.empty(0, object),) * 3
    return _State(head, tables, names, since, np.asarray(shapely.from_wkb(wkb), object))


def _answer(areas: tuple[TouchedArea, ...], points: tuple[UnoutlinedHazard, ...], unlocated: tuple[UnoutlinedHazard, ...]) -> Answer:
    if any(not area.is_done and (area.now != Extent(m2=0.0) and area.now != Extent(m=0.0)) for area in areas):
        return "suspected_now"
    if areas:
        return "suspected_before"
    return "only_points_or_unlocated" if points or unlocated else "no_record"


def _touched_areas(
    place: Place,
    state: _State,
    hits: NDArray[np.intp],
    touched: Mapping[str, NDArray[np.object_]],
    releases: tuple[Release, ...],
    surveys: tuple[SurveyRecord, ...],
) -> tuple[TouchedArea, ...]:
    found = []
    for area_id, outlines in touched.items():
        row = state.table("hazard_areas").loc[area_id]
        days = [day for day in (_day(row.last_survey_date), *(s.date for s in surveys if s.area_id == area_id)) if day]
        found.append(
            TouchedArea(
                area_id=area_id,
                name=_text(row["name"]),
                hazard_type=_text(row.hazard_type),
                status=_text(row.status),
                eo_categories=tuple(part for part in _text(row.eo_categories).split(";") if part),
                recorded_date=_day(row.recorded_date),
                touched_since=min(state.since[hits[state.area_ids[hits] == area_id]]),
                last_survey_date=max(days, default=None),
                ever=place.extent_within(list(outlines)),
                now=place.extent_within([row.geometry]) if shapely.get_dimensions(row.geometry) == 2 else Extent(),
                is_done=row.status in _DONE,
                release_ids=tuple(item.product_id for item in releases if item.area_id == area_id),
            )
        )
    return tuple(found)


def _standing_outlines(state: _State, touched: Mapping[str, NDArray[np.object_]]) -> dict[str, list[shapely.Geometry]]:
    """Present outlines of the areas that are neither closed nor released, by status in the order of the code list."""
    rows = state.table("hazard_areas").loc[list(touched)]
    return {
        status: list(rows.geometry[(rows.status == status).to_numpy() & (shapely.get_dimensions(rows.geometry.to_numpy()) == 2)])
        for status in STATUS.values
        if status not in _DONE
    }


def _release_outlines(place: Place, state: _State) -> dict[str, list[shapely.Geometry]]:
    """Outlines of release products that touch the place, by kind."""
    products = _located(state.table("release_products"))
    here = products[place.touches(products.geometry.to_numpy()) & (shapely.get_dimensions(products.geometry.to_numpy()) == 2)]
    return {kind: list(here.geometry[(here.kind == kind).to_numpy(dtype=bool, na_value=False)]) for kind in RELEASE_KIND.values}


def _releases(place: Place, state: _State, touched: Mapping[str, NDArray[np.object_]], ids: set[str]) -> tuple[Release, ...]:
    """Products that touch the place, and products without an outline of the hazard areas named."""
    products = state.table("release_products")
    outlines = _geometry(products)
    of_area = (shapely.get_dimensions(outlines) != 2) & products.area_id.isin(list(ids)).to_numpy(dtype=bool)
    concerned = place.touches(outlines) | of_area
    found = [_release(place, state, products.iloc[row], touched) for row in np.flatnonzero(concerned)]
    return tuple(sorted(found, key=lambda item: (item.date or dt.date.max, item.product_id)))


def _release(place: Place, state: _State, row: Series, touched: Mapping[str, NDArray[np.object_]]) -> Release:
    inside, basis = _inside(place, state, row, touched)
    activities = state.table("activities")
    activity_id = _text(row.activity_id)
    work = activities.loc[activity_id] if activity_id in activities.index else None
    return Release(
        product_id=str(row.product_id),
        area_id=_text(row.area_id),
        kind=_text(row.kind),
        date=_day(row.date),
        handover_date=_day(row.handover_date),
        depth_cm=_number(row.depth_cm),
        product_m2=_number(row.area_m2),
        inside=inside,
        basis=basis,
        organisation=_text(row.organisation) or (_text(work.organisation) if work is not None else ""),
        activity_id=activity_id,
        activity_kind=_text(work.kind) if work is not None else "",
        method=_text(work.method) if work is not None else "",
    )


def _inside(place: Place, state: _State, row: Series, touched: Mapping[str, NDArray[np.object_]]) -> tuple[Extent, Basis]:
    """How much of a product lies in the place; what was reported counts only where the area never reached beyond the place."""
    if shapely.get_dimensions(row.geometry) == 2:
        return place.extent_within([row.geometry]), "measured"
    area_id, size = _text(row.area_id), _number(row.area_m2)
    whole = state.outlines[state.area_ids == area_id]
    if place.dimension == 2 and size is not None and area_id in touched and place.holds(list(whole)):
        return Extent(m2=size), "reported"
    return Extent(), "unknown"


def _surveys(place: Place, state: _State, touched: Mapping[str, NDArray[np.object_]]) -> tuple[SurveyRecord, ...]:
    """Survey visits, NTS and TS of touched areas or inside the place, latest first."""

    def here(frame: DataFrame) -> DataFrame:
        return frame[frame.area_id.isin(list(touched)).to_numpy(dtype=bool) | place.touches(_geometry(frame))]

    activities = state.table("activities")
    work = here(activities[activities.kind.isin(_SURVEYS).to_numpy(dtype=bool)])
    found = [
        SurveyRecord(str(row.visit_id), "visit", _text(row.area_id), _day(row.date), _text(row.result), _text(row.organisation))
        for _, row in here(state.table("survey_visits")).iterrows()
    ]
    found += [
        SurveyRecord(
            str(row.activity_id),
            str(row.kind),
            _text(row.area_id),
            _day(row.end_date) or _day(row.start_date),
            _text(row.status),
            _text(row.organisation),
        )
        for _, row in work.iterrows()
    ]
    return tuple(sorted(found, key=lambda item: (-(item.date or dt.date.min).toordinal(), item.record_id)))


def _without_outline(
    place: Place, state: _State, touched: Mapping[str, NDArray[np.object_]]
) -> tuple[tuple[UnoutlinedHazard, ...], tuple[UnoutlinedHazard, ...], int]:
    """Hazard areas known as points at or near the place; those known by place names only; how many more of these there are."""
    areas = state.table("hazard_areas")
    is_point = shapely.get_dimensions(state.outlines) == 0
    distances: dict[str, float] = {}
    for area_id, distance in zip(state.area_ids[is_point], place.distance_m(state.outlines[is_point]), strict=True):
        reach = max(REACH_M, np.sqrt(_number(areas.area_stated_m2[area_id]) or 0.0) / np.sqrt(np.pi))
        if distance <= reach and area_id not in touched:
            distances[area_id] = min(float(distance), distances.get(area_id, np.inf))
    points = tuple(_unoutlined(cast(Series, areas.loc[i]), distances[i]) for i in sorted(distances, key=lambda i: (distances[i], i)))
    located = set(state.area_ids)
    nowhere = areas[[area_id not in located for area_id in areas.index]]
    near = _names_around(place, state)
    unlocated = tuple(_unoutlined(row, None) for _, row in nowhere.iterrows() if _may_be_here(row, near))
    return points, unlocated, len(nowhere) - len(unlocated)


def _unoutlined(row: Series, distance: float | None) -> UnoutlinedHazard:
    names = tuple(name for level in _ADMIN if (name := _text(row[level])))
    return UnoutlinedHazard(
        str(row.area_id), _text(row["name"]), _text(row.hazard_type), _text(row.status), _number(row.area_stated_m2), distance, names
    )


def _names_around(place: Place, state: _State) -> set[tuple[str, ...]]:
    """Admin names (folded, "" where not stated) of located hazard areas and accidents within :data:`AROUND_M`."""
    found: set[tuple[str, ...]] = set()
    for name in ("hazard_areas", "accidents"):
        frame = state.table(name)
        near = frame[place.distance_m(shapely.point_on_surface(_geometry(frame))) <= AROUND_M]
        found |= {tuple(_text(value).casefold() for value in row) for row in near[list(_ADMIN)].itertuples(index=False)}
    return found


def _may_be_here(row: Series, near: set[tuple[str, ...]]) -> bool:
    """Whether the place names of an area agree with those around: no level contradicts, and the finest one it states is shared."""
    own = tuple(_text(row[level]).casefold() for level in _ADMIN)
    stated = [level for level, name in enumerate(own) if name]
    return bool(stated) and any(
        names[stated[-1]] == own[stated[-1]] and all(not names[level] or names[level] == own[level] for level in stated) for names in near
    )


def _accidents(place: Place, state: _State) -> tuple[NearAccident, ...]:
    frame = state.table("accidents")
    distances = place.distance_m(_geometry(frame))
    rows = sorted(np.flatnonzero(distances <= REACH_M).tolist(), key=lambda row: (distances[row], str(frame.index[row])))
    return tuple(
        NearAccident(
            str(row.accident_id), _day(row.date), _text(row.kind), _text(row.eo_category), _text(row.area_id), float(distance),
            _people(row, "killed"), _people(row, "injured"),
        )
        for row, distance in ((frame.iloc[number], distances[number]) for number in rows)
    )  # fmt: skip


def _people(row: Series, what: str) -> int | None:
    counts = [row[name] for name in row.index if str(name).startswith(f"{what}_") and not pd.isna(row[name])]
    return int(sum(counts)) if counts else None


def _geometry(frame: DataFrame) -> NDArray[np.object_]:
    geometry: NDArray[np.object_] = cast(GeoDataFrame, frame).geometry.to_numpy()
    return geometry


def _located(frame: DataFrame) -> GeoDataFrame:
    return cast(GeoDataFrame, frame[~shapely.is_missing(_geometry(frame))])


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _day(value: Any) -> dt.date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
