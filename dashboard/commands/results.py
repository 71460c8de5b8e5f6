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


class ColumnResult(Result):
    """What becomes of a column of a file."""

    column: str = Field(description="Column of the file.")
    field: str = Field(description="Field of the table; lon, lat, x, y or wkt for coordinates; empty for none.")
    confidence: float = Field(ge=0, le=1, description="How sure the match is; 1 where a profile says so.")
    state: Literal["accepted", "coordinate", "asked", "dropped"] = Field(description="asked: likely, decide in a profile.")
    personal: bool = Field(description="True: looks like personal data and is never taken over.")


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
    mapping: dict[str, str] = Field(default_factory=dict, description="Field of the table -> column of the file.")
    columns: list[ColumnResult] = Field(default_factory=list, description="Every column of the file.")


class GridResult(Result):
    """Cells over the country were made."""

    file: str = Field(description="The layer, relative to the programme.")
    n_cells: int = Field(ge=0, description="Cells in it.")


class IndicatorResult(Result):
    """One measure of a snapshot."""

    unit: str = Field(description="Unit of the values.")
    layer: str | None = Field(description="Layer measured.")
    method: str = Field(description="How it was measured.")
    n_known: int = Field(ge=0, description="Areas whose value is known.")
    join_rate: float | None = Field(description="Share of the layer's rows that met an area; null where it has no meaning.")
    inferred_share: float | None = Field(None, description="Share of the gain in access that rests on inferred road closures.")
    mean_coverage: float | None = Field(None, description="Mean share of an area that the layer covers; null where it has no meaning.")
    unknown_friction_share: float | None = Field(None, description="Share of the ground walked that the friction layer does not know.")


class EstimatesResult(Result):
    """What was estimated of a snapshot."""

    version: str = Field(description="Hash of everything that the estimates follow from.")
    n_likelihood: int = Field(ge=0, description="Areas with a likelihood.")
    n_cost: int = Field(ge=0, description="Areas with a next action and its expected cost.")
    not_estimated: dict[str, str] = Field(description="Column of the list that is empty as a whole -> why.")


class BuildResult(Result):
    """A snapshot was frozen."""

    data_version: str = Field(description="Hash of everything that it holds.")
    path: str = Field(description="Its folder.")
    n_areas: int = Field(ge=0, description="Areas in it.")
    indicators: dict[str, IndicatorResult] = Field(description="Measures, by id.")
    estimates: EstimatesResult | None = Field(None, description="What was estimated; null with --no-estimates.")


class SnapshotResult(Result):
    """A snapshot on disk."""

    data_version: str = Field(description="Hash of everything that it holds.")
    built_on: str = Field(description="When, ISO 8601, UTC.")
    n_bytes: int = Field(ge=0, description="Size on disk.")
    is_current: bool = Field(description="The one that is served and ranked.")


class PruneResult(Result):
    """Old snapshots were removed."""

    kept: list[SnapshotResult] = Field(description="The current one first, then the latest first.")
    removed: list[SnapshotResult] = Field(description="Those that went, or would go.")
    estimates: list[str] = Field(description="Identities of estimates that went with them.")
    freed_bytes: int = Field(ge=0, description="Room on disk that they took.")
    is_dry_run: bool = Field(description="Nothing was removed.")


class IndicatorPlanResult(Result):
    """What a build would do for one measure."""

    id: str = Field(description="The measure.")
    method: str = Field(description="How it is measured.")
    layer: str | None = Field(description="Layer measured.")
    n_areas: int = Field(ge=0, description="Areas that would be measured; the others are taken from the cache.")
    reasons: tuple[str, ...] = Field(description="Why; empty where nothing is measured.")


class EstimatesPlanResult(Result):
    """What a build would do about estimates."""

    version: str = Field(description="Hash of everything that the estimates of that snapshot follow from.")
    is_made: bool = Field(description="True: they are there already.")
    previous: str | None = Field(description="Stored estimates that differ least; null where there are none, or is_made.")
    reasons: tuple[str, ...] = Field(description="What makes them others than the previous ones; empty where is_made.")


