"""Sheets that nobody reads and that name enforcers with days: absences, recusals, a past. No batch goes without them.

Whoever is held out of a batch, or what he had before, is told in such tables alone; a sheet under a name and headers
that are not known would be left out with a note, and the absent would receive (¶12).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.aliases import meant
from tengbol.io.clerks.codes import plain
from tengbol.io.evidence import FITS, holds_days
from tengbol.io.grid import start_of
from tengbol.model.folding import bare_id
from tengbol.model.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tengbol.io.sheets.page import Page
    from tengbol.phrase import Phrase

#: Lines above the rows at most that have something in every column.
_ABOVE: Final = 2
#: A name's first word, if it is one by which people are told apart.
_SURNAME: Final = r"^(\p{L}{3,})"


def overlooked(file: str, unused: Sequence[Page], sheets: Mapping[str, Page]) -> list[Phrase]:
    """What stops a batch: sheets that are no table, and yet have a column of enforcers and one of days."""
    if "enforcers" not in sheets or not unused:
        return []
    return [
        UnusableInputError(
            "{file}: the sheet '{name}' names enforcers and days, and is no table that is known; name its columns as "
            "`tengbol template` does, or hide it.",
            file=file,
            name=page.name,
        ).phrase
        for page in naming(unused, sheets["enforcers"])
    ]


def naming(pages: Sequence[Page], enforcers: Page) -> list[Page]:
    """Those of the pages that have a column of enforcers and one of days."""
    # Of what has no days it need not be known whom it names, nor what any header means.
    dated = [page for page in pages if _most(page, holds_days)]
    if not dated:
        return []
    known = _enforcers(enforcers)
    return [
        page
        for page in dated
        if _most(page, lambda cell: bare_id(cell).is_in(known.implode()) | _surname(cell).is_in(known.implode()))
    ]


def _enforcers(page: Page) -> pl.Series:
    """Ids, folded, and surnames of the first enforcers."""
    start = start_of(page.top, TABLES["enforcers"])
    if start is None:
        return pl.Series(dtype=pl.String)
    columns = meant([word or "" for word in page.top[start]], "enforcers")[0]
    cells = _lines(page)[start + 1 :]
    ids = [cells.select(bare_id(pl.col(str(at)))) for at, column in enumerate(columns) if column == "enforcer_id"]
    names = [cells.select(_surname(pl.col(str(at)))) for at, column in enumerate(columns) if column == "name"]
    told = [column.to_series().rename("told") for column in (*ids, *names)]
    return pl.concat(told).drop_nulls().unique() if told else pl.Series(dtype=pl.String)


def _most(page: Page, are: Callable[[pl.Expr], pl.Expr]) -> bool:
    """Whether most cells of one column are such."""
    cells = _lines(page)
    # Titles and headers stand above.
    least = [max(FITS * (filled - _ABOVE), 1) for filled in cells.select(pl.all().count()).row(0)]
    counted = cells.select(are(pl.col(at)).sum().alias(at) for at in cells.columns)
    return any(count >= most for count, most in zip(counted.row(0), least, strict=True))


def _lines(page: Page) -> pl.DataFrame:
    """The first lines of a sheet as a table of text, empty cells as null."""
    first = page.first()
    width = max(map(len, first), default=0)
    lines = [[*line, *[None] * (width - len(line))] for line in first]
    return pl.DataFrame(lines, schema={str(at): pl.String for at in range(width)}, orient="row").with_columns(
        pl.when(pl.all().str.strip_chars() != "").then(pl.all())
    )


def _surname(name: pl.Expr) -> pl.Expr:
    return plain(name).str.extract(_SURNAME)
