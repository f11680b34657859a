"""How many of each category everyone gets, and from which pools: whether nothing as even comes before it in the lot.

docs/lot.md, points a and c. Whatever else could be given goes round, from pool to enforcer to pool (`rounds`); so the
result is checked against all that could be, without a search. With bundles taken apart, nothing that costs less goes
round where the result is right and the bundles leave it the choice. Where something does, the bundles are held in
their places: what still goes round is a better lot beyond doubt, and if nothing does, it is not proven either way.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.verify.law import CATEGORIES
from tengbol.verify.rounds import Ways, cheaper

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from tengbol.verify.balances import Cell
    from tengbol.verify.masks import Names

    Pool = frozenset[str]
    Supplies = Counter[tuple[Pool, str, str]]  # writs of a pool and category to an enforcer

#: A writ in thousandths, and half of it.
WRIT: Final = 1000
HALF: Final = 500
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
    return int(sha256(text.encode()).hexdigest()[10 * level : 10 * level + 10], 16)


def pool_name(pool: Pool, names: Names) -> str:
    """The name of a pool in the lot."""
    members = "\n".join(sorted(names.enforcer(enforcer_id) for enforcer_id in pool))
    return sha256(members.encode()).hexdigest()[:16]


@dataclass
class _Graph:
    """Ways as they are added: between nodes that may be anything, with what changes, by how much, and two costs."""

    nodes: dict[Hashable, int] = field(default_factory=dict)
    things: dict[tuple[str, ...], int] = field(default_factory=dict)
    rows: list[tuple[int, int, int, int, int, int]] = field(default_factory=list)
    moved: list[tuple[Pool, str, str] | None] = field(default_factory=list)

    def add(
        self,
        tail: Hashable,
        head: Hashable,
        thing: tuple[str, ...] | None,
        sign: int,
        first: int,
        second: int,
        moved: tuple[Pool, str, str] | None = None,
    ) -> None:
        of = -1 if thing is None else self.things.setdefault(thing, len(self.things))
        ends = (self.nodes.setdefault(tail, len(self.nodes)), self.nodes.setdefault(head, len(self.nodes)))
        self.rows.append((*ends, of, sign, first, second))
        self.moved.append(moved)

    def far(self) -> dict[Hashable, int] | None:
        """How far each node is at the first cost; nothing where something goes round at less than none."""
        if not self.rows:
            return {}
        tail, head, _, _, first, _ = np.array(self.rows, dtype=np.int64).T
        found, far = cheaper(Ways(len(self.nodes), tail, head, np.arange(len(tail))), first)
        return None if found is not None else {node: int(far[place]) for node, place in self.nodes.items()}

    def less_goes_round(self, numbered: Callable[[tuple[str, ...], int], int]) -> Round | None:
        """Look for what costs less in one respect after the other; the numbers of the lot come last, level by level."""
        if not self.rows:
            return None
        tail, head, of, sign, first, second = np.array(self.rows, dtype=np.int64).T
        ways = Ways(len(self.nodes), tail, head, np.arange(len(tail)))
        things = list(self.things)
        for respect, costs in enumerate((first, second, *[None] * LEVELS)):
            own, given = ways.thing, {}
            if costs is None:
                open_ = np.unique(of[own][of[own] >= 0])
                if len(open_) == 0:
                    return None
                given = {int(i): numbered(things[i], respect - 2) for i in open_}
                by_thing = np.zeros(len(things) + 1, dtype=np.int64)
                by_thing[list(given)] = list(given.values())
                costs = sign * by_thing[of]
            found, far = cheaper(ways, costs[own])
            if found is not None:
                change: Counter[tuple[str, ...]] = Counter()
                for way in own[found].tolist():
                    if of[way] >= 0:
                        change[things[of[way]]] += int(sign[way])
                kept = {thing: units for thing, units in change.items() if units}
                sent: Supplies = Counter()
                for way in own[found].tolist():
                    moved = self.moved[way]
                    if moved is not None:
                        sent[moved] += int(sign[way])
                numbers = {thing: given.get(self.things[thing], 0) for thing in kept}
                return Round(min(respect, 2), kept, numbers, sent)
            ways = ways.only(costs[own] + far[ways.tail] - far[ways.head] == 0)
        return None


def of_cells(
    sent: Supplies, base: dict[Cell, int], seed: str, names: Names, held: Counter[Cell] | None = None
) -> Round | None:
    """What would give somebody more or less of a category, and come before the result.

    sent: what of each pool and category goes to whom; it may go to any other member. base: excess in thousandths before
    it. held: bundles that stay where they are. Raises `TooLargeError`.
    """
    return _graph_of(sent, base, held).less_goes_round(
        lambda cell, level: number(f"{seed}:{cell[1]}:{names.enforcer(cell[0])}", level)
    )


def prices(sent: Supplies, base: dict[Cell, int], held: Counter[Cell] | None = None) -> dict[Cell, int] | None:
    """What one writ more is worth at each cell where `sent` is most even; nothing where it is not.

    At a cell that nothing of `sent` could reach, what the first writ costs.
    """
    far = _graph_of(sent, base, held).far()
    if far is None:
        return None
    return {
        cell: far["all"] - far["cell", *cell] if ("cell", *cell) in far else excess + HALF
        for cell, excess in base.items()
    }


def _graph_of(sent: Supplies, base: dict[Cell, int], held: Counter[Cell] | None) -> _Graph:
    """Ways of writs from pools to cells, from cells to enforcers, and from these to all; see `of_cells`."""
    graph, got = _Graph(), Counter(held or {})
    for (_, category, enforcer_id), writs in sent.items():
        got[enforcer_id, category] += writs
    supplied: Counter[tuple[Pool, str]] = Counter()
    for (pool, category, _), writs in sent.items():
        supplied[pool, category] += writs
    given: Counter[Cell] = Counter()
    reached = set()
    for (pool, category), writs in supplied.items():
        if not writs:
            continue
        for enforcer_id in pool:
            source, cell = ("pool", pool, category), ("cell", enforcer_id, category)
            graph.add(source, cell, None, 1, 0, 0, (pool, category, enforcer_id))
            reached.add((enforcer_id, category))
            here = sent[pool, category, enforcer_id]
            given[enforcer_id, category] += here
            if here:
                graph.add(cell, source, None, -1, 0, 0, (pool, category, enforcer_id))
    of_all: Counter[str] = Counter()
    for (enforcer_id, category), excess in base.items():
        of_all[enforcer_id] += excess + WRIT * got[enforcer_id, category]
    taken = set()
    for enforcer_id, category in sorted(reached):
        cell = (enforcer_id, category)
        step = base[cell] + WRIT * got[cell] + HALF
        graph.add(("cell", *cell), enforcer_id, cell, 1, step, 0)
        if given[cell]:
            graph.add(enforcer_id, ("cell", *cell), cell, -1, WRIT - step, 0)
            taken.add(enforcer_id)
    for enforcer_id in sorted({enforcer_id for enforcer_id, _ in reached}):
        step = of_all[enforcer_id] + HALF
        graph.add(enforcer_id, "all", None, 1, 0, step)
        if enforcer_id in taken:
            graph.add("all", enforcer_id, None, -1, 0, WRIT - step)
    return graph


def of_pools(sent: Supplies, seed: str, names: Names) -> Round | None:
    """What would give everyone as much from other pools, and come before the result: each pool's own writs more even,
    or as even and with a lower sum of numbers. Raises `TooLargeError`.
    """
    graph = _Graph()
    supplied: Counter[tuple[Pool, str]] = Counter()
    got: Counter[Cell] = Counter()
    for (pool, category, enforcer_id), writs in sent.items():
        supplied[pool, category] += writs
        got[enforcer_id, category] += writs
    feeds = Counter(
        (enforcer_id, category)
        for (pool, category), writs in supplied.items()
        for enforcer_id in pool
        if writs and got[enforcer_id, category]
    )
    named = {pool: pool_name(pool, names) for pool, _ in supplied}
    for (pool, category), writs in supplied.items():
        for enforcer_id in sorted(pool) if writs else ():
            if feeds[enforcer_id, category] < 2:
                continue
            here = sent[pool, category, enforcer_id]
            source, cell = ("pool", pool, category), ("cell", enforcer_id, category)
            thing = (named[pool], category, enforcer_id)
            graph.add(source, cell, thing, 1, 2 * here + 1, 0)
            if here:
                graph.add(cell, source, thing, -1, 1 - 2 * here, 0)
    return graph.less_goes_round(lambda way, level: number(f"{seed}:{way[0]}:{way[1]}:{names.enforcer(way[2])}", level))


def sent_of(parts: Iterable[tuple[Pool, tuple[int, ...], str]]) -> Supplies:
    """What goes of each pool and category to whom, from bundles' pools, writs of each category and enforcers."""
    return sent_alike((pool, counts, enforcer_id, 1) for pool, counts, enforcer_id in parts)


def sent_alike(parts: Iterable[tuple[Pool, tuple[int, ...], str, int]]) -> Supplies:
    """The same, with how many bundles are alike."""
    out: Supplies = Counter()
    for pool, counts, enforcer_id, bundles in parts:
        for category, writs in zip(CATEGORIES, counts, strict=True):
            if writs:
                out[pool, category, enforcer_id] += writs * bundles
    return out
