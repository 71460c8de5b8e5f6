"""Which CRS to measure in, what a file's CRS is, and whether coordinates can be what they are said to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info, query_utm_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import CRSError as ProjCrsError
from pyproj.exceptions import ProjError

from geodata.errors import CrsError

WGS84 = "EPSG:4326"
_MIN_MATCH = 70
"""Confidence (per cent) from which a CRS written out in words counts as a known EPSG code."""


@dataclass(frozen=True)
class Plausibility:
    """What coordinates look like when they are read as longitude and latitude.

    Attributes
    ----------
    n_located : int
        Geometries with coordinates.
    not_finite, out_of_range : arrays of row numbers
        Rows with NaN or infinite coordinates; rows beyond 180 degrees east or 90 degrees north.
    outside : array of row numbers
        Rows with finite, possible coordinates that lie off the country (empty where no outline is known).
    swap_fits : bool
        True where longitude and latitude exchanged would lie in the country (or in range) and as given they do not.
    """

    n_located: int
    not_finite: NDArray[np.intp]
    out_of_range: NDArray[np.intp]
    outside: NDArray[np.intp]
    swap_fits: bool


def parse_crs(text: str) -> CRS:
    """A CRS from a code, WKT or PROJ text.

    A CRS written out without a code (an old ``.prj``) becomes the EPSG entry it stands for, where one matches: the entry knows the
    datum shift that the text leaves out.

    Raises
    ------
    CrsError
        The text is no CRS.
    """
    try:
        crs = CRS.from_user_input(text)
    except ProjCrsError:
        shown = text if len(text) <= 60 else f"{text[:57]}..."
        raise CrsError(f"{shown!r} is no coordinate reference system.", "Give an EPSG code such as EPSG:32642.") from None
    code = crs.to_epsg(min_confidence=100) or crs.to_epsg(min_confidence=_MIN_MATCH)
    return CRS.from_epsg(code) if code else crs


def has_unknown_datum(crs: CRS) -> bool:
    """Whether a CRS without a code leaves open which datum it is on."""
    datum = crs.geodetic_crs.datum if crs.geodetic_crs else None
    named = datum.name.casefold() if datum else "unknown"
    return crs.to_epsg() is None and ("unknown" in named or "not_specified" in named or "unspecified" in named)


def similar_crs(crs: CRS, limit: int = 3) -> list[str]:
    """Projected EPSG entries with the same projection parameters and ellipsoid, ``EPSG:n (name)``, current ones first.

    Looks through the whole register, which takes some seconds: for error messages only.
    """
    wanted = _parameters(crs)
    if not wanted:
        return []
    found = []
    for info in query_crs_info("EPSG", PJType.PROJECTED_CRS, allow_deprecated=False):
        candidate = CRS.from_epsg(int(info.code))
        if _parameters(candidate) == wanted and _same_ellipsoid(crs, candidate):
            found.append(f"EPSG:{info.code} ({info.name})")
            if len(found) == limit:
                break
    return found


def _parameters(crs: CRS) -> tuple[float, ...]:
    """Numbers of a projection, sorted, degrees to 7 digits; scale and metres as they are."""
    operation = crs.coordinate_operation
    if operation is None:
        return ()
    return tuple(sorted(round(float(param.value), 5) for param in operation.params if not isinstance(param.value, str)))


def _same_ellipsoid(left: CRS, right: CRS) -> bool:
    if left.ellipsoid is None or right.ellipsoid is None:
        return False
    return abs(left.ellipsoid.semi_major_metre - right.ellipsoid.semi_major_metre) < 1.0


def crs_label(crs: CRS) -> str:
    """``EPSG:n`` where the CRS has a code, else its name."""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.name


def local_equal_area(bounds: Sequence[float]) -> CRS:
    """Lambert azimuthal equal area at the middle of an extent.

    Parameters
    ----------
    bounds : (west, south, east, north) in degrees
        ``west`` greater than ``east`` means across the antimeridian.

    Returns
    -------
    CRS in metres; distances err by less than 0.1 % within 500 km of the centre, areas not at all.

    Raises
    ------
    CrsError
        The bounds are not finite.
    """
    west, south, east, north = (float(value) for value in bounds)
    if not np.isfinite([west, south, east, north]).all():
        raise CrsError("An equal-area CRS needs an extent, but no area has coordinates.", "Locate at least one area.")
    east = east + 360.0 if east < west else east
    lon = (west + east) / 2.0
    lon = lon - 360.0 if lon > 180.0 else lon
    return CRS.from_proj4(f"+proj=laea +lat_0={(south + north) / 2.0:.4f} +lon_0={lon:.4f} +datum=WGS84 +units=m +no_defs")


def measuring_crs(setting: str, geometry: NDArray[np.object_]) -> CRS:
    """The equal-area CRS that areas are measured in.

    Parameters
    ----------
    setting : str
        ``auto``, or a code from ``programme.crs``.
    geometry : array of geometries, EPSG:4326

    Raises
    ------
    CrsError
        The code is no projected CRS, or nothing has coordinates.
    """
    if setting == "auto":
        return local_equal_area(lonlat_bounds(geometry))
    crs = parse_crs(setting)
    if not crs.is_projected:
        raise CrsError(f"programme.crs is {setting}, which is in degrees; areas need metres.", "Use auto or a projected equal-area CRS.")
    return crs


def lonlat_bounds(geometry: NDArray[np.object_]) -> tuple[float, float, float, float]:
    """Smallest extent that holds all geometries, across the antimeridian where that is shorter (then west > east).

    Returns
    -------
    (west, south, east, north) in degrees; NaN where nothing has coordinates.
    """
    boxes = shapely.bounds(geometry)
    boxes = boxes[np.isfinite(boxes).all(axis=1)] if len(boxes) else boxes
    if not len(boxes):
        return (np.nan, np.nan, np.nan, np.nan)
    south, north = float(boxes[:, 1].min()), float(boxes[:, 3].max())
    west, east = float(boxes[:, 0].min()), float(boxes[:, 2].max())
    if east - west > 180.0:
        shifted = np.where(boxes[:, [0, 2]] < 0, boxes[:, [0, 2]] + 360.0, boxes[:, [0, 2]])
        w, e = float(shifted.min()), float(shifted.max())
        if e - w < east - west:
            return (w if w <= 180 else w - 360, south, e if e <= 180 else e - 360, north)
    return (west, south, east, north)


def reproject(geometry: NDArray[np.object_], source: CRS, target: CRS | str = WGS84) -> NDArray[np.object_]:
    """Geometries in another CRS, x before y; missing ones stay missing, coordinates that cannot be carried over become inf.

    Raises
    ------
    CrsError
        There is no way from one CRS to the other.
    """
    goal = CRS.from_user_input(target)
    if source == goal:
        return geometry
    try:
        transformer = Transformer.from_crs(source, goal, always_xy=True)
    except ProjError as error:
        message = f"Coordinates cannot be carried from {crs_label(source)} to {crs_label(goal)}: {error}."
        raise CrsError(message, "Choose another CRS with --crs.") from None

    def move(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        moved: tuple[NDArray[np.float64], NDArray[np.float64]] = transformer.transform(x, y)
        return moved

    moved: NDArray[np.object_] = shapely.transform(geometry, move, interleaved=False)
    return moved


def check_lonlat(geometry: NDArray[np.object_], outline: shapely.Geometry | None = None, slack_deg: float = 0.5) -> Plausibility:
    """Look at coordinates said to be longitude and latitude.

    Parameters
    ----------
    geometry : array of geometries
    outline : geometry or None
        The country, EPSG:4326.
    slack_deg : float
        How far beyond the country still counts as inside, degrees, to within a fiftieth of it.
    """
    boxes = shapely.bounds(geometry)
    has = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    finite = np.isfinite(boxes).all(axis=1) & has & _all_finite(geometry)
    possible = finite & (np.abs(boxes[:, [0, 2]]) <= 180.0).all(axis=1) & (np.abs(boxes[:, [1, 3]]) <= 90.0).all(axis=1)
    inside, swapped_inside = possible, np.zeros(len(boxes), bool)
    middle = boxes[:, :2] / 2.0 + boxes[:, 2:] / 2.0
    if outline is not None:
        land = outline.simplify(slack_deg / 50).buffer(slack_deg)  # a coast in every detail takes seconds to grow
        shapely.prepare(land)
        inside = possible & shapely.intersects_xy(land, middle[:, 0], middle[:, 1])
        swapped_inside = finite & shapely.intersects_xy(land, middle[:, 1], middle[:, 0])
    else:
        swapped_inside = finite & ~possible & (np.abs(middle[:, 1]) <= 180.0) & (np.abs(middle[:, 0]) <= 90.0)
    wrong = finite & ~inside
    swap_fits = bool(wrong.sum() > 0.5 * finite.sum() and (swapped_inside & wrong).sum() > 0.9 * wrong.sum())
    outside = np.flatnonzero(possible & ~inside)
    return Plausibility(int(has.sum()), np.flatnonzero(has & ~finite), np.flatnonzero(finite & ~possible), outside, swap_fits)


def _all_finite(geometry: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Whether every coordinate of each geometry is finite (bounds skip NaN)."""
    coordinates, rows = shapely.get_coordinates(geometry, return_index=True)
    bad = ~np.isfinite(coordinates).all(axis=1)
    result = np.ones(len(geometry), bool)
    result[rows[bad]] = False
    return result


def suggest_projected(x: NDArray[np.float64], y: NDArray[np.float64], outline: shapely.Geometry | None) -> list[str]:
    """UTM zones in which coordinates in metres would fall into the country, as ``EPSG:n``, at most five.

    Without an outline nothing can be told apart, and the list is empty.
    """
    if outline is None or not len(x):
        return []
    west, south, east, north = outline.bounds
    zones = query_utm_crs_info(datum_name="WGS 84", area_of_interest=AreaOfInterest(west, south, east, north))
    fitting: list[tuple[float, str]] = []
    for zone in zones:
        lon, lat = Transformer.from_crs(CRS.from_epsg(int(zone.code)), WGS84, always_xy=True).transform(x, y)
        known = np.isfinite(lon) & np.isfinite(lat)
        share = float(shapely.intersects_xy(outline, lon[known], lat[known]).sum()) / len(x)
        if share > 0.5:
            fitting.append((-share, f"EPSG:{zone.code}"))
    return [code for _, code in sorted(fitting)[:5]]
