"""The example's records as the files that authorities send, and the import profiles that read them.

A zipped Shapefile with names cut to ten characters, metres and one geometry type a member; workbooks with a title and merged
headers; CSV with semicolons, decimal commas, days before months and a code page of the 1990s.
"""

from __future__ import annotations

import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
from geopandas import GeoDataFrame

from geodata.example.country import Progress, Records, make_country, make_land, make_records
from geodata.example.grid import CRS
from geodata.example.plans import make_actions, make_organisations
from geodata.example.stock import LAST_DAY
from geodata.example.worlds import NEMORIA, find_world
from geodata.example.write import CLOCK, MARK
from geodata.ingest.profiles import ImportProfile, save_profile

__all__ = ["RawFile", "write_raw", "write_raw_records"]

TEN = 10
FIRST = 3
"""Row of a workbook's headers, counted from 0: a title, a line below it and an empty row come first."""
SEXES = {"boys": "garçons", "girls": "filles", "men": "hommes", "women": "femmes", "unknown": "non précisé"}
ACCIDENT_COLUMNS = {
    "accident_id": "N°", "date": "Date de l'évènement", "kind": "Nature", "eo_category": "Catégorie d'engin", "activity": "Activité",
    "device_known": "Engin identifié", "area_id": "Zone", "source": "Origine",
    **{f"killed_{key}": f"Tués - {word}" for key, word in SEXES.items()},
    **{f"injured_{key}": f"Blessés - {word}" for key, word in SEXES.items()},
}  # fmt: skip
NATURE = {"mine_accident": "accident", "demining_accident": "accident de déminage", "incident": "incident sans victime"}
ENGINS = {
    "AP_MINE": "mine AP", "AP_MINE_IMPROVISED": "mine AP artisanale", "AV_MINE": "mine AV", "CMR": "sous-munition", "UXO": "MNE",
    "AXO": "MEA", "IED": "EEI", "BOOBY_TRAP": "piégeage",
}  # fmt: skip
OUTCOME_COLUMNS = {
    "outcome_id": "Código", "area_id": "Área", "visit_date": "Fecha de visita", "in_use": "¿En uso?", "use_now": "Uso actual",
    "use_intended": "Uso previsto", "reason_unused": "Razón", "cultivated_ha": "Superficie cultivada (ha)", "users_boys": "Niños",
    "users_girls": "Niñas", "users_men": "Hombres", "users_women": "Mujeres", "sense_of_safety": "Seguridad (1-5)", "dispute": "Litigio",
    "source": "Fuente",
}  # fmt: skip
WORK_GROUPS = (
    ("Reference", ("activity_id", "area_id")), ("Work", ("kind", "method", "status")), ("Operator", ("organisation",)),
    ("Period", ("start_date", "end_date")), ("Effort", ("team_days", "cost_usd")), ("Paid by", ("donor",)), ("Source", ("source",)),
)  # fmt: skip


@dataclass(frozen=True)
class RawFile:
    """A file, the table it is for, what to choose inside it, and the profile that reads it."""

    path: Path
    table: str
    layer: str | None
    profile: Path


def write_raw(
    folder: Path, *, areas: int = 2000, seed: int = 1, world: str = NEMORIA.name, progress: Progress | None = None
) -> tuple[RawFile, ...]:
    """Write the register as it stands, with its activities, products, accidents and outcomes, the way authorities send them.

    Parameters
    ----------
    folder : Path
        Made where it does not exist; ``profiles`` and ``README.md`` in it say how to import.
    areas, seed, world, progress
        As for ``make_example``; the records are the same.
    """
    tell: Progress = progress or (lambda share, message: None)
    chosen = find_world(world)
    land = make_land(seed, lambda share, message: tell(share, message))
    country = make_country(seed, land, chosen)
    records = make_records(seed, areas, chosen, country, tell)
    tell(0.85, "Writing raw files")
    made = write_raw_records(folder, records)
    tell(1.0, "Raw files written")
    return made


def write_raw_records(folder: Path, records: Records) -> tuple[RawFile, ...]:
    """The raw files of some records, their profiles and a README."""
    folder.mkdir(parents=True, exist_ok=True)
    made = (
        _areas(folder, records),
        _activities(folder, records),
        _products(folder, records),
        _accidents(folder, records),
        _outcomes(folder, records),
        _evidence(folder, records),
        _workbook(folder, "organisations", make_organisations()),
        _workbook(folder, "actions", make_actions(records.history.products)),
    )
    (folder / "README.md").write_text(_readme(made), encoding="utf-8")
    return made


