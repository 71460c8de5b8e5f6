"""What a reader of an exported file must know, in the file's language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from geodata.schema.text import FALLBACK_LANGUAGE, say

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.estimates import Estimates
    from geodata.schema.config import Config
    from geodata.schema.scenario import FirmnessSettings


def list_notes(
    config: Config,
    data_version: str,
    language: str,
    missing: Sequence[str],
    sources: Sequence[Mapping[str, Any]],
    *,
    is_filtered: bool,
    method: str = "additive",
    firmness: FirmnessSettings | None = None,
    estimated: Sequence[str] = (),
) -> tuple[str, ...]:
    """Notes of a priority list, the weightiest first.

    Parameters
    ----------
    config : Config
    data_version : str
    language : str
        English where there are no notes in it.
    missing : sequence of str
        Columns that no method fills yet.
    sources : sequence of mapping
        layer, source, licence, date.
    is_filtered : bool
    method : str
        By another than the additive method, the note says that contributions are empty and why.
    firmness : FirmnessSettings, optional
        Where firmness is estimated, the note says from what.
    estimated : sequence of str
        Of :func:`estimate_notes`.

    Returns
    -------
    tuple of str
        The line that absence of a record is not absence of a hazard is always in it.
    """
    words = note_words(language)
    about = config.programme
    notes = [words["fictional"]] if about.fictional else []
    notes += [words["disclaimer"], words["programme"].format(name=say(about.name, language), country=about.country)]
    notes += [say(about.note, language)] if about.note else []
    notes += [words["data_version"].format(data_version=data_version)]
    notes += [words["data_until"].format(date=about.data_until.isoformat())] if about.data_until else []
    notes += [words["not_estimated"].format(columns=", ".join(missing))] if missing else []
    notes += [*estimated, *([words["filtered"]] if is_filtered else [])]
    additive = method == "additive"
    notes += [words["ranks"], *([words["unknown"], words["contributions"]] if additive else [words["method"].format(method=method)])]
    notes += [_firmness_line(words, firmness)] if firmness is not None else []
    notes += [_source_line(words, source) for source in sources]
    return tuple(notes)


def estimate_notes(
    estimates: Estimates | None, area_ids: pd.Series, reasons: Mapping[str, Mapping[str, Any]], language: str
) -> tuple[str, ...]:
    """What a reader must know of likelihood, action and cost, and why columns of them are empty.

    Parameters
    ----------
    estimates : Estimates, optional
    area_ids : Series of text
        Areas of the list.
    reasons : mapping column -> reason
        Columns that are empty as a whole.
    language : str
    """
    from dashboard.estimates.reasons import reason_words

    words = note_words(language)
    notes = []
    if estimates is not None and estimates.has_model:
        listed = estimates.areas[estimates.areas["area_id"].isin(area_ids)]
        notes += [words["likelihood"].format(n=estimates.facts["n_results"], date=estimates.facts["learned_to"])]
        notes += [words["likelihood_rule"].format(n=int(listed["is_floored"].sum()), unlike=int(listed["is_unlike"].sum()))]
    why: dict[str, list[str]] = {}
    for column, reason in reasons.items():
        why.setdefault(reason_words(reason, language), []).append(column)
    return (*notes, *(words["not_estimated_why"].format(column=", ".join(columns), why=each) for each, columns in why.items()))


def _firmness_line(words: Mapping[str, str], firmness: FirmnessSettings) -> str:
    return words["firmness"].format(
        draws=firmness.draws, weights=words[firmness.weights], top=firmness.top, do_now=f"{firmness.do_now:g}", defer=f"{firmness.defer:g}"
    )


def _source_line(words: Mapping[str, str], source: Mapping[str, Any]) -> str:
    facts = {name: source.get(name) or words["not_stated"] for name in ("layer", "source", "licence", "date")}
    return words["source"].format(**facts)


def note_words(language: str) -> Mapping[str, str]:
    """The sentences of a language; English where there are none in it."""
    texts = _texts()
    return texts.get(language, texts[FALLBACK_LANGUAGE])


@cache
def _texts() -> dict[str, dict[str, str]]:
    content: dict[str, dict[str, str]] = json.loads((files("dashboard.export") / "notes.json").read_text(encoding="utf-8"))
    return content
