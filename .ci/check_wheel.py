"""The wheel holds the three packages, the assets, and nothing else at its top."""

from __future__ import annotations

import sys
import zipfile

EXPECTED = (
    "dashboard/cli.py",
    "dashboard/i18n/catalogues/en.json",
    "models/ranking/__init__.py",
    "geodata/example/config.yaml",
    "geodata/schema/new.yaml",
    "geodata/schema/presets/imsma_ng.yaml",
)
TOPS = {"assets", "dashboard", "geodata", "models"}
KINDS = (".css", ".js", ".woff2")


def main(path: str) -> int:
    """Say what is missing or too much; 0 where nothing is."""
    names = zipfile.ZipFile(path).namelist()
    problems = [f"missing: {name}" for name in EXPECTED if name not in names]
    problems += [f"no {kind} in assets" for kind in KINDS if not any(n.startswith("assets/") and n.endswith(kind) for n in names)]
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    problems += [f"unexpected at the top: {top}" for top in sorted(tops - TOPS)]
    print("\n".join(problems) or f"{len(names)} files, nothing missing")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
