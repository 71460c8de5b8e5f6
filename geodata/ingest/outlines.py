"""From the outlines of a file to outlines of records: located, plausible, repaired, in EPSG:4326."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geodata.errors import CrsError
from geodata.geometry import area, crs, repair
from geodata.ingest.coordinates import from_columns
from geodata.ingest.findings import Finding, Severity, finding
from geodata.ingest.guard import Limits
from geodata.ingest.profiles import ImportProfile
from geodata.ingest.raw import RawTable
from geodata.schema.records import Table


@dataclass
class Outlines:
    """Outlines on their way into records.

    Attributes
    ----------
    geometry : array of geometries or None
        One a row; None where the file has no place at all.
    refused : set of row numbers
    findings : list of Finding
    is_lonlat : bool
        Whether the geometry is in EPSG:4326 and plausible; otherwise it is as the file has it, and a finding refuses the file.
    """

    geometry: NDArray[np.object_] | None
    refused: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    is_lonlat: bool = False

    def add(
        self, code: str, severity: Severity, rows: NDArray[np.intp], names: Callable[[int], str], message: str, remedy: str = ""
    ) -> None:
        """Add a finding over rows, if there are any; ``names`` says how a row is called."""
        if len(rows):
            self.findings.append(finding(code, severity, [names(int(row)) for row in rows], message, remedy))


def make_outlines(
    table: Table,
    raw: RawTable,
    place: dict[str, str],
    profile: ImportProfile,
    stated_crs: str | None,
    country: shapely.Geometry | None,
    limits: Limits,
    names: Callable[[int], str],
) -> Outlines:
    """Outlines of the rows of a file.

    Parameters
    ----------
    place : mapping
        Coordinate columns (see :func:`geodata.ingest.mapping.find_place`).
    stated_crs : str or None
        CRS that the person who imports has chosen; rules over the file's.
    country : geometry or None
        Outline of the country, EPSG:4326.
    names : callable
        How a row is called in findings.
    """
    result = Outlines(raw.geometry)
    stated_in_rows = ""
    if result.geometry is None and place:
        degrees = "lon" in place or (stated_crs is not None and crs.parse_crs(stated_crs).is_geographic)
        placed = from_columns(raw.frame, place, profile, names, degrees=degrees)
        result.geometry, result.findings, stated_in_rows = placed.geometry, list(placed.findings), placed.crs
    if not table.has_geometry or result.geometry is None or bool(shapely.is_missing(result.geometry).all()):
        result.geometry = None if not table.has_geometry else result.geometry
        return result
    system = _choose_crs(result, raw.info.crs if raw.geometry is not None else stated_in_rows, place, stated_crs)
    if system is None or any(item.code in ("coordinates_order", "crs_mixed") for item in result.findings):
        return result
    _drop_not_finite(result, names, limits)
    result.is_lonlat = _to_lonlat(result, system, profile, country, names)
    if result.is_lonlat:
        _repair(result, table, names)
    return result


def _choose_crs(result: Outlines, own: str, place: dict[str, str], stated: str | None) -> CRS | None:
    """The CRS to read coordinates in: as chosen, as the file says (``own``), or by the names of columns.

    None (with a finding that refuses the file) where it cannot be known.
    """
    if stated:
        chosen = crs.parse_crs(stated)
        with suppress(CrsError):
            if own and crs.parse_crs(own) != chosen:
                message = (
                    f"The file says {crs.crs_label(crs.parse_crs(own))}; its coordinates are read as {crs.crs_label(chosen)}, as chosen."
                )
                result.findings.append(Finding("crs_overridden", "warning", 0, (), message, "Leave --crs out to use the file's own."))
        return chosen
    ask = "Ask who made it, and import again with --crs EPSG:n."
    if own:
        try:
            system = crs.parse_crs(own)
        except CrsError as error:
            result.findings.append(Finding("crs_unknown", "error", 0, (), f"The file's CRS is not known: {error.message}", ask))
            return None
        if crs.has_unknown_datum(system):
            _refuse_unknown_datum(result, system)
            return None
        return system
    columns = [place[key] for key in ("lon", "lat", "latlon", "lonlat", "pair") if key in place]
    if columns:
        shown = " and ".join(f'"{column}"' for column in columns)
        message = f"Columns {shown} are read as longitude and latitude (EPSG:4326)."
        result.findings.append(Finding("crs_from_names", "note", 0, (), message))
        return crs.parse_crs(crs.WGS84)
    message = "The file does not say in which coordinate reference system (CRS) its coordinates are."
    result.findings.append(Finding("crs_missing", "error", 0, (), message, ask))
    return None


def _refuse_unknown_datum(result: Outlines, system: CRS) -> None:
    likely = crs.similar_crs(system)
    message = f"The file's CRS ({system.name}) does not name its datum, so places would be wrong by up to some hundred metres."
    remedy = (
        f"It looks like {' or '.join(likely)}: import again with --crs {likely[0].split()[0]}."
        if likely
        else "Choose it with --crs EPSG:n."
    )
    result.findings.append(Finding("crs_unknown_datum", "error", 0, (), message, remedy))


def _drop_not_finite(result: Outlines, names: Callable[[int], str], limits: Limits) -> None:
    assert result.geometry is not None
    coordinates, rows = shapely.get_coordinates(result.geometry, return_index=True)
    bad = np.unique(rows[~np.isfinite(coordinates).all(axis=1) | (np.abs(coordinates) > 1e15).any(axis=1)])
    message = "{n} rows have coordinates that are not finite numbers ({culprits}) and are refused."
    result.add("coordinates_not_finite", "error", bad, names, message, "Mend them at the source.")
    heavy = np.flatnonzero(shapely.get_num_coordinates(result.geometry) > limits.max_vertices)
    message = f"{{n}} outlines have more than {limits.max_vertices:,} vertices ({{culprits}}) and are refused."
    result.add("too_many_vertices", "error", heavy, names, message, "Simplify them at the source.")
    result.refused |= {int(row) for row in (*bad, *heavy)}
    result.geometry = result.geometry.copy()
    result.geometry[list(result.refused)] = None


def _to_lonlat(
    result: Outlines, system: CRS, profile: ImportProfile, country: shapely.Geometry | None, names: Callable[[int], str]
) -> bool:
    """Bring outlines into EPSG:4326; False where they cannot be what they are said to be."""
    assert result.geometry is not None
    if profile.swap_xy:
        result.geometry = shapely.transform(result.geometry, lambda xy: xy[:, ::-1])
    result.geometry = crs.reproject(result.geometry, system)
    result.geometry, cut = repair.split_antimeridian(result.geometry)
    result.add("antimeridian_split", "note", cut, names, "{n} outlines cross 180 degrees ({culprits}) and were cut there.")
    looks = crs.check_lonlat(result.geometry, country)
    impossible = np.union1d(looks.not_finite, looks.out_of_range)
    if looks.swap_fits:
        n_wrong = len(looks.outside) + len(impossible)
        message = f"Coordinates look exchanged: {n_wrong:,} of {looks.n_located:,} rows would fit with x and y swapped."
        remedy = "If so, import with a profile that says swap_xy: true; nothing is exchanged by itself."
        result.findings.append(Finding("coordinates_swapped", "error", n_wrong, (), message, remedy))
        return False
    if len(impossible) and len(impossible) > 0.5 * looks.n_located:
        _refuse_projected(result, system, country, impossible)
        return False
    message = "{n} rows lie beyond 180 degrees east or 90 degrees north ({culprits}) and are refused."
    result.add("coordinates_out_of_range", "error", impossible, names, message, "Mend them at the source, or choose the CRS.")
    result.refused |= {int(row) for row in impossible}
    result.geometry[impossible] = None
    message = "{n} rows lie outside the country ({culprits})."
    result.add("outside_country", "warning", looks.outside, names, message, "Check their coordinates (a lost minus sign?).")
    return True


def _refuse_projected(result: Outlines, system: CRS, country: shapely.Geometry | None, rows: NDArray[np.intp]) -> None:
    assert result.geometry is not None
    middle = shapely.get_coordinates(shapely.centroid(result.geometry[rows[:200]]))
    fitting = crs.suggest_projected(middle[:, 0], middle[:, 1], country) if system.is_geographic else []
    x, y = (float(value) for value in middle[0])
    message = (
        f"{len(rows):,} rows have coordinates such as {x:,.0f}, {y:,.0f}, which are no longitude and latitude ({crs.crs_label(system)})."
    )
    fit = f"{' or '.join(fitting)} would put them in the country: import again with --crs {fitting[0]}." if fitting else ""
    result.findings.append(Finding("coordinates_projected", "error", len(rows), (), message, fit or "Choose the CRS with --crs EPSG:n."))


def _repair(result: Outlines, table: Table, names: Callable[[int], str]) -> None:
    assert result.geometry is not None
    before = result.geometry
    mended = repair.repair_geometries(before)
    result.geometry = mended.geometry
    result.add("height_dropped", "note", mended.flattened, names, "{n} outlines had heights or measures, which were dropped.")
    message = "{n} outlines held points or lines beside polygons, which were dropped ({culprits})."
    result.add("parts_dropped", "warning", mended.partial, names, message)
    if len(mended.repaired):
        sizes = [np.nansum(area.measured_area_m2(geometry[mended.repaired])) for geometry in (before, mended.geometry)]
        change = f"together {sizes[0]:,.0f} m2 before, {sizes[1]:,.0f} m2 after"
        message = f"{{n}} outlines crossed themselves and were repaired ({{culprits}}); {change}."
        result.add("geometry_repaired", "warning", mended.repaired, names, message, "Look at them on the map.")
    message = "{n} outlines have no area after repair ({culprits}) and are refused; each area needs more than 0 m2."
    result.add("area_zero", "error", mended.collapsed, names, message, "Fix the outlines at the source.")
    result.refused |= {int(row) for row in mended.collapsed}
    _fit_kind(result, table, names)


def _fit_kind(result: Outlines, table: Table, names: Callable[[int], str]) -> None:
    """Bring geometries to the kinds a table may have."""
    assert result.geometry is not None
    dimension = shapely.get_dimensions(result.geometry)
    located = ~(shapely.is_missing(result.geometry) | shapely.is_empty(result.geometry))
    if "polygon" not in table.geometry:
        areal = np.flatnonzero(located & (dimension > 0))
        result.geometry[areal] = shapely.point_on_surface(result.geometry[areal])
        result.add("point_from_area", "note", areal, names, f"{{n}} {table.name} are kept as a point inside their outline.")
    elif "line" not in table.geometry:
        lines = np.flatnonzero(located & (dimension == 1))
        result.add(
            "line_not_area",
            "error",
            lines,
            names,
            "{n} rows are lines ({culprits}), which are no areas, and are refused.",
            "Buffer them at the source.",
        )
        result.refused |= {int(row) for row in lines}
    several = np.flatnonzero(shapely.get_type_id(result.geometry) == shapely.GeometryType.MULTIPOINT)
    result.geometry[several] = shapely.centroid(result.geometry[several])
    result.add("point_from_points", "note", several, names, "{n} rows had several points ({culprits}); their middle is kept.")
    message = f"{{n}} {table.name} have no place ({{culprits}}); they are kept, listed and counted apart."
    missing = np.flatnonzero(~located)
    result.add("not_located", "note", np.array([row for row in missing if row not in result.refused], np.intp), names, message)
