"""Print every figure beside its peer: ``python -m benchmarks [NAME ...]``, names as the modules of this folder."""

from __future__ import annotations

import math
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.figure import Figure

NOT_BENCHMARKS = {"__init__", "__main__", "figure"}


def names() -> list[str]:
    """Benchmarks there are: one module each, with ``run() -> list[Figure]``."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in NOT_BENCHMARKS)


def main(wanted: list[str]) -> int:
    """Run the benchmarks named, or all; returns 2 where a name is none."""
    unknown = sorted(set(wanted) - set(names()))
    if unknown:
        print(f"No benchmark {unknown[0]!r}; there are: {', '.join(names())}.", file=sys.stderr)
        return 2
    print("| figure | at | ours | peer or floor | ratio | target | reached |\n| --- | --- | --- | --- | --- | --- | --- |")
    for name in wanted or names():
        for figure in import_module(f"benchmarks.{name}").run():
            print(_row(figure), flush=True)
    return 0


def _row(figure: Figure) -> str:
    has_peer = not math.isnan(figure.peer)
    peer = f"{figure.peer:.4g} {figure.unit} ({figure.peer_name})" if has_peer else figure.peer_name or "-"
    ratio = f"{figure.ratio:.2f}" if has_peer else "-"
    reached = {True: "yes", False: "no", None: "-"}[figure.reached]
    return f"| {figure.name} | {figure.at} | {figure.ours:.4g} {figure.unit} | {peer} | {ratio} | {figure.target} | {reached} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
