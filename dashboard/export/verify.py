"""Verify an exported list: is the file what its receipt says, and does the receipt still come out of the data?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd
from pydantic import ValidationError

from dashboard import __version__
from dashboard.estimates.again import estimates_again
from dashboard.export.cells import TableMismatchError
from dashboard.export.errors import ExportError, ReceiptError
from dashboard.export.formats import format_of
from dashboard.export.receipt import Receipt
from dashboard.export.table import UNITS_PER_DEGREE, ExportTable, make_table
from geodata.errors import GeodataError, SnapshotError, name_culprits
from geodata.schema.scenario import ResolvedScenario
from models.errors import ModelsError

if TYPE_CHECKING:
    from dashboard.programme import Programme

Status = Literal["same", "differs", "cannot"]
EXIT_CODES: Final = {"same": 0, "differs": 1, "cannot": 3}
_CHANGED: Final = "The table in the file is not the one that its receipt was made for."


@dataclass(frozen=True)
class Verdict:
    """What verifying a file came to.

    Attributes
    ----------
    status : {"same", "differs", "cannot"}
    reasons : tuple of str
        Why it differs or cannot be told; empty where it is the same.
    receipt : Receipt or None
        The receipt found.
    """

    status: Status
    reasons: tuple[str, ...] = ()
    receipt: Receipt | None = None

    @property
    def exit_code(self) -> int:
        """0 same, 1 differs, 3 cannot."""
        return EXIT_CODES[self.status]


def verify_file(programme: Programme, path: Path) -> Verdict:
    """Verify an exported list.

    Parameters
    ----------
    programme : Programme
        Whose snapshots the receipt speaks of.
    path : Path
        csv, xlsx, geojson, gpkg or parquet.

    Returns
    -------
    Verdict
        ``differs`` where the file's own table is not what its receipt says, or the list computed again from the receipt is
        another; ``cannot`` where there is no file, no receipt, no snapshot of the receipt's data version, or no estimates with
        the receipt's digest, neither stored nor made again here.
    """
    try:
        kind = format_of(path)
        receipt = kind.read_receipt(path)
    except (ReceiptError, ExportError, OSError) as error:
        return Verdict("cannot", (_in_one_line(error),))
    try:
        found = kind.read_table(path, receipt)
        own_reasons = () if found.sha256 == receipt.table_sha256 else (_CHANGED,)
    except TableMismatchError as error:
        return Verdict("differs", (error.message,), receipt)
    try:
        expected = _compute_again(programme, receipt)
    except (GeodataError, ModelsError, ValidationError) as error:
        if own_reasons:
            return Verdict("differs", own_reasons, receipt)
        return Verdict("cannot", (_in_one_line(error),), receipt)
    return _compare(found, expected, receipt, own_reasons)


def _compute_again(programme: Programme, receipt: Receipt) -> ExportTable:
    from dashboard.services.presets import with_scenario
    from models.ranking import rank_areas

    snapshot = programme.snapshot(receipt.data_version)
    if snapshot.data_version != receipt.data_version:
        raise SnapshotError(f"The receipt speaks of data version {receipt.data_version}; found {snapshot.data_version}.", "Build it again.")
    scenario = ResolvedScenario.model_validate(dict(receipt.scenario))
    snapshot = with_scenario(programme, snapshot, scenario)
    return make_table(
        snapshot,
        rank_areas(snapshot.values, snapshot.records, scenario),
        language=receipt.language,
        area_ids=receipt.filter.get("area_ids"),
        with_geometry=receipt.has_geometry,
        estimates=None if receipt.estimates is None else estimates_again(programme, snapshot, receipt.estimates),
    )


def _compare(found: ExportTable, expected: ExportTable, receipt: Receipt, own_reasons: tuple[str, ...]) -> Verdict:
    if not own_reasons and expected.sha256 == receipt.table_sha256:
        return Verdict("same", (), receipt)
    reasons = [*own_reasons, *differences(found, expected)]
    if expected.sha256 != receipt.table_sha256:
        reasons.append(f"The list computed again from the receipt has the digest {expected.sha256[:16]}, not {receipt.table_sha256[:16]}.")
        if receipt.code_version != __version__:
            reasons.append(f"The file was written by landrelease {receipt.code_version}; this is {__version__}.")
    return Verdict("differs", tuple(reasons), receipt)


def differences(found: ExportTable, expected: ExportTable) -> list[str]:
    """Where two tables differ, in sentences: number of rows, or up to three cells by area and column, then the count."""
    if found.columns != expected.columns:
        return ["The columns of the receipt are not those of the list computed again."]
    if len(found) != len(expected):
        return [f"The file has {len(found)} rows; the list has {len(expected)}."]
    names = expected.frame["area_id"].astype(object)
    cells: list[str] = []
    for column in expected.columns:
        rows = np.flatnonzero(_differs(found.frame[column.name], expected.frame[column.name]))
        cells += [f"{names.iloc[row]} {column.name}" for row in rows]
    cells += [f"{names.iloc[row]} geometry" for row in _moved(found, expected)]
    return [f"Cells that differ from the list computed again: {name_culprits(cells)}."] if cells else []


def _differs(found: pd.Series, expected: pd.Series) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    left, right = (column.astype(object).where(column.notna(), "").tolist() for column in (found, expected))
    return np.fromiter((a != b for a, b in zip(left, right, strict=True)), dtype=bool, count=len(left))


def _moved(found: ExportTable, expected: ExportTable) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    import shapely

    if found.geometry is None or expected.geometry is None:
        return np.array([], dtype=np.int64)
    left, right = (shapely.transform(table.geometry, lambda xy: np.rint(xy * UNITS_PER_DEGREE)) for table in (found, expected))
    same = shapely.equals_exact(left, right) | (shapely.is_missing(left) & shapely.is_missing(right))
    return np.flatnonzero(~same)


def _in_one_line(error: Exception) -> str:
    if isinstance(error, GeodataError | ModelsError):
        return " ".join(part for part in (error.message, error.remedy) if part)
    if isinstance(error, OSError):
        return f"{error.filename}: the file cannot be read ({error.strerror})."
    return f"The scenario in the receipt cannot be read ({type(error).__name__})."
