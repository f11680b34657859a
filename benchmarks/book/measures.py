"""What is measured of a book with a long past: the day's batch, one urgent writ, and what else a clerk waits for."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.measure import Measured, measured

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.book.past import Past

#: The aims: seconds and bytes of the batch on SQLite, how many times that on PostgreSQL, seconds of an urgent writ.
BATCH_SECONDS: Final = 10.0
BATCH_BYTES: Final = 2 * 1024**3
TIMES: Final = 1.5
URGENT_SECONDS: Final = 1.0
_PATIENCE: Final = 600.0


@dataclass(frozen=True)
class Step:
    """One command on one store; of an urgent writ all tries."""

    store: str
    name: str
    runs: tuple[Measured, ...]

    @property
    def seconds(self) -> float:
        """Median, start to exit."""
        return sorted(run.seconds for run in self.runs)[len(self.runs) // 2]

    @property
    def cpu_seconds(self) -> float:
        """Median, of the command's own process and its children."""
        return sorted(run.cpu_seconds for run in self.runs)[len(self.runs) // 2]

    @property
    def peak(self) -> int:
        """Bytes, of all tries the most."""
        return max(run.peak for run in self.runs)


def measure(store: str, past: Past, *, runs: int, copied: Callable[[int], str], audit: bool) -> list[Step]:
    """Measure the commands on a built book.

    copied: the URL of the n-th copy of it; the batch is tried on each of `runs` copies, all else on the last.
    """
    moment = past.today.isoformat()
    by = ("--by", "benchmark", "--document", "a day of the past")
    urls = [copied(number) for number in range(runs)]
    batches = [_command("batch", "--book", url, "--as-of", moment, *by) for url in urls]
    steps = [Step(store, "batch", tuple(batches))]
    book = ("--book", urls[-1])
    steps.append(Step(store, "import of the urgent", (_command("import", past.later, *book, "--by", "benchmark"),)))
    each = [_command("assign", writ, *book, "--as-of", moment, *by) for writ in past.urgent]
    steps.append(Step(store, "one urgent writ", tuple(each)))
    steps.append(Step(store, "due", (_command("due", *book, "--as-of", f"{past.today:%Y-%m-%d}"),)))
    steps.append(Step(store, "status", (_command("status", *book),)))
    if audit:
        steps.append(Step(store, "audit", (_command("audit", *book),)))
    return steps


def _command(*words: object) -> Measured:
    tengbol = Path(sys.executable).with_name("tengbol")
    done = measured([tengbol, "book", *map(str, words)], stop_after=_PATIENCE)
    if done.exit_code != 0:
        raise AssertionError(f"book {' '.join(map(str, words))}: exit code {done.exit_code}: {done.said}")
    return done


def copy_of(path: Path, number: int) -> Path:
    """A copy of a SQLite book beside it, with its write-ahead log."""
    target = path.with_name(f"{path.name}.{number}")
    for suffix in ("", "-wal"):
        if Path(f"{path}{suffix}").exists():
            shutil.copyfile(f"{path}{suffix}", f"{target}{suffix}")
    return target


def shortfalls(steps: list[Step]) -> list[str]:
    """In sentences, which aims were missed."""
    by_name = {(step.store, step.name): step for step in steps}
    missed = []
    for store, times in (("sqlite", 1.0), ("postgresql", TIMES)):
        step = by_name.get((store, "batch"))
        if step and step.seconds > times * BATCH_SECONDS:
            missed.append(f"the batch on {store} took {step.seconds:.1f} s, aim {times * BATCH_SECONDS:g}")
        if step and step.peak > times * BATCH_BYTES:
            missed.append(f"the batch on {store} held {step.peak / 1024**3:.2f} GiB, aim {times * 2:g}")
        urgent = by_name.get((store, "one urgent writ"))
        if urgent and urgent.seconds > URGENT_SECONDS:
            missed.append(f"one urgent writ on {store} took {urgent.seconds:.2f} s, aim {URGENT_SECONDS:g}")
    return missed
