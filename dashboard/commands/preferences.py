"""The command that learns from judgements "this area before that one"."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.commands.output import Outcome
from dashboard.commands.results import LearnedResult, MeasureResult, PreferencesResult
from dashboard.programme import Programme
from dashboard.services.preferences import learn_preferences, read_judgements

if TYPE_CHECKING:
    from dashboard.services.preferences import Learned

NOTE = "A view beside the adopted weights, never in their place: adopt weights as a profile, with author and reason."
_TRUST = {
    "trust": "foretells held-out places better than equal weights",
    "too_few": "TOO FEW judgements to trust: the interval is wide",
    "no_better": "NOT TO BE TRUSTED yet: equal weights may foretell held-out places as well",
    None: "not checked: too few places or judgements to hold any out",
}


def run_preferences(arguments: argparse.Namespace) -> Outcome:
    """Learn from a file of judgements, each kind of stakeholder by itself; nothing is changed."""
    programme = Programme.open(arguments.programme)
    judgements = read_judgements(Path(arguments.file))
    found = learn_preferences(programme.snapshot(), programme.scenario(arguments.scenario), judgements)
    lines = [line for each in found for line in _lines(each)]
    return Outcome(PreferencesResult(note=NOTE, learned=[_result(each) for each in found]), "\n".join([*lines, NOTE]))


def _lines(found: Learned) -> list[str]:
    if found.refused:
        return [f"{found.kind}: {found.n_judgements} judgements. {found.refused}"]
    trust = None if found.report is None else found.report.trust
    heaviest = sorted(found.weights.items(), key=lambda pair: -pair[1])
    lines = [f"{found.kind}: {found.n_judgements} judgements; {_TRUST[trust]}."]
    lines += [
        f"  {each.metric}: {each.value:.2f} ({each.low:.2f} to {each.high:.2f}), equal weights {each.baseline:.2f}"
        for each in (found.report.measures if found.report else ())
    ]
    lines.append("  weights: " + ", ".join(f"{name} {weight:.0%}" for name, weight in heaviest if weight >= 0.005))
    if found.tau_with_list is not None:
        lines.append(f"  Kendall tau with the present list: {found.tau_with_list:.2f}")
    lines.append("  ask next: " + "; ".join(f"{first} or {second}" for first, second in found.ask_next[:3]))
    return lines


def _result(found: Learned) -> LearnedResult:
    measures = found.report.measures if found.report else ()
    return LearnedResult(
        kind=found.kind,
        n_judgements=found.n_judgements,
        refused=found.refused or None,
        trust=None if found.report is None else found.report.trust,
        n_places=None if found.report is None else found.report.n_places,
        measures=[MeasureResult(metric=m.metric, value=m.value, low=m.low, high=m.high, baseline=m.baseline) for m in measures],
        weights=found.weights,
        tau_with_list=found.tau_with_list,
        ask_next=[list(pair) for pair in found.ask_next],
    )
