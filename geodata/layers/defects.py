"""Defects of context layers: what is wrong in a file, reported and never mended silently."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from geodata.geometry.crs import WGS84, reproject
from geodata.ingest.findings import Finding, finding
from geodata.layers.open import open_layer
from geodata.layers.table import TEXT_SUFFIXES, read_raw
from geodata.layers.vector import VectorLayer
from geodata.schema.config import Config, LayerSection

FAR_DEGREES = 1.0
"""A point farther than this from every area, whose mirrored or swapped place lies inside them, is offered a correction."""

NEAR_DEGREES = 0.01
"""A corrected place counts as inside within this distance: outlines are often simplified."""

_GROUPED = re.compile(r"^\d{1,3}(?:,\d{3})+$")
_SEX = {"hombre", "mujer", "male", "female", "man", "woman", "homme", "femme", "masculino", "femenino", "homem", "mulher"}
_OUTCOME = {"herido", "muerto", "herida", "muerta", "injured", "killed", "blesse", "tue", "ferido", "morto", "dead", "wounded"}
_SEX_NAMES = {"sex", "sexo", "sexe", "gender", "genero", "genre"}


def inspect_layers(config: Config, folder: Path) -> list[Finding]:
    """Defects of every layer of a programme, in the order of config.yaml.

    Parameters
    ----------
    config : Config
    folder : Path
        The programme's folder.

    Returns
    -------
    list of Finding
        ``warning`` where numbers may be wrong, ``note`` otherwise; the layer's id stands first in each message.

    Raises
    ------
    LayerError, CrsError
        A layer cannot be read at all.
    """
    name = config.programme.outline or (None if config.areas.source == "registry" else config.areas.source)
    ground = _union(config, folder, name)
    return [found for section in config.layers if section.kind != "raster" for found in inspect_layer(section, folder, ground)]


def country_outline(config: Config, folder: Path) -> shapely.Geometry | None:
    """The country as one shape (EPSG:4326); None where config.yaml names no outline.

    Raises
    ------
    LayerError, CrsError
        The layer cannot be read.
    """
    return _union(config, folder, config.programme.outline)


def inspect_layer(section: LayerSection, folder: Path, ground: shapely.Geometry | None = None) -> Iterator[Finding]:
    """Defects of one vector layer or table; points are compared with the ground that the areas cover (EPSG:4326)."""
    path = folder / section.path
    if path.suffix.lower() in TEXT_SUFFIXES:
        raw = read_raw(path, section)
        yield from _repeated_rows(section, raw)
        yield from _grouped_numbers(section, raw)
        yield from _missing_values(section, raw)
        yield from _exchanged_columns(section, raw)
    layer = open_layer(section, folder)
    if isinstance(layer, VectorLayer) and section.kind == "point":
        rows = layer.read([])
        places = reproject(rows.frame.geometry.to_numpy(), layer.crs, WGS84)
        if rows.n_without_place:
            message = f"{section.id}: every point needs coordinates; {{n}} rows have none."
            yield finding("without_place", "warning", [], message, "They are counted nowhere.", rows.n_without_place)
        yield from _repeated_places(section, places)
        if ground is not None:
            yield from _misplaced(section, places, ground)


def _union(config: Config, folder: Path, name: str | None) -> shapely.Geometry | None:
    if name is None:
        return None
    layer = open_layer(config.layer(name), folder)
    if not isinstance(layer, VectorLayer):
        return None
    ground = shapely.union_all(shapely.make_valid(reproject(layer.read([]).frame.geometry.to_numpy(), layer.crs, WGS84)))
    shapely.prepare(ground)
    return ground


def _repeated_rows(section: LayerSection, raw: pd.DataFrame) -> Iterator[Finding]:
    again = raw.duplicated()
    if again.any():
        rows = np.flatnonzero(again) + 1
        message = (
            f"{section.id}: each row should be one record; {{n}} of {len(raw):,} rows ({again.mean():.0%}) repeat an earlier one "
            "to the letter (rows {culprits})."
        )
        yield finding("repeated_rows", "warning", rows, message, "They are kept: ask the source whether they are separate events.")


def _grouped_numbers(section: LayerSection, raw: pd.DataFrame) -> Iterator[Finding]:
    for name in raw.columns:
        column = raw[name].dropna()
        grouped = column[column.str.strip().str.fullmatch(_GROUPED)]
        if len(grouped):
            examples = [f'"{value}"' for value in grouped.unique()]
            message = f"{section.id}: column {name} writes {{n}} numbers with thousands marks ({{culprits}}); they are read without."
            yield finding("thousands_marks", "note", examples, message, "Check that the mark is no decimal mark.", len(grouped))


def _missing_values(section: LayerSection, raw: pd.DataFrame) -> Iterator[Finding]:
    empty = raw.isna() | raw.apply(lambda column: column.str.strip() == "")
    counts = empty.sum()
    gaps = [f"{name} {count:,}" for name, count in counts[counts > 0].items()]
    if gaps:
        message = f"{section.id}: {{n}} values of {len(raw):,} rows are missing ({'; '.join(gaps)}); they stay unknown."
        yield finding("missing_values", "note", [], message, "", int(counts.sum()))


def _exchanged_columns(section: LayerSection, raw: pd.DataFrame) -> Iterator[Finding]:
    for name in raw.columns:
        if _plain(name) in _SEX_NAMES and _share(raw[name], _OUTCOME) > 0.5:
            other = next((column for column in raw.columns if _share(raw[column], _SEX) > 0.5), None)
            found = f"; the sex stands in column {other}" if other else ""
            message = f"{section.id}: column {name} should hold the sex, but holds injured or killed{found}."
            yield finding("exchanged_columns", "warning", [], message, "Use the columns by what they hold, and tell the source.")


def _repeated_places(section: LayerSection, places: np.ndarray) -> Iterator[Finding]:
    coordinates = pd.DataFrame(shapely.get_coordinates(places))
    again = coordinates.duplicated(keep=False)
    if again.any():
        message = (
            f"{section.id}: {{n}} of {len(places):,} points ({again.mean():.0%}) share their place with another; "
            "some may stand at a village or a town instead of where it happened."
        )
        yield finding("repeated_places", "note", [], message, "Do not read them as exact places.", int(again.sum()))


def _misplaced(section: LayerSection, places: np.ndarray, ground: shapely.Geometry) -> Iterator[Finding]:
    outside = np.flatnonzero(~shapely.intersects(ground, places))
    if not len(outside):
        return
    inside = len(places) - len(outside)
    share = f"{inside:,} of {len(places):,} points ({inside / len(places):.1%})"
    message = f"{section.id}: {share} lie in an area; {{n}} do not (rows {{culprits}})."
    yield finding("outside", "warning", outside + 1, message, "They are counted only within a reach, not inside areas.")
    far = outside[shapely.distance(places[outside], ground) > FAR_DEGREES]
    for what, correct in _CORRECTIONS.items():
        fits = [row + 1 for row in far if shapely.dwithin(shapely.transform(places[row], correct), ground, NEAR_DEGREES)]
        if fits:
            message = f"{section.id}: {{n}} points far outside would lie inside {what} (row {{culprits}})."
            yield finding("misplaced", "warning", fits, message, "Correct them at the source; nothing is moved here.")


_CORRECTIONS = {
    "with the sign of the longitude turned": lambda xy: xy * (-1, 1),
    "with the sign of the latitude turned": lambda xy: xy * (1, -1),
    "with longitude and latitude exchanged": lambda xy: xy[:, ::-1],
}


def _share(column: pd.Series, words: set[str]) -> float:
    known = column.dropna()
    return float(known.map(_plain).isin(words).mean()) if len(known) else 0.0


def _plain(text: object) -> str:
    decomposed = unicodedata.normalize("NFKD", str(text).strip().casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
