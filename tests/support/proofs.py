"""Small problems with the proof of what was found, as `verify` looks at them."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from lots import name

from tengbol import proofs
from tengbol.model.codes import CATEGORIES
from tengbol.optimizer.solve import solve
from tengbol.verify.certificate import RefusedError, prove
from tengbol.verify.evenness import Component
from tengbol.verify.listing import TooMuchError

if TYPE_CHECKING:
    from tengbol.optimizer.problem import Problem
    from tengbol.optimizer.solve import Solution


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


def parts_of(solution: Solution) -> list[Component]:
    """Its components, by their first enforcers."""
    out = []
    for stand, rows in solution.parts:
        problem, received = stand.problem, stand.placement.received(stand.problem)
        names = [name(j) for j in rows.tolist()]
        part = Component(sorted(names))
        for j, row in enumerate(problem.opening.tolist()):
            for k, category in enumerate(CATEGORIES):
                part.base[names[j], category] = row[k]
                part.got[names[j], category] = int(received[j, k])
        pools = [frozenset(names[j] for j in problem.members(p).tolist()) for p in range(problem.shape[2])]
        for (p, k), writs in np.ndenumerate(problem.singles):
            part.classes[pools[p], tuple(np.eye(len(CATEGORIES), dtype=int)[k].tolist())] += int(writs)
        of_class = zip(
            problem.class_pool.tolist(), problem.class_counts.tolist(), problem.class_size.tolist(), strict=True
        )
        for p, counts, size in of_class:
            part.classes[pools[p], tuple(counts)] += size
        part.classes = +Counter(part.classes)
        out.append(part)
    return sorted(out, key=lambda part: part.enforcers[0])


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
