"""A backup taken while others write is whole, and what is restored is equal, or nothing is restored."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from geodata.errors import GeodataError, RegistryError
from geodata.registry import ChangeMeta, open_registry
from geodata.registry.backup import backup_registry, restore_registry

ME = ChangeMeta(author="Ana")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A registry file with some history."""
    path = tmp_path / "registry.sqlite"
    registry = open_registry(path, create=True)
    registry.apply("hazard_areas", pd.DataFrame({"area_id": ["A", "B"], "name": ["one", "two"]}), ME)
    registry.apply("hazard_areas", pd.DataFrame({"area_id": ["A"], "name": ["three"]}), ME)
    registry.close()
    return path


def test_backup_delete_restore_gives_an_equal_registry(source: Path, tmp_path: Path) -> None:
    user = open_registry(source)
    expected, head = user.read("hazard_areas"), user.head()
    manifest = backup_registry(source, tmp_path / "backup.zip")
    assert (manifest.head, manifest.n_events) == (head, 3)
    user.apply("hazard_areas", pd.DataFrame({"area_id": ["C"]}), ME)
    user.close()
    source.unlink()
    Path(f"{source}-wal").write_bytes(b"stale")
    restore_registry(tmp_path / "backup.zip", source)
    back = open_registry(source)
    pd.testing.assert_frame_equal(back.read("hazard_areas"), expected)
    assert back.head() == head
    assert len(back.imports()) == 2
    back.close()
    assert sorted(item.name for item in tmp_path.iterdir() if "-" not in item.name) == ["backup.zip", "registry.sqlite"]


def test_a_registry_is_not_replaced_unless_asked_and_then_kept_beside(source: Path, tmp_path: Path) -> None:
    backup_registry(source, tmp_path / "backup.zip")
    with pytest.raises(RegistryError, match="There is a registry at"):
        restore_registry(tmp_path / "backup.zip", source)
    later = open_registry(source)
    later.apply("hazard_areas", pd.DataFrame({"area_id": ["C"]}), ME)
    head = later.head()
    restore_registry(tmp_path / "backup.zip", source, replace=True)
    later.close()
    aside = open_registry(tmp_path / "registry.sqlite.before-restore")
    assert aside.head() == head
    aside.close()


@pytest.mark.parametrize("place", [0.1, 0.5, 0.99])
def test_a_damaged_backup_restores_nothing(source: Path, tmp_path: Path, place: float) -> None:
    archive = tmp_path / "backup.zip"
    backup_registry(source, archive)
    content = bytearray(archive.read_bytes())
    content[int(len(content) * place)] ^= 0xFF
    archive.write_bytes(content)
    before = source.read_bytes()
    try:
        restore_registry(archive, source, replace=True)
    except GeodataError as error:
        assert error.remedy
        assert source.read_bytes() == before
    else:
        registry = open_registry(source)
        assert registry.verify() == 3
        registry.close()


def test_what_is_no_backup_is_named(source: Path, tmp_path: Path) -> None:
    with pytest.raises(GeodataError, match="does not exist"):
        restore_registry(tmp_path / "none.zip", tmp_path / "new.sqlite")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("x", "y")
    with pytest.raises(GeodataError, match="is damaged or no backup"):
        restore_registry(tmp_path / "other.zip", tmp_path / "new.sqlite")
    with pytest.raises(RegistryError, match="There is no registry at"):
        backup_registry(tmp_path / "none.sqlite", tmp_path / "b.zip")
    assert not (tmp_path / "new.sqlite").exists()
