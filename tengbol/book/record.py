"""A period of the book as frames, for reports: batches, who got what in them, pools, standing, who waited, and events.

Columns and types are those of a report's record; nothing is decided here.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book.acts import EVENT, events
from tengbol.book.compensation import corrections_of
from tengbol.book.decided import FORMAT, reasons_of
from tengbol.book.kept import MOMENT, held, typed
from tengbol.book.schema import TABLES
from tengbol.book.unrecorded import by_hand
from tengbol.config import Calendar
from tengbol.errors import UnusableInputError
from tengbol.model.law import calendar

if TYPE_CHECKING:
    from tengbol.book.store import Store
    from tengbol.report.record import Record

_BATCH: Final = (
    *("batch_id", "number", "chamber_id", "kind", "as_of", "seed", "status", "status_total"),
    *("objective", "lower_bound", "objective_total", "lower_bound_total"),
    *("secret", "input_digest", "public_value", "commitment", "link", "made", "document", "on_word", "on_imports"),
    *("lot_version", "status_lot", "reasoned"),
)


def frames(
    store: Store, *, first: dt.date | None = None, last: dt.date | None = None, chamber_id: str | None = None
) -> dict[str, pl.DataFrame]:
    """Tables of the batches whose `as_of` lies from day `first` to day `last`, both included, of one chamber or all.

    `commitment` of a batch is that to the next batch's secret. A row that an import rejected stands with the first
    batch after it. Events are those of the same days.
    """
    with store.reading():
        every = _batches(store, chamber_id)
        batches = every.filter(
            (pl.lit(first is None) | (pl.col("as_of").dt.date() >= pl.lit(first)))
            & (pl.lit(last is None) | (pl.col("as_of").dt.date() <= pl.lit(last)))
        )
        ids = batches["batch_id"].to_list()
        assignments = _assignments(store, ids)
        pools = held(store, "pools", store.among("t.pool_id", "ids"), ids=assignments["pool_id"].unique().to_list())
        found = {
            "batches": batches.select(_BATCH),
            "assignments": assignments,
            "pools": pools.select("pool_id", "enforcer_id").sort("pool_id", "enforcer_id"),
            "shares": typed(_of(store, "shares", ids), "shares"),
            "standing": _of(store, "standing", ids).select(
                *("batch_id", "enforcer_id", "category"),
                *("received_before", "share_before", "received_after", "share_after"),
            ),
            "unassigned": _of(store, "unassigned", ids).select("batch_id", "writ_id", "code", "explanation"),
            **reasons_of(store, batches.filter(pl.col("reasoned").fill_null(False))["batch_id"].to_list()),
            "rejected": _rejected(store, every, batches),
            "corrections": _corrections(store, every, batches),
            "events": _events(store, first, last),
            "enforcers": _days(held(store, "enforcers").select(TABLES["enforcers"].columns)),
            "districts": held(store, "districts").select(TABLES["districts"].columns),
        }
    return {
        name: frame.sort(frame.columns[:2], maintain_order=True) if name != "events" else frame
        for name, frame in found.items()
    }


def period(
    store: Store, *, first: dt.date | None = None, last: dt.date | None = None, chamber_id: str | None = None
) -> Record:
    """The same as what reports are made of. Raises `UnusableInputError` where there is no batch in it."""
    from tengbol.report.record import record

    found = frames(store, first=first, last=last, chamber_id=chamber_id)
    if found["batches"].is_empty():
        raise UnusableInputError("The book has no batch in these days; `tengbol book status` tells the last one.")
    return record(**found)


def _batches(store: Store, chamber_id: str | None) -> pl.DataFrame:
    rows = held(store, "batches") if chamber_id is None else held(
        store, "batches", "t.chamber_id = :chamber_id", chamber_id=chamber_id
    )  # fmt: skip
    runs = runs_of(store)
    made = {name: pl.Series([runs[seq][name] for seq in rows["since"]], dtype=dtype) for name, dtype in _RUN.items()}
    return (
        rows.with_columns(pl.col("as_of").str.to_datetime(MOMENT, time_unit="us"), commitment="commitment_next", **made)
        .select(*_BATCH, "since")
        .sort("chamber_id", "number")
    )


def runs_of(store: Store) -> dict[int, dict[str, Any]]:
    """By event of a batch: `made` (its day), `document` where it did not run as of now, `on_word`, `on_imports`,
    `lot_version` and `status_lot` of its lot, and `reasoned`: whether its decisions are kept.

    All are None of a batch that version 0.1.0 made.
    """
    told = events(store, "seq IN (SELECT since FROM batches)").select("seq", "payload").iter_rows()
    return {seq: _run(payload) for seq, payload in told}


def _run(payload: str) -> dict[str, Any]:
    try:
        said = json.loads(payload)
        made = {"made": dt.date.fromisoformat(said["made"]), "document": said["document"]}
        told = ("on_word", "on_imports", "lot_version", "status_lot")
        return {**made, **{name: said.get(name) for name in told}, "reasoned": said.get("format") == FORMAT}
    except (ValueError, TypeError, LookupError, RecursionError):
        # Of version 0.1.0, or changed since, which its hash tells.
        return dict.fromkeys(_RUN)


_RUN: Final = {
    **{"made": pl.Date(), "document": pl.String(), "on_word": pl.Int64(), "on_imports": pl.Int64()},
    **{"lot_version": pl.Int64(), "status_lot": pl.String(), "reasoned": pl.Boolean()},
}


def _of(store: Store, table: str, batch_ids: list[str]) -> pl.DataFrame:
    return held(store, table, store.among("t.batch_id", "ids"), ids=batch_ids).select(TABLES[table].columns)


def _assignments(store: Store, batch_ids: list[str]) -> pl.DataFrame:
    """Assignments with what of their writs a report needs, as it was then; and when they were collected and told."""
    rows = held(store, "assignments", store.among("t.batch_id", "ids"), ids=batch_ids)
    writ_ids = rows["writ_id"].unique().sort().to_list()
    types = dict.fromkeys(("writ_id", "received_at", "form", "amount", "immediate"), pl.String())
    versions = store.frame(
        f"SELECT writ_id, received_at, form, amount, immediate, since FROM writs WHERE {store.among('writ_id', 'ids')}",
        {**types, "since": pl.Int64()},
        ids=writ_ids,
    ).sort("since")
    steps = store.frame(
        "SELECT writ_id, batch_id, state, at FROM states "
        f"WHERE batch_id IS NOT NULL AND {store.among('writ_id', 'ids')}",
        dict.fromkeys(("writ_id", "batch_id", "state", "at"), pl.String()),
        ids=writ_ids,
    ).with_columns(pl.col("at").str.to_datetime(MOMENT, time_unit="us"))

    def step(*states: str) -> pl.DataFrame:
        return steps.filter(pl.col("state").is_in(states)).group_by("writ_id", "batch_id").agg(pl.col("at").min())

    return (
        rows.sort("since")
        .join_asof(versions, on="since", by="writ_id", strategy="backward", check_sortedness=False)
        .join(step("handed", "collected", "posted").rename({"at": "handed_at"}), on=["writ_id", "batch_id"], how="left")
        .join(step("collected", "posted").rename({"at": "collected_at"}), on=["writ_id", "batch_id"], how="left")
        .join(step("collected", "received").rename({"at": "_receipt"}), on=["writ_id", "batch_id"], how="left")
        .join(step("notified").rename({"at": "notified_at"}), on=["writ_id", "batch_id"], how="left")
        .select(
            *TABLES["assignments"].columns,
            pl.col("received_at").str.to_datetime(MOMENT, time_unit="us"),
            pl.col("amount").cast(pl.Float64),
            pl.col("immediate") == "true",
            "form",
            "_receipt",
            "handed_at",
            "collected_at",
            "notified_at",
        )
        .with_columns(pl.col("distribute_by", "collect_by", "notify_creditor_by").str.to_date("%Y-%m-%d"))
        .pipe(_by_form)
        .drop("form", "_receipt")
    )


def _by_form(rows: pl.DataFrame) -> pl.DataFrame:
    """¶8 is of paper alone; of paper, ¶15 runs from receipt. Version 0.1.0 gave every writ both days."""
    paper = pl.col("form") == "paper"
    return rows.with_columns(
        collect_by=pl.when(paper).then("collect_by"),
        notify_creditor_by=pl.when(paper)
        .then(calendar.due_of(rows["_receipt"].dt.date(), Calendar(), "notify"))
        .otherwise("notify_creditor_by"),
    )


def _rejected(store: Store, every: pl.DataFrame, batches: pl.DataFrame) -> pl.DataFrame:
    """Each chamber's first batch after an import has what that import rejected."""
    rows = held(store, "rejected").sort("since")
    parts = [
        rows.join_asof(
            of_chamber.select("batch_id", after="since").sort("after"), left_on="since", right_on="after",
            strategy="forward",
        )
        for of_chamber in every.partition_by("chamber_id")
    ]  # fmt: skip
    empty = rows.with_columns(batch_id=pl.lit(None, dtype=pl.String))
    whole = pl.concat([part.select(empty.columns) for part in parts] or [empty.clear()])
    return whole.join(batches, on="batch_id", how="semi").select("batch_id", *TABLES["rejected"].columns)


