"""What the map's colours show: a measure of each area, and the classes that its numbers fall into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dashboard.services.disagreement import has_profiles, view_disagreement
from dashboard.services.estimated_measures import ESTIMATED, estimated_ends, estimated_numbers, estimated_steps
from dashboard.state import ViewState

if TYPE_CHECKING:
    from dashboard.programme import Programme
    from dashboard.services.views import RankedView

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]

HIDDEN, UNKNOWN, FIRST_CLASS, RELEASED_CODE = 0, 1, 2, 255
RANK_SHARES = (1.0, 0.75, 0.50, 0.25, 0.10, 0.05, 0.01)
"""Upper ends of the map's classes as shares of the ranked areas, the lowest class first."""
N_CLASSES = len(RANK_SHARES)
RANK, SCORE, DISAGREEMENT, PROFILES_TOP = "rank", "score", "disagreement", "profiles_top"
_VALUE = "value."
_SPREAD_ENDS = (0.01, 0.02, 0.05, 0.10, 0.25, 0.50, 1.0)
"""Upper ends of the classes of disagreement: most lists differ by little, and a little matters at the head of a long list."""


@dataclass(frozen=True)
class MapClass:
    """One class of the map's colours.

    Attributes
    ----------
    code : int
        Colour byte, 2 for the lowest class.
    low, high : float
        Ends of the class in the measure's unit (ranks and counts are whole; both ends belong to it).
    share : float
        Upper end as a share of the ranked areas; NaN for measures that are not ranks.
    n_areas : int
        Areas of the class that the filters leave.
    """

    code: int
    low: float
    high: float
    share: float
    n_areas: int


def measure_of(programme: Programme, state: ViewState) -> str:
    """What the map's colours show: one of :func:`known_measures`; the rank where the view names nothing, or nothing that is there."""
    return state.measure if state.measure in known_measures(programme) else RANK


def unknown_measure(programme: Programme, state: ViewState) -> str:
    """What a view asks the colours to show and nothing is known of; "" where all is well."""
    return "" if state.measure in ("", *known_measures(programme)) else state.measure


def criterion_of_measure(measure: str) -> str | None:
    """The criterion of a measure that shows one, else None."""
    return measure.removeprefix(_VALUE) if measure.startswith(_VALUE) else None


def profile_measures(programme: Programme) -> tuple[str, ...]:
    """Measures that compare the lists of all profiles; none where there are fewer than two."""
    return (DISAGREEMENT, PROFILES_TOP) if has_profiles(programme) else ()


def known_measures(programme: Programme) -> tuple[str, ...]:
    """Everything that the map can show, in the order of the selector."""
    values = (f"{_VALUE}{criterion.id}" for criterion in programme.config.criteria)
    return (RANK, SCORE, *ESTIMATED, *profile_measures(programme), *values)


def class_of_rank(rank: Floats, n_ranked: int) -> Bytes:
    """Colour byte of each rank; 1 where there is none."""
    ends = np.array(_rank_ends(n_ranked)[::-1], dtype=float)  # best class first: rising ranks
    place = np.searchsorted(ends, rank)  # NaN sorts last
    codes = FIRST_CLASS + N_CLASSES - 1 - place
    return np.where(np.isnan(rank), UNKNOWN, codes).astype(np.uint8)


def measure_codes(programme: Programme, view: RankedView, measure: str) -> Bytes:
    """Colour byte of each area without filters."""
    if measure == RANK:
        return _codes_in_order(view.ranking.order, len(view.ranking.rank))
    numbers = measure_numbers(programme, view, measure)
    known = np.nan_to_num(numbers)
    if measure == DISAGREEMENT:
        steps = np.searchsorted(_SPREAD_ENDS, known)  # an end belongs to the class below it
    elif measure in ESTIMATED:
        steps = np.nan_to_num(estimated_steps(measure, numbers))
    elif measure == PROFILES_TOP:
        steps = np.searchsorted(_count_ends(len(programme.config.profiles)), known)
    else:
        steps = np.floor(known * N_CLASSES).clip(0, N_CLASSES - 1)
    return np.where(np.isnan(numbers), UNKNOWN, FIRST_CLASS + steps).astype(np.uint8)


def measure_numbers(programme: Programme, view: RankedView, measure: str) -> Floats:
    """Value, score, estimate or comparison of the profiles for each area; NaN where unknown."""
    if measure in ESTIMATED:
        return estimated_numbers(programme, view.snapshot, measure)
    criterion = criterion_of_measure(measure)
    if criterion in view.ranking.criteria:
        values: Floats = view.ranking.values[:, view.ranking.criteria.index(criterion)]
        return values
    found = view_disagreement(programme, view) if measure in (DISAGREEMENT, PROFILES_TOP) else None
    if found is not None:
        return found.spread if measure == DISAGREEMENT else np.where(found.n_ranking >= 2, found.n_top, np.nan)
    return np.where(view.ranking.is_ranked, view.ranking.score, np.nan)


def class_ends(programme: Programme, view: RankedView, measure: str) -> list[tuple[float, float, float]]:
    """Low end, high end and share of each class, the lowest first; a class that cannot occur ends before it begins."""
    nan = float("nan")
    if measure == RANK:
        ranks = [*_rank_ends(view.ranking.n_ranked), 0]
        return [(ranks[place + 1] + 1.0, float(ranks[place]), share) for place, share in enumerate(RANK_SHARES)]
    if measure == DISAGREEMENT:
        return [(low, high, nan) for low, high in zip((0.0, *_SPREAD_ENDS), _SPREAD_ENDS, strict=False)]
    if measure in ESTIMATED:
        return [(low, high, nan) for low, high in estimated_ends(measure)]
    if measure == PROFILES_TOP:
        counts = [-1, *_count_ends(len(programme.config.profiles))]
        return [(counts[place] + 1.0, float(counts[place + 1]), nan) for place in range(N_CLASSES)]
    return [(place / N_CLASSES, (place + 1) / N_CLASSES, nan) for place in range(N_CLASSES)]


def _codes_in_order(order: NDArray[np.int64], n_areas: int) -> Bytes:
    """:func:`class_of_rank` of every area, by the order of the ranked ones."""
    ends = _rank_ends(len(order))
    codes = np.full(n_areas, UNKNOWN, dtype=np.uint8)
    best_first = np.arange(FIRST_CLASS + N_CLASSES - 1, FIRST_CLASS - 1, -1, dtype=np.uint8)
    codes[order] = np.repeat(best_first, np.diff(ends[::-1], prepend=0))
    return codes


def _rank_ends(n_ranked: int) -> list[int]:
    return [int(np.ceil(share * n_ranked)) for share in RANK_SHARES]


def _count_ends(n_profiles: int) -> list[int]:
    """Upper ends of the classes of a count from 0 to n: one class for none, one for all, the others between as even as can be.

    Examples
    --------
    >>> _count_ends(2), _count_ends(5), _count_ends(10)
    ([0, 0, 0, 0, 0, 1, 2], [0, 0, 1, 2, 3, 4, 5], [0, 1, 3, 5, 7, 9, 10])
    """
    between = [int(place * (n_profiles - 1) // (N_CLASSES - 2)) for place in range(1, N_CLASSES - 1)]
    return [0, *between, n_profiles]
