"""What a programme is: the sections of config.yaml.

One frozen model per section; unknown keys are refused. Indicator parameters are checked by the method that takes them
(:mod:`geodata.indicators`). ``docs/settings.md`` lists every field.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from geodata.schema.criteria import Condition, Criterion, Group
from geodata.schema.text import Text, Unit, say

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
"""Lower-case letters, digits and ``_``, beginning with a letter, at most 48 characters."""

AREA_FIELDS = (
    "area_id", "imsma_id", "imsma_links", "name", "hazard_type", "status", "eo_categories", "area_stated_m2",
    "recorded_date", "last_survey_date", "organisation", "tasked_to", "funded_by", "current_use", "blocked_use",
    "intended_use", "admin1", "admin2", "admin3", "admin4", "admin_code",
)  # fmt: skip


class Section(BaseModel):
    """A part of the configuration: frozen, and unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ProgrammeSection(Section):
    """Which programme this is and how it speaks."""

    name: Text = Field(description="Name shown in the header and on every print.")
    country: str = Field(min_length=1, description="Country, as the programme writes it.")
    fictional: bool = Field(False, description="True for invented data: FICTIONAL stands on every page, print and file.")
    languages: tuple[str, ...] = Field(("en",), min_length=1, description="Languages offered, first is the default.")
    currency: str = Field("USD", pattern=r"^[A-Z]{3}$", description="ISO 4217 code of money figures.")
    crs: str = Field("auto", pattern=r"^(auto|EPSG:\d{4,6})$", description="Equal-area CRS that areas are measured in; auto fits one.")
    outline: Identifier | None = Field(None, description="Polygon layer of the country, for coordinate checks.")
    data_until: dt.date | None = Field(None, description="Last day the data speak of; every screen says so.")
    note: Text | None = Field(None, description="One line shown on every screen and print.")


class Words(Section):
    """What a unit of decision is called on screen."""

    one: Text = Field(description="One unit, e.g. hazard area.")
    many: Text = Field(description="Several units, e.g. hazard areas.")


class AdminSection(Section):
    """Where place names come from when records have none."""

    layer: Identifier = Field(description="Polygon layer of the smallest admin level.")
    fields: dict[Literal["admin1", "admin2", "admin3", "admin4", "admin_code"], str] = Field(
        min_length=1, description="Which column of the layer holds which level."
    )


class AreasSection(Section):
    """The unit of decision."""

    unit: Literal["hazard_area", "community", "municipality", "grid_cell"] = Field("hazard_area", description="What is ranked.")
    source: str = Field("registry", description="registry, or the polygon layer that holds the units.")
    fields: dict[str, str] = Field(default_factory=dict, description="Layer source: area field -> column of the layer.")
    words: Words | None = Field(None, description="Own words for the unit; the unit's usual name where absent.")
    admin: AdminSection | None = Field(None, description="Layer that names the place of each area.")

    @model_validator(mode="after")
    def _fields_belong_to_a_layer(self) -> AreasSection:
        unknown = sorted(set(self.fields) - set(AREA_FIELDS))
        if unknown:
            raise ValueError(f"unknown area field {unknown[0]!r}; one of {', '.join(AREA_FIELDS)}")
        if self.source != "registry" and "area_id" not in self.fields:
            raise ValueError("units from a layer need fields.area_id, the column that holds their identifier")
        if self.source == "registry" and self.fields:
            raise ValueError("fields belong to units from a layer; records of the registry already carry theirs")
        return self


class LayerColumns(Section):
    """Which columns of a layer mean what."""

    x: str | None = Field(None, description="Longitude or easting column of a point table.")
    y: str | None = Field(None, description="Latitude or northing column of a point table.")
    wkt: str | None = Field(None, description="Column with well-known text.")
    key: str | None = Field(None, description="Code column that joins use.")
    text: tuple[str, ...] = Field((), description="Columns read as text, keeping leading zeros.")
    pad: dict[str, int] = Field(default_factory=dict, description="Code column -> digits it is padded to with zeros.")


class MapSection(Section):
    """How a layer is drawn as part of the basemap."""

    role: Literal["coast", "land", "admin", "road", "river", "water", "place", "landcover", "service", "relief"] = Field(
        description="What it stands for, which decides how it is drawn."
    )
    name: str | None = Field(None, description="Column with the name written on the map.")
    kind: str | None = Field(None, alias="class", description="Column with the class, e.g. of a road.")
    min_zoom: int = Field(0, ge=0, le=20, description="Zoom from which it is drawn.")
    label: Text | None = Field(None, description="Name in the list of layers.")


