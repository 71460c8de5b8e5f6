"""Estimates frozen with a snapshot: what they hold, what they follow from, and that they appear whole or not at all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression

from dashboard.cli import main
from dashboard.estimates import EstimatesError, settings_of
from dashboard.estimates.make import make_estimates
from dashboard.estimates.reasons import column_reasons, reason_words
from dashboard.estimates.store import FITTED, MODEL, estimates_folder, load_model

ROOT = Path(__file__).parents[3]
FILES = ["areas.parquet", "contributions.npy", "features.npy", "fitted.json", "manifest.json", "model.skops"]


def test_a_build_estimates_every_area_that_is_not_released(example_programme) -> None:
    found = example_programme.estimates()
    areas = example_programme.snapshot().areas
    assert sorted(path.name for path in (estimates_folder(example_programme.directory) / found.version).iterdir()) == FILES
    assert found.areas["area_id"].tolist() == areas["area_id"].tolist()
    assert (found.areas["prob"].isna() == areas["is_released"]).all()
    assert set(found.areas.loc[areas["is_released"], "why_no_prob"]) == {"released"}
    unsized = areas["area_m2"].isna() & ~areas["is_released"]
    assert unsized.any()
    assert set(found.areas.loc[unsized, "why_no_cost"]) == {"no_size"}
    assert set(found.areas.loc[unsized, "action"]) == {""}
    assert found.areas.loc[unsized, "cost_usd"].isna().all()
    assert set(found.areas.loc[~unsized & ~areas["is_released"], "action"]) <= {"nts", "ts", "clearance"}


def test_stored_numbers_are_those_that_are_computed_and_their_parts_add_up(example_programme) -> None:
    found, computed = example_programme.estimates(), example_programme.likelihood()
    np.testing.assert_allclose(found.areas["prob"].to_numpy()[computed.rows], computed.areas.prob, rtol=1e-8)
    logit = found.areas["logit"].to_numpy()[computed.rows]
    parts = found.contributions.to_numpy()[computed.rows].sum(axis=1)
    np.testing.assert_allclose(found.facts["base_logit"] + parts, logit, atol=1e-9)
    np.testing.assert_allclose(1 / (1 + np.exp(-logit)), computed.areas.prob, rtol=1e-9)
    visits = example_programme.next_visits(100_000.0).areas.set_index("area_id")
    own = found.areas.set_index("area_id").loc[visits.index]
    np.testing.assert_allclose(own["cost_usd"], visits["cost_usd"], rtol=1e-8)
    assert (own["action"] == visits["recommended_action"]).all()


@pytest.mark.parametrize("threads", ["1", "2"])
def test_the_same_inputs_give_the_same_bytes_with_one_thread_and_two(threads, copied, tmp_path) -> None:
    folder = estimates_folder(copied.directory)
    version = copied.estimates().version
    before = {path.name: path.read_bytes() for path in (folder / version).iterdir()}
    (folder / version).rename(tmp_path / "before")
    environment = {**os.environ, "OMP_NUM_THREADS": threads, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "dashboard.cli", "build", "--quiet", "--programme", str(copied.directory)]
    subprocess.run(command, env=environment, check=True)
    after = {path.name: path.read_bytes() for path in (folder / version).iterdir()}
    assert sorted(after) == FILES
    same_bytes = [name for name in FILES if name not in (FITTED, MODEL)]  # an archive of skops holds the time of day
    assert {name: after[name] for name in same_bytes} == {name: before[name] for name in same_bytes}


def test_what_was_estimated_before_is_not_fitted_again(copied, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("fitted again")

    monkeypatch.setattr("dashboard.estimates.make.make_estimates", fail)
    messages: list[str] = []
    copied.build(progress=lambda _share, what: messages.append(what))
    assert "estimates: made before" in messages


def test_other_costs_give_other_estimates_of_the_same_snapshot(copied, change_config) -> None:
    before = copied.estimates()
    changed = change_config(copied, "nts_usd_per_m2: {low: 0.01, best: 0.04", "nts_usd_per_m2: {low: 0.01, best: 0.05")
    assert changed.snapshot().data_version == copied.snapshot().data_version
    assert changed.estimates() is None  # until a build makes them
    changed.build()
    after = changed.estimates()
    assert after.version != before.version
    np.testing.assert_array_equal(after.areas["prob"], before.areas["prob"])
    assert (after.areas["visit_usd"].dropna() > before.areas["visit_usd"].dropna()).all()
    assert after.settings.differences(before.settings) == ["costs"]


def test_how_long_a_model_holds_changes_neither_snapshot_nor_estimates(copied, change_config) -> None:
    changed = change_config(copied, "valid_months: 24", "valid_months: 12")
    assert changed.build().data_version == copied.snapshot().data_version
    assert changed.estimates().version == copied.estimates().version


def test_without_costs_there_is_a_likelihood_and_no_action(copied, change_config) -> None:
    changed = change_config(copied, "  ts_leaves_share:", "  # ts_leaves_share:")
    changed.build()
    found = changed.estimates()
    assert found.areas["prob"].notna().any()
    assert found.areas["cost_usd"].isna().all()
    assert {name: reason_words(reason, "en") for name, reason in column_reasons(found).items()} == {
        "recommended_action": "the costs section lacks ts_leaves_share",
        "cost_usd": "the costs section lacks ts_leaves_share",
    }


def test_too_few_results_let_the_build_succeed_and_say_why(copied, monkeypatch) -> None:
    monkeypatch.setattr("models.likelihood.training.LEAST_OF_EACH", 100_000)
    monkeypatch.setattr("dashboard.services.likelihood.LEAST_OF_EACH", 100_000)
    with closing(copied.open_registry()) as registry:
        settings = settings_of(copied.config, copied.snapshot().data_version)
        found, model = make_estimates(copied.config, copied.snapshot(), registry, settings, lambda _share, _what: None)
    assert model is None
    assert found.areas["prob"].isna().all()
    assert found.areas["cost_usd"].isna().all()
    assert set(found.areas["why_no_prob"]) == {"released", "no_model"}
    words = reason_words(found.facts["reason_prob"], "en")
    assert words.startswith("explosive ordnance was found in ")
    assert "100,000 of each are needed" in words
    assert set(column_reasons(found)) == {"recommended_action", "likelihood_prob", "cost_usd"}


def test_a_build_without_estimates_says_so_and_everything_opens(copied, change_config, capsys) -> None:
    changed = change_config(copied, "nts_usd_per_m2: {low: 0.01, best: 0.04", "nts_usd_per_m2: {low: 0.01, best: 0.06")
    assert main(["build", "--no-estimates", "--json", "--programme", str(changed.directory)]) == 0
    assert json.loads(capsys.readouterr().out)["estimates"] is None
    assert changed.estimates() is None
    assert main(["rank", "--top", "1", "--json", "--programme", str(changed.directory)]) == 0
    row = json.loads(capsys.readouterr().out)["areas"][0]
    assert (row["likelihood_prob"], row["recommended_action"], row["cost_usd"]) == (None, None, None)


def test_a_build_killed_while_writing_leaves_the_old_estimates_and_the_next_one_makes_new(copied, change_config) -> None:
    old = copied.estimates().version
    changed = change_config(copied, "nts_usd_per_m2: {low: 0.01, best: 0.04", "nts_usd_per_m2: {low: 0.01, best: 0.07")
    killed = f"""
    import os, signal
    from geodata.snapshot.write import SnapshotWriter
    SnapshotWriter.publish = lambda self: os.kill(os.getpid(), signal.SIGKILL)
    from dashboard.programme import Programme
    Programme.open({str(changed.directory)!r}).build()
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(killed)], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == -signal.SIGKILL
    assert changed.estimates() is None
    assert copied.estimates(version=old).version == old
    changed.build()
    assert changed.estimates() is not None


