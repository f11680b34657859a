"""`python -m benchmarks.whatif [departure] [each] [year]`: seconds for a region of 100, beside what was aimed at.

Wall seconds depend on who else uses the machine; processor seconds in user mode, of all processes, hardly do.
"""

from __future__ import annotations

import datetime as dt
import resource
import sys
import time
from typing import TYPE_CHECKING

import polars as pl

from tengbol.config import Config
from tengbol.scenarios.region import AS_OF, region
from tengbol.scenarios.whatif import Attach, Leave, Rule, Volume, departure, everyone_in_turn, simulate
from tengbol.scenarios.whatif.contradictions import simulated_days

if TYPE_CHECKING:
    from collections.abc import Callable

    from tengbol.model.chamber import Chamber

_DAYS = 247
_PROCESSES = 2


def _departure(chamber: Chamber, who: str) -> str:
    leave = Leave(kind="leave", enforcer_id=who, reason="licence_suspended", on=AS_OF.date())
    answer = departure(chamber, [leave], as_of=AS_OF)
    return f"{answer.moved['open'].sum()} open proceedings, {answer.lots} lots; aim: 5 s"


def _each(chamber: Chamber, _: str) -> str:
    found = everyone_in_turn(chamber, as_of=AS_OF, processes=_PROCESSES)
    return f"{len(found.singles)} alone and {len(found.pairs)} pairs; aim: 60 s"


def _year(chamber: Chamber, who: str) -> str:
    soon = AS_OF.date() + dt.timedelta(days=7)
    leave = Leave(kind="leave", enforcer_id=who, reason="licence_suspended", on=soon)
    other = chamber.enforcers.filter(pl.col("enforcer_id") != who)["enforcer_id"][0]
    thin = chamber.attachments["district_id"][0]
    found = simulate(
        chamber,
        {
            "base": [],
            "suspended": [leave],
            "suspended, one attached": [leave, Attach(kind="attach", enforcer_id=other, district_id=thin, on=soon)],
            "more writs, weekly batches": [
                Volume(kind="volume", factor=1.2, on=soon),
                Rule(kind="rule", period=5, on=soon),
            ],
        },
        as_of=AS_OF,
        days=simulated_days(AS_OF.date(), _DAYS, Config()),
        config=Config(),
        processes=_PROCESSES,
        progress=lambda done, of: print(f"\r{done}/{of}", end="", file=sys.stderr),
    )
    return f"base and three variants, {_DAYS} days, 10 replications, {found.batches} batches; aim: 600 s"


def _used() -> float:
    return sum(resource.getrusage(who).ru_utime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def main(asked: list[str]) -> None:
    """Measure what is asked for, everything by default."""
    chamber = region()
    open_ = chamber.ledger.filter(pl.col("closed_at").is_null())
    who = open_.group_by("enforcer_id").len().sort("len", "enforcer_id")["enforcer_id"][-1]
    tasks: dict[str, Callable[[Chamber, str], str]] = {"departure": _departure, "each": _each, "year": _year}
    for name in asked or tasks:
        start, used = time.perf_counter(), _used()
        said = tasks[name](chamber, who)
        print(f"{name}: {time.perf_counter() - start:.1f} s, {_used() - used:.1f} s of processor; {said}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
