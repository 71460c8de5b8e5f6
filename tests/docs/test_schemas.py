"""What commands answer with --json is published."""

import json
from pathlib import Path

from dashboard.commands.results import schemas

FOLDER = Path(__file__).parents[2] / "docs" / "schemas"


def test_the_published_schemas_are_those_of_the_program() -> None:
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")} == schemas()


def test_every_field_is_described() -> None:
    silent = [
        f"{name}: {field}"
        for name, text in schemas().items()
        for part in [json.loads(text), *json.loads(text).get("$defs", {}).values()]
        for field, value in part["properties"].items()
        if "description" not in value and "$ref" not in value
    ]
    assert silent == []
