"""Texts and column names in a form in which they can be compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from geodata.ingest.synonyms import vocabulary

_ARTICLE = "ال"
_LIKE = str.maketrans({"ى": "ي", "ة": "ه", "ı": "i", "ł": "l", "đ": "d", "ø": "o"})


def fold_text(text: str) -> str:
    """A text without case, accents, punctuation and camel humps, for comparison.

    >>> fold_text("Código_del-Área"), fold_text("hazardType"), fold_text("M²")
    ('codigo del area', 'hazard type', 'm2')
    """
    humps = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    plain = "".join(char for char in unicodedata.normalize("NFKD", humps) if not unicodedata.combining(char))
    return " ".join(re.findall(r"\w+", plain.casefold().replace("_", " ")))


@lru_cache(maxsize=4096)
def stem(token: str) -> str:
    """A folded word without the endings of gender, number and case, and without the Arabic article.

    Rough on purpose: it only has to bring forms of one word together. Short words stay, so that "state" is never "status".

    >>> stem("heridos") == stem("heridas"), stem("обследование") == stem("обследования"), stem("state") == stem("status")
    (True, True, False)
    """
    token = token.translate(_LIKE)
    first = token[:1]
    if "\u0600" <= first <= "\u06ff":
        return token[2:] if token.startswith(_ARTICLE) and len(token) > 4 else token
    if "\u0400" <= first <= "\u04ff":
        return re.sub(r"[аеёиоуыэюяьй]{1,3}$", "", token) if len(token) > 4 else token
    if len(token) < 5:
        return token
    plain = token.removesuffix("s")
    return plain.rstrip("aeo") if len(plain) > 5 else plain


@lru_cache(maxsize=4096)
def stems(folded: str) -> tuple[str, ...]:
    """Stems of the words of a folded text, in order, without articles and prepositions.

    >>> stems(fold_text("Uso actual del suelo"))
    ('uso', 'actual', 'suelo')
    """
    skip = folded_set(vocabulary().skipped)
    return tuple(stem(token) for token in folded.split() if token not in skip)


@lru_cache(maxsize=256)
def folded_set(words: tuple[str, ...]) -> frozenset[str]:
    """Words and phrases of the vocabulary, folded."""
    return frozenset(fold_text(word) for word in words)


@lru_cache(maxsize=256)
def stem_set(words: tuple[str, ...]) -> frozenset[str]:
    """Stems of single words of the vocabulary."""
    return frozenset(stem(token) for word in words for token in fold_text(word).split())
