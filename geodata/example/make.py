"""Make the whole example programme in one call."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from geodata.apart import APART
from geodata.errors import GeodataError
from geodata.example.country import Country, Progress, Records, make_country, make_land, make_records
from geodata.example.finds import OPERATOR_QUALITY
from geodata.example.grid import CRS, generator, north_up
from geodata.example.history import History
from geodata.example.names import COUNTRY
from geodata.example.plans import make_actions, make_organisations
from geodata.example.relief import height_bands, hill_shade
from geodata.example.services import make_services
from geodata.example.visits import make_survey_visits
from geodata.example.worlds import NEMORIA, World, find_world
from geodata.example.write import MARK, fixed_clock, write_csv, write_geopackage, write_raster, write_workbook

__all__ = ["MAX_AREAS", "ExampleFiles", "IncomingFile", "make_example", "write_example", "write_incoming"]

MAX_AREAS = 100_000


class IncomingFile(NamedTuple):
    """A file to import: where it is, which layer of it, into which table."""

    path: Path
    layer: str | None
    table: str


@dataclass(frozen=True)
class ExampleFiles:
    """What :func:`make_example` wrote.

    Attributes
    ----------
    directory, config : Path
        The programme's folder and its config.yaml.
    incoming : tuple of IncomingFile
        Files for the registry, in the order in which they are to be imported.
    layers : tuple of Path
        Context layers that config.yaml names.
    truth : Path
        Folder with what nobody in the country knows. Nothing but tests and evaluations may open it.
    """

    directory: Path
    config: Path
    incoming: tuple[IncomingFile, ...]
    layers: tuple[Path, ...]
    truth: Path


def make_example(
    directory: Path, *, areas: int = 2000, seed: int = 1, world: str = NEMORIA.name, progress: Progress | None = None
) -> ExampleFiles:
    """Write the fictional country as a programme folder, ready to be imported and built.

    Parameters
    ----------
    directory : Path
        Made where it does not exist; the files of an earlier example are replaced, nothing else is touched.
    areas : int
        Open hazard areas, 1 to 100,000; recorded ones are five times as many up to 10,000 open.
    seed : int, >= 0
        Same seed, number of areas and world, same bytes. The land depends on the seed alone.
    world : str
        Name of one of ``WORLDS``: the country itself, or one with a mechanism switched off.
    progress : callable of (share 0..1, message), optional

    Raises
    ------
    GeodataError
        ``areas`` or ``seed`` is out of range, or there is no such world.
    """
    if not 1 <= areas <= MAX_AREAS or seed < 0:
        raise GeodataError(
            f"The example has 1 to {MAX_AREAS:,} areas and a seed of 0 or more; {areas:,} areas and seed {seed} were asked for.",
            "Choose other numbers.",
            code="example_size",
        )
    chosen = find_world(world)
    tell: Progress = progress or (lambda share, message: None)
    directory.mkdir(parents=True, exist_ok=True)
    land = make_land(seed, tell)
    tell(0.3, "Covering the land")
    return write_example(directory, seed, areas, chosen, make_country(seed, land, chosen), tell)


def write_example(directory: Path, seed: int, areas: int, world: World, country: Country, tell: Progress) -> ExampleFiles:
    """Write a country that is made already, with the records of so many open areas, as a programme folder."""
    folders = [directory / name for name in ("layers", "incoming", "truth")]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    config = directory / "config.yaml"
    config.write_bytes(files("geodata.example").joinpath("config.yaml").read_bytes())
    with fixed_clock():
        tell(0.45, "Writing layers")
        layers = _write_layers(folders[0], country, seed)
        tell(0.6, "Laying out hazard areas")
        records = make_records(seed, areas, world, country, tell)
        tell(0.85, "Writing records")
        incoming = write_incoming(folders[1], records)
    _write_truth(folders[2], records, {"seed": seed, "world": world.name})
    tell(1.0, "Example country made")
    return ExampleFiles(directory, config, incoming, layers, folders[2])


def _write_layers(folder: Path, country: Country, seed: int) -> tuple[Path, ...]:
    """Vector and raster layers that config.yaml names."""
    land, surface = country.land, country.surface
    terrain = land.terrain
    outline = GeoDataFrame({"name": [COUNTRY], "kind": ["land"]}, geometry=[terrain.coast], crs=CRS)
    services = make_services(seed, terrain, land.places, land.divisions, surface)
    province, district, commune, village = land.divisions.levels
    rivers = terrain.rivers.overlay(terrain.lakes[["geometry"]], how="difference", keep_geom_type=True)
    vector = {
        "country.gpkg": {"land": outline, "lakes": terrain.lakes, "rivers": rivers, "roads": land.roads.lines},
        "admin.gpkg": {"province": province, "district": district, "commune": commune, "village_area": village.drop(columns="seat")},
        "relief.gpkg": {"height_bands": height_bands(terrain), "hill_shade": hill_shade(terrain)},
        "land_use.gpkg": {"land_use": surface.land_use},
        "services.gpkg": services | {"power_lines": country.war.power_line, "insecure_zones": country.war.insecure},
    }
    for name, layers in vector.items():
        write_geopackage(folder / name, layers)
    seats = land.places.xy[land.places.seats(5)]
    visits = make_survey_visits(seed, land.divisions, terrain.grid.at(surface.to_road_km, seats).astype(np.float64))
    write_geopackage(folder / "survey_visits.gpkg", {"survey_visits": visits})
    statistics = _commune_statistics(seed, country)
    write_csv(folder / "village_statistics.csv", statistics)
    fine, coarse = terrain.fine.transform, terrain.grid.transform
    write_raster(folder / "land_cover.tif", surface.cover, fine, nodata=0, unit="class")
    write_raster(folder / "population.tif", surface.people, fine, nodata=-1, unit="people per cell")
    write_raster(
        folder / "poverty.tif",
        surface.poverty,
        north_up(terrain.grid.left, terrain.grid.top, 1000.0),
        nodata=-1,
        unit="share of people who are poor",
    )
    slope = np.where(terrain.land, np.round(terrain.slope_deg, 2), -1).astype(np.float32)
    write_raster(folder / "slope.tif", slope, coarse, nodata=-1, unit="degrees")
    height = np.where(terrain.land_fine, np.round(terrain.height_fine), -9999).astype(np.int16)
    write_raster(folder / "elevation.tif", height, fine, nodata=-9999, unit="m")
    rasters = ("land_cover", "population", "poverty", "slope", "elevation")
    return tuple(folder / name for name in (*vector, "survey_visits.gpkg", "village_statistics.csv", *(f"{name}.tif" for name in rasters)))


def _commune_statistics(seed: int, country: Country) -> pd.DataFrame:
    """A table by village code, as a census office sends it; a few villages did not answer."""
    rng = generator(seed, "statistics")
    land = country.land
    village = land.divisions.levels[3]
    n = len(village)
    seats = land.places.seats(5)
    remote = np.minimum(land.terrain.grid.at(country.surface.to_road_km, land.places.xy[seats]).astype(np.float64), 25)
    fought = land.terrain.grid.at(country.war.intensity, land.places.xy[seats]).astype(np.float64)
    people = land.places.people[seats]
    table = pd.DataFrame({
        "code": village["adm4_code"].to_numpy(),
        "village": village["name"].to_numpy(),
        "people": people,
        "returnee_share": np.round(np.clip(rng.beta(1.2, 14, n) + 0.22 * fought * rng.random(n), 0, 0.9), 3),
        "disability_share": np.round(np.clip(0.03 + 0.05 * fought * rng.random(n) + rng.normal(0.02, 0.01, n), 0.005, 0.3), 3),
        "electricity_share": np.round(np.clip(0.9 - 0.03 * remote + rng.normal(0, 0.1, n), 0, 1), 3),
        "consent": rng.choice([1.0, 0.0, np.nan], n, p=[0.78, 0.03, 0.19]),
    })  # fmt: skip
    return table[rng.random(n) > 0.03].reset_index(drop=True)


def write_incoming(incoming: Path, records: Records) -> tuple[IncomingFile, ...]:
    """Files for the registry, in the order in which they are to be imported: first as it was, then as it is."""
    registers, history = records.registers, records.history
    write_geopackage(incoming / "hazard_areas_first.gpkg", {"hazard_areas": registers.first}, geometry_type="Unknown")
    write_csv(incoming / "hazard_areas_reopened.csv", registers.reopened)
    write_geopackage(incoming / "hazard_areas.gpkg", {"hazard_areas": registers.today}, geometry_type="Unknown")
    write_workbook(incoming / "activities.xlsx", history.activities, "activities")
    write_geopackage(incoming / "release_products.gpkg", {"release_products": _dated(history)}, geometry_type="Unknown")
    write_csv(incoming / "accidents.csv", _with_position(records.accidents.reported))
    write_csv(incoming / "outcomes.csv", records.outcomes.visits)
    write_csv(incoming / "evidence.csv", records.evidence)
    write_workbook(incoming / "organisations.xlsx", make_organisations(), "organisations")
    write_workbook(incoming / "actions.xlsx", make_actions(history.products), "actions")
    files = (
        IncomingFile(incoming / "hazard_areas_first.gpkg", "hazard_areas", "hazard_areas"),
        IncomingFile(incoming / "hazard_areas_reopened.csv", None, "hazard_areas"),
        IncomingFile(incoming / "hazard_areas.gpkg", "hazard_areas", "hazard_areas"),
        IncomingFile(incoming / "activities.xlsx", "activities", "activities"),
        IncomingFile(incoming / "release_products.gpkg", "release_products", "release_products"),
        IncomingFile(incoming / "accidents.csv", None, "accidents"),
        IncomingFile(incoming / "outcomes.csv", None, "outcomes"),
        IncomingFile(incoming / "evidence.csv", None, "evidence"),
        IncomingFile(incoming / "organisations.xlsx", "organisations", "organisations"),
        IncomingFile(incoming / "actions.xlsx", "actions", "actions"),
    )
    # A very small country may have nothing to say in one of them.
    rows = {"hazard_areas_reopened": registers.reopened, "accidents": records.accidents.reported, "outcomes": records.outcomes.visits}
    empty = {name for name, table in rows.items() if len(table) == 0}
    return tuple(each for each in files if each.path.stem not in empty)


def _write_truth(folder: Path, records: Records, about: dict[str, int | str]) -> None:
    """What nobody in the country knows, in a folder that nothing which builds or trains may open."""
    (folder / APART).write_text(f"{MARK}. Only tests and evaluations of the example read this folder.\n", encoding="utf-8")
    accidents = records.accidents.truth.assign(area_id=records.ids[records.accidents.truth["row"]]).drop(columns="row")
    operators = pd.DataFrame([{"operator": name, **asdict(quality)} for name, quality in OPERATOR_QUALITY.items()])
    outside = pd.DataFrame({"product_id": records.history.cleared_outside})
    tables = {
        "areas": records.truth(), "communities": records.gains.communities, "bridges": records.gains.bridges, "accidents": accidents,
        "operators": operators, "cleared_outside": outside,
    }  # fmt: skip
    for name, table in tables.items():
        table.assign(source=MARK).to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    stock = records.stock.table
    counts = {"open_areas": int((~stock["is_released"] & ~stock["is_suspended"]).sum()), "recorded_areas": len(records.areas)}
    (folder / "about.json").write_text(json.dumps({"note": MARK, **about, **counts}, indent=2) + "\n", encoding="utf-8")


def _dated(history: History) -> GeoDataFrame:
    """Products with days as text, as the other files have them."""
    out = history.products.copy()
    for name in ("date", "handover_date"):
        days = pd.to_datetime(out[name])
        out[name] = days.dt.strftime("%Y-%m-%d").astype(object).where(days.notna(), None)
    return out


def _with_position(accidents: GeoDataFrame) -> pd.DataFrame:
    """Accidents as a table with longitude and latitude to five digits."""
    degrees = accidents.to_crs("EPSG:4326").geometry
    table = pd.DataFrame(accidents.drop(columns="geometry"))
    return table.assign(longitude=degrees.x.round(5).to_numpy(), latitude=degrees.y.round(5).to_numpy())
