"""Section of the Method page: the same areas by other methods, for comparison only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from dash import dcc, html

from dashboard.components.area import table
from dashboard.components.charts import bar
from dashboard.components.ids import Method
from dashboard.components.notices import skeleton
from dashboard.components.page import Page
from dashboard.i18n import format_share
from dashboard.services.views import RankedView
from geodata.schema.scenario import METHODS

if TYPE_CHECKING:
    from models.ranking.methods import AreaMove, MethodComparison

NAMES: Final = {"topsis": "TOPSIS", "vikor": "VIKOR", "spotis": "SPOTIS", "promethee": "PROMETHEE II"}
OTHERS: Final = METHODS[1:]
_DIGITS = 2
_LEAST_SHARE: Final = 0.0001


def comparison_section(page: Page) -> html.Div:
    """A card for each method, filled when the server has compared."""
    cards = [
        html.Article(
            [
                html.H3([html.Bdi(NAMES[method]), html.Span(page.t("method.compare_tag"), className="group-tag")]),
                html.P(page.t(f"method.how_{method}"), className="quiet"),
                html.Div(skeleton(), id=Method.compared(method)),
            ],
            className="card",
        )
        for method in OTHERS
    ]
    return html.Div([html.P(page.t("method.compare_note")), html.Div(cards, className="method-cards")])


def comparison_card(page: Page, view: RankedView, found: MethodComparison) -> list[Any]:
    """How far a method agrees with the list, what it would move, and whether it can reverse ranks."""
    return [
        html.Div([_shared(page, found), _agreement(page, found)], className="method-figures"),
        html.Dl([html.Div([html.Dt(key), html.Dd(told)]) for key, told in _facts(page, view, found)], className="facts"),
        *_moves(page, view, "method.entering", found.n_top, found.entered),
        *_moves(page, view, "method.leaving", found.n_top, found.left),
    ]


def reversal_words(page: Page, found: MethodComparison) -> str:
    """Whether areas that come or go can turn the order of two others around, and how often they did when it was tried."""
    if not found.can_reverse:
        return page.t("method.reversal_none")
    share = found.reversal.pair_share
    if share != share:
        return page.t("method.reversal_possible")
    told = page.t(
        "method.reversal_measured",
        share=_small_share(page, share),
        turned=found.reversal.n_reversed,
        trials=found.reversal.n_trials,
    )
    return f"{page.t('method.reversal_possible')} {told}"


def _small_share(page: Page, share: float) -> str:
    """A share in per cent with two decimals, never 0 for what is not 0."""
    if 0 < share < _LEAST_SHARE:
        return page.t("method.less_than", share=format_share(_LEAST_SHARE, page.language, 2))
    return format_share(share, page.language, 2)


def _shared(page: Page, found: MethodComparison) -> html.Div:
    words = page.t("method.shared", n=found.n_top_shared, top=found.n_top)
    return _figure(words, page.t("method.shared_label", top=found.n_top), found.n_top_shared / max(found.n_top, 1))


def _agreement(page: Page, found: MethodComparison) -> html.Div:
    tau = found.kendall_tau
    return _figure(page.number(tau, _DIGITS), page.t("method.tau_label"), tau if tau == tau else 0.0)


def _figure(number: str, label: str, share: float) -> html.Div:
    return html.Div(
        [html.Span(number, className="figure-number"), bar(share, 1.0), html.Span(label, className="quiet")], className="figure"
    )


def _facts(page: Page, view: RankedView, found: MethodComparison) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = []
    if found.most_moved is not None:
        move = found.most_moved
        told = page.t("method.moved", here=page.number(move.own_rank), there=page.number(move.other_rank))
        facts.append((page.t("method.largest_move"), [_area_link(page, view, move.row), html.Br(), told]))
    facts.append((page.t("method.reversal"), reversal_words(page, found)))
    facts.append((page.t("method.parts"), page.t("method.no_parts")))
    return facts


def _moves(page: Page, view: RankedView, key: str, top: int, moves: Sequence[AreaMove]) -> list[Any]:
    if not moves:
        return [html.P(page.t(f"{key}_none", top=page.number(top)), className="quiet")]
    rows = [[_area_link(page, view, move.row), page.number(move.own_rank), page.number(move.other_rank)] for move in moves]
    summary = html.Summary(page.t(key, n=len(moves), top=page.number(top)))
    return [html.Details([summary, table(page, ("name", "rank_here", "rank_there"), rows, numbers=(1, 2))], className="method-moves")]


def _area_link(page: Page, view: RankedView, row: int) -> dcc.Link:
    area_id = str(view.columns.area_ids[row])
    href = page.link(f"/areas/{quote(area_id, safe='')}", page.state.with_changes(area=area_id))
    return dcc.Link(html.Bdi(view.columns.name_of(row)), href=href)
