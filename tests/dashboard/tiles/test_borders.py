"""Border lines of areas that tile a country."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from dashboard.tiles.borders import border_lines
from dashboard.tiles.context import ContextTiles, admin_ranks

WEST, EAST, NORTH = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.Polygon([(0, 1), (1, 1), (2, 1), (2, 2), (0, 2)])
ISLAND = shapely.box(5, 5, 5.1, 5.1)


def test_a_shared_border_is_there_once_and_the_coast_is_not() -> None:
    lines = border_lines(np.array([WEST, EAST, shapely.MultiPolygon([NORTH, ISLAND])]), keep_outer=False)
    assert shapely.union_all(lines).equals(shapely.MultiLineString([[(1, 0), (1, 1)], [(0, 1), (2, 1)]]))
    assert shapely.length(lines).sum() == 3


def test_the_coast_stays_where_nothing_else_draws_it() -> None:
    lines = border_lines(np.array([WEST, EAST, NORTH]), keep_outer=True)
    assert shapely.length(lines).sum() == 3 + 8


def test_outlines_that_share_nothing_are_all_kept() -> None:
    apart = np.array([WEST, shapely.box(3, 0, 4, 1), None, shapely.Polygon(), shapely.Point(1, 1)])
    assert shapely.length(border_lines(apart, keep_outer=False)).sum() == 8


def test_nothing_has_no_borders() -> None:
    assert len(border_lines(np.array([None, shapely.Polygon()]), keep_outer=True)) == 0


def test_the_layer_with_the_fewest_areas_comes_first(snapshot: object) -> None:
    kind = type(snapshot.context_layers[0])  # type: ignore[attr-defined]
    sizes = {"communes": 900, "provinces": 8}
    layers = [kind("roads", "road", "line", 0, 3), *(kind(each, "admin", "polygon", 0, n) for each, n in sizes.items())]
    assert admin_ranks(layers) == {"provinces": 1, "communes": 2}


def test_a_border_layer_comes_as_lines_and_points_that_bear_the_names(snapshot: object, decode: object) -> None:
    kind = type(snapshot.context_layers[0])  # type: ignore[attr-defined]
    frame = gpd.GeoDataFrame({"name": ["West", "East"]}, geometry=[WEST, EAST], crs="EPSG:4326")
    land = gpd.GeoDataFrame({"name": ["Land"]}, geometry=[shapely.box(0, 0, 2, 1)], crs="EPSG:4326")
    layers = {"provinces": (kind("provinces", "admin", "polygon", 0, 2), frame), "land": (kind("land", "land", "polygon"), land)}
    tiles = ContextTiles.from_snapshot(type(snapshot)(frame, layers), "provinces")  # type: ignore[call-arg]
    features = decode(tiles.tile(6, 32, 31))["provinces"]["features"]  # type: ignore[operator]
    assert sorted((each["geometry"]["type"], each["properties"].get("name", "")) for each in features) == [
        ("LineString", ""),
        ("Point", "East"),
        ("Point", "West"),
    ]


@pytest.mark.parametrize("n", [40])
def test_many_squares_share_every_inner_border_once(n: int) -> None:
    grid = np.array([shapely.box(x, y, x + 1, y + 1) for x in range(n) for y in range(n)])
    assert shapely.length(border_lines(grid, keep_outer=False)).sum() == 2 * n * (n - 1)
