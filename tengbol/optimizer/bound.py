"""A lower bound that keeps bundles whole, and what it leaves to search.

Every cell (enforcer `j`, category `k`) has a price λ(j, k): what one more writ costs where the writs of one have
evened things out. For any prices, every assignment costs at least (Lagrangian relaxation of "a cell holds what its
pools send it"; Geoffrion 1974)

    Σ_jk min_x [f_jk(x) − λ_jk x] + Σ_singles min_{j ∈ pool} λ_jk + Σ_bundles min_{j ∈ pool} Σ_k [λ_jk a_k + h_jk(a_k)]

where f is the cost of a cell, a the bundle's counts, and h(a) what a cell that holds `a` writs at least costs above
its minimum: nothing up to the level, then the steps above the price. A cell's f − λx is convex, so h is
superadditive and bundles that share a cell cost at least the sum of what each costs alone: that is why their h may be
added. Taken apart, a bundle has h = 0, and the bound is that of the flow.

Costs here are (e² − opening²) / 2000, an integer (see `flow.step_cost`); the functions say where they convert.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.problem import WRIT, Problem, sum_of_squares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

HALF: Final = WRIT // 2
_NONE: Final = np.iinfo(np.int64).max


def cell_cost(opening: Ints, writs: Ints) -> Ints:
    """f(x) = ((opening + 1000 x)² − opening²) / 2000, elementwise."""
    return opening * writs + HALF * writs * writs


def level(opening: Ints, price: Ints) -> Ints:
    """The least x that minimises f(x) − price·x over x ≥ 0, elementwise."""
    return np.maximum(0, -((opening + HALF - price) // WRIT))


def overflow(opening: Ints, writs: Ints, price: Ints) -> Ints:
    """h: least of f(x) − price·x over x ≥ writs, less its least over x ≥ 0; elementwise."""
    start = level(opening, price)
    over = np.maximum(0, writs - start)
    return over * (opening + HALF - price) + HALF * over * (writs + start - 1)


@dataclass(frozen=True)
class Pricing:
    """The bound at given prices, and how far each choice stands above the best one.

    price: `(J, K)`. bound: squared thousandths, for the whole problem. flow_bound: the same without h.
    choice_class, choice_row: `(D,)`, every class with every member of its pool; reduced: `(D,)` what that choice
    costs above the class's cheapest, in cost units (squares / 2000); spill: `(D,)` Σ_k h of the choice alone.
    extra: `(C,)` what a bundle of a class pays above its cheapest choice, where competition was counted.
    """

    price: Ints
    bound: int
    flow_bound: int
    choice_class: Ints
    choice_row: Ints
    reduced: Ints
    spill: Ints
    extra: Ints


def prices(problem: Problem, supply: Ints, excess: Ints, counts: Ints, flows: Ints) -> Ints:
    """Prices `(J, K)` under which an optimal spread (`flow.spread`) of single writs is optimal.

    The price of a cell is the cheapest step that a writ of its own could be moved to, pool by pool; a cell that
    received none of the writs takes the highest price its pools would pay, which is where bundles cost least.
    """
    place, category = np.nonzero(flows > 0)
    pool = problem.entry_pool
    price = excess + WRIT * counts + HALF
    while True:
        pays = pool_prices(problem, price)
        cheaper = price.copy()
        np.minimum.at(cheaper, (problem.pool_member[place], category), pays[pool[place], category])
        if np.array_equal(cheaper, price):
            break
        price = cheaper
    offered = -least(-np.where(supply > 0, pays, -_NONE)[pool], problem.pool_member, len(price))
    return np.where(offered == -_NONE, price, np.minimum(price, offered))


def least(values: Ints, index: Ints, size: int) -> Ints:
    """`(size, K)`: the least of the `values` `(N, K)` at each `index` `(N,)`, and beyond any of them where none is."""
    out = np.full((size, values.shape[1]), _NONE)
    if len(index):  # sorted and by slices: `np.minimum.at` takes ten times as long
        if (index[1:] < index[:-1]).any():
            order = np.argsort(index, kind="stable")
            values, index = values[order], index[order]
        start = np.flatnonzero(np.concatenate([[True], index[1:] != index[:-1]]))
        out[index[start]] = np.minimum.reduceat(values, start, axis=0)
    return out


def pool_prices(problem: Problem, price: Ints) -> Ints:
    """`(P, K)`: what a writ of each pool pays at least at prices `(J, K)`."""
    return least(price[problem.pool_member], problem.entry_pool, problem.shape[2])


def choices(problem: Problem) -> tuple[Ints, Ints]:
    """`(D,)` classes and rows: every class with every member of its pool, in order."""
    size = np.diff(problem.pool_start)[problem.class_pool]
    of_class = np.repeat(np.arange(len(size)), size)
    within = np.arange(len(of_class)) - np.repeat(np.cumsum(size) - size, size)
    return of_class, problem.pool_member[problem.pool_start[problem.class_pool][of_class] + within]


def cells(problem: Problem, of_class: Ints, row: Ints) -> Iterator[tuple[int, Ints, Ints, Ints]]:
    """Category by category: which of the choices `(D,)` have writs in it, their rows, and how many writs.

    Most bundles have writs in one or two categories, so that all cells of all choices would be mostly zeros.
    """
    for k, counts in enumerate(problem.class_counts.T):
        at = np.flatnonzero(counts[of_class])
        if len(at):
            yield k, at, row[at], counts[of_class[at]]


def priced(problem: Problem, price: Ints) -> Pricing:
    """The bound at `price` `(J, K)`, by the formula at the head of this module."""
    start = level(problem.opening, price)
    floor = int((cell_cost(problem.opening, start) - price * start).sum())
    pays = pool_prices(problem, price)
    supply, apart = problem.singles, problem.apart()
    of_class, row = choices(problem)
    spill, cost = np.zeros((2, len(row)), dtype=np.int64)
    for k, at, own, held in cells(problem, of_class, row):
        pay = price[own, k]
        above = overflow(problem.opening[own, k], held, pay)
        spill[at] += above
        cost[at] += above + pay * held
    cheapest = np.full(len(problem.class_size), _NONE)
    np.minimum.at(cheapest, of_class, cost)
    squares = sum_of_squares(problem.opening)
    whole = floor + int((pays * supply)[supply > 0].sum()) + int((cheapest * problem.class_size).sum())
    taken = floor + int((pays * apart)[apart > 0].sum())
    return Pricing(
        price,
        squares + 2 * WRIT * whole,
        squares + 2 * WRIT * taken,
        of_class,
        row,
        cost - cheapest[of_class],
        spill,
        np.zeros(len(cheapest), dtype=np.int64),
    )
