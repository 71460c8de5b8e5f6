"""From values as files hold them to values as fields hold them; what cannot be read is unknown, and reported."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas import DataFrame, Series

from geodata.ingest import synonyms
from geodata.ingest.dates import parse_dates
from geodata.ingest.findings import Finding, finding
from geodata.ingest.mapping import ColumnMapping
from geodata.ingest.numbers import parse_numbers
from geodata.ingest.profiles import ImportProfile
from geodata.ingest.units import factor, measures, split_unit
from geodata.ingest.words import fold_text
from geodata.schema.records import CODE_SEPARATOR, Field, Table

TEXT_LIMIT = 20_000
_UNSEEN = " \t\n\r\x0b\x0c\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000" + (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
"""Spaces of every width, joiners and marks of direction, which are cut off at both ends of a text."""
_MARKS = "[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
"""What cannot be seen inside an identifier either."""
_FILLERS = ("-", "--", "---", ".", "?", "n/a", "#n/a", "null", "<null>", "nan", "<na>")
"""What programs and people write where nothing is known."""
_PARTS = r"[;,/|+&\n]| and | y | et | e "


@dataclass(frozen=True)
class Converted:
    """Values of one field, rows whose value could not be read, and findings."""

    values: Series
    findings: tuple[Finding, ...] = ()


def convert(table: Table, raw: DataFrame, mapping: ColumnMapping, profile: ImportProfile) -> tuple[DataFrame, list[Finding]]:
    """Fields of a table from the columns of a file.

    Returns
    -------
    DataFrame with one column a mapped field (same index as ``raw``), and findings
    """
    columns: dict[str, Series] = {}
    findings: list[Finding] = []
    for item in table.fields:
        if item.name in profile.constants:
            source = Series(profile.constants[item.name], index=raw.index, dtype="str")
            column = "(constant)"
        elif item.name in mapping.fields:
            column = mapping.fields[item.name]
            source = raw[column]
        else:
            continue
        result = _convert_field(table, item, column, source, profile)
        columns[item.name] = result.values
        findings += result.findings
    return DataFrame(columns, index=raw.index), findings


def _convert_field(table: Table, item: Field, column: str, source: Series, profile: ImportProfile) -> Converted:
    if item.name == "admin_code":
        return _convert_place_code(column, source, profile.code_length)
    if item.name == table.id_field:
        return Converted(_without_fillers(as_text(source).str.replace(_MARKS, "", regex=True)))
    if item.type == "text":
        return Converted(_without_fillers(as_text(source)))
    if item.type == "date":
        values, problems = parse_dates(source, column, item.name, profile.date_order)
        return Converted(values, problems)
    if item.type in ("number", "integer"):
        return _convert_number(item, column, source, profile)
    values, unknown = _by_words(source, reader_of(item, profile))
    return Converted(values.astype("boolean" if item.type == "boolean" else "str"), _unmapped(item, column, unknown, source))


def reader_of(item: Field, profile: ImportProfile) -> Callable[[str], str | bool | None]:
    """What a value of a file means in a coded or yes/no field: a code, True or False, None where it is not known."""
    own = {fold_text(value): code for value, code in profile.codes.get(item.name, {}).items()}
    if item.type == "boolean":
        known = synonyms.vocabulary()
        answers: dict[str, bool] = {fold_text(word): True for word in known.yes} | {fold_text(word): False for word in known.no}
        answers |= {value: code.casefold() in ("true", "yes", "1") for value, code in own.items()}
        return lambda text: answers.get(fold_text(text))
    words = code_table(item) | own

    def one(text: str) -> str | None:
        return words.get(fold_text(text))

    def several(text: str) -> str | None:
        whole = one(text)
        if whole is not None:
            return whole
        codes = [one(part) for part in re.split(_PARTS, text) if part.strip()]
        known = [code for code in codes if code is not None]
        order = item.code_list.values if item.code_list else ()
        return CODE_SEPARATOR.join(sorted(set(known), key=order.index)) if known and len(known) == len(codes) else None

    return several if item.type == "codes" else one


def as_text(source: Series) -> Series:
    """Values as trimmed text in composed form; whole numbers lose ``.0``, control characters are removed, empty is missing."""
    if pd.api.types.is_float_dtype(source) and bool((source.dropna() % 1 == 0).all()):
        source = source.astype("Int64")
    if pd.api.types.is_datetime64_any_dtype(source):
        source = source.dt.strftime("%Y-%m-%d")
    distinct = source.dropna().unique()
    cleaned = {value: _clean(str(value)) for value in distinct}
    text = source.map(cleaned).astype("str")
    return text.mask(text == "")


def _without_fillers(text: Series) -> Series:
    """Texts without those that stand for nothing."""
    return text.mask(text.str.casefold().isin(_FILLERS))


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text.strip()[:TEXT_LIMIT]
    kept = "".join(char for char in unicodedata.normalize("NFC", text) if char in "\t\n" or unicodedata.category(char) != "Cc")
    return kept.strip(_UNSEEN)[:TEXT_LIMIT]


def _convert_place_code(column: str, source: Series, length: int | None) -> Converted:
    """Codes of places are text; ``5,313`` is a code that a program took for a number, and may have lost a leading zero."""
    text, findings = as_text(source), []
    has_mark = text.str.contains(",", regex=False).to_numpy(dtype=bool, na_value=False)
    if has_mark.any() and bool(text.dropna().str.fullmatch(r"\d{1,3}(,\d{3})*").all()):
        rows = np.flatnonzero(has_mark)
        plain = text.str.replace(",", "", regex=False)
        message = f'Column "{column}": {{n}} codes had thousands marks ("{text.iloc[rows[0]]}" is read as "{plain.iloc[rows[0]]}").'
        remedy = "" if length else "A leading zero may be lost too; say code_length: in a profile, or compare with the admin layer."
        findings.append(finding("code_marks_removed", "warning", rows + 1, message, remedy))
        text = plain
    short = text.str.fullmatch(r"\d+").to_numpy(dtype=bool, na_value=False) & (text.str.len() < (length or 0)).to_numpy(
        dtype=bool, na_value=False
    )
    if short.any():
        message = f'Column "{column}": {{n}} codes had fewer than {length} digits and got leading zeros.'
        findings.append(finding("code_padded", "note", np.flatnonzero(short) + 1, message))
        text = text.mask(short, text.str.zfill(length or 0))
    return Converted(text, tuple(findings))


def share_known(item: Field, source: Series) -> float:
    """Share of the rows with a value whose value is a known code (1 where there are none)."""
    words = code_table(item)
    text = as_text(source).dropna()
    if not len(text):
        return 1.0
    counts = text.value_counts()
    known = [
        any(fold_text(part) in words for part in re.split(_PARTS, str(value))) or fold_text(str(value)) in words for value in counts.index
    ]
    return float(counts[known].sum() / counts.sum())


def _convert_number(item: Field, column: str, source: Series, profile: ImportProfile) -> Converted:
    values, problems = parse_numbers(source, column, item, profile.decimal)
    values, converted = _in_unit_of_field(item, column, values)
    findings = [*problems, *converted]
    if item.minimum is not None:
        low = np.flatnonzero((values < item.minimum).to_numpy(dtype=bool, na_value=False))
        if len(low):
            text = f'Column "{column}": {{n}} values of {item.name} are below {item.minimum:g} (row {{culprits}}) and count as unknown.'
            findings.append(finding("value_below_minimum", "warning", low + 1, text, "Mend them at the source."))
            values = values.mask(values < item.minimum)
    if item.type == "integer":
        broken = np.flatnonzero((values % 1 != 0).to_numpy(dtype=bool, na_value=False) & values.notna().to_numpy())
        if len(broken):
            text = f'Column "{column}": {{n}} values of {item.name} are no whole numbers (row {{culprits}}) and count as unknown.'
            findings.append(finding("value_not_whole", "warning", broken + 1, text, "Mend them at the source."))
            values = values.mask(values % 1 != 0)
        values = values.astype("Int64")
    return Converted(values, tuple(findings))


def _in_unit_of_field(item: Field, column: str, values: Series) -> tuple[Series, list[Finding]]:
    """Numbers of a column whose name says a unit, in the unit of the field."""
    unit = split_unit(column)[1]
    if unit is None or not measures(unit, item):
        return values, []
    size, n_known = factor(unit, item), int(values.notna().sum())
    if size is None:
        message = f'Column "{column}": {unit.sign} is no fixed number of {item.unit}; {item.name} counts as unknown.'
        found = finding("unit_unknown", "warning", [], message, f"Convert the column to {item.unit} at the source.", n_rows=n_known)
        return values * np.nan, [found]
    if size == 1:
        return values, []
    message = f'Column "{column}": {n_known:,} values were converted from {unit.sign} to {item.unit} (times {size:,.10g}).'
    return values * size, [finding("unit_converted", "note", [], message, n_rows=n_known)]


def code_table(item: Field) -> dict[str, str]:
    """Folded word -> code, from the code itself, its labels and the words authorities use."""
    codes = item.code_list
    if codes is None:
        return {}
    words: dict[str, str] = {}
    spoken = synonyms.code_words(codes.name)
    for code in codes.codes:
        for word in (*spoken.get(code.value, ()), *code.labels.values(), code.value):
            words[fold_text(word)] = code.value
    return words


def _by_words(source: Series, look_up: Callable[[str], object]) -> tuple[Series, NDArray[np.object_]]:
    """Values looked up once for each distinct one; the distinct values that were not found."""
    text = as_text(source)
    distinct = text.dropna().unique()
    found = {value: look_up(str(value)) for value in distinct}
    values = text.map(found)
    return values, np.array([value for value in distinct if found[value] is None], dtype=object)


def _unmapped(item: Field, column: str, unknown: NDArray[np.object_], source: Series) -> tuple[Finding, ...]:
    if not len(unknown):
        return ()
    rows = int(as_text(source).isin(list(unknown)).sum())
    shown = [str(value)[:40] for value in unknown]
    meaning = "not stated" if item.default else "unknown"
    text = f'Column "{column}": {len(unknown)} values are no known {item.name} ({{culprits}}); their {rows:,} rows are {meaning}.'
    remedy = f"Say under codes: {item.name}: in a profile what they mean."
    return (finding("code_unmapped", "warning", shown, text, remedy, n_rows=rows),)
