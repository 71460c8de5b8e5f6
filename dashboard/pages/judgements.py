"""Which first? Judgements about pairs of areas, collected by group, and what they say about the weights."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.auth.identity import require
from dashboard.auth.roles import Permission, allows
from dashboard.components.frame import frame
from dashboard.components.ids import Judge
from dashboard.components.notices import error_notice, nothing_built
from dashboard.components.page import Page
from dashboard.pages.query import query_of
from dashboard.services.preferences.mirror import SOURCES
from dashboard.services.views import ranked_view
from dashboard.state import format_state
from geodata.errors import GeodataError, SnapshotError
from geodata.schema.codes import CONSULTATION


def layout(**arguments: Any) -> Any:
    """The page, in the person's language."""
    page = Page.of_request(query_of(arguments))
    who = require(Permission.VIEW)
    try:
        ranked_view(page.programme, page.state)
        content = _content(page, may_judge=allows(who.role, Permission.EDIT))
    except SnapshotError as error:
        content = [nothing_built(page, error)]
    except GeodataError as error:
        content = [error_notice(page, error)]
    stores = [dcc.Store(id=Judge.VIEW, data=format_state(page.state)), dcc.Store(id=Judge.DONE, data=0), dcc.Store(id=Judge.PAIR)]
    return frame(page, "judge", page.t("page.judge"), content, stores=stores, class_name="page-text page-judge")


def _content(page: Page, *, may_judge: bool) -> list[Any]:
    asking = _asking(page) if may_judge else html.P(page.t("judge.may_not"))
    groups = dmc.Select(
        id=Judge.OF, label=page.t("judge.of"), data=[{"value": "", "label": page.t("judge.everyone")}], value="", allowDeselect=False
    )
    return [
        html.H1(page.t("page.judge")),
        html.P(page.t("judge.intro"), className="lead"),
        html.Section([html.H2(page.t("judge.ask")), asking]),
        html.Section([html.H2(page.t("judge.given")), _waiting(html.Div(id=Judge.COUNTS, className="parts"))]),
        html.Section([html.H2(page.t("judge.learned")), groups, _waiting(html.Div(id=Judge.LEARNED, className="parts")), *_trust(page)]),
        html.Section([html.H2(page.t("mirror.title")), html.P(page.t("mirror.intro")), *_mirror(page)]),
    ]


def _mirror(page: Page) -> list[Any]:
    sources = [{"value": source, "label": page.t(f"mirror.of_{source}")} for source in SOURCES]
    choice = dmc.Select(id=Judge.MIRROR_OF, label=page.t("mirror.of"), data=sources, value=SOURCES[0], allowDeselect=False)
    return [choice, _waiting(html.Div(id=Judge.MIRROR, className="parts"))]


def _trust(page: Page) -> list[Any]:
    ask = html.Button(page.t("judge.how_far"), id=Judge.HOW_FAR, className="text-button", type="button")
    return [html.P(ask), _waiting(html.Div(id=Judge.TRUST, className="parts", role="status"))]


def _asking(page: Page) -> html.Div:
    known = [page.say(profile.label) for profile in page.config.profiles]
    kinds = [{"value": code.value, "label": CONSULTATION.label(code.value, page.language)} for code in CONSULTATION.codes]
    buttons = [
        dmc.Button(page.t("judge.first"), id=Judge.FIRST, size="md", className="main-button"),
        dmc.Button(page.t("judge.second"), id=Judge.SECOND, size="md", className="main-button"),
        dmc.Button(page.t("judge.skip"), id=Judge.SKIP, size="md", variant="default"),
    ]
    who = [
        dmc.Autocomplete(
            id=Judge.GROUP,
            label=page.t("judge.group"),
            description=page.t("judge.group_note"),
            data=known,
            attributes={"input": {"maxLength": 80}},
        ),
        dmc.Select(
            id=Judge.CONSULTATION, label=page.t("judge.consultation"), data=kinds, value=CONSULTATION.values[-1], allowDeselect=False
        ),
    ]
    return html.Div(
        className="judge-box",
        children=[
            html.Div(who, className="two-columns"),
            html.P(page.t("judge.question")),
            _waiting(html.Div(id=Judge.CARDS, className="two-columns")),
            html.Div(buttons, className="button-row"),
            html.Div(id=Judge.NOTICE, role="status"),
        ],
    )


def _waiting(part: Any) -> dcc.Loading:
    """A part that shows its own outline, paler, while the server works."""
    return dcc.Loading(part, custom_spinner=html.Span(className="skeleton"), overlay_style={"visibility": "visible", "opacity": 0.4})
