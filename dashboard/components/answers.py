"""Why an area has its rank, what would move it, how sure that is and what is not known: four answers in plain words, from the numbers
and from nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce

from dash import html

from dashboard.components.careful import careful_words
from dashboard.components.page import Page
from dashboard.estimates.reasons import reason_words
from dashboard.i18n import format_share, format_value
from dashboard.services.careful import CarefulFirmness
from dashboard.services.disagreement import Standing
from dashboard.services.estimated import AreaEstimate
from dashboard.services.firmness import TurningPoint
from dashboard.services.movers import Mover
from dashboard.services.table import class_label
from dashboard.services.views import RankedView
from dashboard.services.why import Reason, Why

_N_UNKNOWN = 3


def four_answers(page: Page, view: RankedView, answer: Why, estimate: AreaEstimate, careful: CarefulFirmness | None = None) -> html.Dl:
    """The answers about an area under their questions.

    Parameters
    ----------
    page : Page
    view : RankedView
    answer : Why
    estimate : AreaEstimate
    careful : CarefulFirmness, optional
        The careful estimate with errors of the data, where it was made and is not shown elsewhere.
    """
    told = {
        "why": why_here(page, view, answer),
        "moves": what_moves(page, view, answer),
        "sure": how_sure(page, answer, careful),
        "unknown": what_unknown(page, view, answer, estimate),
    }
    rows = [
        html.Div([html.Dt(page.t(f"answers.{key}")), html.Dd([html.P(each) for each in sentences])], className=f"answer answer-{key}")
        for key, sentences in told.items()
        if sentences
    ]
    return html.Dl(rows, className="answers")


def why_here(page: Page, view: RankedView, answer: Why) -> list[str]:
    """The rank, with what speaks for the area and what against; for an area without rank, the reason why it has none."""
    if answer.rank is None:
        return [page.t(f"why.unranked.{answer.reason_unranked or 'too_little_known'}")]
    label = class_label(view, answer.row, page.language)
    rank = {"rank": answer.rank, "n": answer.n_ranked}
    parts = [page.t("sentence.rank_class", **rank, label=label) if label else page.t("sentence.rank", **rank)]
    for kind, reasons in (("for", answer.speaks_for), ("against", answer.against)):
        if reasons:
            parts.append(page.t(f"sentence.{kind}", reasons=_listed(page, view, reasons)))
    return [" ".join(parts)]


def what_moves(page: Page, view: RankedView, answer: Why) -> list[str]:
    """The measure and the weight whose smallest change would give the area another place; nothing for an area without rank."""
    if answer.rank is None:
        return []
    found = answer.mover
    label = "" if found is None else page.criterion_label(found.criterion)
    told = [page.t("answers.moves_none") if found is None else f"{label}: {mover_words(page, view, found)}"]
    firm = answer.firm
    if firm is None:
        return told
    line = page.t("answers.no_weight", top=page.number(firm.top)) if firm.turning is None else turning_words(page, firm.turning, firm.top)
    return [*told, line]


def how_sure(page: Page, answer: Why, careful: CarefulFirmness | None = None) -> list[str]:
    """How firm the rank is under other weights and other data, whether it is shared, and where other profiles put it."""
    if answer.rank is None:
        return []
    told = [page.t("answers.no_firmness") if answer.firm is None else firmness_words(page, answer)]
    if careful is not None:
        told.append(careful_words(page, answer.row, careful))
    if answer.n_tied:
        told.append(page.t("answers.tied", n=page.number(answer.n_tied)))
    return told if answer.standing is None else [*told, standing_words(page, answer.standing)]


def what_unknown(page: Page, view: RankedView, answer: Why, estimate: AreaEstimate) -> list[str]:
    """What is not known of the area, and how far knowing it could move it."""
    unknown = [page.criterion_label(reason.criterion) for reason in answer.reasons if not reason.is_known]
    if unknown:
        named = _joined(page, unknown[:_N_UNKNOWN]) + (" …" if len(unknown) > _N_UNKNOWN else "")
        parts = [
            page.t("sentence.unknown", criteria=named),
            page.t("answers.known_share", share=format_share(answer.known_share, page.language)),
        ]
        told = [" ".join([*parts, *_range_words(page, answer)])]
    else:
        told = [page.t("sentence.all_known")]
    if view.columns.cell("lat", answer.row) is None:
        told.append(page.t("area.no_location"))
    if estimate.likelihood is None and estimate.why_no_likelihood is not None:
        told.append(
            f"{page.t('column.likelihood')}: {page.t('estimate.not_yet_why', why=reason_words(estimate.why_no_likelihood, page.language))}."
        )
    return told


def turning_words(page: Page, turning: TurningPoint, top: int) -> str:
    """The change of one weight by which an area enters or leaves the top."""
    return page.t(
        "why.leaves" if turning.leaves else "why.enters",
        top=page.number(top),
        criterion=page.criterion_label(turning.criterion),
        now=format_share(turning.now, page.language, 1),
        then=format_share(turning.then, page.language, 1),
    )


def firmness_words(page: Page, answer: Why) -> str:
    """How firm the rank is under other weights, in a sentence; "" where it is not estimated."""
    firm = answer.firm
    if firm is None:
        return ""
    return page.t(
        "why.firm",
        advice=page.t(f"cell.{firm.advice}"),
        top=page.number(firm.top),
        share=format_share(firm.share, page.language),
        n=page.number(firm.n_draws),
        low=page.number(firm.low),
        high=page.number(firm.high),
    )


def standing_words(page: Page, found: Standing) -> str:
    """In how many profiles' lists the area is among the first, and where it stands highest and lowest."""
    labels = {profile.id: page.say(profile.label) for profile in page.config.profiles}
    if found.best is None or found.worst is None:
        return page.t("why.profiles_none")
    told = page.t(
        "why.profiles_top",
        n=page.number(found.n_top),
        profiles=page.number(found.n_profiles),
        top=page.number(found.top),
        best=page.number(found.best[1]),
        best_profile=labels[found.best[0]],
        worst=page.number(found.worst[1]),
        worst_profile=labels[found.worst[0]],
    )
    if not found.unranked:
        return told
    return f"{told} {page.t('why.profiles_unranked', profiles=', '.join(labels[name] for name in found.unranked))}"