class ExplainResult(Result):
    """What a build would do; nothing was done."""

    data_version: str = Field(description="Snapshot that it would make the current one.")
    previous: str | None = Field(description="The current snapshot.")
    is_built: bool = Field(description="True: that snapshot is there already.")
    n_areas: int = Field(ge=0, description="Areas now.")
    n_new: int = Field(ge=0, description="Areas that the current snapshot lacks.")
    n_moved: int = Field(ge=0, description="Areas that it holds with another outline.")
    n_gone: int = Field(ge=0, description="Areas that it holds and that are no longer there.")
    layers_to_prepare: tuple[str, ...] = Field(description="Vector layers to be converted and sorted.")
    indicators: tuple[IndicatorPlanResult, ...] = Field(description="Measures in the order of config.yaml.")
    estimates: EstimatesPlanResult | None = Field(description="Likelihood, next action and cost; null with --no-estimates.")


class CheckResult(Result):
    """Defects of records and layers; nothing was changed."""

    findings: list[FindingResult] = Field(description="Gravest first.")
    scorecard: list[dict[str, Any]] = Field(description="Data quality by province; the row * is for all.")
    work_list: str | None = Field(None, description="File written, with --work-list: one row a record and finding.")


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


class LedgerRowResult(Result):
    """The terms of one group, in m2; null is unknown."""

    group: str = Field(description="Name of the province, treaty, category or area; * for all, empty where it is not stated.")
    opening_m2: float | None = Field(description="Open before the period.")
    newly_recorded_m2: float | None = Field(description="Recorded in the period.")
    extended_m2: float | None = Field(description="By which areas were extended.")
    reopened_m2: float | None = Field(description="Closed or released before, open again.")
    transferred_in_m2: float | None = Field(description="Came from other areas, rows or programmes; parts of splits and mergers too.")
    remeasured_m2: float | None = Field(description="Change of size by measuring again; may be negative.")
    cancelled_m2: float | None = Field(description="Released by non-technical survey.")
    reduced_m2: float | None = Field(description="Released by technical survey.")
    cleared_m2: float | None = Field(description="Released by clearance.")
    transferred_out_m2: float | None = Field(description="Went to other areas, rows or programmes.")
    closing_m2: float | None = Field(description="Open after the period.")
    sha_to_cha_m2: float | None = Field(description="Suspected before, confirmed after; part of no sum.")
    released_outside_m2: float | None = Field(description="Released outside the outlines of its areas; part of no sum.")
    imbalance_m2: float | None = Field(description="Gains less losses: 0 where the row balances.")
    n_areas: int = Field(ge=0, description="Areas in the row.")
    n_size_unknown: int = Field(ge=0, description="Areas without a known size, in no opening and no closing.")


class LedgerResult(Result):
    """The land-release ledger of a period."""

    first: dt.date = Field(description="First day.")
    last: dt.date = Field(description="Last day.")
    known: dt.datetime | None = Field(description="Only what was known by then; null for all.")
    by: str = Field(description="What a row stands for.")
    rows: list[LedgerRowResult] = Field(description="Terms of each group.")
    findings: list[FindingResult] = Field(description="Which areas do not balance, and why.")
    file: str | None = Field(None, description="File written, with -o.")


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


class ProfileResult(Result):
    """A saved column mapping."""

    name: str = Field(description="Name, as --profile takes it.")
    table: str = Field(description="Table it fills; empty for any.")
    country: str = Field(description="Country it is for.")
    version: str = Field(description="Version.")


class ProfilesResult(Result):
    """Saved column mappings."""

    profiles: list[ProfileResult] = Field(description="All of them, or the one that was asked for.")
    content: dict[str, Any] | None = Field(None, description="With --show: what the profile says, fields as in its file.")


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


class FlagResult(Result):
    """Something out of the ordinary about a list."""

    code: str = Field(description="no_area, nothing_ranked, one_area, all_tied, constant_criterion or unknown_criterion.")
    criteria: list[str] = Field(description="Criteria that it is about.")


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
    n_tied: int = Field(ge=0, description="Ranked areas that only their identifier tells from another of their class.")
    flags: list[FlagResult] = Field(description="What is out of the ordinary; none for an ordinary list.")
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


class ModelFigureResult(Result):
    """One figure of a model, by areas that it did not learn from."""

    model: str = Field(description="What was judged.")
    validation: str = Field(description="On which areas.")
    n: int = Field(ge=0, description="Areas that the figure rests on.")
    metric: str = Field(description="What was measured.")
    value: float = Field(description="The figure; with a baseline, how much better the model is.")
    low: float = Field(description="Lower end of the 95 % interval, drawing whole places.")
    high: float = Field(description="Upper end.")
    baseline: str | None = Field(description="What the model is compared with on the same areas; null for its own figure.")


