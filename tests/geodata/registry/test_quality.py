"""The check names defects by their kind, counts them once, and scores each province."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import geopandas
import pandas as pd
import pytest
import shapely

from geodata.registry import ChangeMeta, Registry, open_registry
from geodata.registry.quality import check_registry
from geodata.registry.quality.overlaps import find_overlaps

ME = ChangeMeta(author="Ana")
TODAY = dt.date(2024, 6, 1)
BOX = shapely.box(65, 33, 65.01, 33.01)


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    """Six areas with a defect each, a work item and an accident."""
    made = open_registry(tmp_path / "registry.sqlite", create=True)
    areas = geopandas.GeoDataFrame(
        {
            "area_id": ["A", "B", "C", "D", "E", "F"],
            "hazard_type": ["CHA", "SHA", "SHA", "CHA", None, "SHA"],
            "status": ["open", "open", "open", "released", "open", "open"],
            "admin1": ["North", "North", "NORTH", "South", None, "South"],
            "recorded_date": pd.to_datetime(["2001-01-01"] * 6),
            "last_survey_date": pd.to_datetime(["2023-01-01", None, "2002-01-01", "2020-01-01", "2022-01-01", "2022-01-01"]),
        },
        geometry=[
            BOX,
            BOX,
            shapely.box(65.002, 33.002, 65.004, 33.004),
            shapely.box(65.009, 33, 65.02, 33.01),
            None,
            shapely.Point(10, 10),
        ],
        crs=4326,
    )
    made.apply("hazard_areas", areas, ME)
    made.apply("evidence", pd.DataFrame({"evidence_id": ["1", "2"], "area_id": ["B", "X"], "kind": ["direct", "indirect"]}), ME)
    casualties = {
        "killed_men": [1],
        "injured_girls": [1],
        "injured_unknown": [2],
        "admin1": ["North"],
        "date": pd.to_datetime(["2020-01-01"]),
    }
    made.apply("accidents", pd.DataFrame({"accident_id": ["Z"], **casualties}), ME)
    yield made
    made.close()


def test_each_defect_is_named_once_with_its_areas(registry: Registry) -> None:
    quality = check_registry(registry, country=shapely.box(60, 29, 75, 39), today=TODAY)
    messages = {item.code: item.message for item in quality.findings}
    assert messages["overlap_duplicate"].startswith("1 pairs of areas are the same place twice (A and B); 1,03")
    assert messages["overlap_nested"].startswith("2 areas lie inside another (A and C, B and C)")
    assert messages["overlap_released_over_open"].startswith("2 released areas overlap open ones (A and D, B and D)")
    assert messages["not_located"].startswith("1 areas have no place (E)")
    assert messages["point_only"] == "1 areas are known as a point only (F)."
    assert messages["outside_country"] == "1 areas lie outside the country (F)."
    assert messages["cha_without_evidence"].startswith("2 confirmed hazardous areas have no direct evidence (A, D)")
    assert messages["sha_with_evidence"].startswith("1 suspected hazardous areas have direct evidence (B)")
    assert messages["reference_unknown"] == "1 evidence name a record of hazard_areas that is not there (2 names X)."
    assert messages["release_without_product"].startswith("1 released areas have no release product")
    assert messages["survey_old"] == "2 open areas were last surveyed or recorded more than 10 years ago (B, C)."
    assert messages["place_spelling"] == "1 names of admin1 are spelt in several ways (NORTH / North)."
    assert messages["saddd_incomplete"] == "Sex and age group are known for 50% of casualties."
    assert [item.code for item in quality.findings].count("overlap_nested") == 1


def test_the_scorecard_counts_by_province_and_in_all(registry: Registry) -> None:
    card = check_registry(registry, today=TODAY).scorecard.set_index("admin1")
    assert card.index.tolist() == ["", "*", "NORTH", "North", "South"]
    assert card.n_areas.tolist() == [1, 6, 1, 2, 2]
    assert card.n_open.tolist() == [1, 5, 1, 2, 1]
    assert card.loc["*", "located_share"] == pytest.approx(5 / 6)
    assert card.loc["*", "outlined_share"] == pytest.approx(4 / 6)
    assert card.loc["*", "type_stated_share"] == pytest.approx(5 / 6)
    assert card.loc["North", "surveyed_10y_share"] == 0.5
    assert card.loc["North", "saddd_share"] == 0.5
    assert pd.isna(card.loc["South", "saddd_share"])


def test_the_result_is_plain_json_and_unknown_is_null(registry: Registry) -> None:
    plain = json.loads(json.dumps(check_registry(registry, today=TODAY).as_dict()))
    south = next(row for row in plain["scorecard"] if row["admin1"] == "South")
    assert south["saddd_share"] is None
    assert south["n_areas"] == 2


def test_an_empty_registry_has_no_defects(tmp_path: Path) -> None:
    empty = open_registry(tmp_path / "registry.sqlite", create=True)
    quality = check_registry(empty)
    assert quality.findings == ()
    assert len(quality.scorecard) == 0
    empty.close()


def test_absent_evidence_is_one_finding(tmp_path: Path) -> None:
    made = open_registry(tmp_path / "registry.sqlite", create=True)
    made.apply("hazard_areas", pd.DataFrame({"area_id": [str(i) for i in range(50)], "hazard_type": ["CHA"] * 50}), ME)
    codes = [item.code for item in check_registry(made, today=TODAY).findings]
    assert codes.count("evidence_absent") == 1
    assert "cha_without_evidence" not in codes
    made.close()


def _areas(**columns: list[object]) -> geopandas.GeoDataFrame:
    """Areas side by side, one a value."""
    n = len(columns["area_id"])
    boxes = [shapely.box(65 + i / 10, 33, 65.01 + i / 10, 33.01) for i in range(n)]
    given = {"recorded_date": pd.to_datetime(["2020-01-01"] * n), "status": ["open"] * n, **columns}
    return geopandas.GeoDataFrame(given, geometry=given.pop("geometry", boxes), crs=4326)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Registry]:
    """An empty registry."""
    empty = open_registry(tmp_path / "own.sqlite", create=True)
    yield empty
    empty.close()


def _found(registry: Registry, **options: object) -> dict[str, str]:
    return {item.code: item.message for item in check_registry(registry, today=TODAY, **options).findings}


def test_identifiers_that_may_be_one_record_are_named(made: Registry) -> None:
    made.apply("hazard_areas", _areas(area_id=["HA-7", "ha 0007", "HA-70", "1-11", "11-1"], imsma_id=["X", "X", "Y", None, None]), ME)
    found = _found(made)
    assert found["ids_alike"] == "1 identifiers of hazard_areas are spelt in several ways (HA-7 / ha 0007); they may be one record."
    assert found["imsma_id_double"] == "1 IMSMA identifiers stand on more than one record (X: HA-7, ha 0007)."


def test_points_on_one_spot_and_exchanged_coordinates_are_named_and_nothing_is_changed(made: Registry) -> None:
    spots = [shapely.Point(65, 33), shapely.Point(65, 33), shapely.Point(33, 65), shapely.Point(-70, 5)]
    made.apply("hazard_areas", _areas(area_id=["A", "B", "swapped", "far"], geometry=spots), ME)
    head = made.head()
    found = _found(made, country=shapely.box(60, 29, 75, 39))
    assert found["point_duplicate"] == "1 places hold several areas that are known as a point (A / B)."
    message = "1 areas lie outside the country, but inside it with longitude and latitude exchanged (swapped)."
    assert found["coordinates_swapped"] == message
    assert found["outside_country"] == "1 areas lie outside the country (far)."
    assert made.head() == head


def test_a_name_that_stands_for_several_places_is_asked_about(made: Registry) -> None:
    made.apply("hazard_areas", _areas(area_id=["A", "B", "C"], admin1=["North", "South", "South"], admin2=["Ford", "Ford", "Hill"]), ME)
    text = "1 names of admin2 stand in more than one admin1 (Ford: North, South): a name alone does not say which is meant."
    assert _found(made)["place_ambiguous"] == text


def test_what_is_not_stated_is_named_and_not_guessed(made: Registry) -> None:
    made.apply(
        "hazard_areas", _areas(area_id=["A", "B"], hazard_type=["SHA", None], status=[None, "released"], eo_categories=["UXO", None]), ME
    )
    found = _found(made)
    assert found["type_not_stated"] == "1 areas do not state their type (B); it is not guessed."
    assert found["status_not_stated"] == "1 areas do not state their status (A); it is not guessed."
    assert "eo_not_stated" not in found


def test_an_imbalance_of_the_ledger_is_a_finding_and_stands_in_the_scorecard(made: Registry) -> None:
    made.apply("hazard_areas", _areas(area_id=["A", "B"], admin1=["North", "South"], area_stated_m2=[1_035_000.0, None]), ME)
    made.apply("hazard_areas", pd.DataFrame({"area_id": ["A"], "status": ["released"]}), ChangeMeta("Ana", true_on=dt.date(2023, 7, 1)))
    quality = check_registry(made, today=TODAY)
    found = {item.code: item.message for item in quality.findings}
    head = "Ledger 2023-01-01 to 2024-06-01: 1 areas were closed without a release product that says how (A): +1,03"
    assert found["ledger_no_product"].startswith(head)
    card = quality.scorecard.set_index("admin1").ledger_imbalance_m2
    assert card.round(-5).to_dict() == {"*": 1_000_000, "North": 1_000_000, "South": 0}
    work = [item for item in quality.work if item.code == "ledger_no_product"]
    assert [(item.record_id, item.admin1, item.detail[:44]) for item in work] == [
        ("A", "North", "ledger 2023-01-01 to 2024-06-01: off by +1,0")
    ]


def test_the_work_list_has_a_row_for_each_record_and_finding(registry: Registry) -> None:
    quality = check_registry(registry, country=shapely.box(60, 29, 75, 39), today=TODAY)
    table = quality.work_list()
    rows = table[table.code == "overlap_nested"][["table", "record_id", "admin1", "detail", "to_do"]]
    assert rows.record_id.tolist() == ["A", "C", "B", "C"]
    assert rows.admin1.tolist() == ["North", "NORTH", "North", "NORTH"]
    assert rows.detail.iloc[0].endswith("m2 shared with C")
    assert set(rows.to_do) == {"Totals use the union; look at them on the map."}
    assert table[table.code == "survey_old"].detail.tolist() == ["last on 2001-01-01", "last on 2002-01-01"]
    assert table[table.code == "reference_unknown"][["table", "record_id", "detail"]].to_numpy().tolist() == [
        ["evidence", "2", "names area_id X"]
    ]
    assert set(table.code) == {item.code for item in quality.findings}
    assert table.severity.tolist() == sorted(table.severity, key=("error", "warning", "note").index)


def test_a_past_state_is_checked_as_it_was(registry: Registry) -> None:
    registry.apply("hazard_areas", pd.DataFrame({"area_id": ["E"], "hazard_type": ["SHA"]}), ME)
    then = check_registry(registry, as_of=dt.date(2023, 1, 1))
    assert "type_not_stated" in {item.code for item in then.findings}
    assert "type_not_stated" not in {item.code for item in check_registry(registry).findings}
    assert len(check_registry(registry, known=dt.datetime(2000, 1, 1)).scorecard) == 0


def test_slivers_and_touching_borders_are_told_apart() -> None:
    shapes = [BOX, shapely.box(65.00999, 33, 65.02, 33.01), shapely.box(65, 33.01, 65.01, 33.02)]
    frame = geopandas.GeoDataFrame({"status": ["open"] * 3}, geometry=shapes, crs=4326)
    pairs = find_overlaps(frame)
    assert list(zip(pairs.left.tolist(), pairs.right.tolist(), pairs.kind.tolist(), strict=True)) == [(0, 1, "sliver")]
    assert pairs.overlap_m2[0] == pytest.approx(1033, rel=0.02)
