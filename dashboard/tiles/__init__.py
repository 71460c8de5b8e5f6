"""Vector tiles of areas and basemap; knows no web server."""

from dashboard.tiles.areas import AreaTiles, HasAreas, style_bytes
from dashboard.tiles.context import BASEMAP, ContextTiles, HasContext
from dashboard.tiles.request import MAX_ZOOM, TileRequestError, tile_address
from dashboard.tiles.service import MapSnapshot, TileService

__all__ = [
    "BASEMAP",
    "MAX_ZOOM",
    "AreaTiles",
    "ContextTiles",
    "HasAreas",
    "HasContext",
    "MapSnapshot",
    "TileRequestError",
    "TileService",
    "style_bytes",
    "tile_address",
]
