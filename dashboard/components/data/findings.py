"""Findings of an import or a check: the gravest first, each with what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.components.page import Page
from geodata.ingest.findings import Finding

SEVERITIES = ("error", "warning", "note")


def findings_list(page: Page, findings: Sequence[Finding], *, open_notes: bool = False) -> html.Div:
    """Findings by severity; notes are folded unless asked.

    Messages stand in English, as the records layer writes them.
    """
    groups = [(severity, [each for each in findings if each.severity == severity]) for severity in SEVERITIES]
    parts: list[Any] = [_group(page, severity, found, open_notes or severity != "note") for severity, found in groups if found]
    return html.Div(parts or html.P(page.t("data.no_findings")), className="findings")


def severity_counts(page: Page, findings: Sequence[Finding]) -> str:
    """How many of each severity, in words."""
    counts = [(severity, sum(each.severity == severity for each in findings)) for severity in SEVERITIES]
    return " · ".join(page.t(f"data.n_{severity}", n=n) for severity, n in counts)


def _group(page: Page, severity: str, findings: Sequence[Finding], is_open: bool) -> html.Details:
    summary = html.Summary([html.Span(className=f"sign sign-{severity}"), page.t(f"data.n_{severity}", n=len(findings))])
    items = html.Ul([_finding(page, each) for each in findings], className="finding-items")
    return html.Details([summary, items], open=is_open, className=f"finding-group finding-{severity}")


def _finding(page: Page, found: Finding) -> html.Li:
    rows = [html.Span(page.t("data.rows", n=found.n_rows), className="finding-rows")] if found.n_rows else []
    remedy = [html.P(found.remedy, className="remedy", lang="en", dir="ltr")] if found.remedy else []
    return html.Li([html.P([html.Span(found.message, lang="en", dir="ltr"), *rows]), *remedy])
