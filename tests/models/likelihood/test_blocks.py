"""Results around by blocks are those of every pair, but for some hundredths."""

from __future__ import annotations

import numpy as np
import pytest

from models.likelihood import around
from models.likelihood.around import Results, sum_around

REACHES = (1000.0, 4000.0, 16000.0)


@pytest.fixture
def country():
    """3,000 results in clusters over 120 km, twelve places in strips, found mostly in the east, known over ten years; 400 areas."""
    rng = np.random.default_rng(3)
    centres = rng.uniform(0, 120_000, (60, 2))
    xy = centres[rng.integers(0, 60, 3400)] + rng.normal(0, 1500, (3400, 2))
    xy[rng.random(3400) < 0.01] = np.nan
    place = np.array([f"P{int(np.nan_to_num(x) // 10_000):03d}" for x in xy[:, 0]], dtype=object)
    is_present = rng.random(3400) < np.nan_to_num(xy[:, 0]) / 150_000
    known_on = np.datetime64("2010-01-01", "s") + rng.integers(0, 3650, 3400) * np.timedelta64(86_400, "s")
    results = Results(xy[:3000], place[:3000], is_present[:3000], known_on[:3000])
    return xy[2600:], place[2600:], known_on[2600:], results


@pytest.mark.parametrize("by_day", [True, False])
def test_shares_by_blocks_are_those_of_all_pairs_within_some_hundredths(by_day, country, monkeypatch) -> None:
    xy, place, asked_on, results = country
    asked = asked_on if by_day else None
    exact = sum_around(xy, results, asked_on=asked, reaches_m=REACHES)
    monkeypatch.setattr(around, "MOST_PAIRS", 0)
    blocked = sum_around(xy, results, asked_on=asked, reaches_m=REACHES)
    assert blocked.places.tolist() == exact.places.tolist()
    np.testing.assert_array_equal(blocked.known[:, :, -1], exact.known[:, :, -1])
    np.testing.assert_array_equal(blocked.found[:, :, -1], exact.found[:, :, -1])
    located = exact.is_located
    left_out = np.array(["P003"], dtype=object)
    for names in (None, left_out):
        ours, every_pair = (each.shares(place, names)[located] for each in (blocked, exact))
        assert np.array_equal(np.isnan(ours), np.isnan(every_pair))
        apart = np.abs(ours - every_pair)
        assert np.nanmax(apart) < 0.04
        assert np.nanmean(apart) < 0.003


def test_a_result_never_counts_on_its_own_day_or_before_it_was_known(country, monkeypatch) -> None:
    monkeypatch.setattr(around, "MOST_PAIRS", 0)
    xy, _, _, results = country
    day = np.sort(results.known_on)[1500]
    found = sum_around(xy, results, asked_on=np.full(len(xy), day), reaches_m=REACHES)
    located = ~np.isnan(results.xy).any(axis=1)
    assert found.known[0, :, -1].sum() == ((results.known_on < day) & located).sum()
