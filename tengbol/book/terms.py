"""Terms of writs (¶7, ¶8, ¶15) as the store works them out: all that are due on a day, or a page of them, and how many.

What it costs goes by the writs that wait and those whose creditor has not been told, not by the book's past.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book.kept import holding
from tengbol.book.papers import GIVEN
from tengbol.model.law import calendar

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.book.store import Store
    from tengbol.config import Calendar

#: What may be due, in the order of a writ's way.
WHAT: Final = ("complete", "distribute", "hand_over", "collect", "post", "notify_creditor")
_TYPES: Final[dict[str, pl.DataType]] = {
    **dict.fromkeys(("what", "by"), pl.String()),
    "late": pl.Boolean(),
    **dict.fromkeys(("writ_id", "enforcer_id"), pl.String()),
}
#: SQL: writs that wait, without an enforcer.
_WAITING: Final = (
    "SELECT s.writ_id, w.received_at, w.immediate, {distribute} AS what FROM states s "
    f"JOIN writs w ON w.writ_id = s.writ_id AND {holding('w')} "
    f"WHERE {holding('s')} AND s.state IN ('pending', 'set_aside') AND {{of_writ}}"
)
_INCOMPLETE: Final = (
    "SELECT s.writ_id, i.received_at, i.immediate, {complete} FROM states s "
    f"JOIN incomplete i ON i.writ_id = s.writ_id AND {holding('i')} "
    f"WHERE {holding('s')} AND s.state = 'incomplete' AND {{of_incomplete}}"
)
#: SQL: writs whose creditor has not been told yet, with their last assignment. outside: of the centres (¶8).
_ASSIGNED: Final = (
    "SELECT s.writ_id, s.state, s.at, w.form, a.enforcer_id, a.distribute_by, a.collect_by, a.notify_creditor_by, "
    "CASE WHEN e.district_id IS NOT NULL AND c.district_id IS NULL THEN 1 ELSE 0 END AS outside FROM states s "
    f"JOIN writs w ON w.writ_id = s.writ_id AND {holding('w')} "
    "JOIN assignments a ON a.writ_id = s.writ_id AND a.batch_id = s.batch_id "
    f"LEFT JOIN enforcers e ON e.enforcer_id = a.enforcer_id AND {holding('e')} "
    f"LEFT JOIN centres c ON c.district_id = e.district_id AND {holding('c')} "
    f"WHERE {holding('s')} AND s.state IN {GIVEN} AND {{of_writ}} AND {{of_holder}}"
)
#: SQL: each duty with its last day. Distributing and handing over are two duties of one term (¶7); collecting and
#: posting hand over, too. ¶15 runs from receipt: of an electronic writ the batch, of paper its collection or the
#: letter's coming.
_DUTIES: Final = (
    "SELECT n.what, CASE n.immediate WHEN 'true' THEN substr(n.received_at, 1, 10) ELSE d.distribute_by END AS term, "
    "n.writ_id, NULL AS enforcer_id FROM waiting n LEFT JOIN days d ON d.day = substr(n.received_at, 1, 10) "
    "UNION ALL SELECT {hand_over}, g.distribute_by, g.writ_id, g.enforcer_id FROM given g WHERE g.state = 'assigned' "
    "UNION ALL SELECT CASE g.outside WHEN 1 THEN {post} ELSE {collect} END, g.collect_by, g.writ_id, g.enforcer_id "
    "FROM given g WHERE g.form = 'paper' AND g.state IN ('assigned', 'handed') "
    "UNION ALL SELECT {notify_creditor}, CASE g.form WHEN 'paper' THEN d.notify_by ELSE g.notify_creditor_by END, "
    "g.writ_id, g.enforcer_id FROM given g LEFT JOIN days d ON d.day = substr(g.at, 1, 10) "
    "WHERE g.form <> 'paper' OR g.state IN ('collected', 'received')"
)
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
    sql, values = _due(store, day, days, Whose())
    rows = store.frame(f"{sql} SELECT what, term, late, writ_id, enforcer_id FROM due {_ORDER}", _READ, **values)
    return _shown(rows)


def page(
    store: Store, day: dt.date, days: Calendar, whose: Whose, most: int, *, what: str = "", late: bool = False,
    after: tuple[str, str, str] | None = None,
) -> Found:  # fmt: skip
    """The first `most` of them, or those that follow `after` (`by`, `what`, `writ_id`), and how many there are of all.

    what, late: only such are listed.
    """
    sql, values = _due(store, day, days, whose)
    wanted = [f"what = {_NUMBERS[what]}"] if what else []
    wanted += ["late = 1"] if late else []
    if after is not None:
        wanted.append(f"(term, what, writ_id) > (:after_term, {_NUMBERS[after[1]]}, :after_writ)")
        values |= {"after_term": after[0], "after_writ": after[2]}
    condition = f" WHERE {' AND '.join(wanted)}" if wanted else ""
    rows = store.frame(
        f"{sql} SELECT what, NULL AS term, late, NULL AS writ_id, NULL AS enforcer_id, count(*) AS writs FROM due "
        "GROUP BY what, late UNION ALL SELECT * FROM (SELECT what, term, late, writ_id, enforcer_id, 0 FROM due"
        f"{condition} {_ORDER} LIMIT {int(most)}) p",
        {**_READ, "writs": pl.Int64()},
        **values,
    )
    counted = rows.filter(pl.col("writs") > 0).select("what", "late", "writs").iter_rows()
    counts = {(WHAT[number], bool(is_late)): writs for number, is_late, writs in counted}
    return Found(counts, _shown(rows.filter(pl.col("writs") == 0)))


_READ: Final[dict[str, pl.DataType]] = {**_TYPES, "what": pl.Int64(), "late": pl.Int64()}
_ORDER: Final = "ORDER BY term, what, writ_id"


def _shown(rows: pl.DataFrame) -> pl.DataFrame:
    # The store keeps no promise on the order of a part of a union.
    ordered = rows.sort("by", "what", "writ_id")
    names = pl.col("what").replace_strict(dict(enumerate(WHAT)), return_dtype=pl.String)
    return ordered.select(names, pl.col("by").str.to_date("%Y-%m-%d"), pl.col("late") == 1, "writ_id", "enforcer_id")


def _due(store: Store, day: dt.date, days: Calendar, whose: Whose) -> tuple[str, dict[str, Any]]:
    """SQL that begins a query: `due` with `what`, a number, `term`, `late`, 1 or 0, `writ_id`, `enforcer_id`."""
    values: dict[str, Any] = {"day": day.isoformat()}
    of_writ, of_holder, of_incomplete = "1 = 1", "1 = 1", "1 = 1"
    if whose.enforcer_id is not None:
        # What waits is nobody's yet.
        of_holder, values["mine"] = "a.enforcer_id = :mine", whose.enforcer_id
    if whose.chamber_id is not None:
        of_incomplete, values["chamber"] = "1 = 0", whose.chamber_id
        of_writ = (
            "w.debtor_district_id IN (SELECT x.district_id FROM districts x "
            f"WHERE {holding('x')} AND x.chamber_id = :chamber)"
        )
    filled = {**_NUMBERS, "of_writ": of_writ, "of_holder": of_holder, "of_incomplete": of_incomplete}
    nobody = " AND 1 = 0" if whose.enforcer_id is not None else ""
    parts = {
        "given": _ASSIGNED,
        "waiting": f"{_WAITING}{nobody} UNION ALL {_INCOMPLETE}{nobody}",
        "due": f"SELECT u.*, CASE WHEN u.term < :day THEN 1 ELSE 0 END AS late FROM ({_DUTIES}) u WHERE u.term <= :day",
    }
    written = ", ".join(f"{name} AS MATERIALIZED ({sql.format(**filled)})" for name, sql in parts.items())
    return f"WITH days (day, distribute_by, notify_by) AS ({_terms(store, days)}), {written}", values


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
