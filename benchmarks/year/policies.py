"""The policies on one table: tengbol, which decides a day's batch at once, and five that take bundles one by one."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final

from benchmarks.year.indicator import LoadIndicator
from benchmarks.year.policy import ASSIGNED, Bundle, OneByOne, Outcome
from benchmarks.year.room import Room
from tengbol.batch import distribute

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import numpy as np

    from tengbol.model.chamber import Chamber


class Tengbol:
    """`tengbol.batch.distribute`: the day's batch at once, on balances, proven, with the lot among what is equal."""

    name: ClassVar[str] = "tengbol"

    def __call__(self, chamber: Chamber, as_of: dt.datetime, seed: str) -> Outcome:
        """Distribute a day."""
        found = distribute(chamber, as_of=as_of, seed=seed)
        return Outcome(
            found.assignments.select(ASSIGNED),
            found.unassigned.select("writ_id", "code"),
            found.balances,
            found.proof.first,
        )


@dataclass
class Lottery(OneByOne):
    """Every bundle to a member of its pool by equal chance."""

    name: ClassVar[str] = "lottery"

    def choose(self, bundle: Bundle, members: Sequence[str], rng: np.random.Generator) -> str:
        """Draw."""
        return members[int(rng.integers(len(members)))]


@dataclass
class RoundRobin(OneByOne):
    """In turn by enforcer id, a turn for each district and category; whoever is away is passed over."""

    name: ClassVar[str] = "round-robin"
    last: dict[tuple[str, str], str] = field(default_factory=dict)

    def choose(self, bundle: Bundle, members: Sequence[str], rng: np.random.Generator) -> str:
        """Name the next after the last one."""
        turn = bundle.district, bundle.category
        place = bisect_right(members, self.last.get(turn, ""))
        self.last[turn] = members[place % len(members)]
        return self.last[turn]


@dataclass
class LeastLoaded(OneByOne):
    """To whoever has received least ever in the category; among equals by lot.

    Whoever comes back has received less than all others and gets everything until he has caught up. So did Bulgaria's
    court information system: the inspectorate found in 2023 that it does not allot by days worked but loads who
    returns until the numbers are equal. Source: Lex.bg News on the Supreme Judicial Council's sitting of December 2023,
    "problem with EISS overwhelms judges with cases after a long absence" (in Bulgarian).
    """

    name: ClassVar[str] = "least-loaded"
    received: Counter[tuple[str, str]] = field(default_factory=Counter)

    def choose(self, bundle: Bundle, members: Sequence[str], rng: np.random.Generator) -> str:
        """Draw among those who received least."""
        counts = [self.received[who, bundle.category] for who in members]
        least = [who for who, count in zip(members, counts, strict=True) if count == min(counts)]
        return least[int(rng.integers(len(least)))]

    def took(self, bundle: Bundle, who: str) -> None:
        """Count."""
        for category, count in bundle.counts.items():
            self.received[who, category] += count


#: In the order of the tables; each is made afresh for a run, for most remember.
POLICIES: Final[tuple[type[Any], ...]] = (Tengbol, Room, Lottery, RoundRobin, LeastLoaded, LoadIndicator)
