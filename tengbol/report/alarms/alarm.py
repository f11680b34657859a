"""What an alarm is, what it looks at, and how rare what it saw would be by chance.

An alarm compares one figure of a month with the same figure after chance has been let loose on whatever an honest month
leaves to chance. How often chance does as much is its p-value, and the alarm fires at or below its rate: so in fair
months it fires at most that often, whatever the chamber's size, volumes and habits. Everything that an alarm could have
looked at (each enforcer, district, day) is inside the one figure, so no correction for many looks is needed after it.
Source: J. Besag and P. Clifford, "Sequential Monte Carlo p-values", Biometrika 78, 1991, pp. 301–304.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tengbol.report.words import Figure, Said, Words, mark

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

#: How often each alarm may fire in a fair month.
RATE: Final = 0.01
#: How often chance is let loose at most, and how often it must have done as much to stop before.
TRIES: Final = 999
_ENOUGH: Final = 10


@dataclass(frozen=True)
class Inputs:
    """Tables of the contract, as they stood over the period: `writs`, `absences`, `ledger`; no names are read.

    One that was not given is None: what needs it cannot be judged, which is not the same as that nothing is wrong.
    """

    writs: pl.DataFrame | None = None
    absences: pl.DataFrame | None = None
    ledger: pl.DataFrame | None = None

    def lack(self, needed: tuple[str, ...]) -> tuple[str, ...]:
        """Which of the tables named are not there."""
        return tuple(name for name in needed if getattr(self, name) is None)

    def given(self, name: str) -> pl.DataFrame:
        """A table, where it is known to be there."""
        table = getattr(self, name)
        if table is None:
            raise TypeError(f"{name}: no alarm that needs it may be asked without it")
        return table


@dataclass(frozen=True)
class Known:
    """An enforcer or a district in a sentence, by id; whoever shows the sentence may put the name there."""

    table: str
    key: str

    def __str__(self) -> str:
        return self.key


@dataclass(frozen=True)
class Alarm:
    """One alarm on one period.

    name: of its module. asked: what it asks, in a sentence. said: what it saw, in a sentence whose figures stand in no
    table yet. p: how often chance does as much, null where there was nothing to look at. cases: what a person should
    look at first, most striking first. missing: the tables for want of which it could not be judged.
    """

    name: str
    asked: str
    said: Said
    p: float | None
    rate: float
    cases: pl.DataFrame
    missing: tuple[str, ...] = ()

    @property
    def fired(self) -> bool:
        """Whether chance in a fair month would do as much at most as often as the rate."""
        return self.p is not None and self.p <= self.rate

    @property
    def state(self) -> str:
        """`fired`, `quiet`, `nothing` (there was nothing to look at) or `not_judged` (a table is missing)."""
        if self.missing:
            return "not_judged"
        if self.p is None:
            return "nothing"
        return "fired" if self.fired else "quiet"

    @property
    def reason(self) -> str:
        """What it saw, in English."""
        return Words("en").plain(self.said)

    def __str__(self) -> str:
        if self.missing:
            return f"{self.name}: not judged for want of {', '.join(self.missing)}."
        if self.p is None:
            return f"{self.name}: nothing to look at. {self.reason}"
        state = "ALARM" if self.fired else "quiet"
        return f"{self.name}: {state} (p = {self.p:.3g}, fires in {self.rate:.0%} of fair months). {self.reason}"


def unjudged(missing: Sequence[str]) -> Said:
    """Why an alarm could not be judged: by the tables that it lacked."""
    if "events" in missing:
        return Said(mark("Not judged: acts by hand are recorded only in a chamber’s book."))
    return Said(mark("Not judged: of what it needs, the input lacks {tables}."), {"tables": ", ".join(missing)})


def figure(value: Any, form: str = "count") -> Figure:
    """A figure of a reason; its place in a table is given where it is shown."""
    return Figure("", 0, "", value, form)


def enforcer(key: str) -> Known:
    """An enforcer in a reason."""
    return Known("enforcers", key)


def district(key: str) -> Known:
    """A district in a reason."""
    return Known("districts", key)


def chance(observed: float, draw: Callable[[], float], tries: int = TRIES) -> float:
    """How often `draw` is as large as `observed`: a p-value that is never too small, stopped once it is plainly not."""
    reached = 0
    for count in range(1, tries + 1):
        reached += draw() >= observed * (1 - 1e-12)
        if reached == _ENOUGH:
            return reached / count
    return (reached + 1) / (tries + 1)


def generator(seed: int, name: str) -> np.random.Generator:
    """Chance of one alarm, the same each time."""
    return np.random.Generator(np.random.PCG64([seed, *name.encode()]))


def surprise(count: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """−log of the chance that a Poisson number with this mean is `count` or more; 0 where the count is 0."""
    from scipy.special import gammainc

    with np.errstate(divide="ignore"):
        tail = np.where(count > 0, gammainc(np.maximum(count, 1), np.maximum(expected, 1e-12)), 1.0)
        return -np.log(np.maximum(tail, 1e-300))


def rarity(amounts: np.ndarray) -> np.ndarray:
    """−log of each value's place from the top, as a share of all: the largest of N has log N, the least 0."""
    from scipy.stats import rankdata

    return -np.log(rankdata(-amounts, method="average") / len(amounts)) if len(amounts) else amounts
