"""What a build says of each indicator: known, covered, joined, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.commands.results import BuildResult, EstimatesResult, IndicatorResult
from dashboard.commands.tables import aligned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.estimates import Estimates
    from geodata.snapshot import Snapshot
    from geodata.snapshot.frozen import IndicatorInfo

_LEGEND = "known: areas with a value; covered: mean share of an area that the layer speaks of; joined: rows of the layer that met an area."


def build_result(snapshot: Snapshot, estimates: Estimates | None) -> BuildResult:
    """The snapshot, its indicators and what is estimated, for machines."""
    indicators = {
        name: IndicatorResult(
            unit=info.unit,
            layer=info.layer,
            method=info.method,
            n_known=info.n_known,
            join_rate=info.join_rate,
            inferred_share=info.inferred_share,
            mean_coverage=snapshot.mean_coverage(name),
            unknown_friction_share=info.unknown_friction_share,
        )
        for name, info in snapshot.indicators.items()
    }
    return BuildResult(
        data_version=snapshot.data_version,
        path=str(snapshot.path),
        n_areas=snapshot.n_areas,
        indicators=indicators,
        estimates=None if estimates is None else _estimates_result(estimates),
    )


def build_text(snapshot: Snapshot, estimates: Estimates | None, model_warnings: Sequence[str]) -> str:
    """A line an indicator: share of the areas that are known, mean coverage, join rate, unit and what it rests on; and the estimates."""
    first = f"Snapshot {snapshot.data_version}: {snapshot.n_areas:,} areas, {len(snapshot.indicators)} indicators."
    if not snapshot.n_areas:
        return first
    rows: list[tuple[str, ...]] = [("indicator", "known", "covered", "joined", "unit")]
    for name, info in snapshot.indicators.items():
        shares = (info.n_known / snapshot.n_areas, snapshot.mean_coverage(name), info.join_rate)
        rows.append((name, *(_percent(share) for share in shares), f"{info.unit}{_rests_on(info)}"))
    return "\n".join([first, *(f"  {line}" for line in aligned(rows)), _LEGEND, *_estimate_lines(estimates), *model_warnings])


def _estimates_result(estimates: Estimates) -> EstimatesResult:
    from dashboard.estimates.reasons import column_reasons, reason_words

    return EstimatesResult(
        version=estimates.version,
        n_likelihood=int(estimates.areas["prob"].notna().sum()),
        n_cost=int(estimates.areas["cost_usd"].notna().sum()),
        not_estimated={name: reason_words(reason, "en") for name, reason in column_reasons(estimates).items()},
    )


def _estimate_lines(estimates: Estimates | None) -> list[str]:
    if estimates is None:
        return []
    found = _estimates_result(estimates)
    first = f"Estimates {found.version}: likelihood of {found.n_likelihood:,} areas, next action and cost of {found.n_cost:,}."
    return [first, *(f"  {name}: not yet estimated: {why}" for name, why in found.not_estimated.items())]


def _rests_on(info: IndicatorInfo) -> str:
    """What a gain in access rests on beside its layer."""
    said = []
    if info.inferred_share is not None:
        said.append(f"{_percent(info.inferred_share)} of the gain from inferred closures")
    if info.unknown_friction_share is not None:
        said.append(f"friction unknown on {_percent(info.unknown_friction_share)} of the ground walked")
    return f"; {', '.join(said)}" if said else ""


def _percent(share: float | None) -> str:
    """A share in per cent; never 100.0 or 0.0 where it is not quite so."""
    if share is None:
        return "-"
    percent = round(share * 100, 1)
    if percent == 100 and share < 1:
        return "<100%"
    return "<0.1%" if percent == 0 and share > 0 else f"{percent:.1f}%"
