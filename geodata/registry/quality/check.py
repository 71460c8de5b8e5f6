"""Check a registry: run every check and gather what it finds."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import shapely
from geopandas import GeoDataFrame
from pandas import DataFrame, Series

from geodata.ingest.checks import check_rows
from geodata.registry.base import Registry
from geodata.registry.ledger import Ledger, land_release_ledger
from geodata.registry.quality import areas as of_areas
from geodata.registry.quality import identity
from geodata.registry.quality.result import Collector, Quality
from geodata.registry.quality.scorecard import saddd_share, scorecard
from geodata.schema.records import TABLES, record_table

Tables = dict[str, GeoDataFrame | DataFrame]
_SADDD_ENOUGH = 0.9
_SAID_BY_PAIRS = {("hazard_areas", "place_repeated")}
"""Findings that a check of areas makes itself, naming which belong together."""


def check_registry(
    registry: Registry,
    *,
    country: shapely.Geometry | None = None,
    crs_setting: str = "auto",
    today: dt.date | None = None,
    as_of: dt.date | None = None,
    known: dt.datetime | None = None,
) -> Quality:
    """Check all records.

    Parameters
    ----------
    registry : Registry
    country : geometry or None
        Outline of the country, EPSG:4326.
    crs_setting : str
        ``programme.crs``, in which areas are measured.
    today : date or None
        Day from which the age of surveys counts and until which the ledger runs (default: ``as_of``, else today).
    as_of, known
        A past state (see :meth:`geodata.registry.base.Registry.read`).
    """
    day = today or as_of or dt.datetime.now(dt.UTC).date()
    tables: Tables = {name: registry.read(name, as_of=as_of, known=known) for name in TABLES}
    areas = tables["hazard_areas"]
    assert isinstance(areas, GeoDataFrame)
    found = Collector()
    for name, frame in tables.items():
        if len(frame):
            found.take(name, [item for item in check_rows(record_table(name), frame) if (name, item.code) not in _SAID_BY_PAIRS])
            identity.check_ids(found, record_table(name), frame)
    _references(found, tables)
    ledger = None
    if len(areas):
        _areas(found, tables, areas, country, crs_setting, day)
        ledger = _ledger(found, registry, day, known, crs_setting)
    _saddd(found, tables["accidents"])
    imbalance = ledger.table.set_index("admin1").imbalance_m2 if ledger else None
    return found.quality(scorecard(areas, tables["accidents"], day, imbalance), _about(tables))


def _areas(found: Collector, tables: Tables, areas: GeoDataFrame, country: shapely.Geometry | None, crs_setting: str, day: dt.date) -> None:
    of_areas.check_places(found, areas, country)
    identity.check_points(found, areas)
    of_areas.check_overlaps(found, areas, crs_setting)
    of_areas.check_evidence(found, areas, tables["evidence"])
    of_areas.check_release(found, areas, tables["release_products"])
    of_areas.check_age(found, areas, day)
    of_areas.check_stated(found, areas)
    identity.check_place_names(found, areas)


def _ledger(found: Collector, registry: Registry, day: dt.date, known: dt.datetime | None, crs_setting: str) -> Ledger:
    """The ledger of the last whole year and this one so far, by province; its findings are the check's."""
    first = dt.date(day.year - 1, 1, 1)
    ledger = land_release_ledger(registry, first, day, known=known, by="admin1", crs_setting=crs_setting)
    said = [replace(item, message=f"Ledger {first} to {day}: {item.message}") for item in ledger.findings]
    gaps = {str(name) or "(no area)": f"ledger {first} to {day}: off by {gap:+,.0f} m2" for name, gap in ledger.imbalances.items() if gap}
    found.take("release_products", [item for item in said if item.code.startswith("ledger_product_")])
    found.take("hazard_areas", [item for item in said if not item.code.startswith("ledger_product_")], gaps)
    return ledger


def _references(found: Collector, tables: Tables) -> None:
    """Records that name a record which is not there."""
    for name, frame in tables.items():
        table = record_table(name)
        for field, target in table.refers_to.items():
            there = tables[target][record_table(target).id_field]
            lost = frame.loc[frame[field].notna() & ~frame[field].isin(there), [table.id_field, field]]
            shown = [f"{row[0]} names {row[1]}" for row in lost.itertuples(index=False)]
            message = f"{{n}} {name} name a record of {target} that is not there ({{culprits}})."
            remedy = f"Import the {target}, or mend the {field}."
            details = [f"names {field} {value}" for value in lost[field]]
            found.add(name, "reference_unknown", "warning", lost[table.id_field], message, remedy, shown=shown, details=details)


def _saddd(found: Collector, accidents: DataFrame) -> None:
    share = saddd_share(accidents).get("*")
    if share is None or share >= _SADDD_ENOUGH:
        return
    silent = accidents[["killed_unknown", "injured_unknown"]].fillna(0).sum(axis=1) > 0
    text = f"Sex and age group are known for {share:.0%} of casualties."
    found.add(
        "accidents",
        "saddd_incomplete",
        "note",
        accidents.accident_id[silent],
        text,
        "Ask for figures by sex and age; never split by halves.",
    )


def _about(tables: Tables) -> dict[str, DataFrame]:
    """Name and place of every record, by table and id; "" where unknown."""
    return {name: _named(frame, record_table(name).id_field) for name, frame in tables.items()}


def _named(frame: DataFrame, id_field: str) -> DataFrame:
    parts = {key: frame[key].fillna("") if key in frame else Series("", index=frame.index) for key in ("name", "admin1", "admin2")}
    return DataFrame(parts).set_axis(frame[id_field], axis=0)
