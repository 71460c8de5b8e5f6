"""What people go to: schools, clinics, markets, water points; protected land, planned projects and household surveys."""

from __future__ import annotations

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from scipy import ndimage
from scipy.special import ndtr

from geodata.example.divisions import Divisions
from geodata.example.grid import CRS, Floats, fractal_noise, generator
from geodata.example.settlements import Settlements
from geodata.example.surface import Surface
from geodata.example.terrain import Terrain

__all__ = ["make_services"]


def make_services(seed: int, terrain: Terrain, places: Settlements, divisions: Divisions, surface: Surface) -> dict[str, GeoDataFrame]:
    """Layers by name: places, schools, clinics, markets, water_points, protected, projects, food_survey."""
    rng = generator(seed, "services")
    n, people, rank = len(places.people), places.people, places.rank
    schools = (rank <= 4) | (rng.random(n) < 1 - np.exp(-people / 900))
    clinics = (rank <= 3) | ((rank == 4) & (rng.random(n) < 0.75)) | (rng.random(n) < 0.04)
    markets = (rank <= 3) | ((rank == 4) & (rng.random(n) < 0.55))
    wells = rng.random(n) < 0.85
    return {
        "places": _places(places),
        "schools": _near(rng, terrain, places, schools, "school", 350),
        "clinics": _near(rng, terrain, places, clinics, "clinic", 300, hospital=rank <= 2),
        "markets": _near(rng, terrain, places, markets, "market", 150),
        "water_points": _near(rng, terrain, places, wells, "well", 500),
        "protected": _protected(rng, terrain, surface),
        "projects": _projects(rng, terrain, places, surface),
        "food_survey": _food_survey(rng, terrain, places, surface),
    }


def _places(places: Settlements) -> GeoDataFrame:
    listed = places.is_listed
    kinds = np.asarray(["", "capital", "city", "town", "village", "village", "hamlet"])
    data = {
        "name": np.asarray(places.name)[listed],
        "kind": kinds[places.rank[listed]],
        "people": np.round(places.people[listed], -1),
    }
    return GeoDataFrame(data, geometry=shapely.points(places.xy[listed]), crs=CRS)


def _near(
    rng: np.random.Generator,
    terrain: Terrain,
    places: Settlements,
    where: NDArray[np.bool_],
    kind: str,
    away_m: float,
    hospital: NDArray[np.bool_] | None = None,
) -> GeoDataFrame:
    """One feature near each chosen place."""
    chosen = np.flatnonzero(where & places.is_listed)
    xy = places.xy[chosen] + rng.normal(0, away_m, (len(chosen), 2))
    wet = ~terrain.fine.at(terrain.land_fine, xy).astype(bool)
    xy[wet] = places.xy[chosen[wet]]
    kinds = [("hospital" if hospital is not None and hospital[k] else kind) for k in chosen]
    names = [f"{places.name[k]} {what}" for k, what in zip(chosen, kinds, strict=True)]
    codes = [f"{kind[:2].upper()}{k + 1:05d}" for k in range(len(chosen))]
    return GeoDataFrame({"code": codes, "name": names, "kind": kinds}, geometry=shapely.points(xy), crs=CRS)


def _blob(rng: np.random.Generator, centre: Floats, radius_m: float) -> shapely.Polygon:
    turn = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    wave = rng.uniform(0, 6, 3)
    radius = radius_m * (1 + 0.22 * np.sin(2 * turn + wave[0]) + 0.14 * np.sin(3 * turn + wave[1]) + 0.08 * np.sin(7 * turn + wave[2]))
    return shapely.Polygon(centre + radius[:, None] * np.column_stack((np.cos(turn), np.sin(turn))))


def _protected(rng: np.random.Generator, terrain: Terrain, surface: Surface) -> GeoDataFrame:
    """Seven reserves in high or wooded land far from people."""
    wild = np.where(terrain.land, ndimage.gaussian_filter(np.minimum(surface.to_place_km, 12), 6), 0).ravel() ** 3
    cells = rng.choice(wild.size, size=7, replace=False, p=wild / wild.sum())
    areas = [shapely.intersection(_blob(rng, xy, rng.uniform(5_000, 13_000)), terrain.coast) for xy in terrain.grid.xy(cells)]
    merged = [part for part in shapely.get_parts(shapely.union_all(areas)) if part.area > 4e6]
    return GeoDataFrame({"name": [f"Reserve {k + 1}" for k in range(len(merged))], "kind": "reserve"}, geometry=merged, crs=CRS)


def _projects(rng: np.random.Generator, terrain: Terrain, places: Settlements, surface: Surface) -> GeoDataFrame:
    """Investments that ministries plan, near larger villages and roads."""
    kinds = np.asarray(["irrigation", "rural road", "school", "clinic", "resettlement", "power"])
    weight = np.sqrt(places.people) * np.exp(-terrain.grid.at(surface.to_road_km, places.xy).astype(float) / 12)
    chosen = rng.choice(len(weight), size=240, replace=False, p=weight / weight.sum())
    xy = places.xy[chosen] + rng.normal(0, 900, (240, 2))
    kind = kinds[rng.choice(6, size=240, p=[0.25, 0.25, 0.15, 0.1, 0.1, 0.15])]
    data = {
        "code": [f"PR{k + 1:04d}" for k in range(240)],
        "kind": kind,
        "ministry": np.where(
            kind == "irrigation", "Agriculture", np.where(np.isin(kind, ["rural road", "power"]), "Works", "Social Affairs")
        ),
        "year": rng.integers(2026, 2031, 240),
        "budget_usd": np.round(rng.lognormal(12.6, 0.9, 240), -3),
    }
    return GeoDataFrame(data, geometry=shapely.points(xy), crs=CRS)


def _food_survey(rng: np.random.Generator, terrain: Terrain, places: Settlements, surface: Surface) -> GeoDataFrame:
    """Clusters of a household survey with the share that lacks food; places unknown to the gazetteer are never visited."""
    listed = np.flatnonzero(places.is_listed & (places.rank >= 3))
    chosen = np.sort(rng.choice(listed, size=min(420, len(listed)), replace=False))
    xy = places.xy[chosen] + rng.normal(0, 1_500, (len(chosen), 2))
    cell = terrain.grid.flat(xy)
    pattern = fractal_noise(rng, terrain.grid.shape, 3.2).ravel()[cell]
    score = -1.5 + 0.05 * np.minimum(surface.to_road_km.ravel()[cell], 30) + 0.0006 * terrain.height.ravel()[cell] + 0.7 * pattern
    share = np.clip(ndtr(score / 1.7) + rng.normal(0, 0.05, len(chosen)), 0, 1)
    data = {
        "cluster": [f"FS{k + 1:04d}" for k in range(len(chosen))],
        "households": rng.integers(14, 27, len(chosen)),
        "share_lacking_food": np.round(share, 3),
        "year": 2024,
    }
    return GeoDataFrame(data, geometry=shapely.points(xy), crs=CRS)
