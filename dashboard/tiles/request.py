"""Which tile is asked for: checked numbers, and the error that tells a person what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass

MAX_ZOOM = 20


class TileRequestError(ValueError):
    """A tile, chunk or layer was asked for that cannot exist; the message is written for people."""


@dataclass(frozen=True)
class TileAddress:
    """Address of one tile in the usual Web Mercator pyramid.

    Attributes
    ----------
    z : int, 0..20
        Level of the pyramid; one tile covers the world at 0.
    x, y : int, 0..2**z - 1
        Column from the west and row from the north.
    """

    z: int
    x: int
    y: int


def whole_number(text: int | str, name: str, highest: int) -> int:
    """Read a whole number from 0 to ``highest``.

    Raises
    ------
    TileRequestError
        It is something else; names the value and the bounds.
    """
    written = str(text)
    is_plain = written.isascii() and written.isdigit() and len(written) <= 10
    if not is_plain or int(written) > highest:
        shown = written if len(written) <= 20 else written[:20] + "…"
        raise TileRequestError(f"{name} must be a whole number from 0 to {highest}; found {shown!r}. Check the address.")
    return int(written)


def tile_address(z: int | str, x: int | str, y: int | str) -> TileAddress:
    """Check the three numbers of a tile address.

    Parameters
    ----------
    z, x, y : int or str
        As they stand in the address; z from 0 to 20, x and y from 0 to 2**z - 1.

    Raises
    ------
    TileRequestError
        One of them is no whole number or lies outside the pyramid.
    """
    level = whole_number(z, "z", MAX_ZOOM)
    last = 2**level - 1
    return TileAddress(level, whole_number(x, "x", last), whole_number(y, "y", last))
