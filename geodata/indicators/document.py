"""Write the tables of docs/indicators.md from the parameters of each method.

``python -m geodata.indicators.document docs/indicators.md`` replaces what stands below the mark.
"""

from __future__ import annotations

import sys
from pathlib import Path

from geodata.indicators.parameters import KINDS_OF_METHOD, PARAMETERS_OF_METHOD
from geodata.schema.document import render_table

MARK = "<!-- made from the methods' parameters; write above this line -->"

UNIT_AND_UNKNOWN = {
    "zonal": ("that of the raster; share: 0..1", "no cell with data lies in the area, or a sum is asked of an area without extent"),
    "share": ("0..1 or ha", "the layer covers nothing of the area; where it covers a part, that part alone is judged"),
    "nearest": ("m", "the area has no place, or nothing lies within `max_m`"),
    "within": (
        "features, that of the column, per km2 or km",
        "the area has no place, or no addend of a sum is known; nothing in reach is 0",
    ),
    "interpolate": ("that of the column", "no point with a value lies inside or within `max_m`"),
    "join": ("that of the column; count: rows", "no row has the code or the name"),
    "areal": ("that of the column", "no zone with a value shares ground (or people) with the area"),
    "access": ("minutes, person-minutes, people, people x ln", "see above; a destination that nobody reaches is unknown, never 0 minutes"),
    "survey": ("0/1, status 0..3, years", "the area has no place; years: nobody looked"),
    "unlisted": ("people", "no cell of the raster with data lies in reach"),
    "community": ("areas, 0/1, share", "the community is unknown or the area is released"),
    "field": ("that of the field", "the record does not say, or a code is not in `map`"),
}
"""Unit of a method's values, and where they are unknown."""


def render_methods() -> str:
    """One table for each method: its parameters with type, bounds, default and meaning, and the kinds of layer it measures."""
    parts = []
    for method, model in PARAMETERS_OF_METHOD.items():
        kinds = KINDS_OF_METHOD[method]
        measures = f"Measures a {' or '.join(kinds)} layer." if kinds else "Needs no layer."
        unit, unknown = UNIT_AND_UNKNOWN[method]
        parts.append(f"{render_table(method, model)}\n{measures} Unit: {unit}. Unknown where {unknown}.\n")
    return "\n".join(parts)


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(page.read_text("utf-8").split(MARK)[0] + MARK + "\n\n" + render_methods(), "utf-8")
