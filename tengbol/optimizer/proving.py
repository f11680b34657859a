"""What proves the bounds that a component has come to, looked for where it is found soonest."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tengbol.optimizer.certificate import certified
from tengbol.optimizer.crowding import counted
from tengbol.optimizer.evidence import Goal
from tengbol.optimizer.parity import rounded_up

if TYPE_CHECKING:
    from tengbol.optimizer.evidence import Counts, SetPrices
    from tengbol.optimizer.stand import Stand


def proven(stand: Stand, looks: int, *, nodes: int | None = None) -> Stand:
    """With what proves its bounds: prices of writs, where few bundles are in the way of that, otherwise counts of
    bundles, or prices of whole ones.

    looks: as `certificate` asks. nodes: of a first, shorter try at prices of writs, which hardly ever prove it.
    """
    proof = stand.proof
    goal = Goal(proof.objective, proof.lower_bound, proof.lower_bound_total)
    bundles = None if stand.start is None else stand.start.bundles
    tried = partial(certified, stand.problem, stand.relaxed, bundles, goal, looks, known=stand.known, price=stand.guide)
    tree = tried(nodes=nodes)
    counts = _counts(stand, goal) if tree is None else None
    sets = _sets(stand, goal) if tree is None and counts is None else None
    if tree is None and counts is None and sets is None and nodes is not None:
        tree = tried()
    return replace(stand, tree=tree, counts=counts, sets=sets)


def _sets(stand: Stand, goal: Goal) -> SetPrices | None:
    """Prices of whole bundles, whose programme takes a solver that easy components never load."""
    from tengbol.optimizer.sets import priced_sets

    return priced_sets(stand, goal)


def _counts(stand: Stand, goal: Goal) -> Counts | None:
    """Numbers of long bundles that prove both bounds; None where these do not."""
    found = counted(stand.problem) if stand.follows else None
    if found is None:
        return None
    bound = rounded_up(found[0], stand.problem.opening, stand.problem.apart().sum(axis=0))
    return found[1] if bound >= goal.first else None
