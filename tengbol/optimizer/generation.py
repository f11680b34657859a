"""Who holds which configuration, as a linear programme whose columns are made when they are wanted.

A column is a configuration of a group of enforcers alike. Every bundle is in some column, everyone has one, and writs
of one fill the cells: `x` of a cell grows by steps of one writ, and no step may be left out that a column has taken.
Columns that would improve the programme are found by `enumeration` at its multipliers (Dantzig & Wolfe 1960; Gilmore
& Gomory 1961). Multipliers are rounded to integers; the bound at them is exact (`grouped`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.grouped import FAR, Sets
from tengbol.optimizer.problem import WRIT
from tengbol.optimizer.restricted import solved

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tengbol.optimizer.grouped import Groups
    from tengbol.optimizer.master import Multipliers

    Ints = NDArray[np.int64]

#: So many rounds are always allowed, and more until they are so many terms together: a programme of a few hundred terms
#: is solved after a hundred rounds.
_ROUNDS: Final = 60, 400_000
#: There will be no better bound after so many rounds without one that are so many terms together.
_PATIENCE: Final = 8, 100_000
#: How far a round may take a multiplier, in cost units: four writs' worth. Where there are no writs of one, it is twice
#: as far after a better bound, else half as far, but not less: multipliers of bundles of thousands of writs have a long
#: way to go. Where there are some, the multipliers of bundles depend on theirs, and a longer reach took longer.
_REACH: Final = 4 * WRIT
#: Steps of one writ on either side of the level that a programme may take.
_SPAN: Final = 16


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
    taken, ended, rounds = inside, False, 0
    begun, reach = groups.work.left, _REACH
    far = _REACH if groups.fills.any() else FAR
    last = rounds, begun
    if known is not None:
        inside = _together(known, inside)
    window = _around(groups, at, groups.level(at.writ), groups.level(at.writ))
    while rounds < _ROUNDS[0] or begun - groups.work.left < _ROUNDS[1]:
        ended = rounds - last[0] > _PATIENCE[0] and last[1] - groups.work.left > _PATIENCE[1]
        if ended or enough(at.bound) or groups.work.left < 0:
            break
        moved = solved(groups, inside, at, window, reach)
        if moved is None:
            break
        taken = Sets(inside.group[moved[2]], inside.counts[moved[2]], inside.least)
        trial = groups.bounded(*moved[:2])
        if trial is None:
            break
        grown = _together(inside, trial[1])
        better = trial[0].exact > at.exact
        reach = min(2 * reach, far) if better else max(_REACH, reach // 2)
        if better:
            at, last = trial[0], (rounds, groups.work.left)
        reached = groups.level(trial[0].writ)
        wider = _around(groups, at, np.minimum(window[0], reached), np.maximum(window[1], reached))
        if not better and len(grown.group) == len(inside.group) and all(map(np.array_equal, wider, window)):
            ended = True
            break
        inside, window, rounds = grown, wider, rounds + 1
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
