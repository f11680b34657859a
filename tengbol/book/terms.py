"""Terms of writs (¶7, ¶8, ¶15) as the store works them out: all that are due on a day, or a page of them, and how many.

How many there are of each duty and last day is counted once after each event, over the writs that wait and those whose
creditor has not been told, not over the book's past. By these numbers a page is read of the duties and days that it
shows alone, each in the order of its writs, which an index has: its cost goes by its rows, not by all that is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book.kept import holding
from tengbol.book.papers import GIVEN
from tengbol.book.remembered import remembered
from tengbol.model.law import calendar

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.book.store import Store
    from tengbol.config import Calendar

#: What may be due, in the order of a writ's way.
WHAT: Final = ("complete", "distribute", "hand_over", "collect", "post", "notify_creditor")
#: SQL: writs that wait, without an enforcer.
_WAITING: Final = (
    "SELECT s.writ_id, w.received_at, w.immediate FROM states s "
    f"JOIN writs w ON w.writ_id = s.writ_id AND {holding('w')} "
    f"WHERE {holding('s')} AND s.state IN ('pending', 'set_aside') AND {{of_writ}} AND {{of_nobody}}"
)
_INCOMPLETE: Final = (
    "SELECT s.writ_id, i.received_at, i.immediate FROM states s "
    f"JOIN incomplete i ON i.writ_id = s.writ_id AND {holding('i')} "
    f"WHERE {holding('s')} AND s.state = 'incomplete' AND {{of_incomplete}} AND {{of_nobody}}"
)
#: SQL: enforcers outside of the centres (¶8). Asked once as a list: joined, PostgreSQL went through all enforcers for
#: each writ, for it foresees few writs.
_OUTSIDE: Final = (
    f"SELECT e.enforcer_id FROM enforcers e WHERE {holding('e')} "
    f"AND e.district_id NOT IN (SELECT c.district_id FROM centres c WHERE {holding('c')})"
)
#: SQL: writs whose creditor has not been told yet, with their last assignment. outside: of the centres (¶8). The cast
#: changes nothing but SQLite's mind: bounds of a page on `s.writ_id` it would else put upon `a.writ_id`, too, and look
#: for these in the whole batch instead of for the one writ, for each writ anew (`findings/sqlite_range_for_equal.sh`).
_ASSIGNED: Final = (
    "SELECT s.writ_id, s.state, s.at, w.form, a.enforcer_id, a.distribute_by, a.collect_by, a.notify_creditor_by, "
    f"CASE WHEN a.enforcer_id IN ({_OUTSIDE}) THEN 1 ELSE 0 END AS outside FROM states s "
    f"JOIN writs w ON w.writ_id = s.writ_id AND {holding('w')} "
    "JOIN assignments a ON a.writ_id = CAST(s.writ_id AS TEXT) AND a.batch_id = s.batch_id "
    f"WHERE {holding('s')} AND s.state IN {GIVEN} AND {{of_writ}} AND {{of_holder}}"
)
_PARTS: Final = {"waiting": _WAITING, "lacking": _INCOMPLETE, "given": _ASSIGNED}
_RECEIVED: Final = (
    "SELECT CASE n.immediate WHEN 'true' THEN substr(n.received_at, 1, 10) ELSE d.distribute_by END AS term, "
    "n.writ_id, NULL AS enforcer_id FROM {part} n LEFT JOIN days d ON d.day = substr(n.received_at, 1, 10)"
)
_COLLECT: Final = (
    "SELECT g.collect_by AS term, g.writ_id, g.enforcer_id FROM given g "
    "WHERE g.form = 'paper' AND g.state IN ('assigned', 'handed') AND g.outside = {outside}"
)
#: SQL: each duty's writs with its last day. Distributing and handing over are two duties of one term (¶7); collecting
#: and posting hand over, too. ¶15 runs from receipt: of an electronic writ the batch, of paper its collection or the
#: letter's coming.
_DUTIES: Final = {
    "complete": _RECEIVED.format(part="lacking"),
    "distribute": _RECEIVED.format(part="waiting"),
    "hand_over": "SELECT g.distribute_by AS term, g.writ_id, g.enforcer_id FROM given g WHERE g.state = 'assigned'",
    "collect": _COLLECT.format(outside=0),
    "post": _COLLECT.format(outside=1),
    "notify_creditor": "SELECT CASE g.form WHEN 'paper' THEN d.notify_by ELSE g.notify_creditor_by END AS term, "
    "g.writ_id, g.enforcer_id FROM given g LEFT JOIN days d ON d.day = substr(g.at, 1, 10) "
    "WHERE (g.form <> 'paper' OR g.state IN ('collected', 'received'))",
}
_NUMBERS: Final = {what: number for number, what in enumerate(WHAT)}


@dataclass(frozen=True)
class Whose:
    """Of whose writs: all; an enforcer's own; a chamber's, by the debtor's district."""

    enforcer_id: str | None = None
    chamber_id: str | None = None


