"""From what stakeholders said to the weights of a profile, with how far each answer and all together hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geodata.errors import WrongUseError, name_culprits
from geodata.schema.consultation import Answer, Consultation
from models.ranking.weighting import (
    MOST_CONSISTENT_RATIO,
    AhpWeights,
    GroupWeights,
    Judgement,
    agree_on_weights,
    ahp_weights,
    critic_weights,
    direct_weights,
    entropy_weights,
    roc_weights,
    swing_weights,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geodata.schema.scenario import ResolvedScenario
    from geodata.snapshot import Snapshot
    from models.ranking import Ranking

NOT_FOR_ADOPTION = "Diagnostics, not for adoption: they reward spread between areas, not importance."


@dataclass(frozen=True)
class AnswerWeights:
    """Weights of one stakeholder.

    Attributes
    ----------
    name, kind : str
    way : {"order", "points", "weights", "judgements"}
    weights : dict from criterion to share
    ahp : AhpWeights or None
        Consistency of pairwise judgements.
    """

    name: str
    kind: str
    way: str
    weights: dict[str, float]
    ahp: AhpWeights | None = None

    @property
    def warning(self) -> str:
        """What is wrong with the judgements, "" for nothing."""
        if self.ahp is None or self.ahp.is_consistent or self.ahp.worst is None:
            return ""
        worst = self.ahp.worst
        three = " (with three criteria any of the three may be the odd one)" if len(self.weights) == 3 else ""
        return (
            f"{self.name}: consistency ratio {self.ahp.consistency_ratio:.2f} is above {MOST_CONSISTENT_RATIO:.2f}. "
            f"The judgement that fits the others least is {worst.first} : {worst.second} = {worst.ratio:.3g}; "
            f"all together say {self.ahp.implied_ratio:.2f}{three}. "
            f"Ask about it again."
        )


@dataclass(frozen=True)
class Weighting:
    """What a consultation comes to.

    Attributes
    ----------
    answers : tuple of AnswerWeights
    group : GroupWeights
        Of all, each counting the same.
    by_kind : dict from kind to GroupWeights
        For kinds of stakeholder, where there is more than one kind.
    """

    answers: tuple[AnswerWeights, ...]
    group: GroupWeights
    by_kind: dict[str, GroupWeights]


def weigh(consultation: Consultation, criteria: Sequence[str]) -> Weighting:
    """Weights of a consultation.

    Parameters
    ----------
    consultation : Consultation
    criteria : sequence of str
        Those of the programme; one that nobody names weighs 0.

    Raises
    ------
    WrongUseError
        A criterion is named that the programme does not have.
    ModelsError
        An answer gives no weights.
    """
    answers = tuple(_weigh_answer(answer) for answer in consultation.answers)
    unknown = sorted({name for answer in answers for name in answer.weights} - set(criteria))
    if unknown:
        raise WrongUseError(f"Answers name criteria of the programme; unknown: {name_culprits(unknown)}.", f"Use: {', '.join(criteria)}.")
    kinds = list(dict.fromkeys(answer.kind for answer in answers))
    return Weighting(answers, _agree(answers), {kind: _agree(_of_kind(answers, kind)) for kind in kinds} if len(kinds) > 1 else {})


def diagnostic_weights(snapshot: Snapshot, scenario: ResolvedScenario) -> dict[str, dict[str, float]]:
    """Entropy and CRITIC weights of the ranked areas' values, by criterion: diagnostics, not for adoption."""
    from models.ranking import rank_areas

    return ranking_diagnostics(rank_areas(snapshot.values, snapshot.records, scenario))


def ranking_diagnostics(ranking: Ranking) -> dict[str, dict[str, float]]:
    """The same of a list that is ranked already."""
    values = ranking.values[ranking.order]
    return {
        name: dict(zip(ranking.criteria, method(values).tolist(), strict=True))
        for name, method in (("entropy", entropy_weights), ("critic", critic_weights))
    }


def _weigh_answer(answer: Answer) -> AnswerWeights:
    if answer.order is not None:
        return AnswerWeights(answer.name, answer.kind, "order", roc_weights(answer.order))
    if answer.points is not None:
        return AnswerWeights(answer.name, answer.kind, "points", swing_weights(answer.points))
    if answer.weights is not None:
        return AnswerWeights(answer.name, answer.kind, "weights", direct_weights(answer.weights))
    found = ahp_weights([Judgement(*judgement) for judgement in answer.judgements or ()])
    return AnswerWeights(answer.name, answer.kind, "judgements", found.weights, found)


def _of_kind(answers: Sequence[AnswerWeights], kind: str) -> list[AnswerWeights]:
    return [answer for answer in answers if answer.kind == kind]


def _agree(answers: Sequence[AnswerWeights]) -> GroupWeights:
    return agree_on_weights({answer.name: answer.weights for answer in answers})
