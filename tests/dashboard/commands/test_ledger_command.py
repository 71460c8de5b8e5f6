"""The ledger command: a table of a year, as text, JSON and file, with the reasons of changes as files give them."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dashboard.cli import GROUPINGS, KINDS, main
from dashboard.commands.ledger import period
from dashboard.programme import Programme
from geodata.registry import ledger
from geodata.schema.codes import code_list

YEAR = ("--from", "2020-01-01", "--to", "2020-12-31")
HEAD = "area_id,name,status,hazard_type,admin1,area_stated_m2,recorded_date,updated_date,change_kind\n"
FIRST = HEAD + "A,Old mill,open,SHA,=North,1000,2015-01-01,,\nB,Ford,open,CHA,South,500,2015-01-01,,\n"
LATER = (
    HEAD + "A,Old mill,open,SHA,=North,1200,2015-01-01,2020-03-01,extended\nB,Ford,open,CHA,South,450,2015-01-01,2020-04-01,remeasured\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A programme with two areas, whose sizes changed in 2020 for reasons that the file gives; not to be changed."""
    where = tmp_path_factory.mktemp("ledger")
    assert main(["new", str(where / "p"), "--quiet"]) == 0
    for name, text in (("first", FIRST), ("later", LATER)):
        (where / f"{name}.csv").write_text(text, encoding="utf-8")
        assert main(["import", str(where / f"{name}.csv"), "--table", "hazard_areas", "--programme", str(where / "p"), "--quiet"]) == 0
    return where / "p"


def _answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    capsys.readouterr()
    status = main([*arguments, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_the_reason_of_a_change_comes_from_its_row(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, result = _answer(capsys, "ledger", *YEAR, "--programme", str(folder))
    assert status == 0
    shown = ("group", "opening_m2", "extended_m2", "remeasured_m2", "closing_m2", "imbalance_m2", "n_areas")
    assert [tuple(row[name] for name in shown) for row in result["rows"]] == [
        ("=North", 1000, 200, 0, 1200, 0, 1),
        ("South", 500, 0, -50, 450, 0, 1),
    ]
    assert result["findings"] == []


def test_the_reason_of_a_change_may_come_with_the_import(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import shutil

    own = shutil.copytree(folder, tmp_path / "p")
    (tmp_path / "cut.csv").write_text("area_id,area_stated_m2\nA,1100\n", encoding="utf-8")
    said = ["--kind", "remeasured", "--true-on", "2020-05-01", "--quiet", "--programme", str(own)]
    assert main(["import", str(tmp_path / "cut.csv"), "--table", "hazard_areas", *said]) == 0
    rows = _answer(capsys, "ledger", *YEAR, "--by", "all", "--programme", str(own))[1]["rows"]
    assert (rows[0]["remeasured_m2"], rows[0]["closing_m2"], rows[0]["imbalance_m2"]) == (-150, 1550, 0)
    assert _answer(capsys, "history", "A", "--programme", str(own))[1]["events"][-1]["kind"] == "remeasured"


def test_what_was_not_known_yet_is_not_in_the_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _answer(capsys, "ledger", *YEAR, "--known", "2020-01-01", "--programme", str(folder))[1]["rows"] == []


def test_a_file_holds_the_table_its_period_and_the_disclaimer_and_no_formula(folder: Path, tmp_path: Path) -> None:
    for ending in ("csv", "xlsx"):
        assert main(["ledger", *YEAR, "-o", str(tmp_path / f"ledger.{ending}"), "--programme", str(folder), "--quiet"]) == 0
    with (tmp_path / "ledger.csv").open(encoding="utf-8-sig", newline="") as handle:
        lines = list(csv.reader(handle))
    assert lines[0][:3] == ["admin1", "opening_m2", "newly_recorded_m2"]
    assert [line[0] for line in lines[1:3]] == ["'=North", "South"]
    assert "land release 2020-01-01 to 2020-12-31" in lines[3][0]
    assert lines[4][0] == "# No recorded hazard does not mean no hazard. Not for navigation."
    book = openpyxl.load_workbook(tmp_path / "ledger.xlsx")
    assert book["ledger"]["A2"].value == "=North"
    assert book["ledger"]["A2"].data_type == "s"
    assert book["ledger"]["B2"].value == 1000
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger.csv", "ledger.xlsx"]


def test_the_table_on_screen_has_a_line_a_term(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", *YEAR, "--programme", str(folder)]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["+", "extended", "200", "0"] in lines
    assert ["imbalance", "0", "0"] in lines


def test_a_period_is_the_last_whole_year_unless_said(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    today = dt.date(2024, 5, 6)
    assert period(None, None, today) == (dt.date(2023, 1, 1), dt.date(2023, 12, 31))
    assert period(dt.date(2020, 7, 1), None, today) == (dt.date(2020, 7, 1), dt.date(2020, 12, 31))
    assert period(None, dt.date(2020, 6, 30), today) == (dt.date(2020, 1, 1), dt.date(2020, 6, 30))
    assert main(["ledger", "--from", "2020-02-01", "--to", "2020-01-01", "--programme", str(folder)]) == 2
    assert "2020-01-01 lies before 2020-02-01" in capsys.readouterr().err
    assert main(["ledger", "-o", str(tmp_path / "x.pdf"), "--programme", str(folder)]) == 2
    assert "is written as csv or xlsx" in capsys.readouterr().err


def test_the_command_offers_the_kinds_and_groupings_that_there_are() -> None:
    assert code_list("change_kind").values == KINDS
    assert GROUPINGS == ledger.GROUPINGS


def test_python_gives_the_same_ledger(folder: Path) -> None:
    table = Programme.open(folder).ledger(dt.date(2020, 1, 1), dt.date(2020, 12, 31), by="all").table
    assert table[["all", "opening_m2", "closing_m2", "imbalance_m2"]].to_numpy().tolist() == [["*", 1500.0, 1650.0, 0.0]]
