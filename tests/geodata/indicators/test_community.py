"""Place of an area in its community: worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geodata.indicators.community import community
from geodata.indicators.parameters import CommunityParameters


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("n_open", [2, 2, np.nan, 1, np.nan, 2, 2]),
        ("is_last", [0, 0, np.nan, 1, np.nan, 0, 0]),
        # the second community has an area of unknown size, so no part of it is known
        ("share_of_area", [0.25, 0.75, np.nan, 1, np.nan, np.nan, np.nan]),
    ],
)
def test_the_last_area_of_a_community_is_told_from_one_of_many(measure: str, expected: list[float]) -> None:
    areas = pd.DataFrame({
        "admin_code": ["01", "01", "01", "02", None, "03", "03"], "is_released": [False, False, True, False, False, False, False],
        "area_m2": [100.0, 300.0, 5.0, 7.0, 9.0, np.nan, 4.0],
    }, index=list("abcdefg"))  # fmt: skip
    found = community(areas, CommunityParameters.model_validate({"measure": measure}))
    pd.testing.assert_series_equal(found.values, pd.Series(expected, index=list("abcdefg"), dtype="float64"), check_names=False)
