"""Tables as text for a terminal."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from dashboard.programme import Programme
    from geodata.snapshot import Snapshot
    from models.ranking import Ranking

DISCLAIMER = "No recorded hazard does not mean no hazard. Not for navigation."
_HEADINGS = ("rank", "area", "name", "place", "class", "score", "rank range")
_WIDEST = 34


def top_table(programme: Programme, snapshot: Snapshot, ranking: Ranking, n: int) -> str:
    """The first areas of the list as a table, with what it is, how many there are and the disclaimer."""
    from dashboard.services.priority_list import priority_list

    frame = priority_list(snapshot, ranking, language=programme.config.programme.languages[0]).head(n)
    lines = [heading(programme, snapshot, ranking), *remarks(ranking), *aligned([_HEADINGS, *(_row(row) for _, row in frame.iterrows())])]
    return "\n".join([*lines, "", DISCLAIMER])


def heading(programme: Programme, snapshot: Snapshot, ranking: Ranking) -> str:
    """One line that says of what a list is."""
    fictional = "FICTIONAL. " if programme.config.programme.fictional else ""
    until = programme.config.programme.data_until
    data = f" Data to {until.year}." if until else ""
    profile = ranking.scenario.profile
    method = "" if ranking.is_additive else f"method {ranking.scenario.method} (for comparison), "
    return (
        f"{fictional}{programme.name}: {ranking.n_ranked:,} ranked, scenario {ranking.scenario.id}, profile {profile}, "
        f"{method}data version {snapshot.data_version}.{data}"
    )


def remarks(ranking: Ranking) -> list[str]:
    """What is out of the ordinary about a list, a line each; none for an ordinary one."""
    from dashboard.i18n import format_share, translate

    lines = [translate(f"remark.{flag.code}", "en", criteria=", ".join(flag.criteria)) for flag in ranking.flags]
    if ranking.n_tied:
        share = format_share(ranking.n_tied / ranking.n_ranked, "en", 1)
        lines.append(translate("remark.tied", "en", n=ranking.n_tied, share=share))
    return [f"Remark: {line}" for line in lines]


def _row(row: pd.Series) -> tuple[str, ...]:
    place = ", ".join(plain(row[level]) for level in ("admin2", "admin1") if isinstance(row[level], str) and row[level])
    best, worst = row["rank_best"], row["rank_worst"]
    span = "" if pd.isna(best) or pd.isna(worst) else f"{int(best)}-{int(worst)}"
    score = row["score"]
    shown = "unknown" if math.isnan(score) else f"{score:.3f}"
    rank = "-" if pd.isna(row["rank"]) else str(int(row["rank"]))
    return rank, plain(row["area_id"]), plain(row["name"]), place, plain(row["class"]), shown, span


def plain(value: object) -> str:
    """Text that a terminal can show: no control characters, shortened; empty for nothing."""
    if not isinstance(value, str):
        return ""
    text = "".join(character for character in value if unicodedata.category(character)[0] != "C")
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table whose columns start below each other."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
