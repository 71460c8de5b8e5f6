"""The Data page in a real browser: drop a file, change its mapping, import it, take it back; by mouse, by keyboard, by role."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_accessibility import faults

pytestmark = pytest.mark.browser

PATIENCE_MS = 60_000  # a file is read in a process of its own; the machine may be busy
CSV = "zzz;Tipo;estado;longitud;latitud\\nNEW-1;sospechosa;open;-123.6;-35\\nNEW-2;minado;released;-123.61;-35.01\\n"
DROP = """([text, name]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text.replaceAll("\\\\n", "\\n")], name, { type: "text/csv" }));
  const zone = document.querySelector(".drop-button");
  const how = { bubbles: true, cancelable: true, dataTransfer: carried };
  for (const kind of ["dragenter", "dragover", "drop"]) zone.dispatchEvent(new DragEvent(kind, how));
}"""
SEND = """async () => {
  const headers = { "Content-Type": "application/octet-stream" };
  return (await fetch("/api/uploads", { method: "POST", headers, body: "x" })).status;
}"""
DRAWN = """() => {
  const controller = window.landrelease.map.get("map-data-edit");
  let n = 0;
  if (controller) controller.map.eachLayer((layer) => { n += layer.feature ? 1 : 0; });
  return n;
}"""


@pytest.fixture
def visit(browser: Any, editable: Any, open_page: Callable[..., Any]) -> Callable[..., Any]:
    """Opens a page as a person of a role, and waits for what stands on it."""
    address, cookies = editable
    contexts = []

    def open_at(path: str, wait_for: str, role: str = "analyst", viewport: tuple[int, int] = (1366, 768)) -> Any:
        context = browser.new_context(viewport={"width": viewport[0], "height": viewport[1]})
        context.add_cookies([cookies[role]])
        contexts.append(context)
        page = open_page(address + path, context=context)
        page.set_default_timeout(PATIENCE_MS)
        page.wait_for_selector(wait_for)
        return page

    return open_at


def until(page: Any, ask: str, wanted: Any) -> Any:
    """What a script answers, once it is what is wanted or the time is up."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while (found := page.evaluate(ask)) != wanted and time.monotonic() < end:
        page.wait_for_timeout(100)
    return found


def choose(page: Any, label: str, option: str) -> None:
    """Choose an option of the select with a label."""
    page.get_by_role("textbox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_a_file_is_dropped_mapped_imported_and_taken_back(visit: Callable[..., Any]) -> None:
    page = visit("/data", "#data-imports table")
    page.evaluate(DROP, [CSV, "zonas <b>nuevas.csv"])
    page.wait_for_selector(".mapping-table")
    page.wait_for_selector(".check-refused")
    assert page.locator(".file-head h2").inner_text() == "zonas <b>nuevas.csv"
    assert page.locator("#data-edit-commit").is_disabled()
    choose(page, "What column zzz becomes", "area_id")
    page.wait_for_selector(".check-line:has-text('Of 2 rows, 2 would be added')")
    assert until(page, DRAWN, 2) == 2
    page.get_by_label("Why this import").fill("a new survey")
    page.locator("#data-edit-commit").click()
    page.wait_for_selector(".result:has-text('2 were added')")
    page.wait_for_selector(".import-panel", state="hidden")
    page.wait_for_selector("#data-imports tr:has-text('a new survey')")
    page.wait_for_selector(".stale:has-text('2')")
    page.locator("#data-imports tr:has-text('a new survey')").get_by_role("button", name="Take back").click()
    page.wait_for_selector(".undo-box:has-text('takes 2 records out')")
    page.locator("#data-edit-undo-go").click()
    page.wait_for_selector("#data-edit-undo-notice:has-text('needs a reason')")
    page.get_by_role("textbox", name="Why it is taken back").fill("only a test")
    page.locator("#data-edit-undo-go").click()
    page.wait_for_selector("#data-imports tr:has-text('only a test')")
    page.reload()
    page.wait_for_selector("#data-imports tr:has-text('a new survey'):has-text('taken back')")


def test_an_import_that_others_build_on_is_not_taken_back_and_says_why(visit: Callable[..., Any]) -> None:
    page = visit("/data", "#data-imports table")
    page.locator("#data-imports tr:has-text('hazard_areas_first.gpkg')").get_by_role("button", name="Take back").click()
    page.wait_for_selector(".undo-box:has-text('cannot be taken back now')")
    page.wait_for_selector("#data-edit-undo-notice:has-text('later changes build on it')")
    assert page.locator("#data-edit-undo-go").is_disabled()


def test_the_page_by_keyboard_alone(visit: Callable[..., Any]) -> None:
    page = visit("/data", "#data-imports table")
    page.locator(".sub-navigation a").first.focus()
    for _ in range(30):  # three steps, or more where a part that the server answers late takes the focus away
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "drop-button":
            break
    assert page.evaluate("document.activeElement.className") == "drop-button"
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files([{"name": "areas.csv", "mimeType": "text/csv", "buffer": CSV.replace("\\n", "\n").encode()}])
    page.wait_for_selector(".check-line")
    field = page.get_by_role("textbox", name="What column zzz becomes")
    field.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+A")
    page.keyboard.type("area_id")
    page.get_by_role("option", name="area_id", exact=True).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(".check-line:has-text('2 would be added')")
    page.locator("#data-edit-give-up").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".import-panel", state="hidden")
    page.locator(".sub-navigation a").nth(1).focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".scorecard")
    assert "tab=quality" in page.url


def test_a_viewer_gets_no_upload(visit: Callable[..., Any]) -> None:
    page = visit("/data", "#data-imports table", role="viewer")
    assert page.locator(".drop-zone").count() == 0
    assert page.get_by_role("button", name="Take back").count() == 0
    page.watch.allowed.append("403")
    assert page.evaluate(SEND) == 403


def test_a_layer_is_chosen_and_drawn_with_its_source(visit: Callable[..., Any]) -> None:
    page = visit("/data?tab=layers", ".layer-columns")
    choose(page, "Layer", "population")
    page.wait_for_selector(".layer-legend h3:has-text('population')")
    page.wait_for_selector(".layer-map img.leaflet-image-layer")
    assert "census" in page.locator(".layer-columns .facts").inner_text()
    page.wait_for_selector(".criterion-cards .spark")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_serious_fault_of_accessibility(visit: Callable[..., Any], theme: str) -> None:
    page = visit(f"/data?theme={theme}", "#data-imports table")
    page.emulate_media(reduced_motion="reduce")  # nothing is judged while it fades in
    page.evaluate(DROP, [CSV, "areas.csv"])
    page.wait_for_selector(".check-line")
    page.wait_for_selector(".value-row")
    assert faults(page) == []
    page.locator("#data-imports").get_by_role("button", name="Take back").first.click()
    page.wait_for_selector("#data-edit-undo-go")
    assert faults(page) == []
    page.keyboard.press("Escape")
    for tab, ready in (("quality", ".scorecard"), ("layers", ".criterion-cards")):
        page.goto(page.url.partition("?")[0] + f"?tab={tab}&theme={theme}")
        page.wait_for_selector(ready)
        assert faults(page) == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_is_wider_than_a_telephone(visit: Callable[..., Any], language: str) -> None:
    for tab, ready in (("imports", "#data-imports table"), ("quality", ".scorecard"), ("layers", ".criterion-cards")):
        page = visit(f"/data?tab={tab}&lang={language}", ready, viewport=(390, 844))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
