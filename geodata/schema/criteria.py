"""Criteria, their value functions and the conditions of classes, as a file states them.

A value function maps a measured value to 0..1 between **fixed** bounds, literals with a reason, so that adding or
removing an area never moves another's score (Keeney & Raiffa 1976, Decisions with Multiple Objectives, ch. 3;
Belton & Stewart 2002, Multiple Criteria Decision Analysis, ch. 5).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from geodata.schema.text import Text


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _Bounded(_Part):
    low: float = Field(description="Value that counts 0.")
    high: float = Field(description="Value that counts 1; below low for a criterion where less is better.")

    @model_validator(mode="after")
    def _bounds_differ(self) -> _Bounded:
        if self.low == self.high:
            raise ValueError("low and high must differ")
        return self


class Linear(_Bounded):
    """Straight from 0 at low to 1 at high."""

    shape: Literal["linear"] = Field(description="Which value function.")


class Log(_Bounded):
    """Rises fast, then slower: ln(1 + (x - low) / scale) over the same at high."""

    shape: Literal["log"] = Field(description="Which value function.")
    scale: float = Field(1.0, gt=0, description="In the unit of the value: the smaller, the faster the start.")


class Exponential(_Bounded):
    """(1 - exp(-rate t)) / (1 - exp(-rate)) with t from 0 at low to 1 at high."""

    shape: Literal["exponential"] = Field(description="Which value function.")
    rate: float = Field(description="Above 0 rises fast first; below 0 slow first.")

    @model_validator(mode="after")
    def _rate_bends(self) -> Exponential:
        if self.rate == 0 or abs(self.rate) > 50:
            raise ValueError("rate must not be 0 (use shape: linear) and lies within -50 .. 50")
        return self


class Logistic(_Bounded):
    """S-shaped around a midpoint, stretched to reach 0 at low and 1 at high."""

    shape: Literal["logistic"] = Field(description="Which value function.")
    midpoint: float = Field(description="Value where it rises fastest, between low and high.")
    steepness: float = Field(gt=0, le=100, description="Per unit of the normalised range (high - low).")

    @model_validator(mode="after")
    def _midpoint_between(self) -> Logistic:
        if not min(self.low, self.high) < self.midpoint < max(self.low, self.high):
            raise ValueError("midpoint must lie between low and high")
        return self


class Piecewise(_Part):
    """Straight lines between points; flat beyond the first and the last."""

    shape: Literal["piecewise"] = Field(description="Which value function.")
    points: tuple[tuple[float, Annotated[float, Field(ge=0, le=1)]], ...] = Field(
        min_length=2, description="[value, 0..1] in rising order of value."
    )

    @model_validator(mode="after")
    def _rising(self) -> Piecewise:
        xs = [x for x, _ in self.points]
        if any(b <= a for a, b in pairwise(xs)):
            raise ValueError("points must stand in rising order of value")
        return self


class Categorical(_Part):
    """A value for each code; a code that is not listed is unknown."""

    shape: Literal["categorical"] = Field(description="Which value function.")
    values: dict[float, Annotated[float, Field(ge=0, le=1)]] = Field(min_length=1, description="Code (a number) -> 0..1.")


ValueFunction = Annotated[Linear | Log | Exponential | Logistic | Piecewise | Categorical, Field(discriminator="shape")]


Group = Literal["risk", "need", "benefit", "readiness", "feasibility", "environment"]
"""Branch of the hierarchy of criteria."""


class Criterion(_Part):
    """One reason to go to a place first, and how much of it counts how much."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,47}$", description="Name used in profiles, exports and links.")
    group: Group = Field(description="Branch of the hierarchy.")
    indicator: str = Field(description="Indicator measured.")
    value: ValueFunction = Field(description="Value function with fixed bounds.")
    bounds_reason: str = Field(min_length=10, description="Why these bounds.")
    label: Text = Field(description="Name shown on screen.")
    help: Text | None = Field(None, description="One plain sentence.")


class Condition(_Part):
    """A test of one indicator or area field."""

    indicator: str | None = Field(None, description="Indicator tested.")
    field: str | None = Field(None, description="Area field tested.")
    op: Literal["at_least", "at_most", "equals", "in"] = Field(description="Kind of test.")
    value: float | str | tuple[float | str, ...] = Field(description="What it is tested against; a list for in.")

    @model_validator(mode="after")
    def _one_subject(self) -> Condition:
        if (self.indicator is None) == (self.field is None):
            raise ValueError("a condition tests either an indicator or a field")
        if isinstance(self.value, tuple) != (self.op == "in"):
            raise ValueError("op: in takes a list, every other op one value")
        if self.op in {"at_least", "at_most"} and isinstance(self.value, str):
            raise ValueError(f"op: {self.op} compares numbers")
        return self