class LayerSection(Section):
    """One context layer: where it is, what it is and whose it is."""

    id: Identifier = Field(description="Name used in this file.")
    path: str = Field(min_length=1, description="File, relative to the programme.")
    layer: str | None = Field(None, description="Layer or sheet inside the file; the first where absent.")
    kind: Literal["polygon", "line", "point", "raster", "table"] = Field(description="What it holds.")
    crs: str | None = Field(None, description="CRS, only where the file does not say one.")
    columns: LayerColumns = Field(default_factory=LayerColumns, description="Which columns mean what.")
    encoding: str | None = Field(None, description="Text encoding of a table, UTF-8 where absent.")
    separator: str = Field(",", min_length=1, max_length=1, description="Column separator of a CSV table.")
    decimal: Literal[".", ","] = Field(".", description="Decimal mark of a CSV table.")
    thousands: Literal[",", ".", " "] | None = Field(None, description="Thousands mark of a CSV table.")
    where: dict[str, tuple[str | int | float, ...]] = Field(
        default_factory=dict, description="Keep rows whose column holds one of these values."
    )
    source: str = Field(min_length=1, description="Who made it.")
    licence: str = Field(min_length=1, description="Under which licence; 'not stated' where unknown.")
    date: dt.date | int | None = Field(None, description="Day or year the data speak of.")
    sensitivity: Literal["public", "restricted", "secret"] = Field(
        "restricted", description="Who may see it: secret never leaves the authority."
    )
    coverage: str | None = Field(None, description="Polygon layer that says where this layer was surveyed; everywhere where absent.")
    map: MapSection | None = Field(None, description="Drawn as part of the basemap where given.")


class IndicatorSection(Section):
    """One measure of every area."""

    id: Identifier = Field(description="Name used in criteria and exports.")
    layer: str | None = Field(None, description="Layer measured; registry.TABLE for records; none for field and community.")
    method: Literal[
        "zonal", "share", "nearest", "within", "interpolate", "areal", "join", "access", "survey", "unlisted", "community", "field"
    ] = Field(description="How it is measured.")  # fmt: skip
    parameters: dict[str, Any] = Field(default_factory=dict, description="Parameters of the method.")
    unit: Unit = Field(description="Unit of the value, shown with it; per language where the product's catalogue does not know it.")
    label: Text = Field(description="Name shown on screen.")
    missing: Literal["unknown", "zero"] = Field("unknown", description="What an absent value means; zero needs missing_reason.")
    missing_reason: str | None = Field(None, description="Why an absent value is a measured zero.")

    @property
    def unit_name(self) -> str:
        """The unit in one text, English where there are several: what it is known by."""
        return self.unit if isinstance(self.unit, str) else say(self.unit, "en")

    @property
    def unit_words(self) -> dict[str, str]:
        """The unit per language; none where the file writes one text."""
        return {} if isinstance(self.unit, str) else self.unit

    @model_validator(mode="after")
    def _zero_needs_a_reason(self) -> IndicatorSection:
        if self.missing == "zero" and not (self.missing_reason or "").strip():
            raise ValueError("missing: zero needs missing_reason, which says why an absent value is a measured zero")
        if self.method not in ("field", "community") and self.layer is None:
            raise ValueError(f"method {self.method} measures a layer; name one under layer")
        return self


class ProfileSection(Section):
    """Weights of one stakeholder, who says why."""

    id: Identifier = Field(description="Name used in scenarios and links.")
    label: Text = Field(description="Name shown on screen.")
    author: str = Field(min_length=1, description="Who set these weights.")
    rationale: Text = Field(description="Why these weights.")
    weights: dict[Identifier, Annotated[float, Field(ge=0)]] = Field(description="Criterion -> weight; a criterion left out weighs 0.")
    groups: dict[Group, Annotated[float, Field(ge=0)]] | None = Field(
        None, description="Group -> weight: weights then divide what their group has; a group left out weighs 0."
    )

    @model_validator(mode="after")
    def _some_weight(self) -> ProfileSection:
        if not sum(self.weights.values()) > 0:
            raise ValueError("at least one weight must be above 0")
        return self


class ClassSection(Section):
    """A class that comes before any score."""

    id: Identifier = Field(description="Name used in scenarios and exports.")
    kind: Literal["first", "category", "no_go"] = Field(description="first: before all others; category: a block; no_go: after all others.")
    label: Text = Field(description="Name shown on screen.")
    reason: Text = Field(description="The rule in words, and who adopted it.")
    when: tuple[Condition, ...] = Field(min_length=1, description="All must hold; an unknown value never fulfils one.")


