"""Features as of a day: the same numbers as the snapshot on its own day, and nothing from the day of the decision on."""

from __future__ import annotations

from contextlib import closing

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geodata.evidence import gather_evidence
from geodata.evidence.features import _as_it_was, _counted
from geodata.evidence.surroundings import Surroundings
from geodata.registry.base import Change, RecordChange


@pytest.fixture(scope="module")
def evidence_on(example_programme):
    snapshot = example_programme.snapshot()

    def gather(days):
        with closing(example_programme.open_registry()) as registry:
            return gather_evidence(example_programme.config, snapshot, registry, pd.Series(pd.to_datetime(days)))

    return snapshot, gather


def test_on_the_day_after_the_last_all_indicators_are_those_of_the_snapshot(evidence_on) -> None:
    snapshot, gather = evidence_on
    features = gather(["2026-01-01"] * snapshot.n_areas).features
    for name in ("confirmed", "ordnance", "accidents_5y_3km", "casualties_10y_5km", "size_m2", "people_1km", "slope_deg", "road_m"):
        np.testing.assert_allclose(features[name], snapshot.values[name], atol=1e-9, err_msg=name)
    np.testing.assert_allclose(features["years_recorded"], snapshot.values["years_recorded"] + 1 / 365.25, atol=1e-6)


def test_before_the_first_record_there_is_no_history(evidence_on) -> None:
    snapshot, gather = evidence_on
    features = gather(["2006-01-01"] * snapshot.n_areas).features
    located = snapshot.areas["is_located"].to_numpy()
    assert features.loc[located, ["accidents_5y_3km", "casualties_10y_5km", "accidents_decayed_3km"]].to_numpy().sum() == 0
    assert features.loc[~located, "accidents_decayed_3km"].isna().all()
    assert features["years_recorded"].isna().all()


def test_an_event_of_the_day_or_later_is_not_counted_and_one_of_the_day_before_is() -> None:
    at = gpd.GeoSeries(gpd.points_from_xy([0.0, 0.0, 0.0], [0.0, 0.0, 0.0]), crs=3857)
    near = gpd.GeoSeries(gpd.points_from_xy([10.0, 4000.0], [0.0, 0.0]), crs=3857)
    when = np.array(["2010-06-10", "2010-01-01"], dtype="datetime64[s]")
    days = np.array(["2010-06-10", "2010-06-11", "2016-06-11"], dtype="datetime64[s]")
    assert _counted(Surroundings(at), near, when, days, 3000.0).tolist() == [0.0, 1.0, 1.0]
    assert _counted(Surroundings(at), near, when, days, 3000.0, 5).tolist() == [0.0, 1.0, 0.0]
    decayed = _counted(Surroundings(at), near, when, days, 3000.0, decays=True)
    np.testing.assert_allclose(decayed, [0, 0.5 ** (1 / 365.25 / 5), 0.5 ** (2193 / 365.25 / 5)], atol=1e-12)


def test_a_hazard_type_changed_by_the_work_is_put_back_to_what_it_was_before() -> None:
    areas = gpd.GeoDataFrame(
        {"area_id": ["a", "b"], "hazard_type": ["CHA", "CHA"], "eo_categories": ["AP_MINE", "CMR"]}, geometry=[None, None], crs=4326
    )
    changed = {"hazard_type": Change("SHA", "CHA")}
    changes = [RecordChange(name, "update", "", pd.Timestamp("2015-05-05").date(), changed, None) for name in ("a", "b")]
    days = np.array(["2015-05-01", "2015-06-01"], dtype="datetime64[s]")
    assert _as_it_was(areas, changes, days)["hazard_type"].tolist() == ["SHA", "CHA"]


def test_areas_that_are_not_wanted_have_a_place_and_no_features(evidence_on, example_programme) -> None:
    snapshot, gather = evidence_on
    days = ["2026-01-01"] * snapshot.n_areas
    wanted = np.arange(snapshot.n_areas) % 3 == 0
    whole = gather(days)
    with closing(example_programme.open_registry()) as registry:
        part = gather_evidence(example_programme.config, snapshot, registry, pd.Series(pd.to_datetime(days)), wanted)
    pd.testing.assert_frame_equal(part.features[wanted], whole.features[wanted])
    assert part.features[~wanted].isna().all(axis=None)
    np.testing.assert_array_equal(part.xy, whole.xy)
