"""Tables from the papers of the methods, with the numbers printed there."""

from __future__ import annotations

import numpy as np
import pytest

from models.ranking.methods import (
    net_flows,
    spotis_distance,
    topsis_closeness,
    topsis_reference,
    vikor_index,
    vikor_reference,
)
from models.ranking.methods.vikor import vikor_regrets


def test_topsis_gives_the_closeness_of_tzeng_and_huang() -> None:
    """Tzeng, G.-H. & Huang, J.-J. (2011), Multiple Attribute Decision Making, ch. 5: four alternatives, three benefits."""
    table = np.array([[5.0, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]])
    weights = np.array([0.3, 0.4, 0.3])
    closeness = topsis_closeness(table, weights, topsis_reference(table, weights))
    assert closeness.round(4).tolist() == [0.5037, 0.6581, 0.7482, 0.3340]


def test_vikor_gives_the_mountain_climber_of_opricovic_and_tzeng() -> None:
    """Opricovic, S. & Tzeng, G.-H. (2004), EJOR 156, table 1: risk (less is better) and altitude, equal weights."""
    table = np.array([[-1.0, 3000], [-2, 3750], [-5, 4500]])
    weights = np.array([0.5, 0.5])
    reference = vikor_reference(table, weights)
    sums, regrets = vikor_regrets(table, weights, reference.best, reference.worst)
    assert sums.tolist() == [0.5, 0.375, 0.5]
    assert regrets.tolist() == [0.5, 0.25, 0.5]
    assert vikor_index(table, weights, reference).tolist() == [1.0, 0.0, 1.0]


DAMS = np.array(
    [
        [4184.3, 2914.0, 407.2, 251.0, 195, 244, 15, 2.41],
        [5211.9, 3630.0, 501.7, 308.3, 282, 346, 21, 1.41],
        [5021.3, 3920.5, 504.0, 278.6, 12, 56, 3, 4.42],
        [5566.1, 3957.9, 559.5, 335.3, 167, 268, 16, 3.36],
        [5060.5, 3293.5, 514.1, 284.2, 69, 90, 7, 4.04],
        [4317.9, 2925.9, 432.8, 239.3, 12, 55, 3, 4.36],
    ]
) * [1, -1, 1, 1, -1, -1, -1, 1]


@pytest.mark.parametrize(
    ("weights", "s", "r", "q"),
    [
        pytest.param(
            [1, 1, 1, 1, 1, 1, 1, 1],
            [0.692, 0.700, 0.290, 0.423, 0.280, 0.346], [0.125, 0.125, 0.121, 0.125, 0.067, 0.125],
            [0.991, 1.000, 0.473, 0.670, 0.000, 0.578], id="equal",
        ),
        pytest.param(
            [2, 2, 2, 2, 1, 1, 1, 1],
            [0.701, 0.600, 0.386, 0.365, 0.317, 0.459], [0.167, 0.114, 0.161, 0.167, 0.089, 0.167],
            [1.000, 0.533, 0.552, 0.563, 0.000, 0.686], id="economic",
        ),
        pytest.param(
            [1, 1, 1, 1, 2, 2, 2, 2],
            [0.683, 0.800, 0.193, 0.480, 0.243, 0.232], [0.113, 0.167, 0.080, 0.122, 0.044, 0.083],
            [0.684, 1.000, 0.147, 0.554, 0.041, 0.191], id="social",
        ),
    ],
)  # fmt: skip
def test_vikor_gives_the_hydropower_systems_of_opricovic_and_tzeng(
    weights: list[float], s: list[float], r: list[float], q: list[float]
) -> None:
    """Opricovic, S. & Tzeng, G.-H. (2007), EJOR 178, 514-529: six systems on the Drina, eight criteria, three weightings."""
    shares = np.array(weights) / sum(weights)
    reference = vikor_reference(DAMS, shares)
    sums, regrets = vikor_regrets(DAMS, shares, reference.best, reference.worst)
    assert sums == pytest.approx(s, abs=1e-3)
    assert regrets == pytest.approx(r, abs=1e-3)
    assert vikor_index(DAMS, shares, reference) == pytest.approx(q, abs=1e-3)


