"""Quality of the registry: findings over all records, and a scorecard by province. Nothing is changed, nothing blocks a build."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pandas import DataFrame, Series, Timestamp, concat

from geodata.geometry import crs
from geodata.ingest.checks import check_rows
from geodata.ingest.findings import Finding, Severity, finding
from geodata.ingest.mapping import fold_text
from geodata.registry.base import Registry
from geodata.registry.overlaps import Overlaps, find_overlaps
from geodata.schema.codes import NOT_STATED
from geodata.schema.records import TABLES, record_table

DONE = ("closed", "released")
_OLD_SURVEY_YEARS = 10
_COUNTS = ("killed_boys", "killed_girls", "killed_men", "killed_women", "injured_boys", "injured_girls", "injured_men", "injured_women")


@dataclass(frozen=True)
class Quality:
    """What ``check`` finds in a registry.

    Attributes
    ----------
    findings : tuple of Finding
        The gravest first.
    scorecard : DataFrame
        One row a province (``admin1``; "" where it is not stated) and one for all (``*``): counts, and shares from 0 to 1.
    """

    findings: tuple[Finding, ...]
    scorecard: DataFrame

    def as_dict(self) -> dict[str, Any]:
        """Plain types: unknown shares are None."""
        rows = [{key: _plain(value) for key, value in row.items()} for row in self.scorecard.to_dict("records")]
        return {"findings": [vars(item) | {"examples": list(item.examples)} for item in self.findings], "scorecard": rows}


def check_registry(
    registry: Registry, *, country: shapely.Geometry | None = None, crs_setting: str = "auto", today: dt.date | None = None
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
        Day from which the age of surveys counts.
    """
    day = today or dt.datetime.now(dt.UTC).date()
    tables = {name: registry.read(name) for name in TABLES}
    areas = tables["hazard_areas"]
    assert isinstance(areas, GeoDataFrame)
    found: list[Finding] = []
    for name, frame in tables.items():
        found += check_rows(record_table(name), frame) if len(frame) else []
    found += _references(tables)
    if len(areas):
        found += [*_places(areas, country), *_overlaps(areas, crs_setting), *_evidence(areas, tables["evidence"])]
        found += [*_release(areas, tables["release_products"]), *_age(areas, day), *_spelling(areas)]
    found += _sadd(tables["accidents"])
    order = {"error": 0, "warning": 1, "note": 2}
    return Quality(tuple(sorted(found, key=lambda item: order[item.severity])), scorecard(areas, tables["accidents"], day))


def scorecard(areas: GeoDataFrame, accidents: DataFrame, day: dt.date) -> DataFrame:
    """Completeness by province; a share is NaN where there is nothing to share."""
    located = ~(areas.geometry.isna() | areas.geometry.is_empty)
    marks = DataFrame(
        {
            "admin1": areas.admin1.fillna(""),
            "is_open": ~areas.status.isin(DONE),
            "located_share": located,
            "outlined_share": areas.geometry.geom_type.isin(["Polygon", "MultiPolygon"]),
            "type_stated_share": areas.hazard_type != NOT_STATED,
            "status_stated_share": areas.status != NOT_STATED,
            "eo_known_share": areas.eo_categories.notna(),
            "recorded_date_share": areas.recorded_date.notna(),
            "surveyed_10y_share": _years_since(areas.last_survey_date, day) <= _OLD_SURVEY_YEARS,
            "use_known_share": areas.current_use.notna(),
        }
    )
    shares = [name for name in marks.columns if name.endswith("_share")]
    grouped = concat([marks.assign(admin1="*"), marks]).groupby("admin1", sort=True)
    table = grouped[shares].mean().assign(n_areas=grouped.size(), n_open=grouped.is_open.sum())
    saddd = _saddd_share(accidents)
    table["saddd_share"] = [saddd.get(name, np.nan) for name in table.index]
    return table.reset_index()[["admin1", "n_areas", "n_open", *shares, "saddd_share"]]


