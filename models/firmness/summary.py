"""How firm the ranks of a list are, by the settings of its scenario."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

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
    lon, lat : array of float, n
        Where the areas lie.
    """

    ranking: Ranking
    settings: FirmnessSettings
    draws: Floats
    plain: Acceptability
    lon: Floats
    lat: Floats

    @property
    def top(self) -> int:
        """Length of the top of the list: as set, or half of a list that is not twice as long."""
        return self.plain.top

    @property
    def share(self) -> Floats:
        """Share of draws in which each area is in the top, by which advice is given; n."""
        return self.plain.share

    @cached_property
    def advice(self) -> NDArray[np.object_]:
        """ "do_now", "discuss" or "defer" by the plain share, None where the area is not ranked; n."""
        return give_advice(self.plain, firm=self.settings.do_now, out=self.settings.defer)

    def advice_of(self, rows: Integers) -> NDArray[np.object_]:
        """The same of some rows: a page of a list need not wait for all."""
        part = Acceptability(self.plain.top, self.plain.n_draws, self.plain.share[rows])
        return give_advice(part, firm=self.settings.do_now, out=self.settings.defer)

    @cached_property
    def with_errors(self) -> Acceptability | None:
        """Under other weights and other data; None where no error of the data is stated. Takes far longer than the plain one."""
        if not self.settings.errors:
            return None
        errors = DataErrors(self.settings.errors, self.lon, self.lat, self.settings.seed)
        return top_acceptability(self.ranking, self.draws, self.top, errors=errors)

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
    return Firmness(ranking, settings, draws, plain, lon, lat)
