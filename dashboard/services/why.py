"""Why an area has its rank: reasons for and against, what is not known, and what would move it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.services.disagreement import Standing
from dashboard.services.firmness import FirmRank
from dashboard.services.movers import Mover, mover
from dashboard.services.views import RankedView
from models.ranking import RANKED

N_FOR, N_AGAINST, N_UNKNOWN = 2, 1, 1
_EVEN = 0.5


@dataclass(frozen=True)
class Reason:
    """One criterion's part in a rank.

    Attributes
    ----------
    criterion, indicator : str
    measured : float
        What was measured, in the indicator's unit; NaN where unknown.
    value : float
        0..1 by the value function; NaN where unknown.
    weight : float
        Share of the whole weight.
    contribution : float
        What it adds to the score; NaN where unknown.
    most : float
        What it could add at most, were its value 1.
    """

    criterion: str
    indicator: str
    measured: float
    value: float
    weight: float
    contribution: float
    most: float

    @property
    def is_known(self) -> bool:
        """Whether the criterion was measured."""
        return not math.isnan(self.value)


@dataclass(frozen=True)
class GroupPart:
    """One group's part in a rank: what its criteria add together.

    Attributes
    ----------
    group : str
    reasons : tuple of Reason
        The group's criteria, the largest contribution first, unknown ones last.
    """

    group: str
    reasons: tuple[Reason, ...]

    @property
    def contribution(self) -> float:
        """What the group adds to the score; NaN where none of it is known."""
        known = [reason.contribution for reason in self.reasons if reason.is_known]
        return math.fsum(known) if known else math.nan

    @property
    def most(self) -> float:
        """What its known criteria could add at most; its whole weight where none is known."""
        known = [reason.most for reason in self.reasons if reason.is_known]
        return math.fsum(known or (reason.weight for reason in self.reasons))

    @property
    def weight(self) -> float:
        """Share of the whole weight."""
        return math.fsum(reason.weight for reason in self.reasons)


@dataclass(frozen=True)
class Why:
    """The answer to "why this rank".

    Attributes
    ----------
    row : int
    is_ranked : bool
    reason_unranked : str
    rank, rank_best, rank_worst : int or None
        ``best`` and ``worst``: were all its unknown values at their best or worst, all other areas staying.
    n_ranked : int
    score, score_low, score_high, known_share : float
    reasons : tuple of Reason
        Every criterion with weight, the largest contribution first, unknown ones last.
    speaks_for, against, unknown : tuple of Reason
    mover : Mover or None
    firm : FirmRank or None
        None where it is not estimated.
    groups : tuple of GroupPart
        The same reasons by group, the group that adds most first; their contributions sum to the score.
    standing : Standing or None
        The area in the lists of all profiles; None where there are fewer than two.
    n_tied : int
        Other ranked areas of its class block with its score: identifiers alone decide between them.
    """

    row: int
    is_ranked: bool
    reason_unranked: str
    rank: int | None
    rank_best: int | None
    rank_worst: int | None
    n_ranked: int
    score: float
    score_low: float
    score_high: float
    known_share: float
    reasons: tuple[Reason, ...]
    speaks_for: tuple[Reason, ...]
    against: tuple[Reason, ...]
    unknown: tuple[Reason, ...]
    mover: Mover | None
    firm: FirmRank | None
    groups: tuple[GroupPart, ...]
    standing: Standing | None
    n_tied: int = 0


def why(view: RankedView, row: int, firm: FirmRank | None = None, standing: Standing | None = None) -> Why:
    """Explain the rank of one area.

    Parameters
    ----------
    view : RankedView
    row : int
        Row of the area in the snapshot.
    firm : FirmRank, optional
        How firm its rank is, as :func:`dashboard.services.firmness.firm_rank` says.
    standing : Standing, optional
        Its ranks under all profiles, as :func:`dashboard.services.disagreement.standing` says.

    Notes
    -----
    A criterion speaks for an area where its value lies above one half, and more the more it adds to the score; against it
    where its value lies below one half, and more the more the area loses by it.
    """
    ranking = view.ranking
    reasons = criterion_reasons(view, row)
    known = [reason for reason in reasons if reason.is_known]
    unknown = sorted((reason for reason in reasons if not reason.is_known), key=lambda reason: -reason.weight)
    losses = sorted(known, key=lambda reason: reason.contribution - reason.most)
    is_ranked = bool(ranking.is_ranked[row])
    return Why(
        row=row,
        is_ranked=is_ranked,
        reason_unranked=str(ranking.reason_unranked[row]) or RANKED,
        rank=_whole(ranking.rank[row]),
        rank_best=ranking.rank_of_score(row, float(ranking.score_high[row])) if is_ranked else None,
        rank_worst=ranking.rank_of_score(row, float(ranking.score_low[row])) if is_ranked else None,
        n_ranked=ranking.n_ranked,
        score=float(ranking.score[row]),
        score_low=float(ranking.score_low[row]),
        score_high=float(ranking.score_high[row]),
        known_share=float(ranking.known_share[row]),
        reasons=tuple(reasons),
        speaks_for=tuple(reason for reason in known if reason.value > _EVEN)[:N_FOR],
        against=tuple(reason for reason in losses if reason.value < _EVEN)[:N_AGAINST],
        unknown=tuple(unknown)[:N_UNKNOWN],
        mover=mover(view, row),
        firm=firm,
        groups=group_parts(view, reasons),
        standing=standing,
        n_tied=_n_tied(view, row) if is_ranked else 0,
    )


def criterion_reasons(view: RankedView, row: int) -> list[Reason]:
    """Every criterion that has weight, the largest contribution first, unknown ones last."""
    ranking = view.ranking
    values = ranking.values[row]
    weights = np.array([criterion.weight for criterion in view.scenario.criteria])
    known_weight = float(weights[~np.isnan(values)].sum())
    reasons = [
        Reason(
            criterion=criterion.id,
            indicator=criterion.indicator,
            measured=float(view.snapshot.values[criterion.indicator].to_numpy()[row]),
            value=float(value),
            weight=criterion.weight,
            contribution=float(criterion.weight * value / known_weight) if known_weight else float("nan"),
            most=criterion.weight / known_weight if known_weight and not math.isnan(value) else criterion.weight,
        )
        for criterion, value in zip(view.scenario.criteria, values, strict=True)
        if criterion.weight > 0
    ]
    return sorted(reasons, key=lambda reason: (not reason.is_known, -np.nan_to_num(reason.contribution), -reason.weight))


def group_parts(view: RankedView, reasons: Sequence[Reason]) -> tuple[GroupPart, ...]:
    """Reasons by the group of their criterion, the group that adds most first, groups of which nothing is known last."""
    groups = {criterion.id: criterion.group for criterion in view.scenario.criteria}
    names = dict.fromkeys(groups[reason.criterion] for reason in reasons)
    parts = [GroupPart(name, tuple(reason for reason in reasons if groups[reason.criterion] == name)) for name in names]
    return tuple(sorted(parts, key=lambda part: (math.isnan(part.contribution), -np.nan_to_num(part.contribution), -part.weight)))


def _n_tied(view: RankedView, row: int) -> int:
    ranking, block = view.ranking, view.ranking.table.assignment.block
    same = ranking.is_ranked & (ranking.score == ranking.score[row]) & (block == block[row])
    return int(same.sum()) - 1


def _whole(number: float) -> int | None:
    return None if math.isnan(number) else int(number)
