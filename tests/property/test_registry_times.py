"""Any past state of a registry is what its changes say, read as a whole or record by record."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.registry import ChangeMeta, Registry, open_registry
from geodata.registry.events import format_instant
from geodata.registry.states import fold_states
from geodata.schema.records import record_table

IDS = st.sampled_from(["A", "B", "C", "é", "00"])
VALUES = st.one_of(st.none(), st.sampled_from(["one", "two", "<b>", "=1+1", "قرية"]))
ME = ChangeMeta(author="Ana")
State = dict[str, dict[str, str]]
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2000, 1, 12))
CHANGES = st.tuples(IDS, DAYS, st.fixed_dictionaries({"name": VALUES, "organisation": VALUES}))


@settings(max_examples=15, deadline=None)
@given(st.lists(CHANGES, min_size=1, max_size=7), st.integers(0, 8), st.integers(0, 7))
def test_any_past_state_is_the_changes_that_were_true_laid_over_each_other(
    changes: list[tuple[str, dt.date, dict[str, str | None]]], undone: int, n_known: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        registry = open_registry(Path(name) / "r.sqlite", create=True)
        standing: list[tuple[dt.date, int, str, dict[str, str]]] = []
        moments: list[dt.datetime] = []
        for number, (record, day, values) in enumerate(changes):
            row = pd.DataFrame({"area_id": [record], **{key: [value] for key, value in values.items()}})
            counts = registry.apply("hazard_areas", row, ChangeMeta("Ana", true_on=day))
            if counts.import_id:
                standing.append((day, number, record, {key: value for key, value in values.items() if value is not None}))
            if number == undone and counts.import_id:
                registry.undo(counts.import_id, ME)
                standing.pop()
            moments.append(registry.imports()[-1].known_at)
        for day in (dt.date(2000, 1, 3), dt.date(2000, 1, 7), dt.date(2000, 1, 12)):
            for known in (None, moments[min(n_known, len(moments) - 1)]):
                _same(registry.read("hazard_areas", as_of=day, known=known), registry, day, known)
        assert _values(registry.read("hazard_areas", as_of=dt.date(2000, 1, 12))) == _laid_over(standing)
        registry.close()


def _laid_over(standing: list[tuple[dt.date, int, str, dict[str, str]]]) -> State:
    """The state after all changes in the order of their days; what was true before a record was first known is part of it."""
    first: dict[str, int] = {}
    for _, number, record, _ in standing:
        first.setdefault(record, number)
    state: State = {}
    for _, number, record, values in sorted(standing, key=lambda item: item[:2]):
        before = state.get(record, {})
        state[record] = {**values, **before} if number == first[record] else {**before, **values}
    return state


def _values(frame: pd.DataFrame) -> State:
    rows = frame.set_index("area_id")[["name", "organisation"]].iterrows()
    return {str(record): {key: value for key, value in row.items() if not pd.isna(value)} for record, row in rows}


def _same(frame: pd.DataFrame, registry: Registry, day: dt.date, known: dt.datetime | None) -> None:
    """A past state, and each of its records read alone, are the fold of all events of that time."""
    store = registry._store
    with store.reading():
        instant = format_instant(known) if known else None
        states = fold_states(store, record_table("hazard_areas"), as_of=day.isoformat(), known=instant)
    expected = {name: {key: state.body[key] for key in ("name", "organisation") if key in state.body} for name, state in states.items()}
    assert _values(frame) == expected
    for name in ("A", "é"):
        record = registry.record("hazard_areas", name, as_of=day, known=known)
        shown = record and {key: record[key] for key in ("name", "organisation") if record[key] is not None}
        assert shown == expected.get(name)
