"""The answer to "he leaves" (¶3): what returns, who is likely to get it, how even that is, and what nobody can get.

Who gets which writ is for the lot to decide, so nobody is named: everything is averaged over a stated number of its
seeds. What does not depend on the lot (what returns, what cannot be placed, who is left alone) is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from tengbol.config import Config
from tengbol.model.law import calendar, category
from tengbol.report.measures import uniformity
from tengbol.scenarios.whatif.averages import moved, moved_mean, taken, tally
from tengbol.scenarios.whatif.coming import later
from tengbol.scenarios.whatif.course import course
from tengbol.scenarios.whatif.pace import coverage, due, eligible, intake
from tengbol.scenarios.whatif.plan import plan

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from tengbol.model.chamber import Chamber
    from tengbol.outcome import Outcome
    from tengbol.scenarios.whatif.course import Day
    from tengbol.scenarios.whatif.events import Event


@dataclass(frozen=True)
class Departure:
    """What a variant makes return, beside the base: each departure on its day, with what earlier days left.

    The days are those of `course`, with nothing that arrives or is executed. What the base makes return by itself
    is not the variant's. moved: `on`, `enforcer_id` (who departs), `category`, `open`, `pending` (before the
    chamber already), `placed`, `unplaced` by the last day, means over the lots, which differ only where somebody
    holds what an earlier day gave him, and the `margin` of `open`; open = pending + placed + unplaced. taken:
    `enforcer_id`, `name`, `category`, of what moved: `mean`, `least`, `most` over the lots, and `margin`, to either
    side of the mean, within which 95 of 100 such means lie (0: it is exact; null of one lot). load: `enforcer_id`,
    `name`, `open_before`, `added`, `share_added`, `a_day_before`, `a_day_after` (writs due of a working day),
    `intake_days` (working days' intake that `added` is), `overloaded` (more than twice as many open as everyone has on
    average); what is reckoned by the day is null where the ledger is `partial`. uniformity: `moment` (before, base,
    after) and the measures. unplaced: `writ_id`, `district_id`, `category`, `moved`, `distribute_by`. pools:
    `district_id`, `name`, `eligible_before`, `eligible_after`, `left_alone`, `a_day`, of districts whose pool changes.
    later: `enforcer_id`, `name`, `on`, `open`: whose proceedings return later, if nothing brings him back. through: the
    days of the first lot; distribution: its last batch, of which `as_of` is the moment.
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
    through: tuple[Day, ...]
    distribution: Outcome
    partial: bool = False


def departure(
    chamber: Chamber,
    events: Sequence[Event],
    *,
    as_of: dt.datetime,
    seed: str = "0",
    lots: int = 8,
    history: int = 365,
    config: Config | None = None,
    base: Outcome | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Departure:
    """Let the days pass until the last of the events has taken effect, each on its day, beside the base.

    base: the base's only batch until then by the first lot, where it is known already; nothing of its own returns.
    """
    config = config or Config()
    last = max((event.on for event in events), default=as_of.date())
    told = progress or (lambda *_: None)
    whole, own = (plan(chamber, some, as_of=as_of) for some in (events, ()))
    itself = not own.departures.filter(pl.col("on") <= last).is_empty()
    found, tallies, moves = None, [], []
    before = base.standing if base is not None else None
    for lot in range(lots):
        told(lot, lots)
        drawn = {"as_of": as_of, "seed": seed, "lot": lot, "config": config}
        through = course(chamber, whole, last, **drawn, like=found[0] if found else ())
        mine = _proceedings(through)
        if itself or base is None or before is None:
            beside = course(chamber, own, through[-1].moment.date(), **drawn)
            base, before = base or _last(beside), before if before is not None else _first(beside).standing
            if itself:
                keys = ["writ_id", "enforcer_id", "on"]
                mine = mine.join(_proceedings(beside), on=keys, how="anti", maintain_order="left")
        found = found or (through, mine)
        tallies.append(tally(through, mine))
        moves.append(moved(through, mine))
    told(lots, lots)
    if found is None or base is None or before is None:
        raise ValueError("at least one lot is drawn")
    (through, mine) = found
    end, result = through[-1], _last(through)
    day = end.moment.date()
    pace = intake(chamber.ledger, as_of, history, config.calendar)
    partial = bool(coverage(chamber, as_of, pace, config.calendar)["partial"].item())
    took = taken(pl.concat(tallies), lots, end.chamber.enforcers)
    pools_before = eligible(chamber, day, config.attached_when)
    pools_after = eligible(end.chamber, day, end.rules.config.attached_when)
    return Departure(
        as_of=end.moment,
        lots=lots,
        moved=moved_mean(pl.concat(moves), lots),
        taken=took,
        load=_refused(_load(chamber, pools_before, pools_after, end.chamber, pace, took), partial),
        uniformity=_uniformity(before, base, result),
        unplaced=_unplaced(end, result, mine, base, config),
        pools=_refused(_pools(end.chamber.districts, pools_before, pools_after, pace), partial),
        later=later(whole, own, day, end.chamber),
        through=tuple(through),
        distribution=result,
        partial=partial,
    )


def _refused(table: pl.DataFrame, partial: bool) -> pl.DataFrame:
    """What is reckoned by the day is none where the ledger is only a part of the past."""
    by_day = [name for name in ("a_day", "a_day_before", "a_day_after", "intake_days") if name in table.columns]
    return table.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in by_day) if partial else table


