"""One peer on one task in a process of its own: `python -m benchmarks.worker PEER TASK ANSWER`.

The clock runs while the peer works: neither Python's start, nor imports, nor reading the task is counted, nor what a
first call loads or compiles, for each has placed a small task before.
"""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import fields
from pathlib import Path

import numpy as np

from benchmarks.peers import peer
from benchmarks.task import WARM_UP, load_task
from tengbol.optimizer.problem import Placement


def main(name: str, source: Path, out: Path) -> None:
    """Load, place, and write what came of it as arrays."""
    one, task = peer(name), load_task(source)
    place = one.load()
    if one.unfit(WARM_UP.problem) is None:
        place(WARM_UP)
    cpu, start = _cpu_seconds(), time.perf_counter()
    answer = place(task)
    seconds, spent = time.perf_counter() - start, _cpu_seconds() - cpu
    found = {} if answer.placement is None else {f.name: getattr(answer.placement, f.name) for f in fields(Placement)}
    # Bounds may pass 64 bits: text keeps them whole.
    np.savez(
        out,
        seconds=np.array(seconds),
        cpu_seconds=np.array(spent),
        bound=np.array("" if answer.bound is None else str(answer.bound)),
        bound_total=np.array("" if answer.bound_total is None else str(answer.bound_total)),
        note=np.array(answer.note),
        **found,
    )


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
