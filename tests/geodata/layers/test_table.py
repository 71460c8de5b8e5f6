"""Tables: codes keep their zeros, numbers their marks, and a wrong table says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geodata.errors import LayerError
from geodata.layers.table import TableLayer, clean_codes, holds_one_of, parse_numbers
from geodata.schema.config import LayerSection


def section(**said: object) -> LayerSection:
    base = {"id": "poverty", "path": "poverty.csv", "kind": "table", "source": "s", "licence": "l"}
    return LayerSection.model_validate({**base, **said})


def table(folder: Path, text: str, written_as: str = "utf-8", **said: object) -> pd.DataFrame:
    (folder / "poverty.csv").write_bytes(text.encode(written_as))
    return TableLayer(section(**said), folder).read()


def test_a_code_keeps_its_leading_zero_even_where_nobody_said_it_is_text(tmp_path: Path) -> None:
    frame = table(tmp_path, "code,value\n05002,1.5\n11001,2\n")
    assert frame["code"].tolist() == ["05002", "11001"]
    assert frame["value"].tolist() == [1.5, 2.0]


def test_thousands_marks_are_read_in_years_counts_and_codes(tmp_path: Path) -> None:
    text = 'code,year,people\n"5,313","2,006","1,234,567.5"\n05002,2014,12\n'
    frame = table(tmp_path, text, columns={"key": "code", "pad": {"code": 5}}, thousands=",")
    assert frame["code"].tolist() == ["05313", "05002"]
    assert frame["year"].tolist() == [2006.0, 2014.0]
    assert frame["people"].tolist() == [1234567.5, 12.0]


@pytest.mark.parametrize(
    ("written", "decimal", "thousands", "number"),
    [
        ("2,006", ".", None, 2006.0),
        ("2,0064", ".", None, None),
        ("1.234,5", ",", ".", 1234.5),
        ("1234,5", ",", None, 1234.5),
        ("1.5", ",", None, None),
        ("1 234", ".", None, 1234.0),
        ("-3", ".", None, -3.0),
        ("1e3", ".", None, 1000.0),
        ("inf", ".", None, None),
        ("12 ha", ".", None, None),
        ("", ".", None, None),
    ],
)
def test_numbers_are_read_as_people_write_them(written: str, decimal: str, thousands: str | None, number: float | None) -> None:
    read = parse_numbers(pd.Series([written]), decimal=decimal, thousands=thousands)
    assert (None if pd.isna(read[0]) else read[0]) == number


def test_a_column_with_one_word_among_numbers_stays_text(tmp_path: Path) -> None:
    frame = table(tmp_path, "code,value\n1,10\n2,unknown\n")
    assert frame["value"].tolist() == ["10", "unknown"]


def test_an_empty_cell_is_missing_and_the_country_code_na_is_not(tmp_path: Path) -> None:
    frame = table(tmp_path, "code,country\n1,NA\n2,\n", columns={"text": ["country"]})
    assert frame["country"].iloc[0] == "NA"
    assert pd.isna(frame["country"].iloc[1])


def test_rows_are_kept_by_listed_values_whatever_their_type(tmp_path: Path) -> None:
    frame = table(tmp_path, "code,kind\na,1\nb,2\nc,3\n", where={"kind": [1, "2"]})
    assert frame["code"].tolist() == ["a", "b"]


def test_other_encodings_and_separators_are_read(tmp_path: Path) -> None:
    frame = table(tmp_path, "name;value\nPeñol;1,5\n", "cp1252", encoding="cp1252", separator=";", decimal=",")
    assert frame.to_dict("records") == [{"name": "Peñol", "value": 1.5}]


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    (tmp_path / "poverty.csv").write_bytes("\ufeffcode,value\n1,2\n".encode())
    assert TableLayer(section(), tmp_path).columns() == ("code", "value")


def test_a_wrong_encoding_says_which_setting_to_change(tmp_path: Path) -> None:
    with pytest.raises(LayerError, match=r"poverty.csv \(layer poverty\) is not utf-8 text") as refused:
        table(tmp_path, "name\nPeñol\n", "cp1252")
    assert "layers.poverty.encoding" in refused.value.remedy


def test_a_missing_column_is_named_with_those_there_are(tmp_path: Path) -> None:
    (tmp_path / "poverty.csv").write_text("code,value\n1,2\n", encoding="utf-8")
    with pytest.raises(LayerError, match=r"has no column ipm, year; it has code, value\."):
        TableLayer(section(), tmp_path).read(["ipm", "year", "code"])


def test_excel_sheets_are_read_by_name(tmp_path: Path) -> None:
    with pd.ExcelWriter(tmp_path / "poverty.xlsx") as book:
        pd.DataFrame({"code": ["x"]}).to_excel(book, sheet_name="first", index=False)
        pd.DataFrame({"code": ["05002"], "value": [3]}).to_excel(book, sheet_name="ipm", index=False)
    frame = TableLayer(section(path="poverty.xlsx", layer="ipm"), tmp_path).read()
    assert frame.to_dict("records") == [{"code": "05002", "value": 3.0}]


def test_parquet_tables_are_read_by_column(tmp_path: Path) -> None:
    pd.DataFrame({"code": ["05002"], "value": [3], "more": [1]}).to_parquet(tmp_path / "poverty.parquet")
    frame = TableLayer(section(path="poverty.parquet", columns={"key": "code"}), tmp_path).read(["value", "code"])
    assert frame.to_dict("records") == [{"value": 3, "code": "05002"}]


def test_codes_are_cleaned_of_marks_decimals_and_spaces() -> None:
    assert clean_codes(pd.Series(["5,313", " 05002 ", "7.0", 8, None, ""]), 5).fillna("missing").tolist() == [
        "05313", "05002", "00007", "00008", "missing", "missing",
    ]  # fmt: skip


def test_codes_of_letters_are_not_padded() -> None:
    assert clean_codes(pd.Series(["AF-01", "12"]), 5).tolist() == ["AF-01", "00012"]


def test_values_are_compared_as_text() -> None:
    assert holds_one_of(pd.Series([1, 2.0, "3", True, None], dtype=object), [1, "2", 3, "true"]).tolist() == [
        True, True, True, True, False,
    ]  # fmt: skip
