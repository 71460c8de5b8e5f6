"""Building a snapshot: what stands in it, that it repeats, and that only what changed is measured again."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.errors import ConfigError, LayerError, SnapshotError
from geodata.snapshot import Snapshot, current_snapshot, open_snapshot
from geodata.snapshot.units import COLUMNS

from .conftest import Programme, accidents, files_of


def test_a_snapshot_holds_every_area_sorted_with_the_agreed_columns(built: Snapshot) -> None:
    areas = built.areas
    assert tuple(areas.columns) == COLUMNS
    assert areas["area_id"].tolist() == [f"HA-{i:03d}" for i in range(24)]
    assert isinstance(areas.index, pd.RangeIndex)
    assert areas.crs.to_epsg() == 4326
    assert areas["is_located"].sum() == 23
    assert areas["is_released"].sum() == 1
    assert areas["is_tasked"].sum() == 1
    assert (areas.geom_type == "Point").sum() == 1


def test_records_are_the_areas_without_their_outlines_and_boxes_are_those_of_the_outlines(built: Snapshot) -> None:
    pd.testing.assert_frame_equal(built.records, pd.DataFrame(built.areas.drop(columns="geometry")))
    outlines = built.areas.geometry.to_numpy()
    assert shapely.equals_exact(built.outlines(), outlines)[built.areas["is_located"]].all()
    np.testing.assert_array_equal(built.boxes, shapely.bounds(outlines))


def test_places_are_named_by_largest_overlap_and_a_recorded_name_stays(built: Snapshot) -> None:
    areas = built.areas
    located = areas[areas["is_located"]]
    assert (located["admin2"] == np.where(located["lon"] < 39.5, "West", "East")).all()
    assert set(located["admin_code"]) == {"01", "02"}
    assert areas["admin1"].value_counts(dropna=False).to_dict() == {"North": 22, "As recorded": 1, np.nan: 1}


def test_sizes_are_measured_and_a_point_has_none(built: Snapshot) -> None:
    areas = built.areas
    exact = areas.to_crs("+proj=cea +lat_ts=5.5 +datum=WGS84").area
    is_outline = areas.geom_type == "Polygon"
    np.testing.assert_allclose(areas["area_m2"][is_outline], exact[is_outline], rtol=1e-4)
    assert areas["area_m2"][~is_outline].isna().all()
    assert (areas["area_stated_m2"] == 1000).all()


def test_every_indicator_has_a_value_where_the_area_has_a_place(built: Snapshot) -> None:
    located = built.areas["is_located"].to_numpy()
    known = built.values.notna()
    assert known[located].all().all()
    assert known.loc[~located].sum(axis=1).tolist() == [1]
    assert list(built.values.columns) == list(built.indicators)
    assert built.values.shape == built.coverage.shape == (24, 8)


def test_what_an_indicator_is_stands_beside_it(built: Snapshot) -> None:
    info = built.indicators["poverty"]
    assert (info.unit, info.layer, info.method, info.source, info.n_known) == ("percent", "poverty", "join", "Office", 23)
    assert info.unit_words == {"en": "percent", "fr": "pour cent"}
    assert info.join_rate == pytest.approx(2 / 3)
    assert (info.minimum, info.maximum) == (12.0, 1040.5)


def test_values_are_mapped_from_disk_and_cannot_be_changed(built: Snapshot) -> None:
    values = built.values
    assert isinstance(values.to_numpy().base, np.memmap) or not values.to_numpy().flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        values.to_numpy()[0, 0] = 1


def test_accidents_count_within_their_window(built: Snapshot) -> None:
    records = accidents()
    recent = records[records["date"] >= "2016-01-01"].to_crs(32637)
    areas = built.areas.to_crs(32637)
    near = [float(recent.distance(geometry).le(5000).sum()) if geometry else np.nan for geometry in areas.geometry]
    np.testing.assert_array_equal(built.values["accidents_5y"], near)


def test_zero_with_a_reason_fills_what_the_record_leaves_out(built: Snapshot) -> None:
    assert built.values["road_blocked"].value_counts().to_dict() == {0.0: 23, 1.0: 1}


def test_the_basemap_is_frozen_with_the_snapshot(built: Snapshot) -> None:
    assert [(info.id, info.role, info.kind) for info in built.context_layers] == [
        ("districts", "admin", "polygon"), ("people", "relief", "raster"), ("roads", "road", "line"),
    ]  # fmt: skip
    districts = built.context("districts")
    assert list(districts.columns) == ["name", "class", "geometry"]
    assert districts["name"].tolist() == ["West", "East"]
    assert districts.crs.to_epsg() == 4326
    image = built.context_image("people")
    assert image.path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    np.testing.assert_allclose(image.bounds, (4.9, 38.9, 6.1, 40.1), atol=0.02)
    for absent in ("people", "wealth", "nothing"):
        with pytest.raises(SnapshotError, match="no basemap layer"):
            built.context(absent)
    with pytest.raises(SnapshotError, match="no picture"):
        built.context_image("roads")


def test_the_manifest_tells_the_sources_and_no_time_and_no_path(programme: Programme) -> None:
    snapshot = programme.build()
    layers = {layer["id"]: layer for layer in snapshot.manifest["layers"]}
    assert list(layers) == ["districts", "people", "land", "roads", "wealth", "poverty"]
    assert (layers["districts"]["licence"], layers["districts"]["date"], layers["districts"]["sensitivity"]) == ("CC0", "2019", "public")
    assert snapshot.manifest["as_of"] == "2020-12-31"
    assert (snapshot.manifest["n_unlocated"], snapshot.manifest["n_point_only"]) == (1, 1)
    assert str(programme.folder) not in (snapshot.path / "manifest.json").read_text("utf-8")


def test_the_same_inputs_give_the_same_bytes_in_another_folder_and_order(programme: Programme, tmp_path: Path) -> None:
    first = programme.build()
    other = Programme(tmp_path / "elsewhere")
    shutil.copytree(programme.folder / "layers", other.folder / "layers")
    again = other.build()
    assert files_of(first) == files_of(again)
    shuffled = other.registry.tables["hazard_areas"].sample(frac=1, random_state=1)
    head = other.registry.head()
    other.registry.tables["hazard_areas"] = shuffled
    other.registry.head = lambda: head  # type: ignore[method-assign]
    shutil.rmtree(other.folder / "derived")
    assert files_of(other.build()) == files_of(first)


@pytest.mark.slow
def test_two_workers_give_the_same_bytes_as_one(programme: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geodata.snapshot.work.AREAS_PER_PIECE", 5)
    one = files_of(programme.build())
    shutil.rmtree(programme.folder / "derived")
    assert files_of(programme.build(workers=2)) == one


def test_pieces_of_another_size_give_the_same_values(programme: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    one = files_of(programme.build())
    shutil.rmtree(programme.folder / "derived")
    monkeypatch.setattr("geodata.snapshot.work.AREAS_PER_PIECE", 3)
    assert files_of(programme.build()) == one


def measured(programme: Programme, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Build and count the areas measured anew, by indicator."""
    counts: dict[str, int] = {}
    from geodata.snapshot import work

    whole = work.measure_piece

    def counting(piece: Any) -> Any:
        for item in piece.indicators:
            counts[item.id] = counts.get(item.id, 0) + len(piece.rows)
        return whole(piece)

    with monkeypatch.context() as patch:
        patch.setattr(work, "measure_piece", counting)
        programme.build()
    return counts


