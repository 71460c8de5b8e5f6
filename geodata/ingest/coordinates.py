"""Places that stand in columns: well-known text or binary, longitude and latitude, degrees and minutes, or two numbers in one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pandas import DataFrame, Series
from shapely.errors import ShapelyError

from geodata.ingest.findings import Finding, finding
from geodata.ingest.numbers import ascii_digits, parse_numbers
from geodata.ingest.profiles import ImportProfile
from geodata.schema.records import Field

_COORDINATE = Field("coordinate", "number", "Coordinate.")
_SRID = re.compile(r"^SRID=(\d+);", re.IGNORECASE)
_HEX = re.compile(r"^(?:0[01])(?:[0-9A-Fa-f]{2}){8,}$")
_MGRS = re.compile(r"^\d{1,2}\s?[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?(?:\d{2}|\d{4}|\d{6}|\d{8}|\d{10}|\d{1,5}\s\d{1,5})$")
_HALVES = {
    "N": ("lat", 1), "S": ("lat", -1), "E": ("lon", 1), "W": ("lon", -1),
    "с.ш": ("lat", 1), "ю.ш": ("lat", -1), "в.д": ("lon", 1), "з.д": ("lon", -1),
    "شمال": ("lat", 1), "جنوب": ("lat", -1), "شرق": ("lon", 1), "غرب": ("lon", -1),
}  # fmt: skip
"""Halves of the globe. "O" is none: west in Spanish and French, east in German."""
_HALF = "|".join(re.escape(word).replace(r"\.", r"\.?\s?") for word in _HALVES)
_NUMBER = r"\d{1,3}(?:[.,]\d+)?"
_DEGREES = re.compile(
    rf"^\s*(?P<before>{_HALF})?\.?\s*(?P<sign>[-+\u2212])?\s*(?P<degrees>{_NUMBER})"
    rf"(?:(?:\s*[°ºd:*]\s*|\s+)(?P<minutes>{_NUMBER})(?:(?:\s*['\u2032\u2019´`m:]\s*|\s+)(?P<seconds>{_NUMBER}))?)?"
    rf"\s*(?:[°ºd'\u2032\u2019´`ms\"\u2033\u201d]|'')?\s*(?P<behind>{_HALF})?\.?\s*$"
)


@dataclass(frozen=True)
class Placed:
    """Places from columns.

    Attributes
    ----------
    geometry : array of geometries
        One a row, None where a row has no place or none that can be read.
    findings : tuple of Finding
    crs : str
        That the values themselves state (EWKT, EWKB), "" otherwise.
    """

    geometry: NDArray[np.object_]
    findings: tuple[Finding, ...]
    crs: str = ""


def from_columns(
    frame: DataFrame, place: Mapping[str, str], profile: ImportProfile, names: Callable[[int], str], *, degrees: bool
) -> Placed:
    """Places from the columns that ``place`` names (see :func:`geodata.ingest.mapping.find_place`).

    Parameters
    ----------
    names : callable
        How a row is called in findings.
    degrees : bool
        Whether x and y are degrees, which may be written with minutes and seconds and have no thousands.
    """
    if "wkt" in place:
        return _from_texts(frame[place["wkt"]], names)
    if "pair" in place or "latlon" in place or "lonlat" in place:
        return _from_pairs(frame, place, names)
    findings: list[Finding] = []
    axes = []
    for key in ("lon", "lat") if "lon" in place else ("x", "y"):
        values, decimal = _axis(frame[place[key]], key, profile.decimal, degrees=degrees)
        numbers, problems = parse_numbers(values, place[key], _COORDINATE, decimal)
        findings += problems
        axes.append(numbers.to_numpy())
    return _points(axes[0], axes[1], findings, names)


def _points(x: NDArray[np.float64], y: NDArray[np.float64], findings: list[Finding], names: Callable[[int], str]) -> Placed:
    known = ~(np.isnan(x) | np.isnan(y))
    zero = known & (x == 0) & (y == 0)
    if zero.any():
        message = "{n} rows lie at 0, 0 ({culprits}), which stands for an unknown place; they are kept without one."
        findings = [*findings, finding("place_zero", "warning", [names(int(row)) for row in np.flatnonzero(zero)], message)]
    points: NDArray[np.object_] = shapely.points(x, y)
    points[~known | zero] = None
    return Placed(points, tuple(findings))


def _axis(column: Series, key: str, decimal: Literal[".", ","] | None, *, degrees: bool) -> tuple[Series, Literal[".", ","] | None]:
    """Coordinates as numbers or texts of numbers, and their decimal mark, None where it is to be found out.

    Degrees have no thousands, so a single comma is a decimal comma, also where other values have points.
    """
    if not degrees or pd.api.types.is_numeric_dtype(column):
        return column, decimal
    text = column.astype("str").str.strip()
    axis = {"lon": "lon", "x": "lon", "lat": "lat", "y": "lat"}[key]
    written = {value: number for value in text.dropna().unique() if (number := parse_degrees(str(value), axis)) is not None}
    return text.map(lambda value: repr(written[value]) if value in written else value, na_action="ignore"), "."


def parse_degrees(text: str, axis: str | None = None) -> float | None:
    """Degrees as people write them, as a decimal number; None where they are none, or of the other axis.

    >>> parse_degrees("34°31'12\\"N"), parse_degrees("65,5"), parse_degrees("W 70 30"), parse_degrees("34 75 N")
    (34.52, 65.5, -70.5, None)
    """
    match = _DEGREES.match(ascii_digits(text))
    if not match:
        return None
    half = _half(match["before"] or match["behind"])
    if (match["before"] and match["behind"]) or (half and (match["sign"] or (axis and half[0] != axis))):
        return None
    parts = [float((match[name] or "0").replace(",", ".")) for name in ("degrees", "minutes", "seconds")]
    whole = [part.is_integer() for part in parts]
    finer = [match["minutes"] is not None, match["seconds"] is not None]
    if parts[1] >= 60 or parts[2] >= 60 or (finer[0] and not whole[0]) or (finer[1] and not whole[1]):
        return None
    sign = half[1] if half else -1 if match["sign"] in ("-", "\u2212") else 1
    return sign * round(parts[0] + parts[1] / 60 + parts[2] / 3600, 10)


def _half(word: str | None) -> tuple[str, int] | None:
    """Axis and sign of a half of the globe."""
    letters = re.sub(r"[\s.]", "", word or "")
    return next((half for name, half in _HALVES.items() if name.replace(".", "") == letters), None)


def _from_pairs(frame: DataFrame, place: Mapping[str, str], names: Callable[[int], str]) -> Placed:
    """Points from two numbers in one column; which is which, its name, the letters behind them or their size must say."""
    key, column = next(iter(place.items()))
    text = frame[column].astype("str").str.strip()
    text = text.mask(text == "")
    pairs = [None if pd.isna(value) else _split_pair(str(value)) for value in text]
    grids = [names(row) for row, value in enumerate(text) if isinstance(value, str) and _MGRS.match(value.upper())]
    findings = []
    if grids:
        message = f'Column "{column}": {{n}} values are MGRS grid references ({{culprits}}), which are not read; they have no place.'
        findings.append(finding("coordinates_mgrs", "warning", grids, message, "Convert them to longitude and latitude at the source."))
    wrong = [names(row) for row, pair in enumerate(pairs) if pair is None and not pd.isna(text.iloc[row])]
    if len(wrong) > len(grids):
        message = f'Column "{column}": {{n}} values are no two coordinates ({{culprits}}); they have no place.'
        findings.append(finding("geometry_unreadable", "warning", wrong, message, "Mend them at the source."))
    is_lat_first = _is_lat_first(key, [pair for pair in pairs if pair is not None])
    if is_lat_first is None:
        message = f'Column "{column}" holds two numbers a row, and which is the latitude cannot be told.'
        remedy = "Say latlon: or lonlat: with the name of the column in a profile."
        findings.append(Finding("coordinates_order", "error", 0, (), message, remedy))
    numbers = np.array([(np.nan, np.nan) if pair is None else (pair[0][0], pair[1][0]) for pair in pairs]).reshape(-1, 2)
    x, y = (numbers[:, 1], numbers[:, 0]) if is_lat_first else (numbers[:, 0], numbers[:, 1])
    return _points(x, y, findings, names)


def _is_lat_first(key: str, pairs: list[tuple[tuple[float, str], tuple[float, str]]]) -> bool | None:
    """Whether the first of two numbers is the latitude; None where nothing says so."""
    if key in ("latlon", "lonlat"):
        return key == "latlon"
    axes = {pair[0][1] or {"lat": "lon", "lon": "lat", "": ""}[pair[1][1]] for pair in pairs} - {""}
    if len(axes) == 1:
        return axes == {"lat"}
    beyond = [any(abs(pair[side][0]) > 90 for pair in pairs) for side in (0, 1)]
    return beyond[1] if not axes and beyond[0] != beyond[1] else None


def _split_pair(text: str) -> tuple[tuple[float, str], tuple[float, str]] | None:
    """Two coordinates with the axis that a letter behind them names ("" where none does)."""
    plain = re.sub(r"^[(\[]|[)\]]$", "", ascii_digits(text)).strip()
    for mark in (r"\s*[;|/]\s*", r"\s*,\s+", r"(?<=[NSEW])[\s,]+(?=[\d+-])", r"\s*,\s*", r"\s+"):
        parts = re.split(mark, plain)
        if len(parts) == 2 and (numbers := [parse_degrees(part) for part in parts]) and None not in numbers:
            axes = [_axis_named(part) for part in parts]
            return (float(numbers[0] or 0), axes[0]), (float(numbers[1] or 0), axes[1])
    return None


def _axis_named(text: str) -> str:
    return next((axis for axis in ("lat", "lon") if re.search(_HALF, text) and parse_degrees(text, axis) is not None), "")


def _from_texts(column: Series, names: Callable[[int], str]) -> Placed:
    """Geometries from well-known text, hexadecimal well-known binary or GeoJSON."""
    texts = [None if pd.isna(value) or not str(value).strip() else str(value).strip() for value in column]
    systems = {match[1] for text in texts if text and (match := _SRID.match(text))}
    plain = np.array([None if text is None else _SRID.sub("", text) for text in texts], dtype=object)
    geometry = _parse_texts(plain)
    systems |= {str(srid) for srid in shapely.get_srid(geometry[~shapely.is_missing(geometry)]).tolist() if srid}
    geometry = np.asarray(shapely.set_srid(geometry, 0), dtype=object)
    findings = []
    wrong = [names(int(row)) for row in np.flatnonzero(shapely.is_missing(geometry) & (plain != None))]  # noqa: E711 - element by element
    if wrong:
        message = "{n} rows hold no valid well-known text ({culprits}); they are kept without a place."
        findings.append(finding("geometry_unreadable", "warning", wrong, message, "Mend them at the source."))
    if len(systems) > 1:
        message = (
            f"The rows state {len(systems)} coordinate reference systems: {', '.join(f'EPSG:{code}' for code in sorted(systems)[:3])}."
        )
        findings.append(Finding("crs_mixed", "error", 0, (), message, "Bring them into one at the source, or import each apart."))
    first = next((text for text in plain if text), "")
    stated = f"EPSG:{next(iter(systems))}" if len(systems) == 1 else "EPSG:4326" if first.startswith("{") else ""
    return Placed(geometry, tuple(findings), stated)


def _parse_texts(texts: NDArray[np.object_]) -> NDArray[np.object_]:
    """Geometries from texts, None where one is not valid or curved."""
    first = next((text for text in texts if text), "")
    read = shapely.from_geojson if first.startswith("{") else shapely.from_wkb if _HEX.match(first) else shapely.from_wkt
    with suppress(NotImplementedError, ShapelyError, ValueError, TypeError):
        return np.asarray(read(texts, on_invalid="ignore"), dtype=object)
    parsed = np.full(len(texts), None, object)
    for row, text in enumerate(texts):
        with suppress(NotImplementedError, ShapelyError, ValueError, TypeError):
            parsed[row] = read(text, on_invalid="ignore")
    return parsed
