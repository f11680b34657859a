"""A policy that holds room for long bundles: what could be had beside tengbol's, and at what price."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

from benchmarks.year.policy import Bundle, OneByOne, Outcome

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import numpy as np

    from tengbol.model.chamber import Chamber

#: Writs by which whoever holds room stays below the others. The largest excess falls until about four and rises again
#: beyond, for then who holds room is far below himself; three is the best that leaves most days below two writs.
ROOM: Final = 3.0
#: A bundle is long that has more writs than this of a category.
_SHORT: Final = 2


@dataclass
class Room(OneByOne):
    """Each bundle where the squares of excess grow least; but of each pool and category, whoever has least is passed
    over by short bundles, so that he falls behind the others by `ROOM` writs and a long one finds him there.

    Excess as the balances of the morning have it, and what the day brings since, bundle by bundle.
    """

    name: ClassVar[str] = "holds-room"
    excess: dict[tuple[str, str], float] = field(default_factory=dict)

    def __call__(self, chamber: Chamber, as_of: dt.datetime, seed: str) -> Outcome:
        """Distribute a day."""
        rows = chamber.balances.select("enforcer_id", "category", "received", "share").iter_rows()
        self.excess = {(who, str(category)): received - float(share) for who, category, received, share in rows}
        return super().__call__(chamber, as_of, seed)

    def choose(self, bundle: Bundle, members: Sequence[str], rng: np.random.Generator) -> str:
        """Name whose excess it disturbs least; among equals by lot."""
        for category, count in bundle.counts.items():
            for who in members:
                self.excess[who, category] = self._of(who, category) - count / len(members)
        burden = dict.fromkeys(members, 0.0)
        for category, count in bundle.counts.items():
            holder = min(members, key=lambda who, category=category: (self._of(who, category), who))
            for who in members:
                held = ROOM if who == holder and max(bundle.counts.values()) <= _SHORT else 0.0
                burden[who] += count * (2 * (self._of(who, category) + held) + count)
        # What is counted in fractions may miss its equal by a rounding.
        least = [who for who in members if burden[who] <= min(burden.values()) + 1e-9]
        return least[int(rng.integers(len(least)))]

    def took(self, bundle: Bundle, who: str) -> None:
        """Count."""
        for category, count in bundle.counts.items():
            self.excess[who, category] = self._of(who, category) + count

    def _of(self, who: str, category: str) -> float:
        return self.excess.get((who, category), 0.0)
