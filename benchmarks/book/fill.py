"""A long book: the demo chamber's people and pending writs, and any number of writs of the past, all invented."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import polars as pl

from tengbol.book.acts import Hand, act
from tengbol.book.importing import import_tables
from tengbol.book.kept import held
from tengbol.book.opening import init
from tengbol.book.schema import TABLES
from tengbol.scenarios.demo import demo

if TYPE_CHECKING:
    from tengbol.book.store import Store

#: Writs of the past that are written in one act, as of one batch of a chamber.
_PART = 10_000
_CLERK = Hand("benchmark", None, lambda: dt.datetime(2026, 11, 23, 12))


def fill(url: str, *, past: int, pending: int, seed: int = 1) -> Store:
    """A new book with `past` closed or open writs of earlier batches and `pending` ones that wait."""
    store, new = init(url, _CLERK)
    if not new:
        raise SystemExit(f"{url} holds a book already")
    with TemporaryDirectory() as folder:
        place = demo(Path(folder) / "in", seed=seed, xlsx=False, national=False, writs=pending)
        import_tables(store, place, _CLERK)
    people = held(store, "enforcers").select("enforcer_id", "district_id").sort("enforcer_id")
    for first in range(0, past, _PART):
        _past(store, people, first, min(_PART, past - first))
    store.execute("ANALYZE")
    return store


def _past(store: Store, people: pl.DataFrame, first: int, count: int) -> None:
    number = pl.int_range(first, first + count, eager=True)
    who = people[(number * 7919 % people.height).to_list()]
    at = f"20{10 + first // 100_000:02d}-{1 + first // 10_000 % 12:02d}-15T18:00:00"
    text = number.cast(pl.String)
    closed = pl.when(number % 3 > 0).then(pl.lit(at))
    base = pl.DataFrame(
        {"writ_id": "past-" + text, "enforcer_id": who["enforcer_id"], "district_id": who["district_id"]}
    )
    everything = base.with_columns(
        debtor_id="debtor " + (number % 700_000).cast(pl.String),
        debtor_district_id="district_id",
        case_id=pl.lit(None, dtype=pl.String),
        category=pl.lit("individual"),
        assigned_at=pl.lit(at),
        closed_at=closed,
        received_at=pl.lit(at),
        form=pl.lit("electronic"),
        issued_by=pl.lit("District court"),
        number="N-" + text,
        issued_on=pl.lit(at[:10]),
        subject=pl.lit("Recovery of a debt"),
        claim=pl.lit("money"),
        amount=pl.lit("50000.0"),
        creditor_id="creditor " + text,
        creditor_kind=pl.lit("individual"),
        immediate=pl.lit("false"),
        state_interest=pl.lit("false"),
        signature=pl.lit("valid"),
        original_attached=pl.lit(None, dtype=pl.String),
        origin=pl.lit("new"),
        previous_enforcer_id=pl.lit(None, dtype=pl.String),
        state=pl.when(number % 3 > 0).then(pl.lit("closed")).otherwise(pl.lit("notified")),
        at=pl.lit(at),
        batch_id=pl.lit(f"past {first // _PART:06d}"),
        basis=pl.lit("registered"),
        bundle_id="writ_id",
        pool_size=pl.lit(4),
        distribute_by=pl.lit(at[:10]),
        collect_by=pl.lit(at[:10]),
        notify_creditor_by=pl.lit(at[:10]),
        explanation=pl.lit("¶9: given to one of the 4 enforcers registered in the district and available."),
        pool_id=pl.lit("0123456789abcdef"),
        lot_id="writ_id",
    )
    with act(store, _CLERK, "past") as doing:
        for table in ("writs", "ledger", "states", "assignments"):
            doing.write(table, everything.select(TABLES[table].columns))
