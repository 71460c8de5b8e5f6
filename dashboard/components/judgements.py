"""Parts of the page "Which first?": two areas beside each other without rank or score, and what the judgements say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dash import dcc, html

from dashboard.components.answers import measured_words
from dashboard.components.area import table
from dashboard.components.page import Page
from dashboard.components.why import type_words
from dashboard.i18n import format_share
from dashboard.services.preferences.learning import Learned
from dashboard.services.preferences.mirror import Mirror
from dashboard.services.views import HEAVIEST_POINTS, TOP, RankedView
from dashboard.services.why import criterion_reasons
from dashboard.state import ViewState
from geodata.schema.codes import CONSULTATION
from models.ranking.preference import GroupShare

if TYPE_CHECKING:
    from models.ranking.preference import PreferenceReport


def pair_cards(page: Page, view: RankedView, pair: tuple[str, str] | None) -> list[Any]:
    """Two areas with what is known of each; neither rank nor score, which would suggest the answer."""
    if pair is None:
        return [html.P(page.t("judge.no_pair"))]
    return [_card(page, view, area_id, letter) for area_id, letter in zip(pair, ("A", "B"), strict=True)]


def _card(page: Page, view: RankedView, area_id: str, letter: str) -> html.Article:
    row = view.columns.row_of(area_id)
    assert row is not None
    reasons = {reason.criterion: reason for reason in criterion_reasons(view, row)}
    facts = [
        html.Div([html.Dt(page.criterion_label(criterion.id)), html.Dd(measured_words(page, view, reasons[criterion.id]))])
        for criterion in view.scenario.criteria
        if criterion.id in reasons
    ]
    return html.Article(
        [
            html.H3([html.Span(f"{letter} ", className="quiet"), html.Bdi(view.columns.name_of(row))]),
            html.P([html.Bdi(" › ".join(view.columns.place_of(row))), html.Span(area_id, className="area-id")], className="why-place"),
            html.P(type_words(page, view, row)),
            html.Dl(facts, className="facts"),
            html.A(page.t("why.open_area"), href=page.link(f"/areas/{quote(area_id, safe='')}"), target="_blank"),
        ],
        className="card",
    )


def counts_table(page: Page, counts: Mapping[tuple[str, str], int]) -> Any:
    """How many judgements each group gave, women's and men's apart."""
    if not counts:
        return html.P(page.t("judge.none_yet"))
    rows = [
        [html.Bdi(group or "–"), CONSULTATION.label(consultation, page.language), page.number(n)]
        for (group, consultation), n in counts.items()
    ]
    return table(page, ("group", "consultation", "judgements"), rows, numbers=(2,))


def learned_section(page: Page, view: RankedView, learned: Learned) -> list[Any]:
    """What the judgements say about weights, beside those in force, and how far to trust it."""
    if not learned.weights:
        return [html.P(page.t("judge.too_few", n=learned.n_pairs, wanted=learned.min_pairs))]
    return [
        html.P(page.t("judge.learned_from", n=learned.n_pairs)),
        *_learned_weights(page, view, learned),
        html.P(page.t("judge.never_adopted")),
        dcc.Link(page.t("judge.try"), href=page.link("/", _try(view, learned)), className="button-link"),
    ]


def mirror_section(page: Page, view: RankedView, mirror: Mirror) -> list[Any]:
    """What past decisions or outcomes speak of beside the weights in force, and who would be served less by it."""
    speaks = page.t(f"mirror.{mirror.source}", n=page.number(mirror.n_known), all=page.number(mirror.n_all))
    learned = mirror.learned
    if not learned.weights:
        return [html.P(speaks), html.P(page.t("mirror.too_few", n=learned.n_pairs, wanted=learned.min_pairs))]
    by_need = page.t("mirror.by_need", criterion=page.criterion_label(mirror.need)) if mirror.need else ""
    return [
        html.P(speaks),
        html.P(page.t(f"mirror.{mirror.source}_caveat")),
        *_learned_weights(page, view, learned),
        html.H3(page.t("mirror.who_loses")),
        html.P(page.t("mirror.by_province", top=learned.n_top), className="quiet"),
        _shares(page, "province", mirror.by_province),
        *([html.P(by_need, className="quiet"), _shares(page, "fifth", mirror.by_need)] if mirror.by_need else []),
    ]


def _shares(page: Page, title: str, shares: Sequence[GroupShare]) -> Any:
    rows = [[html.Bdi(each.group or "–"), *map(page.number, (each.n_areas, each.n_now, each.n_other))] for each in shares]
    return table(page, (title, "n_listed", "top_now", "top_mirror"), rows, numbers=(1, 2, 3))


def _learned_weights(page: Page, view: RankedView, learned: Learned) -> list[Any]:
    own = {criterion.id: criterion.weight for criterion in view.own.scenario.criteria}
    rows = [
        [page.criterion_label(name), format_share(own.get(name, 0.0), page.language), format_share(weight, page.language)]
        for name, weight in sorted(learned.weights.items(), key=lambda item: -item[1])
    ]
    return [
        table(page, ("criterion", "weight_own", "weight_learned"), rows, numbers=(1, 2)),
        html.P(page.t("judge.top_shared", shared=learned.n_top_shared, top=learned.n_top)),
    ]


def choice_label(page: Page, group: str, consultation: str) -> str:
    """Whose judgements are looked at: a group or everyone, and women's, men's or all consultations."""
    whose = group or page.t("judge.everyone")
    return f"{whose} · {CONSULTATION.label(consultation, page.language)}" if consultation else whose


def trust_parts(page: Page, report: PreferenceReport) -> list[Any]:
    """How well held-out judgements are foretold, whether equal weights would do as well, and every measure with its interval."""
    accuracy = report.measures[0]
    shares = {name: format_share(getattr(accuracy, name), page.language) for name in ("value", "low", "high", "baseline")}
    rows = [
        [
            page.t(f"judge.metric.{each.metric}", k=TOP),
            *(page.number(number, 2) for number in (each.value, each.low, each.high, each.baseline)),
        ]
        for each in report.measures
    ]
    return [
        html.P(f"{page.t('judge.accuracy', **shares)} {page.t(f'judge.trust.{report.trust}')}"),
        table(page, ("measure", "value_of", "low_end", "high_end", "equal_weights"), rows, numbers=(1, 2, 3, 4)),
        html.P(page.t("judge.held_out", n=page.number(report.n_pairs), places=page.number(report.n_places)), className="quiet"),
    ]


def apart_section(page: Page, view: RankedView, found: Mapping[str, Learned]) -> list[Any]:
    """What women's, men's and joint consultations weigh, beside each other; nothing where fewer than two are stated."""
    if not found:
        return []
    names = [criterion.id for criterion in view.scenario.criteria if any(each.weights.get(criterion.id) for each in found.values())]
    heads = [html.Th(_apart_head(page, code, each), scope="col", className="cell-number") for code, each in found.items()]
    rows = [
        html.Tr(
            [
                html.Th(page.criterion_label(name), scope="row"),
                *(html.Td(_weight_words(page, each, name), className="cell-number") for each in found.values()),
            ]
        )
        for name in names
    ]
    head = html.Thead(html.Tr([html.Th(page.t("table.criterion"), scope="col"), *heads]))
    few = [each for each in found.values() if not each.weights]
    note = [html.P(page.t("judge.apart_few", wanted=few[0].min_pairs), className="quiet")] if few else []
    drawn = html.Div(html.Table([head, html.Tbody(rows)], className="data-table"), className="table-scroll", tabIndex=0)
    return [html.H3(page.t("judge.apart")), drawn, *note]


def _apart_head(page: Page, consultation: str, found: Learned) -> str:
    return f"{CONSULTATION.label(consultation, page.language)} ({page.number(found.n_pairs)})"


def _weight_words(page: Page, found: Learned, criterion: str) -> str:
    return format_share(found.weights[criterion], page.language) if found.weights else "–"


def _try(view: RankedView, learned: Learned) -> ViewState:
    """The list under the learned weights, as a person would set the sliders; value functions stay those of the criteria."""
    largest = max(learned.weights.values())
    points = tuple((name, round(HEAVIEST_POINTS * weight / largest, 2)) for name, weight in learned.weights.items())
    return ViewState(scenario=view.scenario.id, weights=points)
