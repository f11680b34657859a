"""`book import`: tables into the book, by the same door as for a batch; each row is new, same, changed or rejected.

Idempotent: whatever the book has ever held under a row's key is no news. What the book itself keeps (a writ already
distributed, proceedings it opened, balances it reckoned) no table changes; such rows are rejected, and say so.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from tengbol.book import canon, incomplete, kept
from tengbol.book.acts import act
from tengbol.book.changed import changes_of, told_of
from tengbol.book.merging import MERGERS, Merged
from tengbol.book.moments import without_later
from tengbol.book.naming import keep_names
from tengbol.book.opening import keep_secret
from tengbol.book.schema import CONTRACT, TABLES
from tengbol.errors import UnusableInputError
from tengbol.io.clerks.writs import of_no_writ
from tengbol.io.lacking import refuse
from tengbol.io.lost import Accepted, accepted
from tengbol.io.read import read
from tengbol.model import unread
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from tengbol.book.acts import Act, Hand
    from tengbol.book.store import Store
    from tengbol.io.grid import Place
    from tengbol.io.read import Reading


@dataclass(frozen=True)
class Imported:
    """What came of an import: by table how many rows were `new`, `same`, `changed`, `rejected`; and `rejected`.

    changed: each cell that was changed (`CHANGE`). places: by table where its cells are.
    """

    counts: dict[str, dict[str, int]]
    rejected: pl.DataFrame
    warnings: tuple[str, ...]
    seq: int
    changed: pl.DataFrame
    places: Mapping[str, Place] = field(default_factory=dict)


def import_tables(
    store: Store,
    source: Path,
    hand: Hand,
    *,
    accept: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> Imported:
    """Take the tables of a folder or workbook into the book, in one transaction.

    accept: why rows that restrict or remember may be left out (`io.lost`); whoever stands in an absence or recusal
    that cannot be read is then held out until `book return`, or a decision. Raises `UnusableInputError` for what
    `tengbol run` would stop for, with the book as it was.
    """
    reading = read(source, known=known_to(store), columns=columns, day=hand.clock().date())
    taken = _accepted(reading, accept)
    if taken is not None:
        hand = replace(hand, document="; ".join(filter(None, (hand.document, taken.reason))))
    what = "import" if taken is None else "import, rows accepted"
    with act(store, hand, what, subject=source.name) as doing:
        met = _met(store, reading, hand.document, doing.at)
        merged, rejected, counts = met.merged, met.rejected, met.counts
        held_out = {} if taken is None else _held_out(taken, doing)
        for name, part in merged.items():
            if name != "ledger":
                doing.end(name, part.ended)
                doing.write(name, pl.concat([part.written, *held_out.get(name, [])]))
        found = incomplete.with_faults(reading, _kept_out(reading, met.later), rejected)
        _follow(store, doing, merged, incomplete.keep(store, doing, found, merged["writs"].written))
        keep_names(store, doing, reading.beside)
        _enter_chambers(store, doing, merged["districts"].written)
        doing.write("rejected", kept.cells(rejected, "rejected"))
        doing.payload |= {
            "sources": [
                {"file": s.file, "rows": s.rows, "sha256": s.sha256, "table": s.table} for s in reading.sources
            ],
            "counts": counts,
            "changed": told_of(merged),
        }
    warnings = (*reading.warnings, *_told_of(store, reading, merged))
    return Imported(counts, rejected, warnings, doing.seq, changes_of(merged), reading.places)


def foreseen(
    store: Store, reading: Reading, hand: Hand, *, accept: str | None = None
) -> tuple[Imported, UnusableInputError | None]:
    """What `import_tables` would make of a reading now, changing nothing; and why it would refuse the whole.

    reading: of `survey`, so that what stops an import may be told beside all else.
    """
    stop = None
    try:
        refuse(reading.stops)
        taken = _accepted(reading, accept)
        if taken is not None:
            hand = replace(hand, document="; ".join(filter(None, (hand.document, taken.reason))))
    except UnusableInputError as error:
        stop = error
    with store.reading():
        met = _met(store, reading, hand.document, hand.clock())
        warnings = (*reading.warnings, *_told_of(store, reading, met.merged))
    return Imported(met.counts, met.rejected, warnings, 0, changes_of(met.merged), reading.places), stop


def _accepted(reading: Reading, accept: str | None) -> Accepted | None:
    named = reading.unread.get("writs")
    # Writs that can be completed by their ids are kept, so there is something to take.
    without = named is None or named["writ_id"].is_null().all()
    return accepted(reading, accept, needed=("districts", "enforcers", *(["writs"] if without else [])))


@dataclass(frozen=True)
class _Met:
    """How a reading meets the book. later: rows that tell of what cannot have happened yet. rejected: with those."""

    merged: dict[str, Merged]
    later: Mapping[str, pl.DataFrame]
    rejected: pl.DataFrame
    counts: dict[str, dict[str, int]]


def _met(store: Store, reading: Reading, document: str | None, at: dt.datetime) -> _Met:
    given = {source.table for source in reading.sources}
    documented = bool((document or "").strip())
    parted = {name: without_later(name, _cells(reading, name), at) for name in CONTRACT if name in given}
    merged = {
        name: MERGERS[name](store, name, parted[name][0], documented=documented)
        if name in given
        else Merged.nothing(name)
        for name in CONTRACT
    }
    later = {name: part[1] for name, part in parted.items()}
    rejected = pl.concat([reading.rejected, *later.values(), *(part.rejected for part in merged.values())])
    rejected = rejected.sort(
        pl.col("table").replace_strict({name: n for n, name in enumerate(CONTRACT)}, return_dtype=pl.Int64), "row"
    )
    return _Met(merged, later, rejected, {name: _counts(merged[name], rejected, name) for name in parted})


def _told_of(store: Store, reading: Reading, merged: Mapping[str, Merged]) -> list[Phrase]:
    """What is said of rows that the book takes."""
    return [*_on_a_word(store, merged["writs"].written), *_of_no_writ(store, reading)]


def _on_a_word(store: Store, writs: pl.DataFrame) -> list[Phrase]:
    """Say which writs come back from somebody of whom the book has no record (¶11)."""
    back = writs.filter(pl.col("origin").is_in(["returned", "forwarded"]))
    past = kept.held(store, "ledger", store.among("t.writ_id", "ids"), ids=back["writ_id"].to_list())
    unknown = back.join(past, on="writ_id", how="anti").sort("writ_id")
    return [
        Phrase(
            "{writ_id} is {origin} by {who} on the word of its row alone, for the book has never had it (¶11); check "
            "the ruling on its return.",
            writ_id=writ_id,
            origin=origin,
            who=who,
        )
        for writ_id, origin, who in unknown.select("writ_id", "origin", "previous_enforcer_id").iter_rows()
    ]


def known_to(store: Store) -> dict[str, pl.DataFrame]:
    """What rows that come in may refer to: the book's districts and enforcers, and the writs that wait."""
    named = {
        name: store.frame(
            f"SELECT {key}, name FROM {name} t WHERE {kept.holding('t')}", {key: pl.String(), "name": pl.String()}
        )
        for name, key in (("districts", "district_id"), ("enforcers", "enforcer_id"))
    }
    waiting = store.frame(
        "SELECT t.writ_id, t.number, t.debtor_id FROM states s "
        f"JOIN writs t ON t.writ_id = s.writ_id AND {kept.holding('t')} "
        f"WHERE {kept.holding('s')} AND s.state = 'pending'",
        dict.fromkeys(("writ_id", "number", "debtor_id"), pl.String()),
    )
    return {**named, "writs": waiting}


