"""Parameters of access, checked before anything is measured."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from geodata.indicators.rows import RowFilter


class AccessParameters(RowFilter):
    """Travel time to the layer's points on the road network, now and with areas released."""

    measure: Literal[
        "minutes_now", "minutes_after", "minutes_saved", "people_gaining", "people_connected", "people_outside", "market_access_gain"
    ] = Field(
        "people_gaining",
        description="minutes_now, minutes_after: mean over the people around; minutes_saved: person-minutes a trip; people_gaining; "
        "people_connected: reach one only then; people_outside: gain, and live elsewhere; market_access_gain: gain in ln(market "
        "access) times people.",
    )
    together: Literal["area", "community", "route"] = Field(
        "area", description="What is released: the area alone, or with all areas of its community (admin_code) or route."
    )
    roads: str = Field(description="Line layer of the roads; they join where they share a corner.")
    kind_column: str = Field(description="Column of the roads with their kind.")
    speeds_kmh: dict[str, float] = Field(min_length=1, description="Kind of road -> km/h; a kind left out is not used.")
    route_column: str | None = Field(None, description="Column of the roads with the name of the route; needed by together: route.")
    people_layer: str = Field(description="Point layer of the places where people live.")
    people_column: str = Field(description="Its column with the number of people.")
    group_columns: dict[str, str | tuple[str, ...]] = Field(
        default_factory=dict,
        description="Group of people -> column, or columns added up, of people_layer with their number: women, children, the poor.",
    )
    group_share_layers: dict[str, str] = Field(
        default_factory=dict, description="Group of people -> raster with their share (0 to 1) of the people of a place, e.g. the poor."
    )
    group: str | None = Field(None, description="Group, named by one of these two, whose people the measure counts; left out: all.")
    reach_m: float = Field(0, ge=0, le=5_000, description="How far beside a road an area may lie whose record says that it blocks one.")
    in_use: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Field of the record -> values that say the road is in use: it stays open."
    )
    open_roads: dict[str, tuple[str | int | float, ...]] = Field(
        default_factory=dict, description="Column of the roads -> values of roads in use: nothing closes them."
    )
    infer_where: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Rule for areas whose record does not say: field of the record -> values for which the roads it lies on are "
        "taken as closed. Empty: nothing is inferred.",
    )
    infer_kinds: tuple[str, ...] = Field((), description="Kinds of road that the rule may close; all where empty.")
    theta: float | None = Field(
        None, ge=0, le=20, description="Market access: sum of weight x minutes^-theta; needs theta_source. 0 adds up what is in reach."
    )
    theta_source: str | None = Field(None, description="Study or decision that theta is from, with its year and country.")
    weight_column: str | None = Field(None, description="Column of the layer with the size of a market, e.g. its people.")
    least_minutes: float = Field(5, gt=0, description="Market access: shorter ways count as this long.")
    max_minutes: float = Field(480, gt=0, le=10_000, description="Longer ways count as none.")
    walk_kmh: float = Field(5, gt=0, le=10, description="Walking on flat ground (Tobler 1993 gives 5.0 km/h).")
    walk_detour: float = Field(1, ge=1, le=5, description="Way on foot over the straight line.")
    walk_max_m: float = Field(5_000, gt=0, le=50_000, description="Farthest way on foot, as the crow flies.")
    walk_ties: int = Field(4, ge=1, le=50, description="Nearest stretches of road that a place is tied to.")
    slope_layer: str | None = Field(None, description="Raster of slope in degrees; steep ground is walked slower (Tobler 1993).")
    friction_layer: str | None = Field(
        None,
        description="Raster of minutes a metre on foot, e.g. Weiss et al. (2020); its mean along a way is the pace. 0 and below cannot be "
        "walked. Where it is unknown, walk_kmh holds.",
    )
    barrier_layers: tuple[str, ...] = Field((), description="Polygon or line layers, e.g. rivers, that nobody walks across.")
    walk_around_areas: bool = Field(
        False, description="Nobody walks across a hazard area that is not released; what that closes counts as inferred by this rule."
    )
    near_m: float = Field(5_000, gt=0, le=100_000, description="People within this distance live around an area; others elsewhere.")
    gain_minutes: float = Field(1, gt=0, description="Least saving that counts as a gain.")
    snap_m: float = Field(1, gt=0, le=100, description="Corners of roads this close are one.")

    @model_validator(mode="after")
    def _market_access_is_whole(self) -> Self:
        has_theta = self.theta is not None
        if (self.measure == "market_access_gain") != has_theta or has_theta != (self.weight_column is not None):
            raise ValueError("measure: market_access_gain needs theta and weight_column, and only it takes them")
        if has_theta != bool((self.theta_source or "").strip()):
            raise ValueError("theta needs theta_source, the study or decision that it is from")
        if (self.together == "route") != (self.route_column is not None):
            raise ValueError("together: route needs route_column, and only it takes one")
        known = {*self.group_columns, *self.group_share_layers}
        if self.group is not None and self.group not in known:
            raise ValueError(f"group must be named by group_columns or group_share_layers; known: {', '.join(sorted(known)) or 'none'}")
        if both := sorted(self.group_columns.keys() & self.group_share_layers.keys()):
            raise ValueError(f"a group is told by a column or by a raster, not both: {both[0]}")
        if self.slope_layer and self.friction_layer:
            raise ValueError("give either slope_layer or friction_layer; friction on foot holds the slope already")
        if any(not 0 < speed <= 200 for speed in self.speeds_kmh.values()):
            raise ValueError("speeds_kmh must be above 0 and at most 200 km/h")
        return self

    def layer_columns(self) -> tuple[str, ...]:
        """Columns of the layer that the method reads."""
        return (*super().layer_columns(), *((self.weight_column,) if self.weight_column else ()))

    def other_columns(self) -> dict[str, tuple[str, ...]]:
        """Columns of the other layers that the method reads, by layer."""
        roads = (self.kind_column, *self.open_roads, *((self.route_column,) if self.route_column else ()))
        rasters = [self.slope_layer, self.friction_layer, *self.group_share_layers.values()]
        others: dict[str, tuple[str, ...]] = {name: () for name in [*rasters, *self.barrier_layers] if name}
        return {**others, self.roads: roads, self.people_layer: (self.people_column, *self.summed_columns())}

    def summed_columns(self) -> tuple[str, ...]:
        """Columns of the people layer that groups are counted by."""
        named = [(one,) if isinstance(one, str) else one for one in self.group_columns.values()]
        return tuple(dict.fromkeys(name for columns in named for name in columns))
