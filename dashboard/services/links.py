"""Whether need goes together with contamination and with what release would bring: found, not found, or not to be told."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.errors import GeodataError
from geodata.snapshot.places import METHODS, MeasuredPlaces, measure_places
from models.ranking import evaluate

if TYPE_CHECKING:
    from dashboard.programme import Programme
    from dashboard.services.views import RankedView
    from geodata.schema.criteria import Criterion
    from geodata.snapshot import Snapshot
    from models.links import RankLink

Floats = NDArray[np.float64]
Other = Literal["recorded", "likelihood", "benefit"]

NEED: Final = "need"
BENEFIT: Final = "benefit"
TOO_LITTLE: Final = "too_little"
NO_PLACES: Final = "no_places"
NOT_ESTIMATED: Final = "not_estimated"
NO_BENEFIT: Final = "no_benefit"
NOT_OF_PLACES: Final = "not_of_places"


@dataclass(frozen=True)
class NeedLink:
    """One criterion of need beside one other measure.

    Attributes
    ----------
    need : str
        Criterion of the group ``need``; its value (0..1) is what is compared, so that more is needier.
    other : str
        recorded: recorded hazard areas, whatever their status, for each km2 of a place, over all places of the country; likelihood:
        that explosive ordnance is present, over areas; benefit: mean value of the criteria of the group ``benefit`` by the list's
        weights, over ranked areas.
    link : RankLink
    why_not : str
        Why it cannot be told: too_little, no_places, not_of_places, not_estimated, no_benefit; "" where it is.
    """

    need: str
    other: Other
    link: RankLink
    why_not: str


def need_links(programme: Programme, snapshot: Snapshot) -> tuple[NeedLink, ...]:
    """Every criterion of need beside recorded areas, likelihood and benefit; reads no outcome and no truth."""
    from dashboard.services.views import ranked_view
    from dashboard.state import ViewState

    needs = [criterion for criterion in programme.config.criteria if criterion.group == NEED]
    if not needs:
        return ()
    view = ranked_view(programme, ViewState(), snapshot.data_version)
    places = _places(programme, snapshot, needs)
    return tuple(
        link for need in needs for link in (_with_recorded(programme, snapshot, need, places), *_with_estimates(programme, view, need))
    )


def _places(programme: Programme, snapshot: Snapshot, needs: list[Criterion]) -> MeasuredPlaces | None:
    """Places with every need that can be measured of them; None where there are none."""
    config = programme.config
    chosen = list(dict.fromkeys(need.indicator for need in needs if config.indicator(need.indicator).method in METHODS))
    if config.areas.source != "registry" or not chosen:
        return None
    try:
        with closing(programme.open_registry()) as registry:
            return measure_places(config, snapshot, registry, programme.directory, chosen)
    except GeodataError:
        return None


def _with_recorded(programme: Programme, snapshot: Snapshot, need: Criterion, measured: MeasuredPlaces | None) -> NeedLink:
    if measured is None:
        return _untold(need.id, "recorded", NO_PLACES)
    if need.indicator not in measured.values:
        return _untold(need.id, "recorded", NOT_OF_PLACES)
    places = measured.places
    km2 = places["area_m2"].to_numpy(dtype=np.float64) / 1e6
    with np.errstate(divide="ignore", invalid="ignore"):
        density = np.where(km2 > 0, _count_areas(snapshot, places.geometry.to_numpy()) / km2, np.nan)
    values = evaluate(need.value, measured.values[need.indicator].to_numpy(dtype=np.float64))
    return _told(need.id, "recorded", values, density, places[programme.config.likelihood.place].fillna("").to_numpy(dtype=object))


def _count_areas(snapshot: Snapshot, outlines: NDArray[np.object_]) -> Floats:
    """Recorded areas whose centre lies in each outline, EPSG:4326."""
    areas = snapshot.records[snapshot.records["is_located"].to_numpy(dtype=bool)]
    centres = shapely.points(areas["lon"].to_numpy(), areas["lat"].to_numpy())
    _, inside = shapely.STRtree(outlines).query(centres, predicate="intersects")
    return np.bincount(inside, minlength=len(outlines)).astype(np.float64)


def _with_estimates(programme: Programme, view: RankedView, need: Criterion) -> tuple[NeedLink, NeedLink]:
    """Over areas: with the likelihood, and with the benefit of the ranked ones."""
    snapshot, ranking = view.snapshot, view.ranking
    values = evaluate(need.value, snapshot.values[need.indicator].to_numpy(dtype=np.float64))
    place = snapshot.records[programme.config.likelihood.place].fillna("").to_numpy(dtype=object)
    estimates = programme.estimates(snapshot)
    if estimates is None or not estimates.has_model:
        likely = _untold(need.id, "likelihood", NOT_ESTIMATED)
    else:
        likely = _told(need.id, "likelihood", values, estimates.areas["prob"].to_numpy(dtype=np.float64), place)
    benefit = _benefit(programme, view)
    if benefit is None:
        return likely, _untold(need.id, "benefit", NO_BENEFIT)
    return likely, _told(need.id, "benefit", values, np.where(ranking.is_ranked, benefit, np.nan), place)


def _benefit(programme: Programme, view: RankedView) -> Floats | None:
    """Mean value of the criteria of benefit that are known, by the weights of the list; None where it weighs none."""
    groups = {criterion.id: criterion.group for criterion in programme.config.criteria}
    weights = np.array([each.weight if groups[each.id] == BENEFIT else 0.0 for each in view.scenario.criteria])
    if not weights.any():
        return None
    known = np.where(np.isnan(view.ranking.values), 0.0, weights)
    total = known.sum(axis=1)
    sums = np.nansum(view.ranking.values * weights, axis=1)
    mean: Floats = np.divide(sums, total, out=np.full(len(total), np.nan), where=total > 0)
    return mean


def _untold(need: str, other: Other, why_not: str) -> NeedLink:
    from models.links import RankLink

    return NeedLink(need, other, RankLink(float("nan"), float("nan"), float("nan"), 0, 0), why_not)


def _told(need: str, other: Other, values: Floats, others: Floats, place: NDArray[np.object_]) -> NeedLink:
    from models.links import rank_link  # a server starts without scipy.stats

    link = rank_link(values, others, place)
    return NeedLink(need, other, link, "" if link.is_known else TOO_LITTLE)
