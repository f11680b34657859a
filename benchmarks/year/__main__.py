"""`python -m benchmarks.year [--charts DIR] [--page FILE]`: run the year alone, print its tables, write its charts or
its part of the benchmark's page.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from dataclasses import fields
from pathlib import Path

import polars as pl
from rich.console import Console

from benchmarks.page.section import Chart
from benchmarks.page.year import year as year_section
from benchmarks.year import FAMILIES, POLICIES, Foretelling, year


def main() -> None:
    """Run what the options ask for."""
    names = [policy.name for policy in POLICIES]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.year", description="Uniformity over a year of batches.")
    parser.add_argument("--policies", nargs="*", choices=names, default=names)
    parser.add_argument("--families", nargs="*", choices=list(FAMILIES), default=list(FAMILIES))
    parser.add_argument("--replays", type=int, default=Foretelling().replays, help="of a day foretold, 0 for none")
    parser.add_argument("--charts", type=Path, help="folder to write them to")
    parser.add_argument("--page", type=Path, help="file to write the tables to, as on the benchmark's page")
    options = parser.parse_args()
    progress = Console(stderr=True)
    found = year(
        {name: FAMILIES[name] for name in options.families},
        [policy for policy in POLICIES if policy.name in options.policies],
        Foretelling(replays=options.replays),
        lambda doing: progress.print(doing, style="dim", highlight=False),
    )
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=200, float_precision=3, tbl_hide_column_data_types=True):
        for name in (field.name for field in fields(found)):
            if name != "returns":
                print(name, getattr(found, name), sep="\n")
    for missed in found.shortfalls():
        print("falls short:", missed)
    if options.page:
        section = year_section(found, Foretelling(replays=options.replays))
        parts = [part for part in section.parts if not isinstance(part, Chart)]
        by = f"Written by `python -m benchmarks.year {shlex.join(sys.argv[1:])}`, never by hand."
        options.page.write_text("\n\n".join(map(str, [f"# {section.title}", by, *parts])) + "\n", encoding="utf-8")
    if options.charts:
        options.charts.mkdir(parents=True, exist_ok=True)
        for name, picture in found.charts().items():
            (options.charts / name).write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
