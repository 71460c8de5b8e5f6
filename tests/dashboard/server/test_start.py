"""A server is there at once: what only some pages need is loaded when they ask for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.dashboard.conftest import CONFIG

MAKE = """
import sys
from pathlib import Path
from dashboard.app import create_server
create_server(Path(sys.argv[1]))
print(sorted({"sklearn", "scipy.stats", "scipy.spatial", "skops"} & set(sys.modules)))
"""


def test_making_the_server_loads_neither_learning_nor_statistics(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", MAKE, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
