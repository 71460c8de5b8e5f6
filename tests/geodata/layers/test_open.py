"""Checking a layer names everything that keeps it from being used."""

from __future__ import annotations

from pathlib import Path

from geodata.layers.open import check_layer, open_layer
from geodata.layers.raster import RasterLayer
from geodata.layers.table import TableLayer
from geodata.layers.vector import VectorLayer
from geodata.schema.config import LayerSection


def section(kind: str, **said: object) -> LayerSection:
    base = {"id": "poverty", "path": "poverty.csv", "kind": kind, "source": "s", "licence": "l"}
    return LayerSection.model_validate({**base, **said})


def test_the_kind_decides_what_is_opened(tmp_path: Path) -> None:
    kinds = [type(open_layer(section(kind), tmp_path)) for kind in ("raster", "table", "polygon", "line", "point")]
    assert kinds == [RasterLayer, TableLayer, VectorLayer, VectorLayer, VectorLayer]


def test_a_missing_file_is_one_problem(tmp_path: Path) -> None:
    (problem,) = check_layer(section("table"), tmp_path, ["ipm"])
    assert (problem.path, problem.value) == ("layers[poverty].path", "poverty.csv")


def test_every_missing_column_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "poverty.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    problems = check_layer(section("table", columns={"key": "code"}, where={"year": [1]}), tmp_path, ["ipm", "a"])
    assert [problem.value for problem in problems] == ["ipm", "code", "year"]
    assert problems[0].fix == "It has a, b."


def test_an_unreadable_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "poverty.csv").write_text("hello", encoding="utf-8")
    (problem,) = check_layer(section("raster"), tmp_path, [])
    assert "cannot be read as a raster" in problem.problem
