"""What ``evaluate`` says of the ranking: nothing where nothing is learned, else figures by places that were left out."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard.commands.evaluate import judge_ranking
from dashboard.programme import Programme
from dashboard.services.views import ranked_view
from dashboard.state import ViewState
from geodata.registry import ChangeMeta


def test_without_judgements_the_score_is_the_authoritys_and_nothing_is_judged(example_programme: Programme) -> None:
    figures, note = judge_ranking(example_programme)
    assert figures == []
    assert "0 judgements are too few" in note


def test_judgements_are_judged_by_places_that_were_left_out(example_programme: Programme, tmp_path: Path) -> None:
    shutil.copytree(example_programme.directory, tmp_path / "programme")
    programme = Programme.open(tmp_path / "programme")
    view = ranked_view(programme, ViewState())
    values = view.ranking.values[:, [criterion.id for criterion in view.scenario.criteria].index("poverty")]
    rows = np.flatnonzero(view.ranking.is_ranked & ~np.isnan(values))
    pairs = np.random.default_rng(2).choice(rows, (200, 2))
    pairs = pairs[np.abs(values[pairs[:, 0]] - values[pairs[:, 1]]) > 0.02][:80]
    first = np.where(values[pairs[:, 0]] > values[pairs[:, 1]], pairs[:, 0], pairs[:, 1])
    second = pairs.sum(axis=1) - first
    ids = view.columns.area_ids
    frame = pd.DataFrame({"judgement_id": [f"J{i}" for i in range(80)], "before_id": ids[first], "after_id": ids[second]})
    with closing(programme.open_registry()) as registry:
        registry.apply("judgements", frame, ChangeMeta("Ana"))
    figures, note = judge_ranking(programme)
    assert [(each.metric, each.baseline) for each in figures] == [
        ("pair_accuracy", None), ("kendall_tau", None), ("ndcg", None), ("pair_accuracy", "equal weights"),
    ]  # fmt: skip
    accuracy, gain = figures[0], figures[-1]
    assert accuracy.n == 80 and accuracy.low <= accuracy.value <= accuracy.high and accuracy.value > 0.8
    assert 0 < gain.low <= gain.value <= gain.high
    assert f"{accuracy.value:.1%} of 80 judgements" in note
