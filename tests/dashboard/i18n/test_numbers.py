"""Numbers, measures and dates in each language."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.i18n import format_area, format_date, format_number, format_share, format_value


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "1,234,567.5"), ("es", "1.234.567,5"), ("fr", "1\u202f234\u202f567,5"), ("ar", "1,234,567.5"), ("zz", "1,234,567.5")],
)
def test_a_number_has_the_separators_of_its_language(language: str, text: str) -> None:
    assert format_number(1234567.5, language, 1) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (0.4567, "0.457"),
        (0.012345, "0.0123"),
        (5.0, "5"),
        (5.25, "5.25"),
        (12.34, "12.3"),
        (1234.5, "1,234"),
        (-2.5, "−2.5"),
        (float("nan"), "–"),
    ],
)
def test_a_number_is_told_with_three_digits(number: float, text: str) -> None:
    assert format_number(number, "en") == text


def test_what_rounds_to_zero_has_no_minus() -> None:
    assert format_number(-0.0004, "en", 2) == "0.00"


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_english_numbers_read_back_within_their_rounding(number: float) -> None:
    text = format_number(number, "en", 3).replace(",", "").replace("−", "-")
    assert math.isclose(float(text), number, abs_tol=0.00051, rel_tol=1e-12)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1900, "people", "1,900\u00a0people"),
        (12_400, "m", "12.4\u202fkm"),
        (350, "m", "350\u00a0m"),
        (25_000, "m2", "2.5\u202fha"),
        (80, "m2", "80\u202fm²"),
        (0.256, "share", "26\u202f%"),
        (1, "1 yes, 0 no", "yes"),
        (0, "1 CHA, 0 SHA", "SHA"),
        (3, "grade 1-5", "3 (grade 1-5)"),
        (0, "survey status", "never surveyed, nothing recorded"),
        (2, "survey status", "surveyed, nothing recorded"),
        (4, "accidents_per_km2", "4\u00a0accidents per km²"),
        (float("nan"), "m", "–"),
    ],
)
def test_a_value_has_the_unit_that_reads_best(value: float, unit: str, text: str) -> None:
    assert format_value(value, unit, "en") == text


def test_units_are_words_of_the_language() -> None:
    assert format_value(1900, "people", "es") == "1.900\u00a0personas"
    assert format_value(1, "1 yes, 0 no", "fr") == "oui"
    grades = {"en": "grade 1-5", "fr": "degré 1-5"}
    assert [format_value(4, "grade 1-5", language, grades) for language in ("en", "fr", "es")] == [
        "4 (grade 1-5)", "4 (degré 1-5)", "4 (grade 1-5)",
    ]  # fmt: skip
    assert format_value(3, "head", "ar", {"en": "head", "ar": "رأس"}) == "3\u00a0رأس"


@pytest.mark.parametrize("language", ["en", "es", "fr", "ar"])
def test_no_survey_status_says_that_a_place_is_empty(language: str) -> None:
    said = [format_value(status, "survey status", language) for status in range(4)]
    assert len(set(said)) == 4
    assert not any(word in text for text in said for word in ("empty", "vacía", "vide", "فارغ", "survey status"))


def test_land_is_told_in_hectares() -> None:
    assert format_area(142_000, "fr") == "14,2\u202fha"
    assert format_share(0.5, "en", 1) == "50.0\u202f%"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (dt.date(2019, 12, 31), "31 dic 2019"),
        ("2019-12-31", "31 dic 2019"),
        ("2019-12-31T10:00:00", "31 dic 2019"),
        (2019, "2019"),
        ("spring", "spring"),
        (None, "–"),
        (pd.NaT, "–"),
    ],
)
def test_a_date_is_written_in_words(day: object, text: str) -> None:
    assert format_date(day, "es") == text
