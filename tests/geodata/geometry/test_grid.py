"""A grid covers its country with cells of one size, whose ids stay."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geodata.errors import CrsError
from geodata.geometry.area import measured_area_m2
from geodata.geometry.crs import local_equal_area
from geodata.geometry.grid import make_grid

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
