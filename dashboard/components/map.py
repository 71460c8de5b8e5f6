"""The map of areas; the only module that knows dash_leaflet.

A page puts :func:`priority_map` into its layout and calls :func:`register_map_callbacks` once. From then on the map is
driven by ``dcc.Store``s whose ids :func:`map_ids` gives; all of it happens in the browser (``assets/js``), no callback
of the map reaches the server.

=============  =======================================================================================  ==============
store          data                                                                                     who writes
=============  =======================================================================================  ==============
ids.colours    ``{"url": "/colours/…", "labels": {"1": "Not known", "2": "lowest", …}}`` or null; with       page
               ``"palette": "actions"`` the classes are categories (``assets/js/map.css``)
ids.mask       null (all shown), :func:`mask_data`, or ``{"url": …}`` of one byte an area (0 hidden)      page
ids.selected   ``{"row": 12, "fly": true}``, ``{"row": null}``; a click writes ``{"row": 12, "by": "map"}``  page and map
ids.view       page: ``{"lat", "lon", "zoom"}`` or ``{"bounds": [west, south, east, north]}``;            page and map
               map, 250 ms after a move: ``{"lat", "lon", "zoom", "bounds", "by": "map"}``
ids.hover      ``{"row": 12}`` or null                                                                  map
ids.status     ``{"state": "drawn", "what": "load"|"recolour"|"mask"|"repaint", "ms", "tiles"}`` or         map
               ``{"state": "error"}``
=============  =======================================================================================  ==============

Rows are row numbers of the snapshot's areas. Colour bytes: 0 hidden, 1 unknown (hatched), 2 (lowest) to 8 (highest) the
seven classes, 255 released (outline only). Clientside code may also call the controller itself:
``window.landrelease.map.get(mapId)`` has ``recolour(url, labels)``, ``setMask(data)``, ``select(row, {fly})``,
``view(data)``, ``flyTo([w, s, e, n])``, ``home()``, ``showContext(layerId, isShown)`` and ``palette()``.

Keyboard, with the map focused: arrows move, + and - zoom, Home shows the whole country, Enter selects the area nearest
to the middle, Escape clears the selection.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import dash_leaflet as dl
import numpy as np
from dash import ClientsideFunction, Input, State, dcc, html
from numpy.typing import NDArray

from dashboard.tiles.context import ContextLayer, HasContext

Box = tuple[float, float, float, float]
_MAX_ZOOM = 19
RELEASED_LAYER = "areas:released"
"""What ``showContext`` calls the outlines of released areas; no layer of a programme can have this id."""
_WORLD: Box = (-170.0, -60.0, 170.0, 70.0)

MAP_TEXTS: dict[str, str] = {
    "map_label": "Map of areas",
    "zoom_in": "Zoom in",
    "zoom_out": "Zoom out",
    "whole_country": "Show the whole country",
    "full_screen": "Full screen",
    "leave_full_screen": "Leave full screen",
    "fictional": "FICTIONAL",
    "not_known": "Not known",
    "released": "Released",
    "keyboard_help": (
        "Arrow keys move the map, plus and minus zoom, Home shows the whole country, "
        "Enter selects the area nearest to the middle, Escape clears the selection."
    ),
    "tiles_failed": "Part of the map could not be loaded. Reload the page.",
}


@dataclass(frozen=True)
class MapIds:
    """Ids of one map's parts; the stores are described at the top of this module."""

    wrapper: str
    leaflet: str
    colours: str
    mask: str
    selected: str
    view: str
    hover: str
    status: str


class MappedSnapshot(HasContext, Protocol):
    """A snapshot, as far as a map's layout needs it."""

    data_version: str
    n_areas: int

    @property
    def boxes(self) -> NDArray[np.float64]:
        """West, south, east, north of each area in degrees, NaN without a location; n x 4."""

    def context_image(self, layer_id: str) -> Any:
        """A raster basemap layer: ``bounds`` as south, west, north, east in degrees."""


def map_ids(map_id: str) -> MapIds:
    """Ids of the parts of the map ``map_id``."""
    parts = ("leaflet", "colours", "mask", "selected", "view", "hover", "status")
    return MapIds(map_id, *(f"{map_id}-{part}" for part in parts))


def mask_data(shown: NDArray[np.bool_]) -> dict[str, Any]:
    """A filter as data of the mask store: one bit an area, 12.5 kB for 100,000.

    Parameters
    ----------
    shown : array of bool, shape (n_areas,)
        True where the area passes the filter, in row order.
    """
    bits = np.packbits(np.asarray(shown, dtype=bool))
    return {"n": len(shown), "bits": base64.b64encode(bits.tobytes()).decode("ascii")}


def map_facts(snapshot: MappedSnapshot) -> dict[str, Any]:
    """What :func:`priority_map` needs of a snapshot, as its keyword arguments.

    Returns
    -------
    dict
        ``data_version``, ``n_areas``, ``bounds``, ``context_layers``, ``images``. Bounds are those of the areas, widened
        to the land around them where a layer draws it; of the world where no area has a location. Secret layers are
        left out.
    """
    layers = [layer for layer in snapshot.context_layers if layer.sensitivity != "secret"]
    rasters = [layer.id for layer in layers if layer.kind == "raster"]
    return {
        "data_version": snapshot.data_version,
        "n_areas": snapshot.n_areas,
        "bounds": _country_box(snapshot),
        "context_layers": layers,
        "images": {layer_id: snapshot.context_image(layer_id).bounds for layer_id in rasters},
    }


