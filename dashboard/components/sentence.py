"""Why an area has its rank, in under sixty words of the person's language, from the numbers and from nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from dashboard.components.page import Page
from dashboard.components.why import measured_words, mover_words
from dashboard.services.table import class_label
from dashboard.services.views import RankedView
from dashboard.services.why import Reason, Why

_N_UNKNOWN = 2


def sentence(page: Page, view: RankedView, answer: Why) -> str:
    """The rank of an area in words: what speaks for it, what against, what is not known, and how far that could move it.

    Parameters
    ----------
    page : Page
    view : RankedView
    answer : Why

    Returns
    -------
    str
        Plain text; for an area without rank, the reason why it has none.
    """
    if answer.rank is None:
        return page.t(f"why.unranked.{answer.reason_unranked or 'too_little_known'}")
    label = class_label(view, answer.row, page.language)
    rank = {"rank": answer.rank, "n": answer.n_ranked}
    parts = [page.t("sentence.rank_class", **rank, label=label) if label else page.t("sentence.rank", **rank)]
    for kind, reasons in (("for", answer.speaks_for), ("against", answer.against)):
        if reasons:
            parts.append(page.t(f"sentence.{kind}", reasons=_listed(page, view, reasons)))
    unknown = [page.criterion_label(reason.criterion) for reason in answer.reasons if not reason.is_known]
    if unknown:
        named = _joined(page, unknown[:_N_UNKNOWN])
        parts.append(page.t("sentence.unknown", criteria=named + (" …" if len(unknown) > _N_UNKNOWN else "")))
    return " ".join([*parts, *_what_moves(page, view, answer)])


def _what_moves(page: Page, view: RankedView, answer: Why) -> list[str]:
    """How far what is not known could move the area; where nothing is unknown, or it moves nothing, what else would."""
    if answer.unknown and answer.rank_best != answer.rank_worst:
        return [page.t("sentence.range", best=answer.rank_best, worst=answer.rank_worst)]
    firm = [page.t("sentence.unknown_moves_nothing" if answer.unknown else "sentence.all_known")]
    if answer.mover is None:
        return firm
    return [*firm, f"{page.criterion_label(answer.mover.criterion)}: {mover_words(page, view, answer.mover)}"]


def _listed(page: Page, view: RankedView, reasons: Sequence[Reason]) -> str:
    return _joined(page, [f"{page.criterion_label(each.criterion)} ({measured_words(page, view, each)})" for each in reasons])


def _joined(page: Page, texts: Sequence[str]) -> str:
    return reduce(lambda first, second: page.t("sentence.between", first=first, second=second), texts)
