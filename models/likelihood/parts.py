"""Names of the parts of a likelihood that are no features of config.yaml; loads no library, so that pages may name them."""

from __future__ import annotations

from typing import Final

FLOOR: Final = "confirmed_floor"
"""The rule for confirmed areas."""
REACHES_M: Final = (1000.0, 4000.0, 16000.0)
AROUND: Final = tuple(f"found_around_{reach / 1000:g}km" for reach in REACHES_M)
"""What was found around an area, by reach."""
