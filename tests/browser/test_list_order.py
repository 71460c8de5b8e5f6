"""The list that a page asks for, in whatever order the browser's callbacks and the server's answers come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

SCRIPTS = Path(__file__).resolve().parents[2] / "assets" / "js" / "screen"
# A page with what the scripts need of Dash: stores that set_props writes to, and the two callbacks as Dash would call them.
PAGE = """
window.stores = {};
window.asked = [];
window.dash_clientside = { no_update: null, callback_context: { triggered: [] }, screen: {} };
window.dash_clientside.set_props = (id, props) => {
  window.stores[id] = props.data;
  if (id === 'priorities-list') window.asked.push(props.data);
};
window.layOut = (query) => {
  document.body.innerHTML = '<div class="page-priorities"></div>';
  window.stores = { 'priorities-view': query, 'priorities-list': query };
};
window.view = (query) => {
  if (query !== undefined) window.stores['priorities-view'] = query;
  const { 'priorities-view': view, 'priorities-list': list, 'priorities-done': done } = window.stores;
  window.dash_clientside.screen.showView(view, list, done);
};
window.answer = () => {
  window.stores['priorities-done'] = window.stores['priorities-list'];
  const { 'priorities-view': view, 'priorities-list': list, 'priorities-done': done } = window.stores;
  window.dash_clientside.screen.listShown(done, view, list);
};
"""


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A blank page that runs the scripts of the list."""
    page = browser.new_page()
    page.route("**/*", lambda route: route.fulfill(body="<body></body>", content_type="text/html"))
    page.goto("http://localhost/")
    page.clock.install()
    page.add_script_tag(content=PAGE)
    for name in ("10_query.js", "20_history.js", "50_list.js", "60_choice.js"):
        page.add_script_tag(content=(SCRIPTS / name).read_text(encoding="utf-8"))
    page.evaluate("window.layOut('type=SHA')")
    yield page
    page.close()


@pytest.mark.parametrize(
    ("steps", "asked"),
    [
        (["view()", "answer()"], []),
        (["view()", "answer()", "view('type=CHA')"], ["type=CHA"]),
        (["answer()", "view()", "view('type=CHA')"], ["type=CHA"]),
        (["answer()", "view('type=CHA')"], ["type=CHA"]),
        (["view('type=CHA')", "answer()"], ["type=CHA"]),
        (["view()", "view('type=CHA')"], []),
        (["view()", "view('type=CHA')", "view('q=x')", "answer()"], ["q=x"]),
        (["view()", "view('type=CHA')", "view('type=SHA')", "answer()"], []),
        (["view()", "answer()", "view('type=CHA')", "view('type=SHA')", "answer()", "answer()"], ["type=CHA", "type=SHA"]),
        (["view()", "answer()", "document.body.innerHTML = document.body.innerHTML", "view('type=CHA')"], ["type=CHA"]),
        (["view()", "answer()", "view('type=CHA&at=1,2,3')", "answer()", "view('type=CHA&at=4,5,6')"], ["type=CHA"]),
    ],
    ids=[
        "nothing new",
        "changed after the answer",
        "answered before the page looked",
        "answered and changed before the page looked",
        "changed before the page looked",
        "the answer is awaited",
        "only the newest waits",
        "changed and back while waiting",
        "changed and back while the change was asked for",
        "the page was drawn anew without a new layout",
        "a moved map asks for nothing",
    ],
)
def test_each_wanted_list_is_asked_for_once(page: Any, steps: list[str], asked: list[str]) -> None:
    for step in steps:
        page.evaluate(step)
    assert page.evaluate("window.asked") == asked


def test_an_answer_that_never_comes_does_not_stop_the_page(page: Any) -> None:
    page.evaluate("view()")
    page.evaluate("view('type=CHA')")
    assert page.evaluate("window.asked") == []
    page.clock.run_for(7000)
    assert page.evaluate("window.asked") == ["type=CHA"]
    page.clock.run_for(7000)
    page.evaluate("view('q=x')")
    assert page.evaluate("window.asked") == ["type=CHA", "q=x"]


def test_a_new_layout_begins_with_its_own_list(page: Any) -> None:
    page.evaluate("view()")
    page.evaluate("answer()")
    page.evaluate("window.layOut('q=x')")
    page.evaluate("view()")
    assert page.evaluate("window.asked") == []
    page.evaluate("view('type=CHA')")
    page.evaluate("answer()")
    assert page.evaluate("window.asked") == ["type=CHA"]
