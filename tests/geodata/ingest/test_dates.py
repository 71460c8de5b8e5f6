"""Dates are read in one order, or asked for."""

from __future__ import annotations

from typing import Literal

import pandas as pd
import pytest

from geodata.ingest.dates import parse_dates


def _read(values: list[object], order: Literal["ymd", "dmy", "mdy"] | None = None) -> tuple[list[str | None], list[str]]:
    days, findings = parse_dates(pd.Series(values), "when", "date", order)
    return [None if pd.isna(day) else str(day.date()) for day in days], [item.code for item in findings]


@pytest.mark.parametrize(
    ("values", "expected", "codes"),
    [
        (["2019-05-01", "2019/5/2", "20190503"], ["2019-05-01", "2019-05-02", "2019-05-03"], []),
        (["01.02.2019"], ["2019-02-01"], []),
        (["25/12/2019", "01/02/2019"], ["2019-12-25", "2019-02-01"], []),
        (["12/25/2019", "01/02/2019"], ["2019-12-25", "2019-01-02"], []),
        (["5 mars 2004", "17-Dec-98", "3 de julio de 2010"], ["2004-03-05", "1998-12-17", "2010-07-03"], []),
        (["07/07/2019"], ["2019-07-07"], []),
        (["٢٠١٩-٠٥-٠١"], ["2019-05-01"], []),
        (["2019-05-01T10:20:30Z"], ["2019-05-01"], []),
        (["2006", "2,007"], ["2006-01-01", "2007-01-01"], ["date_year_only"]),
        ([2006.0, None], ["2006-01-01", None], ["date_year_only"]),
        (["2006-04"], ["2006-04-01"], ["date_month_only"]),
        (["03/04/2019"], [None], ["date_ambiguous"]),
        (["1440-05-01"], [None], ["date_calendar"]),
        (["1398"], [None], ["date_calendar"]),
        (["soon", "2019-02-30"], [None, None], ["date_unreadable"]),
        (["0000-00-00", ""], [None, None], []),
        (["2563-05-01"], [None], ["date_calendar"]),
        (["15/03/1398"], [None], ["date_calendar"]),
        (["0019-05-01"], [None], ["date_calendar"]),
        (["January 5, 2020", "Feb 3rd 2011"], ["2020-01-05", "2011-02-03"], []),
        (["March 2012", "mars 2013", "تموز 2014"], ["2012-03-01", "2013-03-01", "2014-07-01"], ["date_month_only"]),
        (["5 كانون الثاني 2010", "3 آب 2011", "٧ مايو ٢٠١٢"], ["2010-01-05", "2011-08-03", "2012-05-07"], []),
    ],
)
def test_dates_as_people_write_them(values: list[object], expected: list[str | None], codes: list[str]) -> None:
    assert _read(values) == (expected, codes)


def test_an_order_can_be_given() -> None:
    assert _read(["03/04/2019"], "dmy")[0] == ["2019-04-03"]
    assert _read(["03/04/2019"], "mdy")[0] == ["2019-03-04"]


def test_columns_that_leave_no_order_are_asked_for() -> None:
    assert _read(["25/12/2019", "12/25/2019", "02/03/2019"])[1] == ["date_ambiguous"]


def test_moments_become_days() -> None:
    days, _ = parse_dates(pd.Series(pd.to_datetime(["2019-05-01T23:30:00+05:00"])), "when", "date", None)
    assert str(days.iloc[0].date()) == "2019-05-01"


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        ("1398-02-11", "look like years of the solar or lunar Hijri calendar"),
        ("1442", "look like years of the solar or lunar Hijri calendar"),
        ("2563-05-01", "look like years of the Buddhist calendar"),
        ("1066", "lie outside 1900-2100"),
    ],
)
def test_another_calendar_is_named(value: str, meaning: str) -> None:
    _, findings = parse_dates(pd.Series([value]), "when", "date", None)
    assert findings[0].message == f'Column "when": 1 values of date {meaning} and count as unknown (e.g. "{value}").'
