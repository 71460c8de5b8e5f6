"""Ranking: classes first, then the additive score, ties by identifier."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.schema.scenario import ResolvedScenario
from models.errors import ModelsError
from models.ranking.apportion import contributions_of
from models.ranking.canonical import LARGEST_CODE, round_scores
from models.ranking.flags import Flag, ranking_flags, tied_areas
from models.ranking.groups import group_contributions
from models.ranking.sums import WeightedSums, has_enough_known, weighted_sums
from models.ranking.table import ValueTable, build_value_table, value_table_key
from models.ranking.weights import check_weights

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

RANKED: Final = ""
RELEASED: Final = "released"
TASKED: Final = "tasked"
TOO_LITTLE_KNOWN: Final = "too_little_known"
_REASONS: Final = (RANKED, RELEASED, TASKED, TOO_LITTLE_KNOWN)
_CODE_BITS: Final = LARGEST_CODE.bit_length()


@dataclass(frozen=True, eq=False)
class Ranking:
    """The rank of every area under a scenario, with everything that explains it.

    Arrays have one entry an area, in the order of the snapshot's rows.

    Attributes
    ----------
    scenario : ResolvedScenario
    table : ValueTable
        Values, classes and flags, shared by rankings that differ in weights only.
    sums : WeightedSums
        Parts of the scores.
    score : array of float, n
        Weighted mean of the known values, 0..1, rounded to 9 significant digits; NaN where nothing weighted is known. By another
        method than the additive one: that method's score, the higher the earlier; NaN where the area is not ranked.
    order : array of int, m
        Row numbers of the ranked areas, best first.
    rank : array of float, n
        1 for the first; NaN where the area is not ranked.
    reason_code : array of uint8, n
        Position in "", "released", "tasked", "too_little_known".
    """

    scenario: ResolvedScenario
    table: ValueTable
    sums: WeightedSums
    score: Floats
    order: Integers
    rank: Floats
    reason_code: NDArray[np.uint8]
    sort_keys: Integers = field(repr=False)

    @property
    def criteria(self) -> tuple[str, ...]:
        """Identifiers of the k criteria."""
        return self.table.criteria

    @property
    def is_additive(self) -> bool:
        """Whether the score is the weighted mean of the values; by other methods it is no sum of contributions."""
        return self.scenario.method == "additive"

    @property
    def n_ranked(self) -> int:
        """Number of ranked areas."""
        return len(self.order)

    @property
    def is_ranked(self) -> Flags:
        """Whether each area has a rank."""
        result: Flags = self.reason_code == 0
        return result

    @property
    def is_listed(self) -> Flags:
        """Whether each area stands in the list: ranked, or too little known to be ranked."""
        result: Flags = self.is_ranked | (self.reason_code == _REASONS.index(TOO_LITTLE_KNOWN))
        return result

    @cached_property
    def reason_unranked(self) -> NDArray[np.object_]:
        """Why an area has no rank: "released", "tasked", "too_little_known"; "" where it has one."""
        result: NDArray[np.object_] = np.array(_REASONS, dtype=object)[self.reason_code]
        return result

    @property
    def class_id(self) -> NDArray[np.object_]:
        """Class of each area; None for no class."""
        return self.table.class_id

    @property
    def is_tasked(self) -> Flags:
        """Whether a team already has the area."""
        return self.table.is_tasked

    @property
    def values(self) -> Floats:
        """Values within 0..1, n x k; NaN where unknown."""
        return self.table.values

    @cached_property
    def known_share(self) -> Floats:
        """Share of the weight whose criteria are known, 0..1."""
        return np.array(self.sums.known_share)

    @cached_property
    def score_low(self) -> Floats:
        """Score if every unknown value were 0; NaN by a method that is not additive."""
        if not self.is_additive:
            return np.full(len(self.score), np.nan)
        return np.fmin(round_scores(self.sums.low)[0], self.score)

    @cached_property
    def score_high(self) -> Floats:
        """Score if every unknown value were 1; NaN by a method that is not additive."""
        if not self.is_additive:
            return np.full(len(self.score), np.nan)
        return np.fmax(round_scores(self.sums.high)[0], self.score)

    @cached_property
    def contributions(self) -> Floats:
        """What each criterion adds to the score, n x k; NaN where unknown, and by a method that is not additive.

        Rounded to the last of the score's 9 digits so that the decimals of a row add up to its score exactly; summed in
        double precision they agree within 1e-15.
        """
        if not self.is_additive:
            return np.full(self.values.shape, np.nan)
        weights = np.array([criterion.weight for criterion in self.scenario.criteria])
        return contributions_of(self.values, weights, self.score)

    @cached_property
    def group_contributions(self) -> dict[str, Floats]:
        """Group of criteria (risk, need, benefit, ...) -> what its criteria add to each area's score, n.

        NaN where none of the group is known; the groups of a row sum to its score within 1e-15.
        """
        return group_contributions(self)

    @cached_property
    def rank_best(self) -> Floats:
        """Rank if the area's unknown values were 1 and all else stayed; NaN where not ranked."""
        return self._rank_at(self.score_high)

    @cached_property
    def rank_worst(self) -> Floats:
        """Rank if the area's unknown values were 0 and all else stayed; NaN where not ranked."""
        return self._rank_at(self.score_low)

    @cached_property
    def flags(self) -> tuple[Flag, ...]:
        """What is out of the ordinary: no area, one area, all tied, criteria that are constant or known nowhere."""
        return ranking_flags(self)

    @property
    def n_tied(self) -> int:
        """Ranked areas with the score of another of their class block: their identifiers decide between them."""
        return int(tied_areas(self).sum())

    @cached_property
    def listing(self) -> Integers:
        """Row numbers as a list shows them: the ranked, then those too little known, by class block and identifier."""
        rest = np.flatnonzero(self.is_listed & ~self.is_ranked)
        ties = rest if self.table.tie_place is None else self.table.tie_place[rest]
        return np.concatenate([self.order, rest[np.lexsort((ties, self.table.assignment.block[rest]))]])

    def rank_of_score(self, row: int, score: float) -> int:
        """Rank that a ranked area would have with another score, all other areas staying as they are."""
        keys = _sort_keys(self.table, np.array([row]), round_scores(np.array([score]))[1])
        return int(self._places(np.array([row]), keys)[0]) + 1

    def _rank_at(self, scores: Floats) -> Floats:
        rank = np.full(len(scores), np.nan)
        if not self.is_additive:
            return rank
        rows = np.flatnonzero(self.is_ranked)
        rank[rows] = self._places(rows, _sort_keys(self.table, rows, round_scores(scores[rows])[1])) + 1.0
        return rank

    def _places(self, rows: Integers, keys: Integers) -> Integers:
        """Place of each row among the others, were its key another."""
        place: Integers = np.searchsorted(self.sort_keys, keys)
        own = self.rank[rows] - 1
        return place - (own < place)


