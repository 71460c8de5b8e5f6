"""A small Dash app around the map, on loopback: ``python map_server.py --port P --areas N [--peer geojson]``.

Serves a made-up country of N clustered areas with a basemap, under the security headers of the product, so that the
map can be driven and measured by itself. With ``--peer`` the page holds the same areas in ``dl.GeoJSON`` instead.
"""

from __future__ import annotations

import argparse
import gzip
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import dash_leaflet as dl
import flask
import geopandas as gpd
import numpy as np
import shapely
from dash import Dash, Input, Output, State, dcc, html

from dashboard.components.map import map_facts, map_ids, priority_map, register_map_callbacks
from dashboard.tiles import TileRequestError, TileService

ROOT = Path(__file__).resolve().parents[2]
MAP = "test-map"
MARKUP_NAME = "<img src=x onerror=window.hacked=1> Anden"
STARTS, ENDS = ["An", "Ber", "Cor", "Dal", "Es", "Mar"], ["den", "ova", "ille", "ara", "mond"]
SHARES = {1: 0.1, 2: 0.2, 3: 0.17, 4: 0.13, 5: 0.11, 6: 0.09, 7: 0.07, 8: 0.05, 255: 0.08}
WEST, SOUTH, EAST, NORTH = -38.0, -22.0, -32.8, -17.7


@dataclass(frozen=True)
class Layer:
    """A basemap layer as the snapshot names it."""

    id: str
    role: str
    kind: str
    min_zoom: int = 0
    n_features: int = 1
    sensitivity: str = "public"


def blob(rng: np.random.Generator, x: float, y: float, radius: float, n: int, rough: float) -> shapely.Polygon:
    """A closed outline that wanders."""
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    waves = sum(rng.normal(0, rough / k) * np.sin(k * angle + rng.uniform(0, 6.3)) for k in range(1, 40))
    distance = radius * np.clip(1 + waves, 0.4, 1.6)
    return shapely.make_valid(shapely.Polygon(np.column_stack([x + distance * np.cos(angle), y + distance * np.sin(angle)])))


def wander(rng: np.random.Generator, start: np.ndarray, end: np.ndarray, n: int = 60, rough: float = 0.02) -> shapely.LineString:
    """A line that bends between two points."""
    along = np.linspace(0, 1, n)[:, None]
    bends = np.cumsum(rng.normal(0, rough, (n, 2)), axis=0)
    bends -= along * bends[-1]
    return shapely.LineString(start + along * (end - start) + bends)


