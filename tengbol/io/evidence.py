"""What stands under a header, as evidence of its column: what part of its cells are days, persons, codes.

The sorts of cells: `person`, `day`, `sum`, `place` (a district), `enforcer`, `writ`, `flag COLUMN`, `code COLUMN`, and
what is known by what it is not: `id`, `words`, `name`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.io.aliases import BESIDE_ALIASES
from tengbol.io.clerks.codes import code_of, flag_of
from tengbol.io.clerks.days import moment_of
from tengbol.io.clerks.enforcers import named
from tengbol.io.clerks.places import district_of, ids_by_name
from tengbol.io.clerks.sums import number_of
from tengbol.model.folding import folded_id
from tengbol.model.kinds import AMOUNT, COUNT, DAY, FLAG, MOMENT, SHARE
from tengbol.model.persons import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tengbol.model.tables import Table

#: What part of the cells must be what a column holds, where its header hints at it.
FITS: Final = 0.5
#: What is told of every word that is looked into.
_ALWAYS: Final = ("figures", "numbered", "document", "words", "name", "person", "day")
#: Kinds of documents, which the contract does not ask for: a column of these is no code of it.
_DOCUMENTS: Final = "лист|приказ|надпис|постанов|определен|удостоверен|парағы|бұйры|жазба|қаулы|ұйғарым|куәлі"
#: So many words at most are codes.
_FEW: Final = 7
#: What says anything at all.
_SAYING: Final = r"[^-–—−\s]"
_DAY_LIKE: Final = r"^(?:(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2}(?:[0-9]{2})?\s*[гж]?\.?$)"


@dataclass(frozen=True)
class Known:
    """What the other sheets have, none where that is not known: `district_id` and `name`; `enforcer_id` and `name`, if
    that is known; ids and numbers of the first writs, folded.
    """

    districts: pl.DataFrame | None = None
    enforcers: pl.DataFrame | None = None
    writs: pl.Series | None = None


NOBODY: Final = Known()


def sort_of(table: Table, column: str) -> str:
    """What stands in a column, as `fits_of` names it."""
    if column in BESIDE_ALIASES:
        return "name"
    kind = table.kinds[column]
    if table.name == "recusals" and table.names_writ(column):
        return "writ"
    if table.holds_persons(column):
        return "person"
    if table.references.get(column) == "districts":
        return "place"
    if table.names_enforcer(column):
        return "enforcer"
    if kind is FLAG:
        return f"flag {column}"
    if kind in (DAY, MOMENT):
        return "day"
    if kind in (AMOUNT, COUNT, SHARE):
        return "sum"
    if kind.within is None:
        return f"code {column}"
    return {"name": "name", "subject": "words", "issued_by": "words", "chamber_id": "words"}.get(column, "id")


def fits_of(
    sample: pl.DataFrame, words: Mapping[int, str | None], table: Table, known: Known
) -> dict[int, dict[str, float]]:
    """By word, what part of the cells under it is of each sort, or of the one that is asked; nothing of empty ones.

    words: place of a word → the sort that is asked of it, None for all.
    """
    cells = sample.select(pl.col(str(at)) for at in words if str(at) in sample.columns)
    # A dash says that there is nothing.
    cells = cells.with_columns(pl.when(pl.all().str.contains(_SAYING)).then(pl.all()))
    if not cells.width:
        return {}
    # All columns under each other: what is asked of cells is asked once.
    told = (
        cells.unpivot(variable_name="at", value_name="cell")
        .drop_nulls("cell")
        .with_columns(test.fill_null(False).alias(name) for name, test in _sorts(pl.col("cell"), table, known))
        .group_by("at")
        .agg(pl.col(pl.Boolean).mean(), filled=pl.len(), unique=pl.col("cell").n_unique())
    )
    found: dict[int, dict[str, float]] = {}
    for row in told.sort(pl.col("at").cast(pl.Int64)).iter_rows(named=True):
        at, filled, unique = int(row.pop("at")), row.pop("filled"), row.pop("unique")
        asked = words[at]
        of = {name: part for name, part in row.items() if asked in (None, name) or name in _ALWAYS}
        found[at] = _texts(of, unique, filled, table)
    return found


def _texts(fits: dict[str, float], unique: int, filled: int, table: Table) -> dict[str, float]:
    """The same, with ids and texts, which are known by what they are not; unique, filled: numbers of cells."""
    coded = [fit for name, fit in fits.items() if name.startswith("code")]
    short = max(fits["day"], fits["person"], *(fit for name, fit in fits.items() if name.startswith("flag")), 0)
    other = max(short, *coded, 0)
    figures, numbered, documents = fits.pop("figures"), fits.pop("numbered"), fits.pop("document")
    # A few words again and again are codes, if of a kind that nobody knows; then the cells tell what to write.
    strange = max(fits["day"], fits["person"], *coded, figures, documents, 0) <= FITS
    if strange and unique <= min(_FEW, max(filled / 3, 1)):
        fits |= {name: max(fit, FITS) for name, fit in fits.items() if name.startswith("code")}
    # A day or a person is no text; an id is one for each row of its own table, and more than a digit.
    own = unique / filled if table.name in ("districts", "enforcers", "writs") else 1
    fits["id"] = 0 if other > FITS else numbered * own
    # What a writ asks may be said in the very words of its kind.
    fits["words"] = 0 if short > FITS else fits["words"]
    fits["name"] = 0 if other > FITS else fits["name"]
    return fits


def holds_days(cell: pl.Expr) -> pl.Expr:
    """Whether each cell is a day; what only looks like one, «32.11.2026», is one that is mistyped."""
    return pl.coalesce(moment_of(cell), cell).str.contains(_DAY_LIKE)


def _sorts(cell: pl.Expr, table: Table, known: Known) -> Iterator[tuple[str, pl.Expr]]:
    yield "figures", cell.str.contains("[0-9]")
    yield "numbered", cell.str.contains(r"[0-9][0-9]|\p{L}.*[0-9]|[0-9].*\p{L}")
    yield "document", cell.str.to_lowercase().str.contains(_DOCUMENTS)
    yield "words", cell.str.contains(r"\p{L}{2}")
    yield "name", cell.str.contains(r"^[^0-9]*\p{L}{2}[^0-9]*$|^\p{L}{3,}[\s.,]")
    yield "person", canonical(cell).str.contains("^[0-9]{12}$")
    yield "day", holds_days(cell)
    yield "sum", pl.coalesce(number_of(cell), cell).str.contains(r"^[0-9]{1,11}(?:\.[0-9]+)?$")
    for column, kind in table.kinds.items():
        if kind is FLAG:
            yield f"flag {column}", flag_of(column, cell).is_not_null()
        elif kind.within is None and kind not in (DAY, MOMENT, AMOUNT, COUNT, SHARE):
            yield f"code {column}", code_of(column, cell).is_not_null()
    if known.districts is None:
        # An address has the number of a house, and commas.
        yield "place", cell.str.contains(r"^[^0-9,;]*\p{L}{3}[^0-9,;]*$|^[0-9]{6,9}$")
    else:
        ids = known.districts["district_id"].implode()
        yield "place", cell.is_in(ids) | district_of(cell, ids_by_name(known.districts)).is_not_null()
    if known.enforcers is not None:
        yield "enforcer", named(cell, known.enforcers)
    if table.name == "recusals":
        # Where no writ is known anything with a number may be one.
        numbered = cell.str.contains("[0-9]")
        yield "writ", numbered if known.writs is None else folded_id(cell).is_in(known.writs.implode())
