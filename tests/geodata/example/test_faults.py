"""Causes, accidents, faults of records, and what no model of the product shares: each as the issue of a cause, not by chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.spatial import cKDTree
from scipy.stats import spearmanr

from geodata.example.finds import OPERATOR_QUALITY
from geodata.example.history import DEVICES
from geodata.example.stock import DONORS_PROVINCES, MINISTERS_PROVINCE
from geodata.example.war import CAUSES


@pytest.fixture(scope="module")
def country(world):
    return world("nemoria")[0]


@pytest.fixture(scope="module")
def made(world):
    return world("nemoria")[1]


@pytest.fixture(scope="module")
def truth(made) -> pd.DataFrame:
    return made.truth()


def of_cause(made, *names: str) -> np.ndarray:
    return np.flatnonzero(made.stock.truth["cause"].isin(names))


def test_hazards_lie_where_their_cause_put_them(country, made):
    land, xy = country.land, made.stock.xy
    assert set(made.stock.truth["cause"]) == {cause.name for cause in CAUSES}
    away = {
        "bridge": cKDTree(land.roads.bridges).query(xy)[0],
        "pylon": shapely.distance(shapely.points(xy), shapely.union_all(country.war.power_line.geometry.to_numpy())),
        "well": cKDTree(land.places.xy).query(xy)[0],
        "school used as barracks": cKDTree(land.places.xy).query(xy)[0],
        "road": 1000 * made.stock.table["to_road_km"].to_numpy(),
        "armistice strip": 1000 * np.abs(land.terrain.grid.at(country.war.strip_km, xy).astype(float)),
    }
    for cause, metres in away.items():
        own = of_cause(made, cause)
        others = np.setdiff1d(np.arange(len(xy)), own)
        assert np.median(metres[own]) < 0.65 * np.median(metres[others]), cause
    fought = country.war.intensity
    at_front = land.terrain.grid.at(fought, xy[of_cause(made, "front line")]).astype(float)
    assert np.median(at_front) > 5 * np.median(fought[land.terrain.land])
    bases = of_cause(made, "base")  # rings around places that were fought over
    assert np.median(land.terrain.grid.at(fought, xy[bases]).astype(float)) > 5 * np.median(fought[land.terrain.land])
    assert (cKDTree(land.places.xy).query(xy[bases])[0] < 1_600).mean() > 0.85


def test_cluster_strikes_fall_elsewhere_than_the_mines_of_the_front(country, made):
    front = country.land.terrain.grid.at(country.war.front_km, made.stock.xy).astype(float)
    behind = np.abs(front - 14)
    assert np.median(behind[of_cause(made, "cluster strike")]) < np.median(behind[of_cause(made, "front line")])


def test_each_cause_leaves_its_own_ordnance_and_every_treaty_category_occurs(made):
    areas = made.areas.iloc[: len(made.ids)]
    codes = areas["eo_categories"].fillna("").str.split(";")
    assert set(codes.explode()) - {""} == {*DEVICES, "BOOBY_TRAP"}
    strikes = codes.iloc[of_cause(made, "cluster strike")]
    assert {code for each in strikes for code in each} <= {"CMR", "UXO", ""}
    assert not {"CMR"} & {code for each in codes.iloc[of_cause(made, "front line", "armistice strip")] for code in each}
    assert {code for each in codes.iloc[of_cause(made, "late insurgency")] for code in each} <= {"AP_MINE_IMPROVISED", "IED", ""}


def test_floods_moved_some_ordnance_downstream_and_left_little_behind(country, made):
    stock, terrain = made.stock, country.land.terrain
    moved = stock.truth["moved_by_flood"].to_numpy()
    assert 0.02 < moved.mean() < 0.15
    assert (stock.table.loc[moved, "to_river_km"] < 0.85).all()
    to = stock.truth.loc[moved, ["moved_x", "moved_y"]].to_numpy()
    gone = np.hypot(*(to - stock.xy[moved]).T)
    assert np.median(gone) > 300
    assert (terrain.grid.at(terrain.upstream_km2, to).astype(float) > 0).all()
    sha = (stock.table["hazard_type"] == "SHA").to_numpy()
    assert stock.truth.loc[moved & sha, "holds_ordnance"].mean() < 0.7 * stock.truth.loc[~moved & sha, "holds_ordnance"].mean()


def test_accidents_come_from_ordnance_exposure_and_behaviour(made, truth):
    events = made.accidents.truth
    area = truth.iloc[events["row"]]
    assert (area["holds_ordnance"].to_numpy() | events["is_moved"].to_numpy()).all()
    n = np.bincount(events.loc[~events["is_moved"], "row"], minlength=len(truth))
    holds = truth["holds_ordnance"].to_numpy()
    assert spearmanr(made.stock.table["people_1km"][holds], n[holds]).statistic > 0.1
    kept_off = truth["use_really_suppressed"].to_numpy()
    assert n[holds & ~kept_off].mean() > 1.4 * n[holds & kept_off].mean()


def test_children_are_hurt_by_what_they_play_with_and_few_women_by_anything(made):
    reported = made.accidents.reported
    harmed = {who: reported[[f"killed_{who}", f"injured_{who}"]].sum(axis=1) for who in ("boys", "girls", "men", "women")}
    remnants = reported["eo_category"].isin(["CMR", "UXO", "AXO"])
    children, adults = harmed["boys"] + harmed["girls"], harmed["men"] + harmed["women"]
    share = {kind: children[rows].sum() / (children + adults)[rows].sum() for kind, rows in (("ERW", remnants), ("mines", ~remnants))}
    assert share["ERW"] > 1.3 * share["mines"] > 0
    male = (harmed["boys"] + harmed["men"]).sum() / (children + adults).sum()
    assert 0.75 <= male <= 0.95


def test_accidents_are_reported_less_from_remote_places_and_where_nobody_ever_surveyed(made):
    events, table = made.accidents.truth, made.stock.table
    heard, road = events["is_reported"].to_numpy(), table["to_road_km"].to_numpy()[events["row"]]
    assert heard[road > 8].mean() < heard[road < 2].mean() - 0.2
    alone = table["never_surveyed"].to_numpy()[events["row"]]
    assert heard[alone].mean() < 0.6 * heard[~alone].mean()
    assert len(made.accidents.reported) == heard.sum()


def test_the_first_survey_drew_too_generously(made):
    table = made.stock.table
    size = table[table["hazard_type"] == "SHA"].groupby("era")["size_m2"].median()
    assert size["impact survey"] > 1.6 * size["evidence survey"]


def test_operators_state_sizes_and_keep_to_outlines_as_well_as_their_quality_says(made):
    products = made.history.products
    error = np.abs(products["area_m2"] / products.geometry.area - 1)
    typical = error.groupby(products["organisation"]).median().sort_values()
    assert list(typical.index) == sorted(OPERATOR_QUALITY, key=lambda name: OPERATOR_QUALITY[name].size_error)
    moved = set(made.history.cleared_outside)
    cleared = products[products["kind"] == "cleared"]
    share = cleared["product_id"].isin(moved).groupby(cleared["organisation"]).mean()
    assert share["Plainstep"] > share["Fieldway Trust"]
    assert 0 < share.mean() < 0.15


def test_later_finds_lie_in_released_areas_that_held_something_and_leave_a_spot_task_and_evidence(made, truth):
    finds = made.history.finds
    found = truth.iloc[finds["row"]]
    assert len(finds) > 0
    assert (found["holds_ordnance"] & found["is_released"]).all()
    spot = made.history.activities[made.history.activities["kind"] == "EOD"]
    assert sorted(spot["area_id"]) == sorted(found["area_id"])
    told = made.evidence[made.evidence["description"] == "device found after release"]
    assert sorted(told["area_id"]) == sorted(found["area_id"])
    released = made.stock.table["released_on"].iloc[finds["row"]].to_numpy()
    assert (finds["found_on"].to_numpy() > released).all()


def test_split_and_merged_records_are_closed_linked_both_ways_and_cover_what_replaced_them(made):
    areas = made.areas.set_index("imsma_id")
    closed = areas[areas["status"] == "closed"]
    split = closed[closed["name"].str.endswith("(before the split)")]
    merged = closed[closed["name"].str.endswith("merged)")]
    assert len(split) + len(merged) == len(closed)
    assert len(split) >= 0.005 * len(made.ids)
    assert len(merged) >= 0.01 * len(made.ids)
    for record, row in closed.iterrows():
        for other in row["imsma_links"].split(","):
            assert record in areas.loc[other, "imsma_links"]
    for _, row in split.iterrows():
        parts = areas.loc[row["imsma_links"].split(",")]
        assert len(parts) == 2
        assert all(row.geometry.buffer(1).contains(part) for part in parts.geometry)
        assert row["updated_date"] <= parts["recorded_date"].min()
    whole = merged.groupby("imsma_links").geometry.apply(lambda shapes: shapes.area.sum())
    np.testing.assert_allclose(whole, areas.loc[whole.index].geometry.area, rtol=1e-6)


def test_reopened_areas_had_been_cancelled_before_and_stand_open_today(made):
    reopened = made.registers.reopened
    assert len(reopened) == 10
    today = made.areas.set_index("area_id").loc[reopened["area_id"]]
    assert (today["status"] == "open").all()
    products = made.history.products.set_index("area_id").loc[reopened["area_id"]]
    assert list(products["kind"]) == ["cancelled"] * 10
    assert (today["recorded_date"].to_numpy() < reopened["updated_date"]).all()
    assert (reopened["updated_date"] < today["updated_date"].to_numpy()).all()


def test_the_first_register_knew_less(made):
    first, today = made.registers.first, made.areas
    assert list(first["area_id"]) == list(today["area_id"])
    assert (first["status"] == "open").all()
    assert (first["updated_date"] == first["recorded_date"]).all()
    confirmed = (first["hazard_type"] == "SHA") & (today["hazard_type"] == "CHA")
    assert 0.01 < confirmed.mean() < 0.1
    grown = first.geometry.area < 0.9 * today.geometry.area
    assert 3 <= grown.sum() < 0.05 * len(today)
    assert (today.loc[grown, "status"] == "open").all()


def test_one_province_has_seen_the_first_survey_only_and_no_release(made):
    table = made.stock.table
    alone = table[table["never_surveyed"]]
    assert alone["province"].nunique() == 1
    assert len(alone) > 10
    assert set(alone["era"]) <= {"impact survey", "evidence survey"}
    assert (alone.loc[alone["era"] == "evidence survey"].index.isin(of_cause(made, "late insurgency"))).all()
    assert not alone["is_released"].any()


def test_survey_went_first_to_roads_donors_and_the_ministers_province_and_its_propensity_is_kept(made, truth):
    table = made.stock.table
    seen = ~table["never_surveyed"]
    done = table["is_released"]
    road = table["to_road_km"]
    assert done[seen & (road < 2)].mean() > done[seen & (road > 8)].mean() + 0.15
    share = done[seen].groupby(table["province"]).mean()
    rest = share.drop([MINISTERS_PROVINCE, *DONORS_PROVINCES], errors="ignore")
    assert share[MINISTERS_PROVINCE] > rest.max() - 0.02
    assert share[[*set(DONORS_PROVINCES) & set(share.index)]].mean() > rest.mean()
    chance = truth["survey_propensity"]
    group = pd.cut(chance, [-0.01, 0.4, 0.6, 0.8, 0.9, 1.0])
    pairs = pd.DataFrame({"chance": chance, "done": done}).groupby(group, observed=True).mean()
    np.testing.assert_allclose(pairs["done"], pairs["chance"], atol=0.06)


def test_sixty_settlements_of_returnees_are_in_no_gazetteer(example):
    import geopandas as gpd

    listed = gpd.read_file(example.directory / "layers" / "services.gpkg", layer="places", ignore_geometry=True)
    assert len(listed) == 2600 - 60


def test_soil_and_tenure_that_nobody_sees_move_gain_and_use(made, truth):
    kept = truth[truth["use_really_suppressed"]]
    assert spearmanr(kept["unseen_soil"], kept["gain_usd_per_year"]).statistic > 0.1
    assert spearmanr(kept["unseen_tenure"], kept["gain_usd_per_year"]).statistic > 0.1
    farmed = ~truth["use_really_suppressed"]
    weak = truth["unseen_tenure"] < 0.35
    assert farmed[weak].mean() > 1.5 * farmed[truth["unseen_tenure"] > 0.65].mean()
    assert 0.15 < farmed.mean() < 0.4
    assert not {"unseen_soil", "unseen_tenure"} & set(made.areas.columns)


def test_land_farmed_in_spite_of_suspicion_gains_next_to_nothing(truth):
    gain = truth.groupby("use_really_suppressed")["gain_usd_per_year"].median()
    assert gain[False] < 0.1 * gain[True]


def test_completion_matters_in_some_communities_only_and_then_much(made):
    groups = made.gains.communities
    several = groups[groups["n_open"] >= 2]
    assert 0.25 < several["completion_matters"].mean() < 0.55
    assert (groups.loc[~groups["completion_matters"], "completion_gain_usd_per_year"] == 0).all()
    assert not groups.loc[groups["n_open"] == 1, "completion_matters"].any()
    is_open = ~made.stock.table["is_released"] & ~made.stock.table["is_suspended"]
    total = made.gains.areas.loc[is_open, "gain_usd_per_year"].sum()
    share = groups["completion_gain_usd_per_year"].sum()
    assert 0.2 < share / (share + total) < 0.6


def test_costs_overrun_by_a_lognormal_factor_that_activities_show(truth, made):
    factor = np.log(truth["cost_overrun"])
    assert factor.mean() == pytest.approx(0.08, abs=0.03)
    assert factor.std() == pytest.approx(0.35, abs=0.02)
    assert abs(factor.skew()) < 0.15
    paid = made.history.activities.dropna(subset=["cost_usd"]).drop_duplicates("area_id").set_index("area_id")["cost_usd"]
    own = truth.set_index("area_id").loc[paid.index, "cost_overrun"]
    assert spearmanr(own, paid).statistic > 0.05


def test_the_gain_of_the_road_network_hangs_on_a_few_bridges(made):
    gain = made.gains.bridges["gain_usd_per_year"].sort_values(ascending=False)
    assert gain.head(3).sum() > 0.4 * gain.sum() > 0
    bridges = set(made.gains.bridges["bridge"])
    of_open = made.gains.areas["bridge"][~made.stock.table["is_released"]]
    assert bridges == set(of_open) - {""}


def test_outcomes_are_seen_for_two_in_five_not_at_random_and_say_why_land_lies_idle(made):
    all_released, visits = made.outcomes.truth, made.outcomes.visits
    assert 0.36 < len(visits) / len(all_released) < 0.44
    seen = all_released["row"].isin(pd.Series(np.arange(len(made.ids)), index=made.ids).loc[visits["area_id"]])
    road = made.stock.table["to_road_km"].to_numpy()[all_released["row"]]
    assert seen[road < 2].mean() > seen[road > 8].mean() + 0.15
    assert all_released["visit_propensity"].mean() == pytest.approx(0.40, abs=0.01)
    used = all_released["in_use"]
    assert all_released.loc[used, "visit_propensity"].mean() > all_released.loc[~used, "visit_propensity"].mean()
    assert 0.13 < (~used).mean() < 0.22
    assert (visits["reason_unused"] != "").eq(~visits["in_use"]).all()
    assert visits.loc[~visits["in_use"], "reason_unused"].nunique() == 5


def test_the_deadline_was_extended_once_and_milestones_were_missed(example):
    actions = pd.read_excel(example.directory / "incoming" / "actions.xlsx", dtype=str)
    treaty = actions[actions["recommendation"] == "Article 5 of the APMBC"]
    assert list(treaty["due_date"]) == ["2018-06-01", "2028-06-01"]
    assert list(treaty["status"]) == ["overdue", "ongoing"]
    milestones = actions[actions["action"].str.fullmatch(r"Release [\d,]+ m2 in \d{4}")]
    assert list(milestones["status"]) == ["completed"] + ["overdue"] * 5
    assert actions["comment"].str.contains("FICTIONAL").all()