def _saddd_share(accidents: DataFrame) -> dict[str, float]:
    """Share of casualties whose sex and age group are known, by province and for all."""
    if not len(accidents):
        return {}
    known = accidents[list(_COUNTS)].fillna(0).sum(axis=1).astype(float)
    unknown = accidents[["killed_unknown", "injured_unknown"]].fillna(0).sum(axis=1).astype(float)
    frame = DataFrame({"admin1": accidents.admin1.fillna(""), "known": known, "all": known + unknown})
    sums = frame.groupby("admin1")[["known", "all"]].sum()
    sums.loc["*"] = sums.sum()
    return {str(name): float(row["known"] / row["all"]) for name, row in sums.iterrows() if row["all"] > 0}


def _references(tables: dict[str, GeoDataFrame | DataFrame]) -> list[Finding]:
    """Records that name a record which is not there."""
    found = []
    for name, frame in tables.items():
        table = record_table(name)
        for field, target in table.refers_to.items():
            there = tables[target][record_table(target).id_field]
            lost = frame.loc[frame[field].notna() & ~frame[field].isin(there), [table.id_field, field]]
            if len(lost):
                shown = [f"{row[0]} names {row[1]}" for row in lost.itertuples(index=False)]
                message = f"{{n}} {name} name a record of {target} that is not there ({{culprits}})."
                found.append(finding("reference_unknown", "warning", shown, message, f"Import the {target}, or mend the {field}."))
    return found


