"""What the book holds, as frames: now, or as it stood after an event; between stored cells and the model's types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book.schema import CONTRACT, TABLES

if TYPE_CHECKING:
    from tengbol.book.store import Store

#: Columns of the contract's tables that are no text, by how their text is read.
_DAYS: Final = frozenset(
    {"licensed_from", "licensed_to", "valid_from", "valid_to", "start", "end", "issued_on", "last", "index_day"}
)
_DUE: Final = frozenset({"distribute_by", "collect_by", "notify_creditor_by"})
_MOMENTS: Final = frozenset({"received_at", "assigned_at", "closed_at"})
#: The same of tables that are the book's alone.
_OWN_MOMENTS: Final = frozenset({"at", "as_of"})
#: How a moment is stored.
MOMENT: Final = "%Y-%m-%dT%H:%M:%S%.f"
_FLAGS: Final = frozenset({"immediate", "state_interest", "original_attached"})


#: Columns of a batch that are as long as all its rows.
LENGTHY: Final = ("manifest", "certificate")


def holding(alias: str, seq: int | None = None) -> str:
    """SQL: whether a row holds now, or held after event `seq`."""
    if seq is None:
        return f"{alias}.until IS NULL"
    return f"{alias}.since <= {int(seq)} AND ({alias}.until IS NULL OR {alias}.until > {int(seq)})"


def later(begin: int, column: str = "since") -> str:
    """SQL: whether an event came after `begin`; all there are where that is 0, also such as no event should have."""
    return f"{column} > {int(begin)}" if begin else "1 = 1"


def held(
    store: Store,
    table: str,
    condition: str = "1 = 1",
    *,
    seq: int | None = None,
    leaving: tuple[str, ...] = (),
    many: bool = False,
    **values: Any,
) -> pl.DataFrame:
    """Rows of a table (called `t` in the condition) with their `id`, own columns as stored, and `since`.

    leaving: columns that are left out, as `LENGTHY`. many: whether it may be very many rows; they come in any order.
    """
    types = {"id": pl.Int64(), **TABLES[table].types, "since": pl.Int64()}
    for name in leaving:
        del types[name]
    names = ", ".join(f't."{name}"' for name in types)
    asked = store.long if many else store.frame
    return asked(f'SELECT {names} FROM "{table}" t WHERE {holding("t", seq)} AND {condition}', types, **values)


def selected(table: str, alias: str) -> str:
    """SQL: `id`, own columns and `since` of a table."""
    return ", ".join(f'{alias}."{name}"' for name in ("id", *TABLES[table].columns, "since"))


def own(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Only a table's own columns, in the order of its lines, which makes equal contents equal frames."""
    return frame.select(TABLES[table].columns).sort(TABLES[table].columns, nulls_last=True)


def typed(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """A contract's table, or `assignments`, from cells as stored to the model's types."""
    return frame.select(_read(name) for name in TABLES[table].columns)


def _read(name: str, *, strict: bool = True) -> pl.Expr:
    """strict: whether a cell that cannot be read is an error, or else null."""
    cell = pl.col(name)
    if name in _DAYS or name in _DUE:
        return cell.str.to_date("%Y-%m-%d", strict=strict)
    if name in _MOMENTS or name in _OWN_MOMENTS:
        return cell.str.to_datetime(MOMENT, time_unit="us", strict=strict)
    if name in _FLAGS:
        return cell == "true"
    if name == "amount":
        return cell.cast(pl.Float64, strict=strict)
    if name == "share":
        return cell.cast(pl.Decimal(38, 9), strict=strict)
    return cell


def unread(name: str) -> pl.Expr | None:
    """Whether a column's cell is there and cannot be read; nothing of a column that is text."""
    read = _read(name, strict=False)
    return None if read.meta.eq(pl.col(name)) else pl.col(name).is_not_null() & read.is_null()


def cells(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """A table from the model's types to cells as they are stored."""
    types = TABLES[table].types
    return frame.select(_written(name, frame.schema[name], types[name]) for name in TABLES[table].columns)


def _written(name: str, dtype: pl.DataType, stored: pl.DataType) -> pl.Expr:
    cell = pl.col(name)
    if dtype == pl.Datetime:
        return cell.dt.to_string(MOMENT).alias(name)
    return cell.cast(stored)


def contract_tables(store: Store, seq: int | None = None) -> dict[str, pl.DataFrame]:
    """Everything that holds now, as the contract's tables, or held after event `seq`.

    Of writs, those that wait or are set aside.
    """
    tables = {name: held(store, name, seq=seq) for name in CONTRACT if name != "writs"}
    tables["writs"] = store.frame(
        f"SELECT {selected('writs', 'w')} FROM states s JOIN writs w ON w.writ_id = s.writ_id AND {holding('w', seq)} "
        f"WHERE {holding('s', seq)} AND s.state IN ('pending', 'set_aside')",
        {"id": pl.Int64(), **TABLES["writs"].types, "since": pl.Int64()},
    )
    return {name: typed(own(tables[name], name), name) for name in CONTRACT}
