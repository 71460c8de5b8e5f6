"""Make the whole example programme in one call."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from geodata.errors import GeodataError
from geodata.example.accidents import make_accidents
from geodata.example.divisions import Divisions, make_divisions
from geodata.example.grid import CRS, generator, north_up
from geodata.example.history import History, make_history
from geodata.example.names import COUNTRY
from geodata.example.network import Roads, make_roads
from geodata.example.outcomes import make_outcomes
from geodata.example.records import area_ids, duplicates_added, explosive_ordnance, hazard_areas
from geodata.example.relief import height_bands, hill_shade
from geodata.example.services import make_services
from geodata.example.settlements import Settlements, make_settlements
from geodata.example.stock import Stock, make_stock, n_recorded
from geodata.example.surface import Surface, make_surface
from geodata.example.terrain import Terrain, make_terrain
from geodata.example.war import War, make_traces, make_war
from geodata.example.write import MARK, fixed_clock, write_csv, write_geopackage, write_raster, write_workbook

__all__ = ["MAX_AREAS", "ExampleFiles", "IncomingFile", "make_example"]

Progress = Callable[[float, str], None]
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


@dataclass(frozen=True)
class _Country:
    terrain: Terrain
    places: Settlements
    roads: Roads
    divisions: Divisions
    surface: Surface
    war: War


def make_example(directory: Path, *, areas: int = 2000, seed: int = 1, progress: Progress | None = None) -> ExampleFiles:
    """Write the fictional country as a programme folder, ready to be imported and built.

    Parameters
    ----------
    directory : Path
        Made where it does not exist; the files of an earlier example are replaced, nothing else is touched.
    areas : int
        Open hazard areas, 1 to 100,000; recorded ones are five times as many up to 10,000 open.
    seed : int, >= 0
        Same seed and number of areas, same bytes. The land depends on the seed alone.
    progress : callable of (share 0..1, message), optional

    Raises
    ------
    GeodataError
        ``areas`` or ``seed`` is out of range.
    """
    if not 1 <= areas <= MAX_AREAS or seed < 0:
        raise GeodataError(
            f"The example has 1 to {MAX_AREAS:,} areas and a seed of 0 or more; {areas:,} areas and seed {seed} were asked for.",
            "Choose other numbers.",
            code="example_size",
        )
    tell: Progress = progress or (lambda share, message: None)
    folders = [directory / name for name in ("layers", "incoming", "truth")]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    config = directory / "config.yaml"
    config.write_bytes(files("geodata.example").joinpath("config.yaml").read_bytes())
    country = _make_country(seed, tell)
    with fixed_clock():
        tell(0.45, "Writing layers")
        layers = _write_layers(folders[0], country, seed)
        tell(0.65, "Laying out hazard areas and their history")
        stock = _make_stock(seed, areas, country)
        incoming = _write_records(folders[1], folders[2], stock, country, seed)
    tell(1.0, "Example country made")
    return ExampleFiles(directory, config, incoming, layers, folders[2])


def _make_country(seed: int, tell: Progress) -> _Country:
    tell(0.0, "Raising land and running rivers")
    terrain = make_terrain(seed)
    tell(0.2, "Settling people and building roads")
    places = make_settlements(seed, terrain)
    roads = make_roads(terrain, places)
    divisions = make_divisions(terrain, places, generator(seed, "divisions"))
    tell(0.3, "Covering the land")
    surface = make_surface(seed, terrain, places, roads)
    return _Country(terrain, places, roads, divisions, surface, make_war(seed, terrain, places))


def _make_stock(seed: int, areas: int, country: _Country) -> Stock:
    """The stock, from as many candidate places as it takes."""
    wanted = n_recorded(areas)
    for times in (1.9, 2.7, 4.0):
        traces = make_traces(seed, int(wanted * times) + 400, country.terrain, country.places, country.roads, country.surface, country.war)
        stock = make_stock(seed, areas, traces, country.terrain, country.places, country.divisions, country.surface, country.war)
        if stock is not None:
            return stock
    raise GeodataError(
        f"The example of seed {seed} has no room for the {wanted:,} recorded areas that {areas:,} open ones need.",
        "Ask for fewer areas, or take another seed.",
        code="example_size",
    )


def _write_layers(folder: Path, country: _Country, seed: int) -> tuple[Path, ...]:
    """Vector and raster layers that config.yaml names."""
    terrain, surface = country.terrain, country.surface
    outline = GeoDataFrame({"name": [COUNTRY], "kind": ["land"]}, geometry=[terrain.coast], crs=CRS)
    services = make_services(seed, terrain, country.places, country.divisions, surface)
    province, district, commune, village = country.divisions.levels
    rivers = terrain.rivers.overlay(terrain.lakes[["geometry"]], how="difference", keep_geom_type=True)
    vector = {
        "country.gpkg": {"land": outline, "lakes": terrain.lakes, "rivers": rivers, "roads": country.roads.lines},
        "admin.gpkg": {"province": province, "district": district, "commune": commune, "village_area": village.drop(columns="seat")},
        "relief.gpkg": {"height_bands": height_bands(terrain), "hill_shade": hill_shade(terrain)},
        "land_use.gpkg": {"land_use": surface.land_use},
        "services.gpkg": services | {"power_lines": country.war.power_line, "insecure_zones": country.war.insecure},
    }
    for name, layers in vector.items():
        write_geopackage(folder / name, layers)
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
    return tuple(folder / name for name in (*vector, "village_statistics.csv", *(f"{name}.tif" for name in rasters)))


def _commune_statistics(seed: int, country: _Country) -> pd.DataFrame:
    """A table by village code, as a census office sends it; a few villages did not answer."""
    rng = generator(seed, "statistics")
    village = country.divisions.levels[3]
    n = len(village)
    seats = country.places.seats(5)
    remote = np.minimum(country.terrain.grid.at(country.surface.to_road_km, country.places.xy[seats]).astype(np.float64), 25)
    fought = country.terrain.grid.at(country.war.intensity, country.places.xy[seats]).astype(np.float64)
    people = country.places.people[seats]
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


def _write_records(incoming: Path, truth: Path, stock: Stock, country: _Country, seed: int) -> tuple[IncomingFile, ...]:
    """Files for the registry, and beside them, apart, the truth."""
    ids, eo = area_ids(len(stock.table)), explosive_ordnance(seed, stock)
    history = make_history(seed, stock, ids, eo)
    hazards = hazard_areas(seed, stock, ids, eo, (history.tasked_to, history.funded_by), country.places, country.divisions)
    hazards = duplicates_added(seed, hazards)
    accidents = make_accidents(seed, stock, ids, eo, country.terrain)
    write_geopackage(incoming / "hazard_areas.gpkg", {"hazard_areas": hazards}, geometry_type="Unknown")
    write_workbook(incoming / "activities.xlsx", history.activities, "activities")
    write_geopackage(incoming / "release_products.gpkg", {"release_products": _dated(history)}, geometry_type="Unknown")
    write_csv(incoming / "accidents.csv", _with_position(accidents))
    write_csv(incoming / "outcomes.csv", make_outcomes(seed, stock, ids))
    stock.truth.assign(area_id=ids, size_m2=np.round(stock.table["size_m2"], 1), era=stock.table["era"], source=MARK).to_csv(
        truth / "areas.csv", index=False, lineterminator="\n"
    )
    about = {
        "note": MARK,
        "seed": seed,
        "open_areas": int((~stock.table["is_released"] & ~stock.table["is_suspended"]).sum()),
        "recorded_areas": len(hazards),
    }
    (truth / "about.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    return (
        IncomingFile(incoming / "hazard_areas.gpkg", "hazard_areas", "hazard_areas"),
        IncomingFile(incoming / "activities.xlsx", "activities", "activities"),
        IncomingFile(incoming / "release_products.gpkg", "release_products", "release_products"),
        IncomingFile(incoming / "accidents.csv", None, "accidents"),
        IncomingFile(incoming / "outcomes.csv", None, "outcomes"),
    )


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
