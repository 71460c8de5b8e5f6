"""Whatever is done to a registry, it holds what its history says: a model of plain dictionaries agrees after every step."""

from __future__ import annotations

import datetime as dt
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from geodata.errors import RegistryError
from geodata.ingest import import_file
from geodata.registry import ChangeMeta, open_registry
from geodata.registry.publish import publish
from geodata.schema.config import Config
from geodata.schema.records import CODE_SEPARATOR, TABLES, Field, Table

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

FILLERS = {"-", "--", "---", ".", "?", "n/a", "#n/a", "null", "<null>", "nan", "<na>"}
"""Texts that stand for nothing, which no import stores."""
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Zs", "Zl", "Zp", "Mn"])
TEXT = st.one_of(
    st.sampled_from(["Cañón del Ñus", "قرية الوادي", "Минное поле", "ភូមិ", "=1+1", "<b>bold</b>", "a, b; c", "007", "1.0", "True", "SHA"]),
    st.text(LETTERS, min_size=1, max_size=12).map(lambda text: unicodedata.normalize("NFC", text)),
).filter(lambda text: text.strip() == text and text.casefold() not in FILLERS)  # fmt: skip
CORNERS = st.tuples(st.floats(60, 74), st.floats(29, 38), st.floats(0.001, 0.1))
BOX = CORNERS.map(lambda at: shapely.box(at[0], at[1], at[0] + at[2], at[1] + at[2]))
SHAPES = {
    "polygon": st.one_of(BOX, BOX.map(lambda box: shapely.MultiPolygon([box, shapely.box(75, 40, 75.5, 40.5)]))),
    "point": st.tuples(st.floats(60, 74), st.floats(29, 38)).map(shapely.Point),
}


def _values(item: Field) -> st.SearchStrategy[Any]:
    """Values that a field may hold, missing ones among them."""
    if item.code_list:
        codes = item.code_list.values
        if item.type == "codes":
            several = st.lists(st.sampled_from(codes), min_size=1, max_size=3, unique=True)
            return st.one_of(st.none(), several.map(lambda some: CODE_SEPARATOR.join(sorted(some, key=codes.index))))
        return st.sampled_from(codes) if item.default else st.one_of(st.none(), st.sampled_from(codes))
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "text": TEXT, "integer": st.integers(1, 5), "number": st.floats(0, 1e9), "boolean": st.booleans(),
        "date": st.dates(dt.date(1950, 1, 1), dt.date(2020, 1, 1)),
    }  # fmt: skip
    return st.one_of(st.none(), st.sampled_from(["05361", "18"]) if item.name == "admin_code" else kinds[item.type])


def _rows(table: Table) -> st.SearchStrategy[list[dict[str, Any]]]:
    fields = {item.name: _values(item) for item in table.fields if item.name != table.id_field}
    place = [SHAPES[kind] for kind in table.geometry if kind in SHAPES]
    shape = {"geometry": st.one_of(st.none(), *place)} if place else {}
    return st.lists(st.fixed_dictionaries({**fields, **shape}), min_size=1, max_size=4)


def _frame(table: Table, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows with ids as the registry takes them."""
    ids = [f"{table.name[:3]}-é {number:03d}" if number else "0042" for number in range(len(rows))]
    frame = pd.DataFrame(rows, dtype=object).assign(**{table.id_field: ids})
    for item in table.fields:
        if item.type == "date":
            frame[item.name] = pd.to_datetime(frame[item.name])
        elif item.type == "number":
            frame[item.name] = frame[item.name].astype("float64")
        elif item.type == "integer":
            frame[item.name] = frame[item.name].astype("Int64")
        elif item.type == "boolean":
            frame[item.name] = frame[item.name].astype("boolean")
    return geopandas.GeoDataFrame(frame, geometry="geometry", crs=4326) if "geometry" in frame else frame


@settings(max_examples=2, deadline=None, derandomize=True, phases=(Phase.generate,))
@given(st.fixed_dictionaries({name: _rows(table) for name, table in TABLES.items()}))
def test_what_was_published_and_imported_into_an_empty_registry_is_equal_in_every_table(records: dict[str, list[dict[str, Any]]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first, second = (open_registry(folder / f"{which}.sqlite", create=True) for which in ("first", "second"))
        for table, rows in records.items():
            first.apply(table, _frame(TABLES[table], rows), ME)
        publish(first, folder / "registry.gpkg")
        config = Config.model_validate({"programme": {"name": "Test", "country": "Testland"}})
        for table, rows in records.items():
            report = import_file(second, config, folder / "registry.gpkg", table, layer=table, programme_dir=folder, author="Ana")
            assert (report.rows_added, report.rows_refused) == (len(rows), 0)
            pd.testing.assert_frame_equal(first.read(table), second.read(table))
        first.close()
        second.close()
