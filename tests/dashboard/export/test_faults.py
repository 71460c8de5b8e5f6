"""A killed writer and a full disk leave the previous file."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from dashboard.export import ENDINGS, ExportError, verify_file

WRITER = """
import pickle, sys
from pathlib import Path
from types import SimpleNamespace
from dashboard.export import export_list
snapshot, ranking, config, path = pickle.load(open(sys.argv[1], "rb"))
while True:
    export_list(snapshot, ranking, Path(path), config=config)
    print("written", flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that cannot be caught")
@pytest.mark.parametrize("ending", [".gpkg", ".xlsx"])
def test_a_killed_writer_leaves_a_whole_file(ending: str, case: Any, tmp_path: Path) -> None:
    import pickle

    path, settings = tmp_path / f"list{ending}", tmp_path / "case.pickle"
    settings.write_bytes(pickle.dumps((case.snapshot, case.ranking, case.config, str(path))))
    chance = random.Random(5)
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-W", "ignore", "-c", WRITER, str(settings)], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        time.sleep(chance.uniform(0.0, 0.1))
        writer.kill()
        writer.wait()
        writer.stdout.close()
        assert verify_file(case.programme, path).status == "same"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # xlsxwriter leaves a part of the book open when it fails
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_full_disk_leaves_the_previous_file_and_no_other(ending: str, case: Any, tmp_path: Path) -> None:
    """Files may grow to 1, 2, 4 ... kB until the export fits; before that it fails with words and changes nothing."""
    path = tmp_path / f"list{ending}"
    case.export(path)
    before, names = path.read_bytes(), sorted(os.listdir(tmp_path))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    outcomes = []
    for power in range(10, 22):
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (2**power, hard))
            case.export(path)
            outcomes.append("written")
        except ExportError as error:
            outcomes.append("refused")
            assert "could not be written" in str(error)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert path.read_bytes() == before
        assert sorted(os.listdir(tmp_path)) == names
    assert outcomes == sorted(outcomes)
    assert {"refused", "written"} == set(outcomes)
