"""The command ``models``: the registry of models."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from dashboard.commands.output import DONE, Outcome
from dashboard.commands.results import FeatureShiftResult, LaterResultsResult, ModelResult, ModelsResult
from dashboard.programme import Programme
from geodata.errors import WrongUseError

if TYPE_CHECKING:
    from dashboard.estimates.models import ModelEntry

WARNINGS = {
    "expired": "EXPIRED: its data are older than likelihood: valid_months allows",
    "drifted": "DRIFTED: the areas are no longer like those it was used for",
    "off": "OFF: results that came later are not what it said",
    "no_signal": "NO SIGNAL: in places that were left out it tells no more than the overall share",
    "not_judged": "not judged yet: run landrelease evaluate",
}


def run_models(arguments: argparse.Namespace) -> Outcome:
    """List the models, or show one whole."""
    found = Programme.open(arguments.programme).models()
    if arguments.version is not None:
        found = [entry for entry in found if entry.version == arguments.version]
        if not found:
            raise WrongUseError(f"There is no model {arguments.version[:40]!r}.", "landrelease models lists them.")
    result = ModelsResult(models=[_result(entry) for entry in found])
    lines = [line for entry in found for line in (_whole(entry) if arguments.version is not None else _short(entry))]
    return Outcome(
        result, "\n".join(lines) or "No model was learned yet; landrelease build learns one where there are results enough.", DONE
    )


def warning_lines(entry: ModelEntry) -> list[str]:
    """What must be known before a model is trusted."""
    return [f"  {WARNINGS[code]}" for code in entry.warnings]


def _short(entry: ModelEntry) -> list[str]:
    use = " (in use)" if entry.is_current else ""
    n, places = entry.facts["n_results"], entry.facts["n_places"]
    head = f"{entry.version}{use}: {n:,} results from {places} places, data to {entry.learned_to}, holds until {entry.expires_on}"
    return [head, *warning_lines(entry)]


def _whole(entry: ModelEntry) -> list[str]:
    lines = [
        *_short(entry),
        f"  snapshot {entry.data_version}; learned from sha256 {entry.facts['training_sha256']}",
        f"  fitted {entry.fitted_at or 'at an unknown time'} with {', '.join(f'{name} {what}' for name, what in entry.libraries.items())}",
        "  stability index of present open areas (since it was learned; against the areas learned from):",
    ]
    against = {each.feature: each for each in entry.against_training}
    for each in entry.since:
        other = against[each.feature]
        lines.append(f"    {each.feature:28s} {each.index:6.3f} {each.level:8s} {other.index:6.3f} {other.level}")
    if entry.later is not None:
        later = entry.later
        lines.append(
            f"  {later.n:,} results came later: it expected {later.expected_share:.1%} found, {later.found_share:.1%} were "
            f"({later.low:.1%} to {later.high:.1%})"
        )
    return lines


def _result(entry: ModelEntry) -> ModelResult:
    facts = entry.facts
    return ModelResult(
        version=entry.version,
        data_version=entry.data_version,
        is_current=entry.is_current,
        n_results=facts["n_results"],
        n_found=facts["n_found"],
        n_places=facts["n_places"],
        training_sha256=facts["training_sha256"],
        detected_share=facts["detected"]["value"] if facts["detected"]["is_known"] else None,
        features=list(entry.features),
        libraries=dict(entry.libraries),
        methods=dict(entry.methods),
        learned_to=entry.learned_to,
        expires_on=entry.expires_on,
        fitted_at=entry.fitted_at,
        warnings=list(entry.warnings),
        since=[FeatureShiftResult(**asdict(each)) for each in entry.since],
        against_training=[FeatureShiftResult(**asdict(each)) for each in entry.against_training],
        later=None if entry.later is None else LaterResultsResult(**asdict(entry.later)),
        card=None if entry.card is None else dict(entry.card),
    )
