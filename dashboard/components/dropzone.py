"""Where a file is dropped or chosen: sent as it is to the path of uploads by ``assets/js/screen/90_upload.js``."""

from __future__ import annotations

from dash import html

from dashboard.components.attributes import attributes
from dashboard.components.charts import icon
from dashboard.components.page import Page, relative
from geodata.ingest.guard import MIB, UPLOAD_LIMITS


def drop_zone(page: Page, store: str, prompt: str) -> html.Div:
    """A box for one file.

    Parameters
    ----------
    page : Page
    store : str
        Id of the ``dcc.Store`` that is told ``{"id": …, "name": …}`` once the file has arrived.
    prompt : str
        What to drop here.
    """
    most = UPLOAD_LIMITS.max_bytes
    words = attributes(
        data_store=store,
        data_address=relative("/api/uploads"),
        data_most=str(most),
        data_too_large=page.t("upload.too_large", most=most // MIB),
        data_failed=page.t("upload.failed"),
        data_sending=page.t("upload.sending"),
        data_arrived=page.t("upload.arrived"),
        data_one=page.t("upload.one"),
    )
    return html.Div(
        [
            html.Button(
                [icon("upload"), html.Span(prompt), html.Span(page.t("upload.choose"), className="drop-choose")],
                type="button",
                className="drop-button",
            ),
            html.P(page.t("upload.formats", most=most // MIB), className="quiet drop-note"),
            html.Div(
                className="drop-progress",
                hidden=True,
                role="progressbar",
                **attributes(aria_label=page.t("upload.sending"), aria_valuemin="0", aria_valuemax="100"),
            ),
            html.P(className="drop-status", role="status"),
        ],
        className="drop-zone",
        **words,
    )
