"""What ``evaluate`` says of later years."""

from __future__ import annotations

import pytest

from dashboard.commands.evaluate import _note_of_outdone, _note_of_years
from models.likelihood.card import CardLine
from models.likelihood.evaluation import ModelCard

RECORD = "type and year of record"


def card(*gains: tuple[str, str, float]) -> ModelCard:
    """A card with the low end of the gain in each validation and over each baseline."""
    lines = [CardLine("likelihood", validation, 500, "brier", low + 0.01, low, low + 0.02, baseline) for validation, baseline, low in gains]
    return ModelCard(tuple(lines), (), "", True, 0.0)


@pytest.mark.parametrize(
    ("gains", "told"),
    [
        ([("held-out years, from 2014-01-01", RECORD, 0.001)], None),
        ([("held-out years, from 2014-01-01", RECORD, 0.0)], "chance, from 2014-01-01."),
        (
            [("held-out years, from 2014-01-01", RECORD, -0.01), ("held-out years, from 2018-01-01", RECORD, -0.01)],
            "chance, from 2014-01-01; from 2018-01-01.",
        ),
        ([("held-out years, from 2014-01-01", "history-only", -0.01), ("held-out places", RECORD, -0.01)], None),
    ],
    ids=["better", "not beyond chance", "two of them", "other comparisons"],
)
def test_years_of_which_the_past_tells_nothing_beyond_type_and_year_are_named(gains, told) -> None:
    notes = _note_of_years(card(*gains))
    assert len(notes) == (told is not None)
    assert all(note.startswith("NO SIGNAL OVER TIME") and told in note for note in notes)


def test_baselines_that_are_better_beyond_chance_are_named_with_their_gain() -> None:
    found = card(
        ("held-out places", "random forest", -0.025),
        ("held-out years, from 2014-01-01", RECORD, -0.015),
        ("held-out places", RECORD, 0.001),
    )
    assert _note_of_outdone(found) == [
        "OUTDONE: beyond chance better than the likelihood is random forest, held-out places, Brier score by 0.015 (0.005 to 0.025)."
    ]
    assert _note_of_outdone(card(("held-out places", RECORD, 0.001))) == []
