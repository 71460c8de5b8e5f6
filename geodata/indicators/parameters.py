"""Parameters of each indicator method, checked before anything is measured."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from geodata.errors import Problem
from geodata.indicators.access.parameters import AccessParameters
from geodata.indicators.rows import Parameters, RowFilter
from geodata.schema.config import IndicatorSection

__all__ = [
    "KINDS_OF_METHOD", "PARAMETERS_OF_METHOD", "AccessParameters", "ArealParameters", "CommunityParameters", "FieldParameters",
    "InterpolateParameters", "JoinParameters", "NearestParameters", "Parameters", "RowFilter", "ShareParameters", "SurveyParameters",
    "UnlistedParameters", "WithinParameters", "ZonalParameters", "check_parameters", "parse_parameters",
]  # fmt: skip

KINDS_OF_METHOD = {
    "zonal": ("raster",),
    "share": ("polygon",),
    "nearest": ("polygon", "line", "point"),
    "within": ("polygon", "line", "point"),
    "interpolate": ("point",),
    "join": ("table", "polygon", "line", "point"),
    "areal": ("polygon",),
    "access": ("point",),
    "survey": ("point", "polygon"),
    "unlisted": ("raster",),
    "community": (),
    "field": (),
}
"""Kinds of layer that a method can measure."""

_FIRST_HALO_M = 2_000.0


class ZonalParameters(Parameters):
    """Statistics of raster cells in or around an area."""

    stat: Literal["sum", "mean", "min", "max", "share"] = Field(description="Statistic of the cells, by exact fractions.")
    reach_m: float = Field(0, ge=0, le=200_000, description="Distance around the area that counts too, in metres.")
    class_values: tuple[float, ...] = Field((), description="Cell values counted by share.")

    @model_validator(mode="after")
    def _share_needs_values(self) -> Self:
        if (self.stat == "share") != bool(self.class_values):
            raise ValueError("stat: share needs class_values, and only it takes them")
        return self


class ShareParameters(RowFilter):
    """Share or hectares of an area under polygons of some classes."""

    class_column: str | None = Field(None, description="Column with the class; without it the whole layer counts.")
    classes: tuple[str | int | float, ...] = Field((), description="Classes that count.")
    measure: Literal["share", "ha"] = Field("share", description="Share of the area (0 to 1) or hectares.")

    @model_validator(mode="after")
    def _classes_go_together(self) -> Self:
        if (self.class_column is None) != (not self.classes):
            raise ValueError("class_column and classes go together")
        return self

    def layer_columns(self) -> tuple[str, ...]:
        """Columns of the layer that the method reads."""
        return (*super().layer_columns(), *((self.class_column,) if self.class_column else ()))


class NearestParameters(RowFilter):
    """Distance to the nearest feature."""

    max_m: float | None = Field(None, gt=0, description="Farther features do not count: the distance is then unknown.")

    def halo_m(self) -> float:
        """How far around an area the layer is read first."""
        return min(self.max_m or _FIRST_HALO_M, _FIRST_HALO_M)


class WithinParameters(RowFilter):
    """Features in or around an area."""

    reach_m: float = Field(0, ge=0, le=200_000, description="Distance in metres; 0 = inside the area.")
    stat: Literal["count", "sum", "density_per_km2", "length_km"] = Field("count", description="What is counted.")
    column: str | tuple[str, ...] | None = Field(None, description="Column, or columns, added up by sum.")
    decay_m: float | None = Field(
        None, gt=0, le=200_000, description="Near features count more: each by exp(-distance / decay_m); 1/e at this distance."
    )
    others_only: bool = Field(False, description="Leave the area's own record out; for layer registry.hazard_areas.")
    each_once: bool | None = Field(
        None,
        description="A point counts for one area only, the first that holds it; by default so where reach_m is 0 and "
        "units share borders (community, municipality, grid cell).",
    )

    @model_validator(mode="after")
    def _sum_needs_column(self) -> Self:
        if (self.stat == "sum") != (self.column is not None):
            raise ValueError("stat: sum needs column, and only it takes one")
        if self.decay_m is not None and (self.stat == "length_km" or self.reach_m == 0):
            raise ValueError("decay_m needs a reach_m above 0 and stat: count, sum or density_per_km2")
        if self.each_once and self.reach_m > 0:
            raise ValueError("each_once needs reach_m: 0; within a reach a feature is near to several areas")
        return self

    @property
    def summed(self) -> tuple[str, ...]:
        """Columns that are added up."""
        if self.column is None:
            return ()
        return (self.column,) if isinstance(self.column, str) else self.column

    def layer_columns(self) -> tuple[str, ...]:
        """Columns of the layer that the method reads."""
        return (*super().layer_columns(), *self.summed, *(("area_id",) if self.others_only else ()))

    def halo_m(self) -> float:
        """How far around an area the layer must be read."""
        return self.reach_m


class InterpolateParameters(RowFilter):
    """A value known at points, carried to areas."""

    column: str = Field(description="Column with the value.")
    power: float = Field(2, ge=0, le=10, description="Inverse-distance power where no point lies inside.")
    neighbours: int = Field(8, ge=1, le=1000, description="Nearest points used where none lies inside.")
    max_m: float = Field(25_000, gt=0, description="Farther points do not count; with none the value is unknown.")
    weight_layer: str | None = Field(None, description="Raster, e.g. population, whose cell under a point weighs it.")
    weight_points: str | None = Field(
        None, description="Point layer, e.g. towns, where there is no raster: a point weighs the people of the towns nearest to it."
    )
    weight_column: str | None = Field(None, description="Column of weight_points with the number of people.")

    @model_validator(mode="after")
    def _one_weight_is_whole(self) -> Self:
        if (self.weight_points is None) != (self.weight_column is None):
            raise ValueError("weight_points and weight_column go together")
        if self.weight_points and self.weight_layer:
            raise ValueError("give either weight_layer or weight_points")
        return self

    def layer_columns(self) -> tuple[str, ...]:
        """Columns of the layer that the method reads."""
        return (*super().layer_columns(), self.column)

    def other_columns(self) -> dict[str, tuple[str, ...]]:
        """Columns of other layers that the method reads, by layer."""
        towns = {self.weight_points: (str(self.weight_column),)} if self.weight_points else {}
        return towns | ({self.weight_layer: ()} if self.weight_layer else {})

    def halo_m(self) -> float:
        """How far around an area the layer must be read."""
        return self.max_m


class ArealParameters(RowFilter):
    """A value known for polygons of another zoning, carried to areas by their common ground or people."""

    column: str = Field(description="Column with the value of each zone.")
    measure: Literal["mean", "total"] = Field(
        "mean", description="mean: a rate or share, averaged; total: a count, divided, so that parts add up to the zone's count."
    )
    weight_layer: str | None = Field(None, description="Raster, e.g. population: zones are weighed and divided by it, not by ground.")

    def layer_columns(self) -> tuple[str, ...]:
        """Columns of the layer that the method reads."""
        return (*super().layer_columns(), self.column)

    def other_columns(self) -> dict[str, tuple[str, ...]]:
        """Columns of other layers that the method reads, by layer."""
        return {self.weight_layer: ()} if self.weight_layer else {}


class CommunityParameters(Parameters):
    """Place of an area among the open areas of its community."""

    measure: Literal["n_open", "is_last", "share_of_area"] = Field(
        "n_open",
        description="n_open: open areas of the community, this one with them; is_last: 1 where it is the only one; share_of_area: its "
        "part of their ground.",
    )
    level: Literal["admin1", "admin2", "admin3", "admin4", "admin_code"] = Field(
        "admin_code", description="Field that names the community."
    )


class SurveyParameters(RowFilter):
    """What dated survey visits say of a place; a place without one is unknown, never empty."""

    measure: Literal["silent", "status", "years_since"] = Field(
        "silent",
        description="silent: 1 where nobody surveyed and nothing is recorded, else 0; status: 0 never surveyed, nothing recorded, 1 "
        "recorded without a survey, 2 surveyed, nothing recorded, 3 both; years_since: years since the last visit, unknown where "
        "there was none.",
    )
    reach_m: float = Field(0, ge=0, le=50_000, description="Distance from the area within which a visit counts.")
    valid_years: float | None = Field(None, gt=0, description="Older visits do not count.")

    @model_validator(mode="after")
    def _visits_are_dated(self) -> Self:
        if self.date_column is None:
            raise ValueError("visits need date_column, the column with the day of the visit")
        return self


class UnlistedParameters(Parameters):
    """People who live where no gazetteer lists a place."""

    places_layer: str = Field(description="Point layer of the listed places.")
    away_m: float = Field(2_000, gt=0, le=50_000, description="People farther than this from every listed place count.")
    reach_m: float = Field(1_000, ge=100, le=50_000, description="People whose cell's middle lies in the area or this near count.")

    def other_columns(self) -> dict[str, tuple[str, ...]]:
        """Columns of other layers that the method reads, by layer."""
        return {self.places_layer: ()}


class JoinParameters(RowFilter):
    """A column of a table, joined by code."""

    column: str | None = Field(None, description="Column with the value; count needs none.")
    key: Literal["area_id", "admin_code"] = Field("area_id", description="Field of the area that the code is compared with.")
    names: dict[Literal["name", "admin1", "admin2", "admin3", "admin4"], str] = Field(
        default_factory=dict,
        description="For a table without codes: field of the area -> column of the table; all must agree, but for case and accents. A "
        "name that several areas have meets none.",
    )
    aliases: dict[str, str] = Field(
        default_factory=dict, description="Names as the table writes them, in the order of names and parted by a slash -> area_id."
    )
    stat: Literal["first", "count", "sum", "mean", "min", "max"] = Field(
        "first", description="first takes the one row of a code and refuses duplicates; the others gather its rows."
    )

    @model_validator(mode="after")
    def _value_needs_column(self) -> Self:
        if (self.stat != "count") != (self.column is not None):
            raise ValueError("column is needed, except with stat: count, which takes none")
        if self.aliases and not self.names:
            raise ValueError("aliases need names, the columns that they stand in")
        if any(alias.count("/") != len(self.names) - 1 for alias in self.aliases):
            raise ValueError("an alias holds one part for each of names, parted by a slash: SANTANDER / EL CARMEN")
        return self

    def layer_columns(self) -> tuple[str, ...]:
        """Columns of the layer that the method reads."""
        return (*super().layer_columns(), *((self.column,) if self.column else ()), *self.names.values())


class FieldParameters(Parameters):
    """A column of the area's own record."""

    field: str = Field(min_length=1, description="Column of the record.")
    map: dict[str, float] = Field(default_factory=dict, description="Code -> number, for columns of codes.")