class ReliabilityBinResult(Result):
    """Areas of similar probability: what was said and what was found."""

    low: float = Field(description="Lower end of the probabilities.")
    high: float = Field(description="Upper end.")
    n: int = Field(ge=0, description="Areas.")
    n_present: int = Field(ge=0, description="Areas in which explosive ordnance was found.")
    mean_prob: float = Field(description="Mean probability.")
    share_present: float = Field(description="Share in which it was found.")
    share_low: float = Field(description="Lower end of the exact 95 % interval of the share.")
    share_high: float = Field(description="Upper end.")


class CalibrationResult(Result):
    """How probabilities hold in one group of areas of held-out places."""

    kind: str = Field(description="hazard_type, survey_era, eo_category, province or all.")
    group: str = Field(description="Which group.")
    bins: list[ReliabilityBinResult] = Field(description="The reliability curve.")
    low_n: int = Field(ge=0, description="Areas given less than 5 %.")
    low_n_present: int = Field(ge=0, description="Those among them that held explosive ordnance.")
    low_upper_share: float = Field(description="95 % upper bound of their share; 1 where there is no such area.")


class NeedLinkResult(Result):
    """Whether a criterion of need goes together with another measure, by rank correlation."""

    need: str = Field(description="Criterion of the group need; more of its value is needier.")
    other: Literal["recorded", "likelihood", "benefit"] = Field(
        description="recorded: recorded hazard areas for each km2 of the smallest places; likelihood, benefit: of areas."
    )
    n: int = Field(ge=0, description="Places or areas that the figure rests on.")
    n_places: int = Field(ge=0, description="Groups of neighbours that they lie in; whole ones are drawn.")
    correlation: float | None = Field(description="Spearman's rank correlation, -1 to 1; null where it cannot be told.")
    low: float | None = Field(description="Lower end of the 99 % interval.")
    high: float | None = Field(description="Upper end.")
    is_found: bool | None = Field(description="Whether the interval leaves 0 out; null where it cannot be told.")
    why_not: str = Field(description="too_little, no_places, not_of_places, not_estimated or no_benefit; empty where it is told.")


class EvaluateResult(Result):
    """Models judged by places and years that they did not learn from."""

    data_version: str = Field(description="Snapshot that was learned from.")
    likelihood: list[ModelFigureResult] = Field(description="Figures of the likelihood; empty where there is too little to learn from.")
    ranking: list[ModelFigureResult] = Field(description="Figures of learned rankings; empty where none is learned.")
    calibration: list[CalibrationResult] = Field(description="Reliability by group.")
    has_signal: bool | None = Field(description="Better than the overall share beyond chance; null where nothing was judged.")
    links: list[NeedLinkResult] = Field(description="Whether need goes together with contamination and benefit.")
    notes: list[str] = Field(description="What a reader must know.")


class FeatureShiftResult(Result):
    """How far a feature differs between two sets of areas."""

    feature: str = Field(description="The feature.")
    index: float = Field(description="Population stability index.")
    by_chance: float = Field(description="What chance alone exceeds once in twenty times.")
    level: Literal["stable", "shifted", "drifted"] = Field(description="shifted from 0.10, drifted from 0.25, beyond chance.")


class LaterResultsResult(Result):
    """Results that came after a model was learned."""

    n: int = Field(ge=1, description="Areas whose result came later.")
    n_found: int = Field(ge=0, description="Those among them in which explosive ordnance was found.")
    expected_share: float = Field(description="Share that the model expected to be found.")
    found_share: float = Field(description="Share that was.")
    low: float = Field(description="Lower end of its exact 95 % interval.")
    high: float = Field(description="Upper end.")
    is_off: bool = Field(description="At least 30 results, and the expected share lies outside the interval.")


