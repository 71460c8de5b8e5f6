"""What survey visits say of a place: never surveyed is told apart from surveyed with nothing found."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.errors import LayerError
from geodata.indicators.measured import Measured, has_place, measured, parse_days, require_metres
from geodata.indicators.parameters import SurveyParameters

VERSION = 1
"""Raised when the same inputs give other numbers."""

_DAYS_A_YEAR = 365.25
_UNITS = {"years_since": "years", "status": "0 never surveyed, 1 recorded only, 2 nothing found, 3 found", "silent": "1 yes, 0 no"}


def survey(
    areas: gpd.GeoDataFrame, visits: gpd.GeoDataFrame, is_recorded: np.ndarray, parameters: SurveyParameters, as_of: dt.date | None
) -> Measured:
    """Years since the last visit, or whether anybody ever looked.

    Parameters
    ----------
    areas : GeoDataFrame, n rows, projected CRS in metres
        The index is kept.
    visits : GeoDataFrame, same CRS, with the date column
        A visit without a date counts as a visit, but has no years.
    is_recorded : boolean array, n
        A hazard area or an accident is recorded there.
    parameters : SurveyParameters
    as_of : date, optional
        Day that years are counted back from; later visits do not count.

    Returns
    -------
    Measured, n rows
        NaN where the area has no place; ``years_since`` also where nobody looked. A place is never said to be empty.

    Raises
    ------
    CrsError
    LayerError
        There is no reference day.
    """
    require_metres(areas, visits)
    if as_of is None:
        raise LayerError("Survey visits are counted back from a reference day.", "Set programme.data_until in config.yaml.")
    _, last = parse_days(visits[str(parameters.date_column)])
    years = ((pd.Timestamp(as_of) - last).dt.total_seconds() / 86_400 / _DAYS_A_YEAR).to_numpy("float64")
    counts = ~(years < 0)
    if parameters.valid_years is not None:
        counts &= years <= parameters.valid_years
    years, places = years[counts], visits.geometry.to_numpy()[counts]
    rows = np.flatnonzero(has_place(areas))
    area, visit = shapely.STRtree(places).query(areas.geometry.to_numpy()[rows], predicate="dwithin", distance=parameters.reach_m)
    least = pd.Series(years[visit]).groupby(rows[area]).min()
    values = np.full(len(areas), np.nan)
    if parameters.measure == "years_since":
        values[least.index.to_numpy("int64")] = least.to_numpy("float64")
    else:
        is_surveyed = np.zeros(len(areas), dtype=bool)
        is_surveyed[rows[area]] = True
        status = 2.0 * is_surveyed + is_recorded
        values[rows] = status[rows] if parameters.measure == "status" else (status[rows] == 0).astype("float64")
    return measured(values, np.full(len(areas), np.nan), areas.index, f"survey_{parameters.measure}", _UNITS[parameters.measure])
