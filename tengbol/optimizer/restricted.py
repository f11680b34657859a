"""The programme over the columns there are (the restricted master of column generation), and its multipliers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from tengbol.optimizer.beside import beside
from tengbol.optimizer.master import FINE
from tengbol.optimizer.problem import WRIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.optimizer.grouped import Groups, Sets
    from tengbol.optimizer.master import Multipliers

    Ints = NDArray[np.int64]

#: A programme of more terms is solved from inside: 68,000 terms took 0.7 s by the simplex method and 0.4 s so.
_WIDE: Final = 30_000


def solved(
    groups: Groups, inside: Sets, at: Multipliers, window: tuple[Ints, Ints], reach: int
) -> tuple[Ints, Ints, NDArray[np.bool_]] | None:
    """Multipliers of the programme over these columns, and steps between the counts `window`; costs are taken above
    `at`, where they are small, and no multiplier goes further from it than `reach`. Third, which columns it takes.
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
    near = reduced <= 2 * FINE * reach
    flows, reduced = groups.flows[near], reduced[near]
    steps, ways = len(cell), len(flows)
    links, bundles = kinds * categories, kinds * categories + pools * categories
    everyone = bundles + classes
    free = number + steps + ways
    i, k = np.nonzero(held - over)
    j, c = np.nonzero(inside.counts)
    # Beyond reach: writs of one too many or too few at a kind that they can come to (elsewhere the multiplier says
    # nothing, and would run away), bundles too many or too few.
    linked = groups.kind[owner] * categories + category
    loose = np.concatenate([np.unique(linked), np.arange(bundles, everyone)])
    row = np.concatenate([
        groups.kind[inside.group[i]] * categories + k, linked,
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
    paid = np.concatenate([cost, step_cost, reduced, np.full(2 * len(loose), FINE * reach)]) / scale
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
