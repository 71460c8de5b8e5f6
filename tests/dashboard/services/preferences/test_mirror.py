"""Past decisions and outcomes held beside the list: what they speak of, and who would be served less."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.programme import Programme
from dashboard.services.preferences.mirror import look_in_mirror, need_fifths, users_of_released_land
from dashboard.services.views import RankedView, ranked_view
from dashboard.state import ViewState
from geodata.registry import ChangeMeta


@pytest.fixture
def own_programme(example_programme: Programme, tmp_path: Path) -> Programme:
    """A copy of the example that a test may write to."""
    shutil.copytree(example_programme.directory, tmp_path / "programme")
    return Programme.open(tmp_path / "programme")


@pytest.fixture
def view(example_programme: Programme) -> RankedView:
    return ranked_view(example_programme, ViewState())


def test_decisions_put_tasked_areas_before_those_that_wait(example_programme: Programme, view: RankedView) -> None:
    found = look_in_mirror(example_programme, view, "decisions")
    areas = view.snapshot.areas
    is_open = ~areas["is_released"].to_numpy(dtype=bool)
    is_tasked = areas["is_tasked"].to_numpy(dtype=bool)
    assert (found.n_known, found.n_all) == (int((is_tasked & is_open).sum()), int(is_open.sum()))
    assert is_tasked[found.pairs[:, 0]].all() and not is_tasked[found.pairs[:, 1]].any()
    assert is_open[found.pairs].all()
    assert sum(found.learned.weights.values()) == pytest.approx(1)


def test_the_same_number_of_areas_is_in_either_top_and_the_first_group_loses_most(example_programme: Programme, view: RankedView) -> None:
    found = look_in_mirror(example_programme, view, "outcomes")
    assert [share.change for share in found.by_province] == sorted(share.change for share in found.by_province)
    assert sum(share.n_areas for share in found.by_province) == view.own.n_ranked
    assert sum(share.n_now for share in found.by_province) == sum(share.n_other for share in found.by_province) == view.n_top
    assert found.need == "poverty"
    assert [share.group for share in found.by_need] == ["1", "2", "3", "4", "5"]


def test_the_latest_visit_counts_unused_land_has_no_user_and_an_unknown_one_none(own_programme: Programme) -> None:
    view = ranked_view(own_programme, ViewState())
    released = view.columns.area_ids[view.columns.is_released][:4]
    still = view.columns.area_ids[~view.columns.is_released][0]
    counted = {"users_women": 2, "users_men": 1, "users_girls": 0, "users_boys": 0}
    visits = pd.DataFrame(
        [
            {"area_id": released[0], "visit_date": "2031-01-01", "in_use": True, **counted},
            {"area_id": released[0], "visit_date": "2030-01-01", "in_use": True, **counted, "users_women": 50},
            {"area_id": released[1], "visit_date": "2031-01-01", "in_use": False},
            {"area_id": released[2], "visit_date": "2031-01-01", "in_use": True, "users_women": 9},
            {"area_id": still, "visit_date": "2031-01-01", "in_use": True, **counted},
        ]
    )
    visits["visit_date"] = pd.to_datetime(visits["visit_date"])
    visits.insert(0, "outcome_id", [f"later-{number}" for number in range(len(visits))])
    with closing(own_programme.open_registry()) as registry:
        registry.apply("outcomes", visits, ChangeMeta("Ana"))
        users = dict(zip(view.columns.area_ids, users_of_released_land(view, registry), strict=True))
    assert (users[released[0]], users[released[1]]) == (3, 0)
    assert np.isnan(users[released[2]]) and np.isnan(users[still])


def test_fifths_hold_the_list_and_the_neediest_are_the_fifth(view: RankedView) -> None:
    names = np.array(need_fifths(view, "poverty"))
    value = view.ranking.values[:, view.ranking.criteria.index("poverty")]
    assert not names[~view.own.is_ranked].any()
    sizes = [int((names == fifth).sum()) for fifth in "12345"]
    assert max(sizes) - min(sizes) <= 1
    assert value[names == "1"].max() <= value[names == "5"].min()


def test_a_programme_without_a_registry_has_nothing_to_mirror(own_programme: Programme) -> None:
    view = ranked_view(own_programme, ViewState())
    for part in own_programme.directory.glob("registry.sqlite*"):
        part.unlink()
    found = look_in_mirror(own_programme, view, "outcomes")
    assert (found.n_known, found.learned.weights, found.by_province, found.by_need) == (0, {}, (), ())
