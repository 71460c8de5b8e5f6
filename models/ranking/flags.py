"""What is out of the ordinary about a ranking, said so that nobody reads more into it than it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from models.ranking.result import Ranking

NO_AREA = "no_area"
NOTHING_RANKED = "nothing_ranked"
ONE_AREA = "one_area"
ALL_TIED = "all_tied"
CONSTANT = "constant_criterion"
UNKNOWN = "unknown_criterion"


@dataclass(frozen=True)
class Flag:
    """One remark.

    Attributes
    ----------
    code : {"no_area", "nothing_ranked", "one_area", "all_tied", "constant_criterion", "unknown_criterion"}
        There is no area; none is ranked; one is; the scores of all within each class are equal, so that their identifiers
        decide; criteria with weight have one value wherever they are known, so that they move nobody; criteria with weight are
        known nowhere.
    criteria : tuple of str
        Those that the remark is about.
    """

    code: str
    criteria: tuple[str, ...] = ()


def ranking_flags(ranking: Ranking) -> tuple[Flag, ...]:
    """Remarks on a ranking, none for an ordinary one.

    Only ranked areas are looked at, and only criteria that weigh something.
    """
    if not ranking.table.n_areas:
        return (Flag(NO_AREA),)
    rows = ranking.order
    if not len(rows):
        return (Flag(NOTHING_RANKED),)
    if len(rows) == 1:
        return (Flag(ONE_AREA),)
    flags = [Flag(ALL_TIED)] if _all_tied(ranking) else []
    constant, unknown = _idle_criteria(ranking)
    flags += [Flag(CONSTANT, constant)] if constant else []
    flags += [Flag(UNKNOWN, unknown)] if unknown else []
    return tuple(flags)


def tied_areas(ranking: Ranking) -> NDArray[np.bool_]:
    """Whether each place of the order, m, has the score of the place before or after it in the same class block."""
    block, score = ranking.table.assignment.block[ranking.order], ranking.score[ranking.order]
    same = (np.diff(block) == 0) & (np.diff(score) == 0)
    return np.append(same, False) | np.append(False, same) if len(score) else np.zeros(0, dtype=bool)


def _all_tied(ranking: Ranking) -> bool:
    block, score = ranking.table.assignment.block[ranking.order], ranking.score[ranking.order]
    steps = np.diff(score)[np.diff(block) == 0]
    return bool(len(steps) and (steps == 0).all())


def _idle_criteria(ranking: Ranking) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Criteria that have one value wherever they are known, and criteria known nowhere."""
    constant, unknown = [], []
    for place, criterion in enumerate(ranking.scenario.criteria):
        if criterion.weight > 0:
            values = ranking.values[ranking.order, place]
            known = values[~np.isnan(values)]
            if not len(known):
                unknown.append(criterion.id)
            elif (known == known[0]).all():
                constant.append(criterion.id)
    return tuple(constant), tuple(unknown)
