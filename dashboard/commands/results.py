"""What each command answers with ``--json``; published as JSON Schemas in ``docs/schemas``.

``python -m dashboard.commands.results DIR`` writes the schemas.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Result(BaseModel):
    """A result: frozen, no field beyond those published."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class NewResult(Result):
    """A programme folder was made."""

    directory: str = Field(description="The folder.")
    config: str = Field(description="Its configuration file.")


class FindingResult(Result):
    """Something found in a file."""

    code: str = Field(description="Short stable name.")
    severity: Literal["error", "warning", "note"] = Field(description="error: rows were refused or the file was.")
    n_rows: int = Field(ge=0, description="Rows concerned.")
    examples: list[str | int] = Field(description="Up to a few identifiers or row numbers.")
    message: str = Field(description="What must hold and what was found.")
    remedy: str = Field(description="What to do.")


class ImportResult(Result):
    """A file was taken into the registry, or tried on it."""

    file: str = Field(description="The file.")
    table: str = Field(description="The table of the registry.")
    profile: str = Field(description="The saved mapping used; empty for none.")
    rows_read: int = Field(ge=0, description="Rows of the file.")
    rows_added: int = Field(ge=0, description="Rows that are new.")
    rows_updated: int = Field(ge=0, description="Rows whose record changed.")
    rows_refused: int = Field(ge=0, description="Rows that could not be taken.")
    rows_unchanged: int = Field(0, ge=0, description="Rows that say what is known already.")
    dry_run: bool = Field(description="True: nothing was changed.")
    findings: list[FindingResult] = Field(description="What was found.")
    import_id: str = Field("", description="Names the import in the history; empty where nothing changed.")
    mapping: dict[str, str] = Field(default_factory=dict, description="Column of the file -> field of the table.")


class IndicatorResult(Result):
    """One measure of a snapshot."""

    unit: str = Field(description="Unit of the values.")
    layer: str | None = Field(description="Layer measured.")
    method: str = Field(description="How it was measured.")
    n_known: int = Field(ge=0, description="Areas whose value is known.")
    join_rate: float | None = Field(description="Share of the layer's rows that met an area; null where it has no meaning.")


class BuildResult(Result):
    """A snapshot was frozen."""

    data_version: str = Field(description="Hash of everything that it holds.")
    path: str = Field(description="Its folder.")
    n_areas: int = Field(ge=0, description="Areas in it.")
    indicators: dict[str, IndicatorResult] = Field(description="Measures, by id.")


class CheckResult(Result):
    """Defects of records and layers; nothing was changed."""

    findings: list[FindingResult] = Field(description="Gravest first.")
    scorecard: list[dict[str, Any]] = Field(description="Data quality by province; the row * is for all.")


class ImportEntryResult(Result):
    """One change of the registry as a whole."""

    import_id: str = Field(description="Names the change.")
    known_at: dt.datetime = Field(description="When it became known, UTC.")
    author: str = Field(description="Who.")
    reason: str = Field(description="Why.")
    source_file: str = Field(description="From which file.")
    kind: str = Field(description="Kind of change for the land-release ledger.")
    undoes: str = Field(description="The import that this one takes back; empty otherwise.")
    undone_by: str = Field(description="The undo that took this one back; empty while it stands.")
    n_events: int = Field(ge=0, description="Events in it.")
    tables: tuple[str, ...] = Field(description="Tables touched.")


class EventResult(Result):
    """One change of one record."""

    seq: int = Field(ge=1, description="Place in the history of the registry.")
    import_id: str = Field(description="The change it belongs to.")
    known_at: dt.datetime = Field(description="When it became known, UTC.")
    true_on: dt.date = Field(description="When it became true.")
    table: str = Field(description="Table.")
    record_id: str = Field(description="Record.")
    action: str = Field(description="add, update or remove.")
    author: str = Field(description="Who.")
    reason: str = Field(description="Why.")
    source_file: str = Field(description="From which file.")
    changes: dict[str, tuple[Any, Any]] = Field(description="Field -> before, after; null is unknown.")
    previous_hash: str = Field(description="Hash of the event before.")
    hash: str = Field(description="Hash over this event and the one before.")
    kind: str = Field(description="Kind of change for the land-release ledger.")


class HistoryResult(Result):
    """History of a record, or the changes of the registry as a whole."""

    events: list[EventResult] | None = Field(None, description="Events of the record, oldest first.")
    imports: list[ImportEntryResult] | None = Field(None, description="Imports and undos, oldest first, where no record was named.")


