"""Local search for either objective: few enforcers' bundles split anew, exactly, and by chance.

What prices leave far from the bound is nearly always a matter of who holds which bundle, and is found by looking at
whole assignments: splitting two, three and four enforcers' bundles anew (`settling`; P||NSSWD: Ho, Tseng, Ruiz-Torres &
López 2009; Schwerdfeger & Walter 2016), and walking on from there by splits of two that cost hardly more (`tempering`).
The search begins from the better of the best known assignment and the longest bundles first, never returns anything
dearer than either, and ends when the bound is met or its steps are used up.

The second objective is one category more, of all writs; the others weigh so much more that they are hardly given up.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.configurations import membership
from tengbol.optimizer.flow import spread
from tengbol.optimizer.placing import Start, completed
from tengbol.optimizer.problem import WRIT, Problem, costs, sum_of_squares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.optimizer.work import Work

    Ints = NDArray[np.int64]

#: Four times the squared excess of some cells together has to stay in 64 bits; so many flows are held at most.
_LARGEST: Final = 2**59
_FLOWS: Final = 2_000_000
#: Rounds for each of CP-SAT's units of the limit; subsets looked at in a walk, and by so many enforcers after it.
_ROUNDS: Final = 12
_STEPS: Final = 50_000_000
_SUBSETS: Final = 2_000_000
#: Steps of a walk, and subsets after it, that take as long as a term of a programme.
_TERM: Final = 2_000
_SPLIT: Final = 125
#: Fewer steps where there are fewer bundles than so many: then there is less to look at.
_MANY: Final = 40
#: After so many turns each walk is twice as long: what is found soon is found by short ones, the rest by the longest.
_LONGER: Final = 6
#: What a step of the walk may cost half the time, to begin with and at the end, in thousandths of a squared writ: the
#: further from the bound the best is that can be found (many categories, few bundles), the hotter is the walk to it.
_HEATS: Final = ((1_000, 200), (1_500, 500), (3_000, 800))
#: A heat of its own where the best is further from the bound than so many thousandths of a squared writ, and what
#: parts of that way a step may cost to begin with and at the end: an enforcer with one bundle fewer than the others,
#: say, is nearly level in one or two ways, and from one to the other all enforcers' bundles change.
_FAR: Final = 12_000
_OF_THE_WAY: Final = (4, 40)
#: Enforcers whose bundles are split anew together at most, after a walk and where it ran hottest.
_WIDEST: Final = (3, 3, 4, 4)
_SEED: Final = 20_261_129
#: How much more an excess weighs in its category than in the total.
_WEIGHT: Final = 8
#: Groups tried in vain that are remembered.
_REMEMBERED: Final = 2**16


def exchanged(problem: Problem, start: Start | None, target: int, limit: float, work: Work) -> Ints | None:
    """Bundles `(C, J)` with a smaller first objective than `start`, where some are found.

    target: a bound, squared thousandths. limit: in CP-SAT's deterministic units; work: what may be done at all.
    """
    scale = 1
    if _too_large(problem):
        scale = _common(problem)
        if problem.singles.any() or _too_large(problem, scale):
            return None
    # Categories of which nothing is given out only cost time.
    given = problem.apart().any(axis=0)
    rest = sum_of_squares(problem.opening[:, ~given])
    problem = replace(
        problem,
        opening=problem.opening.compress(given, axis=1),
        singles=problem.singles.compress(given, axis=1),
        class_counts=problem.class_counts.compress(given, axis=1),
    )
    target -= rest
    best = longest_first(problem)
    placement, (first, _) = completed(problem, best)
    search = _Search(problem, best, placement.singles, scale)
    if start is not None and start.objectives[0] - rest <= first:
        first, best = start.objectives[0] - rest, None
        search.lie(start.bundles, start.placement.singles.compress(given, axis=1))
    heats = _Heats()
    for _ in range(max(1, round(limit * _ROUNDS))):
        if first <= target or work.left < 0:
            break
        way = first - target
        bundles = search.round(*heats.next(far=search.plain and way > WRIT * _FAR), way, target, work)
        placement, objectives = completed(problem, bundles)
        heats.found(objectives[0])
        if objectives[0] < first:
            first, best = objectives[0], bundles
        search.lie(bundles, placement.singles)
    return best


def evened(problem: Problem, start: Start, targets: tuple[int, int], limit: float, work: Work) -> Ints | None:
    """Bundles `(C, J)` with the first objective of `start` and a smaller second one, where some are found.

    targets: a bound on either, squared thousandths. limit, work: as `exchanged` has them.
    """
    pool, category = np.nonzero(problem.singles)
    classes, (rows, kinds, pools) = len(problem.class_size), problem.shape
    if problem.singles.sum() > problem.class_size.sum():
        return None
    # Writs of one are bundles, too: what a total is cannot be dealt category by category.
    counts = np.concatenate([problem.class_counts, np.eye(kinds, dtype=np.int64)[category]])
    flows = np.zeros((pools, rows, kinds), dtype=np.int64)
    flows[problem.entry_pool, problem.pool_member] = start.placement.singles
    wide = Problem(
        opening=_weighed(problem.opening),
        pool_start=problem.pool_start,
        pool_member=problem.pool_member,
        singles=np.zeros((pools, kinds + 1), dtype=np.int64),
        class_pool=np.concatenate([problem.class_pool, pool]),
        class_counts=_weighed(counts),
        class_size=np.concatenate([problem.class_size, problem.singles[pool, category]]),
    )
    if _too_large(wide):
        return None
    search = _Search(wide, np.concatenate([start.bundles, flows[pool, :, category]]))
    best, objectives, heats = None, start.objectives, _Heats()
    for _ in range(max(1, round(limit * _ROUNDS))):
        if objectives[1] <= targets[1] or work.left < 0:
            break
        bundles = search.round(*heats.next(), 0, _WEIGHT**2 * targets[0] + targets[1], work)
        found = costs(problem.opening + WRIT * (bundles.T @ counts))
        heats.found(*found)
        if found < objectives:
            objectives, best = found, bundles[:classes]
        search.lie(bundles)
    return best


def _weighed(cells: Ints) -> Ints:
    """Cells by category `(N, K)`, weighed, and their sum."""
    return np.column_stack([_WEIGHT * cells, cells.sum(axis=1)])


def _too_large(problem: Problem, scale: int = 1) -> bool:
    rows, kinds, pools = problem.shape
    reach = np.abs(problem.opening).max(axis=0) + WRIT * problem.apart().sum(axis=0)
    return sum((v // scale) ** 2 for v in reach.tolist()) > _LARGEST or pools * rows * kinds > _FLOWS


def _common(problem: Problem) -> int:
    """What every excess is a multiple of, whoever has which bundles."""
    before, bundles = (int(np.gcd.reduce(cells, axis=None)) for cells in (problem.opening, problem.class_counts))
    return math.gcd(before, WRIT * bundles)


def longest_first(problem: Problem) -> Ints:
    """`(C, J)`: the longest bundle first, each to the member of its pool whose squared excess grows least."""
    bundles = np.zeros((len(problem.class_size), problem.shape[0]), dtype=np.int64)
    excess = problem.opening.copy()
    for c in np.argsort(-problem.class_counts.sum(axis=1), kind="stable").tolist():
        members, counts = problem.members(int(problem.class_pool[c])), WRIT * problem.class_counts[c]
        for _ in range(int(problem.class_size[c])):
            j = members[(excess[members] @ counts).argmin()]
            excess[j] += counts
            bundles[c, j] += 1
    return bundles


class _Heats:
    """Which heat is next: none, each in its turn, and from then on every second time the one that found the best."""

    def __init__(self) -> None:
        self.heat: int | None = None
        self.turn = 0
        self.best: dict[int, tuple[int, ...]] = {}

    def next(self, *, far: bool = False) -> tuple[int | None, int]:
        """The heat's number, after the last its own where the best is `far`, and how many times as long as at first to
        walk; no number: split anew from where one is.
        """
        further, again = divmod(self.turn - len(_HEATS) - 1, 2)
        if self.turn <= len(_HEATS):
            self.heat = self.turn - 1 if self.turn else None
        elif again:
            self.heat = (further - far) % (len(_HEATS) + far)
        else:
            self.heat = min(self.best, key=lambda heat: (self.best[heat], heat))
        length = 1 << self.turn // _LONGER
        self.turn += 1
        return self.heat, length

    def found(self, *value: int) -> None:
        """What the last one came to."""
        if self.heat is not None:
            self.best[self.heat] = min(value, self.best.get(self.heat, value))


class _Search:
    """Where every single bundle lies, and the writs of one beside them; all that is reckoned with divided by `scale`.

    There are no writs of one where that is more than 1.
    """

    def __init__(self, problem: Problem, bundles: Ints, singles: Ints | None = None, scale: int = 1) -> None:
        self.problem, self.scale = problem, scale
        kind = np.repeat(np.arange(len(problem.class_size)), problem.class_size)
        self.kind, self.pool = kind, problem.class_pool[kind]
        self.writs = np.ascontiguousarray(WRIT * problem.class_counts[kind] // scale)
        self.member = np.ascontiguousarray(membership(problem).T)
        unit = np.gcd.reduce(problem.class_counts, axis=0)
        self.unit = WRIT * np.where(problem.singles.any(axis=0) | (unit == 0), 1, unit) // scale
        keys = np.random.Generator(np.random.PCG64(_SEED)).integers(2**63, size=len(problem.class_size))
        self.keys = keys[kind].astype(np.uint64)
        self.table = np.zeros(_REMEMBERED, dtype=np.uint64)
        self.plain = problem.shape[1] == 1 and bool(self.member.all()) and not problem.singles.any()
        self.part = min(1.0, len(kind) / _MANY) ** 2
        self.counter = np.array([_SEED], dtype=np.uint64)
        self.lie(bundles, singles)

    def lie(self, bundles: Ints, singles: Ints | None = None) -> None:
        """Go on from this assignment: `(C, J)` bundles, `(E, K)` flows of writs of one, null where there are none."""
        problem = self.problem
        rows, kinds, pools = problem.shape
        classes, held = np.nonzero(bundles)
        self.row = np.repeat(held, bundles[classes, held])
        loose = None if singles is None or not problem.singles.any() else singles
        self.free = np.zeros((0 if loose is None else pools, rows, kinds), dtype=np.int64)
        if loose is not None:
            self.free[problem.entry_pool, problem.pool_member] = loose
        excess = problem.opening + WRIT * (bundles.T @ problem.class_counts + self.free.sum(axis=0))
        self.excess = excess // self.scale

    def round(self, heat: int | None, length: int, way: int, target: int, work: Work) -> Ints:
        """Walk where there is a heat, then split anew; `(C, J)`.

        length: how many times `_STEPS` it walks. way: what the best is from the target.
        """
        from tengbol.optimizer.settling import settle
        from tengbol.optimizer.tempering import temper
        from tengbol.optimizer.walking import walk

        problem, target = self.problem, target // self.scale**2
        # Many short walks over ordered sums meet the bound sooner than a few long ones.
        length = 1 if self.plain else length
        walked, split = int(self.part * _STEPS) if heat is not None else 0, int(self.part * _SUBSETS)
        work.left -= length * walked // _TERM + split // _SPLIT
        if heat is not None:
            row, where = self.row, self.row.copy()
            best = np.full(1, np.iinfo(np.int64).max)
            hot, cold = (WRIT * each for each in _HEATS[min(heat, len(_HEATS) - 1)])
            if heat == len(_HEATS):
                hot, cold = max(hot, way // _OF_THE_WAY[0]), max(cold, way // _OF_THE_WAY[1])
            hot, cold = hot // self.scale**2, cold // self.scale**2
            writs, own = self.writs[:, :1].flatten(), self.excess[:, :1].flatten()
            for part in range(length):  # each short enough to be interrupted between two
                begun, ended = (hot + (cold - hot) * n // length for n in (part, part + 1))
                if self.plain:
                    walk(writs, row, own, self.counter, walked, begun, ended, target, best, where)
                else:
                    temper(self.writs, self.pool, row, self.excess, self.free, self.member, problem.pool_start,
                           problem.pool_member, self.counter, walked, begun, ended, target, best, where)  # fmt: skip
            bundles, singles = self._bundles(where), None
            if len(self.free):
                excess = problem.opening + WRIT * (bundles.T @ problem.class_counts)
                singles = spread(problem, problem.singles, excess)[1]
            self.lie(bundles, singles)
        settle(self.writs, self.pool, self.row, self.excess, self.free, self.member, problem.pool_start,
               problem.pool_member, self.unit, self.keys, self.table, self.counter,
               split, _WIDEST[heat or 0], target)  # fmt: skip
        return self._bundles(self.row)

    def _bundles(self, row: Ints) -> Ints:
        out = np.zeros((len(self.problem.class_size), self.problem.shape[0]), dtype=np.int64)
        np.add.at(out, (self.kind, row), 1)
        return out
