"""Prices of whole bundles that prove both bounds, for a certificate: docs/certificate.md, theorem 4.

The multipliers of the last programme over what each enforcer could hold (`assembly`) are brought to prices for pools:
a writ of a pool pays what it would pay at least, and at an enforcer the highest of his pools' prices stands, which is
never above what it was; so the bound is no lower. The second objective's are those of the programme over the columns
that an assignment as even can have. What they prove is reckoned anew, exactly, before it is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.assembly import assembled
from tengbol.optimizer.bound import HALF, least, pool_prices
from tengbol.optimizer.choice import SCALE, Choice
from tengbol.optimizer.configurations import groups
from tengbol.optimizer.evidence import BundlePrices, SetPrices
from tengbol.optimizer.grouped import Groups
from tengbol.optimizer.master import FINE, Master
from tengbol.optimizer.parity import rounded_up
from tengbol.optimizer.problem import WRIT, costs
from tengbol.optimizer.work import Work

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.optimizer.assembly import Assembly
    from tengbol.optimizer.evidence import Goal
    from tengbol.optimizer.master import Columns, Multipliers
    from tengbol.optimizer.problem import Problem
    from tengbol.optimizer.stand import Stand

    Ints = NDArray[np.int64]

#: Choices looked at in one enumeration, and columns, at most: what a check may take is limited, too.
_STEPS: Final = 5_000_000
_COLUMNS: Final = 60_000
#: More than these need; and terms of a programme that is solved for the proof alone.
_WORK: Final = 2**40
_TERMS: Final = 300_000
#: Costs above this could leave 64 bits.
_LARGEST: Final = 2.0**61


def priced_sets(stand: Stand, goal: Goal) -> SetPrices | None:
    """Prices that prove the goal; None where the last programme's prove less, or it takes too much."""
    if stand.start is None or goal.second is None:
        return None
    known = _programmed(stand) if stand.assembly is None else stand.assembly
    if known is None:
        return None
    assembly, whole = known
    problem = stand.problem.only(whole)
    alike, kinds = groups(problem)
    pool = _of_pools(problem, assembly.writ)
    every = Groups(problem, alike, kinds, _STEPS, Work(_WORK))
    found = every.bounded(_of_kinds(problem, kinds, pool), assembly.at.bundle)
    if found is None:
        return None
    at, base = found[0], costs(problem.opening)
    if rounded_up(base[0] + 2 * WRIT * at.bound, problem.opening, problem.apart().sum(axis=0)) < goal.first:
        return None
    first = BundlePrices(FINE, 0, pool, at.bundle)
    if stand.follows:
        return SetPrices(whole, first, None)
    units = (goal.reached - base[0]) // (2 * WRIT)
    configurations = every.within(at, FINE * units - at.exact, _COLUMNS)
    if configurations is None:
        return None
    master = Master(problem, alike, kinds, stand.begun.only(stand.problem, whole).placement.singles)
    columns = master.within(at, configurations, FINE * units - at.exact, _COLUMNS)
    second = None if columns is None else _second(every, master, at, columns, units, goal.second)
    return None if second is None else SetPrices(whole, first, second)


def _programmed(stand: Stand) -> tuple[Assembly, NDArray[np.bool_]] | None:
    """A programme where none was needed: over the bundles that do not fit."""
    whole = stand.nowhere | stand.core
    part, start = stand.problem.only(whole), stand.begun.only(stand.problem, whole)
    bundle = np.zeros(int(whole.sum()), dtype=np.int64)
    assembly = assembled(part, start, FINE * start.pricing.price, bundle, _COLUMNS, Work(_TERMS))
    return None if assembly is None else (assembly, whole)


def _second(
    every: Groups, master: Master, at: Multipliers, columns: Columns, units: int, due: int
) -> BundlePrices | None:
    """Prices that prove the second objective's bound over these columns."""
    problem = every.problem
    opening, total = every.opening.sum(axis=1)[columns.group], columns.writs.sum(axis=1)
    cost = opening * total + HALF * total * total
    floor = np.full(len(every.size), np.iinfo(np.int64).max)
    np.minimum.at(floor, columns.group, cost)
    rest = cost - floor[columns.group]
    priced = Choice(master, at, columns, FINE * units - at.exact, every.work).priced(rest)
    weight = priced.weight * FINE
    writ = priced.weight * at.writ + priced.dual[: at.writ.size].reshape(at.writ.shape)
    bundle = priced.weight * at.bundle + priced.dual[at.writ.size + problem.singles.size :][: len(at.bundle)]
    kind = np.zeros(problem.shape[0], dtype=np.int64)
    for group in every.alike:
        kind[group.rows] = group.kind
    pool = _of_pools(problem, writ[kind])
    writ = _of_kinds(problem, every.kinds, pool)
    largest = float(weight) * float(np.abs(columns.cost).max()) + SCALE * float(np.abs(cost).max())
    paid = float(np.abs(writ).max(initial=0)) * float(total.max(initial=0))
    paid += float(np.abs(bundle).max(initial=0)) * float(columns.counts.sum(axis=1).max(initial=0))
    if largest + paid > _LARGEST:
        return None
    reduced = SCALE * cost + weight * columns.cost - (writ[every.kind[columns.group]] * columns.filled).sum(axis=1)
    reduced -= columns.counts @ bundle
    cheapest = np.full(len(every.size), np.iinfo(np.int64).max)
    np.minimum.at(cheapest, columns.group, reduced)
    exact = sum(int(n) * int(v) for n, v in zip(every.size, cheapest, strict=True)) - weight * units
    exact += sum(int(n) * int(v) for n, v in zip(problem.class_size, bundle, strict=True))
    supplied = problem.singles > 0
    exact += sum(int(n) * int(v) for n, v in zip(problem.singles[supplied], every.pays(writ)[supplied], strict=True))
    opening = problem.opening.sum(axis=1, keepdims=True)
    writs = problem.apart().sum(axis=(0, 1))[None]
    value = costs(problem.opening)[1] - 2 * WRIT * (-exact // SCALE)
    return BundlePrices(SCALE, weight, pool, bundle) if rounded_up(value, opening, writs) >= due else None


def _of_pools(problem: Problem, writ: Ints) -> Ints:
    """`(P, K)`: what a writ apart of each pool pays at least at prices `(J, K)`; 0 where it has none."""
    return np.where(problem.singles > 0, pool_prices(problem, writ), 0)


def _of_kinds(problem: Problem, kinds: NDArray[np.bool_], pool: Ints) -> Ints:
    """`(F, K)`: the highest price of the pools `(P, K)` that have writs apart for each kind; 0 where none has."""
    place, at = np.nonzero(kinds)
    own = np.where(problem.singles > 0, -pool, np.iinfo(np.int64).max)[at]
    highest = least(own, place, len(kinds))
    return np.where(highest == np.iinfo(np.int64).max, 0, -highest)
