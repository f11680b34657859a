"""Which sheet is which table, and which of its lines are rows: by what stands there, whatever a sheet is called.

Above a header there may be titles; below it rows of totals, the header once more on a new page, and lines that are
numbered and otherwise empty. None of these is a row, and each that is left out is told by its number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.io.aliases import meant
from tengbol.io.grid import BLANKS, header_line
from tengbol.io.headers import sheet
from tengbol.model.tables import TABLES
from tengbol.phrase import Phrase, listed, mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tengbol.model.tables import Table

#: What a line of totals begins with.
_TOTALS: Final = (
    r"^(?:итого|всего|общий итог|общая сумма|жиыны|жиынтығы|барлығы|қорытынды|total|grand total)(?:[\s:.].*)?$"
)
#: Somebody's office and name, or a place for a signature: words, and no number.
_SIGNED: Final = r"^[^0-9]*\p{L}{3,}[\s_.:]+[^0-9]*\p{L}[^0-9]*$"
#: Lines at the end of a table where it may be signed; columns that a table needs so that no row of it has one cell.
_LAST: Final = 3
_MANY: Final = 4


def table_by_columns(top: Sequence[Sequence[str | None]]) -> str | None:
    """Return the table that the first lines hold the header of; None where none, or two as well, fit."""
    found: dict[str, int] = {}
    for table in TABLES.values():
        columns = _columns(top, table)
        if columns.issuperset(table.required_columns):
            found[table.name] = len(columns)
    most = [name for name, count in found.items() if count == max(found.values())]
    return most[0] if len(most) == 1 else None


def whole(top: Sequence[Sequence[str | None]], table: Table) -> bool:
    """Whether the first lines hold all columns that a table must have."""
    return _columns(top, table).issuperset(table.required_columns)


def nearly(top: Sequence[Sequence[str | None]], table: Table) -> bool:
    """Whether the first lines hold at least half of the columns that a table must have."""
    required = set(table.required_columns)
    return 2 * len(required & _columns(top, table)) >= len(required)


def _columns(top: Sequence[Sequence[str | None]], table: Table) -> set[str]:
    """The columns of a table that its header among the first lines names."""
    start = header_line(top, table)
    if start is None:
        return set()
    return {column for column in meant([word or "" for word in top[start]], table.name)[0] if column}


def rows_of(cells: pl.DataFrame, header: Sequence[str], table: Table) -> tuple[pl.DataFrame, list[str]]:
    """Leave out of the lines under a header those that are no rows; and say which.

    cells: `row`, then a column of text for each word of `header`, named `"0"`, `"1"`, ….
    """
    # Of each column its text, whether it is filled, and what it is as a number, less its place.
    texts, filled, beside = ([pl.col(f"{place}{kind}") for place in range(len(header))] for kind in ("", "?", "#"))
    words, columns = [word.strip(BLANKS) for word in header], meant(header, table.name)[0]
    of_column = {column: place for place, column in enumerate(columns) if column}
    holds = pl.any_horizontal(pl.lit(False), *filled)
    means = pl.any_horizontal(pl.lit(False), *(filled[place] for place in of_column.values()))
    first = pl.col("first")
    key = (table.key or table.required_columns)[0]
    anchor = of_column.get(key, 0)
    # «Итого» may stand in the key's own column, if that is the first; else a total has no key, or a count in its place,
    # and lacks most of what a row needs.
    needed = [~filled[of_column[column]] for column in table.required_columns if column in of_column]
    bare = 2 * pl.sum_horizontal(pl.lit(0), *needed) > len(table.required_columns)
    keyless = ~filled[anchor] | texts[anchor].eq_missing(first) | bare
    # Of a row with a key of its own nothing is asked: nearly all rows are such, and most tables large.
    own = pl.col(str(columns.index(key) if key in of_column else 0))
    blank, others = rf"[\s{re.escape(BLANKS)}]*", "|".join(map(re.escape, filter(None, words)))
    perhaps = own.str.contains(f"(?i)^{blank}(?:$|{_TOTALS[1:]}|(?:{others}){blank}$)").fill_null(True)
    # A line that numbers the columns stands first; one that is signed, last.
    place = pl.int_range(pl.len())
    asked = cells.filter(perhaps | (place < 1) | (place >= pl.len() - _LAST))
    # Step by step, for expressions within expressions take the engine longer than all else about a small table.
    trimmed = asked.select("row", *(text.str.strip_chars(BLANKS) for text in texts))
    known = trimmed.with_columns(
        *((text != "").fill_null(False).alias(f"{place}?") for place, text in enumerate(texts)),
        *((text.cast(pl.Int64, strict=False) - place).alias(f"{place}#") for place, text in enumerate(texts)),
    ).with_columns(
        first=pl.coalesce(pl.when(some).then(text) for some, text in zip(filled, texts, strict=True)),
        number=pl.coalesce(beside),
    )
    judged = known.select(
        "row",
        again=pl.all_horizontal(
            pl.lit(True),
            *(text.eq_missing(word) if word else ~some for word, text, some in zip(words, texts, filled, strict=True)),
        ),
        total=(first.str.to_lowercase().str.contains(_TOTALS) & keyless).fill_null(False),
        # Where no header is known, nothing tells that a line holds nothing.
        empty=holds & ~means & pl.lit(bool(of_column)),
        numbers=_numbers(filled, beside),
        signed=(pl.sum_horizontal(filled) == 1)
        & first.str.contains(_SIGNED).fill_null(False)
        & pl.lit(len(table.required_columns) >= _MANY),
    )
    left_out = judged.filter(pl.any_horizontal(list(_NO_ROWS)))
    if left_out.is_empty():
        return cells, []
    notes = []
    for kind, told in _NO_ROWS.items():
        rows = left_out.filter(pl.col(kind))["row"].to_list()
        if rows:
            notes.append(Phrase(told, table=sheet(table.name), rows=listed(rows)))
    return cells.filter(~pl.col("row").is_in(left_out["row"].implode())), notes


def _numbers(filled: Sequence[pl.Expr], beside: Sequence[pl.Expr]) -> pl.Expr:
    """Whether the cells of a line are 1, 2, 3, … from the first that is filled."""
    number = pl.col("number")
    onward = [~some | (own == number).fill_null(False) for some, own in zip(filled, beside, strict=True)]
    numbers = pl.sum_horizontal(own.is_not_null() for own in beside)
    return pl.all_horizontal(onward) & (numbers >= _MANY) & number.is_between(-1, 1).fill_null(False)


#: Lines that are left out, and what is said of them.
_NO_ROWS: Final = {
    "again": mark("lines that repeat the header are no rows of {table}: {rows}."),
    "total": mark("lines that are totals are no rows of {table}: {rows}."),
    "numbers": mark("lines that number the columns are no rows of {table}: {rows}."),
    "signed": mark("lines of a signature are no rows of {table}: {rows}."),
    "empty": mark("lines that hold nothing in a column of the table are no rows of {table}: {rows}."),
}
