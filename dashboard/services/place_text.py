"""A drawn place as short text that fits in an address, so that a link restores it.

``area:`` parts are divided by ``~`` and rings by ``;`` (the first ring of a part is its outline, others are holes); ``line:``
and ``point:`` parts are divided by ``~``. A ring is ``lon,lat,lon,lat…`` in degrees; an area's last corner is not repeated.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.errors import GeodataError

MAX_CORNERS = 300
"""Corners of a place that still fit in an address."""
DIGITS = 6
"""Decimals of a degree; the sixth is about 0.1 m."""
_KINDS = {"area": 2, "line": 1, "point": 0}
_LEAST = {"area": 3, "line": 2, "point": 1}
_REMEDY = "Draw the place again, or upload it as a file."


def place_to_text(place: shapely.Geometry) -> str | None:
    """The text of a place.

    Parameters
    ----------
    place : Polygon, MultiPolygon, LineString, MultiLineString, Point or MultiPoint, EPSG:4326

    Returns
    -------
    str, or None where the place has more than ``MAX_CORNERS`` corners
    """
    if shapely.get_num_coordinates(place) > MAX_CORNERS:
        return None
    kind = {number: name for name, number in _KINDS.items()}[int(shapely.get_dimensions(place))]
    if kind == "area":
        parts = [";".join(_ring(ring) for ring in (part.exterior, *part.interiors)) for part in shapely.get_parts(place)]
    else:
        parts = [_numbers(shapely.get_coordinates(part)) for part in shapely.get_parts(place)]
    return f"{kind}:{'~'.join(parts)}"


def text_to_place(text: str) -> shapely.Geometry:
    """The place of a text, EPSG:4326; whether it can be looked up is not checked here.

    Raises
    ------
    GeodataError
        The text is no place, or has more than ``MAX_CORNERS`` corners.
    """
    kind, mark, rest = text.partition(":")
    if not mark or kind not in _KINDS:
        raise _unreadable("it names neither area, line nor point")
    if rest.count(",") > 2 * MAX_CORNERS:
        raise _unreadable(f"it has more than {MAX_CORNERS} corners")
    parts = [[_coordinates(ring, kind) for ring in part.split(";")] for part in rest.split("~")]
    if kind != "area" and any(len(rings) > 1 for rings in parts):
        raise _unreadable("only areas have holes")
    if kind == "area":
        return _one(shapely.multipolygons([shapely.polygons(rings[0], holes=rings[1:] or None) for rings in parts]))
    if kind == "line":
        return _one(shapely.multilinestrings([shapely.linestrings(rings[0]) for rings in parts]))
    return _one(shapely.multipoints(np.vstack([rings[0] for rings in parts])))


def typed_to_text(typed: str) -> str:
    """The text of coordinates as a person types them: one ``longitude, latitude`` pair a line (or divided by ``;``).

    One pair is a point, two are a line, three or more are the corners of an area.

    Raises
    ------
    GeodataError
        A line does not hold two numbers.

    >>> typed_to_text("12.5, 8\\n12.6, 8\\n12.6, 8.1")
    'area:12.5,8,12.6,8,12.6,8.1'
    """
    lines = [line.strip() for line in typed.replace(";", "\n").splitlines() if line.strip()]
    rows = [line.replace(",", " ").split() for line in lines]
    wrong = [line for line, row in zip(lines, rows, strict=True) if len(row) != 2 or not all(map(_is_number, row))]
    if wrong or not rows:
        found = f"; {wrong[0][:60]!r} is not" if wrong else ", but there is none"
        raise GeodataError(
            f"Each line must be a longitude and a latitude in degrees{found}.", "Write 12.345, 8.765", code="place_unreadable"
        )
    kind = {1: "point", 2: "line"}.get(len(rows), "area")
    text = f"{kind}:" + ",".join(_number(float(number)) for row in rows for number in row)
    text_to_place(text)
    return text


def _ring(ring: shapely.LinearRing) -> str:
    return _numbers(shapely.get_coordinates(ring)[:-1])


def _numbers(coordinates: NDArray[np.float64]) -> str:
    return ",".join(_number(value) for value in coordinates.ravel().tolist())


def _number(value: float) -> str:
    return f"{round(value, DIGITS):.{DIGITS}f}".rstrip("0").rstrip(".")


def _coordinates(ring: str, kind: str) -> NDArray[np.float64]:
    texts = ring.split(",")
    if len(texts) % 2 or len(texts) < 2 * _LEAST[kind] or not all(map(_is_number, texts)):
        raise _unreadable(f"{ring[:40]!r} is no list of longitudes and latitudes")
    pairs = np.array([float(text) for text in texts]).reshape(-1, 2)
    return np.vstack([pairs, pairs[:1]]) if kind == "area" else pairs


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text))) and len(text) < 40
    except ValueError:
        return False


def _one(place: shapely.Geometry) -> shapely.Geometry:
    """A place of one part without its wrapping."""
    return shapely.get_geometry(place, 0) if shapely.get_num_geometries(place) == 1 else place


def _unreadable(why: str) -> GeodataError:
    return GeodataError(f"The place in the address cannot be read: {why}.", _REMEDY, code="place_unreadable")
