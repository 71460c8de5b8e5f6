"""Areas agree with the geodesic area and do not depend on how a ring is written."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod

from geodata.errors import CrsError
from geodata.geometry.area import measured_area_m2


@given(lon=st.floats(-179, 178), lat=st.floats(-80, 79), size=st.floats(0.0005, 0.5))
def test_measured_area_agrees_with_the_geodesic_area(lon: float, lat: float, size: float) -> None:
    square = shapely.box(lon, lat, lon + size, lat + size)
    edges = shapely.segmentize(square, size / 200)
    expected = abs(Geod(ellps="WGS84").geometry_area_perimeter(edges)[0])
    assert measured_area_m2(np.array([square]))[0] == pytest.approx(expected, rel=2e-4)


@given(st.integers(0, 5), st.booleans())
def test_area_does_not_depend_on_start_vertex_or_direction(start: int, turned: bool) -> None:
    ring = [(30.0, 10.0), (30.01, 10.0), (30.012, 10.006), (30.01, 10.01), (30.004, 10.012), (30.0, 10.01)]
    moved = ring[start:] + ring[:start]
    polygon = shapely.Polygon(moved[::-1] if turned else moved)
    crs = CRS.from_proj4("+proj=laea +lat_0=10 +lon_0=30 +datum=WGS84")
    same = measured_area_m2(np.array([shapely.Polygon(ring), polygon]), crs)
    assert same[1] == pytest.approx(same[0], rel=1e-12)


def test_what_has_no_extent_has_an_unknown_area_not_zero() -> None:
    things = np.array([None, shapely.Point(1, 1), shapely.LineString([(0, 0), (1, 1)]), shapely.box(0, 0, 1, 1)], object)
    areas = measured_area_m2(things)
    assert np.isnan(areas[:3]).all()
    assert areas[3] > 1e10


def test_degrees_are_no_unit_of_area() -> None:
    with pytest.raises(CrsError, match="in degrees"):
        measured_area_m2(np.array([shapely.box(0, 0, 1, 1)]), CRS.from_epsg(4326))
