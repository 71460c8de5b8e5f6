"""Ranking by other methods and weighting, as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from dashboard.cli import main
from dashboard.programme import Programme
from geodata.schema.config import ProfileSection


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    status = main(arguments)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_a_list_by_another_method_is_written_and_verifies(
    example_programme: Programme, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ("--programme", str(example_programme.directory))
    target = str(tmp_path / "topsis.csv")
    status, out, _ = run(capsys, "rank", "--method", "topsis", "-o", target, *here)
    assert status == 0
    assert "method topsis (for comparison)" in out
    assert run(capsys, "verify", target, *here)[0] == 0


def test_methods_are_compared_with_the_list(example_programme: Programme, capsys: pytest.CaptureFixture[str]) -> None:
    here = ("--programme", str(example_programme.directory))
    status, out, _ = run(capsys, "rank", "--compare-methods", "--json", *here)
    assert status == 0
    found = json.loads(out)["methods"]
    assert [each["method"] for each in found] == ["topsis", "vikor", "spotis", "promethee"]
    assert all(0.5 < each["kendall_tau"] < 1 and 25 <= each["n_top_shared"] <= each["n_top"] == 50 for each in found)
    assert [each["method"] for each in found if each["reversal_trials_turned"] == 0] == ["spotis"]
    text = run(capsys, "rank", "--compare-methods", *here)[1]
    assert "spotis     Kendall tau 0." in text
    assert "rank reversal in 0 of 10 trials" in text


def test_a_comparison_writes_no_file(example_programme: Programme, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = ("--programme", str(example_programme.directory))
    status, _, err = run(capsys, "rank", "--compare-methods", "-o", str(tmp_path / "x.csv"), *here)
    assert status == 2
    assert "--compare-methods writes no list" in err
    assert list(tmp_path.iterdir()) == []


ANSWERS = """
id: villages
label: {en: "Villages of Taestum"}
author: "Consultation of 12 May"
rationale: {en: "What the villages said."}
answers:
  - {name: "Women", kind: women, order: [casualties, [water, school], road]}
  - {name: "Men", kind: men, points: {casualties: 100, road: 60, water: 40}}
"""
JUDGED = """
id: ministry
label: Ministry
author: Ministry
rationale: A workshop.
answers:
  - name: Ministry
    judgements:
      - [casualties, road, 3]
      - [casualties, water, 5]
      - [casualties, school, 1/3]
      - [road, water, 2]
      - [road, school, 1]
      - [water, school, 1/2]
