"""Callbacks of the page "Which first?": who may answer, what is shown, and that neither rank nor score is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import Forbidden

from dashboard.app import create_server
from dashboard.auth.roles import Role
from dashboard.callbacks import judgements
from dashboard.components.ids import Judge
from dashboard.programme import Programme
from dashboard.server.settings import ServerSettings


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
        assert [each["value"] for each in groups] == ["", "Village council"]
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
