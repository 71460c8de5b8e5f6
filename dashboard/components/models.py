"""The card of the likelihood model in use: from what it was learned, how it was judged, whether it still holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard.components.area import table
from dashboard.components.charts import curve
from dashboard.components.estimates import label_of_feature
from dashboard.components.page import Page
from dashboard.estimates.models import ModelEntry
from dashboard.estimates.reasons import NOT_BUILT, reason_words
from dashboard.i18n import format_date, format_share
from geodata.schema.codes import EO_CATEGORY, HAZARD_TYPE

_LIKELIHOOD = "likelihood"
_PLACES = "held-out places"
_YEARS = "held-out years, from "
_METRICS = ("auc_within_place", "average_precision_within_place", "brier", "ece")
_BASELINES = ("overall share", "distance-only logistic", "history-only", "type and year of record", "random forest")
_OUTDOING_METRICS = ("auc_within_place", "brier")
_KINDS = ("hazard_type", "survey_era", "eo_category", "province")
_N_SHIFTS = 6


def models_section(page: Page, entry: ModelEntry | None, reason: Mapping[str, Any] | None) -> list[Any]:
    """The model in use, or why there is none.

    Parameters
    ----------
    page : Page
    entry : ModelEntry or None
    reason : mapping or None
        Why no likelihood is estimated; None where the snapshot has no estimates at all.
    """
    never = html.P(page.t("estimate.never_releases"), className="class-note")
    if entry is None:
        why = page.t("estimate.not_yet_why", why=reason_words(reason or NOT_BUILT, page.language))
        return [html.P(why), never]
    flags = [html.Li(page.t(f"models.{code}")) for code in entry.warnings]
    return [
        html.P(page.t("models.intro")),
        never,
        *([html.Ul(flags, className="model-warnings")] if flags else []),
        _facts(page, entry),
        *_judged(page, entry.card),
        *_shifts(page, entry),
    ]


def _facts(page: Page, entry: ModelEntry) -> html.Dl:
    facts = entry.facts
    detected = facts["detected"]
    known = format_share(detected["value"], page.language) if detected["is_known"] else page.t("value.unknown")
    names = "; ".join(
        label_of_feature(page, {section.id: section.label for section in page.config.indicators}, name) for name in entry.features
    )
    pairs: list[tuple[str, Any]] = [
        ("learned_from", page.t("models.results", n=facts["n_results"], found=facts["n_found"], places=facts["n_places"])),
        ("data_to", format_date(entry.learned_to, page.language)),
        ("holds_until", format_date(entry.expires_on, page.language)),
        ("features", names),
        ("detected", known),
        ("version", html.Code(entry.version)),
        ("training", html.Code(facts["training_sha256"][:16])),
        ("libraries", ", ".join(f"{name} {what}" for name, what in entry.libraries.items())),
        ("fitted_at", format_date(entry.fitted_at, page.language) if entry.fitted_at else page.t("value.unknown")),
    ]
    if entry.later is not None:
        later = entry.later
        shares = [format_share(share, page.language) for share in (later.expected_share, later.found_share, later.low, later.high)]
        pairs.append(("later", page.t("models.later_words", n=later.n, expected=shares[0], found=shares[1], low=shares[2], high=shares[3])))
    return html.Dl([html.Div([html.Dt(page.t(f"models.{key}")), html.Dd(words)]) for key, words in pairs], className="facts")


def _judged(page: Page, card: Mapping[str, Any] | None) -> list[Any]:
    """Figures by held-out places and years with their intervals, what does better, groups, and the reliability curve."""
    if card is None:
        return [html.H3(page.t("models.judged")), html.P(page.t("models.not_judged"))]
    lines = [line for line in card["likelihood"] if line["model"] == _LIKELIHOOD]
    heads = ("measure", "own_figure", *(f"than_{_key(baseline)}" for baseline in _BASELINES))
    years = sorted({line["validation"] for line in lines if line["validation"].startswith(_YEARS)})
    rows = _rows(page, lines, _PLACES, _METRICS)
    later = [row for validation in years for row in _rows(page, lines, validation, _OUTDOING_METRICS)]
    whole = next((group for group in card["calibration"] if group["kind"] == "all"), None)
    return [
        html.H3(page.t("models.judged")),
        html.P(page.t("models.judged_note")),
        table(page, heads, rows, numbers=range(1, len(heads))),
        *([html.P(page.t("models.years_note")), table(page, heads, later, numbers=range(1, len(heads)))] if later else []),
        *_outdone(page, lines),
        *(_reliability(page, whole) if whole else []),
        html.H3(page.t("models.groups")),
        _groups(page, card, lines),
    ]


def _rows(page: Page, lines: Sequence[Mapping[str, Any]], validation: str, metrics: Sequence[str]) -> list[list[Any]]:
    """One row a metric: the model's own figure, then how much better it is than each baseline."""
    found = {(line["metric"], line["baseline"]): line for line in lines if line["validation"] == validation}
    rows: list[list[Any]] = []
    for metric in metrics:
        name = page.t(f"models.metric_{metric}")
        day = validation.removeprefix(_YEARS)
        label = name if day == validation else page.t("models.from_day", measure=name, date=format_date(day, page.language))
        rows.append([label, *(_figure(page, found.get((metric, baseline))) for baseline in (None, *_BASELINES))])
    return rows


