"""Whether a build would estimate anew, and why; nothing is estimated, read or written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dashboard.estimates.settings import EstimateSettings, settings_of
from dashboard.estimates.store import estimates_folder, has_estimates, read_manifest

if TYPE_CHECKING:
    from geodata.schema.config import Config

FIRST: Final = "nothing has been estimated yet"
DATA: Final = "records, layers, indicators or the likelihood section changed"
COSTS: Final = "the costs section changed"
_PARTS: Final = {"data_version": DATA, "costs": COSTS, "seed": "the seed changed", "format": "their files have another format"}


@dataclass(frozen=True)
class EstimatesPlan:
    """What a build would do about estimates.

    Attributes
    ----------
    version : str
        Identity of the estimates that belong to the snapshot.
    is_made : bool
        They are there already.
    previous : str or None
        The stored ones that differ least; None where there are none, or ``is_made``.
    reasons : tuple of str
        What makes them others than ``previous``; empty where ``is_made``.
    """

    version: str
    is_made: bool
    previous: str | None
    reasons: tuple[str, ...]


def explain_estimates(config: Config, programme_dir: Path, data_version: str) -> EstimatesPlan:
    """What :func:`dashboard.estimates.build.build_estimates` would do for a snapshot, and why.

    Parameters
    ----------
    config : Config
    programme_dir : Path
    data_version : str
        Of the snapshot; it need not be there yet.
    """
    wanted = settings_of(config, data_version)
    if has_estimates(programme_dir, wanted.version):
        return EstimatesPlan(wanted.version, True, None, ())
    found = [(_reasons(wanted, stored), stored.version) for stored in _stored(programme_dir)]
    if not found:
        return EstimatesPlan(wanted.version, False, None, (FIRST,))
    reasons, previous = min(found, key=lambda each: (len(each[0]), each[1]))
    return EstimatesPlan(wanted.version, False, previous, reasons)


def _stored(programme_dir: Path) -> list[EstimateSettings]:
    """Settings of every stored estimate that can be read."""
    found = []
    for path in sorted(estimates_folder(programme_dir).glob("[0-9a-f]*/manifest.json")):
        try:
            found.append(EstimateSettings(**read_manifest(path.parent)["settings"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def _reasons(wanted: EstimateSettings, before: EstimateSettings) -> tuple[str, ...]:
    """What differs, in the words that a build's plan uses."""
    found = [words for name, words in _PARTS.items() if getattr(wanted, name) != getattr(before, name)]
    found += [f"the code of method {name} changed" for name in _changed(wanted.methods, before.methods)]
    now, then = wanted.libraries, before.libraries
    found += [f"{name} {then.get(name)} became {now.get(name)}" for name in _changed(now, then)]
    return tuple(found)


def _changed(now: Any, then: Any) -> list[str]:
    return [name for name in sorted({*now, *then}) if now.get(name) != then.get(name)]
