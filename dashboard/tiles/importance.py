"""How important a road, place, river or border is to a map, from the words that sources use for its class."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

LAST_RANK = 5
_ORDINARY = {"place": 3, "road": 2, "river": 1, "admin": 1, "service": 3}
_WORDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "place": (
        ("capital", "national_capital", "pplc"),
        ("city", "regional_capital", "province_capital", "admin1_capital", "ppla"),
        ("town", "district_capital", "municipality", "admin2_capital", "ppla2"),
        ("large_village", "commune_centre", "ppla3", "ppl", "settlement"),
        ("village", "ppla4", "suburb"),
        ("hamlet", "isolated_dwelling", "locality", "ppll", "pplx", "farm"),
    ),
    "road": (
        ("motorway", "national", "highway", "expressway"),
        ("trunk", "primary", "main"),
        ("secondary", "regional", "provincial", "departmental"),
        ("tertiary", "district", "local", "rural", "feeder"),
        ("unclassified", "residential", "service", "minor"),
        ("track", "path", "footway", "trail"),
    ),
    "river": (
        ("major", "main"),
        ("river", "large", "canal"),
        ("tributary", "medium"),
        ("stream", "small", "minor"),
        ("brook", "drain", "ditch"),
        ("intermittent", "seasonal", "wadi"),
    ),
    "service": (
        ("hospital",),
        ("clinic", "health_centre", "health"),
        ("university", "secondary_school"),
        ("school", "primary_school", "market"),
        (),
        (),
    ),
}


def _level(text: str) -> int | None:
    """Administrative level that a word such as ``admin2``, ``adm2`` or ``2`` names."""
    found = re.fullmatch(r"(?:.*?adm(?:in)?_?)?(\d)(?:\D.*)?", text)
    return int(found.group(1)) if found else None


def importance_ranks(role: str, classes: NDArray[Any], layer_id: str, ordinary_rank: int | None = None) -> NDArray[np.int64]:
    """Importance of each feature: 0 comes first on the map, 5 last.

    Parameters
    ----------
    role : str
        Role of the layer in the basemap.
    classes : array of str
        Class of each feature in the source's words, upper or lower case; unknown words get the role's ordinary rank.
    layer_id : str
        Names the administrative level where the classes do not (``admin2``).
    ordinary_rank : int, optional
        Rank where neither tells one.
    """
    ordinary = _ORDINARY.get(role, 0) if ordinary_rank is None else ordinary_rank
    words = {word: rank for rank, group in enumerate(_WORDS.get(role, ())) for word in group}
    if role == "admin":
        by_layer = _level(layer_id.lower())
        ordinary = ordinary if by_layer is None else min(by_layer, LAST_RANK)
    known: dict[str, int] = {}
    for text in set(classes.tolist()):
        word = re.sub(r"[\s-]+", "_", text.strip().lower())
        level = _level(word) if role == "admin" and word else None
        known[text] = min(level, LAST_RANK) if level is not None else words.get(word, ordinary)
    return np.array([known[text] for text in classes], dtype=np.int64)
