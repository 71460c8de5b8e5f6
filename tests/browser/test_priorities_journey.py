"""The Priorities page in a real browser: weights, filters, table, map, panel, address, download; by mouse and by keyboard."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

SLIDER = "[role=slider]"
RANKS = ".cell-rank"
CHANGED = ".change-line button"
PANEL = ".has-choice .pane-why .area-name"


CONTROLLER = "const c = window.landrelease.map.get('map-priorities');"
# Whether the chosen area is in sight and clear of the legend, once the map rests.
WHERE_IT_IS = f"""async () => {{
  {CONTROLLER}
  const rest = (ms) => new Promise((done) => setTimeout(done, ms));
  let before = '';
  for (let calm = 0; calm < 4; calm += 1) {{
    await rest(80);
    const now = `${{c.map.getCenter()}} ${{c.map.getZoom()}}`;
    if (now !== before || c.map._animatingZoom) calm = 0;
    before = now;
  }}
  const [west, south, east, north] = (await c.label(c.overlay.selected)).box;
  const at = c.map.latLngToContainerPoint([(south + north) / 2, (west + east) / 2]);
  const size = c.map.getSize(), own = c.wrapper.getBoundingClientRect();
  const legend = document.querySelector('.pane-map .legend').getBoundingClientRect();
  const isUnder = at.x > legend.left - own.left && at.y > legend.top - own.top;
  return at.x > 0 && at.y > 0 && at.x < size.x && at.y < size.y && !isUnder;
}}"""
IS_FRESH = """() => location.pathname === '/' && ![...new URLSearchParams(location.search).keys()].some((key) => key !== 'at')
  && !document.querySelector('.has-choice') && Boolean(document.querySelector('.ag-row .cell-rank'))"""


@pytest.fixture
def visit(dashboard: Any, signed_in: Any, open_page: Callable[..., Any]) -> Callable[..., Any]:
    """Opens a page of the dashboard and waits for the table."""

    def open_at(path: str = "/", wait_for: str = RANKS) -> Any:
        page = open_page(dashboard.address + path, context=signed_in)
        page.wait_for_selector(wait_for)
        page.wait_for_selector(".legend-row", state="attached") if wait_for == RANKS else None
        return page

    return open_at


@pytest.fixture
def home(dashboard: Any, kept_page: Any) -> Any:
    """The kept page at the scenario's own list, loaded anew only where the journey before left something changed."""
    if not kept_page.evaluate(IS_FRESH):
        kept_page.goto(dashboard.address + "/")
        kept_page.wait_for_selector(RANKS)
    kept_page.wait_for_selector(".legend-row", state="attached")
    kept_page.evaluate("() => window.dash_ag_grid.getApi('priorities-table').ensureIndexVisible(0)")
    yield kept_page
    reports = kept_page.evaluate("() => (window.policyReports || []).splice(0)")
    faults = kept_page.watch.found() + [f"content security policy: {report}" for report in reports]
    kept_page.watch.faults.clear()
    assert faults == []


def names(page: Any) -> list[str]:
    """Names of the first rows, as they stand on screen."""
    page.wait_for_selector(".ag-row[row-index='3'] bdi")
    return [page.locator(f".ag-row[row-index='{place}'] [col-id=name]").inner_text() for place in range(4)]


def query(page: Any, *words: str, without: tuple[str, ...] = ()) -> str:
    """The address's query, once it holds some words and not others, or as it stands after three seconds."""
    until = time.monotonic() + 3
    while True:
        found = str(page.evaluate("location.search"))
        if time.monotonic() > until or (all(each in found for each in words) and not any(each in found for each in without)):
            return found
        page.wait_for_timeout(40)


def drop_weights_but_poverty(page: Any) -> None:
    """Move sliders by keyboard: poverty to the top, the first two to nothing."""
    for place, key in ((3, "End"), (0, "Home"), (2, "Home")):
        page.locator(SLIDER).nth(place).focus()
        page.keyboard.press(key)
    page.wait_for_selector(CHANGED)


