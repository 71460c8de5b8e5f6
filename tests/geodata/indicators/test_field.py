"""Fields of the record as numbers."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from geodata.errors import LayerError
from geodata.indicators.field import field
from geodata.indicators.parameters import FieldParameters

DAY = dt.date(2020, 1, 1)


def values(column: object, mapping: dict[str, float] | None = None) -> list[float]:
    records = pd.DataFrame({"x": column})
    return field(records, FieldParameters(field="x", map=mapping or {}), DAY).values.tolist()


def test_numbers_and_yes_or_no_are_taken_as_they_are() -> None:
    np.testing.assert_array_equal(values([1, 2.5, None]), [1, 2.5, np.nan])
    np.testing.assert_array_equal(values([True, False, None]), [1, 0, np.nan])
    np.testing.assert_array_equal(values(["1,000", None, "2"]), [1000, np.nan, 2])


def test_dates_become_years_before_the_reference_day() -> None:
    found = values(["2019-01-01", None, "2018-01-01"])
    np.testing.assert_allclose(found, [365 / 365.25, np.nan, 730 / 365.25])
    np.testing.assert_allclose(values([dt.date(2019, 1, 1)]), [365 / 365.25])


def test_codes_are_mapped_and_several_give_the_greatest() -> None:
    mapping = {"AP_MINE": 1.0, "UXO": 0.4}
    np.testing.assert_array_equal(values(["UXO;AP_MINE", "UXO", "CMR", None, "CMR;UXO"], mapping), [1, 0.4, np.nan, np.nan, 0.4])
    np.testing.assert_array_equal(values([True, False], {"true": 5, "false": 2}), [5, 2])


def test_a_column_that_is_all_empty_is_unknown() -> None:
    assert np.isnan(values([None, None])).all()


def test_words_without_a_map_and_unknown_fields_are_refused() -> None:
    with pytest.raises(LayerError, match="must hold numbers; found 'high'"):
        values(["high"])
    with pytest.raises(LayerError, match="Records have no field 'y'; they have x"):
        field(pd.DataFrame({"x": [1]}), FieldParameters(field="y"), DAY)


def test_dates_without_a_reference_day_are_refused() -> None:
    with pytest.raises(LayerError, match="reference day") as refused:
        field(pd.DataFrame({"x": ["2019-01-01"]}), FieldParameters(field="x"), None)
    assert "programme.data_until" in refused.value.remedy
