"""Firmness of a view: once for a scenario, the same in the table, in the panel and in the list."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dashboard.i18n import format_share
from dashboard.services.firmness import firm_rank, view_firmness
from dashboard.services.priority_list import priority_list
from dashboard.services.table import table_page
from dashboard.services.views import kept, ranked_view
from dashboard.state import parse_state
from geodata.schema.config import FirmnessSection


def ask(programme: Any, **settings: Any) -> Any:
    """The programme with firmness asked for."""
    programme.config = programme.config.model_copy(update={"firmness": FirmnessSection(**settings)})
    return programme


def test_the_table_the_panel_and_the_list_say_the_same(many: Any) -> None:
    programme = ask(many, top=50, draws=200)
    state = parse_state("")
    view = ranked_view(programme, state)
    listed = priority_list(view.snapshot, view.ranking).set_index("area_id")
    page = table_page(programme, state, 0, 100, "en")
    assert [row["firmness"] for row in page.rows] == listed["firmness"].tolist()[:100]
    assert page.rows[0]["top_share"] == format_share(1.0, "en")
    for row in page.rows[::30]:
        firm = firm_rank(programme, view, row["row"])
        assert firm is not None
        told = listed.loc[row["area_id"]]
        assert (firm.advice, firm.share, firm.low, firm.high) == tuple(told[["firmness", "top_share", "rank_low", "rank_high"]])
        assert (firm.top, firm.n_draws) == (50, 200)
    assert listed["top_share"].sum() == pytest.approx(50)


def test_firmness_is_worked_out_once_for_a_scenario(many: Any) -> None:
    programme = ask(many, draws=100)
    view = ranked_view(programme, parse_state(""))
    assert view_firmness(programme, view) is view_firmness(programme, view)
    other = ranked_view(programme, parse_state("profile=people"))
    assert view_firmness(programme, other) is not view_firmness(programme, view)
    assert kept(programme).count("firmness") == 2


def test_without_its_section_nothing_is_estimated_and_no_column_is_added(six: Any) -> None:
    view = ranked_view(six, parse_state(""))
    assert view_firmness(six, view) is None
    assert firm_rank(six, view, 0) is None
    listed = priority_list(view.snapshot, view.ranking)
    assert listed["firmness"].isna().all()
    assert "top_share" not in listed
    assert table_page(six, parse_state(""), 0, 10, "en").rows[0]["firmness"] == ""


def test_an_area_without_a_rank_has_no_firmness(six: Any) -> None:
    programme = ask(six, draws=100)
    view = ranked_view(programme, parse_state(""))
    released = int(np.flatnonzero(~view.ranking.is_ranked)[0])
    assert firm_rank(programme, view, released) is None


def test_mixtures_of_profiles_move_between_the_profiles_only(many: Any) -> None:
    """Between "even" and "people only" the weight of people is never below one half."""
    programme = ask(many, draws=500, weights="between_profiles")
    found = view_firmness(programme, ranked_view(programme, parse_state("")))
    assert found is not None
    assert found.draws[:, 0].min() >= 0.5
    assert found.draws[:, 0].max() > 0.9


def test_the_turning_point_is_where_the_area_changes_sides(many: Any) -> None:
    """Just before the stated share of the weight the area is on its side of the line, just beyond on the other."""
    programme = ask(many, draws=100)
    view = ranked_view(programme, parse_state(""))
    for place, leaves in ((45, True), (54, False)):
        row = int(view.ranking.order[place])
        firm = firm_rank(programme, view, row)
        assert firm is not None and firm.turning is not None
        assert (firm.turning.leaves, firm.turning.now) == (leaves, 0.5)
        sides = []
        for beyond in (-1e-6, 1e-6):
            share = firm.turning.then + beyond * np.sign(firm.turning.then - firm.turning.now)
            other = "roads" if firm.turning.criterion == "people" else "people"
            again = programme.rank(weights={firm.turning.criterion: share, other: 1 - share})
            sides.append(bool(again.rank[row] <= firm.top))
        assert sides == [leaves, not leaves]
