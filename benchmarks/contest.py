"""The peers on one instance, each in a process of its own, judged by what they placed."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.judge import Verdict, WrongPlacementError, judge
from benchmarks.measure import measured
from benchmarks.peers import TENGBOL, peer
from benchmarks.task import Task
from tengbol.optimizer.problem import Placement

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from benchmarks.instances import Case
    from tengbol.optimizer.problem import Problem

#: A peer is stopped from outside after so many times its limit, for building and presolve heed no limit.
PATIENCE: Final = 2.0
#: The checkout.
_HOME: Final = Path(__file__).parents[1]
#: Seconds besides, for starting.
_START: Final = 20.0
#: Where CPU is limited the clock need not be: only who sleeps is stopped by it.
_LATE: Final = 20.0
#: Seconds after which tengbol is stopped: it heeds a limit on steps, not on the clock.
OWN_PATIENCE: Final = 180.0


@dataclass(frozen=True)
class Limits:
    """seconds: for a peer's search. memory: bytes for its process and children. workers: cores. seed: of chance. cpu:
    seconds of CPU after which a process is stopped.
    """

    seconds: float
    memory: int
    workers: int
    seed: int
    cpu: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of one peer on one instance.

    seconds, cpu_seconds: of placing alone. peak: bytes of the process and its children. verdict: null without a
    placement. bound, bound_total: what the peer claims of either objective, squared thousandths. failure: why there is
    no placement; empty, too, for a peer that gives only a bound. left_out: why the peer did not run at all.
    """

    peer: str
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak: int = 0
    verdict: Verdict | None = None
    bound: int | None = None
    bound_total: int | None = None
    note: str = ""
    failure: str = ""
    left_out: str = ""

    @property
    def proven(self) -> bool:
        """Whether the peer's own bound meets what it placed."""
        return self.verdict is not None and self.bound is not None and self.verdict.objective <= self.bound

    @property
    def proven_total(self) -> bool:
        """Whether the second objective is proven, too."""
        return (
            self.proven
            and self.verdict is not None
            and self.bound_total is not None
            and self.verdict.total <= self.bound_total
        )

    @property
    def only_bounds(self) -> bool:
        """Whether the peer gave a bound and, by its nature, no placement."""
        return self.verdict is None and self.bound is not None and not self.failure

    @property
    def stuck(self) -> bool:
        """Whether the peer searched to its limit, or was stopped, without a proof."""
        if self.left_out or self.only_bounds or self.proven:
            return False
        return bool(self.failure) or peer(self.peer).proves


@dataclass(frozen=True)
class Contest:
    """All outcomes on one instance."""

    case: Case
    outcomes: tuple[Outcome, ...]

    @property
    def own(self) -> Outcome | None:
        """The outcome of tengbol."""
        return self.of(TENGBOL)

    def of(self, peer: str) -> Outcome | None:
        """The outcome of a peer; null when it did not run."""
        return next((each for each in self.outcomes if each.peer == peer and not each.left_out), None)

    def gap(self, outcome: Outcome) -> float | None:
        """How far above tengbol's lower bound a peer's Σe² stands, as a share of that bound."""
        if self.own is None or not self.own.bound or outcome.verdict is None:
            return None
        return outcome.verdict.objective / self.own.bound - 1


def contest(
    case: Case,
    names: Sequence[str],
    limits: Limits,
    progress: Callable[[str], None] = lambda _: None,
    left_out: Collection[str] = (),
) -> Contest:
    """Let each peer whose model fits place the same instance, one after the other, but for those `left_out`."""
    task = Task(case.problem, case.received, limits.seconds, limits.workers, limits.seed)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "task.npz"
        task.save(source)
        outcomes = []
        for name in names:
            if name in left_out:
                outcomes.append(Outcome(name, left_out="left out: no proof within the limit at a smaller size"))
            elif peer(name).unfit(case.problem) is None:
                progress(name)
                outcomes.append(outcome(name, case.problem, source, limits))
    return Contest(case, tuple(outcomes))


def family(
    cases: Sequence[Case],
    names: Sequence[str],
    limits: Limits,
    progress: Callable[[str, str], None] = lambda *_: None,
    kept: Collection[str] = (),
) -> list[Contest]:
    """Contests at growing sizes. Who got stuck at one size is left out of the larger ones, but not of those `kept`."""
    stuck: set[str] = set()
    done = []
    for case in cases:
        out = () if case.name in kept else stuck
        done.append(contest(case, names, limits, lambda name, case=case: progress(str(case), name), out))
        stuck |= {outcome.peer for outcome in done[-1].outcomes if outcome.stuck and outcome.peer != TENGBOL}
    return done


def outcome(name: str, problem: Problem, source: Path, limits: Limits, home: Path = _HOME) -> Outcome:
    """Let a peer do the task in the file `source`, and judge it. home: the checkout whose code runs."""
    answer = source.with_name("answer.npz")
    answer.unlink(missing_ok=True)
    patience = _LATE * limits.cpu if limits.cpu else PATIENCE * limits.seconds + _START
    run = measured(
        [sys.executable, "-m", "benchmarks.worker", name, source, answer],
        stop_after=max(OWN_PATIENCE, patience) if name == TENGBOL else patience,
        memory=limits.memory,
        cpu=limits.cpu,
        cwd=home,
    )
    if run.stopped or run.exit_code or not answer.exists():
        why = {
            "time": "stopped: still building or searching long after its limit",
            "memory": "stopped: took more memory than allowed",
            "cpu": "stopped: took more CPU time than allowed",
        }.get(run.stopped or "", f"failed with exit code {run.exit_code}: {_last_line(run.said)}")
        return Outcome(name, run.seconds, run.cpu_seconds, run.peak, failure=why)
    with np.load(answer) as stored:
        found = Outcome(
            name,
            float(stored["seconds"]),
            float(stored["cpu_seconds"]),
            run.peak,
            bound=_whole(str(stored["bound"])),
            bound_total=_whole(str(stored["bound_total"])),
            note=str(stored["note"]),
        )
        if "singles" not in stored:
            return found if found.bound is not None else replace(found, failure=f"nothing found: {found.note}")
        placement = Placement(**{f.name: stored[f.name] for f in fields(Placement)})
    try:
        return replace(found, verdict=judge(problem, placement))
    except WrongPlacementError as wrong:
        return replace(found, failure=f"wrong placement: {wrong}")


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing"])[-1][:120]
