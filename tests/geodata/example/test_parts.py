"""Parts of the simulation checked against what must hold by construction."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.example.drainage import drain
from geodata.example.grid import fractal_noise, refine, smooth_line
from geodata.example.names import invented_names, second_script
from geodata.example.shapes import cut_along, outlines, without_overlap


def test_water_runs_downhill_over_the_lowest_pass_and_none_is_lost():
    rng = np.random.default_rng(5)
    land = np.zeros((40, 50), dtype=bool)
    land[3:-3, 3:-3] = True
    height = np.where(land, rng.uniform(1, 100, land.shape), -1.0)
    drainage = drain(height, land)
    total = drainage.accumulate(land.astype(float))
    mouths = (drainage.receiver == -1) & land.ravel()
    assert total[mouths].sum() == land.sum()
    filled = drainage.filled(height)
    cells = np.flatnonzero(land.ravel() & (drainage.receiver >= 0))
    assert (filled[cells] >= filled[drainage.receiver[cells]]).all()
    assert (filled[land.ravel()] >= height[land]).all()


def test_a_pit_is_filled_to_its_outlet_and_no_higher():
    height = np.full((7, 7), -1.0)
    height[1:6, 1:6] = 10.0
    height[3, 3], height[3, 4] = 2.0, 6.0
    height[3, 5] = 7.0
    filled = drain(height, height > 0).filled(height).reshape(7, 7)
    assert filled[3, 3] == 7.0
    assert filled[2, 2] == 10.0


@given(st.integers(0, 10_000), st.integers(1, 60))
def test_outlines_are_valid_and_have_the_size_asked_for(seed, n):
    rng = np.random.default_rng(seed)
    size = rng.lognormal(10, 1.2, n)
    shapes = outlines(rng, rng.uniform(0, 1e5, (n, 2)), size, rng.uniform(0, 6.3, n), rng.uniform(1, 6, n))
    assert shapely.is_valid(shapes).all()
    np.testing.assert_allclose(shapely.area(shapes), size, rtol=5e-3)


def test_parts_cut_along_an_outline_make_up_the_whole():
    rng = np.random.default_rng(2)
    n = 50
    xy, heading = rng.uniform(0, 1e5, (n, 2)), rng.uniform(0, 6.3, n)
    shapes = outlines(rng, xy, np.full(n, 30_000.0), heading, np.full(n, 2.0))
    first = cut_along(shapes, xy, heading, np.zeros(n), np.full(n, 0.4))
    second = cut_along(shapes, xy, heading, np.full(n, 0.4), np.ones(n))
    np.testing.assert_allclose(shapely.area(first) + shapely.area(second), shapely.area(shapes), rtol=1e-9)
    assert shapely.area(shapely.intersection(first, second)).max() < 1e-3


def test_circles_that_are_kept_do_not_cover_one_another():
    rng = np.random.default_rng(3)
    xy, radius = rng.uniform(0, 8_000, (300, 2)), rng.lognormal(5, 0.7, 300)
    kept = without_overlap(xy, radius)
    points, sizes = xy[kept], radius[kept]
    away = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)) + np.eye(len(points)) * 1e9
    assert (away >= 0.85 * (sizes[:, None] + sizes[None]) - 1e-9).all()
    assert kept[0]
    assert kept.sum() > 50


def test_refining_keeps_a_plane_and_the_mean():
    plane = np.add.outer(np.arange(6.0), 2 * np.arange(8.0))
    fine = refine(plane)
    assert fine.shape == (24, 32)
    inner = fine[4:-4, 4:-4]
    np.testing.assert_allclose(np.diff(inner, axis=0), 0.25, atol=1e-5)
    np.testing.assert_allclose(np.diff(inner, axis=1), 0.5, atol=1e-5)
    assert fine.mean() == pytest.approx(plane.mean())


def test_noise_is_standardised_and_smoother_with_a_steeper_spectrum():
    rough, smooth = (fractal_noise(np.random.default_rng(1), (64, 96), slope) for slope in (1.0, 3.0))
    assert rough.mean() == pytest.approx(0, abs=1e-12)
    assert rough.std() == pytest.approx(1)
    assert np.abs(np.diff(smooth)).mean() < 0.5 * np.abs(np.diff(rough)).mean()


def test_smoothing_a_line_leaves_its_ends():
    line = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]])
    smooth = smooth_line(line)
    assert smooth[0].tolist() == [0.0, 0.0]
    assert smooth[-1].tolist() == [10.0, 10.0]
    assert len(smooth) > 3


def test_names_differ_and_have_a_second_script():
    names = invented_names(np.random.default_rng(1), 3000)
    assert len(set(names)) == 3000
    assert second_script("Velora") == "Βελορα"
    assert not any(letter.isascii() for letter in second_script("".join(names[:500])))
