"""Write the tables of docs/indicators.md from the parameters of each method.

``python -m geodata.indicators.document docs/indicators.md`` replaces what stands below the mark.
"""

from __future__ import annotations

import sys
from pathlib import Path

from geodata.indicators.parameters import KINDS_OF_METHOD, PARAMETERS_OF_METHOD
from geodata.schema.document import render_table

MARK = "<!-- made from the methods' parameters; write above this line -->"


def render_methods() -> str:
    """One table for each method: its parameters with type, bounds, default and meaning, and the kinds of layer it measures."""
    parts = []
    for method, model in PARAMETERS_OF_METHOD.items():
        kinds = KINDS_OF_METHOD[method]
        measures = f"Measures a {' or '.join(kinds)} layer." if kinds else "Needs no layer."
        parts.append(f"{render_table(method, model)}\n{measures}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(page.read_text("utf-8").split(MARK)[0] + MARK + "\n\n" + render_methods(), "utf-8")
