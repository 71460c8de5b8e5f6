"""The priority list as a table: what every export, page and command shows, in one order of columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.services.firmness import list_firmness
from geodata.errors import GeodataError, name_culprits
from geodata.schema.text import say

if TYPE_CHECKING:
    from dashboard.estimates import Estimates
    from geodata.schema.scenario import FirmnessSettings
    from geodata.snapshot import Snapshot
    from models.ranking import Ranking

Kind = Literal["text", "date", "integer", "number", "flag"]

NOT_YET_ESTIMATED = "not yet estimated"
"""What the header note and the receipt say of a column that no method fills yet."""


@dataclass(frozen=True)
class ListColumn:
    """One column of the list.

    Attributes
    ----------
    name : str
    kind : {"text", "date", "integer", "number", "flag"}
    """

    name: str
    kind: Kind


class SelectionError(GeodataError):
    """A selection names areas that the snapshot does not hold."""

    code = "selection_error"


_FACTS: tuple[tuple[str, Kind], ...] = (
    ("rank", "integer"), ("area_id", "text"), ("imsma_id", "text"), ("name", "text"), ("hazard_type", "text"),
    ("status", "text"), ("eo_categories", "text"), ("area_m2", "number"), ("admin1", "text"), ("admin2", "text"),
    ("admin3", "text"), ("admin4", "text"), ("last_survey_date", "date"), ("tasked_to", "text"), ("funded_by", "text"),
    ("score", "number"), ("class", "text"), ("recommended_action", "text"), ("likelihood_prob", "number"),
    ("cost_usd", "number"), ("beneficiaries_direct", "number"), ("beneficiaries_indirect", "number"), ("firmness", "text"),
)  # fmt: skip
_ESTIMATES = (
    "recommended_action", "likelihood_prob", "cost_usd", "beneficiaries_direct", "beneficiaries_indirect", "firmness",
)  # fmt: skip
_ACTION = ("recommended_action", "cost_usd")
_FLAGS: tuple[tuple[str, Kind], ...] = (
    ("is_tasked", "flag"), ("reason_unranked", "text"), ("known_share", "number"), ("rank_best", "integer"), ("rank_worst", "integer"),
)  # fmt: skip


_FIRMNESS: tuple[tuple[str, Kind], ...] = (("top_share", "number"), ("rank_low", "integer"), ("rank_high", "integer"))
_WITH_ERRORS: tuple[tuple[str, Kind], ...] = (("top_share_with_errors", "number"),)


def list_columns(criteria: Sequence[str], *, is_filtered: bool = False, firmness: FirmnessSettings | None = None) -> tuple[ListColumn, ...]:
    """Columns of the list, in their order.

    Parameters
    ----------
    criteria : sequence of str
        Identifiers; each gives a ``value_`` and a ``contribution_`` column.
    is_filtered : bool
        A filtered list has ``rank_in_selection`` at its end; ``rank`` stays national.
    firmness : FirmnessSettings, optional
        Where firmness is estimated: the share of draws in the top (and that under wrong data, where errors are stated) and the
        ranks that hold nine draws of ten.
    """
    firm = [] if firmness is None else [*_FIRMNESS, *(_WITH_ERRORS if firmness.errors else ())]
    criterion_columns: list[tuple[str, Kind]] = [(f"{part}_{name}", "number") for part in ("value", "contribution") for name in criteria]
    last: list[tuple[str, Kind]] = [("rank_in_selection", "integer")] if is_filtered else []
    return tuple(ListColumn(name, kind) for name, kind in [*_FACTS, *criterion_columns, *_FLAGS, *firm, *last])


def firmness_settings(ranking: Ranking) -> FirmnessSettings | None:
    """How the firmness of a list is estimated; None where it is not."""
    return ranking.scenario.firmness if ranking.is_additive else None


def not_estimated(snapshot: Snapshot, firmness: FirmnessSettings | None = None, estimates: Estimates | None = None) -> tuple[str, ...]:
    """Columns of the list that nothing fills, in the list's order: they are empty, never a constant."""
    filled: tuple[str, ...] = () if firmness is None else ("firmness",)
    if estimates is not None:
        filled += (("likelihood_prob",) if estimates.has_model else ()) + (_ACTION if estimates.has_costs else ())
    return tuple(name for name in _ESTIMATES if name not in snapshot.records.columns and name not in filled)