def polygons(rng: np.random.Generator, n: int) -> np.ndarray:
    """Clustered outlines of 8 to 20 corners, log-normal radius, median 200 m."""
    centres = np.column_stack([rng.uniform(WEST + 0.8, EAST - 0.8, 60), rng.uniform(SOUTH + 0.7, NORTH - 0.7, 60)])
    at = np.clip(centres[rng.integers(0, 60, n)] + rng.normal(0, 0.22, (n, 2)), (WEST, SOUTH), (EAST, NORTH))
    radius = np.exp(rng.normal(np.log(200), 0.8, n)) / 111_000
    corners = rng.integers(8, 21, n)
    owner = np.repeat(np.arange(n), corners)
    angle = 2 * np.pi * (np.arange(len(owner)) - np.repeat(np.cumsum(corners) - corners, corners)) / corners[owner]
    distance = radius[owner] * rng.uniform(0.6, 1.2, len(owner))
    xy = at[owner] + distance[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return shapely.polygons(shapely.linearrings(xy, indices=owner))


class MadeUpSnapshot:
    """The attributes of a snapshot that the map reads, of a made-up country."""

    data_version = "00000000feedbeef"

    def __init__(self, n_areas: int) -> None:
        self.n_areas = n_areas

    @cached_property
    def areas(self) -> gpd.GeoDataFrame:
        """Areas with types, names and places."""
        rng = np.random.default_rng(7)
        n = self.n_areas
        names = [f"Field {i}" for i in range(n)]
        names[: min(n, 1)] = [MARKUP_NAME][: min(n, 1)]
        columns = {
            "area_id": [f"HA-{i:06d}" for i in range(n)],
            "name": names,
            "hazard_type": rng.choice(["SHA", "CHA"], n),
            "admin1": rng.choice(["North", "South"], n),
            "is_tasked": rng.random(n) < 0.1,
            "is_released": rng.random(n) < 0.1,
        }
        return gpd.GeoDataFrame(columns, geometry=polygons(rng, n), crs="EPSG:4326")

    @property
    def records(self) -> gpd.GeoDataFrame:
        """The areas; that they carry their outlines harms nothing."""
        return self.areas

    def outlines(self) -> np.ndarray:
        """Their outlines."""
        return self.areas.geometry.to_numpy()

    @property
    def boxes(self) -> np.ndarray:
        """Their boxes."""
        return shapely.bounds(self.outlines())

    context_layers = (
        Layer("country", "land", "polygon"),
        Layer("lakes", "water", "polygon"),
        Layer("provinces", "admin", "line"),
        Layer("rivers", "river", "line"),
        Layer("roads", "road", "line"),
        Layer("places", "place", "point"),
    )

    def context(self, layer_id: str) -> gpd.GeoDataFrame:
        """Features of one layer."""
        rng = np.random.default_rng(11)
        middle = np.array([(WEST + EAST) / 2, (SOUTH + NORTH) / 2])
        towns = np.column_stack([rng.uniform(WEST + 0.6, EAST - 0.6, 220), rng.uniform(SOUTH + 0.6, NORTH - 0.6, 220)])
        kinds = np.array(["capital"] + ["city"] * 6 + ["town"] * 30 + ["village"] * 183)
        frames: dict[str, tuple[list[Any], list[str], list[str]]] = {
            "country": ([blob(rng, *middle, 2.7, 1500, 0.05)], [""], [""]),
            "lakes": ([blob(rng, *towns[k], 0.12, 90, 0.12) for k in (40, 41, 42)], [""] * 3, [""] * 3),
            "provinces": ([wander(rng, towns[k], towns[k + 9], 90, 0.03) for k in range(12)], [""] * 12, ["admin1"] * 12),
            "rivers": ([wander(rng, towns[k + 60], towns[k + 90], 120, 0.02) for k in range(16)], [""] * 16, ["river"] * 16),
            "roads": (
                [wander(rng, towns[k], towns[(k * 7 + 1) % 37]) for k in range(37)]
                + [wander(rng, towns[k], towns[k % 37]) for k in range(37, 160)],
                [""] * 160,
                ["primary"] * 37 + ["tertiary"] * 123,
            ),
            "places": (
                [shapely.Point(xy) for xy in towns],
                [first + last for first, last in zip(rng.choice(STARTS, 220), rng.choice(ENDS, 220), strict=True)],
                kinds.tolist(),
            ),
        }
        geometry, name, kind = frames[layer_id]
        return gpd.GeoDataFrame({"name": name, "class": kind}, geometry=geometry, crs="EPSG:4326")

    def context_image(self, layer_id: str) -> Any:
        """There are none."""
        raise KeyError(layer_id)


def add_routes(server: flask.Flask, snapshot: Any) -> None:
    """Tiles and colours as the product serves them."""
    service = TileService(snapshot)
    base = f"/tiles/{snapshot.data_version}"

    def answer(content: bytes, kind: str) -> flask.Response:
        headers = {"Content-Encoding": "gzip", "Cache-Control": "private, max-age=31536000, immutable"}
        return flask.Response(content, mimetype=kind, headers=headers)

    @server.get(f"{base}/areas/<z>/<x>/<y>.mvt")
    def areas(z: str, x: str, y: str) -> flask.Response:
        return answer(service.areas(z, x, y), "application/vnd.mapbox-vector-tile")

    @server.get(f"{base}/context/<layer_id>/<z>/<x>/<y>.mvt")
    def context(layer_id: str, z: str, x: str, y: str) -> flask.Response:
        return answer(service.context(layer_id, z, x, y), "application/vnd.mapbox-vector-tile")

    @server.get(f"{base}/styles.bin")
    def styles() -> flask.Response:
        return answer(service.styles(), "application/octet-stream")

    @server.get(f"{base}/labels/<chunk>.json")
    def labels(chunk: str) -> flask.Response:
        return answer(service.labels(chunk), "application/json")

    @server.get(f"{base}/image/<layer_id>.png")
    def image(layer_id: str) -> flask.Response:
        return flask.Response(service.image(layer_id), mimetype="image/png")

    @server.get("/colours/score.bin")
    def colours() -> flask.Response:
        rng = np.random.default_rng(int(flask.request.args.get("seed", "0")))
        classes = rng.choice(np.array(list(SHARES), dtype=np.uint8), snapshot.n_areas, p=list(SHARES.values()))
        return answer(gzip.compress(classes.tobytes(), 5, mtime=0), "application/octet-stream")

    @server.errorhandler(TileRequestError)
    def refused(error: TileRequestError) -> tuple[str, int]:
        return str(error), 404


def add_headers(app: Dash) -> None:
    """The security headers that the product sends."""

    @app.server.after_request
    def headers(response: flask.Response) -> flask.Response:
        scripts = " ".join(["'self'", *(f"'{each}'" if not each.startswith("'") else each for each in app.csp_hashes())])
        response.headers["Content-Security-Policy"] = (
            f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
            "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'"
        )
        return response


def map_page(app: Dash, snapshot: Any, language: str) -> None:
    """A page with the map, a button that takes it away and brings it back, and one that hides it as a tab does."""

    def the_map() -> html.Div:
        colours = {"url": "/colours/score.bin?seed=0", "labels": {str(k + 1): f"Class {k}" for k in range(1, 8)}}
        return priority_map(MAP, **map_facts(snapshot), fictional=True, language=language, colours=colours, attribution="Made-up data")

    fill = {"position": "fixed", "inset": "0"}
    above = {"position": "fixed", "zIndex": 2000}
    app.layout = html.Div(
        [
            html.Div(the_map(), id="place", style=fill),
            html.Div([html.Button("mount", id="mount"), html.Button("hide", id="hide")], style={**above, "left": "45%", "top": 0}),
            html.Pre(id="selected"),
            dcc.Store(id="mounted", data=True),
        ]
    )
    register_map_callbacks(app, MAP)

    @app.callback(
        Output("place", "children"), Output("mounted", "data"), Input("mount", "n_clicks"), State("mounted", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def mount(_: int, mounted: bool) -> tuple[Any, bool]:
        return (html.P("another page"), False) if mounted else (the_map(), True)

    @app.callback(Output("place", "style"), Input("hide", "n_clicks"), prevent_initial_call=True)
    def hide(clicks: int) -> dict[str, str]:
        return {**fill, "display": "none"} if clicks % 2 else fill

    @app.callback(Output("selected", "children"), Input(map_ids(MAP).selected, "data"), prevent_initial_call=True)
    def selected(data: Any) -> str:
        return str(data)


def peer_page(app: Dash, snapshot: Any) -> None:
    """The same areas in ``dl.GeoJSON`` on a canvas, coloured by a function in ``hideout``."""

    frame = snapshot.areas[["geometry"]].assign(row=range(snapshot.n_areas))
    frame["geometry"] = shapely.set_precision(frame.geometry.to_numpy(), 1e-6)
    content = gzip.compress(frame.to_json(drop_id=True, show_bbox=False).encode(), 5)

    @app.server.get("/peer.geojson")
    def geojson() -> flask.Response:
        return flask.Response(content, mimetype="application/geo+json", headers={"Content-Encoding": "gzip"})

    style = {"variable": "dashExtensions.default.peerStyle"}
    app.layout = html.Div(
        [
            dl.Map(
                [dl.GeoJSON(id="peer", url="/peer.geojson", style=style, hideout={"seed": 0}, options={"style": style})],
                id="peer-map",
                preferCanvas=True,
                bounds=[[SOUTH, WEST], [NORTH, EAST]],
                style={"height": "100vh"},
            ),
            html.Button("recolour", id="recolour"),
        ]
    )
    app.clientside_callback("function(n) { return {seed: n || 0}; }", Output("peer", "hideout"), Input("recolour", "n_clicks"))


PEER_SCRIPT = """
const ramp = ["#efe6b8", "#d8c983", "#b5a877", "#8a8779", "#5f6975", "#344e70", "#0a2a5e"];
window.dashExtensions = Object.assign({}, window.dashExtensions, {default: {
  peerStyle: (feature, ctx) => ({weight: 1, color: "#16202c", fillOpacity: 0.9,
    fillColor: ramp[(feature.properties.row * 7 + ((ctx && ctx.hideout) || {seed: 0}).seed) % 7]})}});
"""


def create_app(n_areas: int, peer: bool, language: str = "en") -> Dash:
    """The app, with either the map or its peer."""
    snapshot = MadeUpSnapshot(n_areas)
    options: dict[str, Any] = {"assets_folder": str(ROOT / "assets"), "assets_path_ignore": ["css", "fonts", "screen"]}
    if peer:
        options = {"assets_folder": "nowhere", "external_scripts": ["/peer.js"]}
    app = Dash(__name__, update_title=None, **options)
    if peer:
        app.server.get("/peer.js")(lambda: flask.Response(PEER_SCRIPT, mimetype="text/javascript"))
        peer_page(app, snapshot)
    else:
        add_routes(app.server, snapshot)
        map_page(app, snapshot, language)
    add_headers(app)
    return app


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--areas", type=int, default=2000)
    parser.add_argument("--peer", action="store_true")
    given = parser.parse_args()
    app = create_app(given.areas, given.peer)
    app.server.run(host="127.0.0.1", port=given.port, threaded=True)


if __name__ == "__main__":
    main()
