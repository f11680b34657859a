"""What a clerk notes beside a row that is not to count any more: «АННУЛИРОВАН», «отозван», «күші жойылған».

The contract has no column for it, and nobody can say for certain what a remark means. So the row is read like any
other, and the remark is told before anything is distributed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

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
