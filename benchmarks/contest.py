"""The peers on one instance, each in a process of its own, judged by what they placed."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.instances import Recipe, arrays, make
from benchmarks.judge import Verdict, WrongPlacementError, judge
from benchmarks.measure import measured
from benchmarks.peers import TENGBOL
from benchmarks.task import Task
from tengbol.optimizer.problem import Placement

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tengbol.optimizer.problem import Problem

#: A peer is stopped from outside after so many times its limit, for building and presolve heed no limit.
PATIENCE: Final = 2.0
#: Seconds besides, for starting.
_START: Final = 20.0


@dataclass(frozen=True)
class Limits:
    """seconds: for a peer's search. memory: bytes for its process and children. workers: cores. seed: of chance."""

    seconds: float
    memory: int
    workers: int
    seed: int


@dataclass(frozen=True)
class Outcome:
    """What came of one peer on one instance.

    seconds, cpu_seconds: of placing alone. peak: bytes of the process and its children. verdict: null without a
    placement. bound: what the peer claims, squared thousandths. failure: why there is no placement.
    """

    peer: str
    seconds: float
    cpu_seconds: float
    peak: int
    verdict: Verdict | None
    bound: int | None
    note: str
    failure: str

    @property
    def proven(self) -> bool:
        """Whether the peer's own bound meets what it placed."""
        return self.verdict is not None and self.bound is not None and self.verdict.objective <= self.bound


@dataclass(frozen=True)
class Contest:
    """All outcomes on one instance."""

    recipe: Recipe
    outcomes: tuple[Outcome, ...]

    @property
    def own(self) -> Outcome | None:
        """The outcome of tengbol."""
        return next((each for each in self.outcomes if each.peer == TENGBOL), None)

    def gap(self, outcome: Outcome) -> float | None:
        """How far above tengbol's lower bound a peer's Σe² stands, as a share of that bound."""
        if self.own is None or not self.own.bound or outcome.verdict is None:
            return None
        return outcome.verdict.objective / self.own.bound - 1


def contest(
    recipe: Recipe, names: Sequence[str], limits: Limits, progress: Callable[[str], None] = lambda _: None
) -> Contest:
    """Let each peer place the same instance, one after the other."""
    problem, received = arrays(make(recipe))
    task = Task(problem, received, limits.seconds, limits.workers, limits.seed)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "task.npz"
        task.save(source)
        outcomes = []
        for name in names:
            progress(name)
            outcomes.append(_outcome(name, problem, source, limits))
    return Contest(recipe, tuple(outcomes))


def _outcome(name: str, problem: Problem, source: Path, limits: Limits) -> Outcome:
    answer = source.with_name("answer.npz")
    answer.unlink(missing_ok=True)
    run = measured(
        [sys.executable, "-m", "benchmarks.worker", name, source, answer],
        stop_after=PATIENCE * limits.seconds + _START,
        memory=limits.memory,
        cwd=Path(__file__).parents[1],
    )
    if run.stopped or run.exit_code or not answer.exists():
        why = {
            "time": "stopped: still building or searching long after its limit",
            "memory": "stopped: took more memory than allowed",
        }.get(run.stopped or "", f"failed with exit code {run.exit_code}: {_last_line(run.said)}")
        return Outcome(name, run.seconds, run.cpu_seconds, run.peak, None, None, "", why)
    with np.load(answer) as stored:
        seconds, spent, note = float(stored["seconds"]), float(stored["cpu_seconds"]), str(stored["note"])
        bound = int(text) if (text := str(stored["bound"])) else None
        if "singles" not in stored:
            return Outcome(name, seconds, spent, run.peak, None, bound, "", f"nothing found: {note}")
        placement = Placement(**{f.name: stored[f.name] for f in fields(Placement)})
    try:
        verdict = judge(problem, placement)
    except WrongPlacementError as wrong:
        return Outcome(name, seconds, spent, run.peak, None, bound, note, f"wrong placement: {wrong}")
    return Outcome(name, seconds, spent, run.peak, verdict, bound, note, "")


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing"])[-1][:120]
