"""Importing an uploaded file: how its columns may be mapped, what an import would do, and the import itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pandas import DataFrame
from pydantic import ValidationError

from dashboard.programme import Programme
from dashboard.services.uploads import Upload, taking
from geodata.errors import FileError, GeodataError
from geodata.ingest import UPLOAD_LIMITS, FileRefusedError, ImportReport, Preview, import_file, preview_file
from geodata.ingest.findings import Finding
from geodata.ingest.profiles import ImportProfile
from geodata.registry import ChangeCounts, ChangeMeta, ImportEntry, Registry
from geodata.schema.records import JUDGEMENTS, record_table

MAX_OUTLINES = 2_000
"""Outlines that the map of a preview draws."""
PLACES = ("lon", "lat", "wkt")
"""What a column of coordinates may be; ``x`` and ``y`` of other systems are told as ``lon`` and ``lat`` too."""
_PLACE_FIELDS = {"lon": "x", "x": "x", "lat": "y", "y": "y", "wkt": "wkt"}
_STEPS = 2_000


@dataclass(frozen=True)
class Wish:
    """How a person wants a file to be imported.

    Attributes
    ----------
    table : str
    profile : ImportProfile
        The mapping, without a name.
    layer, crs : str or None
    make_ids : bool
    """

    table: str
    profile: ImportProfile
    layer: str | None = None
    crs: str | None = None
    make_ids: bool = False


@dataclass(frozen=True)
class Checked:
    """What an import would do.

    Attributes
    ----------
    report : ImportReport
        Of a dry run, or of the refusal.
    is_refused : bool
        Whether nothing of the file can be taken over.
    outlines : tuple of (geometry in EPSG:4326, whether a finding names its record)
        At most ``MAX_OUTLINES``; those that findings name come first.
    n_outlines : int
        All there are.
    bounds : west, south, east, north, or None
    """

    report: ImportReport
    is_refused: bool
    outlines: tuple[tuple[shapely.Geometry, bool], ...] = ()
    n_outlines: int = 0
    bounds: tuple[float, float, float, float] | None = None


def preview(programme: Programme, upload: Upload, table: str, layer: str | None, profile: str | None) -> Preview:
    """What each column of a file may be, with the limits for uploads.

    Raises
    ------
    GeodataError
        The file cannot be read; it is called by the name that the person gave it.
    """
    try:
        return preview_file(
            programme.config, upload.path, table, programme_dir=programme.directory, layer=layer, profile=profile, limits=UPLOAD_LIMITS
        )
    except GeodataError as error:
        raise _renamed(error, upload) from error


def chosen_profile(
    base: Mapping[str, Any], columns: Mapping[str, str], codes: Mapping[str, Mapping[str, str]], table: str
) -> ImportProfile:
    """The mapping that a preview proposed, with a person's choices.

    Parameters
    ----------
    base : mapping
        ``Preview.mapping`` as plain values.
    columns : mapping column -> field, one of ``PLACES``, or "" to leave it out
    codes : mapping field -> value of the file -> code, "" for not stated
    table : str

    Raises
    ------
    FileError
        The values do not make a mapping, or two columns are to be one field.
    """
    fields = {column: field for column, field in columns.items() if field not in _PLACE_FIELDS}
    taken = [field for field in fields.values() if field]
    double = sorted({field for field in taken if taken.count(field) > 1})
    if double:
        named = ", ".join(sorted(column for column, field in fields.items() if field == double[0]))
        message = f"Each field takes one column, but {double[0]} is given to several ({named})."
        raise FileError(message, "Leave out all but one of them.", code="mapping_double")
    places: dict[str, str | None] = dict.fromkeys(("x", "y", "wkt"))
    places |= {_PLACE_FIELDS[field]: column for column, field in columns.items() if field in _PLACE_FIELDS}
    known = dict(base.get("codes") or {})
    merged = {**known, **{field: {**known.get(field, {}), **{v: c for v, c in chosen.items() if c}} for field, chosen in codes.items()}}
    try:
        profile = ImportProfile.model_validate(dict(base) | places | {"name": "", "table": table, "columns": fields, "codes": merged})
    except ValidationError as error:
        raise FileError(
            f"The mapping cannot be used: {error.errors()[0]['msg']}.", "Choose the file again.", code="profile_invalid"
        ) from None
    return profile


def check(programme: Programme, upload: Upload, wish: Wish) -> Checked:
    """Import a file without changing anything.

    Raises
    ------
    GeodataError
        The file cannot be read at all.
    """
    with closing(programme.open_registry(create=True)) as registry:
        watched = _Watched(registry, upload.name)
        try:
            report = _import(programme, watched, upload, wish, dry_run=True)
        except FileRefusedError as error:
            report = error.report or ImportReport(upload.name, wish.table, "", 0, 0, 0, 0, True, ())
            return Checked(_renamed_report(report, upload), True)
        except GeodataError as error:
            raise _renamed(error, upload) from error
    outlines, n, bounds = _outlines(watched.rows, wish.table, report.findings)
    return Checked(_renamed_report(report, upload), False, outlines, n, bounds)


def commit(programme: Programme, upload_id: str, wish: Wish, *, author: str, reason: str, save_as: str | None) -> ImportReport:
    """Import a file in one transaction and let it go; it stays where nothing could be imported.

    Raises
    ------
    GeodataError
        Nothing was imported.
    """
    with taking(programme.directory, upload_id, author) as upload, closing(programme.open_registry(create=True)) as registry:
        try:
            report = _import(
                programme, _Watched(registry, upload.name), upload, wish, dry_run=False, author=author, reason=reason, save_as=save_as
            )
        except GeodataError as error:
            raise _renamed(error, upload) from error
    return _renamed_report(report, upload)


def imports(programme: Programme) -> list[ImportEntry]:
    """Every import and undo, the newest first; none where there is no registry yet. Judgements on screen are no imports."""
    if not has_registry(programme):
        return []
    with closing(programme.open_registry()) as registry:
        return [entry for entry in registry.imports()[::-1] if not _is_judgement(entry)]


def _is_judgement(entry: ImportEntry) -> bool:
    return entry.tables == (JUDGEMENTS.name,)


def try_undo(programme: Programme, import_id: str, author: str) -> ChangeCounts:
    """What taking an import back would do.

    Raises
    ------
    RegistryError
        It cannot be taken back; says why.
    """
    with closing(programme.open_registry()) as registry:
        return registry.undo(import_id, ChangeMeta(author=author), dry_run=True)


def undo(programme: Programme, import_id: str, author: str, reason: str) -> ChangeCounts:
    """Take an import back.

    Raises
    ------
    RegistryError
        It cannot be taken back; says why.
    """
    if not reason.strip():
        raise GeodataError("Taking an import back needs a reason.", "Write why; it stays in the history.", code="reason_missing")
    with closing(programme.open_registry()) as registry:
        return registry.undo(import_id, ChangeMeta(author=author, reason=reason.strip()))


def changes_since_build(programme: Programme) -> int | None:
    """Changes of records since the current snapshot was built; 0 where it has all of them, None where there is no snapshot."""
    try:
        snapshot = programme.snapshot()
    except GeodataError:
        return None
    if not has_registry(programme):
        return 0
    with closing(programme.open_registry()) as registry:
        if registry.head() == snapshot.manifest.get("registry_head"):
            return 0
        built_at = (snapshot.path / "manifest.json").stat().st_mtime
        later = [entry for entry in registry.imports() if entry.known_at.timestamp() > built_at]
    if later and all(map(_is_judgement, later)):
        return 0
    return max(sum(entry.n_events for entry in later if not _is_judgement(entry)), 1)


def has_registry(programme: Programme) -> bool:
    """Whether anything was ever imported."""
    address = programme.registry_address
    return not isinstance(address, Path) or address.exists()


class _Watched:
    """A registry that notes the rows of an import, and calls the file as the person does."""

    def __init__(self, registry: Registry, source_file: str) -> None:
        self._registry = registry
        self._source_file = source_file
        self.rows: DataFrame | None = None

    def apply(self, table: str, rows: GeoDataFrame | DataFrame, meta: ChangeMeta, *, dry_run: bool = False) -> ChangeCounts:
        """As the registry does."""
        self.rows = rows
        return self._registry.apply(table, rows, replace(meta, source_file=self._source_file), dry_run=dry_run)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._registry, name)


def _import(
    programme: Programme, registry: _Watched, upload: Upload, wish: Wish, *, dry_run: bool, author: str = "preview", reason: str = "",
    save_as: str | None = None,
) -> ImportReport:  # fmt: skip
    return import_file(
        cast("Registry", registry),
        programme.config,
        upload.path,
        wish.table,
        programme_dir=programme.directory,
        author=author,
        reason=reason,
        layer=wish.layer,
        profile=wish.profile,
        crs=wish.crs,
        make_ids=wish.make_ids,
        dry_run=dry_run,
        save_as=save_as,
        limits=UPLOAD_LIMITS,
    )


def _outlines(
    rows: DataFrame | None, table: str, findings: Sequence[Finding]
) -> tuple[tuple[tuple[shapely.Geometry, bool], ...], int, tuple[float, float, float, float] | None]:
    """Outlines for the map, light enough to draw: named ones first, no finer than the map can show."""
    if not isinstance(rows, GeoDataFrame):
        return (), 0, None
    geometry: NDArray[np.object_] = rows.geometry.to_numpy()
    has_place = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    named = {name for found in findings if found.severity != "note" for name in found.examples}
    is_named = rows[record_table(table).id_field].isin(named).to_numpy()
    order = np.concatenate([np.flatnonzero(has_place & is_named), np.flatnonzero(has_place & ~is_named)])
    n, shown = len(order), order[:MAX_OUTLINES]
    if not n:
        return (), 0, None
    west, south, east, north = (float(value) for value in shapely.total_bounds(geometry[order]))
    drawn = shapely.simplify(geometry[shown], max(east - west, north - south) / _STEPS)
    return tuple(zip(drawn.tolist(), is_named[shown].tolist(), strict=True)), n, (west, south, east, north)


def _renamed(error: GeodataError, upload: Upload) -> GeodataError:
    return FileError(upload.plainly(error.message), upload.plainly(error.remedy), code=error.code)


def _renamed_report(report: ImportReport, upload: Upload) -> ImportReport:
    findings = tuple(
        replace(found, message=upload.plainly(found.message), remedy=upload.plainly(found.remedy)) for found in report.findings
    )
    return replace(report, file=upload.name, findings=findings)
