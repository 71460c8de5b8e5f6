"""The Method page, the form of weights and the profiles' disagreement in a real browser; by keyboard, in Arabic, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_accessibility import faults

pytestmark = pytest.mark.browser

METHODS = ("topsis", "vikor", "spotis", "promethee")


def settled(page: Any) -> Any:
    """The page once every part of it has come."""
    page.emulate_media(reduced_motion="reduce")
    for method in METHODS:
        page.wait_for_selector(f"#method-compared-{method} .figure-number")
    page.wait_for_selector("#method-diagnostics table")
    page.wait_for_selector("#method-remarks li")
    return page


def test_the_list_stands_beside_other_methods_and_links_to_areas(dashboard: Any, signed_in: Any, open_page: Callable[..., Any]) -> None:
    page = settled(open_page(dashboard.address + "/method", context=signed_in))
    assert "changes no list" in page.locator("main").inner_text()
    assert "Not possible" in page.locator("#method-compared-spotis").inner_text()
    moves = page.locator(".method-moves summary").first
    moves.focus()
    page.keyboard.press("Enter")
    link = page.locator(".method-moves[open] a").first
    name = link.inner_text()
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".page-area h1")
    assert page.locator("h1").inner_text() == name


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_filled_page_has_no_serious_fault(dashboard: Any, signed_in: Any, open_page: Callable[..., Any], theme: str) -> None:
    page = settled(open_page(f"{dashboard.address}/method?theme={theme}", context=signed_in))
    page.locator(".method-moves summary").first.click()
    assert faults(page) == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_fits_a_phone(dashboard: Any, open_page: Callable[..., Any], browser: Any, language: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies([dashboard.cookie])
    page = settled(open_page(f"{dashboard.address}/method?lang={language}", context=context))
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()


def test_weights_are_made_from_an_order_by_keyboard_and_undone(dashboard: Any, signed_in: Any, open_page: Callable[..., Any]) -> None:
    page = open_page(dashboard.address + "/", context=signed_in)
    page.wait_for_selector(".cell-rank")
    before = page.locator(".share").all_inner_texts()
    page.locator(".asking:not(.presets) summary").first.focus()
    page.keyboard.press("Enter")
    page.locator("#priorities-make").click()
    page.wait_for_selector("#priorities-made-notice :text('a number for one criterion or more')")
    page.locator(".asking-row input").nth(0).focus()
    page.keyboard.type("1")
    page.locator(".asking-row input").nth(1).focus()
    page.keyboard.type("2")
    page.locator("#priorities-make").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#priorities-made-notice :text('Put on the sliders')")
    page.wait_for_selector(".share:has-text('75')")
    page.wait_for_selector(".change-line button")
    assert faults(page) == []
    page.locator("#priorities-undo").click()
    page.wait_for_selector(".change-line:has-text('own list')")
    assert page.locator(".share").all_inner_texts() == before


def test_the_map_shows_where_profiles_disagree(dashboard: Any, signed_in: Any, open_page: Callable[..., Any]) -> None:
    page = open_page(dashboard.address + "/?colour=disagreement&sort=-profiles", context=signed_in)
    page.wait_for_selector(".legend :text('Disagreement of the profiles')")
    page.wait_for_selector(".cell-rank")
    page.locator(".ag-row .cell-rank").first.click()
    page.wait_for_selector(".has-choice .pane-why .bar-total")
    assert "profiles; rank" in page.locator(".pane-why").inner_text()


def test_weights_are_made_from_pairs_of_groups_with_their_consistency(
    dashboard: Any, signed_in: Any, open_page: Callable[..., Any]
) -> None:
    page = open_page(dashboard.address + "/", context=signed_in)
    page.wait_for_selector(".cell-rank")
    page.locator(".asking:not(.presets) summary").nth(1).focus()
    page.keyboard.press("Enter")
    page.get_by_label("Risk : Need").first.focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_selector("[role=option]:has-text('Risk: 9 times')")
    page.get_by_role("option", name="Risk: 9 times").click()
    page.locator("#priorities-make-pairs").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#priorities-pairs-notice :text('onsistency ratio')")
    page.wait_for_selector(".change-line button")
    assert "w." in page.evaluate("location.search") or page.locator("#priorities-undo").is_enabled()
