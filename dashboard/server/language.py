"""Language of the server's own pages (sign-in, errors) and their texts."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from flask import current_app, request

FALLBACK = "en"
COOKIE = "landrelease_language"
_TEXTS = Path(__file__).parent / "texts"


def request_language() -> str:
    """Language to answer in: the address, else the person's last choice, else the browser's wish, else the programme's first."""
    offered = offered_languages()
    for wish in (request.args.get("lang", ""), request.cookies.get(COOKIE, "")):
        if wish in offered:
            return wish
    return request.accept_languages.best_match(offered) or offered[0]


def offered_languages() -> list[str]:
    """Languages of the programme; English where there is no programme."""
    programme = current_app.extensions.get("landrelease")
    return list(programme.config.programme.languages) if programme else [FALLBACK]


@cache
def _catalogue(language: str) -> dict[str, str]:
    path = _TEXTS / f"{language}.json"
    texts: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return texts


@cache
def catalogue_languages() -> tuple[str, ...]:
    """Languages that the server's own pages are written in."""
    return tuple(sorted(path.stem for path in _TEXTS.glob("*.json")))


def text(key: str, language: str, **values: object) -> str:
    """A text of the server's own pages; English where the language has none.

    Raises
    ------
    KeyError
        There is no such text.
    """
    known = language if language in catalogue_languages() else FALLBACK
    template = _catalogue(known).get(key) or _catalogue(FALLBACK)[key]
    return template.format(**values)
