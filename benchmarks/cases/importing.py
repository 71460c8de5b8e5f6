"""One import into a new registry; as a process of its own it tells what memory that took."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from pathlib import Path

from benchmarks.cases.memory import MB_PER_KB, watch_children
from geodata.ingest import import_file
from geodata.registry import open_registry
from geodata.schema.config import Config


def import_once(folder: Path, source: Path) -> int:
    """Import a file of hazard areas into an empty registry, committed; returns the rows added."""
    config = Config.model_validate({"programme": {"name": "Benchmark", "country": "Nowhere", "fictional": True}})
    with tempfile.TemporaryDirectory(dir=folder) as name:
        registry = open_registry(Path(name) / "registry.sqlite", create=True)
        try:
            report = import_file(registry, config, source, "hazard_areas", programme_dir=Path(name), author="benchmark")
        finally:
            registry.close()
    return report.rows_added


def main(folder: str, source: str) -> None:
    """Print the most memory of this process and of its greatest child as JSON."""
    with watch_children() as children:
        n_rows = import_once(Path(folder), Path(source))
    own_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MB_PER_KB
    print(json.dumps({"rows": n_rows, "own_mb": own_mb, "child_mb": children.most_mb}))


if __name__ == "__main__":
    main(*sys.argv[1:])
