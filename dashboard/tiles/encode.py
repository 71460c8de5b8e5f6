"""Mapbox Vector Tile 2.1 layers written with numpy: a whole layer becomes one stream of varints.

Reference: https://github.com/mapbox/vector-tile-spec/tree/master/2.1
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

POINT, LINE, POLYGON = 1, 2, 3
_TAG_LAYER, _TAG_NAME, _TAG_KEY, _TAG_VALUE, _TAG_EXTENT, _TAG_VERSION = 0x1A, 0x0A, 0x1A, 0x22, 0x28, 0x78
_TAG_FEATURE, _TAG_ID, _TAG_TAGS, _TAG_TYPE, _TAG_GEOMETRY = 0x12, 0x08, 0x12, 0x18, 0x22


@dataclass(frozen=True)
class Parts:
    """Vertices of a layer in tile units, cut into parts (points, lines or rings without the closing vertex).

    Attributes
    ----------
    xy : array of int, shape (n_vertices, 2)
    part_start : array of int, shape (n_parts + 1,)
        Where each part begins in ``xy``.
    feature : array of int, shape (n_parts,), rising
        To which feature (0..n_features - 1) each part belongs; every feature has at least one part.
    """

    xy: NDArray[np.int64]
    part_start: NDArray[np.int64]
    feature: NDArray[np.int64]


def zigzag(values: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Fold signed into unsigned numbers: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return ((values << 1) ^ (values >> 63)).astype(np.uint64)


def varint_sizes(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Bytes that each value takes as a varint (1 to 5; values below 2**35)."""
    sizes = np.ones(len(values), dtype=np.int64)
    for bits in (7, 14, 21, 28):
        sizes += values >= np.uint64(1 << bits)
    return sizes


def varint_bytes(values: NDArray[np.uint64], sizes: NDArray[np.int64]) -> bytes:
    """Write values below 2**35 one after the other as varints of the given sizes."""
    ends = np.cumsum(sizes)
    starts = ends - sizes
    out = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    rest, at, left = values, starts, sizes
    while len(rest):
        more = left > 1
        out[at] = (rest & np.uint64(0x7F)).astype(np.uint8) | (more.astype(np.uint8) << 7)
        rest, at, left = rest[more] >> np.uint64(7), at[more] + 1, left[more] - 1
    return out.tobytes()


