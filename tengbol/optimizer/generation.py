"""Who holds which configuration, as a linear programme whose columns are made when they are wanted.

A column is a configuration of a group of enforcers alike. Every bundle is in some column, everyone has one, and writs
of one fill the cells: `x` of a cell grows by steps of one writ, and no step may be left out that a column has taken.
Columns that would improve the programme are found by `enumeration` at its multipliers (Dantzig & Wolfe 1960; Gilmore
& Gomory 1961). Multipliers are rounded to integers; the bound at them is reckoned exactly, over all configurations:

    Σ_groups size · min_S [Σ_k min_{x ≥ S_k} f(x) − λ·x + λ·S_k − Σ_{c in S} π_c] + Σ_c π_c · size_c + Σ_singles min λ

and holds for whatever integers. Bundles taken apart (`Problem.only`) only lower it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from tengbol.optimizer.beside import beside
from tengbol.optimizer.bound import cell_cost
from tengbol.optimizer.configurations import Configurations
from tengbol.optimizer.master import FINE, Multipliers
from tengbol.optimizer.problem import WRIT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tengbol.optimizer.configurations import Counts, Group
    from tengbol.optimizer.problem import Problem
    from tengbol.optimizer.work import Work

    Ints = NDArray[np.int64]

_ROUNDS: Final = 60
#: Rounds without a better bound, after which there will be none.
_PATIENCE: Final = 8
#: Columns of a group taken in at a time, fewer where there are many groups, and of all groups together about.
_KEEP: Final = (3, 10)
_TOGETHER: Final = 600
#: Bundles that a configuration may hold.
_LONGEST: Final = 64
#: How far a round may take a multiplier, in cost units: four writs' worth.
_REACH: Final = 4 * WRIT
#: Steps of one writ on either side of the level that a programme may take.
_SPAN: Final = 16
#: A programme of more terms is solved from inside: 68,000 terms took 0.7 s by the simplex method and 0.4 s so.
_WIDE: Final = 30_000
#: Choices looked at in an enumeration that take as long as a term of a programme.
_CHOICES: Final = 800
#: Beyond this, in units of 1 / FINE, sums could leave 64 bits.
_LARGEST: Final = 2**58


@dataclass(frozen=True)
class Sets:
    """Configurations: group `(N,)`, counts `(N, C)`; least `(G,)`: what a group's cheapest costs more than none."""

    group: Ints
    counts: Counts
    least: Ints


