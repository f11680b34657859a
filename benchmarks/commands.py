"""The command itself, from its start to its exit, each run a fresh process; and the floor under it."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.floor import floor
from benchmarks.folder import AS_OF, write_folder
from benchmarks.instances import make
from benchmarks.measure import measured
from benchmarks.timed import Timed, timed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.families import Recipe
    from benchmarks.plan import Plan

#: Of the lot: the same result in every run.
_SEED: Final = "5eed"
#: Seconds after which a run of the command is given up.
_PATIENCE: Final = 300.0


def country(writs: int) -> str:
    """The name of the national demo of so many writs in rows and aims."""
    return f"national demo, {writs:,} writs"


def commands(plan: Plan, progress: Callable[[str], None] = lambda _: None) -> list[Timed]:
    """`--help`, `demo`, and `run` on the demo, on each recipe's folder and on the country, with its floor."""
    with tempfile.TemporaryDirectory() as base:
        desk = _Desk(Path(base), plan.limits.workers, progress)
        desk.command("--help", ["--help"], plan.runs)
        desk.command("demo", ["demo", desk.root / "demo"], plan.runs)
        desk.run("demo", desk.root / "demo", plan.runs)
        desk.verify("demo", desk.root / "demo")
        for recipe in plan.commands:
            desk.run(str(recipe), desk.folder(recipe), _runs(plan.runs, recipe.writs))
            desk.clear()
        for writs in plan.country:
            name, source = country(writs), desk.root / "country"
            desk.command(f"demo, {name}", ["demo", source, "--national", "--writs", str(writs)], 1)
            desk.run(name, source, _runs(plan.runs, writs))
            desk.floor(name, source, _runs(plan.runs, writs))
            desk.clear()
    return desk.done


def _runs(runs: int, writs: int) -> int:
    """Long runs vary less and cost more: they are repeated less."""
    return runs if writs <= 20_000 else min(runs, 3) if writs <= 200_000 else min(runs, 2)


class _Desk:
    """A folder to work in, and what has been measured so far."""

    def __init__(self, root: Path, processes: int, progress: Callable[[str], None]) -> None:
        self.root = root
        self.done: list[Timed] = []
        self._tengbol = Path(sys.executable).with_name("tengbol")
        self._processes = processes
        self._progress = progress

    def folder(self, recipe: Recipe) -> Path:
        """The tables of a recipe."""
        write_folder(make(recipe), self.root / "chamber")
        return self.root / "chamber"

    def command(self, name: str, arguments: Sequence[str | Path], runs: int, result: Path | None = None) -> None:
        """Measure `tengbol` with these arguments."""
        self._progress(name)
        each = [measured([self._tengbol, *arguments], stop_after=_PATIENCE) for _ in range(runs)]
        self.done.append(timed(name, each, result=result))

    def run(self, name: str, source: Path, runs: int) -> None:
        """Measure `tengbol run`."""
        result = _result(source)
        options = ["--as-of", AS_OF, "--seed", _SEED, "--processes", str(self._processes)]
        self.command(f"run, {name}", ["run", source, "--out", result, *options], runs, result)

    def verify(self, name: str, source: Path) -> None:
        """Measure `tengbol verify`, once: it is no hot path."""
        self.command(f"verify, {name}", ["verify", source, _result(source)], 1)

    def floor(self, name: str, source: Path, runs: int) -> None:
        """Measure the floor of the run before."""
        self._progress(f"floor, {name}")
        self.done.append(floor(f"floor, {name}", source, _result(source), self.root / "floor", runs))

    def clear(self) -> None:
        """Make room: a country's tables are large."""
        for folder in self.root.iterdir():
            shutil.rmtree(folder)


def _result(source: Path) -> Path:
    return source.with_name(f"{source.name}-result")
