"""What a release product says of its area, and what it does not."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from geodata.evidence import is_witnessed, survey_results

AREAS = pd.DataFrame({"area_id": list("abcdef"), "status": ["released", "released", "open", "open", "released", "released"]})
PRODUCTS = pd.DataFrame(
    [
        ("a", "A1", "cancelled", "2015-03-01", 0, 0, None), ("a", "A2", "cleared", "2015-06-01", 2, 0, None),
        ("b", "B1", "cancelled", "2016-01-01", 0, 0, None), ("b", "B2", "reduced", "2016-05-01", 0, 0, None),
        ("c", "C1", "cleared", "2020-02-01", 0, 1, None), ("d", "D1", "reduced", "2021-02-01", 0, 0, None),
        ("e", "E1", "cleared", "2019-02-01", 0, None, None), ("f", "F1", "cleared", "2019-02-01", None, None, 0),
    ],
    columns=["area_id", "activity_id", "kind", "date", "devices_ap_mine", "devices_cmr", "devices_total"],
)  # fmt: skip
PRODUCTS["date"] = pd.to_datetime(PRODUCTS["date"])
ACTIVITIES = pd.DataFrame({"activity_id": ["A1", "B1", "C1"], "start_date": pd.to_datetime(["2014-12-01", "2015-11-01", "2020-01-10"])})
FOUND = survey_results(AREAS, PRODUCTS, ACTIVITIES, dt.date(2025, 12, 31))


def days(column: str) -> list[str]:
    return [str(day)[:10] for day in FOUND[column]]


def test_a_counted_device_is_found_none_is_empty_and_an_unknown_count_is_neither() -> None:
    assert [None if pd.isna(value) else value for value in FOUND["result"]] == ["found", "empty", "found", None, None, "empty"]


def test_an_open_area_with_nothing_found_so_far_is_not_empty_but_contradicted() -> None:
    assert FOUND["is_contradicted"].tolist() == [False, True, False, True, False, False]


def test_the_decision_lies_where_the_work_began_and_the_result_where_a_product_settled_it() -> None:
    assert days("asked_on") == ["2014-12-01", "2015-11-01", "2020-01-10", "2026-01-01", "2026-01-01", "2019-02-01"]
    assert days("known_on") == ["2015-06-01", "2016-05-01", "2020-02-01", "NaT", "NaT", "2019-02-01"]


def test_an_accident_proves_its_area_only_before_the_work_began() -> None:
    accidents = pd.DataFrame({"area_id": ["a", "b", None], "date": pd.to_datetime(["2014-11-30", "2015-11-01", "2001-01-01"])})
    assert is_witnessed(AREAS, accidents, FOUND["asked_on"]).tolist() == [True, False, False, False, False, False]
