"""Every registry there is, empty, by its address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from geodata.registry import Registry, open_registry


@pytest.fixture(params=["sqlite", "postgis"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a registry that does not exist yet."""
    if request.param == "sqlite":
        return str(tmp_path / "registry.sqlite")
    return str(request.getfixturevalue("database"))


@pytest.fixture
def opened(address: str) -> Iterator[Callable[[], Registry]]:
    """Opens the registry (again); everything is closed in the end."""
    open_ones: list[Registry] = []

    def open_again() -> Registry:
        open_ones.append(open_registry(address, create=True))
        return open_ones[-1]

    yield open_again
    for registry in open_ones:
        registry.close()


@pytest.fixture
def registry(opened: Callable[[], Registry]) -> Registry:
    """An empty registry."""
    return opened()
