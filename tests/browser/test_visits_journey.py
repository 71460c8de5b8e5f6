"""The page "Next visits": a budget is typed, sent by the keyboard, stands in the address and changes what is funded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser


def test_a_budget_is_sent_by_the_keyboard_and_stands_in_the_address(dashboard: Any, signed_in: Any, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{dashboard.address}/visits?lang=en&budget=100000", context=signed_in)
    page.wait_for_selector(".data-table td")
    assert page.get_by_text("100,000").count() == 1
    page.get_by_label("Budget in US dollars").fill("250000")
    page.keyboard.press("Enter")
    page.wait_for_url("**/visits?*budget=250000*")
    page.wait_for_selector(".data-table td")
    assert page.get_by_text("250,000").count() == 1
    assert "lang=en" in page.url


def test_nothing_is_wider_than_a_telephone(dashboard: Any, signed_in: Any, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{dashboard.address}/visits?lang=fr", viewport=(390, 844))
    page.context.add_cookies([dashboard.cookie])
    page.reload()
    page.wait_for_selector(".data-table td")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
