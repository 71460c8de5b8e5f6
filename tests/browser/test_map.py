"""The map in a real browser: drawn, coloured, hovered, selected, moved by keyboard, hidden, taken away and brought back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
SERVER = str(Path(__file__).with_name("map_server.py"))
MAP = "test-map"
N_AREAS = 2000
DRAWN = f"#{MAP}[data-drawn]"
CONTROLLER = f"const c = window.landrelease.map.get('{MAP}');"
NEXT_DRAWN = """
const drawn = () => new Promise((done) => c.wrapper.addEventListener('landrelease:drawn', (event) => done(event.detail), {once: true}));
const rest = (ms) => new Promise((done) => setTimeout(done, ms));
const still = async () => {
  let before = '';
  for (let calm = 0; calm < 4; calm += 1) {
    await rest(80);
    const now = `${c.map.getCenter()} ${c.map.getZoom()}`;
    if (now !== before || c.map._animatingZoom || c.areas.isWaiting() || !c.areas.shownTiles().length) calm = 0;
    before = now;
  }
};
"""
# Where an area that is shown lies on the screen: the first of the widest.
FIND_AREA = """
const size = c.map.getSize();
const find = (least) => {
  for (const {layers, coords} of c.areas.shownTiles()) for (const layer of layers) for (let i = 0; i < layer.n; i += 1) {
    const [w, n, e, s] = layer.boxes.subarray(4 * i, 4 * i + 4);
    const at = c.map.unproject(L.point(coords.x * 512 + (w + e) / 16, coords.y * 512 + (n + s) / 16), c.areas._tileZoom);
    const p = c.map.latLngToContainerPoint(at);
    const isInside = p.x > 80 && p.x < size.x - 80 && p.y > 80 && p.y < size.y - 80;
    if (Math.min(e - w, s - n) >= least && isInside && c.areas.rowAt(at, 2) === layer.ids[i])
      return {row: layer.ids[i], x: p.x, y: p.y, lat: at.lat, lon: at.lng};
  }
};
"""


@pytest.fixture(scope="module")
def address(browser: Any, serve: Callable[..., str]) -> str:
    return serve(["python", SERVER, "--port", "{port}", "--areas", str(N_AREAS)])


@pytest.fixture(scope="module")
def kept_context(browser: Any) -> Any:
    """One context for many pages, so that scripts are read once."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    yield context
    context.close()


@pytest.fixture
def page(address: str, open_page: Callable[..., Any], kept_context: Any) -> Any:
    opened = open_page(address, context=kept_context)
    opened.wait_for_selector(DRAWN)
    return opened


def ask(page: Any, body: str) -> Any:
    """Answer of a script that sees the map's controller as ``c``."""
    return page.evaluate(f"async () => {{ {CONTROLLER} {NEXT_DRAWN} {FIND_AREA} {body} }}")


def pixels(page: Any) -> list[int]:
    """How many painted pixels the area tiles have, in all and of each of five colours of the ramp."""
    return ask(
        page,
        """
        const counts = {};
        let all = 0;
        for (const {el} of Object.values(c.areas._tiles)) {
          const data = el.getContext('2d').getImageData(0, 0, el.width, el.height).data;
          for (let i = 0; i < data.length; i += 4) {
            if (!data[i + 3]) continue;
            const key = `${data[i]},${data[i + 1]},${data[i + 2]}`;
            all += 1;
            counts[key] = (counts[key] || 0) + 1;
          }
        }
        const parts = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)).join(',');
        return [all, ...[0, 2, 4, 5, 6].map((k) => counts[parts(c.palette().classes[k])] || 0)];
        """,
    )


def test_the_first_view_shows_the_whole_country_in_its_colours(page: Any) -> None:
    painted, *by_class = pixels(page)
    assert painted > 5000
    assert all(count > 50 for count in by_class)
    assert ask(page, "return c.map.getBounds().contains(c.whole)")


def test_the_decoded_tile_is_the_one_that_was_encoded(page: Any) -> None:
    """Every row with a place is in the tiles of the whole country, once decoded by the browser's own decoder."""
    rows = ask(page, "c.map.setZoom(5); await drawn(); return c.areas.shownTiles().flatMap((t) => t.layers.flatMap((l) => [...l.ids]))")
    assert sorted(set(rows)) == list(range(N_AREAS))