"""


def test_answers_become_a_profile_that_config_takes(
    example_programme: Programme, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text(ANSWERS, encoding="utf-8")
    here = ("--programme", str(example_programme.directory))
    status, out, _ = run(capsys, "weights", str(answers), *here, "--json")
    found = json.loads(out)
    assert status == 0
    women, men = 100 / 48 * 25, 50.0  # places 1 of 4 by centroid; 100 of 200 points
    assert found["profile"]["weights"]["casualties"] == pytest.approx((women + men) / 2, abs=1e-4)
    assert sum(found["profile"]["weights"].values()) == pytest.approx(100, abs=1e-3)
    assert set(found["by_kind"]) == {"women", "men"}
    assert found["by_kind"]["women"]["weights"]["road"] == pytest.approx(3 / 48)
    assert 0 < found["group"]["kendall_w"] < 1
    ProfileSection.model_validate(found["profile"])
    text = run(capsys, "weights", str(answers), *here)[1]
    pasted = yaml.safe_load(text.split("in config.yaml:")[1])
    assert pasted == [found["profile"]]


def test_judgements_that_do_not_fit_are_told_with_the_worst_one(
    example_programme: Programme, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text(JUDGED, encoding="utf-8")
    status, out, _ = run(capsys, "weights", str(answers), "--programme", str(example_programme.directory))
    assert status == 0
    assert "consistency ratio 0.2" in out
    assert "fits the others least is casualties : school = 0.333" in out


def test_diagnostics_say_that_they_are_not_for_adoption(example_programme: Programme, capsys: pytest.CaptureFixture[str]) -> None:
    here = ("--programme", str(example_programme.directory))
    found = json.loads(run(capsys, "weights", "--diagnostics", "--json", *here)[1])
    assert found["note"].startswith("Diagnostics, not for adoption")
    assert found["profile"] is None
    assert {round(sum(weights.values()), 9) for weights in found["diagnostics"].values()} == {1.0}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ANSWERS.replace("casualties", "victims"), "Answers name criteria of the programme; unknown: victims."),
        (ANSWERS.replace("order: [", "weights: {road: 1}, order: ["), "an answer is given in one way"),
        (ANSWERS.replace('"Men"', '"Women"'), "each stakeholder answers once; a name stands twice"),
        (JUDGED.replace("      - [water, school, 1/2]\n", ""), "Every pair of criteria needs a judgement; missing are water : school."),
        ("id: &x villages", "anchors and aliases"),
    ],
)
def test_answers_that_cannot_be_used_say_why(
    text: str, told: str, example_programme: Programme, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text(text, encoding="utf-8")
    status, _, err = run(capsys, "weights", str(answers), "--programme", str(example_programme.directory))
    assert status in (1, 2)
    assert told in err
    assert "Traceback" not in err


def test_weights_without_answers_is_wrong_use(example_programme: Programme, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "weights", "--programme", str(example_programme.directory))
    assert status == 2
    assert "Give one of the two." in err


@pytest.mark.parametrize("preset", ["imsma_ng", "impact_survey"])
def test_a_programme_begins_with_a_preset_and_ranks_its_records(preset: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "programme"
    assert run(capsys, "new", str(folder), "--preset", preset)[0] == 0
    box = {"type": "Polygon", "coordinates": [[[-30, 0], [-29.999, 0], [-29.999, 0.001], [-30, 0.001], [-30, 0]]]}
    records = [
        {"area_id": "HA-1", "hazard_type": "SHA", "status": "open", "eo_categories": "UXO", "blocked_use": "none"},
        {"area_id": "HA-2", "hazard_type": "CHA", "status": "open", "eo_categories": "AP_MINE;UXO", "blocked_use": "water"},
    ]
    features = [{"type": "Feature", "properties": record, "geometry": box} for record in records]
    areas = tmp_path / "areas.geojson"
    areas.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    here = ("--programme", str(folder), "--quiet")
    assert run(capsys, "import", str(areas), "--table", "hazard_areas", *here)[0] == 0
    assert run(capsys, "build", *here)[0] == 0
    status, out, _ = run(capsys, "rank", "--json", *here)
    assert status == 0
    assert [row["area_id"] for row in json.loads(out)["areas"]] == ["HA-2", "HA-1"]


def test_judgements_of_two_kinds_of_people_are_learned_apart(
    example_programme: Programme, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Women go by the school, men by poverty; a third kind said too little."""
    ranking = example_programme.rank()
    draw = np.random.default_rng(1)
    lines = ["first,second,kind"]
    for kind, criterion in (("women", "school"), ("men", "poverty")):
        value = ranking.values[:, ranking.criteria.index(criterion)]
        for a, b in draw.choice(ranking.order, (400, 2)):
            if abs(value[a] - value[b]) > 0.02:
                first, second = (a, b) if value[a] > value[b] else (b, a)
                lines.append(f"{ranking.table.area_ids[first]},{ranking.table.area_ids[second]},{kind}")
    lines.append(f"{ranking.table.area_ids[ranking.order[0]]},{ranking.table.area_ids[ranking.order[1]]},operator")
    judgements = tmp_path / "judgements.csv"
    judgements.write_text("\n".join(lines), encoding="utf-8")
    here = ("--programme", str(example_programme.directory))
    status, out, _ = run(capsys, "preferences", str(judgements), "--json", *here)
    assert status == 0
    women, men, operator = json.loads(out)["learned"]
    assert (women["kind"], max(women["weights"], key=women["weights"].get)) == ("women", "school")
    assert (men["kind"], max(men["weights"], key=men["weights"].get)) == ("men", "poverty")
    assert women["trust"] == men["trust"] == "trust"
    assert women["measures"][0]["value"] > 0.9 > women["measures"][0]["baseline"]
    assert len(women["ask_next"]) == 10
    assert "At least 50 judgements are needed to learn from; there are 1" in operator["refused"]
    text = run(capsys, "preferences", str(judgements), *here)[1]
    assert "never in their place" in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("first,second\nHA-none,HA-nobody\n", "Judgements name areas of the data; unknown: HA-none, HA-nobody."),
        ("first,then\nA,B\n", "each line names a first and a second area; lines without both: 2."),
        ("", "it has no lines"),
    ],
)
def test_judgements_that_cannot_be_read_say_why(
    text: str, told: str, example_programme: Programme, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judgements = tmp_path / "judgements.csv"
    judgements.write_text(text, encoding="utf-8")
    status, _, err = run(capsys, "preferences", str(judgements), "--programme", str(example_programme.directory))
    assert status == 1
    assert told in err
