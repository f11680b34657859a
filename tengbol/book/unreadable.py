"""Cells that cannot be read: a day that is none, say, which any tool can write where a column is text.

Where all hashes were made anew they fit such a cell too, and whoever reads it would end in a library's own words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tengbol.book.kept import later, unread
from tengbol.book.schema import NUMBER, TABLES, TEXT
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tengbol.book.store import Store

#: Of these there are about as many values as writs, so that an audit would take long: they are looked at where one was
#: met (`audit.faults_of_open`).
_MANY: Final = frozenset({"received_at", "amount", "share"})


def faults_of_cells(store: Store, begin: int = 0, *, every: bool = False) -> Iterator[tuple[int, str, str, str]]:
    """Event, table, row (none is named) and sentence of each value after event `begin` that is not of its column.

    every: also of columns that have about as many values as there are writs.
    """
    for table, rows in TABLES.items():
        for column in rows.columns:
            odd = unread(column) if every or column not in _MANY else None
            if odd is None:
                continue
            asked = f'FROM "{table}" WHERE {later(begin)} AND "{column}"'
            values = store.frame(f'SELECT DISTINCT "{column}" {asked} IS NOT NULL', {column: TEXT})
            for value in values.filter(odd)[column].sort().head(1):
                first = store.frame(f"SELECT MIN(since) {asked} = :value", {"since": NUMBER}, value=value)
                told = Phrase("{column} is {value}, which cannot be read", column=column, value=repr(value))
                yield first["since"][0], table, "", told
