"""The land-release ledger balances where the records do, and names what does not."""

from __future__ import annotations

import datetime as dt
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
from geodata.registry.ledger import GAINS, LOSSES, land_release_ledger

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
    assert table.opening_m2.round().to_dict() == {"APMBC": 1000, "CCM": 1000, "neither": 500, "not stated": 200}
    assert table.sha_to_cha_m2.round().to_dict() == {"APMBC": 1000, "CCM": 1000, "neither": 0, "not stated": 0}


def test_last_years_table_prints_again_although_more_is_known_now(registry: Registry) -> None:
    add(registry, "A", 1000, "2015-01-01")
    known = registry.imports()[-1].known_at
    then = land_release_ledger(registry, *YEAR, known=known, crs_setting="EPSG:6933").table
    change(registry, "2020-12-20", area_id="A", status="released")
    release(registry, "A", "cleared", 1000, "2020-12-20")
    assert terms(registry) == {"opening_m2": 1000, "cleared_m2": 1000}
    pd.testing.assert_frame_equal(land_release_ledger(registry, *YEAR, known=known, crs_setting="EPSG:6933").table, then)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(100, 5000), st.sampled_from(["keep", "new", "clear", "remeasure"])), min_size=1, max_size=6))
def test_what_is_said_with_its_reason_always_balances(steps: list[tuple[int, str]]) -> None:
    import tempfile

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
