"""What is not proven without a search: one stage after the other, all of them together for a limited number of steps.

What each enforcer could hold of the bundles that do not fit nearly always proves both objectives (`core`). What that
leaves is placed better, split anew (`exchange`), and searched over all bundles in the aggregated model (`cp_sat`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from tengbol.optimizer.placing import ROUNDS, place
from tengbol.optimizer.problem import WRIT, sum_of_squares
from tengbol.optimizer.proving import proven
from tengbol.optimizer.work import Work

if TYPE_CHECKING:
    from tengbol.optimizer.problem import Problem
    from tengbol.optimizer.stand import Stand

#: Nearly everything is in long bundles where they have so many writs on average, and beyond the aggregated model where
#: bundles × enforcers are so many.
_LONG: Final = 6
_MANY: Final = 300
#: With so many bundles to each enforcer there are few columns, and these are looked at before exchange.
_FEW_EACH: Final = 3
#: Bundle classes × enforcers that are looked at for prices to prove it, and that all rounds of placing may look at.
_HARD: Final = 100_000
_PLACES: Final = 200_000
#: Nodes of a first try at a certificate of writs' prices: a tree of them takes longer than prices of whole bundles do.
_FIRST: Final = 5
#: The same for branch and bound at the prices of columns, its nodes, and for prices to prove what that has proven.
_GUIDED: Final = 2_000_000
_NODES: Final = 100
#: Subsets of a few bundles: a hundredth of a second, and a tenth.
_SOME: Final = 300_000
_EVERY: Final = 5_000_000
#: How many subsets, and bundle classes × enforcers of a node or a round of placing, take as long as a term of `Work`.
_SUBSETS: Final = 500
_CHOICES: Final = 40
#: The part of the limit for what is hardly ever proven any more, and for what finds most of what it does at once.
_LAST: Final = 2
_AT_ONCE: Final = 4
#: And for CP-SAT over few columns, which mostly ends at once: exchange takes ten seconds.
_MOMENT: Final = 16


def searched(stand: Stand, limit: float, *, certify: bool = True) -> Stand:
    """A component with what a search proves of it. limit: in CP-SAT's deterministic units, for each objective; and for
    each of them so much `Work` in all.
    """
    if stand.start is None or not stand.open:
        return stand
    steps = [_divided_at_once, _assembled_at_once, _divided, _guided, _exchanged_a_while, _assembled, _replaced,
             _exchanged_anew, _aggregated]  # fmt: skip
    bundles, rows = int(stand.problem.class_size.sum()), stand.problem.shape[0]
    if lumpy(stand.problem):  # where they are many, CP-SAT and prices have nothing to say
        last = [_replaced, _aggregated] if bundles * rows < _MANY else []
        begin = [_divided, _covered, _exchanged_a_while, _covered_anew, _assembled_at_once]
        if bundles <= _FEW_EACH * rows:
            begin = [_divided_at_once, _assembled_at_once, _divided, _exchanged_a_while]
        steps = [_crowded, *begin, _assembled, partial(_exchanged_anew, part=1), *last]
    work, step = Work.within(limit), None
    for step in steps:
        stand = step(stand, limit, work)
        if not stand.open or work.left < 0:
            break
    if certify:
        stand = proven(stand, _GUIDED if step is _guided else _HARD, nodes=_FIRST)
    return replace(stand, assembly=None)


def lumpy(problem: Problem) -> bool:
    """Whether nearly all writs are in long bundles."""
    bundles, loose = int(problem.class_size.sum()), int(problem.singles.sum())
    writs = int(problem.apart().sum()) - loose
    return loose <= bundles and writs >= _LONG * bundles


def _crowded(stand: Stand, limit: float, work: Work) -> Stand:
    """With what the number of long bundles alone says; certificates tell it where the second objective follows."""
    from tengbol.optimizer.crowding import crowded

    del limit, work
    excess = stand.problem.opening + WRIT * stand.relaxed.counts
    levels = [sum_of_squares(category) for category in excess.T]
    return stand.raised(crowded(stand.problem, levels), 0, searched=not stand.follows)


def _divided_at_once(stand: Stand, limit: float, work: Work) -> Stand:
    """All divisions of very few bundles."""
    del limit
    return _in_all_ways(stand, _SOME, work)


def _divided(stand: Stand, limit: float, work: Work) -> Stand:
    """All divisions of a few bundles."""
    del limit
    return _in_all_ways(stand, _EVERY, work)


def _in_all_ways(stand: Stand, steps: int, work: Work) -> Stand:
    from tengbol.optimizer.division import divided, few

    if not few(stand.problem):
        return stand
    bundles, (first, second) = divided(stand.problem, stand.begun, steps)
    work.left -= 2 * steps // _SUBSETS
    stand = stand.taken(bundles)
    return stand.raised(stand.proof.objective if first else 0, stand.proof.objective_total if second else 0)


def _covered(stand: Stand, limit: float, work: Work) -> Stand:
    """Over what each enforcer could hold that is as level as it can be, where that is little."""
    from tengbol.optimizer.core import MOST, covered

    del limit
    with work.part(work.left // _LAST) as own:
        return covered(stand, MOST, own)


def _assembled_at_once(stand: Stand, limit: float, work: Work) -> Stand:
    """Over what each enforcer could hold of the bundles that do not fit, where that is little."""
    from tengbol.optimizer.core import FEW, solved

    return solved(stand, limit / _MOMENT, FEW, work)


def _guided(stand: Stand, limit: float, work: Work) -> Stand:
    """Branch and bound at the prices of columns: closer than those of a flow, and no bundle is left out."""
    from tengbol.optimizer.branching import branched

    del limit
    choices = len(stand.problem.class_size) * stand.problem.shape[0]
    nodes, price = min(_NODES, _GUIDED // choices, work.left * _CHOICES // choices), stand.guide
    if price is None or nodes <= 0:
        return stand
    # What its nodes spread is not kept: in one pool it was 40 MB.
    found = branched(stand.problem, stand.relaxed, nodes=nodes, price=price, known={**stand.known})
    work.left -= found.nodes * choices // _CHOICES
    return stand.after(found)


def _exchanged_a_while(stand: Stand, limit: float, work: Work) -> Stand:
    """The next as long as it mostly brings something."""
    return _exchanged(stand, limit / _AT_ONCE, work)


def _covered_anew(stand: Stand, limit: float, work: Work) -> Stand:
    """A dozen enforcers' bundles at a time, where all may have everything, of several categories."""
    from tengbol.optimizer.core import coverable
    from tengbol.optimizer.neighbourhood import covered_anew

    del limit
    if stand.proof.first or not coverable(stand.problem):
        return stand
    with work.part(work.left - work.left // _AT_ONCE) as own:
        return stand.taken(covered_anew(stand.problem, stand.begun, stand.bounds[0], own))


def _exchanged_anew(stand: Stand, limit: float, work: Work, part: int = _LAST) -> Stand:
    """The next for a part of the limit; where that was better, columns near it are fewer, and are looked at again."""
    found = _exchanged(stand, limit / part, work)
    better = found.open and found.begun.objectives[0] < stand.begun.objectives[0]
    return _assembled(found, limit, work) if better else found


def _exchanged(stand: Stand, limit: float, work: Work) -> Stand:
    """Bundles moved, exchanged and split anew, until the bound is met, and then that on the second objective."""
    from tengbol.optimizer.exchange import evened, exchanged

    if not stand.proof.first:
        stand = stand.taken(exchanged(stand.problem, stand.begun, stand.bounds[0], limit, work))
    if stand.proof.first and stand.open:
        stand = stand.taken(evened(stand.problem, stand.begun, stand.bounds, limit, work))
    return stand


def _assembled(stand: Stand, limit: float, work: Work) -> Stand:
    """The same where it is more, and searched where need be."""
    from tengbol.optimizer.core import MOST, solved

    return solved(stand, limit, MOST, work)


def _replaced(stand: Stand, limit: float, work: Work) -> Stand:
    """Placed at prices, again and again."""
    del limit
    choices = len(stand.problem.class_size) * stand.problem.shape[0]
    rounds = max(1, min(ROUNDS, _PLACES // choices))
    work.left -= rounds * choices // _CHOICES
    start = place(stand.problem, stand.relaxed, rounds=rounds)
    if start.objectives < stand.begun.objectives:
        stand = replace(stand, start=start).with_second_bound()
    elif start.pricing.bound > stand.begun.pricing.bound:
        stand = replace(stand, start=replace(stand.begun, pricing=start.pricing))
    stand = stand.raised(start.pricing.bound, 0)
    return stand.with_totals() if stand.proof.first and stand.open else stand


def _aggregated(stand: Stand, limit: float, work: Work) -> Stand:
    """CP-SAT over how many of each class go to whom."""
    from tengbol.optimizer.cp_sat import search_first, search_second

    stand = stand.tightened()
    if not stand.proof.first:
        found = search_first(stand.problem, stand.begun, limit / _LAST, work)
        stand = stand.improved(found.bundles).raised(found.bound, 0, searched=True).tightened()
    stand = stand.with_totals()
    if not stand.proof.second:
        found = search_second(stand.problem, stand.begun, limit / _LAST, work)
        stand = stand.improved(found.bundles).raised(0, found.bound, searched=True)
    return stand
