"""Commands on ranked lists: rank, verify."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from dashboard.commands.output import CANNOT, DATA_SAY_NO, DONE, Outcome
from dashboard.commands.results import RankResult, VerifyResult
from dashboard.commands.tables import heading, top_table
from dashboard.programme import Programme
from geodata.errors import WrongUseError

if TYPE_CHECKING:
    from geodata.snapshot import Snapshot
    from models.ranking import Ranking


def run_rank(arguments: argparse.Namespace) -> Outcome:
    """Rank, and show the top or write a file with its receipt."""
    programme = Programme.open(arguments.programme)
    _check_language(programme, arguments.language)
    settings = programme.scenario(arguments.scenario, weights=arguments.weights, profile=arguments.profile)
    snapshot = programme.snapshot()
    ranking = programme.rank(settings, snapshot=snapshot)
    if arguments.output is None:
        rows = _top_rows(programme, snapshot, ranking, arguments)
        return Outcome(_result(snapshot, ranking, areas=rows), top_table(programme, snapshot, ranking, arguments.top))
    receipt = programme.export(arguments.output, ranking, snapshot=snapshot, language=arguments.language)
    lines = [heading(programme, snapshot, ranking), f"Written to {arguments.output}; verify it with: landrelease verify {arguments.output}"]
    result = _result(snapshot, ranking, file=str(arguments.output), sha256=receipt.table_sha256)
    return Outcome(result, "\n".join(lines))


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
        scenario_digest=scenario.digest,
        weights=scenario.weights,
        n_areas=snapshot.n_areas,
        n_ranked=ranking.n_ranked,
        **found,
    )


def _top_rows(programme: Programme, snapshot: Snapshot, ranking: Ranking, arguments: argparse.Namespace) -> list[dict[str, Any]]:
    from dashboard.services.priority_list import priority_list

    language = arguments.language or programme.config.programme.languages[0]
    frame = priority_list(snapshot, ranking, language=language).head(arguments.top)
    rows: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=15))
    return rows


def _check_language(programme: Programme, language: str | None) -> None:
    offered = programme.config.programme.languages
    if language is not None and language not in offered:
        raise WrongUseError(f"The programme offers no language {language!r}.", f"Use one of: {', '.join(offered)}.")
