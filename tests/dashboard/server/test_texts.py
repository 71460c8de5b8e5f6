"""The server's own texts exist in each language, with the same places to fill."""

from __future__ import annotations

import json
import string
from pathlib import Path

import pytest

import dashboard.server
from dashboard.server.language import text

FOLDER = Path(dashboard.server.__file__).parent / "texts"


def places(template: str) -> set[str]:
    """Names of the places in a text."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("language", ["es", "fr", "ar"])
def test_every_text_is_translated_with_the_same_places(language: str) -> None:
    english = json.loads((FOLDER / "en.json").read_text(encoding="utf-8"))
    other = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    assert list(other) == list(english)
    assert {key: places(value) for key, value in other.items()} == {key: places(value) for key, value in english.items()}
    same = [key for key in english if other[key] == english[key]]
    assert set(same) <= {"role.analyst"}


def test_english_stands_in_for_a_language_without_texts() -> None:
    assert text("sign_in.title", "km") == "Sign in"
    assert text("sign_in.delayed", "fr", seconds=7) == "Après plusieurs échecs, la prochaine tentative est acceptée dans 7 secondes."


def test_a_text_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        text("no.such", "en")
