"""The ledger command: what was suspected, added and released in a period, how, what remains, and what does not add up."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.commands.output import Outcome
from dashboard.commands.results import LedgerResult
from dashboard.commands.tables import DISCLAIMER, aligned, plain
from dashboard.programme import Programme

if TYPE_CHECKING:
    from geodata.registry.ledger import Ledger

SIGNS = {
    "opening_m2": "", "newly_recorded_m2": "+", "extended_m2": "+", "reopened_m2": "+", "transferred_in_m2": "+", "remeasured_m2": "+",
    "cancelled_m2": "-", "reduced_m2": "-", "cleared_m2": "-", "transferred_out_m2": "-", "closing_m2": "=", "imbalance_m2": "",
}  # fmt: skip
"""Terms in the order of the equation and how each enters; what is left over is the imbalance."""


def run_ledger(arguments: argparse.Namespace) -> Outcome:
    """The ledger of a period, as a table or a file."""
    programme = Programme.open(arguments.programme)
    first, last = period(arguments.first, arguments.last, dt.datetime.now(dt.UTC).date())
    ledger = programme.ledger(first, last, by=arguments.by, known=arguments.known)
    notes = list(_notes(programme, ledger))
    if arguments.output:
        from dashboard.export.plain_table import write_plain

        findings = [f"{item.severity}: {item.message}" for item in ledger.findings]
        write_plain(Path(arguments.output), ledger.table.round(1), [*notes, *findings], sheet="ledger")
    plain_rows = ledger.as_dict()
    rows = [{"group" if name == ledger.by else name: value for name, value in row.items()} for row in plain_rows["rows"]]
    result = LedgerResult.model_validate({**plain_rows, "rows": rows, "file": arguments.output})
    return Outcome(result, f"{arguments.output}" if arguments.output else "\n".join([notes[0], *_lines(ledger), "", *notes[1:]]))


def period(first: dt.date | None, last: dt.date | None, today: dt.date) -> tuple[dt.date, dt.date]:
    """A period made whole: the last whole year by default, else the year of its first or last day."""
    year = first.year if first else last.year if last else today.year - 1
    return first or dt.date(year, 1, 1), last or dt.date(year, 12, 31)


def _notes(programme: Programme, ledger: Ledger) -> Iterator[str]:
    fictional = "FICTIONAL. " if programme.config.programme.fictional else ""
    known = f", as known at {ledger.known:%Y-%m-%d}" if ledger.known else ""
    yield f"{fictional}{programme.name}: land release {ledger.first} to {ledger.last}{known}, by {ledger.by}, in m2."
    if ledger.by in ("treaty", "eo_category"):
        yield "An area of several categories stands under each: rows must not be added up."
    yield DISCLAIMER


def _lines(ledger: Ledger) -> Iterator[str]:
    """The table on its side: a line a term, a column a group; terms that are 0 everywhere are left out."""
    table = ledger.table.set_index(ledger.by)
    shown = [term for term in SIGNS if term in ("opening_m2", "closing_m2", "imbalance_m2") or (table[term] != 0).any()]
    if len(table) <= 6:
        heads = ["", *(plain(str(name)) or "(not stated)" for name in table.index)]
        yield from aligned([heads, *([f"{SIGNS[term]} {_said(term)}".strip(), *map(_m2, table[term])] for term in shown)])
    else:
        heads = [ledger.by, *map(_said, shown)]
        yield from aligned([heads, *([plain(str(name)) or "(not stated)", *map(_m2, row)] for name, row in _rows(table[shown]))])
    for item in ledger.findings:
        yield f"  {item.severity}: {item.message}"


def _rows(table: pd.DataFrame) -> Iterable[tuple[object, list[float]]]:
    return ((name, row.tolist()) for name, row in table.iterrows())


def _said(term: str) -> str:
    return term.removesuffix("_m2").replace("_", " ")


def _m2(value: float) -> str:
    return "unknown" if pd.isna(value) else f"{value + 0.0:,.0f}"
