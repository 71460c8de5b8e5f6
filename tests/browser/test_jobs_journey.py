"""Long work in a real browser: build from the Data page, watch it, leave and come back, cancel by keyboard; by role."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dashboard.programme import Programme
from tests.browser.test_accessibility import faults

pytestmark = pytest.mark.browser

PATIENCE_MS = 150_000  # a job begins a process of its own and measures; the machine may be busy


@pytest.fixture(scope="module")
def served(browser: Any, serve_copy: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Two server processes of a copy of the example country, the copy, and a cookie for each role."""
    folder = tmp_path_factory.mktemp("jobs") / "programme"
    address, cookies = serve_copy(folder, 2)
    return address, cookies, Programme.open(folder)


@pytest.fixture
def visit(browser: Any, served: Any, open_page: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Opens a page as a person of a role, and waits for what stands on it."""
    address, cookies, _ = served
    contexts: dict[str, Any] = {}

    def open_at(path: str, wait_for: str, role: str = "analyst") -> Any:
        if role not in contexts:
            contexts[role] = browser.new_context(viewport={"width": 1366, "height": 768})
            contexts[role].add_cookies([cookies[role]])
        page = open_page(address + path, context=contexts[role])
        page.set_default_timeout(PATIENCE_MS)
        page.wait_for_selector(wait_for)
        return page

    yield open_at
    for context in contexts.values():
        context.close()


@pytest.fixture
def new_area(served: Any) -> str:
    """An area that has come into the registry since the list was built."""
    programme = served[2]
    path = programme.directory / "new.csv"
    path.write_text("area_id,hazard_type,status,longitude,latitude\nNEW-1,SHA,open,-123.6,-35\n", encoding="utf-8")
    programme.import_file(path, "hazard_areas", crs="EPSG:4326", author="Ana")
    return "NEW-1"


def until(page: Any, ask: str, wanted: Any) -> Any:
    """What a script answers, once it is what is wanted or the time is up."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while (found := page.evaluate(ask)) != wanted and time.monotonic() < end:
        page.wait_for_timeout(100)
    return found


def test_a_build_is_planned_begun_watched_by_others_and_its_data_come_after_a_reload(visit: Any, new_area: str) -> None:
    page = visit("/data", ".stale")
    other = visit("/", ".ag-row", role="viewer")
    before = other.locator(".list-count").inner_text()
    page.locator("#data-edit-build-ask").click()
    page.wait_for_selector(".build-plan:has-text('new: 1')")
    page.locator("#data-edit-build-go").click()
    page.wait_for_selector("#data-build .job-bar")
    page.wait_for_selector("#frame-jobs .job-count:has-text('1')")
    watching = visit("/jobs", "#jobs-list table", role="viewer")
    assert watching.get_by_role("button", name="Cancel").count() == 0
    page.goto(page.url.partition("/data")[0] + "/jobs")  # the work goes on without the page
    page.wait_for_selector("#jobs-list .job-done")
    page.wait_for_selector("#frame-newer .notice:has-text('Newer data since')", state="attached")
    watching.wait_for_selector("#jobs-list .job-done")
    assert other.locator(".list-count").inner_text() == before
    other.reload()
    other.wait_for_selector(".ag-row")
    other.wait_for_selector(".list-count:has-text('ranked')")
    assert page.locator(".job-count").count() == 0
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(4_500)  # twice the time between two looks: nothing is asked where nothing runs
    assert asked == []


def test_a_job_is_cancelled_by_keyboard_and_keeps_the_focus_while_it_runs(visit: Any) -> None:
    page = visit("/", ".ag-row")
    page.locator(".ag-row").first.click()
    page.locator("#priorities-edit-careful").click()
    page.wait_for_selector(".careful .job-running .job-bar")
    button = page.get_by_role("button", name="Cancel: Firmness with errors of the data")
    button.focus()
    bar = "() => document.querySelector('.careful .job-bar').getAttribute('aria-valuenow')"
    before = page.evaluate(bar)
    assert until(page, f"() => ({bar})() !== '{before}'", True)
    # the new button has it a moment after it was drawn
    assert until(page, "() => document.activeElement.textContent", "Cancel") == "Cancel"
    assert faults(page) == []
    page.keyboard.press("Enter")
    page.wait_for_selector(".careful .job-cancelled")
