"""Zonal statistics, worked by hand on cells of 100 m."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely
import shapely.affinity
from affine import Affine

from geodata.errors import CrsError
from geodata.indicators.parameters import ZonalParameters
from geodata.indicators.zonal import zonal
from geodata.layers.raster import RasterLayer

Make = Callable[..., Any]
CELLS = np.array([[1, 2, -1], [3, 4, 5]], "float32")
"""Unknown in the upper right; the upper left cell is x 0..100, y 900..1000."""


def run(areas: Any, layer: RasterLayer, **parameters: Any) -> tuple[list[float], list[float]]:
    found = zonal(areas, layer, ZonalParameters(**parameters))
    layer.close()
    assert found.values.index.equals(areas.index)
    return found.values.tolist(), found.coverage.tolist()


@pytest.mark.parametrize(("stat", "value"), [("sum", 1 * 0.5 + 2 * 0.25 + 3 * 0.5 + 4 * 0.25), ("mean", 3.5 / 1.5), ("min", 1), ("max", 4)])
def test_cells_count_by_the_fraction_inside(frame: Make, raster: Make, stat: str, value: float) -> None:
    areas = frame(shapely.box(50, 800, 125, 1000))
    values, coverage = run(areas, raster(CELLS), stat=stat)
    assert values == pytest.approx([value])
    assert coverage == pytest.approx([1.0])


def test_the_share_of_classes_counts_fractions(frame: Make, raster: Make) -> None:
    values, _ = run(frame(shapely.box(50, 800, 125, 1000)), raster(CELLS), stat="share", class_values=(1, 4))
    assert values == pytest.approx([0.75 / 1.5])


def test_cells_without_data_are_unknown_and_lower_the_coverage(frame: Make, raster: Make) -> None:
    areas = frame(shapely.box(200, 900, 300, 1000), shapely.box(100, 900, 300, 1000), shapely.box(200, 900, 400, 1000))
    values, coverage = run(areas, raster(CELLS), stat="sum")
    np.testing.assert_allclose(values, [np.nan, 2, np.nan])
    np.testing.assert_allclose(coverage, [0, 0.5, 0])


def test_an_area_off_the_grid_is_unknown_and_one_without_place_too(frame: Make, raster: Make) -> None:
    areas = frame(shapely.box(5000, 0, 5100, 100), None, shapely.Polygon())
    values, coverage = run(areas, raster(CELLS), stat="sum")
    assert np.isnan(values).all()
    np.testing.assert_array_equal(coverage, [0, np.nan, np.nan])


def test_an_area_half_off_the_grid_is_half_covered(frame: Make, raster: Make) -> None:
    values, coverage = run(frame(shapely.box(-100, 900, 100, 1000)), raster(CELLS), stat="sum")
    assert (values, coverage) == (pytest.approx([1]), pytest.approx([0.5]))


def test_an_area_smaller_than_a_cell_takes_its_fraction(frame: Make, raster: Make) -> None:
    values, _ = run(frame(shapely.box(110, 910, 120, 920)), raster(CELLS), stat="sum")
    assert values == pytest.approx([2 * 0.01])


def test_a_reach_adds_the_cells_around(frame: Make, raster: Make) -> None:
    layer = raster(np.ones((10, 10), "float32"))
    values, coverage = run(frame(shapely.Point(500, 500), shapely.box(450, 450, 550, 550)), layer, stat="sum", reach_m=200)
    circle = shapely.Point(500, 500).buffer(200).area / 1e4
    assert values == pytest.approx([circle, shapely.box(450, 450, 550, 550).buffer(200).area / 1e4])
    assert coverage == pytest.approx([1, 1])


def test_a_point_takes_the_cell_under_it_but_has_no_sum(frame: Make, raster: Make) -> None:
    areas = frame(shapely.Point(50, 850), shapely.Point(250, 950), shapely.Point(-5, 850))
    np.testing.assert_array_equal(run(areas, raster(CELLS), stat="mean"), [[3, np.nan, np.nan], [1, 0, 0]])
    np.testing.assert_array_equal(run(areas, raster(CELLS), stat="sum")[0], [np.nan] * 3)
    np.testing.assert_array_equal(run(areas, raster(CELLS), stat="share", class_values=(3,))[0], [1, np.nan, np.nan])


def test_a_raster_in_degrees_is_met_by_reprojected_areas(frame: Make, raster: Make) -> None:
    areas = frame(shapely.box(500_000, 4_400_000, 501_000, 4_401_000))
    degrees = areas.to_crs(4326)
    west, south, east, north = degrees.total_bounds
    layer = raster(
        np.full((40, 40), 7.0, "float32"), crs=4326,
        transform=Affine((east - west) / 20, 0, west - (east - west) / 2, 0, -(north - south) / 20, north + (north - south) / 2),
    )  # fmt: skip
    values, coverage = run(areas, layer, stat="sum")
    cells = shapely.area(degrees.geometry.iloc[0]) / ((east - west) * (north - south) / 400)
    assert values == pytest.approx([7 * cells], rel=1e-9)
    assert coverage == pytest.approx([1.0])


def test_the_mean_over_degrees_weighs_cells_by_their_true_size(frame: Make, raster: Make) -> None:
    layer = raster(np.array([[0.0], [1.0]], "float32"), crs=4326, transform=Affine(1, 0, 38, 0, -30, 60))
    areas = frame(shapely.box(38, 0, 39, 60)).set_crs(4326, allow_override=True).to_crs(32637)
    values, _ = run(areas, layer, stat="mean")
    south, north = np.sin(np.radians(30)), np.sin(np.radians(60)) - np.sin(np.radians(30))
    assert values == pytest.approx([south / (south + north)], rel=1e-3)


def test_the_value_of_an_area_does_not_depend_on_the_others(frame: Make, raster: Make) -> None:
    rng = np.random.default_rng(1)
    layer = raster(rng.random((200, 200)), nodata=None, transform=Affine(0.1, 0, 0.3, 0, -0.1, 20.7))
    corners = rng.uniform(1, 15, (30, 2))
    boxes = [shapely.box(x, y, x + 2.34, y + 1.23) for x, y in corners]
    together = zonal(frame(*boxes), layer, ZonalParameters(stat="sum")).values.tolist()
    alone = [zonal(frame(box), layer, ZonalParameters(stat="sum")).values.iloc[0] for box in boxes]
    layer.close()
    assert together == alone


def test_a_reach_around_areas_in_degrees_is_refused(frame: Make, raster: Make) -> None:
    layer = raster(CELLS)
    degrees = frame(shapely.box(0, 0, 1, 1)).set_crs(4326, allow_override=True)
    with pytest.raises(CrsError, match="projected CRS in metres; found WGS 84"):
        zonal(degrees, layer, ZonalParameters(stat="sum", reach_m=1))
    layer.close()


def test_areas_in_the_raster_s_own_degrees_are_measured_as_they_are(frame: Make, raster: Make) -> None:
    layer = raster(np.full((4, 4), 8.0), crs=4326, transform=Affine(0.25, 0, 39, 0, -0.25, 6))
    areas = frame(shapely.box(39.125, 5.125, 39.5, 5.5)).set_crs(4326, allow_override=True)
    values, coverage = run(areas, layer, stat="sum")
    assert (values, coverage) == ([8.0 * 2.25], [1.0])


@pytest.mark.parametrize("cells_a_reading", [1, 10**9], ids=["read one by one", "read at once"])
def test_areas_far_apart_are_measured_alike_however_they_are_read(
    frame: Make, raster: Make, monkeypatch: pytest.MonkeyPatch, cells_a_reading: int
) -> None:
    monkeypatch.setattr("geodata.indicators.zonal._CELLS_A_READING", cells_a_reading)
    cells = np.arange(40_000, dtype="float32").reshape(200, 200)
    cells[3, 3] = -1
    areas = frame(shapely.box(50, 650, 250, 850), shapely.box(19_000, -18_950, 19_150, -18_800), shapely.box(330, 630, 360, 660))
    values, coverage = run(areas, raster(cells), stat="sum")
    expected = [sum(weight * cells[row, column] for row, column, weight in _shares(box)) for box in areas.geometry.iloc[:2]]
    np.testing.assert_allclose(values, [*expected, np.nan])
    np.testing.assert_allclose(coverage, [1, 1, 0])


def _shares(shape: shapely.Geometry) -> list[tuple[int, int, float]]:
    """Row, column and share of each cell of 100 m inside a shape; the upper left corner of the grid is at 0, 1000."""
    west, south, east, north = (int(edge) for edge in shape.bounds)
    rows, columns = range((1000 - north) // 100, (1000 - south) // 100 + 1), range(west // 100, east // 100 + 1)
    cells = [(row, column, shapely.box(0, 900, 100, 1000)) for row in rows for column in columns]
    moved = [(row, column, shapely.affinity.translate(cell, column * 100, -row * 100)) for row, column, cell in cells]
    return [(row, column, shapely.intersection(cell, shape).area / 1e4) for row, column, cell in moved]
