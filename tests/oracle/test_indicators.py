"""Indicators against other libraries and brute force."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine
from exactextract import exact_extract
from pyproj import CRS

from geodata.indicators.interpolate import interpolate
from geodata.indicators.nearest import nearest
from geodata.indicators.parameters import (
    InterpolateParameters,
    NearestParameters,
    ShareParameters,
    WithinParameters,
    ZonalParameters,
)
from geodata.indicators.share import share
from geodata.indicators.within import within
from geodata.indicators.zonal import zonal
from geodata.layers.raster import RasterLayer
from geodata.schema.config import LayerSection

METRES = CRS.from_epsg(32637)
RNG_SEED = 7


def areas(n: int = 60) -> gpd.GeoDataFrame:
    """Stars of 5 to 12 corners, 20 to 400 m across, within 5 km."""
    rng = np.random.default_rng(RNG_SEED)
    shapes = []
    for _ in range(n):
        angle = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(5, 12)))
        radius = rng.uniform(10, 200) * rng.uniform(0.5, 1, len(angle))
        x, y = rng.uniform(500, 4500, 2)
        shapes.append(shapely.make_valid(shapely.Polygon(np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)]))))
    return gpd.GeoDataFrame(geometry=shapes, crs=METRES)


def land(n: int = 200) -> gpd.GeoDataFrame:
    """Overlapping discs of three uses, with bare ground between them."""
    rng = np.random.default_rng(RNG_SEED + 1)
    discs = [shapely.Point(x, y).buffer(r, 8) for x, y, r in zip(*rng.uniform(0, 5000, (2, n)), rng.uniform(50, 500, n), strict=True)]
    return gpd.GeoDataFrame({"use": rng.choice(["farm", "forest", "town"], n)}, geometry=discs, crs=METRES)


@pytest.fixture
def cells(tmp_path: Path) -> RasterLayer:
    array = np.random.default_rng(RNG_SEED).gamma(1, 5, (50, 50)).astype("float32")
    array[:8, :] = -1
    with rasterio.open(
        tmp_path / "cells.tif", "w", driver="GTiff", width=50, height=50, count=1, dtype="float32", nodata=-1,
        crs=METRES.to_wkt(), transform=Affine(100, 0, 0, 0, -100, 5000),
    ) as file:  # fmt: skip
        file.write(array, 1)
    said = {"id": "cells", "path": "cells.tif", "kind": "raster", "source": "s", "licence": "l"}
    return RasterLayer(LayerSection.model_validate(said), tmp_path)


@pytest.mark.parametrize("stat", ["sum", "mean", "min", "max"])
def test_zonal_statistics_equal_exactextract(cells: RasterLayer, stat: str) -> None:
    ours = zonal(areas(), cells, ZonalParameters(stat=stat)).values  # type: ignore[arg-type]
    theirs = exact_extract(str(cells.path), areas(), [stat, "count"], output="pandas")
    expected = np.where(theirs["count"] > 0, theirs[stat].astype("float64"), np.nan)
    cells.close()
    np.testing.assert_allclose(ours, expected, rtol=1e-12)
    assert np.isnan(expected).any()


def test_zonal_sums_equal_the_intersection_of_every_cell(cells: RasterLayer) -> None:
    found = zonal(areas(), cells, ZonalParameters(stat="sum", reach_m=150))
    array = np.ma.filled(cells.read((0, 0, 50, 50)).astype("float64"), np.nan)
    row, column = (axis.ravel() for axis in np.indices(array.shape))
    boxes = shapely.box(column * 100, 5000 - row * 100 - 100, column * 100 + 100, 5000 - row * 100)
    cells.close()
    for number in range(0, 60, 7):
        around = areas().geometry.iloc[number].buffer(150)
        fraction = shapely.area(shapely.intersection(boxes, around)) / 1e4
        known = ~np.isnan(array.ravel())
        expected = float((fraction * np.nan_to_num(array.ravel())).sum()) if fraction[known].sum() > 0 else np.nan
        np.testing.assert_allclose(found.values.iloc[number], expected, rtol=1e-6)
        np.testing.assert_allclose(found.coverage.iloc[number], fraction[known].sum() * 1e4 / around.area, rtol=1e-6, atol=1e-9)


def test_shares_equal_the_overlay_of_dissolved_classes() -> None:
    units = areas().reset_index(names="unit")
    dissolved = land().dissolve("use").reset_index()
    anything = land().dissolve()
    under_farm = gpd.overlay(units, dissolved[dissolved["use"] == "farm"]).assign(m2=lambda f: f.area).groupby("unit")["m2"].sum()
    under_any = gpd.overlay(units, anything[["geometry"]]).assign(m2=lambda f: f.area).groupby("unit")["m2"].sum()
    farm, mapped = (series.reindex(units["unit"], fill_value=0.0).to_numpy() for series in (under_farm, under_any))
    found = share(areas(), land(), ShareParameters(class_column="use", classes=("farm",)))
    expected = np.divide(farm, mapped, out=np.full(len(units), np.nan), where=mapped > 0)
    np.testing.assert_allclose(found.values, expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.coverage, mapped / units.area, rtol=1e-9)
    assert np.isnan(expected).any()
    assert (expected[~np.isnan(expected)] <= 1).all()


def test_distances_equal_brute_force() -> None:
    lines = land().boundary.to_frame("geometry")
    found = nearest(areas(), gpd.GeoDataFrame(lines, crs=METRES), NearestParameters())
    expected = shapely.distance(areas().geometry.to_numpy()[:, None], lines["geometry"].to_numpy()[None, :]).min(axis=1)
    np.testing.assert_allclose(found.values, expected, rtol=1e-12)


@pytest.mark.parametrize("reach_m", [0.0, 250.0])
def test_counts_and_sums_equal_brute_force(reach_m: float) -> None:
    rng = np.random.default_rng(RNG_SEED)
    points = gpd.GeoDataFrame({"people": rng.integers(1, 9, 500)}, geometry=gpd.points_from_xy(*rng.uniform(0, 5000, (2, 500))), crs=METRES)
    near = shapely.distance(areas().geometry.to_numpy()[:, None], points.geometry.to_numpy()[None, :]) <= reach_m
    counts = within(areas(), points, WithinParameters(reach_m=reach_m)).values
    sums = within(areas(), points, WithinParameters(reach_m=reach_m, stat="sum", column="people")).values
    np.testing.assert_array_equal(counts, near.sum(axis=1))
    np.testing.assert_array_equal(sums, near @ points["people"].to_numpy())


def test_lengths_equal_the_overlay_of_lines() -> None:
    lines = gpd.GeoDataFrame(geometry=land(60).boundary, crs=METRES)
    units = areas().reset_index(names="unit")
    cut = gpd.overlay(lines, units, how="intersection", keep_geom_type=False)
    expected = cut.assign(km=cut.length / 1e3).groupby("unit")["km"].sum().reindex(units["unit"], fill_value=0.0)
    found = within(areas(), lines, WithinParameters(stat="length_km"))
    np.testing.assert_allclose(found.values, expected, rtol=1e-9, atol=1e-12)


def test_inverse_distance_equals_the_formula_over_sorted_distances() -> None:
    rng = np.random.default_rng(RNG_SEED)
    places = rng.uniform(10_000, 20_000, (40, 2))
    points = gpd.GeoDataFrame({"rwi": rng.normal(size=40)}, geometry=gpd.points_from_xy(*places.T), crs=METRES)
    said = InterpolateParameters(column="rwi", power=1.5, neighbours=5)
    found = interpolate(areas(), points, said)
    for number, centre in enumerate(areas().centroid):
        distance = np.hypot(*(places - (centre.x, centre.y)).T)
        near = np.argsort(distance)[:5]
        weight = distance[near] ** -1.5
        expected = (weight * points["rwi"].to_numpy()[near]).sum() / weight.sum()
        np.testing.assert_allclose(found.values.iloc[number], expected, rtol=1e-10)