def test_new_colours_repaint_without_a_new_tile(page: Any) -> None:
    before = pixels(page)
    seen = ask(
        page,
        """
        const n = performance.getEntriesByType('resource').filter((each) => each.name.includes('.mvt')).length;
        c.colourBytes(new Uint8Array(2000).fill(8));
        const detail = await drawn();
        return [detail.what, performance.getEntriesByType('resource').filter((each) => each.name.includes('.mvt')).length - n];
        """,
    )
    after = pixels(page)
    assert seen == ["recolour", 0]
    assert after[5] > before[5]
    assert after[1:5] == [0, 0, 0, 0]


def test_hidden_and_released_areas_have_no_fill_and_unknown_is_no_class(page: Any) -> None:
    ask(page, "c.colourBytes(new Uint8Array(2000)); await drawn()")
    assert pixels(page)[0] == 0
    ask(page, "c.colourBytes(new Uint8Array(2000).fill(1)); await drawn()")
    unknown, *classes = pixels(page)
    assert unknown > 2000
    assert classes == [0, 0, 0, 0, 0]
    ask(page, "c.colourBytes(new Uint8Array(2000).fill(8)); await drawn()")
    filled = pixels(page)[0]
    ask(page, "c.colourBytes(new Uint8Array(2000).fill(255)); await drawn()")
    assert 0 < pixels(page)[0] < filled


def test_the_last_of_many_wishes_for_colours_wins(page: Any) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/colours/" in request.url else None)
    last = ask(
        page,
        """
        for (let i = 1; i <= 30; i += 1) c.recolour(`/colours/score.bin?seed=${i}`);
        await c.colouring;
        const wanted = new Uint8Array(await (await fetch('/colours/score.bin?seed=30')).arrayBuffer());
        return c.areas.bytes.colours.every((value, i) => value === wanted[i]);
        """,
    )
    assert last
    assert len(asked) <= 3


def test_a_mask_hides_areas_in_the_browser(page: Any) -> None:
    before = pixels(page)[0]
    ask(page, "c.setMask({n: 2000, bits: btoa(String.fromCharCode(...new Uint8Array(250).fill(0xF0)))}); await drawn()")
    halved = pixels(page)[0]
    assert 0.3 * before < halved < 0.7 * before
    assert ask(page, "return [c.areas.classOf(0) > 0, c.areas.classOf(4)]") == [True, 0]
    ask(page, "c.setMask(null); await drawn()")
    assert pixels(page)[0] == before


def test_a_store_drives_the_map(page: Any) -> None:
    ask(page, f"dash_clientside.set_props('{MAP}-colours', {{data: {{url: '/colours/score.bin?seed=5'}}}}); await drawn()")
    ask(page, f"dash_clientside.set_props('{MAP}-view', {{data: {{lat: -20, lon: -35, zoom: 10}}}}); await drawn()")
    assert ask(page, "return [c.map.getZoom(), Math.round(c.map.getCenter().lat), Math.round(c.map.getCenter().lng)]") == [10, -20, -35]
    ask(page, f"dash_clientside.set_props('{MAP}-selected', {{data: {{row: 3, fly: true}}}})")
    page.wait_for_selector(".lr-map-said:has-text('HA-000003')", state="attached")
    assert ask(page, "return c.overlay.selected") == 3


def test_a_click_selects_and_a_click_on_nothing_clears(page: Any) -> None:
    ask(page, "c.map.setZoom(11, {animate: false}); await drawn()")
    ask(page, "c.flyTo((await c.label(10)).box); await still()")
    spot = ask(page, "return find(20)")
    page.mouse.click(spot["x"], spot["y"])
    page.wait_for_selector(f"#selected:has-text(\"'row': {spot['row']},\")", state="attached")
    assert ask(page, "return c.overlay.selected") == spot["row"]
    page.keyboard.press("Escape")
    page.wait_for_selector("#selected:has-text(\"'row': None\")", state="attached")


