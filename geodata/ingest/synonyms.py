"""Words that authorities use for fields and codes, in the languages met so far (``synonyms.yaml`` beside)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

Words = tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """Words by what they stand for.

    Attributes
    ----------
    ids : mapping table -> words
        For the identifier of a table's records; ``any_id`` for identifiers of whatever.
    common_fields, fields : mapping field -> words, mapping table -> field -> words
    places : mapping of lon, lat, x, y, wkt -> words
    personal : words
        For what identifies a person.
    yes, no : words
    codes : mapping code list -> code -> words
    skipped : words
        Articles and prepositions, which do not count in comparisons.
    software : words
        Column names that a GIS gives by itself.
    id_words, dates : words
        That make an identifier out of a kind of record ("task no."); that say a date and no more.
    nouns : mapping table -> words
        What its records are called, in the singular.
    people, happened : mapping part of a field's name -> words or phrases
        Of counts by sex and age: who, and what happened to them.
    how_many, counting : words
        That begin the name of a count; that stand beside one without a meaning of their own.
    sex_words, sexes, fates : words
        For the sex of people; what it may be; what may have happened to them.
    private_people, private_facts : words
        Persons whose names are none of ours; facts that identify a person.
    name_words : words
        For "name".
    """

    ids: Mapping[str, Words]
    any_id: Words
    common_fields: Mapping[str, Words]
    fields: Mapping[str, Mapping[str, Words]]
    places: Mapping[str, Words]
    personal: Words
    yes: Words
    no: Words
    codes: Mapping[str, Mapping[str, Words]]
    skipped: Words
    software: Words
    id_words: Words
    dates: Words
    nouns: Mapping[str, Words]
    people: Mapping[str, Words]
    happened: Mapping[str, Words]
    how_many: Words
    counting: Words
    sex_words: Words
    sexes: Words
    fates: Words
    private_people: Words
    private_facts: Words
    name_words: Words


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The vocabulary that comes with the package."""
    text = files("geodata.ingest").joinpath("synonyms.yaml").read_text(encoding="utf-8")
    content: Mapping[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return Vocabulary(**{name: _frozen(words) for name, words in content.items()})


def _frozen(words: Any) -> Any:
    """Lists as tuples, at every depth."""
    return {key: _frozen(value) for key, value in words.items()} if isinstance(words, dict) else tuple(words)


def field_words(table: str, field: str) -> Words:
    """Words for a field: the table's own before those that all tables share."""
    known = vocabulary()
    if field == "area_id":
        return (*known.ids["hazard_areas"], *known.fields.get(table, {}).get(field, ()))
    return tuple(known.fields.get(table, {}).get(field) or known.common_fields.get(field, ()))


def code_words(name: str) -> Mapping[str, Words]:
    """Words for each code of a list."""
    return vocabulary().codes.get(name, {})
