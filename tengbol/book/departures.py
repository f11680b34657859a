"""Who leaves, pauses, moves or comes back (¶3(3), ¶17, ¶18), and what becomes of the proceedings he holds.

For the six reasons of ¶3, and for any temporary absence longer than a calendar month, what he holds waits again and the
next batch spreads it. His balances stop by themselves: he stands in no pool.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book.acts import act
from tengbol.book.coming_back import Back, send_back
from tengbol.book.kept import cells, held, holding, own, selected
from tengbol.book.moments import happened, refuse_before_assignment
from tengbol.book.revoking import undo
from tengbol.book.schema import TABLES
from tengbol.errors import UnusableInputError
from tengbol.model.availability import counts_as_long, joined
from tengbol.model.codes import ABSENCE_REASONS, DEPARTURES, OFFICE

if TYPE_CHECKING:
    from tengbol.book.acts import Act, Hand
    from tengbol.book.store import Store

_NOBODY: Final = Back((), ())


def leave(
    store: Store,
    hand: Hand,
    enforcer_id: str,
    *,
    reason: str,
    start: dt.date,
    end: dt.date | None,
    at: dt.datetime | None = None,
) -> Back:
    """Record an absence; what he holds waits again from `at` (or now) on, where the reason or its length asks for it.

    Where it begins later, `depart` at the batches of that day and after sees to that.
    """
    if reason not in ABSENCE_REASONS:
        raise UnusableInputError(f"--reason '{reason}': one of {', '.join(ABSENCE_REASONS)} is accepted.")
    if end is not None and end < start:
        raise UnusableInputError(f"The absence ends ({end}) before it begins ({start}); swap them.")
    at = happened(at, hand)
    row = _absence(enforcer_id, reason, start, end, hand.document)
    with act(store, hand, "pause" if reason == OFFICE else "leave", subject=enforcer_id) as doing:
        _known(store, enforcer_id)
        if row.join(own(held(store, "absences"), "absences"), on=row.columns, how="semi", nulls_equal=True).height:
            raise UnusableInputError(f"Enforcer {enforcer_id}: the book has this absence already.")
        doing.write("absences", row)
        # What the act writes is not in the store yet.
        new = row.select("enforcer_id", "reason", *_days(), what=pl.lit("leave"))
        his = pl.concat([_of(store, "t.enforcer_id = :id", id=enforcer_id), new])
        at_once = reason != OFFICE and bool(departs(his, at.date()))
        back = _spread(store, doing, enforcer_id, at, hand) if at_once else _NOBODY
        doing.payload |= {"absence": row.row(0, named=True), **_told(back)}
    return back


def departs(absences: pl.DataFrame, day: dt.date) -> dict[str, dict[str, Any]]:
    """Of absences, with `what` act wrote each, those that make proceedings return on `day`, one for each enforcer.

    In force, and of the six reasons or part of an absence longer than a month; of several the first that an act of
    leaving wrote, since such a one is acted on by itself.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in joined(absences).iter_rows(named=True):
        departure = row["reason"] in DEPARTURES
        first, last = (row["start"], row["end"]) if departure else (row["first"], row["last"])
        long = counts_as_long(row["reason"], first, last)
        if first <= day and (last is None or day <= last) and long is not None and long <= day:
            kept = found.setdefault(row["enforcer_id"], row)
            if kept["what"] != "leave" and row["what"] == "leave":
                found[row["enforcer_id"]] = row
    return found


def departing(store: Store, day: dt.date) -> dict[str, dict[str, Any]]:
    """Enforcers by id, with their absence and its act, who hold proceedings that have to return on `day`."""
    holds = (
        "EXISTS (SELECT 1 FROM ledger l WHERE l.until IS NULL AND l.closed_at IS NULL "
        "AND l.enforcer_id = t.enforcer_id)"
    )
    return departs(_of(store, holds), day)


def _of(store: Store, condition: str, **values: Any) -> pl.DataFrame:
    """`enforcer_id`, `reason`, `start`, `end` of absences that the book holds, and `what` act wrote each."""
    rows = store.frame(
        f"SELECT {selected('absences', 't')}, e.what FROM absences t JOIN events e ON e.seq = t.since "
        f"WHERE {holding('t')} AND {condition} ORDER BY t.enforcer_id, t.start, t.id",
        {"id": pl.Int64(), **TABLES["absences"].types, "since": pl.Int64(), "what": pl.String()},
        **values,
    )
    return rows.select("enforcer_id", "reason", *_days(), "what")


