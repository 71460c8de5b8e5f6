"""A programme in a fictional country, into which files are imported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas
import pytest
import shapely

from geodata.ingest import ImportReport, import_file
from geodata.registry import Registry, open_registry
from geodata.schema.config import Config

COUNTRY = shapely.box(60, 29, 75, 39)
Importer = Callable[..., ImportReport]


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    """An empty registry."""
    made = open_registry(tmp_path / "registry.sqlite", create=True)
    yield made
    made.close()


@pytest.fixture
def importer(registry: Registry, tmp_path: Path) -> Importer:
    """Imports a file into the programme."""
    (tmp_path / "layers").mkdir()
    geopandas.GeoDataFrame(geometry=[COUNTRY], crs=4326).to_file(tmp_path / "layers" / "country.gpkg")
    config = Config.model_validate(
        {
            "programme": {"name": "Test", "country": "Testland", "outline": "country"},
            "layers": [{"id": "country", "path": "layers/country.gpkg", "kind": "polygon", "source": "test", "licence": "test"}],
        }
    )

    def run(path: Path, table: str = "hazard_areas", **options: object) -> ImportReport:
        return import_file(registry, config, path, table, programme_dir=tmp_path, author="Ana", **options)  # type: ignore[arg-type]

    return run
