"""Tiles, styles and labels of areas."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard.tiles import AreaTiles, TileRequestError, style_bytes


def test_tiles_carry_row_numbers_and_nothing_else(decode: Callable[[bytes], dict[str, Any]], snapshot: Any) -> None:
    layer = decode(AreaTiles.from_snapshot(snapshot).tile(5, 16, 15))["areas"]
    assert sorted(each["id"] for each in layer["features"]) == [i for i in range(60) if i != 6]
    assert all(each["properties"] == {} for each in layer["features"])


def test_a_style_byte_tells_type_tasked_and_released(snapshot: Any) -> None:
    styles = style_bytes(snapshot.areas)
    assert styles[:4].tolist() == [1 + 4, 2, 0, 1]
    assert styles[-1] == 8
    assert gzip.decompress(AreaTiles.from_snapshot(snapshot).styles()) == styles.tobytes()


def test_labels_hold_text_places_and_boxes(snapshot: Any) -> None:
    chunk = json.loads(gzip.decompress(AreaTiles.from_snapshot(snapshot).labels(0)))
    assert chunk["start"] == 0
    assert chunk["area_id"][:2] == ["HA-0000", "HA-0001"]
    assert chunk["name"][:2] == ["<b>Anden</b>", ""]
    assert chunk["place"][:2] == ["Anden, North", "North"]
    assert chunk["box"][6] is None
    assert chunk["box"][5] == [10.1, 5.1, 10.1, 5.1]


@pytest.mark.parametrize("chunk", [1, "-1", "x", "99999999999"])
def test_a_chunk_of_labels_that_is_not_there_is_refused(snapshot: Any, chunk: int | str) -> None:
    with pytest.raises(TileRequestError, match="chunk must be a whole number from 0 to 0"):
        AreaTiles.from_snapshot(snapshot).labels(chunk)


def test_a_programme_without_areas_has_empty_tiles_and_no_labels() -> None:
    tiles = AreaTiles(pd.DataFrame({"area_id": []}), np.empty(0, dtype=object))
    assert gzip.decompress(tiles.tile(0, 0, 0)) == b""
    assert gzip.decompress(tiles.styles()) == b""
    with pytest.raises(TileRequestError, match="no areas"):
        tiles.labels(0)


def test_equal_content_is_packed_to_equal_bytes(snapshot: Any) -> None:
    assert AreaTiles.from_snapshot(snapshot).tile(6, 33, 31) == AreaTiles.from_snapshot(snapshot).tile("6", "33", "31")
