"""Human text in several languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

FALLBACK_LANGUAGE = "en"


def _as_mapping(value: object) -> object:
    return {FALLBACK_LANGUAGE: value} if isinstance(value, str) else value


def _not_empty(value: dict[str, str]) -> dict[str, str]:
    if not value or not all(text.strip() for text in value.values()):
        raise ValueError("a text needs at least one language, and no language may be empty")
    return value


Text = Annotated[dict[str, str], BeforeValidator(_as_mapping), AfterValidator(_not_empty)]
"""A mapping from language code to text; a plain string is English."""


def _is_unit(value: object) -> object:
    texts = list(value.values()) if isinstance(value, dict) else [value]
    is_given = isinstance(value, str) or (bool(texts) and all(isinstance(text, str) and text.strip() for text in texts))
    if not is_given:
        raise ValueError("a unit is a text, or a mapping from language to text in which none is empty")
    return value


Unit = Annotated[str | dict[str, str], BeforeValidator(_is_unit)]
"""A unit: one text, or a mapping from language code to text."""


def say(text: Mapping[str, str], language: str) -> str:
    """The text in a language, else in English, else in the first language it has.

    >>> say({"en": "road", "fr": "route"}, "fr"), say({"en": "road"}, "ar"), say({}, "en")
    ('route', 'road', '')
    """
    if language in text:
        return text[language]
    if FALLBACK_LANGUAGE in text:
        return text[FALLBACK_LANGUAGE]
    return next(iter(text.values()), "")
