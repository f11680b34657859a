"""Rows that restrict or remember and could not be read: accepted for a reason, and who stands in them held out.

Derived a second time from the rejected rows themselves (¶3, ¶12, contract 2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tengbol.phrase import Phrase
from tengbol.verify.told import is_list, is_object, is_whole

if TYPE_CHECKING:
    from tengbol.io.read import Reading
    from tengbol.verify.findings import Findings

#: Codes of rows that are only listed, whatever their table.
_ONLY_LISTED = {"duplicate_row", "unknown_enforcer"}
_STOPPING = {"attachments", "absences", "recusals", "ledger", "balances"}


class Unread(NamedTuple):
    """rows: (table, row) of what must be accepted. away: enforcers out of everything. apart: (writ, enforcer)."""

    rows: frozenset[tuple[str, int]] = frozenset()
    away: frozenset[str] = frozenset()
    apart: frozenset[tuple[str, str]] = frozenset()


def unread(reading: Reading) -> Unread:
    """Look at every rejected row of the input."""
    rows: set[tuple[str, int]] = set()
    away: set[str] = set()
    apart: set[tuple[str, str]] = set()
    for table in _STOPPING:
        codes = dict(reading.rejected.filter(reading.rejected["table"] == table).select("row", "code").iter_rows())
        if not codes:
            continue
        nothing_left = getattr(reading.chamber, table).is_empty()
        stopping = {row for row, code in codes.items() if nothing_left or code not in _ONLY_LISTED}
        rows |= {(table, row) for row in stopping}
        if table not in ("absences", "recusals") or table not in reading.unread:
            continue
        for cells in reading.unread[table].iter_rows(named=True):
            who, writ_id = cells["enforcer_id"], cells.get("writ_id")
            if cells["row"] not in stopping or who is None:
                continue
            if table == "recusals" and writ_id is not None:
                apart.add((writ_id, who))
            else:
                away.add(who)
    return Unread(frozenset(rows), frozenset(away), frozenset(apart))


def check_accepted(accepted: Any, due: Unread, found: Findings) -> None:
    """Check that the manifest says for what reason, and which rows, a batch went on without."""

    def broken(sentence: Phrase) -> None:
        found.broken("accepted", "manifest.json", "accepted", "contract 2", sentence)

    told: dict[str, Any] = accepted if is_object(accepted) else {}
    reason, listed = told.get("reason"), told.get("rows")
    rows: list[Any] = listed if is_list(listed) else []
    named = [(row.get("table"), row.get("row")) for row in rows if is_object(row)]
    given = frozenset((table, row) for table, row in named if isinstance(table, str) and is_whole(row))
    if due.rows and not (isinstance(reason, str) and reason.strip()):
        table, row = min(due.rows)
        broken(
            Phrase(
                "gives no reason to go on without {n} rows, {table} row {row} first",
                n=len(due.rows),
                table=table,
                row=row,
            )
        )
    elif len(given) < len(rows) or given != due.rows:
        broken(Phrase("names other rows than those of the input that restrict or remember and cannot be read"))
    elif due.rows and (
        told.get("held_out") != sorted(due.away) or told.get("recused") != [list(pair) for pair in sorted(due.apart)]
    ):
        broken(
            Phrase("names others to be held out than those who stand in the absences and recusals that cannot be read")
        )
    some = Phrase("{n} rows that restrict or remember were left out for a reason that is told.", n=len(due.rows))
    none = Phrase("Nothing that restricts or remembers was left out.")
    found.holds("accepted", "manifest.json", "contract 2", some if due.rows else none)
