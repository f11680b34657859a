"""SQL of what has to be done with each writ (¶7, ¶8, ¶15), on either store: now, or as it was after an event.

Each duty's writs come with `begins`, from which its last day follows: that day itself, or the name of a term
(`parameters.TERMS`) and the day on which it begins. So what is asked of the store does not depend on the calendar.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from tengbol.book.kept import holding

#: States of a writ that was distributed, until its creditor is told.
GIVEN: Final = ("assigned", "handed", "collected", "posted", "received")
#: What may be due, in the order of a writ's way.
WHAT: Final = ("complete", "distribute", "hand_over", "collect", "post", "notify_creditor")
NUMBERS: Final = {what: number for number, what in enumerate(WHAT)}
_RECEIVED: Final = (
    "SELECT CASE n.immediate WHEN 'true' THEN '' ELSE 'distribute ' END || substr(n.received_at, 1, 10) AS begins, "
    "n.writ_id, NULL AS enforcer_id FROM {part} n"
)
_COLLECT: Final = (
    "SELECT g.collect_by AS begins, g.writ_id, g.enforcer_id FROM given g "
    "WHERE g.form = 'paper' AND g.state IN ('assigned', 'handed') AND g.outside = {outside}"
)
#: Distributing and handing over are two duties of one term (¶7); collecting and posting hand over, too. ¶15 runs from
#: receipt: of an electronic writ the batch, of paper its collection or the letter's coming.
DUTIES: Final = {
    "complete": _RECEIVED.format(part="lacking"),
    "distribute": _RECEIVED.format(part="waiting"),
    "hand_over": "SELECT g.distribute_by AS begins, g.writ_id, g.enforcer_id FROM given g WHERE g.state = 'assigned'",
    "collect": _COLLECT.format(outside=0),
    "post": _COLLECT.format(outside=1),
    "notify_creditor": "SELECT CASE g.form WHEN 'paper' THEN 'notify ' || substr(g.at, 1, 10) "
    "ELSE g.notify_creditor_by END AS begins, g.writ_id, g.enforcer_id FROM given g "
    "WHERE (g.form <> 'paper' OR g.state IN ('collected', 'received'))",
}
#: All duties' writs, with the duty's number as `what`.
EVERY: Final = " UNION ALL ".join(
    f"SELECT {NUMBERS[what]} AS what, v{n}.* FROM ({sql}) v{n}" for n, (what, sql) in enumerate(DUTIES.items())
)


@dataclass(frozen=True)
class Whose:
    """Of whose writs: all; an enforcer's own; a chamber's, by the debtor's district."""

    enforcer_id: str | None = None
    chamber_id: str | None = None


def outside(seq: int | None = None) -> str:
    """SQL: enforcers outside of the centres (¶8)."""
    return (
        f"SELECT e.enforcer_id FROM enforcers e WHERE {holding('e', seq)} "
        f"AND e.district_id NOT IN (SELECT c.district_id FROM centres c WHERE {holding('c', seq)})"
    )


def begun(
    whose: Whose, *, kept: bool = False, seq: int | None = None, writs: str | None = None
) -> tuple[str, dict[str, Any]]:
    """SQL that begins a query of duties, and its values. kept: whether their parts are made once, as whoever reads all
    needs. seq: an event after which it is asked. writs: SQL of those that it is asked of; all where none is given.
    """
    of_writ, of_holder, of_nobody, values = [], "1 = 1", "1 = 1", {}
    of_incomplete = [] if writs is None else [f"s.writ_id IN ({writs})"]
    of_writ += of_incomplete
    if whose.enforcer_id is not None:
        # What waits is nobody's yet.
        of_holder, of_nobody, values["mine"] = "a.enforcer_id = :mine", "1 = 0", whose.enforcer_id
    if whose.chamber_id is not None:
        of_incomplete = ["1 = 0"]
        values["chamber"] = whose.chamber_id
        of_writ.append(
            "w.debtor_district_id IN (SELECT x.district_id FROM districts x "
            f"WHERE {holding('x', seq)} AND x.chamber_id = :chamber)"
        )
    states, held = (holding(alias, seq) for alias in "sw")
    both, lacking = (" AND ".join([*some, "1 = 1"]) for some in (of_writ, of_incomplete))
    parts = {
        # Writs that wait, without an enforcer.
        "waiting": "SELECT s.writ_id, w.received_at, w.immediate FROM states s "
        f"JOIN writs w ON w.writ_id = s.writ_id AND {held} "
        f"WHERE {states} AND s.state IN ('pending', 'set_aside') AND {both} AND {of_nobody}",
        "lacking": "SELECT s.writ_id, i.received_at, i.immediate FROM states s "
        f"JOIN incomplete i ON i.writ_id = s.writ_id AND {holding('i', seq)} "
        f"WHERE {states} AND s.state = 'incomplete' AND {lacking} AND {of_nobody}",
        # Writs whose creditor has not been told yet, with their last assignment. Enforcers outside are asked once as a
        # list: joined, PostgreSQL went through all enforcers for each writ, for it foresees few writs. The cast changes
        # nothing but SQLite's mind: bounds of a page on `s.writ_id` it would else put upon `a.writ_id`, too, and look
        # for these in the whole batch instead of for the one writ, each time (`findings/sqlite_range_for_equal.sh`).
        "given": "SELECT s.writ_id, s.state, s.at, w.form, a.enforcer_id, a.distribute_by, a.collect_by, "
        f"a.notify_creditor_by, CASE WHEN a.enforcer_id IN ({outside(seq)}) THEN 1 ELSE 0 END AS outside FROM states s "
        f"JOIN writs w ON w.writ_id = s.writ_id AND {held} "
        "JOIN assignments a ON a.writ_id = CAST(s.writ_id AS TEXT) AND a.batch_id = s.batch_id "
        f"WHERE {states} AND s.state IN {GIVEN} AND {both} AND {of_holder}",
    }
    how = "MATERIALIZED" if kept else "NOT MATERIALIZED"
    return "WITH " + ", ".join(f"{name} AS {how} ({sql})" for name, sql in parts.items()), values