def test_a_changed_weight_changes_ranks_map_line_and_address_and_back_undoes_it(home: Any) -> None:
    page = home
    before = names(page)
    assert "own list" in page.locator(".change-line").inner_text()
    drop_weights_but_poverty(page)
    page.wait_for_selector(".cell-up, .cell-down")
    assert "entered the top" in page.locator(".change-line").inner_text()
    assert "w." in query(page, "w.")
    assert names(page) != before
    for _ in range(3):  # a pause between two sliders makes two steps
        if "w." in page.evaluate("location.search"):
            page.go_back()
            query(page, without=("w.",))
    page.wait_for_selector(".change-line:has-text('own list')")
    page.wait_for_selector(RANKS)
    assert names(page) == before
    assert "w." not in page.evaluate("location.search")


def test_undo_and_reset_bring_the_profile_back(home: Any) -> None:
    page = home
    value = page.locator(SLIDER).nth(3).get_attribute("aria-valuenow")
    drop_weights_but_poverty(page)
    page.locator("#priorities-reset").click()
    page.wait_for_selector(".change-line:has-text('own list')")
    assert page.locator(SLIDER).nth(3).get_attribute("aria-valuenow") == value
    page.locator("#priorities-undo").click()
    page.wait_for_selector(CHANGED)
    assert page.locator(SLIDER).nth(3).get_attribute("aria-valuenow") == "100"
    page.locator("#priorities-reset").click()
    page.wait_for_selector(".change-line:has-text('own list')")
    query(page, without=("w.",))


def test_a_lock_keeps_its_share(home: Any) -> None:
    page = home
    share = page.locator(".share").nth(0).inner_text()
    page.locator(".lock").nth(0).click()
    page.locator(SLIDER).nth(3).focus()
    page.keyboard.press("End")
    page.wait_for_timeout(300)
    assert page.locator(".share").nth(0).inner_text() == share
    assert "lock=" in query(page, "lock=")


def test_a_link_restores_the_view(visit: Callable[..., Any], dashboard: Any) -> None:
    area_id = str(dashboard.programme.snapshot().areas["area_id"].iat[0])
    page = visit(f"/?w.poverty=100&type=SHA&sort=-score&area={area_id}")
    page.wait_for_selector(PANEL)
    assert area_id in page.locator(".pane-why .area-id").inner_text()
    assert page.locator(SLIDER).nth(3).get_attribute("aria-valuenow") == "100"
    assert page.locator(".list-count .pill").count() == 1
    page.wait_for_selector(".cell-type-SHA")
    assert page.locator(".cell-type-CHA").count() == 0


def test_a_profile_is_one_click(home: Any, dashboard: Any) -> None:
    page = home
    other = dashboard.programme.config.profiles[1]
    page.wait_for_load_state("networkidle")  # a page that has just been loaded listens once its first answers are in
    page.locator(".profiles .mantine-Chip-label", has_text=other.label["en"]).click()
    page.wait_for_selector(".change-line:not(:has-text('own list'))")
    assert f"profile={other.id}" in query(page, f"profile={other.id}")
    assert page.locator("#priorities-profile").input_value() == other.label["en"]
    page.locator(".profiles .mantine-Chip-label", has_text=dashboard.programme.config.profiles[0].label["en"]).click()
    page.wait_for_selector(".change-line:has-text('own list')")
    query(page, without=("profile=",))


