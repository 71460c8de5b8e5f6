"""Dates as people write them; an order that cannot be told is asked for, never guessed."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

import numpy as np
import pandas as pd
from pandas import Series

from geodata.ingest.findings import Finding, finding

Order = Literal["ymd", "dmy", "mdy"]
_YEARS = range(1900, 2101)
_OTHER_YEARS = {"islamic": range(1279, 1524), "buddhist": range(2443, 2645)}
"""Years of other calendars that fall within 1900-2100: solar Hijri from 1279, lunar Hijri to 1523, Buddhist."""
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$")
_LITTLE = re.compile(r"^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:[T ].*)?$")
_MONTH = re.compile(r"^(\d{4})[-/.](\d{1,2})$")
_YEAR = re.compile(r"^(\d{4})$|^(\d),(\d{3})$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_MONTH_FIRST = re.compile(r"^([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$", re.IGNORECASE)
_MONTH_YEAR = re.compile(r"^([^\W\d_]{2,}(?: [^\W\d_]{2,})?)\.?[-\s,/]+(?:de\s+)?(\d{4})$")
_WORDS = re.compile(r"^(\d{1,2})[-\s./]*(?:de\s+)?([^\W\d_]{2,}(?: [^\W\d_]{2,})?)\.?[-\s./,]*(?:de\s+)?(\d{4}|\d{2})$")
_MONTHS = (
    "jan ene janv enero janeiro янв", "feb fev févr fevr febrero февр", "mar mars marzo março märz мар mrt", "apr abr avr abril avril апр",
    "may mai mayo mei май maio", "jun juin junio juni июн junho", "jul juil julio juli июл julho", "aug ago août aout agosto авг",
    "sep set sept septiembre setembro сен", "oct okt out octubre outubro окт", "nov noviembre novembro ноя",
    "dec dic déc dez diciembre дек",
)  # fmt: skip
_ARABIC_MONTHS = (
    "يناير,كانون الثاني,جانفي", "فبراير,شباط,فيفري", "مارس,آذار", "أبريل,ابريل,نيسان,أفريل", "مايو,أيار,ماي", "يونيو,حزيران,جوان",
    "يوليو,تموز,جويلية", "أغسطس,اغسطس,آب,أوت", "سبتمبر,أيلول", "أكتوبر,اكتوبر,تشرين الأول", "نوفمبر,تشرين الثاني", "ديسمبر,كانون الأول",
)  # fmt: skip


def parse_dates(source: Series, column: str, field: str, order: Order | None) -> tuple[Series, tuple[Finding, ...]]:
    """Dates of a column, NaT where there is none.

    ISO dates and dates with month names need no choice; ``03/04/2020`` does unless other values of the column decide it (dots mean day
    first). A year or a month stands for its first day, and is reported.

    Returns
    -------
    Series of datetime64, and findings
    """
    if pd.api.types.is_datetime64_any_dtype(source):
        moments = source.dt.tz_convert("UTC").dt.tz_localize(None) if getattr(source.dt, "tz", None) is not None else source
        return moments.dt.normalize().astype("datetime64[s]"), ()
    text = _as_text(source)
    distinct = [str(value) for value in text.dropna().unique()]
    used = order or _find_order(distinct)
    parsed = {value: _parse(value, used) for value in distinct}
    days = {value: day for value, (day, _) in parsed.items()}
    result = pd.to_datetime(text.map(days), errors="coerce").astype("datetime64[s]")
    return result, tuple(_report(text, parsed, column, field))


def _as_text(source: Series) -> Series:
    if pd.api.types.is_float_dtype(source):
        source = source.astype("Int64") if bool((source.dropna() % 1 == 0).all()) else source
    text = source.astype("str").str.strip()
    text = text.mask(text.isin(["", "0", "0000-00-00", "<NA>"]))
    if bool(text.dropna().map(str.isascii).all()):
        return text
    return text.map(lambda value: "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in value), na_action="ignore")


def _find_order(values: list[str]) -> Order | None:
    """Day or month first, by the values that leave no choice."""
    firsts, seconds, dots = set(), set(), False
    for value in values:
        match = _LITTLE.match(value)
        if match:
            firsts.add(int(match[1]))
            seconds.add(int(match[3]))
            dots = dots or match[2] == "."
    day_first, month_first = any(n > 12 for n in firsts), any(n > 12 for n in seconds)
    if day_first and month_first:
        return None
    if day_first or (dots and not month_first):
        return "dmy"
    return "mdy" if month_first else None


def _parse(value: str, order: Order | None) -> tuple[str | None, str]:
    """ISO day of one value and how it was read: day, year, month, ambiguous, calendar (or which other one) or wrong."""
    if match := _YEAR.match(value):
        year = int(match[1] or match[2] + match[3])
        return (f"{year:04d}-01-01", "year") if year in _YEARS else (None, _calendar(year))
    if match := _MONTH.match(value):
        return _day(int(match[1]), int(match[2]), 1, "month")
    if match := _ISO.match(value) or _COMPACT.match(value):
        return _day(int(match[1]), int(match[2]), int(match[3]), "day")
    if match := _WORDS.match(value):
        month = _month(match[2])
        return _day(_long_year(match[3]), month, int(match[1]), "day") if month else (None, "wrong")
    if (match := _MONTH_FIRST.match(value)) and (month := _month(match[1])):
        return _day(int(match[3]), month, int(match[2]), "day")
    if (match := _MONTH_YEAR.match(value)) and (month := _month(match[1])):
        return _day(int(match[2]), month, 1, "month")
    match = _LITTLE.match(value)
    if not match:
        return None, "wrong"
    first, second, year = int(match[1]), int(match[3]), _long_year(match[4])
    if order is None and first != second:
        return None, "ambiguous"
    return _day(year, first, second, "day") if order == "mdy" else _day(year, second, first, "day")


def _month(name: str) -> int:
    """Number of a month by its name or the beginning of it, 0 where it is none."""
    word = name.casefold()
    arabic = next((n for n, words in enumerate(_ARABIC_MONTHS, 1) if word in words.split(",")), 0)
    return arabic or next((n for n, words in enumerate(_MONTHS, 1) for start in words.split() if word.startswith(start)), 0)


def _long_year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else 1900 + year if year >= 50 else 2000 + year


def _calendar(year: int) -> str:
    """Which other calendar a year may be of."""
    return next((name for name, years in _OTHER_YEARS.items() if year in years), "calendar")


def _day(year: int, month: int, day: int, how: str) -> tuple[str | None, str]:
    if year not in _YEARS:
        return None, _calendar(year)
    try:
        return str(np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "D")), how
    except ValueError:
        return None, "wrong"


def _report(text: Series, parsed: dict[str, tuple[str | None, str]], column: str, field: str) -> list[Finding]:
    how = text.map({value: kind for value, (_, kind) in parsed.items()})
    said = {
        "ambiguous": (
            "date_ambiguous",
            "warning",
            "may be day or month first; they count as unknown",
            "Say which with date_order: in a profile.",
        ),
        "calendar": ("date_calendar", "warning", "lie outside 1900-2100 and count as unknown", "Mend them at the source."),
        "islamic": (
            "date_calendar",
            "warning",
            "look like years of the solar or lunar Hijri calendar and count as unknown",
            "Convert them to the Gregorian calendar at the source.",
        ),
        "buddhist": (
            "date_calendar",
            "warning",
            "look like years of the Buddhist calendar and count as unknown",
            "Convert them to the Gregorian calendar at the source.",
        ),
        "wrong": ("date_unreadable", "warning", "are no dates and count as unknown", "Mend them at the source."),
        "year": ("date_year_only", "note", "say only the year; the first of January stands for it", ""),
        "month": ("date_month_only", "note", "say only the month; its first day stands for it", ""),
    }
    findings = []
    for kind, (code, severity, meaning, remedy) in said.items():
        rows = np.flatnonzero((how == kind).to_numpy(dtype=bool, na_value=False))
        if len(rows):
            shown = ", ".join(f'"{text.iloc[row]}"' for row in rows[:3])
            message = f'Column "{column}": {len(rows):,} values of {field} {meaning} (e.g. {shown}).'
            findings.append(finding(code, "note" if severity == "note" else "warning", rows + 1, message, remedy))
    return findings