class Groups:
    """The enforcers of a problem in groups alike, and what they could hold.

    steps: choices looked at in one enumeration at most. work: what all that is done with them is taken from.
    """

    def __init__(
        self, problem: Problem, alike: Sequence[Group], kinds: NDArray[np.bool_], steps: int, work: Work
    ) -> None:
        self.problem, self.alike, self.kinds, self.steps, self.work = problem, alike, kinds, steps, work
        self.keep = int(np.clip(_TOGETHER // len(alike), *_KEEP))
        #: Whether groups are so many that fewer columns are taken in at a time.
        self.many = self.keep < _KEEP[1]
        self.opening = np.array([group.opening for group in alike])
        self.fills = np.array([group.fills for group in alike])
        self.kind = np.array([group.kind for group in alike])
        self.size = np.array([len(group.rows) for group in alike])
        self.allowed = np.zeros((len(alike), len(problem.class_size)), dtype=bool)
        for g, group in enumerate(alike):
            self.allowed[g, group.classes] = True
        pool, category = np.nonzero(problem.singles)
        able = kinds[:, pool].T
        pair, kind = np.nonzero(able)
        #: Writs of one of a pool and category that go to a kind of group: (pool, category, kind).
        self.flows = np.column_stack([pool[pair], category[pair], kind])

    def pays(self, writ: Ints) -> Ints:
        """`(P, K)`: what a writ of one of a pool costs at least, at the multipliers `writ` `(F, K)`."""
        pool, category, kind = self.flows.T
        out = np.full(self.problem.singles.shape, np.iinfo(np.int64).max)
        np.minimum.at(out, (pool, category), writ[kind, category])
        return out

    def level(self, writ: Ints) -> Ints:
        """`(G, K)`: the least count at which the next writ costs what it pays; 0 where no writ of one can come."""
        price = writ[self.kind]
        least = -(((self.opening + WRIT // 2) * FINE - price) // (FINE * WRIT))
        return np.where(self.fills, np.maximum(0, least), 0)

    def bounded(self, writ: Ints, bundle: Ints) -> tuple[Multipliers, Sets] | None:
        """The bound at these multipliers, exactly, and the cheapest configurations; None where that takes too long."""
        problem = self.problem
        writs = int(problem.apart().sum())
        if max(int(np.abs(writ).max(initial=0)) * writs, int(np.abs(bundle).max(initial=0)) * writs) > _LARGEST:
            return None
        sets = self._listed(writ, bundle, np.zeros(len(self.size), dtype=np.int64), -1, self.keep, 0)
        if sets is None:
            return None
        level, price = self.level(writ), writ[self.kind]
        floor = np.where(self.fills, FINE * cell_cost(self.opening, level) - price * level, 0).sum(axis=1)
        supplied = problem.singles > 0
        total = int(self.size @ (sets.least + floor)) + int(bundle @ problem.class_size)
        total += int((problem.singles * self.pays(writ))[supplied].sum())
        return Multipliers(writ, bundle, total), sets

    def within(self, at: Multipliers, room: int, most: int) -> list[Configurations] | None:
        """All configurations at most `room` (units of 1 / FINE) above the group's least; None if more than `most`."""
        cheapest = self._listed(at.writ, at.bundle, np.zeros(len(self.size), dtype=np.int64), -1, 1, 0)
        sets = cheapest and self._listed(at.writ, at.bundle, cheapest.least + room, room, 0, most)
        if sets is None:
            return None
        own = np.split(np.arange(len(sets.group)), np.searchsorted(sets.group, np.arange(1, len(self.size))))
        return [
            Configurations(group, sets.counts[i], sets.counts[i] @ self.problem.class_counts)
            for group, i in zip(self.alike, own, strict=True)
        ]

    def _listed(self, writ: Ints, bundle: Ints, limit: Ints, slack: int, keep: int, most: int) -> Sets | None:
        from tengbol.optimizer.enumeration import enumerate_sets

        problem = self.problem
        most = keep * len(self.size) if keep else most
        longest = min(_LONGEST, int(problem.class_size.sum())) + 1
        owner, length = np.zeros(most, dtype=np.int64), np.zeros(most, dtype=np.int64)
        items, value = np.zeros((most, longest), dtype=np.int32), np.zeros(most, dtype=np.int64)
        work = np.full(1, self.steps)
        number = enumerate_sets(
            self.opening, self.fills, np.ascontiguousarray(writ[self.kind]),
            np.ascontiguousarray(problem.class_counts), problem.class_size, np.ascontiguousarray(bundle),
            self.allowed, FINE, limit, slack, keep, work, owner, items, length, value,
        )  # fmt: skip
        self.work.left -= int(self.steps - work[0]) // _CHOICES
        if number < 0:
            return None
        counts = np.zeros((number, len(bundle)), dtype=np.int8)  # at most `_LONGEST`
        held = np.arange(longest) < length[:number, None]
        np.add.at(counts, (np.nonzero(held)[0], items[:number][held]), 1)
        least = np.zeros(len(self.size), dtype=np.int64)
        np.minimum.at(least, owner[:number], value[:number])
        return Sets(owner[:number], counts, least)


def generated(
    groups: Groups, writ: Ints, bundle: Ints, enough: Callable[[int], bool], known: Sets | None
) -> tuple[Multipliers, Sets, bool] | None:
    """Better multipliers, from these, until the bound is `enough` or the programme is solved; None if that is too much.

    Every round solves the programme over the columns there are, near the best multipliers so far. known: columns to
    begin with. The second of what is returned: those that the last programme took; and whether no more can be had.
    """
    found = groups.bounded(writ, bundle)
    if found is None:
        return None
    at, inside = found
    last, taken, ended = 0, inside, False
    if known is not None:
        inside = _together(known, inside)
    window = _around(groups, at, groups.level(at.writ), groups.level(at.writ))
    for now in range(_ROUNDS):
        ended = now - last > _PATIENCE
        if ended or enough(at.bound) or groups.work.left < 0:
            break
        moved = _solved(groups, inside, at, window)
        if moved is None:
            break
        taken = Sets(inside.group[moved[2]], inside.counts[moved[2]], inside.least)
        trial = groups.bounded(*moved[:2])
        if trial is None:
            break
        grown = _together(inside, trial[1])
        better = trial[0].exact > at.exact
        if better:
            at, last = trial[0], now
        reached = groups.level(trial[0].writ)
        wider = _around(groups, at, np.minimum(window[0], reached), np.maximum(window[1], reached))
        if not better and len(grown.group) == len(inside.group) and all(map(np.array_equal, wider, window)):
            ended = True
            break
        inside, window = grown, wider
    return at, taken, ended


def _around(groups: Groups, at: Multipliers, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """`(G, K)` counts between which steps of one writ are variables: these, and one on either side of the level."""
    level = groups.level(at.writ)
    low = np.clip(low, level - _SPAN, level - 1)
    return np.maximum(0, low), np.where(groups.fills, np.clip(high, level + 1, level + _SPAN), 0)


def _together(one: Sets, other: Sets) -> Sets:
    group, counts = np.concatenate([one.group, other.group]), np.concatenate([one.counts, other.counts])
    kept = np.unique(np.column_stack([group, counts]), axis=0, return_index=True)[1]
    return Sets(group[kept], counts[kept], other.least)


def _solved(
    groups: Groups, inside: Sets, at: Multipliers, window: tuple[Ints, Ints]
) -> tuple[Ints, Ints, NDArray[np.bool_]] | None:
    """Multipliers of the programme over these columns, and steps between the counts `window`; costs are taken above
    `at`, where they are small. Third, which columns it takes.
    """
    problem = groups.problem
    kinds, categories = len(groups.kinds), problem.shape[1]
    pools, classes = problem.shape[2], len(problem.class_size)
    number, size = len(inside.group), groups.size
    price = at.writ[groups.kind]
    low, high = window
    held = inside.counts @ problem.class_counts
    over = np.maximum(0, held - high[inside.group])
    own, rows = price[inside.group], groups.opening[inside.group]
    cost = over * ((rows + WRIT // 2) * FINE - own) + FINE * (WRIT // 2) * over * (held + high[inside.group] - 1)
    cost = (cost + own * held).sum(axis=1) - inside.counts @ at.bundle
    # One variable for every step of one writ between `low` and `high`.
    width = (high - low).ravel()
    begin = np.cumsum(width) - width
    cell = np.repeat(np.arange(len(width)), width)
    step = low.ravel()[cell] + np.arange(len(cell)) - begin[cell]
    step_cost = (groups.opening.ravel()[cell] + WRIT // 2 + WRIT * step) * FINE - price.ravel()[cell]
    owner, category = np.divmod(cell, categories)
    reduced = (
        at.writ[groups.flows[:, 2], groups.flows[:, 1]] - groups.pays(at.writ)[groups.flows[:, 0], groups.flows[:, 1]]
    )
    near = reduced <= 2 * FINE * _REACH
    flows, reduced = groups.flows[near], reduced[near]
    steps, ways = len(cell), len(flows)
    links, bundles = kinds * categories, kinds * categories + pools * categories
    everyone = bundles + classes
    free = number + steps + ways
    i, k = np.nonzero(held - over)
    j, c = np.nonzero(inside.counts)
    # Beyond reach: writs of one too many or too few at a kind, bundles too many or too few.
    loose = np.concatenate([np.arange(links), np.arange(bundles, everyone)])
    row = np.concatenate([
        groups.kind[inside.group[i]] * categories + k, groups.kind[owner] * categories + category,
        flows[:, 2] * categories + flows[:, 1], links + flows[:, 0] * categories + flows[:, 1],
        bundles + c, everyone + inside.group, loose, loose,
    ])  # fmt: skip
    column = np.concatenate([
        i, number + np.arange(steps), number + steps + np.arange(ways), number + steps + np.arange(ways),
        j, np.arange(number), free + np.arange(2 * len(loose)),
    ])  # fmt: skip
    value = np.concatenate([
        (over - held)[i, k], size[owner] * 0 + 1, np.full(ways, -1), np.ones(ways), inside.counts[j, c],
        np.ones(number), np.ones(len(loose)), np.full(len(loose), -1),
    ])  # fmt: skip
    right = np.zeros(everyone + len(size))
    np.add.at(right, groups.kind[:, None] * categories + np.arange(categories), -low * size[:, None])
    right[links:bundles], right[bundles:everyone] = problem.singles.ravel(), problem.class_size
    right[everyone:] = size
    total = free + 2 * len(loose)
    equations = coo_array((value, (row, column)), shape=(len(right), total)).tocsr()
    used = np.flatnonzero(np.diff(equations.indptr))
    # A step that a column has taken may not be left out.
    i, k = np.nonzero(held > low[inside.group])
    taken = np.minimum(held[i, k], high[inside.group[i], k]) - low[inside.group[i], k]
    entry = np.repeat(np.arange(len(i)), taken)
    within = np.arange(len(entry)) - np.repeat(np.cumsum(taken) - taken, taken)
    needed, line = np.unique(begin[inside.group[i[entry]] * categories + k[entry]] + within, return_inverse=True)
    inequalities = coo_array(
        (
            np.concatenate([np.ones(len(entry)), -np.ones(len(needed))]),
            (np.concatenate([line, np.arange(len(needed))]), np.concatenate([i[entry], number + needed])),
        ),
        shape=(len(needed), total),
    ).tocsr()
    scale = float(FINE * WRIT)
    upper = np.full(total, np.inf)
    upper[number : number + steps] = size[owner]
    paid = np.concatenate([cost, step_cost, reduced, np.full(2 * len(loose), FINE * _REACH)]) / scale
    terms = equations.nnz + inequalities.nnz
    groups.work.left -= terms
    found = beside(
        lambda: linprog(
            paid, A_ub=inequalities, b_ub=np.zeros(len(needed)), A_eq=equations[used], b_eq=right[used],
            bounds=np.column_stack([np.zeros(total), upper]), method="highs-ipm" if terms > _WIDE else "highs",
        )
    )  # fmt: skip
    if found.status != 0:
        return None
    dual = np.zeros(len(right))
    dual[used] = found.eqlin.marginals * scale
    writ = at.writ + np.rint(dual[:links]).astype(np.int64).reshape(kinds, categories)
    return writ, at.bundle + np.rint(dual[bundles:everyone]).astype(np.int64), found.x[:number] > 0