def test_a_score_known_from_elsewhere_ranks_by_keyboard_and_leads_back(visit: Callable[..., Any]) -> None:
    page = visit("/?type=SHA")
    page.wait_for_load_state("networkidle")
    page.locator(".presets summary").press("Enter")
    page.get_by_role("button", name="Rank by it: As IMSMA NG's Impact Scoring").press("Enter")
    page.wait_for_selector(".preset-warning:has-text('Example weights')")
    assert "type=SHA" in query(page, "preset=imsma_ng", "type=SHA")
    page.wait_for_selector(".change-line:has-text('entered the top')")
    page.wait_for_selector(RANKS)
    page.get_by_role("button", name="Back to own weights").click()
    page.wait_for_selector(".change-line:has-text('own list')")
    assert "type=SHA" in query(page, "type=SHA", without=("preset=",))


def test_table_map_and_panel_show_the_same_area(home: Any) -> None:
    page = home
    page.locator(".ag-row[row-index='2'] [col-id=name]").click()
    page.wait_for_selector(PANEL)
    assert page.locator(".pane-why .area-name").inner_text() == names(page)[2]
    assert "Rank 3" in page.locator(".pane-why .rank-number").inner_text()
    page.evaluate("window.dash_clientside.set_props('map-priorities-selected', {data: {row: 7, by: 'map'}})")
    page.wait_for_selector(".pane-why .rank-line, .pane-why .unranked")
    page.wait_for_timeout(500)
    area_id = page.locator(".pane-why .area-id").inner_text()
    assert f"area={area_id}" in query(page, f"area={area_id}")
    page.locator("#priorities-why-close").click()
    page.wait_for_selector(".page-priorities:not(.has-choice)")
    assert "area=" not in query(page, without=("area=",))


def test_the_legend_makes_room_for_the_chosen_area(home: Any) -> None:
    page = home
    assert page.locator(".pane-map .legend").get_attribute("open") is not None
    page.locator(".ag-row[row-index='1'] [col-id=name]").click()
    page.wait_for_selector(PANEL)
    page.wait_for_selector(".pane-map .legend:not([open])")
    page.wait_for_selector(".legend-row", state="hidden")
    assert page.evaluate(WHERE_IT_IS)
    page.locator(".pane-map .legend summary").click()
    page.wait_for_selector(".legend-row", state="visible")
    page.locator("#priorities-why-close").click()
    page.wait_for_selector(".page-priorities:not(.has-choice)")
    page.wait_for_selector(".pane-map .legend[open]")
    query(page, without=("area=",))


def test_released_areas_can_be_hidden_and_stand_back_at_the_scale_of_the_country(home: Any) -> None:
    page = home
    row = page.evaluate(f"() => {{ {CONTROLLER} c.home(); return c.areas.bytes.colours.indexOf(255); }}")
    assert row >= 0
    page.get_by_role("tab", name="Layers").click()
    page.get_by_role("checkbox", name="Released areas").click()
    assert "hide=areas" in query(page, "hide=")
    assert page.evaluate(f"() => {{ {CONTROLLER} return c.areas.classOf({row}); }}") == 0
    page.get_by_role("checkbox", name="Released areas").click()
    assert "hide=" not in query(page, without=("hide=",))
    assert page.evaluate(f"() => {{ {CONTROLLER} return c.areas.classOf({row}); }}") == 255
    seen = "const z = c.areas.options.wholeZoom; return [z, z + 4].map((zoom) => c.areas.showsReleased(zoom, 4));"
    assert page.evaluate(f"() => {{ {CONTROLLER} {seen} }}") == [False, True]
    page.get_by_role("tab", name="Weights").click()


def test_filters_shorten_the_list_and_can_be_cleared(home: Any) -> None:
    page = home
    page.get_by_role("tab", name="Filters").click()
    page.locator(".filters .mantine-Chip-label", has_text="confirmed hazardous area").click()
    page.wait_for_selector(".list-count .pill")
    assert "type=CHA" in query(page, "type=CHA")
    page.get_by_label("from", exact=True).fill("90")
    page.get_by_label("to", exact=True).fill("20")
    page.locator(".filters .mantine-Chip-label", has_text="Technical survey").last.click()
    assert "likely=20-90" in query(page, "likely=20-90", "next=ts")
    page.wait_for_selector(".list-count .pill:has-text('Likelihood 20')")
    page.locator("#priorities-search").fill("no such place at all")
    assert "q=no" in query(page, "q=no")
    page.wait_for_selector(".ag-overlay:has-text('No area fits')")
    page.locator(".list-count button").click()
    page.wait_for_selector(RANKS)
    assert query(page, without=("type=", "q=", "likely=", "next=")).count("type=") == 0
    assert page.get_by_label("from", exact=True).input_value() == ""
    page.get_by_role("tab", name="Weights").click()


