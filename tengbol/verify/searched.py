"""Who among equals where no check without a search shows it: docs/lot.md, points a and b, for `verify --search`.

Plain CP-SAT models of one component, bundles whole, each under a limit on steps. Point a: of all that is as even, the
least sum of the lot's numbers. Point b: with everyone's numbers of writs fixed, whether a bundle can lie with somebody
who comes before its enforcer. What a search finds is added up again before it is believed.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, Protocol

from tengbol.phrase import Phrase
from tengbol.verify.exchanges import LEVELS, number
from tengbol.verify.handing import in_lot, in_turn
from tengbol.verify.held import Outcome
from tengbol.verify.law import CATEGORIES
from tengbol.verify.proof import UNIT, Limit, as_told, bundles, counters, given_by, solved, squares, totals

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar, LinearExpr

    from tengbol.verify.balances import Cell
    from tengbol.verify.evenness import Class
    from tengbol.verify.handing import Long
    from tengbol.verify.held import Told
    from tengbol.verify.proof import Amount

#: Above what CP-SAT adds up.
_LARGEST: Final = 2**61


def first_by_search(told: Told, limit: Limit) -> Outcome:
    """Point a: whether nothing as even has lower numbers in the lot."""
    from ortools.sat.python import cp_model

    part = told.part
    now, nothing = part.objectives(part.got), part.objectives(Counter())
    fixed: list[dict[Cell, int]] = []
    for level in range(LEVELS):
        model = cp_model.CpModel()
        numbers = bundles(model, part)
        cells = counters(part, numbers)
        for which, counted in enumerate((cells, totals(cells))):
            model.add(sum(squares(model, counted)) <= (now[which] - nothing[which]) // UNIT)
        cost = {(who, k): number(f"{told.seed}:{k}:{told.names.enforcer(who)}", level) for who, k in cells}
        if sum(cost[cell] * counter.most for cell, counter in cells.items()) >= _LARGEST:
            return Outcome(False)
        for before in fixed:
            model.add(_summed(before, cells) == sum(before[cell] * part.got[cell] for cell in cells))
        reached = sum(cost[cell] * part.got[cell] for cell in cells)
        model.minimize(_summed(cost, cells))
        as_told(model, numbers, part)
        status, solver = solved(model, limit)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Outcome(False)
        found = given_by(numbers, solver)
        if part.objectives(found) != now:
            # More even, or outside the tangents and less so: then nothing follows for the lot.
            return Outcome(False)
        if sum(cost[cell] * found[cell] for cell in cells) < reached:
            change = ", ".join(
                f"{k} {who} {found[who, k] - part.got[who, k]:+d} ({cost[who, k]:010x})"
                for who, k in sorted(cells)
                if found[who, k] != part.got[who, k]
            )
            sentence = Phrase("another choice is as even and comes first in the lot: {change}", change=change)
            return Outcome(False, sentence, beyond=True)
        if status != cp_model.OPTIMAL:
            return Outcome(False)
        fixed.append(cost)
        if _alone(told, fixed, limit):
            return Outcome(True)
    return Outcome(False)


def _alone(told: Told, fixed: list[dict[Cell, int]], limit: Limit) -> bool:
    """Whether nothing else is as even and has the same sums of numbers."""
    from ortools.sat.python import cp_model

    part = told.part
    now, nothing = part.objectives(part.got), part.objectives(Counter())
    model = cp_model.CpModel()
    cells = counters(part, bundles(model, part))
    for which, counted in enumerate((cells, totals(cells))):
        model.add(sum(squares(model, counted)) <= (now[which] - nothing[which]) // UNIT)
    for cost in fixed:
        model.add(_summed(cost, cells) == sum(cost[cell] * part.got[cell] for cell in cells))
    others: list[IntVar] = []
    for cell, counter in cells.items():
        if counter.most:
            more = model.new_bool_var(f"more {' '.join(cell)}")
            _only_if(more, model.add(counter.writs > part.got[cell]))
            others.append(more)
    model.add_bool_or(others)
    return solved(model, limit)[0] == cp_model.INFEASIBLE


class _Conditional(Protocol):
    """A row of OR-tools, whose own types leave open what may be its condition."""

    def only_enforce_if(self, condition: IntVar, /) -> object: ...


def _only_if(condition: IntVar, row: _Conditional) -> None:
    row.only_enforce_if(condition)


def _summed(cost: dict[Cell, int], cells: dict[Cell, Amount]) -> LinearExpr | int:
    return sum(cost[cell] * counter.writs for cell, counter in cells.items())


def handed_by_search(told: Told, limit: Limit) -> dict[str, str] | None:
    """Point b: the enforcer of each bundle of two and more; None where the limit did not suffice.

    Up to the first bundle that the lot gives to another: what comes after it would follow from that.
    """
    left: Counter[Class] = Counter(told.part.classes)
    got = Counter(told.part.got)
    out: dict[str, str] = {}
    called = in_lot(told.longer, told.names)
    for bundle in in_turn(told.longer):
        own = told.enforcer_of[bundle.bundle_id]
        left[bundle.pool, bundle.counts] -= 1
        for who in bundle.turn(called):
            fits = who == own or _fits(left, got, bundle, who, limit)
            if fits is None:
                return None
            if fits:
                out[bundle.bundle_id] = who
                break
        if out[bundle.bundle_id] != own:
            return {each.bundle_id: told.enforcer_of[each.bundle_id] for each in told.longer} | out
        for category, writs in zip(CATEGORIES, bundle.counts, strict=True):
            got[own, category] -= writs
    return out


def _fits(left: Counter[Class], got: Counter[Cell], bundle: Long, who: str, limit: Limit) -> bool | None:
    """Whether all that is left can be given when a bundle lies with somebody; None where the limit did not suffice."""
    from ortools.sat.python import cp_model

    room = Counter(got)
    for category, writs in zip(CATEGORIES, bundle.counts, strict=True):
        room[who, category] -= writs
    if any(writs < 0 for writs in room.values()):
        return False
    model = cp_model.CpModel()
    given: dict[Cell, list[LinearExpr]] = {}
    for (pool, counts), size in left.items():
        if not size:
            continue
        row = {name: model.new_int_var(0, size, "") for name in sorted(pool)}
        model.add(sum(row.values()) == size)
        for name, many in row.items():
            for category, writs in zip(CATEGORIES, counts, strict=True):
                if writs:
                    given.setdefault((name, category), []).append(writs * many)
    for cell in sorted(room.keys() | given.keys()):
        model.add(sum(given.get(cell, [])) == room[cell])
    status, _ = solved(model, limit)
    if status == cp_model.INFEASIBLE:
        return False
    return True if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None
