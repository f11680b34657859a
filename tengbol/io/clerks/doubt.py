"""Why a cell that its column does not read has no one meaning: it has two or none, or a spreadsheet cut it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.io.clerks.days import no_such_day, two_days
from tengbol.io.clerks.enforcers import called_by, namesakes
from tengbol.io.clerks.sums import two_numbers
from tengbol.io.clerks.writs import of_several
from tengbol.io.rejections import sentence
from tengbol.model.limits import SPOILT
from tengbol.model.persons import is_cut
from tengbol.model.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tengbol.model.tables import Table

#: Column → what a cell may be called by, where it is an id by itself, and `called` and `ids` of several.
Several = dict[str, tuple[pl.Expr, pl.Expr, pl.DataFrame]]

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


def called_several(table: Table, text: pl.DataFrame, good: Mapping[str, pl.DataFrame]) -> Several:
    """By column what may name several enforcers, or several writs."""
    known = good.get("enforcers", TABLES["enforcers"].empty())
    found: Several = {}
    if (people := namesakes(known)).height:
        for column in filter(table.names_enforcer, table.columns):
            cell = pl.col(column)
            found[column] = (called_by(cell, people), cell.is_in(known["enforcer_id"].implode()), people)
    if (writs := of_several(table, text, good)).height:
        found["writ_id"] = (pl.col("writ_id"), pl.lit(False), writs)
    return found
