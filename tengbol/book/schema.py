"""Every table of the book, declared once: columns, keys, and which of them make up a row's canonical line.

A cell is text exactly as the contract writes it (days `2026-11-23`, flags `true`, shares with nine places), or a whole
number: so the same bytes are stored and hashed on every store, and any tool can recompute a hash. A row has besides its
own columns `since`, the event that wrote it, `until`, the event that ended it (null while it holds), and `row_hash`, by
which a changed row can be named.

Kept apart from the model's tables, whose import costs half of the second that an urgent writ may take.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The migration that this code needs; `book init` brings a book to it.
VERSION: Final = "0014"

TEXT: Final = pl.String()
NUMBER: Final = pl.Int64()


@dataclass(frozen=True)
class Rows:
    """A table of rows.

    columns: its own, in the order of a row's line. key: what tells apart the rows that hold at one time; none where
    rows are only ever added, or where the whole row is the key. numbers: columns that hold whole numbers.
    later: the last columns, which earlier versions had not (`canon.lines`).
    """

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    later: tuple[str, ...] = ()

    @property
    def types(self) -> dict[str, pl.DataType]:
        """Of its own columns as they are stored."""
        return {name: NUMBER if name in self.numbers else TEXT for name in self.columns}

    @property
    def stored(self) -> dict[str, pl.DataType]:
        """Of all columns, `id` first."""
        return {"id": NUMBER, **self.types, "since": NUMBER, "until": NUMBER, "row_hash": TEXT}


_CELL: Final = ("enforcer_id", "category")
_PROCEEDING: Final = (
    "writ_id",
    "case_id",
    "debtor_id",
    "category",
    "enforcer_id",
    "district_id",
    "assigned_at",
    "closed_at",
)
#: Of `recusals`: whose party an enforcer may not have, until when, and the papers of ¶12(2).
_PERSON: Final = ("party_id", "valid_to", "application", "confirmation")
_WRIT: Final = (
    *("writ_id", "received_at", "form", "issued_by", "number", "issued_on", "subject", "claim", "amount"),
    *("creditor_id", "creditor_kind", "debtor_id", "debtor_district_id", "case_id", "immediate", "state_interest"),
    *("signature", "original_attached", "origin", "previous_enforcer_id"),
)
#: Why, beside the sentence that says so: how many bundles were alike; and what keeps a writ back.
_WAITING: Final = (
    *("district_id", "received_at", "signature", "amount", "limit"),
    *("holder", "basis", "writs", "last", "index_day"),
)
_ASSIGNMENT: Final = (
    *("batch_id", "writ_id", "enforcer_id", "category", "basis", "bundle_id", "pool_size", "distribute_by"),
    *("collect_by", "notify_creditor_by", "explanation", "pool_id", "lot_id", "district_id", "alike"),
)
_STANDING: Final = (
    *("batch_id", "enforcer_id", "name", "district_id", "chamber_id", "category"),
    *("received_before", "share_before", "received_after", "share_after"),
)
_BATCH: Final = (
    *("batch_id", "chamber_id", "number", "kind", "as_of", "seed", "secret", "commitment", "commitment_next"),
    *("input_digest", "public_source", "public_value", "status", "status_total"),
    *("objective", "lower_bound", "objective_total", "lower_bound_total", "link", "manifest", "certificate"),
)

#: The contract's tables in, as the book keeps them, in the contract's order.
CONTRACT: Final = ("districts", "enforcers", "attachments", "absences", "writs", "recusals", "ledger", "balances")

TABLES: Final[Mapping[str, Rows]] = MappingProxyType(
    {
        table.name: table
        for table in (
            Rows("districts", ("district_id", "name", "chamber_id"), ("district_id",)),
            Rows(
                "enforcers",
                ("enforcer_id", "name", "district_id", "licensed_from", "licensed_to"),
                ("enforcer_id",),
            ),
            Rows("attachments", ("district_id", "enforcer_id", "valid_from", "valid_to")),
            Rows("absences", ("enforcer_id", "reason", "start", "end", "reference")),
            Rows("writs", _WRIT, ("writ_id",)),
            Rows("recusals", ("writ_id", "enforcer_id", "ground", "decision", *_PERSON), later=_PERSON),
            Rows("ledger", _PROCEEDING, ("writ_id", "assigned_at")),
            Rows(
                "balances", ("enforcer_id", "category", "received", "share"), ("enforcer_id", "category"), ("received",)
            ),
            Rows("centres", ("district_id",), ("district_id",)),
            Rows("chambers", ("chamber_id", "commitment"), ("chamber_id",)),
            Rows("states", ("writ_id", "state", "at", "batch_id"), ("writ_id",)),
            Rows("assignments", _ASSIGNMENT, numbers=("pool_size", "alike"), later=("alike",)),
            Rows(
                "unassigned",
                ("batch_id", "writ_id", "code", "explanation", *_WAITING),
                numbers=("limit", "writs"),
                later=_WAITING,
            ),
            Rows("left_out", ("batch_id", "district_id", "pool_id", "enforcer_id", "reason")),
            Rows(
                "passed_over", ("batch_id", "bundle_id", "place", "enforcer_id", "basis", "reason"), numbers=("place",)
            ),
            Rows("shares", ("batch_id", "pool_id", "category", "enforcer_id", "writs", "share"), numbers=("writs",)),
            Rows("pools", ("pool_id", "enforcer_id")),
            Rows(
                "standing",
                _STANDING,
                numbers=("received_before", "share_before", "received_after", "share_after"),
            ),
            Rows(
                "batches",
                _BATCH,
                numbers=("number", "objective", "lower_bound", "objective_total", "lower_bound_total"),
                later=("certificate",),
            ),
            Rows("incomplete", ("writ_id", "received_at", "immediate", "code", "message"), ("writ_id",)),
            # salt: drawn for each row and erased with its names, so that no digest that is left confirms a guess.
            Rows("names", ("writ_id", "debtor_name", "creditor_name", "salt"), ("writ_id",), later=("salt",)),
            Rows("corrections", ("writ_id", "act", "batch_id", "enforcer_id", "category", "pool_id")),
            Rows("rejected", ("table", "row", "column", "code", "message"), numbers=("row",)),
        )
    }
)
