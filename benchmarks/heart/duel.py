"""tengbol on one instance, then its peers with time in proportion, all on one core and each in a process of its own;
side by side with tengbol as an earlier checkout has it. Time is CPU time, which other work on the machine moves least.
"""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.contest import Limits, Outcome, outcome
from benchmarks.heart.district import case
from benchmarks.judge import Verdict
from benchmarks.peers import TENGBOL, peer
from benchmarks.task import Task

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.heart.district import District

#: A peer has so many times the time of tengbol, or so many seconds, whichever is more.
TIMES: Final = 10
LEAST: Final = 10.0
#: Why a peer is ahead whose answer is no better than tengbol's.
SOONER: Final = ("proves both objectives sooner", "proves the first objective before tengbol has proven both")
#: How tengbol of an earlier checkout is called.
BEFORE: Final = "before"
_MEMORY: Final = 4 * 10**9


@dataclass(frozen=True)
class Duel:
    """All who tried one instance. optimum: where the way it was made tells, in squared thousandths."""

    family: str
    size: str
    seed: int
    optimum: int | None
    outcomes: tuple[Outcome, ...]

    @property
    def own(self) -> Outcome:
        """Tengbol's outcome."""
        return next(each for each in self.outcomes if each.peer == TENGBOL)

    @property
    def others(self) -> list[Outcome]:
        """The peers', without tengbol's earlier self."""
        return [each for each in self.outcomes if each.peer not in (TENGBOL, BEFORE)]

    @property
    def before(self) -> Outcome | None:
        """Tengbol's as it was; null when it did not run."""
        return next((each for each in self.outcomes if each.peer == BEFORE), None)

    def loses(self) -> list[str]:
        """What each peer that is better, or proves sooner, has ahead; empty where tengbol is behind nobody."""
        return [f"{each.peer} {why}" for each in self.others for why in _ahead(each, self.own)]


def _ahead(other: Outcome, own: Outcome) -> list[str]:
    if other.verdict is None:
        return []
    if own.verdict is None:
        return ["gives an answer, tengbol none"]
    found = []
    if other.verdict.objective < own.verdict.objective:
        found.append("has a smaller Σe²")
    elif other.proven_total and own.proven_total and other.cpu_seconds < own.cpu_seconds:
        found.append(SOONER[0])
    elif other.proven and not own.proven:
        found.append("proves the first objective, tengbol does not")
    elif other.proven_total and not own.proven_total:
        found.append("proves the second objective, tengbol does not")
    elif other.proven and other.bound_total is None and other.cpu_seconds < own.cpu_seconds:
        found.append(SOONER[1])
    if other.proven and own.proven and other.bound_total is not None and other.verdict.total < own.verdict.total:
        found.append("has a smaller Σ(Σe)²")
    return found


@dataclass(frozen=True)
class Allowed:
    """own, before: CPU seconds of tengbol now and as it was. most: of a peer, whatever tengbol took. old: checkout of
    tengbol as it was. seed: of the peers' chance. unproven: peers only where tengbol has not proven the first
    objective; where it has, none can have less.
    """

    own: int = 180
    before: int = 180
    most: float = 60.0
    old: Path | None = None
    seed: int = 1
    unproven: bool = False


def duel(
    district: District,
    names: Sequence[str],
    allowed: Allowed,
    progress: Callable[[str], None] = lambda _: None,
) -> Duel:
    """Let tengbol and then each peer whose model fits place the same instance."""
    instance = case(district)
    task = Task(instance.problem, instance.received, allowed.own, workers=1, seed=allowed.seed)
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "task.npz"

        def tried(name: str, seconds: float, cpu: float, home: dict[str, Path]) -> Outcome:
            progress(name)
            replace(task, seconds=seconds).save(source)
            limits = Limits(seconds, _MEMORY, 1, allowed.seed, cpu=round(cpu))
            return outcome(name, instance.problem, source, limits, **home)

        own = tried(TENGBOL, allowed.own, allowed.own, {})
        outcomes.append(own)
        if allowed.old:
            was = tried(TENGBOL, allowed.before, allowed.before, {"home": allowed.old})
            outcomes.append(replace(was, peer=BEFORE))
        asked = () if allowed.unproven and own.proven else names
        seconds = min(allowed.most, max(LEAST, TIMES * own.cpu_seconds))
        # Building and starting are not searching: a peer that heeds its limit is never stopped from outside.
        outcomes += [
            tried(name, seconds, 3 * seconds + 30, {}) for name in asked if peer(name).unfit(instance.problem) is None
        ]
    return Duel(district.family, district.size, district.seed, district.optimum, tuple(outcomes))


def told(duel: Duel) -> dict[str, Any]:
    """A duel as JSON takes it."""
    return asdict(duel)


def retold(row: dict[str, Any]) -> Duel:
    """What `told` wrote."""
    outcomes = []
    for each in row["outcomes"]:
        verdict = each["verdict"] and Verdict(**{**each["verdict"], "spread": tuple(each["verdict"]["spread"])})
        outcomes.append(Outcome(**{**each, "verdict": verdict}))
    return Duel(**{**row, "outcomes": tuple(outcomes)})
