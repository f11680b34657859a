"""What a clerk notes beside a row that is not to count any more: «АННУЛИРОВАН», «отозван», «күші жойылған».

The contract has no column for it, and nobody can say for certain what a remark means. So the row is read like any
other, and the remark is told before anything is distributed. So are letters that were lost, and numbers that became
days, before the file came here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from tengbol.io.headers import header, sheet
from tengbol.phrase import Phrase, listed, mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
_NUMBERS: Final = ("writ_id", "number", "case_id")
#: Words that no number and no name has, in Cyrillic letters.
_OVER: Final = r"(?i)(?:^|[^\p{L}])((?:аннулир|отозван|отмен[её]н|күш[іи]\p{L}* жо[йю]|кері шақыр)\p{L}*)"
#: A letter that a file has no sign for, where it is saved as windows-1251: `?мірбек`, `Ж?ніс`.
_LOST: Final = r"\p{Cyrillic}\?\p{Cyrillic}|(?:^|[^\p{L}?])\?\p{Cyrillic}"
#: Beginnings of the months' names, as spreadsheets shorten them.
_MONTH: Final = (
    r"(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|қаң|ақп|нау|сәу|мам|мау|шіл|там|қыр|қаз|қар|жел"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\p{L}?"
)
#: A day, as a spreadsheet shows what it takes for one: `2026-12-01`, `01.12.2026`, `дек.26`, `02.дек`, `Dec-26`.
_A_DAY: Final = (
    r"(?i)^([0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}"
    rf"|(?:[0-9]{{1,2}}[ .-])?{_MONTH}[ .-]{{1,2}}(?:[0-9]{{2}}){{1,2}}|[0-9]{{1,2}}[ .-]{_MONTH}\.?)$"
)


class _Sought(NamedTuple):
    """What is looked for in cells: in which columns, by what pattern, where it may be at all, and what is told of it.

    pattern: its first group is the `words` of the sentence. perhaps: at a fraction of the pattern's cost.
    """

    columns: Mapping[str, tuple[str, ...]]
    pattern: str
    perhaps: Callable[[pl.Expr], pl.Expr]
    told: str


_SOUGHT: Final = (
    _Sought(
        {"writs": _BESIDE},
        _OVER,
        # Most ids have no Cyrillic letter.
        lambda text: text.str.len_bytes() != text.str.len_chars(),
        mark(
            "{table}: of rows {rows} the column {column} says: {words}. They are read like all others; take out those "
            "that are not to count."
        ),
    ),
    _Sought(
        {"writs": _NUMBERS, "ledger": ("writ_id", "case_id")},
        _A_DAY,
        # The pattern begins at the beginning, and most numbers fail it there.
        lambda text: text.str.contains(_A_DAY),
        mark(
            "{table}: in rows {rows} the column {column} holds days: {words}. A spreadsheet makes them of numbers such "
            "as 2-12 or 12/2026. They are read as they stand; where they were numbers, make the column text and type "
            "them anew."
        ),
    ),
    _Sought(
        {"writs": _NAMES, "enforcers": _NAMES, "districts": _NAMES},
        _LOST,
        # Most names have no such sign.
        lambda text: text.str.contains("?", literal=True),
        mark(
            "{table}: in rows {rows} of the column {column} letters are lost: '?' stands for them. Save the table "
            "anew as a workbook (.xlsx) or as CSV UTF-8, or type them again."
        ),
    ),
)


def in_cells(table: str, cells: pl.DataFrame) -> list[Phrase]:
    """Say in which rows of a table a used cell has such a remark, or is a day instead of a number, or lost letters.

    cells: `row`, and columns of text and others.
    """
    asked = [
        (column, sought)
        for sought in _SOUGHT
        for column in sought.columns.get(table, ())
        if cells.schema.get(column) == pl.String
    ]
    # Asked together, and only what costs little.
    may_be = (sought.perhaps(pl.col(column)).any().alias(str(at)) for at, (column, sought) in enumerate(asked))
    perhaps = cells.select(may_be).row(0) if asked else ()
    notes = []
    for column, sought in (one for one, may in zip(asked, perhaps, strict=True) if may):
        text = pl.col(column)
        found = cells.select("row", column).filter(sought.perhaps(text)).filter(text.str.contains(sought.pattern))
        if found.height:
            said = found.select(text.str.extract(sought.pattern)).to_series().drop_nulls().unique(maintain_order=True)
            named = {"table": sheet(table), "column": header(table, column), "rows": listed(found["row"].to_list())}
            notes.append(Phrase(sought.told, words=", ".join(said.head(_FEW)), **named))
    return notes
