"""Giving memory back harms nothing, and where the C library cannot do it nothing is said."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace

import pytest

from dashboard.memory import give_back_memory


def test_memory_is_given_back_whole_and_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    give_back_memory()
    kept: list[int] = []
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: SimpleNamespace(malloc_trim=lambda left: kept.append(left.value)))
    give_back_memory()
    assert kept == [0]


def test_a_c_library_that_cannot_give_back_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: SimpleNamespace())
    give_back_memory()
