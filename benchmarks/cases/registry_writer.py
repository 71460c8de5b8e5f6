"""One of several processes that write into a registry: ``registry_writer ADDRESS NAME N_AREAS PAUSE`` until its input ends."""

from __future__ import annotations

import random
import sys
import threading

import pandas as pd

from geodata.registry import ChangeMeta, open_registry

MOST_ROWS = 20


def main(address: str, name: str, n_areas: int, pause: float) -> None:
    """Change up to twenty areas at a time; prints how many changes it made when its input ends."""
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    chance, count = random.Random(name), 0
    registry = open_registry(address)
    print("ready", flush=True)
    while not ended.wait(pause):
        ids = [f"HA-{chance.randrange(n_areas):06d}" for _ in range(chance.randint(1, MOST_ROWS))]
        rows = pd.DataFrame({"area_id": sorted(set(ids))}).assign(tasked_to=f"{name} {count}")
        registry.apply("hazard_areas", rows, ChangeMeta(author=name))
        count += 1
    registry.close()
    print(count, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
