"""Judgements about pairs: kept by group, chosen to teach, learned from with a say on trust."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.programme import Programme
from dashboard.services.importing import changes_since_build, imports
from dashboard.services.preferences.asking import next_pair, next_pairs
from dashboard.services.preferences.judgements import (
    Judgements,
    by_stakeholder,
    group_counts,
    judgements_of,
    read_judgements,
    record_judgement,
)
from dashboard.services.preferences.learning import foretell, learn
from dashboard.services.views import RankedView, ranked_view
from dashboard.state import ViewState
from geodata.errors import WrongUseError


@pytest.fixture
def view(example_programme: Programme) -> RankedView:
    return ranked_view(example_programme, ViewState())


@pytest.fixture
def own_programme(example_programme: Programme, tmp_path: Path) -> Programme:
    """A copy of the example that a test may write to."""
    shutil.copytree(example_programme.directory, tmp_path / "programme")
    return Programme.open(tmp_path / "programme")


def simulated(view: RankedView, criterion: str, n: int) -> Judgements:
    """Judges who look at one criterion only."""
    place = [each.id for each in view.scenario.criteria].index(criterion)
    values = view.ranking.values[:, place]
    rows = np.flatnonzero(view.ranking.is_ranked & ~np.isnan(values))
    pairs = np.random.default_rng(5).choice(rows, (20 * n, 2))
    pairs = pairs[values[pairs[:, 0]] != values[pairs[:, 1]]][:n]
    swap = values[pairs[:, 0]] < values[pairs[:, 1]]
    pairs[swap] = pairs[swap][:, ::-1]
    return Judgements(pairs)


def test_a_judgement_is_kept_by_group_and_women_and_men_stand_apart(own_programme: Programme) -> None:
    view = ranked_view(own_programme, ViewState())
    first, second = (str(view.columns.area_ids[row]) for row in view.ranking.order[:2])
    for consultation in ("women", "men", "women"):
        record_judgement(
            own_programme, view, before_id=first, after_id=second, group="  Village   council ", consultation=consultation, author="ana"
        )
    table = read_judgements(own_programme)
    assert group_counts(table) == {("Village council", "men"): 1, ("Village council", "women"): 2}
    assert len(judgements_of(view, table, "Village council", "women").pairs) == 2
    assert judgements_of(view, table, "another group").pairs.shape == (0, 2)
    with closing(own_programme.open_registry()) as registry:
        (event,) = registry.history("judgements", str(table["judgement_id"].iat[0]))
    assert (event.author, event.changes["before_id"].new, event.changes["data_version"].new) == ("ana", first, view.data_version)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"group": "  "}, "names the group"),
        ({"group": "x" * 81}, "names the group"),
        ({"consultation": "children"}, "is no kind of consultation"),
        ({"after_id": "nowhere"}, "compares two areas"),
        ({"same": True}, "compares two areas"),
    ],
    ids=["no group", "long group", "consultation", "unknown area", "one area"],
)
def test_a_judgement_that_says_nothing_is_refused(
    example_programme: Programme, view: RankedView, change: dict[str, object], message: str
) -> None:
    first, second = (str(view.columns.area_ids[row]) for row in view.ranking.order[:2])
    given = {"before_id": first, "after_id": second, "group": "Ministry", "consultation": "men", **change}
    if given.pop("same", False):
        given["after_id"] = first
    with pytest.raises(WrongUseError, match=message):
        record_judgement(example_programme, view, author="ana", **given)  # type: ignore[arg-type]


def test_judgements_about_areas_that_are_gone_are_counted_not_used(view: RankedView) -> None:
    first, second = (str(view.columns.area_ids[row]) for row in view.ranking.order[:2])
    table = pd.DataFrame(
        {"before_id": [first, "gone"], "after_id": [second, first], "stakeholder_group": ["a", "a"], "consultation": ["men", "men"]}
    )
    found = judgements_of(view, table)
    assert (found.pairs.tolist(), found.lost) == ([view.ranking.order[:2].tolist()], ("gone",))


@pytest.mark.parametrize("n", [0, 3, 40])
def test_the_next_pair_is_new_the_same_each_time_and_another_where_it_was_skipped(view: RankedView, n: int) -> None:
    judged = simulated(view, "poverty", n) if n else Judgements(np.empty((0, 2), dtype=np.int64))
    pair = next_pair(view, judged)
    assert pair is not None and pair == next_pair(view, judged)
    assert pair[0] != pair[1]
    rows = {view.columns.row_of(area_id) for area_id in pair}
    assert all(set(each) != rows for each in judged.pairs.tolist())
    assert next_pair(view, judged, n_skipped=1) != pair
    assert all(view.ranking.is_ranked[row] for row in rows if row is not None)


def test_several_pairs_are_all_new_and_different(view: RankedView) -> None:
    judged = simulated(view, "poverty", 40)
    pairs = next_pairs(view, judged, 10)
    assert len({frozenset(pair) for pair in pairs}) == 10
    assert pairs[0] == next_pair(view, judged)


def test_groups_and_their_consultations_are_told_apart() -> None:
    table = pd.DataFrame({
        "stakeholder_group": ["Council", "Council", None, "Council"],
        "consultation": ["women", "men", None, "not_stated"],
    })  # fmt: skip
    assert by_stakeholder(table) == {
        "Council": ("Council", ""),
        "Council, men": ("Council", "men"),
        "Council, women": ("Council", "women"),
        "all": ("", ""),
    }


def test_too_few_judgements_teach_nothing(view: RankedView) -> None:
    found = learn(view, simulated(view, "poverty", 49).pairs)
    assert (found.n_pairs, found.min_pairs, found.weights, found.tau) == (49, 50, {}, None)
    assert found.refused == "At least 50 judgements are needed to learn from; there are 49."


def test_what_judges_look_at_is_what_is_learned_and_held_out_places_bear_it_out(view: RankedView) -> None:
    judged = simulated(view, "poverty", 300)
    found = learn(view, judged.pairs)
    assert max(found.weights, key=lambda name: found.weights[name]) == "poverty"
    assert found.weights["poverty"] > 0.8
    assert sum(found.weights.values()) == pytest.approx(1)
    assert 0 <= found.n_top_shared <= found.n_top
    report = foretell(view, judged.pairs, "admin2")
    assert report.trust == "trust"
    assert report.measures[0].value > 0.9


def test_judgements_are_no_imports_and_ask_for_no_new_build(own_programme: Programme) -> None:
    view = ranked_view(own_programme, ViewState())
    before = imports(own_programme)
    first, second = (str(view.columns.area_ids[row]) for row in view.ranking.order[:2])
    record_judgement(own_programme, view, before_id=first, after_id=second, group="Ministry", consultation="men", author="ana")
    assert imports(own_programme) == before
    assert changes_since_build(own_programme) == 0


def test_reading_judgements_makes_no_registry(tmp_path: Path) -> None:
    programme = Programme.new(tmp_path / "new")
    assert len(read_judgements(programme)) == 0
    assert not (tmp_path / "new" / "registry.sqlite").exists()
