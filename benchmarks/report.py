"""The report: tables and findings, drawn from the outcomes alone, printed and written as Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from benchmarks.contest import PATIENCE, Contest, Limits, Outcome
from benchmarks.instances import CATEGORIES
from benchmarks.peers import PEERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from benchmarks.commands import Timed

_SQUARE: Final = 10**6
_MEGABYTE: Final = 10**6


@dataclass(frozen=True)
class Table:
    """A titled table of text; the first column reads from the left, the others from the right."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Report:
    """Everything that one run of the benchmark found."""

    date: str
    machine: dict[str, str]
    options: str
    limits: Limits
    contests: tuple[Contest, ...]
    commands: tuple[Timed, ...]

    def tables(self) -> list[Table]:
        """The command's table, one for each instance, and how tengbol compares over all of them."""
        own = [_commands(self.commands)] if self.commands else []
        over = [_overview(self.contests)] if any(contest.own for contest in self.contests) else []
        return [*own, *over, *(_contest(contest) for contest in self.contests)]

    def markdown(self) -> str:
        """The page."""
        parts = [
            "# Benchmarks",
            f"Written by `{f'python -m benchmarks {self.options}'.strip()}`, never by hand.",
            "## Machine",
            _listing({"date": self.date, **self.machine}),
            "## How it is measured",
            _method(self.limits),
            "## Peers",
            _listing({peer.name: peer.about for peer in PEERS}),
            "## What falls short",
            "\n".join(f"- {finding}" for finding in shortfalls(self.contests, self.commands)) or "Nothing in this run.",
            "## Results",
            *(_markdown(table) for table in self.tables()),
        ]
        return "\n\n".join(parts) + "\n"

    def print(self, console: Console) -> None:
        """The same tables and findings on a terminal."""
        from rich.table import Table as Drawn

        for table in self.tables():
            drawn = Drawn(title=table.title, title_justify="left")
            for i, column in enumerate(table.columns):
                drawn.add_column(column, justify="right" if i else "left")
            for row in table.rows:
                drawn.add_row(*row)
            console.print(drawn)
        for finding in shortfalls(self.contests, self.commands):
            console.print(f"falls short: {finding}", style="yellow", highlight=False)


def shortfalls(contests: Sequence[Contest], commands: Sequence[Timed]) -> list[str]:
    """Sentences on everything that did not come out as it should."""
    found = []
    for timed in commands:
        if timed.failure:
            found.append(f"`{timed.name}` failed: {timed.failure}.")
        elif timed.met is False:
            found.append(f"`{timed.name}` missed its aim: {timed.seconds:.2f} s, {_mega(timed.peak)} MB.")
        if timed.manifest and timed.manifest["status"] != "optimal":
            found.append(f"`{timed.name}`: the first objective is not proven.")
        elif timed.manifest and timed.manifest["status_total"] != "optimal":
            found.append(f"`{timed.name}`: the second objective is not proven.")
    for contest in contests:
        found += _contest_shortfalls(contest)
    return found


def _contest_shortfalls(contest: Contest) -> list[str]:
    own, where, found = contest.own, contest.recipe, []
    for outcome in contest.outcomes:
        if outcome.failure.startswith(("wrong", "failed")):
            found.append(f"{where}: {outcome.peer}: {outcome.failure}.")
    if own is None or own.verdict is None:
        return found
    if not own.proven:
        found.append(f"{where}: tengbol does not prove the first objective, gap {_percent(contest.gap(own))}.")
    elif own.note:
        found.append(f"{where}: {own.note}.")
    for other in contest.outcomes:
        if other is own or other.verdict is None:
            continue
        if other.verdict.objective < own.verdict.objective:
            found.append(f"{where}: {other.peer} finds a smaller Σe² than tengbol.")
        if own.bound is not None and other.verdict.objective < own.bound:
            found.append(f"{where}: {other.peer} stands below the bound of tengbol: one of the two is wrong.")
        if other.bound is not None and other.bound > own.verdict.objective:
            found.append(
                f"{where}: {other.peer} claims a bound that tengbol's placement passes: one of the two is wrong."
            )
        if other.proven and other.seconds < own.seconds:
            found.append(
                f"{where}: {other.peer} proves the first objective in {other.seconds:.3g} s, "
                f"tengbol both in {own.seconds:.3g} s."
            )
    return found


def _overview(contests: Sequence[Contest]) -> Table:
    """Each peer's time and Σe² as multiples of tengbol's, an instance a column."""
    kept = [contest for contest in contests if contest.own and contest.own.verdict]
    names = [peer.name for peer in PEERS if any(o.peer == peer.name for c in kept for o in c.outcomes)]
    rows = []
    for name in names:
        cells = [next((o for o in c.outcomes if o.peer == name), None) for c in kept]
        rows.append((name, *(_multiple(c, o) if o else "–" for c, o in zip(kept, cells, strict=True))))
    return Table(
        "Time and Σe² as multiples of tengbol's; p proven, l limit reached",
        ("peer", *(str(contest.recipe) for contest in kept)),
        tuple(rows),
    )


