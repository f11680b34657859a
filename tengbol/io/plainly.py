"""Which rows of a table are plainly good, told over whole columns; `io.validate` looks at all others closely.

Of a million rows nearly all are good, and to find that out costs a fraction of saying what is wrong with one. A row
is doubtful where any cell has blanks around it, cannot be read, breaks a rule or leads nowhere, and where its key
might be another row's. To doubt too much costs time and no more, for the closer look decides by itself; a row that is
not doubted must be one that it would call good, with the same values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.io.clerks.enforcers import canonical_ids, spelt_otherwise
from tengbol.io.clerks.writs import writs_named
from tengbol.io.documents import repeated
from tengbol.io.grid import BLANKS, MARK
from tengbol.model.cells import is_formula_error, of_digits
from tengbol.model.persons import ONE_DIGIT
from tengbol.model.persons import doubtful as doubtful_person
from tengbol.model.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tengbol.model.kinds import Kind
    from tengbol.model.tables import Table

#: What ids mostly look like: nothing in them is odd.
_PLAIN: Final = r"^[0-9A-Za-z][0-9A-Za-z._/-]{0,49}$"
#: Texts repeat themselves where of so many rows less than one in `_OFTEN` is another.
_SAMPLE: Final = 2_000
_OFTEN: Final = 8


def typed(table: Table, cells: pl.DataFrame) -> pl.DataFrame:
    """Read every column of `cells`, text or of its type already; what cannot be read becomes null."""
    # Lazily, so that what two parts of an expression share is worked out once.
    readers = _readers(table, cells)
    read = cells.lazy().select(
        "row",
        *(reader(pl.col(name)).alias(name) for name, reader in readers.items()),
        *(pl.col(name) for name in table.columns if _is_text(table, name)),
    )
    found = read.select("row", *table.columns).collect()
    # What has its type already and is kept whole need not be there twice.
    kept = {
        name
        for name, kind in table.kinds.items()
        if cells.schema[name] == kind.type and cells[name].null_count() == found[name].null_count()
    }
    return pl.DataFrame([cells[name] if name in kept else found[name] for name in found.columns])


def _readers(table: Table, cells: pl.DataFrame) -> dict[str, Callable[[pl.Expr], pl.Expr]]:
    """How each column that is no text is read: by its usual way of writing where the first cells are written so.

    Whatever is then written in another way reads as null, which is a doubt, and is looked at closely.
    """
    others = {name: kind for name, kind in table.kinds.items() if not _is_text(table, name)}
    usual = {name: kind.usual for name, kind in others.items() if kind.usual and cells.schema[name] == pl.String}
    first = cells.select(usual.keys()).head(_SAMPLE)
    tried = first.select(how(pl.col(name)).alias(name) for name, how in usual.items())
    written_so = {name for name in usual if tried[name].null_count() == first[name].null_count()}
    return {
        name: kind.kept if cells.schema[name] != pl.String else usual[name] if name in written_so else kind.read
        for name, kind in others.items()
    }


def doubtful(table: Table, cells: pl.DataFrame, read: pl.DataFrame, good: Mapping[str, pl.DataFrame]) -> pl.Series:
    """Rows of `cells` to be looked at closely for what stands in them; `read` is `typed` of them."""
    unread = [
        cells[name].is_not_null() & read[name].is_null()
        for name in table.columns
        if not _is_text(table, name) and read[name].null_count() > cells[name].null_count()
    ]
    # A column for each doubt: they are told side by side, where one expression of them all is reckoned alone.
    doubts = read.select(doubt.alias(str(place)) for place, doubt in enumerate(_doubts(table, good)))
    broken = doubts.select(pl.any_horizontal(pl.lit(False), pl.all().fill_null(False)).alias("doubtful")).to_series()
    persons = [_no_person(read[name], table.kinds[name]) for name in table.columns if table.holds_persons(name)]
    words = [name for name in table.columns if _is_text(table, name) and not table.holds_persons(name)]
    plain = _all_plain(read.select(words))
    texts = [_odd(read[name], table.kinds[name]) for name in words if name not in plain]
    enforcers = [
        _any_of(read[name], others, others.to_frame().select(canonical_ids(pl.col(others.name), good["enforcers"])))
        for name in table.columns
        if table.names_enforcer(name) and "enforcers" in good
        for others in [spelt_otherwise(read[name], good["enforcers"])]
        if not others.is_empty()
    ]
    named = writs_named(table, read, good)
    writs = [_any_of(read["writ_id"], named["called"], named.select(pl.col("ids").explode()))] if named.height else []
    for more in (*unread, *persons, *texts, *enforcers, *writs):
        if more.any():
            broken |= more
    return broken


def merged(read: pl.DataFrame, doubtful: pl.Series, closer: pl.DataFrame) -> pl.DataFrame:
    """`read` with its doubtful rows taken from `closer`, and those that are not there left out; all by `row`."""
    left_out = doubtful.to_numpy(writable=True)
    left_out[read["row"].search_sorted(closer["row"]).to_numpy()] = False
    kept = read.filter(~left_out) if left_out.any() else read
    place = kept["row"].search_sorted(closer["row"])
    source = np.arange(kept.height)
    source[place.to_numpy()] = kept.height + np.arange(closer.height)
    # Most columns say the same at a closer look, and to copy a large one for nothing is dear. In one piece first: to
    # gather rows from two takes several times as long.
    return kept.with_columns(
        pl.concat([kept[name], closer[name]], rechunk=True).gather(source)
        for name in closer.columns
        if not kept[name].gather(place).equals(closer[name], null_equal=True)
    )


def perhaps_alike(table: Table, cells: pl.DataFrame, texts: Callable[[pl.Series], pl.DataFrame]) -> pl.Series:
    """Rows of `cells` whose key, trimmed, might be that of another row.

    By the hash of the key's first column; two that fall together by chance are looked at in vain. Where the key has
    more columns, rows alike in the first are compared in all, as text.
    """
    key = table.key or table.columns
    first = cells[key[0]].str.strip_chars(BLANKS).str.strip_prefix(MARK).hash()
    alike = repeated(first)
    if len(key) == 1 or not alike.any():
        return alike
    close = texts(cells["row"].filter(alike))
    rest = [table.kinds[name].meaning(pl.col(name)).alias(name) for name in key]
    again = close.select("row", *rest).filter(pl.struct(key).is_duplicated())["row"]
    return cells["row"].is_in(again.implode())


def _is_text(table: Table, name: str) -> bool:
    return table.kinds[name].within is not None


def _all_plain(texts: pl.DataFrame) -> set[str]:
    """Columns in which every text is `_PLAIN`; in most of the others one of the first is not."""
    plain = pl.all().str.contains(_PLAIN).all()
    first = texts.head(_SAMPLE).select(plain)
    every = texts.select(name for name in texts.columns if first[name][0]).select(plain)
    return {name for name in every.columns if every[name][0]}


def _any_of(cells: pl.Series, others: pl.Series, meant: pl.DataFrame) -> pl.Series:
    """Where a cell is one of `others`, or what one of these means: the two rows may be of one key."""
    return cells.is_in(pl.concat([others, meant.to_series()]).implode()).fill_null(False)


def _no_person(ids: pl.Series, kind: Kind) -> pl.Series:
    """Where an id is no plain IIN or BIN, nor surely another id, or no text that may stand there."""
    plain, found = of_digits(ids)
    found |= ids.is_in(ONE_DIGIT).fill_null(value=False).to_numpy()
    others = ids.filter(~plain)
    if len(others):
        odd = others.to_frame().select(doubtful_person(pl.col(ids.name)).fill_null(value=False)).to_series()
        found[~plain] = (odd | _odd(others, kind)).to_numpy()
    return pl.Series(ids.name, found)


def _odd(texts: pl.Series, kind: Kind) -> pl.Series:
    """Where a text has blanks around it, is marked or empty, a spreadsheet's error, or not within the limits."""
    cell = pl.col(texts.name)
    within = kind.within
    assert within is not None
    as_typed = (cell == cell.str.strip_chars(BLANKS)) & (cell != "") & ~cell.str.starts_with(MARK)
    doubts = (~as_typed, is_formula_error(cell), ~within(cell))
    # Where few stand again and again, as courts do, only these are looked at.
    few = texts.head(_SAMPLE).n_unique() * _OFTEN < min(_SAMPLE, texts.len())
    looked_at = (texts.unique() if few else texts).to_frame()
    odd = looked_at.select(pl.any_horizontal(doubts).fill_null(False)).to_series()
    return texts.is_in(looked_at.to_series().filter(odd).implode()).fill_null(False) if few else odd


def _doubts(table: Table, good: Mapping[str, pl.DataFrame]) -> Iterator[pl.Expr]:
    for name in table.columns:
        cell = pl.col(name)
        if name in table.required_columns:
            yield cell.is_null()
        if need := table.need(name):
            yield need.holds & cell.is_null()
        if start := table.not_before(name):
            yield cell < pl.col(start)
        if target := table.references.get(name):
            yield ~cell.is_in(good[target][TABLES[target].key[0]].implode())
