"""Instances drawn over all that there can be, tengbol alone: whether each is answered within its time and memory."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.contest import Limits, outcome
from benchmarks.heart.district import case
from benchmarks.heart.pools import anything
from benchmarks.peers import TENGBOL
from benchmarks.task import Task

#: What no instance may take: CPU seconds, and bytes of the process with Python and all it has imported.
SECONDS: Final = 60.0
BYTES: Final = 400 * 10**6
#: How many are drawn.
MANY: Final = 200


@dataclass(frozen=True)
class Checked:
    """One instance. gap, gap_total: of each objective above its bound, as a share; null without an answer."""

    number: int
    size: str
    cpu_seconds: float
    peak: int
    proven: bool
    proven_total: bool
    gap: float | None
    gap_total: float | None
    failure: str

    @property
    def within(self) -> bool:
        """Whether it was answered in time and memory."""
        return not self.failure and self.cpu_seconds <= SECONDS and self.peak <= BYTES


def check(number: int) -> Checked:
    """Let tengbol place the `number`-th; it is stopped at twice its time."""
    made = anything(number)
    instance = case(made)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "task.npz"
        Task(instance.problem, instance.received, SECONDS, workers=1, seed=1).save(source)
        limits = Limits(SECONDS, 10 * BYTES, 1, seed=1, cpu=round(2 * SECONDS))
        found = outcome(TENGBOL, instance.problem, source, limits)
    verdict = found.verdict
    return Checked(
        number,
        made.size,
        found.cpu_seconds,
        found.peak,
        found.proven,
        found.proven_total,
        _gap(verdict.objective, found.bound) if verdict else None,
        _gap(verdict.total, found.bound_total) if verdict else None,
        found.failure,
    )


def told(found: list[Checked]) -> list[dict[str, Any]]:
    """As JSON takes them."""
    return [asdict(each) for each in found]


def retold(rows: list[dict[str, Any]]) -> list[Checked]:
    """What `told` wrote."""
    return [Checked(**row) for row in rows]


def _gap(value: int, bound: int | None) -> float | None:
    if bound is None or (bound == 0 and value > 0):
        return None
    return value / bound - 1 if bound else 0.0
