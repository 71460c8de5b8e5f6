"""A process that writes: ``writer.py ADDRESS NAME N`` adds N areas in N changes and prints each id once it is acknowledged."""

from __future__ import annotations

import sys

import geopandas
import shapely

from geodata.registry import ChangeMeta, open_registry


def main(address: str, name: str, count: int) -> None:
    """Add ``count`` areas, one a change, and update the one that all writers share."""
    registry = open_registry(address)
    for number in range(count):
        ids = [f"{name}-{number:03d}", "shared"]
        frame = geopandas.GeoDataFrame(
            {"area_id": ids, "name": [name, f"{name} {number}"]}, geometry=[shapely.box(number, 0, number + 1, 1), None], crs=4326
        )
        registry.apply("hazard_areas", frame, ChangeMeta(author=name))
        sys.stdout.write(f"{ids[0]}\n")
        sys.stdout.flush()
    registry.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
