"""How firm the ranks of a list are, by the settings of its scenario."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.schema.scenario import FirmnessSettings, ResolvedScenario
from models.firmness.acceptability import Acceptability, give_advice, top_acceptability
from models.firmness.draws import around_profile, between_profiles, uniform_weights
from models.firmness.errors import DataErrors
from models.firmness.ranks import RankRanges, rank_ranges
from models.ranking import Ranking

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Firmness:
    """How firm the ranks of a list are.

    Attributes
    ----------
    ranking : Ranking
    settings : FirmnessSettings
    draws : array of float, d x k
        The weights that were tried.
    plain : Acceptability
        Under other weights, the data taken as exact.
    with_errors : Acceptability or None
        Under other weights and other data; None where no error of the data is stated.
    advice : array of {"do_now", "discuss", "defer", None}, n
        By the share with errors where there is one, else by the plain one; None where the area is not ranked.
    """

    ranking: Ranking
    settings: FirmnessSettings
    draws: Floats
    plain: Acceptability
    with_errors: Acceptability | None
    advice: NDArray[np.object_]

    @property
    def top(self) -> int:
        """Length of the top of the list: as set, or half of a list that is not twice as long."""
        return self.plain.top

    @property
    def share(self) -> Floats:
        """Share of draws in which each area is in the top, by which advice is given; n."""
        return self.plain.share if self.with_errors is None else self.with_errors.share

    def ranges(self, rows: Integers | None = None) -> RankRanges:
        """Ranks that hold nine draws of ten, of all areas or some; the data taken as exact."""
        return rank_ranges(self.ranking, self.draws, rows=rows)


def admissible_weights(scenario: ResolvedScenario, settings: FirmnessSettings) -> Floats:
    """The draws of weights of a scenario, d x k; the same for the same seed."""
    weights = list(scenario.weights.values())
    if settings.weights == "uniform":
        return uniform_weights(len(weights), settings.draws, seed=settings.seed)
    if settings.weights == "between_profiles":
        return between_profiles(settings.profiles or [weights], settings.draws, seed=settings.seed)
    return around_profile(weights, settings.draws, spread=settings.spread, seed=settings.seed)


def assess_firmness(ranking: Ranking, lon: Floats, lat: Floats) -> Firmness | None:
    """How firm each rank is; None where the scenario does not ask for it, or ranks by a method that is not additive.

    Parameters
    ----------
    ranking : Ranking
    lon, lat : array of float, n
        Where the areas lie, for errors that neighbours share; NaN unknown.
    """
    settings = ranking.scenario.firmness
    if settings is None or not ranking.is_additive:
        return None
    draws = admissible_weights(ranking.scenario, settings)
    top = min(settings.top, max(ranking.n_ranked // 2, 1))
    plain = top_acceptability(ranking, draws, top)
    errors = DataErrors(settings.errors, lon, lat, settings.seed) if settings.errors else None
    with_errors = None if errors is None else top_acceptability(ranking, draws, top, errors=errors)
    advice = give_advice(with_errors or plain, firm=settings.do_now, out=settings.defer)
    return Firmness(ranking, settings, draws, plain, with_errors, advice)
