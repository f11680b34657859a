"""Why a cell that its column does not read has no one meaning: it has two or none, or a spreadsheet cut it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.io.clerks.days import no_such_day, two_days
from tengbol.io.clerks.sums import two_numbers
from tengbol.io.rejections import sentence
from tengbol.model.limits import SPOILT
from tengbol.model.persons import is_cut

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Code of a cell that cannot be read → the two meanings that it may have.
_TWO: dict[str, Callable[[pl.Expr], tuple[pl.Expr, pl.Expr]]] = {
    "bad_date": two_days,
    "bad_time": two_days,
    "bad_number": two_numbers,
}


def doubt(code: str, column: str, cell: pl.Expr) -> tuple[pl.Expr, pl.Expr] | None:
    """Return a better code and sentence for a cell of `code`, null where there is none; None where there never is."""
    if code in ("bad_id", "bad_text"):
        cut = is_cut(cell) | cell.str.contains(SPOILT)
        return pl.when(cut).then(pl.lit("cut_number")), pl.when(cut).then(sentence("cut_number", cell, column=column))
    if code not in _TWO:
        return None
    one, other = _TWO[code](cell)
    both = one.is_not_null()
    better, said = pl.when(both).then(pl.lit("two_meanings")), pl.when(both).then(of_two(column, cell, one, other))
    if code == "bad_number":
        return better, said
    none = no_such_day(cell)
    told = sentence("no_such_day", cell, column=column)
    return better.when(none).then(pl.lit("no_such_day")), said.when(none).then(told)


def no_district(cell: pl.Expr, places: pl.DataFrame, words: Mapping[str, str]) -> pl.Expr:
    """Return the sentence on a cell that names no district, with those that are spelt most like it; places: `near`."""
    template = sentence("unknown_district", cell, **{**words, "near": "\1"})
    return template.str.replace("\1", cell.replace_strict(places["said"], places["near"], default=""), literal=True)


def of_two(column: str, cell: pl.Expr, one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Return the sentence on a cell that can be either of two."""
    template = sentence("two_meanings", cell, column=column, one="\1", other="\2")
    return template.str.replace("\1", one, literal=True).str.replace("\2", other, literal=True)
