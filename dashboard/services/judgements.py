"""Judgements "this area before that one": kept in the registry by group, chosen to teach most, and what is learned from them.

What is learned is a view beside the adopted weights; nothing takes it over by itself.
"""

from __future__ import annotations

import datetime as dt
import uuid
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.programme import Programme
from dashboard.services.importing import has_registry
from dashboard.services.views import TOP, RankedView
from geodata.errors import WrongUseError
from geodata.schema.codes import CONSULTATION, NOT_STATED
from geodata.schema.records import JUDGEMENTS
from models.ranking.preference import PairwisePreferenceRanker, PreferenceReport, choose_pairs, evaluate_preferences

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
FEWEST_TO_CHOOSE = 10
"""Judgements from which the next pair is chosen to teach most; before, pairs are random."""
MIN_KNOWN = 0.8
_MAX_GROUP = 80


@dataclass(frozen=True)
class Judgements:
    """Judgements that can be used with a snapshot.

    Attributes
    ----------
    pairs : array of int, m x 2
        Rows of the snapshot: the first was judged to come before the second.
    n_lost : int
        Judgements about areas that the snapshot does not hold.
    """

    pairs: Integers
    n_lost: int


@dataclass(frozen=True)
class Learned:
    """What judgements say.

    Attributes
    ----------
    n_pairs, min_pairs : int
        Fewer than ``min_pairs`` teach nothing.
    weights : dict of criterion to share
        Empty where there are too few.
    n_top, n_top_shared : int
        Length of the top of the list, and areas that the learned scores and the adopted ones have in common there.
    """

    n_pairs: int
    min_pairs: int
    weights: dict[str, float]
    n_top: int
    n_top_shared: int


def record_judgement(
    programme: Programme, view: RankedView, *, before_id: str, after_id: str, group: str, consultation: str, author: str
) -> str:
    """Keep one judgement in the registry, with who entered it; returns its id.

    Raises
    ------
    WrongUseError
        The two areas are one, an area is not in the snapshot, the group is not named, or the consultation is no code.
    """
    from geodata.registry import ChangeMeta

    name = " ".join(group.split())
    if not name or len(name) > _MAX_GROUP:
        raise WrongUseError("A judgement names the group that was asked, in 1 to 80 characters.", "Write who was asked.")
    if consultation not in CONSULTATION.values:
        raise WrongUseError(f"{consultation!r} is no kind of consultation.", f"Use {', '.join(CONSULTATION.values)}.")
    missing = [area for area in (before_id, after_id) if view.columns.row_of(area) is None]
    if missing or before_id == after_id:
        raise WrongUseError("A judgement compares two areas of the list.", "Judge another pair.")
    row = {
        "judgement_id": f"J-{uuid.uuid4().hex[:16]}",
        "before_id": before_id,
        "after_id": after_id,
        "stakeholder_group": name,
        "consultation": consultation,
        "judged_on": pd.Timestamp(dt.datetime.now(dt.UTC).date()),
        "data_version": view.data_version,
    }
    with closing(programme.open_registry(create=True)) as registry:
        registry.apply(JUDGEMENTS.name, pd.DataFrame([row]), ChangeMeta(author=author, reason="judgement on screen"))
    return str(row["judgement_id"])


def read_judgements(programme: Programme) -> pd.DataFrame:
    """All judgements, with the columns of the registry's table; none where there is no registry yet."""
    if not has_registry(programme):
        return pd.DataFrame(columns=list(JUDGEMENTS.columns))
    with closing(programme.open_registry()) as registry:
        return pd.DataFrame(registry.read(JUDGEMENTS.name))


