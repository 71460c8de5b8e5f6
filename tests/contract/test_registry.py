"""What every registry does, whichever database holds it."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame

from geodata.errors import RegistryError
from geodata.registry import Change, ChangeMeta, Registry, open_registry
from geodata.schema.records import record_table

ROOT = Path(__file__).parents[2]
ME = ChangeMeta(author="Ana", reason="first survey", source_file="survey.gpkg")


def areas(ids: list[str], **columns: object) -> GeoDataFrame:
    """Areas side by side, with further columns."""
    boxes = [shapely.box(i, 0, i + 1, 1) for i in range(len(ids))]
    return geopandas.GeoDataFrame({"area_id": ids, **columns}, geometry=boxes, crs=4326)


def plain(ids: list[str], **columns: object) -> pd.DataFrame:
    """Rows without a place."""
    return pd.DataFrame({"area_id": ids, **columns})


def test_an_empty_registry_has_empty_tables_of_the_right_shape(registry: Registry) -> None:
    assert registry.head() == ""
    assert registry.imports() == []
    assert registry.verify() == 0
    frame = registry.read("hazard_areas")
    assert isinstance(frame, GeoDataFrame)
    assert len(frame) == 0
    assert frame.crs.to_epsg() == 4326
    assert list(frame.columns[:3]) == ["area_id", "imsma_id", "imsma_links"]
    assert not isinstance(registry.read("organisations"), GeoDataFrame)


def test_records_come_back_as_they_were_stored_sorted_by_id(registry: Registry) -> None:
    rows = areas(
        ["B", "A"],
        name=["<b>x</b>", "قرية 🌾"],
        hazard_type=["SHA", "CHA"],
        area_stated_m2=[1.5, np.nan],
        recorded_date=pd.to_datetime(["2001-02-03", None]),
        eo_categories=["AP_MINE;UXO", None],
        road_blocked=pd.array([True, None], dtype="boolean"),
        beneficiaries_direct_girls=pd.array([0, None], dtype="Int64"),
    )
    counts = registry.apply("hazard_areas", rows, ME)
    assert (counts.added, counts.updated, counts.unchanged) == (2, 0, 0)
    back = registry.read("hazard_areas")
    assert back.area_id.tolist() == ["A", "B"]
    assert back.name.tolist() == ["قرية 🌾", "<b>x</b>"]
    assert back.status.tolist() == ["not_stated", "not_stated"]
    assert back.area_stated_m2.isna().tolist() == [True, False]
    assert back.recorded_date.dt.strftime("%Y-%m-%d").tolist()[1] == "2001-02-03"
    assert back.road_blocked.isna().tolist() == [True, False]
    assert back.beneficiaries_direct_girls.tolist()[1] == 0
    assert back.geometry.iloc[1].equals(rows.geometry.iloc[0])


def test_an_update_changes_only_what_it_speaks_of(registry: Registry) -> None:
    registry.apply("hazard_areas", areas(["A", "B"], name=["one", "two"], status=["open", "open"]), ME)
    counts = registry.apply("hazard_areas", plain(["A", "B", "C"], status=["released", "open", "open"]), ME)
    assert (counts.added, counts.updated, counts.unchanged) == (1, 1, 1)
    back = registry.read("hazard_areas")
    assert back.status.tolist() == ["released", "open", "open"]
    assert back.name.iloc[:2].tolist() == ["one", "two"]
    assert back.geometry.isna().tolist() == [False, False, True]


def test_the_same_rows_again_change_nothing(registry: Registry) -> None:
    rows = areas(["A", "B"], name=["one", "two"], recorded_date=pd.to_datetime(["2001-02-03", "2010-01-01"]))
    registry.apply("hazard_areas", rows, ME)
    head = registry.head()
    counts = registry.apply("hazard_areas", rows.iloc[::-1], ME)
    assert (counts.import_id, counts.unchanged) == ("", 2)
    assert registry.head() == head


def test_an_outline_that_starts_elsewhere_is_the_same_outline(registry: Registry) -> None:
    registry.apply("hazard_areas", areas(["A"]), ME)
    turned = areas(["A"])
    turned.geometry = [shapely.Polygon([(1, 1), (0, 1), (0, 0), (1, 0)])]
    assert registry.apply("hazard_areas", turned, ME).unchanged == 1
    turned.geometry = [shapely.Polygon([(1, 1), (0, 1), (0, 0), (1.001, 0)])]
    assert registry.apply("hazard_areas", turned, ME).updated == 1


def test_an_empty_value_erases_only_where_asked(registry: Registry) -> None:
    registry.apply("hazard_areas", areas(["A"], name=["one"], organisation=["X"]), ME)
    nothing = geopandas.GeoDataFrame({"area_id": ["A"], "name": [None]}, geometry=[None], crs=4326)
    assert registry.apply("hazard_areas", nothing, ME).unchanged == 1
    registry.apply("hazard_areas", nothing, ChangeMeta(author="Ana", erase_empty=True))
    back = registry.read("hazard_areas").iloc[0]
    assert pd.isna(back["name"])
    assert back.geometry is None
    assert back.organisation == "X"


def test_a_dry_run_counts_and_changes_nothing(registry: Registry) -> None:
    registry.apply("hazard_areas", areas(["A"]), ME)
    head = registry.head()
    counts = registry.apply("hazard_areas", areas(["A", "B"], name=["one", "two"]), ME, dry_run=True)
    assert (counts.import_id, counts.added, counts.updated) == ("", 1, 1)
    assert registry.head() == head
    assert len(registry.read("hazard_areas")) == 1
    assert len(registry.imports()) == 1


def test_every_change_is_an_event_with_author_reason_file_and_both_clocks(registry: Registry) -> None:
    registry.apply("hazard_areas", areas(["A"], status=["open"], recorded_date=pd.to_datetime(["2001-02-03"])), ME)
    later = ChangeMeta(author="Ben", reason="cleared", source_file="task.xlsx", true_on=dt.date(2010, 5, 6), kind="released")
    registry.apply("hazard_areas", plain(["A"], status=["released"]), later)
    first, second = registry.history("hazard_areas", "A")
    assert (first.action, first.author, first.reason, first.source_file) == ("add", "Ana", "first survey", "survey.gpkg")
    assert (first.true_on, second.true_on) == (dt.date(2001, 2, 3), dt.date(2010, 5, 6))
    assert first.known_at.tzinfo == dt.UTC
    assert first.known_at <= second.known_at
    assert second.changes == {"status": Change("open", "released")}
    assert first.changes["status"] == Change(None, "open")
    assert second.kind == "released"
    assert (first.previous_hash, second.previous_hash) == ("", first.hash)
    assert registry.head() == second.hash
    assert registry.history("hazard_areas", "nowhere") == []
    assert registry.verify() == 2


def test_past_states_can_be_read_by_when_they_were_true_and_by_when_they_were_known(registry: Registry) -> None:
    recorded = pd.to_datetime(["2001-02-03", "2012-01-01"])
    registry.apply("hazard_areas", areas(["A", "B"], status=["open", "open"], recorded_date=recorded), ME)
    between = registry.imports()[0].known_at
    registry.apply("hazard_areas", plain(["A"], status=["released"]), ChangeMeta("Ana", true_on=dt.date(2010, 5, 6)))
    assert registry.read("hazard_areas", as_of=dt.date(2000, 1, 1)).empty
    assert registry.read("hazard_areas", as_of=dt.date(2005, 1, 1))[["area_id", "status"]].to_numpy().tolist() == [["A", "open"]]
    assert registry.read("hazard_areas", as_of=dt.date(2011, 1, 1)).status.tolist() == ["released"]
    assert registry.read("hazard_areas", as_of=dt.date(2011, 1, 1), known=between).status.tolist() == ["open"]
    assert registry.read("hazard_areas", known=between).status.tolist() == ["open", "open"]
    assert registry.read("hazard_areas").status.tolist() == ["released", "open"]
    assert registry.read("hazard_areas", known=between.replace(tzinfo=None)).status.tolist() == ["open", "open"]
    assert registry.read("hazard_areas", known=between - dt.timedelta(days=1)).empty
    whole = registry.read("hazard_areas", as_of=dt.date(2005, 1, 1)).geometry.iloc[0]
    assert whole.equals(shapely.box(0, 0, 1, 1))


def test_one_record_can_be_read_alone_as_it_is_and_was(registry: Registry) -> None:
    recorded = pd.to_datetime(["2001-01-01"] * 2)
    registry.apply("hazard_areas", areas(["A", "B"], status=["open"] * 2, recorded_date=recorded, road_blocked=[True, False]), ME)
    known = registry.imports()[0].known_at
    registry.apply("hazard_areas", plain(["A"], status=["released"]), ChangeMeta("Ana", true_on=dt.date(2010, 1, 1)))
    record = registry.record("hazard_areas", "A")
    assert record is not None
    assert list(record) == [*record_table("hazard_areas").columns, "geometry"]
    said = {name: value for name, value in record.items() if value is not None}
    day, shape = dt.date(2001, 1, 1), shapely.box(0, 0, 1, 1)
    expected = {"area_id": "A", "hazard_type": "not_stated", "recorded_date": day, "road_blocked": True, "geometry": shape}
    assert said == {**expected, "status": "released"}
    past = [
        registry.record("hazard_areas", "A", **when)
        for when in ({"as_of": dt.date(2005, 1, 1)}, {"known": known}, {"as_of": dt.date(2000, 1, 1)})
    ]
    assert [item and item["status"] for item in past] == ["open", "open", None]
    assert registry.record("hazard_areas", "nowhere") is None
    registry.apply("organisations", pd.DataFrame({"organisation_id": ["O"], "name": ["Org"]}), ME)
    assert registry.record("organisations", "O") == {"organisation_id": "O", "name": "Org", "kind": None, "short_name": None}


def test_a_change_that_was_true_before_a_known_one_does_not_hide_it(registry: Registry) -> None:
    registry.apply("hazard_areas", areas(["A"], status=["open"], recorded_date=pd.to_datetime(["2001-01-01"])), ME)
    registry.apply("hazard_areas", plain(["A"], status=["released"]), ChangeMeta("Ana", true_on=dt.date(2010, 1, 1)))
    late = ChangeMeta("Ben", reason="found in the archive", true_on=dt.date(2005, 1, 1))
    assert registry.apply("hazard_areas", plain(["A"], status=["suspended"]), late).updated == 1
    assert registry.apply("hazard_areas", plain(["A"], status=["suspended"]), late).unchanged == 1
    assert registry.read("hazard_areas").status.tolist() == ["released"]
    assert registry.read("hazard_areas", as_of=dt.date(2006, 1, 1)).status.tolist() == ["suspended"]
    assert registry.read("hazard_areas", as_of=dt.date(2004, 1, 1)).status.tolist() == ["open"]


def test_an_import_can_be_undone_and_the_undo_too(registry: Registry) -> None:
    registry.apply("hazard_areas", areas(["A"], name=["one"]), ME)
    before = registry.read("hazard_areas")
    second = registry.apply("hazard_areas", areas(["A", "B"], name=["other", "two"]), ME)
    after = registry.read("hazard_areas")
    undone = registry.undo(second.import_id, ChangeMeta("Ben", reason="wrong file"))
    assert (undone.updated, undone.removed) == (1, 1)
    pd.testing.assert_frame_equal(registry.read("hazard_areas"), before)
    assert [event.action for event in registry.history("hazard_areas", "B")] == ["add", "undo"]
    assert registry.history("hazard_areas", "A")[-1].changes == {"name": Change("other", "one")}
    entry = {item.import_id: item for item in registry.imports()}
    assert entry[second.import_id].undone_by == undone.import_id
    known = entry[second.import_id].known_at
    pd.testing.assert_frame_equal(registry.read("hazard_areas", known=known), after)
    back = registry.undo(undone.import_id, ChangeMeta("Ben", reason="it was right"))
    assert (back.added, back.updated) == (1, 1)
    pd.testing.assert_frame_equal(registry.read("hazard_areas"), after)
    assert registry.verify() == 7


def test_an_undo_is_refused_where_later_changes_build_on_it(registry: Registry) -> None:
    first = registry.apply("hazard_areas", areas(["A", "B"], name=["one", "two"]), ME)
    second = registry.apply("hazard_areas", plain(["A"], name=["three"]), ChangeMeta("Ben"))
    head = registry.head()
    with pytest.raises(
        RegistryError, match=rf"cannot be undone: 1 later changes build on it: A \(import {second.import_id}, Ben\)"
    ) as caught:
        registry.undo(first.import_id, ME)
    assert caught.value.remedy == "Undo the later imports first, the latest first."
    assert registry.head() == head
    registry.undo(second.import_id, ME)
    assert registry.undo(first.import_id, ME).removed == 2


def test_an_undo_of_other_fields_is_not_in_the_way(registry: Registry) -> None:
    registry.apply("hazard_areas", areas(["A"], name=["one"], organisation=["X"]), ME)
    second = registry.apply("hazard_areas", plain(["A"], name=["two"]), ME)
    registry.apply("hazard_areas", plain(["A"], organisation=["Y"]), ME)
    registry.undo(second.import_id, ME)
    assert registry.read("hazard_areas")[["name", "organisation"]].to_numpy().tolist() == [["one", "Y"]]


def test_an_undo_is_refused_where_other_records_name_what_it_added(registry: Registry) -> None:
    first = registry.apply("hazard_areas", areas(["A"]), ME)
    registry.apply("activities", pd.DataFrame({"activity_id": ["T1"], "area_id": ["A"], "kind": ["NTS"]}), ME)
    with pytest.raises(RegistryError, match="1 records name what it added: activities T1"):
        registry.undo(first.import_id, ME)


def test_what_cannot_be_undone_says_so(registry: Registry) -> None:
    first = registry.apply("hazard_areas", areas(["A"]), ME)
    with pytest.raises(RegistryError, match="There is no import 'nonsense'") as caught:
        registry.undo("nonsense", ME)
    assert first.import_id in caught.value.remedy
    registry.undo(first.import_id, ME)
    with pytest.raises(RegistryError, match="is undone already"):
        registry.undo(first.import_id, ME)


def test_a_dry_undo_changes_nothing(registry: Registry) -> None:
    first = registry.apply("hazard_areas", areas(["A"]), ME)
    head = registry.head()
    assert registry.undo(first.import_id, ME, dry_run=True).removed == 1
    assert registry.head() == head
    assert len(registry.read("hazard_areas")) == 1


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (pd.DataFrame({"name": ["x"]}), "needs the column area_id"),
        (pd.DataFrame({"area_id": ["A"], "colour": ["red"]}), "has no column colour"),
        (pd.DataFrame({"area_id": ["A", "A"]}), "must be unique; A stand more than once"),
        (pd.DataFrame({"area_id": ["A", None]}), "missing in row 2"),
        (pd.DataFrame({"area_id": ["A"], "status": ["burnt"]}), "holds burnt, which is no code of its list"),
        (pd.DataFrame({"area_id": ["A"], "eo_categories": ["UXO;BOMB"]}), "holds BOMB"),
        (pd.DataFrame({"area_id": ["A"], "area_stated_m2": [np.inf]}), "must be a finite number; it is not for A"),
        (pd.DataFrame({"area_id": ["A"], "beneficiaries_direct_men": [1.5]}), "must be a whole number"),
        (geopandas.GeoDataFrame({"area_id": ["A"]}, geometry=[shapely.Point(5, 5)], crs=3857), "must be in EPSG:4326"),
    ],
    ids=["no id", "unknown column", "double id", "missing id", "code", "codes", "infinite", "not whole", "crs"],
)
def test_rows_that_do_not_fit_are_refused_and_change_nothing(registry: Registry, rows: pd.DataFrame, message: str) -> None:
    with pytest.raises(RegistryError, match=message):
        registry.apply("hazard_areas", rows, ME)
    assert registry.head() == ""


def test_a_change_needs_an_author(registry: Registry) -> None:
    with pytest.raises(RegistryError, match="needs an author"):
        registry.apply("hazard_areas", areas(["A"]), ChangeMeta(author=" "))
    assert registry.head() == ""


def test_what_was_written_is_there_when_opened_again(opened: Callable[[], Registry]) -> None:
    first = opened()
    first.apply("hazard_areas", areas(["A"], name=["one"]), ME)
    head = first.head()
    first.close()
    assert opened().head() == head


def test_four_writing_processes_lose_nothing_and_readers_see_whole_changes(opened: Callable[[], Registry], address: str) -> None:
    registry = opened()
    registry.apply("hazard_areas", areas(["shared"]), ME)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(Path(__file__).with_name("writer.py")), address]
    writers = [
        subprocess.Popen([*command, f"W{number}", "12"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True)
        for number in range(4)
    ]
    while any(writer.poll() is None for writer in writers):
        seen = registry.read("hazard_areas").set_index("area_id")
        latest = seen.loc["shared", "name"]
        if not pd.isna(latest):
            writer_name, number = latest.split()
            assert f"{writer_name}-{int(number):03d}" in seen.index, "half of a change was visible"
    acknowledged = []
    for writer in writers:
        output, problems = writer.communicate()
        assert (writer.returncode, problems) == (0, "")
        acknowledged += output.split()
    assert len(acknowledged) == 48
    assert set(registry.read("hazard_areas").area_id) == {"shared", *acknowledged}
    assert registry.verify() == 1 + 48 * 2


def test_a_registry_that_is_not_there_is_not_made_by_opening_it(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="There is no registry at"):
        open_registry(tmp_path / "none.sqlite")
    assert not (tmp_path / "none.sqlite").exists()


def test_outlines_of_every_past_state_are_kept_but_for_those_of_undone_imports(registry: Registry) -> None:
    day = pd.to_datetime(["2001-01-01"])
    first = areas(["A"], recorded_date=day)
    registry.apply("hazard_areas", first, ME)
    moved = first.set_geometry(first.translate(1.0))
    later = registry.apply("hazard_areas", moved, ChangeMeta("Ana", true_on=dt.date(2005, 1, 1)))
    assert [(item.record_id, item.true_on, shapely.from_wkb(item.wkb)) for item in registry.outlines("hazard_areas")] == [
        ("A", dt.date(2001, 1, 1), first.geometry[0]),
        ("A", dt.date(2005, 1, 1), moved.geometry[0]),
    ]
    assert len(registry.outlines("hazard_areas", as_of=dt.date(2004, 12, 31))) == 1
    assert registry.outlines("hazard_areas", known=dt.datetime(2000, 1, 1)) == []
    registry.undo(later.import_id, ME)
    assert [item.true_on for item in registry.outlines("hazard_areas")] == [dt.date(2001, 1, 1)]


def test_changes_of_named_fields_are_updates_alone_without_their_outlines(registry: Registry) -> None:
    registry.apply("hazard_areas", areas(["A", "B"], hazard_type="SHA", recorded_date=pd.to_datetime(["2001-01-01"] * 2)), ME)
    registry.apply("hazard_areas", plain(["A"], name="Long field"), ChangeMeta("Ana", true_on=dt.date(2005, 1, 1)))
    registry.apply("hazard_areas", plain(["B"], hazard_type="CHA"), ChangeMeta("Ana", true_on=dt.date(2006, 1, 1)))
    found = registry.changes("hazard_areas", after=dt.date.min, until=dt.date.max, fields=("hazard_type",))
    told = [(each.record_id, each.action, each.true_on, dict(each.changes), each.outline) for each in found]
    assert told == [("B", "update", dt.date(2006, 1, 1), {"hazard_type": Change("SHA", "CHA")}, None)]
    assert len(registry.changes("hazard_areas", after=dt.date.min, until=dt.date.max)) == 4
