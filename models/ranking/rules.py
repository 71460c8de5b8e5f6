"""Classes that come before any score: must-do, national categories, no-go.

A class is a list of conditions that must all hold. An unknown value never fulfils a condition, whatever the condition is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.schema.config import ClassSection
from geodata.schema.criteria import Condition
from models.errors import ModelsError

Flags = NDArray[np.bool_]
LIST_SEPARATOR = ";"
LIST_FIELDS = ("eo_categories",)
"""Area fields whose text is a list of codes: a condition holds where one of the codes fulfils it."""


@dataclass(frozen=True)
class ClassAssignment:
    """Which class each area belongs to.

    Attributes
    ----------
    index : array of int, n
        Position of the class in the scenario's list; -1 for no class. An area that fulfils several takes the first listed.
    block : array of int, n
        Order of the blocks: classes of kind first, then categories (each in the order listed), areas of no class, no-go.
    """

    index: NDArray[np.int64]
    block: NDArray[np.int64]


def assign_classes(classes: Sequence[ClassSection], values: pd.DataFrame, areas: pd.DataFrame) -> ClassAssignment:
    """Put each area into the first class whose conditions it fulfils.

    Parameters
    ----------
    classes : sequence of ClassSection
        In their order.
    values : DataFrame, n x indicators
        NaN is unknown.
    areas : DataFrame, n rows in the same order
        Area fields.

    Raises
    ------
    ModelsError
        A condition tests an indicator or field that is not there, or compares text with a number.
    """
    index = np.full(len(areas), -1, dtype=np.int64)
    for place, section in enumerate(classes):
        holds = fulfils(section, values, areas)
        index[holds & (index < 0)] = place
    blocks = block_order(classes)
    return ClassAssignment(index=index, block=np.array([*blocks, blocks_without_class(classes)], dtype=np.int64)[index])


def block_order(classes: Sequence[ClassSection]) -> list[int]:
    """Block number of each class: first, categories, (areas of no class), no-go."""
    before = [section.id for kind in ("first", "category") for section in classes if section.kind == kind]
    after = [section.id for section in classes if section.kind == "no_go"]
    place = {class_id: block for block, class_id in enumerate([*before, None, *after])}
    return [place[section.id] for section in classes]


def blocks_without_class(classes: Sequence[ClassSection]) -> int:
    """Block number of areas that belong to no class."""
    return sum(section.kind != "no_go" for section in classes)


def fulfils(section: ClassSection, values: pd.DataFrame, areas: pd.DataFrame) -> Flags:
    """Which areas fulfil all conditions of a class; array of bool, n."""
    holds: Flags = np.ones(len(areas), dtype=bool)
    for condition in section.when:
        holds &= condition_holds(condition, values, areas, where=f"class {section.id!r}")
    return holds


def condition_holds(condition: Condition, values: pd.DataFrame, areas: pd.DataFrame, *, where: str = "a class") -> Flags:
    """Which areas fulfil one condition; array of bool, n, False where the value is unknown."""
    column = _subject(condition, values, areas, where)
    if condition.op in ("at_least", "at_most"):
        return _compare(condition, column, where)
    wanted = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    if condition.field in LIST_FIELDS:
        return _any_listed(column, [str(value) for value in wanted])
    return _equals_any(column, wanted)


def _subject(condition: Condition, values: pd.DataFrame, areas: pd.DataFrame, where: str) -> pd.Series:
    kind, name, table = (
        ("indicator", condition.indicator, values) if condition.indicator is not None else ("area field", condition.field, areas)
    )
    if name not in table.columns:
        raise ModelsError(
            f"Every condition tests something measured; {where} tests the {kind} {name!r}, which the snapshot does not hold.",
            "Correct the class in config.yaml, or build the snapshot again.",
        )
    return table[name]


def _compare(condition: Condition, column: pd.Series, where: str) -> Flags:
    if not (pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype)):
        raise ModelsError(
            f"op: {condition.op} compares numbers; {where} compares {column.name!r}, which holds text.",
            "Use op: equals or op: in for text.",
        )
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    bound = float(condition.value)  # type: ignore[arg-type]
    result: Flags = numbers >= bound if condition.op == "at_least" else numbers <= bound
    return result


def _equals_any(column: pd.Series, wanted: Sequence[float | str]) -> Flags:
    if pd.api.types.is_bool_dtype(column.dtype):
        allowed = {_as_flag(value) for value in wanted}
        return column.map(lambda flag: flag in allowed, na_action="ignore").fillna(False).to_numpy(dtype=bool)
    if pd.api.types.is_numeric_dtype(column.dtype):
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        result: Flags = np.isin(numbers, [_as_number(value) for value in wanted]) & ~np.isnan(numbers)
        return result
    is_known = column.notna().to_numpy(dtype=bool)
    matches: Flags = column.astype(str).isin([_as_text(value) for value in wanted]).to_numpy(dtype=bool)
    return matches & is_known


def _any_listed(column: pd.Series, wanted: Sequence[str]) -> Flags:
    chosen = frozenset(wanted)
    found: Mapping[object, bool] = {
        text: isinstance(text, str) and not chosen.isdisjoint(part.strip() for part in text.split(LIST_SEPARATOR))
        for text in column.unique()
    }
    return np.fromiter((found[text] for text in column), dtype=bool, count=len(column))


def _as_number(value: float | str) -> float:
    try:
        return float(value)
    except ValueError:
        return float("nan")


def _as_flag(value: float | str) -> bool:
    return value.strip().lower() in ("true", "yes", "1") if isinstance(value, str) else bool(value)


def _as_text(value: float | str) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
