"""The command that makes a profile's weights from what people said."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from dashboard.commands.output import Outcome
from dashboard.commands.results import AnswerResult, GroupResult, WeightsResult
from dashboard.programme import Programme
from dashboard.services.weighting import NOT_FOR_ADOPTION, diagnostic_weights, weigh
from geodata.errors import WrongUseError
from geodata.schema.consultation import Consultation
from geodata.schema.load import load_document

if TYPE_CHECKING:
    from dashboard.services.weighting import AnswerWeights, Weighting
    from models.ranking.weighting import GroupWeights

_DIGITS = 4


def run_weights(arguments: argparse.Namespace) -> Outcome:
    """Weights of a consultation as a profile, or diagnostics of the current data."""
    programme = Programme.open(arguments.programme)
    if (arguments.file is None) == (not arguments.diagnostics):
        raise WrongUseError("Weights come from a FILE of answers; --diagnostics shows what the data would say.", "Give one of the two.")
    if arguments.diagnostics:
        return _diagnose(programme, arguments.scenario)
    consultation = load_document(Path(arguments.file), Consultation)
    found = weigh(consultation, [criterion.id for criterion in programme.config.criteria])
    profile = {
        "id": consultation.id,
        "label": dict(consultation.label),
        "author": consultation.author,
        "rationale": dict(consultation.rationale),
        "weights": _percent(found.group.weights),
    }
    result = WeightsResult(
        profile=profile,
        answers=[_answer_result(answer) for answer in found.answers],
        group=_group_result(found.group),
        by_kind={kind: _group_result(group) for kind, group in found.by_kind.items()},
        warnings=[answer.warning for answer in found.answers if answer.warning],
    )
    return Outcome(result, _text(found, profile))


def _diagnose(programme: Programme, scenario: str | None) -> Outcome:
    settings = programme.scenario(scenario)
    found = diagnostic_weights(programme.snapshot(), settings)
    shown = {name: {key: _finite(weight) for key, weight in weights.items()} for name, weights in found.items()}
    lines = [NOT_FOR_ADOPTION, f"  {'criterion':<24} {'profile':>8} {'entropy':>8} {'critic':>8}"]
    for name, own in settings.weights.items():
        weights = (own, shown["entropy"][name], shown["critic"][name])
        numbers = "".join(f" {'-' if weight is None else f'{weight:.1%}':>8}" for weight in weights)
        lines.append(f"  {name:<24}{numbers}")
    return Outcome(WeightsResult(diagnostics=shown, note=NOT_FOR_ADOPTION), "\n".join(lines))


def _text(found: Weighting, profile: Mapping[str, object]) -> str:
    lines = [f"  {answer.name} ({answer.kind}, {answer.way}): {_in_words(answer.weights)}" for answer in found.answers]
    lines += [f"  warning: {answer.warning}" for answer in found.answers if answer.warning]
    if len(found.answers) > 1:
        lines.append(f"  All agree: Kendall's W {_w(found.group)} ({found.group.agreement}).")
        lines += [f"  {kind}: {_in_words(group.weights)}; W {_w(group)}." for kind, group in found.by_kind.items()]
    fragment = yaml.safe_dump([dict(profile)], allow_unicode=True, sort_keys=False, width=120)
    return "\n".join(
        ["What each said:", *lines, "Put this under profiles: in config.yaml:", *(f"  {line}" for line in fragment.splitlines())]
    )


def _answer_result(answer: AnswerWeights) -> AnswerResult:
    worst = answer.ahp.worst if answer.ahp else None
    return AnswerResult(
        name=answer.name,
        kind=answer.kind,
        way=answer.way,
        weights=answer.weights,
        consistency_ratio=answer.ahp.consistency_ratio if answer.ahp else None,
        most_inconsistent=None if worst is None else [worst.first, worst.second],
        judged=None if worst is None else worst.ratio,
        implied=None if worst is None or answer.ahp is None else answer.ahp.implied_ratio,
    )


def _group_result(group: GroupWeights) -> GroupResult:
    return GroupResult(
        weights=group.weights,
        least=group.least,
        most=group.most,
        kendall_w=_finite(group.kendall_w),
        p_value=_finite(group.p_value),
        agreement=group.agreement,
    )


def _percent(weights: Mapping[str, float]) -> dict[str, float]:
    return {name: round(100 * weight, _DIGITS) for name, weight in weights.items()}


def _in_words(weights: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {weight:.1%}" for name, weight in sorted(weights.items(), key=lambda pair: -pair[1]))


def _w(group: GroupWeights) -> str:
    return "-" if math.isnan(group.kendall_w) else f"{group.kendall_w:.2f}"


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
