"""What travels from the tables to the law: one chamber's tables, checked once at the door and then trusted."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, repr=False)
class Chamber:
    """The tables of one batch (contract section 2), each with exactly its contract columns, in their order.

    Types: ids, codes and texts `String`; days `Date`; moments `Datetime("us")`, the chamber's local time; booleans
    `Boolean`; `amount` `Float64` (tenge); `received` `Int64` (writs); `share` `Decimal(38, 9)` (writs).
    A table that was not given is there with no rows. Optional cells are null.
    """

    districts: pl.DataFrame
    enforcers: pl.DataFrame
    attachments: pl.DataFrame
    absences: pl.DataFrame
    writs: pl.DataFrame
    recusals: pl.DataFrame
    ledger: pl.DataFrame
    balances: pl.DataFrame

    def __repr__(self) -> str:
        sizes = ", ".join(f"{field.name} {getattr(self, field.name).height}" for field in fields(self))
        return f"<Chamber, rows: {sizes}>"
