"""The days to come, distributed one after another: every variant on the very same days, replication by replication.

Closing balances become opening ones, what nobody could be given waits, proceedings close when their time is over, and
whoever departs has his returned on his day (¶3). The lot of a day is the same for every variant.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.batch import distribute
from tengbol.model.codes import CATEGORIES
from tengbol.model.law import calendar
from tengbol.model.tables import TABLES
from tengbol.parallel import each
from tengbol.report.measures import WRIT, excess
from tengbol.scenarios.draws import stream
from tengbol.scenarios.whatif.arrivals import arriving, draw, layers, number_of
from tengbol.scenarios.whatif.departure import lot_seed
from tengbol.scenarios.whatif.history import History, history
from tengbol.scenarios.whatif.plan import Plan, plan
from tengbol.scenarios.whatif.redistribution import returned

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from tengbol.batch import Result
    from tengbol.config import Config
    from tengbol.model.chamber import Chamber
    from tengbol.scenarios.whatif.events import Event

#: Codes of writs that may be distributed on a later day, when people or rules are other.
_WAITS: Final = ("no_eligible_enforcer", "waits_for_holder", "received_later", "mci_unknown", "state_over_1000_mci")
#: Of these, such as are for nobody here unless the rules change: they do not wait for anybody.
_NOT_OURS: Final = ("mci_unknown", "state_over_1000_mci")
#: Closed proceedings are taken out every so many batches; until then they are only passed over.
_TIDY: Final = 20


@dataclass(frozen=True)
class Simulated:
    """What came of every variant and replication.

    days: `variant`, `replication`, `day`, `arrived`, `moved`, `placed`, `waiting` (before the chamber at the day's end,
    whether it had a batch or not, for want of a batch or of anybody eligible), `late` (found late that day:
    distributed, or waiting, after they should have been). evenness: `variant`,
    `replication`, `day`, `category`, `excess_std`, `excess_farthest` (writs), over all who are licensed. people:
    `variant`, `replication`, `enforcer_id`, `received`, `open_last`. unproven: batches whose first objective is not
    proven.
    """

    days: pl.DataFrame
    evenness: pl.DataFrame
    people: pl.DataFrame
    unproven: int
    batches: int


@dataclass(frozen=True)
class _Shared:
    chamber: Chamber
    as_of: dt.datetime
    days: tuple[dt.date, ...]
    seed: str
    config: Config
    past: History
    plans: Mapping[str, Plan]


def simulate(
    chamber: Chamber,
    variants: Mapping[str, Sequence[Event]],
    *,
    as_of: dt.datetime,
    days: Sequence[dt.date],
    config: Config,
    seed: str = "0",
    replications: int = 10,
    past_days: int = 365,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Simulated:
    """Distribute `days` (the first is that of the base, with what is pending) in every variant of `variants`."""
    shared = _Shared(
        chamber=chamber,
        as_of=as_of,
        days=tuple(days),
        seed=seed,
        config=config,
        past=history(chamber, as_of, past_days, config.calendar),
        plans={name: plan(chamber, events, as_of=as_of) for name, events in variants.items()},
    )
    tasks = [(name, number) for number in range(replications) for name in variants]
    found = list(each(_run, shared, tasks, processes=processes, progress=progress))
    return Simulated(
        days=pl.concat([one.days for one in found]),
        evenness=pl.concat([one.evenness for one in found]),
        people=pl.concat([one.people for one in found]),
        unproven=sum(one.unproven for one in found),
        batches=sum(one.batches for one in found),
    )


def _run(shared: _Shared, task: tuple[str, int]) -> Simulated:
    name, number = task
    run = _Run(shared, shared.plans[name], number)
    for day in shared.days:
        run.day(day)
    return run.result(name)


class _Run:
    """One replication of one variant, day by day."""

    def __init__(self, shared: _Shared, whole: Plan, number: int) -> None:
        self.shared, self.plan, self.number = shared, whole, number
        self.pending = shared.chamber.writs
        self.balances = shared.chamber.balances
        self.open = _with_closing(shared, number)
        ahead = [day for day in shared.days if day > shared.as_of.date()]
        drawn = [
            draw(shared.past, ahead, seed=shared.seed, replication=number, layer=layer)
            for layer in range(layers(whole.volumes))
        ]
        coming = arriving(drawn, whole.volumes, whole.splits)
        self.closing = pl.concat(
            [coming.select("writ_id", "closes_on"), self.open.select("writ_id", "closes_on")]
        ).unique("writ_id", keep="first", maintain_order=True)
        self.coming = coming.partition_by("on", as_dict=True, maintain_order=True)
        received = (
            pl.concat([pl.Series(shared.days, dtype=pl.Date), self.pending["received_at"].dt.date()]).unique().sort()
        )
        self.due = dict(zip(received, calendar.due(received, shared.config.calendar), strict=True))
        self.late: set[str] = set()
        self.not_ours = pl.Series(dtype=pl.String)
        self.reached: dt.date | None = None
        self.since = 0
        self.received: list[pl.DataFrame] = []
        self.rows: list[dict] = []
        self.even: list[pl.DataFrame] = []
        self.unproven = 0
        self.batches = 0

    def day(self, day: dt.date) -> None:
        """What a day brings, and its batch where the period says so."""
        arrived = self.coming.get((day,))
        if arrived is not None:
            self.pending = pl.concat([self.pending, arrived.select(self.pending.columns)])
        moved = self._departures(day)
        self.since += 1
        rules = self.plan.law(day, self.shared.config)
        row = {"day": day, "arrived": 0 if arrived is None else len(arrived), "moved": moved, "placed": 0}
        if self.since < rules.period and self.batches:
            self.rows.append({**row, **self._waiting(day, set())})
            return
        self.since = 0
        moment = type(self.shared.as_of).combine(day, self.shared.as_of.time())
        chamber = replace(self.plan.on(day), writs=self.pending, ledger=self._followed(day), balances=self.balances)
        result = distribute(
            chamber,
            as_of=moment,
            seed=lot_seed(self.shared.seed, self.number, day),
            config=rules.config,
            law=rules.law,
        )
        self._keep(day, moment, row, result)

    def _departures(self, day: dt.date) -> int:
        """¶3(3): what returns since the day before."""
        leaving = self.plan.departures.filter(
            pl.col("on") <= day, pl.lit(True) if self.reached is None else pl.col("on") > self.reached
        )
        self.reached = day
        if leaving.is_empty():
            return 0
        ledger = self.open.filter(pl.col("closes_on") > day)
        back = returned(
            replace(self.shared.chamber, writs=self.pending, ledger=ledger.select(TABLES["ledger"].columns)),
            leaving.with_columns(on=pl.lit(day)),
        )
        self.pending = back.chamber.writs
        self.open = ledger.join(back.proceedings, on="writ_id", how="anti", maintain_order="left")
        return int((~back.proceedings["pending"]).sum())

    def _followed(self, day: dt.date) -> pl.DataFrame:
        """Of the open proceedings those against debtors of today's writs: no other binds anything."""
        return (
            self.open.join(self.pending, on="debtor_id", how="semi", maintain_order="left")
            .filter(pl.col("closes_on") > day)
            .select(TABLES["ledger"].columns)
        )

    def _keep(self, day: dt.date, moment: dt.datetime, row: dict, result: Result) -> None:
        self.batches += 1
        self.unproven += not result.proof.first
        self.balances = result.balances
        waiting = result.unassigned.filter(pl.col("code").is_in(_WAITS))
        given = result.assignments
        new = (
            self.pending.select("writ_id", "case_id", "debtor_id", district_id="debtor_district_id")
            .join(given.select("writ_id", "category", "enforcer_id"), on="writ_id")
            .join(self.closing, on="writ_id", how="left")
            .with_columns(
                assigned_at=pl.lit(moment, dtype=pl.Datetime("us")),
                closed_at=pl.lit(None, dtype=pl.Datetime("us")),
                closes_on=pl.col("closes_on").fill_null(type(day).max),
            )
            .select(self.open.columns)
        )
        self.open = pl.concat([self.open, new], rechunk=False)
        if self.batches % _TIDY == 0:
            self.open = self.open.filter(pl.col("closes_on") > day).rechunk()
        self.received.append(given.group_by("enforcer_id").agg(received=pl.len().cast(pl.Int64)))
        self.pending = self.pending.join(waiting, on="writ_id", how="semi", maintain_order="left")
        self.not_ours = waiting.filter(pl.col("code").is_in(_NOT_OURS))["writ_id"]
        late = set(given.filter(pl.col("distribute_by") < day)["writ_id"])
        self.rows.append({**row, "placed": len(given), **self._waiting(day, late)})
        self.even.append(_evenness(result.standing).with_columns(day=pl.lit(day)))

    def _waiting(self, day: dt.date, late: set[str]) -> dict[str, int]:
        """How many wait at the day's end, and how many are found late that day; each is found late once.

        A waiting writ is late once the last of its three working days is over.
        """
        pending = self.pending.filter(~pl.col("writ_id").is_in(self.not_ours.implode()))
        waited = zip(pending["writ_id"], pending["received_at"].dt.date(), strict=True)
        late = (late | {writ for writ, received in waited if self.due[received] < day}) - self.late
        self.late |= late
        return {"waiting": pending.height, "late": len(late)}

    def result(self, name: str) -> Simulated:
        """What came of it."""
        mine = [pl.lit(name).alias("variant"), pl.lit(self.number).cast(pl.Int64).alias("replication")]
        held = (
            self.open.filter(pl.col("closes_on") > self.shared.days[-1])
            .group_by("enforcer_id")
            .agg(open_last=pl.len().cast(pl.Int64))
        )
        got = pl.concat(self.received).group_by("enforcer_id").agg(pl.col("received").sum())
        people = (
            self.plan.people.enforcers.select("enforcer_id")
            .join(got, on="enforcer_id", how="left")
            .join(held, on="enforcer_id", how="left")
            .with_columns(pl.col("received", "open_last").fill_null(0))
            .sort("enforcer_id")
        )
        days = pl.DataFrame(self.rows)
        even = pl.concat(self.even).select("day", "category", "excess_std", "excess_farthest")
        return Simulated(
            days.select(*mine, *days.columns),
            even.select(*mine, *even.columns),
            people.select(*mine, *people.columns),
            self.unproven,
            self.batches,
        )


def _with_closing(shared: _Shared, number: int) -> pl.DataFrame:
    """The open proceedings of the base, each with the day it will close: the same in every variant."""
    rng = stream(number_of(shared.seed), f"what if closings {number}")
    open_ = shared.chamber.ledger.filter(pl.col("closed_at").is_null()).sort("writ_id")
    kind = open_["category"].cast(pl.Enum(CATEGORIES)).to_physical().to_numpy()
    days = np.minimum(rng.exponential(shared.past.open_days[kind]), 36_500).astype(np.int64) + 1
    return open_.with_columns(_days=pl.Series(days, dtype=pl.Int64)).select(
        *open_.columns, closes_on=pl.lit(shared.as_of.date()) + pl.duration(days="_days")
    )


def _evenness(standing: pl.DataFrame) -> pl.DataFrame:
    """`category`, `excess_std`, `excess_farthest`: population deviation of excess, and the farthest from the share."""
    beyond = excess(pl.col("received_after"), pl.col("share_after")) / WRIT
    return standing.group_by("category", maintain_order=True).agg(
        excess_std=beyond.std(ddof=0), excess_farthest=beyond.abs().max()
    )
