"""A careful estimate of firmness: thousands of draws with errors of the data, made by a job and read by every worker.

A result lies in ``derived/firmness/<data_version>/<scenario>-<draws>-<seed>.npz``; the scenario's digest covers its weights and how
firmness is estimated, so a file that is there is right, and one that is missing or damaged is made again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from dashboard.export.atomic import replacing
from dashboard.services.firmness import list_firmness
from geodata.errors import WrongUseError
from geodata.schema.scenario import ResolvedScenario
from models.firmness import DataErrors, Firmness, top_acceptability

if TYPE_CHECKING:
    from dashboard.programme import Programme
    from dashboard.services.views import RankedView

Floats = NDArray[np.float64]
Report = Callable[[float, str], None]

DRAWS = 10_000
_FEWEST, _MOST = 1_000, 10_000
_ERRORS_FROM, _RANKS_FROM = 0.1, 0.9


@dataclass(frozen=True, eq=False)
class CarefulFirmness:
    """How firm every rank of a list is.

    Attributes
    ----------
    top, n_draws : int
    n_rank_draws : int
        Draws that the ranges of ranks are from; fewer for long lists.
    share : array of float, n
        Share of draws in which each area is among the first ``top``, the data taken as exact; NaN where not ranked.
    share_with_errors : array of float, n
        The same with the data drawn anew too; NaN everywhere where no error is stated.
    low, high : array of float, n
        Ranks that hold nine draws of ten.
    """

    top: int
    n_draws: int
    n_rank_draws: int
    share: Floats
    share_with_errors: Floats
    low: Floats
    high: Floats

    @property
    def has_errors(self) -> bool:
        """Whether errors of the data are stated."""
        return not bool(np.isnan(self.share_with_errors).all())


def careful_scenario(scenario: ResolvedScenario, draws: int = DRAWS) -> ResolvedScenario | None:
    """A scenario with so many draws; None where it does not ask for firmness.

    Raises
    ------
    WrongUseError
        Fewer than 1,000 draws, or more than 10,000.
    """
    if not _FEWEST <= draws <= _MOST:
        raise WrongUseError(f"A careful estimate takes {_FEWEST:,} to {_MOST:,} draws; asked for were {draws:,}.", "Ask for 10,000.")
    if scenario.firmness is None or scenario.method != "additive":
        return None
    return scenario.model_copy(update={"firmness": scenario.firmness.model_copy(update={"draws": draws})})


def firmness_path(programme_dir: Path, data_version: str, scenario: ResolvedScenario) -> Path:
    """Where the result of a scenario with its draws lies."""
    settings = scenario.firmness
    if settings is None:
        raise WrongUseError("Firmness is estimated where config.yaml has a section firmness; it has none.", "Add the section.")
    return programme_dir / "derived" / "firmness" / data_version / f"{scenario.digest}-{settings.draws}-{settings.seed}.npz"


def read_firmness(programme_dir: Path, data_version: str, scenario: ResolvedScenario) -> CarefulFirmness | None:
    """The result of a scenario with its draws; None where it has not been made."""
    path = firmness_path(programme_dir, data_version, scenario)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            top, n_draws, n_rank_draws = (int(kept[name]) for name in ("top", "n_draws", "n_rank_draws"))
            return CarefulFirmness(top, n_draws, n_rank_draws, *(kept[name] for name in ("share", "share_with_errors", "low", "high")))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def list_careful(programme: Programme, view: RankedView) -> CarefulFirmness | None:
    """The careful estimate of a view's list; None where it was not made, or firmness is not asked for."""
    scenario = careful_scenario(view.scenario)
    return None if scenario is None else read_firmness(programme.directory, view.data_version, scenario)


def estimate_firmness(programme: Programme, data_version: str, scenario: ResolvedScenario, report: Report) -> Path:
    """Estimate the firmness of a list and keep it; what is kept already is not made again.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    WrongUseError
        The scenario does not ask for firmness.
    GeodataError
        There is no such snapshot, or the file cannot be written.
    """
    path = firmness_path(programme.directory, data_version, scenario)
    if read_firmness(programme.directory, data_version, scenario) is not None:
        return path
    snapshot = programme.snapshot(data_version)
    report(0.0, "ranking")
    found = list_firmness(snapshot, programme.rank(scenario, snapshot=snapshot))
    if found is None:
        raise WrongUseError("Firmness is estimated for additive scores only.", "Rank additively.")
    report(_ERRORS_FROM, "drawing")
    with_errors = _share_with_errors(found, lambda share: report(_ERRORS_FROM + share * (_RANKS_FROM - _ERRORS_FROM), "drawing"))
    report(_RANKS_FROM, "rank_ranges")
    ranges = found.ranges()
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as beside:
        np.savez(
            beside, top=found.top, n_draws=found.plain.n_draws, n_rank_draws=ranges.n_draws, share=found.share,
            share_with_errors=with_errors, low=ranges.low, high=ranges.high,
        )  # fmt: skip
    return path


def _share_with_errors(found: Firmness, progress: Callable[[float], None]) -> Floats:
    settings = found.settings
    if not settings.errors:
        return np.full(len(found.share), np.nan)
    errors = DataErrors(settings.errors, found.lon, found.lat, settings.seed)
    return top_acceptability(found.ranking, found.draws, found.top, errors=errors, progress=progress).share