class ScenarioSection(Section):
    """One way to rank: a profile, its classes and its rules."""

    id: Identifier = Field(description="Name used in commands and links.")
    label: Text = Field(description="Name shown on screen.")
    profile: Identifier = Field(description="Whose weights.")
    weights: dict[Identifier, Annotated[float, Field(ge=0)]] = Field(
        default_factory=dict, description="Weights that replace the profile's."
    )
    method: Literal["additive"] = Field("additive", description="Ranking method, locked per planning cycle.")
    classes: tuple[Identifier, ...] = Field((), description="Classes in their order.")
    include_tasked: bool = Field(True, description="Rank areas that a team has already been given.")
    include_released: bool = Field(False, description="Rank released areas too.")
    min_known_share: float = Field(0.5, ge=0, le=1, description="Share of the weight that must be known for an area to be ranked.")


class MeasureError(Section):
    """How wrong a measure may be: one standard deviation, and whether neighbours are wrong together."""

    share: float = Field(0.0, ge=0, le=1, description="As a share of the measure: 0.2 is 20 %.")
    size: float = Field(0.0, ge=0, description="In the unit of the indicator, added to the share.")
    together: float = Field(0.0, ge=0, le=1, description="Part of the error's variance that neighbours share, 0..1.")
    reach_m: float = Field(10_000, ge=100, description="Side of the squares whose areas share it.")
    source: str = Field(min_length=1, description="Where this size of error is known from.")

    @model_validator(mode="after")
    def _some_error(self) -> MeasureError:
        if self.share == 0 and self.size == 0:
            raise ValueError("an error has a share or a size above 0")
        return self


class FirmnessSection(Section):
    """How firm a rank is: how often an area stays among the first under other weights and other data."""

    top: int = Field(50, ge=1, description="Length of the top of the list that firmness speaks of.")
    draws: int = Field(500, ge=100, le=10_000, description="Draws of weights; a share of one half is known to 0.5 / sqrt(draws).")
    seed: int = Field(1, ge=0, description="The same seed gives the same draws.")
    weights: Literal["around_profile", "between_profiles", "uniform"] = Field(
        "around_profile", description="Which weights count as admissible: near the profile, mixtures of all profiles, or any."
    )
    spread: float = Field(0.05, gt=0, lt=0.5, description="around_profile: standard deviation of a share of one half.")
    do_now: float = Field(0.95, ge=0.5, le=1, description="In the top in at least this share of draws: do now.")
    defer: float = Field(0.05, ge=0, lt=0.5, description="In the top in at most this share of draws: defer. Between: discuss.")
    errors: dict[Identifier, MeasureError] = Field(default_factory=dict, description="Indicator -> error; one left out counts as exact.")


class Figure(Section):
    """A figure with a range and where it comes from."""

    low: float = Field(description="Low end.")
    best: float = Field(description="Best estimate.")
    high: float = Field(description="High end.")
    source: str = Field(min_length=1, description="Publication or decision.")
    year: int = Field(ge=1950, le=2100, description="Year the figure speaks of.")
    country: str = Field(min_length=1, description="Where it was found.")

    @model_validator(mode="after")
    def _ordered(self) -> Figure:
        if not self.low <= self.best <= self.high:
            raise ValueError("low <= best <= high must hold")
        return self


class LikelihoodSection(Section):
    """Evidence that the likelihood of explosive ordnance may use."""

    indicators: tuple[Identifier, ...] = Field((), description="Indicators the model may use.")
    place: Literal["admin1", "admin2", "admin3"] = Field("admin2", description="Places that are held out to judge the model.")
    monotone: dict[str, Literal[-1, 1]] = Field(
        default_factory=dict, description="Feature -> 1 where more of it never lowers the likelihood, -1 where it never raises it."
    )
    confirmed_floor_prob: float = Field(
        0.95, ge=0, lt=1, description="Least likelihood of a confirmed hazardous area that nothing contradicts; a rule, shown as one."
    )
    valid_months: int = Field(
        24, ge=1, le=120, description="A model is out of date this long after the last day of its data: two working seasons of new results."
    )


class DividendSection(Section):
    """Which gains of released land are counted."""

    national_values: dict[str, Figure] = Field(
        default_factory=dict, description="Money values that the country adopted in writing, by kind of use."
    )
    market_access: bool = Field(False, description="Count gains in market access.")


class CostSection(Section):
    """What survey and clearance cost."""

    nts_usd_per_m2: Figure | None = Field(None, description="Non-technical survey.")
    ts_usd_per_m2: Figure | None = Field(None, description="Technical survey.")
    clearance_usd_per_m2: Figure | None = Field(None, description="Clearance.")
    nts_shows_empty_share: Figure | None = Field(None, description="Share of empty areas in which non-technical survey leaves no evidence.")
    ts_shows_empty_share: Figure | None = Field(None, description="Share of empty areas in which technical survey finds nothing.")
    ts_leaves_share: Figure | None = Field(None, description="Share of an area left to clear where technical survey confirms it.")

    @model_validator(mode="after")
    def _shares_are_shares(self) -> CostSection:
        for name in ("nts_shows_empty_share", "ts_shows_empty_share", "ts_leaves_share"):
            figure = getattr(self, name)
            if figure is not None and not (figure.low >= 0 and figure.high <= 1):
                raise ValueError(f"{name} is a share: low and high must lie within 0..1")
        return self


