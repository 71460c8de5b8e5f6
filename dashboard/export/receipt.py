"""The receipt of an export: everything needed to compute its table again, and the table's digest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from dashboard import __version__
from dashboard.estimates.reasons import column_reasons, reason_words
from dashboard.export.errors import ReceiptError
from dashboard.export.notes import estimate_notes, list_notes
from dashboard.services.presets import preset_notes
from dashboard.services.priority_list import NOT_YET_ESTIMATED, ListColumn, firmness_settings, not_estimated

if TYPE_CHECKING:
    from dashboard.estimates import Estimates
    from dashboard.export.table import ExportTable
    from geodata.schema.config import Config
    from geodata.snapshot import Snapshot
    from models.ranking import Ranking

FORMAT: Final = "landrelease-receipt/1"
KEY: Final = "landrelease_receipt"
"""Name of the receipt in a file's own metadata."""
SORT: Final = ("rank", "area_id")
MAX_RECEIPT_BYTES: Final = 64_000_000


@dataclass(frozen=True)
class Receipt:
    """What an export was made of.

    Attributes
    ----------
    programme : mapping
        name, country, fictional, data_until.
    data_version : str
        Of the snapshot, 16 hex digits.
    audience : str
        Whom the file is for.
    scenario : mapping
        The whole ResolvedScenario.
    filter : mapping
        ``text``: the filter in words; ``area_ids``: the areas chosen, None for the whole list.
    columns : tuple of ListColumn
        In their order.
    has_geometry : bool
    not_estimated : mapping
        Column -> "not yet estimated", with the reason where it is known.
    language : str
    n_rows : int
    table_sha256 : str
        Digest of the canonical table (:mod:`dashboard.export.table`).
    notes : tuple of str
        What a reader must know, in the language of the file.
    sources : tuple of mapping
        layer, source, licence, date of every layer that the criteria measure.
    sort : tuple of str
    seed : int or None
        Of the draws that firmness was estimated from, whose number and kind stand in the scenario; None: nothing was drawn.
    code_version : str
    estimates : mapping or None
        What likelihood, action and cost come from: ``version``, ``sha256`` of their content, and the ``settings`` that they
        follow from; None: the list has none.
    format : str
    """

    programme: Mapping[str, Any]
    data_version: str
    audience: str
    scenario: Mapping[str, Any]
    filter: Mapping[str, Any]
    columns: tuple[ListColumn, ...]
    has_geometry: bool
    not_estimated: Mapping[str, str]
    language: str
    n_rows: int
    table_sha256: str
    notes: tuple[str, ...]
    sources: tuple[Mapping[str, Any], ...]
    sort: tuple[str, ...] = SORT
    seed: int | None = None
    code_version: str = __version__
    estimates: Mapping[str, Any] | None = None
    format: str = FORMAT

    def to_json(self, *, indent: int | None = None) -> str:
        """The receipt as JSON with sorted keys."""
        separators = None if indent else (",", ":")
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, indent=indent, separators=separators)

    @classmethod
    def from_json(cls, text: str | bytes) -> Receipt:
        """Read a receipt.

        Raises
        ------
        ReceiptError
            The text is no receipt, or one of a format that this version does not read.
        """
        if len(text) > MAX_RECEIPT_BYTES:
            raise ReceiptError(f"A receipt has at most {MAX_RECEIPT_BYTES} bytes; this one has {len(text)}.", "Export the list again.")
        try:
            content = json.loads(text)
        except ValueError as error:
            raise ReceiptError(f"The receipt is no JSON text ({error}).", "Export the list again.") from error
        return _checked(content)


