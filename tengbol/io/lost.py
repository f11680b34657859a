"""Nothing of the past is lost quietly: rows that only restrict or remember stop a batch when they cannot be read.

A suspension, a recusal, a balance that is left out for a mistyped day would let its man in, or take from him what he is
due. So such rows stop the batch, unless somebody accepts that for a reason, which is kept; whoever stands in an absence
or a recusal that cannot be read is then held out. Without a district, an enforcer or a writ there is no batch at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.model.tables import TABLES
from tengbol.phrase import Phrase, joined, mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tengbol.io.grid import Place
    from tengbol.io.read import Reading

#: Tables whose rows restrict a batch or remember what was before it.
REMEMBERING: Final = ("attachments", "absences", "recusals", "ledger", "balances")
#: Codes that lose nothing: a row told twice, and one of somebody who is no enforcer.
LISTED: Final = ("duplicate_row", "unknown_enforcer")
#: Rows named at most.
_NAMED: Final = 5


@dataclass(frozen=True)
class Accepted:
    """Rows that are left out though they restrict or remember: `table`, `row`, `code`.

    held_out: ids of enforcers; recused: writ and enforcer.
    """

    reason: str
    rows: list[dict[str, Any]]
    held_out: list[str]
    recused: list[tuple[str, str]]

    def told(self) -> dict[str, Any]:
        """The same for a manifest or an event."""
        recused = [list(pair) for pair in self.recused]
        return {"reason": self.reason, "rows": self.rows, "held_out": self.held_out, "recused": recused}


def said(taken: Accepted | None) -> tuple[str, ...]:
    """What is said of rows that were left out for a reason."""
    if taken is None:
        return ()
    who = ", ".join([*taken.held_out, *(f"{enforcer} ({writ})" for writ, enforcer in taken.recused)])
    rows = [Phrase("{table} row {row}", table=row["table"], row=row["row"]) for row in taken.rows]
    told = {"reason": taken.reason, "rows": joined(rows, ", "), "who": who or Phrase("nobody")}
    sentence = mark("Left out for a reason that was given ({reason}): {rows}. Held out meanwhile: {who}.")
    return (Phrase(sentence, **told),)


def lost(rejected: pl.DataFrame, none_left: Iterable[str] = ()) -> pl.DataFrame:
    """Rejected rows that a batch must not go on without; all those of the tables of which none is left, too."""
    remembering = pl.col("table").is_in(REMEMBERING) & ~pl.col("code").is_in(LISTED)
    return rejected.filter(remembering | pl.col("table").is_in(list(none_left)))


def accepted(
    reading: Reading, reason: str | None, *, needed: Iterable[str] = ("districts", "enforcers", "writs")
) -> Accepted | None:
    """What is accepted of a reading for a reason; None where nothing is lost.

    needed: tables of which a row must be left. Raises `UnusableInputError` where one of these has none, and for rows
    lost without a reason.
    """
    empty = [
        name
        for name in TABLES
        if getattr(reading.chamber, name).is_empty() and (reading.rejected["table"] == name).any()
    ]
    for name in needed:
        if name in empty:
            rows = reading.rejected.filter(pl.col("table") == name)
            raise UnusableInputError(
                "{name}: no row can be read, and without {name} there is no batch. {rows}",
                name=name,
                rows=named(rows, reading.places),
            )
    rows = lost(reading.rejected, set(empty) & set(REMEMBERING))
    if rows.is_empty():
        return None
    if reason is None or not reason.strip():
        raise refusal(rows, reading.places)
    held_out, recused = held_out_by(reading, rows)
    kept = rows.select("table", "row", "code").rows(named=True)
    return Accepted(reason.strip(), kept, held_out, recused)


def refused(reading: Reading) -> Phrase | None:
    """Why no batch may be made of what was read, as long as nobody accepts it; None where it may."""
    empty = [name for name in REMEMBERING if getattr(reading.chamber, name).is_empty()]
    rows = lost(reading.rejected, empty)
    return None if rows.is_empty() else refusal(rows, reading.places).phrase


def refusal(rows: pl.DataFrame, places: Mapping[str, Place] = MappingProxyType({})) -> UnusableInputError:
    """Why a batch stops at these rows, and what to do."""
    return UnusableInputError(
        "Rows that restrict or remember and cannot be read: {n}. {rows} Correct them; or give --accept REASON, which "
        "is kept: whoever stands in such an absence or recusal is then held out.",
        n=rows.height,
        rows=named(rows, places),
    )


def named(rows: pl.DataFrame, places: Mapping[str, Place]) -> Phrase:
    """Name the first rows, of a workbook by their cells, each with what is wrong."""
    from tengbol.io.grid import CellName  # only for a batch that stops

    shown = []
    for table, row, column, message in rows.select("table", "row", "column", "message").head(_NAMED).iter_rows():
        place = places.get(table)
        whole = Phrase("{table} row {row}", table=table, row=row)
        where = CellName(place, row, column) if place is not None and place.sheet else whole
        shown.append(Phrase("{where}: {message}", where=where, message=Phrase(message)))
    more = [Phrase("And {n} more.", n=rows.height - _NAMED)] if rows.height > _NAMED else []
    return joined([*shown, *more])


def held_out_by(reading: Reading, rows: pl.DataFrame) -> tuple[list[str], list[tuple[str, str]]]:
    """Enforcers held out of everything, and (writ, enforcer) held apart, by rows that were not read."""
    nobody = pl.DataFrame(schema={"row": pl.Int64, "writ_id": pl.String, "enforcer_id": pl.String})

    def of(table: str) -> pl.DataFrame:
        cells = reading.unread.get(table, nobody)
        return cells.join(rows.filter(pl.col("table") == table), on="row", how="semi").drop_nulls("enforcer_id")

    recusals = of("recusals")
    pairs = recusals.drop_nulls("writ_id").select("writ_id", "enforcer_id").unique().sort("writ_id", "enforcer_id")
    everywhere = [*of("absences")["enforcer_id"], *recusals.filter(pl.col("writ_id").is_null())["enforcer_id"]]
    return sorted(set(everywhere)), pairs.rows()