def _areas(folder: Path, records: Records) -> RawFile:
    """Outlines and points in one archive: a Shapefile holds one type, so two members; areas without a place go with the outlines."""
    areas = records.areas.assign(road_blocked=_yes_no(records.areas["road_blocked"]))
    is_point = (areas.geom_type == "Point").to_numpy()
    names = _cut(list(areas.columns.drop("geometry")))
    path = folder / "hazard_areas.zip"
    _write_shapefiles(path, {"ha_polygons": areas[~is_point].rename(columns=names), "ha_points": areas[is_point].rename(columns=names)})
    profile = ImportProfile(
        name="nemoria_areas",
        table="hazard_areas",
        columns={short: name for name, short in names.items()},
        codes={"road_blocked": {"oui": "true", "non": "false"}},
        layer="*",
    )
    return RawFile(path, "hazard_areas", "*", _saved(profile, folder))


def _products(folder: Path, records: Records) -> RawFile:
    products = records.history.products.copy()
    for name in ("date", "handover_date"):
        products[name] = pd.to_datetime(products[name]).dt.strftime("%Y-%m-%d")
    names = _cut(list(products.columns.drop("geometry")))
    path = folder / "release_products.zip"
    _write_shapefiles(path, {"released": products.rename(columns=names)})
    columns = {short: name for name, short in names.items()}
    profile = ImportProfile(name="nemoria_products", table="release_products", columns=columns, date_order="ymd")
    return RawFile(path, "release_products", None, _saved(profile, folder))


def _accidents(folder: Path, records: Records) -> RawFile:
    """French headers and words, metres with a decimal comma, days before months, code page 1252."""
    reported = records.accidents.reported
    table = pd.DataFrame(reported.drop(columns="geometry"))
    table["date"] = pd.to_datetime(table["date"]).dt.strftime("%d/%m/%Y")
    table["kind"] = table["kind"].map(NATURE)
    table["eo_category"] = table["eo_category"].map(ENGINS).fillna("")
    table["device_known"] = np.where(table["device_known"], "oui", "non")
    table = table.rename(columns=ACCIDENT_COLUMNS)
    table["X (m)"], table["Y (m)"] = reported.geometry.x.round(2), reported.geometry.y.round(2)
    path = folder / "accidents_1252.csv"
    table.to_csv(path, sep=";", decimal=",", index=False, encoding="cp1252", lineterminator="\r\n")
    profile = ImportProfile(
        name="nemoria_accidents", table="accidents", columns={word: name for name, word in ACCIDENT_COLUMNS.items()},
        codes={"kind": {word: code for code, word in NATURE.items()}, "eo_category": {word: code for code, word in ENGINS.items()}},
        x="X (m)", y="Y (m)", crs=CRS, encoding="cp1252", separator=";", decimal=",", date_order="dmy",
    )  # fmt: skip
    return RawFile(path, "accidents", None, _saved(profile, folder))


def _outcomes(folder: Path, records: Records) -> RawFile:
    """Spanish headers, decimal comma, days before months, Latin-1."""
    table = records.outcomes.visits.copy()
    table["visit_date"] = pd.to_datetime(table["visit_date"]).dt.strftime("%d/%m/%Y")
    for name in ("in_use", "dispute"):
        table[name] = np.where(table[name], "sí", "no")
    path = folder / "pcia_latin1.csv"
    table.rename(columns=OUTCOME_COLUMNS).to_csv(path, sep=";", decimal=",", index=False, encoding="latin-1", lineterminator="\r\n")
    columns = {word: name for name, word in OUTCOME_COLUMNS.items()}
    profile = ImportProfile(
        name="nemoria_outcomes", table="outcomes", columns=columns, encoding="latin-1", separator=";", decimal=",", date_order="dmy"
    )
    return RawFile(path, "outcomes", None, _saved(profile, folder))


def _evidence(folder: Path, records: Records) -> RawFile:
    table = records.evidence.copy()
    table["date"] = pd.to_datetime(table["date"]).dt.strftime("%d.%m.%Y")
    path = folder / "evidence.txt"
    table.to_csv(path, sep="\t", index=False, encoding="utf-16", lineterminator="\r\n")
    profile = ImportProfile(name="nemoria_evidence", table="evidence", date_order="dmy")
    return RawFile(path, "evidence", None, _saved(profile, folder))


