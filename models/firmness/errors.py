"""Errors of the data: how wrong each measure may be, and whether neighbours are wrong together.

A measured value x of an indicator is drawn anew as ``x (1 + share z)`` or ``x + size z``, with z normal and held within -3..3. Of
the variance of z a part ``together`` is shared by all areas of one square of ``reach_m``: a census that missed a valley missed
every area in it. An unknown value stays unknown, a measure of 0 or more stays so, and classes stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.schema.config import MeasureError
from geodata.schema.criteria import Categorical, Linear, Piecewise
from geodata.schema.scenario import WeightedCriterion
from models.errors import ModelsError
from models.firmness.first import first_of, line_of
from models.firmness.whole import VALUE_UNITS, WEIGHT_UNITS, WholeValues
from models.ranking import Ranking
from models.ranking.value import AnyValueFunction, evaluate

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_MOST_DEVIATIONS: Final = 3.0
_PILOTS: Final = 1_000
_PILOTS_PER_PLACE: Final = 10
_M_PER_DEGREE: Final = 111_320.0
_TELL_EVERY: Final = 50


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
        """Refuse places that do not pair."""
        if len(self.lon) != len(self.lat):
            raise ModelsError(f"Each area has a longitude and a latitude; found {len(self.lon)} and {len(self.lat)}.", "Pass both.")

    def draw_values(self, ranking: Ranking, rows: Integers, n_draws: int) -> Floats:
        """Values of some areas, drawn anew, d x n x k; for few areas."""
        parts = self._parts(ranking, rows)
        draw = np.random.default_rng(self.seed)
        everyone = np.arange(len(rows))
        return np.stack([np.column_stack([part.values(draw, everyone, part.shared(draw)) for part in parts]) for _ in range(n_draws)])

    def count_first(
        self, ranking: Ranking, rows: Integers, weights: Floats, places: int, progress: Callable[[float], None] | None = None
    ) -> Integers:
        """How often each row is among the first of its block, one draw of the data for each draw of weights.

        Some areas that do well as measured are drawn first; the line among them is never above the line among all. Every other
        area begins at its best values, gives them up criterion by criterion as its errors are drawn, and is dropped as soon as it
        cannot reach that line any more. All numbers are whole, so dropping changes no count. ``progress`` is told the share of the
        draws that are done.
        """
        parts = self._parts(ranking, rows)
        trial = _Trial.of(parts, weights.mean(axis=0), places)
        counts = np.zeros(len(rows), dtype=np.int64)
        draw = np.random.default_rng(self.seed)
        for number, weight in enumerate(weights):
            counts[trial.first(draw, weight)] += 1
            if progress is not None and number % _TELL_EVERY == 0:
                progress(number / len(weights))
        return counts

    def _parts(self, ranking: Ranking, rows: Integers) -> list[_Part]:
        squares: dict[float, tuple[Integers, int]] = {}
        for error in self.by_indicator.values():
            if error.reach_m not in squares:
                squares[error.reach_m] = _cells(self.lon[rows], self.lat[rows], error.reach_m)
        return [_Part.of(self, ranking, place, rows, squares) for place in range(len(ranking.criteria))]


@dataclass(frozen=True, eq=False)
class _Trial:
    """What every draw of the data needs: the parts of the areas, their best values, and the areas that are drawn first."""

    parts: Sequence[_Part]
    best: WholeValues
    pilot: Integers
    others: Integers
    places: int

    @classmethod
    def of(cls, parts: Sequence[_Part], mean_weights: Floats, places: int) -> _Trial:
        """From the parts of n areas, the mean weights by which pilots are chosen (k), and the length of the top."""
        plain = WholeValues.of(np.column_stack([part.plain for part in parts]))
        n_pilots = min(len(plain), max(_PILOTS, _PILOTS_PER_PLACE * places))
        scores = plain.scores(np.rint(mean_weights)[np.newaxis])[0]
        pilot = np.sort(np.argsort(-scores, kind="stable")[:n_pilots])
        others = np.setdiff1d(np.arange(len(plain)), pilot, assume_unique=True)
        return cls(parts, WholeValues.of(np.column_stack([part.most for part in parts])), pilot, others, places)

    def first(self, draw: np.random.Generator, weight: Floats) -> Integers:
        """Positions of the areas that are among the first in one draw."""
        shared = [part.shared(draw) for part in self.parts]
        scores, _ = self._drawn(draw, weight, shared, self.pilot, -1.0)
        line = line_of(scores, self.places) if self.places < len(scores) else -1.0
        more, kept = self._drawn(draw, weight, shared, self.others, line)
        everyone, together = np.concatenate([self.pilot, kept]), np.concatenate([scores, more])
        order = np.argsort(everyone)
        return everyone[order][first_of(together[order], self.places)]

    def _drawn(
        self, draw: np.random.Generator, weight: Floats, shared: Sequence[Floats | None], at: Integers, line: float
    ) -> tuple[Floats, Integers]:
        """Scores of the areas at some positions that reach the line, and which these are."""
        gained = self.best.filled[at] @ weight
        known = None if self.best.known is None else self.best.known[at] @ weight
        for place in np.argsort([-weight[place] * part.reach for place, part in enumerate(self.parts)], kind="stable"):
            part = self.parts[place]
            near = np.flatnonzero(self._scores(gained, known) >= line)
            at, gained, known = at[near], gained[near], None if known is None else known[near]
            if part.spread is not None and weight[place] > 0:
                values = np.rint(np.nan_to_num(part.values(draw, at, shared[place])) * VALUE_UNITS)
                gained = gained - weight[place] * np.maximum(self.best.filled[at, place] - values, 0.0)
        scores = self._scores(gained, known)
        near = np.flatnonzero(scores >= line)
        return scores[near], at[near]

    @staticmethod
    def _scores(gained: Floats, known: Floats | None) -> Floats:
        if known is None:
            return gained
        scores: Floats = np.rint(np.divide(gained, known, out=np.zeros_like(gained), where=known > 0) * WEIGHT_UNITS)
        return scores


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
    def of(cls, errors: DataErrors, ranking: Ranking, place: int, rows: Integers, squares: Mapping[float, tuple[Integers, int]]) -> _Part:
        """From the criterion at a place of a ranking's list, for some rows, and the squares that these lie in by reach."""
        criterion: WeightedCriterion = ranking.scenario.criteria[place]
        measured = ranking.table.measurements[criterion.indicator].to_numpy(dtype=np.float64)[rows]
        plain = ranking.values[rows, place]
        error = errors.by_indicator.get(criterion.indicator)
        if error is None:
            return cls(criterion.value, measured, None, np.zeros(0, dtype=np.int64), 0, 0.0, plain, plain, plain)
        spread = np.abs(measured) * error.share + error.size
        cell, n_cells = squares[error.reach_m]
        least, most = _ends(criterion.value, measured, spread, plain)
        return cls(criterion.value, measured, spread, cell, n_cells, error.together, plain, least, most)

    @cached_property
    def reach(self) -> float:
        """How far an error can lower a value from its best, on average."""
        return float(np.nan_to_num(self.most - self.least).mean()) if len(self.most) else 0.0

    def shared(self, draw: np.random.Generator) -> Floats | None:
        """The part of one draw that areas of a square share, one number a square; None where nothing is shared."""
        return draw.standard_normal(self.n_cells) if self.together > 0 and self.spread is not None else None

    def values(self, draw: np.random.Generator, near: Integers, shared: Floats | None) -> Floats:
        """Values of the areas at some positions, drawn anew."""
        if self.spread is None:
            return self.plain[near]
        z = draw.standard_normal(len(near))
        if shared is not None:
            z = np.sqrt(self.together) * shared[self.cell[near]] + np.sqrt(1.0 - self.together) * z
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
