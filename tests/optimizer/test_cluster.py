"""Components searched on a real scheduler with two worker processes on the loopback: the same answer, whoever dies."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from problems import LIMIT, _together

import tengbol.optimizer.solve
from benchmarks import cluster
from benchmarks.families import Recipe
from benchmarks.folder import AS_OF, write_folder
from benchmarks.instances import make
from tengbol.errors import UnusableInputError
from tengbol.optimizer.solve import solve
from tengbol.optimizer.workers import side_by_side
from tengbol.verify.decisions import COLUMNS as COLUMNS_OF_REASONS
from tengbol.verify.files import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FAR = 120


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The file of a scheduler that has two workers."""
    with cluster.scheduler(tmp_path_factory.mktemp("cluster")) as place:
        yield place


def test_a_cluster_gives_what_one_process_gives(scheduler: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tengbol.optimizer.solve, "_FEW", 1)
    several = _together(3)
    here, there = solve(several, limit=LIMIT), solve(several, limit=LIMIT, cluster=str(scheduler))
    assert here.searched == 3
    assert (here.proof, here.components, here.searched) == (there.proof, there.components, there.searched)
    for name in ("singles", "bundle_class", "bundle_row", "bundle_count"):
        assert np.array_equal(getattr(here.placement, name), getattr(there.placement, name))


def test_the_command_writes_the_same_bytes_on_a_cluster(scheduler: Path, tmp_path: Path) -> None:
    write_folder(make(Recipe("thin", 66, 300)), tmp_path / "chamber")
    tables = {}
    for name, options in {"here": ["--processes", "1"], "there": ["--cluster", str(scheduler)]}.items():
        command = ["run", tmp_path / "chamber", "--out", tmp_path / name, "--as-of", AS_OF, "--seed", "5eed", *options]
        subprocess.run([sys.executable, "-c", "from tengbol.cli import main; main()", *map(str, command)], check=True)
        tables[name] = {
            file.name: file.read_bytes() for file in (tmp_path / name).iterdir() if file.suffix in (".csv", ".parquet")
        }
        counts = json.loads((tmp_path / name / "manifest.json").read_text())["counts"]
        assert counts["components_searched"] > 0
    assert len(tables["here"]) == 2 * (len(COLUMNS) + len(COLUMNS_OF_REASONS))
    assert tables["here"] == tables["there"]


def test_a_worker_killed_in_mid_run_costs_a_retry(scheduler: Path) -> None:
    from distributed import Client

    doomed = cluster.worker(scheduler)
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
    with pytest.raises(UnusableInputError, match=r"cluster .*no scheduler answers"):
        list(side_by_side(time.sleep, [1], processes=1, cluster=nowhere, work=0))
