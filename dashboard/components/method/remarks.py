"""Section of the Method page: which list it speaks of, and what is flagged in it."""

from __future__ import annotations

from dash import html

from dashboard.components.area import table
from dashboard.components.ids import Method
from dashboard.components.notices import skeleton
from dashboard.components.page import Page
from dashboard.i18n import format_share
from dashboard.services.comparison import Remarks
from dashboard.services.views import RankedView


def remarks_section(page: Page) -> html.Div:
    """The section before the server has looked at the list."""
    return html.Div(skeleton(3), id=Method.REMARKS)


def remarks_list(page: Page, view: RankedView, found: Remarks) -> html.Div:
    """Each remark in a sentence; that there is none where the list is ordinary."""
    told = [html.P(list_words(page, view), className="quiet"), html.Ul([html.Li(words) for words in remark_words(page, found)])]
    return html.Div([*told, *_unknown(page, found)], className="method-part")


def list_words(page: Page, view: RankedView) -> str:
    """Which list is meant: scenario, profile, and whether weights were moved by hand."""
    scenario = page.say(page.config.scenario(view.scenario.id).label)
    profile = page.say(page.config.profile(view.scenario.profile).label)
    told = page.t("method.list", scenario=scenario, profile=profile, n=view.ranking.n_ranked, units=page.units(view.ranking.n_ranked))
    return f"{told} {page.t('method.list_by_hand')}" if page.state.weights else told


def remark_words(page: Page, found: Remarks) -> list[str]:
    """Each remark on a list as a sentence."""
    told = [page.t(f"remark.{flag.code}", criteria=", ".join(map(page.criterion_label, flag.criteria))) for flag in found.flags]
    if found.n_tied:
        told.append(page.t("remark.tied", n=found.n_tied, share=format_share(found.n_tied / found.n_ranked, page.language, 1)))
    if found.n_too_little:
        told.append(page.t("remark.too_little", n=found.n_too_little))
    told += [page.t("remark.unknown")] if found.unknown else []
    return told or [page.t("remark.none")]


def _unknown(page: Page, found: Remarks) -> list[html.Div]:
    """For how many areas each criterion is not known; nothing where all are."""
    rows = [[page.criterion_label(name), page.number(n), format_share(n / found.n_listed, page.language, 1)] for name, n in found.unknown]
    return [table(page, ("criterion", "unknown_areas", "share"), rows, numbers=(1, 2))] if rows else []