def _days() -> tuple[pl.Expr, ...]:
    return tuple(pl.col(name).str.to_date("%Y-%m-%d") for name in ("start", "end"))


def depart(store: Store, hand: Hand, at: dt.datetime) -> dict[str, Back]:
    """Let the proceedings of those wait whose recorded absence began or grew long since; only of `book leave`'s.

    An absence that came by an import is not acted on by itself: `book due` names it, and `book leave` says it.
    """
    done = {}
    for enforcer_id, absence in departing(store, at.date()).items():
        if absence["what"] == "leave":
            with act(store, hand, "departure", subject=enforcer_id) as doing:
                done[enforcer_id] = _spread(store, doing, enforcer_id, at)
                doing.payload |= _told(done[enforcer_id])
    return done


def come_back(store: Store, hand: Hand, enforcer_id: str, *, on: dt.date, reason: str | None = None) -> int:
    """End his absences in force on the day `on`, the first day on which he is there again; returns how many."""
    with act(store, hand, "return", subject=enforcer_id) as doing:
        _known(store, enforcer_id)
        rows = held(store, "absences", "t.enforcer_id = :id AND t.start <= :on", id=enforcer_id, on=on.isoformat())
        rows = rows.filter(pl.col("end").is_null() | (pl.col("end") >= on.isoformat()))
        if reason is not None:
            rows = rows.filter(pl.col("reason") == reason)
        if rows.is_empty():
            raise UnusableInputError(f"Enforcer {enforcer_id} is not absent on {on}; check the id and the day.")
        doing.end("absences", rows)
        shortened = rows.with_columns(end=pl.lit((on - dt.timedelta(days=1)).isoformat()))
        doing.write("absences", own(shortened.filter(pl.col("start") <= pl.col("end")), "absences"))
        doing.payload |= {"on": on.isoformat(), "reasons": rows["reason"].sort().to_list()}
        # A departure that lasted no day was none: what it sent back is his again, unless distributed since.
        if none := rows.filter(pl.col("start") >= on.isoformat())["since"].unique().sort().to_list():
            doing.payload["restored"] = list(undo(store, doing, none, tables=()).restored)
    return rows.height


def transfer(store: Store, hand: Hand, enforcer_id: str, *, to: str, at: dt.datetime | None = None) -> Back:
    """Register him in another district; what he holds elsewhere waits again (¶3, ¶18)."""
    at = happened(at, hand)
    with act(store, hand, "transfer", subject=enforcer_id) as doing:
        row = _known(store, enforcer_id)
        if held(store, "districts", "t.district_id = :to", to=to).is_empty():
            raise UnusableInputError(f"District '{to}' is not in the book; import it first, or check its code.")
        if row["district_id"][0] == to:
            raise UnusableInputError(f"Enforcer {enforcer_id} is registered in {to} already.")
        doing.end("enforcers", row)
        doing.write("enforcers", own(row.with_columns(district_id=pl.lit(to)), "enforcers"))
        back = _spread(store, doing, enforcer_id, at, hand, but=to)
        doing.payload |= {"from": row["district_id"][0], "to": to, **_told(back)}
    return back


def _absence(enforcer_id: str, reason: str, start: dt.date, end: dt.date | None, document: str | None) -> pl.DataFrame:
    row = {"enforcer_id": enforcer_id, "reason": reason, "start": start, "end": end, "reference": document}
    types = {**TABLES["absences"].types, "start": pl.Date(), "end": pl.Date()}
    return cells(pl.DataFrame([row], schema=types), "absences")


def _known(store: Store, enforcer_id: str) -> pl.DataFrame:
    row = held(store, "enforcers", "t.enforcer_id = :id", id=enforcer_id)
    if row.is_empty():
        raise UnusableInputError(f"Enforcer '{enforcer_id}' is not in the book; check the id.")
    return row


def _spread(
    store: Store, doing: Act, enforcer_id: str, at: dt.datetime, hand: Hand | None = None, but: str = ""
) -> Back:
    """All he holds, but what is of the district `but`, waits again; no `hand` says so of a time before he held it."""
    mine = held(
        store,
        "ledger",
        "t.enforcer_id = :id AND t.closed_at IS NULL AND t.district_id <> :but",
        id=enforcer_id,
        but=but,
    )
    if hand is not None:
        refuse_before_assignment(store, hand, mine["writ_id"].to_list(), at)
    return send_back(store, doing, mine, at, "redistributed")


def _told(back: Back) -> dict[str, Any]:
    return {"redistributed": len(back.writ_ids), "without_writ": list(back.unknown)}
