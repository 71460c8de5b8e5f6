"""The command that learns from judgements "this area before that one", from past decisions, or from outcomes."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from dashboard.commands.output import Outcome
from dashboard.commands.results import GroupShareResult, LearnedResult, MeasureResult, MirrorResult, PreferencesResult
from dashboard.commands.tables import aligned
from dashboard.programme import Programme
from geodata.errors import WrongUseError

if TYPE_CHECKING:
    from dashboard.services.preferences.mirror import Mirror
    from dashboard.services.preferences.stakeholders import Preference
    from models.ranking.preference import GroupShare

NOTE = "A view beside the adopted weights, never in their place: adopt weights as a profile, with author and reason."
_TRUST = {
    "trust": "foretells held-out places better than equal weights",
    "too_few": "TOO FEW to trust: the interval is wide",
    "no_better": "NOT TO BE TRUSTED yet: equal weights may foretell held-out places as well",
    None: "not checked: too few places or judgements to hold any out",
}
_SPEAKS: dict[str, str] = {
    "decisions": "{n} of {all} areas that are not released were given to a team; they stand before those that wait",
    "outcomes": "users were counted on {n} of {all} released areas; land with more users stands before land with fewer",
}
_CAVEAT = {
    "decisions": "A mirror, never a default: it repeats what decided where teams were sent, the reasons nobody wrote down too.",
    "outcomes": "Seen where somebody went back, and measured with the layers of today, not of before the release.",
}


def run_preferences(arguments: argparse.Namespace) -> Outcome:
    """Learn from judgements, decisions or outcomes; nothing is changed."""
    programme = Programme.open(arguments.programme)
    if arguments.source == "judgements":
        found = programme.preferences(arguments.file, scenario=arguments.scenario)
        lines = [line for each in found for line in _lines(each)] or ["No judgement has been entered yet."]
        return Outcome(PreferencesResult(note=NOTE, learned=[_result(each) for each in found], mirror=None), "\n".join([*lines, NOTE]))
    if arguments.file:
        raise WrongUseError(f"{arguments.source} are read from the registry, not from a file.", "Leave the file away.")
    mirror, preference = programme.mirror(arguments.source, scenario=arguments.scenario)
    result = PreferencesResult(note=NOTE, learned=[_result(preference)], mirror=_mirror_result(mirror))
    return Outcome(result, "\n".join([*_mirror_lines(mirror), *_lines(preference), *_loser_lines(mirror), NOTE]))


def _lines(found: Preference) -> list[str]:
    learned, noun = found.learned, "pairs" if found.who in _SPEAKS else "judgements"
    if not learned.weights:
        return [f"{found.who}: {learned.n_pairs} {noun}. {learned.refused}"]
    trust = None if found.report is None else found.report.trust
    heaviest = sorted(learned.weights.items(), key=lambda pair: -pair[1])
    lines = [f"{found.who}: {learned.n_pairs:,} {noun}; {_TRUST[trust]}."]
    lines += [
        f"  {each.metric}: {each.value:.2f} ({each.low:.2f} to {each.high:.2f}), equal weights {each.baseline:.2f}"
        for each in (found.report.measures if found.report else ())
    ]
    lines.append("  weights: " + ", ".join(f"{name} {weight:.0%}" for name, weight in heaviest if weight >= 0.005))
    lines.append(f"  of the first {learned.n_top}, {learned.n_top_shared} are the same as in the list")
    if learned.tau is not None:
        lines.append(f"  Kendall tau with the present list: {learned.tau:.2f}")
    if found.ask_next:
        lines.append("  ask next: " + "; ".join(f"{first} or {second}" for first, second in found.ask_next[:3]))
    return lines


def _mirror_lines(mirror: Mirror) -> list[str]:
    return [f"{_SPEAKS[mirror.source].format(n=f'{mirror.n_known:,}', all=f'{mirror.n_all:,}').capitalize()}.", _CAVEAT[mirror.source]]


def _loser_lines(mirror: Mirror) -> list[str]:
    """Who would be served less, by province and by need."""
    lines = []
    for title, shares in (("province", mirror.by_province), (f"fifth by {mirror.need} (5 the neediest)", mirror.by_need)):
        if shares:
            head = (title, "areas", f"in the first {mirror.learned.n_top}", "in the mirror's")
            rows = [(share.group or "-", f"{share.n_areas:,}", str(share.n_now), str(share.n_other)) for share in shares]
            lines += ["", *aligned([head, *rows])]
    return [*lines, ""] if lines else []


def _result(found: Preference) -> LearnedResult:
    learned = found.learned
    measures = found.report.measures if found.report else ()
    return LearnedResult(
        kind=found.who,
        n_judgements=learned.n_pairs,
        refused=learned.refused or None,
        trust=None if found.report is None else found.report.trust,
        n_places=None if found.report is None else found.report.n_places,
        measures=[MeasureResult(metric=m.metric, value=m.value, low=m.low, high=m.high, baseline=m.baseline) for m in measures],
        weights=learned.weights,
        n_top=learned.n_top,
        n_top_shared=learned.n_top_shared if learned.weights else None,
        tau_with_list=learned.tau,
        ask_next=[list(pair) for pair in found.ask_next],
    )


def _mirror_result(mirror: Mirror) -> MirrorResult:
    def shares(groups: tuple[GroupShare, ...]) -> list[GroupShareResult]:
        return [GroupShareResult(group=each.group, n_areas=each.n_areas, n_now=each.n_now, n_mirror=each.n_other) for each in groups]

    return MirrorResult(
        source=mirror.source,
        n_known=mirror.n_known,
        n_all=mirror.n_all,
        by_province=shares(mirror.by_province),
        need=mirror.need or None,
        by_need=shares(mirror.by_need),
    )
