"""What a cluster brings: the same components searched by one process, by two, and by two workers of a scheduler on the
loopback; what travels for each, and what each costs to send. From these follows where a cluster pays.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.config import Config
from tengbol.optimizer import solve as solver
from tengbol.optimizer.workers import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.instances import Case

WORKERS: Final = 2
_PATIENCE: Final = 120.0
#: Tasks that do nothing, to see what a task costs beside its work.
_EMPTY: Final = 400


@dataclass(frozen=True)
class Clustered:
    """seconds of a whole solve: in one process, in two, on the cluster. searches: `(C,)` seconds of each searched
    component alone; sent, back: `(C,)` bytes. connecting: seconds until the first empty task is back; task: seconds
    for each further one. same: whether all three solutions are equal.
    """

    case: Case
    alone: float
    processes: float
    cluster: float
    searches: tuple[float, ...]
    sent: tuple[int, ...]
    back: tuple[int, ...]
    connecting: float
    task: float
    same: bool

    def pays_from(self, workers: int, cores: int = 2) -> float:
        """Seconds of searching, in all, above which so many workers are faster than this machine's own cores.

        Work W in tasks of the mean length m: W / cores = connecting + W / workers + (W / m) · task.
        """
        mean = sum(self.searches) / len(self.searches)
        gain = 1 / cores - 1 / workers - self.task / mean
        return self.connecting / gain if gain > 0 else float("inf")


@contextmanager
def scheduler(folder: Path) -> Iterator[Path]:
    """Start a real scheduler and two workers on the loopback; gives the scheduler's file."""
    place = folder / "scheduler.json"
    begun = [
        _started("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(place))
    ]
    try:
        waited = time.monotonic() + _PATIENCE
        while not place.exists():
            if begun[0].poll() is not None or time.monotonic() > waited:
                raise RuntimeError("the scheduler has not written its file")
            time.sleep(0.05)
        begun += [worker(place) for _ in range(WORKERS)]
        yield place
    finally:
        for process in reversed(begun):
            process.kill()
            process.wait()


def worker(place: Path) -> subprocess.Popen[bytes]:
    """Start one worker process with one thread."""
    return _started(
        "worker", "--scheduler-file", str(place), "--nworkers", "1", "--nthreads", "1", "--no-dashboard", "--no-nanny",
        "--local-directory", str(place.parent),
    )  # fmt: skip


def _started(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def clustered(case: Case) -> Clustered:
    """Measure one instance of many components; workers have run once before, as those of a chamber have."""
    limit = Config().search_limit
    one, alone = _timed(case, limit=limit, processes=1)
    two, processes = _timed(case, limit=limit, processes=WORKERS)
    with tempfile.TemporaryDirectory() as folder, scheduler(Path(folder)) as place:
        _wait_for(place)
        _timed(case, limit=limit, cluster=str(place))
        there, cluster = _timed(case, limit=limit, cluster=str(place))
        connecting, task = _empty(str(place))
    searches, sent, back = _components(case, limit)
    same = all(_equal(one, other) for other in (two, there))
    return Clustered(case, alone, processes, cluster, searches, sent, back, connecting, task, same)


def _timed(case: Case, **options: object) -> tuple[solver.Solution, float]:
    start = time.perf_counter()
    found = solver.solve(case.problem, **options)  # type: ignore[arg-type]
    return found, time.perf_counter() - start


def _wait_for(place: Path) -> None:
    from distributed import Client

    with Client(scheduler_file=str(place), timeout=_PATIENCE, set_as_default=False) as client:
        client.wait_for_workers(WORKERS, timeout=_PATIENCE)


def _empty(cluster: str) -> tuple[float, float]:
    def lasting(tasks: int) -> float:
        start = time.perf_counter()
        list(side_by_side(abs, list(range(tasks)), processes=1, cluster=cluster, work=0))
        return time.perf_counter() - start

    connecting = lasting(1)
    return connecting, max(0.0, lasting(_EMPTY) - connecting) / _EMPTY


def _components(case: Case, limit: float) -> tuple[tuple[float, ...], tuple[int, ...], tuple[int, ...]]:
    """Each searched component alone: seconds, and the bytes of what would travel."""
    seconds, sent, back = [], [], []
    for search, stand in solver.searches(case.problem, limit=limit):
        sent.append(len(pickle.dumps((search, stand), protocol=pickle.HIGHEST_PROTOCOL)))
        start = time.perf_counter()
        found = search(stand)
        seconds.append(time.perf_counter() - start)
        back.append(len(pickle.dumps(found, protocol=pickle.HIGHEST_PROTOCOL)))
    return tuple(seconds), tuple(sent), tuple(back)


def _equal(one: solver.Solution, other: solver.Solution) -> bool:
    arrays = ("singles", "bundle_class", "bundle_row", "bundle_count")
    return one.proof == other.proof and all(
        np.array_equal(getattr(one.placement, name), getattr(other.placement, name)) for name in arrays
    )
