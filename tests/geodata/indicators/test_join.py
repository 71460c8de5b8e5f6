"""Joins by code: what matches, what is refused, what is counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geodata.errors import LayerError
from geodata.indicators.join import join
from geodata.indicators.parameters import JoinParameters

AREAS = pd.DataFrame({"area_id": ["05002", "11001", "99999"], "admin_code": ["a", "a", None]}, index=[7, 8, 9])


def test_the_value_of_each_code_is_taken_and_the_join_rate_told() -> None:
    table = pd.DataFrame({"code": ["11001", "05002", "76001", "76002"], "ipm": [12.8, 40.6, 1, 2]})
    found = join(AREAS, table, "code", JoinParameters(column="ipm"))
    np.testing.assert_array_equal(found.values, [40.6, 12.8, np.nan])
    np.testing.assert_array_equal(found.coverage, [1, 1, 0])
    assert (found.join_rate, found.values.index.tolist()) == (0.5, [7, 8, 9])


def test_codes_are_compared_after_cleaning_and_padding() -> None:
    table = pd.DataFrame({"code": ["5,002", 11001.0], "ipm": ["1,000", "2"]}, dtype=object)
    found = join(AREAS, table, "code", JoinParameters(column="ipm"))
    assert found.values.tolist()[:2] == [1000.0, 2.0]
    assert found.join_rate == 1.0


def test_a_code_that_stands_twice_is_refused() -> None:
    table = pd.DataFrame({"code": ["05002", "05002", "88888", "88888"], "ipm": [1, 2, 3, 4]})
    with pytest.raises(LayerError, match=r"1 stand on several rows \(05002\)") as refused:
        join(AREAS, table, "code", JoinParameters(column="ipm"))
    assert "gather them with stat" in refused.value.remedy


@pytest.mark.parametrize(("stat", "value"), [("sum", 6), ("mean", 3), ("min", 2), ("max", 4)])
def test_rows_of_a_code_are_gathered(stat: str, value: float) -> None:
    table = pd.DataFrame({"code": ["05002"] * 3 + ["11001"], "n": [2, 4, np.nan, np.nan]})
    found = join(AREAS, table, "code", JoinParameters(column="n", stat=stat))  # type: ignore[arg-type]
    np.testing.assert_array_equal(found.values, [value, np.nan, np.nan])


def test_rows_of_a_code_are_counted() -> None:
    table = pd.DataFrame({"code": ["05002", "05002", "11001"]})
    np.testing.assert_array_equal(join(AREAS, table, "code", JoinParameters(stat="count")).values, [2, 1, np.nan])


def test_areas_that_share_an_admin_code_share_the_value_and_one_without_has_none() -> None:
    table = pd.DataFrame({"code": ["a"], "ipm": [5.0]})
    found = join(AREAS, table, "code", JoinParameters(column="ipm", key="admin_code"))
    np.testing.assert_array_equal(found.values, [5, 5, np.nan])


def test_an_empty_table_has_no_join_rate() -> None:
    found = join(AREAS, pd.DataFrame({"code": [], "ipm": []}), "code", JoinParameters(column="ipm"))
    assert (found.join_rate, found.values.isna().all()) == (None, True)


NAMED = pd.DataFrame(
    {
        "area_id": ["68235", "54245", "05150", "05001"],
        "name": ["El Carmen de Chucurí", "El Carmen", "Carolina", "Medellín"],
        "admin1": ["Santander", "Norte de Santander", "Antioquia", "Antioquia"],
    }
)
BY_NAME = {"column": "m2", "stat": "sum", "names": {"admin1": "dept", "name": "town"}}


def test_rows_without_a_code_are_joined_by_name_within_the_province() -> None:
    table = pd.DataFrame(
        {"dept": ["ANTIOQUIA", "ANTIOQUIA", "SANTANDER", "NORTE DE SANTANDER", None],
         "town": ["MEDELLIN", "Medellín.", "EL CARMEN", "EL  CARMEN", "x"],
         "m2": [1, 2, 40, 500, 9]}
    )  # fmt: skip
    found = join(NAMED, table, "", JoinParameters.model_validate(BY_NAME))
    np.testing.assert_array_equal(found.values, [np.nan, 500, np.nan, 3])
    assert found.join_rate == 3 / 5
    aliased = join(NAMED, table, "", JoinParameters.model_validate({**BY_NAME, "aliases": {"Santander / El Carmen": "68235"}}))
    np.testing.assert_array_equal(aliased.values, [40, 500, np.nan, 3])
    assert aliased.join_rate == 4 / 5


def test_a_name_that_two_areas_have_meets_neither() -> None:
    twice = pd.concat([NAMED, NAMED.iloc[[3]].assign(area_id="05002")], ignore_index=True)
    table = pd.DataFrame({"dept": ["Antioquia", "Antioquia"], "town": ["Medellín", "Carolina"], "m2": [1, 2]})
    found = join(twice, table, "", JoinParameters.model_validate(BY_NAME))
    np.testing.assert_array_equal(found.values, [np.nan, np.nan, 2, np.nan, np.nan])


def test_an_alias_must_have_a_part_for_each_name() -> None:
    with pytest.raises(ValueError, match="one part for each of names"):
        JoinParameters.model_validate({**BY_NAME, "aliases": {"El Carmen": "68235"}})
