"""The panel in which an uploaded file is looked at, mapped, checked and imported."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
import numpy as np
from dash import html

from dashboard.components.attributes import attributes
from dashboard.components.data.findings import findings_list, severity_counts
from dashboard.components.data.mapping import nothing_mapped
from dashboard.components.ids import Data
from dashboard.components.map import mask_data, outline_layer, plain_map, priority_map
from dashboard.components.maptexts import map_texts
from dashboard.components.page import Page
from dashboard.services.importing import MAX_OUTLINES, Checked
from dashboard.services.screen import screen
from dashboard.state import ViewState
from geodata.errors import GeodataError
from geodata.ingest import ImportReport
from geodata.schema.records import TABLES


def import_panel(page: Page, profiles: list[str]) -> html.Div:
    """The panel, empty until a file has arrived."""
    return html.Div(
        [
            html.Div(id=Data.FILE),
            _choices(page, profiles),
            html.Div(nothing_mapped(), id=Data.MAPPING, className="mapping"),
            html.Div(
                [html.Span(className="busy-bar"), html.Span(page.t("data.working"))],
                id=Data.BUSY,
                className="busy",
                role="status",
            ),
            html.Div([html.Div(id=Data.CHECKED, **attributes(aria_live="polite")), _map(page)], className="checked-columns"),
            _commit(page),
        ],
        id=Data.PANEL,
        className="import-panel",
        hidden=True,
    )


def file_head(page: Page, name: str, facts: str) -> html.Div:
    """Which file is looked at."""
    return html.Div([html.H2(html.Bdi(name)), html.P(facts, className="quiet")], className="file-head")


def checked_parts(page: Page, checked: Checked) -> list[Any]:
    """What the import would do."""
    report = checked.report
    if checked.is_refused:
        first: Any = html.P(page.t("data.refused"), className="check-line check-refused")
    else:
        first = html.P(counts_line(page, report, "data.would"), className="check-line")
    shown = min(checked.n_outlines, MAX_OUTLINES)
    drawn = [html.P(page.t("data.outlines", n=shown, total=checked.n_outlines), className="quiet")] if checked.n_outlines else []
    return [
        html.H3(page.t("data.check")),
        first,
        html.P(severity_counts(page, report.findings), className="quiet"),
        findings_list(page, report.findings),
        *drawn,
    ]


def counts_line(page: Page, report: ImportReport, key: str) -> str:
    """Rows read, added, changed, unchanged and refused, in a sentence."""
    return page.t(
        key, read=report.rows_read, added=report.rows_added, updated=report.rows_updated, unchanged=report.rows_unchanged,
        refused=report.rows_refused,
    )  # fmt: skip


def result_parts(page: Page, report: ImportReport) -> html.Div:
    """What the import did, and where to take it back."""
    parts: list[Any] = [html.H2(page.t("data.done_title")), html.P(counts_line(page, report, "data.did"))]
    if report.import_id:
        parts.append(
            html.P(
                [
                    page.t("data.import_id"),
                    " ",
                    html.Code(report.import_id, dir="ltr"),
                    ". ",
                    html.A(page.t("data.see_imports"), href="#data-imports"),
                ]
            )
        )
    else:
        parts.append(html.P(page.t("data.nothing_changed")))
    findings = html.Details(
        [html.Summary(severity_counts(page, report.findings)), findings_list(page, report.findings)], className="behind"
    )
    return html.Div([*parts, findings], className="notice result", role="status")


def stale_line(page: Page, n: int | None, *, may_build: bool) -> Any:
    """How far the built data lag behind the records, and who can build; nothing where they do not."""
    if n == 0:
        return None
    words = page.t("data.not_built") if n is None else page.t("data.stale", n=n)
    way = html.A(page.t("build.below"), href="#build") if may_build else page.t("build.by_analyst")
    return html.Div([html.P([html.Strong(words), " ", way])], className="stale", role="status")


def _choices(page: Page, profiles: list[str]) -> html.Div:
    """How the file is read."""
    tables = [{"value": name, "label": page.t(f"data.table.{name}")} for name in TABLES]
    saved = [{"value": "", "label": page.t("data.no_profile")}, *({"value": name, "label": name} for name in profiles)]
    layer = _select(Data.FILE_LAYER, page.t("data.layer"), [], None)
    crs = dmc.TextInput(
        id=Data.CRS, label=page.t("lookup.crs"), placeholder=page.t("data.crs_hint"), value="", debounce=600, size="sm",
        attributes={"input": {"dir": "ltr"}},
    )  # fmt: skip
    boxes = [
        dmc.Checkbox(id=Data.MAKE_IDS, label=page.t("data.make_ids"), checked=False, size="sm"),
        dmc.Checkbox(id=Data.SWAP, label=page.t("data.swap"), checked=False, size="sm"),
    ]
    return html.Div(
        [
            _select(Data.TABLE, page.t("data.holds"), tables, "hazard_areas"),
            html.Div(layer, id=f"{Data.FILE_LAYER}-box", hidden=True),
            _select(Data.PROFILE, page.t("data.profile"), saved, ""),
            crs,
            html.Div(boxes, className="check-boxes"),
        ],
        className="import-choices",
    )


def _select(component_id: str, label: str, data: list[dict[str, str]], value: str | None) -> dmc.Select:
    return dmc.Select(
        id=component_id, label=label, data=data, value=value, allowDeselect=False, size="sm",
        comboboxProps={"width": 280, "position": "bottom-start"},
    )  # fmt: skip


def _commit(page: Page) -> html.Div:
    reason = dmc.Textarea(
        id=Data.REASON, label=page.t("data.reason"), description=page.t("data.reason_help"), autosize=True, minRows=1, maxRows=4
    )
    save_as = dmc.TextInput(
        id=Data.SAVE_AS, label=page.t("data.save_as"), description=page.t("data.save_as_help"), value="", size="sm",
        attributes={"input": {"dir": "ltr"}},
    )  # fmt: skip
    buttons = [
        dmc.Button(page.t("data.commit"), id=Data.COMMIT, disabled=True, size="md", className="main-button"),
        dmc.Button(page.t("data.give_up"), id=Data.GIVE_UP, variant="default", size="md"),
    ]
    return html.Div([reason, save_as, html.Div(buttons, className="button-row")], className="import-commit")


def _map(page: Page) -> html.Div:
    try:
        facts = screen(page.programme, page.state, page.language).map
    except GeodataError:
        inside = [outline_layer(Data.OUTLINES, zooms=True)]
        drawn = plain_map(
            Data.MAP, None, inside=inside, language=page.language, texts=map_texts(page), tile_server=page.config.server.tile_server
        )
    else:
        drawn = priority_map(
            Data.MAP, **facts, fictional=page.config.programme.fictional, language=page.language, texts=map_texts(page),
            mask=mask_data(np.zeros(facts["n_areas"], dtype=bool)), waits_for_colours=False,
            tile_server=page.config.server.tile_server, base_path=page.link("/", ViewState()), inside=[outline_layer(Data.OUTLINES)],
        )  # fmt: skip
    legend = html.Ul(
        [html.Li([html.Span(className=f"key key-{look}"), page.t(f"data.key.{look}")]) for look in ("good", "named")],
        className="map-keys",
    )
    return html.Div([html.Div(drawn, className="import-map"), legend])
