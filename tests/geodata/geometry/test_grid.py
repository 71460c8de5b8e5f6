"""A grid covers its country with cells of one size, whose ids stay."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geodata.errors import CrsError
from geodata.geometry.area import measured_area_m2
from geodata.geometry.crs import local_equal_area
from geodata.geometry.grid import make_grid, make_h3_cells

COUNTRY = shapely.Polygon([(10, 10), (11, 10), (11, 10.5), (10.5, 11), (10, 11)])


def test_cells_cover_the_country_and_are_equal() -> None:
    grid = make_grid(COUNTRY, 10_000)
    assert grid.area_id.is_unique
    assert grid.area_id.is_monotonic_increasing
    cover = shapely.union_all(grid.geometry.to_numpy(), grid_size=1e-9)
    assert shapely.area(shapely.difference(COUNTRY, cover)) < 1e-4
    assert measured_area_m2(grid.geometry.to_numpy()) == pytest.approx(np.full(len(grid), 1e8), rel=1e-4)


def test_a_cell_keeps_its_id_when_the_country_grows() -> None:
    crs = local_equal_area(COUNTRY.bounds)
    small, large = make_grid(COUNTRY, 20_000, crs), make_grid(COUNTRY.buffer(0.5), 20_000, crs)
    both = small.merge(large, on="area_id", suffixes=("", "_large"))
    assert len(both) == len(small)
    assert shapely.equals_exact(both.geometry.to_numpy(), both.geometry_large.to_numpy(), tolerance=1e-9).all()


@pytest.mark.parametrize("edge", [0, -5, float("nan")])
def test_an_edge_must_be_above_zero(edge: float) -> None:
    with pytest.raises(CrsError, match="must be above 0 m"):
        make_grid(COUNTRY, edge)


@pytest.mark.parametrize("outline", [COUNTRY, COUNTRY.buffer(-0.35).union(shapely.box(12, 10, 12.001, 10.001))])
def test_h3_cells_cover_the_country_and_each_touches_it(outline: shapely.Geometry) -> None:
    h3 = pytest.importorskip("h3")
    cells = make_h3_cells(outline, 5)
    assert cells.area_id.is_unique
    assert cells.area_id.is_monotonic_increasing
    assert all(h3.get_resolution(cell) == 5 for cell in cells.area_id)
    assert shapely.intersects(cells.geometry.to_numpy(), outline).all()
    assert shapely.area(shapely.difference(outline, shapely.union_all(cells.geometry.to_numpy()))) < 1e-9


@pytest.mark.parametrize("resolution", [-1, 13])
def test_an_h3_resolution_out_of_bounds_is_refused(resolution: int) -> None:
    with pytest.raises(CrsError, match="whole number from 0 to 12"):
        make_h3_cells(COUNTRY, resolution)
