"""Everything a server hands to the map of one snapshot."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from dashboard.memory import give_back_memory
from dashboard.tiles.areas import AreaTiles, HasAreas, packed
from dashboard.tiles.cache import ByteCache
from dashboard.tiles.context import BASEMAP, ContextTiles, HasContext, drawn_layers
from dashboard.tiles.request import TileRequestError, tile_address


class HasFile(Protocol):
    """A picture on disk."""

    @property
    def path(self) -> Path:
        """PNG in Web Mercator."""


class MapSnapshot(HasAreas, HasContext, Protocol):
    """A snapshot as the map sees it."""

    def context_image(self, layer_id: str) -> HasFile:
        """A raster basemap layer as a picture."""


class TileService:
    """Tiles, styles, labels and pictures of one snapshot; made on first use, kept up to a ceiling, safe for threads.

    Parameters
    ----------
    snapshot : MapSnapshot
    cache_bytes : int
        Ceiling of what is kept of packed answers.
    """

    def __init__(self, snapshot: MapSnapshot, cache_bytes: int = 64 * 2**20) -> None:
        self._snapshot = snapshot
        self._cache = ByteCache(cache_bytes)
        self._made: dict[str, Any] = {}
        self._making = threading.Lock()

    def areas(self, z: int | str, x: int | str, y: int | str) -> bytes:
        """Gzip'd tile of the areas, see :meth:`AreaTiles.tile`. Raises TileRequestError."""
        at = tile_address(z, x, y)
        return self._cache.get(("areas", at), lambda: self._area_tiles().tile(at.z, at.x, at.y))

    def context(self, layer_id: str, z: int | str, x: int | str, y: int | str) -> bytes:
        """Gzip'd tile of a basemap layer, or of all of them for ``basemap``. Raises TileRequestError."""
        at = tile_address(z, x, y)
        wanted = list(drawn_layers(self._snapshot)) if layer_id == BASEMAP else [layer_id]
        layers = [self._context_tiles(each) for each in wanted]
        return self._cache.get(("context", layer_id, at), lambda: packed(b"".join(each.layer(at.z, at.x, at.y) for each in layers)))

    def image(self, layer_id: str) -> bytes:
        """PNG of a raster basemap layer in Web Mercator.

        Raises
        ------
        TileRequestError
            The snapshot has no such picture, or it is secret.
        """
        layers = self._snapshot.context_layers
        if layer_id not in {layer.id for layer in layers if layer.kind == "raster" and layer.sensitivity != "secret"}:
            raise TileRequestError(f"There is no basemap picture {layer_id[:40]!r}. Pictures are made of raster layers with a map section.")
        return self._cache.get(("image", layer_id), lambda: self._snapshot.context_image(layer_id).path.read_bytes())

    def styles(self) -> bytes:
        """Gzip'd style bytes, see :meth:`AreaTiles.styles`."""
        return self._cache.get("styles", lambda: self._area_tiles().styles())

    def labels(self, chunk: int | str) -> bytes:
        """Gzip'd JSON of 1,000 labels, see :meth:`AreaTiles.labels`. Raises TileRequestError."""
        return self._cache.get(("labels", str(chunk)), lambda: self._area_tiles().labels(chunk))

    def _area_tiles(self) -> AreaTiles:
        tiles: AreaTiles = self._once("areas", self._make_area_tiles)
        return tiles

    def _make_area_tiles(self) -> AreaTiles:
        tiles = AreaTiles.from_snapshot(self._snapshot)
        give_back_memory()  # that of the outlines as they were read
        return tiles

    def _context_tiles(self, layer_id: str) -> ContextTiles:
        name = "context " + layer_id
        tiles: ContextTiles = self._once(name, lambda: ContextTiles.from_snapshot(self._snapshot, layer_id))
        return tiles

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        """An index, made by the first thread that needs it while the others wait."""
        if name not in self._made:
            with self._making:
                if name not in self._made:
                    self._made[name] = make()
        return self._made[name]
