"""Catalogues: the same keys and places in every language, and every key of the code in them."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from dashboard.components.map import MAP_TEXTS
from dashboard.i18n import LANGUAGES, direction, keys, translate
from dashboard.i18n.catalogue import entry

ROOT = Path(__file__).parents[3] / "dashboard"
_KEY = re.compile(r"""\.t\(\s*"([a-z0-9_.A-Z]+)\"""")
PLURAL_CATEGORIES = {
    "en": {"one", "other"},
    "es": {"one", "other"},
    "fr": {"one", "other"},
    "ar": {"zero", "one", "two", "few", "many", "other"},
}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_every_key(language: str) -> None:
    assert keys(language) == keys("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_has_the_places_of_the_english_one(language: str) -> None:
    for key in keys("en"):
        english, other = entry(key, "en"), entry(key, language)
        assert isinstance(english, dict) == isinstance(other, dict), key
        wanted = places(english if isinstance(english, str) else english["other"])
        for text in [other] if isinstance(other, str) else other.values():
            assert places(text) == wanted, (key, language)
            assert text.strip() == text and text, (key, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_texts_have_the_forms_of_their_language(language: str) -> None:
    for key in keys(language):
        forms = entry(key, language)
        if isinstance(forms, dict):
            assert set(forms) == PLURAL_CATEGORIES[language], key


def test_every_key_that_the_code_names_is_in_the_catalogue() -> None:
    named = {key for path in ROOT.rglob("*.py") for key in _KEY.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 80
    assert named <= keys("en")


def test_every_text_of_the_map_is_in_the_catalogue() -> None:
    assert {f"map.{key}" for key in MAP_TEXTS} <= keys("en")


@pytest.mark.parametrize(
    ("language", "n", "text"),
    [
        ("en", 1, "1 area entered the top 50, 1 left."),
        ("en", 1200, "1,200 areas entered the top 50, 1 left."),
        ("es", 1, "1 área entró en las 50 primeras, 1 salió."),
        ("fr", 0, "0 zone est entrée dans les 50 premières, 1 en est sortie."),
        ("ar", 3, "دخلت 3 مناطق ضمن أول 50 وخرجت 1."),
    ],
)
def test_plural_forms_follow_the_language(language: str, n: int, text: str) -> None:
    assert translate("change.moved", language, n=n, left=1, top=50) == text


def test_a_name_keeps_its_own_direction_within_a_sentence() -> None:
    assert translate("area.missing", "ar", area="HA-7").count("\u2068HA-7\u2069") == 1
    assert "HA-7." in translate("area.missing", "en", area="HA-7") or "HA-7" in translate("area.missing", "en", area="HA-7")


def test_markup_and_braces_in_a_value_stay_as_they_are() -> None:
    assert "<b>{x}</b>" in translate("filter.text", "en", text="<b>{x}</b>")


def test_an_unknown_language_speaks_english() -> None:
    assert translate("page.priorities", "zz") == "Priorities"


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        translate("no.such.key", "en")


def test_arabic_is_written_from_right_to_left() -> None:
    assert [direction(language) for language in LANGUAGES] == ["ltr", "ltr", "ltr", "rtl"]


def test_no_text_uses_words_that_the_field_avoids() -> None:
    for key in keys("en"):
        forms = entry(key, "en")
        for text in [forms] if isinstance(forms, str) else forms.values():
            assert not re.search(r"\b(minefield|danger zone|safe)\b", text, re.IGNORECASE), key