class ModelResult(Result):
    """A model of the registry of models."""

    version: str = Field(description="Of the estimates it belongs to.")
    data_version: str = Field(description="Snapshot that it was learned from.")
    is_current: bool = Field(description="What is shown now comes from it.")
    n_results: int = Field(ge=0, description="Areas with a result.")
    n_found: int = Field(ge=0, description="Those in which explosive ordnance was found.")
    n_places: int = Field(ge=0, description="Places that they lie in.")
    training_sha256: str = Field(description="Hash of all that it was learned from.")
    detected_share: float | None = Field(description="Share of what was there that records tell of; null where it is not known.")
    features: list[str] = Field(description="What it was learned from.")
    libraries: dict[str, str] = Field(description="Library -> version.")
    methods: dict[str, int] = Field(description="Part of the method -> version.")
    learned_to: dt.date = Field(description="Last day of its data.")
    expires_on: dt.date = Field(description="Day from which it counts as out of date.")
    fitted_at: str = Field(description="When it was fitted, UTC; empty where that is not known.")
    warnings: list[Literal["expired", "drifted", "off", "no_signal", "not_judged"]] = Field(description="What to know before trusting it.")
    since: list[FeatureShiftResult] = Field(description="Present open areas beside those open when it was learned.")
    against_training: list[FeatureShiftResult] = Field(description="Present open areas beside the areas learned from.")
    later: LaterResultsResult | None = Field(description="Results that came since; null without any.")
    card: dict[str, Any] | None = Field(description="Result of evaluate on this version; null until it was run.")


class ModelsResult(Result):
    """The registry of models."""

    models: list[ModelResult] = Field(description="The one in use first, then the latest data first.")


class MeasureResult(Result):
    """How well judgements of held-out places are foretold."""

    metric: str = Field(description="pair_accuracy, kendall_tau or ndcg.")
    value: float = Field(description="Its value.")
    low: float = Field(description="Low end of the 95 % interval over places.")
    high: float = Field(description="High end.")
    baseline: float = Field(description="The same by equal weights.")


class LearnedResult(Result):
    """What the judgements of one kind of stakeholder speak of."""

    kind: str = Field(description="Group that was asked, and its consultation; all where none is named; or decisions, outcomes.")
    n_judgements: int = Field(ge=0, description="Judgements, or pairs made of decisions or outcomes.")
    refused: str | None = Field(description="Why nothing was learned.")
    trust: Literal["trust", "too_few", "no_better"] | None = Field(description="Whether to trust it; null where it could not be checked.")
    n_places: int | None = Field(description="Places held out in turn.")
    measures: list[MeasureResult] = Field(description="Measures on held-out places.")
    weights: dict[str, float] = Field(description="Criterion -> learned share; they sum to 1.")
    n_top: int = Field(ge=0, description="Length of the top of the list.")
    n_top_shared: int | None = Field(description="Areas that the learned order and the present list have in common there.")
    tau_with_list: float | None = Field(description="Kendall tau between the learned order and the present list.")
    ask_next: list[list[str]] = Field(description="Pairs of areas whose judgement would teach most.")


class GroupShareResult(Result):
    """How many areas of a group are in the top of the list, and would be if the mirror were followed."""

    group: str = Field(description="Province, or fifth by need; empty where unknown.")
    n_areas: int = Field(ge=1, description="Its areas in the list.")
    n_now: int = Field(ge=0, description="In the top now.")
    n_mirror: int = Field(ge=0, description="In the top if the mirror were followed.")


class MirrorResult(Result):
    """What past decisions or outcomes speak of, and who would be served less; never a default."""

    source: Literal["decisions", "outcomes"] = Field(description="What was learned from.")
    n_known: int = Field(ge=0, description="Tasked areas, or released areas whose users were counted.")
    n_all: int = Field(ge=0, description="Areas that are not released, or all released ones.")
    by_province: list[GroupShareResult] = Field(description="By province, who would lose most first.")
    need: str | None = Field(description="Criterion of need by which fifths are made.")
    by_need: list[GroupShareResult] = Field(description="By fifth of that criterion's value, 5 the neediest.")


class PreferencesResult(Result):
    """Preferences were learned; nothing was changed."""

    note: str = Field(description="What they are for.")
    learned: list[LearnedResult] = Field(description="By group that was asked.")
    mirror: MirrorResult | None = Field(description="Null where judgements were learned from.")


