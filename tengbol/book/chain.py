"""A chamber's chain of batches: each one's secret, seed and link, and what does not fit in a chain.

Against whom it protects is in `docs/book.md`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from tengbol.book import canon
from tengbol.book.drawing import seed_of
from tengbol.book.kept import held, later
from tengbol.book.schema import NUMBER, TABLES, TEXT
from tengbol.phrase import Phrase
from tengbol.report.public.chain import START, link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tengbol.book.store import Store


def faults_of_batches(store: Store, begin: int = 0) -> list[tuple[int, str, str]]:
    """Event, batch and sentence for each batch after event `begin` whose secret, seed or link does not fit."""
    found = []
    for chamber in held(store, "chambers").sort("chamber_id").iter_rows(named=True):
        due, before, number = chamber["commitment"], START, 0
        if last := last_of(store, chamber["chamber_id"], begin):
            due, before, number = last["commitment_next"], last["link"], last["number"]
        for batch in batches_of(store, chamber["chamber_id"], begin):
            number += 1

            def fault(sentence: str, batch: dict[str, Any] = batch) -> None:
                found.append((batch["since"], batch["batch_id"], sentence))

            if batch["number"] != number:
                told = {"number": batch["number"], "due": number, "chamber": chamber["chamber_id"]}
                fault(Phrase("is numbered {number}, and {due} comes next in chamber {chamber}", **told))
            if canon.commitment(batch["secret"]) != due or batch["commitment"] != due:
                fault(Phrase("reveals a secret that does not fit the commitment published before it"))
            try:
                part = json.loads(batch["manifest"])["public"]
                if seed_of(batch, part) != batch["seed"]:
                    fault(Phrase("has a seed that does not follow from its secret, input and public value"))
                if link(before, part) != batch["link"]:
                    fault(Phrase("has a link that does not follow from its public part and the batch before it"))
            except (ValueError, LookupError, TypeError, RecursionError):
                fault(Phrase("has a manifest that cannot be read"))
            due, before = batch["commitment_next"], batch["link"]
        left = store.frame(
            "SELECT number, secret FROM secrets WHERE chamber_id = :chamber_id ORDER BY number DESC LIMIT 1",
            {"number": pl.Int64(), "secret": pl.String()},
            chamber_id=chamber["chamber_id"],
        )
        if left.is_empty() or left["number"][0] != number + 1 or canon.commitment(left["secret"][0]) != due:
            seq = chamber["since"]
            told = Phrase("its next secret does not fit the commitment published for it")
            found.append((seq, chamber["chamber_id"], told))
    return found


def batches_of(store: Store, chamber_id: str, begin: int = 0) -> Iterator[dict[str, Any]]:
    """A chamber's batches after event `begin` in order, one at a time: a manifest is as long as its writs are many."""
    ids = store.frame(
        f"SELECT id FROM batches WHERE chamber_id = :chamber_id AND {later(begin)} ORDER BY number",
        {"id": pl.Int64()},
        chamber_id=chamber_id,
    )
    types = {**TABLES["batches"].types, "since": pl.Int64()}
    for identity in ids["id"].to_list():
        yield store.frame(f"SELECT {', '.join(types)} FROM batches WHERE id = :id", types, id=identity).row(
            0, named=True
        )


def last_of(store: Store, chamber_id: str, begin: int) -> dict[str, Any] | None:
    """What the next batch follows: `number`, `link`, `commitment_next`, `since` of a chamber's last until `begin`."""
    types = {"number": NUMBER, "link": TEXT, "commitment_next": TEXT, "since": NUMBER}
    found = store.frame(
        f"SELECT {', '.join(types)} FROM batches WHERE chamber_id = :chamber_id AND since <= :begin "
        "ORDER BY number DESC LIMIT 1",
        types,
        chamber_id=chamber_id,
        begin=begin,
    )
    return found.row(0, named=True) if found.height else None
