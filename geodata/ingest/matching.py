"""How surely a column's name is a field: by the words for the field, by its parts, or by likeness."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import lru_cache

from geodata.ingest.synonyms import field_words, vocabulary
from geodata.ingest.units import YES_NO, measures, split_unit
from geodata.ingest.words import fold_text, folded_set, stem_set, stems
from geodata.schema.records import Field, Table

_SHORT = 10
"""Length to which Shapefiles cut column names."""
_REFERS = {"area_id": "hazard_areas", "activity_id": "activities", "project_id": "projects"}
_UNSURE = 0.8
"""Confidence of what is likely, but asked."""


def confidence(table: Table, item: Field, column: str) -> float:
    """How surely a column of that name is a field, 0 to 1.

    The best of: the same words (1), the same words in another form or order (0.93-0.97), the parts of which the field's name is made
    (0.93), a name that a Shapefile has cut (0.9), and likeness of letters (at most 0.87). A unit that does not fit the field, or a name
    that a GIS gives by itself, is no match; a bare "date" in a table of several dates is asked.
    """
    if fold_text(column) in _words(table, item):
        return _UNSURE if _is_vague(table, item, fold_text(column)) or is_of_software(column) else 1.0
    plain, unit = split_unit(column)
    if unit is not None and not measures(unit, item):
        return 0.0
    folded = fold_text(plain)
    if not folded or is_of_software(column):
        return _UNSURE - 0.1 if item.name == table.id_field and _is_row_number(column) else 0.0
    if item.type not in ("number", "integer") and is_count(folded):
        return 0.0
    best = max(_by_words(folded, column, words) for words in _words(table, item))
    best = max(best, _by_kind(table, item, folded), _by_id(table, item, folded), _by_people(table, item, folded))
    is_asked = _is_vague(table, item, folded) or (item.type != "boolean" and YES_NO.search(column) is not None)
    return min(best, _UNSURE) if is_asked else best


def is_of_software(column: str) -> bool:
    """Whether a column's name is one that a GIS gives by itself (sizes in whatever unit the map had, row numbers, editors)."""
    folded = fold_text(column)
    known = folded_set(vocabulary().software)
    return folded in known or (len(column) in (_SHORT - 1, _SHORT) and any(_is_cut(folded, word) for word in known))


def _is_row_number(column: str) -> bool:
    return fold_text(column) in {"objectid", "fid", "ogc fid", "oid", "gid"}


def _words(table: Table, item: Field) -> tuple[str, ...]:
    return _folded_words(table.name, item.name, item.name == table.id_field)


@lru_cache(maxsize=512)
def _folded_words(table: str, field: str, is_id: bool) -> tuple[str, ...]:
    words = vocabulary().ids.get(table, ()) if is_id else field_words(table, field)
    return tuple(dict.fromkeys(fold_text(word) for word in (field, *words)))


def _by_words(folded: str, column: str, word: str) -> float:
    """Against one of the words for a field."""
    if folded == word:
        return 1.0
    tight, tight_word = folded.replace(" ", ""), word.replace(" ", "")
    if tight == tight_word or sorted(folded.split()) == sorted(word.split()):
        return 0.97
    mine, theirs = stems(folded), stems(word)
    if mine and sorted(mine) == sorted(theirs):
        return 0.93
    if len(column) in (_SHORT - 1, _SHORT) and len(tight) >= 7 and tight_word.startswith(tight):
        return _UNSURE if column.endswith(("_", " ")) else 0.9
    return _by_likeness(tight, tight_word, mine, theirs)


def _by_kind(table: Table, item: Field, folded: str) -> float:
    """A field said with the kind of record it is of, or with "name" ("task status", "Название участка", "Province name")."""
    nouns = _nouns(table.name)
    if item.type == "text" and item.name != "name" and not item.name.endswith(("_id", "_links", "_code")):
        nouns |= stem_set(vocabulary().name_words)
    mine = sorted(token for token in stems(folded) if token not in nouns)
    if not mine:
        return 0.0
    return 0.9 if any(mine == sorted(token for token in stems(word) if token not in nouns) for word in _words(table, item)) else 0.0


@lru_cache(maxsize=32)
def _nouns(table: str) -> frozenset[str]:
    """Stems of what the records of a table are called."""
    return stem_set(tuple(vocabulary().nouns.get(table, ())))


def _by_likeness(tight: str, tight_word: str, mine: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    """Letters alike: taken over only where one word of the name has another ending or a slip, never another beginning or digit."""
    if len(tight) < 5:
        return 0.0
    ratio = SequenceMatcher(None, tight, tight_word).ratio()
    if ratio < 0.8 or [char for char in tight if char.isdigit()] != [char for char in tight_word if char.isdigit()]:
        return 0.0
    differing = [(left, right) for left, right in zip(mine, theirs, strict=False) if left != right]
    is_slip = len(mine) == len(theirs) and len(differing) == 1 and differing[0][0][:2] == differing[0][1][:2]
    return round(0.9 * ratio, 3) if is_slip else min(round(0.9 * ratio, 3), _UNSURE)


def _by_id(table: Table, item: Field, folded: str) -> float:
    """An identifier, said as a kind of record and a word such as "no." or "code"; the bare word is one of the table's own records."""
    target = table.name if item.name == table.id_field else _REFERS.get(item.name)
    if target is None:
        return 0.0
    known = vocabulary()
    tokens = [token for token in folded.split() if token not in folded_set(known.skipped)]
    rest = [token for token in tokens if token not in folded_set(known.id_words)]
    if folded in folded_set(known.any_id):
        return 0.9 if target == table.name else 0.0
    nouns = frozenset(token for word in known.nouns.get(target, ()) for token in fold_text(word).split())
    return 0.93 if rest and len(rest) < len(tokens) and all(token in nouns for token in rest) else 0.0


def is_count(folded: str) -> bool:
    """Whether a name says how many there are ("Number of areas", "Nombre de zones"), not which."""
    first, *rest = folded.split()
    known = vocabulary()
    return bool(rest) and (first in folded_set(known.how_many) or (first in folded_set(known.counting) and rest[-1].endswith("s")))


def _by_people(table: Table, item: Field, folded: str) -> float:
    """A count of people by sex and age, said as what happened to whom ("women injured", "Hombres heridos")."""
    group, person = item.name.rpartition("_")[::2]
    known = vocabulary()
    if person not in known.people or group not in known.happened:
        return 0.0
    tokens = [token for token in stems(folded) if token not in stem_set(known.counting)]
    whom = {name for name, words in known.people.items() if any(token in stem_set(words) for token in tokens)}
    if whom != {person}:
        return 0.0
    what = sorted(token for token in tokens if token not in stem_set(known.people[person]))
    if not what:
        counted = {field.name.rpartition("_")[0] for field in table.fields if field.name.rpartition("_")[2] in known.people}
        return 0.93 if counted == {group} else 0.0
    return 0.93 if any(what == sorted(stems(fold_text(phrase))) for phrase in known.happened[group]) else 0.0


def _is_vague(table: Table, item: Field, folded: str) -> bool:
    """Whether a name says only "date" where the table has several dates."""
    dates = [field for field in table.fields if field.type == "date"]
    return item.type == "date" and len(dates) > 1 and item.name != "date" and folded in folded_set(vocabulary().dates)


def _is_cut(folded: str, word: str) -> bool:
    tight = folded.replace(" ", "")
    return len(tight) >= 7 and word.replace(" ", "").startswith(tight)
