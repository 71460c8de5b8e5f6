"""Callbacks of the page "Which first?": who may answer, what is shown, and that neither rank nor score is."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from flask import Flask
from werkzeug.exceptions import Forbidden

from dashboard.app import create_server
from dashboard.auth.roles import Role
from dashboard.callbacks import judgements
from dashboard.components.ids import Judge
from dashboard.i18n import format_number
from dashboard.programme import Programme
from dashboard.server.settings import ServerSettings
from dashboard.services.preferences.judgements import judgements_of
from dashboard.services.preferences.learning import foretell, learn_apart
from dashboard.services.views import ranked_view
from dashboard.state import ViewState


@pytest.fixture
def server(example_programme: Programme, tmp_path: Path) -> Flask:
    """A server of a copy of the example that a test may write to."""
    shutil.copytree(example_programme.directory, tmp_path / "programme")
    return create_server(tmp_path / "programme", settings=ServerSettings(secret=b"k" * 48))


def press(monkeypatch: pytest.MonkeyPatch, button: str | None) -> None:
    monkeypatch.setattr(judgements, "ctx", type("Pressed", (), {"triggered_id": button}))


def test_an_answer_is_kept_and_the_next_pair_shown(server: Flask, request_on, words, monkeypatch: pytest.MonkeyPatch) -> None:
    with request_on("/judgements", server, role=Role.ANALYST):
        press(monkeypatch, None)
        shown = judgements.ask(None, None, None, None, None, None, 0, "lang=en")
        assert shown.done == 0 and len(shown.pair) == 2
        text = words(shown.cards)
        assert all(area_id in text for area_id in shown.pair) and "Rank" not in text and "score" not in text.lower()
        press(monkeypatch, Judge.SECOND)
        after = judgements.ask(None, 1, None, list(shown.pair), "Village council", "women", 0, "lang=en")
        assert after.done == 1 and after.pair != shown.pair and after.notice is None
        counts, groups = judgements.show_counts(1, "lang=en")
        assert "Village council" in words(counts) and "women" in words(counts)
        assert [(each["value"], each["label"]) for each in groups] == [
            ("", "everyone"),
            ("women|", "everyone · women"),
            ("|Village council", "Village council"),
            ("women|Village council", "Village council · women"),
        ]
        assert "1 judgements; 50 are needed" in words(judgements.show_learned(1, "", "lang=en"))
    table = judgements.read_judgements(server.extensions["landrelease"])
    assert (table["before_id"].iat[0], table["after_id"].iat[0]) == (shown.pair[1], shown.pair[0])


def test_an_answer_without_a_group_is_not_kept_and_the_pair_stays(
    server: Flask, request_on, words, monkeypatch: pytest.MonkeyPatch
) -> None:
    with request_on("/judgements", server, role=Role.ANALYST):
        press(monkeypatch, None)
        shown = judgements.ask(None, None, None, None, None, None, 0, "lang=en")
        press(monkeypatch, Judge.FIRST)
        refused = judgements.ask(1, None, None, list(shown.pair), " ", "women", 0, "lang=en")
    assert "group that was asked" in words(refused.notice)
    assert type(refused.pair).__name__ == "NoUpdate"
    assert len(judgements.read_judgements(server.extensions["landrelease"])) == 0


def test_a_viewer_reads_but_does_not_answer(server: Flask, request_on, words, monkeypatch: pytest.MonkeyPatch) -> None:
    press(monkeypatch, None)
    with request_on("/judgements", server):
        with pytest.raises(Forbidden):
            judgements.ask(None, None, None, None, None, None, 0, "")
        assert "No judgement has been entered yet." in words(judgements.show_counts(0, "lang=en")[0])


def consulted(programme: Programme) -> pd.DataFrame:
    """Women who look at poverty alone, men who look at casualties alone, 120 judgements each, in one village council."""
    view = ranked_view(programme, ViewState())
    draw, rows = np.random.default_rng(3), []
    for consultation, criterion in (("women", "poverty"), ("men", "casualties")):
        values = view.ranking.values[:, view.ranking.criteria.index(criterion)]
        known = np.flatnonzero(view.ranking.is_ranked & ~np.isnan(values))
        pairs = draw.choice(known, (4000, 2))
        pairs = pairs[values[pairs[:, 0]] > values[pairs[:, 1]]][:120]
        ids = view.columns.area_ids
        rows += [(str(ids[first]), str(ids[second]), "Council", consultation) for first, second in pairs]
    return pd.DataFrame(rows, columns=["before_id", "after_id", "stakeholder_group", "consultation"])


def test_womens_and_mens_consultations_are_learned_apart_and_shown_beside_each_other(
    server: Flask, request_on, words, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = consulted(server.extensions["landrelease"])
    monkeypatch.setattr(judgements, "read_judgements", lambda programme: table)
    with request_on("/judgements", server):
        together = words(judgements.show_learned(0, "|Council", "lang=en"))
        women = words(judgements.show_learned(0, "women|Council", "lang=en"))
        apart = learn_apart(ranked_view(server.extensions["landrelease"], ViewState()), table, "Council")
    assert "Women\u2019s and men\u2019s consultations apart" in together and "women (120)" in together and "men (120)" in together
    assert "consultations apart" not in women and "Learned from 120 judgements." in women
    heaviest = {code: max(each.weights, key=lambda name: each.weights[name]) for code, each in apart.items()}
    assert heaviest == {"women": "poverty", "men": "casualties"}


def test_trust_is_told_by_every_measure_with_its_interval(server: Flask, request_on, words, monkeypatch: pytest.MonkeyPatch) -> None:
    table = consulted(server.extensions["landrelease"])
    monkeypatch.setattr(judgements, "read_judgements", lambda programme: table)
    press(monkeypatch, Judge.HOW_FAR)
    with request_on("/judgements", server):
        said = words(judgements.show_trust(1, "women|Council", 0, "lang=en"))
        view = ranked_view(server.extensions["landrelease"], ViewState())
        pairs = judgements_of(view, table, "Council", "women").pairs
        report = foretell(view, pairs, server.extensions["landrelease"].config.likelihood.place)
        few = words(judgements.show_trust(1, "women|Nobody", 0, "lang=en"))
    for measure, name in zip(report.measures, ("Share of held-out judgements", "tau", "NDCG of the first 50"), strict=True):
        assert name in said
        assert all(format_number(number, "en", 2) in said for number in (measure.value, measure.low, measure.high, measure.baseline))
    assert f"120 judgements, each foretold without those about its own places; {report.n_places} places" in said
    assert "0 judgements; 50 are needed" in few
