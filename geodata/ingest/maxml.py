"""Read IMSMA maXML (in the reader process only).

What is published of the format, and relied on here: a file holds field reports; a report holds information on itself and one or several
records, each an element named for its kind (:data:`KINDS`); places stand in ``GeospatialInfo``; which elements a record has differs from
country to country. So no list of elements is built in: whatever a record holds becomes a column, named by its element, and the mapping
to fields is proposed, asked and kept in a profile as for any other table.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import shapely

from geodata.errors import FileError, name_culprits
from geodata.ingest.numbers import ascii_digits
from geodata.ingest.raw import GEOMETRY_COLUMN, FileInfo
from geodata.ingest.readers import choose_members
from geodata.ingest.xml import elements

KINDS = ("Hazard", "HazardReduction", "Accident", "Victim", "VictimAssistance", "MREActivity", "QAActivity", "Location")
"""Records that a field report may hold; each kind is a layer."""
_INFO, _PLACE, _OTHER = "FieldReportInfo", "GeospatialInfo", ("Attachment", "DocumentHeader")
_MAX_COLUMNS = 2_000
_JOIN = "; "
_NO_CORNER = ("reference", "landmark", "benchmark", "bench mark")
_WGS84 = ("wgs84", "wgs 84", "wgs-84", "epsg:4326", "4326", "world geodetic system 1984", "geographic")


Problem = Literal["", "points", "unreadable"]


@dataclass
class _Node:
    """An element with what it holds."""

    name: str
    text: str = ""
    children: list[_Node] = field(default_factory=list)


@dataclass
class _Record:
    """One record: texts by their path, its place, the system that is named for it, and what is wrong with it."""

    values: dict[tuple[str, ...], list[str]]
    place: shapely.Geometry | None
    system: str
    problem: Problem


def read_maxml(path: Path, layer: str | None) -> tuple[pa.Table, FileInfo]:
    """Read the records of one kind.

    Raises
    ------
    FileError
        A document type, damaged, no record of a known kind, or a kind must be chosen.
    """
    records = _records(path)
    if not records:
        message = f"{path.name} holds no record of a known kind ({', '.join(KINDS)})."
        raise FileError(message, "Export field reports from IMSMA.", code="file_damaged")
    kinds = [kind for kind in KINDS if kind in records]
    chosen = choose_members(path.name, kinds, layer)[0]
    found = records[chosen]
    systems = Counter(record.system for record in found if record.place is not None and record.system)
    odd = [system for system in systems if system.casefold() not in _WGS84]
    crs = "" if odd else "EPSG:4326"
    info = FileInfo("maxml", chosen, tuple(kinds), crs, "", notes=tuple(_notes(found, odd)))
    return _table(path, found), info


def _records(path: Path) -> dict[str, list[_Record]]:
    """Records by kind; what a report says of itself goes to each of its records."""
    records: dict[str, list[_Record]] = {}
    stack: list[_Node] = []
    waiting: list[tuple[str, _Node]] = []
    about: _Node | None = None
    for event, name, text, attributes in elements(path):
        if event == "start":
            node = _Node(name, children=[_Node(key, value) for key, value in attributes.items() if ":" not in key])
            if stack and _is_inside(stack):
                stack[-1].children.append(node)
            stack.append(node)
            continue
        node = stack.pop()
        node.text = text
        if name == _INFO:
            about = node
        elif name in KINDS and not any(parent.name in KINDS for parent in stack):
            waiting.append((name, node))
        if name == "FieldReport" or not stack:
            for kind, item in waiting:
                records.setdefault(kind, []).append(_record(item, about))
            waiting, about = [], None
    return records


def _is_inside(stack: list[_Node]) -> bool:
    """Whether what comes next belongs to a record or to what a report says of itself."""
    return any(node.name in KINDS or node.name == _INFO for node in stack) and stack[-1].name not in _OTHER


def _record(item: _Node, about: _Node | None) -> _Record:
    values: dict[tuple[str, ...], list[str]] = {}
    _collect(item, (), values)
    if about is not None:
        _collect(about, (_INFO,), values)
    points = [node for node in _walk(item) if _leaf(node, "latitude") and _leaf(node, "longitude")]
    shapes = [node for node in _walk(item) if node.name == _PLACE]
    system = next((node.text for node in _walk(item) if node.name.casefold() in ("coordinatesystem", "datum", "srs") and node.text), "")
    corners = [point for point in points if not _is_reference(point)]
    positions = np.array([_position(point) for point in points]).reshape(-1, 2)
    outline = np.array([_position(point) for point in corners]).reshape(-1, 2)
    if len(outline) > 2 and any(_says_polygon(node) for node in shapes):
        if not np.isfinite(outline).all():
            return _Record(values, None, system, "unreadable")
        return _Record(values, shapely.Polygon(outline), system, "")
    located = positions[np.isfinite(positions).all(axis=1)]
    problem: Problem = "unreadable" if len(located) < len(positions) else "points" if len(located) > 1 else ""
    return _Record(values, shapely.Point(located[0]) if len(located) else None, system, problem)


def _collect(node: _Node, path: tuple[str, ...], values: dict[tuple[str, ...], list[str]]) -> None:
    """Texts of a node's leaves, by the names that lead to them; a place is no text."""
    for child in node.children:
        if child.name == _PLACE or child.name in KINDS:
            continue
        if child.text:
            values.setdefault((*path, child.name), []).append(child.text)
        _collect(child, (*path, child.name), values)


