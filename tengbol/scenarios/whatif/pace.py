"""How fast writs come: working days' intake by district and category from the ledger, and who is due how much of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from tengbol.model.law import availability, calendar, pools, shares

if TYPE_CHECKING:
    from tengbol.choices import AttachedWhen
    from tengbol.config import Calendar
    from tengbol.model.chamber import Chamber


#: The part of what balances count that a ledger may lack, and writs that may be more by chance than it tells of.
_LACKING = 0.1
_CHANCE = 20


def at_hand(chamber: Chamber, day: dt.date, attached_when: AttachedWhen) -> pl.DataFrame:
    """`district_id`, `enforcer_id`, `basis`: whoever may be asked in each district (¶9, ¶10), recusals apart."""
    everyone = availability.standing_of_everyone(chamber.enforcers, chamber.absences, day)
    brief = availability.back_with_licence(availability.briefly_away(chamber.absences, day), chamber.enforcers, day)
    serving = pools.serving(everyone, chamber.attachments, day)
    return pools.at_hand(serving, pools.closed_to_attached(everyone, brief, attached_when)).drop("away")


def eligible(chamber: Chamber, day: dt.date, attached_when: AttachedWhen) -> pl.DataFrame:
    """`district_id`, `enforcer_id`, `basis`, `pool_size`, `one_of`: each district's pool (¶9), recusals apart.

    one_of: in the long run each gets one of so many writs that come to the pool (`shares.parted`).
    """
    members = at_hand(chamber, day, attached_when).filter(pools.registered_first("district_id"))
    return (
        shares.parted(members.with_columns(pool="district_id"), chamber.enforcers, day)
        .with_columns(
            pool_size=pl.len().over("district_id").cast(pl.Int64),
            one_of=pl.col("part").sum().over("district_id") / pl.col("part"),
        )
        .select("district_id", "enforcer_id", "basis", "pool_size", "one_of")
        .sort("district_id", "enforcer_id")
    )


def arrivals(ledger: pl.DataFrame) -> pl.DataFrame:
    """The first row of each writ, in order of time: what is distributed anew has arrived once (W7a)."""
    return ledger.sort("assigned_at", "writ_id", "closed_at", nulls_last=True).unique(
        "writ_id", keep="first", maintain_order=True
    )


def window(ledger: pl.DataFrame, as_of: dt.datetime, history: int) -> tuple[dt.date, dt.date]:
    """First and last day of the ledger's past that is drawn upon: `history` calendar days, or as many as it has."""
    last = as_of.date() - dt.timedelta(days=1)
    first = last - dt.timedelta(days=history - 1)
    known = ledger.filter(pl.col("assigned_at").dt.date() <= last)["assigned_at"].dt.date().min()
    return (max(first, known) if isinstance(known, dt.date) else last), last


def intake(ledger: pl.DataFrame, as_of: dt.datetime, history: int, days: Calendar) -> pl.DataFrame:
    """`district_id`, `category`, `a_day`: writs of a working day, on average over the window."""
    first, last = window(ledger, as_of, history)
    count = max(1, len(calendar.working_days(first, last, days)))
    return (
        arrivals(ledger)
        .filter(pl.col("assigned_at").dt.date().is_between(first, last))
        .group_by("district_id", "category")
        .agg(a_day=pl.len() / pl.lit(count))
        .sort("district_id", "category")
    )


def coverage(chamber: Chamber, as_of: dt.datetime, pace: pl.DataFrame, days: Calendar) -> pl.DataFrame:
    """`rows`, `received`, `pending`, `days`, `partial`: what the ledger has of the past, beside what else tells of it.

    rows: of the ledger. received: writs that the balances count. pending: new writs that came in so many working `days`
    since it was written last. partial: whether the ledger lacks a tenth of what the balances count, or more than twice
    as much came a day as it tells of: then no number of writs a day follows from it (docs/decisions.md).
    pace: `intake`.
    """
    ledger, today = chamber.ledger, as_of.date()
    last = ledger["assigned_at"].max()
    since = calendar.working_days(last.date() + dt.timedelta(days=1), today, days) if last is not None else []  # type: ignore[union-attr]
    number = max(1, len(since))
    pending = chamber.writs.filter(pl.col("origin") == "new").height
    received = int(chamber.balances["received"].sum())
    a_day = float(pace["a_day"].sum())
    fewer = ledger.height < received * (1 - _LACKING)
    faster = pending > 2 * a_day * number + _CHANCE
    return pl.DataFrame(
        {"rows": [ledger.height], "received": [received], "pending": [pending], "days": [number],
         "partial": [ledger.height > 0 and (fewer or faster)]}
    )  # fmt: skip


def due(pace: pl.DataFrame, pool: pl.DataFrame) -> pl.DataFrame:
    """`enforcer_id`, `category`, `a_day`: each enforcer's portion of the intake of the pools he stands in."""
    return (
        pool.join(pace, on="district_id")
        .group_by("enforcer_id", "category")
        .agg(a_day=(pl.col("a_day") / pl.col("one_of")).sort().sum())
        .sort("enforcer_id", "category")
    )