def _proceedings(through: Sequence[Day]) -> pl.DataFrame:
    """What returned on any of the days."""
    return pl.concat([day.back for day in through])


def _first(through: Sequence[Day]) -> Outcome:
    return next(day.result for day in through if day.result is not None)


def _last(through: Sequence[Day]) -> Outcome:
    return _first(through[::-1])


def _load(
    chamber: Chamber,
    before: pl.DataFrame,
    after: pl.DataFrame,
    changed: Chamber,
    pace: pl.DataFrame,
    taken: pl.DataFrame,
) -> pl.DataFrame:
    """Whoever got anything of what moved, or whose intake changes: by most added first. before, after: `eligible`."""
    open_ = chamber.ledger.filter(pl.col("closed_at").is_null()).group_by("enforcer_id").agg(pl.len())

    def of_a_day(pools: pl.DataFrame, name: str) -> pl.DataFrame:
        return due(pace, pools).group_by("enforcer_id").agg(pl.col("a_day").sort().sum().alias(name))

    added = taken.group_by("enforcer_id").agg(added=pl.col("mean").sort().sum())
    everyone = (
        changed.enforcers.select("enforcer_id", "name")
        .join(open_.rename({"len": "open_before"}), on="enforcer_id", how="left")
        .join(added, on="enforcer_id", how="left")
        .join(of_a_day(before, "a_day_before"), on="enforcer_id", how="left")
        .join(of_a_day(after, "a_day_after"), on="enforcer_id", how="left")
        .with_columns(
            pl.col("open_before").fill_null(0).cast(pl.Int64),
            pl.col("added", "a_day_before", "a_day_after").fill_null(0.0),
        )
        .with_columns(_then=pl.col("open_before") + pl.col("added"))
        .with_columns(overloaded=pl.col("_then") > 2 * _held_on_average(open_, after))
        .drop("_then")
    )
    return (
        everyone.filter((pl.col("added") > 0) | ((pl.col("a_day_after") - pl.col("a_day_before")).abs() > 1e-9))
        .with_columns(
            intake_days=pl.when(pl.col("a_day_after") > 0).then(pl.col("added") / pl.col("a_day_after")),
        )
        .sort("added", "enforcer_id", descending=[True, False])
    )


def _held_on_average(open_: pl.DataFrame, after: pl.DataFrame) -> float:
    """Open proceedings, by the number of enforcers who stand in any pool afterwards."""
    return float(open_["len"].sum()) / max(after["enforcer_id"].n_unique(), 1)


def _uniformity(first: pl.DataFrame, base: Outcome, found: Outcome) -> pl.DataFrame:
    """first: `standing` of the base's first batch."""
    started, stood, after = (uniformity(table) for table in (first, base.standing, found.standing))
    keys = ["chamber_id", "category", "enforcers"]

    def moment(table: pl.DataFrame, suffix: str, name: str) -> pl.DataFrame:
        chosen = [column for column in table.columns if column.endswith(f"_{suffix}")]
        measures = [pl.col(column).alias(column.removesuffix(f"_{suffix}")) for column in chosen]
        return table.select(pl.lit(name).alias("moment"), *keys, *measures)

    return pl.concat(
        [moment(started, "before", "before"), moment(stood, "after", "base"), moment(after, "after", "after")]
    )


def _unplaced(last: Day, found: Outcome, mine: pl.DataFrame, base: Outcome, config: Config) -> pl.DataFrame:
    """Writs nobody can be given that the base could place, or did not have; when they are to be distributed by."""
    code = "no_eligible_enforcer"
    there = base.unassigned.filter(code=code)
    stuck = found.unassigned.filter(code=code).join(there, on="writ_id", how="anti")
    writs = last.chamber.writs.join(stuck, on="writ_id", how="semi").sort("writ_id")
    received = writs["received_at"].dt.date()
    return writs.select(
        "writ_id",
        pl.col("debtor_district_id").alias("district_id"),
        category.category(last.moment.date()),
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

    total = pace.group_by("district_id").agg(pl.col("a_day").sort().sum())
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
