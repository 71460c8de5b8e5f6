"""Every layer with whose it is and where it reaches, on the map one at a time; and how each indicator is spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard.components.area import table
from dashboard.components.charts import spark
from dashboard.components.ids import Data
from dashboard.components.map import layer_map
from dashboard.components.maptexts import map_texts
from dashboard.components.notices import skeleton
from dashboard.components.page import Page
from dashboard.i18n import format_date, format_share, format_value
from dashboard.services.layers import MAX_FEATURES, DrawnLayer, IndicatorSpread, class_colour, ramp_colours
from geodata.schema.config import LayerSection
from geodata.snapshot.frozen import IndicatorInfo


def layers_tab(page: Page) -> list[Any]:
    """The tab, before any layer is drawn."""
    layers = page.config.layers
    if not layers:
        return [html.P(page.t("data.no_layers"), className="empty")]
    first = next((each.id for each in layers if each.kind != "table" and each.sensitivity != "secret"), layers[0].id)
    options = [{"value": each.id, "label": layer_name(page, each)} for each in layers]
    choose = dmc.Select(
        id=Data.LAYER, label=page.t("data.show_layer"), data=options, value=first, allowDeselect=False, size="sm", className="layer-choice",
        comboboxProps={"width": 320, "position": "bottom-start"},
    )  # fmt: skip
    return [
        html.Section([html.H2(page.t("data.layers")), choose, html.Div(skeleton(), id=Data.LAYER_BOX)]),
        html.Section([html.H2(page.t("data.all_layers")), _all_layers(page, layers)]),
        html.Section(
            [
                html.H2(page.t("data.indicators")),
                html.P(page.t("data.indicators_help"), className="quiet"),
                html.Div(skeleton(), id=Data.INDICATORS),
            ]
        ),
    ]


def layer_name(page: Page, layer: LayerSection) -> str:
    """A layer's name in the person's language, where config.yaml gives one."""
    label = page.say(layer.map.label) if layer.map is not None and layer.map.label else ""
    return f"{label} ({layer.id})" if label else layer.id


def layer_box(page: Page, layer: LayerSection, drawn: DrawnLayer) -> html.Div:
    """A layer on the map, with its legend and what is known of it."""
    outlines = list(drawn.outlines)
    where = layer_map(
        f"map-data-layer-{layer.id}", drawn.box, outlines, drawn.picture,
        colours=[class_colour(number) for number in drawn.class_of], language=page.language, texts=map_texts(page),
    )  # fmt: skip
    return html.Div(
        [html.Div(where, className="layer-map"), html.Div([_legend(page, layer, drawn), layer_facts(page, layer)])],
        className="layer-columns",
    )


def layer_facts(page: Page, layer: LayerSection) -> html.Dl:
    """Whose a layer is, of when, and where it reaches."""
    cover = page.t("data.covers_of", layer=layer.coverage) if layer.coverage else page.t("data.covers_all")
    used = "; ".join(page.say(each.label) for each in page.config.indicators if each.layer == layer.id)
    pairs = [
        ("source", layer.source),
        ("date", format_date(layer.date, page.language) if layer.date else page.t("value.unknown")),
        ("licence", layer.licence),
        ("coverage", cover),
        ("sensitivity", page.t(f"data.sensitivity.{layer.sensitivity}")),
        ("kind", page.t(f"data.kind.{layer.kind}")),
        ("used_for", used or (page.t("method.basemap") if layer.map is not None else page.t("data.not_used"))),
    ]
    return html.Dl([html.Div([html.Dt(page.t(f"table.{key}")), html.Dd(html.Bdi(text))]) for key, text in pairs], className="facts")


def indicator_cards(page: Page, found: Sequence[IndicatorSpread]) -> html.Div:
    """One card an indicator: histogram, unit, known and unknown."""
    return html.Div([_indicator(page, each) for each in found], className="criterion-cards")


def _indicator(page: Page, spread: IndicatorSpread) -> html.Article:
    info, shown = spread.info, spread.histogram
    ends = (
        [format_value(end, info.unit, page.language, info.unit_words) for end in (shown.low, shown.high)] if spread.n_known else ["–", "–"]
    )
    label = page.say(info.label) or info.id
    words = page.t("weights.histogram", low=ends[0], high=ends[1], n=shown.n_unknown)
    drawn = [
        spark(shown.counts, f"{label}. {words}"),
        html.Div([html.Span(html.Bdi(end)) for end in ends], className="histogram-ends"),
    ]
    median = "–" if info.median is None else format_value(info.median, info.unit, page.language, info.unit_words)
    facts = [
        (page.t("data.known"), page.t("data.known_of", n=spread.n_known, total=spread.n_areas)),
        (page.t("value.unknown"), page.number(spread.n_areas - spread.n_known)),
        (page.t("table.coverage"), format_share(spread.coverage, page.language)),
        (page.t("data.median"), median),
        *((page.t(f"data.{name}"), format_share(share, page.language)) for name, share in _rests_on(info) if share is not None),
        (page.t("table.layer"), info.layer or page.t("data.own_record")),
        (page.t("table.date"), format_date(info.date, page.language) if info.date else "–"),
    ]
    rows = html.Dl([html.Div([html.Dt(name), html.Dd(html.Bdi(text))]) for name, text in facts], className="facts")
    return html.Article([html.H3(label), *(drawn if spread.n_known else [html.P(page.t("data.none_known"))]), rows], className="card")


def _rests_on(info: IndicatorInfo) -> list[tuple[str, float | None]]:
    """How the rows of the layer were joined, and what a gain in access rests on."""
    return [("joined", info.join_rate), ("inferred", info.inferred_share), ("friction_unknown", info.unknown_friction_share)]


def _legend(page: Page, layer: LayerSection, drawn: DrawnLayer) -> html.Div:
    """What the map shows, in words and colours."""
    parts: list[Any] = [html.H3(layer_name(page, layer))]
    if drawn.breaks:
        n = max(len(drawn.breaks) - 1, 1)
        ends = [f"{page.number(drawn.breaks[at])}–{page.number(drawn.breaks[min(at + 1, len(drawn.breaks) - 1)])}" for at in range(n)]
        swatches = [
            html.Li([html.Span(className="lr-swatch", style={"background": colour}), html.Span(end)])
            for colour, end in zip(ramp_colours(n), ends, strict=True)
        ]
        parts += [html.Ul(swatches[::-1], className="map-keys map-keys-down"), html.P(page.t("data.classes_help"), className="quiet")]
    elif drawn.n_features is not None:
        parts += [_classes(page, drawn)] if drawn.classes else []
        shown = min(drawn.n_features, MAX_FEATURES)
        parts += [
            _count(page, layer, drawn.n_features, has_key=not drawn.classes),
            *([html.P(page.t("data.features_shown", n=shown), className="quiet")] if shown < drawn.n_features else []),
        ]
    return html.Div(parts, className="layer-legend")


def _count(page: Page, layer: LayerSection, n_features: int, *, has_key: bool) -> html.Ul:
    key = [html.Span(className=f"key key-{layer.kind}")] if has_key else []
    return html.Ul([html.Li([*key, page.t("data.features", n=n_features)])], className="map-keys")


def _classes(page: Page, drawn: DrawnLayer) -> html.Ul:
    """The colour of each class."""
    named: list[tuple[int, Any]] = [(number, html.Bdi(name)) for number, name in enumerate(drawn.classes)]
    if -1 in drawn.class_of:
        named.append((-1, page.t("data.other_classes")))
    keys = [
        html.Li([html.Span(className="lr-swatch", style={"background": class_colour(number)}), html.Span(name)]) for number, name in named
    ]
    return html.Ul(keys, className="map-keys map-keys-down")


def _all_layers(page: Page, layers: Sequence[LayerSection]) -> html.Div:
    rows: list[list[Any]] = [
        [
            layer_name(page, each),
            page.t(f"data.kind.{each.kind}"),
            html.Bdi(each.source),
            html.Bdi(each.licence),
            format_date(each.date, page.language) if each.date else page.t("value.unknown"),
            page.t("data.covers_of", layer=each.coverage) if each.coverage else page.t("data.covers_all"),
            page.t(f"data.sensitivity.{each.sensitivity}"),
        ]
        for each in layers
    ]
    return table(page, ("layer", "kind", "source", "licence", "date", "coverage", "sensitivity"), rows)
