"""The benchmarks' own rules; nothing here is timed."""

from __future__ import annotations

import math
from importlib import import_module
from inspect import signature

import pytest

from benchmarks.__main__ import main, names
from benchmarks.cases.land import CRS, make_areas, make_roads
from benchmarks.cases.serving import free_port, is_healthy
from benchmarks.figure import Figure, time_median, time_pair


def figure(ours: float = 3.0, peer: float = 2.0, target: str = "<= 1.5x") -> Figure:
    return Figure("a name", "a size", ours, peer, "a peer", "s", target)


def test_every_module_is_a_benchmark_that_can_be_run() -> None:
    assert {"build", "export", "firmness", "imports", "indicators", "map", "rerank", "startup", "users"} <= set(names())
    for name in names():
        module = import_module(f"benchmarks.{name}")
        assert module.__doc__, name
        assert not signature(module.run).parameters, name


def test_a_ratio_is_ours_over_the_peers() -> None:
    assert figure().ratio == 1.5
    assert math.isnan(figure(peer=math.nan).ratio)


@pytest.mark.parametrize(
    ("ours", "peer", "target", "reached"),
    [
        (3.0, 2.0, "<= 1.5x", True),
        (3.1, 2.0, "<= 1.5x", False),
        (0.5, math.nan, "<= 0.5 s", True),
        (0.6, 9.0, "<= 0.5 s", False),
        (0.0, math.nan, "<= 0", True),
        (1.0, math.nan, "<= 1.5x", False),
        (1.0, 1.0, "told, no target", None),
        (1.0, 1.0, "", None),
    ],
)
def test_a_target_is_met_missed_or_not_set(ours: float, peer: float, target: str, reached: bool | None) -> None:
    assert figure(ours, peer, target).reached is reached


def test_an_unknown_name_is_refused_with_the_names_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rerank", "nothing"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"No benchmark 'nothing'; there are: {', '.join(names())}.\n"


def test_figures_are_printed_as_a_table(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    told = [figure(), figure(peer=math.nan, target="<= 0.5 s"), figure(target="told, no target")]
    monkeypatch.setattr("benchmarks.rerank.run", lambda: told)
    assert main(["rerank"]) == 0
    assert capsys.readouterr().out.splitlines()[2:] == [
        "| a name | a size | 3 s | 2 s (a peer) | 1.50 | <= 1.5x | yes |",
        "| a name | a size | 3 s | a peer | - | <= 0.5 s | no |",
        "| a name | a size | 3 s | 2 s (a peer) | 1.50 | told, no target | - |",
    ]


def test_two_things_are_timed_in_turn_after_a_run_that_does_not_count() -> None:
    calls: list[str] = []
    time_pair(lambda: calls.append("ours"), lambda: calls.append("peer"), repeats=2)
    assert calls == ["ours", "peer"] * 3
    calls.clear()
    time_median(lambda: calls.append("ours"), repeats=3)
    assert calls == ["ours"] * 4


def test_made_up_land_is_the_same_each_time() -> None:
    assert make_areas(20).geom_equals(make_areas(20)).all()
    assert make_roads(20).geom_equals(make_roads(20)).all()
    assert make_areas(3)["area_id"].tolist() == ["HA-000000", "HA-000001", "HA-000002"]
    assert make_areas(3).crs == CRS


def test_a_port_without_a_server_is_not_healthy() -> None:
    assert not is_healthy(free_port())
