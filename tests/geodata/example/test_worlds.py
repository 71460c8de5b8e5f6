"""In a world without a mechanism there is nothing to find; in the example country there is."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.stats import spearmanr
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from geodata.errors import WrongUseError
from geodata.example.country import Records
from geodata.example.worlds import WORLDS, find_world


def visible(made: Records) -> pd.DataFrame:
    """What a registry and maps show of each area of the stock."""
    areas, table = made.areas.iloc[: len(made.ids)], made.stock.table
    accidents = gpd.GeoSeries(made.accidents.reported.geometry)
    near, _ = shapely.STRtree(accidents.to_numpy()).query(shapely.points(made.stock.xy), predicate="dwithin", distance=3000)
    told = made.evidence.groupby("area_id")["kind"].agg(["size", lambda kinds: (kinds == "direct").sum()]).reindex(made.ids).fillna(0)
    return pd.DataFrame({
        "confirmed": (areas["hazard_type"] == "CHA").to_numpy(),
        "recorded": pd.to_datetime(areas["recorded_date"]).dt.year.to_numpy(),
        "stated": areas["area_stated_m2"].to_numpy(),
        "ordnance": pd.factorize(areas["eo_categories"])[0],
        "accidents": np.bincount(near, minlength=len(areas)),
        "evidence": told.iloc[:, 0].to_numpy(),
        "direct": told.iloc[:, 1].to_numpy(),
        **{name: table[name].to_numpy(dtype=float) for name in ("to_road_km", "to_place_km", "slope_deg", "people_1km", "intensity")},
    }).astype(float)  # fmt: skip


def held_out_auc(made: Records) -> float:
    """AUC of a boosted classifier for ordnance, in districts it has not seen."""
    holds = made.stock.truth["holds_ordnance"].to_numpy()
    district = made.areas["admin2"].iloc[: len(holds)].fillna("").to_numpy()
    model = HistGradientBoostingClassifier(max_iter=60, max_depth=3, random_state=0)
    chance = cross_val_predict(model, visible(made), holds, groups=district, cv=GroupKFold(5), method="predict_proba")[:, 1]
    return float(roc_auc_score(holds, chance))


def test_a_classifier_finds_ordnance_in_the_country_and_nothing_where_it_has_no_reasons(world):
    assert held_out_auc(world("nemoria")[1]) > 0.75
    assert held_out_auc(world("no-likelihood-signal")[1]) == pytest.approx(0.5, abs=0.04)


def test_without_reasons_ordnance_is_as_frequent_in_every_kind_of_area(world):
    made = world("no-likelihood-signal")[1]
    holds, table = made.stock.truth["holds_ordnance"], made.stock.table
    assert holds.mean() == pytest.approx(0.27, abs=0.001)
    for column in ("hazard_type", "era", "province"):
        groups = holds.groupby(table[column])
        error = np.sqrt(0.27 * 0.73 / groups.size())
        assert ((groups.mean() - 0.27).abs() < 4 * error).all()


def test_without_reasons_what_release_counts_tells_nothing_of_records_and_work(world):
    made = world("no-likelihood-signal")[1]
    products = made.history.products
    started = products["activity_id"].map(made.history.activities.set_index("activity_id")["start_date"])
    by_area = products.assign(started=started).groupby("area_id")
    counted = by_area[[name for name in products if name.startswith("devices_")]].max().max(axis=1) > 0
    work = pd.DataFrame({"days": (by_area["date"].max() - by_area["started"].min()).dt.days, "year": by_area["started"].min().dt.year})
    known = made.stock.table.assign(eo=made.areas["eo_categories"].iloc[: len(made.ids)].str.split(";").str[0].fillna("").to_numpy())
    known = known.set_index(made.ids)[made.stock.table["is_released"].to_numpy()].join(work)
    found = counted.reindex(known.index)
    share = found.mean()
    assert 0.2 < share < 0.27
    groups = [known[name] for name in ("hazard_type", "era", "province", "eo", "year")]
    groups += [pd.qcut(known[name], 5) for name in ("size_m2", "days", "to_road_km", "people_1km", "intensity")]
    for group in groups:
        found_there = found.groupby(group, observed=True)
        error = np.sqrt(share * (1 - share) / found_there.size())
        assert ((found_there.mean() - share).abs() < 4 * error).all(), group.name


def test_devices_found_where_booby_traps_are_suspected_are_counted_all_together(world):
    made = world("nemoria")[1]
    products = made.history.products
    eo = dict(zip(made.ids, made.areas["eo_categories"].iloc[: len(made.ids)].fillna(""), strict=True))
    trapped = products["area_id"].map(eo).str.contains("BOOBY_TRAP")
    assert trapped.sum() > 20
    assert products.loc[trapped, "devices_total"].notna().all()
    assert products.loc[trapped, "devices_total"].sum() > 0
    parts = products.filter(regex="^devices_").drop(columns="devices_total").sum(axis=1)
    assert (products.loc[trapped, "devices_total"] >= parts[trapped]).all()
    assert products.loc[~trapped & (products["area_id"].map(eo) != ""), "devices_total"].isna().all()


def test_in_the_country_bridges_keep_people_from_towns_and_without_network_gain_nothing_lies_on_a_road(world):
    country, made = world("nemoria")
    assert (made.gains.bridges["gain_usd_per_year"] > 0).any()
    assert made.areas["road_blocked"].fillna(False).sum() > 100
    country, made = world("no-network-gain")
    assert len(made.gains.bridges) == 0
    assert not (made.gains.areas["bridge"] != "").any()
    assert not made.areas["road_blocked"].fillna(False).any()
    roads = shapely.STRtree(country.land.roads.lines.geometry.to_numpy())
    assert roads.query(made.stock.outline, predicate="intersects").size == 0


def test_poverty_follows_the_war_unless_the_world_says_no(world):
    def link(name: str) -> float:
        country, made = world(name)
        grid, poverty = country.land.terrain.grid, country.surface.poverty
        xy = country.land.places.xy
        row, col = ((grid.top - xy[:, 1]) // 1000).astype(int), ((xy[:, 0] - grid.left) // 1000).astype(int)
        here = poverty[row, col]
        near = shapely.STRtree(shapely.points(made.stock.xy)).query(shapely.points(xy), predicate="dwithin", distance=4000)[0]
        n_near = np.bincount(near, minlength=len(xy))
        return float(spearmanr(here[here >= 0], n_near[here >= 0]).statistic)

    assert link("nemoria") > 0.15
    assert abs(link("no-poverty-link")) < 0.08


def test_a_changed_war_turns_the_pattern_round_for_what_was_recorded_later(world):
    def trend(name: str, *, later: bool) -> float:
        made = world(name)[1]
        table, holds = made.stock.table, made.stock.truth["holds_ordnance"]
        rows = (table["hazard_type"] == "SHA") & ((table["recorded"] >= "2015-01-01") == later) & (table["era"] == "evidence survey")
        return float(spearmanr(table["intensity"][rows], holds[rows]).statistic)

    assert trend("nemoria", later=False) > 0.2
    assert trend("nemoria", later=True) > 0.2
    assert trend("changed-war", later=False) > 0.2
    assert trend("changed-war", later=True) < -0.2


def test_worlds_share_the_land_and_a_world_that_is_none_is_refused(world):
    assert set(WORLDS) == {"nemoria", "no-likelihood-signal", "no-network-gain", "no-poverty-link", "changed-war"}
    one, other = (world(name)[0] for name in ("nemoria", "changed-war"))
    assert one.land is other.land
    np.testing.assert_array_equal(one.surface.poverty, other.surface.poverty)
    with pytest.raises(WrongUseError, match="no world 'paradise'"):
        find_world("paradise")
