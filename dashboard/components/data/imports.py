"""The imports so far, and taking one back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.components.area import table
from dashboard.components.ids import Data
from dashboard.components.page import Page
from dashboard.i18n import format_date
from geodata.registry import ImportEntry

MAX_LISTED = 200


def imports_table(page: Page, entries: Sequence[ImportEntry], *, may_undo: bool) -> Any:
    """Every import and undo, the newest first.

    Parameters
    ----------
    page : Page
    entries : sequence of ImportEntry, the newest first
    may_undo : bool
        Whether each import that stands has a button to take it back.
    """
    if not entries:
        return html.P(page.t("data.no_imports"), className="empty")
    heads = ("known_at", "file", "tables", "rows", "author", "reason", *(("undo",) if may_undo else ("state",)))
    rows = [_row(page, entry, may_undo) for entry in entries[:MAX_LISTED]]
    more = [html.P(page.t("print.first", n=MAX_LISTED, total=len(entries)), className="quiet")] if len(entries) > MAX_LISTED else []
    return html.Div([*more, table(page, heads, rows, numbers=(3,))])


def undo_box(page: Page) -> dmc.Modal:
    """Asks for a reason before an import is taken back."""
    content = [
        html.Div(id=Data.UNDO_TEXT),
        dmc.Textarea(id=Data.UNDO_REASON, label=page.t("data.undo_reason"), autosize=True, minRows=2, maxRows=5, required=True),
        html.Div(id=Data.UNDO_NOTICE, role="alert"),
        html.Div(
            [
                dmc.Button(page.t("data.undo_go"), id=Data.UNDO_GO, className="main-button"),
                dmc.Button(page.t("lookup.cancel"), id=Data.UNDO_CANCEL, variant="default"),
            ],
            className="button-row",
        ),
    ]
    return dmc.Modal(
        html.Div(content, className="undo-box"),
        id=Data.UNDO_BOX,
        title=page.t("data.undo_title"),
        opened=False,
        size="lg",
        closeButtonProps={"aria-label": page.t("action.close")},
    )


def _row(page: Page, entry: ImportEntry, may_undo: bool) -> list[Any]:
    when = f"{format_date(entry.known_at.date(), page.language)} {entry.known_at:%H:%M} UTC"
    what = page.t("data.undo_of", id=entry.undoes) if entry.undoes else entry.source_file or "–"
    return [
        when,
        [html.Bdi(what), html.Div(html.Code(entry.import_id, dir="ltr"), className="quiet")],
        ", ".join(page.t(f"data.table.{name}") for name in entry.tables),
        page.number(entry.n_events),
        html.Bdi(entry.author),
        html.Bdi(entry.reason or "–"),
        _state(page, entry, may_undo),
    ]


def _state(page: Page, entry: ImportEntry, may_undo: bool) -> Any:
    if entry.undone_by:
        return page.t("data.undone")
    if not may_undo:
        return page.t("data.stands")
    label = page.t("data.undo_of", id=entry.import_id)
    return html.Button(page.t("data.undo"), id=Data.undo(entry.import_id), type="button", className="text-button", title=label)
