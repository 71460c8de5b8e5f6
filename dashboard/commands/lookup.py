"""The lookup command: was any part of this parcel, road or project ever suspected, and how was it released."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.commands.output import Outcome
from dashboard.commands.results import FindingResult, LookUpResult
from dashboard.commands.tables import plain
from dashboard.programme import Programme

if TYPE_CHECKING:
    from geodata.registry.lookup.result import Extent, LookUp

ANSWERS = {
    "suspected_now": "a hazard area that is neither closed nor released touches it.",
    "suspected_before": "it was suspected once; nothing that is recorded remains open.",
    "only_points_or_unlocated": "only hazards known as a point or by the name of a place are near; none has an outline.",
    "no_record": "no hazard was ever recorded here.",
}


def run_lookup(arguments: argparse.Namespace) -> Outcome:
    """Look a place up in the whole history of the registry."""
    from geodata.ingest.guard import COMMAND_LIMITS
    from geodata.ingest.parcel import read_place
    from geodata.layers.defects import country_outline
    from geodata.registry.lookup import look_up

    programme = Programme.open(arguments.programme)
    country = country_outline(programme.config, programme.directory)
    place, findings = read_place(Path(arguments.file), layer=arguments.layer, crs=arguments.crs, country=country, limits=COMMAND_LIMITS)
    crs_setting = programme.config.programme.crs
    with closing(programme.open_registry()) as registry:
        found = look_up(registry, place, crs_setting=crs_setting, as_of=arguments.as_of, known=arguments.known)
    result = LookUpResult(
        file=arguments.file,
        findings=[FindingResult.model_validate(item, from_attributes=True) for item in findings],
        look_up=found.as_dict(),
    )
    fictional = "FICTIONAL. " if programme.config.programme.fictional else ""
    return Outcome(result, "\n".join([f"{fictional}{arguments.file}: {ANSWERS[found.answer]}", *_lines(found)]))


def _lines(found: LookUp) -> Iterator[str]:
    yield f"  the place: {_extent(found.size)}; ever suspected: {_extent(found.ever)}"
    for status, extent in found.remains.items():
        yield f"  remains, {status}: {_extent(extent)}"
    for kind, extent in found.released.items():
        yield f"  {kind or 'released, kind not stated'}: {_extent(extent)}"
    for area in found.areas:
        yield f"  {area.area_id} {plain(area.name)}: {area.hazard_type}, {area.status}, touched since {area.touched_since}"
    for release in found.releases:
        depth = "depth not stated" if release.depth_cm is None else f"to {release.depth_cm:g} cm"
        by = f", by {plain(release.organisation)}" if release.organisation else ""
        day = release.date or "day not stated"
        yield f"  {release.product_id}: {release.kind}, {_extent(release.inside)} inside ({release.basis}), {depth}, {day}{by}"
    for hazard in (*found.points, *found.unlocated):
        yield f"  without an outline: {hazard.area_id} {plain(hazard.name)}, {hazard.hazard_type}, {hazard.status}"
    if found.accidents:
        yield f"  {len(found.accidents)} accidents inside or near"
    for caveat in found.caveats:
        yield f"  {caveat.text}"


def _extent(extent: Extent) -> str:
    if extent.m2 is not None:
        return f"{extent.m2:,.0f} m2"
    return "not known" if extent.m is None else f"{extent.m:,.0f} m"
