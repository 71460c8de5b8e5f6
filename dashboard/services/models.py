"""The model that the Method page tells of, compared with the present areas once and not at every opening of the page."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dashboard.estimates.models import ModelEntry, card_path, current_model
from dashboard.services.views import kept

if TYPE_CHECKING:
    from pathlib import Path

    from dashboard.programme import Programme


def shown_model(programme: Programme) -> ModelEntry | None:
    """The model in use; kept for the day, until another is learned or it is judged anew. None where no likelihood is estimated.

    Raises
    ------
    SnapshotError
        Nothing has been built.
    EstimatesError
        The estimates are damaged.
    """
    estimates = programme.estimates()
    if estimates is None or not estimates.has_model:
        return None
    today = dt.datetime.now(dt.UTC).date()
    key = ("model", estimates.version, _changed(card_path(programme.directory, estimates.version)), today)
    return kept(programme).get("facts", key, lambda: current_model(programme, today=today))


def _changed(path: Path) -> int:
    """When a file was written, in ns; 0 where it is not there."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
