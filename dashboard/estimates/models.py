"""The registry of models: every likelihood that was learned, what is known of how good it is, and whether it still holds."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dashboard.estimates.result import Estimates
from dashboard.estimates.store import FITTED, estimates_folder, open_estimates, read_manifest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dashboard.programme import Programme
    from models.likelihood.drift import FeatureShift, LaterResults

EXPIRED: Final = "expired"
DRIFTED: Final = "drifted"
OFF: Final = "off"
NO_SIGNAL: Final = "no_signal"
NOT_JUDGED: Final = "not_judged"
_CARDS: Final = "cards"
_MONTHS: Final = 12


@dataclass(frozen=True)
class ModelEntry:
    """One model.

    Attributes
    ----------
    version : str
        Of the estimates it belongs to.
    data_version : str
    is_current : bool
        Whether what is shown now comes from it.
    facts : mapping
        As in :class:`dashboard.estimates.result.Estimates`: results, places, training hash, detected share.
    features : tuple of str
    libraries, methods : mapping
    learned_to : date
        Last day of its data.
    expires_on : date
    fitted_at : str
    card : mapping or None
        Result of ``evaluate`` on that version; None until it was run.
    against_training : tuple of FeatureShift
        Present open areas beside the areas learned from: how far it extrapolates. That survey went to some areas first shows here too.
    since : tuple of FeatureShift
        Present open areas beside those open when it was learned: drift.
    later : LaterResults or None
        Results that came since.
    warnings : tuple of str
        expired, drifted, off (later results contradict it), no_signal, not_judged.
    """

    version: str
    data_version: str
    is_current: bool
    facts: Mapping[str, Any]
    features: tuple[str, ...]
    libraries: Mapping[str, str]
    methods: Mapping[str, int]
    learned_to: dt.date
    expires_on: dt.date
    fitted_at: str
    card: Mapping[str, Any] | None
    against_training: tuple[FeatureShift, ...]
    since: tuple[FeatureShift, ...]
    later: LaterResults | None
    warnings: tuple[str, ...]


def list_models(programme: Programme, *, today: dt.date | None = None) -> list[ModelEntry]:
    """Every model of a programme, the one in use first, then the latest data first; estimates without a model are left out."""
    folder = estimates_folder(programme.directory)
    current = _current(programme)
    found = []
    for path in sorted(folder.glob("[0-9a-f]*/manifest.json")):
        manifest = _readable(path.parent)
        if manifest is None or manifest["facts"]["reason_prob"] is not None:
            continue
        found.append(model_entry(programme, path.parent.name, current, today=today))
    entries = [entry for entry in found if entry is not None]
    return sorted(entries, key=lambda entry: (not entry.is_current, -entry.learned_to.toordinal(), entry.version))


def current_model(programme: Programme, *, today: dt.date | None = None) -> ModelEntry | None:
    """The model that what is shown comes from; None where no likelihood is estimated."""
    current = _current(programme)
    return None if current is None or not current.has_model else model_entry(programme, current.version, current, today=today)


def model_entry(programme: Programme, version: str, current: Estimates | None, *, today: dt.date | None = None) -> ModelEntry | None:
    """One model beside the present areas; None where there is none of that version."""
    from models.likelihood.drift import feature_shifts  # a server starts without scipy.stats

    own = current if current is not None and current.version == version else open_estimates(programme.directory, version)
    if own is None or not own.has_model:
        return None
    day = today or dt.datetime.now(dt.UTC).date()
    learned_to = dt.date.fromisoformat(own.facts["learned_to"])
    expires_on = months_later(learned_to, programme.config.likelihood.valid_months)
    card = read_card(programme.directory, version)
    now = current if current is not None and current.has_model else own
    present = now.features[now.areas["prob"].notna().to_numpy()]
    since = feature_shifts(present if own is now else own.features[own.areas["prob"].notna().to_numpy()], present)
    later = None if own is now else _later(own, now)
    warnings = {
        EXPIRED: day > expires_on,
        DRIFTED: any(each.level == "drifted" for each in since),
        OFF: later is not None and later.is_off,
        NO_SIGNAL: not own.facts["has_signal"] or (card is not None and card.get("has_signal") is False),
        NOT_JUDGED: card is None,
    }
    return ModelEntry(
        version=version,
        data_version=own.settings.data_version,
        is_current=current is not None and current.version == version,
        facts=own.facts,
        features=tuple(own.features.columns),
        libraries=own.settings.libraries,
        methods=own.settings.methods,
        learned_to=learned_to,
        expires_on=expires_on,
        fitted_at=_fitted_at(estimates_folder(programme.directory) / version),
        card=card,
        against_training=feature_shifts(own.features[_is_learned(own)], present),
        since=since,
        later=later,
        warnings=tuple(code for code, holds in warnings.items() if holds),
    )


def months_later(day: dt.date, months: int) -> dt.date:
    """The first day of the month after so many months.

    >>> months_later(dt.date(2024, 11, 30), 24)
    datetime.date(2026, 12, 1)
    """
    count = day.year * _MONTHS + day.month + months
    return dt.date(count // _MONTHS, count % _MONTHS + 1, 1)


def card_path(programme_dir: Path, version: str) -> Path:
    """Where the card of a version lies."""
    return estimates_folder(programme_dir) / _CARDS / f"{version}.json"


def _is_learned(own: Estimates) -> NDArray[np.bool_]:
    """Areas learned from; of more results than are learned from, the others have no features."""
    learned: NDArray[np.bool_] = (own.areas["result"].notna() & own.features.notna().any(axis=1)).to_numpy(dtype=bool)
    return learned


def write_card(programme_dir: Path, version: str, card: Mapping[str, Any]) -> None:
    """Keep what ``evaluate`` found of a version; a card that was there is replaced whole.

    Raises
    ------
    ExportError
        The folder cannot be written.
    """
    from dashboard.export.atomic import replacing

    path = card_path(programme_dir, version)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as beside:
        beside.write_text(json.dumps(card, ensure_ascii=False, sort_keys=True), encoding="utf-8")


def read_card(programme_dir: Path, version: str) -> dict[str, Any] | None:
    """What ``evaluate`` found of a version; None where it was not run, or the card cannot be read."""
    try:
        card = json.loads(card_path(programme_dir, version).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return card if isinstance(card, dict) else None


def _current(programme: Programme) -> Estimates | None:
    from geodata.errors import SnapshotError

    try:
        return programme.estimates()
    except SnapshotError:
        return None


def _later(own: Estimates, now: Estimates) -> LaterResults | None:
    """Results of areas that were open and without result when a model was learned."""
    from models.likelihood.drift import later_results

    open_then = own.areas[own.areas["prob"].notna() & own.areas["result"].isna()].set_index("area_id")
    results = now.areas.set_index("area_id")["result"].reindex(open_then.index)
    known = results.notna().to_numpy()
    detected = own.facts["detected"]
    prob = open_then["modelled_prob"].to_numpy(dtype=float)[known]
    return later_results(prob, float(detected["value"]), (results == 1).to_numpy()[known])


def _readable(folder: Path) -> dict[str, Any] | None:
    try:
        return read_manifest(folder)
    except (OSError, ValueError, KeyError):
        return None


def _fitted_at(folder: Path) -> str:
    try:
        return str(json.loads((folder / FITTED).read_text("utf-8"))["fitted_at"])
    except (OSError, ValueError, KeyError):
        return ""
