"""The areas of a snapshot as tiles, with the few bytes a map needs about each."""

from __future__ import annotations

import gzip
from typing import Any, Protocol

import numpy as np
import orjson
import pandas as pd
import shapely
from numpy.typing import NDArray

from dashboard.tiles.index import TileForm, TileIndex
from dashboard.tiles.request import TileRequestError, tile_address, whole_number

LABEL_CHUNK = 1000
PACKING_LEVEL = 5
SHA, CHA, TASKED, RELEASED = 1, 2, 4, 8


class HasAreas(Protocol):
    """What the map needs of a snapshot: its areas, in row order; the row number is the feature id."""

    @property
    def records(self) -> pd.DataFrame:
        """Areas without their outlines, RangeIndex."""

    def outlines(self) -> NDArray[Any]:
        """Outlines, EPSG:4326."""


def packed(content: bytes) -> bytes:
    """Gzip without a time stamp: equal content gives equal bytes."""
    return gzip.compress(content, PACKING_LEVEL, mtime=0)


def style_bytes(areas: pd.DataFrame) -> NDArray[np.uint8]:
    """One byte an area that says how its outline is drawn.

    Parameters
    ----------
    areas : DataFrame, n rows
        Columns ``hazard_type``, ``is_tasked``, ``is_released``; a missing one counts as not stated.

    Returns
    -------
    array of uint8, shape (n,)
        Sum of 1 (SHA), 2 (CHA), 4 (tasked), 8 (released).
    """
    out = np.zeros(len(areas), dtype=np.uint8)
    if "hazard_type" in areas:
        hazard_type = areas["hazard_type"].astype("string")
        out += SHA * hazard_type.eq("SHA").fillna(False).to_numpy(dtype=np.uint8)
        out += CHA * hazard_type.eq("CHA").fillna(False).to_numpy(dtype=np.uint8)
    for column, bit in (("is_tasked", TASKED), ("is_released", RELEASED)):
        if column in areas:
            out += np.uint8(bit) * areas[column].fillna(False).to_numpy(dtype=np.uint8)
    return out


def _text(values: pd.Series) -> list[str]:
    return ["" if value is None or pd.isna(value) else str(value) for value in values]


def label_chunk(areas: pd.DataFrame, boxes: NDArray[np.float64], start: int, stop: int) -> dict[str, Any]:
    """Names, places and boxes of the areas ``start`` to ``stop`` for hover and fly-to.

    Returns
    -------
    dict
        ``start``; ``area_id``, ``name``, ``place`` as lists of text; ``box`` as [west, south, east, north] in
        degrees or null where the area has no location.
    """
    rows = areas.iloc[start:stop]
    place_columns = [column for column in ("admin4", "admin3", "admin2", "admin1") if column in rows]
    parts = [_text(rows[column]) for column in place_columns]
    places = [", ".join(list(dict.fromkeys(filter(None, names)))[:2]) for names in zip(*parts, strict=True)]
    bounds = np.round(boxes[start:stop], 6)
    return {
        "start": start,
        "area_id": _text(rows["area_id"]),
        "name": _text(rows["name"]) if "name" in rows else [""] * len(rows),
        "place": places or [""] * len(rows),
        "box": [box.tolist() if np.isfinite(box).all() else None for box in bounds],
    }


class AreaTiles:
    """Tiles, styles and labels of the areas.

    Parameters
    ----------
    areas : DataFrame, n rows
        Their columns.
    outlines : array of shapely geometries, n, EPSG:4326
        Polygons, multipolygons or points; areas without a location are in no tile. They are not kept.
    form : TileForm, optional
    """

    def __init__(self, areas: pd.DataFrame, outlines: NDArray[Any], form: TileForm | None = None) -> None:
        self._areas = areas
        self._boxes = shapely.bounds(outlines)
        self._index = TileIndex(outlines, "areas", form)

    @classmethod
    def from_snapshot(cls, snapshot: HasAreas) -> AreaTiles:
        """Tiles of the areas of a snapshot."""
        return cls(snapshot.records, snapshot.outlines())

    def tile(self, z: int | str, x: int | str, y: int | str) -> bytes:
        """One tile: layer ``areas``, feature id = row number, no attributes. Gzip'd vector tile.

        Raises
        ------
        TileRequestError
            There is no such tile.
        """
        return packed(self._index.layer(tile_address(z, x, y)))

    def styles(self) -> bytes:
        """Gzip'd bytes of :func:`style_bytes`, one an area."""
        return packed(style_bytes(self._areas).tobytes())

    def labels(self, chunk: int | str) -> bytes:
        """Gzip'd JSON of :func:`label_chunk` for areas ``1000 * chunk`` and the 999 after it.

        Raises
        ------
        TileRequestError
            There is no such chunk.
        """
        if not len(self._areas):
            raise TileRequestError("There are no areas in this programme, so there are no labels.")
        number = whole_number(chunk, "chunk", (len(self._areas) - 1) // LABEL_CHUNK)
        start = number * LABEL_CHUNK
        return packed(orjson.dumps(label_chunk(self._areas, self._boxes, start, start + LABEL_CHUNK)))
