"""Value functions against numbers worked by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from geodata.schema.criteria import ValueFunction
from models.ranking.value import evaluate, invert


def make(**settings: Any) -> Any:
    return TypeAdapter(ValueFunction).validate_python(settings)


LINEAR = {"shape": "linear", "low": 10, "high": 30}
FALLING = {"shape": "linear", "low": 30, "high": 10}
LOG = {"shape": "log", "low": 0, "high": 99}
LOG_FALLING = {"shape": "log", "low": 100, "high": 1, "scale": 1}
EXPONENTIAL = {"shape": "exponential", "low": 0, "high": 2, "rate": math.log(4)}
SLOW = {"shape": "exponential", "low": 0, "high": 2, "rate": -math.log(4)}
LOGISTIC = {"shape": "logistic", "low": 0, "high": 10, "midpoint": 5, "steepness": 2 * math.log(3)}
LOGISTIC_FALLING = {**LOGISTIC, "low": 10, "high": 0}
PIECEWISE = {"shape": "piecewise", "points": [[0, 0], [10, 0.8], [30, 1.0]]}
HILL = {"shape": "piecewise", "points": [[0, 0], [10, 1], [20, 0]]}
CODES = {"shape": "categorical", "values": {1: 0.2, 2: 1.0, 5: 0}}


@pytest.mark.parametrize(
    ("function", "x", "value"),
    [
        # (x - 10) / 20, clipped
        (LINEAR, [5, 10, 15, 20, 30, 99], [0, 0, 0.25, 0.5, 1, 1]),
        (FALLING, [5, 10, 15, 20, 30, 99], [1, 1, 0.75, 0.5, 0, 0]),
        # ln(1 + x) / ln(100): 1 + 9 = 10 is half way to 100
        (LOG, [-5, 0, 9, 99, 1e6], [0, 0, 0.5, 1, 1]),
        # falling: distance from low; ln(1 + 9) / ln(1 + 99)
        (LOG_FALLING, [100, 91, 1, 0, 200], [0, 0.5, 1, 1, 0]),
        # (1 - 4^-t) / (1 - 1/4): t = 1/2 gives (1/2) / (3/4) = 2/3
        (EXPONENTIAL, [0, 1, 2, 5], [0, 2 / 3, 1, 1]),
        # (1 - 4^t) / (1 - 4): t = 1/2 gives 1/3
        (SLOW, [0, 1, 2, -1], [0, 1 / 3, 1, 0]),
        # L(0) = 1/4, L(1) = 3/4 with steepness 2 ln 3; the middle is one half
        (LOGISTIC, [0, 5, 10, 99], [0, 0.5, 1, 1]),
        (LOGISTIC_FALLING, [0, 5, 10, 99], [1, 0.5, 0, 0]),
        (PIECEWISE, [-1, 0, 5, 10, 20, 30, 40], [0, 0, 0.4, 0.8, 0.9, 1, 1]),
        (HILL, [0, 5, 10, 15, 20], [0, 0.5, 1, 0.5, 0]),
        (CODES, [1, 2, 5], [0.2, 1, 0]),
    ],
    ids=[
        "linear",
        "falling",
        "log",
        "falling log",
        "exponential",
        "slow exponential",
        "logistic",
        "falling logistic",
        "piecewise",
        "hill",
        "codes",
    ],
)
def test_values_are_the_hand_worked_ones(function: dict[str, Any], x: list[float], value: list[float]) -> None:
    assert evaluate(make(**function), np.array(x, dtype=float)) == pytest.approx(value, abs=1e-14)


def test_a_logistic_function_off_the_middle_matches_its_formula() -> None:
    function = make(shape="logistic", low=0, high=10, midpoint=2, steepness=8)
    curve = [1 / (1 + math.exp(-8 * (t - 0.2))) for t in (0, 0.35, 1)]
    assert evaluate(function, np.array([3.5])) == pytest.approx([(curve[1] - curve[0]) / (curve[2] - curve[0])], abs=1e-14)


@pytest.mark.parametrize("function", [LINEAR, LOG, EXPONENTIAL, LOGISTIC, PIECEWISE, CODES], ids=lambda f: f["shape"])
def test_unknown_stays_unknown(function: dict[str, Any]) -> None:
    assert np.isnan(evaluate(make(**function), np.array([np.nan]))).all()


def test_a_code_that_is_not_listed_is_unknown() -> None:
    assert np.isnan(evaluate(make(**CODES), np.array([3.0, 6.0, 0.0]))).all()


def test_no_area_gives_no_value() -> None:
    assert evaluate(make(**LOGISTIC), np.array([])).shape == (0,)


@pytest.mark.parametrize(
    ("function", "value", "x"),
    [(LINEAR, 0.25, 15), (FALLING, 0.75, 15), (LOG, 0.5, 9), (EXPONENTIAL, 2 / 3, 1), (LOGISTIC, 0.5, 5), (PIECEWISE, 0.9, 20)],
    ids=["linear", "falling", "log", "exponential", "logistic", "piecewise"],
)
def test_the_measurement_that_has_a_value_is_found(function: dict[str, Any], value: float, x: float) -> None:
    assert invert(make(**function), value) == pytest.approx(x, rel=1e-12)


@pytest.mark.parametrize(
    ("function", "value"),
    [(CODES, 1.0), (HILL, 0.5), (LINEAR, 1.5), ({"shape": "piecewise", "points": [[0, 0.2], [1, 0.4]]}, 0.9)],
    ids=["codes have no order", "a hill has two", "above one", "never reached"],
)
def test_no_measurement_is_named_where_none_or_several_have_the_value(function: dict[str, Any], value: float) -> None:
    assert invert(make(**function), value) is None