def test_the_area_page_opens_and_leads_back_to_the_same_view(visit: Callable[..., Any]) -> None:
    page = visit("/?w.poverty=100")
    page.locator(".ag-row[row-index='1'] [col-id=name]").click()
    page.wait_for_selector(PANEL)
    name = page.locator(".pane-why .area-name").inner_text()
    page.locator(".pane-why .button-link").click()
    page.wait_for_selector(".page-area h1")
    assert page.locator(".page-area h1").inner_text() == name
    assert "/areas/" in page.url and "w.poverty=100" in page.url
    page.locator(".back-link").click()
    page.wait_for_selector(PANEL)
    assert page.locator(".pane-why .area-name").inner_text() == name
    assert "w.poverty=100" in page.url


def test_what_is_downloaded_is_what_is_listed(visit: Callable[..., Any], tmp_path: Path) -> None:
    page = visit("/?type=SHA&w.poverty=100")
    page.locator(".menu-button").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV table").click()
    path = tmp_path / "list.csv"
    download.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = [line for line in file if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    assert {row["hazard_type"] for row in rows} == {"SHA"}
    assert names(page)[0] in rows[0]["name"] or rows[0]["area_id"] == names(page)[0]


def test_the_whole_journey_by_keyboard(visit: Callable[..., Any]) -> None:
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "priorities-search"
    page.locator(SLIDER).nth(1).focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "slider"
    page.locator(".ag-row[row-index='0'] [col-id=name]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.wait_for_selector(PANEL)
    page.keyboard.press("Escape")
    page.wait_for_selector(".page-priorities:not(.has-choice)")
    page.locator(".ag-row[row-index='2'] [col-id=name]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(PANEL)
    divider = page.locator(".divider")
    share = int(divider.get_attribute("aria-valuenow") or 0)
    divider.focus()
    page.keyboard.press("ArrowUp")
    assert int(divider.get_attribute("aria-valuenow") or 0) == share - 4


def test_theme_and_language_change_and_stand_in_the_address(dashboard: Any, open_page: Callable[..., Any], browser: Any) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768})  # of its own: a language that was chosen is remembered
    context.add_cookies([dashboard.cookie])
    page = open_page(dashboard.address + "/?theme=light", context=context)
    page.wait_for_selector(RANKS)
    page.locator("#frame-theme").click()
    page.wait_for_selector("html[data-mantine-color-scheme=dark]")
    assert "theme=dark" in query(page, "theme=dark")
    page.locator("#frame-language").click()
    page.get_by_role("option", name="العربية").click()
    page.wait_for_selector("html[dir=rtl][lang=ar]")
    page.wait_for_selector(RANKS)
    assert "lang=ar" in page.url and "theme=dark" in page.url
    page.close()
    context.close()


def test_a_small_screen_shows_one_pane_at_a_time(dashboard: Any, open_page: Callable[..., Any], browser: Any) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies([dashboard.cookie])
    page = open_page(dashboard.address + "/", context=context)
    page.wait_for_selector(".pane-map .leaflet-container")
    assert page.locator(".pane-list").is_hidden()
    page.locator(".pane-tab[data-pane=list]").click()
    page.wait_for_selector(RANKS)
    page.locator(".ag-row[row-index='1'] [col-id=name]").click()
    page.wait_for_selector(PANEL)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.close()
    context.close()
