"""Text that a spreadsheet must not run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.export.text import clean_text, neutralise, restore, starts_formula


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠a", "'=1", "''=1"], ids=repr)
def test_text_that_could_run_gets_an_apostrophe(text: str) -> None:
    assert neutralise(text) == "'" + text


@pytest.mark.parametrize("text", ["", "road", "1-2", "a=b", "'quiet", "' =1", "'", " =1"], ids=repr)
def test_other_text_stays(text: str) -> None:
    assert neutralise(text) == text
    assert not starts_formula(text)


@given(st.text(alphabet=st.one_of(st.sampled_from("'=+-@\t\r\n＝a"), st.characters())))
def test_restoring_gives_back_every_text(text: str) -> None:
    assert restore(neutralise(text)) == text


@given(st.text())
def test_neutralised_text_never_begins_like_a_formula(text: str) -> None:
    assert neutralise(text)[:1] not in tuple("=+-@\t\r\n＝＋－＠")


def test_characters_that_files_cannot_hold_are_replaced() -> None:
    assert clean_text("a\x00b\x1fc\ud800d\uffffe\r\nf\rg\th") == "a\ufffdb\ufffdc\ufffdd\ufffde\nf\ng\th"
