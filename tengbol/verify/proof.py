"""Can anything be more even? A plain CP-SAT model of one component, bundles whole, under a limit on steps.

One integer variable says how many bundles of a class (same pool, same count per category) an enforcer gets:
bundles alike can be exchanged without any change to the objective. Squares stand above their tangents at the
points between two whole numbers, which is exact at every whole number within the window of tangents and never
too high outside it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tengbol.verify.law import CATEGORIES

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, CpSolver, IntVar, LinearExpr

    from tengbol.verify.balances import Cell
    from tengbol.verify.evenness import Component

#: Tangents to each side of what the result gives.
TANGENTS: Final = 12

#: Squared thousandths in one unit of the model: (e + 1000 n)² = e² + 2000 (n e + 500 n²).
UNIT: Final = 2000


@dataclass(frozen=True)
class Outcome:
    """What the search showed, in squared thousandths.

    lower: nothing is below it. best: the best that was found, recomputed from the assignment. steps:
    deterministic time spent.
    """

    lower: int
    best: int
    steps: float


def prove(component: Component, *, second: bool, floor: int, limit: float) -> Outcome:
    """Search a component for something more even than its result.

    second: minimise the second objective among assignments whose first is not above the result's; otherwise
    minimise the first. floor: a bound already known, squared thousandths. limit: deterministic time.
    """
    from ortools.sat.python import cp_model

    now = component.objectives(component.got)
    model = cp_model.CpModel()
    numbers = bundles(model, component)
    cells = counters(component, numbers)
    cost = sum(squares(model, cells))
    # Both objectives with nothing given out: the constants that the model's units leave out.
    nothing = component.objectives(Counter())
    constant = nothing[second]
    if second:
        model.add(cost <= (now[0] - nothing[0]) // UNIT)
        cost = sum(squares(model, totals(cells)))
    value = model.new_int_var((floor - constant) // UNIT, (now[second] - constant) // UNIT, "cost")
    model.add(value == cost)
    model.minimize(value)
    as_told(model, numbers, component)
    spent = Limit(limit)
    status, solver = solved(model, spent)
    steps = limit - spent.left
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Outcome(floor, now[second], steps)
    lower = max(floor, constant + UNIT * solver.response_proto.inner_objective_lower_bound)
    found = component.objectives(given_by(numbers, solver))
    allowed = not second or found[0] <= now[0]
    return Outcome(lower, min(now[second], found[second]) if allowed else now[second], steps)


@dataclass
class Limit:
    """Deterministic time that searches may still take."""

    left: float


def solved(model: CpModel, limit: Limit) -> tuple[Any, CpSolver]:
    """Status and solver of a model, within what is left of the limit."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    if limit.left <= 0:
        return cp_model.UNKNOWN, solver
    solver.parameters.num_workers = 1
    # All tangents in the linear relaxation: a component of 65 enforcers was open after 6 units of time without,
    # and proven after 0.1 with it.
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = limit.left
    # Left to it, the solver takes an interruption from the keyboard for itself, and the command would go on.
    solver.parameters.catch_sigint_signal = False
    try:
        status = solver.solve(model)
    except IndexError:
        # Seen once in presolve of a hinted model, which was solved without its hints.
        model.clear_hints()
        status = solver.solve(model)
    limit.left -= solver.response_proto.deterministic_time
    return status, solver


def as_told(model: CpModel, numbers: Numbers, component: Component) -> None:
    """Begin where the result is."""
    for name, row in numbers.items():
        for enforcer_id, number in row.items():
            model.add_hint(number, component.dealt[name][enforcer_id])


def given_by(numbers: Numbers, solver: CpSolver) -> Counter[Cell]:
    """Free writs of each cell in what was found."""
    given: Counter[Cell] = Counter()
    for (_, counts), row in numbers.items():
        for enforcer_id, number in row.items():
            for category, writs in zip(CATEGORIES, counts, strict=True):
                given[enforcer_id, category] += writs * solver.value(number)
    return given


#: The variable of each class and enforcer.
Numbers = dict[tuple[frozenset[str], tuple[int, ...]], dict[str, "IntVar"]]


def bundles(model: CpModel, component: Component) -> Numbers:
    """How many bundles of each class each member of its pool gets: all of them are given out."""
    numbers: Numbers = {}
    for place, ((pool, counts), several) in enumerate(component.classes.items()):
        row = {name: model.new_int_var(0, several, f"class {place} to {name}") for name in sorted(pool)}
        model.add(sum(row.values()) == several)
        numbers[pool, counts] = row
    return numbers


@dataclass
class Amount:
    """How many free writs somebody receives: the variable part of one excess.

    base: excess in thousandths without them. now: how many the result gives. most: how many there are to get.
    """

    name: str
    base: int = 0
    now: int = 0
    most: int = 0
    writs: LinearExpr | int = 0


def counters(component: Component, numbers: Numbers) -> dict[Cell, Amount]:
    """Free writs of each enforcer in each category."""
    out = {cell: Amount(" ".join(cell), base, component.got[cell]) for cell, base in component.base.items()}
    for (pool, counts), row in numbers.items():
        for category, writs in zip(CATEGORIES, counts, strict=True):
            if writs:
                for enforcer_id, number in row.items():
                    counter = out[enforcer_id, category]
                    counter.writs += writs * number
                    counter.most += writs * component.classes[pool, counts]
    return out


def totals(amounts: dict[Cell, Amount]) -> dict[str, Amount]:
    """Free writs of each enforcer, summed over categories."""
    out: dict[str, Amount] = {}
    for (enforcer_id, _), counter in amounts.items():
        total = out.setdefault(enforcer_id, Amount(enforcer_id))
        total.base += counter.base
        total.now += counter.now
        total.most += counter.most
        total.writs += counter.writs
    return out


def squares(model: CpModel, amounts: dict[Any, Amount]) -> list[IntVar]:
    """Make for each counter that can change a variable not below n·e + 500·n², in the model's unit."""
    out: list[IntVar] = []
    for counter in amounts.values():
        if not counter.most:
            continue
        base = counter.base

        def square(n: int, base: int = base) -> int:
            return n * base + 500 * n * n

        least, most = -(base * base) // UNIT - 1, max(square(0), square(counter.most))
        height = model.new_int_var(least, most, f"square {counter.name}")
        for n in range(max(0, counter.now - TANGENTS), min(counter.most, counter.now + TANGENTS)):
            model.add(height >= square(n) + (base + 1000 * n + 500) * (counter.writs - n))
        out.append(height)
    return out
