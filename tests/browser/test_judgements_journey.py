"""The page "Which first?" in a real browser: answer for a group, skip, read what is there; as analyst and as viewer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_accessibility import faults

pytestmark = pytest.mark.browser

CARD = "#judge-edit-cards article"
PATIENCE_MS = 60_000


@pytest.fixture
def visit(browser: Any, editable: Any, open_page: Callable[..., Any]) -> Any:
    """Opens the page as a person of a role."""
    address, cookies = editable
    contexts = []

    def open_as(role: str, theme: str = "light", viewport: tuple[int, int] = (1366, 768)) -> Any:
        context = browser.new_context(viewport={"width": viewport[0], "height": viewport[1]})
        context.add_cookies([cookies[role]])
        contexts.append(context)
        page = open_page(f"{address}/judgements?theme={theme}", context=context)
        page.set_default_timeout(PATIENCE_MS)
        page.wait_for_selector("#judge-learned p")
        return page

    yield open_as
    for context in contexts:
        context.close()


def ids(page: Any) -> list[str]:
    """Ids of the two areas on screen."""
    page.wait_for_selector(f"{CARD} .area-id")
    return [str(text) for text in page.locator(f"{CARD} .area-id").all_inner_texts()]


def test_a_judgement_is_given_for_a_group_and_counted(visit: Callable[..., Any]) -> None:
    page = visit("analyst")
    before = ids(page)
    assert len(before) == 2
    page.locator("#judge-edit-first").click()
    page.wait_for_selector("#judge-edit-notice :text('group that was asked')")
    assert ids(page) == before
    page.locator("#judge-edit-group").fill("Village council")
    page.locator("#judge-edit-group").blur()
    page.locator("#judge-edit-first").click()
    page.wait_for_selector("#judge-counts :text('Village council')")
    page.wait_for_selector(f"{CARD}:not(:has-text('{before[0]}'))")
    assert ids(page) != before
    page.wait_for_selector("#judge-learned :text('50 are needed')")
    after = ids(page)
    page.locator("#judge-edit-skip").click()
    page.wait_for_selector(f"{CARD}:first-child:not(:has-text('{after[0]}'))")
    assert page.locator("#judge-edit-cards").inner_text().lower().count("rank") == 0


def test_a_viewer_reads_and_is_not_asked(visit: Callable[..., Any]) -> None:
    page = visit("viewer")
    assert page.locator("#judge-edit-first").count() == 0
    assert "not enter them" in page.locator("main").inner_text()


def test_trust_is_answered_and_the_mirror_shows_who_would_be_served_less(visit: Callable[..., Any]) -> None:
    page = visit("viewer")
    page.locator("#judge-how-far").click()
    page.wait_for_selector("#judge-trust:has-text('50 are needed')")
    page.wait_for_selector("#judge-mirror table")
    assert page.locator("#judge-mirror table").count() == 3
    assert "were given to a team" in page.locator("#judge-mirror").inner_text()
    page.locator("#judge-mirror-of").click()
    page.get_by_role("option", name="outcomes of released land").click()
    page.wait_for_selector("#judge-mirror:has-text('Users were counted')")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_has_no_serious_fault(visit: Callable[..., Any], theme: str) -> None:
    page = visit("analyst", theme)
    page.emulate_media(reduced_motion="reduce")  # nothing is judged while it fades in
    ids(page)
    assert faults(page) == []


def test_the_page_fits_a_small_screen(visit: Callable[..., Any]) -> None:
    page = visit("analyst", viewport=(390, 844))
    ids(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
