"""Basemap layers of a snapshot as tiles: coast, borders, roads, rivers, water, places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from dashboard.tiles.areas import packed
from dashboard.tiles.borders import border_lines
from dashboard.tiles.importance import LAST_RANK, importance_ranks
from dashboard.tiles.index import Tags, TileForm, TileIndex
from dashboard.tiles.request import TileRequestError, tile_address

BASEMAP = "basemap"
_NAMED_ROLES = ("place", "admin", "water")
_CLASSED_ROLES = ("landcover", "relief", "service")
_FILLED_ROLES = ("land", "coast", "water", "landcover", "relief")
# Levels beyond the one that shows the whole country at which each importance (0 first .. 5 last) appears; None: always.
_LATER_BY_ROLE: dict[str, tuple[int | None, ...]] = {
    "place": (None, None, -1, 1, 2, 3),
    "road": (None, None, 0, 1, 3, 4),
    "river": (None, None, -1, 1, 2, 3),
    "admin": (None, None, 0, 2, 3, 4),
    "service": (None, 2, 3, 3, 4, 4),
}
_COUNTRY_PIXELS = 1000.0


class ContextLayer(Protocol):
    """What the map needs to know of a basemap layer."""

    @property
    def id(self) -> str:
        """Its id in the configuration."""

    @property
    def role(self) -> str:
        """One of coast, land, admin, road, river, water, place, landcover, service, relief."""

    @property
    def kind(self) -> str:
        """polygon, line, point or raster."""

    @property
    def min_zoom(self) -> int:
        """Zoom of the map from which on it is drawn."""

    @property
    def n_features(self) -> int:
        """How many features it has."""

    @property
    def sensitivity(self) -> str:
        """public, restricted or secret."""


class HasContext(Protocol):
    """A snapshot, as far as its basemap goes."""

    @property
    def context_layers(self) -> Sequence[ContextLayer]:
        """The layers, in the order of the configuration."""

    def context(self, layer_id: str) -> gpd.GeoDataFrame:
        """Features of one of them: ``name``, ``class``, geometry in EPSG:4326."""


def drawn_layers(snapshot: HasContext) -> dict[str, ContextLayer]:
    """Vector layers that may be drawn, by id; a secret one never leaves the server."""
    return {layer.id: layer for layer in snapshot.context_layers if layer.kind != "raster" and layer.sensitivity != "secret"}


def country_level(bounds: Sequence[float]) -> int:
    """Tile level at which a box of degrees (west, south, east, north) is about 1,000 pixels wide or high."""
    if not np.isfinite(bounds).all():
        return 0
    degrees = max(bounds[2] - bounds[0], bounds[3] - bounds[1], 1e-3)
    return max(0, math.floor(math.log2(_COUNTRY_PIXELS / 512.0 * 360.0 / degrees)))


def first_levels(role: str, ranks: NDArray[np.int64], whole: int) -> NDArray[np.int64]:
    """Tile level from which on features of a role and importance are sent.

    Parameters
    ----------
    role : str
    ranks : array of int, 0 (first) .. 5
    whole : int
        Level that shows the whole country.
    """
    later = _LATER_BY_ROLE.get(role)
    if later is None:
        return np.zeros(len(ranks), dtype=np.int64)
    levels = [0 if step is None else max(0, whole + step) for step in later]
    return np.asarray(levels, dtype=np.int64)[ranks]


def _form(role: str) -> TileForm:
    """Basemap shapes below a pixel are left out; filled ones may be thinned more."""
    return TileForm(smallest_units=0, tolerance_units=4.0 if role in _FILLED_ROLES else 3.0, buffer_units=96)


def _texts(frame: pd.DataFrame, column: str) -> NDArray[Any]:
    if column not in frame:
        return np.full(len(frame), "", dtype=object)
    values = frame[column]
    return np.where(values.isna(), "", values.astype("string").fillna("")).astype(object)


def tags_of(ranks: NDArray[np.int64], **attributes: NDArray[Any]) -> Tags:
    """Attribute ``rank`` (as text) and others; an attribute that is "" is left out of its feature."""
    columns = {"rank": ranks.astype(str).astype(object), **attributes}
    texts = np.concatenate([np.asarray(column, dtype=object) for column in columns.values()]).astype(str)
    values, number = np.unique(texts, return_inverse=True)
    numbers = np.empty((len(ranks), 2 * len(columns)), dtype=np.int64)
    for place, (column, value) in enumerate(zip(columns.values(), number.reshape(len(columns), -1), strict=True)):
        numbers[:, 2 * place] = np.where(column == "", -1, place)
        numbers[:, 2 * place + 1] = value
    return Tags(tuple(columns), values.tolist(), numbers)


def admin_ranks(layers: Sequence[ContextLayer]) -> dict[str, int]:
    """Rank of each layer of borders: 1 for the one with the fewest areas, then 2, ..."""
    borders = sorted((layer for layer in layers if layer.role == "admin"), key=lambda layer: layer.n_features)
    return {layer.id: min(place, LAST_RANK) for place, layer in enumerate(borders, start=1)}


def _with_borders(frame: gpd.GeoDataFrame, *, has_land: bool) -> gpd.GeoDataFrame:
    """Areas of a border layer as lines, and a point in each that bears its name."""
    polygons, classes = frame.geometry.to_numpy(), _texts(frame, "class")
    if not (shapely.get_dimensions(polygons) == 2).any():
        return frame
    by_class = {each: border_lines(polygons[classes == each], keep_outer=not has_land) for each in np.unique(classes)}
    line_classes = np.concatenate([np.full(len(lines), each, dtype=object) for each, lines in by_class.items()])
    columns = {
        "name": np.concatenate([np.full(len(line_classes), "", dtype=object), _texts(frame, "name")]),
        "class": np.concatenate([line_classes, classes]),
    }
    geometry = np.concatenate([*by_class.values(), shapely.point_on_surface(polygons)])
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=frame.crs)


class ContextTiles:
    """Tiles of one basemap layer.

    Features carry ``rank`` (0 first .. 5) and, where the map uses it, ``name`` or ``class``. Feature ids mean nothing.

    Parameters
    ----------
    frame : GeoDataFrame, EPSG:4326, columns ``name`` and ``class`` optional
    layer_id, role : str
    min_zoom : int
        Zoom of the map (one more than the tile level) from which on it is drawn.
    ordinary_rank : int, optional
        Rank where the class does not tell one; the role's ordinary one where not given.
    """

    def __init__(self, frame: gpd.GeoDataFrame, layer_id: str, role: str, min_zoom: int = 0, ordinary_rank: int | None = None) -> None:
        frame = frame.explode(ignore_index=True)  # small pieces are found and cut faster than one large whole
        geometries = frame.geometry.to_numpy()
        classes = _texts(frame, "class")
        ranks = importance_ranks(role, classes, layer_id, ordinary_rank)
        order = np.argsort(ranks, kind="stable")
        attributes = {}
        if role in _NAMED_ROLES:
            attributes["name"] = _texts(frame, "name")[order]
        if role in _CLASSED_ROLES:
            attributes["class"] = classes[order]
        levels = first_levels(role, ranks[order], country_level(shapely.total_bounds(geometries)))
        self._index = TileIndex(
            geometries[order], layer_id, _form(role), tags_of(ranks[order], **attributes), np.maximum(levels, min_zoom - 1)
        )

    @classmethod
    def from_snapshot(cls, snapshot: HasContext, layer_id: str) -> ContextTiles:
        """Tiles of a basemap layer of a snapshot; areas of a border layer come as lines, each border once, and names.

        Raises
        ------
        TileRequestError
            The snapshot has no such layer, or it is a raster or secret.
        """
        drawn = drawn_layers(snapshot)
        if layer_id not in drawn:
            known = ", ".join(sorted(drawn)) or "none"
            shown = layer_id if len(layer_id) <= 40 else layer_id[:40] + "…"
            raise TileRequestError(f"There is no basemap layer {shown!r}. Layers that are drawn: {known}.")
        info, frame = drawn[layer_id], snapshot.context(layer_id)
        if info.role == "admin":
            frame = _with_borders(frame, has_land=any(layer.role in ("land", "coast") for layer in drawn.values()))
        ordinary = admin_ranks(list(drawn.values())).get(layer_id)
        return cls(frame, layer_id, info.role, info.min_zoom, ordinary)

    def layer(self, z: int | str, x: int | str, y: int | str) -> bytes:
        """The layer's bytes in one tile, not packed; layers of several sources may be joined end to end."""
        return self._index.layer(tile_address(z, x, y))

    def tile(self, z: int | str, x: int | str, y: int | str) -> bytes:
        """One tile, gzip'd.

        Raises
        ------
        TileRequestError
            There is no such tile.
        """
        return packed(self.layer(z, x, y))
