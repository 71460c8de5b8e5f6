"""The RELand cells: no label of a held-out municipality reaches its own prediction, and looks at test labels are written down."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import reland

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def antioquia(real_data):
    cells = reland.load_cells(real_data)
    labels = reland.antioquia_labels(real_data)
    judged = cells[cells["cell_id"].isin(labels.index)].reset_index(drop=True)
    return judged, labels.loc[judged["cell_id"]].to_numpy() == 1


def test_features_are_read_without_labels(real_data) -> None:
    cells = reland.load_cells(real_data)
    assert "mines_outcome" not in cells
    assert len(cells) == 8539
    assert cells["split"].value_counts().to_dict() == {"train_antioquia": 6924, "test_caldas": 1615}


def test_turning_the_labels_of_a_municipality_around_changes_nothing_of_its_own_prediction(antioquia) -> None:
    cells, present = antioquia
    wanted = ["05055", "05002", "05649", "05197"]
    rows = cells[reland.PLACE].isin(wanted).to_numpy()
    some, known = cells[rows].reset_index(drop=True), present[rows]
    turned = np.where(some[reland.PLACE] == "05055", ~known, known)
    model = reland.MODEL.__class__(**{**reland.MODEL.get_params(), "max_iter": 20})
    own = (some[reland.PLACE] == "05055").to_numpy()
    before, after = (reland.left_out(some, labels, model) for labels in (known, turned))
    np.testing.assert_array_equal(before[own], after[own])
    assert (before[~own] != after[~own]).any()


def test_each_look_at_the_labels_of_caldas_is_written_down(tmp_path, monkeypatch) -> None:
    log = tmp_path / "looks.tsv"
    monkeypatch.setattr(reland, "_labels", lambda folder, split: split)
    assert [reland.caldas_labels(tmp_path, log) for _ in range(2)] == ["test_caldas"] * 2
    assert [line.split("\t")[1] for line in log.read_text().splitlines()] == [reland.protocol_digest()] * 2


def test_the_model_that_the_last_look_measured_is_the_model_that_is_here() -> None:
    assert reland.LOOKS.read_text(encoding="utf-8").splitlines()[-1].split("\t")[1] == reland.protocol_digest()
