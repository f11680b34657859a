"""Components of a few bundles, proven by going through all divisions of them that could be better (`splitting`).

The second objective is one category more, of all writs. The others weigh so much that no difference in the second makes
up for the least in the first: the least sum of both is the second objective's optimum among the first's.
"""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.configurations import membership
from tengbol.optimizer.problem import WRIT, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.optimizer.placing import Start

    Ints = NDArray[np.int64]

#: Bundles and writs of one, and enforcers, at most.
_THINGS: Final = 24
_ROWS: Final = 12
#: Rows × the squared excess of some cells has to stay in 64 bits.
_LARGEST: Final = 2**58


def few(problem: Problem) -> bool:
    """Whether there are few enough bundles, writs of one and enforcers to go through all divisions."""
    return int(problem.class_size.sum() + problem.singles.sum()) <= _THINGS and problem.shape[0] <= _ROWS


def divided(problem: Problem, start: Start, steps: int) -> tuple[Ints | None, tuple[bool, bool]]:
    """Bundles `(C, J)` better than those of `start`, null where none are found; and what is then proven, of a problem
    that is `few`.

    steps: subsets that are looked at for each objective, at most; fifty million a second. The second objective is only
    tried where the first is proven.
    """
    pool, category = np.nonzero(problem.singles)
    number = np.concatenate([problem.class_size, problem.singles[pool, category]])
    kinds = problem.shape[1]
    kind = np.repeat(np.arange(len(number)), number)
    counts = np.concatenate([problem.class_counts, np.eye(kinds, dtype=np.int64)[category]])[kind]
    # The longest first: what is left of the bound is then seen early.
    order = np.argsort(-counts.sum(axis=1), kind="stable")
    kind, counts = kind[order], counts[order]
    may = np.ascontiguousarray(membership(problem)[:, np.concatenate([problem.class_pool, pool])[kind]])
    found, (first, second) = None, start.objectives
    better, where, proven = _divided(problem.opening, counts, may, first, 0, steps)
    if where is not None:
        found, first, second = where, better, _total(problem.opening, counts, where)
    if not proven:
        return _bundles(problem, kind, found), (False, False)
    # Squared excess differs by two squared writs' thousandths at least.
    weight = isqrt(second // (2 * WRIT)) + 1
    _, where, proven = _divided(problem.opening, counts, may, weight**2 * first + second, weight, steps)
    return _bundles(problem, kind, found if where is None else where), (True, proven)


def _divided(
    opening: Ints, counts: Ints, may: NDArray[np.bool_], known: int, weight: int, steps: int
) -> tuple[int, Ints | None, bool]:
    """The least cost below `known`, `(N,)` who gets which, null where there is none, and whether all was tried."""
    from tengbol.optimizer.splitting import split

    writs = WRIT * counts
    if weight:
        opening, writs = (np.column_stack([weight * cells, cells.sum(axis=1)]) for cells in (opening, writs))
    reach = [abs(v) for v in np.abs(opening).max(axis=0).tolist()]
    reach = [e + v for e, v in zip(reach, writs.sum(axis=0).tolist(), strict=True)]
    if len(opening) * max(known, sum(v**2 for v in reach)) > _LARGEST:
        return known, None, False
    unit = np.maximum(1, np.gcd.reduce(writs, axis=0))
    where, work = np.zeros(len(writs), dtype=np.int64), np.array([steps])
    cost = split(np.ascontiguousarray(writs), may, np.ascontiguousarray(opening), unit, np.zeros_like(unit), known,
                 where, work, steps)  # fmt: skip
    return cost, where if cost < known else None, bool(work[0] > 0)


def _total(opening: Ints, counts: Ints, where: Ints) -> int:
    """The second objective."""
    excess = opening.sum(axis=1)
    np.add.at(excess, where, WRIT * counts.sum(axis=1))
    return int(excess @ excess)


def _bundles(problem: Problem, kind: Ints, where: Ints | None) -> Ints | None:
    if where is None:
        return None
    out = np.zeros((len(problem.class_size), problem.shape[0]), dtype=np.int64)
    longer = kind < len(problem.class_size)
    np.add.at(out, (kind[longer], where[longer]), 1)
    return out
