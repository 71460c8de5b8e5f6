"""Callbacks of the page "Which first?"."""

from __future__ import annotations

from typing import Any, NamedTuple

from dash import Input, Output, State, ctx, html, no_update

from dashboard.auth.identity import require
from dashboard.auth.roles import Permission
from dashboard.components.ids import Judge
from dashboard.components.judgements import (
    apart_section,
    choice_label,
    counts_table,
    learned_section,
    mirror_section,
    pair_cards,
    trust_parts,
)
from dashboard.components.notices import error_notice
from dashboard.components.page import Page
from dashboard.services.preferences.asking import next_pair
from dashboard.services.preferences.judgements import asked_apart, group_counts, judgements_of, read_judgements, record_judgement
from dashboard.services.preferences.learning import foretell, learn, learn_apart
from dashboard.services.preferences.mirror import Source, look_in_mirror
from dashboard.services.views import ranked_view
from geodata.errors import GeodataError
from models.errors import ModelsError
from models.ranking.preference import MIN_PAIRS


class Asked(NamedTuple):
    """What an answer changes on the page, in the order of the callback's outputs."""

    cards: Any
    pair: Any
    notice: Any
    done: Any


def register(app: Any) -> None:
    """Register the callbacks."""
    app.callback(
        Output(Judge.CARDS, "children"),
        Output(Judge.PAIR, "data"),
        Output(Judge.NOTICE, "children"),
        Output(Judge.DONE, "data"),
        Input(Judge.FIRST, "n_clicks"),
        Input(Judge.SECOND, "n_clicks"),
        Input(Judge.SKIP, "n_clicks"),
        State(Judge.PAIR, "data"),
        State(Judge.GROUP, "value"),
        State(Judge.CONSULTATION, "value"),
        State(Judge.DONE, "data"),
        State(Judge.VIEW, "data"),
    )(ask)
    app.callback(Output(Judge.COUNTS, "children"), Output(Judge.OF, "data"), Input(Judge.DONE, "data"), State(Judge.VIEW, "data"))(
        show_counts
    )
    app.callback(Output(Judge.LEARNED, "children"), Input(Judge.DONE, "data"), Input(Judge.OF, "value"), State(Judge.VIEW, "data"))(
        show_learned
    )
    app.callback(
        Output(Judge.TRUST, "children"),
        Input(Judge.HOW_FAR, "n_clicks"),
        Input(Judge.OF, "value"),
        Input(Judge.DONE, "data"),
        State(Judge.VIEW, "data"),
        prevent_initial_call=True,
    )(show_trust)
    app.callback(Output(Judge.MIRROR, "children"), Input(Judge.MIRROR_OF, "value"), State(Judge.VIEW, "data"))(show_mirror)


def ask(
    first: int | None,
    second: int | None,
    skip: int | None,
    pair: list[str] | None,
    group: str | None,
    kind: str | None,
    done: int,
    query: str,
) -> Asked:
    """Keep the answer, and show the next two areas; what was wrong stands beside the same two."""
    who = require(Permission.EDIT)
    page = Page.of_request(query)
    view = ranked_view(page.programme, page.state)
    asked = ctx.triggered_id
    if asked in (Judge.FIRST, Judge.SECOND) and pair is not None:
        before, after = pair if asked == Judge.FIRST else pair[::-1]
        try:
            record_judgement(
                page.programme, view, before_id=before, after_id=after, group=group or "", consultation=kind or "", author=who.name
            )
        except GeodataError as error:
            return Asked(no_update, no_update, error_notice(page, error), no_update)
        done = int(done or 0) + 1
    judged = judgements_of(view, read_judgements(page.programme))
    following = next_pair(view, judged, n_skipped=int(skip or 0))
    return Asked(pair_cards(page, view, following), following, None, done)


def show_counts(done: int, query: str) -> tuple[Any, Any]:
    """How many judgements there are, by group and consultation; and whose can be looked at apart."""
    require(Permission.VIEW)
    page = Page.of_request(query)
    table = read_judgements(page.programme)
    choices = [{"value": _code(*each), "label": choice_label(page, *each)} for each in asked_apart(table)]
    return counts_table(page, group_counts(table)), choices


def show_learned(done: int, whose: str | None, query: str) -> Any:
    """What the judgements of a group, or of everyone, say; women's and men's beside each other where both were asked."""
    require(Permission.VIEW)
    page = Page.of_request(query)
    view = ranked_view(page.programme, page.state)
    judged = read_judgements(page.programme)
    group, consultation = _chosen(whose)
    learned = learn(view, judgements_of(view, judged, group, consultation).pairs)
    apart = {} if consultation else learn_apart(view, judged, group)
    return [*learned_section(page, view, learned), *apart_section(page, view, apart)]


def show_trust(clicks: int | None, whose: str | None, done: int | None, query: str) -> Any:
    """How far the learned weights can be trusted, by places that are left out; nothing where judgements changed since it was asked."""
    require(Permission.VIEW)
    if ctx.triggered_id != Judge.HOW_FAR:
        return None
    page = Page.of_request(query)
    view = ranked_view(page.programme, page.state)
    judged = judgements_of(view, read_judgements(page.programme), *_chosen(whose))
    if len(judged.pairs) < MIN_PAIRS:
        return html.P(page.t("judge.too_few", n=len(judged.pairs), wanted=MIN_PAIRS))
    try:
        return trust_parts(page, foretell(view, judged.pairs, page.config.likelihood.place))
    except ModelsError as error:
        return html.P(page.t("judge.no_report", reason=str(error)))


def _code(group: str, consultation: str) -> str:
    """Value of a selector for a group and a consultation; "" for everyone."""
    return f"{consultation}|{group}" if group or consultation else ""


def _chosen(code: str | None) -> tuple[str, str]:
    """Group and consultation of a selector's value."""
    consultation, _, group = (code or "").partition("|")
    return group, consultation


def show_mirror(source: Source, query: str) -> Any:
    """What past decisions or outcomes speak of, and who would be served less."""
    require(Permission.VIEW)
    page = Page.of_request(query)
    view = ranked_view(page.programme, page.state)
    return mirror_section(page, view, look_in_mirror(page.programme, view, source))
