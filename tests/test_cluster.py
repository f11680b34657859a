"""Components searched on a real scheduler with two worker processes on the loopback: the same answer, whoever dies."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from test_solve import LIMIT, _together

from tengbol.errors import UnusableInputError
from tengbol.optimizer.solve import solve
from tengbol.optimizer.workers import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FAR = 120


def _started(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The file of a scheduler that has two workers."""
    place = tmp_path_factory.mktemp("cluster") / "scheduler.json"
    begun = [
        _started("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(place))
    ]
    begun += [_worker(place) for _ in range(2)]
    try:
        waited = time.monotonic() + FAR
        while not place.exists():
            assert time.monotonic() < waited, "the scheduler has not written its file"
            time.sleep(0.05)
        yield place
    finally:
        for process in reversed(begun):
            process.kill()
            process.wait()


def _worker(place: Path) -> subprocess.Popen[bytes]:
    return _started(
        "worker", "--scheduler-file", str(place), "--nworkers", "1", "--nthreads", "1", "--no-dashboard", "--no-nanny",
        "--local-directory", str(place.parent),
    )  # fmt: skip


def test_a_cluster_gives_what_one_process_gives(scheduler: Path) -> None:
    several = _together(3)
    here, there = solve(several, limit=LIMIT), solve(several, limit=LIMIT, cluster=str(scheduler))
    assert here.searched == 3
    assert (here.proof, here.components, here.searched) == (there.proof, there.components, there.searched)
    for name in ("singles", "bundle_class", "bundle_row", "bundle_count"):
        assert np.array_equal(getattr(here.placement, name), getattr(there.placement, name))


def test_a_worker_killed_in_mid_run_costs_a_retry(scheduler: Path) -> None:
    from distributed import Client

    doomed = _worker(scheduler)
    try:
        with Client(scheduler_file=str(scheduler), timeout=FAR, set_as_default=False) as client:
            client.wait_for_workers(3, timeout=FAR)
        done = side_by_side(time.sleep, [0.2] * 30, processes=1, cluster=str(scheduler), work=0)
        killer = subprocess.Popen([sys.executable, "-c", f"import os, time; time.sleep(1); os.kill({doomed.pid}, 9)"])
        assert list(done) == [None] * 30
        killer.wait()
        assert doomed.wait(FAR) == -9
    finally:
        doomed.kill()


@pytest.mark.parametrize("nowhere", ["tcp://127.0.0.1:1", "nonsense://x", "no such file"])
def test_where_no_scheduler_answers_it_is_said(nowhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tengbol.optimizer.workers._PATIENCE", 1)
    with pytest.raises(UnusableInputError, match=r"--cluster.*no scheduler answers"):
        list(side_by_side(time.sleep, [1], processes=1, cluster=nowhere, work=0))
