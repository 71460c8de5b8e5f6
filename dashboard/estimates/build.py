"""The last step of a build: estimates, unless the same were made before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.estimates.settings import settings_of
from dashboard.estimates.store import has_estimates, write_estimates

if TYPE_CHECKING:
    from dashboard.estimates.learn import Progress
    from geodata.registry import Registry
    from geodata.schema.config import Config
    from geodata.snapshot import Snapshot


def build_estimates(config: Config, programme_dir: Path, snapshot: Snapshot, registry: Registry, say: Progress) -> str:
    """Estimate a snapshot and store the result; returns its identity.

    Raises
    ------
    SnapshotError
        The registry changed, or the estimates cannot be written.
    """
    settings = settings_of(config, snapshot.data_version)
    if has_estimates(programme_dir, settings.version):
        say(1.0, "estimates: made before")
        return settings.version
    from dashboard.estimates.make import make_estimates

    found, model = make_estimates(config, snapshot, registry, settings, say)
    say(0.98, "estimates: writing")
    write_estimates(programme_dir, found, model)
    return settings.version
