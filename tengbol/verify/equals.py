"""How many of each category everyone gets, and from which pools: whether nothing as even comes before it in the lot.

docs/lot.md, points a and c. Whatever else could be given goes round, from pool to enforcer to pool (`rounds`); so the
result is checked against all that could be, without a search. With bundles taken apart, nothing that costs less goes
round where the result is right and the bundles leave it the choice. Where something does, the bundles are held in
their places: what still goes round is a better lot beyond doubt, and if nothing does, it is not proven either way.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.verify.exchanges import LEVELS, Graph, Places, joined, number, sources_of
from tengbol.verify.law import CATEGORIES
from tengbol.verify.rounds import Ways, cheaper

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tengbol.verify.balances import Cell
    from tengbol.verify.exchanges import Ints, Known, Pool, Round, Supplies
    from tengbol.verify.masks import Names

#: A writ in thousandths, and half of it.
WRIT: Final = 1000
HALF: Final = 500


def pool_name(pool: Pool, names: Names) -> str:
    """The name of a pool in the lot."""
    members = "\n".join(sorted(names.enforcer(enforcer_id) for enforcer_id in pool))
    return sha256(members.encode()).hexdigest()[:16]


class Cells:
    """One component: who gets more or less of a category. Kept from question to question, for they are much alike.

    base: excess in thousandths before what is given, by cell.
    """

    def __init__(self, base: dict[Cell, int], seed: str, names: Names) -> None:
        self.people = sorted({who for who, _ in base})
        self.cells = [(who, category) for who in self.people for category in CATEGORIES]
        self.base = np.array([base[cell] for cell in self.cells], dtype=np.int64)
        self.texts = [f"{seed}:{category}:{names.enforcer(who)}" for who, category in self.cells]
        self.nets: dict[frozenset[tuple[Pool, str]], _Net] = {}
        self.known: Known = {}

    def less_goes_round(self, sent: Supplies, held: Counter[Cell], until: int = 2 + LEVELS) -> Round | None:
        """What would give somebody more or less of a category, and come before what is given.

        sent: what of each pool and category goes to whom; it may go to any other member. held: bundles that stay where
        they are. until: how many respects are looked at. Raises `TooLargeError`.
        """
        return self._graph(sent, held).less_goes_round(
            len(self.cells),
            self.cells.__getitem__,
            lambda cell, level: number(self.texts[cell], level),
            until,
            self.known,
        )

    def prices(self, sent: Supplies, held: Counter[Cell]) -> dict[Cell, int] | None:
        """What one writ more is worth at each cell where `sent` is most even; nothing where it is not.

        At a cell that nothing of `sent` could reach, what the first writ costs.
        """
        graph = self._graph(sent, held)
        found, far = cheaper(graph.ways, graph.first[graph.ways.thing])
        if found is not None:
            return None
        begin = len(graph.places.sources)
        worth = self.base + HALF
        reached = np.unique(graph.places.cell)
        worth[reached] = far[-1] - far[begin + reached]
        return dict(zip(self.cells, worth.tolist(), strict=True))

    def _graph(self, sent: Supplies, held: Counter[Cell]) -> Graph:
        sources = sources_of(sent)
        net = self.nets.get(key := frozenset(sources))
        if net is None:
            net = self.nets[key] = _Net(Places(sources, self.people))
        here = net.places.here(sent)
        given = net.places.by_cell(here)
        got = given + np.array([held.get(cell, 0) for cell in self.cells], dtype=np.int64) if held else given
        return net.graph(here, given, self.base + WRIT * got)


class _Net:
    """Ways of writs from pools to cells, from cells to enforcers, from these to all, and back.

    Nodes: sources, cells, enforcers, all. What is given says which ways are open, and what they cost.
    """

    def __init__(self, places: Places) -> None:
        kinds, cells = len(CATEGORIES), np.unique(places.cell)
        rows, entries = np.unique(cells // kinds), np.arange(len(places.cell))
        at_cell, of_cells, of_rows = len(places.sources), places.cells, len(places.people)
        at_row, end = at_cell + of_cells, np.full(len(rows), at_cell + of_cells + of_rows)
        given, taken = 1 + len(entries), 1 + len(entries) + of_cells
        parts = (
            # tail, head, what changes, sign, where it says if it is open, what it costs first and second, entry
            (places.source, at_cell + places.cell, -1, 1, 0, 0, 0, entries),
            (at_cell + places.cell, places.source, -1, -1, 1 + entries, 0, 0, entries),
            (at_cell + cells, at_row + cells // kinds, cells, 1, 0, 1 + cells, 0, -1),
            (at_row + cells // kinds, at_cell + cells, cells, -1, given + cells, 1 + of_cells + cells, 0, -1),
            (at_row + rows, end, -1, 1, 0, 0, 1 + rows, -1),
            (end, at_row + rows, -1, -1, taken + rows, 0, 1 + of_rows + rows, -1),
        )
        tail, head, self.of, self.sign, self.opened, self.first, self.second, self.entry = joined(parts)
        self.places = places
        self.ways = Ways(at_row + of_rows + 1, tail, head, np.arange(len(tail)))

    def graph(self, here: Ints, given: Ints, excess: Ints) -> Graph:
        """here: `(N,)` writs of each entry; given, excess: of each cell, what can be taken from it, and after all."""
        by_row = (-1, len(CATEGORIES))
        taken = (given > 0).reshape(by_row).any(axis=1)
        opened = np.concatenate([[True], here > 0, given > 0, taken])[self.opened]
        step, total = excess + HALF, excess.reshape(by_row).sum(axis=1) + HALF
        first, second = (np.concatenate([[0], one, WRIT - one]) for one in (step, total))
        ways = self.ways.only(opened)
        return Graph(self.places, ways, self.of, self.sign, first[self.first], second[self.second], self.entry)


def of_pools(sent: Supplies, seed: str, names: Names) -> Round | None:
    """What would give everyone as much from other pools, and come before the result: each pool's own writs more even,
    or as even and with a lower sum of numbers. Raises `TooLargeError`.
    """
    places = Places(sources_of(sent), sorted({who for pool, _, _ in sent for who in pool}))
    lying = places.here(sent)
    feeds = np.bincount(places.cell, minlength=places.cells)
    entries = np.flatnonzero((feeds[places.cell] > 1) & (places.by_cell(lying)[places.cell] > 0))
    here, source, cell = lying[entries], places.source[entries], len(places.sources) + places.cell[entries]
    some = here > 0
    tail, head, thing_of, sign, first = joined(
        (
            (source, cell, entries, 1, 2 * here + 1),
            (cell[some], source[some], entries[some], -1, 1 - 2 * here[some]),
        )
    )
    those: list[int] = np.unique(source).tolist()
    named = {pool: pool_name(pool, names) for pool in {places.sources[n][0] for n in those}}
    called = [names.enforcer(who) for who in places.people]
    starts = {n: f"{seed}:{named[pool]}:{category}:" for n in those for pool, category in [places.sources[n]]}
    of: list[int] = places.source.tolist()
    to: list[int] = places.row.tolist()

    def thing(entry: int) -> tuple[str, ...]:
        pool, category, who = places.entries[entry]
        return named[pool], category, who

    def numbered(entry: int, level: int) -> int:
        return number(starts[of[entry]] + called[to[entry]], level)

    ways = Ways(len(places.sources) + places.cells, tail, head, np.arange(len(tail)))
    graph = Graph(places, ways, thing_of, sign, first, np.zeros_like(first), thing_of)
    return graph.less_goes_round(
        len(places.cell),
        thing,
        numbered,
    )


def sent_of(parts: Iterable[tuple[Pool, tuple[int, ...], str]]) -> Supplies:
    """What goes of each pool and category to whom, from bundles' pools, writs of each category and enforcers."""
    return sent_alike((pool, counts, enforcer_id, 1) for pool, counts, enforcer_id in parts)


def sent_alike(parts: Iterable[tuple[Pool, tuple[int, ...], str, int]]) -> Supplies:
    """The same, with how many bundles are alike."""
    out: dict[tuple[Pool, str, str], int] = {}
    for pool, counts, enforcer_id, bundles in parts:
        for category, writs in zip(CATEGORIES, counts, strict=True):
            if writs:
                place = (pool, category, enforcer_id)
                out[place] = out.get(place, 0) + writs * bundles
    return Counter(out)