@pytest.mark.parametrize(
    ("table", "bounds", "ideal", "weights", "printed", "exactness"),
    [
        pytest.param(
            [[10.5, -3.1, 1.7], [-4.7, 0, 3.4], [8.1, 0.3, 1.3], [3.2, 7.3, -5.3]],
            [[-5, 12], [-6, 10], [-8, 5]], [12, -6, 5], [0.2, 0.3, 0.5], [0.1989, 0.3707, 0.3063, 0.7491], 3e-4, id="example 1",
        ),
        pytest.param(
            [[15000, 4.3, 99, 42, 737], [15290, 5.0, 116, 42, 892], [15350, 5.0, 114, 45, 952], [15490, 5.3, 123, 45, 1120]],
            [[14000, 16000], [3, 8], [80, 140], [35, 60], [650, 1300]], [14000, 3, 80, 60, 1300],
            [0.2941, 0.2353, 0.2353, 0.0588, 0.1765], [0.4779, 0.5781, 0.5558, 0.5801], 1e-4, id="cars",
        ),
    ],
)  # fmt: skip
def test_spotis_gives_the_examples_of_dezert(
    table: list[list[float]], bounds: list[list[float]], ideal: list[float], weights: list[float], printed: list[float], exactness: float
) -> None:
    """Dezert, J. et al. (2020), FUSION 2020, two examples (the second alternative of the first is printed 0.3707, and is 0.3705)."""
    distance = spotis_distance(np.array(table), np.array(bounds, dtype=float), np.array(ideal, dtype=float), np.array(weights))
    assert distance == pytest.approx(printed, abs=exactness)


def test_promethee_gives_net_flows_worked_by_hand() -> None:
    """Usual criterion, weights 0.5, 0.3, 0.2, areas (4, 3, 2), (3, 2, 4), (5, 1, 3).

    First column 4, 3, 5: the first beats one and loses to one (0), the second loses to both (-1), the third wins both (1).
    Second 3, 2, 1: 1, 0, -1. Third 2, 4, 3: -1, 1, 0. Net: 0.3 - 0.2, -0.5 + 0.2, 0.5 - 0.3.
    """
    table = np.array([[4.0, 3, 2], [3, 2, 4], [5, 1, 3]])
    flows = net_flows(table, table, np.zeros(3), np.zeros(3))
    assert flows.tolist() == [[0, 1, -1], [-1, 0, 1], [1, -1, 0]]
    assert flows @ [0.5, 0.3, 0.2] == pytest.approx([0.1, -0.3, 0.2])


def test_promethee_counts_a_lead_between_the_thresholds_in_part() -> None:
    """q = 1, p = 3: a lead of 2 counts (2 - 1) / (3 - 1) = 0.5, of 5 counts 1, of 3 counts 1; three areas 0, 2, 5."""
    table = np.array([[0.0], [2.0], [5.0]])
    flows = net_flows(table, table, np.ones(1), np.full(1, 3.0))
    assert flows[:, 0].tolist() == [(-0.5 - 1) / 2, (0.5 - 1) / 2, (1 + 1) / 2]


PLANTS = np.array([
    [80.0, 90, 600, 54, 8, 5], [65, 58, 200, 97, 1, 1], [83, 60, 400, 72, 4, 7], [40, 80, 1000, 75, 7, 10], [52, 72, 600, 20, 3, 8],
    [94, 96, 700, 36, 5, 6],
]) * [-1, 1, -1, -1, -1, 1]  # fmt: skip


def test_promethee_gives_the_power_plants_of_brans_and_mareschal() -> None:
    """Brans, J.-P., Vincke, P. & Mareschal, B. (1986), EJOR 24, 228-238: six plants, six criteria of six shapes, equal weights.

    U-shape q 10 (q = p); V-shape p 30; linear q 50, p 500; level q 10, p 60 (the mean of two U-shapes); usual; Gaussian s 5, which
    this implementation does not have and is worked out here.
    """
    low, high = np.array([10.0, 0, 50, 10, 0]), np.array([10.0, 30, 500, 10, 0])
    flows = net_flows(PLANTS[:, :5], PLANTS[:, :5], low, high)
    further = net_flows(PLANTS[:, 3:4], PLANTS[:, 3:4], np.array([60.0]), np.array([60.0]))[:, 0]
    flows[:, 3] = (flows[:, 3] + further) / 2
    lead = PLANTS[:, 5, np.newaxis] - PLANTS[:, 5]
    gaussian = np.where(lead > 0, 1 - np.exp(-(lead**2) / (2 * 5**2)), 0.0)
    security = (gaussian.sum(axis=1) - gaussian.sum(axis=0)) / 5
    together = np.column_stack([flows, security]).mean(axis=1)
    assert together == pytest.approx([-0.145, 0.017, -0.089, -0.020, 0.293, -0.055], abs=1.5e-3)
    assert np.argsort(-together).tolist() == [4, 1, 3, 5, 2, 0]
