"""What the access method measures in the example country, against its truth, which was computed on cells by other code."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard.programme import Programme

TOWNS = """
  - {id: towns_people, layer: places, method: access, unit: people, label: {en: People nearer to a town},
     parameters: {measure: people_gaining, where: {kind: [capital, city, town]}, roads: roads, kind_column: kind,
       speeds_kmh: {primary: 60, secondary: 40, track: 20}, people_layer: places, people_column: people, slope_layer: slope,
       reach_m: 250, in_use: {current_use: [road]}, infer_where: {blocked_use: [road]}}}
"""
ROUNDED_TO = 10
"""People of a settlement, in the layer that is measured."""


def test_who_gains_by_a_bridge_is_whom_the_truth_says_lost_by_it(example_programme: Programme, tmp_path: Path) -> None:
    """A village at the bridge itself may walk around what is closed and gains nothing; everybody else is as in the truth."""
    folder = tmp_path / "programme"
    shutil.copytree(example_programme.directory, folder)
    config = folder / "config.yaml"
    text = config.read_text("utf-8")
    config.write_text(text.replace("\nindicators:\n", f"\nindicators:{TOWNS}", 1), "utf-8")
    snapshot = Programme.open(folder).build(estimates=False)
    with closing(example_programme.open_registry()) as registry:
        records = registry.read("hazard_areas").set_index("area_id")
    bridges = pd.read_csv(folder / "truth" / "bridges.csv", index_col="bridge")[["n_open", "people"]]
    truth = pd.read_csv(folder / "truth" / "areas.csv", index_col="area_id")[["bridge"]].join(bridges, on="bridge")
    ids = snapshot.areas["area_id"].to_numpy()
    alone = truth["n_open"].reindex(ids).eq(1) & records["road_blocked"].reindex(ids).eq(True).fillna(False)
    alone &= ~records["current_use"].reindex(ids).eq("road").fillna(False) & ~snapshot.areas["is_released"].to_numpy()
    measured = snapshot.values["towns_people"].to_numpy()[alone.to_numpy()]
    expected = truth["people"].reindex(ids).to_numpy()[alone.to_numpy()]
    gains = measured > 0
    assert gains.sum() >= 3
    assert np.isnan(measured[~gains]).sum() <= 2
    np.testing.assert_allclose(measured[gains], expected[gains], atol=ROUNDED_TO)
