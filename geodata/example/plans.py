"""The treaty deadline, its extension and the milestones that were to keep it; and the authorities behind them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.example.history import DONORS, OPERATORS

__all__ = ["DEADLINE", "EXTENDED_TO", "MILESTONE_SHARES", "make_actions", "make_organisations"]

DEADLINE, EXTENDED_TO = "2018-06-01", "2028-06-01"
FIRST_MILESTONE = 2020
MILESTONE_SHARES = (0.92, 1.15, 1.35, 1.6, 1.9, 2.1)
"""What each year's milestone asked for, against what was really released in that year: promises rose, work did not."""
UNIT = "Nemoria mine action authority (fictional)"


def make_actions(products: pd.DataFrame) -> pd.DataFrame:
    """The action tracker: the deadline extended once, a milestone for each year since, and what is still due.

    Parameters
    ----------
    products : DataFrame with ``date`` and ``area_m2``
        What was released; milestones are rounded to 100,000 m2 where that keeps them apart from it.
    """
    year = pd.DatetimeIndex(products["date"]).year.to_numpy()
    rows: list[tuple[str, str, str, str, str]] = [
        ("Article 5 of the APMBC", "Clear all areas known to hold anti-personnel mines", DEADLINE, "overdue",
         f"Not met. Extension granted once, in 2017, to {EXTENDED_TO}."),
        ("Article 5 of the APMBC", "Clear all areas known to hold anti-personnel mines by the extended deadline", EXTENDED_TO, "ongoing",
         "A second request would have to be sent by 2027-03-31."),
    ]  # fmt: skip
    for number, share in enumerate(MILESTONE_SHARES):
        this = FIRST_MILESTONE + number
        done = float(products["area_m2"].to_numpy()[year == this].sum())
        step = 10.0 ** max(np.floor(np.log10(max(done, 1.0))) - 1, 0)
        asked = float(np.ceil(share * done / step) * step)
        met = done >= asked
        rows.append((
            "Extension request of 2017, work plan", f"Release {asked:,.0f} m2 in {this}", f"{this}-12-31",
            "completed" if met else "overdue", "Met." if met else f"Missed: {done:,.0f} m2 released.",
        ))  # fmt: skip
    rows.append((
        "Extension request of 2017, work plan", "Survey the province that no survey but the first has seen", "2023-12-31", "not_started",
        "No operator has offered to go.",
    ))  # fmt: skip
    rows.append((
        "Sustainable national capacity", "Hand survey and spot tasks over to a national unit", "2027-12-31", "ongoing",
        "Two of four teams trained.",
    ))  # fmt: skip
    columns = ("recommendation", "action", "due_date", "status", "comment")
    table = pd.DataFrame(rows, columns=list(columns))
    table.insert(0, "action_id", [f"AN-{k + 1:03d}" for k in range(len(table))])
    table.insert(3, "unit_responsible", UNIT)
    table["comment"] = table["comment"] + " FICTIONAL."
    return table


def make_organisations() -> pd.DataFrame:
    """Authority, operators and donors, all invented."""
    names = [(UNIT, "authority", "NMAA"), *((name, "operator", "") for name in OPERATORS), *((name, "donor", "") for name in DONORS)]
    table = pd.DataFrame(names, columns=["name", "kind", "short_name"])
    table.insert(0, "organisation_id", [f"OR-{k + 1:02d}" for k in range(len(table))])
    return table