def _walk(node: _Node) -> list[_Node]:
    return [node, *(item for child in node.children if child.name not in KINDS for item in _walk(child))]


def _leaf(node: _Node, name: str) -> str:
    return next((child.text for child in node.children if child.name.casefold() == name), "")


def _position(point: _Node) -> tuple[float, float]:
    try:
        return tuple(float(ascii_digits(_leaf(point, axis)).replace(",", ".")) for axis in ("longitude", "latitude"))  # type: ignore[return-value]
    except ValueError:
        return (float("nan"), float("nan"))


def _is_reference(point: _Node) -> bool:
    return any(word in child.text.casefold() for child in point.children for word in _NO_CORNER)


def _says_polygon(place: _Node) -> bool:
    return any("polygon" in node.name.casefold() or node.text.casefold() == "polygon" for node in _walk(place))


def _table(path: Path, records: list[_Record]) -> pa.Table:
    paths = list(dict.fromkeys(key for record in records for key in record.values))
    if len(paths) > _MAX_COLUMNS:
        message = f"{path.name} holds {len(paths):,} kinds of elements; at most {_MAX_COLUMNS:,} are read."
        raise FileError(message, "Export fewer at a time.", code="file_too_costly")
    names = _names(paths)
    columns = {
        names[key]: pa.array([_JOIN.join(dict.fromkeys(record.values[key])) if key in record.values else None for record in records])
        for key in paths
    }
    wkb = [None if record.place is None else shapely.to_wkb(record.place) for record in records]
    return pa.table({**{name: column.cast(pa.string()) for name, column in columns.items()}, GEOMETRY_COLUMN: pa.array(wkb, pa.binary())})


def _names(paths: list[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """Column names: the element's own where no other has it, else with those around it; what a report says of itself always so.

    The status of a report is not that of an area.
    """
    last = Counter(path[-1].casefold() for path in paths if path[0] != _INFO)
    return {path: path[-1] if path[0] != _INFO and last[path[-1].casefold()] == 1 else " ".join(path) for path in paths}


def _notes(records: list[_Record], odd: list[str]) -> list[dict[str, Any]]:
    notes = []
    unreadable = sum(record.problem == "unreadable" for record in records)
    if unreadable:
        message = f"{unreadable:,} records hold coordinates that are no numbers; they are kept without an outline."
        notes.append(_note("geometry_unreadable", unreadable, message, "Mend them at the source."))
    several = sum(record.problem == "points" for record in records)
    if several:
        message = f"{several:,} records have several points and do not say that they bound an area; the first point is kept."
        notes.append(_note("outline_not_stated", several, message, "Give their outlines in a layer of their own."))
    if odd:
        message = f"The file gives coordinates in {name_culprits(odd)}, which is not taken for a known system."
        notes.append(_note("crs_named", 0, message, "Choose it with --crs EPSG:n."))
    return notes


def _note(code: str, n_rows: int, message: str, remedy: str) -> dict[str, Any]:
    return {"code": code, "severity": "warning", "n_rows": n_rows, "examples": [], "message": message, "remedy": remedy}
