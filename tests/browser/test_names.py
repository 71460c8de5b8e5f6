"""Names as people write them (markup, formulas, right-to-left script, emoji) are read as text wherever a page shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dashboard.services.table import position_of
from dashboard.state import parse_state
from geodata.schema.codes import STATUS

pytestmark = pytest.mark.browser

EVERY_AREA = "&".join(f"status={code}" for code in STATUS.values)
KINDS = {
    "markup": "<",
    "formula": r"^[=+@-]",
    "right to left": "[\u0590-\u08ff]",
    "emoji": "[\U0001f000-\U0001faff\u2600-\u27bf]",
}
INJECTED = "main img, main script, main h1 b, .lr-map img, .pane-why script, .ag-root script, .ag-root img"
OVER_IT = """async () => {
  const c = window.landrelease.map.get('map-priorities');
  const rest = (ms) => new Promise((done) => setTimeout(done, ms));
  let before = '';
  for (let calm = 0; calm < 4; calm += 1) {
    await rest(80);
    const now = `${c.map.getCenter()} ${c.map.getZoom()} ${c.overlay.selected}`;
    if (now !== before || c.map._animatingZoom || c.areas.isWaiting()) calm = 0;
    before = now;
  }
  const own = c.wrapper.getBoundingClientRect(), row = c.overlay.selected;
  const [west, south, east, north] = (await c.label(row)).box;
  const [start, end] = [[north, west], [south, east]].map((at) => c.map.latLngToContainerPoint(at));
  for (let y = start.y; y <= end.y + 1; y += 2) for (let x = start.x; x <= end.x + 1; x += 2) {
    if (c.areas.rowAt(c.map.containerPointToLatLng([x, y]), 2) === row) return [own.left + x, own.top + y];
  }
  return null;
}"""


def named(programme: Any, pattern: str) -> tuple[str, str]:
    """Id and name of an area with a place whose name has a pattern; one that is in the list."""
    areas = programme.snapshot().areas
    fitting = areas[areas["name"].fillna("").str.contains(pattern, regex=True) & ~areas.geometry.is_empty & areas.geometry.notna()]
    for row in fitting.index:
        if position_of(programme, parse_state(EVERY_AREA), int(row)) is not None:
            return str(fitting.at[row, "area_id"]), str(fitting.at[row, "name"])
    raise AssertionError(f"the example country has no area named like {pattern}")


def test_names_are_text_in_table_panel_hover_and_area_page(dashboard: Any, signed_in: Any, open_page: Callable[..., Any]) -> None:
    chosen = {kind: named(dashboard.programme, pattern) for kind, pattern in KINDS.items()}
    page = open_page(f"{dashboard.address}/?{EVERY_AREA}", context=signed_in)
    page.wait_for_selector(".ag-row bdi")
    page.wait_for_selector("[id=map-priorities][data-drawn]")
    seen = {}
    for kind, (area_id, _) in chosen.items():
        page.evaluate("(id) => window.dash_clientside.set_props('priorities-chosen', {data: {id}})", area_id)
        page.wait_for_selector(f".pane-why .area-id:text-is('{area_id}')")
        page.wait_for_selector(f".ag-row-selected[row-id='{area_id}'] [col-id=name] bdi")
        at = page.evaluate(OVER_IT)
        assert at is not None, kind
        page.mouse.move(at[0] - 40, at[1])
        page.mouse.move(*at, steps=3)
        page.wait_for_selector(f".lr-map-tip.lr-on:has-text('{area_id}')")
        parts = (".pane-why .area-name bdi", ".ag-row-selected [col-id=name] bdi", ".lr-map-tip b")
        seen[kind] = [page.text_content(part) for part in parts]
        assert page.locator(INJECTED).count() == 0
    for kind, (area_id, _) in chosen.items():
        page.goto(f"{dashboard.address}/areas/{area_id}")
        page.wait_for_selector(".page-area h1")
        seen[kind].append(page.text_content(".page-area h1 bdi"))
        assert page.locator(INJECTED).count() == 0
    assert seen == {kind: [name] * 4 for kind, (_, name) in chosen.items()}
