"""A process that is meant to be killed: changes a registry without end and says each change once it is acknowledged.

``writer.py ADDRESS SEED`` prints ``N import_id n_records`` a line: the change's number, its id and how many records it brought.
"""

from __future__ import annotations

import sys

import geopandas
import numpy as np
import shapely

from geodata.registry import ChangeMeta, open_registry


def main(address: str, seed: int) -> None:
    """Add batches of 1 to 4,000 areas; every fourth change takes the one before back."""
    generator = np.random.default_rng(seed)
    registry = open_registry(address)
    number = 0
    while True:
        size = int(generator.choice([1, 40, 4000]))
        ids = [f"{seed}-{number}-{i}" for i in range(size)]
        boxes = shapely.box(np.arange(size) / 100, 0, np.arange(size) / 100 + 0.005, 1)
        meta = ChangeMeta(author=f"writer {seed}", reason=str(size))
        counts = registry.apply("hazard_areas", geopandas.GeoDataFrame({"area_id": ids}, geometry=boxes, crs=4326), meta)
        sys.stdout.write(f"{number} {counts.import_id} {size}\n")
        sys.stdout.flush()
        if number % 4 == 3:
            undone = registry.undo(counts.import_id, meta)
            sys.stdout.write(f"{number} {undone.import_id} {-size}\n")
            sys.stdout.flush()
        number += 1


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
