"""How QGIS draws the hazard areas of a published registry: by type while they are open, apart once they are released."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

from pandas import DataFrame

STYLED: Final = "hazard_areas"
_RULES: Final = (
    ("released", "\"status\" = 'released'", "120,178,120"),
    ("closed", "\"status\" = 'closed'", "170,170,170"),
    ("suspended", "\"status\" = 'suspended'", "150,130,190"),
    ("confirmed hazardous area", "\"hazard_type\" = 'CHA'", "179,0,0"),
    ("suspected hazardous area", "\"hazard_type\" = 'SHA'", "227,113,30"),
    ("type not stated", "TRUE", "120,120,120"),
)
"""Label, test and colour; the first that fits draws an area."""


def style_table() -> DataFrame:
    """The table ``layer_styles`` that QGIS looks for in a GeoPackage, with the default style of the hazard areas."""
    row = {
        "f_table_catalog": "", "f_table_schema": "", "f_table_name": STYLED, "f_geometry_column": "geom", "styleName": "hazard areas",
        "styleQML": _qml(), "styleSLD": "", "useAsDefault": True, "description": "Type while open, status afterwards.", "owner": "",
        "ui": "", "update_time": "2000-01-01T00:00:00Z",
    }  # fmt: skip
    return DataFrame({name: [value] for name, value in row.items()})


def _qml() -> str:
    root = ET.Element("qgis", version="3.28", styleCategories="Symbology")
    renderer = ET.SubElement(root, "renderer-v2", type="RuleRenderer", symbollevels="0", enableorderby="0")
    tree = ET.SubElement(renderer, "rules", key="{00000000-0000-0000-0000-000000000000}")
    symbols = ET.SubElement(renderer, "symbols")
    before: list[str] = []
    for place, (label, test, colour) in enumerate(_RULES):
        alone = " AND ".join([*(f"NOT ({other})" for other in before), test])
        key = f"{{00000000-0000-0000-0000-{place + 1:012d}}}"
        ET.SubElement(tree, "rule", key=key, symbol=str(place), label=label, filter=alone)
        _add_fill(symbols, str(place), colour)
        before.append(test)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(root, encoding="unicode")


def _add_fill(symbols: ET.Element, name: str, colour: str) -> None:
    symbol = ET.SubElement(symbols, "symbol", type="fill", name=name, alpha="1", clip_to_extent="1", force_rhr="0")
    layer = ET.SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"})
    options = ET.SubElement(layer, "Option", type="Map")
    said = {"color": f"{colour},140", "outline_color": f"{colour},255", "outline_width": "0.3", "style": "solid"}
    for key, value in said.items():
        ET.SubElement(options, "Option", type="QString", name=key, value=value)
