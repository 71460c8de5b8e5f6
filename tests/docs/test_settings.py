"""The settings page says every field there is."""

from pathlib import Path

from geodata.schema.document import render_settings

ROOT = Path(__file__).parents[2]


def test_the_settings_page_is_what_the_schema_says() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == render_settings()


def test_every_field_has_a_meaning() -> None:
    rows = [line for line in render_settings().splitlines() if line.startswith("| `")]
    assert len(rows) > 100
    assert [row for row in rows if row.rstrip(" |").count("|") < 4] == []
