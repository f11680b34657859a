"""What an alarm is, what it looks at, and how rare what it saw would be by chance.

An alarm compares one figure of a month with the same figure after chance has been let loose on whatever an honest month
leaves to chance. How often chance does as much is its p-value, and the alarm fires at or below its rate: so in fair
months it fires at most that often, whatever the chamber's size, volumes and habits. Everything that an alarm could have
looked at (each enforcer, district, day) is inside the one figure, so no correction for many looks is needed after it.
Where chance does the most that it can do more often than the rate, no month can make the alarm fire: it cannot tell.
Source: J. Besag and P. Clifford, "Sequential Monte Carlo p-values", Biometrika 78, 1991, pp. 301–304.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from tengbol.report.alarms.utmost import NEARLY
from tengbol.report.words import Figure, Said, Words, mark

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    look at first, most striking first. missing: the tables for want of which it could not be judged. least: the least
    that p could be here (`Chance`). looks: at how many places the one figure looks.
    """

    name: str
    asked: str
    said: Said
    p: float | None
    rate: float
    cases: pl.DataFrame
    missing: tuple[str, ...] = ()
    least: float | None = None
    looks: int = 0

    @property
    def fired(self) -> bool:
        """Whether chance in a fair month would do as much at most as often as the rate."""
        return self.p is not None and self.p <= self.rate

    @property
    def state(self) -> str:
        """What came of it.

        `fired`; `quiet`; `cannot_tell` (no month like this one could make it fire); `nothing` (there was nothing to
        look at); `not_judged` (a table is missing).
        """
        if self.missing:
            return "not_judged"
        if self.p is None:
            return "nothing"
        if self.fired:
            return "fired"
        return "cannot_tell" if self.least is not None and self.least > self.rate else "quiet"

    @property
    def reason(self) -> str:
        """What it saw, in English."""
        return Words("en").plain(self.said)

    def __str__(self) -> str:
        if self.missing:
            return f"{self.name}: not judged for want of {', '.join(self.missing)}."
        if self.p is None:
            return f"{self.name}: nothing to look at. {self.reason}"
        state = {"fired": "ALARM", "cannot_tell": "cannot tell here"}.get(self.state, self.state)
        least = "" if self.least is None else f", no less than {self.least:.3g} here"
        rate = f"fires in {self.rate:.0%} of fair months"
        return f"{self.name}: {state} (p = {self.p:.3g}{least}, looks: {self.looks}, {rate}). {self.reason}"


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


@dataclass(frozen=True)
class Chance:
    """p: how often chance does as much as was observed. least: how often it does the most that could be observed."""

    p: float
    least: float


def chance(
    observed: float,
    draw: Callable[[], float],
    most: float,
    tries: int = TRIES,
    rate: float = RATE,
    *,
    seldom: float = 1.0,
) -> Chance:
    """How often `draw` is as large as `observed`: a p-value that is never too small, stopped once it is plainly not.

    most: the largest figure that any order of what is left to chance gives; p is least where that is observed. Looking
    for it stops once it is seen often, or so long not that it comes less often than `rate` (99 of 100 times). seldom:
    how often a draw does the most, at most; where that is no more than is told of what is never seen, it is not looked
    for.
    """
    reached, p = 0, None
    utmost = int(observed >= most * NEARLY)
    rare = math.log(0.01) / math.log1p(-rate) if rate < 1 else 1.0
    long = min(math.ceil(rare), tries)
    known = not utmost and seldom <= 1 / (long + 1)
    for count in range(1, tries + 1):
        value = draw()
        reached += value >= observed * (1 - 1e-12)
        utmost += value >= most * NEARLY
        if p is None and reached == _ENOUGH:
            p = reached / count
        if p is not None and known:
            return Chance(p, min(p, 1 / (max(count, long) + 1)))
        if p is not None and (utmost > _ENOUGH or (not utmost and count >= rare)):
            return Chance(p, min(p, max(utmost, 1) / (count + 1)))
    p = (reached + 1) / (tries + 1) if p is None else p
    return Chance(p, min(p, max(utmost, 1) / (tries + 1)))


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
    place = pl.Series(amounts).rank("average", descending=True).to_numpy()
    return -np.log(place / len(amounts)) if len(amounts) else amounts