PARAMETERS_OF_METHOD: dict[str, type[Parameters]] = {
    "zonal": ZonalParameters,
    "share": ShareParameters,
    "nearest": NearestParameters,
    "within": WithinParameters,
    "interpolate": InterpolateParameters,
    "join": JoinParameters,
    "areal": ArealParameters,
    "access": AccessParameters,
    "survey": SurveyParameters,
    "unlisted": UnlistedParameters,
    "community": CommunityParameters,
    "field": FieldParameters,
}
"""Which model checks the parameters of which method."""


def parse_parameters(indicator: IndicatorSection) -> Parameters:
    """The checked parameters of an indicator.

    Raises
    ------
    pydantic.ValidationError
        They do not fit the method; :func:`check_parameters` says it in words.
    """
    return PARAMETERS_OF_METHOD[indicator.method].model_validate(_text_keys(indicator.parameters))


def check_parameters(indicator: IndicatorSection) -> list[Problem]:
    """What is wrong with an indicator's parameters; empty where nothing is."""
    try:
        parse_parameters(indicator)
    except ValidationError as error:
        return [_as_problem(indicator, dict(item)) for item in error.errors()]
    return []


def _as_problem(indicator: IndicatorSection, error: dict[str, Any]) -> Problem:
    place = ".".join(str(part) for part in error["loc"] if str(part) not in {"date", "int", "str"})
    path = f"indicators[{indicator.id}].parameters" + (f".{place}" if place else "")
    value = "" if error["type"] in {"missing", "value_error"} else repr(error["input"])[:60]
    fields = PARAMETERS_OF_METHOD[indicator.method].model_fields
    names = ", ".join(info.alias or name for name, info in fields.items())
    message = str(error["msg"]).removeprefix("Value error, ")
    return Problem(path, value, message, f"Method {indicator.method} takes {names}.")


def _text_keys(parameters: dict[str, Any]) -> dict[str, Any]:
    mapping = parameters.get("map")
    if isinstance(mapping, dict):
        return {**parameters, "map": {str(key): value for key, value in mapping.items()}}
    return parameters
