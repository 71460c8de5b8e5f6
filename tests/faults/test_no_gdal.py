"""No process opens the registry file through GDAL, whose own SQLite would undo the locks of ours."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.programme import Programme

ROOT = Path(__file__).parents[2]
GDAL = ("pyogrio", "rasterio", "fiona", "osgeo", "exactextract")
READERS = ("read_file", "to_file", "list_layers")


def test_no_module_that_calls_gdal_knows_the_registry_file() -> None:
    found = {}
    for package in ("geodata", "models", "dashboard"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if path.parent.name != "example" and _calls_gdal(ast.parse(text)):
                found[path.relative_to(ROOT).as_posix()] = text
    assert [name for name in found if name.startswith("geodata/registry/")] == ["geodata/registry/publish.py"]
    assert {"geodata/layers/vector.py", "geodata/layers/raster.py", "geodata/ingest/vector.py"} <= set(found)
    assert [name for name, text in found.items() if "registry_address" in text or "registry.sqlite" in text] == []


def _calls_gdal(tree: ast.AST) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(alias.name.split(".")[0] in GDAL for alias in node.names):
            return True
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in GDAL:
            return True
        if isinstance(node, ast.Attribute) and node.attr in READERS and getattr(node.value, "id", "") in ("geopandas", "gpd"):
            return True
    return False


SCRIPT = """
import os, sys
import pyogrio, rasterio
from dashboard.cli import main
opened = []
def noting(module, name):
    original = getattr(module, name)
    def call(path, *arguments, **options):
        opened.append(str(path))
        return original(path, *arguments, **options)
    setattr(module, name, call)
for name in ("read_dataframe", "read_info", "read_arrow", "list_layers", "write_dataframe"):
    noting(pyogrio, name)
noting(rasterio, "open")
folder, source = sys.argv[1:]
for command in (
    ["import", source, "--table", "accidents"], ["check"], ["build"], ["rank"], ["history"], ["publish"], ["ledger"],
    ["backup", folder + "/b.zip"], ["audit"],
):
    status = main([*command, "--programme", folder, "--quiet"])
    assert status == 0, command
from dashboard.app import create_server
server = create_server(folder)
client = server.test_client()
for page in ("/", "/health", "/api/areas"):
    status = client.get(page).status_code
    assert status < 500, (page, status)
left = [os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{fd}")]
print("LEFT", [name for name in left if "registry.sqlite" in name])
print("OPENED", len(opened), [name for name in opened if name.endswith("registry.sqlite")])
"""


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")
def test_import_check_build_rank_and_serve_never_open_it_through_gdal(example_programme: Programme, tmp_path: Path) -> None:
    folder = shutil.copytree(example_programme.directory, tmp_path / "programme")
    source = tmp_path / "accidents.csv"
    source.write_text("accident_id,date,kind\nX-1,2020-01-01,incident\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CPL_DEBUG": "ON", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", SCRIPT, str(folder), str(source)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    lines = done.stdout.splitlines()
    assert "LEFT []" in lines
    opened = next(line.split(" ", 2) for line in lines if line.startswith("OPENED"))
    assert int(opened[1]) > 5
    assert opened[2] == "[]"
    assert "GDAL: GDALOpen(" in done.stderr
    assert "registry.sqlite" not in done.stderr
