"""Tile addresses."""

from __future__ import annotations

import pytest

from dashboard.tiles.request import TileAddress, TileRequestError, tile_address


def test_an_address_is_read_from_text_as_from_numbers() -> None:
    assert tile_address("12", "2161", "1990") == tile_address(12, 2161, 1990) == TileAddress(12, 2161, 1990)


def test_the_last_tile_of_a_level_is_inside() -> None:
    assert tile_address(20, 2**20 - 1, 0) == TileAddress(20, 1048575, 0)


@pytest.mark.parametrize(
    ("z", "x", "y", "named"),
    [
        (21, 0, 0, "z must be a whole number from 0 to 20; found '21'"),
        ("-1", 0, 0, "z must be a whole number from 0 to 20; found '-1'"),
        (3, 8, 0, "x must be a whole number from 0 to 7; found '8'"),
        (3, 0, "8", "y must be a whole number from 0 to 7; found '8'"),
        ("1.5", 0, 0, "found '1.5'"),
        ("", 0, 0, "found ''"),
        ("٣", 0, 0, "found '٣'"),
        ("1e1", 0, 0, "found '1e1'"),
        (0, "9" * 5000, 0, "found '99999999999999999999…'"),
    ],
)
def test_what_is_no_tile_is_refused_with_its_value_and_bounds(z: object, x: object, y: object, named: str) -> None:
    with pytest.raises(TileRequestError, match=named.replace("(", r"\(")):
        tile_address(z, x, y)  # type: ignore[arg-type]
