"""Basemap layers as tiles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dashboard.tiles import ContextTiles, TileRequestError, TileService
from dashboard.tiles.context import country_level, first_levels
from dashboard.tiles.importance import importance_ranks

Decode = Callable[[bytes], dict[str, Any]]


def test_features_carry_rank_and_name_the_important_first(decode: Decode, snapshot: Any) -> None:
    layer = decode(ContextTiles.from_snapshot(snapshot, "places").tile(13, 4323, 3982))["places"]
    assert [each["properties"] for each in layer["features"]] == [{"rank": "0", "name": "Anden"}]


def test_small_places_come_with_closer_views(decode: Decode, snapshot: Any) -> None:
    tiles = ContextTiles.from_snapshot(snapshot, "places")
    names = [each["properties"].get("name") for each in decode(tiles.tile(5, 16, 15))["places"]["features"]]
    assert names == ["Anden"]


def test_a_layer_stays_away_below_its_own_zoom(decode: Decode, snapshot: Any) -> None:
    tiles = ContextTiles.from_snapshot(snapshot, "roads")
    assert decode(tiles.tile(5, 16, 15)) == {}
    assert [each["properties"] for each in decode(tiles.tile(6, 33, 31))["roads"]["features"]] == [{"rank": "1"}]


@pytest.mark.parametrize(
    ("role", "words", "layer_id", "expected"),
    [
        ("place", ["Capital", "PPLA", "town", "", "hamlet"], "places", [0, 1, 2, 3, 5]),
        ("road", ["primary", "Track", "whatever"], "roads", [1, 5, 2]),
        ("admin", ["admin1", "ADM2", "3", ""], "borders", [1, 2, 3, 1]),
        ("admin", ["", "province"], "admin4", [4, 4]),
        ("river", ["major", "stream"], "rivers", [0, 3]),
        ("land", ["x"], "country", [0]),
    ],
)
def test_importance_is_read_from_the_words_of_the_source(role: str, words: list[str], layer_id: str, expected: list[int]) -> None:
    assert importance_ranks(role, np.array(words, dtype=object), layer_id).tolist() == expected


def test_levels_follow_the_size_of_the_country() -> None:
    assert country_level((10, 0, 15, 5)) == 7
    assert country_level((10, 0, 10.5, 0.5)) == 10
    assert country_level((np.nan,) * 4) == 0
    assert first_levels("place", np.array([0, 2, 5]), 7).tolist() == [0, 6, 10]
    assert first_levels("land", np.array([0]), 7).tolist() == [0]


def test_an_unknown_layer_is_refused_with_those_that_exist(snapshot: Any) -> None:
    with pytest.raises(TileRequestError, match=r"no basemap layer 'rivers'\. Layers that are drawn: places, roads"):
        ContextTiles.from_snapshot(snapshot, "rivers")


def test_the_service_gives_what_its_parts_give_and_all_layers_in_one_tile(decode: Decode, snapshot: Any) -> None:
    service = TileService(snapshot)
    assert set(decode(service.context("basemap", 9, 270, 248))) == {"places", "roads"}
    assert decode(service.context("roads", 9, 270, 248)).keys() == {"roads"}
    assert service.areas(5, 16, 15) is service.areas("5", "16", "15")
    with pytest.raises(TileRequestError, match="z must be"):
        service.areas(99, 0, 0)
    with pytest.raises(TileRequestError, match="no basemap picture 'roads'"):
        service.image("roads")


def test_a_secret_layer_is_never_served(decode: Decode, snapshot: Any) -> None:
    (layer, frame), kind = snapshot.layers["roads"], type(snapshot.context_layers[0])
    secret = kind(layer.id, layer.role, layer.kind, sensitivity="secret")
    service = TileService(type(snapshot)(snapshot.areas, {**snapshot.layers, "roads": (secret, frame)}))
    assert set(decode(service.context("basemap", 9, 270, 248))) == {"places"}
    with pytest.raises(TileRequestError, match="no basemap layer 'roads'"):
        service.context("roads", 9, 270, 248)


def test_a_picture_is_handed_on_as_it_is(snapshot: Any, tmp_path: Path) -> None:
    layer = type(snapshot.context_layers[0])("relief", "relief", "raster")
    path = tmp_path / "relief.png"
    path.write_bytes(b"png")
    with_picture = type(snapshot)(snapshot.areas, {"relief": (layer, path)})
    assert TileService(with_picture).image("relief") == b"png"
    assert TileService(with_picture).context("basemap", 0, 0, 0) == TileService(type(snapshot)(snapshot.areas)).context("basemap", 0, 0, 0)