def test_a_name_with_markup_is_shown_as_text(page: Any) -> None:
    ask(page, "await c.select(0, {fly: true}); await still()")
    at = ask(page, "const p = c.map.latLngToContainerPoint(c.map.getCenter()); return [p.x, p.y]")
    page.mouse.move(at[0] - 3, at[1])
    page.mouse.move(at[0], at[1], steps=4)
    page.wait_for_selector(".lr-map-tip.lr-on b")
    assert page.text_content(".lr-map-tip b") == "<img src=x onerror=window.hacked=1> Anden"
    assert "HA-000000" in page.text_content(".lr-map-tip")
    assert page.locator(".lr-map img").count() == 0
    assert page.evaluate("() => window.hacked === undefined")


def test_the_map_is_moved_and_an_area_chosen_by_keyboard_alone(page: Any) -> None:
    page.focus(f"#{MAP} .leaflet-container")
    start = ask(page, "return [c.map.getCenter().lng, c.map.getZoom()]")
    page.keyboard.press("ArrowRight")
    assert ask(page, "await still(); return c.map.getCenter().lng") > start[0]
    page.keyboard.press("+")
    assert ask(page, "await still(); return c.map.getZoom()") == start[1] + 1
    ask(page, "const spot = find(0); c.map.setView([spot.lat, spot.lon], c.map.getZoom(), {animate: false}); await still()")
    page.keyboard.press("Enter")
    page.wait_for_selector("#selected:has-text(\"'by': 'map'\")", state="attached")
    page.keyboard.press("Home")
    assert ask(page, "await still(); return c.map.getZoom()") == start[1]


def test_controls_have_names_and_the_map_says_how_to_use_it(page: Any) -> None:
    names = [page.locator(".lr-map-buttons button").nth(i).get_attribute("aria-label") for i in range(3)]
    assert names == ["Zoom in", "Zoom out", "Show the whole country"]
    assert "Arrow keys" in page.get_attribute(f"#{MAP} .leaflet-container", "aria-label")
    assert page.get_attribute(f"#{MAP} .leaflet-container", "tabindex") == "0"
    assert page.text_content(".lr-map-watermark") == "FICTIONAL"
    assert page.text_content(".lr-map-source") == "Made-up data"


def test_the_theme_changes_the_map_at_once(page: Any) -> None:
    light = ask(page, "return c.palette().land")
    ask(page, "document.documentElement.dataset.mantineColorScheme = 'dark'; await drawn()")
    assert ask(page, "return c.palette().land") != light


def test_a_hidden_map_comes_back_whole(page: Any) -> None:
    page.click("#hide")
    page.wait_for_selector(f"#{MAP}", state="hidden")
    page.set_viewport_size({"width": 900, "height": 700})
    ask(page, "c.colourBytes(new Uint8Array(2000).fill(8))")
    page.evaluate("() => document.getElementById('hide').click()")
    page.wait_for_selector(f"#{MAP}", state="visible")
    assert ask(page, "await still(); return [c.map.getSize().x, c.map.getSize().y]") == [900, 700]
    assert pixels(page)[5] > 1000


def test_a_map_that_starts_hidden_fits_when_it_is_shown(address: str, open_page: Callable[..., Any]) -> None:
    page = open_page(address)
    page.wait_for_selector(DRAWN)
    page.click("#mount")
    page.wait_for_selector(f"#{MAP}", state="detached")
    page.evaluate("() => { document.getElementById('place').style.display = 'none'; }")
    page.click("#mount")
    page.wait_for_selector(f"#{MAP} .leaflet-map-pane", state="attached")
    page.wait_for_timeout(300)
    assert page.locator(DRAWN).count() == 0
    page.evaluate("() => { document.getElementById('place').style.display = ''; }")
    page.wait_for_selector(DRAWN)
    assert ask(page, "return c.map.getBounds().contains(c.whole) && c.map.getZoom() > 5")


