"""Rows as clerks write them → the same rows as the contract writes them, and what was put right.

Looked at are only rows that are not plainly good (`io.plainly`). A cell that its column reads stays; one that it does
not read is replaced where it has one meaning. Ids of persons and of enforcers get their one form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.io.clerks.codes import code_of, flag_of
from tengbol.io.clerks.days import moment_of
from tengbol.io.clerks.ends import without_ends
from tengbol.io.clerks.enforcers import canonical_ids
from tengbol.io.clerks.places import district_of, ids_by_name
from tengbol.io.clerks.sums import in_words, no_sum, number_of, part_of_earnings, sum_of
from tengbol.io.clerks.writs import with_their_ids
from tengbol.io.headers import header, sheet
from tengbol.model.kinds import AMOUNT, COUNT, DAY, FLAG, MOMENT, SHARE, Kind
from tengbol.model.persons import canonical
from tengbol.phrase import Phrase, listed, mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tengbol.model.tables import Table


def understood(
    table: Table, text: pl.DataFrame, good: Mapping[str, pl.DataFrame]
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Put the cells of `text` (`row` and the table's columns) into the contract's form; and say which ids were changed.

    good: good rows of the tables it refers to; districts are known by `name` where they have it.
    """
    if text.is_empty():
        return text, ()
    text, notes = without_ends(table, text)
    meant = with_their_ids(table, text.with_columns(_meant(table, text, good)), good)
    for column in table.columns:
        named = table.names_enforcer(column) or table.names_writ(column)
        if table.holds_persons(column) or table.references.get(column) or named:
            rows = text.filter((text[column] != meant[column]).fill_null(False))["row"].to_list()
            if rows:
                told = {"table": sheet(table.name), "column": header(table.name, column), "rows": listed(rows)}
                notes.append(Phrase("{table}: {column} was put into its one form in rows {rows}.", **told))
    if table.name == "writs":
        for without in (_without_sums, _without_what_is_not_asked):
            meant, more = without(table, text, meant)
            notes += more
    return meant, tuple(notes)


#: What is asked of documents of one form alone (¶5): what a clerk has written of others does not matter.
_OF_ONE_FORM: Final = ("signature", "original_attached")


def _without_what_is_not_asked(table: Table, _: pl.DataFrame, meant: pl.DataFrame) -> tuple[pl.DataFrame, list[Phrase]]:
    """Leave out what cannot be read of a paper's signature and of an electronic document's original; and say so."""
    notes = []
    for column in _OF_ONE_FORM:
        need, cell = table.need(column), pl.col(column)
        assert need is not None
        other = pl.col("form").is_not_null() & ~need.holds.fill_null(True) & ~table.kinds[column].holds(cell)
        rows = meant.filter(other)["row"].to_list()
        if rows:
            told = mark(
                "{table}: {column} is not asked of the documents in rows {rows}; what stands there is left out."
            )
            notes.append(Phrase(told, table=sheet(table.name), column=header(table.name, column), rows=listed(rows)))
            meant = meant.with_columns(pl.when(~other).then(cell).alias(column))
    return meant, notes


def _without_sums(table: Table, text: pl.DataFrame, meant: pl.DataFrame) -> tuple[pl.DataFrame, list[Phrase]]:
    """Leave out what is no sum where none is needed: a dash, a part of earnings that is owed as alimony; and say so."""
    need = table.need("amount")
    assert need is not None
    cell, unread = pl.col("amount"), ~AMOUNT.holds(pl.col("amount"))
    none = unread & no_sum(cell) & ~need.holds.fill_null(False)
    part = unread & (pl.col("claim") == "alimony").fill_null(False) & part_of_earnings(cell)
    told = (
        (none, mark("{table}: {column} says in rows {rows} that there is no sum; taken without one.")),
        (
            part,
            mark(
                "{table}: {column} is no sum in rows {rows} but a part of earnings or a number of indices; taken "
                "without one."
            ),
        ),
    )
    found = [(meant.filter(where)["row"], sentence) for where, sentence in told]
    twice = text.filter(in_words(cell))["row"]
    words = mark("{table}: {column} has the sum in words, too, in rows {rows}; the figures are taken.")
    found.append((meant.filter(AMOUNT.read(cell).is_not_null() & pl.col("row").is_in(twice.implode()))["row"], words))
    named = {"table": sheet(table.name), "column": header(table.name, "amount")}
    notes = [Phrase(sentence, rows=listed(rows.to_list()), **named) for rows, sentence in found if len(rows)]
    return meant.with_columns(amount=pl.when(~(none | part)).then(cell)), notes


def _meant(table: Table, text: pl.DataFrame, good: Mapping[str, pl.DataFrame]) -> Iterator[pl.Expr]:
    others = {column: kind for column, kind in table.kinds.items() if kind.within is None}
    # What clerks may mean is worked out for the columns that have a cell of which it is asked: to compile all ways of
    # writing a day or a sum takes longer than to go through a thousand rows.
    all_hold = [kind.holds(pl.col(column)).fill_null(False).all() for column, kind in others.items()]
    held = text.select(all_hold).row(0, named=True) if all_hold else {}
    for column, kind in table.kinds.items():
        cell = pl.col(column)
        if table.holds_persons(column):
            yield canonical(cell).alias(column)
        elif table.references.get(column) == "districts":
            districts = good["districts"]
            if "name" in districts.columns and _strange(text[column], districts["district_id"]):
                named = district_of(cell, ids_by_name(districts))
                known = cell.is_in(districts["district_id"].implode())
                yield pl.when(known).then(cell).otherwise(pl.coalesce(named, cell)).alias(column)
        elif table.names_enforcer(column):
            if "enforcers" in good and _strange(text[column], good["enforcers"]["enforcer_id"]):
                yield canonical_ids(cell, good["enforcers"]).alias(column)
        elif kind.within is None and not held[column]:
            meaning = _meaning(column, kind, cell)
            yield pl.when(kind.holds(cell) | kind.read(meaning).is_null()).then(cell).otherwise(meaning).alias(column)


def _strange(cells: pl.Series, ids: pl.Series) -> bool:
    """Whether any of them is none of the ids; where all are, nobody has to be known by a name."""
    return not cells.drop_nulls().is_in(ids.implode()).all()


def _meaning(column: str, kind: Kind, cell: pl.Expr) -> pl.Expr:
    """What a cell of the kind can only mean, as text of the contract; null where nothing, or two things."""
    if kind in (DAY, MOMENT):
        return moment_of(cell)
    if kind is FLAG:
        return flag_of(column, cell)
    if kind is AMOUNT:
        return sum_of(cell)
    if kind in (COUNT, SHARE):
        return number_of(cell)
    return code_of(column, cell, kind)
