"""Survey visits: never surveyed is not the same as surveyed with nothing found, and neither is empty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.errors import LayerError
from geodata.indicators.parameters import SurveyParameters
from geodata.indicators.survey import survey

AS_OF = dt.date(2020, 1, 1)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"measure": "status"}, [0, 1, 2, 3, 2, np.nan]),
        ({"measure": "silent"}, [1, 0, 0, 0, 0, np.nan]),
        ({"measure": "years_since"}, [np.nan, np.nan, 2.0, 10.0, np.nan, np.nan]),
        ({"measure": "status", "valid_years": 5}, [0, 1, 2, 1, 0, np.nan]),
        ({"measure": "status", "reach_m": 100}, [2, 1, 2, 3, 2, np.nan]),
    ],
    ids=["status", "silent", "years", "only recent visits", "visits nearby"],
)
def test_what_visits_say(frame: Callable[..., gpd.GeoDataFrame], said: dict[str, object], expected: list[float]) -> None:
    squares = [shapely.box(x, 0, x + 100, 100) for x in (0, 1000, 2000, 3000, 4000)]
    areas = frame(*squares, None)
    days = ["2018-01-01", "2010-01-01", "2010-06-30", None, "2021-05-05", "2018-06-01"]
    at = [(2050, 50), (3050, 50), (2050, 60), (4050, 50), (1050, 50), (-50, 50)]
    visits = frame(*shapely.points(at), day=days)
    recorded = np.array([False, True, False, True, False, False])
    parameters = SurveyParameters.model_validate({"date_column": "day", **said})
    found = survey(areas, visits, recorded, parameters, AS_OF)
    assert found.values.tolist() == pytest.approx(expected, nan_ok=True, abs=0.01)


def test_a_reference_day_is_needed(frame: Callable[..., gpd.GeoDataFrame]) -> None:
    with pytest.raises(LayerError, match="counted back from a reference day"):
        survey(frame(shapely.Point(0, 0)), frame(day=[]), np.array([False]), SurveyParameters(date_column="day"), None)
