"""Section of the Method page: whether need goes together with contamination and with benefit, or no link was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard.components.page import Page
from dashboard.services.link_words import link_words
from dashboard.services.links import NEED


def links_section(page: Page, card: Mapping[str, Any] | None) -> html.Div:
    """Each link in a sentence; where to have them looked for while nobody has.

    Parameters
    ----------
    page : Page
    card : mapping or None
        Result of ``evaluate`` on the present snapshot.
    """
    if not any(criterion.group == NEED for criterion in page.config.criteria):
        return html.Div(html.P(page.t("link.none_asked")))
    if card is None or "links" not in card:  # a card of before links were looked for
        return html.Div(html.P(page.t("link.not_judged")))
    told = [html.Li(link_words(link, page.config, page.language)) for link in card["links"]]
    return html.Div([html.P(page.t("link.note"), className="quiet"), html.Ul(told)], className="method-part")
