"""A tighter bound where long bundles compete: which of them should spill over where, as a linear programme.

`bound.priced` lets every bundle take its own best place. Where many want the same few enforcers, what two of them
would cost together has to be counted: with the prices held, the bundles' choices y and the spill q of each cell make
a small linear programme, whose tangents are lifted as in the CP-SAT model (`cp_sat`). Its multipliers, rounded to
integers, give a bound that is exact whatever the solver's floating point did, and reduced costs that leave few
choices open.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, hstack

from tengbol.optimizer.beside import beside
from tengbol.optimizer.bound import HALF, Pricing, level, overflow
from tengbol.optimizer.problem import WRIT, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

#: Multipliers are whole multiples of this fraction.
_FINE: Final = 2**20
#: A class is easy to place later when at least this part of its pool, or so many members, have room for it.
_EASY: Final = 0.3
_ROOMY: Final = 24
#: Above this many choices the programme costs more than it brings.
_LARGEST: Final = 60_000
#: So many terms of tangents take 80 MB; where there are more, only every second tangent is taken, or third, or so.
_TERMS: Final = 500_000


def contested(problem: Problem, pricing: Pricing) -> NDArray[np.bool_]:
    """`(C,)`: classes that have few places where they cost nothing."""
    free = np.zeros(len(problem.class_size), dtype=np.int64)
    np.add.at(free, pricing.choice_class, (pricing.reduced == 0) & (pricing.spill == 0))
    return free < np.clip(_EASY * np.diff(problem.pool_start)[problem.class_pool], 1, _ROOMY)


def tightened(problem: Problem, pricing: Pricing, best: int) -> Pricing:
    """`pricing` with a bound at least as high, and reduced costs to go with it.

    best: the first objective of the best known placement, squared thousandths. Choices that could not improve on it
    are left out, so the bound holds for everything better than `best`, and is never above it.
    """
    room = -(-(best - pricing.bound) // (2 * WRIT))
    core = contested(problem, pricing)
    open_choice = np.flatnonzero(core[pricing.choice_class] & (pricing.reduced <= room))
    if room <= 0 or not 0 < len(open_choice) <= _LARGEST:
        return pricing
    of_class, row = pricing.choice_class[open_choice], pricing.choice_row[open_choice]
    counts = problem.class_counts[of_class]
    # What a choice costs besides its spill, above the cheapest choice of its class in all.
    base = pricing.reduced[open_choice] - pricing.spill[open_choice]
    column, category = np.nonzero(counts)
    cell_key, cell = np.unique(row[column] * counts.shape[1] + category, return_inverse=True)
    writs = counts[column, category]
    opening, price = problem.opening.ravel()[cell_key], pricing.price.ravel()[cell_key]
    tangents = _Tangents(opening, price, writs, writs * problem.class_size[of_class[column]], cell)
    weight = tangents.weight(writs, cell)
    classes, own = np.unique(of_class, return_inverse=True)
    size = problem.class_size[classes]
    multiplier = _multipliers(base, own, size, column, weight, tangents)
    if multiplier is None:
        return pricing
    price_of = base * _FINE
    np.add.at(price_of, column[weight[1]], multiplier[weight[0]] * weight[2])
    least = np.full(len(classes), np.iinfo(np.int64).max)
    np.minimum.at(least, own, price_of)
    gained = (int((least * size).sum()) + int((multiplier * tangents.offset).sum())) // _FINE
    # `least` counts from the cheapest choice, spill included, so its sum is what the bound gains.
    if gained <= 0:
        return pricing
    reduced = pricing.reduced.copy()
    reduced[core[pricing.choice_class]] = room + 1
    reduced[open_choice] = (price_of - least[own]) // _FINE
    extra = np.zeros(len(core), dtype=np.int64)
    extra[classes] = least // _FINE
    bound = min(best, pricing.bound + 2 * WRIT * gained)
    return replace(pricing, bound=bound, reduced=reduced, extra=extra)


class _Tangents:
    """Tangents of the spill of each cell: `q ≥ offset + Σ weight·y`, by `cell` and where they touch."""

    def __init__(self, opening: Ints, price: Ints, writs: Ints, at_most: Ints, cell: Ints) -> None:
        self.opening, self.price = opening, price
        start = level(opening, price)
        longest = np.zeros(len(opening), dtype=np.int64)
        np.maximum.at(longest, cell, writs)
        together = np.zeros(len(opening), dtype=np.int64)
        np.add.at(together, cell, at_most)
        first = np.maximum(0, start - 1)
        count = np.maximum(0, np.minimum(together, 2 * longest) - first + 1) * (together > start)
        apart = -(-int(count[cell].sum()) // _TERMS)
        count = -(-count // max(1, apart))
        self.first_of = np.cumsum(count) - count
        self.count = count
        self.cell = np.repeat(np.arange(len(opening)), count)
        self.at = first[self.cell] + apart * (np.arange(len(self.cell)) - self.first_of[self.cell])
        self.height = self.spill(self.cell, self.at)
        self.slope = self.spill(self.cell, self.at + 1) - self.height
        self.offset = self.height - self.slope * self.at

    def spill(self, cell: Ints, writs: Ints) -> Ints:
        """What the cells spill (h) at counts of writs, in cost units."""
        return overflow(self.opening[cell], writs, self.price[cell])

    def weight(self, writs: Ints, cell: Ints) -> tuple[Ints, Ints, Ints]:
        """For each entry (a bundle's writs in a cell) and tangent of the cell: tangent, entry, lifted weight."""
        entry = np.repeat(np.arange(len(cell)), self.count[cell])
        within = np.arange(len(entry)) - np.repeat(np.cumsum(self.count[cell]) - self.count[cell], self.count[cell])
        tangent = self.first_of[cell[entry]] + within
        a, t = writs[entry], self.at[tangent]
        lifted = self.spill(cell[entry], a) - self.offset[tangent]
        return tangent, entry, np.where(a > t + 1, lifted, self.slope[tangent] * a)


def _multipliers(
    base: Ints, own: Ints, size: Ints, column: Ints, weight: tuple[Ints, Ints, Ints], tangents: _Tangents
) -> Ints | None:
    """Whole multipliers of the tangents, in 2⁻²⁰, that add up to at most one for each cell; None on failure."""
    rows, cells = len(tangents.cell), len(tangents.opening)
    tangent, entry, value = weight
    scale = float(HALF)
    choices = coo_array((value / scale, (tangent, column[entry])), shape=(rows, len(base)))
    spills = coo_array((-np.ones(rows), (np.arange(rows), tangents.cell)), shape=(rows, cells))
    each = coo_array((np.ones(len(base)), (own, np.arange(len(base)))), shape=(len(size), len(base) + cells))
    found = beside(
        lambda: linprog(
            np.concatenate([base / scale, np.ones(cells)]),
            A_ub=hstack([choices, spills]).tocsr(),
            b_ub=-tangents.offset / scale,
            A_eq=each.tocsr(),
            b_eq=size,
            method="highs",
            options={"presolve": True, "maxiter": 50_000},
        )
    )
    if found.status != 0:
        return None
    multiplier = np.floor(np.clip(-found.ineqlin.marginals, 0, 1) * _FINE).astype(np.int64)
    total = np.zeros(cells, dtype=np.int64)
    np.add.at(total, tangents.cell, multiplier)
    over = np.maximum(total, _FINE)[tangents.cell]
    return multiplier * _FINE // over
