"""Judgements "this area before that one": kept in the registry by group, or read from a file."""

from __future__ import annotations

import csv
import datetime as dt
import uuid
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.programme import Programme
from dashboard.services.importing import has_registry
from dashboard.services.views import RankedView
from geodata.errors import FileError, WrongUseError, name_culprits
from geodata.schema.codes import CONSULTATION, NOT_STATED
from geodata.schema.records import JUDGEMENTS

Integers = NDArray[np.int64]
EVERYONE = "all"
_MAX_GROUP = 80
_READ = ("before_id", "after_id", "stakeholder_group", "consultation")


@dataclass(frozen=True)
class Judgements:
    """Judgements that can be used with a snapshot.

    Attributes
    ----------
    pairs : array of int, m x 2
        Rows of the snapshot: the first was judged to come before the second.
    lost : tuple of text
        Areas that judgements name and the snapshot does not hold; those judgements are in no pair.
    """

    pairs: Integers
    lost: tuple[str, ...] = ()


def record_judgement(
    programme: Programme, view: RankedView, *, before_id: str, after_id: str, group: str, consultation: str, author: str
) -> str:
    """Keep one judgement in the registry, with who entered it; returns its id.

    Raises
    ------
    WrongUseError
        The two areas are one, an area is not in the snapshot, the group is not named, or the consultation is no code.
    """
    from geodata.registry import ChangeMeta

    name = " ".join(group.split())
    if not name or len(name) > _MAX_GROUP:
        raise WrongUseError("A judgement names the group that was asked, in 1 to 80 characters.", "Write who was asked.")
    if consultation not in CONSULTATION.values:
        raise WrongUseError(f"{consultation!r} is no kind of consultation.", f"Use {', '.join(CONSULTATION.values)}.")
    missing = [area for area in (before_id, after_id) if view.columns.row_of(area) is None]
    if missing or before_id == after_id:
        raise WrongUseError("A judgement compares two areas of the list.", "Judge another pair.")
    row = {
        "judgement_id": f"J-{uuid.uuid4().hex[:16]}",
        "before_id": before_id,
        "after_id": after_id,
        "stakeholder_group": name,
        "consultation": consultation,
        "judged_on": pd.Timestamp(dt.datetime.now(dt.UTC).date()),
        "data_version": view.data_version,
    }
    with closing(programme.open_registry(create=True)) as registry:
        registry.apply(JUDGEMENTS.name, pd.DataFrame([row]), ChangeMeta(author=author, reason="judgement on screen"))
    return str(row["judgement_id"])


def read_judgements(programme: Programme) -> pd.DataFrame:
    """All judgements, with the columns of the registry's table; none where there is no registry yet."""
    if not has_registry(programme):
        return pd.DataFrame(columns=list(JUDGEMENTS.columns))
    with closing(programme.open_registry()) as registry:
        return pd.DataFrame(registry.read(JUDGEMENTS.name))


def group_counts(table: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Judgements by group and consultation, the groups in the order of their names."""
    keys = [table["stakeholder_group"].fillna(""), table["consultation"].fillna(NOT_STATED)]
    counts: dict[Any, int] = table.groupby(keys, sort=True).size().to_dict()
    return {(str(key[0]), str(key[1])): int(n) for key, n in counts.items()}


def asked_apart(table: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    """Groups and consultations that can be looked at apart: ("", "") for everyone, everyone's women's, men's and joint consultations, then
    each group and its consultations; a consultation only where it is stated.
    """
    groups = table["stakeholder_group"].fillna("").astype(str)
    stated = table["consultation"].fillna(NOT_STATED).astype(str)
    found = []
    for group in ("", *sorted(set(groups) - {""})):
        own = set(stated[groups == group] if group else stated)
        found += [(group, ""), *((group, code) for code in CONSULTATION.values if code in own and code != NOT_STATED)]
    return tuple(found)


def judgements_of(view: RankedView, table: pd.DataFrame, group: str = "", consultation: str = "") -> Judgements:
    """Judgements of a group and a consultation, "" for all, as rows of a view's snapshot."""
    wanted = table
    if group:
        wanted = wanted[wanted["stakeholder_group"] == group]
    if consultation:
        wanted = wanted[wanted["consultation"] == consultation]
    names = list(zip(wanted["before_id"].astype(str), wanted["after_id"].astype(str), strict=True))
    row_of = {name: view.columns.row_of(name) for pair in names for name in pair}
    rows = [(row_of[before], row_of[after]) for before, after in names]
    known = [(before, after) for before, after in rows if before is not None and after is not None]
    lost = tuple(name for name, row in row_of.items() if row is None)
    return Judgements(np.array(known, dtype=np.int64).reshape(-1, 2), lost)


def read_judgement_file(path: Path) -> pd.DataFrame:
    """Judgements of a CSV file with the columns ``first``, ``second`` and, optionally, ``kind`` (of stakeholder).

    Returns
    -------
    DataFrame
        The columns of the registry's table that the file fills.

    Raises
    ------
    FileError
        The file cannot be read, or lacks a column or a value.
    """
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{path}: the file cannot be read ({error}).", "Save it as CSV in UTF-8.") from error
    empty = [str(number) for number, row in enumerate(rows, start=2) if not (row.get("first") and row.get("second"))]
    if empty or not rows:
        where = f"lines without both: {name_culprits(empty)}" if empty else "it has no lines"
        raise FileError(f"{path}: each line names a first and a second area; {where}.", "Use the columns first, second and kind.")
    read = [(row["first"].strip(), row["second"].strip(), (row.get("kind") or "").strip(), NOT_STATED) for row in rows]
    return pd.DataFrame(read, columns=list(_READ))


def by_stakeholder(table: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Name of each group, and of its women's and men's consultations -> group and consultation to select.

    Where no group is named, "all" stands for everyone.
    """
    found: dict[str, tuple[str, str]] = {}
    groups = table["stakeholder_group"].fillna("")
    for group in dict.fromkeys(groups):
        found[str(group) or EVERYONE] = (str(group), "")
        stated = table.loc[groups == group, "consultation"].fillna(NOT_STATED)
        for consultation in sorted(set(stated) - {NOT_STATED}):
            found[f"{group or EVERYONE}, {consultation}"] = (str(group), str(consultation))
    return found
