"""What every part of a page needs to speak: the programme, the view and the person's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import dash

from dashboard.i18n import direction, format_number, translate
from dashboard.programme import Programme, current
from dashboard.server.language import request_language
from dashboard.services.presets import listed
from dashboard.state import ViewState, address, parse_state
from geodata.schema.config import Config
from geodata.schema.text import say


@dataclass(frozen=True)
class Page:
    """A page being made for one request.

    Attributes
    ----------
    programme : Programme
    state : ViewState
    language : str
        A language that the programme offers.
    """

    programme: Programme
    state: ViewState
    language: str

    @classmethod
    def of_request(cls, query: str) -> Page:
        """The page that this request asks for, by its view."""
        programme, state = current(), parse_state(query)
        offered = programme.config.programme.languages
        return cls(programme, state, state.language if state.language in offered else request_language())

    @classmethod
    def of_list(cls, query: str) -> Page:
        """The page of a view's list: where the view names a preset, the programme as that ranks it."""
        page = cls.of_request(query)
        return replace(page, programme=listed(page.programme, page.state))

    @property
    def config(self) -> Config:
        """The programme's settings."""
        return self.programme.config

    @property
    def direction(self) -> str:
        """ltr or rtl."""
        return direction(self.language)

    @cached_property
    def programme_name(self) -> str:
        """Name of the programme in the person's language."""
        return self.say(self.config.programme.name)

    def t(self, key: str, **values: object) -> str:
        """A text of the catalogue."""
        return translate(key, self.language, **values)

    def say(self, text: Mapping[str, str] | None) -> str:
        """A text of config.yaml."""
        return say(text, self.language) if text else ""

    def number(self, number: float, digits: int | None = None) -> str:
        """A number in the person's language."""
        return format_number(number, self.language, digits)

    def units(self, n: int) -> str:
        """The word for so many units of decision, without the number."""
        words = self.config.areas.words
        if words is not None:
            return self.say(words.one if n == 1 else words.many)
        return self.t(f"unit.{self.config.areas.unit}", n=n)

    def link(self, path: str, state: ViewState | None = None) -> str:
        """Address of a page of this server that keeps the view."""
        return address(relative(path), self.state if state is None else state)

    def criterion_label(self, criterion_id: str) -> str:
        """Name of a criterion."""
        return self.say(self.config.criterion(criterion_id).label)


def relative(path: str) -> str:
    """Path of this server, wherever it is mounted."""
    get_relative_path: Any = dash.get_relative_path  # Dash carries no types
    return str(get_relative_path(path))