def test_only_what_changed_is_measured_again(programme: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    every = {"people_1km": 24, "people_mean": 24, "farm": 24, "road_m": 24, "accidents_5y": 24, "wealth": 24}
    assert measured(programme, monkeypatch) == every
    assert measured(programme, monkeypatch) == {}
    programme.text = programme.text.replace("reach_m: 1000", "reach_m: 900")
    assert measured(programme, monkeypatch) == {"people_1km": 24}
    areas = programme.registry.tables["hazard_areas"]
    areas.loc[3, "geometry"] = shapely.Point(39.3, 5.3).buffer(0.001)
    assert measured(programme, monkeypatch) == dict.fromkeys(every, 1)
    programme.registry.tables["accidents"] = accidents().iloc[:-1]
    assert measured(programme, monkeypatch) == {"accidents_5y": 24}


def test_a_rebuild_from_the_cache_equals_a_fresh_build(programme: Programme) -> None:
    programme.build()
    areas = programme.registry.tables["hazard_areas"]
    programme.registry.tables["hazard_areas"] = areas.drop(index=[2, 9]).assign(status="open")
    rebuilt = files_of(programme.build())
    shutil.rmtree(programme.folder / "derived")
    assert files_of(programme.build()) == rebuilt


def test_a_build_that_changes_nothing_reads_no_record_and_no_layer(programme: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    programme.text = programme.text.replace(", data_until: 2020-12-31", "")
    built = programme.build()
    assert built.manifest["as_of"] == "2020-06-30"
    with monkeypatch.context() as patch:
        patch.setattr(programme.registry, "read", lambda table, **_: pytest.fail(f"{table} was read"))
        patch.setattr("geodata.layers.vector.VectorLayer.read", lambda *_, **__: pytest.fail("a layer was read"))
        assert programme.build().data_version == built.data_version
    programme.registry.tables["accidents"]["date"] = "2022-03-01"
    assert programme.build().manifest["as_of"] == "2022-03-01"


def test_closed_areas_count_as_released_and_not_as_work_to_rank(programme: Programme) -> None:
    areas = programme.registry.tables["hazard_areas"]
    states = ["closed", "suspended", "not_stated", *["open"] * (len(areas) - 4), "released"]
    programme.registry.tables["hazard_areas"] = areas.assign(status=states)
    built = programme.build().areas.set_index("area_id").loc[areas["area_id"].astype(str)]
    assert list(built["is_released"]) == [True, *[False] * (len(areas) - 2), True]


def test_a_changed_layer_gives_a_new_version_and_the_old_one_stays(programme: Programme) -> None:
    old = programme.build()
    path = programme.folder / "layers" / "poverty.csv"
    path.write_text(path.read_text("utf-8").replace("02,12", "02,13"), encoding="utf-8")
    new = programme.build()
    assert new.data_version != old.data_version
    assert current_snapshot(programme.folder).data_version == new.data_version
    assert open_snapshot(programme.folder, old.data_version).indicators["poverty"].minimum == 12.0
    assert new.indicators["poverty"].minimum == 13.0


def test_weights_and_labels_of_criteria_do_not_change_the_version(programme: Programme) -> None:
    old = programme.build().data_version
    programme.text += "\nprofiles: []\nprivacy: {min_count: 7}\n"
    assert programme.build().data_version == old


def test_going_back_makes_the_old_snapshot_current_again(programme: Programme) -> None:
    text = programme.text
    old = programme.build().data_version
    programme.text = text.replace("reach_m: 1000", "reach_m: 900")
    programme.build()
    programme.text = text
    assert programme.build().data_version == old
    assert current_snapshot(programme.folder).data_version == old


def test_progress_rises_to_one(programme: Programme) -> None:
    seen: list[tuple[float, str]] = []
    programme.build(progress=lambda share, what: seen.append((share, what)))
    shares = [share for share, _ in seen]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert all(what for _, what in seen)


def test_a_programme_without_areas_is_refused(programme: Programme) -> None:
    programme.registry.tables["hazard_areas"] = programme.registry.tables["hazard_areas"].iloc[:0]
    with pytest.raises(SnapshotError, match="at least one area; there are no records of hazard areas") as refused:
        programme.build()
    assert "landrelease import" in refused.value.remedy
    assert not (programme.folder / "derived" / "current").exists()


def test_every_problem_of_layers_is_told_at_once_and_nothing_changes(programme: Programme) -> None:
    old = programme.build().data_version
    (programme.folder / "layers" / "roads.gpkg").unlink()
    programme.text = (
        programme.text.replace("column: ipm", "column: ipm_2030")
        .replace("class_column: use", "class_column: cover")
        .replace("stat: mean", "stat: middle")
        .replace("layer: registry.accidents", "layer: registry.crashes")
    )
    with pytest.raises(ConfigError) as refused:
        programme.build()
    assert sorted(problem.path for problem in refused.value.problems) == [
        "indicators[accidents_5y].layer", "indicators[people_mean].parameters.stat", "layers[land].columns",
        "layers[poverty].columns", "layers[roads].path",
    ]  # fmt: skip
    assert current_snapshot(programme.folder).data_version == old


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("layer: roads, method: nearest", "layer: people, method: nearest", "measures a polygon or line or point layer; it is raster"),
        ("layer: land, method: share", "layer: registry.accidents, method: zonal", "stat"),
        ("columns: {key: code}", "columns: {text: [code]}", "a joined layer must name its code column"),
        ("parameters: {column: rwi}", "parameters: {column: rwi, weight_layer: land}", "must be a raster layer"),
        ("date_column: date, last", "date_column: day, last", "table accidents must have this column"),
    ],
)
def test_methods_are_refused_layers_they_cannot_measure(programme: Programme, old: str, new: str, words: str) -> None:
    assert old in programme.text
    programme.text = programme.text.replace(old, new)
    with pytest.raises(ConfigError, match=words):
        programme.build()


