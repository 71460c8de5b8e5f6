"""What a change of weights does to the top of the list, against the scenario's own profile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.services.views import RankedView


@dataclass(frozen=True)
class Changes:
    """The difference between two lists, told by their top.

    Attributes
    ----------
    is_own : bool
        The list is the scenario's own: nothing was changed.
    n_top : int
        Length of the top that is compared.
    n_entered, n_left : int
    own_m2, now_m2 : float
        Land in the top of the scenario's own list, and in the top now (areas of known size).
    """

    is_own: bool
    n_top: int
    n_entered: int
    n_left: int
    own_m2: float
    now_m2: float


def changes(view: RankedView) -> Changes:
    """Compare a view's list with the scenario's own.

    People are not compared: those within reach of two areas would count twice in a sum.
    """
    return Changes(
        is_own=view.digest == view.own_digest,
        n_top=view.n_top,
        n_entered=int(view.entered.sum()),
        n_left=int(view.left.sum()),
        own_m2=_land(view, view.own.order),
        now_m2=_land(view, view.ranking.order),
    )


def _land(view: RankedView, order: NDArray[np.int64]) -> float:
    return float(np.nansum(view.columns.area_m2[order[: view.n_top]]))
