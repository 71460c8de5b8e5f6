"""Which rows count: values, days and years."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from geodata.errors import LayerError
from geodata.indicators.measured import parse_days, select_rows
from geodata.indicators.parameters import WithinParameters

DAY = dt.date(2019, 12, 31)


def kept(column: list[Any], **said: Any) -> list[int]:
    rows = pd.DataFrame({"when": column, "row": range(len(column))})
    chosen = WithinParameters.model_validate({"date_column": "when", **said})
    return [int(row) for row in select_rows(rows, chosen, DAY)["row"]]


@pytest.mark.parametrize(
    "column",
    [
        ["2014-12-31", "2015-01-01", "2019-12-31", None],
        [dt.date(2014, 12, 31), dt.date(2015, 1, 1), dt.date(2019, 12, 31), None],
        pd.to_datetime(["2014-12-31", "2015-01-01", "2019-12-31", None]).tolist(),
        ["2,014", "2,015", "2,019", ""],
        [2014, 2015, 2019, None],
        ["2014-12-31T23:59:00Z", "2015", "2019-12-31", "NaT"],
    ],
    ids=["text", "dates", "timestamps", "years with marks", "years", "mixed"],
)
def test_days_and_years_are_windowed_alike(column: list[Any]) -> None:
    assert kept(column, **{"from": 2015, "to": 2019}) == [1, 2]
    assert kept(column, last_years=5) == [1, 2]


def test_a_row_without_date_counts_only_without_a_window() -> None:
    assert kept([None, "2015"]) == [0, 1]


def test_a_year_that_is_not_wholly_inside_does_not_count() -> None:
    assert kept([2015, "2015-08-01"], **{"from": dt.date(2015, 7, 1)}) == [1]


def test_what_is_no_day_is_refused_with_culprits() -> None:
    with pytest.raises(LayerError, match=r"Column 'when' must hold days .* found soon, 12/2014"):
        kept(["soon", "12/2014", "2015"], **{"from": 2015})


def test_a_year_stands_for_all_of_its_days() -> None:
    first, last = parse_days(pd.Series([2015.0, "2016-02-29"], dtype=object))
    assert first.dt.strftime("%Y-%m-%d").tolist() == ["2015-01-01", "2016-02-29"]
    assert last.dt.strftime("%Y-%m-%d").tolist() == ["2015-12-31", "2016-02-29"]


def test_where_and_window_hold_together() -> None:
    rows = pd.DataFrame({"kind": ["a", "b", "a"], "when": [2015, 2015, 2010]})
    chosen = WithinParameters.model_validate({"where": {"kind": ["a"]}, "date_column": "when", "from": 2012})
    assert len(select_rows(rows, chosen, DAY)) == 1
