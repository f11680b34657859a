"""Alarms: what in a month deserves a person's look, each with how often it fires in fair months (`docs/alarms.md`).

An alarm accuses nobody. It says that chance alone does as much only so often, and shows where to look first.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.report.alarms.absences import absences
from tengbol.report.alarms.affinity import affinity
from tengbol.report.alarms.alarm import RATE, TRIES, Alarm, Inputs, unjudged
from tengbol.report.alarms.bound_peers import bound_peers
from tengbol.report.alarms.manual import manual
from tengbol.report.alarms.small_pool import small_pool
from tengbol.report.alarms.splitting import splitting

if TYPE_CHECKING:
    from collections.abc import Callable

    from tengbol.report.record import Record

__all__ = ["ALARMS", "RATE", "Alarm", "Inputs", "question", "raise_alarms", "table", "title"]

#: All alarms, in the order in which they are told.
ALARMS: Final[tuple[Callable[..., Alarm], ...]] = (small_pool, absences, splitting, affinity, bound_peers, manual)


def raise_alarms(
    record: Record, inputs: Inputs, *, rate: float = RATE, tries: int = TRIES, seed: int = 0
) -> list[Alarm]:
    """Look at a month (or any period) with every alarm; each fires at most so often in fair ones as `rate` says.

    An alarm that needs a table which was not given says so instead. tries: how often chance is let loose; at least
    1 / rate − 1, or nothing can fire. seed: of that chance.
    """
    return [_raised(alarm, record, inputs, rate=rate, tries=tries, seed=seed) for alarm in ALARMS]


def _raised(alarm: Callable[..., Alarm], record: Record, inputs: Inputs, *, rate: float, **chance: int) -> Alarm:
    of = sys.modules[alarm.__module__]
    missing = inputs.lack(of.NEEDS)
    if missing:
        return Alarm(of.NAME, of.ASKED, unjudged(missing), None, rate, pl.DataFrame(), missing)
    return alarm(record, inputs, rate=rate, **chance)


def title(name: str) -> str:
    """The short name under which people see an alarm."""
    return sys.modules[f"{__name__}.{name}"].TITLE


def question(name: str) -> str:
    """What an alarm asks."""
    return sys.modules[f"{__name__}.{name}"].ASKED


def table(alarms: list[Alarm]) -> pl.DataFrame:
    """One row for each alarm: its state, how often chance does as much, its rate, what it asked and saw.

    `least_p`: the least that `p_value` could be. `looks`: at how many places it looks.
    """
    rows = [
        (alarm.name, alarm.state, alarm.fired, alarm.p, alarm.least, alarm.looks, alarm.rate, alarm.asked, alarm.reason)
        for alarm in alarms
    ]
    schema = {
        "alarm": pl.String,
        "state": pl.String,
        "fired": pl.Boolean,
        "p_value": pl.Float64,
        "least_p": pl.Float64,
        "looks": pl.Int64,
        "rate": pl.Float64,
        "asked": pl.String,
        "reason": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