def rank_areas(values: pd.DataFrame, areas: pd.DataFrame, scenario: ResolvedScenario) -> Ranking:
    """Rank areas under a scenario.

    Parameters
    ----------
    values : DataFrame of float, n x indicators
        Measurements; NaN is unknown.
    areas : DataFrame, n rows in the same order
        ``area_id``, ``is_released``, ``is_tasked`` and the fields that classes test.
    scenario : ResolvedScenario

    Returns
    -------
    Ranking
        Classes of kind first, then categories, then areas of no class, then no-go; by score within each; ties by area_id.
        Released areas, tasked ones unless the scenario includes them, and areas with too little known have no rank.

    Raises
    ------
    ModelsError
        Tables do not fit each other or the scenario, or its weights allow no ranking.
    """
    return rank_table(build_value_table(values, areas, scenario), scenario)


def rank_table(table: ValueTable, scenario: ResolvedScenario) -> Ranking:
    """Rank the areas of a value table; only the weights and rules of the scenario are new.

    Parameters
    ----------
    table : ValueTable
        Made for the same value functions and classes.
    scenario : ResolvedScenario

    Raises
    ------
    ModelsError
        The table was made for other value functions or classes, or the weights allow no ranking.
    """
    if table.key != value_table_key(scenario.criteria, scenario.classes):
        raise ModelsError(
            "A value table serves scenarios with its own value functions and classes; this scenario has others.",
            "Make a value table for this scenario.",
        )
    check_weights(scenario.weights)
    sums = weighted_sums(table.known_values, [criterion.weight for criterion in scenario.criteria])
    reason_code = _reasons(table, scenario, sums)
    rows = np.flatnonzero(reason_code == 0)
    score, codes = round_scores(sums.score if scenario.method == "additive" else _other_scores(table, scenario, rows))
    keys = np.sort(_sort_keys(table, rows, codes[rows]))
    ties = keys & ((1 << _tie_bits(table)) - 1)
    order = ties if table.order_of_ids is None else table.order_of_ids[ties]
    rank = np.full(table.n_areas, np.nan)
    rank[order] = np.arange(1, len(order) + 1)
    return Ranking(scenario, table, sums, score, order, rank, reason_code, keys)


def _other_scores(table: ValueTable, scenario: ResolvedScenario, rows: Integers) -> Floats:
    """Scores of the ranked areas by another method; it is loaded when it is asked for."""
    from models.ranking.methods import method_scores

    return method_scores(table, scenario, rows)


def _reasons(table: ValueTable, scenario: ResolvedScenario, sums: WeightedSums) -> NDArray[np.uint8]:
    """First reason that holds for each area, as a position in ``_REASONS``.

    An area of a class of kind first needs no minimum: a must-do stays a must-do where little else is known.
    """
    reason = np.zeros(table.n_areas, dtype=np.uint8)
    if not isinstance(sums.known, float):
        n_first = sum(section.kind == "first" for section in scenario.classes)
        least = np.where(table.assignment.block < n_first, 0.0, scenario.min_known_share)
        reason[~has_enough_known(sums.known_share, least)] = _REASONS.index(TOO_LITTLE_KNOWN)
    if not scenario.include_tasked:
        reason[table.is_tasked] = _REASONS.index(TASKED)
    if not scenario.include_released:
        reason[table.is_released] = _REASONS.index(RELEASED)
    return reason


def _tie_bits(table: ValueTable) -> int:
    return max(table.n_areas - 1, 1).bit_length()


def _sort_keys(table: ValueTable, rows: Integers, codes: Integers) -> Integers:
    """One whole number an area that sorts as (block, score from high to low, identifier) does; all are different."""
    tie_bits = _tie_bits(table)
    if tie_bits + _CODE_BITS + len(table.classes).bit_length() > 63:
        raise ModelsError(
            f"At most {2**27} areas with few classes are ranked at once; there are {table.n_areas}.", "Rank parts of the country."
        )
    ties = rows if table.tie_place is None else table.tie_place[rows]
    block = table.assignment.block[rows]
    keys: Integers = (((block << _CODE_BITS) | (LARGEST_CODE - codes)) << tie_bits) | ties
    return keys
