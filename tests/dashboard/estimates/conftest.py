"""The example country to change at will."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dashboard.programme import Programme


@pytest.fixture
def copied(example_programme: Programme, tmp_path: Path) -> Programme:
    """A copy of the example programme."""
    folder = tmp_path / "programme"
    shutil.copytree(example_programme.directory, folder)
    return Programme.open(folder)


@pytest.fixture
def change_config():
    """Writes another text in place of one of config.yaml, and opens the programme again."""

    def change(programme: Programme, old: str, new: str) -> Programme:
        path = programme.directory / "config.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return Programme.open(programme.directory)

    return change
