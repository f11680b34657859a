"""What one writ more is worth to each pool, enforcer and category where nothing can be made more even.

A flow is the most even where nothing goes round at less cost, in the first objective and, at no cost in the first, in
the second (Klein 1967). Shortest distances show that, and are the prices (Ahuja, Magnanti & Orlin 1993, chapter 9).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.bound import HALF, pool_prices
from tengbol.optimizer.face import distances
from tengbol.optimizer.problem import WRIT
from tengbol.optimizer.weighted import NOTHING, Prices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.optimizer.problem import Problem

    Ints = NDArray[np.int64]

#: A first objective that has to weigh more is not weighed.
_HEAVIEST: Final = 2**24


def potentials(problem: Problem, flows: Ints, asked: NDArray[np.bool_]) -> tuple[Prices, Prices | None]:
    """Prices of a most even flow `(E, K)`, all bundles taken apart, for the first objective and for the second.

    asked: `(P, K)` whether there has to be a price: where nothing flows it is that of the cheapest step.
    """
    rows, kinds, pools = problem.shape
    supplied, received = np.zeros((pools, kinds), dtype=np.int64), np.zeros_like(problem.opening)
    np.add.at(supplied, problem.entry_pool, flows)
    np.add.at(received, problem.pool_member, flows)
    after = problem.opening + WRIT * received
    place, kind = np.nonzero(supplied[problem.entry_pool] > 0)
    source = problem.entry_pool[place] * kinds + kind
    into = problem.pool_member[place] * kinds + kind
    cell, enforcer = np.unique(into), np.unique(problem.pool_member[place])
    cells, row_nodes = pools * kinds, (pools + rows) * kinds
    sink = row_nodes + rows
    tail = np.concatenate([source, cells + cell, row_nodes + enforcer])
    head = np.concatenate([cells + into, row_nodes + cell // kinds, np.full(len(enforcer), sink)])
    value = np.concatenate([flows[place, kind], received.ravel()[cell], received.sum(axis=1)[enforcer]])
    ways, totals = len(place), len(place) + len(cell)
    cost, step = np.zeros((2, 2, len(tail)), dtype=np.int64)
    cost[0, ways:totals], step[0, ways:totals] = after.ravel()[cell] + HALF, WRIT
    cost[1, totals:], step[1, totals:] = after.sum(axis=1)[enforcer] + HALF, WRIT
    back = np.flatnonzero(value)
    tail, head = np.concatenate([tail, head[back]]), np.concatenate([head, tail[back]])
    cost = np.concatenate([cost, (step - cost)[:, back]], axis=1)
    far: list[Ints] = []
    reduced: list[Ints] = []
    kept = np.arange(len(tail))
    for level in range(2):
        at = distances(tail[kept], head[kept], cost[level, kept], sink + 1)
        far.append(at[sink] - at)
        reduced.append(cost[level] + at[tail] - at[head])
        kept = kept[reduced[0][kept] == 0]
    known = np.zeros(cells, dtype=bool)
    known[source] = True
    known = known.reshape(pools, kinds)
    first, second = (own[:cells].reshape(pools, kinds) for own in far)
    dear = reduced[1] < 0  # the first has to weigh so much that these cost something all the same
    weight = int((-(reduced[1][dear] // reduced[0][dear])).max(initial=1))

    def filled(price: Ints, step: Ints) -> Ints:
        elsewhere = pool_prices(problem, step)
        return np.where(known, price, np.where(asked, elsewhere, NOTHING))

    steps = after + HALF
    one = Prices(1, filled(first, steps), None)
    if weight > _HEAVIEST:
        return one, None
    total = after.sum(axis=1) + HALF
    total[enforcer] = (weight * far[0] + far[1])[row_nodes + enforcer]
    return one, Prices(weight, filled(weight * first + second, weight * steps + total[:, None]), total)
