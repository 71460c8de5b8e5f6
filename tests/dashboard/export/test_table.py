"""The canonical table and its digest."""

from __future__ import annotations

import hashlib
import struct
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from dashboard.export.table import ExportTable, canonical_frame, make_table, prepare_geometry
from dashboard.services.priority_list import ListColumn

COLUMNS = (ListColumn("rank", "integer"), ListColumn("name", "text"), ListColumn("score", "number"), ListColumn("is_tasked", "flag"))


def small_table(**changes: Any) -> ExportTable:
    cells: dict[str, Any] = {
        "rank": pd.array([1, None], dtype="Int64"), "name": ["é", None], "score": [0.1234567891234, np.nan], "is_tasked": [True, False],
        **changes,
    }  # fmt: skip
    geometry = np.array([shapely.Point(1.00000001, -2), None], dtype=object)
    return ExportTable(COLUMNS, canonical_frame(pd.DataFrame(cells), COLUMNS), geometry)


def test_the_digest_is_that_of_the_bytes_that_the_module_describes() -> None:
    def head(name: str, kind: str) -> bytes:
        return name.encode() + b"\0" + kind.encode() + b"\0" + struct.pack("<Q", 2)

    nan = struct.pack("<Q", 0x7FF8000000000000)
    point = b"\x01" + struct.pack("<Idd", 1, 10000000.0, -20000000.0)
    content = (
        head("rank", "integer") + struct.pack("<d", 1) + nan
        + head("name", "text") + struct.pack("<QQ", 2, 0) + "é".encode()
        + head("score", "number") + struct.pack("<d", 0.123456789) + nan
        + head("is_tasked", "flag") + struct.pack("<dd", 1, 0)
        + head("geometry", "geometry") + struct.pack("<QQ", len(point), 0) + point
    )  # fmt: skip
    assert small_table().sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    "changes",
    [{"rank": pd.array([2, None], dtype="Int64")}, {"name": ["e", None]}, {"score": [0.123456788, np.nan]}, {"is_tasked": [True, True]}],
    ids=["a rank", "a name", "the ninth digit of a score", "a flag"],
)
def test_every_change_of_a_cell_changes_the_digest(changes: dict[str, Any]) -> None:
    assert small_table(**changes).sha256 != small_table().sha256


@pytest.mark.parametrize(
    "changes",
    [{"name": ["é", ""]}, {"score": [0.12345678901, np.nan]}],
    ids=["unknown and empty text", "digits beyond the ninth"],
)
def test_what_no_file_can_tell_apart_does_not_change_the_digest(changes: dict[str, Any]) -> None:
    assert small_table(**changes).sha256 == small_table().sha256


def test_text_moved_between_rows_changes_the_digest() -> None:
    assert small_table(name=["ab", "c"]).sha256 != small_table(name=["a", "bc"]).sha256


def test_the_table_is_a_pure_function_of_its_input(case: Any) -> None:
    first, second = (make_table(case.snapshot, case.ranking, language="en", with_geometry=True) for _ in range(2))
    assert first.sha256 == second.sha256
    assert make_table(case.snapshot, case.ranking, language="fr", with_geometry=True).sha256 != first.sha256


def test_every_row_holds_the_facts_of_one_area(case: Any) -> None:
    table = make_table(case.snapshot, case.ranking, language="en", with_geometry=True)
    areas, ranking = case.snapshot.areas.set_index("area_id"), case.ranking
    for place, (row, cells) in enumerate(zip(ranking.listing, table.frame.to_dict("records"), strict=True)):
        area_id = ranking.table.area_ids[row]
        assert cells["area_id"] == area_id
        assert cells["imsma_id"] == areas.loc[area_id, "imsma_id"]
        assert cells["area_m2"] == float(f"{areas.loc[area_id, 'area_m2']:.9g}")
        assert cells["score"] == ranking.score[row] or np.isnan(ranking.score[row])
        assert (table.geometry[place] is None) == (areas.loc[area_id, "geometry"] is None)


def test_outlines_are_multi_part_and_counter_clockwise() -> None:
    clockwise = shapely.Polygon([(0, 0), (0, 1), (1, 1), (1, 0)])
    shapes = [clockwise, None, shapely.Point(1, 2), shapely.Polygon(), shapely.MultiPolygon([clockwise])]
    prepared = prepare_geometry(np.array(shapes, dtype=object))
    assert [None if shape is None else shape.geom_type for shape in prepared] == ["MultiPolygon", None, "Point", None, "MultiPolygon"]
    assert all(prepared[row].geoms[0].exterior.is_ccw for row in (0, 4))


def test_no_row_has_a_digest_too() -> None:
    empty = ExportTable((ListColumn("name", "text"),), pd.DataFrame({"name": pd.Series([], dtype=object)}), np.array([], dtype=object))
    assert len(empty.sha256) == 64
