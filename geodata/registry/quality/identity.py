"""Records that may be the same twice, and names that may be the same place."""

from __future__ import annotations

import re
from itertools import pairwise

import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame, Series

from geodata.ingest.mapping import fold_text
from geodata.registry.quality.result import Collector
from geodata.schema.records import Table

LEVELS = ("admin1", "admin2", "admin3", "admin4")


def check_ids(found: Collector, table: Table, frame: DataFrame) -> None:
    """Identifiers that differ only in case, separators or leading zeros; IMSMA identifiers that stand twice."""
    ids = frame[table.id_field].astype("str")
    groups = [list(group) for _, group in ids.groupby(ids.map(_folded_id)) if len(group) > 1]
    text = f"{{n}} identifiers of {table.name} are spelt in several ways ({{culprits}}); they may be one record."
    found.add(
        table.name, "ids_alike", "warning", [], text, "Compare the records; merge them at the source if they are one.",
        shown=[" / ".join(group) for group in groups],
        records=[(name, f"looks like {', '.join(other for other in group if other != name)}") for group in groups for name in group],
    )  # fmt: skip
    if "imsma_id" in frame:
        known = frame.loc[frame.imsma_id.notna() & frame.imsma_id.duplicated(keep=False), [table.id_field, "imsma_id"]]
        double = {str(key): [str(name) for name in part[table.id_field]] for key, part in known.groupby("imsma_id")}
        found.add(
            table.name, "imsma_id_double", "warning", [], "{n} IMSMA identifiers stand on more than one record ({culprits}).",
            "Keep each on one record.",
            shown=[f"{key}: {', '.join(names)}" for key, names in double.items()],
            records=[(name, f"IMSMA identifier {key}") for key, names in double.items() for name in names],
        )  # fmt: skip


def _folded_id(text: str) -> str:
    """An identifier without case, separators and leading zeros.

    >>> _folded_id("HA-0007"), _folded_id("ha 7"), _folded_id("HA-70")
    ('ha 7', 'ha 7', 'ha 70')
    """
    return " ".join(part.lstrip("0") or "0" for part in re.findall(r"[^\W\d_]+|\d+", text.casefold())) or text


def check_points(found: Collector, areas: GeoDataFrame) -> None:
    """Areas known as a point that lie on the same spot (1e-6 degree, 0.1 m)."""
    points = areas[areas.geometry.geom_type == "Point"]
    spots = Series([tuple(spot) for spot in shapely.get_coordinates(points.geometry.to_numpy()).round(6).tolist()], index=points.index)
    groups = [points.area_id[group.index].tolist() for _, group in spots.groupby(spots) if len(group) > 1]
    found.add(
        "hazard_areas", "point_duplicate", "warning", [], "{n} places hold several areas that are known as a point ({culprits}).",
        "Look whether they are one area.",
        shown=[" / ".join(group) for group in groups],
        records=[(name, f"on the same spot as {', '.join(o for o in group if o != name)}") for group in groups for name in group],
    )  # fmt: skip


def check_place_names(found: Collector, areas: GeoDataFrame) -> None:
    """Names of places that are spelt in several ways, and names that stand for several places."""
    for level in LEVELS:
        names = areas[level].dropna().unique()
        folded = Series([fold_text(str(name)) for name in names], index=names, dtype="str")
        groups = [sorted(map(str, group.index)) for _, group in folded.groupby(folded) if len(group) > 1]
        text = f"{{n}} names of {level} are spelt in several ways ({{culprits}})."
        found.add(
            "hazard_areas", "place_spelling", "warning", [], text, "Choose one spelling; nothing is merged by itself.",
            shown=[" / ".join(group) for group in groups],
            records=[(row, f"{level} is also spelt {' / '.join(group)}") for group in groups for row in _with(areas, level, group)],
        )  # fmt: skip
    for upper, level in pairwise(LEVELS):
        pairs = areas[[upper, level]].dropna().drop_duplicates()
        several = {str(name): sorted(part[upper].astype("str")) for name, part in pairs.groupby(level) if len(part) > 1}
        text = f"{{n}} names of {level} stand in more than one {upper} ({{culprits}}): a name alone does not say which is meant."
        found.add(
            "hazard_areas", "place_ambiguous", "note", [], text, "Ask for the code of the place, or name both levels in files.",
            shown=[f"{name}: {', '.join(places)}" for name, places in several.items()],
            records=[
                (row, f"{name} stands in {', '.join(places)}")
                for name, places in several.items()
                for row in _with(areas, level, [name])
            ],
        )  # fmt: skip


def _with(areas: GeoDataFrame, level: str, names: list[str]) -> list[str]:
    return [str(name) for name in areas.area_id[areas[level].isin(names)]]
