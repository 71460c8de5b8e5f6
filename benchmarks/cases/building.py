"""One build of a programme folder; as a process of its own it tells its time, memory and where the snapshot is."""

from __future__ import annotations

import json
import resource
import sys
import time

from benchmarks.cases.memory import MB_PER_KB, watch_children
from dashboard.programme import Programme

_MEASURING, _AFTER_MEASURING = "measuring", "freezing the basemap"
"""What a build says when it begins to measure, and when it has measured; one that changes nothing says neither."""


def main(folder: str, workers: str) -> None:
    """Print as JSON: seconds of the build and of measuring alone, processor seconds, most memory of the process and of a worker."""
    programme = Programme.open(folder)
    began: dict[str, float] = {}
    started = time.perf_counter()
    with watch_children() as children:
        snapshot = programme.build(workers=int(workers), progress=lambda _, what: began.setdefault(what, time.perf_counter()))
    seconds = time.perf_counter() - started
    measuring_s = began[_AFTER_MEASURING] - began[_MEASURING] if _MEASURING in began else 0.0
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    told = {
        "seconds": seconds,
        "measuring_s": measuring_s,
        "cpu_s": sum(each.ru_utime + each.ru_stime for each in used),
        "own_mb": used[0].ru_maxrss * MB_PER_KB,
        "worker_mb": children.most_mb,
        "path": str(snapshot.path),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
