"""The encoder against a decoder of another maker and against the format's own worked example."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.tiles import encode
from dashboard.tiles.encode import LINE, POINT, POLYGON, Parts


def parts(*features: list[list[tuple[int, int]]]) -> Parts:
    """Parts of features given as lists of lists of vertices."""
    flat = [(number, part) for number, each in enumerate(features) for part in each]
    xy = np.array([xy for _, part in flat for xy in part], dtype=np.int64)
    return Parts(xy, np.cumsum([0] + [len(part) for _, part in flat]), np.array([number for number, _ in flat]))


@pytest.mark.parametrize(
    ("kind", "shape", "expected"),
    [
        (POINT, [[(25, 17)]], [9, 50, 34]),
        (POINT, [[(5, 7), (3, 2)]], [17, 10, 14, 3, 9]),
        (LINE, [[(2, 2), (2, 10), (10, 10)]], [9, 4, 4, 18, 0, 16, 16, 0]),
        (LINE, [[(2, 2), (2, 10), (10, 10)], [(1, 1), (3, 5)]], [9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8]),
        (POLYGON, [[(3, 6), (8, 12), (20, 34)]], [9, 6, 12, 18, 10, 12, 24, 44, 15]),
        (
            POLYGON,
            [
                [(0, 0), (10, 0), (10, 10), (0, 10)],
                [(11, 11), (20, 11), (20, 20), (11, 20)],
                [(13, 13), (13, 17), (17, 17), (17, 13)],
            ],
            [9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15, 9, 22, 2, 26, 18, 0, 0, 18, 17, 0, 15, 9, 4, 13, 26, 0, 8, 8, 0, 0, 7, 15],
        ),
    ],
    ids=["point", "points", "line", "lines", "polygon", "polygons with a hole"],
)
def test_commands_are_those_of_the_specification(kind: int, shape: Any, expected: list[int]) -> None:
    values, counts = encode.commands(parts(shape), kind)
    assert values.tolist() == expected
    assert counts.tolist() == [len(expected)]


@given(st.lists(st.integers(0, 2**35 - 1), max_size=30))
def test_varints_are_read_back(values: list[int]) -> None:
    array = np.array(values, dtype=np.uint64)
    stream, read = encode.varint_bytes(array, encode.varint_sizes(array)), []
    value = shift = 0
    for byte in stream:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            read.append(value)
            value = shift = 0
    assert read == values


def test_zigzag_folds_signed_numbers() -> None:
    assert encode.zigzag(np.array([0, -1, 1, -2, 2147483647, -2147483648])).tolist() == [0, 1, 2, 3, 4294967294, 4294967295]


def test_ids_types_tags_and_extent_are_read_back(decode: Callable[[bytes], dict[str, Any]]) -> None:
    tags = np.array([[0, 1, 1, 0], [0, 0, -1, 0], [-1, 0, -1, 0]])
    body = encode.features(np.array([0, 300, 4_000_000]), POINT, parts([[(1, 2)]], [[(3, 4)]], [[(-5, 6)]]), tags)
    layer = decode(encode.layer("places", 8192, body, ["rank", "name"], ["Ändén", "0"]))["places"]
    assert layer["extent"] == 8192
    assert layer["version"] == 2
    assert [(each["id"], each["properties"], each["geometry"]["coordinates"]) for each in layer["features"]] == [
        (0, {"rank": "0", "name": "Ändén"}, [1, 2]),
        (300, {"rank": "Ändén"}, [3, 4]),
        (4_000_000, {}, [-5, 6]),
    ]


def test_a_layer_without_features_is_no_layer() -> None:
    none = np.empty(0, dtype=np.int64)
    body = encode.features(none, POLYGON, Parts(none.reshape(0, 2), np.zeros(1, dtype=np.int64), none))
    assert encode.layer("areas", 4096, body) == b""


@given(st.lists(st.lists(st.tuples(st.integers(-200, 5000), st.integers(-200, 5000)), min_size=2, max_size=60), min_size=1, max_size=40))
def test_lines_of_any_length_are_read_back(decode: Callable[[bytes], dict[str, Any]], lines: list[list[tuple[int, int]]]) -> None:
    body = encode.features(np.arange(len(lines)), LINE, parts(*[[line] for line in lines]))
    read = decode(encode.layer("lines", 4096, body))["lines"]["features"]
    assert [[tuple(xy) for xy in each["geometry"]["coordinates"]] for each in read] == lines