def group_counts(table: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Judgements by group and consultation, the groups in the order of their names."""
    keys = [table["stakeholder_group"].fillna(""), table["consultation"].fillna(NOT_STATED)]
    counts: dict[Any, int] = table.groupby(keys, sort=True).size().to_dict()
    return {(str(key[0]), str(key[1])): int(n) for key, n in counts.items()}


def judgements_of(view: RankedView, table: pd.DataFrame, group: str = "", consultation: str = "") -> Judgements:
    """Judgements of a group and a consultation, "" for all, as rows of a view's snapshot."""
    wanted = table
    if group:
        wanted = wanted[wanted["stakeholder_group"] == group]
    if consultation:
        wanted = wanted[wanted["consultation"] == consultation]
    rows = [(view.columns.row_of(str(before)), view.columns.row_of(str(after))) for before, after in _pairs_of(wanted)]
    known = [(before, after) for before, after in rows if before is not None and after is not None]
    return Judgements(np.array(known, dtype=np.int64).reshape(-1, 2), len(rows) - len(known))


def next_pair(view: RankedView, judged: Judgements, *, n_skipped: int = 0) -> tuple[str, str] | None:
    """Ids of two areas to ask about next; None where fewer than two areas are known well enough.

    The same judgements and number of pairs that nobody could judge give the same pair.
    """
    well_known = view.ranking.is_ranked & (view.ranking.known_share >= MIN_KNOWN)
    pool = np.union1d(np.flatnonzero(well_known), judged.pairs)
    if well_known.sum() < 2:
        return None
    seed = len(judged.pairs) + 10_007 * n_skipped
    if len(judged.pairs) < FEWEST_TO_CHOOSE:
        first, second = np.random.default_rng(seed).choice(np.flatnonzero(well_known), 2, replace=False)
        return str(view.columns.area_ids[first]), str(view.columns.area_ids[second])
    values = view.ranking.values[pool]
    pairs = np.searchsorted(pool, judged.pairs)
    ranker = PairwisePreferenceRanker(min_pairs=1).fit(values, pairs=pairs)
    chosen = choose_pairs(ranker, values, pairs, 1, seed=seed)
    if not len(chosen):
        return None
    swap = int(np.random.default_rng(seed).integers(2))  # neither side is always the same
    first, second = pool[chosen[0]][::-1] if swap else pool[chosen[0]]
    return str(view.columns.area_ids[first]), str(view.columns.area_ids[second])


def learn(view: RankedView, judged: Judgements) -> Learned:
    """Weights that judgements speak of."""
    ranker = PairwisePreferenceRanker()
    n_pairs, n_top = len(judged.pairs), view.n_top
    if n_pairs < ranker.min_pairs:
        return Learned(n_pairs, ranker.min_pairs, {}, n_top, 0)
    rows, pairs = _compact(judged.pairs)
    ranker.fit(view.ranking.values[rows], pairs=pairs)
    weights = dict(zip((criterion.id for criterion in view.scenario.criteria), map(float, ranker.weights_), strict=True))
    return Learned(n_pairs, ranker.min_pairs, weights, n_top, _shared_top(view, ranker.predict(view.ranking.values)))


def foretell(view: RankedView, judged: Judgements) -> PreferenceReport:
    """How well judgements about held-out places are foretold by the others; takes some seconds.

    Raises
    ------
    ModelsError
        Too few judgements, or too few places.
    """
    rows, pairs = _compact(judged.pairs)
    places = [" / ".join(view.columns.place_of(int(row))[:2]) for row in rows]
    ranker = PairwisePreferenceRanker(min_pairs=1)
    return evaluate_preferences(ranker, view.ranking.values[rows], pairs, places, k=TOP)


def _compact(pairs: Integers) -> tuple[Integers, Integers]:
    """Rows that judgements speak of, and the judgements as positions among them: the rest of the country teaches nothing."""
    rows, positions = np.unique(pairs, return_inverse=True)
    return rows, positions.reshape(pairs.shape)


def _shared_top(view: RankedView, scores: Floats) -> int:
    """Areas that are in the top by the scenario's own scores and by the learned ones; classes count in neither."""
    rows = view.own.order

    def top(by: Floats) -> Integers:
        first: Integers = rows[np.argsort(-np.nan_to_num(by[rows], nan=-1.0), kind="stable")[: view.n_top]]
        return first

    return len(np.intersect1d(top(view.own.score), top(scores)))


def _pairs_of(table: pd.DataFrame) -> list[tuple[object, object]]:
    return list(zip(table["before_id"], table["after_id"], strict=True))
