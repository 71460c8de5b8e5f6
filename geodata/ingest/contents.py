"""What the values of columns say about the file: columns that hold each other's values, letters in a wrong encoding."""

from __future__ import annotations

import re

import pandas as pd
from pandas import DataFrame, Series

from geodata.ingest.findings import Finding, finding
from geodata.ingest.synonyms import vocabulary
from geodata.ingest.words import fold_text, folded_set, stem, stem_set

_MOST = 0.9
"""Share of a column's values that must be of a kind for the column to count as of that kind."""
_MANY = 60
"""Distinct values above which a column is no list of answers."""
_GARBLED = re.compile(r"[^\W\d_][¥¢¤§¬±¶º\ufffd\u2500-\u259f][^\W\d_]|Ã[\u0080-\u00bf]|Ð[\u0080-\u00bf]|Ø[\u0080-\u00bf]")
"""Signs between letters, and UTF-8 that was read as Latin-1."""
_SIGNS = frozenset("¥¢¤§¬±¶ºÃÐØ\ufffd") | frozenset(map(chr, range(0x2500, 0x25A0)))
"""One of which each match holds."""
_LOOKED_AT = 1_000
"""Characters of a value, and rows before the rest, that are looked at."""


def check_contents(frame: DataFrame) -> list[Finding]:
    """Findings over the columns of a file as read; nothing is changed.

    Parameters
    ----------
    frame : DataFrame
        All columns, also those that are not taken over.
    """
    texts = {str(name): frame[name] for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])}
    few = {name: column for name, column in texts.items() if column.head(_LOOKED_AT).nunique() <= _MANY}
    answers = {name: column for name, column in few.items() if 0 < column.nunique() <= _MANY}
    counts = {name: column.dropna().astype("str").value_counts() for name, column in answers.items()}
    return [*_exchanged(counts), *_garbled(texts)]


def _exchanged(counts: dict[str, Series]) -> list[Finding]:
    """A column named for the sex of people that holds what happened to them."""
    known = vocabulary()
    sexes, fates = (stem_set(words) for words in (known.sexes, (*known.happened["killed"], *known.happened["injured"], *known.fates)))
    named = [name for name in counts if fold_text(name) in folded_set(known.sex_words)]
    found = []
    for name in named:
        if _share(counts[name], fates) < _MOST or _share(counts[name], sexes) >= _MOST:
            continue
        other = next((column for column, count in counts.items() if column != name and _share(count, sexes) >= _MOST), None)
        shown = ", ".join(str(value) for value in counts[name].index[:2])
        if other is None:
            message = f'Column "{name}" is named for the sex of people, but holds what happened to them ({shown}).'
        else:
            sex = ", ".join(str(value) for value in counts[other].index[:2])
            message = f'Columns "{name}" and "{other}" look exchanged: "{name}" holds {shown} and "{other}" holds {sex}.'
        rows = int(counts[name].sum())
        found.append(Finding("columns_exchanged", "warning", rows, (), message, "Mind it in the mapping, and tell who made the file."))
    return found


def _share(counts: Series, words: frozenset[str]) -> float:
    """Share of the rows whose value is one of these words."""
    is_known = [any(stem(token) in words for token in fold_text(str(value)).split()) for value in counts.index]
    return float(counts[is_known].sum() / counts.sum())


def _garbled(texts: dict[str, Series]) -> list[Finding]:
    found = []
    for name, column in texts.items():
        distinct = [str(value)[:_LOOKED_AT] for value in column.dropna().unique()]
        if _SIGNS.isdisjoint("".join(distinct)):
            continue
        bad = [value for value in distinct if _GARBLED.search(value)]
        if bad:
            rows = int(column.astype("str").str[:_LOOKED_AT].isin(bad).sum())
            message = f'Column "{name}": {rows:,} values hold letters in a wrong encoding ({{culprits}}).'
            shown = [value[:40] for value in bad]
            found.append(finding("text_garbled", "warning", shown, message, "Export it again in UTF-8, or mend the names.", n_rows=rows))
    return found
