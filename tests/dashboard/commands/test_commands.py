"""The commands as a person types them: exit status, one clear message, machine-readable results."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.estimates.settings import METHODS
from dashboard.programme import Programme

ROOT = Path(__file__).parents[3]
AREAS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"area_id": f"HA-{n}", "name": f"Place {n}", "hazard_type": "CHA" if n % 2 else "SHA", "status": "open"},
            "geometry": {"type": "Polygon", "coordinates": [[[x, 0], [x + 0.001 * n, 0], [x + 0.001 * n, 0.002], [x, 0.002], [x, 0]]]},
        }
        for n, x in enumerate((-30.0, -30.01, -30.02, -30.03), start=1)
    ],
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new programme with four hazard areas, built; not to be changed."""
    folder = tmp_path_factory.mktemp("built") / "programme"
    areas = folder.parent / "areas.geojson"
    areas.write_text(json.dumps(AREAS), encoding="utf-8")
    assert main(["new", str(folder)]) == 0
    assert main(["import", str(areas), "--table", "hazard_areas", "--programme", str(folder), "--quiet"]) == 0
    assert main(["build", "--programme", str(folder), "--quiet"]) == 0
    return folder


@pytest.fixture
def programme(built: Path, tmp_path: Path) -> Path:
    """A copy of the built programme."""
    return Path(shutil.copytree(built, tmp_path / "programme"))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    status = main(arguments)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_from_a_new_folder_to_a_verified_list(programme: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "list.csv"
    status, out, _ = run(capsys, "rank", "--programme", str(programme), "-o", str(target))
    assert status == 0
    assert "4 ranked, scenario baseline, profile authority" in out
    assert run(capsys, "verify", str(target), "--programme", str(programme))[0] == 0
    target.write_text(target.read_text(encoding="utf-8-sig").replace("Place 1", "Place 9"), encoding="utf-8")
    status, out, _ = run(capsys, "verify", str(target), "--programme", str(programme))
    assert status == 1
    assert "DIFFERS" in out


VERIFY_ALL = "import sys; from dashboard.cli import main; print([main(['verify', name, '--quiet']) for name in sys.argv[1:]])"
NO_VECTORS = "AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR AVX2 FMA3"


@pytest.mark.parametrize(
    "environment",
    [{"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}, {"OMP_NUM_THREADS": "2"}, {"NPY_DISABLE_CPU_FEATURES": NO_VECTORS}],
    ids=["one thread", "two threads", "no vector instructions"],
)
def test_every_format_verifies_in_other_surroundings(example_programme: Programme, tmp_path: Path, environment: dict[str, str]) -> None:
    """A list written here is the same where it is recomputed with other threads or without vector instructions."""
    ranking = example_programme.rank()
    files = [str(tmp_path / f"list.{ending}") for ending in ("csv", "xlsx", "geojson", "gpkg", "parquet")]
    for file in files:
        example_programme.export(file, ranking)
    command = [sys.executable, "-W", "ignore", "-c", VERIFY_ALL, *files]
    folder = example_programme.directory
    done = subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, text=True)
    assert done.stdout.strip() == "[0, 0, 0, 0, 0]", done.stdout + done.stderr


def test_rank_shows_a_table_with_the_disclaimer(programme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "rank", "--programme", str(programme), "--top", "2")
    assert (status, err) == (0, "")
    assert len([line for line in out.splitlines() if "HA-" in line]) == 2
    assert out.rstrip().endswith("No recorded hazard does not mean no hazard. Not for navigation.")


@pytest.mark.parametrize(
    ("weights", "codes", "n_tied"),
    [
        ("confirmed=1,recent_accidents=0,small_task=0,last_hazards=0", [], 4),
        ("confirmed=0,recent_accidents=1,small_task=0,last_hazards=0", ["all_tied", "constant_criterion"], 4),
        ("confirmed=1", ["constant_criterion"], 0),
    ],
    ids=["two and two alike", "all alike", "one criterion alike"],
)
def test_a_list_that_is_out_of_the_ordinary_says_so(
    programme: Path, capsys: pytest.CaptureFixture[str], weights: str, codes: list[str], n_tied: int
) -> None:
    """Two suspected and two confirmed areas, none with an accident nearby."""
    arguments = ("rank", "--programme", str(programme), "--weights", weights)
    result = json.loads(run(capsys, *arguments, "--json")[1])
    assert ([flag["code"] for flag in result["flags"]], result["n_tied"]) == (codes, n_tied)
    out = run(capsys, *arguments)[1]
    assert out.count("Remark: ") == len(codes) + (n_tied > 0)
    assert ("so that it moves none: recent_accidents." in out) == ("constant_criterion" in codes)


def test_json_is_the_only_thing_on_standard_output(programme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "rank", "--programme", str(programme), "--json", "--weights", "confirmed=3,small_task=1")
    result = json.loads(out)
    assert status == 0
    assert result["n_ranked"] == 4
    assert [area["rank"] for area in result["areas"]] == [1, 2, 3, 4]
    assert sum(result["weights"].values()) == pytest.approx(1)
    first = result["areas"][0]
    contributions = [value for name, value in first.items() if name.startswith("contribution_") and value is not None]
    assert sum(contributions) == pytest.approx(first["score"], abs=1e-9)
    assert first["likelihood_prob"] is None


def test_a_dry_run_changes_nothing(programme: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (Programme.open(programme)).open_registry()
    head = before.head()
    before.close()
    areas = tmp_path / "areas.geojson"
    areas.write_text(json.dumps(AREAS).replace("Place", "Site"), encoding="utf-8")
    report = tmp_path / "report.json"
    arguments = ["import", str(areas), "--table", "hazard_areas", "--dry-run", "--report", str(report), "--programme", str(programme)]
    status, out, _ = run(capsys, *arguments)
    assert status == 0
    assert "4 updated" in out
    assert json.loads(report.read_text(encoding="utf-8"))["rows_updated"] == 4
    with closing(Programme.open(programme).open_registry()) as registry:
        assert registry.head() == head


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        pytest.param(["rank", "--scenario", "nope"], 2, "There is no scenario 'nope'.\nUse one of: baseline.", id="unknown scenario"),
        pytest.param(["rank", "--weights", "nope=1"], 2, "Weights name 'nope', which is no criterion.", id="unknown criterion"),
        pytest.param(["rank", "--weights", "confirmed=nan"], 2, "Weights must be finite and 0 or more", id="NaN weight"),
        pytest.param(["rank", "--language", "xx"], 2, "The programme offers no language 'xx'.", id="language"),
        pytest.param(["rank", "-o", "list.doc"], 2, "csv", id="ending"),
        pytest.param(["verify", "absent.csv"], 3, "absent.csv", id="absent file"),
        pytest.param(["import", "absent.gpkg", "--table", "hazard_areas"], 1, "absent.gpkg", id="absent import"),
        pytest.param(["import", "config.yaml", "--table", "nope"], 2, "nope", id="unknown table"),
    ],
)
def test_a_mistake_ends_with_its_status_and_one_message(
    programme: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    status: int,
    message: str,
) -> None:
    monkeypatch.chdir(programme)
    found, out, err = run(capsys, *arguments)
    assert message in out + err
    assert "Traceback" not in err
    assert found == status


def test_a_folder_without_a_programme_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "rank", "--programme", str(tmp_path))
    assert status == 2
    assert "landrelease new DIR" in err


