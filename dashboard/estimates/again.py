"""The estimates that a receipt speaks of: those stored, or the same made again."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

from dashboard.estimates.settings import EstimateSettings, settings_of
from dashboard.estimates.store import EstimatesError

if TYPE_CHECKING:
    from dashboard.estimates.result import Estimates
    from dashboard.programme import Programme
    from geodata.snapshot import Snapshot


def estimates_again(programme: Programme, snapshot: Snapshot, used: Mapping[str, Any]) -> Estimates:
    """Estimates with the digest that a receipt states.

    Parameters
    ----------
    programme : Programme
    snapshot : Snapshot
        Of the receipt's data version.
    used : mapping
        ``version``, ``sha256`` and ``settings`` of the receipt.

    Raises
    ------
    EstimatesError
        None with that digest are stored, and this programme or this machine does not make them. That a machine grows other
        trees says nothing of the list, so such a list cannot be verified here; it is not said to differ.
    SnapshotError
        The records are no longer those of the snapshot.
    """
    stored = programme.estimates(version=str(used["version"]))
    if stored is not None and stored.sha256 == used["sha256"]:
        return stored
    found = _made_again(programme, snapshot, used)
    if found.sha256 == used["sha256"]:
        return found
    raise EstimatesError(
        f"The list rests on estimates {used['version']} with the digest {str(used['sha256'])[:16]}. They are not stored here, and made "
        f"again on this machine they have the digest {found.sha256[:16]}: its processor or libraries may give other trees, or the receipt "
        "speaks of other estimates.",
        f"Verify it where the list was written, or copy derived/estimates/{used['version']} from there.",
    )


def _made_again(programme: Programme, snapshot: Snapshot, used: Mapping[str, Any]) -> Estimates:
    from dashboard.estimates.make import make_estimates

    settings = settings_of(programme.config, snapshot.data_version)
    if settings.version != used["version"]:
        raise EstimatesError(
            f"The list rests on estimates {used['version']}, which are not stored here, and here other ones would be made: "
            f"{_what_differs(settings, used['settings'])}.",
            f"Verify it where the list was written, or copy derived/estimates/{used['version']} from there.",
        )
    with closing(programme.open_registry()) as registry:
        return make_estimates(programme.config, snapshot, registry, settings, lambda _share, _what: None)[0]


def _what_differs(settings: EstimateSettings, stated: Mapping[str, Any]) -> str:
    try:
        found = settings.differences(EstimateSettings(**stated))
    except (TypeError, AttributeError):
        found = []
    return "; ".join(found) or "the receipt states other settings"
