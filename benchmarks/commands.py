"""The command itself, from its start to its exit, each run a fresh process: median of several runs."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.instances import AS_OF, Recipe, make, write_folder
from benchmarks.measure import measured

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MEGABYTE: Final = 10**6
_SEED: Final = "5eed"
#: The recipe whose run has an aim.
_AIMED: Final = ("city", 300, 7_200)


@dataclass(frozen=True)
class Timed:
    """A command, measured. seconds, cpu_seconds: medians; slowest: seconds; peak: bytes, the largest of all runs.

    aim: seconds and bytes it should keep under, null for none. manifest: of the last run. failure: what went wrong.
    """

    name: str
    runs: int
    seconds: float
    slowest: float
    cpu_seconds: float
    peak: int
    aim: tuple[float | None, int | None]
    manifest: dict[str, Any] | None
    failure: str

    @property
    def met(self) -> bool | None:
        """Whether the aim was kept; null when there is none."""
        if self.aim == (None, None):
            return None
        seconds, peak = self.aim
        return not self.failure and (seconds is None or self.seconds <= seconds) and (peak is None or self.peak <= peak)


def commands(
    recipes: Sequence[Recipe], runs: int, processes: int, progress: Callable[[str], None] = lambda _: None
) -> list[Timed]:
    """`--help`, `demo`, `run` on the demo and on each recipe's folder, and `verify` of each result."""
    command = Path(sys.executable).with_name("tengbol")
    done = []
    with tempfile.TemporaryDirectory() as base:
        root = Path(base)

        def time(name: str, *arguments: str | Path, result: Path | None = None, times: int = runs, **aim: Any) -> None:
            progress(name)
            done.append(_timed(name, [command, *arguments], times, result, **aim))

        def run(name: str, source: Path, **aim: Any) -> None:
            options = ("--as-of", AS_OF, "--seed", _SEED, "--processes", str(processes))
            result = source.with_name(f"{source.name}-result")
            time(f"run, {name}", "run", source, "--out", result, *options, result=result, **aim)
            time(f"verify, {name}", "verify", source, result, times=1)

        time("--help", "--help", seconds=0.4)
        time("demo", "demo", root / "demo", seconds=3.0)
        run("the demo", root / "demo")
        for number, recipe in enumerate(recipes):
            folder = root / f"chamber-{number}"
            write_folder(make(recipe), folder)
            aimed = (recipe.family, recipe.enforcers, recipe.writs) == _AIMED
            run(str(recipe), folder, **({"seconds": 10.0, "peak": 1_000 * _MEGABYTE} if aimed else {}))
    return done


def _timed(
    name: str,
    command: Sequence[str | Path],
    runs: int,
    result: Path | None,
    seconds: float | None = None,
    peak: int | None = None,
) -> Timed:
    each = [measured(command) for _ in range(runs)]
    failed = next((run for run in each if run.exit_code), None)
    manifest = result / "manifest.json" if result else None
    return Timed(
        name=name,
        runs=runs,
        seconds=statistics.median(run.seconds for run in each),
        slowest=max(run.seconds for run in each),
        cpu_seconds=statistics.median(run.cpu_seconds for run in each),
        peak=max(run.peak for run in each),
        aim=(seconds, peak),
        manifest=json.loads(manifest.read_text(encoding="utf-8")) if manifest and manifest.exists() else None,
        failure=f"exit code {failed.exit_code}" + (f", {failed.stopped}" if failed.stopped else "") if failed else "",
    )
