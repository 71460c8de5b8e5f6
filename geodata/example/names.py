"""Invented names, in Latin letters and again in a second script.

The syllables belong to no language. The second script is Greek, used letter by letter as in formulas: every font has
it, and nobody will take the result for Greek.
"""

from __future__ import annotations

import numpy as np

__all__ = ["COUNTRY", "invented_names", "second_script"]

COUNTRY = "Nemoria"
"""From Latin nemo, nobody: the country of nobody, beside Point Nemo."""


def _syllables() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    first = ("v", "t", "q", "l", "m", "n", "r", "d", "s", "p", "f", "br", "dr", "fl", "gl", "pl", "tr", "sk", "st", "w", "h")
    vowel = ("a", "e", "i", "o", "u", "ae", "ei", "au")
    inner = ("l", "r", "n", "m", "v", "d", "t", "s", "lm", "rn", "nd", "lt", "rv", "st", "sk", "mb")
    last = ("a", "e", "o", "is", "en", "ar", "um", "el", "or", "ith", "and", "ome", "une", "ask", "est")
    return first, vowel, inner, last


def invented_names(rng: np.random.Generator, n: int) -> list[str]:
    """``n`` different names of two or three syllables."""
    first, vowel, inner, last = _syllables()
    names: dict[str, None] = {}
    while len(names) < n:
        size = 2 * (n - len(names)) + 20
        one, two = rng.integers(0, len(first), size), rng.integers(0, len(vowel), size)
        three, four = rng.integers(0, len(inner), size), rng.integers(0, len(last), size)
        more, five = rng.random(size) < 0.38, rng.integers(0, 5, size)
        six = rng.integers(0, 6, size)
        for k in range(size):
            middle = vowel[five[k]] + inner[six[k]] if more[k] else ""
            names.setdefault((first[one[k]] + vowel[two[k]] + inner[three[k]] + middle + last[four[k]]).capitalize(), None)
            if len(names) == n:
                break
    return list(names)


def second_script(name: str) -> str:
    """A name letter by letter in the second script.

    >>> second_script("Velora")
    'Βελορα'
    """
    letters = str.maketrans(
        "abcdefghijklmnopqrstuvwxyz",
        "αβξδεφγηιϊκλμνοπθρστυβωχψζ",
    )
    return name.lower().translate(letters).capitalize()