def _places(areas: GeoDataFrame, country: shapely.Geometry | None) -> list[Finding]:
    geometry = areas.geometry.to_numpy()
    ids = areas.area_id.to_numpy()
    missing = np.flatnonzero(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    points = np.flatnonzero(shapely.get_dimensions(geometry) == 0)
    broken = np.flatnonzero(~shapely.is_valid(geometry) & ~shapely.is_missing(geometry))
    outside = crs.check_lonlat(geometry, country).outside if country is not None else np.empty(0, np.intp)
    kinds: tuple[tuple[str, Severity, NDArray[np.intp], str, str], ...] = (
        (
            "not_located",
            "note",
            missing,
            "{n} areas have no place ({culprits}); they are listed and counted apart.",
            "Ask for their coordinates.",
        ),
        ("point_only", "note", points, "{n} areas are known as a point only ({culprits}).", "Survey their outline."),
        ("geometry_invalid", "error", broken, "{n} outlines are not valid ({culprits}).", "Import them again; import repairs outlines."),
        ("outside_country", "warning", outside, "{n} areas lie outside the country ({culprits}).", "Check their coordinates."),
    )
    return [finding(code, severity, ids[rows], text, remedy) for code, severity, rows, text, remedy in kinds if len(rows)]


def _overlaps(areas: GeoDataFrame, crs_setting: str) -> list[Finding]:
    """Overlaps between areas by class; released land over open land is told apart."""
    pairs = find_overlaps(areas, crs_setting)
    said = {
        "duplicate": "{n} pairs of areas are the same place twice ({culprits})",
        "nested": "{n} areas lie inside another ({culprits})",
        "released_over_open": "{n} released areas overlap open ones ({culprits})",
        "partial": "{n} pairs of areas overlap ({culprits})",
        "sliver": "{n} pairs of areas overlap by less than 1 % ({culprits})",
    }
    return [_overlap_finding(areas, pairs, kind, text) for kind, text in said.items() if (pairs.kind == kind).any()]


def _overlap_finding(areas: GeoDataFrame, pairs: Overlaps, kind: str, text: str) -> Finding:
    rows = np.flatnonzero(pairs.kind == kind)
    ids = areas.area_id.to_numpy()
    shown = [f"{ids[pairs.left[row]]} and {ids[pairs.right[row]]}" for row in rows]
    total = float(pairs.overlap_m2[rows].sum())
    message = f"{text}; {total:,.0f} m2 are counted twice."
    return finding(
        f"overlap_{kind}", "note" if kind == "sliver" else "warning", shown, message, "Totals use the union; look at them on the map."
    )


def _evidence(areas: GeoDataFrame, evidence: DataFrame) -> list[Finding]:
    """A confirmed area needs direct evidence; a suspected one has none. One finding where none is recorded at all."""
    if not len(evidence):
        message = "No evidence is recorded for any area, so that SHA and CHA cannot be checked against it."
        return [Finding("evidence_absent", "note", len(areas), (), message, "Import the table evidence.")]
    direct = set(evidence.loc[evidence.kind == "direct", "area_id"].dropna())
    has_direct = areas.area_id.isin(direct)
    without = areas.area_id[(areas.hazard_type == "CHA") & ~has_direct]
    doubtful = areas.area_id[(areas.hazard_type == "SHA") & has_direct]
    found = []
    if len(without):
        text = "{n} confirmed hazardous areas have no direct evidence ({culprits})."
        found.append(finding("cha_without_evidence", "warning", without, text, "Record the evidence, or review the type."))
    if len(doubtful):
        text = "{n} suspected hazardous areas have direct evidence ({culprits})."
        found.append(finding("sha_with_evidence", "warning", doubtful, text, "They may have to be confirmed."))
    return found


def _release(areas: GeoDataFrame, products: DataFrame) -> list[Finding]:
    """Released areas need a product that says how they were released."""
    released = areas.area_id[areas.status == "released"]
    lost = released[~released.isin(products.area_id.dropna())]
    if not len(lost):
        return []
    text = "{n} released areas have no release product that says how they were released ({culprits})."
    return [finding("release_without_product", "warning", lost, text, "Import the table release_products.")]


def _age(areas: GeoDataFrame, day: dt.date) -> list[Finding]:
    still_open = areas[~areas.status.isin(DONE)]
    latest = still_open.last_survey_date.fillna(still_open.recorded_date)
    years = _years_since(latest, day)
    old = still_open.area_id[years > _OLD_SURVEY_YEARS]
    if not len(old):
        return []
    text = f"{{n}} open areas were last surveyed or recorded more than {_OLD_SURVEY_YEARS} years ago ({{culprits}})."
    return [finding("survey_old", "note", old, text, "Visit them; land changes.")]


def _years_since(days: Series, day: dt.date) -> Series:
    """Years from each day until a day, NaN where it is unknown."""
    years: Series = (Timestamp(day) - days).dt.days / 365.25
    return years


def _spelling(areas: GeoDataFrame) -> list[Finding]:
    """Place names that differ only in case, accents or punctuation."""
    found = []
    for level in ("admin1", "admin2", "admin3", "admin4"):
        names = areas[level].dropna().unique()
        folded = Series([fold_text(str(name)) for name in names], index=names)
        groups = [list(group.index) for _, group in folded.groupby(folded) if len(group) > 1]
        if groups:
            shown = [" / ".join(sorted(map(str, group))) for group in groups]
            text = f"{{n}} names of {level} are spelt in several ways ({{culprits}})."
            found.append(finding("place_spelling", "warning", shown, text, "Choose one spelling; nothing is merged by itself."))
    return found


def _sadd(accidents: DataFrame) -> list[Finding]:
    share = _saddd_share(accidents).get("*")
    if share is None or share >= 0.9:
        return []
    text = f"Sex and age group are known for {share:.0%} of casualties."
    return [Finding("saddd_incomplete", "note", len(accidents), (), text, "Ask for figures by sex and age; never split by halves.")]


def _plain(value: object) -> object:
    if isinstance(value, (np.integer, int)):
        return int(value)
    if isinstance(value, (np.floating, float)):
        return None if np.isnan(value) else round(float(value), 4)
    return str(value)
