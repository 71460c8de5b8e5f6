"""Survey visits of the example: dated, of some villages only, the same for the same seed."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geodata.example.divisions import Divisions
from geodata.example.grid import CRS
from geodata.example.visits import make_survey_visits

N = 400


def villages() -> Divisions:
    squares = [shapely.box(i * 1_000, 0, i * 1_000 + 900, 900) for i in range(N)]
    frame = gpd.GeoDataFrame({"adm4_code": [f"V{i:04d}" for i in range(N)]}, geometry=squares, crs=CRS)
    return Divisions(np.zeros((0, 0), dtype="int64"), np.zeros((N, 3), dtype="int64"), [frame] * 4)


def test_some_villages_were_never_visited_and_remote_ones_more_often_so() -> None:
    to_road_km = np.repeat([0.5, 20.0], N // 2)
    visits = make_survey_visits(3, villages(), to_road_km)
    visited = np.isin([f"V{i:04d}" for i in range(N)], visits["adm4_code"])
    near, far = visited[: N // 2].mean(), visited[N // 2 :].mean()
    assert 0.7 < near <= 1
    assert 0.05 < far < 0.5
    assert visits["visit_id"].is_unique
    assert visits["date"].between("2006-03-01", "2025-11-30").all()
    # some were visited twice
    assert len(visits) > visited.sum()


def test_the_same_seed_gives_the_same_visits() -> None:
    far = np.full(N, 3.0)
    one, again, other = (make_survey_visits(seed, villages(), far) for seed in (3, 3, 4))
    assert one.equals(again)
    assert not one["date"].equals(other["date"])
