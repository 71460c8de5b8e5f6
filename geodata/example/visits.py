"""Where survey teams have been: dated visits to villages, whatever they found; many villages were never visited."""

from __future__ import annotations

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from geodata.example.divisions import Divisions
from geodata.example.grid import CRS, Floats, generator

__all__ = ["make_survey_visits"]

_FIRST, _LAST = pd.Timestamp("2006-03-01"), pd.Timestamp("2025-11-30")
_VISITED_SHARE, _AGAIN_SHARE = 0.6, 0.25


def make_survey_visits(seed: int, divisions: Divisions, to_road_km: Floats) -> GeoDataFrame:
    """The land of each village that a team has visited, one row a visit.

    Parameters
    ----------
    seed : int
    divisions : Divisions
    to_road_km : float array, one a village
        Remote villages are visited more rarely.

    Returns
    -------
    GeoDataFrame of polygons with ``visit_id``, ``adm4_code``, ``date``, ``kind``
    """
    rng = generator(seed, "survey visits")
    village = divisions.levels[3]
    n = len(village)
    nearness = np.exp(-np.minimum(to_road_km, 25.0) / 12.0)
    chance = np.clip(_VISITED_SHARE * nearness / nearness.mean(), 0.05, 0.95)
    first = np.flatnonzero(rng.random(n) < chance)
    again = first[rng.random(len(first)) < _AGAIN_SHARE]
    row = np.sort(np.concatenate([first, again]))
    days = rng.integers(0, (_LAST - _FIRST).days, len(row))
    date = (_FIRST + pd.to_timedelta(days, unit="D")).strftime("%Y-%m-%d")
    said = {
        "visit_id": [f"SV{number + 1:05d}" for number in range(len(row))],
        "adm4_code": village["adm4_code"].to_numpy()[row],
        "date": np.asarray(date),
        "kind": "NTS",
    }
    return GeoDataFrame(said, geometry=village.geometry.to_numpy()[row], crs=CRS)
