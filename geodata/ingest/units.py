"""Units that stand behind a number or in a column's name, and what they are in the unit of a field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from geodata.schema.records import Field

Dimension = Literal["area", "length", "money", "share", "time"]


@dataclass(frozen=True)
class Unit:
    """A unit: its sign, what it measures, and its size in m2, m or USD; None where that differs by place or day."""

    sign: str
    dimension: Dimension
    size: float | None


_UNITS: tuple[tuple[Unit, str], ...] = (
    (
        Unit("m2", "area", 1.0),
        "m2|m²|m^2|sqm|sq m|sq.m|sq. m|square metres|square meters|square metre|square meter|mt2|mts2|metros cuadrados|metros quadrados|"
        "mètres carrés|м2|м²|кв.м|кв. м|кв м|م2|م²|م٢|متر مربع",
    ),
    (Unit("ha", "area", 10_000.0), "ha|has|hectare|hectares|hectárea|hectáreas|hectare|га|هكتار"),
    (Unit("km2", "area", 1e6), "km2|km²|km^2|sqkm|sq km|sq.km|square kilometres|square kilometers|км2|км²|кв.км|кв. км|كم2|كم²"),
    (Unit("acre", "area", 4_046.8564224), "acre|acres"),
    (Unit("sq ft", "area", 0.09290304), "sqft|sq ft|ft2|square feet"),
    (Unit("dunam", "area", None), "dunam|dunams|donum|دونم"),
    (Unit("jerib", "area", None), "jerib|jeribs|جريب"),
    (Unit("m", "length", 1.0), "m|metre|metres|meter|meters|metros|mètres|м|метров"),
    (Unit("cm", "length", 0.01), "cm|cms|centimetres|centimeters|centímetros|centimètres|см|سم"),
    (Unit("mm", "length", 0.001), "mm|мм"),
    (Unit("km", "length", 1_000.0), "km|kms|kilometres|kilometers|км|كم"),
    (Unit("in", "length", 0.0254), "inch|inches"),
    (Unit("ft", "length", 0.3048), "ft|feet"),
    (Unit("USD", "money", 1.0), "usd|us$|$|us dollars"),
    (Unit("another currency", "money", None), "eur|€|gbp|£|chf|afn|cop|aoa|mzn|iqd|syp|uah|lbp|gel|khr|lak|rub"),
    (Unit("%", "share", None), "%|percent"),
)
BY_WORD = {word.casefold(): unit for unit, words in _UNITS for word in words.split("|")}
_LONGEST_FIRST = "|".join(re.escape(word) for word in sorted(BY_WORD, key=len, reverse=True))
_IN_BRACKETS = re.compile(rf"[\s_]*[(\[{{]\s*(?:in |en |em )?({_LONGEST_FIRST})\.?\s*[)\]}}]\s*$", re.IGNORECASE)
_BEHIND = re.compile(rf"[\s_,;:]+(?:in_|in )?({_LONGEST_FIRST})\.?\s*$", re.IGNORECASE)
VALUE = re.compile(rf"\s*({_LONGEST_FIRST})\.?$", re.IGNORECASE)
"""A unit behind a number."""
YES_NO = re.compile(r"\s*\(\s*(?:y(?:es)?|s[ií]?|sim|o(?:ui)?|д(?:а)?)\s*/\s*(?:no?|non|não|н(?:ет)?)\s*\)\s*$", re.IGNORECASE)
"""A question that is answered with yes or no."""
_SCALE = re.compile(r"\s*\(\s*\d+\s*[-\u2013]\s*\d+\s*\)\s*$")
_OF_FIELD = {"m2": "m2", "ha": "ha", "cm": "cm", "km": "km", "USD": "USD"}


def split_unit(column: str) -> tuple[str, Unit | None]:
    """A column's name without the unit, scale or ``(Y/N)`` at its end, and that unit.

    >>> split_unit("Area Size (sqm)")[0], split_unit("area_ha")[1].sign, split_unit("Name")[1]
    ('Area Size', 'ha', None)
    """
    column = _SCALE.sub("", YES_NO.sub("", column))
    for pattern in (_IN_BRACKETS, _BEHIND):
        if (match := pattern.search(column)) and match.start() > 0:
            return column[: match.start()], BY_WORD[match[1].casefold()]
    return column, None


def factor(unit: Unit, item: Field) -> float | None:
    """By what a number in ``unit`` is multiplied to be in the field's unit; None where it cannot be, or is not known.

    >>> from geodata.schema.records import Field
    >>> factor(BY_WORD["ha"], Field("area_m2", "number", "Area.", unit="m2"))
    10000.0
    """
    target = BY_WORD.get(_OF_FIELD.get(item.unit, "").casefold())
    if target is None or target.dimension != unit.dimension or unit.size is None or target.size is None:
        return None
    return unit.size / target.size


def measures(unit: Unit, item: Field) -> bool:
    """Whether a field holds what a unit measures, be it in another unit."""
    target = BY_WORD.get(_OF_FIELD.get(item.unit, "").casefold())
    return target is not None and target.dimension == unit.dimension
