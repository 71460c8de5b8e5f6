"""A QGIS style for the exported layer: classes first, then bands of the score."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final
from xml.etree import ElementTree as ET

from dashboard.export.receipt import Receipt
from geodata.schema.text import say

BANDS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
BAND_COLOURS: Final = ("255,255,204", "161,218,180", "65,182,196", "44,127,184", "37,52,148")
CLASS_COLOURS: Final = {"first": "179,0,0", "category": "227,113,30", "no_go": "150,150,150"}
UNRANKED_COLOUR: Final = "220,220,220"


def layer_style(receipt: Receipt) -> str:
    """The style as QML text.

    Parameters
    ----------
    receipt : Receipt
        Its scenario names the classes, its language the words.

    Returns
    -------
    str
        A rule-based style for polygons: one rule a class, five bands of the score, and areas without a rank. QGIS draws
        features of another geometry type in its own way.
    """
    rules = [*_class_rules(receipt), *_band_rules(), ("not ranked", '"rank" IS NULL', UNRANKED_COLOUR)]
    root = ET.Element("qgis", version="3.28", styleCategories="Symbology")
    renderer = ET.SubElement(root, "renderer-v2", type="RuleRenderer", symbollevels="0", enableorderby="0")
    tree = ET.SubElement(renderer, "rules", key="{00000000-0000-0000-0000-000000000000}")
    symbols = ET.SubElement(renderer, "symbols")
    for place, (label, test, colour) in enumerate(rules):
        key = f"{{00000000-0000-0000-0000-{place + 1:012d}}}"
        ET.SubElement(tree, "rule", key=key, symbol=str(place), label=label, filter=test)
        _add_symbol(symbols, str(place), colour)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(root, encoding="unicode")


def _class_rules(receipt: Receipt) -> list[tuple[str, str, str]]:
    classes: list[dict[str, Any]] = receipt.scenario["classes"]
    labels = [(say(section["label"], receipt.language), section["kind"]) for section in classes]
    return [(label, f'"rank" IS NOT NULL AND "class" = {_quoted(label)}', CLASS_COLOURS[kind]) for label, kind in labels]


def _band_rules() -> list[tuple[str, str, str]]:
    rules = []
    for (low, high), colour in zip(pairwise(BANDS), BAND_COLOURS, strict=True):
        upper = f'"score" <= {high}' if high == BANDS[-1] else f'"score" < {high}'
        test = f'"rank" IS NOT NULL AND "class" IS NULL AND "score" >= {low} AND {upper}'
        rules.append((f"score {low:g} - {high:g}", test, colour))
    return rules


def _quoted(text: str) -> str:
    doubled = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def _add_symbol(symbols: ET.Element, name: str, colour: str) -> None:
    symbol = ET.SubElement(symbols, "symbol", type="fill", name=name, alpha="1", clip_to_extent="1", force_rhr="0")
    layer = ET.SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"})
    options = ET.SubElement(layer, "Option", type="Map")
    for key, value in (("color", f"{colour},255"), ("outline_color", "60,60,60,255"), ("outline_width", "0.2"), ("style", "solid")):
        ET.SubElement(options, "Option", type="QString", name=key, value=value)
