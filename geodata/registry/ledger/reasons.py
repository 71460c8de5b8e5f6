"""Why areas do not balance, one finding a reason."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pandas import DataFrame, Series

from geodata.ingest.findings import Finding, finding
from geodata.registry.base import RecordChange
from geodata.registry.ledger.result import GAINS, RELEASED, TOLERANCE_SHARE, TRANSFERS

_MEND = "Mend records or say why."
_ADDED = ["opening_m2", "newly_recorded_m2", "reopened_m2", "transferred_in_m2"]


def name_reasons(table: DataFrame, unknown: Series, changes: Sequence[RecordChange]) -> list[Finding]:
    """Findings on the areas of a ledger.

    Parameters
    ----------
    table : DataFrame
        Terms by area, ``imbalance_m2`` among them.
    unknown : Series of bool
        Areas whose size is not known.
    changes : sequence of RecordChange
        Of the period.
    """
    found = _imbalances(table)
    found += _outside(table, found)
    found += _transfers(table, changes)
    if unknown.any():
        released = float(table.loc[unknown, list(RELEASED)].sum().sum())
        text = "{n} areas have no known size ({culprits}) and are in no opening or closing."
        if released:
            text += f" What was released of them, {released:,.0f} m2, stands in the imbalance."
        found.append(finding("ledger_size_unknown", "note", table.index[unknown], text, "Survey them."))
    return found


def _imbalances(table: DataFrame) -> list[Finding]:
    off = table.imbalance_m2.abs() > _tolerance(table)
    released = table[list(RELEASED)].sum(axis=1)
    held = table[_ADDED].sum(axis=1)
    is_stranger = (held == 0) & (released > 0)
    ended = (table.closing_m2 == 0) & (table[list(GAINS)].sum(axis=1) > 0)
    by_outside = (table.imbalance_m2 + table.released_outside_m2).abs() <= _tolerance(table)
    reasons = (
        ("ledger_no_product", off & ended & (released == 0), "were closed without a release product that says how"),
        ("ledger_size_changed", off & (table.unexplained_m2 != 0), "changed in size without a reason (extended, remeasured, transferred)"),
        ("ledger_released_before", off & is_stranger, "had land released while no record says that they held any"),
        ("ledger_released_outside", off & (table.imbalance_m2 < 0) & by_outside, "had land released outside their outlines"),
        ("ledger_released_less", off & ended & (released > 0) & (table.imbalance_m2 > 0), "were closed with less released than they held"),
        ("ledger_released_more", off & (table.imbalance_m2 < 0) & (released > 0), "had more released than they held"),
        ("ledger_still_open", off & ~ended & (released > 0) & (table.unexplained_m2 == 0), "had land released, but kept their size"),
        ("ledger_imbalance", off, "do not balance"),
    )
    found, explained = [], np.zeros(len(table), bool)
    for code, rows, text in reasons:
        here = rows.to_numpy() & ~explained
        explained |= here
        if here.any():
            total = float(table.imbalance_m2[here].sum())
            names = [str(name) or "(no area)" for name in table.index[here]]
            found.append(finding(code, "warning", names, f"{{n}} areas {text} ({{culprits}}): {total:+,.0f} m2.", _MEND))
    return found


def _tolerance(table: DataFrame) -> Series:
    allowed: Series = (TOLERANCE_SHARE * table[list(GAINS)].sum(axis=1)).clip(lower=1.0)
    return allowed


def _outside(table: DataFrame, found: Sequence[Finding]) -> list[Finding]:
    """Land released outside the outlines of its area, where it is not the reason of an imbalance already."""
    outside = table.released_outside_m2 > _tolerance(table)
    if any(item.code == "ledger_released_outside" for item in found):
        outside &= table.imbalance_m2.abs() <= _tolerance(table)
    if not outside.any():
        return []
    total = float(table.released_outside_m2[outside].sum())
    text = f"{{n}} areas had land released outside their outlines ({{culprits}}): {total:,.0f} m2."
    return [finding("ledger_outside_outline", "note", table.index[outside], text, "Extend the outlines where the suspicion went further.")]


def _transfers(table: DataFrame, changes: Sequence[RecordChange]) -> list[Finding]:
    """Splits and mergers keep the land there is: what left the old areas must come to the new ones."""
    touched = [change.record_id for change in changes if change.kind in TRANSFERS and change.kind != "transferred"]
    if not touched:
        return []
    part = table.loc[table.index.isin(touched), ["transferred_in_m2", "transferred_out_m2"]].sum()
    gap = float(part.transferred_in_m2 - part.transferred_out_m2)
    if np.isnan(gap) or abs(gap) <= max(1.0, TOLERANCE_SHARE * float(part.transferred_out_m2)):
        return []
    names = sorted(set(touched))
    text = f"{{n}} areas were split or merged ({{culprits}}), and the parts come to {gap:+,.0f} m2 against what there was."
    return [finding("ledger_parts_differ", "warning", names, text, "Check the outlines of the parts, or measure them again.")]
