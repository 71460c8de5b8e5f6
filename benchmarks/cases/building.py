"""One build of a programme folder; as a process of its own it tells its time, memory and where the snapshot is."""

from __future__ import annotations

import json
import resource
import sys
import time

from benchmarks.cases.memory import MB_PER_KB, watch_children
from dashboard.programme import Programme


def main(folder: str, workers: str) -> None:
    """Print as JSON: seconds of the build, processor seconds of the whole process, most memory of it and of its greatest worker."""
    programme = Programme.open(folder)
    started = time.perf_counter()
    with watch_children() as children:
        snapshot = programme.build(workers=int(workers))
    seconds = time.perf_counter() - started
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu_s = sum(each.ru_utime + each.ru_stime for each in used)
    own_mb = used[0].ru_maxrss * MB_PER_KB
    print(json.dumps({"seconds": seconds, "cpu_s": cpu_s, "own_mb": own_mb, "worker_mb": children.most_mb, "path": str(snapshot.path)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
