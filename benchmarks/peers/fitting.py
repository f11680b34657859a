"""Which instances lie within a peer's model: null, or the reason why not, in words for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tengbol.optimizer.problem import Problem


def everything(problem: Problem) -> str | None:
    """Peers that take the whole problem."""
    del problem
    return None


def numbers(problem: Problem) -> str | None:
    """Peers that split numbers: one category, pools apart, all of a pool opening alike."""
    supply = problem.apart()
    if np.count_nonzero(supply.sum(axis=0)) > 1:
        return "it knows one category"
    kind = int(supply.sum(axis=0).argmax())
    opening = problem.opening[problem.pool_member, kind]
    if overlapping := apart(problem):
        return overlapping
    if any(np.ptp(own) for own in np.split(opening, problem.pool_start[1:-1]) if own.size):
        return "it knows nothing of what enforcers had before"
    return None


def apart(problem: Problem) -> str | None:
    """Peers that divide pool by pool."""
    if np.unique(problem.pool_member).size < problem.pool_member.size:
        return "its pools may not overlap"
    return None


def alike(problem: Problem) -> str | None:
    """Peers that deal items one by one: as `numbers`, in one pool, and every writ a bundle of its own."""
    if problem.class_size.size:
        return "it does not keep bundles whole"
    if problem.shape[2] > 1:
        return "it has no pools"
    return numbers(problem)