@dataclass(frozen=True)
class Found:
    """counts: by what and whether it is late. writs: of a page, `what`, `by`, `late`, `writ_id`, `enforcer_id`."""

    counts: dict[tuple[str, bool], int]
    writs: pl.DataFrame


def listed(store: Store, day: dt.date, days: Calendar) -> pl.DataFrame:
    """All that is due on `day` or was before, and is not done: that of the earliest term first."""
    parts, values = _parts(Whose())
    every = f"{_begun(_terms(store, days), parts, kept=True)} SELECT * FROM ({_every()}) u WHERE u.term <= :day"
    rows = store.long(every, {"what": pl.Int64(), **_ROW}, day=day.isoformat(), **values)
    # Here, for a store may order texts otherwise.
    return _shown(rows.sort("term", "what", "writ_id"), day)


def page(
    store: Store, day: dt.date, days: Calendar, whose: Whose, most: int, *, what: str = "", late: bool = False,
    after: tuple[str, str, str] | None = None,
) -> Found:  # fmt: skip
    """The first `most` of them, or those that follow `after` (`by`, `what`, `writ_id`), and how many there are of all.

    what, late: only such are listed. Within `store.reading()`.
    """
    terms, groups = _groups(store, days, whose)
    groups = groups.filter(pl.col("term") <= day.isoformat())
    counts: dict[tuple[str, bool], int] = {}
    rows: list[pl.DataFrame] = []
    parts, values = _parts(whose)
    begun, left = _begun(terms, parts), most
    begin = None if after is None else (after[0], _NUMBERS[after[1]])
    for number, term, writs, first, last in groups.iter_rows():
        duty, is_late = WHAT[number], term < day.isoformat()
        counts[duty, is_late] = counts.get((duty, is_late), 0) + writs
        before = begin is not None and (term, number) < begin
        if not left or before or (what and duty != what) or (late and not is_late):
            continue
        beyond, bounds = "u.writ_id >= :first", {"first": first, "last": last, "term": term}
        if after is not None and (term, number) == begin:
            beyond, bounds["first"] = "u.writ_id > :first", after[2]
        found = store.frame(
            f"{begun} SELECT {number}, u.* FROM ({_DUTIES[duty]}) u WHERE u.term = :term AND {beyond} "
            f"AND u.writ_id <= :last ORDER BY u.writ_id LIMIT {left}",
            {"what": pl.Int64(), **_ROW},
            **bounds,
            **values,
        )
        rows.append(found)
        left -= found.height
    return Found(counts, _shown(pl.concat(rows) if rows else pl.DataFrame(schema={"what": pl.Int64(), **_ROW}), day))


#: Of a duty.
_ROW: Final = dict.fromkeys(("term", "writ_id", "enforcer_id"), pl.String())


