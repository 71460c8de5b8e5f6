"""Verify: the same, another, or cannot be told."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.export import ENDINGS, verify_file
from geodata.schema.config import MeasureError
from geodata.schema.scenario import FirmnessSettings, resolve_scenario
from models.ranking import rank_areas


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("chosen", [None, ["HA-0001", "HA-0002", "HA-0003", "HA-0010"]], ids=["whole list", "selection"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_file_as_written_is_the_same(ending: str, chosen: list[str] | None, language: str, case: Any, tmp_path: Path) -> None:
    path = tmp_path / f"list{ending}"
    case.export(path, area_ids=chosen, language=language)
    verdict = verify_file(case.programme, path)
    assert (verdict.status, verdict.reasons, verdict.exit_code) == ("same", (), 0)


def change_csv(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace("Velm ridge", "Velm hill"), encoding="utf-8", newline="")


def change_xlsx(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    cell = next(cell for row in book["list"].iter_rows() for cell in row if cell.value == "Velm ridge")
    cell.value = "Velm hill"
    book.save(path)


def change_geojson(path: Path) -> None:
    change_csv(path)


def change_gpkg(path: Path) -> None:
    with closing(sqlite3.connect(path)) as store, store:
        for (trigger,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            store.execute(f"DROP TRIGGER {trigger}")
        store.execute("UPDATE priorities SET name = 'Velm hill' WHERE name = 'Velm ridge'")


def change_parquet(path: Path) -> None:
    table = pq.read_table(path)
    names = pa.array(["Velm hill" if name == "Velm ridge" else name for name in table["name"].to_pylist()])
    pq.write_table(table.set_column(table.column_names.index("name"), "name", names), path)


CHANGES = {".csv": change_csv, ".xlsx": change_xlsx, ".geojson": change_geojson, ".gpkg": change_gpkg, ".parquet": change_parquet}


@pytest.mark.parametrize("ending", ENDINGS)
def test_one_changed_cell_differs_and_is_named(ending: str, case: Any, tmp_path: Path) -> None:
    path = tmp_path / f"list{ending}"
    case.export(path)
    CHANGES[ending](path)
    verdict = verify_file(case.programme, path)
    assert (verdict.status, verdict.exit_code) == ("differs", 1)
    assert verdict.reasons == (
        "The table in the file is not the one that its receipt was made for.",
        "Cells that differ from the list computed again: HA-0000 name.",
    )


@pytest.mark.parametrize("ending", [".csv", ".geojson"])
def test_a_removed_row_differs(ending: str, case: Any, tmp_path: Path) -> None:
    path = tmp_path / f"list{ending}"
    case.export(path)
    if ending == ".csv":
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        frame.drop(index=1).to_csv(path, index=False, lineterminator="\r\n")
    else:
        content = orjson.loads(path.read_bytes())
        del content["features"][1]
        path.write_bytes(orjson.dumps(content))
    verdict = verify_file(case.programme, path)
    assert verdict.status == "differs"
    assert verdict.reasons[1] == "The file has 18 rows; the list has 19."


def test_a_moved_outline_differs(case: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.geojson"
    case.export(path)
    content = orjson.loads(path.read_bytes())
    feature = next(part for part in content["features"] if part["properties"]["area_id"] == "HA-0002")
    feature["geometry"]["coordinates"][0] += 1e-6
    path.write_bytes(orjson.dumps(content))
    assert verify_file(case.programme, path).reasons[1] == "Cells that differ from the list computed again: HA-0002 geometry."


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: frame.drop(columns="score"), "missing score"),
        (lambda frame: frame.assign(note="x"), "added note"),
        (lambda frame: frame[[*frame.columns[1:], frame.columns[0]]], "their order changed"),
        (lambda frame: frame.assign(score="high"), "Column score holds numbers"),
        (lambda frame: frame.assign(rank="1.5"), "Column rank holds whole numbers"),
    ],
    ids=["a column less", "a column more", "another order", "text for a number", "a fraction for a rank"],
)
def test_a_table_of_another_shape_differs(change: Any, words: str, case: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    case.export(path)
    change(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)
    verdict = verify_file(case.programme, path)
    assert verdict.status == "differs"
    assert words in verdict.reasons[0]


def test_a_table_changed_together_with_its_receipt_differs_from_the_data(case: Any, tmp_path: Path) -> None:
    """Who changes a cell and writes a fitting digest is found out by computing the list again."""
    path, beside = tmp_path / "list.csv", tmp_path / "list.csv.receipt.json"
    case.export(path)
    case.snapshot.areas.loc[0, "name"] = "Velm hill"
    case.export(path)
    case.snapshot.areas.loc[0, "name"] = "Velm ridge"
    assert "table_sha256" in json.loads(beside.read_text())
    verdict = verify_file(case.programme, path)
    assert verdict.status == "differs"
    assert verdict.reasons[0] == "Cells that differ from the list computed again: HA-0000 name."


def test_other_weights_in_the_receipt_differ(case: Any, tmp_path: Path) -> None:
    path, beside = tmp_path / "list.csv", tmp_path / "list.csv.receipt.json"
    case.export(path)
    content = json.loads(beside.read_text())
    other = resolve_scenario(case.config, weights={"people": 1, "road_m": 5})
    beside.write_text(json.dumps({**content, "scenario": json.loads(other.canonical_json())}))
    verdict = verify_file(case.programme, path)
    assert verdict.status == "differs"
    assert "The list computed again from the receipt has the digest" in verdict.reasons[-1]


def test_a_changed_measurement_changes_the_verdict(case: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.parquet"
    case.export(path)
    case.snapshot.values.loc[0, "people"] = 4999.0
    assert verify_file(case.programme, path).status == "differs"


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_that_is_not_there_cannot_be_verified(ending: str, case: Any, tmp_path: Path) -> None:
    verdict = verify_file(case.programme, tmp_path / f"list{ending}")
    assert (verdict.status, verdict.exit_code) == ("cannot", 3)
    assert f"list{ending}" in verdict.reasons[0]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("content", [b"", b"not what the ending says", b"PK\x03\x04", b"SQLite format 3\0", b"PAR1"], ids=repr)
def test_a_file_that_is_not_what_its_ending_says_cannot_be_verified(ending: str, content: bytes, case: Any, tmp_path: Path) -> None:
    (tmp_path / f"list{ending}").write_bytes(content)
    assert verify_file(case.programme, tmp_path / f"list{ending}").status == "cannot"


def test_a_csv_without_its_receipt_cannot_be_verified(case: Any, tmp_path: Path) -> None:
    case.export(tmp_path / "list.csv")
    (tmp_path / "list.csv.receipt.json").unlink()
    verdict = verify_file(case.programme, tmp_path / "list.csv")
    assert verdict.status == "cannot"
    assert "list.csv.receipt.json cannot be read" in verdict.reasons[0]


def test_files_saved_without_their_receipt_cannot_be_verified(case: Any, tmp_path: Path, read_back: Any) -> None:
    for ending in (".geojson", ".gpkg", ".parquet"):
        path = tmp_path / f"list{ending}"
        case.export(path)
        frame = read_back[ending](path)
        bare = tmp_path / f"bare{ending}"
        frame.to_parquet(bare) if ending == ".parquet" else frame.to_file(bare, layer="priorities")
        assert verify_file(case.programme, bare).status == "cannot"
    case.export(tmp_path / "list.xlsx")
    read_back[".xlsx"](tmp_path / "list.xlsx").to_excel(tmp_path / "bare.xlsx", sheet_name="list", index=False)
    assert "there is no sheet 'receipt'" in verify_file(case.programme, tmp_path / "bare.xlsx").reasons[0]


def test_a_receipt_of_data_that_are_gone_cannot_be_verified(case: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    case.export(path)
    case.snapshot.data_version = "fedcba9876543210"
    verdict = verify_file(case.programme, path)
    assert (verdict.status, verdict.exit_code) == ("cannot", 3)
    assert verdict.reasons == ("There is no snapshot 0123456789abcdef. Run landrelease build.",)


def test_another_ending_cannot_be_verified(case: Any, tmp_path: Path) -> None:
    (tmp_path / "list.kml").write_text("")
    assert verify_file(case.programme, tmp_path / "list.kml").status == "cannot"


def test_a_file_exported_again_by_a_spreadsheet_still_verifies(case: Any, tmp_path: Path) -> None:
    """Opening and saving a workbook rewrites the file; the table and the receipt in it stay."""
    path = tmp_path / "list.xlsx"
    case.export(path)
    openpyxl.load_workbook(path).save(path)
    assert verify_file(case.programme, path).status == "same"


def test_a_byte_order_mark_does_not_matter(case: Any, tmp_path: Path) -> None:
    case.export(tmp_path / "list.csv", csv_bom=True)
    assert verify_file(case.programme, tmp_path / "list.csv").status == "same"


PROGRAM = """
import sys
import numpy as np, pandas as pd
from geodata.schema.scenario import ResolvedScenario
from models.ranking import rank_areas
draw = np.random.default_rng(12)
shapes = [{"shape": "log", "low": 0, "high": 1, "scale": 0.01}, {"shape": "exponential", "low": 1, "high": 0, "rate": 3},
          {"shape": "logistic", "low": 0, "high": 1, "midpoint": 0.3, "steepness": 9}] * 4
