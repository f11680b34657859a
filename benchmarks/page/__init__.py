"""The page `docs/benchmarks.md` and its charts, drawn from the findings alone: not a figure is typed in by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.page.commands import commands
from benchmarks.page.contests import contests
from benchmarks.page.findings import aims, falling_short
from benchmarks.page.method import machine, method, peers
from benchmarks.page.thin import thin

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from benchmarks.findings import Findings
    from benchmarks.page.section import Section

_FIELD: Final = (
    "The field's own instances and heuristics have a page of their own, on which every instance where a peer is ahead "
    "stands first: `benchmarks/heart.md`, written by `python -m benchmarks.heart`."
)


def sections(findings: Findings) -> list[Section]:
    """The page's sections in their order."""
    return [
        aims(findings),
        falling_short(findings),
        machine(findings),
        method(findings),
        peers(),
        commands(findings),
        *([thin(findings.thin)] if findings.thin else []),
        *([findings.cluster] if findings.cluster else []),
        *([findings.year] if findings.year else []),
        *(contests(family, held) for family, held in findings.contests.items()),
    ]


def write(findings: Findings, page: Path) -> None:
    """Write the page, and its charts into the folder beside it that bears its name."""
    parts = sections(findings)
    charts = page.with_suffix("")
    charts.mkdir(parents=True, exist_ok=True)
    for old in charts.glob("*.svg"):
        old.unlink()
    for section in parts:
        for chart in section.charts:
            (charts / f"{chart.name}.svg").write_text(chart.svg, encoding="utf-8")
    by = f"Written by `{f'python -m benchmarks {findings.options}'.strip()}`, never by hand."
    page.write_text("\n\n".join(["# Benchmarks", by, _FIELD, *map(str, parts)]) + "\n", encoding="utf-8")


def show(findings: Findings, console: Console) -> None:
    """The tables on a terminal."""
    from rich.table import Table as Drawn

    for section in sections(findings):
        for table in section.tables:
            drawn = Drawn(title=f"{section.title}{': ' if table.title else ''}{table.title}", title_justify="left")
            for i, column in enumerate(table.columns):
                drawn.add_column(column, justify="right" if i else "left")
            for row in table.rows:
                drawn.add_row(*row)
            console.print(drawn)
