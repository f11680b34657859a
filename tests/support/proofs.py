"""Small problems with the proof of what was found, as `verify` looks at them."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from unittest import mock

import numpy as np
import polars as pl
from lots import merged, name

from tengbol import proofs
from tengbol.model.codes import CATEGORIES
from tengbol.optimizer import certificate
from tengbol.optimizer.problem import WRIT
from tengbol.optimizer.solve import solve
from tengbol.verify.certificate import RefusedError, prove
from tengbol.verify.evenness import components_of
from tengbol.verify.listing import TooMuchError

if TYPE_CHECKING:
    from random import Random

    from tengbol.optimizer.problem import Problem
    from tengbol.optimizer.solve import Solution
    from tengbol.verify.balances import Cell
    from tengbol.verify.evenness import Class, Component, Dealt, Pool


def of_five(problem: Problem) -> Problem:
    """With as many categories as writs have."""
    pad = ((0, 0), (0, len(CATEGORIES) - problem.shape[1]))
    own = {each: np.pad(getattr(problem, each), pad) for each in ("opening", "singles", "class_counts")}
    return replace(problem, **own)


def proven(problem: Problem, limit: float = 0.2) -> tuple[list[Component], dict[str, Any]]:
    """The components of what `solve` finds, and its certificate; `problem` of five categories."""
    solution = solve(problem, limit=limit)
    ids = pl.Series([name(j) for j in range(problem.shape[0])], dtype=pl.String)
    return parts_of(solution), proofs.certificate(solution, ids)


def without_trees(problem: Problem) -> tuple[list[Component], dict[str, Any]]:
    """The same, where no tree of prices of writs was tried; `problem` of any categories."""
    with mock.patch.object(certificate, "_NODES", 0):
        return proven(of_five(merged(problem)))


def parts_of(solution: Solution) -> list[Component]:
    """Its components, by their first enforcers."""
    dealt: Counter[Dealt] = Counter()
    excess: dict[Cell, int] = {}
    for stand, rows in solution.parts:
        problem, placement = stand.problem, stand.placement
        names = [name(j) for j in rows.tolist()]
        for j, row in enumerate((problem.opening + WRIT * placement.received(problem)).tolist()):
            excess |= {(names[j], category): value for category, value in zip(CATEGORIES, row, strict=True)}
        pools = [frozenset(names[j] for j in problem.members(p).tolist()) for p in range(problem.shape[2])]
        alone = [tuple(row) for row in np.eye(len(CATEGORIES), dtype=int).tolist()]
        for (e, k), writs in np.ndenumerate(placement.singles):
            dealt[pools[problem.entry_pool[e]], alone[k], names[problem.pool_member[e]]] += int(writs)
        bundles = (placement.bundle_class, placement.bundle_row, placement.bundle_count)
        for c, j, many in zip(*map(np.ndarray.tolist, bundles), strict=True):
            dealt[pools[problem.class_pool[c]], tuple(problem.class_counts[c].tolist()), names[j]] += many
    return components_of(+dealt, excess)


def named(pool: Pool) -> str:
    """The name of a pool, by which pools are in order."""
    return sha256("\n".join(sorted(pool)).encode()).hexdigest()[:16]


def pools_of(part: Component) -> list[Pool]:
    """Its pools in the order of their ids."""
    return sorted({pool for pool, _ in part.classes}, key=named)


def invented(part: Component, key: str, draw: Random, most: int = 1) -> dict[str, Any]:
    """Prices as chance has them, of a `tree` or of `sets`: in one case, or in a case for each member of some bundle's
    pool, and so on, at most so many times.
    """
    pools, sets = pools_of(part), key == "sets"
    longer = sorted((each for each in part.classes if sum(each[1]) > 1), key=lambda each: (named(each[0]), each[1]))
    whole = [each for each in longer if draw.random() < 0.5]
    supplied = len({(p, k) for p, counts in part.classes for k, n in enumerate(counts) if n})

    def price() -> int:
        return draw.choice([500 * draw.randint(-3, 40), draw.randint(-(10**5), 10**5)])

    def prices() -> dict[str, Any]:
        bundles = [price() * sum(counts) for _, counts in whole]
        return {"pools": [price() for _ in range(supplied)], "scale": draw.randint(1, 4), "bundles": bundles}

    def leaf() -> dict[str, Any]:
        if sets:
            return {"first": prices(), "second": prices() | {"weight": draw.randint(0, 5)}}
        enforcers = [price() for _ in part.enforcers]
        second = {"weight": draw.randint(1, 5), "pools": [price() for _ in range(supplied)], "enforcers": enforcers}
        return {"first": [price() for _ in range(supplied)], "second": second}

    def node(left: Counter[Class], most: int) -> dict[str, Any]:
        several = [each for each in longer if left[each]]
        if not several or not most or draw.random() < 0.5:
            return leaf()
        pool, counts = each = draw.choice(several)
        to = draw.sample([part.enforcers.index(who) for who in sorted(pool)], len(pool))
        then = [node(left - Counter([each]), most - 1) for _ in to]
        return {"pool": pools.index(pool), "writs": list(counts), "to": to, "then": then}

    whole_of = {"whole": [[pools.index(pool), *counts] for pool, counts in whole]} if sets else {}
    return whole_of | node(part.classes, most)


def in_cases(part: Component, own: dict[str, Any]) -> dict[str, Any]:
    """The same with the first of its whole bundles at each member of its pool in turn, all at the same prices."""
    pool, *counts = own["sets"]["whole"][0]
    to = sorted(part.enforcers.index(who) for who in pools_of(part)[pool])
    return own | {"sets": own["sets"] | {"pool": pool, "writs": counts, "to": to, "then": [{} for _ in to]}}


def numbers(told, path=()):
    """Where in a certificate numbers stand."""
    if isinstance(told, dict):
        for key, value in told.items():
            yield from numbers(value, (*path, key))
    elif isinstance(told, list):
        for place, value in enumerate(told):
            yield from numbers(value, (*path, place))
    elif isinstance(told, int):
        yield path


def changed(told, path, value):
    """With another value at one place."""
    out = copy.deepcopy(told)
    at = out
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return out


def worse(part: Component) -> Component:
    """The same component with one writ given to another, which is less even."""
    moves = [(k, a, b) for (a, k), writs in part.got.items() if writs for b in part.enforcers if b != a]
    ways = [replace(part, got=part.got + Counter({(b, k): 1}) - Counter({(a, k): 1})) for k, a, b in moves]
    return next(way for way in ways if way.objectives(way.got) > part.objectives(part.got))


def accepted(part: Component, own: dict[str, Any]) -> bool:
    """Whether a component's part of a certificate proves its bounds."""
    try:
        prove(part, own, tuple(own["bounds"]))
    except (RefusedError, TooMuchError):
        return False
    return True