criteria = [{"id": f"c{i}", "group": "need", "indicator": f"c{i}", "value": shape, "weight": round((i + 1) / 78, 9)}
            for i, shape in enumerate(shapes)]
scenario = ResolvedScenario(id="s", profile="p", method="additive", criteria=criteria, classes=(), include_tasked=True,
                            include_released=False, min_known_share=0.5)
values = pd.DataFrame(draw.random((20_000, 12)).round(2), columns=[f"c{i}" for i in range(12)]).mask(lambda frame: frame > 0.9)
areas = pd.DataFrame({"area_id": [f"A{i:05d}" for i in range(20_000)]})
ranking = rank_areas(values, areas, scenario)
import hashlib
parts = (ranking.score, ranking.rank, ranking.values, ranking.contributions, ranking.rank_best, ranking.rank_worst)
print(hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest())
"""

FEATURES = "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR AVX2 FMA3"


def digest_with(**environment: str) -> str:
    clean = {name: text for name, text in os.environ.items() if not name.endswith("_NUM_THREADS") and not name.startswith("NPY_")}
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM]
    run = subprocess.run(command, env={**clean, **environment}, capture_output=True, text=True, check=True)
    return run.stdout.strip()


def test_the_ranking_has_the_same_bits_with_one_and_two_threads_and_without_processor_features() -> None:
    usual = digest_with()
    assert digest_with(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1") == usual
    assert digest_with(OPENBLAS_NUM_THREADS="2", OMP_NUM_THREADS="2") == usual
    assert digest_with(NPY_DISABLE_CPU_FEATURES=FEATURES) == usual


def test_scenarios_of_the_receipt_are_ranked_as_they_stand(case: Any) -> None:
    again = type(case.scenario).model_validate(json.loads(case.scenario.canonical_json()))
    assert rank_areas(case.snapshot.values, case.snapshot.areas, again).score.tobytes() == case.ranking.score.tobytes()


@pytest.mark.parametrize("method", ["topsis", "vikor", "spotis", "promethee"])
def test_a_list_by_another_method_says_so_has_no_contributions_and_verifies(method: str, case: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    case.ranking = rank_areas(case.snapshot.values, case.snapshot.areas, case.scenario.model_copy(update={"method": method}))
    receipt = case.export(path)
    assert receipt.scenario["method"] == method
    assert any(f"Ranked by {method}, for comparison" in note for note in receipt.notes)
    table = pd.read_csv(path)
    assert table[[name for name in table if name.startswith("contribution_")]].isna().all(axis=None)
    assert table["score"].notna().any()
    assert verify_file(case.programme, path).status == "same"


def with_firmness(case: Any, **changes: Any) -> None:
    """Ask for firmness, with an error of one measure that neighbours share in part."""
    settings = FirmnessSettings(draws=100, errors={"people": MeasureError(share=0.3, together=0.5, source="a test")}, **changes)
    case.snapshot.areas["lon"], case.snapshot.areas["lat"] = -29.5, -45.5
    case.scenario = case.scenario.model_copy(update={"firmness": settings})
    case.ranking = rank_areas(case.snapshot.values, case.snapshot.areas, case.scenario)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("chosen", [None, ["HA-0001", "HA-0002"]], ids=["whole list", "selection"])
def test_a_list_with_firmness_verifies(ending: str, chosen: list[str] | None, case: Any, tmp_path: Path) -> None:
    with_firmness(case)
    path = tmp_path / f"list{ending}"
    receipt = case.export(path, area_ids=chosen)
    assert receipt.seed == 1
    assert "firmness" not in receipt.not_estimated
    assert any("share of 100 draws of weights (around the profile)" in note for note in receipt.notes)
    assert verify_file(case.programme, path).status == "same"


def test_firmness_stands_in_the_list_with_its_share_and_range(case: Any, tmp_path: Path) -> None:
    with_firmness(case, top=5)
    case.export(tmp_path / "list.csv")
    table = pd.read_csv(tmp_path / "list.csv").dropna(subset=["rank"])
    assert set(table["firmness"]) <= {"do_now", "discuss", "defer"}
    assert table["top_share"].sum() == pytest.approx(5)
    assert table["top_share_with_errors"].sum() == pytest.approx(5)
    assert (table["rank_low"] <= table["rank_high"]).all()
    assert (table.loc[table["firmness"] == "do_now", "top_share"] >= 0.95).all()


def test_another_seed_in_the_receipt_differs(case: Any, tmp_path: Path) -> None:
    with_firmness(case)
    path = tmp_path / "list.csv"
    case.export(path)
    beside = tmp_path / "list.csv.receipt.json"
    receipt = json.loads(beside.read_text(encoding="utf-8"))
    receipt["scenario"]["firmness"]["seed"] = 2
    beside.write_text(json.dumps(receipt), encoding="utf-8")
    assert verify_file(case.programme, path).status == "differs"


def test_a_list_by_another_method_has_no_firmness_and_says_so(case: Any, tmp_path: Path) -> None:
    with_firmness(case)
    case.ranking = rank_areas(case.snapshot.values, case.snapshot.areas, case.scenario.model_copy(update={"method": "topsis"}))
    receipt = case.export(tmp_path / "list.csv")
    assert (receipt.seed, receipt.not_estimated["firmness"]) == (None, "not yet estimated")
    assert "top_share" not in pd.read_csv(tmp_path / "list.csv")
