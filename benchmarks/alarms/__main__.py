"""`python -m benchmarks.alarms`: how often alarms fire in fair months and with an abuse; writes `docs/alarms.md`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from rich.console import Console

from benchmarks.alarms.abuse import ABUSES, UNSEEN
from benchmarks.alarms.measure import fair_months, planted, told_of
from benchmarks.alarms.month import CHAMBERS, LARGE
from benchmarks.alarms.page import page

_PAGE: Final = Path(__file__).parents[2] / "docs" / "alarms.md"


def main(arguments: list[str]) -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.alarms", description=__doc__)
    parser.add_argument("--months", type=int, default=1000, help="fair months, default 1000")
    parser.add_argument("--large", type=int, default=100, help="fair months of a large region, default 100")
    parser.add_argument("--planted", type=int, default=100, help="months with each abuse, default 100")
    parser.add_argument(
        "--chambers", type=int, default=len(UNSEEN), help=f"of the {len(UNSEEN)} months of each abuse and chamber"
    )
    parser.add_argument("--first", type=int, default=1, help="seed of the first month; the others follow, default 1")
    parser.add_argument("--processes", type=int, default=2, help="changes the time and nothing else, default 2")
    parser.add_argument("--out", type=Path, default=_PAGE, help="the page to write")
    options = parser.parse_args(arguments)
    progress = Console(stderr=True)
    progress.print(f"{options.months} fair months", style="dim")
    fair = fair_months(range(options.first, options.first + options.months), options.processes)
    progress.print(f"{options.large} of a large region", style="dim")
    large = fair_months(range(options.first, options.first + options.large), options.processes, LARGE)
    abuses = {}
    for abuse in ABUSES:
        progress.print(abuse, style="dim")
        abuses[abuse] = planted(abuse, range(options.first, options.first + options.planted), options.processes)
    chambers = {}
    for abuse in ABUSES:
        for enforcers in CHAMBERS:
            progress.print(f"{abuse}, {enforcers} enforcers", style="dim")
            chambers[abuse, enforcers] = told_of(abuse, enforcers, UNSEEN[: options.chambers], options.processes)
    text = page(fair, large, abuses, chambers, first=options.first)
    options.out.write_text(text, encoding="utf-8", newline="\n")
    Console().print(text, markup=False, highlight=False)


if __name__ == "__main__":
    main(sys.argv[1:])
