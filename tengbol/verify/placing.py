"""Where the rows of a result stand among the writs of the input: ids are compared once, and places from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


def places(ids: pl.Series, known: pl.Series) -> pl.Series:
    """The place of each id among `known`, each of which stands there once; null where it is none of them.

    Hashes in order lead to where an id is, if anywhere; whether it is there the ids themselves say.
    """
    if known.is_empty():
        return pl.repeat(None, len(ids), dtype=pl.UInt32, eager=True).alias("place")
    there, asked = known.hash().to_numpy(), ids.hash().to_numpy()
    by, own = np.argsort(there), np.argsort(asked)
    at = np.minimum(np.searchsorted(there[by], asked[own]), len(known) - 1)
    found = np.empty(len(ids), dtype=np.uint32)
    found[own] = by[at]
    out = pl.Series("place", found)
    odd = ids.ne_missing(known.gather(out)).arg_true()
    if len(odd) == 0:
        return out
    # Nowhere, or behind another id of the same hash.
    rows = pl.DataFrame({"id": known}).with_row_index("place")
    others = pl.DataFrame({"id": ids.gather(odd)}).join(rows, on="id", how="left", maintain_order="left")
    return out.scatter(odd, others["place"])


def among(ids: pl.Series, some: pl.Series) -> pl.Series:
    """Whether each id is one of some: their hashes are compared, and then, of those whose hash is one, the ids."""
    hashes = some.hash()
    rows = ids.hash().is_in(hashes.implode()).arg_true()
    found = ids.gather(rows)
    # Few are found, as a rule, and most of some are then another: texts are dear to look up in.
    near = some.filter(hashes.is_in(found.hash().implode()))
    truly = found.is_in(near.implode()).fill_null(False)
    out = np.zeros(len(ids), dtype=bool)
    out[rows.to_numpy()] = truly.to_numpy()
    return pl.Series(ids.name, out)


def perhaps_twice(ids: pl.Series) -> Ints:
    """Rows of all ids that stand in several rows, and by chance of some that do not: another has their hash."""
    hashes = ids.hash()
    in_order = np.sort(hashes.to_numpy())
    twice = np.unique(in_order[1:][in_order[1:] == in_order[:-1]])
    return hashes.is_in(pl.Series(twice).implode()).arg_true().to_numpy().astype(np.int64)


def codes(cells: pl.Series, words: Sequence[str]) -> Ints:
    """`(N,)` the place of each cell among some words, all of which are there."""
    return cells.cast(pl.Enum(words)).to_physical().to_numpy().astype(np.int64)


def numbered_as(cells: pl.Series, words: Sequence[str], otherwise: int = -1) -> Ints:
    """`(N,)` the place of each cell among some words, another number where it is none of them."""
    known = cells.cast(pl.Enum(words), strict=False).to_physical()
    return known.cast(pl.Int32).fill_null(otherwise).to_numpy()


class Named(NamedTuple):
    """Texts of which few are another, as numbers. names: each once, in order. number: `(N,)` the place of each row's
    among them, -1 where there is none.
    """

    names: list[str]
    number: Ints

    def at(self, rows: pl.Series) -> Named:
        """The texts of some rows, with none where there is no row."""
        return Named(self.names, np.append(self.number, -1)[rows.fill_null(len(self.number)).to_numpy()])

    def as_in(self, words: Sequence[str], otherwise: int = -1) -> Ints:
        """`(N,)` the same as `numbered_as`, of which few are asked."""
        return np.append(numbered_as(pl.Series(self.names, dtype=pl.String), words, otherwise), otherwise)[self.number]


def named(texts: pl.Series) -> Named:
    """Number texts of which few are another."""
    names: list[str] = texts.unique().drop_nulls().sort().to_list()
    return Named(names, numbered_as(texts, names))


def as_one(*columns: Ints) -> Ints:
    """`(N,)` one number of each row for its numbers, none below 0, in some columns `(N,)`: the same of the same."""
    key, most = columns[0].astype(np.int64), int(columns[0].max(initial=0)) + 1
    for column in columns[1:]:
        kinds = int(column.max(initial=0)) + 1
        if most * kinds >= 2**62:
            key, rows = alike(key)
            most = len(rows)
        # In its own place, for fresh memory is dear.
        key *= kinds
        key += column
        most *= kinds
    return key


def alike(key: Ints) -> tuple[Ints, Ints]:
    """By number which rows have the same: `(N,)` from 0 on, without gaps, and a row of each."""
    most = int(key.max(initial=0)) + 1
    if most <= len(key):
        at = np.full(most, -1)
        at[key] = np.arange(len(key))
        there = at >= 0
        return (np.cumsum(there) - 1)[key], at[there]
    by = np.argsort(key)
    in_order = key[by]
    begins = np.ones(len(key), dtype=bool)
    np.not_equal(in_order[1:], in_order[:-1], out=begins[1:])
    np.cumsum(begins, out=in_order)
    in_order -= 1
    number = np.empty(len(key), dtype=np.int64)
    number[by] = in_order
    return number, by[begins]


def last_at(at: pl.Series, places: int) -> pl.Series:
    """By place the last row that stands at it; null where none does. at: `(N,)` the place of each row, or null."""
    rows = np.flatnonzero(at.is_not_null().to_numpy())
    out = np.full(places, -1)
    # Of several rows at one place numpy keeps the last.
    out[at.drop_nulls().to_numpy()] = rows
    found = pl.Series("row", out)
    return found.set(found < 0, None)


def gathered(frame: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """The rows of a frame by their numbers, with nulls where there is no number."""
    return frame.select(pl.all().gather(rows))
