"""The days to come, distributed one after another: every variant on the very same days, replication by replication.

Closing balances become opening ones, what nobody could be given waits, proceedings close when their time is over, and
whoever departs has his returned on his day (¶3). The lot of a day is the same for every variant.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.model.law import calendar
from tengbol.optimizer.solve import Known
from tengbol.parallel import each
from tengbol.report.measures import WRIT, excess
from tengbol.scenarios.draws import stream
from tengbol.scenarios.whatif.abreast import copies, names, planned, tally
from tengbol.scenarios.whatif.arrivals import arriving, draw, layers, number_of
from tengbol.scenarios.whatif.course import begin, lot_seed, pass_day
from tengbol.scenarios.whatif.history import History, history
from tengbol.scenarios.whatif.plan import Plan, plan

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from tengbol.config import Config
    from tengbol.model.chamber import Chamber
    from tengbol.outcome import Outcome
    from tengbol.scenarios.whatif.course import Day
    from tengbol.scenarios.whatif.events import Event

#: Codes of writs that wait for a day or a person; with any other a writ stays, unless a rule changes.
_WAITS: Final = ("no_eligible_enforcer", "waits_for_holder", "received_later")
#: So many replications at most go abreast.
_ABREAST: Final = 10
#: Closed proceedings are taken out every so many batches; until then they are only passed over.
_TIDY: Final = 20


@dataclass(frozen=True)
class Simulated:
    """What came of every variant and replication.

    days: `variant`, `replication`, `day`, `arrived`, `moved`, `placed`, `executed`, and at the day's end `open`,
    `waiting` (before the chamber for want of a batch or of anybody eligible), `stays` (before the chamber, distributed
    to nobody for another reason), `late` (found late that day: distributed, or waiting, after they should have been).
    What was waiting or staying, arrived or moved, is placed, waits or stays. evenness: `variant`, `replication`, `day`,
    `category`, `excess_std`, `excess_farthest` (writs), over all who are licensed. people: `variant`, `replication`,
    `enforcer_id`, `received`, `open_last`. moved: `variant`, `replication`, `day`, `enforcer_id`, `category`, `writs`:
    what returned. unproven: batches whose first objective is not proven.
    """

    days: pl.DataFrame
    evenness: pl.DataFrame
    people: pl.DataFrame
    moved: pl.DataFrame
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
    most = min(_ABREAST, -(-replications // processes))
    tasks = [range(first, min(first + most, replications)) for first in range(0, replications, most)]
    found = [one for block in each(_run, shared, tasks, processes=processes, progress=progress) for one in block]
    return Simulated(
        days=pl.concat([one.days for one in found]),
        evenness=pl.concat([one.evenness for one in found]),
        people=pl.concat([one.people for one in found]),
        moved=pl.concat([one.moved for one in found]),
        unproven=sum(one.unproven for one in found),
        batches=sum(one.batches for one in found),
    )


def _run(shared: _Shared, numbers: Sequence[int]) -> list[Simulated]:
    """Some replications of every variant, day by day, replication after replication."""
    runs = {name: _Run(shared, whole, numbers) for name, whole in shared.plans.items()}
    for day in shared.days:
        # On a day all variants have one lot, and of most parts of the chamber the same is asked in several.
        known = {number: Known() for number in numbers}
        for run in runs.values():
            run.day(day, known)
    found = [run.results(name) for name, run in runs.items()]
    return [one for of_number in zip(*found, strict=True) for one in of_number]


class _Run:
    """Some replications of one variant, abreast, day by day."""

    def __init__(self, shared: _Shared, whole: Plan, numbers: Sequence[int]) -> None:
        self.shared, self.numbers = shared, numbers
        self.names = names(numbers, max(numbers))
        self.plan = planned(whole, self.names)
        chamber = shared.chamber
        base = {table: copies(getattr(chamber, table), self.names) for table in ("writs", "balances")}
        opened = copies(_open(chamber), self.names)
        closes_on = pl.concat([_closing(shared, number) for number in numbers])
        self.state = begin(replace(chamber, ledger=opened, **base), closes_on)
        coming = pl.concat(
            [copies(_coming(shared, whole, number), [name]) for number, name in zip(numbers, self.names, strict=True)]
        )
        self.closing = pl.concat(
            [coming.select("writ_id", "closes_on"), self.state.ledger.select("writ_id", "closes_on")]
        ).unique("writ_id", keep="first", maintain_order=True)
        self.coming = coming.partition_by("on", as_dict=True, maintain_order=True)
        came = [
            pl.Series(shared.days, dtype=pl.Date), self.state.pending["received_at"].dt.date(), whole.departures["on"]
        ]  # fmt: skip
        received = pl.concat(came).unique().sort()
        self.due = dict(zip(received, calendar.due(received, shared.config.calendar), strict=True))
        self.late: set[str] = set()
        self.stays = pl.DataFrame(schema={"writ_id": pl.String, "code": pl.String})
        self.received: list[pl.DataFrame] = []
        self.moved: list[pl.DataFrame] = []
        self.rows: list[list[dict]] = []
        self.even: list[pl.DataFrame] = []
        self.unproven, self.batches = dict.fromkeys(self.names, 0), dict.fromkeys(self.names, 0)

    def day(self, day: dt.date, known: Mapping[int, Known]) -> None:
        """What a day brings, and its batch where the period says so. known: of each replication, as of `solve`."""
        by_name = dict(zip(self.names, self.numbers, strict=True))
        self.state, passed = pass_day(
            self.state,
            self.plan,
            day,
            as_of=self.shared.as_of,
            seed={name: lot_seed(self.shared.seed, number, day) for name, number in by_name.items()},
            config=self.shared.config,
            arrived=self.coming.get((day,)),
            closing=self.closing,
            known={name: known[number] for name, number in by_name.items()},
        )
        late: set[str] = set()
        placed = dict.fromkeys(self.names, 0)
        if passed.result is not None:
            late = self._batch(day, passed, passed.result)
            placed = tally(passed.result.assignments["writ_id"], self.names)
        elif self.state.since == 0:
            # Nothing has changed since the last batch, so this one would tell the same.
            self.even.append(self.even[-1].with_columns(day=pl.lit(day)))
        moved = passed.back.filter(~pl.col("pending"))
        if len(passed.back):
            self.moved.append(moved.select("enforcer_id", "category", day=pl.lit(day)))
        told = {
            "arrived": passed.arrived,
            "moved": tally(moved["writ_id"], self.names),
            "placed": placed,
            "executed": passed.closed,
            "open": tally(self.state.ledger.filter(pl.col("closed_at").is_null())["writ_id"], self.names),
            **self._waiting(day, late),
        }
        self.rows.append([{"day": day, **{key: of[name] for key, of in told.items()}} for name in self.names])

    def _batch(self, day: dt.date, passed: Day, result: Outcome) -> set[str]:
        """Note what a batch did; which writs it gave too late."""
        for name in passed.asked:
            self.batches[name] += 1
            self.unproven[name] += name in passed.unproven
        given = result.assignments
        self.received.append(given.group_by("enforcer_id").agg(received=pl.len().cast(pl.Int64)))
        if len(self.received) % _TIDY == 0:
            kept = self.state.ledger.filter(pl.col("closed_at").is_null()).rechunk()
            self.state = replace(self.state, ledger=kept)
        self.stays = result.unassigned.filter(~pl.col("code").is_in(_WAITS)).select("writ_id", "code")
        self.even.append(_evenness(result.standing, len(self.names[0])).with_columns(day=pl.lit(day)))
        return set(given.filter(pl.col("distribute_by") < day)["writ_id"])

    def _waiting(self, day: dt.date, late: set[str]) -> dict[str, dict[str, int]]:
        """How many wait at the day's end, and how many are found late that day; each is found late once.

        A waiting writ is late once the last of its three working days is over.
        """
        pending = self.state.pending.join(self.stays, on="writ_id", how="anti")
        waited = zip(pending["writ_id"], pending["received_at"].dt.date(), strict=True)
        late = (late | {writ for writ, received in waited if self.due[received] < day}) - self.late
        self.late |= late
        waiting, every = tally(pending["writ_id"], self.names), tally(self.state.pending["writ_id"], self.names)
        return {
            "waiting": waiting,
            "stays": {name: every[name] - waiting[name] for name in self.names},
            "late": tally(pl.Series(list(late), dtype=pl.String), self.names),
        }

    def results(self, variant: str) -> list[Simulated]:
        """What came of each replication."""
        held = (
            self.state.ledger.filter(pl.col("closed_at").is_null(), pl.col("closes_on") > self.shared.days[-1])
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
        kinds = {"enforcer_id": pl.String, "category": pl.String, "day": pl.Date}
        moved = (
            pl.concat([pl.DataFrame(schema=kinds), *self.moved])
            .group_by("day", "enforcer_id", "category")
            .agg(writs=pl.len().cast(pl.Int64))
            .sort("day", "enforcer_id", pl.col("category").cast(pl.Enum(CATEGORIES)).to_physical())
        )
        even = pl.concat(self.even)
        found = []
        for place, (number, name) in enumerate(zip(self.numbers, self.names, strict=True)):
            mine = [pl.lit(variant).alias("variant"), pl.lit(number).cast(pl.Int64).alias("replication")]
            his = [pl.col("enforcer_id").str.starts_with(name), pl.col("enforcer_id").str.slice(len(name))]
            days = pl.DataFrame([rows[place] for rows in self.rows])
            own = even.filter(name=name).select("day", "category", "excess_std", "excess_farthest")
            found.append(
                Simulated(
                    days.select(*mine, *days.columns),
                    own.select(*mine, *own.columns),
                    people.filter(his[0]).with_columns(his[1]).select(*mine, *people.columns),
                    moved.filter(his[0]).with_columns(his[1]).select(*mine, *moved.columns),
                    self.unproven[name],
                    self.batches[name],
                )
            )
        return found


def _coming(shared: _Shared, whole: Plan, number: int) -> pl.DataFrame:
    """The writs of the days to come of one replication, as of `arriving`."""
    ahead = [day for day in shared.days if day > shared.as_of.date()]
    drawn = [
        draw(shared.past, ahead, seed=shared.seed, replication=number, layer=layer)
        for layer in range(layers(whole.volumes))
    ]
    return arriving(drawn, whole.volumes, whole.splits)


def _open(chamber: Chamber) -> pl.DataFrame:
    return chamber.ledger.filter(pl.col("closed_at").is_null()).sort("writ_id")


def _closing(shared: _Shared, number: int) -> pl.Series:
    """The day on which each open proceeding of the base will be executed: the same in every variant."""
    rng = stream(number_of(shared.seed), f"what if closings {number}")
    kind = _open(shared.chamber)["category"].cast(pl.Enum(CATEGORIES)).to_physical().to_numpy()
    days = np.minimum(rng.exponential(shared.past.open_days[kind]), 36_500).astype(np.int64) + 1
    return pl.Series(np.datetime64(shared.as_of.date()) + days, dtype=pl.Date)


def _evenness(standing: pl.DataFrame, width: int) -> pl.DataFrame:
    """`name`, `category`, `excess_std`, `excess_farthest`: population deviation of excess of each replication, and the
    farthest from the share. width: of the replications' names.
    """
    beyond = excess(pl.col("received_after"), pl.col("share_after")) / WRIT
    return standing.group_by(pl.col("enforcer_id").str.head(width).alias("name"), "category", maintain_order=True).agg(
        excess_std=beyond.std(ddof=0), excess_farthest=beyond.abs().max()
    )
