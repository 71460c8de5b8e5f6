"""The receipt and its notes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dashboard.export import Receipt, ReceiptError
from dashboard.export.notes import note_words


def receipt_of(case: Any, tmp_path: Path, **options: Any) -> Receipt:
    return case.export(tmp_path / "list.csv", **options)


def test_a_receipt_holds_what_the_list_was_made_of(case: Any, tmp_path: Path) -> None:
    content = json.loads(receipt_of(case, tmp_path, area_ids=["HA-0003", "HA-0001"], filter_text="north only", language="fr").to_json())
    assert content["format"] == "landrelease-receipt/1"
    assert content["data_version"] == "0123456789abcdef"
    assert content["audience"] == "authority"
    assert content["scenario"] == json.loads(case.scenario.canonical_json())
    assert content["filter"] == {"text": "north only", "area_ids": ["HA-0001", "HA-0003"]}
    assert [column["name"] for column in content["columns"]][-1] == "rank_in_selection"
    assert content["sort"] == ["rank", "area_id"]
    assert content["language"] == "fr"
    assert content["seed"] is None
    assert content["code_version"]
    assert len(content["table_sha256"]) == 64
    assert content["programme"] == {
        "name": {"en": "Velm & Sons", "fr": "Velm et fils"}, "country": "Velm", "fictional": True, "data_until": None,
    }  # fmt: skip


def test_a_receipt_read_back_is_the_same(case: Any, tmp_path: Path) -> None:
    receipt = receipt_of(case, tmp_path)
    assert Receipt.from_json(receipt.to_json()) == receipt
    assert Receipt.from_json(receipt.to_json(indent=2).encode()) == receipt


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "landrelease-receipt/99"}, "landrelease-receipt/99"),
        ({"columns": [{"name": "rank"}]}, "columns"),
        ({"scenario": "best"}, "scenario"),
        ({"filter": {"area_ids": [1, 2]}}, "filter"),
        ({"table_sha256": None}, "table_sha256"),
        ({"extra": 1}, "extra"),
    ],
    ids=["a later format", "columns", "scenario", "filter", "no digest", "an unknown part"],
)
def test_a_damaged_receipt_is_refused(change: dict[str, Any], words: str, case: Any, tmp_path: Path) -> None:
    content = {**json.loads(receipt_of(case, tmp_path).to_json()), **change}
    with pytest.raises(ReceiptError, match=words):
        Receipt.from_json(json.dumps(content))


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '"x"'])
def test_text_that_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(ReceiptError):
        Receipt.from_json(text)


def test_notes_speak_the_language_of_the_file(case: Any, tmp_path: Path) -> None:
    notes = receipt_of(case, tmp_path, language="fr").notes
    assert "Ne pas utiliser pour la navigation." in notes[1]
    assert "Programme : Velm et fils, Velm." in notes
    assert all("FICTI" in notes[0] for _ in notes)


def test_a_language_without_notes_falls_back_to_english() -> None:
    assert note_words("km") == note_words("en")


@pytest.mark.parametrize("language", ["es", "fr", "ar"])
def test_every_language_has_every_sentence_with_its_places(language: str) -> None:
    def places(text: str) -> set[str]:
        return {part.split("}")[0] for part in text.split("{")[1:]}

    english, other = note_words("en"), note_words(language)
    assert set(english) == set(other)
    assert {name: places(text) for name, text in english.items()} == {name: places(text) for name, text in other.items()}
    assert "FICTIONAL" in other["fictional"]
    assert "not yet estimated" in other["not_estimated"]
