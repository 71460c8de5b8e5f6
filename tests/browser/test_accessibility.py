"""No serious or critical fault of accessibility on any page, by axe-core; the copy that its package carries, so nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

OPTIONS = {"resultTypes": ["violations"], "iframes": False}
BAD = ("serious", "critical")


LOOKS = 5


def faults(page: Any) -> list[str]:
    """Serious and critical violations. What still fades in has too little contrast for a moment; a real fault is there at every look."""
    for _ in range(LOOKS):
        found = _faults_now(page)
        if not found:
            break
        page.wait_for_timeout(800)
    return found


def _faults_now(page: Any) -> list[str]:
    """Rule, what it asks, and the first elements that break it."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{each['id']} ({each['impact']}): {each['help']}: {[node['html'][:160] for node in each['nodes'][:3]]}"
        for each in found
        if each["impact"] in BAD
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_priorities_with_an_area_chosen(dashboard: Any, signed_in: Any, open_page: Callable[..., Any], theme: str) -> None:
    area_id = str(dashboard.programme.snapshot().areas["area_id"].iat[0])
    page = open_page(f"{dashboard.address}/?theme={theme}&area={area_id}", context=signed_in)
    page.wait_for_selector(".cell-rank")
    page.wait_for_selector(".has-choice .pane-why .area-name")
    page.wait_for_selector(".legend summary strong")
    assert faults(page) == []
    for tab in ("Filters", "Layers"):
        page.get_by_role("tab", name=tab).click()
        assert faults(page) == []


@pytest.mark.parametrize(
    ("path", "ready"),
    [("/method", ".page-text h2"), ("/visits", ".data-table td"), ("/print", ".print-table td")],
    ids=["method", "visits", "print"],
)
def test_a_page_to_read(dashboard: Any, signed_in: Any, open_page: Callable[..., Any], path: str, ready: str) -> None:
    page = open_page(dashboard.address + path, context=signed_in)
    page.wait_for_selector(ready)
    assert faults(page) == []


def test_the_page_of_an_area(dashboard: Any, signed_in: Any, open_page: Callable[..., Any]) -> None:
    area_id = str(dashboard.programme.snapshot().areas["area_id"].iat[0])
    page = open_page(f"{dashboard.address}/areas/{area_id}", context=signed_in)
    page.wait_for_selector(".page-area h1")
    page.wait_for_selector("[id=map-area][data-drawn]")
    assert faults(page) == []


def test_the_sign_in_form(dashboard: Any, open_page: Callable[..., Any]) -> None:
    page = open_page(dashboard.address + "/")
    page.wait_for_selector("input[name=password]")
    assert faults(page) == []
    page.evaluate("() => document.querySelectorAll('label').forEach((label) => label.remove())")
    page.evaluate("() => document.querySelectorAll('input').forEach((box) => box.removeAttribute('aria-label'))")
    assert any("label" in each for each in faults(page))  # the check itself works
