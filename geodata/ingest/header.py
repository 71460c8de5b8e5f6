"""Where the header of a table is: below titles, in one row or two, with or without tags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Row = Sequence[str | None]
LOOKED_AT = 40
"""Rows from the top in which a header may begin."""
_NO_TEXT = re.compile(r"^[-+\d.,/:% ]+$")


@dataclass(frozen=True)
class Header:
    """A header and what surrounds it.

    Attributes
    ----------
    start : int
        Rows above it.
    n_rows : int
        Rows of it: 1, 2 where groups of columns stand above columns, one more with HXL tags.
    names : tuple of str
        One a column, each once.
    notes : tuple of dict
        Findings (fields of :class:`geodata.ingest.findings.Finding`).
    """

    start: int
    n_rows: int
    names: tuple[str, ...]
    notes: tuple[dict[str, Any], ...] = ()


def find_header(rows: Sequence[Row]) -> Header:
    """Find the header among the first rows of a table.

    Parameters
    ----------
    rows : sequence of rows
        The first rows, at least one; empty cells are None or "".
    """
    width = max(len(row) for row in rows)
    cells = [[(cell or "").strip() for cell in row] + [""] * (width - len(row)) for row in rows[:LOOKED_AT]]
    start = _first(cells)
    notes = []
    if start:
        shown = next(cell for cell in cells[0] if cell) if any(cells[0]) else ""
        notes.append(_note("rows_above_header", start, f'{start} rows above the header were left out ("{shown[:60]}").'))
    names, below = cells[start], cells[start + 1 :]
    n_rows = 1
    if below and _is_second_row(names, below[0], below[1:]):
        names, n_rows = _joined(names, below[0]), 2
        notes.append(
            _note("header_of_two_rows", 2, f'The header has two rows; their texts were joined, as in "{names[_first_gap(cells[start])]}".')
        )
    if len(below) >= n_rows and _is_tags(below[n_rows - 1]):
        n_rows += 1
        notes.append(_note("tags_left_out", 1, "The row of HXL tags below the header was left out."))
    return Header(start, n_rows, tuple(unique_names(names)), tuple(notes))


def unique_names(header: Sequence[str | None]) -> list[str]:
    """Column names without empty or double ones: ``column 3``, ``name (2)``."""
    names: list[str] = []
    for index, raw in enumerate(header, 1):
        name = " ".join((raw or "").split()) or f"column {index}"
        candidate, number = name, 2
        while candidate in names:
            candidate, number = f"{name} ({number})", number + 1
        names.append(candidate)
    return names


def _first(cells: list[list[str]]) -> int:
    """Rows of titles: those at the top with less than half as many cells as is usual, before the first row of texts."""
    filled = [sum(bool(cell) for cell in row) for row in cells]
    usual = sorted(filled)[len(filled) // 2]
    if usual < 2 or filled[0] >= usual / 2:
        return 0
    for index, row in enumerate(cells):
        if filled[index] >= max(2, usual / 2) and not any(_NO_TEXT.match(cell) for cell in row if cell):
            return index
    return 0


def _is_second_row(first: list[str], second: list[str], below: list[list[str]]) -> bool:
    """Whether a row names the columns of groups that the row above it names.

    Groups leave gaps above and columns without a group leave gaps below; names are texts that do not come again in their column.
    """
    used = [index for index in range(len(first)) if first[index] or second[index] or any(row[index] for row in below)]
    gaps = [index for index in used if not first[index]]
    named = [index for index in used if second[index]]
    return (
        bool(gaps)
        and gaps[0] > 0
        and len(named) >= 2
        and all(second[index] for index in gaps)
        and any(first[index] and not second[index] for index in used)
        and not any(_NO_TEXT.match(second[index]) for index in named)
        and not any(row[index] == second[index] for row in below for index in named)
        and bool(below)
    )


def _joined(first: list[str], second: list[str]) -> list[str]:
    names, group = [], ""
    for above, below in zip(first, second, strict=True):
        group = above or group
        names.append(f"{group} {below}" if below else above)
    return names


def _first_gap(row: list[str]) -> int:
    return next(index for index, cell in enumerate(row) if not cell)


def _is_tags(row: list[str]) -> bool:
    filled = [cell for cell in row if cell]
    return bool(filled) and all(re.match(r"^#[a-z]+", cell) for cell in filled)


def _note(code: str, n_rows: int, message: str) -> dict[str, Any]:
    return {"code": code, "severity": "note", "n_rows": n_rows, "examples": [], "message": message, "remedy": ""}
