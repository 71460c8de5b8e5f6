"""Errors of the data: how wrong each measure may be, and whether neighbours are wrong together.

A measured value x of an indicator is drawn anew as ``x (1 + share z)`` or ``x + size z``, with z normal and held within -3..3. Of
the variance of z a part ``together`` is shared by all areas of one square of ``reach_m``: a census that missed a valley missed
every area in it. An unknown value stays unknown, a measure of 0 or more stays so, and classes stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.schema.config import MeasureError
from geodata.schema.criteria import Categorical, Linear, Piecewise
from geodata.schema.scenario import WeightedCriterion
from models.errors import ModelsError
from models.firmness.whole import WholeValues
from models.ranking import Ranking
from models.ranking.value import AnyValueFunction, evaluate

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_MOST_DEVIATIONS: Final = 3.0
_M_PER_DEGREE: Final = 111_320.0


@dataclass(frozen=True, eq=False)
class DataErrors:
    """Errors of some indicators, with where the areas lie.

    Attributes
    ----------
    by_indicator : mapping from indicator to MeasureError
        An indicator left out is taken as exact.
    lon, lat : array of float, n
        Degrees; where unknown, an area shares its error with nobody.
    seed : int
    """

    by_indicator: Mapping[str, MeasureError]
    lon: Floats
    lat: Floats
    seed: int

    def __post_init__(self) -> None:
        if len(self.lon) != len(self.lat):
            raise ModelsError(f"Each area has a longitude and a latitude; found {len(self.lon)} and {len(self.lat)}.", "Pass both.")

    def draw_values(self, ranking: Ranking, rows: Integers, n_draws: int) -> Floats:
        """Values of some areas, drawn anew, d x n x k; for few areas."""
        parts = [_Part.of(self, ranking, place, rows) for place in range(len(ranking.criteria))]
        draw = np.random.default_rng(self.seed)
        everyone = np.arange(len(rows))
        return np.stack([np.column_stack([part.values(draw, everyone) for part in parts]) for _ in range(n_draws)])

    def count_first(self, ranking: Ranking, rows: Integers, weights: Floats, places: int) -> Integers:
        """How often each row is among the first of its block, one draw of the data for each draw of weights.

        Only areas that could reach the line with their best errors, while others have their worst, are drawn.
        """
        from models.firmness.acceptability import first_of, line_of

        parts = [_Part.of(self, ranking, place, rows) for place in range(len(ranking.criteria))]
        best = WholeValues.of(np.column_stack([part.most for part in parts]))
        worst = WholeValues.of(np.column_stack([part.least for part in parts]))
        counts = np.zeros(len(rows), dtype=np.int64)
        draw = np.random.default_rng(self.seed)
        for weight in weights[:, np.newaxis]:
            line = line_of(worst.scores(weight)[0], places) if places < len(rows) else -1.0
            near = np.flatnonzero(best.scores(weight)[0] >= line)
            drawn = WholeValues.of(np.column_stack([part.values(draw, near) for part in parts]))
            counts[near[first_of(drawn.scores(weight)[0], places)]] += 1
        return counts


@dataclass(frozen=True, eq=False)
class _Part:
    """One criterion of some areas: what was measured, how wrong it may be, and its values at worst and best."""

    function: AnyValueFunction
    measured: Floats
    spread: Floats | None
    cell: Integers
    n_cells: int
    together: float
    plain: Floats
    least: Floats
    most: Floats

    @classmethod
    def of(cls, errors: DataErrors, ranking: Ranking, place: int, rows: Integers) -> _Part:
        criterion: WeightedCriterion = ranking.scenario.criteria[place]
        measured = ranking.table.measurements[criterion.indicator].to_numpy(dtype=np.float64)[rows]
        plain = ranking.values[rows, place]
        error = errors.by_indicator.get(criterion.indicator)
        if error is None:
            return cls(criterion.value, measured, None, np.zeros(0, dtype=np.int64), 0, 0.0, plain, plain, plain)
        spread = np.abs(measured) * error.share + error.size
        cell, n_cells = _cells(errors.lon[rows], errors.lat[rows], error.reach_m)
        least, most = _ends(criterion.value, measured, spread, plain)
        return cls(criterion.value, measured, spread, cell, n_cells, error.together, plain, least, most)

    def values(self, draw: np.random.Generator, near: Integers) -> Floats:
        """Values of the areas at some positions, drawn anew."""
        if self.spread is None:
            return self.plain[near]
        z = draw.standard_normal(len(near))
        if self.together > 0:
            shared = draw.standard_normal(self.n_cells)[self.cell[near]]
            z = np.sqrt(self.together) * shared + np.sqrt(1.0 - self.together) * z
        return evaluate(self.function, _moved(self.measured[near], self.spread[near], np.clip(z, -_MOST_DEVIATIONS, _MOST_DEVIATIONS)))


def _moved(measured: Floats, spread: Floats, z: Floats) -> Floats:
    moved = measured + spread * z
    result: Floats = np.where(measured >= 0, np.maximum(moved, 0.0), moved)
    return result


def _ends(function: AnyValueFunction, measured: Floats, spread: Floats, plain: Floats) -> tuple[Floats, Floats]:
    """Smallest and largest value that an error can give; NaN where unknown."""
    if isinstance(function, Categorical | Piecewise):
        unknown = np.isnan(measured)
        return np.where(unknown, np.nan, 0.0), np.where(unknown, np.nan, 1.0)
    low, high = (evaluate(function, _moved(measured, spread, np.full(len(measured), sign * _MOST_DEVIATIONS))) for sign in (-1, 1))
    slack = 0.0 if isinstance(function, Linear) else 1e-9
    return np.maximum(np.fmin(low, high) - slack, 0.0), np.minimum(np.fmax(low, high) + slack, 1.0)


def _cells(lon: Floats, lat: Floats, reach_m: float) -> tuple[Integers, int]:
    """Which square of ``reach_m`` each area lies in, numbered from 0, and how many there are; unplaced areas are alone."""
    known = np.isfinite(lon) & np.isfinite(lat)
    step = reach_m / _M_PER_DEGREE
    middle = float(lat[known].mean()) if known.any() else 0.0
    across = np.floor(np.where(known, lon, 0.0) * round(float(np.cos(np.radians(middle))), 6) / step)
    up = np.floor(np.where(known, lat, 0.0) / step)
    alone = np.where(known, -1.0, np.arange(len(lon), dtype=np.float64))
    _, cell = np.unique(np.column_stack([across, up, alone]), axis=0, return_inverse=True)
    return cell.reshape(-1).astype(np.int64), int(cell.max(initial=-1)) + 1
