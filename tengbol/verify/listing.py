"""What enforcers could hold of whole bundles, and the least that costs at some prices: docs/certificate.md, theorem 4.

A bundle more costs the more, the more is held already: the least costs of "at least so many writs" are convex in each
category. So the cheapest set is reached by bundles each of which saves something, in whatever order, and every set at
most `room` above the cheapest by bundles each of which costs at most `room`. Bundles are taken in the order of their
classes, so that each set is met once; and where all that might still be saved would not suffice, nothing more is taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

#: Pairs of a set and a bundle that are looked at in one component, and sets that writs are added to.
MOST: Final = 20_000_000
#: Of them at one time.
_AT_ONCE: Final = 200_000
#: What no number may come to.
LARGEST: Final = 2**61


class TooMuchError(Exception):
    """Where a check would take more steps, or larger numbers, than it may."""


@dataclass
class Steps:
    """left: how many more may be taken."""

    left: int

    def take(self, number: int) -> None:
        """Raise `TooMuchError` where there are not so many."""
        self.left -= number
        if self.left < 0:
            raise TooMuchError


@dataclass
class Prices:
    """scale: of the cost e·x + 500x² of a cell. e, price: `(G, K)` of groups of enforcers alike; fills: `(G, K)`
    whether writs apart can come. bundle: `(C,)`.

    start: `(G, K)` the count from which on a writ apart costs more than its price; most: what none of these exceeds.
    """

    scale: int
    e: Ints
    price: Ints
    fills: Flags
    bundle: Ints
    start: Ints = field(init=False)
    most: int = field(init=False)

    def __post_init__(self) -> None:
        self.most = _largest(self.price) // (1000 * self.scale) + _largest(self.e) // 1000 + 2
        self.within(0)
        rest = (self.e + 500) * self.scale - self.price
        self.start = np.where(self.fills, np.maximum(0, -(rest // (1000 * self.scale))), 0)

    def within(self, writs: int) -> None:
        """Raise `TooMuchError` where the cost of a set of so many writs in each cell might leave 64 bits."""
        writs = max(writs, self.most)
        cell = (self.scale * (_largest(self.e) + 500 * writs) + _largest(self.price)) * writs
        if (cell + _largest(self.bundle) * writs) * self.e.shape[1] > LARGEST:
            raise TooMuchError

    def cells(self, group: Ints, held: Ints) -> Ints:
        """`(N,)`: the least cost of the cells of groups `(N,)` that hold `held` `(N, K)` writs in whole bundles."""
        x = np.maximum(held, self.start[group])
        return ((self.scale * (self.e[group] + 500 * x)) * x - self.price[group] * (x - held)).sum(axis=1)


@dataclass(frozen=True)
class Held:
    """Some sets: group `(N,)`, paid `(N,)` what their bundles pay besides, whole `(N, K)` writs in bundles and writs
    `(N, K)` in all, value `(N,)` costs.
    """

    group: Ints
    paid: Ints
    whole: Ints
    writs: Ints
    value: Ints

    def of(self, which: Ints | Flags) -> Held:
        """Only these."""
        return Held(*(getattr(self, name)[which] for name in Held.__dataclass_fields__))


@dataclass(frozen=True)
class _Block:
    """Sets, and bundles that may be added to each: `owner` `(M,)` its place, `cls`, `more` what that costs, `left`."""

    sets: Held
    owner: Ints
    cls: Ints
    more: Ints
    left: Ints

    def after(self, place: int) -> _Block:
        """Without what may be added up to there."""
        return _Block(self.sets, self.owner[place:], self.cls[place:], self.more[place:], self.left[place:])


class Listing:
    """counts: `(C, K)` writs, size: `(C,)` bundles of each class. allowed: `(G, C)`."""

    def __init__(self, at: Prices, counts: Ints, size: Ints, allowed: Flags, steps: Steps) -> None:
        self.at, self.counts, self.size, self.allowed, self.steps = at, counts, size, allowed, steps
        groups = np.arange(len(at.e))
        held = np.zeros((len(groups), counts.shape[1]), dtype=np.int64)
        self.nothing = Held(groups, np.zeros_like(groups), held, at.start, at.cells(groups, held))

    def least(self) -> Ints:
        """`(G,)`: what the cheapest set of each group costs."""
        best = self.nothing.value.copy()
        for sets in self._met(best, None, np.zeros_like(self.size)):
            np.minimum.at(best, sets.group, sets.value)
        return best

    def within(self, limit: Ints, room: int, pays: Ints) -> Held:
        """All sets that cost at most `limit` `(G,)`, `room` above the least, each with the writs that suit it best.

        pays: `(C,)` what a bundle of each class pays besides.
        """
        found = [sets.of(sets.value <= limit[sets.group]) for sets in self._met(limit, room, pays)]
        return Held(*(np.concatenate([getattr(each, name) for each in found]) for name in Held.__dataclass_fields__))

    def filled(self, sets: Held, limit: Ints) -> Held:
        """The same with every number of writs apart for which they cost at most `limit` `(G,)`."""
        at = self.at
        for k in range(self.counts.shape[1]):
            parts = [sets]
            for step in (1, -1):
                now = sets
                while len(now.group):
                    # The cost of one writ more, or of the last of them no more.
                    slope = at.scale * (at.e[now.group, k] + 1000 * now.writs[:, k] + 500 * step)
                    value = now.value + step * (slope - at.price[now.group, k])
                    fits = at.fills[now.group, k] & (value <= limit[now.group])
                    fits &= now.writs[:, k] + step >= now.whole[:, k]
                    self.steps.take(int(fits.sum()))
                    own = now.of(fits)
                    own.writs[:, k] += step
                    at.within(int(own.writs.max(initial=0)))
                    now = Held(own.group, own.paid, own.whole, own.writs, value[fits])
                    parts.append(now)
            sets = Held(*(np.concatenate([getattr(each, n) for each in parts]) for n in Held.__dataclass_fields__))
        return sets

    def _met(self, limit: Ints, room: int | None, pays: Ints) -> Iterator[Held]:
        """Sets as they are met. limit: what they may cost; without a room, what one that is cheaper must be below,
        which may change from one to the next.
        """
        owner, cls = np.nonzero(self.allowed & (self.size > 0))
        waiting = [self._block(self.nothing, owner, cls, self.size[cls], limit, room)]
        yield self.nothing
        while waiting:
            block = waiting.pop()
            # As many of its sets with one bundle more as can be looked at together.
            number = np.searchsorted(block.owner, block.owner, side="right") - np.arange(len(block.owner))
            end = max(1, int(np.searchsorted(np.cumsum(number), _AT_ONCE, side="right")))
            if end < len(number):
                waiting.append(block.after(end))
            parent, cls, number = block.owner[:end], block.cls[:end], number[:end]
            group, whole = block.sets.group[parent], block.sets.whole[parent] + self.counts[cls]
            paid, value = block.sets.paid[parent] + pays[cls], block.sets.value[parent] + block.more[:end]
            sets = Held(group, paid, whole, np.maximum(whole, self.at.start[group]), value)
            yield sets
            child = np.repeat(np.arange(len(parent)), number)
            taken = np.arange(len(child)) - np.repeat(np.cumsum(number) - number, number)
            place = child + taken
            left = block.left[place] - (taken == 0)
            some = left > 0
            waiting.append(self._block(sets, child[some], block.cls[place[some]], left[some], limit, room))
            if not len(waiting[-1].owner):
                waiting.pop()

    def _block(self, sets: Held, owner: Ints, cls: Ints, left: Ints, limit: Ints, room: int | None) -> _Block:
        """Sets with those bundles that may be added to them; without what leads nowhere."""
        self.steps.take(len(owner) + len(sets.group))
        whole = sets.whole[owner] + self.counts[cls]
        self.at.within(int(whole.max(initial=0)))
        group = sets.group[owner]
        more = self.at.cells(group, whole) - self.at.cells(sets.group, sets.whole)[owner] - self.at.bundle[cls]
        if _largest(more) * max(1, int(self.size.sum())) > LARGEST:
            raise TooMuchError
        low = sets.value.copy()
        np.add.at(low, owner, np.minimum(more, 0) * left)
        hopeful = low < limit[sets.group] if room is None else low <= limit[sets.group]
        kept = (more < 0 if room is None else more <= room) & hopeful[owner]
        return _Block(sets, owner[kept], cls[kept], more[kept], left[kept])


def _largest(values: Ints) -> int:
    """The largest absolute value, as one of Python's numbers: sums of those of 64 bits might not be held."""
    return max(abs(int(values.max(initial=0))), abs(int(values.min(initial=0))))