def test_twenty_mounts_leave_hardly_anything_behind(page: Any) -> None:
    """Dash keeps 4 nodes and a listener of a part it took away, and dash-leaflet 21 and 22 of a bare map; ours stays below."""
    client = page.context.new_cdp_session(page)
    client.send("HeapProfiler.enable")
    client.send("Performance.enable")

    def measure() -> tuple[float, float, float]:
        for _ in range(2):
            client.send("HeapProfiler.collectGarbage")
        found = {each["name"]: each["value"] for each in client.send("Performance.getMetrics")["metrics"]}
        return found["JSHeapUsedSize"] / 2**20, found["JSEventListeners"], found["Nodes"]

    def away_and_back() -> None:
        page.click("#mount")
        page.wait_for_selector(f"#{MAP}", state="detached")
        assert page.evaluate("() => window.landrelease.map.ids()") == []
        page.click("#mount")
        page.wait_for_selector(DRAWN)

    for _ in range(4):
        away_and_back()
    heap, listeners, nodes = measure()
    for _ in range(16):
        away_and_back()
    heap_after, listeners_after, nodes_after = measure()
    assert heap_after < heap + 2
    assert listeners_after <= listeners + 16 * 3
    assert nodes_after <= nodes + 16 * 10


def test_in_full_screen_the_country_fills_the_screen_and_a_closer_view_stays(page: Any) -> None:
    ask(page, "c.wrapper.style.height = '260px'; await still(); c.home(); await still()")
    before, closer = ask(page, "return [c.map.getZoom(), c.map.getZoom() + 4]")
    page.get_by_role("button", name="Full screen").click()
    page.get_by_role("button", name="Leave full screen").wait_for()
    filled, holds = ask(page, "await still(); return [c.map.getZoom(), c.map.getBounds().contains(c.whole)]")
    assert page.inner_text(".lr-map-fictional") == "FICTIONAL"
    assert filled > before + 0.5
    assert holds
    ask(page, f"c.map.setZoom({closer}); await still()")
    page.get_by_role("button", name="Leave full screen").click()
    page.get_by_role("button", name="Full screen", exact=True).wait_for()
    assert ask(page, "await still(); return c.map.getZoom()") == closer


def test_zooming_keeps_the_old_tiles_until_the_new_ones_are_there(page: Any) -> None:
    seen = ask(
        page,
        """
        const least = {tiles: Infinity};
        const watch = () => { least.tiles = Math.min(least.tiles, document.querySelectorAll('.leaflet-lr-areas-pane canvas').length); };
        const timer = setInterval(watch, 10);
        c.map.setZoom(c.map.getZoom() + 1);
        await drawn();
        clearInterval(timer);
        return least.tiles;
        """,
    )
    assert seen >= 1


def test_a_tile_that_fails_is_said_and_mended_by_the_next_view(address: str, open_page: Callable[..., Any]) -> None:
    page = open_page(address)
    page.watch.allowed.append("503")
    page.wait_for_selector(DRAWN)
    page.route("**/areas/**", lambda route: route.fulfill(status=503, body="busy"))
    ask(page, "c.map.setZoom(10)")
    page.wait_for_selector(".lr-map-note:not([hidden])")
    assert "could not be loaded" in page.text_content(".lr-map-note")
    page.unroute("**/areas/**")
    ask(page, "c.map.setZoom(9)")
    page.wait_for_selector(".lr-map-note", state="hidden")


@pytest.mark.parametrize("viewport", [(1366, 768), (390, 844)], ids=["desk", "phone"])
def test_the_map_fits_its_place_and_nothing_overflows(address: str, open_page: Callable[..., Any], viewport: tuple[int, int]) -> None:
    page = open_page(address, viewport=viewport)
    page.wait_for_selector(DRAWN)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    buttons = page.locator(".lr-map-buttons button")
    for i in range(buttons.count()):
        box = buttons.nth(i).bounding_box()
        assert min(box["width"], box["height"]) >= 40


def test_names_of_places_do_not_overlap(page: Any) -> None:
    boxes = ask(
        page,
        """
        const boxes = [];
        const pen = c.overlay._canvas.getContext('2d');
        const write = pen.fillText;
        pen.fillText = function (words, x, y) {
          const width = pen.measureText(words).width;
          const left = x - {left: 0, center: width / 2, right: width}[pen.textAlign];
          boxes.push([left, y - 6, left + width, y + 6]);
          write.call(pen, words, x, y);
        };
        c.overlay._draw();
        delete pen.fillText;
        return boxes;
        """,
    )
    assert len(boxes) > 10
    for i, one in enumerate(boxes):
        for other in boxes[:i]:
            assert not (one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1])
