"""The map's layout: settings for the browser, ids, bounds, and what never reaches the page."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from dash import dcc, html
from hypothesis import given
from hypothesis import strategies as st

import dashboard
from dashboard.components.map import MAP_TEXTS, map_facts, map_ids, mask_data, priority_map


@dataclass(frozen=True)
class Layer:
    id: str
    role: str
    kind: str
    sensitivity: str = "public"
    min_zoom: int = 0
    n_features: int = 1


@dataclass(frozen=True)
class Snapshot:
    areas: gpd.GeoDataFrame
    frames: dict[str, Any] = field(default_factory=dict)
    context_layers: tuple[Layer, ...] = ()
    data_version: str = "0123456789abcdef"

    @property
    def n_areas(self) -> int:
        return len(self.areas)

    @property
    def boxes(self) -> np.ndarray:
        return shapely.bounds(self.areas.geometry.to_numpy())

    def context(self, layer_id: str) -> gpd.GeoDataFrame:
        return self.frames[layer_id]

    def context_image(self, layer_id: str) -> Any:
        return SimpleNamespace(bounds=(-1.0, 9.0, 1.0, 12.0))


def frame(*geometries: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(geometries), crs="EPSG:4326")


AREAS = frame(shapely.box(10, 0, 10.1, 0.1), None, shapely.box(11, 1, 11.2, 1.1))


def settings_of(component: html.Div) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(component.to_plotly_json()["props"]["data-settings"])
    return found


@given(st.lists(st.booleans(), max_size=70))
def test_a_mask_has_a_bit_an_area_the_first_area_in_the_highest(shown: list[bool]) -> None:
    data = mask_data(np.array(shown, dtype=bool))
    bits = np.unpackbits(np.frombuffer(base64.b64decode(data["bits"]), dtype=np.uint8))[: data["n"]]
    assert bits.astype(bool).tolist() == shown


def test_bounds_are_those_of_the_areas_widened_to_their_land() -> None:
    land = Layer("land", "land", "polygon")
    here = Snapshot(AREAS, {"land": frame(shapely.box(9, -1, 12, 2))}, (land,))
    assert map_facts(Snapshot(AREAS))["bounds"] == (10, 0, 11.2, 1.1)
    assert map_facts(here)["bounds"] == (9, -1, 12, 2)


def test_land_of_the_whole_world_does_not_widen_the_view() -> None:
    world = Snapshot(AREAS, {"land": frame(shapely.box(-180, -60, 180, 80))}, (Layer("land", "land", "polygon"),))
    assert map_facts(world)["bounds"] == (10, 0, 11.2, 1.1)


@pytest.mark.parametrize("areas", [frame(None), AREAS.iloc[:0]], ids=["no location", "no area"])
def test_a_programme_without_places_opens_on_the_world(areas: gpd.GeoDataFrame) -> None:
    west, south, east, north = map_facts(Snapshot(areas))["bounds"]
    assert west < -100 < 0 < south + 100
    assert east > 100
    assert north > 50


def test_secret_layers_are_not_even_named_in_the_page() -> None:
    layers = (Layer("roads", "road", "line"), Layer("bases", "service", "point", "secret"), Layer("photo", "relief", "raster", "secret"))
    settings = settings_of(priority_map("m", **map_facts(Snapshot(AREAS, {}, layers))))
    assert settings["roles"] == {"roads": "road"}
    assert settings["images"] == []


def test_a_raster_layer_becomes_a_picture_with_its_box() -> None:
    settings = settings_of(priority_map("m", **map_facts(Snapshot(AREAS, {}, (Layer("relief", "relief", "raster"),)))))
    assert settings["images"] == [{"id": "relief", "role": "relief", "box": [9.0, -1.0, 12.0, 1.0]}]


def test_the_settings_carry_what_the_browser_needs_before_the_first_tile() -> None:
    component = priority_map(
        "m", **map_facts(Snapshot(AREAS)), fictional=True, texts={"fictional": "FICTICIO"}, view=(0.5, 10.5, 8.5),
        colours={"url": "/colours/x.bin"}, mask=mask_data(np.array([True, False, True])), selected_row=2, base_path="/mine/",
    )  # fmt: skip
    settings = settings_of(component)
    assert (settings["version"], settings["nAreas"], settings["base"]) == ("0123456789abcdef", 3, "/mine/")
    assert settings["view"] == {"lat": 0.5, "lon": 10.5, "zoom": 8.5}
    assert settings["first"] == {"colours": {"url": "/colours/x.bin"}, "mask": {"n": 3, "bits": "oA=="}, "row": 2}
    assert settings["texts"] == {**MAP_TEXTS, "fictional": "FICTICIO"}
    assert settings["fictional"] is True


def test_every_store_is_in_the_layout_and_a_legend_lies_on_the_map() -> None:
    component = priority_map("m", **map_facts(Snapshot(AREAS)), selected_row=1, children=[html.P("legend")])
    stores = {each.id: getattr(each, "data", None) for each in component.children if isinstance(each, dcc.Store)}
    ids = map_ids("m")
    assert stores == {ids.colours: None, ids.mask: None, ids.selected: {"row": 1}, ids.view: None, ids.hover: None, ids.status: None}
    assert component.children[-1].children == "legend"
    assert component.id == ids.wrapper == "m"


def test_no_tile_server_is_asked_unless_one_is_configured() -> None:
    facts = map_facts(Snapshot(AREAS))
    assert priority_map("m", **facts).children[0].children == []
    assert (
        priority_map("m", **facts, tile_server="https://tiles.example.org/{z}/{x}/{y}.png").children[0].children[0].url.startswith("https")
    )


def test_facts_are_those_of_one_snapshot() -> None:
    one = Snapshot(AREAS)
    assert map_facts(one)["data_version"] != map_facts(replace(one, data_version="f" * 16))["data_version"]


def test_one_module_alone_knows_dash_leaflet() -> None:
    root = Path(dashboard.__file__).parent
    importers = [path for path in root.rglob("*.py") if re.search(r"^\s*(import|from) dash_leaflet", path.read_text("utf-8"), re.MULTILINE)]
    assert [path.relative_to(root).as_posix() for path in importers] == ["components/map.py"]