class TeamCapacity(Section):
    """Teams of one kind."""

    kind: Literal["NTS", "TS", "clearance", "BAC", "EOD"] = Field(description="What the teams do.")
    teams: int = Field(ge=0, description="How many teams.")
    days_per_year: int = Field(ge=0, le=366, description="Working days of a team in a year.")
    m2_per_day: float = Field(gt=0, description="What a team does in a day.")


class CapacitySection(Section):
    """The teams at hand."""

    teams: tuple[TeamCapacity, ...] = Field((), description="One line per kind of team.")


class PrivacySection(Section):
    """What is held back in what leaves the authority."""

    min_count: int = Field(5, ge=2, le=100, description="People counts below this are suppressed.")
    grid_m: float = Field(1000, ge=100, description="Grid that accident points are snapped to for roles below approver.")


class ServerSection(Section):
    """How the dashboard is served."""

    host: str = Field("127.0.0.1", description="Address listened on; another than loopback needs users.")
    port: int = Field(8050, ge=1, le=65535, description="Port listened on.")
    workers: int = Field(2, ge=1, le=64, description="Server processes.")
    session_hours: float = Field(12, gt=0, le=720, description="Longest session.")
    idle_minutes: float = Field(60, gt=0, le=1440, description="A session ends after this long without a request.")
    tile_server: str | None = Field(None, description="Background tiles address; none: the programme's own layers only.")
    max_upload_mb: int = Field(50, ge=1, le=2000, description="Largest file taken through the page.")
    jobs_at_once: int = Field(1, ge=1, le=64, description="Jobs (builds and other long work asked for on screen) that run at a time.")
    job_workers: int = Field(1, ge=1, le=64, description="Processes that measure in a build asked for on screen.")
    job_memory_mb: int = Field(8192, ge=512, description="Address space that each process of a job may take.")
    job_hours: float = Field(12, gt=0, le=720, description="Longest time of a job; it is ended then.")


_Item = TypeVar("_Item", LayerSection, IndicatorSection, Criterion, ProfileSection, ClassSection, ScenarioSection)


class Config(Section):
    """A whole config.yaml."""

    programme: ProgrammeSection = Field(description="Which programme this is.")
    registry: str = Field("registry.sqlite", min_length=1, description="Registry file, or postgresql:// address.")
    areas: AreasSection = Field(default_factory=AreasSection, description="The unit of decision.")
    layers: tuple[LayerSection, ...] = Field((), description="Context layers.")
    indicators: tuple[IndicatorSection, ...] = Field((), description="Measures of every area.")
    criteria: tuple[Criterion, ...] = Field((), description="Reasons to go to a place first.")
    profiles: tuple[ProfileSection, ...] = Field((), description="Weights of each stakeholder.")
    classes: tuple[ClassSection, ...] = Field((), description="Classes that come before any score.")
    scenarios: tuple[ScenarioSection, ...] = Field((), description="Ways to rank.")
    firmness: FirmnessSection | None = Field(None, description="How firm each rank is; not estimated where absent.")
    likelihood: LikelihoodSection = Field(
        default_factory=LikelihoodSection, description="What the likelihood of explosive ordnance may use."
    )
    dividends: DividendSection = Field(default_factory=DividendSection, description="Which gains are counted.")
    costs: CostSection = Field(default_factory=CostSection, description="What survey and clearance cost.")
    capacity: CapacitySection = Field(default_factory=CapacitySection, description="The teams at hand.")
    privacy: PrivacySection = Field(default_factory=PrivacySection, description="What is held back in what leaves the authority.")
    server: ServerSection = Field(default_factory=ServerSection, description="How the dashboard is served.")

    def layer(self, layer_id: str) -> LayerSection:
        """The layer of that id; KeyError where there is none."""
        return _by_id(self.layers, layer_id)

    def indicator(self, indicator_id: str) -> IndicatorSection:
        """The indicator of that id; KeyError where there is none."""
        return _by_id(self.indicators, indicator_id)

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion of that id; KeyError where there is none."""
        return _by_id(self.criteria, criterion_id)

    def profile(self, profile_id: str) -> ProfileSection:
        """The profile of that id; KeyError where there is none."""
        return _by_id(self.profiles, profile_id)

    def scenario(self, scenario_id: str) -> ScenarioSection:
        """The scenario of that id; KeyError where there is none."""
        return _by_id(self.scenarios, scenario_id)


def _by_id(items: tuple[_Item, ...], wanted: str) -> _Item:
    for item in items:
        if item.id == wanted:
            return item
    raise KeyError(wanted)
