"""District by district: a peer on every connected component of an instance in turn, with one worker and one limit
each. `python -m benchmarks.apart PEER TASK OUT` is the process that does it.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.judge import judge
from benchmarks.measure import measured
from benchmarks.peers import peer
from benchmarks.task import Task, load_task
from tengbol.optimizer.problem import components

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.instances import Case


@dataclass(frozen=True)
class District:
    """One district under one peer: seconds; both objectives, null without a placement; proven: of either."""

    seconds: float
    objective: int | None
    total: int | None
    proven: bool
    proven_total: bool


@dataclass(frozen=True)
class Apart:
    """One peer on all districts. cpu_seconds: from start to exit of its process. failure: why there is nothing."""

    peer: str
    districts: tuple[District, ...]
    cpu_seconds: float
    peak: int
    failure: str = ""

    @property
    def seconds(self) -> float:
        """Of all districts together."""
        return sum(district.seconds for district in self.districts)

    @property
    def proven(self) -> int:
        """Districts whose first objective is proven."""
        return sum(district.proven for district in self.districts)

    @property
    def proven_total(self) -> int:
        """Districts whose second objective is proven, too."""
        return sum(district.proven_total for district in self.districts)


@dataclass(frozen=True)
class Thin:
    """The districts' contest. limit: seconds for each district of whoever heeds a clock."""

    case: Case
    limit: float
    peers: tuple[Apart, ...]


def thin(case: Case, names: Sequence[str], limit: float) -> Thin:
    """Let each peer do all districts, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "task.npz", Path(folder) / "districts.json"
        Task(case.problem, case.received, limit, workers=1, seed=1).save(source)
        return Thin(case, limit, tuple(_apart(name, source, out) for name in names))


def _apart(name: str, source: Path, out: Path) -> Apart:
    out.unlink(missing_ok=True)
    command = [sys.executable, "-m", "benchmarks.apart", name, source, out]
    run = measured(command, cwd=Path(__file__).parents[1])
    if run.exit_code or not out.exists():
        return Apart(name, (), run.cpu_seconds, run.peak, f"failed with exit code {run.exit_code}: {run.said[-200:]}")
    districts = tuple(District(**each) for each in json.loads(out.read_text(encoding="utf-8")))
    return Apart(name, districts, run.cpu_seconds, run.peak)


def main(name: str, source: Path, out: Path) -> None:
    """Every district: the clock runs while the peer works, the judge comes after."""
    place, task = peer(name).load(), load_task(source)
    done = []
    for part, rows, *_ in components(task.problem):
        own = replace(task, problem=part, received=task.received[rows])
        start = time.perf_counter()
        answer = place(own)
        seconds = time.perf_counter() - start
        if answer.placement is None:
            done.append(District(seconds, None, None, proven=False, proven_total=False))
            continue
        verdict = judge(part, answer.placement)
        first = answer.bound is not None and verdict.objective <= answer.bound
        second = first and answer.bound_total is not None and verdict.total <= answer.bound_total
        done.append(District(seconds, verdict.objective, verdict.total, proven=first, proven_total=second))
    out.write_text(json.dumps([asdict(each) for each in done]), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
