"""The process that reads a file: limits first, then the format's reader, then rows as an Arrow file.

Run as ``python -m geodata.ingest.reader`` with a request (JSON) on standard input; answers with JSON on standard output. Nothing else
is printed there, and no traceback leaves: an error of the file becomes an ``error`` with message and remedy.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from geodata.errors import GeodataError
from geodata.ingest.guard import Limits


def limit_process(limits: Limits) -> None:
    """Bound processor time and address space of this process, where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes + _own_size(), limits.memory_bytes + _own_size()))


def _own_size() -> int:
    """Address space taken before any file is read, bytes."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[0]) * 4096 if status.is_file() else 0


def read(request: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """Read what is asked for and write its rows beside; returns the answer."""
    from geodata.ingest import readers

    rows, info = readers.read_layer(
        Path(request["path"]), request["format"], layer=request["layer"], encoding=request["encoding"],
        separator=request["separator"], folder=Path(request["folder"]), limits=limits,
    )  # fmt: skip
    readers.write_rows(rows, Path(request["folder"]) / "rows.arrow")
    return asdict(info)


def main() -> int:
    """Entry of the process; returns its exit status."""
    request = json.loads(sys.stdin.buffer.read())
    limits = Limits(**request["limits"])
    from geodata.ingest import readers

    readers.load_libraries(request["format"])
    limit_process(limits)
    try:
        answer = read(request, limits)
    except GeodataError as error:
        answer = {"error": {"message": error.message, "remedy": error.remedy, "code": error.code}, "layers": getattr(error, "layers", ())}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