def _outdone(page: Page, lines: Sequence[Mapping[str, Any]]) -> list[Any]:
    """What is better than the model beyond chance, in places or years that it had not seen."""
    found = []
    for line in lines:
        day = line["validation"].removeprefix(_YEARS)
        is_year = day != line["validation"]
        if line["baseline"] not in _BASELINES or line["metric"] not in _OUTDOING_METRICS or line["high"] >= 0:
            continue
        metric = page.t(f"models.metric_{line['metric']}")
        where = page.t("models.from_day", measure=metric, date=format_date(day, page.language)) if is_year else metric
        name = page.t(f"models.baseline_{_key(line['baseline'])}")
        found.append(html.Li(page.t("models.outdone_line", model=name, where=where, amount=page.number(-line["value"], 3))))
    return [html.P(page.t("models.outdone")), html.Ul(found)] if found else []


def _key(baseline: str) -> str:
    return baseline.replace(" ", "_").replace("-", "_")


def _reliability(page: Page, group: Mapping[str, Any]) -> list[Any]:
    bins = [each for each in group["bins"] if each["n"]]
    rows: list[list[Any]] = [
        [
            f"{format_share(each['low'], page.language)}–{format_share(each['high'], page.language)}",
            page.number(each["n"]),
            format_share(each["mean_prob"], page.language),
            format_share(each["share_present"], page.language),
            f"{format_share(each['share_low'], page.language)}–{format_share(each['share_high'], page.language)}",
        ]
        for each in bins
    ]
    drawn = curve([(each["mean_prob"], each["share_present"]) for each in bins], page.t("models.reliability"))
    ends = html.Div([html.Span(format_share(0, page.language)), html.Span(format_share(1, page.language))], className="curve-x")
    sides = html.Div([html.Span(format_share(1, page.language)), html.Span(format_share(0, page.language))], className="curve-y")
    low = page.t("models.low", n=group["low_n"], found=group["low_n_present"], most=format_share(group["low_upper_share"], page.language))
    return [
        html.H3(page.t("models.reliability")),
        html.Div([sides, drawn, ends], className="curve-box model-curve", dir="ltr"),
        table(page, ("said", "n_areas", "mean_said", "was_found", "interval"), rows, numbers=(0, 1, 2, 3, 4)),
        *([html.P(low)] if group["low_n"] else []),
    ]


def _groups(page: Page, card: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> html.Div:
    """Calibration by hazard type, era of recording, category and province; "–" where a group has no figure."""
    figures = {(line["validation"], line["metric"]): line for line in lines}
    rows: list[list[Any]] = []
    for kind in _KINDS:
        for group in (each for each in card["calibration"] if each["kind"] == kind):
            found = [figures.get((f"{_PLACES}, {kind} {group['group']}", metric)) for metric in ("brier", "ece")]
            n = page.number(found[0]["n"]) if found[0] else "–"
            told = [_figure(page, line) for line in found]
            low = f"{page.number(group['low_n_present'])} / {page.number(group['low_n'])}" if group["low_n"] else "–"
            most = format_share(group["low_upper_share"], page.language) if group["low_n"] else "–"
            rows.append([_group_name(page, kind, str(group["group"])), page.t(f"models.kind_{kind}"), n, *told, low, most])
    return table(page, ("group", "kind", "n_areas", "brier", "ece", "low_found", "low_most"), rows, numbers=(2, 3, 4, 5, 6))


def _group_name(page: Page, kind: str, group: str) -> Any:
    if kind == "hazard_type":
        return HAZARD_TYPE.label(group, page.language)
    return EO_CATEGORY.label(group, page.language) if kind == "eo_category" else html.Bdi(group)


def _shifts(page: Page, entry: ModelEntry) -> list[Any]:
    labels = {section.id: section.label for section in page.config.indicators}
    since = {each.feature: each for each in entry.since}
    rows: list[list[Any]] = [
        [
            label_of_feature(page, labels, each.feature),
            f"{page.number(since[each.feature].index, 2)} · {page.t(f'models.level_{since[each.feature].level}')}",
            page.number(each.index, 2),  # no level: survey chose where to go, so a difference is no drift
        ]
        for each in entry.against_training[:_N_SHIFTS]
    ]
    heads = ("feature", "since_learned", "against_training")
    return [html.H3(page.t("models.drift")), html.P(page.t("models.drift_note")), table(page, heads, rows, numbers=(1, 2))]


def _figure(page: Page, line: Mapping[str, Any] | None) -> str:
    """A figure with its interval; "–" where it was not judged."""
    if line is None:
        return "–"
    low, high = page.number(line["low"], 3), page.number(line["high"], 3)
    return f"{page.number(line['value'], 3)} ({page.t('models.range', low=low, high=high)})"
