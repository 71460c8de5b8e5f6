"""Which column of a file is which field: proposed with a confidence, accepted above a threshold, the rest asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from geodata.ingest.matching import confidence, is_count
from geodata.ingest.synonyms import vocabulary
from geodata.ingest.words import fold_text as fold_text
from geodata.ingest.words import folded_set, stem_set, stems
from geodata.schema.records import Table

RowNames = Callable[[int], str]
"""How findings call a row."""
ACCEPT = 0.85
"""Confidence from which a column is taken over without asking."""
_ASK = 0.6
"""Confidence from which a column is asked about."""
_SAME_WORDS, _NEAR, _TIED = 0.97, 0.02, 0.8
"""Below the first, two fields within the second of each other are both asked, at most at the third."""


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
    place : mapping of ``lon``/``lat``, ``x``/``y``, ``wkt``, ``latlon``, ``lonlat`` or ``pair`` -> column
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
    personal = tuple(name for name in left if is_personal(name) and not _is_field(table, name))
    ranked = sorted(
        (score for name in left if name not in personal for score in _scores(table, name)),
        key=lambda p: (-p.confidence, names.index(p.column)),
    )
    fields: dict[str, str] = {}
    sure: dict[str, float] = {}
    asked: list[Proposal] = []
    used: set[str] = set()
    for proposal in ranked:
        if proposal.field in fields or proposal.column in used:
            continue
        if proposal.confidence >= ACCEPT:
            fields[proposal.field] = proposal.column
            sure[proposal.field] = proposal.confidence
            used.add(proposal.column)
        else:
            asked.append(proposal)
    asked = [proposal for proposal in asked if proposal.column not in used and proposal.field not in fields]
    return ColumnMapping(fields, place, tuple(asked), tuple(name for name in left if name not in used), personal, sure)


def is_personal(column: str) -> bool:
    """Whether a column looks like the name, birth date, address or number of a person, or like who a person is."""
    folded = fold_text(column)
    known = vocabulary()
    if folded in folded_set(known.personal):
        return True
    if is_count(folded):
        return False
    tokens = stems(folded)
    whose = tuple(token for token in tokens if token not in stem_set(known.name_words))
    return any(_holds(tokens, fact) for fact in known.private_facts) or any(_holds(whose, person) for person in known.private_people)


def _holds(tokens: tuple[str, ...], phrase: str) -> bool:
    """Whether the words of a phrase stand beside each other among these."""
    wanted = stems(fold_text(phrase))
    return any(tokens[start : start + len(wanted)] == wanted for start in range(len(tokens) - len(wanted) + 1))


def find_place(columns: Iterable[str]) -> dict[str, str]:
    """Coordinate columns: WKT before longitude and latitude, both in one column, and x and y.

    Returns
    -------
    Mapping of ``wkt``; ``lon`` and ``lat``; ``latlon``, ``lonlat`` or ``pair`` (in an order that its name does not say); or ``x`` and
    ``y`` to their columns; empty where there are none.
    """
    by_folded = {fold_text(name): name for name in reversed(list(columns))}

    places = vocabulary().places

    def first(key: str) -> str | None:
        return next((by_folded[fold_text(word)] for word in places[key] if fold_text(word) in by_folded), None)

    for keys in (("wkt",), ("lon", "lat"), ("latlon",), ("lonlat",), ("pair",), ("x", "y")):
        found = {key: column for key in keys if (column := first(key))}
        if len(found) == len(keys):
            return found
    return {}


def _is_field(table: Table, column: str) -> bool:
    """Whether a column has just the words of a field, such as "owner" might."""
    return any(confidence(table, item, column) == 1 for item in table.fields)


def _scores(table: Table, column: str) -> list[Proposal]:
    """The fields that a column may be, surest first; where two are about as likely, both are asked."""
    found = [Proposal(column, item.name, sure) for item in table.fields if (sure := confidence(table, item, column)) >= _ASK]
    found.sort(key=lambda proposal: -proposal.confidence)
    if len(found) > 1 and ACCEPT <= found[0].confidence < _SAME_WORDS and found[0].confidence - found[1].confidence <= _NEAR:
        return [replace(proposal, confidence=min(proposal.confidence, _TIED)) for proposal in found]
    return found
