"""Look-ups of places: where the place comes from, and the answer of the registry."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from pathlib import Path

import shapely

from dashboard.programme import Programme
from dashboard.services.lru import RecentCache
from dashboard.services.place_text import place_to_text, text_to_place
from dashboard.services.uploads import Upload, discard, find_upload
from geodata.errors import GeodataError
from geodata.registry.lookup import LookUp, look_up

FROM_UPLOAD = "upload:"
"""Begins the text of a place that has too many corners for an address: the id of its file follows, which only its sender reaches."""


def answer(programme: Programme, place: shapely.Geometry, as_of: dt.date | None) -> LookUp:
    """What the registry knows of a place; this worker keeps the last answers.

    Raises
    ------
    GeodataError
        There is no registry, or the place cannot be looked up.
    """
    address = programme.registry_address
    if isinstance(address, Path) and not address.exists():
        raise GeodataError("The registry is empty: nothing has been imported yet.", "Import the hazard areas first.", code="registry_empty")
    kept = vars(programme).setdefault("_lookups", RecentCache(answer=8))
    crs = programme.config.programme.crs
    with closing(programme.open_registry()) as registry:
        key = (registry.head(), shapely.to_wkb(place), as_of)
        found: LookUp = kept.get("answer", key, lambda: look_up(registry, place, crs_setting=crs, as_of=as_of))
    return found


def place_of_text(programme: Programme, text: str, owner: str) -> shapely.Geometry:
    """The place that an address names.

    Parameters
    ----------
    text : str
        As :mod:`dashboard.services.place_text` writes it, or :data:`FROM_UPLOAD` and the id of a file.
    owner : str
        Who asks; a file is read only for the person who sent it.

    Raises
    ------
    GeodataError
        The text is no place, or the file is gone.
    """
    if not text.startswith(FROM_UPLOAD):
        return text_to_place(text)
    upload_id, _, crs = text.removeprefix(FROM_UPLOAD).partition(":")
    return read_upload(programme, find_upload(programme.directory, upload_id, owner), crs or None)


def text_of_upload(programme: Programme, upload_id: str, owner: str, crs: str | None) -> str:
    """The text of the place in a file; the file is removed where the text holds the whole place.

    Raises
    ------
    GeodataError
        The file holds no place that can be looked up.
    """
    upload = find_upload(programme.directory, upload_id, owner)
    text = place_to_text(read_upload(programme, upload, crs))
    if text is None:
        return f"{FROM_UPLOAD}{upload_id}:{crs or ''}"
    discard(programme.directory, upload_id, owner)
    return text


def read_upload(programme: Programme, upload: Upload, crs: str | None) -> shapely.Geometry:
    """The place in a file, read in a process of its own.

    Raises
    ------
    GeodataError
        With the name that the person gave the file.
    """
    from geodata.ingest.parcel import read_place
    from geodata.layers.defects import country_outline

    kept = vars(programme).setdefault("_uploaded_places", RecentCache(place=4))
    country = country_outline(programme.config, programme.directory)
    try:
        found: shapely.Geometry = kept.get("place", (upload.id, crs), lambda: read_place(upload.path, crs=crs, country=country)[0])
    except GeodataError as error:
        raise GeodataError(upload.plainly(error.message), upload.plainly(error.remedy), code=error.code) from error
    return found


def as_of_date(text: str | None) -> dt.date | None:
    """A day of the query, None where it names none."""
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return None
