"""Place of an area among the open areas of its community: the last one, or one of many."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.indicators.measured import Measured, measured
from geodata.indicators.parameters import CommunityParameters

VERSION = 1
"""Raised when the same inputs give other numbers."""

_UNITS = {"n_open": "areas", "is_last": "1 yes, 0 no", "share_of_area": "share"}


def community(areas: pd.DataFrame, parameters: CommunityParameters) -> Measured:
    """How many open areas the community has, whether this is the only one, or its part of their ground.

    Parameters
    ----------
    areas : DataFrame, n rows, with ``is_released``, ``area_m2`` and the column ``parameters.level``
        The index is kept.
    parameters : CommunityParameters

    Returns
    -------
    Measured, n rows
        NaN where the community is unknown or the area is released. ``share_of_area`` is NaN too where the size of the area
        or of another open area of the community is unknown: then the whole is unknown.
    """
    names = areas[parameters.level]
    is_open = ~areas["is_released"].to_numpy("bool") & names.notna().to_numpy("bool")
    values = np.full(len(areas), np.nan)
    among = pd.Series(areas["area_m2"].to_numpy("float64")[is_open]).groupby(names.to_numpy(dtype=object)[is_open])
    n_open = among.transform("size").to_numpy("float64")
    if parameters.measure == "n_open":
        values[is_open] = n_open
    elif parameters.measure == "is_last":
        values[is_open] = (n_open == 1).astype("float64")
    else:
        whole = among.transform(lambda sizes: sizes.sum(skipna=False)).to_numpy("float64")
        own = areas["area_m2"].to_numpy("float64")[is_open]
        values[is_open] = np.divide(own, whole, out=np.full(len(own), np.nan), where=whole > 0)
    return measured(values, np.full(len(areas), np.nan), areas.index, f"community_{parameters.measure}", _UNITS[parameters.measure])
