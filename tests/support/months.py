"""A month made by hand for the alarms: four districts of six enforcers, fifteen days, writs in turn."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from tengbol.model.tables import TABLES
from tengbol.report.alarms import Inputs
from tengbol.report.record import record

if TYPE_CHECKING:
    from collections.abc import Sequence

DAYS = [dt.date(2026, 11, day) for day in (*range(2, 7), *range(9, 14), *range(16, 21))]
PLACES = ("D1", "D2", "D3", "D4")
PEOPLE = [(f"{place}-{number}", place) for place in PLACES for number in range(1, 7)]


def writ(number: int, **cells) -> dict:
    """A writ of a debtor and a creditor of its own, received in turn on each day in each district."""
    return {
        "writ_id": f"W{number:04d}", "batch_id": f"B{number % len(DAYS):02d}", "district_id": PLACES[number % 4],
        "enforcer_id": PEOPLE[number * 7 % len(PEOPLE)][0], "basis": "pool", "pool_size": 6,
        "amount": 1000.0 + number, "debtor_id": f"debtor {number}", "creditor_id": f"creditor {number}",
        "bundle_id": f"W{number:04d}", **cells,
    }  # fmt: skip


def month(rows: list[dict], away: Sequence = (), held: Sequence[str] = (), acts: Sequence[tuple] = ()):
    """A record and its inputs by hand."""
    frame = pl.DataFrame(rows).with_columns(
        claim=pl.lit("money"), subject=pl.lit(None, pl.String), creditor_kind=pl.lit("individual"),
        received_at=pl.lit(dt.datetime(2026, 11, 2, 10)),
    )  # fmt: skip
    made = record(
        batches=pl.DataFrame(
            {"batch_id": f"B{number:02d}", "number": number, "as_of": dt.datetime.combine(day, dt.time(18))}
            for number, day in enumerate(DAYS)
        ),
        assignments=frame,
        enforcers=pl.DataFrame(PEOPLE, schema=["enforcer_id", "district_id"], orient="row").with_columns(
            licensed_from=dt.date(2020, 1, 1)
        ),
        events=pl.DataFrame(acts, schema=["at", "who", "what", "subject"], orient="row") if acts else None,
    )
    gone = [{"enforcer_id": who, "reason": "leave", "start": day, "end": day} for who, day in away]
    home = dict(PEOPLE)
    ledger = [
        {"case_id": f"case {number}", "debtor_id": f"old {number}", "enforcer_id": who, "district_id": home[who],
         "assigned_at": dt.datetime(2026, 1, 1), "closed_at": None}
        for number, who in enumerate(held)
    ]  # fmt: skip
    return made, Inputs(
        writs=frame.select(
            "writ_id", "debtor_id", "creditor_id", "creditor_kind", "claim", "subject", "amount", "received_at"
        ),
        absences=pl.DataFrame(gone) if gone else TABLES["absences"].empty(),
        ledger=pl.DataFrame(ledger, schema_overrides={"closed_at": pl.Datetime("us")})
        if ledger
        else TABLES["ledger"].empty(),
    )


FAIR = [writ(number) for number in range(300)]
#: One of each district away every other day, in turn.
LEAVE = [(f"{place}-{1 + turn % 6}", day) for turn, day in enumerate(DAYS) for place in PLACES if turn % 2]
TRIPS = [(f"D1-{number}", DAYS[4]) for number in range(1, 6)]
#: Received on the day of the trips in their district: the number of a writ says both.
DEAR = next(number for number in range(300) if number % len(DAYS) == 4 and number % 4 == 0)


def with_dear(pool_size: int) -> list[dict]:
    return [*FAIR[:DEAR], writ(DEAR, amount=25e6, pool_size=pool_size), *FAIR[DEAR + 1 :]]


def bound(number: int, who: str, amount: float) -> dict:
    return writ(number, enforcer_id=who, basis="same_case", amount=amount, district_id=who[:2])


def acts(pairs: list[tuple[str, str]], what: str = "recusal") -> list[tuple]:
    return [(dt.datetime(2026, 11, 2 + n % 15, 9), who, what, subject) for n, (who, subject) in enumerate(pairs)]
