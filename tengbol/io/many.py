"""Many small inputs at once: which of them are plainly good in every row, and what these hold.

To ask something of a small table takes as long as of one of ten thousand rows, and of a year's inputs each has hundreds
of questions. So their tables are asked together, one below the other. An input with a row in any doubt is not judged
here: `io.read` reads it by itself. Of the others, what is told here is what `io.read` would tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io import plainly
from tengbol.io.documents import once, repeated
from tengbol.io.given import given_at
from tengbol.io.guessing import unknown
from tengbol.io.hashing import sha256_of
from tengbol.io.holders import by_ledger
from tengbol.io.lacking import absent, in_doubt, lacks, names_for_numbers
from tengbol.io.validate import split
from tengbol.model.chamber import Chamber
from tengbol.model.folding import bare_id
from tengbol.model.tables import TABLES
from tengbol.model.then import tables_on

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tengbol.io.validate import Cells
    from tengbol.model.tables import Table

#: Bytes of an input from which on it is read by itself: of a large one the questions are what takes least.
_LARGE: Final = 1 << 20
#: Tables that others refer to, and those that refer to them alone: nearly always as they were the day before.
_REFERRED: Final = ("districts", "enforcers")
_ALONE: Final = ("attachments", "absences")


class Plain(NamedTuple):
    """An input in which nothing is in doubt. sums: SHA-256 by file. given: the tables that it has."""

    chamber: Chamber
    sums: Mapping[str, str]
    given: frozenset[str]


class _Input(NamedTuple):
    """cells: by table; of equal files the very same. sums: as of `Plain`, refers: those of what others refer to."""

    cells: Mapping[str, Cells]
    sums: Mapping[str, str]
    refers: tuple[str, ...]


def plain_inputs(asked: Sequence[tuple[Path, dt.date] | None]) -> list[Plain | None]:
    """Each input, of a batch of that day, as `io.read.read` would read it; None of one that is in any doubt."""
    seen: dict[tuple[str, str, str], Cells | None] = {}
    inputs = [None if one is None else _input(one[0], seen) for one in asked]
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, (one, found) in enumerate(zip(asked, inputs, strict=True)):
        if one is not None and found is not None:
            groups.setdefault((*found.refers, id(tables_on(one[1]))), []).append(number)
    chambers: dict[int, Chamber] = {}
    for numbers in groups.values():
        first = asked[numbers[0]]
        assert first is not None
        cells = {number: found.cells for number in numbers if (found := inputs[number]) is not None}
        chambers |= _judged(tables_on(first[1]), cells)
    return [
        Plain(chambers[number], found.sums, frozenset(found.cells))
        if found is not None and number in chambers
        else None
        for number, found in enumerate(inputs)
    ]


def _input(path: Path, seen: dict[tuple[str, str, str], Cells | None]) -> _Input | None:
    """What is at a path; None where it is large, or anything but its rows might be in doubt."""
    try:
        given = given_at(path)
        places = {place for _, place in given.files.values()}
        if given.stops or absent(given, path, required=True) or sum(place.stat().st_size for place in places) >= _LARGE:
            return None
        sums = {place: sha256_of(place) for place in places}
        cells: dict[str, Cells] = {}
        for name, (file, place) in given.files.items():
            key = (name, file, sums[place])
            if key not in seen:
                read, broken, _ = given.table(TABLES[name])
                seen[key] = read if broken.is_empty() and _settled(read, TABLES[name]) else None
            if (known := seen[key]) is None:
                return None
            cells[name] = known
    except (OSError, UnusableInputError):
        return None
    refers = tuple(sums[given.files[name][1]] for name in _REFERRED)
    return _Input(cells, {file: sums[place] for file, place in given.files.values()}, refers)


def _settled(cells: Cells, table: Table) -> bool:
    """Whether each word of a header is known and in no doubt, and no column lacking."""
    place = cells.place
    return place is not None and not (
        lacks(place, table) or in_doubt(place) or unknown(place) or names_for_numbers(cells)
    )


def _judged(tables: Mapping[str, Table], inputs: Mapping[int, Mapping[str, Cells]]) -> dict[int, Chamber]:
    """The chambers of those inputs that are in no doubt, by their numbers; all have the same `_REFERRED`."""
    first = next(iter(inputs.values()))
    good: dict[str, pl.DataFrame] = {}
    for name in _REFERRED:
        good[name], rejected, *_ = split(tables[name], first[name], good)
        if rejected.height:
            return {}
    frames = {name: dict.fromkeys(inputs, good[name]) for name in _REFERRED}
    doubted: set[int] = set()
    for name in _ALONE:
        frames[name], more = _alone(tables[name], _of(name, inputs), good)
        doubted |= more
    rows: dict[str, pl.DataFrame] = {}
    for name in tables.keys() - frames.keys():
        frames[name], rows[name], more = _together(tables[name], _of(name, inputs), good)
        doubted |= more
    for more in _across(rows):
        doubted.update(more)
    none = {name: table.empty() for name, table in TABLES.items()}
    return {
        number: Chamber(**{name: frames[name].get(number, none[name]).select(TABLES[name].columns) for name in TABLES})
        for number in inputs
        if number not in doubted
    }


def _of(name: str, inputs: Mapping[int, Mapping[str, Cells]]) -> dict[int, Cells]:
    return {number: cells[name] for number, cells in inputs.items() if name in cells}


def _alone(
    table: Table, inputs: Mapping[int, Cells], good: Mapping[str, pl.DataFrame]
) -> tuple[dict[int, pl.DataFrame], set[int]]:
    """Good rows by input, of equal files judged once, and the inputs of which a row is rejected."""
    different = {id(cells): cells for cells in inputs.values()}
    judged = {key: split(table, cells, good) for key, cells in different.items()}
    frames = {number: judged[id(cells)][0] for number, cells in inputs.items()}
    return frames, {number for number, cells in inputs.items() if judged[id(cells)][1].height}


def _together(
    table: Table, inputs: Mapping[int, Cells], good: Mapping[str, pl.DataFrame]
) -> tuple[dict[int, pl.DataFrame], pl.DataFrame, set[int]]:
    """Rows by input; all of them, with their `input` and a `row` of their own; and the inputs with a row in doubt."""
    alike: dict[tuple[pl.DataType, ...], dict[int, pl.DataFrame]] = {}
    for number, one in inputs.items():
        alike.setdefault(tuple(one.cells.dtypes), {})[number] = one.cells
    frames: dict[int, pl.DataFrame] = {}
    parts, doubted = [pl.DataFrame(schema={**table.types, "input": pl.Int64})], set[int]()
    for several in alike.values():
        cells = pl.concat(several.values(), rechunk=True)
        of = pl.Series("input", np.repeat([*several], [one.height for one in several.values()]), dtype=pl.Int64)
        read = plainly.typed(table, cells)
        doubted.update(of.filter(plainly.doubtful(table, cells, read, good)))
        read = read.select(*table.columns)
        parts.append(read.with_columns(of))
        start = 0
        for number, one in several.items():
            frames[number] = read.slice(start, one.height)
            start += one.height
    rows = pl.concat(parts).with_row_index("row")
    # As `plainly.perhaps_alike` does, of the very values: of what is not doubted, they are equal where the cells are.
    keys = rows.select(pl.struct("input", *(table.key or table.columns)).hash()).to_series()
    doubted.update(rows["input"].filter(repeated(keys)))
    return frames, rows, doubted


def _across(rows: Mapping[str, pl.DataFrame]) -> Iterator[pl.Series]:
    """Inputs in which a row might not stand beside rows of other tables, or be meant for another of them."""
    writs, ledger, recusals = (rows[name] for name in ("writs", "ledger", "recusals"))

    def within(column: str) -> pl.Expr:
        return pl.concat_str("input", column, separator=" ").alias(column)

    for _, rejected in (
        once(writs.with_columns(within("debtor_id"))),
        by_ledger(writs.with_columns(within("writ_id")), ledger.with_columns(within("writ_id"))),
    ):
        yield writs["input"].gather(rejected["row"])
    # Ids of writs in another spelling than theirs, as `clerks.writs` knows them.
    same = ledger.select("input", "debtor_id", called="writ_id").join(
        writs.select("input", "debtor_id", "writ_id"), on=["input", "debtor_id"]
    )
    called, own = pl.col("called"), pl.col("writ_id")
    yield same.filter(called != own).filter(bare_id(called) == bare_id(own))["input"]
    named = recusals.filter(pl.col("writ_id").is_not_null())
    yield named.join(writs, on=["input", "writ_id"], how="anti")["input"]
