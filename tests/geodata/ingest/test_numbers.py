"""Numbers are read as their authors meant them, or not at all."""

from __future__ import annotations

import pandas as pd
import pytest

from geodata.ingest.numbers import find_decimal, parse_numbers
from geodata.schema.records import Field

MEASURE = Field("area_m2", "number", "Area.", unit="m2", minimum=0)
COUNT = Field("killed_men", "integer", "Count.", minimum=0)


@pytest.mark.parametrize(
    ("values", "field", "expected"),
    [
        (["1234.5", "12"], MEASURE, [1234.5, 12]),
        (["1,234.5", "12"], MEASURE, [1234.5, 12]),
        (["1.234,5", "12"], MEASURE, [1234.5, 12]),
        (["1234,56", "0,5"], MEASURE, [1234.56, 0.5]),
        (["1,234,567", "5"], MEASURE, [1234567, 5]),
        (["2,006", "5,313"], COUNT, [2006, 5313]),
        (["1 234,5", "2\u00a0000"], MEASURE, [1234.5, 2000]),
        (["1'234.5", "9"], MEASURE, [1234.5, 9]),
        (["١٢٣", "٤٫٥"], MEASURE, [123, 4.5]),
        (["1200 m2", "15 sqm", "3 m²"], MEASURE, [1200, 15, 3]),
        (["1e3", "-5"], MEASURE, [1000, -5]),
        (["12,34,567.5", "1,000"], MEASURE, [1234567.5, 1000]),
        (["1.5 ha", "2 km²", "300 m2", "10"], MEASURE, [15_000, 2_000_000, 300, 10]),
    ],
    ids=[
        "point",
        "comma thousands",
        "comma decimal",
        "decimals",
        "millions",
        "counts",
        "spaces",
        "apostrophe",
        "arabic",
        "units",
        "exponent",
        "lakh",
        "hectares",
    ],
)
def test_marks_are_found_out_from_the_whole_column(values: list[str], field: Field, expected: list[float]) -> None:
    numbers, findings = parse_numbers(pd.Series(values, dtype="str"), "size", field, None)
    assert numbers.tolist() == expected
    assert findings == ()


def test_an_ambiguous_mark_is_asked_for_and_counts_as_unknown() -> None:
    numbers, findings = parse_numbers(pd.Series(["1,234", "5,678"], dtype="str"), "size", MEASURE, None)
    assert numbers.isna().all()
    assert [item.code for item in findings] == ["number_ambiguous"]
    assert findings[0].message == 'Column "size": numbers such as 1,234 may mean thousands or decimals; area_m2 counts as unknown.'
    assert parse_numbers(pd.Series(["1,234"], dtype="str"), "size", MEASURE, ",")[0].tolist() == [1.234]
    assert parse_numbers(pd.Series(["1,234"], dtype="str"), "size", MEASURE, ".")[0].tolist() == [1234]


def test_what_is_no_number_is_unknown_and_named() -> None:
    numbers, findings = parse_numbers(pd.Series(["12", "many", None, "inf"], dtype="str"), "size", MEASURE, None)
    assert numbers.isna().tolist() == [False, True, True, True]
    assert {item.code for item in findings} <= {"value_not_number", "value_not_finite"}
    numbers, findings = parse_numbers(pd.Series(["12", "many"], dtype="str"), "size", MEASURE, None)
    assert findings[0].message == 'Column "size": 1 values are no numbers (row 2: "many"); area_m2 is unknown there.'


def test_a_single_point_is_a_decimal_point() -> None:
    assert find_decimal(pd.Series(["1.234", "2.500"]), whole=False) == "."


def test_a_value_with_the_other_mark_is_no_number_rather_than_ten_times_as_much() -> None:
    numbers, findings = parse_numbers(pd.Series(["1,5", "2.5", "1.234,5"], dtype="str"), "size", MEASURE, None)
    assert [None if pd.isna(value) else value for value in numbers] == [1.5, None, 1234.5]
    assert findings[0].message == 'Column "size": 1 values are no numbers (row 2: "2.5"); area_m2 is unknown there.'


@pytest.mark.parametrize("value", ["5 dunam", "5 km", "5 USD"])
def test_a_unit_that_does_not_measure_the_field_or_has_no_fixed_size_makes_no_number(value: str) -> None:
    numbers, findings = parse_numbers(pd.Series(["7", value], dtype="str"), "size", MEASURE, None)
    assert numbers.tolist()[0] == 7
    assert numbers.isna().tolist() == [False, True]
    assert [item.code for item in findings] == ["value_not_number"]
