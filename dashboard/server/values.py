"""What the values of a callback must be: checked before the callback runs, so that it can trust their form.

A slot is a component's id (or the "type" of a pattern id) and a property. Slots without a line take nothing or one plain
value; a callback that needs more needs a line here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from dashboard.api.frozen import snapshot_of
from dashboard.programme import current
from dashboard.server.errors import RequestError
from dashboard.services.presets import listed
from dashboard.state import ViewState
from geodata.schema.presets import PRESETS
from geodata.schema.records import TABLES

_RELOAD = "Reload the page; a page of another version may be open."
_N_LEVELS = 4

Text = Annotated[str, StringConstraints(max_length=8_000)]
TableName = Literal[*TABLES]  # type: ignore[valid-type]
Plain = bool | int | float | Text | None


class _Form(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class SortColumn(_Form):
    """How the table is sorted by one column."""

    colId: Annotated[str, StringConstraints(max_length=120)]  # noqa: N815  (the table's own name)
    sort: Literal["asc", "desc"]


class RowsRequest(_Form):
    """Rows that the table asks for."""

    startRow: int = Field(ge=0, le=10_000_000)  # noqa: N815
    endRow: int = Field(ge=0, le=10_000_000)  # noqa: N815
    sortModel: list[SortColumn] = Field(default_factory=list, max_length=8)  # noqa: N815


class ChosenArea(_Form):
    """The area that a person chose, by row or by id, and where."""

    row: int | None = Field(None, ge=-1, le=1_000_000_000)
    id: Annotated[str, StringConstraints(max_length=400)] | None = None
    by: Annotated[str, StringConstraints(max_length=40)] | None = None


class SentFile(_Form):
    """A file that has just been sent."""

    id: Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
    name: Annotated[str, StringConstraints(max_length=400)] = ""


class ProposedMapping(_Form):
    """The mapping that a preview proposed; what it maps is checked when it is used."""

    upload: Annotated[str, StringConstraints(max_length=40)]
    profile: dict[Annotated[str, StringConstraints(max_length=80)], Any] = Field(max_length=40)
    columns: list[Text] = Field(max_length=200)
    codes: dict[Annotated[str, StringConstraints(max_length=80)], list[Text]] = Field(max_length=80)


Count = Annotated[int, Field(ge=0, le=1_000_000)]
AreaId = Annotated[str, StringConstraints(max_length=400)]

FORMS: Mapping[tuple[str, str], Any] = {
    ("_pages_location", "pathname"): Annotated[str, StringConstraints(max_length=8_000, pattern="^/")],
    ("_pages_location", "search"): Text | None,
    ("priorities-list", "data"): Text,
    ("priorities-view", "data"): Text,
    ("priorities-version", "data"): Text,
    ("priorities-table", "getRowsRequest"): RowsRequest | None,
    ("priorities-chosen", "data"): ChosenArea | None,
    ("priorities-make", "n_clicks"): Count | None,
    ("priorities-make-pairs", "n_clicks"): Count | None,
    ("priorities-pair", "value"): Literal["9", "7", "5", "3", "1", "1/3", "1/5", "1/7", "1/9"] | None,
    ("priorities-way", "value"): Literal["order", "points"],
    ("priorities-told", "value"): Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)] | Literal[""] | None,
    ("priorities-known", "data"): ChosenArea | None,
    ("frame-view", "data"): Text,
    ("frame-version", "data"): Text,
    ("frame-jobs-seen", "data"): Text | None,
    ("frame-jobs-timer", "n_intervals"): Count | None,
    ("jobs-view", "data"): Text,
    ("jobs-edit-done", "data"): Count | None,
    ("jobs-edit-cancel", "n_clicks"): Count | None,
    ("data-view", "data"): Text,
    ("data-changed", "data"): Count | None,
    ("data-edit-upload", "data"): SentFile | None,
    ("data-edit-table", "value"): TableName,
    ("data-edit-layer", "value"): Text | None,
    ("data-edit-profile", "value"): Text | None,
    ("data-edit-base", "data"): ProposedMapping | None,
    ("data-edit-crs", "value"): Text | None,
    ("data-edit-column", "value"): Text | None,
    ("data-edit-code", "value"): Text | None,
    ("data-edit-reason", "value"): Text | None,
    ("data-edit-save-as", "value"): Text | None,
    ("data-edit-undo-id", "data"): Text | None,
    ("data-edit-undo-reason", "value"): Text | None,
    ("data-layer", "value"): Text | None,
    ("lookup-view", "data"): Text,
    ("lookup-place", "data"): Text | None,
    ("lookup-as-of", "value"): Text | None,
    ("lookup-typed", "value"): Text | None,
    ("lookup-edit-upload", "data"): SentFile | None,
    ("lookup-edit-crs", "value"): Text | None,
    ("judge-view", "data"): Text,
    ("method-view", "data"): Text,
    ("judge-of", "value"): Text | None,
    ("judge-how-far", "n_clicks"): Count | None,
    ("judge-mirror-of", "value"): Literal["decisions", "outcomes"],
    ("judge-edit-done", "data"): Count | None,
    ("judge-edit-pair", "data"): Annotated[list[AreaId], Field(min_length=2, max_length=2)] | None,
    ("judge-edit-group", "value"): Text | None,
    ("judge-edit-consultation", "value"): Text | None,
    **{(f"judge-edit-{button}", "n_clicks"): Count | None for button in ("first", "second", "skip")},
}
VERSIONS = frozenset({("priorities-version", "data")})
"""Slots that name a data version; it must exist."""


def check_values(body: Mapping[str, Any]) -> None:
    """Check the values of a callback's inputs and states; the body's form is checked already.

    Raises
    ------
    RequestError
        400 for a value of another form; 404 for a criterion, level or data version that does not exist.
    """
    for entry in _entries(body):
        component, prop, value = entry["id"], entry["property"], entry.get("value")
        if isinstance(component, dict):
            _check_pattern(component)
            name = str(component.get("type", ""))
        else:
            name = component
        if prop == "id":
            if value != component:
                raise RequestError(400, f"The id of {name} must be its own.", _RELOAD)
            continue
        try:
            _adapter(name, prop).validate_python(value, strict=True)
        except ValidationError as error:
            wanted = error.errors()[0]["msg"] if (name, prop) in FORMS else "Input should be one plain value or nothing"
            raise RequestError(400, f"{name}.{prop}: {wanted}; found {json.dumps(value)[:60]}.", _RELOAD) from None
        if (name, prop) in VERSIONS:
            snapshot_of(str(value))


def _entries(body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in [*body.get("inputs", []), *body.get("state", [])]:
        yield from item if isinstance(item, list) else [item]


def _check_pattern(component: Mapping[str, Any]) -> None:
    """The parts of a pattern id that name something must name something there is."""
    criterion, level = component.get("criterion"), component.get("level")
    if criterion is not None and criterion not in _criteria():
        raise RequestError(404, f"There is no criterion {str(criterion)[:80]!r}.", _RELOAD)
    if level is not None and level not in range(1, _N_LEVELS + 1):
        raise RequestError(404, f"A level must be 1 to {_N_LEVELS}, but is {str(level)[:80]!r}.", _RELOAD)


def _criteria() -> set[str]:
    """Criteria of the programme, and those that a view's preset has in their place."""
    programme = current()
    found = [each.config.criteria for each in (programme, *(listed(programme, ViewState(preset=preset)) for preset in PRESETS))]
    return {criterion.id for criteria in found for criterion in criteria}


@cache
def _adapter(name: str, prop: str) -> TypeAdapter[Any]:
    return TypeAdapter(FORMS.get((name, prop), Plain))
