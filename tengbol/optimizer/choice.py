"""Which columns to take: the programme's bound for either objective, and a search of what the gap leaves open.

The programme is often as good as whole, and then HiGHS, which begins from it, has the best columns at its first node.
Its floating point proves nothing: what it finds is costed exactly, and where the exact bound is not met CP-SAT goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from tengbol.optimizer.beside import beside
from tengbol.optimizer.cover import covered
from tengbol.optimizer.linear import UNBOUNDED, LinearModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from scipy.optimize import Whole

    from tengbol.optimizer.master import Columns, Master, Multipliers
    from tengbol.optimizer.work import Work

    Ints = NDArray[np.int64]

#: Multipliers are whole multiples of this part of a cost unit.
SCALE: Final = 2**20
#: Costs above this, in fine units, could leave 64 bits.
_LARGEST: Final = 2**40
#: So many nodes HiGHS may look at.
_NODES: Final = 20
#: Of so many columns and flows at most it is asked: 18,000 took 200 MB, and without presolve two minutes.
_WIDE: Final = 16_000
#: Between so many columns it is asked without presolve first: with it 3,000 took five seconds and 240 MB at the first
#: node, without it half a second. Fewer are cheap either way, and of more it finds nothing without.
_BARE: Final = 1_500, 4_000
#: Terms of a model for CP-SAT at most: of 300,000 it said nothing in half a minute.
_TERMS: Final = 150_000
#: Work of covering at all levels together: what takes longer is quicker done by CP-SAT.
_COVERED: Final = 300_000
#: Rooms beyond this, in fine units, could leave 64 bits.
_ROOM: Final = 2**50
_NONE: Final = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Chosen:
    """The columns taken, one for each enforcer, null when none cost less than what was known; a bound in cost units.

    searched: whether only a solver says so, with no multipliers behind it.
    """

    columns: Columns | None
    bound: int
    searched: bool


@dataclass(frozen=True)
class Priced:
    """exact: a bound, and reduced: `(N + W,)` what each column and flow costs above it, in units of 1 / SCALE. dual:
    multipliers of the master's equations, and weight: of the room, that it is reckoned from.
    """

    exact: int
    reduced: Ints
    dual: Ints
    weight: int


class Choice:
    """Columns that cost at most `room` (in the master's fine units) above the bound at the multipliers `at`."""

    def __init__(self, master: Master, at: Multipliers, columns: Columns, room: int, work: Work) -> None:
        self.master, self.columns, self.room, self.work = master, columns, room, work
        pool, category, kind = master.flows.T
        dearer = at.writ[kind, category] - master.pays(at.writ)[pool, category]
        #: Ways of writs of one that cost more than the room are none.
        self.near = dearer <= room
        self.flows = master.flows[self.near]
        equations, self.right = master.rows(columns, self.flows)
        self.equations = csr_array(equations)
        self.above = np.concatenate([columns.above, dearer[self.near]])

    def least(
        self, cost: Ints, best: int, ceiling: Callable[[int], int], hint: Columns | None, limit: float, known: int
    ) -> Chosen:
        """Columns that cost `(N,)` less than `best` in all, and least.

        hint: columns, one for each enforcer, that cost `best`. The bound holds for everything that costs at most
        `best`; `ceiling` lifts it to the next value there can be. known: a bound already. limit: 0: only what can be
        covered.
        """
        size = self.master.size
        floor = np.full(len(size), _NONE)
        np.minimum.at(floor, self.columns.group, cost)
        base = int(floor @ size)
        rest = cost - floor[self.columns.group]
        if int(rest.max(initial=0)) > _LARGEST:
            return Chosen(None, min(best, ceiling(base)), False)
        priced = self.priced(rest)
        exact, reduced = priced.exact, priced.reduced
        bound = ceiling(max(known, base - (-exact // SCALE)))
        if bound >= best:
            return Chosen(None, best, False)
        taken, level = self._covered(rest, reduced, base, exact, bound, best, ceiling)
        raised, bound = level > bound, level
        if taken is not None or bound >= best or not limit:
            return Chosen(taken, min(best, bound), raised)
        kept = reduced <= min((best - base) * SCALE - exact, _NONE)
        found = self._whole(rest, kept)
        if found is not None and base + int(rest[found].sum()) < best:
            taken = hint = self.columns.kept(found)
            best = base + int(rest[found].sum())
            if bound >= best:
                return Chosen(taken, best, raised)
            kept = reduced <= min((best - base) * SCALE - exact, _NONE)
        if self.equations[:, np.flatnonzero(kept)].nnz > _TERMS:
            return Chosen(taken, min(best, bound), raised)
        searched, reached = self._searched(rest, kept, hint, limit)
        if searched is not None and base + int(rest[searched].sum()) < best:
            taken = self.columns.kept(searched)
            best = base + int(rest[searched].sum())
        return Chosen(taken, min(best, max(bound, ceiling(base + reached))), True)

    def priced(self, rest: Ints) -> Priced:
        """The programme over costs `(N,)`, none below 0: its bound, exactly."""
        master, number = self.master, len(rest)
        used = np.flatnonzero(np.diff(self.equations.indptr))
        scale = float(max(1, rest.max(initial=1)))
        narrow = float(max(1, self.room))
        found = beside(
            lambda: linprog(
                np.concatenate([rest / scale, np.zeros(len(self.flows))]),
                A_ub=csr_array(self.above[None, :] / narrow),
                b_ub=[self.room / narrow],
                A_eq=self.equations[used],
                b_eq=self.right[used],
                method="highs",
            )
        )
        dual, weight = np.zeros(len(self.right), dtype=np.int64), 0
        if found.status == 0:
            dual[used] = np.rint(found.eqlin.marginals * scale * SCALE)
            weight = max(0, round(-float(found.ineqlin.marginals[0]) * scale * SCALE / narrow))
        dual[master.resting] = 0
        cost = np.concatenate([rest * SCALE, np.zeros(len(self.flows), dtype=np.int64)])
        reduced = cost - self.equations.T @ dual + weight * self.above
        least = np.full(len(master.size), _NONE)
        np.minimum.at(least, self.columns.group, reduced[:number])
        pool, category, _ = self.flows.T
        pays = np.full(master.problem.singles.shape, _NONE)
        np.minimum.at(pays, (pool, category), reduced[number:])
        supplied = master.problem.singles > 0
        exact = int(dual @ self.right) + int(least @ master.size) - weight * self.room
        exact += int((master.problem.singles * pays)[supplied].sum())
        return Priced(exact, reduced - np.concatenate([least[self.columns.group], pays[pool, category]]), dual, weight)

    def _covered(
        self, rest: Ints, reduced: Ints, base: int, exact: int, bound: int, best: int, ceiling: Callable[[int], int]
    ) -> tuple[Columns | None, int]:
        """Columns that cost the bound; where there are none, the next value there can be, and so on below `best`; and
        that value, which is the least, or the first that was not tried out.
        """
        taken: Columns | None = None
        master = self.master
        with self.work.part(_COVERED) as own:
            while bound < best and not master.problem.singles.any():
                room = (bound - base) * SCALE - exact
                if room > _ROOM:
                    break
                near = np.flatnonzero(reduced <= room)
                sides = np.column_stack([self.above[near], reduced[near], rest[near]])
                most = np.array([self.room, room, bound - base])
                found, ended = covered(master.problem, master.size, self.columns.kept(near), sides, most, own)
                taken = None if found is None else self.columns.kept(near[found])
                if found is not None or not ended:
                    break
                bound = ceiling(bound + 1)
        return taken, bound

    def _whole(self, rest: Ints, kept: NDArray[np.bool_]) -> Ints | None:
        """HiGHS on the columns and flows that are kept: the columns it takes, one for each enforcer."""
        places = np.flatnonzero(kept)
        if len(places) > _WIDE:
            return None
        part = self.equations[:, places]
        used = np.flatnonzero(np.diff(part.indptr))
        right = self.right[used]
        most = self._most()[places]
        rows = [LinearConstraint(part[used], right, right)]
        narrow = float(max(1, self.room))
        if self.above[places].any():
            rows.append(LinearConstraint(csr_array(self.above[None, places] / narrow), ub=self.room / narrow))
        column = places < len(rest)
        cost = np.concatenate([rest, np.zeros(len(self.above) - len(rest))])[places]

        def tried(presolve: bool) -> Whole:
            options = {"node_limit": _NODES, "mip_rel_gap": 0.0, "presolve": presolve}
            # HiGHS prints a line of its own now and then, whatever it is told.
            return beside(
                lambda: milp(cost, constraints=rows, integrality=column, bounds=Bounds(0, most), options=options),
                prints=True,
            )

        bare = _BARE[0] < len(places) <= _BARE[1]
        found = tried(not bare)
        if bare and found.status != 0:
            found = tried(True)
        if found.x is None:
            return None
        taken = np.rint(found.x).astype(np.int64)
        if (part @ taken != self.right).any() or self.above[places] @ taken > self.room:
            return None
        return np.repeat(places[column], taken[column])

    def _most(self) -> Ints:
        """How many of each column, and of each flow, there can be at all."""
        size, singles = self.master.size, self.master.problem.singles
        return np.concatenate([size[self.columns.group], singles[self.flows[:, 0], self.flows[:, 1]]])

    def _searched(
        self, rest: Ints, kept: NDArray[np.bool_], hint: Columns | None, limit: float
    ) -> tuple[Ints | None, int]:
        """CP-SAT on the columns and flows that are kept: the columns it takes, and its bound on `rest`."""
        number = len(rest)
        begun = np.zeros(len(self.above), dtype=np.int64) if hint is None else self._hinted(hint)
        model = LinearModel()
        most = self._most()
        places = np.flatnonzero(kept)
        variable = [model.variable(0, int(most[i]), int(begun[i])) for i in places]
        part = self.equations[:, places].tocsr()
        for row in np.flatnonzero(self.right | np.diff(part.indptr)).tolist():
            own = slice(part.indptr[row], part.indptr[row + 1])
            side = int(self.right[row])
            held: list[int] = part.indices[own].tolist()
            model.row([variable[i] for i in held], part.data[own].tolist(), side, side)
        dear = np.flatnonzero(self.above[places])
        model.row([variable[i] for i in dear], self.above[places][dear].tolist(), -UNBOUNDED, self.room)
        costly = np.flatnonzero(places < number)
        model.minimise([variable[i] for i in costly], rest[places[costly]].tolist())
        if hint is not None:
            model.suggest()
        answer = model.solve(limit, self.work, feasible=hint is not None)
        if answer is None or answer[0] is None:
            return None, -UNBOUNDED if answer is None else answer[1]
        taken = np.array(answer[0], dtype=np.int64)[costly]
        return np.repeat(places[costly], taken), answer[1]

    def _hinted(self, hint: Columns) -> Ints:
        """How many of each column, and of each flow, the best known assignment takes."""
        out = np.zeros(len(self.above), dtype=np.int64)
        where = {name: i for i, name in enumerate(self.columns.names())}
        for name in hint.names():
            out[where[name]] += 1
        out[len(self.columns) :] = self.master.flowing[self.near]
        return out
