"""The simulated country and its records, in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geodata.errors import GeodataError
from geodata.example.accidents import Accidents, make_accidents
from geodata.example.changes import Registers, make_registers
from geodata.example.divisions import Divisions, make_divisions
from geodata.example.evidence import make_evidence
from geodata.example.gains import Gains, make_gains
from geodata.example.grid import generator
from geodata.example.history import History, make_history
from geodata.example.network import Roads, make_roads
from geodata.example.outcomes import Outcomes, make_outcomes
from geodata.example.records import area_ids, duplicates_added, explosive_ordnance, hazard_areas
from geodata.example.settlements import Settlements, make_settlements
from geodata.example.stock import Stock, make_stock, n_recorded
from geodata.example.surface import Surface, make_surface
from geodata.example.terrain import Terrain, make_terrain
from geodata.example.war import War, make_traces, make_war
from geodata.example.worlds import World

__all__ = ["Country", "Land", "Records", "make_country", "make_land", "make_records"]

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Land:
    """What is the same in every world of a seed: terrain, places, roads and admin areas."""

    terrain: Terrain
    places: Settlements
    roads: Roads
    divisions: Divisions


@dataclass(frozen=True)
class Country:
    """A land in one world: what covers it, who is poor, and where the war went."""

    land: Land
    surface: Surface
    war: War


@dataclass(frozen=True)
class Records:
    """Everything that is recorded of a country, and what is true.

    Attributes
    ----------
    ids : array of text, one an area of ``stock``
    stock, gains, outcomes, accidents, history : parts of the truth with what was recorded of them
    registers : Registers
        The register of hazard areas at three times.
    evidence : DataFrame
    """

    ids: NDArray[np.str_]
    stock: Stock
    history: History
    registers: Registers
    evidence: pd.DataFrame
    accidents: Accidents
    outcomes: Outcomes
    gains: Gains

    @property
    def areas(self) -> GeoDataFrame:
        """The register of hazard areas as it stands."""
        return self.registers.today

    def truth(self) -> pd.DataFrame:
        """One row for each area of the stock: what nobody in the country knows."""
        later = np.zeros(len(self.ids), dtype=bool)
        later[self.history.finds["row"].to_numpy(dtype=np.int64)] = True
        reopened = np.zeros(len(self.ids), dtype=bool)
        reopened[self.history.reopened.row] = True
        seen = self.outcomes.truth.set_index("row").reindex(np.arange(len(self.ids)))
        frame = pd.concat([self.stock.truth, self.gains.areas], axis=1)
        return frame.assign(
            area_id=self.ids,
            size_m2=np.round(self.stock.table["size_m2"], 1),
            era=self.stock.table["era"],
            is_released=self.stock.table["is_released"],
            found_after_release=later,
            was_reopened=reopened,
            in_use_after_release=seen["in_use"].array,
            outcome_propensity=seen["visit_propensity"].to_numpy(),
        )


def make_land(seed: int, tell: Progress) -> Land:
    """Terrain, places, roads and admin areas of a seed."""
    tell(0.0, "Raising land and running rivers")
    terrain = make_terrain(seed)
    tell(0.2, "Settling people and building roads")
    places = make_settlements(seed, terrain)
    return Land(terrain, places, make_roads(terrain, places), make_divisions(terrain, places, generator(seed, "divisions")))


def make_country(seed: int, land: Land, world: World) -> Country:
    """War, cover, people and poverty of a land in one world."""
    war = make_war(seed, land.terrain, land.places)
    fought = war.intensity if world.poverty_follows_war else None
    return Country(land, make_surface(seed, land.terrain, land.places, land.roads, fought), war)


def make_records(seed: int, areas: int, world: World, country: Country, tell: Progress) -> Records:
    """All records of a country with so many open hazard areas, and the truth behind them."""
    land = country.land
    stock = _make_stock(seed, areas, world, country)
    tell(0.7, "Writing twenty years of work")
    ids, eo = area_ids(len(stock.table)), explosive_ordnance(seed, stock)
    history = make_history(seed, world, stock, ids, eo)
    known = hazard_areas(seed, stock, ids, eo, (history.tasked_to, history.funded_by), land.places, land.divisions)
    tell(0.8, "Keeping the register")
    return Records(
        ids=ids,
        stock=stock,
        history=history,
        registers=make_registers(seed, stock, duplicates_added(seed, known), history.reopened),
        evidence=make_evidence(seed, world, stock, ids, eo, history.finds),
        accidents=make_accidents(seed, world, stock, ids, eo, land.terrain),
        outcomes=make_outcomes(seed, stock, ids),
        gains=make_gains(seed, world, stock, land.terrain, land.places, land.roads, land.divisions, country.surface),
    )


def _make_stock(seed: int, areas: int, world: World, country: Country) -> Stock:
    """The stock, from as many candidate places as it takes."""
    land, wanted = country.land, n_recorded(areas)
    for times in (1.9, 2.7, 4.0):
        n = int(wanted * times) + 400
        traces = make_traces(seed, n, land.terrain, land.places, land.roads, country.surface, country.war)
        stock = make_stock(seed, areas, world, traces, land.terrain, land.places, land.divisions, country.surface, country.war, land.roads)
        if stock is not None:
            return stock
    raise GeodataError(
        f"The example of seed {seed} has no room for the {wanted:,} recorded areas that {areas:,} open ones need.",
        "Ask for fewer areas, or take another seed.",
        code="example_size",
    )