def _of_no_writ(store: Store, reading: Reading) -> tuple[Phrase, ...]:
    """Say which recusals are of a writ that neither the book has nor what comes in."""
    if reading.chamber.recusals.is_empty():
        return ()
    recusals = reading.chamber.recusals.with_columns(row=reading.rows["recusals"])
    ids = recusals["writ_id"].drop_nulls().unique().to_list()
    there = [kept.held(store, name, store.among("t.writ_id", "ids"), ids=ids) for name in ("writs", "ledger", "states")]
    coming = [reading.chamber.writs, *(frame for name, frame in reading.unread.items() if name == "writs")]
    return of_no_writ(recusals, [frame["writ_id"] for frame in (*there, *coming)])


def _held_out(taken: Accepted, doing: Act) -> dict[str, list[pl.DataFrame]]:
    """Rows that hold out whoever stands in an absence or a recusal that cannot be read."""
    doing.payload["accepted"] = taken.told()
    rows = {
        "absences": unread.absences(taken.held_out, doing.at.date(), taken.reason),
        "recusals": unread.recusals(taken.recused, taken.reason),
    }
    return {name: [kept.cells(frame, name)] for name, frame in rows.items()}


def _cells(reading: Reading, name: str) -> pl.DataFrame:
    """A table's good rows, cells as stored, with the `row` of the source."""
    return kept.cells(getattr(reading.chamber, name), name).with_columns(row=reading.rows[name])


