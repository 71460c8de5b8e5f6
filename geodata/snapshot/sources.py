"""What a snapshot is made of: the content of each file, and the identity that follows from it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from geodata.unfinished import unfinished_path

_SIDECARS = (".shx", ".dbf", ".prj", ".cpg", ".aux.xml", ".ovr")
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Source:
    """A layer as the snapshot names it.

    Attributes
    ----------
    id, path, kind, source, licence, date, sensitivity : str
        As config.yaml says; ``date`` is ISO 8601 or a year, None where not stated.
    content : str
        Hash of the file's bytes, 32 hexadecimal digits.
    n_bytes : int
    """

    id: str
    path: str
    kind: str
    source: str
    licence: str
    date: str | None
    sensitivity: str
    content: str
    n_bytes: int


class ContentHashes:
    """Hashes of files, remembered by size, time and inode so that an unchanged file is not read again.

    Parameters
    ----------
    memory : Path
        JSON file that remembers; made when saved.
    """

    def __init__(self, memory: Path) -> None:
        self._memory = memory
        self._known: dict[str, list[Any]] = {}
        try:
            loaded = json.loads(memory.read_text("utf-8"))
        except (OSError, ValueError):
            loaded = {}
        if isinstance(loaded, dict):
            self._known = loaded

    def of(self, path: Path) -> tuple[str, int]:
        """Hash and size of a file with its sidecars, or of all files of a folder."""
        digest, n_bytes = hashlib.blake2b(digest_size=16), 0
        for part in _parts(path):
            content, size = self._of_file(part)
            digest.update(f"{part.name}:{content};".encode())
            n_bytes += size
        return digest.hexdigest(), n_bytes

    def remembered(self, what: str, state: str, find: Callable[[], str]) -> str:
        """Something that follows from a state named by its hash; found again only where the state is another than last time."""
        known = self._known.get(what)
        if not (isinstance(known, list) and len(known) == 2 and known[0] == state and isinstance(known[1], str)):
            known = self._known[what] = [state, find()]
        return str(known[1])

    def _of_file(self, path: Path) -> tuple[str, int]:
        stat = path.stat()
        seen = [stat.st_size, stat.st_mtime_ns, stat.st_ino]
        known = self._known.get(str(path))
        if isinstance(known, list) and known[:3] == seen and len(known) == 4:
            return str(known[3]), stat.st_size
        digest = hashlib.blake2b(digest_size=16)
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
        self._known[str(path)] = [*seen, digest.hexdigest()]
        return digest.hexdigest(), stat.st_size

    def save(self) -> None:
        """Write what is known, beside and renamed."""
        self._memory.parent.mkdir(parents=True, exist_ok=True)
        beside = unfinished_path(self._memory)
        beside.write_text(json.dumps(self._known, sort_keys=True), "utf-8")
        os.replace(beside, self._memory)  # noqa: PTH105 - atomic on every system


def digest_of(parts: Mapping[str, object]) -> str:
    """Hash (32 hexadecimal digits) of plain values, models and lists of them; the order of keys does not matter."""
    return hashlib.blake2b(canonical_json(parts).encode("utf-8"), digest_size=16).hexdigest()


def canonical_json(value: object) -> str:
    """JSON with sorted keys and without spaces; models by their fields."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return _plain(value.model_dump(mode="json"))
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Iterable):
        return [_plain(item) for item in value]
    return str(value)


def _parts(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(part for part in path.rglob("*") if part.is_file())
    sidecars = [path.with_suffix(suffix) for suffix in _SIDECARS] + [Path(f"{path}{suffix}") for suffix in _SIDECARS]
    is_shape = path.suffix.lower() in {".shp", ".tif", ".tiff", ".img", ".vrt"}
    return [path, *sorted({part for part in sidecars if is_shape and part.is_file()})]
