"""Files of every accepted format end as the same records; a report says what was done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas
import pandas as pd
import pytest
import shapely

from geodata.errors import FileError, GeodataError
from geodata.ingest import FileRefusedError, ImportReport
from geodata.ingest.profiles import ImportProfile, list_profiles, load_profile, save_profile
from geodata.registry import Registry

Importer = Callable[..., ImportReport]
AREAS = geopandas.GeoDataFrame(
    {
        "area_id": ["HA-1", "HA-2"],
        "name": ["Wādī", "Cañón"],
        "status": ["open", "released"],
        "area_m2": [1500.5, 2000.0],
        "recorded_date": ["2001-02-03", "2010-11-12"],
    },
    geometry=[shapely.box(65, 33, 65.1, 33.1), shapely.box(66, 33, 66.1, 33.1)],
    crs=4326,
)


SHORT = AREAS.rename(columns={"recorded_date": "recorded_d"})


def _write(kind: str, folder: Path) -> Path:
    path = folder / f"areas.{kind}"
    if kind == "parquet":
        AREAS.to_parquet(path)
    elif kind in ("csv", "tsv"):
        flat = AREAS.assign(longitude=AREAS.centroid.x, latitude=AREAS.centroid.y).drop(columns="geometry")
        flat.to_csv(path, index=False, sep="," if kind == "csv" else "\t")
    elif kind == "zip":
        import zipfile

        SHORT.to_file(folder / "sha.shp", encoding="utf-8")
        with zipfile.ZipFile(path, "w") as archive:
            for part in folder.glob("sha.*"):
                archive.write(part, part.name)
    elif kind == "kmz":
        import zipfile

        AREAS.rename(columns={"area_id": "id"}).to_file(folder / "doc.kml", driver="LIBKML")
        source = folder / "doc.kml"
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(source if source.is_file() else next(source.glob("*.kml")), "doc.kml")
    elif kind == "dta":
        flat = AREAS.assign(wkt=AREAS.geometry.to_wkt(), recorded_date=pd.to_datetime(AREAS.recorded_date)).drop(columns="geometry")
        coded = flat.assign(status=flat.status.astype("category"))
        coded.to_stata(path, version=118, write_index=False, convert_dates={"recorded_date": "td"})
    elif kind == "xlsx":
        AREAS.assign(wkt=AREAS.geometry.to_wkt()).drop(columns="geometry").to_excel(path, index=False)
    else:
        (SHORT if kind == "shp" else AREAS).to_file(path)
    return path


@pytest.mark.filterwarnings("ignore:Geometry is in a geographic CRS", "ignore:Column names longer than 10")
@pytest.mark.parametrize("kind", ["gpkg", "geojson", "shp", "zip", "fgb", "parquet", "csv", "tsv", "xlsx", "dta", "kmz"])
def test_every_format_gives_the_same_records(kind: str, tmp_path: Path, importer: Importer, registry: Registry) -> None:
    path = _write(kind, tmp_path)
    report = importer(path, crs="EPSG:4326" if kind in ("xlsx", "dta") else None)
    assert (report.rows_read, report.rows_added, report.rows_refused) == (2, 2, 0)
    back = registry.read("hazard_areas")
    assert back.area_id.tolist() == ["HA-1", "HA-2"]
    assert back.name.tolist() == ["Wādī", "Cañón"]
    assert back.status.tolist() == ["open", "released"]
    assert back.area_stated_m2.tolist() == [1500.5, 2000.0]
    assert back.recorded_date.tolist() == [pd.Timestamp("2001-02-03"), pd.Timestamp("2010-11-12")]
    middles = [shapely.Point(65.05, 33.05), shapely.Point(66.05, 33.05)]
    assert all(shapely.distance(shapely.centroid(item), middle) < 1e-6 for item, middle in zip(back.geometry, middles, strict=True))
    assert importer(path, crs="EPSG:4326" if kind in ("xlsx", "dta") else None).rows_unchanged == 2
    assert len(registry.imports()) == 1


def test_a_shapefile_without_prj_needs_a_crs_and_one_without_cpg_is_read(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    SHORT.assign(name=["Cañón", "Peñón"]).to_crs(32642).to_file(tmp_path / "areas.shp", encoding="cp1252")
    for ending in (".prj", ".cpg"):
        (tmp_path / "areas.shp").with_suffix(ending).unlink()
    with pytest.raises(FileRefusedError, match="does not say in which"):
        importer(tmp_path / "areas.shp")
    importer(tmp_path / "areas.shp", crs="EPSG:32642")
    assert registry.read("hazard_areas").geometry.total_bounds.round(6).tolist() == [65, 33, 66.1, 33.1]
    assert registry.read("hazard_areas").name.tolist() == ["Cañón", "Peñón"]


def test_the_report_is_plain_json_with_the_gravest_finding_first(tmp_path: Path, importer: Importer) -> None:
    import json

    path = tmp_path / "areas.csv"
    path.write_text("area_id,colour,lat,lon\nA,red,33,65\n,red,33,65\n")
    report = importer(path)
    plain = json.loads(json.dumps(report.as_dict()))
    binding = {"file", "table", "profile", "rows_read", "rows_added", "rows_updated", "rows_refused", "dry_run", "findings", "import_id"}
    assert binding <= set(plain)
    assert [item["severity"] for item in plain["findings"]] == sorted(
        (item["severity"] for item in plain["findings"]), key=["error", "warning", "note"].index
    )
    assert set(plain["findings"][0]) == {"code", "severity", "n_rows", "examples", "message", "remedy"}
    assert (plain["rows_read"], plain["rows_added"], plain["rows_refused"]) == (2, 1, 1)


def test_a_dry_run_reports_the_same_and_changes_nothing(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    path = _write("gpkg", tmp_path)
    dry = importer(path, dry_run=True)
    assert registry.head() == ""
    real = importer(path)
    assert (dry.rows_added, dry.findings) == (real.rows_added, real.findings)
    assert (dry.import_id, dry.dry_run) == ("", True)
    assert real.import_id == registry.imports()[0].import_id


def test_several_layers_need_a_choice(tmp_path: Path, importer: Importer) -> None:
    path = tmp_path / "both.gpkg"
    AREAS.to_file(path, layer="sha")
    AREAS.to_file(path, layer="cha")
    with pytest.raises(FileError, match=r"both\.gpkg holds 2 layers: sha, cha\.") as caught:
        importer(path)
    assert caught.value.remedy == "Choose one with --layer NAME."
    with pytest.raises(FileError, match="has no layer 'tha'; it holds sha, cha"):
        importer(path, layer="tha")
    assert importer(path, layer="cha").rows_added == 2


def test_an_unknown_table_says_which_there_are(tmp_path: Path, importer: Importer) -> None:
    with pytest.raises(GeodataError, match="There is no table 'minefields' in the registry"):
        importer(_write("gpkg", tmp_path), "minefields")


def test_a_profile_maps_columns_values_rows_and_constants(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    path = tmp_path / "areas.csv"
    path.write_text("ref;typ;grösse;x;y;keep\n1;verdächtig;1.500,5;65,5;33,5;yes\n2;sicher;10;66;33;no\n", encoding="utf-8")
    profile = ImportProfile(
        name="northern",
        columns={"ref": "area_id", "typ": "hazard_type", "grösse": "area_stated_m2"},
        codes={"hazard_type": {"verdächtig": "SHA"}},
        only={"keep": ("yes",)},
        constants={"source": "survey 2004"},
        x="x",
        y="y",
        crs="EPSG:4326",
        decimal=",",
    )
    save_profile(profile, tmp_path)
    assert list_profiles(tmp_path) == ["northern"]
    assert load_profile("northern", tmp_path) == profile
    report = importer(path, profile="northern")
    assert (report.profile, report.rows_added) == ("northern", 1)
    back = registry.read("hazard_areas").iloc[0]
    assert (back.area_id, back.hazard_type, back.area_stated_m2, back.source) == ("1", "SHA", 1500.5, "survey 2004")
    assert (back.geometry.x, back.geometry.y) == (65.5, 33.5)


def test_profile_mistakes_are_named(tmp_path: Path, importer: Importer) -> None:
    path = _write("gpkg", tmp_path)
    with pytest.raises(FileError, match="There is no import profile 'nobody'"):
        importer(path, profile="nobody")
    with pytest.raises(GeodataError, match="maps to colour, which hazard_areas does not have"):
        importer(path, profile=ImportProfile(columns={"name": "colour"}))
    with pytest.raises(FileRefusedError, match="names 1 columns that the file does not have: ref"):
        importer(path, profile=ImportProfile(columns={"ref": "imsma_id"}))
    with pytest.raises(FileError, match="cannot name a profile"):
        save_profile(ImportProfile(name="../x"), tmp_path)
    bad = tmp_path / "bad.yaml"
    bad.write_text("columns: &a {x: name}\ncodes: *a\n")
    with pytest.raises(FileError, match="aliases"):
        importer(path, profile=bad)
    bad.write_text("colour: red\n")
    with pytest.raises(FileError, match="is no valid profile: colour"):
        importer(path, profile=bad)


def test_a_saved_profile_keeps_the_version_before(tmp_path: Path) -> None:
    save_profile(ImportProfile(name="a", version="1"), tmp_path)
    save_profile(ImportProfile(name="a", version="2"), tmp_path)
    assert load_profile("a", tmp_path).version == "2"
    assert len(list((tmp_path / "profiles").glob("a.*.yaml.old"))) == 1


def test_made_ids_are_the_same_again_and_repeated_rows_are_kept_apart(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    path = tmp_path / "events.csv"
    path.write_text("date,lat,lon\n2001,33,65\n2001,33,65\n2002,34,66\n")
    report = importer(path, "accidents", make_ids=True)
    assert report.rows_added == 3
    assert next(item for item in report.findings if item.code == "rows_repeated").n_rows == 1
    first = registry.read("accidents").accident_id.tolist()
    path.write_text("date,lat,lon\n2002,34,66\n2001,33,65\n2001,33,65\n")
    assert importer(path, "accidents", make_ids=True).rows_unchanged == 3
    assert registry.read("accidents").accident_id.tolist() == first


def test_stated_and_measured_size_are_compared(tmp_path: Path, importer: Importer) -> None:
    report = importer(_write("gpkg", tmp_path))
    message = next(item.message for item in report.findings if item.code == "area_differs")
    assert message.startswith("2 outlines measure more or less than their stated size by over half (HA-1, HA-2); HA-1: 1,500 m2 stated,")


def test_codes_that_a_program_took_for_numbers_are_mended(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    path = tmp_path / "events.csv"
    path.write_text('accident_id,p_code,lat,lon\nA,"5,313",33,65\nB,"18,410",33,65\n')
    report = importer(path, "accidents")
    assert registry.read("accidents").admin_code.tolist() == ["5313", "18410"]
    assert "code_marks_removed" in {item.code for item in report.findings}


def test_dates_in_odd_order_are_named(tmp_path: Path, importer: Importer) -> None:
    path = tmp_path / "t.csv"
    path.write_text("activity_id,kind,start date,end date\nT1,NTS,2020-05-01,2020-04-01\nT2,TS,2020-01-01,2090-01-01\n")
    codes = {item.code: item.message for item in importer(path, "activities").findings}
    assert codes["date_order"] == "1 rows have a start_date after their end_date (T1)."
    assert codes["date_in_future"] == "1 rows have a end_date in the future (T2)."


def test_rows_of_a_table_without_place_need_none(tmp_path: Path, importer: Importer, registry: Registry) -> None:
    path = tmp_path / "o.csv"
    pd.DataFrame({"organisation_id": ["1"], "name": ["Org"], "kind": ["donor"]}).to_csv(path, index=False)
    assert importer(path, "organisations").rows_added == 1
    assert registry.read("organisations").kind.tolist() == ["donor"]
