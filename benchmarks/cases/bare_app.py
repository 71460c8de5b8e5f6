"""The least that a Dash application with geopandas is: the floor for the start of a server and its memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def make_server() -> Flask:
    """A page with a slider and a table."""
    import dash_ag_grid as dag
    import geopandas  # noqa: F401 - loading it is what is measured
    from dash import Dash, dcc, html

    app = Dash("bare")
    app.layout = html.Div([dcc.Slider(0, 1, value=0.5), dag.AgGrid(rowData=[{"a": 1}], columnDefs=[{"field": "a"}])])
    app.server.add_url_rule("/health", "health", lambda: "ok")
    server: Flask = app.server
    return server
