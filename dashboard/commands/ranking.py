"""Commands on ranked lists: rank, verify."""

from __future__ import annotations

import argparse
import json
import math
from typing import TYPE_CHECKING, Any

from dashboard.commands.output import CANNOT, DATA_SAY_NO, DONE, Outcome
from dashboard.commands.results import FlagResult, MethodResult, RankResult, VerifyResult
from dashboard.commands.tables import heading, remarks, top_table
from dashboard.programme import Programme
from geodata.errors import WrongUseError
from geodata.schema.scenario import METHODS, ResolvedScenario

if TYPE_CHECKING:
    from geodata.snapshot import Snapshot
    from models.ranking import Ranking
    from models.ranking.methods import MethodComparison


def run_rank(arguments: argparse.Namespace) -> Outcome:
    """Rank, and show the top or write a file with its receipt."""
    programme = Programme.open(arguments.programme)
    _check_language(programme, arguments.language)
    settings = programme.scenario(arguments.scenario, weights=arguments.weights, profile=arguments.profile)
    snapshot = programme.snapshot()
    if arguments.compare_methods:
        return _compare_methods(programme, snapshot, settings, arguments)
    ranking = programme.rank(settings, method=arguments.method, snapshot=snapshot)
    if arguments.output is None:
        rows = _top_rows(programme, snapshot, ranking, arguments)
        return Outcome(_result(snapshot, ranking, areas=rows), top_table(programme, snapshot, ranking, arguments.top))
    receipt = programme.export(arguments.output, ranking, snapshot=snapshot, language=arguments.language)
    lines = [
        heading(programme, snapshot, ranking),
        *remarks(ranking),
        f"Written to {arguments.output}; verify it with: landrelease verify {arguments.output}",
    ]
    result = _result(snapshot, ranking, file=str(arguments.output), sha256=receipt.table_sha256)
    return Outcome(result, "\n".join(lines))


def _compare_methods(programme: Programme, snapshot: Snapshot, settings: ResolvedScenario, arguments: argparse.Namespace) -> Outcome:
    """The list beside those of the other methods, or of the one that --method names."""
    if arguments.output is not None:
        raise WrongUseError("--compare-methods writes no list; -o was given.", "Write the list of one method with --method and -o.")
    methods = METHODS[1:] if arguments.method is None else (arguments.method,)
    found = programme.compare_methods(settings, methods=methods, snapshot=snapshot)
    ranking = programme.rank(settings, snapshot=snapshot)
    results = [_method_result(each) for each in found]
    lines = [heading(programme, snapshot, ranking), "Beside the additive list, by the same criteria, weights and classes:"]
    for each in results:
        tau = "-" if each.kendall_tau is None else f"{each.kendall_tau:.3f}"
        turned = "-" if each.reversal_pair_share is None else f"{each.reversal_pair_share:.2%}"
        lines.append(
            f"  {each.method:<10} Kendall tau {tau}; {each.n_top_shared} of the first {each.n_top} the same; "
            f"largest move {each.largest_move:,} places; rank reversal in {each.reversal_trials_turned} of "
            f"{each.reversal_trials} trials ({turned} of the pairs)"
        )
    return Outcome(_result(snapshot, ranking, methods=results), "\n".join(lines))


def _method_result(found: MethodComparison) -> MethodResult:
    return MethodResult(
        method=found.method,
        kendall_tau=_finite(found.kendall_tau),
        n_top=found.n_top,
        n_top_shared=found.n_top_shared,
        largest_move=found.largest_move,
        reversal_trials=found.reversal.n_trials,
        reversal_trials_turned=found.reversal.n_reversed,
        reversal_pair_share=_finite(found.reversal.pair_share),
    )


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def run_verify(arguments: argparse.Namespace) -> Outcome:
    """Recompute an exported list and compare."""
    verdict = Programme.open(arguments.programme).verify(arguments.file)
    status = {"same": DONE, "differs": DATA_SAY_NO, "cannot": CANNOT}[verdict.status]
    words = {
        "same": "the same as recomputed from its receipt",
        "differs": "DIFFERS from what its receipt says",
        "cannot": "cannot be verified",
    }
    lines = [f"{arguments.file}: {words[verdict.status]}.", *(f"  {reason}" for reason in verdict.reasons)]
    return Outcome(VerifyResult(file=str(arguments.file), verdict=verdict.status, reasons=list(verdict.reasons)), "\n".join(lines), status)


def _result(snapshot: Snapshot, ranking: Ranking, **found: Any) -> RankResult:
    scenario = ranking.scenario
    return RankResult(
        data_version=snapshot.data_version,
        scenario=scenario.id,
        profile=scenario.profile,
        method=scenario.method,
        scenario_digest=scenario.digest,
        weights=scenario.weights,
        n_areas=snapshot.n_areas,
        n_ranked=ranking.n_ranked,
        n_tied=ranking.n_tied,
        flags=[FlagResult(code=flag.code, criteria=list(flag.criteria)) for flag in ranking.flags],
        **found,
    )


def _top_rows(programme: Programme, snapshot: Snapshot, ranking: Ranking, arguments: argparse.Namespace) -> list[dict[str, Any]]:
    from dashboard.services.priority_list import priority_list

    language = arguments.language or programme.config.programme.languages[0]
    frame = priority_list(snapshot, ranking, language=language, estimates=programme.estimates(snapshot)).head(arguments.top)
    rows: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=15))
    return rows


def _check_language(programme: Programme, language: str | None) -> None:
    offered = programme.config.programme.languages
    if language is not None and language not in offered:
        raise WrongUseError(f"The programme offers no language {language!r}.", f"Use one of: {', '.join(offered)}.")
