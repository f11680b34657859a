"""¶3(3): the open proceedings of whoever departs return to the chamber and are distributed anew.

The ledger tells of a proceeding less than a writ needs; what it does not tell is filled in so that nothing but what it
tells decides: ready, not immediate, distributable as it was before, whatever the sum. `docs/decisions.md` says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from tengbol.model.tables import TABLES
from tengbol.parameters import CLAIMS, CREDITORS

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.model.chamber import Chamber


@dataclass(frozen=True)
class Returned:
    """A chamber whose departed hold nothing any more.

    chamber: their open proceedings closed on the day they departed, and pending as writs. proceedings: what they had
    open, the ledger's columns, `on`, and `pending`: whether the writ was pending already, and so is not pending twice.
    """

    chamber: Chamber
    proceedings: pl.DataFrame


def returned(chamber: Chamber, departures: pl.DataFrame) -> Returned:
    """Let what `departures` (as of `Plan`) had open return. Whoever departs twice had it the first time."""
    theirs = (
        chamber.ledger.with_row_index("_row")
        .filter(pl.col("closed_at").is_null())
        .join(departures, on="enforcer_id", maintain_order="left")
        .filter(pl.col("kept").is_null() | (pl.col("kept") != pl.col("district_id")))
        .drop("kept")
        .sort("_row", "on")
        .unique("_row", keep="first", maintain_order=True)
    )
    if theirs.is_empty():
        return Returned(chamber, theirs.drop("_row").with_columns(pending=pl.lit(False)))
    had = theirs.with_columns(
        pending=pl.col("writ_id").is_in(chamber.writs["writ_id"].implode()) | ~pl.col("writ_id").is_first_distinct()
    )
    closed = had.select("_row", _closed=pl.col("on").cast(pl.Datetime("us")))
    ledger = (
        chamber.ledger.with_row_index("_row")
        .join(closed, on="_row", how="left", maintain_order="left")
        .with_columns(closed_at=pl.coalesce("closed_at", "_closed"))
        .select(chamber.ledger.columns)
    )
    pending = as_writs(had.filter(~pl.col("pending"))).sort("writ_id")
    return Returned(
        replace(chamber, ledger=ledger, writs=pl.concat([chamber.writs, pending])),
        had.drop("_row").sort("enforcer_id", "writ_id"),
    )


def held(writs: pl.DataFrame, assignments: pl.DataFrame, moment: dt.datetime) -> pl.DataFrame:
    """Proceedings that a batch of `moment` opens: the ledger's columns, of `writs` as `assignments` gave them."""
    return (
        writs.select("writ_id", "case_id", "debtor_id", district_id="debtor_district_id")
        .join(assignments.select("writ_id", "category", "enforcer_id"), on="writ_id", maintain_order="left")
        .with_columns(assigned_at=pl.lit(moment), closed_at=pl.lit(None))
        .select(pl.col(column).cast(kind) for column, kind in TABLES["ledger"].types.items())
    )


def as_writs(proceedings: pl.DataFrame) -> pl.DataFrame:
    """Proceedings of the ledger, with `on`, as the writs they come from (contract section 2)."""
    category = pl.col("category")
    claim = category.replace_strict({name: claims[-1] for name, claims in CLAIMS.items()})
    money = claim == "money"
    when = pl.col("on").cast(pl.Datetime("us"))
    return proceedings.select(
        writ_id="writ_id",
        received_at=when,
        form=pl.lit("paper"),
        issued_by=pl.lit("as in the ledger"),
        number="writ_id",
        issued_on=pl.min_horizontal(pl.col("assigned_at").dt.date(), "on"),
        subject=pl.lit("proceeding distributed anew"),
        claim=claim,
        amount=pl.when(money).then(1.0),
        creditor_id=pl.format("creditor in {}", "writ_id"),
        creditor_kind=category.replace_strict(CREDITORS).fill_null("individual"),
        debtor_id="debtor_id",
        debtor_district_id="district_id",
        case_id="case_id",
        immediate=pl.lit(False),
        state_interest=pl.lit(False),
        signature=pl.lit(None, dtype=pl.String),
        original_attached=pl.lit(True),
        origin=pl.lit("redistributed"),
        previous_enforcer_id="enforcer_id",
    ).select(pl.col(column).cast(kind) for column, kind in TABLES["writs"].types.items())