def _counts(merged: Merged, rejected: pl.DataFrame, name: str) -> dict[str, int]:
    return {
        "new": merged.written.height - merged.changed.height,
        "same": merged.same,
        "changed": merged.changed.height,
        "rejected": rejected.filter(pl.col("table") == name).height,
    }


def _kept_out(reading: Reading, later: Mapping[str, pl.DataFrame]) -> pl.DataFrame | None:
    """Writs that are good rows but tell of what cannot have happened yet."""
    if "writs" not in later:
        return None
    return _cells(reading, "writs").join(later["writs"], on="row", how="semi")


def _follow(store: Store, doing: Act, merged: dict[str, Merged], faulty: pl.DataFrame) -> None:
    """What follows from new rows: a writ waits; of one that came back the proceeding is closed. faulty: new states."""
    writs, ledger = merged["writs"], merged["ledger"]
    at = doing.at.isoformat()
    ids = _ids(writs.written, ledger.written, faulty)
    known = kept.held(store, "states", store.among("t.writ_id", "ids"), ids=ids)
    waiting = writs.written.join(known.filter(pl.col("state") == "pending"), on="writ_id", how="anti")
    back = kept.held(
        store, "ledger", f"t.closed_at IS NULL AND {store.among('t.writ_id', 'ids')}", ids=waiting["writ_id"].to_list()
    ).join(ledger.ended, on="id", how="anti")
    closed_back = back.drop("closed_at").join(waiting.select("writ_id", closed_at="received_at"), on="writ_id")
    doing.end("ledger", pl.concat([ledger.ended.select(ledger.ended.columns), back.select(ledger.ended.columns)]))
    doing.write("ledger", pl.concat([ledger.written, closed_back.select(ledger.written.columns)]))
    over = ledger.written.filter(pl.col("closed_at").is_not_null()).join(waiting, on="writ_id", how="anti")
    over = over.join(
        known.filter(~pl.col("state").is_in(["pending", "closed", "withdrawn", "annulled"])), on="writ_id", how="semi"
    ).select("writ_id")
    moved = pl.concat(
        [
            waiting.select("writ_id", state=pl.lit("pending")),
            over.select("writ_id", state=pl.lit("closed")),
            faulty.join(known.filter(~pl.col("state").is_in(["withdrawn", "annulled"])), on="writ_id", how="anti"),
        ]
    )
    doing.end("states", known.join(moved, on="writ_id", how="semi"))
    doing.write("states", moved.with_columns(at=pl.lit(at), batch_id=pl.lit(None, dtype=pl.String)))


def _ids(*frames: pl.DataFrame) -> list[str]:
    return pl.concat([frame.select("writ_id") for frame in frames])["writ_id"].unique().sort().to_list()


def _enter_chambers(store: Store, doing: Act, districts: pl.DataFrame) -> None:
    """A chamber's first secret is drawn, and its commitment told, when its first district comes into the book."""
    known = kept.held(store, "chambers")
    new = districts.join(known, on="chamber_id", how="anti")["chamber_id"].unique().sort().to_list()
    drawn = {chamber_id: secrets.token_hex(32) for chamber_id in new}
    for chamber_id, secret in drawn.items():
        keep_secret(store, chamber_id, 1, secret)
    commitments = {chamber_id: canon.commitment(secret) for chamber_id, secret in drawn.items()}
    doing.write(
        "chambers",
        pl.DataFrame(
            {"chamber_id": list(commitments), "commitment": list(commitments.values())}, schema=TABLES["chambers"].types
        ),
    )
    if commitments:
        doing.payload["commitments"] = commitments
