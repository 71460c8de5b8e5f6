"""Numbers as people write them: decimal comma, thousands marks, other digits, units behind."""

from __future__ import annotations

import unicodedata
from typing import Literal

import numpy as np
import pandas as pd
from pandas import Series

from geodata.ingest.findings import Finding, finding
from geodata.ingest.units import BY_WORD, VALUE, factor
from geodata.schema.records import Field

_GROUPED = r"^[+-]?\d{1,3}(?:MARK\d{3})+$"
_MARKED = r"^[+-]?\d{1,3}(?:MARK\d{2,3})*MARK\d{3}(?:POINT\d*)?(?:[eE][+-]?\d+)?$"
"""Thousands by three digits, or by two as in South Asia (12,34,567)."""
_SPACES = r"[\s\u00a0\u202f'’٬]"


def parse_numbers(source: Series, column: str, item: Field, decimal: Literal[".", ","] | None) -> tuple[Series, tuple[Finding, ...]]:
    """Numbers of a column, NaN where there is none.

    The marks are found out from the whole column. Where ``1,234`` could be either (every value has one mark and three digits behind),
    a count is read in thousands; a measure is refused until the decimal mark is given.

    Returns
    -------
    Series of float64, and findings
    """
    if pd.api.types.is_numeric_dtype(source) and not pd.api.types.is_bool_dtype(source):
        numbers = pd.to_numeric(source, errors="coerce").astype("float64")
        return _finite(numbers, column, item)
    text = source.astype("str").str.strip()
    text = text.mask(text == "")
    if not bool(text.dropna().map(str.isascii).all()):
        text = text.map(ascii_digits, na_action="ignore")
    text, factors = _take_units(text, item)
    text = text.str.replace(_SPACES, "", regex=True)
    mark = decimal or find_decimal(text, whole=item.type == "integer")
    if mark is None:
        message = (
            f'Column "{column}": numbers such as {text.dropna().iloc[0]} may mean thousands or decimals; {item.name} counts as unknown.'
        )
        remedy = "Say which with decimal: in a profile."
        return Series(np.nan, index=source.index), (
            finding("number_ambiguous", "warning", [], message, remedy, n_rows=int(text.notna().sum())),
        )
    plain = _without_thousands(text, mark)
    plain = plain.str.replace(",", ".", regex=False) if mark == "," else plain
    numbers = pd.to_numeric(plain, errors="coerce").astype("float64") * factors
    numbers, problems = _finite(numbers, column, item)
    wrong = np.flatnonzero(text.notna().to_numpy() & numbers.isna().to_numpy())
    if len(wrong) and not problems:
        shown = [f'{row + 1}: "{str(source.iloc[row])[:20]}"' for row in wrong[:3]]
        message = f'Column "{column}": {len(wrong):,} values are no numbers (row {", ".join(shown)}); {item.name} is unknown there.'
        problems = (finding("value_not_number", "warning", wrong + 1, message, "Mend them at the source."),)
    return numbers, problems


def _take_units(text: Series, item: Field) -> tuple[Series, Series]:
    """Numbers without the units behind them, and what each is multiplied by; NaN where a unit does not measure what the field holds."""
    units = text.str.extract(VALUE, expand=False).str.casefold()
    if not bool(units.notna().any()):
        return text, Series(1.0, index=text.index)
    factors = {word: factor(BY_WORD[word], item) for word in units.dropna().unique()}
    return text.str.replace(VALUE, "", regex=True), units.map(factors).astype("float64").where(units.notna(), 1.0)


def _without_thousands(text: Series, decimal: Literal[".", ","]) -> Series:
    """Numbers without thousands marks; a value whose marks do not stand where thousands do is no number rather than another one."""
    mark = "," if decimal == "." else "."
    marked = text.str.contains(mark, regex=False)
    stands_well = text.str.match(_MARKED.replace("MARK", "\\" + mark).replace("POINT", "\\" + decimal))
    return text.str.replace(mark, "", regex=False).mask(marked & ~stands_well, "?")


def ascii_digits(text: str) -> str:
    """Arabic, Khmer and other decimal digits as 0-9, the Arabic decimal sign as a point."""
    return "".join(str(unicodedata.digit(char)) if char.isdigit() and not char.isascii() else char for char in text.replace("٫", "."))


def find_decimal(text: Series, *, whole: bool) -> Literal[".", ","] | None:
    """The decimal mark of a column, None where it cannot be told."""
    known = text.dropna()
    points, commas = known.str.contains(".", regex=False), known.str.contains(",", regex=False)
    both = known[points & commas]
    if len(both):
        return "." if bool((both.str.rfind(".") > both.str.rfind(",")).mean() > 0.5) else ","
    for mark, has, other in ((",", commas, "."), (".", points, ",")):
        values = known[has]
        if not len(values):
            continue
        escaped = "\\" + mark
        grouped = values.str.match(_GROUPED.replace("MARK", escaped))
        if not bool(grouped.all()):
            return "," if mark == "," else "."
        if whole or bool((values.str.count(escaped) > 1).any()):
            return "." if other == "." else ","
        if mark == ".":
            return "."
        return None
    return "."


def _finite(numbers: Series, column: str, item: Field) -> tuple[Series, tuple[Finding, ...]]:
    endless = np.flatnonzero(np.isinf(numbers.to_numpy()))
    if not len(endless):
        return numbers, ()
    message = f'Column "{column}": {{n}} values are infinite (row {{culprits}}); {item.name} is unknown there.'
    return numbers.mask(np.isinf(numbers)), (finding("value_not_finite", "warning", endless + 1, message, "Mend them at the source."),)