class LookUpResult(Result):
    """A place was looked up in the history of the registry."""

    file: str = Field(description="The file with the place.")
    findings: list[FindingResult] = Field(description="What was found in the file.")
    look_up: dict[str, Any] = Field(description="Answer and parts, as geodata.registry.lookup.LookUp describes them; null is unknown.")


class UndoResult(Result):
    """An import was taken back."""

    undone: str = Field(description="The import.")
    import_id: str = Field(description="Names the undo; empty in a dry run.")
    removed: int = Field(ge=0, description="Records taken out; their history stays.")
    updated: int = Field(ge=0, description="Records put back as they were.")
    dry_run: bool = Field(description="True: nothing was changed.")


class ProfilesResult(Result):
    """Saved column mappings."""

    profiles: list[str] = Field(description="Names.")


class PublishResult(Result):
    """A read-only copy of the registry was written."""

    file: str = Field(description="The GeoPackage.")
    rows: dict[str, int] = Field(description="Table -> rows.")


class BackupResult(Result):
    """A registry was backed up or restored."""

    file: str = Field(description="The archive.")
    n_events: int = Field(ge=0, description="Events in it.")
    head: str = Field(description="Hash of the last event.")
    sha256: str = Field(description="SHA-256 of the database in it.")


class AuditResult(Result):
    """The chain of events was recomputed and holds."""

    n_events: int = Field(ge=0, description="Events.")
    head: str = Field(description="Hash of the last event; empty for none.")


class MethodResult(Result):
    """Another ranking method beside the additive one."""

    method: str = Field(description="The method.")
    kendall_tau: float | None = Field(description="Between the two orders, -1 to 1; null with fewer than two ranked areas.")
    n_top: int = Field(ge=0, description="Length of the top of the list.")
    n_top_shared: int = Field(ge=0, description="Areas that both have in their top.")
    largest_move: int = Field(ge=0, description="Places by which the area that moves most moves.")
    reversal_trials: int = Field(ge=0, description="Trials that left one area in ten out and ranked the rest again.")
    reversal_trials_turned: int = Field(ge=0, description="Trials in which at least one pair turned around.")
    reversal_pair_share: float | None = Field(description="Mean share of the pairs that turned around; null with too few areas.")


class RankResult(Result):
    """Areas were ranked; either the top as rows, or a file was written."""

    data_version: str = Field(description="Snapshot that was ranked.")
    scenario: str = Field(description="Scenario.")
    profile: str = Field(description="Whose weights.")
    method: str = Field("additive", description="Ranking method; any but additive is for comparison.")
    scenario_digest: str = Field(description="First 16 hex digits of the SHA-256 of the scenario's canonical JSON.")
    weights: dict[str, float] = Field(description="Criterion -> share; they sum to 1.")
    n_areas: int = Field(ge=0, description="Areas of the snapshot.")
    n_ranked: int = Field(ge=0, description="Areas that have a rank.")
    areas: list[dict[str, Any]] | None = Field(None, description="Top rows of the list, without -o.")
    methods: list[MethodResult] | None = Field(None, description="Other methods beside this list, with --compare-methods.")
    file: str | None = Field(None, description="File written, with -o.")
    sha256: str | None = Field(None, description="SHA-256 of the canonical table of the file.")


class AnswerResult(Result):
    """What one stakeholder's answer comes to."""

    name: str = Field(description="Who.")
    kind: str = Field(description="Kind of stakeholder.")
    way: Literal["order", "points", "weights", "judgements"] = Field(description="How the answer was given.")
    weights: dict[str, float] = Field(description="Criterion -> share; they sum to 1.")
    consistency_ratio: float | None = Field(description="Of pairwise judgements; above 0.10 they should be looked at again.")
    most_inconsistent: list[str] | None = Field(description="The two criteria whose judgement fits the others least.")
    judged: float | None = Field(description="The ratio that was judged for them.")
    implied: float | None = Field(description="The ratio that all judgements together say.")


class GroupResult(Result):
    """What several stakeholders say together."""

    weights: dict[str, float] = Field(description="Mean shares; they sum to 1.")
    least: dict[str, float] = Field(description="Smallest share that any of them gives.")
    most: dict[str, float] = Field(description="Largest share that any of them gives.")
    kendall_w: float | None = Field(description="Agreement of their orders, 0 to 1; null for one stakeholder.")
    p_value: float | None = Field(description="Chance of so much agreement among people who order at random.")
    agreement: Literal["none", "weak", "moderate", "strong"] = Field(description="The agreement in a word.")