def mover_words(page: Page, view: RankedView, found: Mover) -> str:
    """What would move an area, with the number and unit that it would take."""
    rank = page.number(found.rank)
    if not found.has_number:
        now, needed = page.number(found.value_now, 2), page.number(found.value_needed, 2)
        return page.t("why.mover_value" if now != "–" else "why.mover_value_unknown", now=now, needed=needed, rank=rank)
    info = view.snapshot.indicators[found.indicator]
    needed = format_value(found.needed, info.unit, page.language, info.unit_words)
    if math.isnan(found.now):
        return page.t("why.mover_unknown", needed=needed, rank=rank)
    return page.t("why.mover", needed=needed, now=format_value(found.now, info.unit, page.language, info.unit_words), rank=rank)


def measured_words(page: Page, view: RankedView, reason: Reason) -> str:
    """What was measured, with its unit; "not known" where it was not."""
    if reason.measured != reason.measured:
        return page.t("value.unknown")
    info = view.snapshot.indicators[reason.indicator]
    return format_value(reason.measured, info.unit, page.language, info.unit_words)


def _range_words(page: Page, answer: Why) -> list[str]:
    if answer.rank is None:
        return []
    if answer.rank_best == answer.rank_worst:
        return [page.t("sentence.unknown_moves_nothing")]
    return [page.t("sentence.range", best=answer.rank_best, worst=answer.rank_worst)]


def _listed(page: Page, view: RankedView, reasons: Sequence[Reason]) -> str:
    return _joined(page, [f"{page.criterion_label(each.criterion)} ({measured_words(page, view, each)})" for each in reasons])


def _joined(page: Page, texts: Sequence[str]) -> str:
    return reduce(lambda first, second: page.t("sentence.between", first=first, second=second), texts)