def _country_box(snapshot: MappedSnapshot) -> Box:
    """Box of the areas, widened to the land when that is no more than four times as wide and high."""
    boxes = snapshot.boxes[np.isfinite(snapshot.boxes).all(axis=1)]
    if not len(boxes):
        return _WORLD
    (west, south), (east, north) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    for layer in snapshot.context_layers:
        if layer.role not in ("land", "coast") or layer.kind == "raster":
            continue
        box = snapshot.context(layer.id).total_bounds
        if np.isfinite(box).all() and box[2] - box[0] <= 4 * (east - west) and box[3] - box[1] <= 4 * (north - south):
            west, south, east, north = min(west, box[0]), min(south, box[1]), max(east, box[2]), max(north, box[3])
    return float(west), float(south), float(east), float(north)


def _settings(
    data_version: str,
    bounds: Box,
    n_areas: int,
    context_layers: Sequence[ContextLayer],
    images: Mapping[str, Sequence[float]],
) -> dict[str, Any]:
    """What the browser must know before the first tile."""
    pictures = [
        {"id": layer.id, "role": layer.role, "box": [images[layer.id][k] for k in (1, 0, 3, 2)]}
        for layer in context_layers
        if layer.id in images
    ]
    roles = {layer.id: layer.role for layer in context_layers if layer.kind != "raster"}
    return {"version": data_version, "bounds": list(bounds), "nAreas": n_areas, "roles": roles, "images": pictures}


def priority_map(
    map_id: str,
    *,
    data_version: str,
    bounds: Box,
    n_areas: int,
    context_layers: Sequence[ContextLayer] = (),
    images: Mapping[str, Sequence[float]] | None = None,
    fictional: bool = False,
    language: str = "en",
    texts: Mapping[str, str] | None = None,
    view: tuple[float, float, float] | None = None,
    fit: Box | None = None,
    colours: Mapping[str, Any] | None = None,
    mask: Mapping[str, Any] | None = None,
    selected_row: int | None = None,
    waits_for_colours: bool = True,
    tile_server: str | None = None,
    attribution: str = "",
    base_path: str = "/",
    children: Sequence[Any] = (),
    inside: Sequence[Any] = (),
) -> html.Div:
    """The map with its stores; fills its parent, which must have a height.

    Parameters
    ----------
    map_id : str
        Unique on the page.
    data_version, bounds, n_areas, context_layers, images
        From :func:`map_facts`. ``bounds``: west, south, east, north in degrees; ``images``: layer id to south, west,
        north, east.
    fictional : bool
        Writes the word across the map.
    language : str
        Language of ``texts``, for screen readers.
    texts : mapping, optional
        Replaces entries of ``MAP_TEXTS``.
    view : latitude, longitude, zoom, optional
        Where the map opens; the bounds where None.
    fit : west, south, east, north, optional
        A box to show whole with a margin at first; with ``view``, no closer than its zoom.
    colours, mask : mapping, optional
        First data of the stores.
    selected_row : int, optional
        Area selected at first.
    waits_for_colours : bool
        Draw no area before the first colours are there (at most 3 s), so that nothing flashes; False for a map that
        never gets colours.
    tile_server : str, optional
        Address with {z} {x} {y} of background tiles; nothing is asked of any server without it.
    attribution : str
        Source line, shown as text at the foot of the map.
    base_path : str
        Where the product is mounted, with both slashes.
    children : sequence of components
        Laid over the map, e.g. the legend.
    inside : sequence of components
        Parts of the map itself: :func:`outline_layer`, :func:`drawing_layer`.
    """
    ids = map_ids(map_id)
    settings = _settings(data_version, bounds, n_areas, context_layers, images or {}) | {
        "base": base_path,
        "first": {"colours": colours, "mask": mask, "row": selected_row},
        "waits": waits_for_colours or colours is not None,
        "fictional": fictional,
        "attribution": attribution,
        "texts": {**MAP_TEXTS, **(texts or {})},
        "fit": None if fit is None else list(fit),
        "view": None if view is None else dict(zip(("lat", "lon", "zoom"), view, strict=True)),
    }
    west, south, east, north = bounds
    place: dict[str, Any] = {"center": list(view[:2]), "zoom": view[2]} if view else {"bounds": [[south, west], [north, east]]}
    leaflet = dl.Map(
        [*([dl.TileLayer(url=tile_server)] if tile_server else []), *inside],
        id=ids.leaflet,
        minZoom=1,
        maxZoom=_MAX_ZOOM,
        zoomSnap=0.5,
        zoomDelta=1,
        zoomControl=False,
        attributionControl=False,
        trackViewport=False,
        preferCanvas=True,
        style={"height": "100%", "width": "100%"},
        **place,
    )
    stores = [
        dcc.Store(id=ids.colours, data=None if colours is None else dict(colours)),
        dcc.Store(id=ids.mask, data=None if mask is None else dict(mask)),
        dcc.Store(id=ids.selected, data=None if selected_row is None else {"row": selected_row}),
        *(dcc.Store(id=each) for each in (ids.view, ids.hover, ids.status)),
    ]
    data: dict[str, Any] = {"data-settings": json.dumps(settings, ensure_ascii=False, default=dict)}
    return html.Div([leaflet, *stores, *children], id=ids.wrapper, className="lr-map", lang=language, **data)


