"""The part of a ranking that weights do not change: the values of every area, its class and its flags.

A :class:`ValueTable` is made once for a snapshot, a set of value functions and a list of classes;
:func:`models.ranking.result.rank_table` then answers a change of weights in about the time of one sort.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.errors import name_culprits
from geodata.schema.config import ClassSection
from geodata.schema.scenario import ResolvedScenario, WeightedCriterion
from models.errors import ModelsError
from models.ranking.rules import ClassAssignment, assign_classes
from models.ranking.sums import KnownValues
from models.ranking.value import evaluate

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ValueTable:
    """Values, classes and flags of n areas for k criteria.

    Attributes
    ----------
    key : str
        Digest of the value functions and classes: equal keys over one snapshot mean equal tables.
    criteria : tuple of str, k
    area_ids : array of text, n
    measurements : DataFrame, n x indicators
        What the values were made of, NaN unknown.
    known_values : KnownValues
    classes : tuple of ClassSection
    assignment : ClassAssignment
    is_released, is_tasked : array of bool, n
    tie_place : array of int, n, or None
        Place of each area in the order of identifiers; None where the rows already stand in it.
    """

    key: str
    criteria: tuple[str, ...]
    area_ids: NDArray[np.object_]
    measurements: pd.DataFrame
    known_values: KnownValues
    classes: tuple[ClassSection, ...]
    assignment: ClassAssignment
    is_released: Flags
    is_tasked: Flags
    tie_place: Integers | None

    @property
    def n_areas(self) -> int:
        """Number of areas, ranked or not."""
        return len(self.area_ids)

    @cached_property
    def values(self) -> Floats:
        """Values within 0..1, n x k; NaN where unknown."""
        columns = [
            filled if known is None else np.where(known > 0, filled, np.nan)
            for filled, known in zip(self.known_values.filled, self.known_values.known, strict=True)
        ]
        return np.column_stack(columns) if columns else np.empty((self.n_areas, 0))

    @cached_property
    def class_id(self) -> NDArray[np.object_]:
        """Class of each area, None for no class; n."""
        names = np.array([*(section.id for section in self.classes), None], dtype=object)
        result: NDArray[np.object_] = names[self.assignment.index]
        return result

    @cached_property
    def order_of_ids(self) -> Integers | None:
        """Row of each place in the order of identifiers; None where the rows already stand in it."""
        return None if self.tie_place is None else np.argsort(self.tie_place)


def value_table_key(criteria: Sequence[WeightedCriterion], classes: Sequence[ClassSection]) -> str:
    """Digest (16 hex digits) of everything of a scenario that a value table depends on; weights are not part of it."""
    parts = [
        [criterion.model_dump(mode="json", exclude={"weight"}) for criterion in criteria],
        [section.model_dump(mode="json") for section in classes],
    ]
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def build_value_table(values: pd.DataFrame, areas: pd.DataFrame, scenario: ResolvedScenario) -> ValueTable:
    """Make the value table of a snapshot for a scenario.

    Parameters
    ----------
    values : DataFrame of float, n x indicators
        Measurements in the units of the indicators; NaN is unknown.
    areas : DataFrame, n rows in the same order
        ``area_id``, and where given ``is_released``, ``is_tasked`` and the fields that classes test.
    scenario : ResolvedScenario
        Weights are not used.

    Returns
    -------
    ValueTable

    Raises
    ------
    ModelsError
        Rows do not match, identifiers are missing or twice, an indicator is not there or holds an infinite number.
    """
    area_ids = _checked_ids(areas)
    _check_measurements(values, len(areas), scenario)
    columns = [evaluate(c.value, values[c.indicator].to_numpy(dtype=np.float64)) for c in scenario.criteria]
    return ValueTable(
        key=value_table_key(scenario.criteria, scenario.classes),
        criteria=tuple(criterion.id for criterion in scenario.criteria),
        area_ids=area_ids,
        measurements=values,
        known_values=KnownValues.from_columns(columns, len(areas)),
        classes=scenario.classes,
        assignment=assign_classes(scenario.classes, values, areas),
        is_released=_flag(areas, "is_released"),
        is_tasked=_flag(areas, "is_tasked"),
        tie_place=_tie_place(area_ids),
    )


def _checked_ids(areas: pd.DataFrame) -> NDArray[np.object_]:
    if "area_id" not in areas.columns:
        raise ModelsError("Areas need the column area_id; there is none.", "Pass the areas of a snapshot.")
    ids = areas["area_id"]
    no_text = areas.index[[not isinstance(area_id, str) or not area_id for area_id in ids]]
    if len(no_text):
        raise ModelsError(
            f"Each area needs an identifier that is text; rows without one: {name_culprits(no_text)}.",
            "Give each area its identifier in the registry.",
        )
    twice = ids[ids.duplicated()].unique()
    if len(twice):
        raise ModelsError(f"Each area stands once; twice: {name_culprits(twice)}.", "Remove the duplicates at the source.")
    return ids.to_numpy(dtype=object)


def _check_measurements(values: pd.DataFrame, n_areas: int, scenario: ResolvedScenario) -> None:
    if len(values) != n_areas:
        raise ModelsError(
            f"Values and areas need the same rows; there are {len(values)} rows of values and {n_areas} areas.",
            "Pass both from one snapshot.",
        )
    absent = [criterion.indicator for criterion in scenario.criteria if criterion.indicator not in values.columns]
    if absent:
        raise ModelsError(
            f"Each criterion needs its indicator; the snapshot does not hold {name_culprits(absent)}.",
            "Build the snapshot again, or correct the criteria.",
        )
    infinite = [
        criterion.indicator for criterion in scenario.criteria if np.isinf(values[criterion.indicator].to_numpy(dtype=np.float64)).any()
    ]
    if infinite:
        raise ModelsError(
            f"Measurements are finite or unknown; infinite numbers stand in {name_culprits(infinite)}.",
            "Correct the layer that the indicator measures.",
        )


def _flag(areas: pd.DataFrame, name: str) -> Flags:
    if name not in areas.columns:
        return np.zeros(len(areas), dtype=bool)
    return areas[name].fillna(False).to_numpy(dtype=bool)


def _tie_place(area_ids: NDArray[np.object_]) -> Integers | None:
    order = np.argsort(area_ids, kind="stable")
    places = np.arange(len(area_ids), dtype=np.int64)
    if np.array_equal(order, places):
        return None
    place = np.empty_like(places)
    place[order] = places
    return place
