"""Callbacks: each reads the view, calls one service and builds components."""

from __future__ import annotations

from typing import Any

from dashboard.callbacks import browser, data, data_import, jobs, judgements, lookup, method, priorities


def register_callbacks(app: Any) -> None:
    """Register every callback of the pages with ``app``, a ``dash.Dash``."""
    browser.register(app)
    priorities.register(app)
    judgements.register(app)
    lookup.register(app)
    method.register(app)
    data.register(app)
    data_import.register(app)
    jobs.register(app)