def plain_map(
    map_id: str,
    bounds: Box | None,
    *,
    inside: Sequence[Any] = (),
    language: str = "en",
    texts: Mapping[str, str] | None = None,
    tile_server: str | None = None,
) -> html.Div:
    """A map without areas or basemap, for a programme that has no snapshot yet; shows ``bounds`` (degrees) with a margin.

    The other parameters are those of :func:`priority_map`.
    """
    west, south, east, north = bounds or _WORLD
    words = {**MAP_TEXTS, **(texts or {})}
    titles: dict[str, Any] = {"data-zoom-in": words["zoom_in"], "data-zoom-out": words["zoom_out"]}
    leaflet = dl.Map(
        [*([dl.TileLayer(url=tile_server)] if tile_server else []), *inside],
        id=map_ids(map_id).leaflet, bounds=[[south, west], [north, east]], boundsOptions={"padding": [24, 24], "maxZoom": 15},
        minZoom=1, maxZoom=_MAX_ZOOM, attributionControl=False, trackViewport=False,
        preferCanvas=True, style={"height": "100%", "width": "100%"},
    )  # fmt: skip
    return html.Div([leaflet, dcc.Store(id=map_ids(map_id).view)], id=map_id, className="lr-map lr-no-sea", lang=language, **titles)


def layer_map(
    map_id: str,
    box: Box | None,
    outlines: Sequence[Any],
    picture: str,
    *,
    colours: Sequence[str] = (),
    language: str = "en",
    texts: Mapping[str, str] | None = None,
) -> html.Div:
    """One context layer on a map of its own: outlines (EPSG:4326), or a picture (``data:`` address) that fills the box.

    ``colours`` gives each outline its own, for a layer of classes.
    """
    inside: list[Any] = []
    if picture and box:
        inside.append(dl.ImageOverlay(url=picture, bounds=[[box[1], box[0]], [box[3], box[2]]], opacity=1))
    looks = colours or ["layer"] * len(outlines)
    if outlines:
        inside.append(
            outline_layer(f"{map_id}-outlines", [outline_feature(each, look) for each, look in zip(outlines, looks, strict=True)])
        )
    return plain_map(map_id, box, inside=inside, language=language, texts=texts)


def outline_layer(component_id: str, features: Sequence[Mapping[str, Any]] = (), *, zooms: bool = False) -> dl.GeoJSON:
    """Outlines over the map, drawn by ``window.landrelease.outlines`` after each feature's ``properties.look``.

    ``zooms`` shows them whole when they change, on a map that no store drives (:func:`plain_map`). Features must carry no
    other property: Leaflet would show ``popup`` and ``tooltip`` as HTML.
    """
    return dl.GeoJSON(
        id=component_id,
        data={"type": "FeatureCollection", "features": list(features)},
        style={"variable": "landrelease.outlines.style"},
        pointToLayer={"variable": "landrelease.outlines.point"},
        interactive=False,
        zoomToBounds=zooms,
    )


def outline_feature(geometry: Any, look: str) -> dict[str, Any]:
    """A feature of :func:`outline_layer`.

    Parameters
    ----------
    geometry : shapely geometry, EPSG:4326
    look : str
        ``place``, ``good``, ``named`` (by a finding), ``layer``, or the colour of its class (``#009e73``).
    """
    return {"type": "Feature", "properties": {"look": look}, "geometry": dict(geometry.__geo_interface__)}


def drawing_layer(component_id: str) -> dl.FeatureGroup:
    """Lets a person draw a rectangle, an outline or a line; started by buttons of the page, never by Leaflet's own."""
    shape = {"shapeOptions": {"color": "#d4006a", "weight": 3}}
    tools = {"rectangle": {**shape, "showArea": False}, "polygon": {**shape, "allowIntersection": False}, "polyline": shape}
    control = dl.EditControl(id=component_id, position="topright", draw={**tools, "circle": False, "marker": False, "circlemarker": False})
    return dl.FeatureGroup([control])


def register_map_callbacks(app: Any, map_id: str) -> None:
    """Let the stores of the map ``map_id`` drive it; call once for each map id, before the first request.

    ``app`` is the ``dash.Dash``.
    """
    ids = map_ids(map_id)
    driven = {"mapColours": ids.colours, "mapMask": ids.mask, "mapSelected": ids.selected, "mapView": ids.view}
    for function, store in driven.items():
        app.clientside_callback(ClientsideFunction("landrelease", function), Input(store, "data"), State(ids.wrapper, "id"))
