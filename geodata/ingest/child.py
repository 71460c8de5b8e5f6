"""Read a file in a process of its own, so that a hostile or damaged one can harm nothing but that process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from geodata.apart import refuse_apart
from geodata.errors import FileError
from geodata.ingest.guard import Limits, check_file
from geodata.ingest.raw import GEOMETRY_COLUMN, FileInfo, LayerNotChosenError, RawTable

_KEEP = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "PROJ_DATA")
_PACKAGE_ROOT = Path(__file__).resolve().parents[2]


def read_file(
    path: Path, limits: Limits, *, layer: str | None = None, encoding: str | None = None, separator: str | None = None
) -> RawTable:
    """Read one layer of a file.

    Parameters
    ----------
    path : Path
    limits : Limits
    layer : str or None
        Layer, sheet or archive member; needed where there are several. ``*`` reads all members of an archive as one.
    encoding, separator : str or None
        Of text files; found out where None.

    Raises
    ------
    FileError
        The file is missing, too large, not accepted, damaged, kept apart, or needs a choice that was not made.
    """
    refuse_apart(path)
    kind = check_file(path, limits)
    with tempfile.TemporaryDirectory(prefix="landrelease-") as folder:
        request = {
            "path": str(path.resolve()), "format": kind, "layer": layer, "encoding": encoding, "separator": separator, "folder": folder,
            "limits": vars(limits),
        }  # fmt: skip
        answer = _run(path, request, limits)
        if "error" in answer:
            error = answer["error"]
            if answer["layers"]:
                raise LayerNotChosenError(path.name, answer["layers"])
            raise FileError(error["message"], error["remedy"], code=error["code"])
        return _load(Path(folder) / "rows.arrow", answer)


def _run(path: Path, request: dict[str, Any], limits: Limits) -> dict[str, Any]:
    environment = {name: os.environ[name] for name in _KEEP if name in os.environ}
    environment |= {
        "OGR_SKIP": "OGR_VRT,VRT", "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none", "GDAL_HTTP_TIMEOUT": "1", "CPL_DEBUG": "OFF",
        "PYTHONPATH": str(_PACKAGE_ROOT), "ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip
    command = [sys.executable, "-P", "-m", "geodata.ingest.reader"]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=json.dumps(request).encode(), capture_output=True, env=environment, timeout=2 * limits.seconds + 10, check=False
        )
    except subprocess.TimeoutExpired:
        raise _too_costly(path, f"was not read within {2 * limits.seconds + 10} s") from None
    if done.returncode == 0:
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer
    text = done.stderr.decode(errors="replace")
    if "MemoryError" in text or "bad_alloc" in text or "ArrowMemoryError" in text or "malloc" in text:
        raise _too_costly(path, f"needs more than {limits.memory_bytes >> 20:,} MB of memory to be read")
    if done.returncode in (-24, -9):
        raise _too_costly(path, f"was not read within {limits.seconds} s of computing")
    message = f"{path.name} is damaged: reading it failed."
    raise FileError(message, "Open it where it came from and export it again.", code="file_damaged")


def _too_costly(path: Path, why: str) -> FileError:
    return FileError(f"{path.name} {why}.", "Simplify or split it, or import it by command on the server.", code="file_too_costly")


def _load(path: Path, answer: dict[str, Any]) -> RawTable:
    with pa.OSFile(str(path)) as source:
        table = pa.ipc.open_file(source).read_all()
    info = FileInfo(
        answer["format"], answer["layer"], tuple(answer["layers"]), answer["crs"], answer["encoding"], answer["separator"],
        tuple(answer["notes"]),
    )  # fmt: skip
    geometry = None
    if GEOMETRY_COLUMN in table.column_names:
        wkb = table.column(GEOMETRY_COLUMN).to_pandas().to_numpy(dtype=object)
        geometry = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
        table = table.drop_columns([GEOMETRY_COLUMN])
    return RawTable(table.to_pandas(), geometry, info)
