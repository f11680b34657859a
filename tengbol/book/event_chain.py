"""The chain of a book's events: each one's hash, and what each says of the rows that it wrote and ended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from tengbol.book import canon
from tengbol.book.opening import key_of
from tengbol.book.schema import NUMBER, TEXT
from tengbol.io.key import commitment as key_commitment
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from tengbol.book.store import Store


def number_of(store: Store, hashed: str) -> int | None:
    """The event that has a hash, none where none has."""
    found = store.frame("SELECT seq FROM events WHERE hash = :hash ORDER BY seq", {"seq": NUMBER}, hash=hashed)
    return found["seq"][0] if found.height else None


def faults_of_chain(chain: pl.DataFrame, begin: int = 0) -> list[tuple[int, str]]:
    """Event and sentence for each that does not fit. begin: the event that `chain` begins with, 0 for a whole chain."""
    faults: list[tuple[int, str]] = []
    before = None if begin else canon.FIRST_HASH
    for place, event in enumerate(chain.iter_rows(named=True), max(begin, 1)):
        if event["seq"] != place:
            faults.append((place, Phrase("is missing; the next is {seq}", seq=event["seq"])))
            return faults
        if before is not None and event["previous"] != before:
            faults.append((place, Phrase("does not follow the event before it")))
        if canon.event_hash(event) != event["hash"]:
            faults.append((place, Phrase("is not what was written: its hash differs")))
        before = event["hash"]
    return faults


def said_of(chain: pl.DataFrame) -> dict[tuple[str, str, int], dict[str, Any]]:
    """Digests that events hold, by (wrote or ended, table, event); what cannot be read is found by its hash.

    Of rows that were erased, the digests that they have since (`erasing`).
    """
    said: dict[tuple[str, str, int], dict[str, Any]] = {}
    for seq, text in chain.select("seq", "payload").iter_rows():
        try:
            content = json.loads(text)
            for act in ("wrote", "ended"):
                for table, part in content.get(act, {}).items():
                    said[act, table, seq] = {"rows": part["rows"], "digest": part["digest"]}
                for number, part in content.get("erased", {}).get("names", {}).get(act, {}).items():
                    said[act, "names", int(number)] = {"rows": part["rows"], "digest": part["digest"]}
        except (ValueError, AttributeError, TypeError, LookupError, RecursionError):
            continue
    return said


def faults_of_key(store: Store) -> list[str]:
    """What to say where the key that masks ids is not the one whose commitment the first event told."""
    first = store.frame("SELECT payload FROM events WHERE seq = 1", {"payload": TEXT})
    try:
        told = json.loads(first["payload"][0])["key_commitment"]
    except (ValueError, LookupError, TypeError, RecursionError, pl.exceptions.PolarsError):
        return []
    if key_commitment(key_of(store)) != told:
        return [Phrase("is not the key whose commitment was told when the book was opened")]
    return []
