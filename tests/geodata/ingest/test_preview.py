"""A preview says what an import would do, and refuses nothing that can be read."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas
import pytest
import shapely

from geodata.errors import FileError, GeodataError
from geodata.ingest import Preview, import_file, preview_file
from geodata.ingest.mapping import MappedColumn
from geodata.ingest.preview import CodedColumn, CodedValue
from geodata.ingest.profiles import ImportProfile
from geodata.registry import Registry
from geodata.schema.config import Config

CONFIG = Config.model_validate({"programme": {"name": "Test", "country": "Testland"}})
Previewer = Callable[..., Preview]


@pytest.fixture
def preview(tmp_path: Path) -> Previewer:
    """Previews a file for a programme without an outline."""

    def run(path: Path, table: str = "hazard_areas", **options: object) -> Preview:
        return preview_file(CONFIG, path, table, programme_dir=tmp_path, **options)  # type: ignore[arg-type]

    return run


def _codes(found: Preview) -> dict[str, str]:
    return {item.code: item.severity for item in found.findings}


def test_a_preview_shows_what_each_column_and_value_becomes(tmp_path: Path, preview: Previewer) -> None:
    path = tmp_path / "areas.csv"
    path.write_text(
        "area_id;hazard type;colour;latitude;longitude\nHA-1;SHA;red;33;65\nHA-2;SHA;;34;66\nHA-3;minado;blue;33,5;65,5\nHA-4;;;;\n",
        encoding="utf-8",
    )
    found = preview(path)
    assert (found.file, found.table, found.format, found.n_rows) == ("areas.csv", "hazard_areas", "delimited", 4)
    assert (found.encoding, found.separator, found.crs, found.layers) == ("utf-8", ";", "EPSG:4326", ())
    assert found.columns == (
        MappedColumn("area_id", "area_id", 1.0, "accepted", False),
        MappedColumn("hazard type", "hazard_type", 1.0, "accepted", False),
        MappedColumn("colour", "", 0.0, "dropped", False),
        MappedColumn("latitude", "lat", 1.0, "coordinate", False),
        MappedColumn("longitude", "lon", 1.0, "coordinate", False),
    )
    assert found.sample[0] == ("HA-1", "SHA", "red", "33", "65")
    assert found.sample[3] == ("HA-4", None, None, None, None)
    assert dict(found.place) == {"lon": "longitude", "lat": "latitude"}
    values = (CodedValue("SHA", 2, "SHA"), CodedValue("minado", 1, ""))
    assert found.codes == (CodedColumn("hazard_type", "hazard type", 2, 1, values),)
    assert found.bounds == (65.0, 33.0, 66.0, 34.0)
    assert _codes(found)["code_unmapped"] == "warning"
    assert "error" not in _codes(found).values()


def test_what_a_file_lacks_is_found_and_not_raised(tmp_path: Path, preview: Previewer) -> None:
    path = tmp_path / "areas.csv"
    path.write_text("colour,x,y\nred,500000,3650000\nblue,500100,3650000\n", encoding="utf-8")
    found = preview(path)
    assert [code for code, severity in _codes(found).items() if severity == "error"] == ["id_column_missing", "crs_missing"]
    assert (found.crs, found.bounds, found.n_rows) == ("", None, 2)
    found = preview(path, crs="EPSG:32642", make_ids=True)
    assert "error" not in _codes(found).values()
    assert found.crs == "EPSG:32642"
    assert found.bounds == pytest.approx((69.0, 32.98, 69.001, 32.99), abs=0.01)
    found = preview(path, crs="EPSG:4326", make_ids=True)
    assert _codes(found)["coordinates_projected"] == "error"
    assert (found.crs, found.bounds) == ("EPSG:4326", None)
    assert _codes(preview(path, crs="moon"))["crs_unknown"] == "error"


@pytest.mark.parametrize("text", ["area_id,name\n", "a\n1\n"], ids=["no rows", "one column"])
def test_a_table_without_rows_or_known_columns_has_a_preview(text: str, tmp_path: Path, preview: Previewer) -> None:
    path = tmp_path / "areas.csv"
    path.write_text(text, encoding="utf-8")
    found = preview(path)
    assert (found.n_rows, len(found.sample)) == (text.count("\n") - 1, text.count("\n") - 1)
    assert "error" in _codes(found).values()


def test_several_layers_are_offered_without_a_choice(tmp_path: Path, preview: Previewer) -> None:
    areas = geopandas.GeoDataFrame({"area_id": ["A"]}, geometry=[shapely.box(65, 33, 65.1, 33.1)], crs=4326)
    for name in ("sha", "cha"):
        areas.to_file(tmp_path / "both.gpkg", layer=name)
    found = preview(tmp_path / "both.gpkg")
    assert (found.format, found.layers, found.columns) == ("gpkg", ("sha", "cha"), ())
    assert _codes(found) == {"layer_not_chosen": "error"}
    found = preview(tmp_path / "both.gpkg", layer="cha")
    assert (found.layers, found.layer, found.n_rows) == (("sha", "cha"), "cha", 1)
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.writestr("one.csv", "area_id\nA\n")
        archive.writestr("two.csv", "area_id\nB\n")
    assert preview(tmp_path / "both.zip").layers == ("one.csv", "two.csv")


def test_personal_columns_are_named_but_their_values_not_shown(tmp_path: Path, preview: Previewer) -> None:
    path = tmp_path / "victims.csv"
    path.write_text("accident_id,date,victim name\n1,2001-02-03,Maria\n", encoding="utf-8")
    found = preview(path, "accidents")
    assert found.columns[2] == MappedColumn("victim name", "", 0.0, "dropped", True)
    assert found.sample == (("1", "2001-02-03", "..."),)
    assert "Maria" not in str(found)


def test_the_mapping_of_a_preview_imports_the_same_rows(tmp_path: Path, preview: Previewer, registry: Registry) -> None:
    path = tmp_path / "areas.csv"
    path.write_text("area_id,nombre,status,lat,lon\nHA-1,Cañón,open,33,65\n", encoding="utf-8")
    mapping = preview(path).mapping
    expected = {"area_id": "area_id", "nombre": "name", "status": "status"}
    assert (mapping.columns, mapping.x, mapping.y, mapping.crs, mapping.table) == (expected, "lon", "lat", "EPSG:4326", "hazard_areas")
    import_file(registry, CONFIG, path, "hazard_areas", programme_dir=tmp_path, author="Ana", profile=mapping)
    back = registry.read("hazard_areas")
    assert (back.area_id[0], back.name[0], back.status[0], back.geometry[0].coords[0]) == ("HA-1", "Cañón", "open", (65, 33))


def test_what_cannot_be_read_or_is_wrong_use_is_raised(tmp_path: Path, preview: Previewer) -> None:
    path = tmp_path / "areas.csv"
    path.write_text("area_id\nA\n", encoding="utf-8")
    with pytest.raises(FileError, match="does not exist"):
        preview(tmp_path / "nothing.csv")
    with pytest.raises(GeodataError, match="There is no table 'minefields'"):
        preview(path, "minefields")
    with pytest.raises(GeodataError, match="Profile 'events' is for accidents, not for hazard_areas"):
        preview(path, profile=ImportProfile(name="events", table="accidents"))
    with pytest.raises(GeodataError, match="maps to colour, which hazard_areas does not have"):
        preview(path, profile=ImportProfile(codes={"colour": {"red": "SHA"}}))
