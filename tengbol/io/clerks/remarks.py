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
    notes = []
    looked_in = [name for name in dict.fromkeys((*_BESIDE, *_NAMES)) if cells.schema.get(name) == pl.String]
    for column in looked_in:
        text = pl.col(column)
        # Most ids have no such letters, and to see that costs a tenth.
        cyrillic = cells.select("row", column).filter(text.str.len_bytes() != text.str.len_chars())
        named = {"table": sheet(table), "column": header(table, column)}
        where = cyrillic if table == "writs" and column in _BESIDE else cyrillic[:0]
        said = where.filter(text.str.contains(_OVER)).select("row", word=text.str.extract(_OVER))
        if said.height:
            words = ", ".join(said["word"].unique(maintain_order=True).head(_FEW))
            told = mark(
                "{table}: of rows {rows} the column {column} says: {words}. They are read like all others; take out "
                "those that are not to count."
            )
            notes.append(Phrase(told, rows=listed(said["row"].to_list()), words=words, **named))
        named_so = cyrillic if column in _NAMES else cyrillic[:0]
        lost = named_so.filter(text.str.contains("?", literal=True)).filter(text.str.contains(_LOST))
        if lost.height:
            told = mark(
                "{table}: in rows {rows} of the column {column} letters are lost: '?' stands for them. Save the table "
                "anew as a workbook (.xlsx) or as CSV UTF-8, or type them again."
            )
            notes.append(Phrase(told, rows=listed(lost["row"].to_list()), **named))
    return notes
