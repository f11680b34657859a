"""Last days that are none: «бессрочно», «мерзімсіз», a dash, 9999-12-31.

Licences of enforcers have no term, and a cell for its end is seldom left empty. Of days that lie beyond the limits only
those are taken for no end by which programs say so; any other may be a slip of the year, and an end that is passed
over would give writs to somebody without a licence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.io.clerks.days import moment_of
from tengbol.io.headers import header, sheet
from tengbol.model.kinds import DAY
from tengbol.phrase import Phrase, listed, mark

if TYPE_CHECKING:
    from tengbol.model.tables import Table

#: Columns of a last day, open where it is empty.
_ENDS: Final = ("licensed_to", "valid_to", "end")
_WORDS: Final = (
    r"(?:лицензия |срок (?:действия )?)?(?:бессрочн\p{L}*|не ?ограничен\p{L}*(?: сроком)?)"
    r"|без (?:ограничения )?срока(?: действия)?"
    r"|(?:по |до )?(?:настоящее время|настоящего времени|н\.? ?в\.?|н/в)"
    r"|(?:лицензия |мерзімі )?(?:мерзімсіз|шектелмеген|шексіз)|(?:қазіргі|осы) уақытқа дейін"
    r"|indefinite(?:ly)?|unlimited|perpetual|no end|ongoing|to date|present|∞|[-–—]+"
)
#: The last day of a millennium or the first of the next, and the last that can be written.
_FAR: Final = r"^(?:[2-9]999-12-31|[3-9]000-01-01)(?:[t ]00:00(?::00(?:\.0+)?)?)?$"


def without_ends(table: Table, text: pl.DataFrame) -> tuple[pl.DataFrame, list[Phrase]]:
    """Empty the cells of last days that say there is none; and say of which rows."""
    notes = []
    for column in _ENDS:
        if column not in table.columns:
            continue
        cell = pl.col(column)
        said = cell.str.to_lowercase().str.strip_chars(" .")
        none = said.str.contains(rf"^(?:{_WORDS})$") | pl.coalesce(moment_of(cell), said).str.contains(_FAR)
        rows = text.filter(~DAY.holds(cell) & none)["row"].to_list()
        if rows:
            told = mark("{table}: {column} says in rows {rows} that there is no end; taken so.")
            notes.append(Phrase(told, table=sheet(table.name), column=header(table.name, column), rows=listed(rows)))
            text = text.with_columns(pl.when(DAY.holds(cell) | ~none).then(cell).alias(column))
    return text, notes
