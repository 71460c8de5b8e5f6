"""Take layers out of a zip archive without trusting it: no member is ever written under its own name."""

from __future__ import annotations

import secrets
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from geodata.errors import FileError
from geodata.ingest.guard import MIB, Limits

SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_CHUNK = 1 << 20


def check_members(path: Path, limits: Limits) -> list[zipfile.ZipInfo]:
    """Members of an archive that are files, after checking what it says of itself.

    Raises
    ------
    FileError
        Too many members, too large, packed suspiciously tight, encrypted, a link, or a path that leads out of the archive.
    """
    with zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > limits.max_members:
        raise _bad(path, f"holds {len(members):,} files; at most {limits.max_members:,} are read")
    total = sum(member.file_size for member in members)
    if total > limits.max_unpacked_bytes:
        raise _bad(path, f"would unpack to {total / MIB:,.0f} MB; at most {limits.max_unpacked_bytes / MIB:,.0f} MB are read")
    for member in members:
        _check_member(path, member, limits)
    return members


def _check_member(path: Path, member: zipfile.ZipInfo, limits: Limits) -> None:
    name = member.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or (parts and ":" in parts[0]) or "\0" in name:
        raise _bad(path, f"holds {member.filename!r}, a path that leads out of the archive")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise _bad(path, f"holds the link {member.filename!r}")
    if member.flag_bits & 0x1:
        raise FileError(f"{path.name} is locked with a password.", "Unpack it and import the layer itself.", code="archive_locked")
    if member.file_size > MIB and member.file_size > limits.max_ratio * max(member.compress_size, 1):
        ratio = member.file_size // max(member.compress_size, 1)
        raise _bad(path, f"holds {member.filename!r}, packed {ratio:,} to 1; at most {limits.max_ratio} to 1 is read")


def list_layers(path: Path, endings: tuple[str, ...], limits: Limits) -> list[str]:
    """Names of the members with one of these endings, sorted."""
    return sorted(member.filename for member in check_members(path, limits) if member.filename.lower().endswith(endings))


def extract(path: Path, name: str, folder: Path, limits: Limits) -> Path:
    """Write one member (a Shapefile with its parts) under a random name.

    Returns
    -------
    Path of the file written.

    Raises
    ------
    FileError
        As :func:`check_members`; or the archive is damaged, or holds more than it says.
    """
    stem, suffix = PurePosixPath(name).with_suffix(""), PurePosixPath(name).suffix.lower()
    random_stem = folder / secrets.token_hex(8)
    for member in check_members(path, limits):
        inner = PurePosixPath(member.filename)
        is_part = suffix == ".shp" and inner.suffix.lower() in SHAPEFILE_PARTS and inner.with_suffix("") == stem
        if is_part or member.filename == name:
            _write(path, member, random_stem.with_suffix(inner.suffix.lower()))
    return random_stem.with_suffix(suffix)


def _write(path: Path, member: zipfile.ZipInfo, target: Path) -> None:
    """Unpack while counting: a member may hold more than the directory says."""
    written = 0
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as source, target.open("wb") as sink:
            while chunk := source.read(_CHUNK):
                written += len(chunk)
                if written > member.file_size:
                    raise _bad(path, f"holds {member.filename!r}, which is larger than the archive says")
                sink.write(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        message = f"{path.name} is damaged at {member.filename!r}."
        raise FileError(message, "Copy or download it again.", code="file_damaged") from None


def _bad(path: Path, why: str) -> FileError:
    return FileError(
        f"{path.name} is not read: it {why}.", "Unpack it where it came from and import the layer itself.", code="archive_refused"
    )
