"""Context layers and indicators as the Data page shows them: what a layer holds, light enough to draw; how values are spread."""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import dataclass

import numpy as np
import pandas as pd
import rasterio
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

from dashboard.programme import Programme
from dashboard.services.histograms import Histogram, histogram
from dashboard.services.lru import RecentCache
from dashboard.services.views import kept, opened_snapshot
from geodata.errors import GeodataError, LayerError
from geodata.geometry.crs import WGS84, reproject
from geodata.layers.open import open_layer
from geodata.layers.raster import RasterLayer
from geodata.layers.vector import VectorLayer
from geodata.schema.config import LayerSection
from geodata.snapshot import IndicatorInfo

MAX_FEATURES = 2_000
MAX_VERTICES = 60_000
MAX_PIXELS = 700
N_CLASSES = 7
_STEPS = 2_000
_WEB = "EPSG:3857"
_RAMP = ("f1e7b2", "d9c77d", "b6a673", "8b8678", "606a76", "344f71", "07275b")
"""The colours of the map's classes, the lowest first (``assets/css/10_tokens.css``)."""
_KINDS = ("009e73", "e69f00", "56b4e9", "d55e00", "cc79a7", "0072b2", "f0e442")
_OTHERS = "#8a8f94"

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class DrawnLayer:
    """A layer, light enough for a page.

    Attributes
    ----------
    outlines : tuple of geometries, EPSG:4326
        Of a vector layer, at most ``MAX_FEATURES`` and simplified to what a map of the country can show.
    n_features : int or None
        Rows with a place; None for a raster.
    picture : str
        Of a raster: a PNG as a ``data:`` address, in EPSG:3857; "" otherwise.
    classes : tuple of text
        Of a vector layer whose class column config.yaml names: the classes with most ground, at most ``N_CLASSES``.
    class_of : tuple of int
        Class of each outline; -1 for one of the others.
    breaks : tuple of float
        Ends of the classes of a raster, the lowest first: one more than there are classes.
    box : west, south, east, north in degrees, or None where nothing has a place
    """

    outlines: tuple[shapely.Geometry, ...] = ()
    classes: tuple[str, ...] = ()
    class_of: tuple[int, ...] = ()
    n_features: int | None = None
    picture: str = ""
    breaks: tuple[float, ...] = ()
    box: Box | None = None


@dataclass(frozen=True)
class IndicatorSpread:
    """How an indicator's values are spread over the areas.

    Attributes
    ----------
    info : IndicatorInfo
    histogram : Histogram
    n_areas, n_known : int
    coverage : float
        Mean share of an area that the layer covers, 0..1; NaN where that has no meaning.
    """

    info: IndicatorInfo
    histogram: Histogram
    n_areas: int
    n_known: int
    coverage: float


def draw_layer(programme: Programme, layer_id: str) -> DrawnLayer:
    """A layer of config.yaml; kept until its file changes.

    Raises
    ------
    GeodataError
        There is no such layer, it is secret or has no places, or its file cannot be read.
    """
    section = next((each for each in programme.config.layers if each.id == layer_id), None)
    if section is None:
        raise LayerError(f"There is no layer {layer_id[:60]!r}.", "Choose one of the list.")
    if section.sensitivity == "secret":
        raise LayerError(f"{section.id} is secret and is not drawn.", "It is used in measures only.")
    if section.kind == "table":
        raise LayerError(f"{section.id} is a table joined by a code; it has no places of its own.", "See its indicators below.")
    path = programme.directory / section.path
    if not path.exists():
        raise LayerError(f"{section.path} does not exist.", "Put the file there, or mend config.yaml.")
    cache = vars(programme).setdefault("_drawn_layers", RecentCache(layer=6))
    key = (section.id, path.stat().st_mtime_ns)
    found: DrawnLayer = cache.get("layer", key, lambda: _draw(programme, section))
    return found


def spreads(programme: Programme) -> list[IndicatorSpread]:
    """Every indicator of the current snapshot.

    Raises
    ------
    SnapshotError
        Nothing has been built.
    """
    snapshot = opened_snapshot(programme)

    def make() -> list[IndicatorSpread]:
        found = []
        for name, info in snapshot.indicators.items():
            values = snapshot.values[name].to_numpy(dtype=float)
            n_known, cover = int(np.isfinite(values).sum()), snapshot.mean_coverage(name)
            found.append(IndicatorSpread(info, histogram(snapshot, name), len(values), n_known, float("nan") if cover is None else cover))
        return found

    return kept(programme).get("facts", ("spreads", snapshot.data_version), make)


def _draw(programme: Programme, section: LayerSection) -> DrawnLayer:
    layer = open_layer(section, programme.directory)
    if isinstance(layer, RasterLayer):
        try:
            return _draw_raster(layer)
        finally:
            layer.close()
    if not isinstance(layer, VectorLayer):
        raise GeodataError(f"{section.id} has no places to draw.")
    column = section.map.kind if section.map is not None else None
    frame = layer.read([column] if column else []).frame
    places = reproject(frame.geometry.to_numpy(), layer.crs, CRS.from_user_input(WGS84))
    has_place = np.isfinite(shapely.bounds(places)).all(axis=1) if len(places) else np.zeros(0, dtype=bool)
    places = places[has_place]
    if not len(places):
        return DrawnLayer(n_features=0)
    west, south, east, north = (float(value) for value in shapely.total_bounds(places))
    drawn, rows = _lighter(places, max(east - west, north - south))
    classes, class_of = _classes(frame[column][has_place], places) if column else ((), np.empty(0, dtype="int64"))
    kinds = tuple(class_of[rows].tolist()) if classes else ()
    return DrawnLayer(tuple(drawn), classes, kinds, len(places), box=(west, south, east, north))


