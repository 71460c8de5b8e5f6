"""The likelihood estimator: scikit-learn's own checks, exact contributions, directions, calibration, honesty."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold
from sklearn.utils.estimator_checks import check_estimator
from threadpoolctl import threadpool_limits

from models.errors import ModelsError
from models.likelihood.estimator import OrdnanceLikelihood
from models.likelihood.sigmoid import fit_sigmoid


def make_areas(n: int = 600, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Areas of 12 places whose probability rises with accidents and falls with years; some values unknown."""
    draw = np.random.default_rng(seed)
    place = draw.integers(0, 12, n)
    X = pd.DataFrame({"accidents": draw.poisson(2, n).astype(float), "years": draw.uniform(0, 20, n), "noise": draw.normal(size=n)})
    logit = 0.7 * X["accidents"] - 0.15 * X["years"] + draw.normal(0, 0.5, 12)[place]
    y = draw.random(n) < 1 / (1 + np.exp(-logit))
    X = X.mask(draw.random(X.shape) < 0.1)
    return X, y.to_numpy() if isinstance(y, pd.Series) else y, place


@pytest.fixture(scope="module")
def fitted() -> tuple[OrdnanceLikelihood, pd.DataFrame, np.ndarray, np.ndarray]:
    X, y, place = make_areas()
    return OrdnanceLikelihood(monotone={"accidents": 1, "years": -1}).fit(X, y, groups=place), X, y, place


def test_all_of_scikit_learn_s_own_checks_pass() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        checks = check_estimator(OrdnanceLikelihood(max_iter=10), on_skip=None, on_fail=None)
    assert [found["check_name"] for found in checks if found["status"] not in {"passed", "skipped"}] == []


def test_contributions_and_the_base_add_up_to_the_log_odds(fitted) -> None:
    model, X, _, _ = fitted
    found = model.explain(X)
    np.testing.assert_allclose(found.base_logit + found.contributions.sum(axis=1), found.logit, rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.prob, model.predict_proba(X)[:, 1], rtol=0, atol=0)


def test_a_contribution_depends_on_its_own_feature_alone(fitted) -> None:
    model, X, _, _ = fitted
    changed = X.assign(years=3.0, noise=-1.0)
    np.testing.assert_array_equal(model.explain(X).contributions[:, 0], model.explain(changed).contributions[:, 0])


def test_contributions_average_to_zero_over_the_areas_learned_from(fitted) -> None:
    model, X, _, _ = fitted
    np.testing.assert_allclose(model.explain(X).contributions.mean(axis=0), np.zeros(3), atol=1e-12)


@settings(max_examples=15, deadline=None)
@given(low=st.floats(0, 10), step=st.floats(0, 10), years=st.floats(0, 20))
def test_more_accidents_never_lower_and_more_years_never_raise_the_probability(low, step, years) -> None:
    model = MODEL
    rows = pd.DataFrame({"accidents": [low, low + step], "years": [years, years], "noise": [0.0, 0.0]})
    below, above = model.predict_proba(rows)[:, 1]
    assert above >= below
    rows = pd.DataFrame({"accidents": [low, low], "years": [years, years + step], "noise": [0.0, 0.0]})
    below, above = model.predict_proba(rows)[:, 1]
    assert above <= below


def test_calibration_equals_scikit_learn_s_sigmoid_without_ensemble() -> None:
    X, y, place = make_areas()
    ours = OrdnanceLikelihood(n_folds=4).fit(X, y, groups=place)
    bare = ours._bare(3)
    splits = list(GroupKFold(4).split(X, y, place))
    peer = CalibratedClassifierCV(bare, method="sigmoid", cv=splits, ensemble=False).fit(X.to_numpy(), y)
    np.testing.assert_allclose(ours.predict_proba(X)[:, 1], peer.predict_proba(X.to_numpy())[:, 1], atol=2e-5)


