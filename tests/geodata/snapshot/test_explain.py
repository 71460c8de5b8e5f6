"""What a build would do and why: told, and nothing done."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import shapely

from geodata.snapshot.explain import BuildPlan, explain_build

from .conftest import Programme

PIECES = ("people_1km", "people_mean", "farm", "road_m", "accidents_5y", "wealth")


def explain(programme: Programme) -> BuildPlan:
    return explain_build(programme.config, programme.registry, programme.folder)


def told(plan: BuildPlan) -> dict[str, tuple[int, tuple[str, ...]]]:
    return {item.id: (item.n_areas, item.reasons) for item in plan.indicators if item.id in PIECES and item.n_areas}


def files(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_size for path in folder.rglob("*") if path.is_file()}


def test_a_first_build_measures_all_and_explaining_it_writes_nothing(programme: Programme) -> None:
    before = files(programme.folder)
    plan = explain(programme)
    assert files(programme.folder) == before
    assert told(plan) == dict.fromkeys(PIECES, (24, ("nothing has been built yet",)))
    assert (plan.previous, plan.is_built, plan.n_areas, plan.n_new) == (None, False, 24, 24)
    assert plan.layers_to_prepare == ("land", "registry.accidents", "roads", "wealth")
    assert programme.build().data_version == plan.data_version


def test_a_large_raster_in_lines_is_read_in_tiles_with_the_same_values(programme: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    by_line = programme.build()
    shutil.rmtree(programme.folder / "derived")
    monkeypatch.setattr("geodata.layers.tiled._LEAST_CELLS", 1)
    monkeypatch.setattr("geodata.layers.tiled._LONGEST_LINE", 1)
    assert "people" in explain(programme).layers_to_prepare
    in_tiles = programme.build()
    np.testing.assert_array_equal(in_tiles.values, by_line.values)
    assert in_tiles.data_version == by_line.data_version
    assert len(list((programme.folder / "derived" / "cache" / "layers").glob("people-*.tif"))) == 1
    assert "people" not in explain(programme).layers_to_prepare


def test_nothing_changed_is_told_as_such(programme: Programme) -> None:
    built = programme.build().data_version
    plan = explain(programme)
    assert (plan.data_version, plan.previous, plan.is_built, told(plan)) == (built, built, True, {})
    assert (plan.n_new, plan.n_moved, plan.n_gone, plan.layers_to_prepare) == (0, 0, 0, ())


def test_each_reason_is_named(programme: Programme) -> None:
    programme.build()
    path = programme.folder / "layers" / "wealth.csv"
    path.write_text(path.read_text("utf-8").replace("\n", "\n39.5,5.5,0.25\n", 1), encoding="utf-8")
    programme.text = programme.text.replace("reach_m: 1000", "reach_m: 900").replace("2020-12-31", "2021-12-31")
    programme.text = programme.text.replace("{id: road_m,", "{id: track_m,")
    plan = explain(programme)
    assert told(plan) == {
        "people_1km": (24, ("its parameters changed",)),
        "accidents_5y": (24, ("the reference day of last_years changed",)),
        "wealth": (24, ("wealth changed",)),
    }
    always = {item.id: item.reasons for item in plan.indicators if item.method in ("join", "field")}
    assert always["poverty"] == ("the cache does not hold it", "it is measured anew by every build")
    assert plan.layers_to_prepare == ("wealth",)


def test_changed_areas_are_counted_and_only_they_are_measured(programme: Programme) -> None:
    programme.build()
    areas = programme.registry.tables["hazard_areas"]
    areas.loc[3, "geometry"] = shapely.Point(39.3, 5.3).buffer(0.001)
    programme.registry.tables["hazard_areas"] = areas.drop(index=5)
    plan = explain(programme)
    assert (plan.n_areas, plan.n_new, plan.n_moved, plan.n_gone) == (23, 0, 1, 1)
    reason = "these areas are new, have another outline, or an earlier build was stopped before them"
    assert told(plan) == dict.fromkeys(PIECES, (1, (reason,)))


def test_a_cache_that_was_deleted_is_named(programme: Programme) -> None:
    programme.build()
    shutil.rmtree(programme.folder / "derived" / "cache")
    programme.text = programme.text.replace("unit: people", "unit: persons")
    assert told(explain(programme)) == dict.fromkeys(PIECES, (24, ("the cache does not hold it",)))