def _shown(rows: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    return rows.select(
        pl.col("what").replace_strict(dict(enumerate(WHAT)), return_dtype=pl.String),
        by=pl.col("term").str.to_date("%Y-%m-%d"),
        late=pl.col("term") < day.isoformat(),
        writ_id="writ_id",
        enforcer_id="enforcer_id",
    )


@remembered
def _groups(store: Store, days: Calendar, whose: Whose) -> tuple[str, pl.DataFrame]:
    """`_terms`; and of each last day and duty, in their order, how many writs, the first and the last of them."""
    parts, values = _parts(whose)
    terms = _terms(store, days)
    types = {"what": pl.Int64(), "term": pl.String(), "writs": pl.Int64(), "first": pl.String(), "last": pl.String()}
    sql = (
        f"{_begun(terms, parts, kept=True)} SELECT u.what, u.term, count(*), min(u.writ_id), max(u.writ_id) "
        f"FROM ({_every()}) u WHERE u.term IS NOT NULL GROUP BY u.what, u.term"
    )
    return terms, store.frame(sql, types, **values).sort("term", "what")


def _every() -> str:
    """SQL: all duties' writs, with the duty's number as `what`."""
    return " UNION ALL ".join(f"SELECT {_NUMBERS[what]} AS what, v{n}.* FROM ({sql}) v{n}"
                              for n, (what, sql) in enumerate(_DUTIES.items()))  # fmt: skip


def _begun(terms: str, parts: dict[str, str], *, kept: bool = False) -> str:
    """SQL that begins a query of duties. kept: whether their parts are made once, as whoever reads all needs."""
    how = "MATERIALIZED" if kept else "NOT MATERIALIZED"
    written = ", ".join(f"{name} AS {how} ({sql})" for name, sql in parts.items())
    return f"WITH days (day, distribute_by, notify_by) AS ({terms}), {written}"


def _parts(whose: Whose) -> tuple[dict[str, str], dict[str, Any]]:
    """SQL of what the duties are made of, and its values."""
    values: dict[str, Any] = {}
    filled = dict.fromkeys(("of_writ", "of_holder", "of_incomplete", "of_nobody"), "1 = 1")
    if whose.enforcer_id is not None:
        # What waits is nobody's yet.
        filled |= {"of_holder": "a.enforcer_id = :mine", "of_nobody": "1 = 0"}
        values["mine"] = whose.enforcer_id
    if whose.chamber_id is not None:
        filled["of_incomplete"], values["chamber"] = "1 = 0", whose.chamber_id
        filled["of_writ"] = (
            "w.debtor_district_id IN (SELECT x.district_id FROM districts x "
            f"WHERE {holding('x')} AND x.chamber_id = :chamber)"
        )
    return {name: sql.format(**filled) for name, sql in _PARTS.items()}, values


def _terms(store: Store, days: Calendar) -> str:
    """SQL: by each day from which a term runs, the last one to distribute and to tell the creditor."""
    found = store.frame(
        "SELECT DISTINCT substr(w.received_at, 1, 10) AS day FROM states s "
        f"JOIN writs w ON w.writ_id = s.writ_id AND {holding('w')} WHERE {holding('s')} "
        "AND s.state IN ('pending', 'set_aside') "
        f"UNION SELECT substr(i.received_at, 1, 10) FROM incomplete i WHERE {holding('i')} "
        f"UNION SELECT substr(s.at, 1, 10) FROM states s WHERE {holding('s')} AND s.state IN ('collected', 'received')",
        {"day": pl.String()},
    )["day"].str.to_date("%Y-%m-%d")
    last = (calendar.due_of(found, days, term).to_list() for term in ("distribute", "notify"))
    rows = ", ".join(
        f"('{one}', '{first}', '{second}')" for one, first, second in zip(found.to_list(), *last, strict=True)
    )
    return f"VALUES {rows}" if rows else "SELECT NULL, NULL, NULL"
