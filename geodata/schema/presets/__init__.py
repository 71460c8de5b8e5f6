"""Configurations to begin a programme with."""

from __future__ import annotations

from pathlib import Path

from geodata.errors import WrongUseError

PRESETS = ("imsma_ng", "impact_survey")
"""Scores as IMSMA NG's Impact Scoring, or as a Landmine Impact Survey, gives them."""


def preset_path(preset: str | None = None) -> Path:
    """The file of a preset; the plain template where none is named.

    Raises
    ------
    WrongUseError
        There is no such preset.
    """
    here = Path(__file__).parent
    if preset is None:
        return here.parent / "new.yaml"
    if preset not in PRESETS:
        raise WrongUseError(f"There is no preset {preset!r}.", f"Use one of: {', '.join(PRESETS)}.")
    return here / f"{preset}.yaml"
