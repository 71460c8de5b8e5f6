"""Geometries of one layer, findable by tile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from dashboard.tiles import encode
from dashboard.tiles.encode import LINE, POINT, POLYGON
from dashboard.tiles.mercator import project
from dashboard.tiles.request import TileAddress
from dashboard.tiles.shapes import squares, to_parts

TILE_PIXELS = 512
_HEAVY_VERTICES = 24


@dataclass(frozen=True)
class TileForm:
    """How tiles of a layer are cut.

    Attributes
    ----------
    extent : int
        Units along a tile's side of 512 pixels.
    buffer_units : int
        How far beyond its edges a tile carries geometry, so that outlines and dots meet at the seam.
    smallest_units : int
        Polygons whose box is smaller on both sides are sent as a square of this side; 0 leaves them out.
    tolerance_units : float
        How far an outline with many vertices may be moved when it is thinned.
    """

    extent: int = 4096
    buffer_units: int = 64
    smallest_units: int = 16
    tolerance_units: float = 2.0


@dataclass(frozen=True)
class Tags:
    """Text attributes of the features: ``numbers[i, 2k]`` is a key's place in ``keys`` (-1: none), ``[i, 2k + 1]`` a value's."""

    keys: Sequence[str]
    values: Sequence[str]
    numbers: NDArray[np.int64]


class TileIndex:
    """Cuts vector tiles out of a layer; the feature id is the row number.

    Parameters
    ----------
    geometries : array of shapely geometries, EPSG:4326, any mixture; missing and empty ones are never in a tile
        Outlines across the 180th meridian must come split there.
    name : str
        Name of the layer in the tile.
    form : TileForm
    tags : Tags, optional
        Attributes; areas carry none.
    min_zoom : array of int, one a geometry, optional
        Tile level from which on each is sent.
    """

    def __init__(
        self,
        geometries: NDArray[Any],
        name: str,
        form: TileForm | None = None,
        tags: Tags | None = None,
        min_zoom: NDArray[np.int64] | None = None,
    ) -> None:
        self.name = name
        self.form = form or TileForm()
        self._tags = tags
        self._min_zoom = min_zoom
        self._geometries = project(np.asarray(geometries, dtype=object))
        self._bounds = shapely.bounds(self._geometries)
        self._dimension = shapely.get_dimensions(self._geometries)
        self._tree = shapely.STRtree(self._geometries)

    def layer(self, address: TileAddress) -> bytes:
        """The layer's bytes in one tile, not packed; no bytes where there is nothing."""
        scale = float(self.form.extent) * 2.0**address.z
        origin = (address.x / 2.0**address.z, address.y / 2.0**address.z)
        rows = self._rows(address, origin, scale)
        used = self._used_values(rows)
        body = b"".join(
            [
                self._polygons(rows[self._dimension[rows] == 2], used, origin, scale),
                self._simple(rows[self._dimension[rows] == 1], used, LINE, origin, scale),
                self._simple(rows[self._dimension[rows] == 0], used, POINT, origin, scale),
            ]
        )
        if self._tags is None:
            return encode.layer(self.name, self.form.extent, body)
        return encode.layer(self.name, self.form.extent, body, self._tags.keys, [self._tags.values[each] for each in used])

    def _used_values(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Numbers of the texts that the features of one tile use, rising."""
        if self._tags is None:
            return np.empty(0, dtype=np.int64)
        numbers = self._tags.numbers[rows]
        return np.unique(numbers[:, 1::2][numbers[:, ::2] >= 0])

    def _window(self, origin: tuple[float, float], scale: float) -> tuple[float, float, float, float]:
        margin, side = self.form.buffer_units / scale, self.form.extent / scale
        return origin[0] - margin, origin[1] - margin, origin[0] + side + margin, origin[1] + side + margin

    def _rows(self, address: TileAddress, origin: tuple[float, float], scale: float) -> NDArray[np.int64]:
        """Rows whose box meets the tile and its margin, rising."""
        rows = np.sort(self._tree.query(shapely.box(*self._window(origin, scale))))
        if self._min_zoom is not None:
            rows = rows[self._min_zoom[rows] <= address.z]
        return rows

    def _polygons(self, rows: NDArray[np.int64], used: NDArray[np.int64], origin: tuple[float, float], scale: float) -> bytes:
        bounds = self._bounds[rows]
        side = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]) * scale
        is_tiny = side < self.form.smallest_units
        large = rows[~is_tiny]
        parts, kept = to_parts(self._cut(large, origin, scale), POLYGON, origin, scale)
        drawn = encode.features(large[kept], POLYGON, parts, self._numbers(large[kept], used))
        if not self.form.smallest_units:
            return drawn
        tiny = np.concatenate([rows[is_tiny], self._vanished(large, kept, origin, scale)])
        tiny.sort()
        small = squares(self._centres(tiny), self.form.smallest_units, origin, scale)
        return encode.features(tiny, POLYGON, small, self._numbers(tiny, used)) + drawn

    def _vanished(self, large: NDArray[np.int64], kept: NDArray[np.int64], origin: tuple[float, float], scale: float) -> NDArray[np.int64]:
        """Slivers that rounding removed although their centre lies in the tile."""
        lost = np.delete(large, kept)
        west, north, east, south = self._window(origin, scale)
        x, y = self._centres(lost).T
        near: NDArray[np.int64] = lost[(x >= west) & (x <= east) & (y >= north) & (y <= south)]
        return near

    def _centres(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        bounds = self._bounds[rows]
        centres: NDArray[np.float64] = (bounds[:, :2] + bounds[:, 2:]) / 2.0
        return centres

    def _simple(self, rows: NDArray[np.int64], used: NDArray[np.int64], kind: int, origin: tuple[float, float], scale: float) -> bytes:
        geometries = self._cut(rows, origin, scale) if kind == LINE else self._geometries[rows]
        parts, kept = to_parts(geometries, kind, origin, scale)
        return encode.features(rows[kept], kind, parts, self._numbers(rows[kept], used))

    def _numbers(self, rows: NDArray[np.int64], used: NDArray[np.int64]) -> NDArray[np.int64] | None:
        """Tag numbers of features, values counted among those used in the tile."""
        if self._tags is None:
            return None
        numbers = self._tags.numbers[rows]
        numbers[:, 1::2] = np.searchsorted(used, numbers[:, 1::2])
        return numbers

    def _cut(self, rows: NDArray[np.int64], origin: tuple[float, float], scale: float) -> NDArray[Any]:
        """Geometries cut to the tile and its margin; outlines with many vertices thinned."""
        window = self._window(origin, scale)
        bounds = self._bounds[rows]
        crosses = (bounds[:, :2] < window[:2]).any(axis=1) | (bounds[:, 2:] > window[2:]).any(axis=1)
        cut = self._geometries[rows]
        if crosses.any():
            cut[crosses] = _clipped(cut[crosses], window)
        heavy = shapely.get_num_coordinates(cut) > _HEAVY_VERTICES
        if heavy.any():
            thinned = shapely.simplify(cut[heavy], self.form.tolerance_units / scale, preserve_topology=False)
            cut[heavy] = np.where(shapely.is_empty(thinned), cut[heavy], thinned)
        return cut


def _clipped(geometries: NDArray[Any], window: tuple[float, float, float, float]) -> NDArray[Any]:
    """Geometries clipped to a window: fast, or where an outline is too broken for that, mended first."""
    try:
        clipped: NDArray[Any] = shapely.clip_by_rect(geometries, *window)
    except shapely.errors.GEOSException:
        mended = shapely.make_valid(geometries, method="structure", keep_collapsed=False)
        clipped = shapely.intersection(mended, shapely.box(*window))
    return clipped
