"""What travels from the tables to the law: one chamber's tables, checked once at the door and then trusted."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

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
