"""Enumerations have a word for each code in each language of the product."""

from __future__ import annotations

import pytest

from geodata.errors import GeodataError
from geodata.schema.codes import CODE_LISTS, LANGUAGES, code_list


@pytest.mark.parametrize("name", sorted(CODE_LISTS))
def test_each_code_has_a_label_in_each_language_and_stands_once(name: str) -> None:
    codes = code_list(name)
    assert len(set(codes.values)) == len(codes.values)
    for code in codes.codes:
        assert set(code.labels) == set(LANGUAGES)
        assert all(label.strip() == label and label for label in code.labels.values())


def test_a_label_falls_back_to_english_and_an_unknown_code_to_itself() -> None:
    status = code_list("status")
    assert status.label("open", "fr") == "ouverte"
    assert status.label("open", "km") == "open"
    assert status.label("burnt", "en") == "burnt"


def test_an_unknown_list_says_which_there_are() -> None:
    with pytest.raises(GeodataError, match=r"There is no code list 'colour'") as caught:
        code_list("colour")
    assert "hazard_type" in caught.value.remedy
