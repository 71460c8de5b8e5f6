"""The command ``evaluate``: how good the models are, by held-out places and years."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.commands.output import CANNOT, DONE, Outcome
from dashboard.commands.results import CalibrationResult, EvaluateResult, ModelFigureResult, NeedLinkResult, ReliabilityBinResult
from dashboard.programme import Programme

if TYPE_CHECKING:
    from dashboard.services.likelihood import LikelihoodData
    from dashboard.services.links import NeedLink
    from geodata.snapshot import Snapshot
    from models.likelihood.evaluation import ModelCard

LIKELIHOOD = "likelihood"
NO_RANKING = "Ranking: the score is the weighted sum that the authority set; {n} judgements are too few to learn another from."


def run_evaluate(arguments: argparse.Namespace) -> Outcome:
    """Judge the likelihood, print its card, and write it to a file where asked; 3 where there is too little to learn from."""
    programme = Programme.open(arguments.programme)
    result, lines = evaluate(programme, programme.snapshot())
    if arguments.output:
        Path(arguments.output).write_text(result.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return Outcome(result, "\n".join(lines), DONE if result.likelihood else CANNOT)


def evaluate(programme: Programme, snapshot: Snapshot) -> tuple[EvaluateResult, list[str]]:
    """Judge the models; the result and its lines for people."""
    from dashboard.services.likelihood import programme_card
    from dashboard.services.link_words import link_words
    from dashboard.services.links import need_links

    card, data = programme_card(programme, snapshot)
    ranking, note = judge_ranking(programme)
    links = [_link(each) for each in need_links(programme, snapshot)]
    told = [link_words(each.model_dump(), programme.config, "en") for each in links]
    notes = [*_notes(card, data, snapshot), *told, note]
    result = EvaluateResult(
        data_version=snapshot.data_version,
        likelihood=[ModelFigureResult(**asdict(line)) for line in card.lines],
        ranking=ranking,
        calibration=[_calibration(group) for group in card.groups],
        has_signal=card.has_signal if card.lines else None,
        links=links,
        notes=notes,
    )
    if card.lines or links:
        _keep(programme, snapshot, result)
    return result, [*_card_lines(card), *notes]


def _keep(programme: Programme, snapshot: Snapshot, result: EvaluateResult) -> None:
    """Store the card in the registry of models, with the version that it speaks of."""
    from dashboard.estimates import settings_of
    from dashboard.estimates.models import write_card

    write_card(programme.directory, settings_of(programme.config, snapshot.data_version).version, result.model_dump(mode="json"))


def judge_ranking(programme: Programme) -> tuple[list[ModelFigureResult], str]:
    """Figures of the ranking learned from judgements, by places that were left out, and what must be known of them."""
    from dashboard.services.preferences.judgements import judgements_of, read_judgements
    from dashboard.services.preferences.learning import foretell, learn
    from dashboard.services.views import ranked_view
    from dashboard.state import ViewState
    from models.errors import ModelsError

    view = ranked_view(programme, ViewState())
    judged = judgements_of(view, read_judgements(programme))
    if not learn(view, judged.pairs).weights:
        return [], NO_RANKING.format(n=len(judged.pairs))
    try:
        report = foretell(view, judged.pairs, programme.config.likelihood.place)
    except ModelsError as error:
        return [], f"Ranking: {error}"
    about: dict[str, Any] = {
        "model": "preferences",
        "validation": f"held-out places, {report.n_places} in five groups",
        "n": report.n_pairs,
    }
    figures = [
        ModelFigureResult(**about, metric=each.metric, value=each.value, low=each.low, high=each.high, baseline=None)
        for each in report.measures
    ]
    accuracy = report.measures[0]
    gain = ModelFigureResult(
        **about,
        metric=accuracy.metric,
        value=accuracy.value - accuracy.baseline,
        low=report.gain_low,
        high=report.gain_high,
        baseline="equal weights",
    )
    words = f"{accuracy.value:.1%} of {report.n_pairs:,} judgements are foretold ({accuracy.low:.1%} to {accuracy.high:.1%})"
    return [*figures, gain], f"Ranking learned from judgements: {words}; equal weights foretell {accuracy.baseline:.1%}."


def _notes(card: ModelCard, data: LikelihoodData, snapshot: Snapshot) -> list[str]:
    table = data.table
    if card.reason:
        return [f"Likelihood: {card.reason} No probability is given."]
    looked = int(table.is_looked_at.sum())
    size = float(snapshot.areas["area_m2"][table.is_looked_at].median())
    notes = [
        f"The unit is one recorded area, half of them larger than {size:,.0f} m2; a probability speaks of the whole of it.",
        f"Learned from {looked:,} areas: explosive ordnance was found in {int(table.is_present.sum()):,}. A record of nothing found may "
        "be wrong; what is judged here is P(found).",
        "Intervals are 95 % and draw whole places; a comparison above 0 means better than the baseline.",
        f"{card.unlike_share:.1%} of the judged areas are unlike those learned from: their probabilities extrapolate.",
    ]
    if not card.has_signal:
        notes.insert(0, "NO SIGNAL: in places not learned from, the model is not better than the overall share beyond chance.")
    notes += [*_note_of_years(card), *_note_of_outdone(card), *_note_of_missed(data)]
    if data.left_out:
        notes.append(f"Left out, since their records carry no date to tell the past by: {', '.join(data.left_out)}.")
    return notes


def _note_of_years(card: ModelCard) -> list[str]:
    """Later years of which the years before tell nothing that the type and year of a record would not."""
    from dashboard.services.likelihood import RECORD_ALONE
    from models.likelihood.validation import YEARS

    lines = [line for line in card.lines if line.validation.startswith(YEARS) and line.metric == "brier" and line.baseline == RECORD_ALONE]
    without = [line.validation.removeprefix(YEARS).strip(", ") for line in lines if not line.is_better]
    if not without:
        return []
    return [
        f"NO SIGNAL OVER TIME: learned from the years before, the model is not better than the type and year of a record alone, beyond "
        f"chance, {'; '.join(without)}. What happened around does not foretell there where later finds are."
    ]


def _note_of_outdone(card: ModelCard) -> list[str]:
    """Baselines that are better beyond chance, in places or in years that were held out; a card never hides them."""
    words = {"brier": "Brier score", "auc_within_place": "AUC within places"}
    better = [
        f"{line.baseline}, {line.validation}, {words[line.metric]} by {-line.value:.3f} ({-line.high:.3f} to {-line.low:.3f})"
        for line in card.lines
        if line.is_outdone and line.metric in words
    ]
    return [f"OUTDONE: beyond chance better than the likelihood is {'; '.join(better)}."] if better else []


def _note_of_missed(data: LikelihoodData) -> list[str]:
    """What is corrected for devices that no product counts, and what that means; why nothing is, where accidents tell nothing."""
    found = data.detected
    if not found.has_enough:
        return []
    share = f"{found.n_found / found.n:.1%}"
    if not found.is_known:
        return [
            f"Accidents name {found.n:,} areas before the work began, and products count a device in {share} of them, in "
            f"{found.n_others_found / found.n_others:.1%} of the others: that is not more beyond chance, so these accidents prove "
            "nothing of the areas they name, and nothing is corrected for what was missed."
        ]
    table = data.table
    counted = float(table.is_present[table.is_looked_at].mean())
    return [
        f"Of {found.n:,} areas proven by an accident before the work began, products count a device in {share}; the likelihood shown "
        f"for areas corrects for what was missed, as if {min(counted / found.value, 1):.1%} of the areas looked at had held explosive "
        f"ordnance, where products count it in {counted:.1%}."
    ]


def _link(found: NeedLink) -> NeedLinkResult:
    link, known = found.link, not found.why_not
    return NeedLinkResult(
        need=found.need,
        other=found.other,
        n=link.n,
        n_places=link.n_places,
        correlation=link.correlation if known else None,
        low=link.low if known else None,
        high=link.high if known else None,
        is_found=link.is_found if known else None,
        why_not=found.why_not,
    )


def _calibration(group: Any) -> CalibrationResult:
    return CalibrationResult(
        kind=group.kind,
        group=group.group,
        bins=[ReliabilityBinResult(**asdict(each)) for each in group.bins],
        low_n=group.low.n,
        low_n_present=group.low.n_present,
        low_upper_share=group.low.upper_share,
    )


def _card_lines(card: ModelCard) -> list[str]:
    if not card.lines:
        return []
    lines = ["Model card: likelihood that explosive ordnance is present (figures of the baselines alone: --json)"]
    validation = ""
    for line in card.lines:
        if line.model != LIKELIHOOD:
            continue
        if line.validation != validation:
            validation = line.validation
            lines.append(f"{validation}, n {line.n:,}")
        beside = f"better than {line.baseline}" if line.baseline else ""
        lines.append(f"  {line.metric:32s} {line.value:8.3f} ({line.low:.3f} to {line.high:.3f}) {beside}".rstrip())
    lines.append("")
    for group in card.groups:
        low = group.low
        if low.n:
            lines.append(
                f"{group.kind} {group.group}: of {low.n:,} areas under {low.below:.0%}, {low.n_present:,} held explosive ordnance; "
                f"at most {low.upper_share:.1%} (95 % bound)."
            )
    return [*lines, ""]
