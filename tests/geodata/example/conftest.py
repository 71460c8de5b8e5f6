"""One small example country, made once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from geodata.example import ExampleFiles, make_example
from geodata.example.country import Country, Land, Records, make_country, make_land, make_records
from geodata.example.worlds import WORLDS

AREAS = 400


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> ExampleFiles:
    """The country of seed 1 with 400 open hazard areas."""
    directory: Path = tmp_path_factory.mktemp("nemoria")
    return make_example(directory, areas=AREAS, seed=1)


@pytest.fixture(scope="session")
def land() -> Land:
    """The land of seed 1, the same in every world."""
    return make_land(1, lambda share, doing: None)


@pytest.fixture(scope="session")
def world(land: Land) -> Callable[[str], tuple[Country, Records]]:
    """Country and records of seed 1 with 500 open areas in a world, by its name; each made once."""
    made: dict[str, tuple[Country, Records]] = {}

    def make(name: str) -> tuple[Country, Records]:
        if name not in made:
            country = make_country(1, land, WORLDS[name])
            made[name] = country, make_records(1, 500, WORLDS[name], country, lambda share, doing: None)
        return made[name]

    return make
