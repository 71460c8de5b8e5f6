"""The Colombian tutorial on its real files: its commands, the join rates, and what one changed cell changes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.programme import Programme

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "tutorial-colombia.md"

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def tutorial(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The programme that the tutorial's own commands make, and what they printed."""
    folder = tmp_path_factory.mktemp("tutorial")
    (folder / "docs").symlink_to(ROOT / "docs")
    commands = "\n".join(re.findall(r"^```sh\n(.*?)^```", TUTORIAL.read_text(encoding="utf-8"), re.S | re.M))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euc", commands],
        cwd=folder,
        env={**os.environ, "DATA": str(real_data), "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    programme = folder / "colombia-programme"
    for file in (programme / "layers").iterdir():
        file.chmod(0o644)
    return programme, done.stdout


@pytest.fixture(scope="module")
def events(real_data: Path) -> pd.DataFrame:
    return pd.read_csv(real_data / "colombia" / "eventos_minas_1990_2019.csv")


@pytest.fixture(scope="module")
def victims(real_data: Path) -> pd.DataFrame:
    table = pd.read_csv(real_data / "colombia" / "victimas_map_muse.csv", dtype=str)
    table["code"] = table["codigodanemunicipio"].str.replace(",", "").str.zfill(5)
    table["year"] = table["ano"].str.replace(",", "").astype(int)
    return table


def test_the_tutorials_commands_run_and_say_the_data_year(tutorial: tuple[Path, str]) -> None:
    _, printed = tutorial
    assert "1,122 ranked, scenario humanitarian" in printed
    assert "Data to 2019." in printed
    assert "list.xlsx: the same as recomputed from its receipt." in printed


def test_events_are_joined_as_well_as_was_measured(tutorial: tuple[Path, str], events: pd.DataFrame) -> None:
    values = Programme.open(tutorial[0]).snapshot().values
    inside = values["contamination_events"].sum() + values["events_without_contamination"].sum()
    assert inside == 36_255
    assert inside / len(events) == pytest.approx(0.993, abs=0.0005)


def test_seizures_and_arsenals_are_no_contamination(tutorial: tuple[Path, str], events: pd.DataFrame) -> None:
    programme = Programme.open(tutorial[0])
    values = programme.snapshot().values
    is_other = events["tipo_evento"].isin(["Incautaciones", "Arsenal almacenado", "Producción de minas (fábrica)"])
    assert is_other.sum() == 3_530
    assert values["events_without_contamination"].sum() == pytest.approx(is_other.sum(), rel=0.01)
    assert "events_without_contamination" not in {criterion.indicator for criterion in programme.config.criteria}


def test_victims_are_counted_by_code_and_split_by_condition(tutorial: tuple[Path, str], victims: pd.DataFrame) -> None:
    snapshot = Programme.open(tutorial[0]).snapshot()
    until_2019 = victims[victims["year"] <= 2019]
    for indicator, condition in (("civilian_victims", "Civil"), ("security_force_victims", "Fuerza pública")):
        expected = until_2019[until_2019["condicion"] == condition].groupby("code").size()
        found = snapshot.values[indicator].set_axis(snapshot.areas["area_id"])
        pd.testing.assert_series_equal(
            found[found > 0].sort_index(), expected.astype("float64").sort_index(), check_names=False, check_index_type=False
        )
        assert snapshot.indicators[indicator].join_rate == 1.0
    forces = (victims["condicion"] == "Fuerza pública").mean()
    assert forces == pytest.approx(0.59, abs=0.01)


def test_every_code_table_joins_wholly(tutorial: tuple[Path, str]) -> None:
    snapshot = Programme.open(tutorial[0]).snapshot()
    joined = {name: info.join_rate for name, info in snapshot.indicators.items() if info.method == "join"}
    assert len(joined) == 31
    assert set(joined.values()) == {1.0}


def test_unknown_population_stays_unknown(tutorial: tuple[Path, str], real_data: Path) -> None:
    snapshot = Programme.open(tutorial[0]).snapshot()
    context = pd.read_csv(real_data / "colombia" / "contexto_municipal_1993_2014.csv", dtype={"cod_municipio": str})
    known = set(context.loc[context["poblacion_2012"].notna(), "cod_municipio"])
    is_known = snapshot.areas["area_id"].isin(known)
    assert is_known.sum() == 1_051
    assert (snapshot.values["people_2012"].notna().to_numpy() == is_known.to_numpy()).all()


def test_defects_of_the_files_are_reported(tutorial: tuple[Path, str]) -> None:
    _, printed = tutorial
    for line in (
        "36,255 of 36,527 points (99.3%) lie in an area",
        "would lie inside with the sign of the longitude turned (row 5779)",
        "4,927 of 36,527 rows (13%) repeat an earlier one to the letter",
        "column genero should hold the sex, but holds injured or killed; the sex stands in column estado",
        "column codigodanemunicipio writes 12,390 numbers with thousands marks",
        "45,285 of 46,105 points (98.2%) lie in an area",
    ):
        assert line in printed


def test_no_point_of_a_victim_or_event_is_frozen_for_the_map(tutorial: tuple[Path, str]) -> None:
    snapshot = Programme.open(tutorial[0]).snapshot()
    assert {info.id for info in snapshot.context_layers} == {"municipalities", "countries", "rivers", "lakes", "towns"}


def test_one_changed_cell_changes_exactly_the_ranks_it_should(tutorial: tuple[Path, str], tmp_path: Path) -> None:
    before = Programme.open(tutorial[0])
    folder = tmp_path / "changed"
    shutil.copytree(before.directory, folder)
    table = folder / "layers" / "ipm_municipal_2018.csv"
    text = table.read_text(encoding="utf-8")
    changed = re.sub(r"^(05361,.*,)([\d.]+)$", r"\g<1>20.0", text, flags=re.M)
    assert changed != text
    table.write_text(changed, encoding="utf-8")
    after = Programme.open(folder)
    after.build()
    old, new = before.rank("poverty_first"), after.rank("poverty_first")
    row = int(np.flatnonzero(before.snapshot().areas["area_id"] == "05361")[0])
    assert np.flatnonzero(old.score != new.score).tolist() == [row]
    assert new.score[row] < old.score[row]
    low, high = old.rank[row], new.rank[row]
    assert high > low
    shift = new.rank - old.rank
    between = (old.rank > low) & (old.rank <= high)
    assert (shift[between] == -1).all()
    others = ~between
    others[row] = False
    assert (shift[others] == 0).all()
    assert after.snapshot().data_version != before.snapshot().data_version
