"""The map at 100,000 areas: tiles beside mapbox-vector-tile, the page in a real browser beside ``dl.GeoJSON`` of the same areas."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import time
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from benchmarks.figure import Figure, time_median
from dashboard.tiles.areas import packed
from dashboard.tiles.index import TileIndex
from dashboard.tiles.mercator import to_unit_square
from dashboard.tiles.request import TileAddress

ROOT = Path(__file__).resolve().parents[1]
SERVER = ROOT / "tests" / "browser" / "map_server.py"
N_AREAS = 100_000
PORTS = {"ours": 8791, "peer": 8792}
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
# When the page was last busy: the end of the last long task or of the last answer, since navigation began.
WATCH = """
window.lastBusy = 0;
const busy = (at) => { window.lastBusy = Math.max(window.lastBusy, at); };
new PerformanceObserver((list) => { for (const each of list.getEntries()) busy(each.startTime + each.duration); })
  .observe({entryTypes: ['longtask', 'resource']});
addEventListener('landrelease:drawn', () => busy(performance.now()), true);
"""
QUIET_S = 1.5


def n_features(content: bytes) -> int:
    """Polygons in a layer: each has the field "type" with the value 3, followed by its geometry."""
    return content.count(b"\x18\x03\x22")


def tile_with(index: TileIndex, z: int, at: np.ndarray, wanted: int) -> TileAddress:
    """The tile of level z, among those at some areas, whose number of areas is nearest to the one wanted."""
    cells = {tuple(cell) for cell in (to_unit_square(at) * 2**z).astype(int).tolist()}
    addresses = [TileAddress(z, *cell) for cell in sorted(cells)]
    return min(addresses, key=lambda each: abs(n_features(index.layer(each)) - wanted))


def mapbox_seconds(content: bytes) -> float:
    """Seconds that mapbox-vector-tile takes to encode the features of a tile again."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mapbox_vector_tile
    layer = mapbox_vector_tile.decode(content)["areas"]
    features = [{"geometry": each["geometry"], "id": each["id"], "properties": {}} for each in layer["features"]]
    for each in features:
        each["geometry"] = shapely.geometry.shape(each["geometry"])
    return time_median(lambda: mapbox_vector_tile.encode({"name": "areas", "features": features}), 3)


def tile_figures(geometries: np.ndarray) -> list[Figure]:
    """Time to cut and pack one tile of several levels."""
    index = TileIndex(geometries, "areas")
    at = shapely.get_coordinates(shapely.point_on_surface(geometries[:200]))
    figures = []
    for z, wanted, target in ((5, 87_000, "<= 0.2 s"), (9, 2_200, "<= 0.012 s"), (12, 78, "<= 0.002 s")):
        address = tile_with(index, z, at, wanted)
        content = index.layer(address)
        n = n_features(content)
        seconds = time_median(lambda address=address: packed(index.layer(address)), 7)
        peer = mapbox_seconds(content) if n < 10_000 else float("nan")
        at_size = f"{n:,} of {N_AREAS:,} areas"
        figures.append(Figure(f"one tile, z{z}", at_size, seconds, peer, "mapbox-vector-tile, encoding only", "s", target))
    return figures


@contextmanager
def serving(kind: str) -> Iterator[str]:
    """The test server with the map or its peer, on loopback."""
    command = [sys.executable, str(SERVER), "--port", str(PORTS[kind]), "--areas", str(N_AREAS), *(["--peer"] if kind == "peer" else [])]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)})
    address = f"http://127.0.0.1:{PORTS[kind]}/"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(address, timeout=2).close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        child.terminate()
        child.wait(timeout=10)


def settled(page: Any, since: float = 0.0) -> float:
    """Milliseconds since navigation at which the page was last busy after ``since``, once it has been quiet for a while."""
    while True:
        page.wait_for_timeout(200)
        last, now = page.evaluate("() => [window.lastBusy, performance.now()]")
        if last > since and now - last > QUIET_S * 1000:
            return float(last)


def measure_page(browser: Any, address: str, ready: str, recolour: str, payload: str) -> tuple[float, float, float]:
    """Seconds to the last drawing, seconds of a recolour, MB of map data; medians of three, the server warm."""
    drawn, recoloured, megabytes = [], [], []
    for _ in range(4):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(address)
        page.wait_for_selector(ready, timeout=60_000)
        drawn.append(settled(page) / 1000)
        entries = f"performance.getEntriesByType('resource').filter((each) => {payload}.test(each.name))"
        megabytes.append(page.evaluate(f"() => {entries}.reduce((sum, each) => sum + each.encodedBodySize, 0)") / 1e6)
        for seed in (1, 2):
            start = page.evaluate(f"() => {{ const start = performance.now(); {recolour.replace('SEED', str(seed))}; return start; }}")
            recoloured.append((settled(page, start) - start) / 1000)
        context.close()
    return float(np.median(drawn[1:])), float(np.median(recoloured[2:])), float(np.median(megabytes))


def page_figures() -> list[Figure]:
    """The page in Chromium beside the peer's; none where there is no browser."""
    path = os.environ.get("LANDRELEASE_CHROMIUM") or shutil.which("chromium")
    if not path or importlib.util.find_spec("playwright") is None:
        return []
    from playwright.sync_api import sync_playwright

    ours_recolour = "window.landrelease.map.get('test-map').recolour('/colours/score.bin?seed=SEED')"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        with serving("ours") as address:
            ours = measure_page(browser, address, ".lr-map[data-drawn]", ours_recolour, "/tiles|colours/")
        with serving("peer") as address:
            peer = measure_page(browser, address, "#peer-map canvas", "document.getElementById('recolour').click()", "/geojson/")
        browser.close()
    at, name = f"{N_AREAS:,} areas with basemap", "dl.GeoJSON on a canvas, areas only"
    return [
        Figure("first map drawn", at, ours[0], peer[0], name, "s", "<= 2.6 s"),
        Figure("recolour, seen in the browser", at, ours[1], peer[1], name, "s", "<= 0.5 s"),
        Figure("map data of the first view", at, ours[2], peer[2], name, "MB", "<= 1.5 MB"),
    ]


def run() -> list[Figure]:
    """Tiles first, then the page."""
    spec = importlib.util.spec_from_file_location("map_server", SERVER)
    assert spec is not None
    assert spec.loader is not None
    server = importlib.util.module_from_spec(spec)
    sys.modules["map_server"] = server
    spec.loader.exec_module(server)
    return tile_figures(server.MadeUpSnapshot(N_AREAS).areas.geometry.to_numpy()) + page_figures()
