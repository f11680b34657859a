"""Writs that wait once more: redistributed after a departure (¶3), recused (¶12), returned or forwarded (¶5, ¶11).

The proceeding is closed, and the registered writ waits again under its own id, with its own three days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from tengbol.book.kept import held
from tengbol.book.schema import TABLES

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.book.acts import Act
    from tengbol.book.store import Store


@dataclass(frozen=True)
class Back:
    """`writ_ids` wait again. `unknown`: proceedings whose writ is not in the book, and has to be imported to wait."""

    writ_ids: tuple[str, ...]
    unknown: tuple[str, ...]


def send_back(
    store: Store, doing: Act, proceedings: pl.DataFrame, at: dt.datetime, origin: str, arose: dt.date | None = None
) -> Back:
    """Close open proceedings (rows held of `ledger`) and let their writs wait from `at` on, within an act.

    arose: the day of the circumstance that brings them back, where it is earlier: from it the term runs (¶7), though
    never from before a proceeding was opened.
    """
    ids = proceedings["writ_id"].to_list()
    writs = held(store, "writs", store.among("t.writ_id", "ids"), ids=ids)
    known = proceedings.join(writs, on="writ_id", how="semi")
    moment = pl.lit(at.isoformat())
    doing.end("ledger", known)
    doing.write("ledger", known.with_columns(closed_at=moment).select(TABLES["ledger"].columns))
    doing.end("writs", writs)
    doing.write(
        "writs",
        writs.drop("previous_enforcer_id")
        .join(known.select("writ_id", "assigned_at", previous_enforcer_id="enforcer_id"), on="writ_id")
        .with_columns(received_at=_since(at, arose), origin=pl.lit(origin))
        .select(TABLES["writs"].columns),
    )
    move(store, doing, writs["writ_id"].to_list(), "pending", at)
    unknown = proceedings.join(writs, on="writ_id", how="anti")["writ_id"].sort()
    return Back(tuple(writs["writ_id"].sort()), tuple(unknown))


def _since(at: dt.datetime, arose: dt.date | None) -> pl.Expr:
    """From when writs wait: moments as stored, whose order is that of their text."""
    if arose is None or arose >= at.date():
        return pl.lit(at.isoformat())
    day = pl.lit(f"{arose.isoformat()}T00:00:00")
    return pl.min_horizontal(pl.max_horizontal(day, "assigned_at"), pl.lit(at.isoformat()))


def move(store: Store, doing: Act, writ_ids: list[str], state: str, at: dt.datetime) -> None:
    """Bring writs to another state, keeping by which batch they were assigned unless they wait again."""
    before = held(store, "states", store.among("t.writ_id", "ids"), ids=writ_ids)
    doing.end("states", before)
    kept = pl.col("batch_id") if state != "pending" else pl.lit(None, dtype=pl.String)
    doing.write(
        "states",
        pl.DataFrame({"writ_id": writ_ids}, schema={"writ_id": pl.String})
        .join(before.select("writ_id", "batch_id"), on="writ_id", how="left", maintain_order="left")
        .select("writ_id", state=pl.lit(state), at=pl.lit(at.isoformat()), batch_id=kept),
    )