def _ragged_places(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places start, start + 1, ... of every run, one run after the other."""
    first = np.cumsum(counts) - counts
    places: NDArray[np.int64] = np.arange(int(counts.sum()), dtype=np.int64) + np.repeat(starts - first, counts)
    return places


def _deltas(parts: Parts) -> NDArray[np.uint64]:
    """Zigzag steps between successive vertices; the pen starts each feature at 0, 0."""
    steps = parts.xy.astype(np.int64, copy=True)
    steps[1:] -= parts.xy[:-1]
    is_first = np.diff(parts.feature, prepend=-1) != 0
    begins = parts.part_start[:-1][is_first]
    steps[begins] = parts.xy[begins]
    return zigzag(steps)


def commands(parts: Parts, geometry_type: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Drawing commands of every feature.

    Parameters
    ----------
    parts : Parts
        Points: one part a feature. Lines: parts of 2 or more vertices. Polygons: rings of 3 or more.
    geometry_type : int
        POINT, LINE or POLYGON.

    Returns
    -------
    values : array of uint64
        Command integers, feature after feature.
    counts : array of int64, shape (n_features,)
        How many of them belong to each feature.
    """
    sizes = np.diff(parts.part_start)
    steps = _deltas(parts)
    one_move = geometry_type == POINT
    length = 1 + 2 * sizes if one_move else 2 + 2 * sizes + (geometry_type == POLYGON)
    start = np.cumsum(length) - length
    out = np.empty(int(length.sum()), dtype=np.uint64)
    place = _ragged_places(start + 1, 2 * sizes)
    if one_move:
        out[start] = (sizes.astype(np.uint64) << np.uint64(3)) | np.uint64(1)
    else:
        place += (_ragged_places(np.zeros_like(sizes), 2 * sizes) >= 2).astype(np.int64)
        out[start] = np.uint64(9)
        out[start + 3] = ((sizes - 1).astype(np.uint64) << np.uint64(3)) | np.uint64(2)
        if geometry_type == POLYGON:
            out[start + length - 1] = np.uint64(15)
    out[place] = steps.ravel()
    n_features = int(parts.feature[-1]) + 1 if len(parts.feature) else 0
    return out, np.bincount(parts.feature, weights=length, minlength=n_features).astype(np.int64)


def _sums(values: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sum of every run of ``counts`` values."""
    total = np.concatenate([[0], np.cumsum(values)])
    ends = np.cumsum(counts)
    sums: NDArray[np.int64] = total[ends] - total[ends - counts]
    return sums


def features(ids: NDArray[np.int64], geometry_type: int, parts: Parts, tags: NDArray[np.int64] | None = None) -> bytes:
    """Feature messages of one layer.

    Parameters
    ----------
    ids : array of int, shape (n_features,), below 2**32
    geometry_type : int
        POINT, LINE or POLYGON.
    parts : Parts
    tags : array of int, shape (n_features, m), optional
        m key and value numbers a feature (even m); a negative key leaves its pair out.
    """
    if not len(ids):
        return b""
    geometry, n_geometry = commands(parts, geometry_type)
    geometry_bytes = _sums(varint_sizes(geometry), n_geometry)
    flat, n_tags = _present_tags(tags, len(ids))
    tag_bytes = _sums(varint_sizes(flat), n_tags)
    has_tags = (n_tags > 0).astype(np.int64)
    id_values = ids.astype(np.uint64)
    tag_section = has_tags * (1 + varint_sizes(tag_bytes.astype(np.uint64)) + tag_bytes)
    geometry_section = 1 + varint_sizes(geometry_bytes.astype(np.uint64)) + geometry_bytes
    message = 1 + varint_sizes(id_values) + tag_section + 2 + geometry_section

    count = 8 + has_tags * 2 + n_tags + n_geometry
    start = np.cumsum(count) - count
    stream = np.empty(int(count.sum()), dtype=np.uint64)
    for offset, value in ((0, _TAG_FEATURE), (1, message), (2, _TAG_ID), (3, id_values)):
        stream[start + offset] = value
    tagged = start[n_tags > 0] + 4
    stream[tagged] = _TAG_TAGS
    stream[tagged + 1] = tag_bytes[n_tags > 0]
    stream[_ragged_places(start + 6, n_tags)] = flat
    middle = start + 4 + has_tags * 2 + n_tags
    for offset, value in ((0, _TAG_TYPE), (1, geometry_type), (2, _TAG_GEOMETRY), (3, geometry_bytes)):
        stream[middle + offset] = value
    stream[_ragged_places(middle + 4, n_geometry)] = geometry
    return varint_bytes(stream, varint_sizes(stream))


def _present_tags(tags: NDArray[np.int64] | None, n: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Key and value numbers that are there, feature after feature, and how many each feature has."""
    if tags is None or not tags.size:
        return np.empty(0, dtype=np.uint64), np.zeros(n, dtype=np.int64)
    pairs = tags.reshape(n, -1, 2)
    present = pairs[:, :, 0] >= 0
    return pairs[present].ravel().astype(np.uint64), 2 * present.sum(axis=1).astype(np.int64)


def _field(tag: int, content: bytes) -> bytes:
    return bytes([tag]) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    one = np.array([value], dtype=np.uint64)
    return varint_bytes(one, varint_sizes(one))


def layer(name: str, extent: int, body: bytes, keys: Sequence[str] = (), values: Sequence[str] = ()) -> bytes:
    """One layer of a tile; a tile is its layers one after the other.

    Parameters
    ----------
    name : str
    extent : int
        Units along a side of the tile.
    body : bytes
        From :func:`features`; with no bytes there is no layer.
    keys, values : sequences of str
        What the tag numbers of the features mean.
    """
    if not body:
        return b""
    content = bytes([_TAG_VERSION, 2]) + _field(_TAG_NAME, name.encode()) + body
    content += b"".join(_field(_TAG_KEY, key.encode()) for key in keys)
    content += b"".join(_field(_TAG_VALUE, _field(_TAG_NAME, value.encode())) for value in values)
    content += bytes([_TAG_EXTENT]) + _varint(extent)
    return _field(_TAG_LAYER, content)
