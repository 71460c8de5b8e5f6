"""A place is told everything the registry ever held about it, and what it does not know.

All places are squares of an equal-area grid (EPSG:6933) whose corner is at 6,500,000 / 4,000,000, so that sizes can be worked out by
hand: ``square(0, 0, 100, 100)`` has 10,000 m2.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS, Geod

from geodata.errors import GeodataError
from geodata.geometry.crs import reproject
from geodata.registry import ChangeMeta, Registry, open_registry
from geodata.registry.lookup import Extent, LookUp, look_up

FLAT = CRS.from_epsg(6933)
ME = ChangeMeta("Ana")
NO_RECORD = "No recorded hazard does not mean no hazard. Not for navigation."


def square(x0: float, y0: float, x1: float, y1: float) -> shapely.Geometry:
    """A rectangle by its corners in metres of the equal-area grid."""
    return move(shapely.box(x0, y0, x1, y1))


def move(shape: shapely.Geometry) -> shapely.Geometry:
    """From metres beside the corner to EPSG:4326."""
    shifted = shapely.transform(shape, lambda xy: np.add(xy, [6_500_000.0, 4_000_000.0]))
    return reproject(np.array([shifted], object), FLAT)[0]


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    """An empty registry."""
    made = open_registry(tmp_path / "registry.sqlite", create=True)
    yield made
    made.close()


def put(registry: Registry, table: str, shape: shapely.Geometry | None = None, meta: ChangeMeta = ME, **fields: object) -> str:
    """One record; returns its import."""
    days = {name: pd.Timestamp(str(value)) if name.endswith("date") else value for name, value in fields.items()}
    frame = pd.DataFrame({name: [value] for name, value in days.items()})
    rows = geopandas.GeoDataFrame(frame, geometry=[shape], crs=4326) if shape is not None else frame
    return registry.apply(table, rows, meta).import_id


def ask(registry: Registry, shape: shapely.Geometry, **options: object) -> LookUp:
    """Look a place up, measured in the grid."""
    return look_up(registry, shape, crs_setting="EPSG:6933", **options)  # type: ignore[arg-type]


def m2(extent: Extent) -> float | None:
    """To the square metre."""
    return None if extent.m2 is None else round(extent.m2)


def texts(found: LookUp) -> dict[str, str]:
    """Caveats by code."""
    return {caveat.code: caveat.text for caveat in found.caveats}


def test_a_place_without_records_is_told_that_this_proves_nothing(registry: Registry) -> None:
    found = ask(registry, square(0, 0, 100, 100))
    assert (found.answer, found.areas, found.releases, m2(found.size), m2(found.ever)) == ("no_record", (), (), 10_000, 0)
    assert texts(found) == {
        "no_record_is_no_proof": NO_RECORD,
        "survey_unknown": "No survey is recorded at this place: whether it was ever surveyed is unknown.",
    }


def test_an_area_released_in_parts_is_told_part_by_part(registry: Registry) -> None:
    put(registry, "hazard_areas", square(50, 0, 150, 100), area_id="HA", name="Mill", hazard_type="CHA", status="open",
        eo_categories="AP_MINE;UXO", recorded_date="2001-02-03")  # fmt: skip
    put(registry, "activities", area_id="HA", activity_id="C1", kind="clearance", organisation="Operator", method="manual",
        start_date="2010-01-01")  # fmt: skip
    put(registry, "activities", area_id="HA", activity_id="N1", kind="NTS", organisation="Survey team", end_date="2009-06-30",
        status="completed")  # fmt: skip
    put(registry, "release_products", square(50, 0, 80, 100), product_id="P-clear", area_id="HA", activity_id="C1", kind="cleared",
        area_m2=3000.0, depth_cm=20.0, date="2010-05-06", handover_date="2010-06-01")  # fmt: skip
    put(registry, "release_products", square(80, 0, 150, 100), product_id="P-cancel", area_id="HA", kind="cancelled", area_m2=7000.0,
        organisation="Authority", date="2009-07-01")  # fmt: skip
    put(registry, "hazard_areas", area_id="HA", status="released", updated_date="2010-07-01")
    found = ask(registry, square(0, 0, 100, 100))
    assert found.answer == "suspected_before"
    (area,) = found.areas
    assert (area.area_id, area.name, area.hazard_type, area.status, area.is_done) == ("HA", "Mill", "CHA", "released", True)
    assert (area.eo_categories, area.recorded_date, area.touched_since) == (
        ("AP_MINE", "UXO"),
        dt.date(2001, 2, 3),
        dt.date(2001, 2, 3),
    )
    assert (m2(area.ever), m2(area.now), area.release_ids) == (5000, 5000, ("P-cancel", "P-clear"))
    assert area.last_survey_date == dt.date(2009, 6, 30)
    assert [(r.product_id, r.kind, m2(r.inside), r.basis, r.depth_cm, r.date, r.organisation, r.method) for r in found.releases] == [
        ("P-cancel", "cancelled", 2000, "measured", None, dt.date(2009, 7, 1), "Authority", ""),
        ("P-clear", "cleared", 3000, "measured", 20.0, dt.date(2010, 5, 6), "Operator", "manual"),
    ]
    assert (found.releases[1].activity_kind, found.releases[1].handover_date) == ("clearance", dt.date(2010, 6, 1))
    assert {kind: m2(extent) for kind, extent in found.released.items()} == {"cancelled": 2000, "reduced": 0, "cleared": 3000}
    assert {status: m2(extent) for status, extent in found.remains.items()} == {"open": 0, "suspended": 0, "not_stated": 0}
    assert (m2(found.ever), m2(found.unaccounted)) == (5000, 0)
    assert [(s.record_id, s.kind, s.organisation) for s in found.surveys] == [("N1", "NTS", "Survey team")]
    assert set(texts(found)) == {"no_record_is_no_proof", "residual_risk"}


def test_an_outline_that_was_moved_away_is_still_told_and_its_land_is_unaccounted_for(registry: Registry) -> None:
    put(registry, "hazard_areas", square(0, 0, 100, 100), area_id="HA", status="open", recorded_date="2001-01-01")
    put(registry, "hazard_areas", square(60, 0, 100, 100), area_id="HA", updated_date="2005-01-01")
    put(registry, "hazard_areas", square(500, 0, 600, 100), area_id="HA", updated_date="2006-01-01")
    parcel = square(0, 0, 50, 50)
    now = ask(registry, parcel)
    assert (now.answer, m2(now.areas[0].ever), m2(now.areas[0].now), m2(now.unaccounted)) == ("suspected_before", 2500, 0, 2500)
    then = ask(registry, parcel, as_of=dt.date(2003, 1, 1))
    assert (then.answer, m2(then.areas[0].now), m2(then.remains["open"]), m2(then.unaccounted)) == ("suspected_now", 2500, 2500, 0)
    assert ask(registry, parcel, as_of=dt.date(2000, 1, 1)).answer == "no_record"
    assert ask(registry, parcel, known=dt.datetime(2000, 1, 1)).answer == "no_record"
    assert ask(registry, parcel, as_of=dt.date(2003, 1, 1)).as_dict()["as_of"] == "2003-01-01"


def test_what_remains_is_told_by_status_and_overlaps_count_once(registry: Registry) -> None:
    put(registry, "hazard_areas", square(0, 0, 60, 100), area_id="A", status="open")
    put(registry, "hazard_areas", square(40, 0, 80, 100), area_id="B", status="open", last_survey_date="2020-01-01")
    put(registry, "hazard_areas", square(0, 0, 10, 100), area_id="C", status="suspended")
    put(registry, "hazard_areas", square(90, 0, 100, 100), area_id="D")
    put(registry, "hazard_areas", square(0, 50, 100, 100), area_id="E", status="closed")
    found = ask(registry, square(0, 0, 100, 100))
    assert found.answer == "suspected_now"
    assert {status: m2(extent) for status, extent in found.remains.items()} == {"open": 8000, "suspended": 1000, "not_stated": 1000}
    assert (m2(found.ever), m2(found.unaccounted)) == (9500, 500)
    assert texts(found)["release_unknown"].startswith("1 hazard areas are closed or released without a release product that covers this")
    assert texts(found)["survey_unknown"].startswith("Survey status is unknown for 4 hazard areas (A, C, D and 1 more): no survey visit")
    assert texts(found)["status_not_stated"] == "1 hazard areas state no status (D) and count as remaining."


def test_a_product_without_an_outline_counts_only_where_its_area_never_reached_beyond_the_place(registry: Registry) -> None:
    for name, place in (("in", square(10, 10, 20, 20)), ("across", square(90, 10, 110, 20))):
        put(registry, "hazard_areas", place, area_id=name, status="released")
        put(registry, "release_products", product_id=f"P-{name}", area_id=name, kind="cleared", area_m2=90.0)
    found = ask(registry, square(0, 0, 100, 100))
    assert [(r.product_id, r.basis, r.inside.m2) for r in found.releases] == [("P-across", "unknown", None), ("P-in", "reported", 90.0)]
    assert texts(found)["extent_unknown"].startswith("1 release products have no outline (P-across)")
    assert texts(found)["depth_unknown"] == "2 cleared areas state no depth (P-across, P-in)."


def test_clearance_outside_every_hazard_area_is_told(registry: Registry) -> None:
    put(registry, "release_products", square(0, 0, 10, 10), product_id="P", kind="cleared", area_m2=100.0, depth_cm=15.0)
    found = ask(registry, square(5, 0, 100, 100))
    assert [(r.product_id, r.area_id, m2(r.inside)) for r in found.releases] == [("P", "", 50)]
    assert (found.answer, "residual_risk" in texts(found)) == ("no_record", True)


def test_a_road_is_told_in_metres_along_the_ground(registry: Registry) -> None:
    put(registry, "hazard_areas", square(100, -50, 300, 50), area_id="HA", status="open")
    road = move(shapely.LineString([(0, 0), (1000, 0)]))
    found = ask(registry, road)
    whole = Geod(ellps="WGS84").geometry_length(road)
    assert found.size == Extent(m=pytest.approx(whole))
    assert found.areas[0].now.m2 is None
    assert found.areas[0].now.m == pytest.approx(0.2 * whole, rel=1e-4)
    assert found.remains["open"].m == pytest.approx(0.2 * whole, rel=1e-4)
    assert ask(registry, move(shapely.LineString([(0, 90), (1000, 90)]))).answer == "no_record"


def test_a_school_is_a_point_without_extent(registry: Registry) -> None:
    put(registry, "hazard_areas", square(0, 0, 100, 100), area_id="HA", status="open")
    found = ask(registry, move(shapely.Point(50, 50)))
    assert (found.answer, found.size, found.areas[0].now) == ("suspected_now", Extent(), Extent())
    assert ask(registry, move(shapely.Point(150, 50))).answer == "no_record"


def test_a_boundary_in_common_is_told_with_an_overlap_of_nothing(registry: Registry) -> None:
    put(registry, "hazard_areas", shapely.box(65, 33, 65.01, 33.01), area_id="HA", status="open")
    found = ask(registry, shapely.box(65.01, 33, 65.02, 33.01))
    assert ([area.area_id for area in found.areas], found.areas[0].ever) == (["HA"], Extent(m2=0.0))


def test_points_and_names_are_told_apart_from_outlines(registry: Registry) -> None:
    near = {"admin1": "North", "admin2": "Hills"}
    put(registry, "accidents", move(shapely.Point(2000, 0)), accident_id="X", **near)
    put(registry, "hazard_areas", move(shapely.Point(50, 50)), area_id="inside", status="open")
    put(registry, "hazard_areas", move(shapely.Point(50, 400)), area_id="wide", status="open", area_stated_m2=1_000_000.0)
    put(registry, "hazard_areas", move(shapely.Point(50, 400)), area_id="far", status="open", area_stated_m2=1000.0)
    put(registry, "hazard_areas", area_id="named", status="open", admin1="north", admin2="Hills", area_stated_m2=5.0)
    put(registry, "hazard_areas", area_id="other", status="open", admin1="North", admin2="Plain")
    put(registry, "hazard_areas", area_id="nameless", status="open")
    found = ask(registry, square(0, 0, 100, 100))
    assert (found.answer, found.areas) == ("only_points_or_unlocated", ())
    assert [(p.area_id, p.distance_m == 0, p.area_stated_m2) for p in found.points] == [("inside", True, None), ("wide", False, 1e6)]
    assert [(u.area_id, u.place, u.distance_m) for u in found.unlocated] == [("named", ("north", "Hills"), None)]
    assert found.n_unlocated_elsewhere == 2
    assert texts(found)["unlocated_elsewhere"] == "2 other hazard areas have no location and may lie anywhere."


def test_an_area_that_lost_its_outline_still_remains_with_an_unknown_extent(registry: Registry) -> None:
    put(registry, "hazard_areas", square(0, 0, 100, 100), area_id="HA", status="open", recorded_date="2001-01-01")
    put(registry, "hazard_areas", move(shapely.Point(900, 900)), area_id="HA", updated_date="2005-01-01")
    found = ask(registry, square(0, 0, 50, 50))
    assert (found.answer, found.areas[0].now, m2(found.areas[0].ever)) == ("suspected_now", Extent(), 2500)


def test_accidents_inside_and_within_100_m_are_told_nearest_first(registry: Registry) -> None:
    # A metre of the grid's x axis is longer on the ground than one of its y axis: the first accident beyond 100 m lies 200 m off.
    put(registry, "accidents", move(shapely.Point(50, 170)), accident_id="near", killed_men=1, killed_unknown=2, date="2005-06-07")
    put(registry, "accidents", move(shapely.Point(50, 50)), accident_id="inside", injured_girls=0)
    put(registry, "accidents", move(shapely.Point(50, 300)), accident_id="beyond")
    found = ask(registry, square(0, 0, 100, 100))
    assert [(a.accident_id, a.n_killed, a.n_injured, a.date) for a in found.accidents] == [
        ("inside", None, 0, None),
        ("near", 3, None, dt.date(2005, 6, 7)),
    ]
    ground = Geod(ellps="WGS84").geometry_length(move(shapely.LineString([(50, 100), (50, 170)])))
    assert found.accidents[0].distance_m == 0
    assert found.accidents[1].distance_m == pytest.approx(ground, rel=1e-3)


def test_an_import_that_was_undone_never_was(registry: Registry) -> None:
    wrong = put(registry, "hazard_areas", square(0, 0, 100, 100), area_id="HA", status="open")
    registry.undo(wrong, ME)
    assert ask(registry, square(0, 0, 100, 100)).answer == "no_record"


def test_survey_visits_inside_or_of_the_area_are_told_latest_first(registry: Registry) -> None:
    put(registry, "hazard_areas", square(0, 0, 100, 100), area_id="HA", status="open", last_survey_date="2003-01-01")
    put(registry, "survey_visits", visit_id="V1", area_id="HA", date="2004-01-01", result="confirmed")
    put(registry, "survey_visits", move(shapely.Point(10, 10)), visit_id="V2", date="2006-01-01", result="no_access")
    put(registry, "survey_visits", move(shapely.Point(1000, 10)), visit_id="V3", date="2007-01-01")
    found = ask(registry, square(0, 0, 100, 100))
    assert [(s.record_id, s.result) for s in found.surveys] == [("V2", "no_access"), ("V1", "confirmed")]
    assert found.areas[0].last_survey_date == dt.date(2004, 1, 1)


def test_a_place_across_the_antimeridian_is_found_on_both_sides(registry: Registry) -> None:
    put(registry, "hazard_areas", shapely.box(-180, 10, -179.99, 10.01), area_id="east", status="open")
    put(registry, "accidents", shapely.Point(-179.9895, 10.005), accident_id="X")
    found = look_up(registry, shapely.Polygon([(179.99, 10), (-179.99, 10), (-179.99, 10.01), (179.99, 10.01)]), crs_setting="auto")
    assert found.areas[0].now.m2 == pytest.approx(0.5 * (found.size.m2 or 0), rel=1e-6)
    assert [round(a.distance_m) for a in found.accidents] == [55]


def test_the_answer_is_plain_json(registry: Registry) -> None:
    put(registry, "hazard_areas", square(0, 0, 100, 100), area_id="HA", status="open", recorded_date="2001-01-01")
    plain = ask(registry, square(0, 0, 50, 100), known=dt.datetime(2100, 1, 1)).as_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["areas"][0]["touched_since"] == "2001-01-01"
    assert plain["remains"]["open"] == {"m2": pytest.approx(5000, abs=0.1), "m": None}
    assert (plain["known"], plain["registry_head"]) == ("2100-01-01T00:00:00", registry.head())


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (None, "place_empty"),
        (shapely.Polygon(), "place_empty"),
        (shapely.Polygon([(65, 33), (66, 34), (65, 33)]), "place_empty"),
        (shapely.box(500000, 3700000, 500100, 3700100), "place_not_lonlat"),
        (shapely.Point(float("inf"), 0), "place_not_lonlat"),
        (shapely.GeometryCollection([shapely.Point(65, 33), shapely.LineString([(65, 33), (66, 33)])]), "place_mixed"),
    ],
    ids=["none", "empty", "flat", "metres", "infinite", "mixed"],
)
def test_what_cannot_be_looked_up_is_refused(registry: Registry, shape: shapely.Geometry | None, code: str) -> None:
    with pytest.raises(GeodataError) as caught:
        ask(registry, shape)
    assert (caught.value.code, bool(caught.value.remedy)) == (code, True)
