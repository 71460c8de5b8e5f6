"""The canonical table: what an export holds, independent of the file's format, and its SHA-256.

Column by column, in the stated order, the digest takes

- the name in UTF-8, a zero byte, the kind, a zero byte, the number of rows as 8 bytes (little-endian, as all numbers here);
- ``number``, ``integer``, ``flag``: one IEEE double a row, rounded to 9 significant digits; flags are 1 and 0, unknown is the
  NaN 7ff8000000000000, and -0 is 0;
- ``text``, ``date``: one unsigned 8-byte length a row, then all texts in UTF-8; unknown and empty are both length 0;
- ``geometry``: one 8-byte length a row, then all geometries as two-dimensional little-endian WKB whose coordinates are whole
  numbers of 1e-7 degree; unknown and empty are length 0.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.column_bytes import number_bytes, text_bytes
from dashboard.export.text import ILLEGAL, clean_text
from dashboard.services.priority_list import ListColumn, firmness_settings, list_columns, priority_list
from models.ranking.canonical import round_significant

if TYPE_CHECKING:
    from collections.abc import Collection

    from dashboard.estimates import Estimates
    from geodata.snapshot import Snapshot
    from models.ranking import Ranking

GEOMETRY: Final = "geometry"
UNITS_PER_DEGREE: Final = 1e7


@dataclass(frozen=True, eq=False)
class ExportTable:
    """Rows of an export in their order.

    Attributes
    ----------
    columns : tuple of ListColumn
        Without the geometry.
    frame : DataFrame, n rows
        Numbers rounded to 9 significant digits, whole numbers as Int64, flags as bool, texts with None for unknown.
    geometry : array of geometries in EPSG:4326, n, or None
        Multi-part, exterior rings counter-clockwise; None where the format holds no geometry.
    """

    columns: tuple[ListColumn, ...]
    frame: pd.DataFrame
    geometry: NDArray[np.object_] | None

    @cached_property
    def sha256(self) -> str:
        """Digest of the table, 64 hex digits."""
        return table_digest(self)

    def __len__(self) -> int:
        return len(self.frame)


def make_table(
    snapshot: Snapshot,
    ranking: Ranking,
    *,
    language: str,
    area_ids: Collection[str] | None = None,
    with_geometry: bool,
    estimates: Estimates | None = None,
) -> ExportTable:
    """The canonical table of a ranking; a pure function of its parameters.

    Parameters
    ----------
    snapshot : Snapshot
    ranking : Ranking
    language : str
        Of class labels.
    area_ids : collection of str, optional
        Only these areas.
    with_geometry : bool
    estimates : Estimates, optional
        Of the same snapshot.
    """
    frame = priority_list(snapshot, ranking, language=language, area_ids=area_ids, estimates=estimates)
    columns = list_columns(ranking.criteria, is_filtered=area_ids is not None, firmness=firmness_settings(ranking))
    geometry = prepare_geometry(snapshot.areas.geometry.to_numpy()[frame.index.to_numpy()]) if with_geometry else None
    return ExportTable(columns, canonical_frame(frame, columns), geometry)


def canonical_frame(frame: pd.DataFrame, columns: Sequence[ListColumn]) -> pd.DataFrame:
    """A table with its numbers rounded and its texts clean; index 0 .. n - 1."""
    cells = {column.name: _canonical_column(frame[column.name], column.kind) for column in columns}
    return pd.DataFrame(cells, index=pd.RangeIndex(len(frame)))


def prepare_geometry(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """Polygons as multi-polygons with counter-clockwise exterior rings (RFC 7946); empty as None; all else as it is."""
    import shapely

    oriented = shapely.orient_polygons(shapely.force_2d(geometry))
    result: NDArray[np.object_] = oriented.astype(object)
    result[shapely.is_empty(oriented)] = None
    single = np.flatnonzero(shapely.get_type_id(oriented) == shapely.GeometryType.POLYGON)
    single = single[[result[row] is not None for row in single]] if len(single) else single
    result[single] = shapely.multipolygons(oriented[single], indices=np.arange(len(single)))
    return result


def table_digest(table: ExportTable) -> str:
    """SHA-256 of the canonical table, 64 hex digits; the module says of what exactly."""
    digest = hashlib.sha256()
    for column in table.columns:
        digest.update(_column_head(column.name, column.kind, len(table)))
        for part in _column_bytes(table.frame[column.name], column.kind):
            digest.update(part)
    if table.geometry is not None:
        digest.update(_column_head(GEOMETRY, GEOMETRY, len(table)))
        for part in _geometry_bytes(table.geometry):
            digest.update(part)
    return digest.hexdigest()


def _canonical_column(column: pd.Series, kind: str) -> Any:
    if kind == "number":
        return round_significant(column.to_numpy(dtype=np.float64, na_value=np.nan))
    if kind in ("integer", "flag"):
        return column.array
    return clean_column(column)


def clean_column(column: pd.Series) -> NDArray[np.object_]:
    """Cells of a text column as every format can hold them; unknown as None."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        texts = pa.array(column, type=pa.large_string(), from_pandas=True)
        if not pc.any(pc.match_substring_regex(texts, f"\r|{ILLEGAL}")).as_py():
            return _plain(column)
    except UnicodeEncodeError:
        pass
    return _plain(column.map(clean_text, na_action="ignore"))


def _plain(column: pd.Series) -> NDArray[np.object_]:
    """Cells without an index (a frame would align them by it); unknown as None."""
    cells = column.astype(object).to_numpy(copy=True)
    cells[column.isna().to_numpy()] = None
    return cells


def _column_head(name: str, kind: str, n_rows: int) -> bytes:
    return name.encode() + b"\0" + kind.encode() + b"\0" + np.array(n_rows, dtype="<u8").tobytes()


def _column_bytes(column: pd.Series, kind: str) -> Iterator[bytes | memoryview]:
    if kind in ("number", "integer", "flag"):
        yield number_bytes(column)
    else:
        yield from text_bytes(column)


def _geometry_bytes(geometry: NDArray[np.object_]) -> Iterator[bytes]:
    import shapely

    whole = shapely.transform(geometry, lambda xy: np.rint(xy * UNITS_PER_DEGREE) + 0.0)
    wkb = [b"" if cell is None else cell for cell in shapely.to_wkb(whole, output_dimension=2, byte_order=1)]
    yield np.array([len(cell) for cell in wkb], dtype="<u8").tobytes()
    yield b"".join(wkb)
