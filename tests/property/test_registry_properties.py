"""Whatever is done to a registry, it holds what its history says: a model of plain dictionaries agrees after every step."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from geodata.errors import RegistryError
from geodata.ingest import import_file
from geodata.registry import ChangeMeta, Registry, open_registry
from geodata.registry.events import format_instant
from geodata.registry.publish import publish
from geodata.registry.states import fold_states
from geodata.schema.config import Config
from geodata.schema.records import record_table

IDS = st.sampled_from(["A", "B", "C", "é", "00"])
VALUES = st.one_of(st.none(), st.sampled_from(["one", "two", "<b>", "=1+1", "قرية"]))
ROWS = st.dictionaries(IDS, st.fixed_dictionaries({"name": VALUES, "organisation": VALUES}), min_size=1, max_size=4)
ME = ChangeMeta(author="Ana")
State = dict[str, dict[str, str]]


class RegistryAgreesWithAModel(RuleBasedStateMachine):
    """The model is the list of imports that stand; its state is their values laid over each other."""

    @initialize()
    def start(self) -> None:
        """An empty registry."""
        self.folder = tempfile.TemporaryDirectory()
        self.registry = open_registry(Path(self.folder.name) / "r.sqlite", create=True)
        self.standing: list[tuple[str, State]] = []
        self.seen: list[tuple[dt.datetime, State]] = []

    def state(self) -> State:
        """What the records should be."""
        state: State = {}
        for _, rows in self.standing:
            for record, values in rows.items():
                state.setdefault(record, {}).update(values)
        return state

    @rule(rows=ROWS)
    def apply(self, rows: dict[str, dict[str, str | None]]) -> None:
        """Add or update."""
        frame = pd.DataFrame({"area_id": list(rows), **{key: [row[key] for row in rows.values()] for key in ("name", "organisation")}})
        known = {record: {key: value for key, value in row.items() if value is not None} for record, row in rows.items()}
        before = self.state()
        counts = self.registry.apply("hazard_areas", frame, ME)
        changed = {record: row for record, row in known.items() if record not in before or not row.items() <= before[record].items()}
        assert counts.added + counts.updated == len(changed)
        if counts.import_id:
            fresh = {
                record: {key: value for key, value in row.items() if before.get(record, {}).get(key) != value}
                for record, row in changed.items()
            }
            self.standing.append((counts.import_id, fresh))
            self.seen.append((self.registry.imports()[-1].known_at, self.state()))

    @rule(which=st.integers(0, 6))
    def undo(self, which: int) -> None:
        """Take an import back, where nothing builds on it."""
        if which >= len(self.standing):
            return
        import_id, rows = self.standing[which]
        earlier = {record for _, other in self.standing[:which] for record in other}
        blocked = any(
            record in rows and (record not in earlier or set(other[record]) & set(rows[record]))
            for _, other in self.standing[which + 1 :]
            for record in other
        )
        try:
            self.registry.undo(import_id, ME)
        except RegistryError as error:
            assert blocked
            assert error.code == "undo_refused"
        else:
            assert not blocked
            del self.standing[which]
            self.seen.append((self.registry.imports()[-1].known_at, self.state()))

    @invariant()
    def records_are_as_the_model_says(self) -> None:
        """Now, and at each moment that was known."""
        assert self.records() == self.state()
        assert self.registry.verify() == sum(entry.n_events for entry in self.registry.imports())

    def records(self, known: dt.datetime | None = None) -> State:
        """Records of the registry as the model holds them."""
        frame = self.registry.read("hazard_areas", known=known).set_index("area_id")[["name", "organisation"]]
        return {str(record): {key: value for key, value in row.items() if not pd.isna(value)} for record, row in frame.iterrows()}

    def teardown(self) -> None:
        """Every past state can be read again."""
        if hasattr(self, "registry"):
            last = dict(self.seen)
            for moment, state in last.items():
                assert self.records(moment) == state
            self.registry.close()
            self.folder.cleanup()


TestRegistryAgreesWithAModel = RegistryAgreesWithAModel.TestCase
TestRegistryAgreesWithAModel.settings = settings(max_examples=15, stateful_step_count=12, deadline=None, derandomize=True)

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


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=12)


@settings(max_examples=4, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "name": st.one_of(st.none(), TEXT),
                "imsma_id": st.one_of(st.none(), TEXT),
                "status": st.sampled_from(["open", "closed", "not_stated"]),
                "hazard_type": st.sampled_from(["SHA", "CHA", "not_stated"]),
                "recorded_date": st.one_of(st.none(), st.dates(dt.date(1950, 1, 1), dt.date(2020, 1, 1))),
                "area_stated_m2": st.one_of(st.none(), st.floats(0, 1e7)),
                "beneficiaries_direct_men": st.one_of(st.none(), st.integers(0, 10_000)),
                "size": st.floats(0.001, 0.1),
            }
        ),
        min_size=1,
        max_size=8,
    )
)
def test_what_was_published_and_imported_into_an_empty_registry_is_equal(rows: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first, second = (open_registry(folder / f"{which}.sqlite", create=True) for which in ("first", "second"))
        frame = pd.DataFrame(rows).assign(area_id=[f"HA-{number:03d}" for number in range(len(rows))])
        frame["recorded_date"] = pd.to_datetime(frame.recorded_date)
        boxes = [shapely.box(65, 33, 65 + size, 33 + size) for size in frame.pop("size")]
        first.apply("hazard_areas", geopandas.GeoDataFrame(frame, geometry=boxes, crs=4326), ME)
        publish(first, folder / "registry.gpkg")
        config = Config.model_validate({"programme": {"name": "Test", "country": "Testland"}})
        import_file(second, config, folder / "registry.gpkg", "hazard_areas", layer="hazard_areas", programme_dir=folder, author="Ana")
        pd.testing.assert_frame_equal(first.read("hazard_areas"), second.read("hazard_areas"))
        first.close()
        second.close()
