"""What travels from the tables to the law: one chamber's tables, checked once at the door and then trusted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tengbol.model.tables import TABLES

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, repr=False)
class Chamber:
    """The tables of one batch, each with exactly the columns of the contract (section 2), in their order.

    A table that was not given has no rows. Optional cells are null.

    Attributes
    ----------
    districts, enforcers, attachments, absences, writs, recusals, ledger, balances : polars.DataFrame
        Ids, codes and texts are `String`; days `Date`; moments `Datetime("us")` in the chamber's local time; booleans
        `Boolean`; `amount` is `Float64` (tenge), `received` `Int64` (writs), `share` `Decimal(38, 9)` (writs).
    lost : Phrase, optional
        Why no batch may be made of these tables alone: rows that restrict or remember could not be read, and nobody has
        accepted that. `distribute` then refuses.
    """

    districts: pl.DataFrame
    enforcers: pl.DataFrame
    attachments: pl.DataFrame
    absences: pl.DataFrame
    writs: pl.DataFrame
    recusals: pl.DataFrame
    ledger: pl.DataFrame
    balances: pl.DataFrame
    # Not typed more closely: the tables are often given by a mapping of frames.
    lost: Any = field(default=None, compare=False)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name} {getattr(self, name).height}" for name in TABLES)
        return f"<Chamber, rows: {sizes}>"