def _classes(names: pd.Series, places: NDArray[np.object_]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """The classes with most ground (or length, or features), and the class of each feature."""
    text = names.astype("str").where(names.notna(), "").to_numpy(dtype=object)
    size = shapely.area(places) + 1e-6 * shapely.length(places) + 1e-12
    ground = pd.Series(size).groupby(text).sum().drop("", errors="ignore")
    order = ground.to_frame("size").rename_axis("name").reset_index().sort_values(["size", "name"], ascending=[False, True])
    chosen = order["name"].tolist()[:N_CLASSES]
    number = {name: at for at, name in enumerate(chosen)}
    return tuple(chosen), np.array([number.get(name, -1) for name in text], dtype="int64")


def _lighter(places: NDArray[np.object_], width: float) -> tuple[list[shapely.Geometry], NDArray[np.int64]]:
    """The largest features first, with no more vertices than a page can take, and their rows."""
    sizes = shapely.area(places) + shapely.length(places)
    rows = np.sort(np.argsort(-sizes, kind="stable")[:MAX_FEATURES])
    drawn = shapely.simplify(places[rows], width / _STEPS)
    step = width / _STEPS
    while shapely.get_num_coordinates(drawn).sum() > MAX_VERTICES and step < width / 50:
        step *= 2
        drawn = shapely.simplify(drawn, step)
    is_left = ~shapely.is_empty(drawn)
    return drawn[is_left].tolist(), rows[is_left]


def _draw_raster(layer: RasterLayer) -> DrawnLayer:
    grid = layer.grid
    to_degrees = Transformer.from_crs(grid.crs, WGS84, always_xy=True)
    west, south, east, north = to_degrees.transform_bounds(*grid.bounds, densify_pts=21)
    south, north = max(south, -85.0), min(north, 85.0)
    to_web = Transformer.from_crs(WGS84, _WEB, always_xy=True)
    left, bottom, right, top = to_web.transform_bounds(west, south, east, north)
    pixel = max(right - left, top - bottom) / min(MAX_PIXELS, max(grid.n_rows, grid.n_columns))
    width, height = max(1, round((right - left) / pixel)), max(1, round((top - bottom) / pixel))
    transform = rasterio.Affine(pixel, 0.0, left, 0.0, -pixel, top)
    with (
        rasterio.open(layer.path) as dataset,
        WarpedVRT(
            dataset, src_crs=grid.crs.to_wkt(), crs=_WEB, resampling=Resampling.nearest, transform=transform, width=width, height=height
        ) as warped,
    ):
        cells = np.ma.masked_invalid(warped.read(1, masked=True).astype("float64"))
        scale, offset = dataset.scales[0], dataset.offsets[0]
    values = np.ma.filled(cells, np.nan) * scale + offset
    known = values[np.isfinite(values)]
    if not known.size:
        return DrawnLayer(box=(west, south, east, north))
    breaks = class_breaks(known)
    picture = f"data:image/png;base64,{base64.b64encode(_png(_coloured(values, breaks))).decode('ascii')}"
    return DrawnLayer(picture=picture, breaks=tuple(float(value) for value in breaks), box=(west, south, east, north))


def class_breaks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ends of at most seven classes of about as many values each.

    Inner ends are rounded to three digits. Where the lowest value alone would fill more than a class (a raster of people
    is mostly 0), it is a class of its own.

    Parameters
    ----------
    values : float array without NaN, at least one
    """
    lowest = values.min()
    above = values[values > lowest]
    if above.size and above.size < values.size * (1 - 1 / N_CLASSES):
        ends = np.concatenate([[lowest], np.quantile(above, np.linspace(0, 1, N_CLASSES))])
    else:
        ends = np.quantile(values, np.linspace(0, 1, N_CLASSES + 1))
    inner = [float(f"{end:.3g}") for end in ends[1:-1]]
    return np.unique(np.clip([lowest, *inner, values.max()], lowest, values.max()))


def _coloured(values: NDArray[np.float64], breaks: NDArray[np.float64]) -> NDArray[np.uint8]:
    """RGBA pixels by class; what is unknown is clear."""
    ramp = np.array([[int(colour[at : at + 2], 16) for at in (0, 2, 4)] for colour in _RAMP], dtype="uint8")
    n = max(len(breaks) - 1, 1)
    classes = np.clip(np.searchsorted(breaks, np.nan_to_num(values, nan=breaks[0]), side="right") - 1, 0, n - 1)
    steps = np.linspace(0, N_CLASSES - 1, n).round().astype(int) if n > 1 else np.array([N_CLASSES // 2])
    alpha = np.where(np.isfinite(values), 215, 0).astype("uint8")
    return np.dstack([ramp[steps[classes]], alpha])


def class_colour(number: int) -> str:
    """Colour of a class of outlines that has no order; the others, -1, are grey (Okabe and Ito 2008, for every kind of sight)."""
    return f"#{_KINDS[number]}" if 0 <= number < len(_KINDS) else _OTHERS


def ramp_colours(n: int) -> list[str]:
    """Colours of the classes of a raster, the lowest first."""
    steps = np.linspace(0, N_CLASSES - 1, n).round().astype(int) if n > 1 else np.array([N_CLASSES // 2])
    return [f"#{_RAMP[step]}" for step in steps]


def _png(rgba: NDArray[np.uint8]) -> bytes:
    """A PNG of 8-bit RGBA pixels."""
    height, width, _ = rgba.shape
    rows = np.zeros((height, 1 + width * 4), dtype="uint8")
    rows[:, 1:] = rgba.reshape(height, width * 4)
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)), (b"IDAT", zlib.compress(rows.tobytes(), 6)), (b"IEND", b"")]
    chunks = [struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
