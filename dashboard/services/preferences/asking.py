"""Which two areas to ask about next."""

from __future__ import annotations

import numpy as np

from dashboard.services.preferences.judgements import Integers, Judgements
from dashboard.services.views import RankedView

FEWEST_TO_CHOOSE = 10
"""Judgements from which the next pairs are chosen to teach most; before, pairs are random."""
MIN_KNOWN = 0.8
"""Least share of an area's weight that is known, for people to be asked about it."""


def next_pair(view: RankedView, judged: Judgements, *, n_skipped: int = 0) -> tuple[str, str] | None:
    """Ids of two areas to ask about next; None where fewer than two areas are known well enough.

    The same judgements and number of pairs that nobody could judge give the same pair.
    """
    found = next_pairs(view, judged, 1, n_skipped=n_skipped)
    return found[0] if found else None


def next_pairs(view: RankedView, judged: Judgements, n: int, *, n_skipped: int = 0) -> tuple[tuple[str, str], ...]:
    """Ids of pairs of areas whose answers would teach most, the most telling first; fewer than n where there are not so many."""
    is_known = view.ranking.is_ranked & (view.ranking.known_share >= MIN_KNOWN)
    if is_known.sum() < 2:
        return ()
    seed = len(judged.pairs) + 10_007 * n_skipped
    draw = np.random.default_rng(seed)
    if len(judged.pairs) < FEWEST_TO_CHOOSE:
        rows = np.stack([draw.choice(np.flatnonzero(is_known), 2, replace=False) for _ in range(n)])
    else:
        rows = _telling(view, np.union1d(np.flatnonzero(is_known), judged.pairs), judged.pairs, n, seed)
    turned = draw.integers(2, size=len(rows)) == 1  # neither side is always the same
    rows[turned] = rows[turned][:, ::-1]
    return tuple((str(view.columns.area_ids[first]), str(view.columns.area_ids[second])) for first, second in rows)


def _telling(view: RankedView, pool: Integers, judged: Integers, n: int, seed: int) -> Integers:
    from models.ranking.preference import PairwisePreferenceRanker, choose_pairs

    values, pairs = view.ranking.values[pool], np.searchsorted(pool, judged)
    ranker = PairwisePreferenceRanker(min_pairs=1).fit(values, pairs=pairs)
    chosen: Integers = pool[choose_pairs(ranker, values, pairs, n, seed=seed)]
    return chosen
