"""The columns of the areas made ready for a screen: to find words, to filter by place and type, to sort."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.state import N_ADMIN_LEVELS, ViewState
from geodata.schema.config import Config
from geodata.snapshot import Snapshot

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
_PEOPLE = "people"
_REGISTRY = "registry."
_NOT_STATED = "not_stated"


class AreaColumns:
    """Columns of one snapshot's areas; each is made when it is first asked for.

    Parameters
    ----------
    snapshot : Snapshot
    config : Config
        Says which criterion counts people.
    """

    def __init__(self, snapshot: Snapshot, config: Config) -> None:
        self.snapshot = snapshot
        self.areas = snapshot.records
        self._values = snapshot.values
        self._kept: dict[str, NDArray[np.object_]] = {}
        self._texts: dict[str, NDArray[np.object_]] = {}
        self._choices: dict[str, list[str]] = {}
        self._orders: dict[str, NDArray[np.int64]] = {}
        self.people_indicator = _people_indicator(config, snapshot)

    @property
    def n_areas(self) -> int:
        """Number of areas."""
        return len(self.areas)

    @cached_property
    def area_ids(self) -> NDArray[np.object_]:
        """Identifier of each area."""
        return self.text("area_id")

    @cached_property
    def is_released(self) -> Flags:
        """Whether each area is released."""
        released: Flags = self.areas["is_released"].fillna(False).to_numpy(dtype=bool)
        return released

    @cached_property
    def people(self) -> Floats:
        """People counted by the first criterion in people; NaN where unknown or nothing counts people."""
        if self.people_indicator is None:
            return np.full(self.n_areas, np.nan)
        people: Floats = self._values[self.people_indicator].to_numpy(dtype=float)
        return people

    @cached_property
    def area_m2(self) -> Floats:
        """Measured size, or the stated one where no outline is known; NaN where neither is."""
        measured: Floats = self.areas["area_m2"].to_numpy(dtype=float, na_value=np.nan)
        if "area_stated_m2" not in self.areas:
            return measured
        stated = self.areas["area_stated_m2"].to_numpy(dtype=float, na_value=np.nan)
        return np.where(np.isnan(measured), stated, measured)

    def row_of(self, area_id: str) -> int | None:
        """Row of an identifier, or None where there is no such area."""
        return self._rows.get(area_id)

    def text(self, column: str) -> NDArray[np.object_]:
        """A text column with "" for what is not known; made once, to be read only."""
        if column not in self._texts:
            values = self._cells(column)
            self._texts[column] = np.where(pd.isna(values), "", values).astype(object)
        return self._texts[column]

    def name_of(self, row: int) -> str:
        """Name of an area, or its identifier where it has none."""
        return str(self.text("name")[row]) or str(self.area_ids[row])

    def place_of(self, row: int) -> list[str]:
        """Admin path of an area, the widest first, without unknown levels."""
        return [str(place) for level in range(1, N_ADMIN_LEVELS + 1) if (place := self.text(f"admin{level}")[row])]

    def cell(self, column: str, row: int) -> object:
        """One value, or None where unknown or there is no such column."""
        value = self._cells(column)[row]
        return None if pd.isna(value) else value

    def states(self, column: str) -> bool:
        """Whether any area has a stated code in a column: units such as municipalities have no type and no status."""
        return any(value != _NOT_STATED for value in self.choices(column))

    def choices(self, column: str) -> list[str]:
        """Distinct values of a text column, sorted, without the empty one."""
        if column not in self._choices:
            found = sorted(self.areas[column].dropna().unique()) if column in self.areas else []
            self._choices[column] = [str(value) for value in found if value != ""]
        return self._choices[column]

    def places(self, path: tuple[str, ...]) -> list[str]:
        """Names one level below an admin path, sorted; empty below the last level."""
        if len(path) >= N_ADMIN_LEVELS:
            return []
        names = self.text(f"admin{len(path) + 1}")[self._in_place(path)]
        return sorted({str(name) for name in names if name}, key=str.casefold)

    def matching(self, state: ViewState) -> Flags:
        """Areas that the place, type, status and words of a view leave."""
        mask = self._in_place(state.place)
        if state.hazard_types:
            mask &= np.isin(self._type, state.hazard_types)
        if state.statuses:
            mask &= np.isin(self._status, state.statuses)
        if state.text:
            mask &= self._has_words(state.text)
        return mask

    def order_of(self, column: str) -> NDArray[np.int64]:
        """Place of each area when sorted by a text column, case aside; unknown names last."""
        if column not in self._orders:
            folded = pd.Series(self.text(column)).str.casefold()
            codes, _ = pd.factorize(folded.where(folded != "", "\U0010ffff"), sort=True)
            self._orders[column] = codes.astype(np.int64)
        return self._orders[column]

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {str(area_id): row for row, area_id in enumerate(self.area_ids)}

    @cached_property
    def _type(self) -> NDArray[np.object_]:
        types = self.text("hazard_type")
        return np.where(types == "", _NOT_STATED, types).astype(object)

    @cached_property
    def _status(self) -> NDArray[np.object_]:
        statuses = self.text("status")
        return np.where(statuses == "", _NOT_STATED, statuses).astype(object)

    @cached_property
    def _words(self) -> pd.Series:
        columns = ["area_id", "imsma_id", "name", *(f"admin{level}" for level in range(1, N_ADMIN_LEVELS + 1))]
        joined = pd.Series(self.text(columns[0]), dtype="str")
        for column in columns[1:]:
            joined = joined + "\n" + pd.Series(self.text(column), dtype="str")
        return joined.str.casefold()

    def _in_place(self, path: tuple[str, ...]) -> Flags:
        mask = np.ones(self.n_areas, dtype=bool)
        for level, name in enumerate(path, start=1):
            mask &= self.text(f"admin{level}") == name
        return mask

    def _has_words(self, text: str) -> Flags:
        mask = np.ones(self.n_areas, dtype=bool)
        for word in text.casefold().split():
            mask &= self._words.str.contains(word, regex=False).to_numpy(dtype=bool)
        return mask

    def _cells(self, column: str) -> NDArray[np.object_]:
        """A column as Python values, made once; all None where there is no such column."""
        if column not in self._kept:
            self._kept[column] = self._as_objects(column)
        return self._kept[column]

    def _as_objects(self, column: str) -> NDArray[np.object_]:
        """Cells that are alike are one object: names of provinces stand in thousands of rows."""
        if column not in self.areas:
            return np.full(self.n_areas, None, dtype=object)
        codes, distinct = pd.factorize(self.areas[column])  # -1 is unknown
        cells: NDArray[np.object_] = np.concatenate([np.asarray(distinct, dtype=object), np.array([None], dtype=object)])[codes]
        return cells


def _people_indicator(config: Config, snapshot: Snapshot) -> str | None:
    """The first criterion's indicator that counts people in a context layer: records of the registry count casualties."""
    for criterion in config.criteria:
        info = snapshot.indicators.get(criterion.indicator)
        if info is not None and info.unit == _PEOPLE and not (info.layer or "").startswith(_REGISTRY):
            return criterion.indicator
    return None
