"""Write a snapshot beside its place and rename it in one step, so that a kill leaves the old one current."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geodata.errors import SnapshotError
from geodata.layers.prepared import describe_geometry
from geodata.unfinished import clear_unfinished, unfinished_path

_ROWS_PER_GROUP = 100_000


class SnapshotWriter:
    """Files of a snapshot in the making; nothing is visible before :meth:`publish`.

    Parameters
    ----------
    target : Path
        ``derived/snapshots/<data_version>``.
    what : str
        What is written, for messages.
    folders : tuple of str
        Folders inside it.
    """

    def __init__(self, target: Path, *, what: str = "snapshot", folders: tuple[str, ...] = ("context",)) -> None:
        self.what = what
        self.target = target
        target.parent.mkdir(parents=True, exist_ok=True)
        clear_unfinished(target.parent)
        self.folder = unfinished_path(target.with_name(f".making-{target.name}"))
        self.folder.mkdir()
        for name in folders:
            (self.folder / name).mkdir()

    def table(self, name: str, frame: pd.DataFrame) -> None:
        """A Parquet file of a frame without geometry."""
        frame.to_parquet(self.folder / name, compression="zstd", index=False)

    def places(self, name: str, frame: gpd.GeoDataFrame) -> None:
        """A GeoParquet file of one frame in EPSG:4326, written some rows at a time: their WKB is not held for all at once."""
        columns = [column for column in frame.columns if column != "geometry"]
        geometry, attributes = frame.geometry.to_numpy(), pd.DataFrame(frame[columns])
        schema = pa.Schema.from_pandas(attributes.iloc[:1], preserve_index=False).append(pa.field("geometry", pa.binary()))
        schema = schema.with_metadata({**(schema.metadata or {}), b"geo": describe_geometry(frame.crs)})
        with pq.ParquetWriter(self.folder / name, schema, compression="zstd") as writer:
            for start in range(0, len(frame), _ROWS_PER_GROUP):
                rows = slice(start, start + _ROWS_PER_GROUP)
                table = pa.Table.from_pandas(attributes.iloc[rows], preserve_index=False)
                writer.write_table(
                    table.append_column("geometry", pa.array(shapely.to_wkb(geometry[rows], flavor="iso"), pa.binary())).cast(schema)
                )

    def matrix(self, name: str, cells: np.ndarray) -> None:
        """A float64 array in Fortran order, to be memory-mapped."""
        with (self.folder / name).open("wb") as file:
            np.save(file, np.asfortranarray(cells, dtype="<f8"), allow_pickle=False)

    def content(self, name: str, content: bytes) -> None:
        """A file of bytes."""
        (self.folder / name).write_bytes(content)

    def publish(self) -> None:
        """Make everything durable, give it its name, and forget the working folder.

        Raises
        ------
        SnapshotError
            The disk is full or the folder cannot be written.
        """
        try:
            for path in sorted(self.folder.rglob("*")):
                _sync(path)
            _sync(self.folder)
            os.replace(self.folder, self.target)  # noqa: PTH105 - atomic on every system
            _sync(self.target.parent)
        except OSError as error:
            if self.target.exists():  # another process made the same snapshot meanwhile
                return
            raise SnapshotError(f"The {self.what} cannot be written: {error}.", "Free space and build again.") from error
        finally:
            self.discard()

    def discard(self) -> None:
        """Remove the working folder, if it is still there."""
        shutil.rmtree(self.folder, ignore_errors=True)


def point_current_at(programme_dir: Path, data_version: str) -> None:
    """Make a snapshot the current one, in one step."""
    current = programme_dir / "derived" / "current"
    beside = unfinished_path(current)
    beside.write_text(f"{data_version}\n", "ascii")
    _sync(beside)
    os.replace(beside, current)  # noqa: PTH105 - atomic on every system
    _sync(current.parent)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
