"""Saved mappings: how the files of one authority are read, under a name."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geodata.errors import FileError
from geodata.schema.load import load_strict_yaml

FOLDER = "profiles"
_NAME = r"^[a-z0-9][a-z0-9_-]{0,63}$"


class ImportProfile(BaseModel):
    """How files of one kind are read.

    Every field may be left out; what is left out is found out from the file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field("", description="Name under which it is kept.")
    version: str = Field("1", description="Version, as the authority counts.")
    country: str = Field("", description="Country it is for.")
    table: str = Field("", description="Table it fills; any where empty.")
    columns: dict[str, str] = Field(default_factory=dict, description="Column of the file -> field; an empty field drops the column.")
    codes: dict[str, dict[str, str]] = Field(default_factory=dict, description="Field -> value of the file -> code.")
    only: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="Column of the file -> values; other rows are left out.")
    constants: dict[str, str] = Field(default_factory=dict, description="Field -> value given to every row.")
    x: str | None = Field(None, description="Column of longitude or easting.")
    y: str | None = Field(None, description="Column of latitude or northing.")
    wkt: str | None = Field(None, description="Column of well-known text.")
    latlon: str | None = Field(None, description="Column of latitude and longitude in one, in this order.")
    lonlat: str | None = Field(None, description="Column of longitude and latitude in one, in this order.")
    crs: str | None = Field(None, description="CRS of the coordinates.")
    swap_xy: bool = Field(False, description="Whether x and y are exchanged in the file.")
    encoding: str | None = Field(None, description="Encoding of a text file.")
    separator: str | None = Field(None, min_length=1, max_length=1, description="Separator of a text file.")
    decimal: Literal[".", ","] | None = Field(None, description="Decimal mark.")
    date_order: Literal["ymd", "dmy", "mdy"] | None = Field(None, description="Order of day, month and year.")
    code_length: int | None = Field(None, ge=1, le=20, description="Digits of a place code; lost leading zeros are put back.")
    layer: str | None = Field(None, description="Layer, sheet or archive member.")


def load_profile(profile: str | Path | ImportProfile | None, programme_dir: Path) -> ImportProfile:
    """A profile by name (from the programme's ``profiles`` folder), by path, or as given; an empty one for None.

    Raises
    ------
    FileError
        There is none of that name, or it is not valid.
    """
    if isinstance(profile, ImportProfile):
        return profile
    if profile is None:
        return ImportProfile()
    path = Path(profile)
    if path.suffix not in (".yaml", ".yml"):
        path = programme_dir / FOLDER / f"{Path(profile).name}.yaml"
    if not path.is_file():
        known = ", ".join(list_profiles(programme_dir)) or "none yet"
        raise FileError(f"There is no import profile {str(profile)!r}.", f"Profiles of this programme: {known}.", code="profile_unknown")
    if path.stat().st_size > 1_000_000:
        raise FileError(f"{path.name} is larger than 1 MB, which no profile is.", "Name another file.", code="profile_invalid")
    try:
        text = path.read_text(encoding="utf-8")
        content = load_strict_yaml(text) or {}
        return ImportProfile.model_validate(content)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()[:3])
        raise FileError(
            f"{path.name} is no valid profile: {problems}.", "Mend it, or save the mapping again.", code="profile_invalid"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        problem = getattr(error, "problem", None) or "it is not plain text"
        mark = getattr(error, "problem_mark", None)
        line = f" in line {mark.line + 1}" if mark else ""
        message = f"{path.name} is no valid YAML: {problem}{line}."
        raise FileError(message, "Mend it, or save the mapping again.", code="profile_invalid") from None


def list_profiles(programme_dir: Path) -> list[str]:
    """Names of the saved profiles of a programme."""
    return sorted(path.stem for path in (programme_dir / FOLDER).glob("*.yaml"))


def next_version(profile: ImportProfile, programme_dir: Path) -> ImportProfile:
    """The profile as it is to be kept: one version on where one of its name is kept that says something else.

    A version that is no whole number stays, because only the authority knows what follows it.
    """
    if profile.name not in list_profiles(programme_dir):
        return profile
    before = load_profile(profile.name, programme_dir)
    same = before.model_copy(update={"version": profile.version}) == profile
    version = before.version if same or not before.version.isdecimal() else str(int(before.version) + 1)
    return profile.model_copy(update={"version": version})


def save_profile(profile: ImportProfile, programme_dir: Path) -> Path:
    """Keep a profile under its name; the version before is kept beside it.

    Raises
    ------
    FileError
        The name is not usable as a file name.
    """
    if not re.match(_NAME, profile.name):
        message = f"{profile.name!r} cannot name a profile."
        raise FileError(message, "Use lower-case letters, digits, - and _.", code="profile_invalid")
    folder = programme_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{profile.name}.yaml"
    text = yaml.safe_dump(profile.model_dump(exclude_defaults=True), allow_unicode=True, sort_keys=False)
    if path.is_file() and path.read_text(encoding="utf-8") != text:
        stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S")
        path.rename(folder / f"{profile.name}.{stamp}.yaml.old")
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
    return path