def test_ranking_before_building_says_to_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["new", str(tmp_path / "p"), "--quiet"])
    status, _, err = run(capsys, "rank", "--programme", str(tmp_path / "p"))
    assert status == 3
    assert "landrelease build" in err


def test_cells_are_made_over_the_outline_and_ranked_as_areas(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "cells"
    main(["new", str(folder), "--quiet"])
    status, _, err = run(capsys, "grid", "--size-m", "20000", "--programme", str(folder))
    assert (status, "programme.outline" in err) == (2, True)
    land = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": {
        "type": "Polygon", "coordinates": [[[-30, 0], [-29, 0], [-29, 1], [-30, 1], [-30, 0]]]}}]}  # fmt: skip
    (folder / "layers" / "land.geojson").write_text(json.dumps(land), encoding="utf-8")
    (folder / "config.yaml").write_text(
        "programme: {name: {en: Cells}, country: Nowhere, outline: land}\n"
        "areas: {unit: grid_cell, source: cells, fields: {area_id: area_id}}\n"
        "layers:\n  - {id: land, path: layers/land.geojson, kind: polygon, source: made up, licence: CC0}\n"
        "  - {id: cells, path: layers/cells.parquet, kind: polygon, source: made by landrelease grid, licence: not stated}\n"
        "indicators: [{id: size, method: field, parameters: {field: area_m2}, unit: m2, label: {en: Size}}]\n",
        encoding="utf-8",
    )
    status, out, _ = run(capsys, "grid", "--size-m", "20000", "--programme", str(folder), "--json")
    assert (status, json.loads(out)) == (0, {"file": "layers/cells.parquet", "n_cells": 36})
    status, out, _ = run(capsys, "build", "--programme", str(folder), "--json")
    told = json.loads(out)
    assert (status, told["n_areas"], told["indicators"]["size"]["n_known"]) == (0, 36, 36)
    assert run(capsys, "grid", "--size-m", "5", "-o", "cells.shp", "--programme", str(folder))[0] == 2