def test_the_score_is_that_of_the_bare_additive_model(fitted) -> None:
    model, X, y, _ = fitted
    bare = HistGradientBoostingClassifier(
        max_iter=120, learning_rate=0.06, max_leaf_nodes=6, min_samples_leaf=20, l2_regularization=1.0, early_stopping=False,
        interaction_cst="no_interactions", monotonic_cst=[1, -1, 0], random_state=0,
    ).fit(X.to_numpy(), y)  # fmt: skip
    slope, intercept = model.sigmoid_
    np.testing.assert_allclose(model.decision_function(X), slope * bare.decision_function(X.to_numpy()) + intercept, atol=1e-12)


def test_scores_that_point_the_wrong_way_give_every_area_the_overall_share() -> None:
    score = np.array([2.0, 1.5, 1.0, -1.0, -1.5, -2.0, 0.3, -0.2])
    present = score < 0
    found = fit_sigmoid(score, present)
    assert found.slope == 0.0
    assert 1 / (1 + np.exp(-found.intercept)) == pytest.approx((4 * 5 / 6 + 4 * 1 / 6) / 8, abs=1e-6)


def test_the_same_seed_gives_the_same_probabilities_and_a_clone_too() -> None:
    X, y, place = make_areas(300)
    first = OrdnanceLikelihood(max_iter=30).fit(X, y, groups=place)
    again = clone(first).fit(X, y, groups=place)
    np.testing.assert_array_equal(first.predict_proba(X), again.predict_proba(X))


def test_the_number_of_threads_changes_nothing() -> None:
    X, y, place = make_areas(200)
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append(OrdnanceLikelihood(max_iter=3, n_folds=2).fit(X, y, groups=place).predict_proba(X))
    np.testing.assert_array_equal(*found)


def test_areas_of_one_place_only_are_refused() -> None:
    X, y, _ = make_areas(100)
    with pytest.raises(ModelsError, match="at least two places; all areas lie in one"):
        OrdnanceLikelihood().fit(X, y, groups=["Sonsón"] * 100)


def test_a_direction_for_each_feature_is_demanded() -> None:
    X, y, _ = make_areas(100)
    with pytest.raises(ModelsError, match="there are 2 directions and 3 features"):
        OrdnanceLikelihood(monotone=[1, -1]).fit(X, y)


def test_an_area_outside_the_learned_range_is_flagged_and_says_which_feature(fitted) -> None:
    model, _, _, _ = fitted
    rows = pd.DataFrame({"accidents": [2.0, 90.0], "years": [8.0, 8.0], "noise": [0.0, 0.0]})
    assert model.is_unlike_training(rows).tolist() == [False, True]
    assert model.outside_training_range(rows).tolist() == [[False] * 3, [True, False, False]]


def test_a_mix_of_ordinary_values_that_no_area_has_is_flagged() -> None:
    draw = np.random.default_rng(1)
    along = draw.uniform(0, 10, 400)
    X = np.column_stack((along, along + draw.normal(0, 0.1, 400)))
    model = OrdnanceLikelihood(max_iter=10).fit(X, along > 5)
    assert model.is_unlike_training([[5.0, 5.0], [2.0, 8.0]]).tolist() == [False, True]


def test_few_areas_of_those_learned_from_are_flagged(fitted) -> None:
    model, X, _, _ = fitted
    assert model.is_unlike_training(X).mean() < 0.03


def test_a_model_is_stored_with_skops_and_comes_back_the_same(fitted, tmp_path) -> None:
    from skops import io

    model, X, _, _ = fitted
    io.dump(model, tmp_path / "model.skops")
    unknown = io.get_untrusted_types(file=tmp_path / "model.skops")
    assert sorted(unknown) == [
        "models.likelihood.estimator.OrdnanceLikelihood",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    ]
    back = io.load(tmp_path / "model.skops", trusted=unknown)
    np.testing.assert_array_equal(back.predict_proba(X), model.predict_proba(X))
    np.testing.assert_array_equal(back.explain(X).contributions, model.explain(X).contributions)


_X, _y, _place = make_areas()
MODEL = OrdnanceLikelihood(monotone={"accidents": 1, "years": -1}).fit(_X, _y, groups=_place)
