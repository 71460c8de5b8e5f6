"""One small example country, made once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.example import ExampleFiles, make_example

AREAS = 400


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> ExampleFiles:
    """The country of seed 1 with 400 open hazard areas."""
    directory: Path = tmp_path_factory.mktemp("nemoria")
    return make_example(directory, areas=AREAS, seed=1)