def _activities(folder: Path, records: Records) -> RawFile:
    """A workbook whose headers are merged over several columns, so that only the first of each has a name, below a title."""
    import xlsxwriter

    table = records.history.activities
    path = folder / "activities.xlsx"
    names: dict[str, str] = {}
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        book.set_properties(_properties("Activities"))
        page, bold = book.add_worksheet("Activities"), book.add_format({"bold": True, "align": "center", "border": 1})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        _write_title(book, page, "Activities", len(table.columns))
        column = 0
        for title, fields in WORK_GROUPS:
            if len(fields) > 1:
                page.merge_range(FIRST, column, FIRST, column + len(fields) - 1, title, bold)
            else:
                page.write(FIRST, column, title, bold)
            for k, field in enumerate(fields):
                names[title if k == 0 else f"column {column + 1}"] = field
                _write_column(page, column, table[field], day)
                column += 1
    profile = ImportProfile(name="nemoria_activities", table="activities", columns=names)
    return RawFile(path, "activities", None, _saved(profile, folder))


def _workbook(folder: Path, name: str, table: pd.DataFrame) -> RawFile:
    import xlsxwriter

    path = folder / f"{name}.xlsx"
    with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
        book.set_properties(_properties(name))
        page = book.add_worksheet(name.capitalize())
        _write_title(book, page, name.capitalize(), len(table.columns))
        for column, title in enumerate(table.columns):
            page.write(FIRST, column, title.replace("_", " ").capitalize())
            _write_column(page, column, table[title], None)
    profile = ImportProfile(
        name=f"nemoria_{name}", table=name, columns={title.replace("_", " ").capitalize(): title for title in table.columns}
    )
    return RawFile(path, name, None, _saved(profile, folder))


_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def _properties(title: str) -> dict[str, object]:
    return {"title": title, "comments": MARK, "subject": "FICTIONAL", "created": pd.Timestamp(CLOCK).tz_localize(None).to_pydatetime()}


def _write_title(book: Any, page: Any, title: str, n_columns: int) -> None:
    """What stands above the headers: the authority and the table, merged over all columns, and the day of the export."""
    large = book.add_format({"bold": True, "font_size": 14, "align": "center"})
    page.merge_range(0, 0, 0, n_columns - 1, f"Nemoria mine action authority: {title.lower()} (FICTIONAL)", large)
    page.write(1, 0, f"Exported from the register; data to {LAST_DAY}")


def _write_column(page: Any, column: int, values: pd.Series, day: Any) -> None:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        for row in np.flatnonzero(values.notna().to_numpy()).tolist():
            page.write_datetime(FIRST + 1 + row, column, values.iloc[row].to_pydatetime(), day)
        return
    for row, value in enumerate(values.astype(object).tolist()):
        if value is not None and value == value and value != "":
            page.write(FIRST + 1 + row, column, value)


def _cut(columns: list[str]) -> dict[str, str]:
    """Names in ten capital letters, numbered where two would be the same, as common programs cut them."""
    out: dict[str, str] = {}
    for name in columns:
        short, number = name.upper()[:TEN], 1
        while short in out.values():
            short, number = f"{name.upper()[: TEN - 2]}_{number}", number + 1
        out[name] = short
    return out


def _yes_no(values: pd.Series) -> list[str | None]:
    return [None if pd.isna(value) else "oui" if value else "non" for value in values]


def _write_shapefiles(path: Path, members: dict[str, GeoDataFrame]) -> None:
    """Shapefiles in one archive with a fixed clock; the mark stands in the archive's comment."""
    with tempfile.TemporaryDirectory(prefix="landrelease-") as temporary, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = MARK.encode()
        for name, frame in members.items():
            geometry_type = "Point" if (frame.geom_type == "Point").any() else "Polygon"
            pyogrio.write_dataframe(
                frame, Path(temporary) / f"{name}.shp", driver="ESRI Shapefile", geometry_type=geometry_type, encoding="UTF-8"
            )
            for part in sorted(Path(temporary).glob(f"{name}.*")):
                archive.writestr(zipfile.ZipInfo(part.name, (2026, 1, 1, 0, 0, 0)), part.read_bytes(), zipfile.ZIP_DEFLATED)


def _saved(profile: ImportProfile, folder: Path) -> Path:
    return save_profile(profile.model_copy(update={"country": "Nemoria (fictional)"}), folder)


def _readme(made: tuple[RawFile, ...]) -> str:
    lines = [
        "# Raw files of Nemoria", "", f"{MARK}.", "",
        "Records as authorities send them, and a profile for each file. In a new programme:", "", "```sh",
        "landrelease new nemoria-from-raw", "cp -r profiles nemoria-from-raw/",
    ]  # fmt: skip
    for each in made:
        layer = f" --layer '{each.layer}'" if each.layer else ""
        lines.append(
            f"landrelease import {each.path.name} --table {each.table}{layer} --profile {each.profile.stem} --programme nemoria-from-raw"
        )
    return "\n".join([*lines, "```", ""])
