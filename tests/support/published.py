"""A chamber's batches as a book would keep them, for tests of what it publishes: key, secrets, commitments, links."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import polars as pl

from tengbol import batch
from tengbol.book import canon
from tengbol.book.drawing import decides
from tengbol.model.tables import TABLES
from tengbol.outcome import LOT_VERSION
from tengbol.proofs import text
from tengbol.report.record import Record, joined, of_distribution
from tengbol.ruling import rule, turn_of
from tengbol.scenarios.stream import Recipe, Stream, draw

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

KEY = "5a" * 32


@dataclass(frozen=True)
class Kept:
    """A stream that was distributed day by day. commitment: of the first secret, as published before any batch."""

    stream: Stream
    record: Record
    commitment: str


def hashed(*lines: str) -> str:
    return sha256("\n".join(lines).encode()).hexdigest()


def secret(number: int) -> str:
    return sha256(f"secret {number}".encode()).hexdigest()


def committed(number: int) -> str:
    return hashed("tengbol commitment", secret(number))


def kept(
    recipe: Recipe, days: Sequence[dt.date] | None = None, *, key: str = KEY, lot_version: int = LOT_VERSION
) -> Kept:
    """Distribute every day, each with the seed that its secret gives with the batch, or as 0.1.0 did with its input."""
    stream = draw(recipe)
    waiting, ledger, balances = stream.writs.clear(), stream.chamber.ledger, TABLES["balances"].empty()
    records = []
    for number, day in enumerate(days or stream.days, 1):
        chamber = stream.batch(day, waiting=waiting, ledger=ledger, balances=balances)
        digest = sha256(chamber.writs.write_csv().encode()).hexdigest()
        value = f"draw of {day}" if number % 3 else None
        drawn, own = value or "", secret(number)
        ruled = rule(chamber, as_of=stream.as_of(day), turn=turn_of(own, drawn), key=key)
        first = lot_version == 1
        seed = canon.first_seed(own, digest, drawn) if first else canon.seed(own, decides(ruled, key), drawn)
        result = batch.draw(ruled, seed, lot_version=lot_version)
        chain = {
            "secret": secret(number),
            "input_digest": digest,
            "public_value": value,
            "commitment": committed(number + 1),
            "certificate": text(result.certificate),
            **({} if first else {"made": day, "document": None}),
        }
        records.append(
            of_distribution(chamber, result, batch_id=f"batch-{number:04d}", number=number, chain=chain)  # type: ignore[arg-type]
        )
        waiting = chamber.writs.join(result.unassigned, on="writ_id", how="semi", maintain_order="left")
        ledger = pl.concat([ledger, stream.opened(day, result.assignments)])
        balances = result.balances
    return Kept(stream, joined(records), committed(1))
