"""What version 0.1.0 did otherwise: its results (format 1) are held to the rules by which they were made.

It took fewer spellings, gave every writ both days (¶8, ¶15), went on without rows that restrict or remember, and kept
no balances of whoever had no licence that day.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tengbol.phrase import Phrase
from tengbol.verify.unread import Unread

if TYPE_CHECKING:
    import polars as pl

    from tengbol.io.read import Reading
    from tengbol.verify.findings import Findings

_FILE: Final = "rejected.parquet"
_ROW: Final = ["table", "row"]


def as_it_was_read(reading: Reading, rejected: pl.DataFrame, found: Findings) -> Reading | None:
    """Leave out what version 0.1.0 rejected; None where it took what is rejected today, which nothing here repeats.

    rejected: of the result, columns of contract 4.
    """
    then, now = (frame.select(_ROW).unique().sort(_ROW) for frame in (rejected, reading.rejected))
    taken, refused = now.join(then, on=_ROW, how="anti"), then.join(now, on=_ROW, how="anti")
    if taken.height:
        sentence = Phrase(
            "rows that version 0.1.0 took and that are rejected today: {n}; what follows from the input was not "
            "checked",
            n=taken.height,
        )
        found.unproven("rejected", _FILE, _place(taken), "contract 2", sentence)
        return None
    if refused.height:
        sentence = Phrase(
            "rows that version 0.1.0 rejected and that are taken today: {n}; its word was taken", n=refused.height
        )
        found.unproven("rejected", _FILE, _place(refused), "contract 2", sentence)
    else:
        sentence = Phrase("The {n} rows rejected are those that reading the input again rejects.", n=then.height)
        found.holds("rejected", _FILE, "contract 2", sentence)
    gone = dict(refused.group_by("table").agg("row").iter_rows())
    kept = {name: getattr(reading.chamber, name).filter(~reading.rows[name].is_in(rows)) for name, rows in gone.items()}
    return replace(reading, chamber=replace(reading.chamber, **kept), rejected=rejected)


def nobody_held_out(due: Unread, found: Findings) -> Unread:
    """Name the rows without which version 0.1.0 went on; it held nobody out for them."""
    if due.rows:
        table, row = min(due.rows)
        sentence = Phrase("version 0.1.0 went on without {n} rows that restrict or remember", n=len(due.rows))
        found.unproven("accepted", _FILE, Phrase("{table} row {row}", table=table, row=row), "contract 2", sentence)
    return Unread()


def _place(rows: pl.DataFrame) -> str:
    table, row = rows.row(0)
    return Phrase("{table} row {row}", table=table, row=row)
