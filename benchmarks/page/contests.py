"""The part of the page on one family: how time and evenness grow, and every peer on every size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks import bnwp
from benchmarks.families import CATEGORIES, FAMILIES
from benchmarks.page.charts import Line, log_chart
from benchmarks.page.section import Chart, Section, Table, mega, percent
from benchmarks.peers import PEERS, TENGBOL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.contest import Contest, Outcome

_SQUARE: Final = 10**6
_ABOUT_NURSES: Final = (
    "CSPLib problem 69 with its zones fixed: a zone is a district, staffed in proportion to its acuity by largest "
    "remainders; a patient of acuity a is a bundle of a writs. The original limits on a nurse's number of patients and "
    "work are left out."
)


def contests(family: str, held: Sequence[Contest]) -> Section:
    """A family's section."""
    if family == bnwp.FAMILY:
        # Public instances do not grow: they are a table, and no curve.
        missing = f"the instances are not in `../{'/'.join(bnwp.FOLDER.parts[-3:])}`"
        where = "" if held else f" Not measured: {'not in this run' if bnwp.FOLDER.exists() else missing}."
        return Section(
            "Nurses in fixed zones (BNWP)",
            (_ABOUT_NURSES + where, *([_summary(held)] if held else []), *(_table(contest) for contest in held)),
        )
    kind = FAMILIES[family]
    before = "all alike" if kind.level else f"with a standard deviation of {kind.uneven:g} writs"
    return Section(
        f"Family {family}",
        (
            f"{kind.about[0].upper()}{kind.about[1:]}. Enforcers open {before}.",
            _chart(family, "seconds", held, lambda _, o: o.seconds if o.verdict or o.only_bounds else None),
            _chart(family, "evenness", held, _multiple),
            _summary(held),
            *(_table(contest) for contest in held),
        ),
    )


def _chart(family: str, what: str, held: Sequence[Contest], value: Callable[[Contest, Outcome], float | None]) -> Chart:
    named = {"seconds": "seconds to a placement", "evenness": "Σe² as a multiple of tengbol's"}[what]
    lines = []
    for peer in PEERS:
        found = [
            (float(contest.case.writs), y)
            for contest in held
            for outcome in contest.outcomes
            if outcome.peer == peer.name and not outcome.left_out and (y := value(contest, outcome))
        ]
        lines.append(Line(peer.name, tuple(found), bold=peer.name == TENGBOL))
    title = f"{family}: {named}"
    return Chart(f"{family}-{what}", title, log_chart(title, "writs", named, lines))


def _multiple(contest: Contest, outcome: Outcome) -> float | None:
    """Σe² as a multiple of tengbol's; null where there is nothing to divide."""
    own = contest.own
    if own is None or own.verdict is None or outcome.verdict is None or own.verdict.objective == 0:
        return None
    return outcome.verdict.objective / own.verdict.objective


def _summary(held: Sequence[Contest]) -> Table:
    """Each peer's time and Σe² as multiples of tengbol's, an instance a column."""
    names = [peer.name for peer in PEERS if any(o.peer == peer.name for c in held for o in c.outcomes)]
    rows = []
    for name in names:
        cells = [next((o for o in c.outcomes if o.peer == name), None) for c in held]
        rows.append((name, *(_cell(c, o) if o else "–" for c, o in zip(held, cells, strict=True))))
    return Table(
        ("peer", *(str(contest.case) for contest in held)),
        tuple(rows),
        "Time and Σe² as multiples of tengbol's; p proven, l limit reached, b only a bound",
    )


def _cell(contest: Contest, outcome: Outcome) -> str:
    own = contest.own
    if outcome.left_out:
        return "left out"
    if own is None or own.verdict is None:
        return "–"
    if outcome.only_bounds:
        return f"{outcome.seconds / own.seconds:,.3g} × t b"
    mark = " p" if outcome.proven else " l" if outcome.stuck else ""
    if outcome.verdict is None:
        return f"none{mark}"
    even = outcome.verdict.objective / own.verdict.objective if own.verdict.objective else 1.0
    return f"{outcome.seconds / own.seconds:,.3g} × t, {even:,.4g} × Σe²{mark}"


def _table(contest: Contest) -> Table:
    columns = (
        "peer", "seconds", "CPU s", "peak MB", "Σe², writs²", "gap to bound", "own gap", "ended",
        f"spread: {', '.join(CATEGORIES)}", "Σ(Σe)²",
    )  # fmt: skip
    return Table(columns, tuple(_row(contest, o) for o in contest.outcomes), str(contest.case))


def _row(contest: Contest, outcome: Outcome) -> tuple[str, ...]:
    if outcome.left_out:
        return (outcome.peer, *["–"] * 6, outcome.left_out, "–", "–")
    cost = (outcome.peer, f"{outcome.seconds:.3f}", f"{outcome.cpu_seconds:.2f}", mega(outcome.peak))
    if outcome.only_bounds and outcome.bound is not None:
        below = outcome.bound / contest.own.bound - 1 if contest.own and contest.own.bound else 0
        return (
            *cost, f"at least {_squares(outcome.bound)}", f"{below:.2%}" if below else "0", "–", outcome.note, "–", "–",
        )  # fmt: skip
    if outcome.verdict is None:
        return (*cost, "–", "–", "–", outcome.failure, "–", "–")
    verdict = outcome.verdict
    claimed = None if not outcome.bound else verdict.objective / outcome.bound - 1
    ended = "proven" if outcome.proven else "limit" if outcome.stuck else "placed"
    if outcome.bound_total is not None:
        ended = "both proven" if outcome.proven_total else f"{ended}, second at least {_squares(outcome.bound_total)}"
    return (
        *cost,
        _squares(verdict.objective),
        percent(contest.gap(outcome)),
        percent(claimed),
        f"{ended}; {outcome.note}" if outcome.note else ended,
        " ".join(f"{spread:.2f}" for spread in verdict.spread),
        _squares(verdict.total),
    )


def _squares(value: int) -> str:
    return f"{value / _SQUARE:,.3f}"
