"""Exported lists carry the estimates, and are verified by them: the same, another, or cannot be told."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.estimates.store import estimates_folder
from dashboard.programme import Programme

COLUMNS = ["likelihood_prob", "recommended_action", "cost_usd"]


def read_list(path: Path) -> pd.DataFrame:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return pd.read_csv(path, skiprows=next(n for n, line in enumerate(lines) if line.startswith("rank,")), keep_default_na=False)


def receipt_of(path: Path) -> dict:
    return json.loads(path.with_name(path.name + ".receipt.json").read_text(encoding="utf-8"))


def change_receipt(path: Path, change) -> None:
    receipt = receipt_of(path)
    change(receipt)
    path.with_name(path.name + ".receipt.json").write_text(json.dumps(receipt), encoding="utf-8")


@pytest.fixture
def exported(copied, tmp_path) -> Path:
    path = tmp_path / "list.csv"
    copied.export(path, copied.rank())
    return path


def test_a_list_carries_the_stored_values_and_leaves_the_unknown_empty(copied, exported) -> None:
    listed = read_list(exported).set_index("area_id")
    own = copied.estimates().areas.set_index("area_id").loc[listed.index]
    shown = listed[COLUMNS].replace("", np.nan)
    np.testing.assert_array_equal(shown["likelihood_prob"].astype(float), own["prob"])
    np.testing.assert_array_equal(shown["cost_usd"].astype(float), own["cost_usd"])
    assert listed["recommended_action"].tolist() == own["action"].tolist()
    unsized = own["why_no_cost"] == "no_size"
    assert unsized.any()
    assert (listed.loc[unsized, ["recommended_action", "cost_usd"]] == "").all(axis=None)
    assert (listed.loc[unsized, "likelihood_prob"] != "").all()


def test_the_receipt_names_the_estimates_and_the_notes_say_what_they_are_not(copied, exported) -> None:
    receipt, estimates = receipt_of(exported), copied.estimates()
    assert receipt["estimates"] == {
        "version": estimates.version, "sha256": estimates.sha256, "settings": dataclasses.asdict(estimates.settings),
    }  # fmt: skip
    assert set(receipt["not_estimated"]) == {"beneficiaries_direct", "beneficiaries_indirect"}
    notes = " ".join(receipt["notes"])
    assert "It directs survey; it never cancels, reduces or releases land." in notes
    assert f"learned from {estimates.facts['n_results']} results up to {estimates.facts['learned_to']}" in notes


def test_stored_estimates_verify_a_list_and_a_changed_probability_differs(copied, exported) -> None:
    verdict = copied.verify(exported)
    assert (verdict.status, verdict.exit_code, verdict.reasons) == ("same", 0, ())
    listed = read_list(exported)
    row = listed.iloc[0]
    text = exported.read_text(encoding="utf-8-sig")
    exported.write_text(text.replace(str(row["likelihood_prob"]), "0.001", 1), encoding="utf-8", newline="")
    verdict = copied.verify(exported)
    assert (verdict.status, verdict.exit_code) == ("differs", 1)
    assert f"{row['area_id']} likelihood_prob" in verdict.reasons[-1]


def test_deleted_estimates_are_made_again_and_verify_the_list(copied, exported) -> None:
    shutil.rmtree(estimates_folder(copied.directory))
    verdict = Programme.open(copied.directory).verify(exported)
    assert (verdict.status, verdict.exit_code, verdict.reasons) == ("same", 0, ())


def test_a_machine_that_grows_other_trees_cannot_verify_and_never_says_differs(copied, exported, monkeypatch) -> None:
    stored = copied.estimates()
    others = dataclasses.replace(stored, areas=stored.areas.assign(prob=stored.areas["prob"] * 0.999))
    shutil.rmtree(estimates_folder(copied.directory))
    monkeypatch.setattr("dashboard.estimates.make.make_estimates", lambda *_: (others, None))
    verdict = Programme.open(copied.directory).verify(exported)
    assert (verdict.status, verdict.exit_code) == ("cannot", 3)
    assert "its processor or libraries may give other trees" in verdict.reasons[0]


def test_other_libraries_or_costs_without_stored_estimates_cannot_verify_and_are_named(copied, exported, change_config) -> None:
    shutil.rmtree(estimates_folder(copied.directory))
    changed = change_config(copied, "nts_usd_per_m2: {low: 0.01, best: 0.04", "nts_usd_per_m2: {low: 0.01, best: 0.05")
    change_receipt(exported, lambda receipt: receipt["estimates"]["settings"]["libraries"].update(numpy="1.0"))
    verdict = changed.verify(exported)
    assert (verdict.status, verdict.exit_code) == ("cannot", 3)
    assert "here other ones would be made: costs; numpy " in verdict.reasons[0]
    assert "copy derived/estimates/" in verdict.reasons[0]


def test_records_that_changed_since_cannot_verify_without_stored_estimates(copied, exported, monkeypatch) -> None:
    shutil.rmtree(estimates_folder(copied.directory))
    monkeypatch.setattr("geodata.registry.sql.SqlRegistry.head", lambda _self: "another")
    verdict = Programme.open(copied.directory).verify(exported)
    assert (verdict.status, verdict.exit_code) == ("cannot", 3)
    assert "the registry has changed since" in verdict.reasons[0]


def test_a_list_without_estimates_says_which_step_is_missing_and_verifies(copied, tmp_path) -> None:
    shutil.rmtree(estimates_folder(copied.directory))
    programme, path = Programme.open(copied.directory), tmp_path / "list.csv"
    programme.export(path, programme.rank(), language="fr")
    receipt = receipt_of(path)
    assert receipt["estimates"] is None
    assert receipt["not_estimated"]["cost_usd"] == "not yet estimated: this snapshot has no estimates; landrelease build makes them"
    assert any("landrelease build les produit" in note for note in receipt["notes"])
    assert (read_list(path)[COLUMNS] == "").all(axis=None)
    assert programme.verify(path).status == "same"


@pytest.mark.parametrize("wrong", [{"version": "x"}, [], {"version": 1, "sha256": "a", "settings": {}}])
def test_a_receipt_with_damaged_estimates_cannot_be_verified(wrong, copied, exported) -> None:
    change_receipt(exported, lambda receipt: receipt.update(estimates=wrong))
    verdict = copied.verify(exported)
    assert (verdict.status, verdict.reasons) == ("cannot", ("The receipt is damaged: estimates. Export the list again.",))
