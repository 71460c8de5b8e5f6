"""The map's words in the person's language."""

from __future__ import annotations

from dashboard.components.map import MAP_TEXTS
from dashboard.components.page import Page


def map_texts(page: Page) -> dict[str, str]:
    """Every text of the map."""
    return {key: page.t(f"map.{key}") for key in MAP_TEXTS}