class VisitResult(Result):
    """What a visit by non-technical survey to one area is worth before the list is funded."""

    area_id: str = Field(description="The area.")
    likelihood_prob: float = Field(description="Probability that explosive ordnance is present.")
    recommended_action: str = Field(description="First step of its cheapest lawful path: nts, ts or clearance.")
    cost_usd: float = Field(description="Expected cost of that path to its end.")
    funded_share: float = Field(description="Share of the area that the budget funds without the visit.")
    visit_usd: float = Field(description="Price of the visit.")
    value: float = Field(description="Expected score that the funded list gains, the visit paid; below 0 it is not worth its price.")
    value_per_usd: float | None = Field(description="The same for each dollar of the visit; null where it costs nothing.")
    change_prob: float = Field(ge=0, description="Probability that the visit changes which areas are funded in whole.")
    n_changes: float = Field(ge=0, description="Areas expected to come into the funded list or to fall out.")


class VisitsResult(Result):
    """Which areas to visit next under a budget; nothing was changed."""

    data_version: str = Field(description="Snapshot that was ranked.")
    scenario: str = Field(description="Scenario whose scores say what freeing an area is worth.")
    budget_usd: float = Field(ge=0, description="Budget that funds the list and pays for the visit.")
    n_funded: int = Field(ge=0, description="Areas that it funds in whole.")
    n_visits: int = Field(ge=0, description="Visits that could teach something and that it pays for.")
    n_worth: int = Field(ge=0, description="Of these, worth more than their price.")
    n_changing: int = Field(ge=0, description="Of these, visits that may change which areas are funded in whole.")
    note: str = Field(description="What a visit never does.")
    visits: list[VisitResult] = Field(description="The most worth per dollar first.")


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


class RawFile(Result):
    """A file as an authority sends it, and how it is imported."""

    file: str = Field(description="Its name in the folder.")
    table: str = Field(description="Table it is imported into.")
    layer: str | None = Field(None, description="Layer, sheet or archive member to choose; none where there is one only.")
    profile: str = Field(description="Import profile that reads it, relative to the folder.")


class RawResult(Result):
    """Raw files of the example country were written."""

    directory: str = Field(description="Folder they lie in.")
    files: list[RawFile] = Field(description="Files in the order in which they are to be imported.")


class UserResult(Result):
    """A user was added, changed or removed."""

    name: str = Field(description="Sign-in name.")
    role: str | None = Field(None, description="What the user may do.")


class UsersResult(Result):
    """Who may sign in."""

    users: list[UserResult] = Field(description="Users by name.")


class JobResult(Result):
    """Long work that was asked for on screen."""

    job_id: str = Field(description="The job.")
    kind: str = Field(description="build, firmness or evaluate.")
    author: str = Field(description="Who asked for it.")
    state: str = Field(description="queued, running, done, failed or cancelled.")
    is_cancel_asked: bool = Field(description="Somebody asked that it be ended.")
    created_at: dt.datetime = Field(description="When it was asked for (UTC).")
    started_at: dt.datetime | None = Field(description="When it was begun, the last time.")
    ended_at: dt.datetime | None = Field(description="When it ended.")
    progress: float = Field(ge=0, le=1, description="Share done.")
    doing: str = Field(description="What is being done, as a short key.")
    remaining_s: float | None = Field(description="Seconds it will still take, by how it went so far; null where that cannot be told.")
    attempts: int = Field(ge=0, description="How often it was begun.")
    fingerprint: str = Field(description="Equal for equal work.")
    result: dict[str, Any] = Field(description="What it gave; empty before.")
    error: dict[str, str] = Field(description="message, remedy, code and reference of what went wrong; empty where nothing did.")


class JobsResult(Result):
    """Jobs: what waits or runs, then what ended, the newest first."""

    jobs: list[JobResult] = Field(description="The jobs; after --cancel, the one that was to be ended.")


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
    "grid": GridResult,
    "build": BuildResult,
    "build-explain": ExplainResult,
    "prune": PruneResult,
    "history": HistoryResult,
    "ledger": LedgerResult,
    "lookup": LookUpResult,
    "undo": UndoResult,
    "profiles": ProfilesResult,
    "publish": PublishResult,
    "backup": BackupResult,
    "audit": AuditResult,
    "rank": RankResult,
    "weights": WeightsResult,
    "evaluate": EvaluateResult,
    "models": ModelsResult,
    "preferences": PreferencesResult,
    "visits": VisitsResult,
    "verify": VerifyResult,
    "demo": DemoResult,
    "demo-raw": RawResult,
    "jobs": JobsResult,
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
