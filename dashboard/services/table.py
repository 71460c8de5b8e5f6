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
from dashboard.state import ViewState, format_state
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
    firmness, others, estimates = view_firmness(programme, view), view_disagreement(programme, view), programme.estimates(view.snapshot)
    rows = [
        {
            **_row(view, int(row), int(code), language, firmness),
            **_profiles(others, int(row), language),
            **_estimated(estimates, int(row), language),
        }
        for row, code in zip(wanted, classes, strict=True)
    ]
    return TablePage(rows, len(order))


def list_order(programme: Programme, state: ViewState, data_version: str | None = None) -> Integers:
    """Row numbers of a view's list in the order that the view sorts by; unknown values stand last."""
    view = ranked_view(programme, state, data_version)
    estimates = programme.estimates(view.snapshot)
    version = "" if estimates is None else estimates.version
    key = (view.data_version, version, view.digest, format_state(state.of_colours().with_changes(measure="", sort=state.sort)))
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


def _row(view: RankedView, row: int, code: int, language: str, firmness: Firmness | None) -> dict[str, Any]:
    ranking, columns = view.ranking, view.columns
    is_ranked = bool(ranking.is_ranked[row])
    place = columns.place_of(row)
    people, area_m2 = float(columns.people[row]), float(columns.area_m2[row])
    hazard_type = str(columns.cell("hazard_type", row) or "not_stated")
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
        "status": STATUS.label(str(columns.cell("status", row) or "not_stated"), language),
        "class": class_label(view, row, language),
        "score": float(ranking.score[row]) if is_ranked else None,
        "score_text": format_number(float(ranking.score[row]), language, 3) if is_ranked else "–",
        "colour": code,
        "people": format_number(people, language, 0),
        "area_m2": format_area(area_m2, language),
        "is_tasked": bool(ranking.is_tasked[row]),
        "firmness": "" if firmness is None or not is_ranked else str(firmness.advice[row]),
        "top_share": "" if firmness is None or not is_ranked else format_share(float(firmness.share[row]), language),
    }


def _estimated(estimates: Estimates | None, row: int, language: str) -> dict[str, str]:
    """Likelihood and next step of a row in words; "" where not estimated."""
    if estimates is None:
        return {"likelihood": "", "likelihood_note": "", "next_step": ""}
    prob, cost = (float(estimates.areas[name].to_numpy()[row]) for name in ("prob", "cost_usd"))
    action = str(estimates.areas["action"].iat[row])
    told = f"{translate(f'estimate.action_{action}', language)} · {format_money(cost, language)}" if action else ""
    is_known = prob == prob
    return {
        "likelihood": format_share(prob, language) if is_known else "",
        "likelihood_note": translate("estimate.never_releases", language) if is_known else "",
        "next_step": told,
    }


def _profiles(found: Disagreement | None, row: int, language: str) -> dict[str, str]:
    """Best and worst rank of an area in the profiles' lists, and in how many it is among the first."""
    if found is None:
        return {"profiles": "", "profiles_top": ""}
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
