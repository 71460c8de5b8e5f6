"""Pages of the ranked table: sorted, filtered, written in the person's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dashboard.i18n import format_area, format_money, format_number, format_share, translate
from dashboard.programme import Programme
from dashboard.services.disagreement import has_profiles, view_disagreement
from dashboard.services.firmness import view_firmness
from dashboard.services.measures import DISAGREEMENT, class_of_rank, measure_numbers
from dashboard.services.views import RankedView, filtered_rows, kept, ranked_view
from dashboard.state import ViewState
from geodata.schema.codes import HAZARD_TYPE, STATUS
from geodata.schema.text import say
from models.firmness import Disagreement, Firmness

if TYPE_CHECKING:
    from dashboard.estimates import Estimates

Integers = NDArray[np.int64]
MAX_PAGE_ROWS = 500
_TEXT_COLUMNS = {"name": "name", "place": "admin1", "hazard_type": "hazard_type", "status": "status"}
SORTABLE = ("rank", "change", "score", "people", "area_m2", "class", "likelihood", "profiles", *_TEXT_COLUMNS)
_NARROW = 2  # levels of the place that a row shows


@dataclass(frozen=True)
class TablePage:
    """A slice of the list.

    Attributes
    ----------
    rows : list of dict
        One an area, every value ready to show beside its number.
    n_rows : int
        Length of the whole filtered list.
    """

    rows: list[dict[str, Any]]
    n_rows: int


def table_page(programme: Programme, state: ViewState, start: int, end: int, language: str, data_version: str | None = None) -> TablePage:
    """Rows ``start`` to ``end`` (not included) of a view's list, in the view's order."""
    view = ranked_view(programme, state, data_version)
    order = list_order(programme, state, data_version)
    first = min(max(start, 0), len(order))
    wanted = order[first : min(max(end, first), first + MAX_PAGE_ROWS)]
    classes = class_of_rank(view.ranking.rank[wanted], view.ranking.n_ranked)
    parts = (
        [_row(view, int(row), int(code), language) for row, code in zip(wanted, classes, strict=True)],
        _firm(view_firmness(programme, view), wanted, language),
        _profiles(view_disagreement(programme, view), wanted, language),
        _estimated(programme.estimates(view.snapshot), wanted, language),
    )
    return TablePage([{name: cell for part in row for name, cell in part.items()} for row in zip(*parts, strict=True)], len(order))


def list_order(programme: Programme, state: ViewState, data_version: str | None = None) -> Integers:
    """Row numbers of a view's list in the order that the view sorts by; unknown values stand last."""
    view = ranked_view(programme, state, data_version)
    estimates = programme.estimates(view.snapshot)
    version = "" if estimates is None else estimates.version
    key = (view.data_version, version, view.digest, state.of_filters(), state.sort)
    return kept(programme).get(
        "order", key, lambda: _sorted_rows(programme, view, filtered_rows(programme, state, data_version), state.sort)
    )


def position_of(programme: Programme, state: ViewState, row: int, data_version: str | None = None) -> int | None:
    """Place of an area in a view's list, from 0; None where the filters leave it out."""
    found = np.flatnonzero(list_order(programme, state, data_version) == row)
    return int(found[0]) if len(found) else None


def _sorted_rows(programme: Programme, view: RankedView, rows: Integers, sort: str) -> Integers:
    column, is_descending = sort.removeprefix("-"), sort.startswith("-")
    if column not in SORTABLE or sort == "rank":
        return rows
    keys = _sort_key(programme, view, column)[rows]
    unknown = np.isnan(keys)
    order = np.argsort(-keys if is_descending else keys, kind="stable")  # NaN sorts last both ways
    return np.concatenate([rows[order][~unknown[order]], rows[unknown]])


def _sort_key(programme: Programme, view: RankedView, column: str) -> NDArray[np.float64]:
    if column == "likelihood":
        estimates = programme.estimates(view.snapshot)
        return np.full(view.columns.n_areas, np.nan) if estimates is None else estimates.areas["prob"].to_numpy(dtype=np.float64)
    ranking, columns = view.ranking, view.columns
    if column in _TEXT_COLUMNS:
        return columns.order_of(_TEXT_COLUMNS[column]).astype(float)
    keys: dict[str, Any] = {
        "rank": lambda: ranking.rank,
        "change": lambda: view.rank_change,
        "score": lambda: np.where(ranking.is_ranked, ranking.score, np.nan),
        "people": lambda: columns.people,
        "area_m2": lambda: columns.area_m2,
        "class": lambda: ranking.table.assignment.block.astype(float),
        "profiles": lambda: measure_numbers(programme, view, DISAGREEMENT) if has_profiles(programme) else np.full(columns.n_areas, np.nan),
    }
    result: NDArray[np.float64] = keys[column]()
    return result


