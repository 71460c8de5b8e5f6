"""Publish a registry as a read-only GeoPackage for QGIS and ArcGIS: written beside, then put in place at once."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from pathlib import Path

import pandas as pd
import pyogrio
from geopandas import GeoDataFrame
from pandas import DataFrame

from geodata.errors import RegistryError
from geodata.geometry.area import measured_area_m2
from geodata.registry.base import Registry
from geodata.registry.publish_style import STYLED, style_table
from geodata.schema.records import TABLES


def publish(
    registry: Registry, target: Path, *, title: str = "", as_of: dt.date | None = None, known: dt.datetime | None = None
) -> dict[str, int]:
    """Write every table that holds records to a GeoPackage.

    Parameters
    ----------
    target : Path
        The file, replaced as a whole; readers of the old one keep it until they open the new one.
    title : str
        Name of the programme, for the metadata table.
    as_of, known
        A past state (see :meth:`geodata.registry.base.Registry.read`).

    Returns
    -------
    Rows written, by table.

    Raises
    ------
    RegistryError
        The file cannot be written; the old one is as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.stem}.{secrets.token_hex(4)}.gpkg")
    counts: dict[str, int] = {}
    try:
        for name, table in TABLES.items():
            frame = registry.read(name, as_of=as_of, known=known)
            if len(frame):
                _write_table(temporary, name, frame, measure="polygon" in table.geometry)
                counts[name] = len(frame)
        about = {"title": title, "registry_head": registry.head(), "as_of": str(as_of or ""), "known": str(known or "")}
        about["note"] = "Read-only copy of the registry. No recorded hazard does not mean no hazard. Not for navigation."
        metadata = DataFrame({"key": list(about), "value": list(about.values())})
        pyogrio.write_dataframe(metadata, temporary, layer="metadata", driver="GPKG", append=temporary.exists())
        if STYLED in counts:
            pyogrio.write_dataframe(style_table(), temporary, layer="layer_styles", driver="GPKG", append=True)
        _settle(temporary, target)
    except (OSError, pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError) as error:
        message = f"{target} could not be written: {error}. The copy before it is as it was."
        raise RegistryError(message, f"Check room and permissions of {target.parent}.", code="publish_failed") from None
    finally:
        for leftover in target.parent.glob(f"{temporary.name}*"):
            leftover.unlink(missing_ok=True)
    return counts


def _write_table(path: Path, name: str, frame: GeoDataFrame | DataFrame, *, measure: bool) -> None:
    if measure and isinstance(frame, GeoDataFrame):
        frame = frame.assign(area_measured_m2=measured_area_m2(frame.geometry.to_numpy()).round(1))
    dates = [column for column in frame.columns if pd.api.types.is_datetime64_any_dtype(frame[column])]
    plain = frame.assign(**{column: frame[column].dt.strftime("%Y-%m-%d") for column in dates})
    kind = {"geometry_type": "Unknown"} if isinstance(frame, GeoDataFrame) else {}
    pyogrio.write_dataframe(plain, path, layer=name, driver="GPKG", append=path.exists(), **kind)


def _settle(temporary: Path, target: Path) -> None:
    """Onto the disk, read-only, and in place."""
    with temporary.open("rb+") as stream:
        os.fsync(stream.fileno())
    temporary.chmod(0o444)
    temporary.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
