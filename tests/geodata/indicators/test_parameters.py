"""Parameters: each wrong one is a problem with its place and what the method takes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from geodata.indicators.parameters import JoinParameters, WithinParameters, check_parameters, parse_parameters
from geodata.schema.config import IndicatorSection


def indicator(method: str, **parameters: Any) -> IndicatorSection:
    said = {"id": "people", "layer": "population", "method": method, "parameters": parameters, "unit": "people", "label": {"en": "p"}}
    return IndicatorSection.model_validate(said)


@pytest.mark.parametrize(
    ("method", "parameters", "path", "words"),
    [
        ("zonal", {}, ".stat", "Field required"),
        ("zonal", {"stat": "median"}, ".stat", "'sum', 'mean', 'min', 'max' or 'share'"),
        ("zonal", {"stat": "sum", "reach_m": -1}, ".reach_m", "greater than or equal to 0"),
        ("zonal", {"stat": "share"}, "", "stat: share needs class_values"),
        ("zonal", {"stat": "sum", "class_values": [1]}, "", "stat: share needs class_values, and only it takes them"),
        ("zonal", {"stat": "sum", "reach": 5}, ".reach", "Extra inputs are not permitted"),
        ("share", {"classes": ["farm"]}, "", "class_column and classes go together"),
        ("within", {"stat": "sum"}, "", "stat: sum needs column"),
        ("within", {"last_years": 5}, "", "need date_column"),
        ("within", {"last_years": 5, "from": 2010, "date_column": "y"}, "", "either last_years or from and to"),
        ("within", {"from": 2011, "to": 2010, "date_column": "y"}, "", "from must not be later than to"),
        ("within", {"each_once": True, "reach_m": 5}, "", "each_once needs reach_m: 0"),
        ("within", {"decay_m": 5}, "", "decay_m needs a reach_m above 0"),
        ("within", {"decay_m": 5, "reach_m": 9, "stat": "length_km"}, "", "decay_m needs a reach_m above 0"),
        ("survey", {}, "", "visits need date_column"),
        ("community", {"measure": "first"}, ".measure", "'n_open', 'is_last' or 'share_of_area'"),
        ("nearest", {"max_m": 0}, ".max_m", "greater than 0"),
        ("interpolate", {}, ".column", "Field required"),
        ("join", {"stat": "sum"}, "", "column is needed"),
        ("join", {"stat": "count", "column": "x"}, "", "column is needed, except with stat: count"),
        ("field", {"map": {"a": "b"}, "field": "x"}, ".map.a", "valid number"),
    ],
)
def test_each_wrong_parameter_is_a_problem(method: str, parameters: dict[str, Any], path: str, words: str) -> None:
    (problem,) = check_parameters(indicator(method, **parameters))
    assert problem.path == f"indicators[people].parameters{path}"
    assert words in problem.problem
    assert problem.fix.startswith(f"Method {method} takes ")


def test_all_problems_come_at_once() -> None:
    assert len(check_parameters(indicator("zonal", stat="x", reach_m=-1, more=1))) == 3


def test_right_parameters_are_no_problem() -> None:
    assert check_parameters(indicator("zonal", stat="sum", reach_m=1000)) == []
    assert check_parameters(indicator("field", field="x", map={1: 2})) == []


def test_the_window_of_years_and_days_is_inclusive() -> None:
    said = WithinParameters.model_validate({"date_column": "y", "from": 2015, "to": dt.date(2019, 6, 30)})
    assert said.window(dt.date(2030, 1, 1)) == (dt.date(2015, 1, 1), dt.date(2019, 6, 30))
    said = WithinParameters.model_validate({"date_column": "y", "last_years": 1})
    assert said.window(dt.date(2019, 12, 31)) == (dt.date(2019, 1, 1), dt.date(2019, 12, 31))


def test_a_method_says_which_columns_it_reads() -> None:
    said = parse_parameters(indicator("within", stat="sum", column=["killed", "injured"], where={"kind": [1]}, date_column="y"))
    assert said.layer_columns() == ("kind", "y", "killed", "injured")
    assert JoinParameters(stat="count").layer_columns() == ()
