"""Loaded once by the server of forks: everything that the first change of a process would otherwise wait for."""

from __future__ import annotations

import multiprocessing
import tempfile
from contextlib import suppress
from pathlib import Path

from geodata.registry import ChangeMeta, open_registry
from tests.faults import writer

with suppress(ImportError):
    import psycopg

    PSYCOPG = psycopg.__version__


def _change_once() -> None:
    with tempfile.TemporaryDirectory() as folder:
        registry = open_registry(Path(folder) / "registry.sqlite", create=True)
        mine, its = multiprocessing.Pipe(duplex=False)
        for change in (writer.add, writer.import_rows):
            change(registry, change.__name__, 1, ChangeMeta(author="nobody", reason="1"), its)
        registry.close()
        mine.close()
        its.close()


_change_once()
