"""Units of decision that are no hazard areas: what is said of types and status is left out, not written as "not stated"."""

from __future__ import annotations

import pytest

from dashboard.components.filters import layers_panel
from dashboard.components.legend import legend
from dashboard.components.map import RELEASED_LAYER
from dashboard.components.page import Page
from dashboard.components.table import priority_table
from dashboard.components.why import type_line
from dashboard.services.screen import screen
from dashboard.services.views import ranked_view
from dashboard.state import ViewState


@pytest.fixture
def towns(six):
    """The six areas as municipalities: no type, no status, none released."""
    areas = six.snapshot().areas
    areas["hazard_type"], areas["status"], areas["is_released"] = None, "not_stated", False
    return six


def column(grid, field: str) -> dict:
    return next(each for each in grid.columnDefs if each["field"] == field)


def test_the_screen_offers_no_types_no_status_and_no_released_areas(towns) -> None:
    facts = screen(towns, ViewState())
    assert (facts.types, facts.statuses, facts.has_released) == ((), (), False)


def test_the_panel_says_nothing_of_types_where_no_area_has_one(towns) -> None:
    assert type_line(Page(towns, ViewState(), "en"), ranked_view(towns, ViewState()), 0) == []


def test_a_missing_type_among_stated_ones_is_named(six, words) -> None:
    page = Page(six, ViewState(), "en")
    assert words(type_line(page, ranked_view(six, ViewState()), 3)) == "not stated · open"


@pytest.mark.parametrize("has_types", [True, False])
def test_legend_and_table_know_types_only_where_there_are_any(six, words, has_types: bool) -> None:
    page = Page(six, ViewState(), "en")
    assert ("SHA" in words(legend(page, [], {}, has_types=has_types))) is has_types
    assert column(priority_table(page, "People", has_types=has_types), "hazard_type")["hide"] is not has_types


def test_released_areas_are_a_layer_that_the_address_can_hide(six, parts) -> None:
    def boxes(state: ViewState, has_released: bool) -> list[str]:
        found = parts(layers_panel(Page(six, state, "en"), [], has_released=has_released))
        return [part.value for part in found if type(part).__name__ == "CheckboxGroup"]

    assert boxes(ViewState(), True) == [[RELEASED_LAYER]]
    assert boxes(ViewState(hidden_layers=(RELEASED_LAYER,)), True) == [[]]
    assert boxes(ViewState(), False) == []
