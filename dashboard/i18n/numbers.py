"""Numbers, measures and dates the way a language writes them."""

from __future__ import annotations

import datetime as dt
import math
from functools import cache

from babel import Locale, UnknownLocaleError, dates
from babel.numbers import get_decimal_symbol, get_group_symbol

M2_PER_HA = 10_000.0
MINUS = "−"
THIN = "\u202f"  # narrow no-break space between number and sign


def format_number(number: float, language: str, digits: int | None = None) -> str:
    """A number with the language's separators and a true minus.

    Parameters
    ----------
    number : float
    language : str
    digits : int, optional
        Decimals; by default none from 100 up, else as many as tell three digits, without zeros at the end.

    >>> format_number(1234567, "en"), format_number(-0.4567, "en"), format_number(1.5, "fr")
    ('1,234,567', '−0.457', '1,5')
    """
    if not math.isfinite(number):
        return "–"
    decimals = _natural_digits(number) if digits is None else digits
    text = f"{abs(number):,.{decimals}f}"
    if digits is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    point, group = _symbols(language)
    text = text.translate({ord(","): group, ord("."): point})
    return MINUS + text if number < 0 and text.strip("0" + point) else text


def format_share(share: float, language: str, digits: int = 0) -> str:
    """A share 0..1 in per cent.

    >>> format_share(0.1234, "en")
    '12\\u202f%'
    """
    return f"{format_number(share * 100, language, digits)}{THIN}%" if math.isfinite(share) else "–"


def format_area(area_m2: float, language: str) -> str:
    """An area in hectares, or in m² below 0.1 ha.

    >>> format_area(142_000, "en"), format_area(350, "en")
    ('14.2\\u202fha', '350\\u202fm²')
    """
    if not math.isfinite(area_m2):
        return "–"
    if abs(area_m2) < M2_PER_HA / 10:
        return f"{format_number(area_m2, language, 0)}{THIN}m²"
    return f"{format_number(area_m2 / M2_PER_HA, language)}{THIN}ha"


def format_date(day: object, language: str) -> str:
    """A date in words short enough for a line; a year or other text stays as it is.

    >>> format_date(dt.date(2019, 12, 31), "en"), format_date(2019, "en")
    ('Dec 31, 2019', '2019')
    """
    if isinstance(day, str):
        try:
            day = dt.date.fromisoformat(day[:10])
        except ValueError:
            return str(day)
    if isinstance(day, dt.date) and day == day:  # NaT is a date that does not equal itself
        return dates.format_date(day, format="medium", locale=_locale(language))
    return str(day) if isinstance(day, int) else "–"


def _natural_digits(number: float) -> int:
    size = abs(number)
    if size >= 100 or size == 0:
        return 0
    return min(2 - math.floor(math.log10(size)), 6) if size < 1 else (2 if size < 10 else 1)


@cache
def _symbols(language: str) -> tuple[str, str]:
    locale = _locale(language)
    return get_decimal_symbol(locale, numbering_system="latn"), get_group_symbol(locale, numbering_system="latn")


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")
