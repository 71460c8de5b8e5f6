"""Catalogues and their texts."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from unicodedata import bidirectional

from babel import Locale

from dashboard.i18n.numbers import format_number

LANGUAGES = ("en", "es", "fr", "ar")
FALLBACK = "en"
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})
_ISOLATE, _POP = "\u2068", "\u2069"  # keep a name of another script in its place within a sentence

Entry = str | dict[str, str]


def translate(key: str, language: str, **values: object) -> str:
    """The text of a key in a language, with its places filled.

    Parameters
    ----------
    key : str
    language : str
        English stands in where there is no catalogue.
    **values
        Numbers are written the way of the language; texts go in as they are, isolated from the direction of the
        sentence. The plural form follows ``n``.

    Raises
    ------
    KeyError
        There is no such key, or a value for one of its places is missing.

    >>> translate("list.shown", "en", n=1200)
    '1,200 shown'
    """
    known = language if language in LANGUAGES else FALLBACK
    entry = _catalogue(known)[key]
    text = entry if isinstance(entry, str) else _plural(entry, known, values["n"])
    return text.format_map({name: _place(value, known) for name, value in values.items()}) if values else text


def keys(language: str) -> frozenset[str]:
    """Every key of a language's catalogue."""
    return _keys(language)


def entry(key: str, language: str) -> Entry:
    """The raw text or plural forms of a key."""
    return _catalogue(language)[key]


def direction(language: str) -> str:
    """Direction of writing.

    >>> direction("ar"), direction("fr")
    ('rtl', 'ltr')
    """
    return "rtl" if language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


def language_name(language: str) -> str:
    """A language's own name for itself.

    >>> language_name("fr")
    'Français'
    """
    name = Locale.parse(language.replace("-", "_")).get_display_name() or language
    return name[0].upper() + name[1:]


def _place(value: object, language: str) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format_number(value, language)
    text = str(value)
    return f"{_ISOLATE}{text}{_POP}" if text and (language in _RIGHT_TO_LEFT or _turns(text)) else text


def _turns(text: str) -> bool:
    """Whether a text holds letters that are written from right to left."""
    return any(bidirectional(letter) in ("R", "AL") for letter in text)


def _plural(forms: dict[str, str], language: str, n: object) -> str:
    category = _plural_rule(language)(n)
    return forms.get(category, forms["other"])


@cache
def _keys(language: str) -> frozenset[str]:
    return frozenset(_catalogue(language))


@cache
def _plural_rule(language: str):  # type: ignore[no-untyped-def]  # Babel's PluralRule carries no types
    return Locale.parse(language).plural_form


@cache
def _catalogue(language: str) -> dict[str, Entry]:
    path = Path(__file__).parent / "catalogues" / f"{language}.json"
    catalogue: dict[str, Entry] = json.loads(path.read_text(encoding="utf-8"))
    return catalogue
