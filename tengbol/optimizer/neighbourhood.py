"""A dozen enforcers' bundles dealt anew by exact cover: mostly those whose cells stand furthest from the level.

Splits of two to four enforcers (`exchange`) stop where what is wrong is spread over many. At prices of the flow of a
dozen's own bundles, columns that cost hardly anything above it are some hundred, and whether they cover all bundles
for less than now is mostly known at once (`cover`). A large neighbourhood, searched exactly: Shaw 1998.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.bound import cell_cost, level
from tengbol.optimizer.cover import covered
from tengbol.optimizer.flow import spread
from tengbol.optimizer.grouped import at_prices, between
from tengbol.optimizer.master import FINE, Master
from tengbol.optimizer.problem import WRIT, Problem, sum_of_squares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.optimizer.placing import Start
    from tengbol.optimizer.work import Work

    Ints = NDArray[np.int64]

#: Enforcers at a time.
_ROWS: Final = 12
#: How far above the level a column may stand: so many times what everyone's stand on average, and in cost units at
#: least, two writs too many somewhere.
_DEAR: Final = 2
_LEAST: Final = 2 * WRIT
#: Choices looked at and columns at most, and the part of the work that one try may take.
_CHOICES: Final = 10_000_000
_COLUMNS: Final = 20_000
_TRY: Final = 20_000
#: Tries in vain, one after the other, after which it ends.
_VAIN: Final = 200
_SEED: Final = 20_261_202


def covered_anew(problem: Problem, start: Start, target: int, work: Work) -> Ints | None:
    """Bundles `(C, J)` with a smaller first objective than `start`, where some are found.

    Everyone may have everything, and there are no writs of one. target: a bound, squared thousandths.
    """
    rng = np.random.Generator(np.random.PCG64(_SEED))
    bundles, cost = start.bundles.copy(), start.objectives[0]
    price = between(problem.opening, spread(problem, problem.apart(), problem.opening)[0])
    vain = 0
    while cost > target and work.left > 0 and vain < _VAIN:
        above = _above(problem, bundles, price)
        dear = FINE * max(_LEAST, _DEAR * int(above.sum()) // len(above))
        with work.part(_TRY) as own:
            less = _dealt(problem, bundles, _drawn(above, rng), dear, own)
        vain = 0 if less else vain + 1
        cost -= less
    return bundles if cost < start.objectives[0] else None


def _above(problem: Problem, bundles: Ints, price: Ints) -> Ints:
    """`(J,)`: what everyone's cells cost above their least at prices `(K,)`."""
    writs, least = bundles.T @ problem.class_counts, level(problem.opening, price[None])
    now, best = (cell_cost(problem.opening, each) - price * each for each in (writs, least))
    return (now - best).sum(axis=1)


def _drawn(above: Ints, rng: np.random.Generator) -> Ints:
    """Rows, each with a chance in proportion to how far it stands above, and a little more."""
    weight, rows = above + 1 + int(above.sum()) // (8 * len(above)), np.zeros(min(_ROWS, len(above)), dtype=np.int64)
    for r in range(len(rows)):
        rows[r] = np.searchsorted(np.cumsum(weight), rng.integers(int(weight.sum())), side="right")
        weight[rows[r]] = 0
    return np.sort(rows)


def _dealt(problem: Problem, bundles: Ints, rows: Ints, dear: int, work: Work) -> int:
    """Deal anew what these rows hold, where that costs less; how much less. dear: how far above the level a column may
    stand, in units of 1 / FINE.
    """
    size = bundles[:, rows].sum(axis=1)
    held = np.flatnonzero(size)
    part = replace(
        problem,
        opening=problem.opening[rows],
        pool_start=np.array([0, len(rows)]),
        pool_member=np.arange(len(rows)),
        class_pool=problem.class_pool[held],
        class_counts=problem.class_counts[held],
        class_size=size[held],
    )
    now = bundles[np.ix_(held, rows)]
    cost = sum_of_squares(part.opening + WRIT * (now.T @ part.class_counts))
    counts = spread(part, part.apart(), part.opening)[0]
    if cost <= sum_of_squares(part.opening + WRIT * counts):
        return 0
    longest = 1 - (-int(size.sum()) // len(rows))
    groups, at, _ = at_prices(part, between(part.opening, counts), _CHOICES, work, longest)
    room = (cost - 1 - sum_of_squares(part.opening)) // (2 * WRIT) * FINE - at.exact
    listed = groups.within(at, min(room, dear), _COLUMNS)
    if listed is None:
        return 0
    master = Master(part, groups.alike, groups.kinds, np.zeros((len(rows), part.shape[1]), dtype=np.int64))
    columns = master.within(at, listed, min(room, dear), _COLUMNS)
    if columns is None:
        return 0
    taken, _ = covered(part, master.size, columns, columns.above[:, None], np.array([room]), work)
    if taken is None:
        return 0
    new = master.bundles(columns.kept(taken))
    less = cost - sum_of_squares(part.opening + WRIT * (new.T @ part.class_counts))
    if less <= 0:
        return 0
    bundles[np.ix_(held, rows)] = new
    return less
