"""What people said about the weight of criteria: the file that ``landrelease weights`` reads."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from geodata.schema.config import Identifier, Section
from geodata.schema.text import Text

Kind = Literal["women", "men", "authority", "ministry", "operator", "donor", "other"]
_WAYS = ("order", "points", "weights", "judgements")


def _ratio(value: Any) -> Any:
    """A ratio written as a number or as a fraction such as 1/3."""
    if isinstance(value, str):
        try:
            return float(Fraction(value.replace(" ", "")))
        except (ValueError, ZeroDivisionError):
            return value
    return value


Ratio = Annotated[float, BeforeValidator(_ratio)]


class Answer(Section):
    """What one stakeholder said, in one of four ways."""

    name: str = Field(min_length=1, description="Who.")
    kind: Kind = Field("other", description="Kind of stakeholder; women's and men's consultations are told apart.")
    order: tuple[Identifier | tuple[Identifier, ...], ...] | None = Field(
        None, description="Criteria, the most important first; a list in the list for criteria of equal importance."
    )
    points: dict[Identifier, float] | None = Field(None, description="Swing points: 100 for the most important swing.")
    weights: dict[Identifier, float] | None = Field(None, description="Weights, any scale.")
    judgements: tuple[tuple[Identifier, Identifier, Ratio], ...] | None = Field(
        None, description="[a, b, 3]: a is 3 times as important as b; 1/3 the other way round. One for each pair."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Answer:
        given = [way for way in _WAYS if getattr(self, way) is not None]
        if len(given) != 1:
            raise ValueError(f"an answer is given in one way, of {', '.join(_WAYS)}; found {len(given)}")
        return self


class Consultation(Section):
    """Answers of one or several stakeholders, for one profile."""

    id: Identifier = Field(description="Id of the profile.")
    label: Text = Field(description="Name of the profile shown on screen.")
    author: str = Field(min_length=1, description="Who held the consultation.")
    rationale: Text = Field(description="Why these weights.")
    answers: tuple[Answer, ...] = Field(min_length=1, description="What each stakeholder said.")

    @model_validator(mode="after")
    def _names_differ(self) -> Consultation:
        names = [answer.name for answer in self.answers]
        if len(set(names)) < len(names):
            raise ValueError("each stakeholder answers once; a name stands twice")
        return self