def _corrections(store: Store, every: pl.DataFrame, batches: pl.DataFrame) -> pl.DataFrame:
    """Each chamber's first batch after an act has what that act took from enforcers, or gave again."""
    before: dict[str, int] = {}
    types = {"batch_id": pl.String(), "writ_id": pl.String(), "act": pl.String(), "number": pl.Int64()}
    parts = [pl.DataFrame(schema=types)]
    wanted = set(batches["batch_id"])
    for batch_id, chamber_id, seq in every.select("batch_id", "chamber_id", "since").iter_rows():
        if batch_id in wanted:
            found = corrections_of(store, chamber_id, before.get(chamber_id, 0), seq)
            parts.append(found.select(pl.lit(batch_id).alias("batch_id"), *found.columns))
        before[chamber_id] = seq
    return pl.concat(parts)


def _events(store: Store, first: dt.date | None, last: dt.date | None) -> pl.DataFrame:
    """Events of the days, in order; whoever was chosen by a row's word alone (¶11) stands as an act of its own."""
    rows = events(store)
    on_a_word = by_hand(store).join(rows.drop("what", "subject"), on="seq").select(rows.columns)
    rows = pl.concat([rows, on_a_word]).sort("seq", maintain_order=True)
    day = pl.col("at").dt.date()
    return (
        rows.with_columns(pl.col("at").str.to_datetime(MOMENT, time_unit="us"))
        .filter((pl.lit(first is None) | (day >= pl.lit(first))) & (pl.lit(last is None) | (day <= pl.lit(last))))
        .select([name for name in EVENT if name != "previous"])
    )


def _days(enforcers: pl.DataFrame) -> pl.DataFrame:
    return enforcers.with_columns(pl.col("licensed_from", "licensed_to").str.to_date("%Y-%m-%d"))
