"""`python -m benchmarks`: the whole benchmark, printed and written to `docs/benchmarks.md` and `docs/benchmarks/`."""

from __future__ import annotations

import argparse
import datetime as dt
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console

from benchmarks import page, plan
from benchmarks.aims import PLAIN
from benchmarks.apart import thin
from benchmarks.cluster import clustered
from benchmarks.commands import commands
from benchmarks.contest import family
from benchmarks.findings import Findings
from benchmarks.instances import case
from benchmarks.machine import machine
from benchmarks.page.cluster import cluster as cluster_section
from benchmarks.page.year import year as year_section
from benchmarks.peers import TENGBOL
from benchmarks.year import Foretelling, year

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.plan import Plan

_PAGE: Final = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def main(arguments: list[str]) -> None:
    """Run what the options ask for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure tengbol against its peers and write docs/benchmarks.md."
    )
    parser.add_argument("--quick", action="store_true", help="small sizes: whether it works, not how fast it is")
    parser.add_argument("--time-limit", type=float, default=10.0, help="seconds for a peer's search, default 10")
    parser.add_argument("--out", type=Path, default=_PAGE, help="the page; tables and charts go beside it")
    options = parser.parse_args(arguments)
    progress = Console(stderr=True)

    def say(doing: str) -> None:
        progress.print(doing, style="dim", highlight=False)

    chosen = plan.quick() if options.quick else plan.full(options.time_limit)
    shown = ["--quick"] if options.quick else [f"--time-limit={options.time_limit:g}"] * (options.time_limit != 10)
    findings = measure(chosen, shlex.join(shown), say)
    page.show(findings, Console(width=None if sys.stdout.isatty() else 240))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    page.write(findings, options.out)


def measure(chosen: Plan, options: str, say: Callable[[str], None]) -> Findings:
    """Everything, one after the other."""
    # The load is read before this run makes its own.
    date, facts, start = dt.date.today().isoformat(), machine(), time.perf_counter()
    timed = commands(chosen, say)
    say(str(chosen.thin))
    districts = thin(case(chosen.thin), (TENGBOL, PLAIN), chosen.thin_limit)
    say(f"cluster: {chosen.cluster}")
    spread = cluster_section(clustered(case(chosen.cluster)))
    contests = {
        name: family(
            cases, chosen.peers(name), chosen.limits, lambda where, who: say(f"{where}: {who}"), kept=plan.KEPT
        )
        for name, cases in chosen.families().items()
    }
    over_time = year(chosen.year, foretelling=Foretelling(), progress=lambda doing: say(f"year, {doing}"))
    section = year_section(over_time, Foretelling())
    seconds = time.perf_counter() - start
    return Findings(date, facts, options, chosen, contests, districts, tuple(timed), section, spread, seconds)


if __name__ == "__main__":
    main(sys.argv[1:])
