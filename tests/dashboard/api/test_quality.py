"""The work list as a file: every finding, in a form that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io

from dashboard.services.checks import quality, work_list
from geodata.ingest.findings import Finding
from geodata.registry.quality import Quality


def test_the_work_list_has_every_finding(example_server, request_on) -> None:
    programme = example_server.extensions["landrelease"]
    text = work_list(programme).decode("utf-8")
    assert text.startswith("\ufeffseverity,code,n_rows,examples,message,remedy\r\n")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert sorted(row["message"] for row in rows) == sorted(found.message for found in quality(programme).findings)
    assert [row["severity"] for row in rows] == sorted((row["severity"] for row in rows), key=["error", "warning", "note"].index)


def test_a_formula_in_an_example_stays_text(example_server, monkeypatch) -> None:
    from pandas import DataFrame

    programme = example_server.extensions["landrelease"]
    found = Quality((Finding("x", "note", 1, ("=1+1",), "@cmd", ""),), DataFrame())
    monkeypatch.setattr("dashboard.services.checks.quality", lambda _: found)
    row = list(csv.reader(io.StringIO(work_list(programme).decode("utf-8-sig"))))[1]
    assert row == ["note", "x", "1", "'=1+1", "'@cmd", ""]


def test_the_file_is_for_those_who_may_download(viewer, data_server) -> None:
    answer = viewer.get("/download/quality.csv")
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    assert "quality.csv" in answer.headers["Content-Disposition"]
    assert data_server.test_client().get("/download/quality.csv").status_code == 401
