"""What the runs found, a family at a time, kept in a file from which the page is drawn: a family can be measured again
alone, and the page says of each when, on what commit and with what options that was.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from benchmarks.heart import check, duel
from benchmarks.machine import machine
from benchmarks.measure import measured
from benchmarks.page.section import mega

_HOME: Final = Path(__file__).parents[2]
One = TypeVar("One")


@dataclass(frozen=True)
class Circumstances:
    """Of one run: date, commit (with a + where files differ from it), options as given, the machine's facts."""

    date: str
    commit: str
    options: str
    machine: dict[str, str]


@dataclass
class Kept:
    """families: by name, how they were run and what came. checked: likewise, of the instances drawn at random."""

    families: dict[str, tuple[Circumstances, list[duel.Duel]]] = field(default_factory=dict)
    checked: tuple[Circumstances, list[check.Checked]] | None = None


def begun(earlier: tuple[Circumstances, list[One]] | None, options: str) -> tuple[Circumstances, list[One]]:
    """A run's circumstances and what it has found: one of the same commit and options goes on where it was ended."""
    commit = _commit()
    if earlier and (earlier[0].commit, earlier[0].options) == (commit, options) and not commit.endswith("+"):
        return earlier
    return Circumstances(dt.date.today().isoformat(), commit, options, {**machine(), **compiling()}), []


@cache
def compiling() -> dict[str, str]:
    """CPU seconds and memory of loading tengbol's optimiser with nothing compiled before, and with all compiled.

    All that is measured after this finds it compiled.
    """
    command = [sys.executable, "-c", "import benchmarks.peers.own"]
    with tempfile.TemporaryDirectory() as folder:
        first = measured(["env", f"NUMBA_CACHE_DIR={folder}", *command], cwd=_HOME)
    _, then = (measured(command, cwd=_HOME) for _ in range(2))
    return {
        what: f"{run.cpu_seconds:.1f} CPU s, {mega(run.peak)} MB"
        for what, run in (("loading and compiling tengbol, once", first), ("loading it afterwards", then))
    }


def load(path: Path) -> Kept:
    """What is kept; nothing when there is no file."""
    if not path.exists():
        return Kept()
    found = json.loads(path.read_text(encoding="utf-8"))
    families = {
        name: (Circumstances(**each["run"]), [duel.retold(row) for row in each["duels"]])
        for name, each in found["families"].items()
    }
    checked = found["checked"]
    return Kept(families, checked and (Circumstances(**checked["run"]), check.retold(checked["found"])))


def save(kept: Kept, path: Path) -> None:
    """Write what `load` reads."""
    found: dict[str, Any] = {
        "families": {
            name: {"run": asdict(run), "duels": [duel.told(each) for each in duels]}
            for name, (run, duels) in kept.families.items()
        },
        "checked": kept.checked and {"run": asdict(kept.checked[0]), "found": check.told(kept.checked[1])},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _commit() -> str:
    return _git("rev-parse", "--short", "HEAD") + "+" * bool(_git("status", "--porcelain", "--untracked-files=no"))


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=_HOME, capture_output=True, text=True, check=False).stdout.strip()
