"""What each column and value of a file becomes, to be looked at and changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.components.attributes import attributes
from dashboard.components.ids import Data
from dashboard.components.page import Page
from dashboard.i18n import format_share
from geodata.ingest import Preview
from geodata.ingest.preview import CodedColumn
from geodata.schema.records import Table, record_table

MAX_COLUMNS = 60
"""Columns that have a selector: what must be decided first, then what is taken, then what is left out."""
MAX_VALUES = 40
_LEFT_OUT = ""
_ORDER = {"asked": 0, "accepted": 1, "coordinate": 1, "dropped": 2}
_PLACES = {"x": "lon", "y": "lat"}


def nothing_mapped(upload_id: str = "") -> list[Any]:
    """In place of a mapping where there is none; ``upload_id`` names the file that was looked at."""
    return [dcc.Store(id=Data.BASE, data={"upload": upload_id, "profile": {}, "columns": [], "codes": {}})]


def mapping_parts(page: Page, found: Preview, upload_id: str) -> list[Any]:
    """The table of columns, the values of coded fields, and what both were proposed from."""
    shown = sorted(range(len(found.columns)), key=lambda place: (_ORDER[found.columns[place].state], place))[:MAX_COLUMNS]
    base = {
        "upload": upload_id,
        "profile": found.mapping.model_dump(mode="json", exclude_defaults=True),
        "columns": [found.columns[place].column for place in shown],
        "codes": {coded.field: [value.value for value in coded.values[:MAX_VALUES]] for coded in found.codes},
    }
    n_left = len(found.columns) - len(shown)
    rest = [html.P(page.t("data.more_columns", n=n_left), className="quiet")] if n_left else []
    return [
        dcc.Store(id=Data.BASE, data=base),
        html.H3(page.t("data.columns")),
        html.P(page.t("data.columns_help"), className="quiet"),
        _columns(page, found, shown),
        *rest,
        *_codes(page, found.codes, record_table(found.table)),
    ]


def file_facts(page: Page, found: Preview) -> str:
    """How the file was read, in a line."""
    words = [page.t("data.n_rows", n=found.n_rows), page.t("data.n_columns", n=len(found.columns)), found.crs, found.encoding]
    return " · ".join(word for word in words if word)


def _columns(page: Page, found: Preview, places: Sequence[int]) -> html.Div:
    options = _field_options(page, record_table(found.table))
    heads = ("column", "first_rows", "proposal", "becomes")
    head = html.Thead(html.Tr([html.Th(page.t(f"table.{key}"), scope="col") for key in heads]))
    rows = [_column(page, found, place, number, options) for number, place in enumerate(places)]
    return html.Div(
        html.Table([head, html.Tbody(rows)], className="data-table mapping-table"),
        className="table-scroll",
        tabIndex=0,
        role="region",
        **attributes(aria_label=page.t("data.columns")),
    )


def _column(page: Page, found: Preview, place: int, number: int, options: list[dict[str, str]]) -> html.Tr:
    column = found.columns[place]
    samples = [html.Bdi(row[place] if row[place] is not None else "–") for row in found.sample]
    chosen = _PLACES.get(column.field, column.field) if column.state in ("accepted", "coordinate") else _LEFT_OUT
    select = dmc.Select(
        id=Data.column(number), data=options, value=chosen, allowDeselect=False, searchable=True, size="sm", disabled=column.personal,
        comboboxProps={"width": 280, "position": "bottom-start"}, nothingFoundMessage=page.t("filter.nothing_found"),
        attributes={"input": {"aria-label": page.t("data.column_becomes", column=column.column)}},
    )  # fmt: skip
    becomes = html.Div([select, *([html.Span(page.t("data.personal"), className="quiet")] if column.personal else [])])
    return html.Tr(
        [
            html.Th(html.Bdi(column.column), scope="row"),
            html.Td(html.Div(samples, className="samples")),
            html.Td(_proposal(page, column.state, column.field, column.confidence)),
            html.Td(becomes),
        ],
        className=f"column-{column.state}",
    )


def _proposal(page: Page, state: str, field: str, confidence: float) -> Any:
    words: list[Any] = [html.Span(page.t(f"data.state.{state}"), className=f"state state-{state}")]
    if field and state != "dropped":
        words += [html.Code(field, dir="ltr"), html.Span(format_share(confidence, page.language), className="quiet")]
    return html.Div(words, className="proposal")


def _field_options(page: Page, table: Table) -> list[dict[str, str]]:
    places = [{"value": key, "label": page.t(f"data.place.{key}")} for key in ("lon", "lat", "wkt")] if table.has_geometry else []
    return [{"value": _LEFT_OUT, "label": page.t("data.leave_out")}, *places, *({"value": name, "label": name} for name in table.columns)]


def _codes(page: Page, coded: Sequence[CodedColumn], table: Table) -> list[Any]:
    if not coded:
        return []
    return [
        html.H3(page.t("data.values")),
        html.P(page.t("data.values_help"), className="quiet"),
        *(_coded(page, each, table) for each in coded),
    ]


def _coded(page: Page, coded: CodedColumn, table: Table) -> html.Details:
    values = coded.values[:MAX_VALUES]
    n_unknown = sum(not value.code for value in values)
    field = table.field(coded.field)
    codes = field.code_list
    if codes is not None:
        known = [{"value": code.value, "label": code.label(page.language)} for code in codes.codes]
    else:
        known = [{"value": "true", "label": page.t("measure_unit.yes")}, {"value": "false", "label": page.t("measure_unit.no")}]
    rows = [_value(page, coded, number, known) for number in range(len(values))]
    said = page.t("data.values_unknown", n=n_unknown) if n_unknown else page.t("data.values_known")
    summary = html.Summary([html.Code(coded.field, dir="ltr"), " ← ", html.Bdi(coded.column), html.Span(said, className="quiet")])
    more = coded.n_values - len(values)
    rest = [html.P(page.t("data.more_values", n=more), className="quiet")] if more else []
    return html.Details([summary, html.Div(rows, className="value-rows"), *rest], open=bool(n_unknown), className="behind coded")


def _value(page: Page, coded: CodedColumn, number: int, codes: list[dict[str, str]]) -> html.Div:
    """A value and its code; a value that several codes make up keeps them as one choice."""
    value = coded.values[number]
    unknown = [] if value.code else [{"value": "", "label": page.t("data.not_stated")}]
    joined = [{"value": value.code, "label": value.code}] if value.code not in {"", *(each["value"] for each in codes)} else []
    select = dmc.Select(
        id=Data.code(coded.field, number), data=[*unknown, *codes, *joined], value=value.code, allowDeselect=False, size="sm",
        comboboxProps={"width": 280, "position": "bottom-start"},
        attributes={"input": {"aria-label": page.t("data.value_becomes", value=value.value, field=coded.field)}},
    )  # fmt: skip
    return html.Div(
        [html.Bdi(value.value), html.Span(page.t("data.rows", n=value.n_rows), className="quiet"), select], className="value-row"
    )
