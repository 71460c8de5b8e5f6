"""Which column of a file is which field: proposed with a confidence, accepted above a threshold, the rest asked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

from geodata.ingest import synonyms
from geodata.schema.records import Table

RowNames = Callable[[int], str]
"""How findings call a row."""
ACCEPT = 0.85
"""Confidence from which a column is taken over without asking."""
_SHORT = 10
"""Length to which Shapefiles cut column names."""


@dataclass(frozen=True)
class Proposal:
    """A column that may be a field, with a confidence from 0 to 1."""

    column: str
    field: str
    confidence: float


@dataclass(frozen=True)
class MappedColumn:
    """What becomes of one column.

    Attributes
    ----------
    column : str
    field : str
        The field it is, or may be; ``lon``, ``lat``, ``x``, ``y`` or ``wkt`` for coordinates; "" for none.
    confidence : float
        From 0 to 1; 1 where a profile says so.
    state : str
        ``accepted``: taken over; ``coordinate``: says where; ``asked``: likely, but not sure enough; ``dropped``.
    personal : bool
        Whether it looks like personal data; such a column is never taken over.
    """

    column: str
    field: str
    confidence: float
    state: Literal["accepted", "coordinate", "asked", "dropped"]
    personal: bool


@dataclass(frozen=True)
class ColumnMapping:
    """Columns and what they become.

    Attributes
    ----------
    fields : mapping field -> column
    place : mapping of ``lon``/``lat``, ``x``/``y`` or ``wkt`` -> column
        Where coordinates are columns.
    asked : tuple of Proposal
        Likely, but not sure enough to be taken over.
    dropped, personal : tuple of str
        Columns that are not taken over; those of them that look like personal data.
    confidence : mapping field -> float
        Of the fields taken over.
    """

    fields: Mapping[str, str]
    place: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[Proposal, ...] = ()
    dropped: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    confidence: Mapping[str, float] = field(default_factory=dict)

    def columns(self, names: Iterable[str]) -> tuple[MappedColumn, ...]:
        """What becomes of each of these columns, in their order."""
        taken = {column: name for name, column in self.fields.items()}
        place = {column: key for key, column in self.place.items()}
        best: dict[str, Proposal] = {}
        for item in self.asked:
            if item.column not in best or item.confidence > best[item.column].confidence:
                best[item.column] = item

        def one(name: str) -> MappedColumn:
            if name in taken:
                return MappedColumn(name, taken[name], self.confidence.get(taken[name], 1.0), "accepted", False)
            if name in place:
                return MappedColumn(name, place[name], 1.0, "coordinate", False)
            if name in best:
                return MappedColumn(name, best[name].field, best[name].confidence, "asked", False)
            return MappedColumn(name, "", 0.0, "dropped", name in self.personal)

        return tuple(one(name) for name in names)


def fold_text(text: str) -> str:
    """A text without case, accents, punctuation and camel humps, for comparison.

    >>> fold_text("Código_del-Área"), fold_text("hazardType"), fold_text("M²")
    ('codigo del area', 'hazard type', 'm2')
    """
    humps = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    plain = "".join(char for char in unicodedata.normalize("NFKD", humps) if not unicodedata.combining(char))
    return " ".join(re.findall(r"\w+", plain.casefold().replace("_", " ")))


def propose(table: Table, columns: Iterable[str], *, has_geometry: bool) -> ColumnMapping:
    """Propose what the columns of a file are.

    Parameters
    ----------
    table : Table
        The table to import into.
    columns : iterable of str
    has_geometry : bool
        Whether the file has outlines of its own; if so, no coordinate columns are looked for.
    """
    names = list(columns)
    place = {} if has_geometry or not table.has_geometry else find_place(names)
    left = [name for name in names if name not in place.values()]
    personal = tuple(name for name in left if table.name in ("accidents", "eore", "outcomes") and is_personal(name))
    ranked = sorted(
        (score for name in left if name not in personal for score in _scores(table, name)),
        key=lambda p: (-p.confidence, names.index(p.column)),
    )
    fields: dict[str, str] = {}
    confidence: dict[str, float] = {}
    asked: list[Proposal] = []
    used: set[str] = set()
    for proposal in ranked:
        if proposal.field in fields or proposal.column in used:
            continue
        if proposal.confidence >= ACCEPT:
            fields[proposal.field] = proposal.column
            confidence[proposal.field] = proposal.confidence
            used.add(proposal.column)
        else:
            asked.append(proposal)
    asked = [proposal for proposal in asked if proposal.column not in used and proposal.field not in fields]
    personal = tuple(name for name in left if name in personal or (name not in used and is_personal(name)))
    asked = [proposal for proposal in asked if proposal.column not in personal]
    return ColumnMapping(fields, place, tuple(asked), tuple(name for name in left if name not in used), personal, confidence)


def is_personal(column: str) -> bool:
    """Whether a column looks like the name, birth date, address or number of a person."""
    folded = fold_text(column)
    return any(folded == fold_text(word) for word in synonyms.vocabulary().personal)


def find_place(columns: Iterable[str]) -> dict[str, str]:
    """Coordinate columns: WKT before longitude and latitude before x and y."""
    by_folded = {fold_text(name): name for name in reversed(list(columns))}

    places = synonyms.vocabulary().places

    def first(key: str) -> str | None:
        return next((by_folded[fold_text(word)] for word in places[key] if fold_text(word) in by_folded), None)

    for keys in (("wkt",), ("lon", "lat"), ("x", "y")):
        found = {key: column for key in keys if (column := first(key))}
        if len(found) == len(keys):
            return found
    return {}


def _scores(table: Table, column: str) -> list[Proposal]:
    """What a column may be: each field with the best confidence over its words."""
    folded = fold_text(column)
    best: list[Proposal] = []
    for item in table.fields:
        words = synonyms.field_words(table.name, item.name)
        if item.name == table.id_field:
            words = synonyms.vocabulary().ids[table.name]
            if folded in {fold_text(word) for word in synonyms.vocabulary().any_id}:
                best.append(Proposal(column, item.name, 0.9))
        confidence = max(_confidence(folded, column, fold_text(word)) for word in (item.name, *words))
        if confidence >= 0.6:
            best.append(Proposal(column, item.name, confidence))
    return best


def _confidence(folded: str, column: str, word: str) -> float:
    if folded == word:
        return 1.0
    tight, tight_word = folded.replace(" ", ""), word.replace(" ", "")
    if tight == tight_word or set(folded.split()) == set(word.split()):
        return 0.97
    if len(column) in (_SHORT - 1, _SHORT) and len(tight) >= 7 and tight_word.startswith(tight):
        return 0.9
    if len(tight) < 5:
        return 0.0
    ratio = SequenceMatcher(None, tight, tight_word).ratio()
    return round(0.9 * ratio, 3) if ratio >= 0.8 else 0.0
