"""Quality of records and layers: the scorecard by province and the findings."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.components.charts import bar
from dashboard.components.data.findings import findings_list
from dashboard.components.page import Page
from dashboard.i18n import format_share
from geodata.registry.quality import Quality


def quality_parts(page: Page, quality: Quality) -> list[Any]:
    """Findings, gravest first, and completeness by province."""
    findings = html.Section([html.H2(page.t("data.findings")), findings_list(page, quality.findings, open_notes=True)])
    if not len(quality.scorecard):
        return [html.P(page.t("data.no_imports"), className="empty"), findings]
    help_line = html.P(page.t("data.scorecard_help"), className="quiet")
    return [html.Section([html.H2(page.t("data.scorecard")), help_line, _scorecard(page, quality)]), findings]


def _scorecard(page: Page, quality: Quality) -> html.Div:
    frame = quality.scorecard
    whole, rest = frame[frame["admin1"] == "*"], frame[frame["admin1"] != "*"]
    shares = [name for name in frame.columns if str(name).endswith("_share")]
    heads = ["province", "n_areas", "n_open", *shares]
    head = html.Thead(
        html.Tr([html.Th(page.t(f"score.{name}"), scope="col", className="cell-number" if n else "") for n, name in enumerate(heads)])
    )
    rows = [_row(page, row, shares) for part in (whole, rest) for row in part.to_dict("records")]
    return html.Div(html.Table([head, html.Tbody(rows)], className="data-table scorecard"), className="table-scroll", tabIndex=0)


def _row(page: Page, row: dict[Any, Any], shares: list[str]) -> html.Tr:
    name = {"*": page.t("score.all"), "": page.t("score.no_province")}.get(str(row["admin1"]), str(row["admin1"]))
    cells = [html.Td(page.number(int(row[key])), className="cell-number") for key in ("n_areas", "n_open")]
    for key in shares:
        share = float(row[key])
        known = share == share
        content = [html.Span(format_share(share, page.language)), bar(share)] if known else [html.Span("–")]
        cells.append(html.Td(html.Div(content, className="share-cell"), className="cell-number"))
    return html.Tr([html.Th(html.Bdi(name), scope="row"), *cells], className="row-all" if row["admin1"] == "*" else "")
