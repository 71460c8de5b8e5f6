"""The example programme as files: fictional everywhere, in open ocean, the same for the same seed, ready to import."""

from __future__ import annotations

import hashlib
import sqlite3
import zipfile
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
import rasterio

from geodata.errors import GeodataError
from geodata.example import ExampleFiles, make_example
from geodata.indicators.parameters import check_parameters
from geodata.schema.load import load_config
from geodata.schema.records import TABLES
from geodata.schema.scenario import resolve_scenario

OPEN_OCEAN = (-126.0, -36.5, -120.0, -32.5)
"""West, south, east, north: the South Pacific some 900 km south of the nearest land (Ducie and Pitcairn, 24-25 S)."""


def _files(example: ExampleFiles) -> list[Path]:
    return sorted(path for path in example.directory.rglob("*") if path.is_file())


def test_the_config_loads_and_every_indicator_has_sound_parameters(example):
    config = load_config(example.config)
    assert config.programme.fictional
    assert [problem for indicator in config.indicators for problem in check_parameters(indicator)] == []
    assert {indicator.method for indicator in config.indicators} == {
        "zonal", "share", "nearest", "within", "interpolate", "join", "field", "access", "survey",
    }  # fmt: skip
    assert {criterion.group for criterion in config.criteria} == {"risk", "need", "benefit", "readiness", "feasibility", "environment"}
    assert 8 <= len(config.criteria) <= 12
    assert len(config.profiles) >= 4
    assert len(config.scenarios) >= 3
    assert all(resolve_scenario(config, scenario.id).digest for scenario in config.scenarios)


def test_every_text_of_the_config_stands_in_all_four_languages(example):
    config = load_config(example.config)
    texts = [config.programme.name, config.programme.note]
    texts += [
        item.label for part in (config.indicators, config.criteria, config.profiles, config.classes, config.scenarios) for item in part
    ]
    texts += [criterion.help for criterion in config.criteria]
    texts += [profile.rationale for profile in config.profiles] + [rule.reason for rule in config.classes]
    texts += [layer.map.label for layer in config.layers if layer.map]
    assert all(set(text) == {"en", "es", "fr", "ar"} for text in texts)


def test_every_layer_of_the_config_is_a_file_that_was_written_with_the_columns_it_names(example):
    for layer in load_config(example.config).layers:
        path = example.directory / layer.path
        assert path in example.layers
        if layer.kind == "raster":
            with rasterio.open(path) as file:
                assert file.crs.to_epsg() == 32710
        elif layer.kind != "table":
            info = pyogrio.read_info(path, layer=layer.layer)
            named = {layer.map.name, layer.map.kind} - {None} if layer.map else set()
            assert named <= set(info["fields"])
            assert info["crs"] == "EPSG:4326"
            assert info["features"] > 0


def test_every_file_says_that_it_is_fictional(example):
    for path in _files(example):
        content = path.read_bytes()
        if path.suffix == ".xlsx":
            content = zipfile.ZipFile(path).read("docProps/core.xml")
        assert (b"FICTIONAL" in content) or (path == example.config and b"fictional: true" in content), path.name
        if path.suffix == ".gpkg":
            with sqlite3.connect(path) as database:
                descriptions = [row[0] for row in database.execute("SELECT description FROM gpkg_contents")]
            database.close()
            assert descriptions
            assert all("FICTIONAL" in text for text in descriptions)
        if path.suffix == ".csv":
            table = pd.read_csv(path, dtype=str)
            marked = table["source"] if "source" in table else table["note"]
            assert marked.str.contains("FICTIONAL").all()


def test_the_country_and_its_records_lie_in_open_ocean(example):
    west, south, east, north = OPEN_OCEAN
    packages = [path for path in _files(example) if path.suffix == ".gpkg"]
    boxes = [
        pyogrio.read_info(path, layer=layer, force_total_bounds=True)["total_bounds"]
        for path in packages
        for layer, _ in pyogrio.list_layers(path)
    ]
    accidents = pd.read_csv(example.directory / "incoming" / "accidents.csv")
    boxes.append((accidents.longitude.min(), accidents.latitude.min(), accidents.longitude.max(), accidents.latitude.max()))
    assert len(boxes) > 10
    assert all(west < box[0] and south < box[1] and box[2] < east and box[3] < north for box in boxes)


def test_the_incoming_files_have_only_columns_that_the_registry_knows(example):
    assert [file.table for file in example.incoming] == [
        "hazard_areas", "hazard_areas", "hazard_areas", "activities", "release_products", "accidents", "outcomes", "evidence",
        "organisations", "actions",
    ]  # fmt: skip
    for path, layer, table in example.incoming:
        if path.suffix == ".gpkg":
            columns = set(pyogrio.read_info(path, layer=layer)["fields"])
        else:
            frame = pd.read_excel(path, sheet_name=layer) if path.suffix == ".xlsx" else pd.read_csv(path)
            columns = set(frame.columns) - {"longitude", "latitude"}
        assert columns <= set(TABLES[table].columns)
        assert TABLES[table].id_field in columns


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_and_progress_runs_from_0_to_1(example, tmp_path):
    told: list[tuple[float, str]] = []
    again = make_example(tmp_path / "again", areas=400, seed=1, progress=lambda share, doing: told.append((share, doing)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert len(told) >= 8
    digests = [
        {path.relative_to(made.directory): hashlib.sha256(path.read_bytes()).hexdigest() for path in _files(made)}
        for made in (example, again)
    ]
    assert digests[0] == digests[1]


@pytest.mark.parametrize(("areas", "seed"), [(0, 1), (100_001, 1), (10, -1)], ids=["none", "too many", "negative seed"])
def test_sizes_out_of_range_are_refused_before_anything_is_written(tmp_path, areas, seed):
    with pytest.raises(GeodataError, match="1 to 100,000 areas"):
        make_example(tmp_path / "new", areas=areas, seed=seed)
    assert list(tmp_path.iterdir()) == []