def test_explaining_a_build_does_nothing_and_says_why(programme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    current = (programme / "derived" / "current").read_text("ascii").strip()
    status, out, _ = run(capsys, "build", "--explain", "--programme", str(programme))
    first, second = out.splitlines()
    assert (status, first) == (0, f"Snapshot {current}: it is the current one. Nothing would be measured.")
    assert re.fullmatch(r"Estimates [0-9a-f]{16}: they are there\. Nothing would be estimated\.", second)
    assert "Estimates: left out" in run(capsys, "build", "--explain", "--no-estimates", "--programme", str(programme))[1]
    (programme / "derived" / "current").unlink()
    status, out, _ = run(capsys, "build", "--explain", "--programme", str(programme), "--json")
    told = json.loads(out)
    assert (status, told["data_version"], told["previous"], told["is_built"], told["n_areas"]) == (0, current, None, True, 4)
    assert told["estimates"] == {"version": second.split()[1].rstrip(":"), "is_made": True, "previous": None, "reasons": []}
    assert not (programme / "derived" / "current").exists()


def test_explaining_a_build_says_why_it_would_estimate_again(programme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = programme / "config.yaml"
    figure = '{low: 1, best: 2, high: 3, source: "a", year: 2024, country: "b"}'
    config.write_text(config.read_text(encoding="utf-8") + f"\ncosts: {{nts_usd_per_m2: {figure}}}\n", encoding="utf-8")
    told = json.loads(run(capsys, "build", "--explain", "--programme", str(programme), "--json")[1])["estimates"]
    assert (told["is_made"], told["reasons"]) == (False, ["the costs section changed"])
    assert (programme / "derived" / "estimates" / told["previous"]).is_dir()
    out = run(capsys, "build", "--explain", "--programme", str(programme))[1]
    assert out.endswith(f"Estimates {told['version']} would be made again: the costs section changed.\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dashboard.estimates.settings.METHODS", {**METHODS, "cost": METHODS["cost"] + 1})
        told = json.loads(run(capsys, "build", "--explain", "--programme", str(programme), "--json")[1])["estimates"]
        assert told["reasons"] == ["the costs section changed", "the code of method cost changed"]
    shutil.rmtree(programme / "derived" / "estimates")
    out = run(capsys, "build", "--explain", "--programme", str(programme))[1]
    assert out.endswith("would be made: nothing has been estimated yet.\n")


def test_a_build_stopped_by_ctrl_c_says_what_is_kept(
    programme: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Programme, "build", stop)
    status, _, err = run(capsys, "build", "--programme", str(programme))
    assert status == 3
    assert "The last snapshot stays the current one" in err
    assert err.endswith("landrelease build: Stopped.\n")


def test_new_refuses_a_folder_that_holds_something(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "precious.txt").write_text("x", encoding="utf-8")
    status, _, err = run(capsys, "new", str(tmp_path))
    assert status == 1
    assert "needs a new or empty folder" in err
    assert [path.name for path in tmp_path.iterdir()] == ["precious.txt"]


def test_an_unexpected_error_gives_a_reference_and_no_traceback(
    programme: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(Programme, "rank", lambda *_, **__: 1 / 0)
    status, _, err = run(capsys, "rank", "--programme", str(programme))
    assert status == 3
    assert "Traceback" not in err
    log = next(tmp_path.glob("landrelease-*.log"))
    assert log.stem.removeprefix("landrelease-") in err
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")


def test_help_imports_nothing_heavy() -> None:
    code = "import sys\ntry:\n    from dashboard.cli import main; main(['--help'])\nexcept SystemExit: pass\n"
    code += "print([name for name in ('numpy', 'pandas', 'dash', 'pydantic', 'yaml') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_wrong_use_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["rank", "--top", "none"])
    assert caught.value.code == 2
    assert "a whole number of 1 or more is needed, found 'none'" in capsys.readouterr().err


def test_a_reader_that_goes_away_ends_a_command_quietly(built: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "dashboard.cli", "rank", "--programme", str(built), "--quiet", "--json"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
