"""The Look-up page in a real browser: draw a place, read the answer, open its sheet; by mouse, by keyboard, by role."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
import shapely

from dashboard.services.place_text import place_to_text
from tests.browser.test_accessibility import faults

pytestmark = pytest.mark.browser

PATIENCE_MS = 60_000
SENTENCE = ".lookup-sentence"


@pytest.fixture
def shape(dashboard: Any) -> str:
    """A square around an open area with an outline, as an address writes it."""
    areas = dashboard.programme.snapshot().areas
    row = areas.index[(areas["status"] == "open") & (areas.geometry.geom_type == "Polygon")][0]
    return str(place_to_text(shapely.box(*areas.geometry.at[row].buffer(0.002).bounds)))


@pytest.fixture
def visit(dashboard: Any, signed_in: Any, open_page: Callable[..., Any]) -> Callable[..., Any]:
    """Opens a page as an analyst and waits until its map is drawn."""

    def open_at(path: str, wait_for: str = "[id=map-lookup][data-drawn]") -> Any:
        page = open_page(dashboard.address + path, context=signed_in)
        page.set_default_timeout(PATIENCE_MS)
        page.wait_for_selector(wait_for)
        return page

    return open_at


def move_until_told(page: Any, x: float, y: float) -> None:
    """Move the pointer on the map until the words beside it say that the tool is at work."""
    told = page.locator(".leaflet-draw-tooltip:has-text('Press, drag and release')")
    end = time.monotonic() + PATIENCE_MS / 1000
    is_told = False
    while time.monotonic() < end and not is_told:
        for step in (1, 0):
            page.mouse.move(x + step, y)
        is_told = bool(told.count()) and told.is_visible()
        page.wait_for_timeout(50)
    assert told.is_visible()


def test_a_drawn_rectangle_is_answered_restored_by_its_address_and_printed(visit: Callable[..., Any]) -> None:
    page = visit("/lookup")
    page.wait_for_selector("#lookup-answer:has-text('Which place do you ask about')")
    page.locator("#lookup-rectangle").click()
    page.wait_for_selector("#lookup-tools.is-drawing")
    box = page.locator("#map-lookup-leaflet").bounding_box()
    x, y = box["x"] + box["width"] * 0.45, box["y"] + box["height"] * 0.45
    move_until_told(page, x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y + 20, steps=4)
    page.mouse.up()
    page.wait_for_selector(SENTENCE)
    sentence = page.locator(SENTENCE).inner_text()
    assert "shape=area" in page.url
    assert "No recorded hazard does not mean no hazard." in page.locator("#lookup-answer").inner_text()
    page.reload()
    page.wait_for_selector(SENTENCE)
    assert page.locator(SENTENCE).inner_text() == sentence
    page.get_by_role("link", name="Sheet to print").click()
    page.wait_for_selector(".page-lookup-sheet .signature")
    page.wait_for_selector("[id=map-lookup-sheet][data-drawn]")
    said = page.locator("main").inner_text()
    assert sentence in said and "FICTIONAL" in said and "Not for navigation." in said
    page.go_back()
    page.wait_for_selector(SENTENCE)
    page.locator("#lookup-clear").click()
    page.wait_for_selector("#lookup-answer:has-text('Which place do you ask about')")
    assert "shape" not in page.url


def test_a_day_of_the_past_is_asked_and_kept_in_the_address(visit: Callable[..., Any], shape: str) -> None:
    page = visit(f"/lookup?shape={shape}", SENTENCE)
    assert "neither closed nor released" in page.locator(SENTENCE).inner_text()
    page.get_by_label("As of").fill("1950-01-01")
    page.wait_for_selector(f"{SENTENCE}:has-text('No hazard was ever recorded')")
    page.wait_for_selector("#lookup-answer a.button-link[href*='as_of=1950-01-01']")
    assert "as_of=1950-01-01" in page.url


def test_a_place_by_its_coordinates_with_the_keyboard_alone(visit: Callable[..., Any]) -> None:
    page = visit("/lookup")
    page.locator("summary:has-text('Coordinates')").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("-123.6, here")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#lookup-typed-notice:has-text('Each line must be a longitude')")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("-123.6, -35")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(SENTENCE)
    assert "shape=point" in page.url


def test_an_uploaded_parcel_is_looked_up(visit: Callable[..., Any]) -> None:
    page = visit("/lookup")
    page.locator("summary:has-text('File')").click()
    parcel = json.dumps(
        {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(shapely.box(-123.7, -35.1, -123.6, -35.0))}
    )
    with page.expect_file_chooser() as chooser:
        page.locator(".drop-button").click()
    chooser.value.set_files([{"name": "parcel.geojson", "mimeType": "application/json", "buffer": parcel.encode()}])
    page.wait_for_selector(SENTENCE)
    assert "shape=area" in page.url


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_serious_fault_of_accessibility(visit: Callable[..., Any], shape: str, theme: str) -> None:
    page = visit(f"/lookup?shape={shape}&theme={theme}", SENTENCE)
    page.wait_for_selector("[id=map-lookup][data-drawn]")
    page.locator("summary:has-text('Coordinates')").click()
    assert faults(page) == []
    page.goto(page.url.replace("/lookup?", "/lookup/sheet?"))
    page.wait_for_selector(".page-lookup-sheet .signature")
    assert faults(page) == []
