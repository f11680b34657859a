"""Abuses as somebody would try them, planted in a fair month before it is distributed.

Each is small beside the month's 1,300 writs, and lawful to look at: every paper of it is in order.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.scenarios.draws import stream as chance

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from benchmarks.alarms.month import Month

#: A valuable writ, tenge; others have a median of 300,000.
_VALUABLE: Final = 25_000_000.0
#: A pool has to be so large before anyone empties it: in one of three, two are away on one day by themselves.
_POOL: Final = 5
_PARTS: Final = 4
_TIED: Final = 5
_SMALL: Final = 12
_ACTS: Final = 8


def emptied_pool(month: Month, seed: int) -> Month:
    """All of a pool but one go on a business trip for a day; that day a valuable writ comes to their district."""
    rng = chance(seed, "emptied pool")
    made, chamber = month.stream, month.stream.chamber
    home = chamber.enforcers.filter(pl.col("licensed_from") <= made.days[0], pl.col("licensed_to").is_null())
    large = home.group_by("district_id").len().filter(pl.col("len") >= _POOL)
    target = _one(_lone_money(month).join(large, left_on="debtor_district_id", right_on="district_id", how="semi"), rng)
    day = target["received_at"].date()
    present = home.filter(district_id=target["debtor_district_id"]).join(
        _away(month, day), on="enforcer_id", how="anti"
    )
    going = present.sample(len(present) - 1, seed=seed) if len(present) > 1 else present.clear()
    trips = going.select(
        "enforcer_id",
        reason=pl.lit("business_trip"),
        start=pl.lit(day),
        end=pl.lit(day),
        reference=pl.lit(None, pl.String),
    )
    writs = made.writs.with_columns(
        amount=pl.when(pl.col("writ_id") == target["writ_id"]).then(_VALUABLE).otherwise("amount")
    )
    people = replace(chamber, absences=pl.concat([chamber.absences, trips]))
    return replace(month, stream=replace(made, chamber=people, writs=writs))


def split_filing(month: Month, seed: int) -> Month:
    """One claim is filed in four parts on four days, each a case of its own."""
    rng = chance(seed, "split filing")
    made = month.stream
    whole = _one(_lone_money(month), rng)
    days = sorted(rng.choice(len(made.days), _PARTS, replace=False))
    parts = [
        {
            **whole,
            "writ_id": f"{whole['writ_id']}/{number}",
            "number": f"{whole['number']}/{number}",
            "received_at": dt.datetime.combine(made.days[day], dt.time(10, number)),
            "amount": round(whole["amount"] / _PARTS, 2),
        }
        for number, day in enumerate(days, 1)
    ]
    rest = made.writs.filter(pl.col("writ_id") != whole["writ_id"])
    return _with_writs(month, pl.concat([rest, pl.DataFrame(parts, schema=rest.schema)]))


def steered(month: Month, seed: int) -> Month:
    """Five writs over 5 to 15 million are tied to cases of one enforcer, as of the same case and debtor (¶14)."""
    return _tied(month, seed, _TIED, lambda rng: float(rng.uniform(5e6, 15e6)))


def many_bound(month: Month, seed: int) -> Month:
    """Twelve small writs are tied to cases of one enforcer."""
    return _tied(month, seed, _SMALL, lambda rng: float(rng.uniform(5e4, 4e5)))


def one_clerk(month: Month, seed: int) -> Month:
    """One clerk, who does a tenth of the acts, does eight more on one enforcer."""
    rng = chance(seed, "one clerk")
    made = month.stream
    who = made.chamber.enforcers["enforcer_id"].to_list()[int(rng.integers(len(made.chamber.enforcers)))]
    acts = pl.DataFrame(
        {
            "at": [
                dt.datetime.combine(made.days[int(day)], dt.time(12)) for day in rng.integers(0, len(made.days), _ACTS)
            ],
            "who": ["clerk D"] * _ACTS,
            "what": ["recusal"] * _ACTS,
            "document": [None] * _ACTS,
            "subject": [who] * _ACTS,
        },
        schema=month.events.schema,
    )
    return replace(month, events=pl.concat([month.events, acts]))


def _tied(month: Month, seed: int, count: int, amount: Callable[[np.random.Generator], float]) -> Month:
    rng = chance(seed, "tied")
    made = month.stream
    days = set(made.days)
    absent = {name for day in days for name in _away(month, day)["enforcer_id"]}
    serving = made.chamber.enforcers.filter(
        pl.col("licensed_to").is_null() & ~pl.col("enforcer_id").is_in(list(absent))
    )
    held = made.chamber.ledger.join(
        serving.select("enforcer_id", "district_id"), on=["enforcer_id", "district_id"], how="semi"
    )
    lone = _lone_money(month)
    room = lone.group_by("debtor_district_id").len().filter(pl.col("len") >= count)
    held = held.join(room, left_on="district_id", right_on="debtor_district_id", how="semi")
    case = _one(held, rng)
    own = held.filter(enforcer_id=case["enforcer_id"], district_id=case["district_id"])
    chosen = lone.filter(debtor_district_id=case["district_id"]).sample(count, seed=seed)["writ_id"].to_list()
    ties = pl.DataFrame(
        {
            "writ_id": chosen,
            "tied_case": [own["case_id"][number % len(own)] for number in range(count)],
            "tied_debtor": [own["debtor_id"][number % len(own)] for number in range(count)],
            "tied_amount": [amount(rng) for _ in range(count)],
        }
    )
    writs = (
        made.writs.join(ties, on="writ_id", how="left", maintain_order="left")
        .with_columns(
            case_id=pl.coalesce("tied_case", "case_id"),
            debtor_id=pl.coalesce("tied_debtor", "debtor_id"),
            amount=pl.coalesce("tied_amount", "amount"),
        )
        .select(made.writs.columns)
    )
    return _with_writs(month, writs)


def _lone_money(month: Month) -> pl.DataFrame:
    """Writs over a sum for a person or a company that stand alone and follow nothing."""
    return month.stream.writs.filter(
        (pl.col("claim") == "money")
        & pl.col("creditor_kind").is_in(["individual", "legal_entity"])
        & pl.col("case_id").is_null()
        & (pl.col("origin") == "new")
    ).join(month.stream.chamber.ledger, on="debtor_id", how="anti")


def _away(month: Month, day: dt.date) -> pl.DataFrame:
    return month.stream.chamber.absences.filter((pl.col("start") <= day) & (pl.col("end") >= day)).select("enforcer_id")


class NothingToPlantError(Exception):
    """A month has nobody and nothing on whom an abuse could be planted, as may be in a small chamber."""


def _one(frame: pl.DataFrame, rng: np.random.Generator) -> dict:
    if frame.is_empty():
        raise NothingToPlantError
    return frame.row(int(rng.integers(len(frame))), named=True)


def _with_writs(month: Month, writs: pl.DataFrame) -> Month:
    return replace(month, stream=replace(month.stream, writs=writs.sort("received_at", "writ_id")))


#: In what part of months each is caught at least, or told to be what cannot be told, whatever the size. Stated
#: after months 1 to 100 were seen, so that only later ones can bear it out.
POWER: Final = {
    "a pool emptied by false absences": 0.8,
    "a claim filed in parts": 0.8,
    "valuable writs steered by affinity": 0.8,
    "many writs bound to one": 0.4,
    "one clerk's acts on one enforcer": 0.8,
}
#: The months that were not seen before.
UNSEEN: Final = range(101, 201)
#: Each with the alarms that are there for it.
ABUSES: Final = {
    "a pool emptied by false absences": (emptied_pool, ("small_pool", "absences")),
    "a claim filed in parts": (split_filing, ("splitting",)),
    "valuable writs steered by affinity": (steered, ("affinity", "bound_peers")),
    "many writs bound to one": (many_bound, ("bound_peers",)),
    "one clerk's acts on one enforcer": (one_clerk, ("manual",)),
}
