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
from geodata.registry.overlaps import find_overlaps
from geodata.registry.quality import check_registry

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


def test_slivers_and_touching_borders_are_told_apart() -> None:
    shapes = [BOX, shapely.box(65.00999, 33, 65.02, 33.01), shapely.box(65, 33.01, 65.01, 33.02)]
    frame = geopandas.GeoDataFrame({"status": ["open"] * 3}, geometry=shapes, crs=4326)
    pairs = find_overlaps(frame)
    assert list(zip(pairs.left.tolist(), pairs.right.tolist(), pairs.kind.tolist(), strict=True)) == [(0, 1, "sliver")]
    assert pairs.overlap_m2[0] == pytest.approx(1033, rel=0.02)