def make_receipt(
    table: ExportTable,
    snapshot: Snapshot,
    ranking: Ranking,
    config: Config,
    *,
    language: str,
    audience: str,
    area_ids: Sequence[str] | None,
    filter_text: str,
    estimates: Estimates | None = None,
) -> Receipt:
    """The receipt of a table just made."""
    about = config.programme
    firmness = firmness_settings(ranking)
    missing = not_estimated(snapshot, firmness, estimates)
    reasons = {name: reason for name, reason in column_reasons(estimates).items() if name in missing}
    sources = _sources(snapshot, ranking)
    return Receipt(
        programme={
            "name": dict(about.name),
            "country": about.country,
            "fictional": about.fictional,
            "data_until": about.data_until.isoformat() if about.data_until else None,
        },
        data_version=snapshot.data_version,
        audience=audience,
        scenario=json.loads(ranking.scenario.canonical_json()),
        filter={"text": filter_text, "area_ids": None if area_ids is None else sorted(set(area_ids))},
        columns=table.columns,
        has_geometry=table.geometry is not None,
        not_estimated={name: _why_missing(reasons.get(name)) for name in missing},
        language=language,
        n_rows=len(table),
        table_sha256=table.sha256,
        notes=list_notes(
            config,
            snapshot.data_version,
            language,
            missing,
            sources,
            is_filtered=area_ids is not None,
            method=ranking.scenario.method,
            firmness=firmness,
            estimated=(
                *preset_notes(ranking.scenario, language),
                *estimate_notes(estimates, table.frame["area_id"], reasons, language),
            ),
        ),
        sources=sources,
        seed=None if firmness is None else firmness.seed,
        estimates=None if estimates is None else _estimates_used(estimates),
    )


def _why_missing(reason: Mapping[str, Any] | None) -> str:
    return NOT_YET_ESTIMATED if reason is None else f"{NOT_YET_ESTIMATED}: {reason_words(reason, 'en')}"


def _estimates_used(estimates: Estimates) -> dict[str, Any]:
    return {"version": estimates.version, "sha256": estimates.sha256, "settings": asdict(estimates.settings)}


def _sources(snapshot: Snapshot, ranking: Ranking) -> tuple[dict[str, Any], ...]:
    """Each layer that the criteria measure, once, in their order."""
    found: dict[str, dict[str, Any]] = {}
    for criterion in ranking.scenario.criteria:
        info = snapshot.indicators.get(criterion.indicator)
        if info is not None:
            layer = str(info.layer or "area records")
            date = None if info.date is None else str(info.date)
            found.setdefault(layer, {"layer": layer, "source": info.source, "licence": info.licence, "date": date})
    return tuple(found.values())


def _checked(content: object) -> Receipt:
    """A receipt from decoded JSON, with its types checked."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        found = content.get("format") if isinstance(content, dict) else type(content).__name__
        raise ReceiptError(f"A receipt has the format {FORMAT}; found {found!r}.", "Use the version of landrelease that wrote the file.")
    expected: dict[str, type | tuple[type, ...]] = {
        "programme": dict, "data_version": str, "audience": str, "scenario": dict, "filter": dict, "columns": list,
        "has_geometry": bool, "not_estimated": dict, "language": str, "n_rows": int, "table_sha256": str, "notes": list,
        "sources": list, "sort": list, "code_version": str,
    }  # fmt: skip
    wrong = [name for name, kind in expected.items() if not isinstance(content.get(name), kind)]
    columns = [] if "columns" in wrong else content["columns"]
    if any(not isinstance(column, dict) or set(column) != {"name", "kind"} for column in columns):
        wrong.append("columns")
    if "filter" not in wrong and not _is_selection(content["filter"].get("area_ids")):
        wrong.append("filter")
    if not _is_estimates(content.get("estimates")):
        wrong.append("estimates")
    unknown = set(content) - set(Receipt.__dataclass_fields__)
    if wrong or unknown:
        raise ReceiptError(f"The receipt is damaged: {', '.join(sorted({*wrong, *unknown}))}.", "Export the list again.")
    lists = {name: tuple(content[name]) for name in ("notes", "sources", "sort")}
    return Receipt(**{**content, **lists, "columns": tuple(ListColumn(**column) for column in columns)})


def _is_estimates(found: object) -> bool:
    if found is None:
        return True
    parts = {"version": str, "sha256": str, "settings": dict}
    return isinstance(found, dict) and set(found) == set(parts) and all(isinstance(found[name], kind) for name, kind in parts.items())


def _is_selection(area_ids: object) -> bool:
    return area_ids is None or (isinstance(area_ids, list) and all(isinstance(area_id, str) for area_id in area_ids))