class WeightsResult(Result):
    """Weights from what people said, or diagnostics of the data."""

    profile: dict[str, Any] | None = Field(None, description="An item for profiles: in config.yaml; weights in per cent.")
    answers: list[AnswerResult] = Field(default_factory=list, description="Each answer.")
    group: GroupResult | None = Field(None, description="All answers together.")
    by_kind: dict[str, GroupResult] = Field(default_factory=dict, description="Answers by kind of stakeholder, where there are several.")
    warnings: list[str] = Field(default_factory=list, description="Judgements that do not fit together.")
    diagnostics: dict[str, dict[str, float | None]] | None = Field(
        None, description="Weights that data alone would give (entropy, critic): not for adoption."
    )
    note: str = Field("", description="What must be known of diagnostics.")


class MeasureResult(Result):
    """How well judgements of held-out places are foretold."""

    metric: str = Field(description="pair_accuracy, kendall_tau or ndcg.")
    value: float = Field(description="Its value.")
    low: float = Field(description="Low end of the 95 % interval over places.")
    high: float = Field(description="High end.")
    baseline: float = Field(description="The same by equal weights.")


class LearnedResult(Result):
    """What the judgements of one kind of stakeholder speak of."""

    kind: str = Field(description="Kind of stakeholder; all where the file names none.")
    n_judgements: int = Field(ge=0, description="Judgements.")
    refused: str | None = Field(description="Why nothing was learned.")
    trust: Literal["trust", "too_few", "no_better"] | None = Field(description="Whether to trust it; null where it could not be checked.")
    n_places: int | None = Field(description="Places held out in turn.")
    measures: list[MeasureResult] = Field(description="Measures on held-out places.")
    weights: dict[str, float] = Field(description="Criterion -> learned share; they sum to 1.")
    tau_with_list: float | None = Field(description="Kendall tau between the learned order and the present list.")
    ask_next: list[list[str]] = Field(description="Pairs of areas whose judgement would teach most.")


class PreferencesResult(Result):
    """Preferences were learned from judgements; nothing was changed."""

    note: str = Field(description="What they are for.")
    learned: list[LearnedResult] = Field(description="By kind of stakeholder.")


class VerifyResult(Result):
    """An exported list was recomputed."""

    file: str = Field(description="The file.")
    verdict: Literal["same", "differs", "cannot"] = Field(description="Outcome.")
    reasons: list[str] = Field(description="Why, where it is not the same.")


class DemoResult(Result):
    """The example country is ready."""

    directory: str = Field(description="Its programme folder.")
    data_version: str = Field(description="Its snapshot.")
    n_areas: int = Field(ge=0, description="Areas, open and released.")
    n_ranked: int = Field(ge=0, description="Areas that have a rank.")
    seconds: float = Field(ge=0, description="From start to ranked.")


class UserResult(Result):
    """A user was added, changed or removed."""

    name: str = Field(description="Sign-in name.")
    role: str | None = Field(None, description="What the user may do.")


class UsersResult(Result):
    """Who may sign in."""

    users: list[UserResult] = Field(description="Users by name.")


class ErrorDetail(Result):
    """What went wrong."""

    code: str = Field(description="Short stable name.")
    message: str = Field(description="What must hold, what was found, what to do.")


class ErrorResult(Result):
    """A command that did not do what was asked."""

    error: ErrorDetail = Field(description="What went wrong.")
    status: int = Field(ge=1, le=3, description="Exit status: 1 the data say no, 2 wrong use, 3 cannot be decided.")


PUBLISHED: dict[str, type[Result]] = {
    "new": NewResult,
    "import": ImportResult,
    "check": CheckResult,
    "build": BuildResult,
    "history": HistoryResult,
    "lookup": LookUpResult,
    "undo": UndoResult,
    "profiles": ProfilesResult,
    "publish": PublishResult,
    "backup": BackupResult,
    "audit": AuditResult,
    "rank": RankResult,
    "weights": WeightsResult,
    "preferences": PreferencesResult,
    "verify": VerifyResult,
    "demo": DemoResult,
    "user": UserResult,
    "user-list": UsersResult,
    "error": ErrorResult,
}


def schemas() -> dict[str, str]:
    """File name -> JSON Schema text of every published result."""
    return {
        f"{name}.schema.json": json.dumps(model.model_json_schema(mode="serialization"), indent=2, ensure_ascii=False) + "\n"
        for name, model in PUBLISHED.items()
    }


if __name__ == "__main__":
    for file_name, text in schemas().items():
        Path(sys.argv[1], file_name).write_text(text, encoding="utf-8")
