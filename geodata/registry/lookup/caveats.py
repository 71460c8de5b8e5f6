"""What a look-up does not say, in words."""

from __future__ import annotations

from geodata.errors import name_culprits
from geodata.registry.lookup.result import Caveat, Release, SurveyRecord, TouchedArea, UnoutlinedHazard

NO_RECORD = "No recorded hazard does not mean no hazard. Not for navigation."


def caveats_of(
    areas: tuple[TouchedArea, ...],
    releases: tuple[Release, ...],
    surveys: tuple[SurveyRecord, ...],
    points: tuple[UnoutlinedHazard, ...],
    unlocated: tuple[UnoutlinedHazard, ...],
    n_elsewhere: int,
) -> tuple[Caveat, ...]:
    """The caveats that an answer needs; the first one always stands."""
    found = [Caveat("no_record_is_no_proof", NO_RECORD)]

    def add(code: str, culprits: list[str], text: str) -> None:
        if culprits:
            found.append(Caveat(code, text.replace("{n}", f"{len(culprits):,}").replace("{culprits}", name_culprits(culprits))))

    if releases or any(area.is_done for area in areas):
        found.append(Caveat("residual_risk", "Residual risk stays after release; cleared land is cleared to the depth stated, no deeper."))
    if not surveys and not areas:
        found.append(Caveat("survey_unknown", "No survey is recorded at this place: whether it was ever surveyed is unknown."))
    add(
        "survey_unknown",
        [area.area_id for area in areas if area.last_survey_date is None],
        "Survey status is unknown for {n} hazard areas ({culprits}): no survey visit is recorded.",
    )
    add(
        "release_unknown",
        [area.area_id for area in areas if area.is_done and not area.release_ids],
        "{n} hazard areas are closed or released without a release product that covers this place ({culprits}): how is unknown.",
    )
    add(
        "extent_unknown",
        [item.product_id for item in releases if item.basis == "unknown"],
        "{n} release products have no outline ({culprits}): how much of them lies inside is unknown.",
    )
    add(
        "depth_unknown",
        [item.product_id for item in releases if item.kind == "cleared" and item.depth_cm is None],
        "{n} cleared areas state no depth ({culprits}).",
    )
    add(
        "status_not_stated",
        [area.area_id for area in areas if area.status == "not_stated"],
        "{n} hazard areas state no status ({culprits}) and count as remaining.",
    )
    add("points", [item.area_id for item in points], "{n} hazard areas at or near this place are known only as a point ({culprits}).")
    add(
        "unlocated",
        [item.area_id for item in unlocated],
        "{n} hazard areas have no location but the names of places around here ({culprits}): they may lie inside.",
    )
    if n_elsewhere:
        found.append(Caveat("unlocated_elsewhere", f"{n_elsewhere:,} other hazard areas have no location and may lie anywhere."))
    return tuple(found)
