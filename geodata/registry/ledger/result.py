"""What a ledger is: its terms, its groups and its findings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from pandas import DataFrame, Series

from geodata.ingest.findings import Finding

Grouping = Literal["admin1", "admin2", "treaty", "eo_category", "area_id", "all"]
GROUPINGS: tuple[str, ...] = get_args(Grouping)
GAINS = ("opening_m2", "newly_recorded_m2", "extended_m2", "reopened_m2", "transferred_in_m2", "remeasured_m2")
LOSSES = ("cancelled_m2", "reduced_m2", "cleared_m2", "transferred_out_m2", "closing_m2")
RELEASED = ("cancelled_m2", "reduced_m2", "cleared_m2")
ASIDE = ("sha_to_cha_m2", "released_outside_m2")
"""Measures that stand beside the balance and are part of no sum."""
DONE = ("closed", "released")
TRANSFERS = ("transferred", "split", "merged")
TOLERANCE_SHARE = 0.005
"""What an area may be off by, as a share of what it held, before it is named; 1 m2 at least."""


@dataclass(frozen=True)
class Ledger:
    """A ledger of one period.

    Attributes
    ----------
    first, last : date
        The period, both days in it.
    known : datetime or None
        Only what was known by then.
    by : str
        What a row stands for.
    table : DataFrame
        One row a group, its name in column ``by``: the terms in m2 (losses positive), ``imbalance_m2`` (gains less losses, always those
        of the row itself; unknown for one area of unknown size), ``sha_to_cha_m2``, ``released_outside_m2`` (released land outside every
        outline its area had), ``n_areas``, and ``n_size_unknown`` (areas whose size no outline and no statement tells: they are in no
        opening and no closing, and what was released of them stands in the imbalance).
    findings : tuple of Finding
        Which areas do not balance, and why.
    imbalances : Series
        Imbalance of each area in m2, whatever a row stands for; NaN where its size is unknown.
    """

    first: dt.date
    last: dt.date
    known: dt.datetime | None
    by: Grouping
    table: DataFrame
    findings: tuple[Finding, ...]
    imbalances: Series

    def as_dict(self) -> dict[str, Any]:
        """Plain types; sizes to 0.1 m2, unknown ones None."""
        rows = [{name: _plain(value) for name, value in row.items()} for row in self.table.to_dict("records")]
        findings = [item.as_dict() for item in self.findings]
        known = self.known.isoformat() if self.known else None
        period = {"first": self.first.isoformat(), "last": self.last.isoformat(), "known": known, "by": self.by}
        return {**period, "rows": rows, "findings": findings}


def _plain(value: object) -> object:
    if isinstance(value, (float, np.floating)):
        return None if np.isnan(value) else round(float(value), 1) + 0.0
    return int(value) if isinstance(value, (int, np.integer)) else str(value)
