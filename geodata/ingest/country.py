"""The country's outline, for coordinate checks."""

from __future__ import annotations

from pathlib import Path

import geopandas
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from geodata.errors import LayerError
from geodata.schema.config import Config


def country_outline(config: Config, programme_dir: Path) -> shapely.Geometry | None:
    """Union of the polygons of ``programme.outline`` in EPSG:4326; None where the programme names no outline.

    Raises
    ------
    LayerError
        The layer cannot be read.
    """
    wanted = config.programme.outline
    if wanted is None:
        return None
    section = next(layer for layer in config.layers if layer.id == wanted)
    path = programme_dir / section.path
    try:
        if path.suffix == ".parquet":
            frame = geopandas.read_parquet(path)
        else:
            frame = geopandas.read_file(path, layer=section.layer) if section.layer else geopandas.read_file(path)
    except (DataSourceError, DataLayerError, OSError, ValueError):
        message = f"layers.{wanted}: {section.path} cannot be read as the outline of the country."
        raise LayerError(message, "Mend its path and layer in config.yaml, or leave programme.outline out.") from None
    if frame.crs is not None:
        frame = frame.to_crs(4326)
    return shapely.union_all(shapely.make_valid(frame.geometry.to_numpy()))
