"""Terms of writs (¶7, ¶8, ¶15) as the store works them out: all that are due on a day, or a page of them, and how many.

How many there are of each duty and last day is known from what is kept of them (`counted`), of one enforcer or chamber
counted once after each event. By these numbers a page is read of the duties and days that it shows alone, each in the
order of its writs, which an index has: its cost goes by its rows, not by all that is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.book.counted import count, counted
from tengbol.book.duties import DUTIES, EVERY, NUMBERS, WHAT, Whose, begun
from tengbol.book.remembered import remembered
from tengbol.model.law import calendar

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.book.store import Store
    from tengbol.config import Calendar


@dataclass(frozen=True)
class Found:
    """counts: by what and whether it is late. writs: of a page, `what`, `by`, `late`, `writ_id`, `enforcer_id`."""

    counts: dict[tuple[str, bool], int]
    writs: pl.DataFrame


#: Of a duty.
_ROW: Final[dict[str, pl.DataType]] = dict.fromkeys(("writ_id", "enforcer_id"), pl.String())


def listed(store: Store, day: dt.date, days: Calendar) -> pl.DataFrame:
    """All that is due on `day` or was before, and is not done: that of the earliest term first."""
    start, values = begun(Whose(), kept=True)
    types = {"what": pl.Int64(), "begins": pl.String(), **_ROW}
    rows = store.long(f"{start} SELECT * FROM ({EVERY}) u WHERE u.begins IS NOT NULL", types, **values)
    term = pl.col("begins").replace_strict(_terms(rows["begins"].unique(), days), return_dtype=pl.String)
    rows = rows.select("what", term=term, **{name: pl.col(name) for name in _ROW})
    # Here, for a store may order texts otherwise.
    return _shown(rows.filter(pl.col("term") <= day.isoformat()).sort("term", "what", "writ_id"), day)


def page(
    store: Store, day: dt.date, days: Calendar, whose: Whose, most: int, *, what: str = "", late: bool = False,
    after: tuple[str, str, str] | None = None,
) -> Found:  # fmt: skip
    """The first `most` of them, or those that follow `after` (`by`, `what`, `writ_id`), and how many there are of all.

    what, late: only such are listed. Within `store.reading()`.
    """
    groups = _groups(_counted(store, whose), days).filter(pl.col("term") <= day.isoformat())
    counts: dict[tuple[str, bool], int] = {}
    rows: list[pl.DataFrame] = [pl.DataFrame(schema={"what": pl.Int64(), "term": pl.String(), **_ROW})]
    (start, values), left = begun(whose), most
    begin = None if after is None else (after[0], NUMBERS[after[1]])
    for number, term, writs, first, last, begins in groups.iter_rows():
        duty, is_late = WHAT[number], term < day.isoformat()
        counts[duty, is_late] = counts.get((duty, is_late), 0) + writs
        before = begin is not None and (term, number) < begin
        if not left or before or (what and duty != what) or (late and not is_late):
            continue
        beyond, bounds = "u.writ_id >= :first", {"first": first, "last": last, "begins": begins}
        if after is not None and (term, number) == begin:
            beyond, bounds["first"] = "u.writ_id > :first", after[2]
        found = store.frame(
            f"{start} SELECT u.writ_id, u.enforcer_id FROM ({DUTIES[duty]}) u WHERE {beyond} AND u.writ_id <= :last "
            f"AND {store.among('u.begins', 'begins')} ORDER BY u.writ_id LIMIT {left}",
            _ROW,
            **bounds,
            **values,
        )
        rows.append(found.select(pl.lit(number, pl.Int64).alias("what"), pl.lit(term).alias("term"), *_ROW))
        left -= found.height
    return Found(counts, _shown(pl.concat(rows), day))


def _shown(rows: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    return rows.select(
        pl.col("what").replace_strict(dict(enumerate(WHAT)), return_dtype=pl.String),
        by=pl.col("term").str.to_date("%Y-%m-%d"),
        late=pl.col("term") < day.isoformat(),
        writ_id="writ_id",
        enforcer_id="enforcer_id",
    )


@remembered
def _counted(store: Store, whose: Whose) -> pl.DataFrame:
    """Of whose writs how many each duty and beginning of a term has (`counted`)."""
    return counted(store) if whose == Whose() else count(store, whose)


def _groups(found: pl.DataFrame, days: Calendar) -> pl.DataFrame:
    """Of each last day and duty, in order, how many writs, bounds of their ids, and what their terms begin with."""
    term = pl.col("begins").replace_strict(_terms(found["begins"].unique(), days), return_dtype=pl.String)
    groups = found.with_columns(term=term).group_by("what", "term")
    sums = (pl.col("writs").sum(), pl.col("first").min(), pl.col("last").max(), pl.col("begins"))
    return groups.agg(*sums).sort("term", "what")


def _terms(begins: pl.Series, days: Calendar) -> dict[str, str]:
    """The last day of each term, by what it begins with (`duties`)."""
    found: dict[str, str] = {}
    for name, rows in begins.to_frame().group_by(pl.col("begins").str.head(-10).str.strip_chars_end()):
        first = rows["begins"].str.tail(10).str.to_date("%Y-%m-%d")
        last = calendar.due_of(first, days, str(name[0])) if name[0] else first
        found |= zip(rows["begins"].to_list(), last.dt.to_string("%Y-%m-%d").to_list(), strict=True)
    return found
