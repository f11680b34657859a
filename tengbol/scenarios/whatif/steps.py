"""One way through a variant: each departure distributed on its day, among those who are there then."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from tengbol.batch import Result, distribute
from tengbol.scenarios.whatif.apply import Changed, departed
from tengbol.scenarios.whatif.redistribution import held

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tengbol.config import Config
    from tengbol.model.chamber import Chamber
    from tengbol.scenarios.whatif.plan import Plan


@dataclass(frozen=True)
class Step:
    """A batch on a day on which something returns, or the last one: what it had before it, and what came of it."""

    as_of: dt.datetime
    changed: Changed
    distribution: Result


def days_of(plans: Sequence[Plan], as_of: dt.datetime, last: dt.date) -> list[dt.date]:
    """The days until `last` on which proceedings return in any of the plans, and `last` itself."""
    due = {day for whole in plans for day in whole.departures["on"].to_list() if day <= last}
    return sorted({max(day, as_of.date()) for day in due} | {last})


def steps(
    chamber: Chamber, whole: Plan, days: Sequence[dt.date], *, as_of: dt.datetime, seed: str, config: Config
) -> list[Step]:
    """Go through `days`, each with a batch at the hour of `as_of`, by the lot of `seed`.

    What nobody could be given waits for the next day; what was given is held, and returns with whoever leaves then.
    """
    made: list[Step] = []
    state, reached = chamber, dt.date.min
    for day in days:
        moment = max(as_of, dt.datetime.combine(day, as_of.time()))
        tables = replace(whole.on(day), writs=state.writs, ledger=state.ledger, balances=state.balances)
        leaving = whole.departures.filter(pl.col("on") <= day, pl.col("on") > reached)
        changed = departed(tables, leaving, whole.law(day, config))
        result = distribute(
            changed.chamber, as_of=moment, seed=seed, config=changed.rules.config, law=changed.rules.law
        )
        made.append(Step(moment, changed, result))
        state, reached = _after(changed.chamber, result, moment), day
    return made


def _after(chamber: Chamber, result: Result, moment: dt.datetime) -> Chamber:
    """The chamber as a batch leaves it."""
    return replace(
        chamber,
        writs=chamber.writs.join(result.unassigned, on="writ_id", how="semi", maintain_order="left"),
        ledger=pl.concat([chamber.ledger, held(chamber.writs, result.assignments, moment)]),
        balances=result.balances,
    )
