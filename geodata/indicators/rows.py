"""What the parameters of all methods have in common, and which rows of a layer count."""

from __future__ import annotations

import datetime as dt
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Parameters(BaseModel):
    """Parameters of a method: frozen, and unknown ones are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True)

    def layer_columns(self) -> tuple[str, ...]:
        """Columns of the layer that the method reads."""
        return ()

    def other_columns(self) -> dict[str, tuple[str, ...]]:
        """Columns of other layers that the method reads, by layer."""
        return {}

    def halo_m(self) -> float:
        """How far around an area the layer must be read, in metres."""
        return 0.0


class RowFilter(Parameters):
    """Which rows of a layer count."""

    where: dict[str, tuple[str | int | float, ...]] = Field(
        default_factory=dict, description="Column -> values; only rows that hold one of them count."
    )
    date_column: str | None = Field(None, description="Column with a day or a year.")
    since: dt.date | int | None = Field(None, alias="from", description="First day or year that counts.")
    until: dt.date | int | None = Field(None, alias="to", description="Last day or year that counts.")
    last_years: float | None = Field(None, gt=0, description="Years before the programme's reference day that count.")

    @model_validator(mode="after")
    def _window_is_whole(self) -> Self:
        has_window = self.since is not None or self.until is not None or self.last_years is not None
        if has_window and self.date_column is None:
            raise ValueError("from, to and last_years need date_column, the column that holds the date")
        if self.last_years is not None and (self.since is not None or self.until is not None):
            raise ValueError("give either last_years or from and to, not both")
        if self.since is not None and self.until is not None and _first_day(self.since) > _last_day(self.until):
            raise ValueError("from must not be later than to")
        return self

    def layer_columns(self) -> tuple[str, ...]:
        """Columns of the layer that the filter reads."""
        return (*self.where, *((self.date_column,) if self.date_column else ()))

    def window(self, as_of: dt.date) -> tuple[dt.date | None, dt.date | None]:
        """First and last day that count, as seen on ``as_of``."""
        if self.last_years is not None:
            return as_of - dt.timedelta(days=round(self.last_years * 365.25) - 1), as_of
        since = None if self.since is None else _first_day(self.since)
        return since, None if self.until is None else _last_day(self.until)


def _first_day(moment: dt.date | int) -> dt.date:
    return dt.date(moment, 1, 1) if isinstance(moment, int) else moment


def _last_day(moment: dt.date | int) -> dt.date:
    return dt.date(moment, 12, 31) if isinstance(moment, int) else moment
