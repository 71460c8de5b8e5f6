"""Links of need in words, from what an evaluation keeps of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.i18n import direction, format_number, translate
from geodata.schema.config import Config
from geodata.schema.text import say

_DIGITS = 2
_LEFT_TO_RIGHT = "\u200e"  # keeps a sign before its number in text of the other direction


def link_words(link: Mapping[str, Any], config: Config, language: str) -> str:
    """One link as a sentence: that it was found and which way, that none was found, or why it cannot be told.

    Parameters
    ----------
    link : mapping
        Fields of :class:`dashboard.commands.results.NeedLinkResult`.
    config : Config
    language : str
    """
    need = _label(link["need"], config, language)
    other = translate(f"link.of_{link['other']}", language)
    if link["why_not"]:
        return translate("link.unknown", language, need=need, other=other, why=translate(f"link.why_{link['why_not']}", language))
    way = "none" if not link["is_found"] else "more" if link["correlation"] > 0 else "less"
    return translate(f"link.{way}", language, need=need, other=other, figure=_figure(link, config, language))


def _label(criterion: str, config: Config, language: str) -> str:
    """Label of a criterion; its id where config.yaml no longer has it."""
    return next((say(each.label, language) for each in config.criteria if each.id == criterion), criterion)


def _figure(link: Mapping[str, Any], config: Config, language: str) -> str:
    mark = _LEFT_TO_RIGHT if direction(language) == "rtl" else ""
    names = {"value": "correlation", "low": "low", "high": "high"}
    numbers = {key: mark + format_number(link[name], language, _DIGITS) for key, name in names.items()}
    unit = "community" if link["other"] == "recorded" else config.areas.unit
    units = translate(f"unit.{unit}", language, n=link["n"])
    counts = {"n": format_number(link["n"], language), "places": format_number(link["n_places"], language)}
    return translate("link.figure", language, units=units, **counts, **numbers)
