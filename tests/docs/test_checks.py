"""The page on checks says every finding that a check of the registry can make."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACES = ("geodata/registry/quality", "geodata/registry/ledger", "geodata/ingest/checks.py")


def _said() -> set[str]:
    page = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    return {code for line in page.splitlines() if line.startswith("| `") for code in re.findall(r"`(\w+)`", line.split("|")[1])}


def _made() -> set[str]:
    """Codes in calls that make findings, and the classes of overlaps."""
    made = set()
    for place in PLACES:
        for path in [*(ROOT / place).rglob("*.py")] or [ROOT / place]:
            text = path.read_text(encoding="utf-8")
            made |= set(re.findall(r'(?:finding|Finding)\(\s*"(\w+)"', text))
            made |= set(re.findall(r'found\.add\(\s*(?:"\w+"|_AREAS|table\.name|name),\s*"(\w+)"', text))
            made |= set(re.findall(r'\("(ledger_\w+)", ', text)) | set(re.findall(r'"(\w+_not_stated)"', text))
            if path.name == "areas.py":
                kinds = re.search(r"_OVERLAPS = \{(.*?)\n\}", text, re.DOTALL)
                assert kinds
                made |= {f"overlap_{kind}" for kind in re.findall(r'^    "(\w+)":', kinds[1], re.MULTILINE)}
    return made


def test_every_finding_is_explained_and_none_that_is_not_made() -> None:
    made = _made()
    assert len(made) > 35
    assert _said() == made
