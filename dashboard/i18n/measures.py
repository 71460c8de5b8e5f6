"""Measured values with their units, in words where the unit says which."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from dashboard.i18n.catalogue import FALLBACK, LANGUAGES, keys, translate
from dashboard.i18n.numbers import THIN, format_area, format_number, format_share

M_PER_KM = 1_000.0
_SPACE = "\u00a0"  # no-break space between number and word
SURVEY_STATUS = "survey status"
"""Unit of measure: status of method survey; never "empty", whatever the value."""
_SHARES = frozenset({"share", "prob"})
_EITHER = re.compile(r"1 (?P<yes>\w+), 0 (?P<no>\w+)")
_SCALE = re.compile(r".* \d.*")


def format_value(value: float, unit: str, language: str, words: Mapping[str, str] | None = None) -> str:
    """A measured value with its unit, in the size of unit that reads best.

    Parameters
    ----------
    value : float
    unit : str
        As config.yaml writes it. "1 yes, 0 no" says what the two values stand for; "grade 1-5" is a scale.
    language : str
    words : mapping from language to text, optional
        The unit as config.yaml gives it per language.

    >>> format_value(12_400, "m", "en"), format_value(0.25, "share", "en"), format_value(1900, "people", "en")
    ('12.4\\u202fkm', '25\\u202f%', '1,900\\xa0people')
    >>> format_value(1, "1 yes, 0 no", "es"), format_value(4, "grade 1-5", "en"), format_value(2, "survey status", "en")
    ('sí', '4 (grade 1-5)', 'surveyed, nothing recorded')
    >>> format_value(4, "grade 1-5", "es", {"en": "grade 1-5", "es": "grado 1-5"})
    '4 (grado 1-5)'
    """
    if not math.isfinite(value):
        return "–"
    if unit in _SHARES:
        return format_share(value, language)
    if unit == "m2":
        return format_area(value, language)
    if unit == "m" and abs(value) >= M_PER_KM:
        return f"{format_number(value / M_PER_KM, language)}{THIN}km"
    either = _EITHER.fullmatch(unit)
    if either and value in (0, 1):
        return unit_word(either["yes"] if value else either["no"], language)
    if unit == SURVEY_STATUS and value in range(4):
        return unit_word(f"{SURVEY_STATUS} {value:.0f}", language)
    number = format_number(value, language)
    if _SCALE.fullmatch(unit):
        return f"{number} ({unit_word(unit, language, words)})"
    return f"{number}{_SPACE}{unit_word(unit, language, words)}".rstrip()


def format_money(amount: float, language: str) -> str:
    """US dollars to two significant digits, which is more than expected costs are known to; "–" where unknown.

    >>> format_money(12_345.0, "en"), format_money(float("nan"), "en")
    ('12,000\xa0USD', '–')
    """
    if not math.isfinite(amount):
        return "–"
    size = 10 ** max(math.floor(math.log10(abs(amount))) - 1, 0) if amount else 1
    return f"{format_number(round(amount / size) * size, language, 0)}{_SPACE}USD"


def unit_word(unit: str, language: str, words: Mapping[str, str] | None = None) -> str:
    """A unit in the person's language: config.yaml's words for it, those of the catalogue, or the unit as config.yaml writes it.

    >>> unit_word("head", "fr", {"en": "head", "fr": "têtes"}), unit_word("head", "ar", {"en": "head"}), unit_word("years", "fr", {})
    ('têtes', 'head', 'ans')
    """
    if words and language in words:
        return words[language]
    known = language if language in LANGUAGES else FALLBACK
    key = f"measure_unit.{unit}"
    return translate(key, known) if key in keys(known) else unit.replace("_", " ").replace("m2", "m²")
