"""What a batch has published, told again from the book's rows as they are now.

Rows are held by their events, and events by each other; whoever makes all of these anew still has to meet the links,
which others have. So the public part is not only taken from the batch's manifest but reckoned from its assignments,
unassigned writs, pools and standing, and its input's digest from the tables as they stood; the balances that it left
are those of its standing. What everyone was due, and how many bundles were alike, follows from its assignments and
pools; names, kind and source of its public value from what they were taken from (`as_then`).
"""

from __future__ import annotations

import datetime as dt
import json
from bisect import bisect_left
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book.as_then import WHOSE, faults_of_kinds, renamed
from tengbol.book.chain import batches_of, last_of
from tengbol.book.compensation import corrections_of
from tengbol.book.decided import contradicting
from tengbol.book.kept import held, later
from tengbol.book.opening import key_of
from tengbol.book.record import runs_of
from tengbol.book.schema import TABLES, TEXT
from tengbol.book.unrecorded import counted, on_imports
from tengbol.errors import UnusableInputError
from tengbol.model.law.shares import parts_of, with_parts
from tengbol.phrase import Phrase
from tengbol.report.public.names import public_enforcers
from tengbol.report.public.part import opening_rows, public_part
from tengbol.verify.public.alone import lot_of_part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tengbol.book.store import Store

#: What of a batch's rows is looked at; explanations, most of what is kept, are none of it.
_LOOKED_AT: Final = {
    "assignments": (
        *("writ_id", "bundle_id", "lot_id", "category", "district_id", "basis", "pool_id", "enforcer_id", "alike"),
    ),
    "unassigned": ("writ_id", "code"),
    "standing": (*WHOSE, "category", "received_before", "share_before", "share_after"),
    "shares": ("pool_id", "category", "enforcer_id", "writs", "share"),
}


