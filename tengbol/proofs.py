"""The proof of a batch's evenness as it travels with the result: docs/certificate.md.

The optimiser's trees of prices, with enforcers and pools in an order that whoever has the result can find again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tengbol.optimizer.lot import pool_name
from tengbol.parameters import CATEGORIES, categories

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl
    from numpy.typing import NDArray

    from tengbol.optimizer.evidence import BundlePrices, Node, SetPrices
    from tengbol.optimizer.problem import Problem
    from tengbol.optimizer.solve import Solution
    from tengbol.optimizer.stand import Stand

    Ints = NDArray[np.int64]

#: Where it stands in a result.
FILE: Final = "certificate.json"
#: The version of the format.
VERSION: Final = 1


def certificate(solution: Solution, ids: pl.Series, day: dt.date | None = None) -> dict[str, Any]:
    """The proof as docs/certificate.md has it. ids: of the enforcers, by the problem's rows.

    day: of the batch, whose categories are counted; None: all.
    """
    kinds = len(CATEGORIES if day is None else categories(day))
    parts = [_part(stand, ids.gather(rows).to_list(), kinds) for stand, rows in solution.parts]
    return {"version": VERSION, "components": sorted(parts, key=lambda part: part["enforcer"])}


def text(proof: dict[str, Any]) -> str:
    """A file's text: a line for each component."""
    lines = ",\n".join(json.dumps(part, ensure_ascii=False, separators=(",", ":")) for part in proof["components"])
    return f'{{"version":{proof["version"]},"components":[\n{lines}\n]}}\n'


def _part(stand: Stand, names: list[str], kinds: int) -> dict[str, Any]:
    bounds = [stand.proof.lower_bound, stand.proof.lower_bound_total]
    out: dict[str, Any] = {"enforcer": min(names), "bounds": bounds}
    order = _Order(stand.problem, names, kinds)
    if stand.tree is not None:
        return out | {"tree": order.node(stand.tree)}
    if stand.counts is not None:
        return out | {"counts": [list(row) for row in stand.counts]}
    if stand.sets is not None:
        return out | {"sets": order.sets(stand.sets)}
    return out | {"searched": True}


class _Order:
    """Enforcers by their ids, pools by theirs, as positions; of bundles the counts of as many categories as there are.

    kinds: how many a batch of the day has. One that came later stands last, and is told where something is of it.
    """

    def __init__(self, problem: Problem, names: list[str], kinds: int) -> None:
        self.problem = problem
        later = np.flatnonzero(problem.class_counts.any(axis=0))
        self.counts = problem.class_counts[:, : max(kinds, *(later + 1).tolist(), 0)]
        rows = sorted(range(len(names)), key=names.__getitem__)
        pools = [pool_name(names[j] for j in problem.members(p)) for p in range(problem.shape[2])]
        self.rows = np.array(rows, dtype=np.int64)
        self.pools = np.array(sorted(range(len(pools)), key=pools.__getitem__), dtype=np.int64)
        self.place = np.empty_like(self.rows)
        self.place[self.rows] = np.arange(len(rows))
        self.pool_place = np.empty_like(self.pools)
        self.pool_place[self.pools] = np.arange(len(pools))
        #: Pools and categories that have something to give.
        self.supplied = (problem.apart() > 0)[self.pools]

    def node(self, node: Node) -> dict[str, Any]:
        first, second = node.prices
        out: dict[str, Any] = {}
        if first is not None:
            out["first"] = self._pools(first.pool)
        if second is not None and second.total is not None:
            totals = second.total[self.rows].tolist()
            out["second"] = {"weight": second.weight, "pools": self._pools(second.pool), "enforcers": totals}
        if node.rows:
            out["pool"] = int(self.pool_place[self.problem.class_pool[node.of]])
            out["writs"] = self.counts[node.of].tolist()
            out["to"] = self.place[list(node.rows)].tolist()
            out["then"] = [self.node(each) for each in node.nodes]
        return out

    def sets(self, sets: SetPrices) -> dict[str, Any]:
        """Prices of whole bundles."""
        whole = np.flatnonzero(sets.whole)
        pools = self.pool_place[self.problem.class_pool[whole]]
        rows = np.column_stack([pools, self.counts[whole]])
        order = np.lexsort(rows.T[::-1])
        out: dict[str, Any] = {"whole": rows[order].tolist(), "first": self._at(sets.first, order)}
        if sets.second is not None:
            out["second"] = {"weight": sets.second.weight, **self._at(sets.second, order)}
        return out

    def _at(self, at: BundlePrices, order: Ints) -> dict[str, Any]:
        return {"scale": at.scale, "pools": self._pools(at.pool), "bundles": at.bundle[order].tolist()}

    def _pools(self, prices: Ints) -> list[int]:
        return prices[self.pools][self.supplied].tolist()
