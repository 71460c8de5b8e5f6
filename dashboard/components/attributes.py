"""HTML attributes whose names hold a hyphen."""

from __future__ import annotations

from typing import Any


def attributes(**values: object) -> dict[str, Any]:
    """Attributes as keyword arguments of a Dash component.

    >>> attributes(aria_label="Map", data_pane="map")
    {'aria-label': 'Map', 'data-pane': 'map'}
    """
    return {name.replace("_", "-"): value for name, value in values.items()}