def test_a_stored_model_gives_the_stored_probabilities(example_programme) -> None:
    found = example_programme.estimates()
    model = load_model(example_programme.directory, found.version)
    rows = found.areas["prob"].notna().to_numpy()
    prob = model.predict_proba(found.features[rows])[:, 1]
    np.testing.assert_allclose(prob, found.areas.loc[rows, "modelled_prob"], rtol=1e-6)


def test_a_model_of_any_other_type_is_refused(copied) -> None:
    version = copied.estimates().version
    path = estimates_folder(copied.directory) / version / MODEL
    path.write_bytes(skops.io.dumps({"model": LogisticRegression(), "run": os.system}))
    with pytest.raises(EstimatesError, match="a stored model holds its estimator and trees only") as error:
        load_model(copied.directory, version)
    assert error.value.exit_code == 3
    path.write_bytes(b"not an archive")
    with pytest.raises(EstimatesError, match="the model cannot be read"):
        load_model(copied.directory, version)


def test_damaged_estimates_are_named_and_never_guessed(copied) -> None:
    version = copied.estimates().version
    (estimates_folder(copied.directory) / version / "areas.parquet").write_bytes(b"broken")
    fresh = type(copied).open(copied.directory)
    with pytest.raises(EstimatesError, match=f"Estimates {version} cannot be read"):
        fresh.estimates()
