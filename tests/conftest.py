"""What tests of every part share: the example programme, made once, and the real data where it is at hand."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import pytest
from hypothesis import settings

from dashboard.programme import Programme
from tests.postgres import database, server

__all__ = ["database", "server"]

ROOT = Path(__file__).parents[1]

settings.register_profile("steady", deadline=None, derandomize=True, max_examples=60)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("LANDRELEASE_HYPOTHESIS", "steady"))


@pytest.fixture(scope="session")
def example_programme(tmp_path_factory: pytest.TempPathFactory) -> Programme:
    """The fictional example country with 300 open areas, imported and built. Do not change it: copy its folder."""
    from dashboard.commands.demo import make_programme

    folder = tmp_path_factory.mktemp("example") / "programme"
    return make_programme(argparse.Namespace(dir=str(folder), areas=300, seed=1, quiet=True, json=False))


@pytest.fixture(scope="session")
def full_example(tmp_path_factory: pytest.TempPathFactory) -> Programme:
    """The fictional example country as ``landrelease demo`` makes it, with 2,000 open areas. Do not change it."""
    from dashboard.commands.demo import make_programme

    folder = tmp_path_factory.mktemp("full_example") / "programme"
    return make_programme(argparse.Namespace(dir=str(folder), areas=2000, seed=1, quiet=True, json=False))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real data sets; skips where it is absent, fails where LANDRELEASE_REQUIRE_REAL_DATA is set."""
    folder = Path(os.environ.get("LANDRELEASE_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "colombia").is_dir():
        reason = f"real data not found in {folder}; set LANDRELEASE_REAL_DATA to the folder that holds colombia/ and basemap/"
        if os.environ.get("LANDRELEASE_REQUIRE_REAL_DATA"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
