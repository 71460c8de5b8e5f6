"""What each group that was asked prefers, each by itself, women's and men's consultations apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dashboard.programme import Programme
from dashboard.services.preferences.asking import next_pairs
from dashboard.services.preferences.judgements import Integers, by_stakeholder, judgements_of
from dashboard.services.preferences.learning import Learned, foretell, learn
from dashboard.services.views import RankedView
from geodata.errors import FileError, name_culprits
from models.errors import ModelsError
from models.ranking.preference import PreferenceReport

if TYPE_CHECKING:
    import pandas as pd

_N_ASKED_NEXT: Final = 10


@dataclass(frozen=True, eq=False)
class Preference:
    """What one group's judgements speak of.

    Attributes
    ----------
    who : str
        Group, with the consultation where it is stated; "all" where no group is named.
    learned : Learned
    report : PreferenceReport or None
        How well judgements about held-out places are foretold; None where nothing was learned, or too few places are known.
    ask_next : tuple of (area, area)
        Pairs whose answer would teach most; none where nothing was learned.
    """

    who: str
    learned: Learned
    report: PreferenceReport | None
    ask_next: tuple[tuple[str, str], ...]


def learn_by_stakeholder(programme: Programme, view: RankedView, table: pd.DataFrame) -> tuple[Preference, ...]:
    """Learn what each group of a table of judgements prefers.

    Raises
    ------
    FileError
        A judgement names an area that the snapshot does not hold.
    """
    lost = judgements_of(view, table).lost
    if lost:
        raise FileError(f"Judgements name areas of the data; unknown: {name_culprits(lost)}.", "Correct the identifiers.")
    place = programme.config.likelihood.place
    found = []
    for who, (group, consultation) in by_stakeholder(table).items():
        judged = judgements_of(view, table, group, consultation)
        learned = learn(view, judged.pairs)
        is_learned = bool(learned.weights)
        report = foretold(view, judged.pairs, place) if is_learned else None
        found.append(Preference(who, learned, report, next_pairs(view, judged, _N_ASKED_NEXT) if is_learned else ()))
    return tuple(found)


def foretold(view: RankedView, pairs: Integers, place: str) -> PreferenceReport | None:
    """The report of held-out places; None where there are too few pairs or places to hold any out."""
    try:
        return foretell(view, pairs, place)
    except ModelsError:
        return None
