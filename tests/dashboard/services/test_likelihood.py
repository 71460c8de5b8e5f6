"""The likelihood of the example country, judged by the truth that no model may read, and the command that prints its card."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from dashboard.cli import main
from dashboard.estimates.models import card_path
from dashboard.services.likelihood import ProgrammeLikelihood, read_likelihood_data
from dashboard.services.prices import CostsMissingError, survey_costs
from models.likelihood.validation import LIKELIHOOD, held_out_places


@pytest.fixture(scope="module")
def data(example_programme):
    return read_likelihood_data(example_programme, example_programme.snapshot())


@pytest.fixture(scope="module")
def truth(example_programme) -> np.ndarray:
    """What each area of the snapshot really holds; NaN for records that the truth does not know (duplicates)."""
    table = pd.read_csv(example_programme.directory / "truth" / "areas.csv").set_index("area_id")
    return example_programme.snapshot().areas["area_id"].map(table["holds_ordnance"]).to_numpy(dtype=float)


@pytest.fixture(scope="module")
def estimated(example_programme) -> ProgrammeLikelihood:
    return example_programme.likelihood()


def test_correcting_for_what_was_missed_brings_areas_never_looked_at_nearer_to_the_truth(data, truth) -> None:
    table = data.table
    rows = ~table.is_looked_at & ~np.isnan(truth)
    errors = {}
    for name, settings in (("plain", {}), ("corrected", {"is_corrected": True}), ("weighted", {"is_weighted": True})):
        prob = held_out_places(table, n_folds=2, has_baselines=False, **settings).probs[LIKELIHOOD][rows]
        errors[name] = (float(((prob - truth[rows]) ** 2).mean()), abs(float(prob.mean() - truth[rows].mean())))
    assert errors["corrected"][0] < errors["plain"][0]
    assert errors["corrected"][1] < errors["plain"][1]
    assert errors["corrected"][0] < errors["weighted"][0]


def test_the_detected_share_is_near_the_true_one_without_reading_it(data, truth) -> None:
    looked = data.table.is_looked_at & (truth == 1)
    assert data.detected.is_known
    assert abs(data.detected.value - data.table.is_present[looked].mean()) < 0.1


def test_every_area_that_is_not_released_gets_a_probability_that_its_parts_add_up_to(example_programme, estimated) -> None:
    areas = example_programme.snapshot().areas
    assert estimated.area_id.tolist() == areas.loc[~areas["is_released"], "area_id"].tolist()
    found = estimated.areas
    logit = np.log(found.prob / (1 - found.prob))
    np.testing.assert_allclose(found.base_logit + found.contributions.sum(axis=1), logit, atol=1e-9)
    assert ((found.prob > 0) & (found.prob < 1)).all()


def test_confirmed_areas_that_nothing_contradicts_stay_near_one(example_programme, estimated, data) -> None:
    types = example_programme.snapshot().areas["hazard_type"].to_numpy()[estimated.rows]
    held = (types == "CHA") & ~data.is_contradicted[estimated.rows]
    assert held.sum() > 20
    assert (estimated.areas.prob[held] >= 0.95).all()
    assert not estimated.areas.is_floored[~held].any()


def test_the_same_snapshot_gives_the_same_probabilities_again(example_programme, estimated) -> None:
    np.testing.assert_array_equal(example_programme.likelihood().areas.prob, estimated.areas.prob)


def test_no_column_of_the_truth_is_a_feature(data, truth) -> None:
    assert not {"holds_ordnance", "devices_per_ha", "unseen_soil", "survey_favour"} & set(data.table.features)
    known = ~np.isnan(truth)
    assert not any(np.array_equal(data.table.features[name].to_numpy()[known], truth[known]) for name in data.table.features)


def test_evaluate_prints_a_card_and_writes_the_published_result(example_programme, tmp_path, capsys) -> None:
    target = tmp_path / "card.json"
    assert main(["evaluate", "--programme", str(example_programme.directory), "-o", str(target)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Model card: likelihood that explosive ordnance is present")
    result = json.loads(target.read_text())
    assert set(result["likelihood"][0]) == {"model", "validation", "n", "metric", "value", "low", "high", "baseline"}
    judged = ("auc_within_place", "brier", "log_loss")
    lines = [line for line in result["likelihood"] if line["validation"] == "held-out places" and line["metric"] in judged]
    better = {(line["metric"], line["baseline"]) for line in lines if line["baseline"] and line["low"] > 0}
    assert better >= {(metric, baseline) for metric in judged for baseline in ("distance-only logistic", "history-only")}
    assert result["has_signal"] is True
    assert result["ranking"] == []
    assert {group["kind"] for group in result["calibration"]} >= {"all", "hazard_type", "survey_era", "eo_category", "province"}
    model = example_programme.models()[0]
    assert model.card == result
    card_path(example_programme.directory, model.version).unlink()


def test_evaluate_ends_with_3_and_says_what_is_missing_where_no_evidence_is_named(tmp_path, capsys) -> None:
    folder, areas = tmp_path / "programme", tmp_path / "areas.geojson"
    outline = {"type": "Polygon", "coordinates": [[[-30, 0], [-29.999, 0], [-29.999, 0.002], [-30, 0.002], [-30, 0]]]}
    record = {"area_id": "HA-1", "name": "One", "hazard_type": "SHA", "status": "open"}
    areas.write_text(
        json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": record, "geometry": outline}]})
    )
    there = ["--programme", str(folder), "--quiet"]
    assert main(["new", str(folder), "--quiet"]) == 0
    assert main(["import", str(areas), "--table", "hazard_areas", *there]) == 0
    assert main(["build", *there]) == 0
    capsys.readouterr()
    assert main(["evaluate", "--programme", str(folder), "--json"]) == 3
    assert json.loads(capsys.readouterr().out) == {
        "error": {
            "code": "too_little_to_learn",
            "message": "config.yaml names no indicator as evidence.\nList some under likelihood: indicators.",
        },
        "status": 3,
    }


def test_the_next_action_and_the_best_visits_come_with_cost_ranges(example_programme, estimated) -> None:
    found = example_programme.next_visits(200_000.0, likelihood=estimated).areas
    assert sorted(found["area_id"]) == sorted(estimated.area_id)
    known = found["cost_usd"].notna()
    assert set(found.loc[known, "recommended_action"]) <= {"nts", "ts", "clearance"}
    assert (found.loc[~known, "recommended_action"] == "").all()
    assert (found.loc[known, "cost_low_usd"] <= found.loc[known, "cost_usd"]).all()
    assert (found.loc[known, "cost_usd"] <= found.loc[known, "cost_high_usd"]).all()
    worth = found["visit_value_per_usd"].dropna()
    assert worth.is_monotonic_decreasing
    assert worth.iloc[0] > 0
    assert (found["funded_share"].fillna(0) * found["cost_usd"].fillna(0)).sum() == pytest.approx(200_000.0)


def test_without_figures_of_what_survey_tells_no_action_is_recommended(example_programme) -> None:
    costs = example_programme.config.costs.model_copy(update={"ts_leaves_share": None})
    with pytest.raises(CostsMissingError, match=r"missing: ts_leaves_share\."):
        survey_costs(costs)