def test_a_layer_whose_codes_repeat_is_refused_by_indicator(programme: Programme) -> None:
    (programme.folder / "layers" / "poverty.csv").write_text("code,ipm\n01,1\n01,2\n", encoding="utf-8")
    with pytest.raises(LayerError, match=r"Indicator poverty, layer poverty: Column 'code' must hold each code once"):
        programme.build()
    assert not (programme.folder / "derived" / "current").exists()
    assert list((programme.folder / "derived").glob("snapshots/.making*")) == []


def test_nothing_built_yet_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="Nothing has been built yet") as refused:
        current_snapshot(tmp_path)
    assert refused.value.remedy == "Run landrelease build."
    for name in ("0" * 16, "../../etc", ""):
        with pytest.raises(SnapshotError, match="There is no snapshot"):
            open_snapshot(tmp_path, name)


def test_a_damaged_or_foreign_snapshot_is_refused(programme: Programme) -> None:
    snapshot = programme.build()
    (snapshot.path / "manifest.json").write_text('{"format": 99}', encoding="utf-8")
    with pytest.raises(SnapshotError, match="has format 99"):
        Snapshot(snapshot.path)
    (snapshot.path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(SnapshotError, match="cannot be read"):
        Snapshot(snapshot.path)


def test_a_registry_that_changes_meanwhile_is_noticed(programme: Programme) -> None:
    heads = iter(range(100))
    programme.registry.head = lambda: str(next(heads))  # type: ignore[method-assign]
    with pytest.raises(SnapshotError, match="changed while the snapshot was being built"):
        programme.build()


def test_coverage_polygons_make_the_unsurveyed_unknown(programme: Programme) -> None:
    west = gpd.read_file(programme.folder / "layers" / "districts.gpkg").iloc[[0]]
    west.to_file(programme.folder / "layers" / "surveyed.gpkg")
    programme.text = programme.text.replace(
        "layers:\n", "layers:\n  - {id: surveyed, path: layers/surveyed.gpkg, kind: polygon, source: s, licence: l}\n"
    ).replace("path: layers/wealth.csv,", "path: layers/wealth.csv, coverage: surveyed,")
    snapshot = programme.build()
    is_west = (snapshot.areas["lon"] < 39.49).to_numpy()
    is_east = (snapshot.areas["lon"] > 39.51).to_numpy()
    assert snapshot.values["wealth"][is_west].notna().all()
    assert snapshot.values["wealth"][is_east].isna().all()
