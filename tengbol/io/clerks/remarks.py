"""What a clerk notes beside a row that is not to count any more: «АННУЛИРОВАН», «отозван», «күші жойылған».

The contract has no column for it, and nobody can say for certain what a remark means. So the row is read like any
other, and the remark is told before anything is distributed. So are letters that were lost before the file came here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.io.headers import header, sheet
from tengbol.phrase import Phrase, listed, mark

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Beginnings of words by which something is said to be over, withdrawn, suspended or not to be given out.
_BEGINNINGS: Final = (
    r"аннул|отозва|отзыв|отмен|недейств|приостан|прекращ|оконч|заверш|исключ|не распред|не подлежит распред"
    r"|күш[іи]\p{L}* жо[йю]|кері қайтар|кері шақыр|қайтарып ал|жарамсыз|тоқтат|аяқтал|бөлінбе|бөлме|бөлуге жатпа"
    r"|annul|withdr|cancel|revok|void|suspend|not to be distr"
)
#: The words alone, for what stands around them may name people, and notes are kept.
_REMARK: Final = rf"(?i)(?:^|[^\p{{L}}])((?:{_BEGINNINGS})\p{{L}}*)"
#: Different words that are told.
_FEW: Final = 3


def no_longer(file: str, unused: Mapping[str, pl.DataFrame]) -> tuple[Phrase, ...]:
    """Say in which columns that nobody reads a row is noted as over or withdrawn.

    unused: `row` and `cell`, by what the column is called.
    """
    notes = []
    for column, cells in unused.items():
        if cells.schema["cell"] != pl.String:
            continue
        noted = cells.select("row", word=pl.col("cell").str.extract(_REMARK)).drop_nulls()
        if noted.height:
            told = mark(
                "{file}: of rows {rows} the column {column}, which is not used, says: {words}. They are read like all "
                "others; take out those that are not to count."
            )
            words = ", ".join(noted["word"].unique(maintain_order=True).head(_FEW))
            notes.append(Phrase(told, file=file, column=column, rows=listed(noted["row"].to_list()), words=words))
    return tuple(notes)


#: Where a remark may be beside an id or a name: of a subject or an issuer such words are a part.
_BESIDE: Final = ("writ_id", "number", "case_id", "debtor_id", "creditor_id", "debtor_name", "creditor_name")
_NAMES: Final = ("name", "debtor_name", "creditor_name")
#: Words that no number and no name has, in Cyrillic letters.
_OVER: Final = r"(?i)(?:^|[^\p{L}])((?:аннулир|отозван|отмен[её]н|күш[іи]\p{L}* жо[йю]|кері шақыр)\p{L}*)"
#: A letter that a file has no sign for, where it is saved as windows-1251: `?мірбек`, `Ж?ніс`.
_LOST: Final = r"\p{Cyrillic}\?\p{Cyrillic}|(?:^|[^\p{L}?])\?\p{Cyrillic}"


def in_cells(table: str, cells: pl.DataFrame) -> list[Phrase]:
    """Say in which rows of a table a used cell has such a remark, or a name has lost its Kazakh letters.

    cells: `row`, and columns of text and others.
    """
    over = [(column, _OVER) for column in _BESIDE if table == "writs"]
    asked = [one for one in (*over, *((name, _LOST) for name in _NAMES)) if cells.schema.get(one[0]) == pl.String]
    # Asked together, and only what costs little: most ids have no Cyrillic letter, and most names no such sign.
    perhaps = cells.select(_perhaps(*one).any().alias(str(at)) for at, one in enumerate(asked)).row(0) if asked else ()
    notes = []
    for column, sought in (one for one, may in zip(asked, perhaps, strict=True) if may):
        text, named = pl.col(column), {"table": sheet(table), "column": header(table, column)}
        found = cells.select("row", column).filter(_perhaps(column, sought)).filter(text.str.contains(sought))
        if found.is_empty():
            continue
        rows = listed(found["row"].to_list())
        if sought == _LOST:
            told = mark(
                "{table}: in rows {rows} of the column {column} letters are lost: '?' stands for them. Save the table "
                "anew as a workbook (.xlsx) or as CSV UTF-8, or type them again."
            )
            notes.append(Phrase(told, rows=rows, **named))
        else:
            told = mark(
                "{table}: of rows {rows} the column {column} says: {words}. They are read like all others; take out "
                "those that are not to count."
            )
            said = found.select(text.str.extract(_OVER)).to_series().unique(maintain_order=True)
            notes.append(Phrase(told, rows=rows, words=", ".join(said.head(_FEW)), **named))
    return notes


def _perhaps(column: str, sought: str) -> pl.Expr:
    """Where a cell may have what is sought, in a fraction of the time."""
    text = pl.col(column).str
    return text.contains("?", literal=True) if sought == _LOST else text.len_bytes() != text.len_chars()
