"""Outlines with arcs are straightened closely, and never read as their chords."""

from __future__ import annotations

import math
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import geopandas
import pytest
import shapely

from geodata.ingest.child import read_file
from geodata.ingest.guard import UPLOAD_LIMITS

CIRCLE = ((500_000, 4_000_100), (500_100, 4_000_000), (500_000, 3_999_900), (499_900, 4_000_000), (500_000, 4_000_100))
ARC, CURVE_POLYGON, MULTI_SURFACE = 8, 10, 12


def _arcs() -> bytes:
    return struct.pack("<BII", 1, ARC, len(CIRCLE)) + b"".join(struct.pack("<dd", *point) for point in CIRCLE)


def _curve_polygon() -> bytes:
    return struct.pack("<BII", 1, CURVE_POLYGON, 1) + _arcs()


def _multi_surface() -> bytes:
    return struct.pack("<BII", 1, MULTI_SURFACE, 1) + _curve_polygon()


@pytest.mark.parametrize(
    ("kind", "wkb"), [("CURVEPOLYGON", _curve_polygon()), ("MULTISURFACE", _multi_surface())], ids=["curve polygon", "multi-surface"]
)
def test_a_circle_of_arcs_in_a_geopackage_keeps_its_area(kind: str, wkb: bytes, tmp_path: Path) -> None:
    path = tmp_path / "areas.gpkg"
    square = shapely.box(499_900, 3_999_900, 500_100, 4_000_100)
    frame = geopandas.GeoDataFrame({"area_id": ["arc", "straight", "nowhere"]}, geometry=[square, square, None], crs=32642)
    frame.to_file(path, layer="sha", SPATIAL_INDEX="NO")
    with closing(sqlite3.connect(path)) as database:
        header = b"GP\x00\x01" + struct.pack("<i", 32642)
        database.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = ?", (kind if kind == "CURVEPOLYGON" else "GEOMETRY",))
        database.execute("UPDATE sha SET geom = ? WHERE area_id = 'arc'", (header + wkb,))
        database.commit()
    raw = read_file(path, UPLOAD_LIMITS)
    assert raw.frame.area_id.tolist() == ["arc", "straight", "nowhere"]
    assert raw.geometry is not None
    assert raw.geometry[2] is None
    assert shapely.area(raw.geometry[:2]).tolist() == pytest.approx([math.pi * 100**2, 200**2], rel=0.002)
    assert shapely.is_valid(raw.geometry[:2]).all()
