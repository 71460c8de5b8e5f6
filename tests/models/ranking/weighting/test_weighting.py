"""Weights from people's answers, with printed examples and their numbers."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ModelsError
from models.ranking.weighting import (
    Judgement,
    agree_on_weights,
    ahp_weights,
    critic_weights,
    direct_weights,
    entropy_weights,
    kendall_w,
    rank_order_centroid,
    roc_weights,
    swing_weights,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("n", "printed"),
    [
        (2, [0.7500, 0.2500]),
        (3, [0.6111, 0.2778, 0.1111]),
        (4, [0.5208, 0.2708, 0.1458, 0.0625]),
        (5, [0.4567, 0.2567, 0.1567, 0.0900, 0.0400]),
        (6, [0.4083, 0.2417, 0.1583, 0.1028, 0.0611, 0.0278]),
    ],
)
def test_rank_order_centroid_gives_the_table_of_barron_and_barrett(n: int, printed: list[float]) -> None:
    """Barron & Barrett (1996), Management Science 42(11), table of ROC weights."""
    assert [round(weight, 4) for weight in rank_order_centroid(n)] == printed


def test_criteria_of_equal_importance_share_the_places_they_take() -> None:
    """Places 2 and 3 of four hold 0.2708 and 0.1458; two criteria together get half of their sum each."""
    weights = roc_weights(["a", ["b", "c"], "d"])
    assert weights["b"] == weights["c"] == pytest.approx((13 / 48 + 7 / 48) / 2)
    assert sum(weights.values()) == pytest.approx(1)


def test_swing_points_become_shares() -> None:
    assert swing_weights({"a": 100, "b": 75, "c": 25}) == {"a": 0.5, "b": 0.375, "c": 0.125}


def test_direct_weights_become_shares() -> None:
    assert direct_weights({"a": 30, "b": 0, "c": 10}) == {"a": 0.75, "b": 0.0, "c": 0.25}


def judgements(names: list[str], matrix: list[list[Any]]) -> list[Judgement]:
    return [Judgement(names[row], names[column], float(matrix[row][column])) for row, column in combinations(range(len(names)), 2)]


SCHOOL = [
    [1, 4, 3, 1, 3, 4],
    [1 / 4, 1, 7, 3, 1 / 5, 1],
    [1 / 3, 1 / 7, 1, 1 / 5, 1 / 5, 1 / 6],
    [1, 1 / 3, 5, 1, 1, 1 / 3],
    [1 / 3, 5, 5, 1, 1, 3],
    [1 / 4, 1, 6, 3, 1 / 3, 1],
]
NATIONS = [
    [1, 4, 9, 6, 6, 5, 5],
    [1 / 4, 1, 7, 5, 5, 3, 4],
    [1 / 9, 1 / 7, 1, 1 / 5, 1 / 5, 1 / 7, 1 / 5],
    [1 / 6, 1 / 5, 5, 1, 1, 1 / 3, 1 / 3],
    [1 / 6, 1 / 5, 5, 1, 1, 1 / 3, 1 / 3],
    [1 / 5, 1 / 3, 7, 3, 3, 1, 2],
    [1 / 5, 1 / 4, 5, 3, 3, 1 / 2, 1],
]
HOUSE = [
    [1, 5, 3, 7, 6, 6, 1 / 3, 1 / 4],
    [1 / 5, 1, 1 / 3, 5, 3, 3, 1 / 5, 1 / 7],
    [1 / 3, 3, 1, 6, 3, 4, 6, 1 / 5],
    [1 / 7, 1 / 5, 1 / 6, 1, 1 / 3, 1 / 4, 1 / 7, 1 / 8],
    [1 / 6, 1 / 3, 1 / 3, 3, 1, 1 / 2, 1 / 5, 1 / 6],
    [1 / 6, 1 / 3, 1 / 4, 4, 2, 1, 1 / 5, 1 / 6],
    [3, 5, 1 / 6, 7, 5, 5, 1, 1 / 2],
    [4, 7, 5, 8, 6, 6, 2, 1],
]


@pytest.mark.parametrize(
    ("matrix", "printed", "eigenvalue", "ratio"),
    [
        pytest.param(SCHOOL, [0.32, 0.14, 0.03, 0.13, 0.24, 0.14], 7.42, 0.23, id="choosing a school, Saaty 1977, weights as printed"),
        pytest.param(NATIONS, [0.427, 0.230, 0.021, 0.052, 0.052, 0.123, 0.094], 7.61, 0.08, id="wealth of nations, Saaty 1977"),
        pytest.param(HOUSE, [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333], 9.669, 0.169, id="buying a house, Saaty 1990"),
    ],
)
def test_ahp_gives_the_examples_of_saaty(matrix: list[list[Any]], printed: list[float], eigenvalue: float, ratio: float) -> None:
    found = ahp_weights(judgements([f"c{place}" for place in range(len(matrix))], matrix))
    digits = 2 if matrix is SCHOOL else 3
    assert list(found.weights.values()) == pytest.approx(printed, abs=0.5 * 10**-digits + 1e-9)
    assert found.largest_eigenvalue == pytest.approx(eigenvalue, abs=0.006)
    assert found.consistency_ratio == pytest.approx(ratio, abs=0.006)
    assert found.is_consistent == (ratio <= 0.1)


def test_the_most_inconsistent_judgement_of_the_house_is_the_one_saaty_questions() -> None:
    """Saaty (2003), EJOR 145, 85-91: neighbourhood against condition, entered 6, is off by the factor 5.32, more than any other."""
    names = ["size", "transport", "neighbourhood", "age", "yard", "modern", "condition", "financing"]
    found = ahp_weights(judgements(names, HOUSE))
    assert found.worst == Judgement("neighbourhood", "condition", 6.0)
    assert 6.0 / found.implied_ratio == pytest.approx(5.32, abs=0.005)


def test_judgements_that_fit_together_have_no_worst_one() -> None:
    found = ahp_weights([Judgement("a", "b", 2), Judgement("b", "c", 3), Judgement("a", "c", 6)])
    assert found.weights == pytest.approx({"a": 0.6, "b": 0.3, "c": 0.1})
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)
    assert found.worst is None


@given(st.lists(st.floats(1, 3), min_size=2, max_size=8))
def test_ahp_recovers_weights_from_their_own_ratios(raw: list[float]) -> None:
    names = [f"c{place}" for place in range(len(raw))]
    found = ahp_weights([Judgement(names[a], names[b], raw[a] / raw[b]) for a, b in combinations(range(len(raw)), 2)])
    assert list(found.weights.values()) == pytest.approx([each / sum(raw) for each in raw], abs=1e-9)
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("given_judgements", "told"),
    [
        ([Judgement("a", "b", 2), Judgement("b", "c", 2)], "Every pair of criteria needs a judgement; missing are a : c"),
        ([Judgement("a", "b", 12)], "A judgement lies between 1/9 and 9; found a : b = 12"),
        ([Judgement("a", "b", 2), Judgement("b", "a", 2)], "Each pair of two criteria is judged once; found a : b"),
        ([Judgement("a", "a", 1), Judgement("a", "b", 1)], "Each pair of two criteria is judged once; found a"),
        ([], "serve 2 to 15 criteria; here are 0"),
    ],
)
def test_judgements_that_give_no_weights_are_refused(given_judgements: list[Judgement], told: str) -> None:
    with pytest.raises(ModelsError, match=told):
        ahp_weights(given_judgements)


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda: roc_weights(["a", "b", "a"]), "Each criterion stands once in an order; twice: a"),
        (lambda: roc_weights([]), "An order holds one criterion or more"),
        (lambda: swing_weights({"a": 80, "b": 20}), "gets 100 points; the largest here is 80"),
        (lambda: swing_weights({"a": 100, "b": -1}), "Weights must be finite and 0 or more; found b = -1"),
        (lambda: direct_weights({"a": 0}), "At least one weight must be above 0"),
        (lambda: agree_on_weights({}), "A group needs one stakeholder or more"),
        (lambda: agree_on_weights({"x": {"a": 0.0}}), "Each stakeholder gives some weight"),
        (lambda: entropy_weights(np.array([[-1.0], [1.0]])), "Entropy needs values of 0 or more"),
    ],
)
def test_answers_that_give_no_weights_are_refused(ask: Any, told: str) -> None:
    with pytest.raises(ModelsError, match=told):
        ask()


def test_critic_gives_the_example_of_diakoulaki() -> None:
    """Diakoulaki et al. (1995): eight firms by profitability, market share and productivity."""
    firms = [
        [61, 1.08, 4.33], [20.7, 0.26, 4.34], [16.3, 1.98, 2.53], [9.0, 3.29, 1.65],
        [5.4, 2.77, 2.33], [4.0, 4.12, 1.21], [-6.1, 3.52, 2.10], [-34.6, 3.31, 0.98],
    ]  # fmt: skip
    assert critic_weights(np.array(firms)) == pytest.approx([0.20222554, 0.48090173, 0.31687273], abs=1e-8)


def test_entropy_gives_a_hand_worked_example() -> None:
    """Columns (1, 3) and (1, 1): the second is even, so that the first gets all."""
    assert entropy_weights(np.array([[1.0, 1.0], [3.0, 1.0]])).tolist() == [1.0, 0.0]


@pytest.mark.parametrize("diagnostic", [entropy_weights, critic_weights])
def test_a_constant_criterion_gets_nothing_and_nothing_but_constants_no_answer(diagnostic: Any) -> None:
    table = np.column_stack([np.linspace(0, 1, 9), np.full(9, 0.3), np.linspace(0, 1, 9) ** 2])
    assert diagnostic(table)[1] == 0
    assert np.isnan(diagnostic(np.full((5, 2), 0.4))).all()


@pytest.mark.parametrize("diagnostic", [entropy_weights, critic_weights])
def test_unknown_values_are_left_out_of_a_diagnosis(diagnostic: Any) -> None:
    table = np.random.default_rng(1).random((50, 3))
    with_gaps = np.vstack([table, np.full((5, 3), NAN)])
    assert diagnostic(with_gaps) == pytest.approx(diagnostic(table))


def test_kendalls_w_gives_the_example_of_siegel() -> None:
    """Siegel (1956), Nonparametric Statistics, ch. 9: three executives rank six applicants; W = 0.16."""
    w, p_value = kendall_w(np.array([[1.0, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]]))
    assert w == pytest.approx(25.5 / 157.5)
    assert p_value > 0.5


def test_people_who_say_the_same_agree_wholly_and_opposites_not_at_all() -> None:
    same = agree_on_weights({"x": {"a": 3, "b": 2, "c": 1}, "y": {"a": 30, "b": 20, "c": 10}})
    assert (same.kendall_w, same.agreement) == (1.0, "strong")
    assert same.weights == pytest.approx({"a": 1 / 2, "b": 1 / 3, "c": 1 / 6})
    opposite = agree_on_weights({"x": {"a": 3, "b": 2, "c": 1}, "y": {"a": 1, "b": 2, "c": 3}})
    assert (opposite.kendall_w, opposite.agreement) == (0.0, "none")
    assert (opposite.least["a"], opposite.most["a"]) == (pytest.approx(1 / 6), 0.5)


def test_one_person_alone_agrees_with_nobody() -> None:
    assert np.isnan(agree_on_weights({"x": {"a": 3, "b": 2}}).kendall_w)
    assert agree_on_weights({"x": {"a": 3, "b": 2}}).agreement == "none"
