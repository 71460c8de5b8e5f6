"""Other worlds: the same country with one of its mechanisms switched off or changed, where a product must find nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from geodata.errors import WrongUseError

__all__ = ["NEMORIA", "WORLDS", "World", "find_world"]


@dataclass(frozen=True)
class World:
    """What is true in a simulated country.

    Attributes
    ----------
    name : str
    ordnance_has_reasons : bool
        False: every area holds ordnance with the same probability, and as many devices, whatever its place, size, kind, era,
        category, evidence or accidents; and as nothing tells where it lies, teams work every area alike and find it alike.
    roads_are_blocked : bool
        False: no area lies on a road or bridge, so that release changes no way and no travel time.
    poverty_follows_war : bool
        False: poverty is a pattern of its own, alike in neighbouring villages, but blind to war, roads, height and towns.
    war_moved : bool
        True: what was recorded from ``moved_year`` on comes from another war, which avoided what the first one sought.
    """

    name: str
    ordnance_has_reasons: bool = True
    roads_are_blocked: bool = True
    poverty_follows_war: bool = True
    war_moved: bool = False


NEMORIA = World("nemoria")
"""The example country itself."""
WORLDS: Mapping[str, World] = MappingProxyType({
    world.name: world
    for world in (
        NEMORIA,
        World("no-likelihood-signal", ordnance_has_reasons=False),
        World("no-network-gain", roads_are_blocked=False),
        World("no-poverty-link", poverty_follows_war=False),
        World("changed-war", war_moved=True),
    )
})  # fmt: skip


def find_world(name: str) -> World:
    """The world of a name.

    Raises
    ------
    WrongUseError
        There is none.
    """
    if name not in WORLDS:
        raise WrongUseError(f"There is no world {name!r}.", f"Use one of {', '.join(WORLDS)}.", code="unknown_world")
    return WORLDS[name]
