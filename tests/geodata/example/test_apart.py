"""The example shares nothing with the models, and nothing that builds, ranks or trains can reach its truth."""

from __future__ import annotations

import argparse
import ast
import ctypes
import os
import struct
import sys
from pathlib import Path

import pytest

from dashboard.commands.demo import make_programme
from dashboard.programme import Programme
from geodata.apart import APART
from geodata.errors import FileError
from geodata.layers.open import check_layer, open_layer
from geodata.schema.config import LayerSection

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "geodata" / "example"
IN_OPEN, IN_ACCESS, IN_NONBLOCK = 0x20, 0x01, os.O_NONBLOCK


def imported(source: Path) -> set[str]:
    """Modules that a source file names in an import."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_the_example_and_the_models_import_nothing_of_one_another():
    ours = {name for source in EXAMPLE.rglob("*.py") for name in imported(source)}
    theirs = {name for source in (ROOT / "models").rglob("*.py") for name in imported(source)}
    assert "geodata.example.grid" in ours
    assert theirs
    assert not {name for name in ours if name.split(".")[0] in ("models", "dashboard", "sklearn")}
    assert not {name for name in theirs if name.startswith("geodata.example")}
    # Of the rest of geodata the simulation uses only errors and the mark of folders kept apart.
    assert {name for name in ours if name.startswith("geodata") and not name.startswith("geodata.example")} == {
        "geodata.apart", "geodata.errors", "geodata.ingest.profiles",
    }  # fmt: skip


def test_no_rate_of_the_simulation_is_a_logistic_curve_as_models_fit_it():
    words = ("expit", "logit", "sigmoid", "logistic(", "1 / (1 + np.exp", "1.0 / (1.0 + np.exp")
    assert {source.name: word for source in EXAMPLE.glob("*.py") for word in words if word in source.read_text(encoding="utf-8")} == {}


class Watched:
    """Every opening and reading of the files of a folder, by whatever process or library, told by the kernel."""

    def __init__(self, folder: Path) -> None:
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.handle = self.libc.inotify_init1(IN_NONBLOCK)
        for path in (folder, *folder.iterdir()):
            assert self.libc.inotify_add_watch(self.handle, os.fsencode(path), IN_OPEN | IN_ACCESS) > 0

    def n_events(self) -> int:
        """Events since the last call."""
        count = 0
        while True:
            try:
                content = os.read(self.handle, 65536)
            except BlockingIOError:
                return count
            place = 0
            while place < len(content):
                place += 16 + struct.unpack_from("iIII", content, place)[3]
                count += 1

    def close(self) -> None:
        """Stop watching."""
        os.close(self.handle)


@pytest.mark.skipif(sys.platform != "linux", reason="watches files through inotify")
def test_import_build_rank_and_check_never_open_the_truth(example_programme: Programme, tmp_path: Path, monkeypatch):
    """A demo made under watch: the truth is written once and then neither opened nor read again."""
    import geodata.example

    watched: list[Watched] = []
    make = geodata.example.make_example

    def make_and_watch(*args, **kwargs):
        files = make(*args, **kwargs)
        watched.append(Watched(files.truth))
        return files

    monkeypatch.setattr(geodata.example, "make_example", make_and_watch)
    arguments = argparse.Namespace(dir=str(tmp_path / "demo"), areas=40, seed=1, world="nemoria", quiet=True, json=False)
    programme = make_programme(arguments)
    programme.rank()
    programme.check()
    for name in ("evaluate", "train"):
        if hasattr(programme, name):
            getattr(programme, name)()
    assert watched[0].n_events() == 0
    (tmp_path / "demo" / "truth" / "areas.csv").read_bytes()
    assert watched[0].n_events() >= 2
    watched[0].close()


def test_a_file_of_a_folder_kept_apart_is_refused_as_a_layer_and_on_import(example_programme: Programme):
    folder = example_programme.directory
    assert (folder / "truth" / APART).is_file()
    columns = {"key": "area_id", "text": ["area_id"]}
    section = LayerSection.model_validate({
        "id": "truth", "path": "truth/areas.csv", "kind": "table", "columns": columns, "encoding": "utf-8", "separator": ",",
        "decimal": ".", "source": "x", "licence": "CC0-1.0", "date": 2024, "sensitivity": "public",
    })  # fmt: skip
    with pytest.raises(FileError, match="kept apart"):
        open_layer(section, folder)
    assert "kept apart" in check_layer(section, folder, [])[0].problem
    with pytest.raises(FileError, match="kept apart"):
        example_programme.import_file(folder / "truth" / "areas.csv", "hazard_areas", author="x", reason="x", dry_run=True)
    assert example_programme.import_file(folder / "incoming" / "outcomes.csv", "outcomes", author="x", reason="x", dry_run=True).rows_read
