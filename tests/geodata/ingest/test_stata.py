"""Stata files: labels, codes, dates, missing values and old code pages."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geodata.errors import FileError
from geodata.ingest.child import read_file
from geodata.ingest.guard import UPLOAD_LIMITS
from geodata.ingest.raw import RawTable


def _read(path: Path, frame: pd.DataFrame, encoding: str | None = None, **options: object) -> RawTable:
    frame.to_stata(path, write_index=False, **options)  # type: ignore[call-overload]
    return read_file(path, UPLOAD_LIMITS, encoding=encoding)


@pytest.mark.parametrize("version", [114, 117, 118, 119])
def test_numbers_texts_dates_and_missing_values_are_read_in_every_release(version: int, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"id": ["A", "", "C"], "n": [1.0, None, 2.5], "k": [1, 2, 3], "day": pd.to_datetime(["2001-02-03", None, "1950-12-31"])}
    )
    raw = _read(tmp_path / "x.dta", frame, version=version, convert_dates={"day": "td"})
    assert raw.info.format == "stata"
    assert raw.geometry is None
    assert raw.frame.id.isna().tolist() == [False, True, False]
    assert raw.frame.n.isna().tolist() == [False, True, False]
    assert raw.frame.k.tolist() == [1, 2, 3]
    assert raw.frame.day.dropna().tolist() == ["2001-02-03", "1950-12-31"]


def test_labels_stand_for_codes_unless_two_codes_share_one(tmp_path: Path) -> None:
    frame = pd.DataFrame({"status": [1, 2, 2], "x": [1.0, 2.0, 3.0]})
    raw = _read(tmp_path / "x.dta", frame, version=118, value_labels={"status": {1: "open", 2: "released"}})
    assert raw.frame.status.tolist() == ["open", "released", "released"]
    raw = _read(tmp_path / "x.dta", frame, version=118, value_labels={"status": {1: "open", 2: "open"}})
    assert raw.frame.status.tolist() == [1, 2, 2]
    assert [note["code"] for note in raw.info.notes] == ["labels_not_unique"]


def test_old_files_are_read_in_the_code_page_that_fits_or_is_named(tmp_path: Path) -> None:
    names = ["Минное поле у реки", "Школа в деревне", "Дорога на север"]
    frame = pd.DataFrame({"name": [name.encode("cp1251").decode("latin-1") for name in names]})
    raw = _read(tmp_path / "x.dta", frame, version=117)
    assert (raw.frame["name"].tolist(), raw.info.encoding) == (names, "cp1251")
    assert [note["code"] for note in raw.info.notes] == ["encoding_assumed"]
    raw = _read(tmp_path / "x.dta", frame, version=117, encoding="cp1251")
    assert (raw.frame["name"].tolist(), raw.info.notes) == (names, ())
    with pytest.raises(FileError, match="'klingon' is no known encoding"):
        _read(tmp_path / "x.dta", frame, version=117, encoding="klingon")
