"""The land-release ledger balances where the records do, and names what does not."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path

import geopandas
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from geodata.geometry.crs import reproject
from geodata.registry import ChangeMeta, Registry, open_registry
from geodata.registry.ledger import GAINS, GROUPINGS, LOSSES, Grouping, land_release_ledger
from geodata.registry.sql import SqlRegistry
from geodata.registry.sqlite import SqliteStore

FLAT = CRS.from_epsg(6933)
YEAR = (dt.date(2020, 1, 1), dt.date(2020, 12, 31))


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    """An empty registry."""
    made = open_registry(tmp_path / "registry.sqlite", create=True)
    yield made
    made.close()


def area(area_id: str, size_m2: float, **fields: object) -> geopandas.GeoDataFrame:
    """One area of a size (a strip of 1 m times ``size_m2`` would be degenerate: a square)."""
    edge = size_m2**0.5
    square = reproject(geopandas.GeoSeries([shapely.box(6_500_000, 4_000_000, 6_500_000 + edge, 4_000_000 + edge)]).to_numpy(), FLAT)
    return geopandas.GeoDataFrame({"area_id": [area_id], **{key: [value] for key, value in fields.items()}}, geometry=square, crs=4326)


def add(registry: Registry, area_id: str, size_m2: float, day: str, **fields: object) -> None:
    """A new open area."""
    when = pd.Timestamp(day)
    row = area(area_id, size_m2, **{"status": "open", "admin1": "North", "recorded_date": when, **fields})
    registry.apply("hazard_areas", row, ChangeMeta("Ana"))


def change(registry: Registry, day: str, kind: str = "", **fields: object) -> None:
    """A change of an area that became true on a day."""
    size = fields.pop("size_m2", None)
    meta = ChangeMeta("Ana", true_on=dt.date.fromisoformat(day), kind=kind)
    if size is not None:
        registry.apply("hazard_areas", area(str(fields.pop("area_id")), float(str(size)), **fields), meta)
    else:
        registry.apply("hazard_areas", pd.DataFrame({key: [value] for key, value in fields.items()}), meta)


def release(registry: Registry, area_id: str, kind: str, size_m2: float, day: str) -> None:
    """A release product."""
    row = {
        "product_id": [f"{area_id}{kind}{day}"],
        "area_id": [area_id],
        "kind": [kind],
        "area_m2": [size_m2],
        "date": pd.to_datetime([day]),
    }
    registry.apply("release_products", pd.DataFrame(row), ChangeMeta("Ana"))


def terms(registry: Registry) -> dict[str, float]:
    """Terms of the year that are not 0, to the square metre."""
    row = land_release_ledger(registry, *YEAR, by="all", crs_setting="EPSG:6933").table.iloc[0]
    return {name: round(float(row[name])) for name in (*GAINS, *LOSSES, "imbalance_m2", "sha_to_cha_m2") if round(float(row[name]))}


def test_a_year_with_every_term_balances(registry: Registry) -> None:
    add(registry, "stays", 1000, "2015-01-01")
    add(registry, "cleared", 2000, "2015-01-01")
    add(registry, "new", 400, "2020-03-01")
    add(registry, "extended", 100, "2015-01-01")
    add(registry, "remeasured", 500, "2015-01-01")
    add(registry, "reopened", 300, "2015-01-01")
    add(registry, "transferred", 250, "2015-01-01")
    change(registry, "2018-01-01", area_id="reopened", status="released")
    change(registry, "2020-05-01", area_id="reopened", status="open")
    change(registry, "2020-06-01", "extended", area_id="extended", size_m2=150)
    change(registry, "2020-06-02", "remeasured", area_id="remeasured", size_m2=450)
    change(registry, "2020-07-01", area_id="cleared", status="released")
    change(registry, "2020-08-01", "transferred", area_id="transferred", status="closed")
    for kind, size in (("cancelled", 1200), ("reduced", 500), ("cleared", 300)):
        release(registry, "cleared", kind, size, "2020-06-30")
    assert terms(registry) == {
        "opening_m2": 1000 + 2000 + 100 + 500 + 250,
        "newly_recorded_m2": 400,
        "extended_m2": 50,
        "reopened_m2": 300,
        "remeasured_m2": -50,
        "cancelled_m2": 1200,
        "reduced_m2": 500,
        "cleared_m2": 300,
        "transferred_out_m2": 250,
        "closing_m2": 1000 + 400 + 150 + 450 + 300,
    }
    assert land_release_ledger(registry, *YEAR, crs_setting="EPSG:6933").findings == ()


@pytest.mark.parametrize(
    ("released", "code", "imbalance"),
    [
        ([], "ledger_no_product", 1000),
        ([600], "ledger_released_less", 400),
        ([1300], "ledger_released_more", -300),
    ],
    ids=["nothing", "less", "more"],
)
def test_a_closed_area_that_does_not_add_up_is_named_with_the_reason(
    registry: Registry, released: list[float], code: str, imbalance: int
) -> None:
    add(registry, "A", 1000, "2015-01-01")
    change(registry, "2020-07-01", area_id="A", status="released")
    for size in released:
        release(registry, "A", "cleared", size, "2020-06-30")
    assert terms(registry)["imbalance_m2"] == imbalance
    found = land_release_ledger(registry, *YEAR, crs_setting="EPSG:6933").findings
    assert [(item.code, item.examples) for item in found] == [(code, ("A",))]


def test_a_size_that_changed_without_a_reason_stays_in_the_imbalance(registry: Registry) -> None:
    add(registry, "A", 1000, "2015-01-01")
    change(registry, "2020-07-01", area_id="A", size_m2=1200)
    assert terms(registry) == {"opening_m2": 1000, "closing_m2": 1200, "imbalance_m2": -200}
    found = land_release_ledger(registry, *YEAR, crs_setting="EPSG:6933").findings
    assert [item.code for item in found] == ["ledger_size_changed"]


def test_a_cut_outline_with_its_product_balances(registry: Registry) -> None:
    add(registry, "A", 1000, "2015-01-01")
    release(registry, "A", "reduced", 300, "2020-07-01")
    change(registry, "2020-07-01", area_id="A", size_m2=700)
    assert terms(registry) == {"opening_m2": 1000, "reduced_m2": 300, "closing_m2": 700}


def test_an_unknown_size_is_in_no_sum_and_is_counted(registry: Registry) -> None:
    add(registry, "A", 1000, "2015-01-01")
    known = {"area_id": ["B"], "status": ["open"], "admin1": ["North"], "recorded_date": pd.to_datetime(["2015-01-01"])}
    registry.apply("hazard_areas", pd.DataFrame(known), ChangeMeta("Ana"))
    ledger = land_release_ledger(registry, *YEAR, crs_setting="EPSG:6933")
    row = ledger.table.iloc[0]
    assert (row.n_areas, row.n_size_unknown, round(row.opening_m2), round(row.closing_m2)) == (2, 1, 1000, 1000)
    assert [item.code for item in ledger.findings] == ["ledger_size_unknown"]


def test_treaties_stand_apart_and_confirmation_is_a_flow_of_its_own(registry: Registry) -> None:
    add(registry, "A", 1000, "2015-01-01", eo_categories="AP_MINE;CMR", hazard_type="SHA")
    add(registry, "B", 500, "2015-01-01", eo_categories="UXO")
    add(registry, "C", 200, "2015-01-01")
    change(registry, "2020-02-01", area_id="A", hazard_type="CHA")
    table = land_release_ledger(registry, *YEAR, by="treaty", crs_setting="EPSG:6933").table.set_index("treaty")
    assert table.opening_m2.round().to_dict() == {"APMBC": 1000, "CCM": 1000, "neither": 500, "not_stated": 200}
    assert table.sha_to_cha_m2.round().to_dict() == {"APMBC": 1000, "CCM": 1000, "neither": 0, "not_stated": 0}


def test_last_years_table_prints_again_although_more_is_known_now(registry: Registry) -> None:
    add(registry, "A", 1000, "2015-01-01")
    known = registry.imports()[-1].known_at
    then = land_release_ledger(registry, *YEAR, known=known, crs_setting="EPSG:6933").table
    change(registry, "2020-12-20", area_id="A", status="released")
    release(registry, "A", "cleared", 1000, "2020-12-20")
    assert terms(registry) == {"opening_m2": 1000, "cleared_m2": 1000}
    pd.testing.assert_frame_equal(land_release_ledger(registry, *YEAR, known=known, crs_setting="EPSG:6933").table, then)


def test_clearance_of_december_entered_in_february_changes_the_year_but_not_the_table_printed_in_january(tmp_path: Path) -> None:
    now = [dt.datetime(2015, 2, 1, tzinfo=dt.UTC)]
    registry = SqlRegistry(SqliteStore(tmp_path / "r.sqlite", create=True), "r", clock=lambda: now[0])
    add(registry, "A", 1000, "2015-01-01")
    add(registry, "B", 400, "2015-01-01")
    now[0] = dt.datetime(2021, 1, 10, tzinfo=dt.UTC)
    printed = land_release_ledger(registry, *YEAR, by="all", crs_setting="EPSG:6933").table
    assert (round(printed.opening_m2[0]), round(printed.closing_m2[0])) == (1400, 1400)
    now[0] = dt.datetime(2021, 2, 15, tzinfo=dt.UTC)
    release(registry, "A", "cleared", 1000, "2020-12-20")
    change(registry, "2020-12-20", area_id="A", status="released")
    assert terms(registry) == {"opening_m2": 1400, "cleared_m2": 1000, "closing_m2": 400}
    again = land_release_ledger(registry, *YEAR, known=dt.datetime(2021, 1, 31), by="all", crs_setting="EPSG:6933").table
    pd.testing.assert_frame_equal(again, printed)
    assert rows(registry, "all", (dt.date(2021, 1, 1), dt.date(2021, 12, 31)))["*"] == {"opening_m2": 400, "closing_m2": 400}
    registry.close()


def rows(registry: Registry, by: Grouping = "area_id", years: tuple[dt.date, dt.date] = YEAR) -> dict[str, dict[str, float]]:
    """Terms that are not 0, to the square metre, of each row."""
    table = land_release_ledger(registry, *years, by=by, crs_setting="EPSG:6933").table.set_index(by)
    shown = [*GAINS, *LOSSES, "imbalance_m2", "released_outside_m2"]
    return {
        str(name): {term: round(float(row[term])) for term in shown if pd.notna(row[term]) and round(float(row[term]))}
        for name, row in table.iterrows()
    }


def codes(registry: Registry) -> dict[str, tuple[str, ...]]:
    """Findings of the year and the areas they name."""
    return {item.code: item.examples for item in land_release_ledger(registry, *YEAR, crs_setting="EPSG:6933").findings}


def test_a_split_moves_the_land_from_the_old_area_to_its_parts(registry: Registry) -> None:
    add(registry, "A", 1000, "2015-01-01")
    change(registry, "2020-07-01", "split", area_id="A", status="closed")
    for name, size in (("A1", 600), ("A2", 400)):
        day = {"recorded_date": pd.Timestamp("2015-01-01"), "status": "open", "admin1": "North"}
        registry.apply("hazard_areas", area(name, size, **day), ChangeMeta("Ana", true_on=dt.date(2020, 7, 1), kind="split"))
    assert rows(registry) == {
        "A": {"opening_m2": 1000, "transferred_out_m2": 1000},
        "A1": {"transferred_in_m2": 600, "closing_m2": 600},
        "A2": {"transferred_in_m2": 400, "closing_m2": 400},
    }
    assert terms(registry) == {"opening_m2": 1000, "transferred_in_m2": 1000, "transferred_out_m2": 1000, "closing_m2": 1000}
    assert codes(registry) == {}


def test_parts_that_do_not_come_to_the_whole_are_named(registry: Registry) -> None:
    add(registry, "A", 600, "2015-01-01")
    add(registry, "B", 400, "2015-01-01")
    change(registry, "2020-07-01", "merged", area_id="B", status="closed")
    change(registry, "2020-07-01", "merged", area_id="A", size_m2=900)
    assert rows(registry) == {
        "A": {"opening_m2": 600, "transferred_in_m2": 300, "closing_m2": 900},
        "B": {"opening_m2": 400, "transferred_out_m2": 400},
    }
    found = land_release_ledger(registry, *YEAR, crs_setting="EPSG:6933").findings
    text = "2 areas were split or merged (A, B), and the parts come to -100 m2 against what there was."
    assert [(item.code, item.message) for item in found] == [("ledger_parts_differ", text)]


def test_a_row_says_itself_what_kind_of_change_it_brings(registry: Registry) -> None:
    for name in ("A", "B"):
        add(registry, name, 1000, "2015-01-01")
    for size in (1100, 1300):
        change(registry, "2020-06-01", area_id="A", change_kind="extended", size_m2=size)
    change(registry, "2020-06-01", area_id="B", change_kind="remeasured", size_m2=950)
    change(registry, "2020-06-02", area_id="B", size_m2=900)
    assert rows(registry) == {
        "A": {"opening_m2": 1000, "extended_m2": 300, "closing_m2": 1300},
        "B": {"opening_m2": 1000, "remeasured_m2": -50, "closing_m2": 900, "imbalance_m2": 50},
    }
    assert [event.kind for event in registry.history("hazard_areas", "A")] == ["", "extended", "extended"]


def test_an_area_released_and_reopened_in_one_year_counts_as_both(registry: Registry) -> None:
    add(registry, "A", 1000, "2015-01-01")
    release(registry, "A", "cleared", 1000, "2020-03-01")
    change(registry, "2020-03-01", area_id="A", status="released")
    change(registry, "2020-09-01", area_id="A", status="open", size_m2=200)
    assert rows(registry) == {"A": {"opening_m2": 1000, "reopened_m2": 200, "cleared_m2": 1000, "closing_m2": 200}}
    assert codes(registry) == {}


def test_an_area_measured_again_when_it_is_closed_is_released_at_its_new_size(registry: Registry) -> None:
    add(registry, "A", 1000, "2015-01-01")
    release(registry, "A", "cleared", 850, "2020-03-01")
    change(registry, "2020-03-01", "remeasured", area_id="A", status="released", size_m2=850)
    assert rows(registry) == {"A": {"opening_m2": 1000, "remeasured_m2": -150, "cleared_m2": 850}}


def test_a_stated_size_counts_while_there_is_no_outline(registry: Registry) -> None:
    row = {"area_id": ["A"], "status": ["open"], "area_stated_m2": [1000.0], "recorded_date": pd.to_datetime(["2015-01-01"])}
    registry.apply("hazard_areas", pd.DataFrame(row), ChangeMeta("Ana"))
    change(registry, "2020-03-01", "extended", area_id="A", area_stated_m2=1200.0)
    change(registry, "2020-04-01", "remeasured", area_id="A", size_m2=1500)
    change(registry, "2020-05-01", area_id="A", area_stated_m2=9000.0)
    assert rows(registry) == {"A": {"opening_m2": 1000, "extended_m2": 200, "remeasured_m2": 300, "closing_m2": 1500}}


def test_an_area_that_comes_to_another_province_is_a_transfer_between_the_two(registry: Registry) -> None:
    add(registry, "A", 1000, "2015-01-01", eo_categories="AP_MINE")
    add(registry, "B", 500, "2015-01-01", eo_categories="CMR")
    change(registry, "2020-03-01", area_id="A", admin1="South", eo_categories="AP_MINE;CMR")
    release(registry, "A", "reduced", 100, "2020-04-01")
    change(registry, "2020-04-01", area_id="A", size_m2=900)
    assert rows(registry, "admin1") == {
        "North": {"opening_m2": 1500, "transferred_out_m2": 1000, "closing_m2": 500},
        "South": {"transferred_in_m2": 1000, "reduced_m2": 100, "closing_m2": 900},
    }
    assert rows(registry, "eo_category") == {
        "AP_MINE": {"opening_m2": 1000, "reduced_m2": 100, "closing_m2": 900},
        "CMR": {"opening_m2": 500, "transferred_in_m2": 1000, "reduced_m2": 100, "closing_m2": 1400},
    }
    assert rows(registry, "all")["*"] == {"opening_m2": 1500, "reduced_m2": 100, "closing_m2": 1400}


def test_clearance_outside_the_outline_is_measured_and_named(registry: Registry) -> None:
    for name in ("A", "B"):
        add(registry, name, 1000, "2015-01-01")
        change(registry, "2020-07-01", area_id=name, status="released")
    around = area("A", 1200).rename(columns={"area_id": "product_id"}).assign(kind="cleared", date=pd.Timestamp("2020-06-30"))
    products = pd.concat([around.assign(area_id=name, product_id=name, area_m2=size) for name, size in (("A", 1200.0), ("B", 1000.0))])
    registry.apply("release_products", products, ChangeMeta("Ana"))
    assert rows(registry) == {
        "A": {"opening_m2": 1000, "cleared_m2": 1200, "imbalance_m2": -200, "released_outside_m2": 200},
        "B": {"opening_m2": 1000, "cleared_m2": 1000, "released_outside_m2": 200},
    }
    assert codes(registry) == {"ledger_released_outside": ("A",), "ledger_outside_outline": ("B",)}


def test_land_of_no_known_area_stands_in_the_province_it_was_released_in(registry: Registry) -> None:
    add(registry, "A", 1000, "2015-01-01")
    product = {"product_id": ["P", "Q"], "kind": ["cleared"] * 2, "area_m2": [70.0, 30.0], "admin1": ["North", "East"]}
    days = pd.to_datetime(["2020-06-30", "2020-06-30"])
    registry.apply("release_products", pd.DataFrame({**product, "date": days, "area_id": [None, "X"]}), ChangeMeta("Ana"))
    assert rows(registry, "admin1") == {
        "East": {"cleared_m2": 30, "imbalance_m2": -30},
        "North": {"opening_m2": 1000, "cleared_m2": 70, "closing_m2": 1000, "imbalance_m2": -70},
    }
    assert codes(registry) == {"ledger_released_before": ("(no area)", "X")}


def test_land_found_and_released_within_the_year_is_newly_recorded(registry: Registry) -> None:
    add(registry, "spot", 50, "2020-02-01", status="released")
    release(registry, "spot", "cleared", 50, "2020-02-03")
    assert rows(registry) == {"spot": {"newly_recorded_m2": 50, "cleared_m2": 50}}


def test_an_area_first_recorded_as_released_counts_as_held_until_its_last_product(registry: Registry) -> None:
    add(registry, "A", 1000, "2012-01-01", status="released")
    for day, size in (("2018-05-01", 300), ("2020-05-01", 600), ("2021-05-01", 100)):
        release(registry, "A", "cleared", size, day)
    years = [(dt.date(year, 1, 1), dt.date(year, 12, 31)) for year in (2012, 2018, 2020, 2021, 2022)]
    assert [rows(registry, "all", year)["*"] for year in years] == [
        {"newly_recorded_m2": 1000, "closing_m2": 1000},
        {"opening_m2": 1000, "cleared_m2": 300, "closing_m2": 700},
        {"opening_m2": 700, "cleared_m2": 600, "closing_m2": 100},
        {"opening_m2": 100, "cleared_m2": 100},
        {},
    ]
    assert codes(registry) == {"ledger_state_implied": ("A",)}


def test_land_released_after_its_area_was_released_is_named(registry: Registry) -> None:
    add(registry, "A", 1000, "2012-01-01")
    change(registry, "2015-05-01", area_id="A", status="released")
    release(registry, "A", "cleared", 1000, "2020-05-01")
    assert rows(registry) == {"A": {"cleared_m2": 1000, "imbalance_m2": -1000}}
    assert codes(registry) == {"ledger_released_before": ("A",)}


def test_a_size_corrected_later_corrects_the_year_of_the_release_unless_an_earlier_knowledge_is_asked_for(registry: Registry) -> None:
    add(registry, "A", 1000, "2015-01-01")
    change(registry, "2020-07-01", area_id="A", status="released")
    release(registry, "A", "cleared", 900, "2020-06-30")
    known = registry.imports()[-1].known_at
    correction = {"product_id": ["Acleared2020-06-30"], "area_m2": [1000.0]}
    registry.apply("release_products", pd.DataFrame(correction), ChangeMeta("Ana"))
    assert terms(registry) == {"opening_m2": 1000, "cleared_m2": 1000}
    then = land_release_ledger(registry, *YEAR, known=known, by="all", crs_setting="EPSG:6933").table
    assert (round(then.cleared_m2[0]), round(then.imbalance_m2[0])) == (900, 100)


def test_products_without_day_kind_or_size_are_named_and_measured_where_they_have_an_outline(registry: Registry) -> None:
    add(registry, "A", 1000, "2015-01-01")
    products = pd.concat(
        [
            area("A", 1000).assign(product_id="outlined", kind="cleared", date=pd.Timestamp("2020-06-30")),
            area("A", 1000).assign(product_id="undated", kind="cleared"),
            area("A", 1000).assign(product_id="empty", kind="cleared", date=pd.Timestamp("2020-06-30"), geometry=None),
        ]
    )
    registry.apply("release_products", products, ChangeMeta("Ana", true_on=dt.date(2020, 6, 30)))
    change(registry, "2020-07-01", area_id="A", status="released")
    assert rows(registry) == {"A": {"opening_m2": 1000, "cleared_m2": 1000}}
    assert codes(registry) == {"ledger_product_undated": ("undated",), "ledger_product_size_unknown": ("empty",)}


def test_an_area_of_unknown_size_leaves_its_released_land_in_the_imbalance_and_says_so(registry: Registry) -> None:
    known = {"area_id": ["B"], "status": ["open"], "admin1": ["North"], "recorded_date": pd.to_datetime(["2015-01-01"])}
    registry.apply("hazard_areas", pd.DataFrame(known), ChangeMeta("Ana"))
    release(registry, "B", "cleared", 300, "2020-06-30")
    ledger = land_release_ledger(registry, *YEAR, by="all", crs_setting="EPSG:6933")
    assert (ledger.table.cleared_m2[0], ledger.table.imbalance_m2[0], ledger.table.n_size_unknown[0]) == (300, -300, 1)
    assert "What was released of them, 300 m2, stands in the imbalance." in ledger.findings[0].message
    assert ledger.as_dict()["rows"][0]["opening_m2"] == 0.0
    assert land_release_ledger(registry, *YEAR, by="area_id", crs_setting="EPSG:6933").as_dict()["rows"][0]["opening_m2"] is None


STEPS = st.sampled_from(["keep", "release", "reopen", "move", "grow", "split", "category"])


@settings(max_examples=4, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ABC"), STEPS, st.sampled_from([2019, 2020])), max_size=8))
def test_one_year_closes_where_the_next_opens_in_every_grouping_and_each_row_adds_up(steps: list[tuple[str, str, int]]) -> None:
    said: dict[str, dict[str, object]] = {
        "release": {"status": "released"}, "reopen": {"status": "open"}, "move": {"admin1": "South"}, "grow": {"size_m2": 1500},
        "split": {"status": "closed", "change_kind": "split"}, "category": {"eo_categories": "CMR;UXO"}, "keep": {"name": "x"},
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        registry = open_registry(Path(folder) / "r.sqlite", create=True)
        for name in "ABC":
            add(registry, name, 1000, "2015-01-01", eo_categories="AP_MINE")
        for month, (name, what, year) in enumerate(sorted(steps, key=lambda step: step[2]), 1):
            change(registry, f"{year}-{month:02d}-01", area_id=name, **said[what])
        sums: list[list[float]] = []
        for by in GROUPINGS:
            first, second = (
                land_release_ledger(registry, dt.date(year, 1, 1), dt.date(year, 12, 31), by=by, crs_setting="EPSG:6933").table
                for year in (2019, 2020)
            )
            closed = first.set_index(by).closing_m2.where(lambda size: size != 0).dropna()
            opened = second.set_index(by).opening_m2.where(lambda size: size != 0).dropna()
            pd.testing.assert_series_equal(closed, opened, check_names=False)
            for table in (first, second):
                gap = table[list(GAINS)].sum(axis=1) - table[list(LOSSES)].sum(axis=1) - table.imbalance_m2
                assert gap.abs().max() < 1e-6
            if by in ("admin1", "admin2", "area_id", "all"):
                sums.append([round(float(table.imbalance_m2.sum()), 3) for table in (first, second)])
        assert sums == [sums[0]] * 4
        registry.close()


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(100, 5000), st.sampled_from(["keep", "new", "clear", "remeasure"])), min_size=1, max_size=6))
def test_what_is_said_with_its_reason_always_balances(steps: list[tuple[int, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        registry = open_registry(Path(folder) / "r.sqlite", create=True)
        for number, (size, what) in enumerate(steps):
            name = f"A{number}"
            add(registry, name, size, "2020-03-01" if what == "new" else "2015-01-01")
            if what == "clear":
                release(registry, name, "cleared", size, "2020-06-30")
                change(registry, "2020-07-01", area_id=name, status="released")
            if what == "remeasure":
                change(registry, "2020-07-01", "remeasured", area_id=name, size_m2=size * 1.5)
        ledger = land_release_ledger(registry, *YEAR, by="area_id", crs_setting="EPSG:6933")
        assert ledger.table.imbalance_m2.abs().max() < 1.0
        assert ledger.findings == ()
        registry.close()
