"""The answer to "he leaves" (¶3): what returns, who is likely to get it, how even that is, and what nobody can get.

Who gets which writ is for the lot to decide, so nobody is named: everything is averaged over a stated number of its
seeds. What does not depend on the lot (what returns, what cannot be placed, who is left alone) is exact.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.config import Config
from tengbol.model.codes import CATEGORIES
from tengbol.model.law import calendar
from tengbol.report.measures import uniformity
from tengbol.scenarios.whatif.coming import later
from tengbol.scenarios.whatif.pace import due, eligible, intake
from tengbol.scenarios.whatif.plan import plan
from tengbol.scenarios.whatif.steps import Step, days_of, steps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tengbol.batch import Result
    from tengbol.model.chamber import Chamber
    from tengbol.scenarios.whatif.apply import Changed
    from tengbol.scenarios.whatif.events import Event

_WHOSE: Final = ("on", "enforcer_id", "category")


@dataclass(frozen=True)
class Departure:
    """What a variant makes return, beside the base: each departure on its day, with what earlier ones left.

    What the base makes return by itself is not the variant's. moved: `on`, `enforcer_id` (who departs), `category`,
    `open`, `pending` (before the chamber already), `placed`, `unplaced` by the last day, means over the lots, which
    differ only where somebody holds what an earlier day gave him; open = pending + placed + unplaced. taken:
    `enforcer_id`, `name`, `category`, of what moved: `mean`, `least`, `most` over the lots, and `margin`, to either
    side of the mean, within which 95 of 100 such means lie (Student's t; null of one lot). load: `enforcer_id`, `name`,
    `open_before`, `added`, `share_added`, `a_day_before`, `a_day_after` (writs due of a working day), `intake_days`
    (working days' intake that `added` is). uniformity: `moment` (before, base, after) and the measures. unplaced:
    `writ_id`, `district_id`, `category`, `moved`, `distribute_by`. pools: `district_id`, `name`, `eligible_before`,
    `eligible_after`, `left_alone`, `a_day`, of districts whose pool changes. later: `enforcer_id`, `name`, `on`,
    `open`: whose proceedings return later, if nothing brings him back. changed, distribution: last batch, first lot.
    """

    as_of: dt.datetime
    lots: int
    moved: pl.DataFrame
    taken: pl.DataFrame
    load: pl.DataFrame
    uniformity: pl.DataFrame
    unplaced: pl.DataFrame
    pools: pl.DataFrame
    later: pl.DataFrame
    changed: Changed
    distribution: Result


def lot_seed(seed: str, *what: object) -> str:
    """The seed of a lot that is only tried: hexadecimal, the same for every variant."""
    return hashlib.sha256(" ".join(map(str, ("tengbol whatif", seed, *what))).encode()).hexdigest()[:32]


def departure(
    chamber: Chamber,
    events: Sequence[Event],
    *,
    as_of: dt.datetime,
    seed: str = "0",
    lots: int = 8,
    history: int = 365,
    config: Config | None = None,
    base: Result | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Departure:
    """Distribute what the events bring back, each on its day, beside the base, until the last of them takes effect.

    base: the base's distribution by the first lot at that moment, where it is known already; nothing of its own returns
    until then.
    """
    config = config or Config()
    moment = moment_of(events, as_of)
    told = progress or (lambda *_: None)
    whole, own = (plan(chamber, some, as_of=as_of) for some in (events, ()))
    days = days_of([whole, own], as_of, moment.date())
    itself = not own.departures.filter(pl.col("on") <= moment.date()).is_empty()
    found, tallies, moves = None, [], []
    for lot in range(lots):
        told(lot, lots)
        seed_of_lot = lot_seed(seed, lot)
        through = steps(chamber, whole, days, as_of=as_of, seed=seed_of_lot, config=config)
        beside: list[Step] = []
        if itself or (found is None and base is None):
            beside = steps(chamber, own, days if itself else days[-1:], as_of=as_of, seed=seed_of_lot, config=config)
            base = base or beside[-1].distribution
        mine = _proceedings(through)
        if itself:
            mine = mine.join(
                _proceedings(beside), on=["writ_id", "enforcer_id", "on"], how="anti", maintain_order="left"
            )
        found = found or (through, mine)
        given = _given(through)
        tallies.append(_tally(given, mine).with_columns(lot=pl.lit(lot)))
        moves.append(_moved(given, mine))
    told(lots, lots)
    if found is None or base is None:
        raise ValueError("at least one lot is drawn")
    last, mine = found[0][-1], found[1]
    pace = intake(chamber.ledger, as_of, history, config.calendar)
    taken = _taken(pl.concat(tallies), lots, last.changed.chamber.enforcers)
    before = eligible(chamber, moment.date(), config.attached_when)
    after = eligible(last.changed.chamber, moment.date(), last.changed.rules.config.attached_when)
    return Departure(
        as_of=moment,
        lots=lots,
        moved=_mean(moves),
        taken=taken,
        load=_load(chamber, before, after, last.changed, pace, taken),
        uniformity=_uniformity(base, last.distribution),
        unplaced=_unplaced(last, mine, base, config),
        pools=_pools(last.changed.chamber.districts, before, after, pace),
        later=later(whole, own, moment.date(), last.changed.chamber),
        changed=last.changed,
        distribution=last.distribution,
    )


def _proceedings(through: Sequence[Step]) -> pl.DataFrame:
    """What returned on any of the days."""
    return pl.concat([step.changed.proceedings for step in through])


def moment_of(events: Sequence[Event], as_of: dt.datetime) -> dt.datetime:
    """When the last of the events has taken effect, at the hour of the base; not before the base itself."""
    last = max((event.on for event in events), default=as_of.date())
    return max(as_of, dt.datetime.combine(last, as_of.time()))


def _tally(given: pl.DataFrame, mine: pl.DataFrame) -> pl.DataFrame:
    """`enforcer_id`, `category`, `writs`: who got how much of what moved."""
    moved = mine.filter(~pl.col("pending")).select("writ_id", "on")
    return (
        given.join(moved, on=["writ_id", "on"], how="semi")
        .group_by("enforcer_id", "category")
        .agg(writs=pl.len().cast(pl.Int64))
    )


def _given(through: Sequence[Step]) -> pl.DataFrame:
    """`writ_id`, `enforcer_id`, `category`, `on`: to whom each went that had returned on a day, then or later."""
    found = []
    for place, step in enumerate(through):
        back = _proceedings(through[: place + 1]).group_by("writ_id").agg(pl.col("on").max())
        given = step.distribution.assignments.select("writ_id", "enforcer_id", "category")
        found.append(given.join(back, on="writ_id"))
    return pl.concat(found)


def _moved(given: pl.DataFrame, mine: pl.DataFrame) -> pl.DataFrame:
    """What was open, by whom and category, and what became of it. What is pending already is counted apart."""
    went = given.select("writ_id", "on", placed=pl.lit(True))
    outcome = mine.join(went, on=["writ_id", "on"], how="left")
    placed = pl.col("placed").fill_null(False) & ~pl.col("pending")
    return outcome.group_by(*_WHOSE).agg(
        open=pl.len().cast(pl.Int64),
        pending=pl.col("pending").sum().cast(pl.Int64),
        placed=placed.sum().cast(pl.Int64),
        unplaced=(~placed & ~pl.col("pending")).sum().cast(pl.Int64),
    )


def _mean(moves: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The mean of each figure over the lots."""
    return (
        pl.concat(moves)
        .group_by(*_WHOSE)
        .agg(pl.col("open", "pending", "placed", "unplaced").sum() / len(moves))
        .sort("on", "enforcer_id", pl.col("category").cast(pl.Enum(CATEGORIES)).to_physical())
    )


def _taken(tallies: pl.DataFrame, lots: int, enforcers: pl.DataFrame) -> pl.DataFrame:
    writs, squares = pl.col("writs").sum(), (pl.col("writs") ** 2).sum()
    # In a lot that is not among the rows he got none.
    variance = (squares - writs**2 / lots) / max(lots - 1, 1)
    return (
        tallies.group_by("enforcer_id", "category")
        .agg(
            mean=writs / lots,
            least=pl.when(pl.len() < lots).then(0).otherwise(pl.col("writs").min()).cast(pl.Int64),
            most=pl.col("writs").max(),
            margin=(variance.clip(lower_bound=0) / lots).sqrt() * _student(lots),
        )
        .join(enforcers.select("enforcer_id", "name"), on="enforcer_id", how="left")
        .select("enforcer_id", "name", "category", "mean", "least", "most", "margin")
        .sort("enforcer_id", pl.col("category").cast(pl.Enum(CATEGORIES)).to_physical())
    )


def _student(lots: int) -> float | None:
    """The deviations of a mean to either side that hold 95 of 100 such means."""
    from scipy.special import stdtrit

    return float(stdtrit(lots - 1, 0.975)) if lots > 1 else None


def _load(
    chamber: Chamber,
    before: pl.DataFrame,
    after: pl.DataFrame,
    changed: Changed,
    pace: pl.DataFrame,
    taken: pl.DataFrame,
) -> pl.DataFrame:
    """Whoever got anything of what moved, or whose intake changes: by most added first. before, after: `eligible`."""
    open_ = chamber.ledger.filter(pl.col("closed_at").is_null()).group_by("enforcer_id").agg(open_before=pl.len())

    def of_a_day(pools: pl.DataFrame, name: str) -> pl.DataFrame:
        return due(pace, pools).group_by("enforcer_id").agg(pl.col("a_day").sum().alias(name))

    added = taken.group_by("enforcer_id").agg(added=pl.col("mean").sum())
    everyone = (
        changed.chamber.enforcers.select("enforcer_id", "name")
        .join(open_, on="enforcer_id", how="left")
        .join(added, on="enforcer_id", how="left")
        .join(of_a_day(before, "a_day_before"), on="enforcer_id", how="left")
        .join(of_a_day(after, "a_day_after"), on="enforcer_id", how="left")
        .with_columns(
            pl.col("open_before").fill_null(0).cast(pl.Int64),
            pl.col("added", "a_day_before", "a_day_after").fill_null(0.0),
        )
    )
    return (
        everyone.filter((pl.col("added") > 0) | ((pl.col("a_day_after") - pl.col("a_day_before")).abs() > 1e-9))
        .with_columns(
            intake_days=pl.when(pl.col("a_day_after") > 0).then(pl.col("added") / pl.col("a_day_after")),
        )
        .sort("added", "enforcer_id", descending=[True, False])
    )


def _uniformity(base: Result, found: Result) -> pl.DataFrame:
    before, after = uniformity(base.standing), uniformity(found.standing)
    keys = ["chamber_id", "category", "enforcers"]

    def moment(table: pl.DataFrame, suffix: str, name: str) -> pl.DataFrame:
        chosen = [column for column in table.columns if column.endswith(f"_{suffix}")]
        measures = [pl.col(column).alias(column.removesuffix(f"_{suffix}")) for column in chosen]
        return table.select(pl.lit(name).alias("moment"), *keys, *measures)

    return pl.concat(
        [moment(before, "before", "before"), moment(before, "after", "base"), moment(after, "after", "after")]
    )


def _unplaced(last: Step, mine: pl.DataFrame, base: Result, config: Config) -> pl.DataFrame:
    """Writs nobody can be given that the base could place, or did not have; when they are to be distributed by."""
    code = "no_eligible_enforcer"
    there = base.unassigned.filter(code=code)
    stuck = last.distribution.unassigned.filter(code=code).join(there, on="writ_id", how="anti")
    writs = last.changed.chamber.writs.join(stuck, on="writ_id", how="semi").sort("writ_id")
    received = writs["received_at"].dt.date()
    return writs.select(
        "writ_id",
        district_id="debtor_district_id",
        category=pl.when(pl.col("claim") == "alimony")
        .then(pl.lit("alimony"))
        .when(pl.col("claim") == "money")
        .then("creditor_kind")
        .otherwise(pl.lit("non_property")),
        moved=pl.col("writ_id").is_in(mine["writ_id"].implode()),
        distribute_by=pl.when("immediate").then(received).otherwise(calendar.due(received, config.calendar)),
    )


def _pools(districts: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame, pace: pl.DataFrame) -> pl.DataFrame:
    """Districts whose pool is another afterwards: how many are left, and who, where it is one.

    before, after: `eligible`.
    """

    def sizes(pools: pl.DataFrame, name: str) -> pl.DataFrame:
        return pools.group_by("district_id").agg(
            pl.len().cast(pl.Int64).alias(f"eligible_{name}"), pl.col("enforcer_id").sort().alias(f"who_{name}")
        )

    total = pace.group_by("district_id").agg(pl.col("a_day").sum())
    return (
        districts.select("district_id", "name")
        .join(sizes(before, "before"), on="district_id", how="left")
        .join(sizes(after, "after"), on="district_id", how="left")
        .join(total, on="district_id", how="left")
        .filter(~pl.col("who_before").eq_missing(pl.col("who_after")))
        .with_columns(pl.col("eligible_before", "eligible_after").fill_null(0), pl.col("a_day").fill_null(0.0))
        .select(
            "district_id",
            "name",
            "eligible_before",
            "eligible_after",
            left_alone=pl.when(pl.col("eligible_after") == 1).then(pl.col("who_after").list.first()),
            a_day="a_day",
        )
        .sort("eligible_after", "district_id")
    )
