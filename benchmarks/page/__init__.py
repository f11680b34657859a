"""The page `docs/benchmarks.md`, the page of tables behind it and their charts, drawn from the findings alone: not a
figure is typed in by hand. The first page says what was lost, then every aim; the tables hold everything else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from benchmarks.page.commands import commands
from benchmarks.page.contests import contests
from benchmarks.page.findings import aims, falling_short
from benchmarks.page.method import machine, method, peers
from benchmarks.page.thin import thin

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console

    from benchmarks.findings import Findings
    from benchmarks.page.section import Section

#: Beside the page: the tables, and the pages of two other benchmarks.
_TABLES: Final = "tables.md"
_OTHERS: Final = (
    ("heart.md", "published instances and heuristics, beginning with the instances on which another method is ahead"),
    ("year.md", "a policy that keeps room for long bundles, over a year"),
)
#: Charts of the first page; all of them are on the page of tables.
_SHOWN: Final = ("national-floor", "heavy-seconds", "heavy-evenness", "year-long-bundles-excess")


def sections(findings: Findings) -> list[Section]:
    """All sections in their order; the first two are the first page."""
    return [
        falling_short(findings),
        aims(findings),
        machine(findings),
        method(findings),
        peers(),
        commands(findings),
        *([thin(findings.thin)] if findings.thin else []),
        *([findings.cluster] if findings.cluster else []),
        *([findings.year] if findings.year else []),
        *(contests(family, held) for family, held in findings.contests.items()),
    ]


def pages(parts: Sequence[Section], by: str, folder: str) -> tuple[str, str]:
    """The first page and the page of tables as Markdown, of all sections. by: the command that wrote them; folder: the
    name of the first page's folder, which holds the tables and charts.
    """
    first, behind = parts[:2], parts[2:]
    charts = [chart.linked(f"{folder}/") for part in behind for chart in part.charts if chart.name in _SHOWN]
    tables = " · ".join(f"[{part.title}]({folder}/{_TABLES}#{_anchor(part.title)})" for part in behind)
    others = "\n".join(f"- [{name}]({folder}/{name}): {about}." for name, about in _OTHERS)
    written = f"Written by `{by}`, never by hand."
    front = ["# Benchmarks", written, *map(str, first), *(["## Charts", *charts] if charts else [])]
    front += ["## Tables and methods", tables, f"Other benchmarks:\n\n{others}"]
    page = ["# Tables of the benchmark", f"{written} The aims and what was lost: [{folder}.md](../{folder}.md)."]
    return "\n\n".join(front) + "\n", "\n\n".join([*page, *map(str, behind)]) + "\n"


def _anchor(title: str) -> str:
    """The anchor of a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def write(findings: Findings, page: Path) -> None:
    """Write the page, and into the folder beside it that bears its name the tables and charts."""
    parts = sections(findings)
    folder = page.with_suffix("")
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.svg"):
        old.unlink()
    for section in parts:
        for chart in section.charts:
            (folder / f"{chart.name}.svg").write_text(chart.svg, encoding="utf-8")
    front, tables = pages(parts, f"python -m benchmarks {findings.options}".strip(), folder.name)
    page.write_text(front, encoding="utf-8")
    (folder / _TABLES).write_text(tables, encoding="utf-8")


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
