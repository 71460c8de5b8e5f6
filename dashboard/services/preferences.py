"""What judgements "this area before that one" speak of, by kind of stakeholder, and what to ask next."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import kendalltau

from geodata.errors import FileError, name_culprits
from models.errors import ModelsError
from models.ranking import rank_areas
from models.ranking.preference import PairwisePreferenceRanker, PreferenceReport, choose_pairs, evaluate_preferences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geodata.schema.scenario import ResolvedScenario
    from geodata.snapshot import Snapshot
    from models.ranking import Ranking

_N_ASKED_NEXT = 10
_PLACES = ("admin3", "admin2", "admin1")
_LEAST_PLACES = 5


@dataclass(frozen=True)
class Judged:
    """One judgement of the file: an area that should come before another, and who says so."""

    first: str
    second: str
    kind: str


@dataclass(frozen=True)
class Learned:
    """What the judgements of one kind of stakeholder speak of.

    Attributes
    ----------
    kind : str
    n_judgements : int
    refused : str
        Why nothing was learned; "" where something was.
    weights : dict from criterion to learned share; empty where refused
    report : PreferenceReport or None
        None where nothing was learned, or too few places are known to hold any out.
    tau_with_list : float or None
        Kendall tau between the learned order and the present list.
    ask_next : tuple of (area, area)
        Pairs whose answer would teach most.
    """

    kind: str
    n_judgements: int
    refused: str
    weights: dict[str, float]
    report: PreferenceReport | None
    tau_with_list: float | None
    ask_next: tuple[tuple[str, str], ...]


def read_judgements(path: Path) -> list[Judged]:
    """Judgements of a CSV file with the columns ``first``, ``second`` and, optionally, ``kind`` (of stakeholder).

    Raises
    ------
    FileError
        The file cannot be read, or lacks a column or a value.
    """
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{path}: the file cannot be read ({error}).", "Save it as CSV in UTF-8.") from error
    empty = [str(number) for number, row in enumerate(rows, start=2) if not (row.get("first") and row.get("second"))]
    if empty or not rows:
        where = f"lines without both: {name_culprits(empty)}" if empty else "it has no lines"
        raise FileError(f"{path}: each line names a first and a second area; {where}.", "Use the columns first, second and kind.")
    return [Judged(row["first"].strip(), row["second"].strip(), (row.get("kind") or "").strip() or "all") for row in rows]


def learn_preferences(snapshot: Snapshot, scenario: ResolvedScenario, judgements: Sequence[Judged]) -> tuple[Learned, ...]:
    """Learn what each kind of stakeholder prefers, each kind by itself.

    Raises
    ------
    FileError
        A judgement names an area that the snapshot does not hold.
    """
    row_of = {area_id: row for row, area_id in enumerate(snapshot.areas["area_id"])}
    unknown = [name for each in judgements for name in (each.first, each.second) if name not in row_of]
    if unknown:
        raise FileError(f"Judgements name areas of the data; unknown: {name_culprits(dict.fromkeys(unknown))}.", "Correct the identifiers.")
    ranking = rank_areas(snapshot.values, snapshot.areas, scenario)
    kinds = list(dict.fromkeys(each.kind for each in judgements))
    pairs = {kind: np.array([[row_of[each.first], row_of[each.second]] for each in judgements if each.kind == kind]) for kind in kinds}
    return tuple(_learn(snapshot, ranking, kind, pairs[kind]) for kind in kinds)


def _learn(snapshot: Snapshot, ranking: Ranking, kind: str, pairs: NDArray[np.int64]) -> Learned:
    ranker = PairwisePreferenceRanker(min_known_share=ranking.scenario.min_known_share)
    try:
        ranker.fit(ranking.values, pairs=pairs)
    except ModelsError as error:
        return Learned(kind, len(pairs), str(error), {}, None, None, ())
    rows = ranking.order
    score = ranker.predict(ranking.values[rows])
    known = ~np.isnan(score)
    tau = float(kendalltau(score[known], ranking.score[rows][known]).statistic) if known.sum() > 1 else None
    inside = {int(row): place for place, row in enumerate(rows)}
    judged = np.array([[inside[int(a)], inside[int(b)]] for a, b in pairs if int(a) in inside and int(b) in inside]).reshape(-1, 2)
    asked = rows[choose_pairs(ranker, ranking.values[rows], judged, _N_ASKED_NEXT)] if len(rows) > 1 else np.empty((0, 2), dtype=np.int64)
    names = ranking.table.area_ids
    return Learned(
        kind=kind,
        n_judgements=len(pairs),
        refused="",
        weights=dict(zip(ranking.criteria, ranker.weights_.tolist(), strict=True)),
        report=_report(snapshot, ranker, ranking, pairs),
        tau_with_list=tau,
        ask_next=tuple((str(names[a]), str(names[b])) for a, b in asked),
    )


def _report(snapshot: Snapshot, ranker: PairwisePreferenceRanker, ranking: Ranking, pairs: NDArray[np.int64]) -> PreferenceReport | None:
    """Measures on held-out places, of the smallest level that names at least five."""
    for column in _PLACES:
        places = snapshot.areas[column].fillna("") if column in snapshot.areas.columns else None
        if places is not None and places.iloc[pairs.ravel()].nunique() >= _LEAST_PLACES:
            try:
                return evaluate_preferences(ranker, ranking.values, pairs, places.tolist())
            except ModelsError:
                continue
    return None
