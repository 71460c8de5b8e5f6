"""Held-out places and years: nothing of what is judged reaches the judgement; no signal is said to be none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.errors import ModelsError
from models.likelihood.estimate import estimate_areas
from models.likelihood.evaluation import evaluate_table
from models.likelihood.missed import detected_share, fit_corrected, missed_share
from models.likelihood.selection import weigh_survey
from models.likelihood.training import TrainingTable, fit_table, new_model, rows_to_learn_from
from models.likelihood.validation import LIKELIHOOD, held_out_places, held_out_years


def make_table(n: int = 900, seed: int = 0, strength: float = 1.0) -> TrainingTable:
    """Areas of 15 places over 12 years; accidents, a hidden field over the map and years decide; one in six never looked at."""
    draw = np.random.default_rng(seed)
    xy = draw.uniform(0, 60_000, (n, 2))
    place = (xy // 20_000).astype(int) @ [1, 3] + 9 * (draw.random(n) < 0.3)
    asked = np.datetime64("2008-01-01") + draw.integers(0, 12 * 365, n).astype("timedelta64[D]")
    features = pd.DataFrame({"accidents": draw.poisson(1.5, n).astype(float), "road_m": draw.uniform(0, 9000, n)})
    field = np.sin(xy[:, 0] / 9000) + np.cos(xy[:, 1] / 7000)
    logit = strength * (1.1 * (features["accidents"].to_numpy() - 1.5) + field) - 0.5
    present = draw.random(n) < 1 / (1 + np.exp(-logit))
    result = np.where(draw.random(n) < 1 / 6, np.nan, present.astype(float))
    known = np.where(np.isnan(result), np.datetime64("NaT"), asked + np.timedelta64(60, "D"))
    return TrainingTable(
        features=features, result=result, place=np.array([f"d{k:02d}" for k in place], dtype=object), xy=xy,
        asked_on=asked.astype("datetime64[s]"), known_on=known.astype("datetime64[s]"), is_witnessed=np.zeros(n, dtype=bool),
        monotone={"accidents": 1}, baselines={"distance-only logistic": ("road_m",), "history-only": ("accidents",)},
    )  # fmt: skip


TABLE = make_table()


def test_results_of_held_out_places_reach_neither_labels_nor_features_of_their_own_judgement() -> None:
    before = held_out_places(TABLE, has_baselines=False).probs[LIKELIHOOD]
    fold = before.copy()
    own = TABLE.place == "d04"
    turned = replace(TABLE, result=np.where(own, 1 - TABLE.result, TABLE.result))
    after = held_out_places(turned, has_baselines=False).probs[LIKELIHOOD]
    np.testing.assert_array_equal(fold[own], after[own])
    assert (before != after).any()


def test_results_from_the_origin_on_reach_no_judgement_of_later_years() -> None:
    origin = np.datetime64("2014-01-01")
    before = held_out_years(TABLE, origin).probs[LIKELIHOOD]
    is_late = TABLE.known_on >= origin
    turned = replace(TABLE, result=np.where(is_late, 1 - TABLE.result, TABLE.result))
    np.testing.assert_array_equal(before, held_out_years(turned, origin).probs[LIKELIHOOD])
    assert np.isnan(before[TABLE.asked_on < origin]).all()


def test_it_beats_distance_and_history_beyond_chance_where_there_is_signal() -> None:
    card = evaluate_table(TABLE, {"kind": np.where(np.arange(900) % 2, "SHA", "CHA")}, [np.datetime64("2014-01-01")])
    better = {(line.validation, line.baseline): line.is_better for line in card.lines if line.metric == "brier" and line.baseline}
    assert card.has_signal
    assert better["held-out places", "overall share"]
    assert better["held-out places", "distance-only logistic"]
    assert better["held-out places", "history-only"]
    assert {line.validation for line in card.lines} >= {"held-out years, from 2014-01-01", "held-out places, kind CHA"}
    assert [(group.kind, group.group) for group in card.groups] == [("all", "all"), ("kind", "CHA"), ("kind", "SHA")]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_where_results_are_shuffled_within_places_it_says_that_there_is_no_signal(seed: int) -> None:
    draw = np.random.default_rng(seed)
    result = TABLE.result.copy()
    for name in np.unique(TABLE.place.astype(str)):
        rows = np.flatnonzero((TABLE.place == name) & ~np.isnan(TABLE.result))
        result[rows] = draw.permutation(result[rows])
    even = replace(TABLE, result=result, features=TABLE.features)
    assert not evaluate_table(even, {}).has_signal


def test_too_few_results_give_a_reason_in_words_and_no_line() -> None:
    few = replace(TABLE, result=np.where(np.arange(900) < 60, TABLE.result, np.nan))
    card = evaluate_table(few, {})
    assert card.lines == ()
    assert card.reason.startswith("Learning needs 50 areas where explosive ordnance was found, 50 where none was, and 5 places; found ")


def test_weights_follow_the_odds_of_never_being_looked_at_and_are_cut_at_ten() -> None:
    draw = np.random.default_rng(0)
    road = draw.uniform(0, 1, 3000)
    looked = draw.random(3000) < 0.9 - 0.8 * road
    found = weigh_survey(road[:, None], looked, np.arange(3000) % 20)
    near, far = road[looked] < 0.2, road[looked] > 0.8
    weight = found.weight[looked]
    assert weight.mean() == pytest.approx(1.0)
    assert weight[far].mean() / weight[near].mean() == pytest.approx((0.82 / 0.18) / (0.18 / 0.82), rel=0.35)
    assert np.abs(found.propensity_prob - (0.9 - 0.8 * road)).mean() < 0.05
    assert 0 < found.n_effective < looked.sum()
    assert (found.weight[~looked] == 0).all()
    with pytest.raises(ModelsError, match="3 of 3 were looked at"):
        weigh_survey(np.zeros((3, 1)), [True] * 3, [1, 2, 3])


def test_the_share_that_was_missed_is_that_of_bayes_rule() -> None:
    """P(present)=0.6, c=0.75: found 0.45; of the 0.55 recorded as empty 0.15 held ordnance."""
    assert missed_share(np.array([0.45]), 0.75)[0] == pytest.approx(0.15 / 0.55, abs=1e-12)
    assert missed_share(np.array([0.45, 0.9]), 1.0).tolist() == [0.0, 0.0]
    with pytest.raises(ModelsError, match="found 0"):
        missed_share(np.array([0.5]), 0.0)


def test_with_the_share_detected_the_model_finds_the_presence_behind_the_records() -> None:
    draw = np.random.default_rng(5)
    x = draw.uniform(-2, 2, 4000)
    truth = 1 / (1 + np.exp(-1.5 * x))
    present = draw.random(4000) < truth
    found = present & (draw.random(4000) < 0.7)
    X, groups = pd.DataFrame({"x": x}), np.arange(4000) % 25
    plain = new_model(replace(TABLE, monotone={"x": 1})).fit(X, found, groups=groups)
    corrected = fit_corrected(plain, X, found, groups, 0.7)
    error = [np.abs(model.predict_proba(X)[:, 1] - truth).mean() for model in (plain, corrected)]
    assert error[0] > 0.12
    assert error[1] < 0.03
    parts = corrected.explain(X)
    np.testing.assert_allclose(parts.base_logit + parts.contributions.sum(axis=1), parts.logit, atol=1e-9)


def test_the_detected_share_needs_thirty_proven_areas() -> None:
    found = np.array([True] * 24 + [False] * 76)
    proven = np.array([True] * 32 + [False] * 68)
    assert detected_share(found, proven, np.ones(100, dtype=bool)).value == 24 / 32
    few = detected_share(found, proven & (np.arange(100) % 2 == 0), np.ones(100, dtype=bool))
    assert (few.value, few.n, few.is_known) == (1.0, 16, False)


def test_areas_that_accidents_name_tell_nothing_where_devices_are_counted_as_often_in_the_others() -> None:
    looked = np.ones(400, dtype=bool)
    proven = np.arange(400) < 100
    at_random = np.arange(400) % 4 == 0
    same = detected_share(at_random, proven, looked)
    assert (same.value, same.n, same.n_found, same.n_others, same.n_others_found) == (1.0, 100, 25, 300, 75)
    assert (same.has_enough, same.is_telling, same.is_known) == (True, False, False)
    more = detected_share(at_random | (np.arange(400) % 8 == 1) & proven, proven, looked)
    assert (more.value, more.n_found, more.is_known) == (0.38, 38, True)
    assert detected_share(at_random, looked, looked).value == 0.25


def test_a_confirmed_area_stays_at_the_floor_unless_contradicted_and_the_rule_is_shown_as_a_part() -> None:
    sums = TABLE.sums()
    model = fit_table(TABLE, sums, np.ones(900, dtype=bool))
    X = TABLE.whole(sums)
    confirmed = np.arange(900) % 2 == 0
    contradicted = np.arange(900) % 4 == 0
    found = estimate_areas(model, X, confirmed, contradicted, 0.95)
    held = confirmed & ~contradicted
    assert (found.prob[held] >= 0.95).all()
    np.testing.assert_array_equal(found.prob[~held], found.modelled_prob[~held])
    assert found.is_floored.tolist() == (held & (found.modelled_prob < 0.95)).tolist()
    logit = np.log(found.prob / (1 - found.prob))
    np.testing.assert_allclose(found.base_logit + found.contributions.sum(axis=1), logit, atol=1e-9)
    assert (found.contributions.loc[~found.is_floored, "confirmed_floor"] == 0).all()


def test_of_many_results_so_many_are_learned_from_and_all_stand_around() -> None:
    learn = rows_to_learn_from(TABLE.is_looked_at, n_most=100, seed=4)
    looked = TABLE.is_looked_at
    assert (learn.sum(), (learn & ~looked).sum()) == (100, 0)
    assert np.array_equal(learn, rows_to_learn_from(TABLE.is_looked_at, n_most=100, seed=4))
    assert not np.array_equal(learn, rows_to_learn_from(TABLE.is_looked_at, n_most=100, seed=5))
    assert np.array_equal(rows_to_learn_from(TABLE.is_looked_at), looked)
    part = TABLE.take(learn)
    pd.testing.assert_frame_equal(part.whole(part.sums()), TABLE.whole(TABLE.sums())[learn])
    again = part.take(np.arange(100) < 10)
    pd.testing.assert_frame_equal(again.whole(again.sums()), TABLE.whole(TABLE.sums())[learn].iloc[:10])
