"""The page "Next visits", the command and the service behind them say the same."""

from __future__ import annotations

import json
import math

import pytest

from dashboard.cli import main
from dashboard.i18n import LANGUAGES, format_money, translate
from dashboard.pages import visits
from dashboard.services.views import ranked_view
from dashboard.services.visits import next_visits, view_visits
from dashboard.state import ViewState

BUDGET = 300_000.0


@pytest.fixture
def found(example_programme):
    return example_programme.next_visits(BUDGET)


def told(programme, capsys, *arguments: str) -> dict:
    capsys.readouterr()
    assert main(["visits", "--programme", str(programme.directory), "--json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_command_gives_the_visits_of_the_service_the_best_first(example_programme, found, capsys) -> None:
    result = told(example_programme, capsys, "--budget", "300,000", "--top", "7")
    assert (result["n_funded"], result["n_visits"]) == (found.n_funded, found.n_visits)
    assert (result["n_worth"], result["n_changing"]) == (found.n_worth, found.n_changing)
    assert [each["area_id"] for each in result["visits"]] == found.areas["area_id"].head(7).tolist()
    assert [each["value"] for each in result["visits"]] == found.areas["visit_value"].head(7).tolist()
    assert result["note"] == "A visit directs survey; it never cancels, reduces or releases land."


def test_the_command_tells_people_what_the_budget_funds(example_programme, found, capsys) -> None:
    assert main(["visits", "--programme", str(example_programme.directory), "--budget", "3e5"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("FICTIONAL. ")
    assert f"300,000 USD fund {found.n_funded:,} areas in whole" in out
    assert found.areas["area_id"].iat[0] in out.splitlines()[3]


def test_a_budget_that_is_no_amount_is_refused(example_programme, capsys) -> None:
    with pytest.raises(SystemExit):
        main(["visits", "--programme", str(example_programme.directory), "--budget", "much"])
    assert "an amount of money is a number of 0 or more, found 'much'" in capsys.readouterr().err


def test_what_a_visit_changes_is_a_chance_and_a_number_of_areas(found) -> None:
    known = found.areas["visit_value"].notna()
    assert found.areas.loc[known, "visit_change_prob"].between(0, 1 + 1e-12).all()
    assert (found.areas.loc[known, "visit_n_changes"] >= found.areas.loc[known, "visit_change_prob"] - 1e-12).all()
    assert found.areas.loc[~known, ["visit_change_prob", "visit_n_changes"]].isna().all(axis=None)
    assert ((found.areas["visit_change_prob"] > 0) == found.areas["visit_changes_list"]).all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_names_the_best_visits_in_each_language(example_programme, found, request_on, words, language: str) -> None:
    with request_on("/visits"):
        said = words(visits.layout(budget="300000", lang=language))
    best = found.areas.iloc[0]
    names = example_programme.snapshot().areas.set_index("area_id")["name"]
    assert str(names[best["area_id"]]) in said
    assert format_money(BUDGET, language) in said
    assert translate("estimate.never_releases", language) in said


def test_without_a_budget_a_tenth_of_what_everything_costs_is_taken(example_programme, request_on) -> None:
    with request_on("/visits"):
        view = ranked_view(example_programme, ViewState())
        found = view_visits(example_programme, view)
    assert found is not None
    total = float(example_programme.estimates(view.snapshot).areas["cost_usd"].sum())
    assert found.budget_usd == float(f"{total / 10:.2g}")
    assert view_visits(example_programme, view) is found


def test_weights_moved_by_hand_change_what_a_visit_is_worth(example_programme) -> None:
    own, moved = ranked_view(example_programme, ViewState()), ranked_view(example_programme, ViewState(weights=(("poverty", 100.0),)))
    plain, other = (next_visits(example_programme, BUDGET, view.scenario, ranking=view.ranking) for view in (own, moved))
    assert plain.areas["visit_value"].dropna().sum() != pytest.approx(other.areas["visit_value"].dropna().sum())


@pytest.mark.parametrize("text", ["", "x", "-3", "nan", "inf", "1e300"])
def test_an_address_without_a_budget_that_can_be_used_names_none(text: str) -> None:
    assert visits.budget_of(text) is None
    assert math.isclose(visits.budget_of("2.5e5") or 0.0, 250_000.0)