def faults_of_parts(store: Store, unshown: list[str] | None = None, begin: int = 0) -> Iterator[tuple[int, str, str]]:
    """Event, batch and sentence for each batch that published something else than its rows give, or than its lot.

    unshown: takes the batches of which it was not shown who among equals. begin: of batches after that event.

    Each batch's rows and those of its input are read once, so the time grows with them and no faster. All rows must be
    as they were written (`audit`), and the key the book's.
    """
    from tengbol.book.past import digest_of_input

    key, runs = key_of(store), runs_of(store)
    rejected = store.frame("SELECT since FROM rejected ORDER BY since", {"since": pl.Int64()})["since"].to_list()
    chambers = store.frame("SELECT DISTINCT chamber_id FROM batches ORDER BY 1", {"chamber_id": TEXT})
    names: list[str] = chambers["chamber_id"].to_list()
    before = {name: last["since"] for name in names if (last := last_of(store, name, begin))}
    for batch in chain.from_iterable(batches_of(store, name, begin) for name in names):
        chamber_id, seq = batch["chamber_id"], batch["since"]
        count = bisect_left(rejected, seq) - bisect_left(rejected, before.get(chamber_id, 0) + 1)
        corrected = corrections_of(store, chamber_id, before.get(chamber_id, 0), seq)
        before[chamber_id] = seq
        try:
            # What is as long as its writs are many goes as soon as it was looked at.
            told, digest = batch.pop("manifest"), digest_of_input(store, batch)
            rows = _rows(store, batch["batch_id"])
            given = _part(rows, {**batch, **runs[seq]}, key, count, corrected)
            told = json.loads(told)["public"]
            odd = sorted(name for name in given.keys() | told.keys() if given.get(name) != told.get(name))
            otherwise = contradicting(rows) if runs[seq]["reasoned"] else []
            standing = rows["standing"]
            del told, rows
        except (UnusableInputError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            yield seq, batch["batch_id"], Phrase("cannot be told again from its rows: {error}", error=error)
            continue
        if digest != batch["input_digest"]:
            yield seq, batch["batch_id"], Phrase("was made of another input than the book's rows give")
        if runs[seq]["on_word"] not in (None, counted(store, batch["batch_id"])):
            yield seq, batch["batch_id"], Phrase("tells of other writs bound without a record than its rows give")
        if runs[seq]["on_imports"] not in (None, on_imports(store, batch["batch_id"])):
            yield seq, batch["batch_id"], Phrase("tells of other writs bound by imported records than its rows give")
        if len(others := renamed(store, seq, standing)):
            told = Phrase(
                "keeps {who} under another name, district or chamber than he had then (enforcers so: {n})",
                who=others[0],
                n=len(others),
            )
            yield seq, batch["batch_id"], told
        if otherwise:
            told = Phrase(
                "keeps other {parts} than its assignments, pools and standing give", parts=", ".join(otherwise)
            )
            yield seq, batch["batch_id"], told
        if odd:
            yield seq, batch["batch_id"], Phrase("has published other {parts} than its rows give", parts=", ".join(odd))
        else:
            yield from _faults_of_lot(standing, batch, given, key, [] if unshown is None else unshown)
    yield from faults_of_kinds(store, begin)
    yield from _faults_of_balances(store, begin)


def _rows(store: Store, batch_id: str) -> dict[str, pl.DataFrame]:
    """What is looked at of a batch's rows, and the members of its pools."""
    rows = {
        name: store.long(
            f"SELECT {', '.join(columns)} FROM {name} WHERE until IS NULL AND batch_id = :id",
            {column: TABLES[name].types[column] for column in columns},
            id=batch_id,
        )
        for name, columns in _LOOKED_AT.items()
    }
    used = rows["assignments"]["pool_id"].unique().sort().to_list()
    return {**rows, "pools": held(store, "pools", store.among("t.pool_id", "ids"), ids=used)}


def _part(
    rows: Mapping[str, pl.DataFrame], batch: Mapping[str, Any], key: str, rejected: int, corrections: pl.DataFrame
) -> dict[str, Any]:
    """Public part of a batch by its rows."""
    return public_part(
        {**batch, "as_of": dt.datetime.fromisoformat(batch["as_of"]), "commitment": batch["commitment_next"]},
        assignments=rows["assignments"].drop("alike"),
        unassigned=rows["unassigned"],
        rejected=rejected,
        pools=with_parts(
            rows["pools"].select("pool_id", "enforcer_id"),
            parts_of(rows["shares"].with_columns(pl.col("share").cast(pl.Decimal(38, 9)))),
        ),
        standing=rows["standing"],
        key=key,
        corrections=corrections,
    )


def _faults_of_lot(
    standing: pl.DataFrame, batch: Mapping[str, Any], part: dict[str, Any], key: str, unshown: list[str]
) -> Iterator[tuple[int, str, str]]:
    """The batch, where its seed gives something else among equals."""
    seq, name = batch["since"], batch["batch_id"]
    try:
        broken, left = lot_of_part(part, _opening(standing, part, key))
    except ValueError as error:
        yield seq, name, Phrase("cannot be told again from its rows: {error}", error=error)
        return
    if left:
        unshown.append(name)
    if broken:
        yield seq, name, Phrase("gives among equals what its seed does not: {told}", told=broken[0])


def _opening(standing: pl.DataFrame, part: Mapping[str, Any], key: str) -> list[Any]:
    """Balances before a batch of everyone whom it concerns, by public names."""
    concerned = {who for members in part["pools"].values() for who in members} | {*part["assignments"]["enforcer"]}
    rows = opening_rows(standing, public_enforcers(key, standing["enforcer_id"]))
    return [row for row in rows if row[0] in concerned]


def _faults_of_balances(store: Store, begin: int) -> Iterator[tuple[int, str, str]]:
    """Batches after event `begin` that wrote other balances than the standing that they left, one at a time: all
    together are many.
    """
    columns = {"enforcer_id": pl.String(), "category": pl.String()}
    batches = store.frame(
        f"SELECT since, batch_id FROM batches WHERE {later(begin)} ORDER BY since",
        {"since": pl.Int64(), "batch_id": pl.String()},
    )
    due = pl.col("share").str.replace(".", "", literal=True).cast(pl.Int64, strict=False)
    other = pl.col("received").ne_missing(pl.col("received_after")) | due.ne_missing(pl.col("share_after"))
    for seq, batch_id in batches.iter_rows():
        wrote = store.frame(
            "SELECT enforcer_id, category, received, share FROM balances WHERE since = :seq",
            {**columns, "received": pl.Int64(), "share": pl.String()},
            seq=seq,
        )
        left = store.frame(
            "SELECT enforcer_id, category, received_after, share_after FROM standing WHERE batch_id = :id",
            {**columns, "received_after": pl.Int64(), "share_after": pl.Int64()},
            id=batch_id,
        )
        odd = wrote.join(left, on=list(columns), how="left").filter(other)
        if odd.height:
            who = odd["enforcer_id"].unique().sort()
            told = Phrase("left {who} other balances than its standing has (enforcers so: {n})", who=who[0], n=len(who))
            yield seq, batch_id, told
