"""The ranked table: pages come from the server, so that a list of 100,000 scrolls like one of 100."""

from __future__ import annotations

from typing import Any

import dash_ag_grid as dag

from dashboard.components.ids import Priorities
from dashboard.components.page import Page
from dashboard.services.disagreement import has_profiles
from dashboard.services.views import TOP

PAGE_ROWS = 100
ROW_HEIGHT = 34


def priority_table(page: Page, people_label: str, *, has_types: bool = True) -> dag.AgGrid:
    """The table of a view; its rows come when it asks for them.

    Parameters
    ----------
    page : Page
    people_label : str
        Name of the column that counts people; "" leaves the column out.
    has_types : bool
        Whether areas are suspected or confirmed; without, the column is left out.
    """
    return dag.AgGrid(
        id=Priorities.TABLE,
        rowModelType="infinite",
        columnDefs=_columns(page, people_label, has_types),
        defaultColDef={"sortable": False, "resizable": True, "suppressHeaderMenuButton": True, "suppressMovable": True},
        getRowId="params.data.area_id",
        dashGridOptions={
            "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
            "cacheBlockSize": PAGE_ROWS,
            "maxBlocksInCache": 20,
            "maxConcurrentDatasourceRequests": 1,
            "infiniteInitialRowCount": PAGE_ROWS,
            "rowHeight": ROW_HEIGHT,
            "headerHeight": 36,
            "enableRtl": page.direction == "rtl",
            "animateRows": False,
            "suppressCellFocus": False,
            "tooltipShowDelay": 400,
            "localeText": _texts(page),
            "context": {"words": _words(page), "top": TOP},
        },
        className="ag-theme-quartz priority-table",
        style={"height": "100%", "width": "100%"},
        dangerously_allow_code=False,
    )


def _columns(page: Page, people_label: str, has_types: bool) -> list[dict[str, Any]]:
    number = {"cellClass": "cell-number", "headerClass": "head-number"}
    columns: list[dict[str, Any]] = [
        {"field": "rank", "width": 70, "pinned": "left" if page.direction == "ltr" else "right", "cellRenderer": "LrRank", **number},
        {"field": "change", "width": 86, "cellRenderer": "LrChange", **number},
        {"field": "name", "minWidth": 180, "flex": 3, "cellRenderer": "LrText", "tooltipField": "name"},
        {"field": "place", "minWidth": 120, "flex": 2, "cellRenderer": "LrText", "tooltipField": "place"},
        {"field": "hazard_type", "width": 72, "hide": not has_types, "cellRenderer": "LrType"},
        {"field": "class", "minWidth": 84, "flex": 2, "hide": not page.config.classes, "tooltipField": "class"},
        {"field": "score", "width": 136, "cellRenderer": "LrScore"},
        {"field": "people", "headerName": people_label, "headerTooltip": people_label, "width": 112, "hide": not people_label, **number},
        {"field": "area_m2", "width": 100, **number},
        {"field": "likelihood", "width": 100, "cellRenderer": "LrEstimate", "tooltipField": "likelihood_note", **number},
        {"field": "next_step", "minWidth": 190, "sortable": False, "cellRenderer": "LrEstimate", "tooltipField": "next_step"},
        {"field": "firmness", "minWidth": 140, "sortable": False, "cellRenderer": "LrFirmness" if page.config.firmness else "LrNotYet"},
        {
            "field": "profiles",
            "width": 128,
            "hide": not has_profiles(page.programme),
            "tooltipField": "profiles_top",
            "headerTooltip": page.t("column.profiles_help"),
            "cellRenderer": "LrText",
            "sortingOrder": ["desc", "asc", None],
            **number,
        },
    ]
    unsorted = ("next_step", "firmness")
    return [
        {
            "headerName": page.t(f"column.{column['field']}"),
            "sortable": column["field"] not in unsorted,
            **column,
            **_sorted(page, column["field"]),
        }
        for column in columns
    ]


def _sorted(page: Page, field: str) -> dict[str, str]:
    if page.state.sort.removeprefix("-") != field:
        return {}
    return {"sort": "desc" if page.state.sort.startswith("-") else "asc"}


def _texts(page: Page) -> dict[str, str]:
    """The table's own words."""
    keys = ("noRowsToShow", "loadingOoo", "ariaRowSelect", "ariaSortableColumn")
    return {key: page.t(f"grid.{key}") for key in keys}


def _words(page: Page) -> dict[str, str]:
    """Words that the cells write."""
    keys = ("not_yet", "up", "down", "same", "new", "tasked", "too_little_known", "released", "do_now", "discuss", "defer")
    return {key: page.t(f"cell.{key}") for key in keys}
