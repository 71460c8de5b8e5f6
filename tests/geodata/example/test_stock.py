"""The stock of the example behaves like a real registry's: sizes, shares, history, faults."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely


@pytest.fixture(scope="module")
def areas(example) -> gpd.GeoDataFrame:
    return gpd.read_file(example.directory / "incoming" / "hazard_areas.gpkg")


@pytest.fixture(scope="module")
def truth(example) -> pd.DataFrame:
    return pd.read_csv(example.truth / "areas.csv")


@pytest.fixture(scope="module")
def products(example) -> gpd.GeoDataFrame:
    return gpd.read_file(example.directory / "incoming" / "release_products.gpkg")


@pytest.fixture(scope="module")
def accidents(example) -> pd.DataFrame:
    return pd.read_csv(example.directory / "incoming" / "accidents.csv", parse_dates=["date"])


def test_the_number_of_open_areas_is_the_one_asked_for_and_five_are_recorded_for_each(areas):
    assert (areas.status == "open").sum() == 400
    assert 5.0 <= len(areas) / 400 <= 5.5
    assert areas.area_id.is_unique
    assert areas.imsma_id.is_unique


def test_sizes_have_the_medians_of_the_field_and_heavy_tails(areas, truth):
    both = areas.merge(truth, on="area_id")
    sha, cha = (both.loc[both.hazard_type == kind, "size_m2"] for kind in ("SHA", "CHA"))
    assert 22_000 <= sha.median() <= 38_000
    assert 7_000 <= cha.median() <= 13_000
    assert sha.quantile(0.99) > 8 * sha.median()


def test_ordnance_is_as_frequent_as_each_survey_era_has_it(areas, truth):
    both = areas.merge(truth, on="area_id")
    share = both.groupby(["hazard_type", "era"])["holds_ordnance"].mean()
    assert 0.05 <= share["SHA", "impact survey"] <= 0.10
    assert 0.20 <= share["SHA", "evidence survey"] <= 0.35
    assert 0.85 <= both.loc[both.hazard_type == "CHA", "holds_ordnance"].mean() <= 0.95


def test_released_land_is_mostly_cancelled_then_cleared_then_reduced(products):
    share = products.groupby("kind")["area_m2"].sum() / products["area_m2"].sum()
    assert share["cancelled"] == pytest.approx(0.65, abs=0.08)
    assert share["reduced"] == pytest.approx(0.15, abs=0.05)
    assert share["cleared"] == pytest.approx(0.20, abs=0.07)


def test_outlines_are_valid_with_8_to_20_corners_and_hardly_overlap(areas):
    lasting = areas.geometry.notna() & (areas.geom_type == "Polygon") & ~areas.name.str.endswith("(B)") & (areas.status != "closed")
    single = areas[lasting].to_crs("EPSG:32710")
    shapes = single.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    corners = shapely.get_num_points(shapely.get_exterior_ring(shapes)) - 1
    assert corners.min() >= 8
    assert corners.max() <= 20
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = one < two
    overlap = shapely.area(shapely.intersection(shapes[one[pairs]], shapes[two[pairs]])).sum()
    assert overlap < 0.01 * shapely.area(shapes).sum()


def test_pieces_of_released_land_lie_in_their_area_unless_clearance_went_outside_it(example, areas, products):
    outside = set(pd.read_csv(example.truth / "cleared_outside.csv").product_id)
    wandered = products[products.product_id.isin(outside)]
    assert (wandered.kind == "cleared").all()
    assert 0.02 <= len(wandered) / (products.kind == "cleared").sum() <= 0.14
    wandering = set(wandered.area_id)
    metric = products[~products.area_id.isin(wandering)].to_crs("EPSG:32710")
    outline = areas[areas.geom_type == "Polygon"].set_index("area_id").to_crs("EPSG:32710").geometry
    known = metric[metric.area_id.isin(outline.index)]
    whole = outline.loc[known.area_id].to_numpy()
    pieces = known.geometry.to_numpy()
    assert shapely.area(shapely.difference(pieces, whole)).max() < 1.0
    per_area = pd.Series(shapely.area(pieces)).groupby(known.area_id.to_numpy()).sum()
    assert (per_area / shapely.area(outline.loc[per_area.index].to_numpy())).between(0.98, 1.0001).all()


def test_some_areas_are_points_and_a_few_have_no_place(areas):
    is_point = areas.geom_type == "Point"
    assert 0.04 <= (is_point | areas.geometry.isna()).mean() <= 0.12
    assert areas.geometry.isna().any()


def test_some_names_are_what_screens_and_spreadsheets_must_survive(areas):
    names = " | ".join(areas.name)
    assert "<script>" in names
    assert all(areas.name.str.startswith(mark).any() for mark in "=+-@")
    assert any("\u0600" <= letter <= "\u06ff" for letter in names)
    assert any("\u0391" <= letter <= "\u03c9" for letter in names)
    assert "🌾" in names


def test_dates_are_in_order_over_twenty_years(areas, products):
    recorded, updated = pd.to_datetime(areas.recorded_date), pd.to_datetime(areas.updated_date)
    assert recorded.min().year == 2006
    assert (recorded <= updated).all()
    assert updated.max() <= pd.Timestamp("2025-12-31")
    released = pd.to_datetime(products.date)
    first = products.area_id.map(pd.Series(recorded.to_numpy(), index=areas.area_id))
    assert (released >= first).all()
    assert released.dt.year.nunique() >= 18


def test_accidents_fall_over_twenty_years_and_harm_mostly_men_and_boys(accidents):
    early = (accidents.date.dt.year <= 2010).sum()
    late = (accidents.date.dt.year >= 2021).sum()
    assert early > 3 * late > 0
    people = accidents.filter(regex="killed|injured").sum()
    known = people[[name for name in people.index if not name.endswith("unknown")]]
    male = known[[name for name in known.index if name.endswith(("_boys", "_men"))]].sum()
    assert 0.75 <= male / known.sum() <= 0.95


def test_no_column_could_tell_who_a_victim_was(accidents):
    allowed = ("killed_", "injured_")
    rest = [name for name in accidents.columns if not name.startswith(allowed)]
    assert rest == [
        "accident_id", "date", "kind", "eo_category", "activity", "device_known", "area_id", "source", "longitude", "latitude",
    ]  # fmt: skip


def test_admin_levels_nest_and_cover_the_land_without_overlap(example):
    folder = example.directory / "layers"
    land = gpd.read_file(folder / "country.gpkg", layer="land").to_crs("EPSG:32710").area.sum()
    sizes = []
    for level, name in enumerate(("province", "district", "commune", "village_area"), start=1):
        frame = gpd.read_file(folder / "admin.gpkg", layer=name).to_crs("EPSG:32710")
        assert frame.code.is_unique
        assert (frame.code.str.len() == 2 * level).all()
        assert frame.is_valid.all()
        assert frame.area.sum() == pytest.approx(land, rel=1e-3)
        sizes.append(len(frame))
    assert sizes == sorted(sizes)
    assert sizes[0] == 8