def _row(view: RankedView, row: int, code: int, language: str) -> dict[str, Any]:
    ranking, columns = view.ranking, view.columns
    is_ranked = ranking.rank[row] == ranking.rank[row]
    place = columns.place_of(row)
    people, area_m2 = float(columns.people[row]), float(columns.area_m2[row])
    hazard_type = str(columns.text("hazard_type")[row]) or "not_stated"
    return {
        "row": row,
        "area_id": str(columns.area_ids[row]),
        "rank": int(ranking.rank[row]) if is_ranked else None,
        "reason": str(ranking.reason_unranked[row]),
        "change": _whole(view.rank_change[row]),
        "name": columns.name_of(row),
        "place": ", ".join(reversed(place[-_NARROW:])) if place else "",
        "hazard_type": hazard_type,
        "hazard_type_label": HAZARD_TYPE.label(hazard_type, language),
        "status": STATUS.label(str(columns.text("status")[row]) or "not_stated", language),
        "class": class_label(view, row, language),
        "score": float(ranking.score[row]) if is_ranked else None,
        "score_text": format_number(float(ranking.score[row]), language, 3) if is_ranked else "–",
        "colour": code,
        "people": format_number(people, language, 0),
        "area_m2": format_area(area_m2, language),
        "is_tasked": bool(ranking.is_tasked[row]),
    }


def _firm(firmness: Firmness | None, rows: Integers, language: str) -> list[dict[str, str]]:
    """How firm the rank of each row is; "" where it has none, or that is not estimated."""
    if firmness is None:
        return [{"firmness": "", "top_share": ""}] * len(rows)
    advice, shares = firmness.advice_of(rows), firmness.share[rows]
    return [
        {"firmness": word or "", "top_share": "" if word is None else format_share(float(share), language)}
        for word, share in zip(advice, shares, strict=True)
    ]


def _estimated(estimates: Estimates | None, rows: Integers, language: str) -> list[dict[str, str]]:
    """Likelihood and next step of each row in words; "" where not estimated."""
    if estimates is None:
        return [{"likelihood": "", "likelihood_note": "", "next_step": ""}] * len(rows)
    probs, costs, actions = (estimates.areas[name].iloc[rows].tolist() for name in ("prob", "cost_usd", "action"))
    note = translate("estimate.never_releases", language)
    words = {action: translate(f"estimate.action_{action}", language) for action in set(actions) if action}
    return [
        {
            "likelihood": format_share(prob, language) if prob == prob else "",
            "likelihood_note": note if prob == prob else "",
            "next_step": f"{words[action]} · {format_money(cost, language)}" if action else "",
        }
        for prob, cost, action in zip(probs, costs, actions, strict=True)
    ]


def _profiles(found: Disagreement | None, rows: Integers, language: str) -> list[dict[str, str]]:
    """Best and worst rank of each row in the profiles' lists, and in how many it is among the first."""
    if found is None:
        return [{"profiles": "", "profiles_top": ""}] * len(rows)
    return [_of_profiles(found, int(row), language) for row in rows]


def _of_profiles(found: Disagreement, row: int, language: str) -> dict[str, str]:
    if found.n_ranking[row] == 0:
        return {"profiles": "–", "profiles_top": ""}
    best, worst = (format_number(float(ends[row]), language, 0) for ends in (found.best, found.worst))
    counts = {"n": int(found.n_top[row]), "profiles": found.n_profiles, "top": format_number(found.top, language, 0)}
    return {"profiles": best if best == worst else f"{best}–{worst}", "profiles_top": translate("cell.profiles_top", language, **counts)}


def class_label(view: RankedView, row: int, language: str) -> str:
    """Label of an area's class, or "" for none."""
    place = int(view.ranking.table.assignment.index[row])
    return say(view.ranking.table.classes[place].label, language) if place >= 0 else ""


def _whole(number: float) -> int | None:
    return None if np.isnan(number) else int(number)
