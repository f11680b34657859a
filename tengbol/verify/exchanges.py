"""What enforcers could exchange, as a graph, and what of it goes round at less cost (docs/lot.md, points a and c)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.verify.connected import connected
from tengbol.verify.law import CATEGORIES
from tengbol.verify.placing import as_one
from tengbol.verify.rounds import Ways, cheaper

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Pool = frozenset[str]
    #: Distances of nodes, by respect and number of nodes.
    Known = dict[tuple[int, int], Ints]
    Supplies = Counter[tuple[Pool, str, str]]  # writs of a pool and category to an enforcer

#: Numbers that a hash gives, one after the other: ten digits each.
LEVELS: Final = 7


@dataclass(frozen=True)
class Round:
    """What goes round, at less cost, and changes a result: units more or less of each thing, and their numbers.

    respect: 0 and 1: an objective; 2: a number of the lot, or evenness of pools and then a number. change: by cell, or
    by (pool, category, enforcer). number: of each at the level that decides. sent: what moves, as in `Supplies`.
    """

    respect: int
    change: dict[tuple[str, ...], int]
    number: dict[tuple[str, ...], int]
    sent: Supplies


def number(text: str, level: int) -> int:
    """N: ten hex digits of the SHA-256 of a text, the first ten at level 0."""
    return int.from_bytes(_digest(text)[5 * level : 5 * level + 5], "big")


@lru_cache(maxsize=2**16)
def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()


class Places:
    """Where writs of each pool and category may lie: an entry for each member of the pool.

    sources: (pool, category), those with any writs. source, row: `(N,)` of each entry, its place among `sources`
    and its enforcer's among `people`. cell: `(N,)` row · categories + category.
    """

    def __init__(self, sources: Sequence[tuple[Pool, str]], people: Sequence[str]) -> None:
        self.people, self.sources = people, sources
        row = {who: j for j, who in enumerate(people)}
        kind = {category: k for k, category in enumerate(CATEGORIES)}
        #: Of each pool its members in order, and the place of each among these.
        self._among = {pool: {who: n for n, who in enumerate(sorted(pool))} for pool in {pool for pool, _ in sources}}
        rows = {pool: np.array([row[who] for who in own], dtype=np.int64) for pool, own in self._among.items()}
        sizes = np.array([len(pool) for pool, _ in sources], dtype=np.int64)
        begin = np.cumsum(sizes) - sizes
        self._begin = dict(zip(sources, begin.tolist(), strict=True))
        self.row = np.concatenate([np.zeros(0, dtype=np.int64), *(rows[pool] for pool, _ in sources)])
        self.source = np.repeat(np.arange(len(sources)), sizes)
        kinds = np.array([kind[category] for _, category in sources], dtype=np.int64)
        self.cell = self.row * len(CATEGORIES) + np.repeat(kinds, sizes)

    @cached_property
    def entries(self) -> list[tuple[Pool, str, str]]:
        """The pool, the category and the enforcer of each."""
        return [(pool, category, who) for pool, category in self.sources for who in self._among[pool]]

    @property
    def cells(self) -> int:
        """How many there are, of all `people`."""
        return len(self.people) * len(CATEGORIES)

    def here(self, sent: Supplies) -> Ints:
        """`(N,)` writs of each entry."""
        out = np.zeros(len(self.row), dtype=np.int64)
        there = [
            (begin + place, writs)
            for (pool, category, who), writs in sent.items()
            if (begin := self._begin.get((pool, category))) is not None
            and (place := self._among[pool].get(who)) is not None
        ]
        if there:
            at, writs = np.array(there, dtype=np.int64).T
            out[at] = writs
        return out

    def by_cell(self, writs: Ints) -> Ints:
        """The sums of some writs of each entry."""
        out = np.zeros(self.cells, dtype=np.int64)
        np.add.at(out, self.cell, writs)
        return out


def sources_of(sent: Supplies) -> list[tuple[Pool, str]]:
    """Pools and categories of which there is something, in order."""
    supplied: dict[tuple[Pool, str], int] = {}
    for (pool, category, _), writs in sent.items():
        supplied[pool, category] = supplied.get((pool, category), 0) + writs
    return [source for source, writs in supplied.items() if writs]


@dataclass(frozen=True)
class Graph:
    """Ways, each an entry of `Places` or -1, with what changes along it (a `thing` or -1, by `sign`) and two costs."""

    places: Places
    ways: Ways
    of: Ints
    sign: Ints
    first: Ints
    second: Ints
    entry: Ints

    def less_goes_round(
        self,
        things: int,
        thing: Callable[[int], tuple[str, ...]],
        numbered: Callable[[int, int], int],
        until: int = 2 + LEVELS,
        known: Known | None = None,
    ) -> Round | None:
        """Look for what costs less in one respect after the other; the numbers of the lot come last, level by level."""
        if not len(self.ways.tail):
            return None
        ways = self.ways
        for respect, costs in enumerate((self.first, self.second, *[None] * LEVELS)):
            if respect >= until or (respect > 2 and only_back_and_forth(ways, self.of)):
                break
            own = ways.thing
            given: dict[int, int] = {}
            if costs is None:
                open_ = np.unique(self.of[own][self.of[own] >= 0])
                if len(open_) == 0:
                    return None
                given = {i: numbered(i, respect - 2) for i in open_.tolist()}
                by_thing = np.zeros(things + 1, dtype=np.int64)
                by_thing[list(given)] = list(given.values())
                costs = self.sign * by_thing[self.of]
            begin = (known or {}).get((respect, ways.nodes))
            found, far = cheaper(ways, costs[own], begin)
            if known is not None and found is None:
                known[respect, ways.nodes] = far
            if found is not None:
                return self._round(own[found], respect, given, thing)
            ways = ways.only(costs[own] + far[ways.tail] - far[ways.head] == 0)
        return None

    def _round(
        self, found: Ints, respect: int, given: dict[int, int], thing: Callable[[int], tuple[str, ...]]
    ) -> Round:
        change: Counter[int] = Counter()
        sent: Supplies = Counter()
        for way in found.tolist():
            if self.of[way] >= 0:
                change[int(self.of[way])] += int(self.sign[way])
            if self.entry[way] >= 0:
                sent[self.places.entries[self.entry[way]]] += int(self.sign[way])
        kept = {i: units for i, units in change.items() if units}
        return Round(
            min(respect, 2),
            {thing(i): units for i, units in kept.items()},
            {thing(i): given.get(i, 0) for i in kept},
            sent,
        )


def only_back_and_forth(ways: Ways, of: Ints) -> bool:
    """Whether all that goes round along some ways goes back the way it came, so that its numbers cancel.

    of: as of `Graph`; along a way of -1 no number counts, so what such ways join is taken for one place. Where the
    others make a forest of these places, each is passed as often in one direction as in the other.
    """
    thing = of[ways.thing]
    free = thing < 0
    place = connected(ways.nodes, ways.tail[free], ways.head[free])
    ends = np.sort(place[np.stack([ways.tail[~free], ways.head[~free]])], axis=0)
    # Of one thing there may be a way in each direction; two things between two places are a circle.
    edges = ends[:, np.unique(as_one(*ends, thing[~free]), return_index=True)[1]]
    touched = np.unique(edges)
    return edges.shape[1] == len(touched) - len(np.unique(connected(ways.nodes, edges[0], edges[1])[touched]))


def joined(parts: Sequence[tuple[Ints, *tuple[Ints | int, ...]]]) -> list[Ints]:
    """Columns of ways, by their heads (the second) in order. parts: some ways each; a number is that of all of them."""
    columns = [np.concatenate([_each(part[n], len(part[0])) for part in parts]) for n in range(len(parts[0]))]
    by = np.argsort(columns[1], kind="stable")
    return [column[by] for column in columns]


def _each(values: Ints | int, length: int) -> Ints:
    return np.full(length, values, dtype=np.int64) if isinstance(values, int) else values
