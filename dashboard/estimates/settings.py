"""What estimates follow from, and the identity that comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from geodata.snapshot.sources import digest_of

if TYPE_CHECKING:
    from geodata.schema.config import Config

FORMAT: Final = 1
METHODS: Final = {"evidence": 2, "likelihood": 1, "cost": 1}
"""Versions of the code that estimates: raise one with every change of what it gives."""
SEED: Final = 0
_LIBRARIES: Final = ("numpy", "scipy", "scikit-learn")
"""Libraries of which another version may grow other trees."""


@dataclass(frozen=True)
class EstimateSettings:
    """Everything that estimates follow from.

    Attributes
    ----------
    data_version : str
        Records, layers, indicators and the likelihood section are in it.
    costs : mapping
        The costs section.
    methods : mapping name -> int
    libraries : mapping name -> version
    seed, format : int
    """

    data_version: str
    costs: Mapping[str, Any]
    methods: Mapping[str, int]
    libraries: Mapping[str, str]
    seed: int = SEED
    format: int = FORMAT

    @cached_property
    def version(self) -> str:
        """Identity of the estimates, 16 hexadecimal digits."""
        return digest_of(asdict(self))[:16]

    def differences(self, other: EstimateSettings) -> list[str]:
        """What differs from other settings, in words."""
        found = [name for name in ("data_version", "costs", "seed", "format") if getattr(self, name) != getattr(other, name)]
        for part in ("methods", "libraries"):
            here, there = getattr(self, part), getattr(other, part)
            changed = [name for name in sorted({*here, *there}) if here.get(name) != there.get(name)]
            found += [f"{name} {here.get(name)} and {there.get(name)}" for name in changed]
        return found


def settings_of(config: Config, data_version: str) -> EstimateSettings:
    """The settings under which this program estimates a snapshot."""
    return EstimateSettings(data_version, config.costs.model_dump(mode="json"), METHODS, libraries())


@cache
def libraries() -> dict[str, str]:
    """Versions of the libraries that estimates depend on."""
    return {name: version(name) for name in _LIBRARIES}