def _multiple(contest: Contest, outcome: Outcome) -> str:
    own = contest.own
    if own is None or own.verdict is None:
        return "–"
    mark = " p" if outcome.proven else " l" if outcome.bound is not None or outcome.failure else ""
    if outcome.verdict is None:
        return f"none{mark}"
    even = outcome.verdict.objective / own.verdict.objective if own.verdict.objective else 1.0
    return f"{outcome.seconds / own.seconds:,.3g} × t, {even:,.4g} × Σe²{mark}"


def _contest(contest: Contest) -> Table:
    columns = (
        "peer", "seconds", "CPU s", "peak MB", "Σe², writs²", "gap to bound", "own gap", "ended",
        f"spread: {', '.join(CATEGORIES)}", "Σ(Σe)²",
    )  # fmt: skip
    return Table(
        f"{contest.recipe}, seed {contest.recipe.seed}", columns, tuple(_row(contest, o) for o in contest.outcomes)
    )


def _row(contest: Contest, outcome: Outcome) -> tuple[str, ...]:
    cost = (outcome.peer, f"{outcome.seconds:.3f}", f"{outcome.cpu_seconds:.2f}", _mega(outcome.peak))
    if outcome.verdict is None:
        return (*cost, "–", "–", "–", outcome.failure, "–", "–")
    verdict = outcome.verdict
    claimed = None if not outcome.bound else verdict.objective / outcome.bound - 1
    ended = "proven" if outcome.proven else "limit" if outcome.bound is not None else "placed"
    return (
        *cost,
        f"{verdict.objective / _SQUARE:,.3f}",
        _percent(contest.gap(outcome)),
        _percent(claimed),
        f"{ended}; {outcome.note}" if outcome.note else ended,
        " ".join(f"{spread:.2f}" for spread in verdict.spread),
        f"{verdict.total / _SQUARE:,.3f}",
    )


def _commands(commands: Sequence[Timed]) -> Table:
    columns = (
        "tengbol …", "runs", "seconds (median)", "slowest", "CPU s", "peak MB", "aim",
        "status", "status_total", "Σe², writs²", "stages",
    )  # fmt: skip
    return Table("The command, start to exit", columns, tuple(_command_row(timed) for timed in commands))


def _command_row(timed: Timed) -> tuple[str, ...]:
    seconds, peak = timed.aim
    aim = ", ".join([f"{seconds:g} s" if seconds else "", f"{_mega(peak)} MB" if peak else ""]).strip(", ")
    verdict = {True: " met", False: " missed", None: "–"}[timed.met]
    manifest = timed.manifest or {}
    stages = manifest.get("timings", {})
    return (
        timed.name,
        str(timed.runs),
        f"{timed.seconds:.3f}",
        f"{timed.slowest:.3f}",
        f"{timed.cpu_seconds:.2f}",
        _mega(timed.peak),
        aim + verdict,
        timed.failure or str(manifest.get("status", "–")),
        str(manifest.get("status_total", "–")),
        f"{manifest['objective']:,.3f}" if manifest else "–",
        ", ".join(f"{name} {seconds:.2f}" for name, seconds in stages.items() if name != "total") or "–",
    )


def _method(limits: Limits) -> str:
    return "\n".join(
        [
            "- One run, one machine, one instance at a time; compare ratios, not seconds with another machine's.",
            "- Each peer gets the same arrays in a fresh process. Its seconds begin after imports and end with its "
            "placement; CPU seconds and peak memory include child processes. Resident memory is summed over the "
            "process tree, so shared pages count more than once.",
            f"- Peers search at most {limits.seconds:g} s, with {limits.workers} workers where they can, seed "
            f"{limits.seed}; building is not searching, but after {PATIENCE:g} times the limit and a start, or above "
            f"{limits.memory / _MEGABYTE:,.0f} MB, a peer is stopped. tengbol works under its own limit on steps.",
            "- Σe², Σ(Σe)² and spread (largest less smallest excess over all enforcers, by category) are recomputed "
            "from the placement. Gap to bound: Σe² above tengbol's lower bound; own gap: above the peer's own.",
            "- tengbol's time holds both objectives and both proofs; every peer searches for the first alone.",
            "- Instances are invented: 10 % of writs in bundles of 2 to 12 over one to four categories, opening "
            "excess with a standard deviation of 2 writs; in a region one district in four has attached enforcers.",
        ]
    )  # fmt: skip


def _markdown(table: Table) -> str:
    lines = [
        f"### {table.title}",
        "",
        "| " + " | ".join(table.columns) + " |",
        "|---|" + "---:|" * (len(table.columns) - 1),
        *("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in table.rows),
    ]
    return "\n".join(lines)


def _listing(facts: dict[str, str]) -> str:
    return "\n".join(f"- {name}: {fact}" for name, fact in facts.items())


def _percent(share: float | None) -> str:
    if share is None:
        return "–"
    if share == 0:
        return "0"
    return f"{share:,.0%}" if share >= 10 else f"{share:.2%}" if share >= 1e-4 else f"{share:.1e}"


def _mega(size: int) -> str:
    return f"{size / _MEGABYTE:,.0f}"
