"""Checks of hazard areas: place, overlaps, evidence, release, age and what is not stated."""

from __future__ import annotations

import datetime as dt

import numpy as np
import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame

from geodata.geometry import crs
from geodata.ingest.findings import Finding
from geodata.registry.quality.overlaps import find_overlaps
from geodata.registry.quality.result import Collector
from geodata.registry.quality.scorecard import DONE, OLD_SURVEY_YEARS, years_since
from geodata.schema.codes import NOT_STATED

_AREAS = "hazard_areas"
_OVERLAPS = {
    "duplicate": "{n} pairs of areas are the same place twice ({culprits})",
    "nested": "{n} areas lie inside another ({culprits})",
    "released_over_open": "{n} released areas overlap open ones ({culprits})",
    "partial": "{n} pairs of areas overlap ({culprits})",
    "sliver": "{n} pairs of areas overlap by less than 1 % ({culprits})",
}


def check_places(found: Collector, areas: GeoDataFrame, country: shapely.Geometry | None) -> None:
    """Areas without a place or outline, with a broken one, or outside the country."""
    geometry = areas.geometry.to_numpy()
    ids = areas.area_id.to_numpy()
    missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    broken = ~shapely.is_valid(geometry) & ~shapely.is_missing(geometry)
    text = "{n} areas have no place ({culprits}); they are listed and counted apart."
    found.add(_AREAS, "not_located", "note", ids[missing], text, "Ask for their coordinates.")
    text = "{n} areas are known as a point only ({culprits})."
    found.add(_AREAS, "point_only", "note", ids[shapely.get_dimensions(geometry) == 0], text, "Survey their outline.")
    details = [str(reason) for reason in np.atleast_1d(shapely.is_valid_reason(geometry[broken]))]
    text = "{n} outlines are not valid ({culprits})."
    remedy = "Import them again; import repairs outlines and tells the size before and after."
    found.add(_AREAS, "geometry_invalid", "error", ids[broken], text, remedy, details=details)
    if country is None:
        return
    outside = crs.check_lonlat(geometry, country).outside
    turned = shapely.transform(shapely.centroid(geometry[outside]), lambda spots: spots[:, ::-1])
    fits = shapely.intersects(turned, country)
    text = "{n} areas lie outside the country ({culprits})."
    found.add(_AREAS, "outside_country", "warning", ids[outside[~fits]], text, "Check their coordinates.")
    text = "{n} areas lie outside the country, but inside it with longitude and latitude exchanged ({culprits})."
    remedy = "Exchange the two at the source if they were swapped, and import again; nothing is exchanged by itself."
    found.add(_AREAS, "coordinates_swapped", "warning", ids[outside[fits]], text, remedy)


def check_overlaps(found: Collector, areas: GeoDataFrame, crs_setting: str) -> None:
    """Overlaps between areas by class; released land over open land is told apart."""
    pairs = find_overlaps(areas, crs_setting)
    ids = areas.area_id.to_numpy()
    for kind, text in _OVERLAPS.items():
        rows = np.flatnonzero(pairs.kind == kind)
        both = [(str(ids[pairs.left[row]]), str(ids[pairs.right[row]]), float(pairs.overlap_m2[row])) for row in rows]
        total = sum(shared for _, _, shared in both)
        found.add(
            _AREAS, f"overlap_{kind}", "note" if kind == "sliver" else "warning", [], f"{text}; {total:,.0f} m2 are counted twice.",
            "Totals use the union; look at them on the map.",
            shown=[f"{left} and {right}" for left, right, _ in both],
            records=[
                (one, f"{shared:,.0f} m2 shared with {other}")
                for left, right, shared in both
                for one, other in ((left, right), (right, left))
            ],
        )  # fmt: skip


def check_evidence(found: Collector, areas: GeoDataFrame, evidence: DataFrame) -> None:
    """A confirmed area needs direct evidence; a suspected one has none. One finding where none is recorded at all."""
    if not len(evidence):
        message = f"No evidence is recorded for any of {len(areas):,} areas, so that SHA and CHA cannot be checked against it."
        found.take(_AREAS, [Finding("evidence_absent", "note", len(areas), (), message, "Import the table evidence.")])
        return
    direct = set(evidence.loc[evidence.kind == "direct", "area_id"].dropna())
    has_direct = areas.area_id.isin(direct)
    without = areas.area_id[(areas.hazard_type == "CHA") & ~has_direct]
    text = "{n} confirmed hazardous areas have no direct evidence ({culprits})."
    found.add(_AREAS, "cha_without_evidence", "warning", without, text, "Record the evidence, or review the type.")
    doubtful = areas.area_id[(areas.hazard_type == "SHA") & has_direct]
    text = "{n} suspected hazardous areas have direct evidence ({culprits})."
    found.add(_AREAS, "sha_with_evidence", "warning", doubtful, text, "They may have to be confirmed.")


def check_release(found: Collector, areas: GeoDataFrame, products: DataFrame) -> None:
    """Released areas need a product that says how they were released."""
    released = areas.area_id[areas.status == "released"]
    lost = released[~released.isin(products.area_id.dropna())]
    text = "{n} released areas have no release product that says how they were released ({culprits})."
    found.add(_AREAS, "release_without_product", "warning", lost, text, "Import the table release_products.")


def check_age(found: Collector, areas: GeoDataFrame, day: dt.date) -> None:
    """Open areas whose latest survey or record is old."""
    still_open = areas[~areas.status.isin(DONE)]
    latest = still_open.last_survey_date.fillna(still_open.recorded_date)
    old = years_since(latest, day) > OLD_SURVEY_YEARS
    text = f"{{n}} open areas were last surveyed or recorded more than {OLD_SURVEY_YEARS} years ago ({{culprits}})."
    details = [f"last on {when:%Y-%m-%d}" for when in latest[old]]
    found.add(_AREAS, "survey_old", "note", still_open.area_id[old], text, "Visit them; land changes.", details=details)


def check_stated(found: Collector, areas: GeoDataFrame) -> None:
    """Areas whose type, status or category of explosive ordnance is not stated; it is never guessed."""
    for field, code, what in (("hazard_type", "type_not_stated", "type"), ("status", "status_not_stated", "status")):
        silent = areas.area_id[areas[field] == NOT_STATED]
        text = f"{{n}} areas do not state their {what} ({{culprits}}); it is not guessed."
        found.add(_AREAS, code, "note", silent, text, f"Map the {what} on import, or ask the source.")
    silent = areas.area_id[areas.eo_categories.isna() & ~areas.status.isin(DONE)]
    text = "{n} open areas do not state what explosive ordnance is suspected ({culprits}); they stand under no treaty."
    found.add(_AREAS, "eo_not_stated", "note", silent, text, "Ask the source.")