def priority_list(
    snapshot: Snapshot,
    ranking: Ranking,
    *,
    language: str = "en",
    area_ids: Collection[str] | None = None,
    estimates: Estimates | None = None,
) -> pd.DataFrame:
    """The list of a ranking.

    Parameters
    ----------
    snapshot : Snapshot
        The one that was ranked.
    ranking : Ranking
    language : str
        Language of class labels.
    area_ids : collection of str, optional
        Only these areas; ``rank`` stays national and ``rank_in_selection`` counts among them.
    estimates : Estimates, optional
        Of the same snapshot: likelihood, next action and expected cost. Without, these columns are empty.

    Returns
    -------
    DataFrame
        Columns of :func:`list_columns`; index ``row`` is the area's row in the snapshot. Ranked areas first, best first; then
        those too little known to be ranked, with ``reason_unranked``. Released areas, and tasked ones where the scenario leaves
        them out, are not in it. Unknown is empty. ``contribution_`` columns add up to ``score``: their 9 significant digits do
        so exactly, the sum in double precision within 1e-15.

    Raises
    ------
    SelectionError
        ``area_ids`` names areas that the snapshot does not hold.
    """
    rows = ranking.listing
    if area_ids is not None:
        rows = rows[_is_selected(snapshot, area_ids)[rows]]
    columns = list_columns(ranking.criteria, is_filtered=area_ids is not None, firmness=firmness_settings(ranking))
    parts = {
        **_facts(snapshot, ranking, rows, language),
        **_estimate_columns(estimates, rows),
        **_criterion_columns(ranking, rows),
        **_firmness_columns(snapshot, ranking, rows),
    }
    if area_ids is not None:
        parts["rank_in_selection"] = _whole(np.where(ranking.is_ranked[rows], np.arange(1.0, len(rows) + 1.0), np.nan))
    return pd.DataFrame({column.name: parts[column.name] for column in columns}, index=pd.Index(rows, name="row"))


def _is_selected(snapshot: Snapshot, area_ids: Collection[str]) -> NDArray[Any]:
    wanted = set(area_ids)
    ids = snapshot.records["area_id"]
    unknown = sorted(wanted.difference(ids))
    if unknown:
        raise SelectionError(
            f"A selection holds areas of the snapshot; unknown: {name_culprits(unknown)}.", "Choose the areas again from the list."
        )
    selected: NDArray[np.bool_] = ids.isin(wanted).to_numpy(dtype=bool)
    return selected


def _facts(snapshot: Snapshot, ranking: Ranking, rows: NDArray[np.int64], language: str) -> dict[str, Any]:
    areas = snapshot.records
    computed: dict[str, Any] = {
        "rank": _whole(ranking.rank[rows]),
        "score": ranking.score[rows],
        "class": _class_labels(ranking, rows, language),
        "is_tasked": ranking.is_tasked[rows],
        "reason_unranked": _texts(pd.Series(ranking.reason_unranked[rows], dtype=object)),
        "known_share": ranking.known_share[rows],
        "rank_best": _whole(ranking.rank_best[rows]),
        "rank_worst": _whole(ranking.rank_worst[rows]),
    }
    for name, kind in _FACTS:
        if name not in computed:
            computed[name] = _fact(areas[name].iloc[rows], kind) if name in areas.columns else _nothing(len(rows), kind)
    return computed


def _criterion_columns(ranking: Ranking, rows: NDArray[np.int64]) -> dict[str, Any]:
    values, contributions = ranking.values[rows], ranking.contributions[rows]
    return {
        f"{part}_{name}": matrix[:, place]
        for part, matrix in (("value", values), ("contribution", contributions))
        for place, name in enumerate(ranking.criteria)
    }


def _estimate_columns(estimates: Estimates | None, rows: NDArray[np.int64]) -> dict[str, Any]:
    if estimates is None:
        return {}
    areas = estimates.areas.iloc[rows]
    return {
        "recommended_action": _texts(areas["action"]),
        "likelihood_prob": areas["prob"].to_numpy(dtype=np.float64),
        "cost_usd": areas["cost_usd"].to_numpy(dtype=np.float64),
    }


def _firmness_columns(snapshot: Snapshot, ranking: Ranking, rows: NDArray[np.int64]) -> dict[str, Any]:
    found = list_firmness(snapshot, ranking)
    if found is None:
        return {}
    ranges = found.ranges(None if len(rows) > ranking.n_ranked // 2 else rows)
    parts: dict[str, Any] = {
        "firmness": found.advice[rows],
        "top_share": found.share[rows],
        "rank_low": _whole(ranges.low[rows]),
        "rank_high": _whole(ranges.high[rows]),
    }
    if found.with_errors is not None:
        parts["top_share_with_errors"] = found.with_errors.share[rows]
    return parts


def _class_labels(ranking: Ranking, rows: NDArray[np.int64], language: str) -> NDArray[Any]:
    labels = {section.id: say(section.label, language) for section in ranking.scenario.classes}
    return np.array([None if class_id is None else labels[class_id] for class_id in ranking.class_id[rows]], dtype=object)


def _fact(column: pd.Series, kind: Kind) -> object:
    if kind == "number":
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    return _dates(column) if kind == "date" else _texts(column)


def _nothing(n: int, kind: Kind) -> object:
    return np.full(n, np.nan) if kind == "number" else np.full(n, None, dtype=object)


def _texts(column: pd.Series) -> NDArray[Any]:
    """Texts, unknown and empty ones as None."""
    texts = column.astype(object).to_numpy(copy=True)
    texts[column.isna().to_numpy() | (texts == "")] = None
    return texts


def _dates(column: pd.Series) -> NDArray[Any]:
    """Days as ISO text, unknown ones as None."""
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        days = column.dt.strftime("%Y-%m-%d").astype(object)
    else:
        days = column.map(lambda day: str(day)[:10], na_action="ignore").astype(object)
    return _texts(days)


def _whole(numbers: NDArray[np.float64]) -> Any:
    is_unknown = np.isnan(numbers)
    return pd.arrays.IntegerArray(np.where(is_unknown, 0, numbers).astype(np.int64), is_unknown)
