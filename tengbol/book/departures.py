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
from tengbol.book.kept import cells, held, holding, own
from tengbol.book.moments import happened, refuse_before_assignment
from tengbol.book.revoking import undo
from tengbol.book.schema import TABLES
from tengbol.errors import UnusableInputError
from tengbol.model.codes import ABSENCE_REASONS, DEPARTURES, OFFICE, OFFICES
from tengbol.model.law.availability import counts_as_long, joined
from tengbol.phrase import Phrase, mark

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
    office: str | None = None,
) -> Back:
    """Record an absence; what he holds waits again from `at` (or now) on, where the reason or its length asks for it.

    Where it begins later, `depart` at the batches of that day and after sees to that. office: of `OFFICES`, the one for
    which a pause is (¶17); `due` asks for it where it is not told.
    """
    if reason not in ABSENCE_REASONS:
        raise UnusableInputError(
            "--reason '{reason}': one of {absence_reasons} is accepted.",
            reason=reason,
            absence_reasons=", ".join(ABSENCE_REASONS),
        )
    if end is not None and end < start:
        raise UnusableInputError(
            "The absence ends ({end}) before it begins ({start}); swap them.", end=end, start=start
        )
    if office is not None and office not in OFFICES:
        raise UnusableInputError(
            "--office '{office}': one of {offices} is accepted.", office=office, offices=", ".join(OFFICES)
        )
    at = happened(at, hand)
    if reason == OFFICE and not (hand.document or "").strip():
        raise UnusableInputError("--document is needed: a pause is made on the enforcer's application (¶17).")
    row = _absence(enforcer_id, reason, start, end, hand.document)
    with act(store, hand, "pause" if reason == OFFICE else "leave", subject=enforcer_id) as doing:
        _known(store, enforcer_id)
        # One that came by an import is there already: then it is acted on.
        alike = [name for name in row.columns if name != "reference"]
        known = held(store, "absences", "t.enforcer_id = :id", id=enforcer_id)
        doing.write("absences", row.join(known, on=alike, how="anti", nulls_equal=True))
        departed = departs(_of(store, "t.enforcer_id = :id", id=enforcer_id), at.date())
        back = _NOBODY
        if reason != OFFICE and departed:
            arose = departed[enforcer_id]["arose"]
            back = _spread(store, doing, enforcer_id, at, hand, arose=arose)
            doing.payload["arose"] = arose.isoformat()
        doing.payload |= {"absence": row.row(0, named=True), **_told(back), **({"office": office} if office else {})}
    return back


def departs(absences: pl.DataFrame, day: dt.date) -> dict[str, dict[str, Any]]:
    """Of absences those that make proceedings return on `day`, one for each enforcer: the one that `arose` first.

    In force, and of the six reasons or part of an absence longer than a month. `arose`: from which day they do (¶7).
    """
    found: dict[str, dict[str, Any]] = {}
    for row in joined(absences).iter_rows(named=True):
        departure = row["reason"] in DEPARTURES
        first, last = (row["start"], row["end"]) if departure else (row["first"], row["last"])
        long = counts_as_long(row["reason"], first, last)
        if first <= day and (last is None or day <= last) and long is not None and long <= day:
            kept = found.setdefault(row["enforcer_id"], row | {"arose": long})
            if long < kept["arose"]:
                found[row["enforcer_id"]] = row | {"arose": long}
    return found


def departing(store: Store, day: dt.date, *, with_writ: bool = False) -> dict[str, dict[str, Any]]:
    """Enforcers by id, with their absence, who hold proceedings that have to return on `day`.

    with_writ: only who holds some that can wait again, since the book has their writs.
    """
    writ = "JOIN writs w ON w.writ_id = l.writ_id AND w.until IS NULL " if with_writ else ""
    holds = (
        f"EXISTS (SELECT 1 FROM ledger l {writ}WHERE l.until IS NULL AND l.closed_at IS NULL "
        "AND l.enforcer_id = t.enforcer_id)"
    )
    return departs(_of(store, holds), day)


def _of(store: Store, condition: str, **values: Any) -> pl.DataFrame:
    """`enforcer_id`, `reason`, `start`, `end` of absences that the book holds."""
    rows = held(store, "absences", condition, **values).sort("enforcer_id", "start", "id")
    return rows.select("enforcer_id", "reason", *_days())


def _days() -> tuple[pl.Expr, ...]:
    return tuple(pl.col(name).str.to_date("%Y-%m-%d") for name in ("start", "end"))


def depart(store: Store, hand: Hand, at: dt.datetime) -> dict[str, Back]:
    """Let the proceedings of those wait whose absence began or grew long since, or came by an import (¶3, ¶18)."""
    done = {}
    for enforcer_id, absence in departing(store, at.date(), with_writ=True).items():
        with act(store, hand, "departure", subject=enforcer_id) as doing:
            done[enforcer_id] = _spread(store, doing, enforcer_id, at, arose=absence["arose"])
            told = {"reason": absence["reason"], "arose": absence["arose"].isoformat()}
            doing.payload |= {**told, **_told(done[enforcer_id])}
    return done


#: Why proceedings are left behind, and what to do.
ENDED: Final = mark(
    "his licence ended on {day}; `tengbol book leave {who} --reason licence_terminated --from DAY` spreads what he "
    "holds, a corrected licence keeps it"
)
MOVED: Final = mark(
    "he is registered in {home} now and holds proceedings of {place}; `tengbol book transfer {who} --to {home}` "
    "spreads it, a corrected registration keeps it"
)


def stranded(store: Store, day: dt.date) -> dict[str, Phrase]:
    """Enforcers by id whose proceedings a table of enforcers left behind, with what happened and what to do.

    A licence that has ended, or a registration that is another's now: a row may be mistyped, so nothing of it is acted
    on before somebody says so.
    """
    # CROSS JOIN, in this order: of few enforcers what they hold; SQLite else asks of all that is held whose it is.
    ended = store.frame(
        f"SELECT l.enforcer_id, min(e.licensed_to) AS told FROM enforcers e CROSS JOIN ledger l WHERE {holding('e')} "
        f"AND e.licensed_to < :day AND l.enforcer_id = e.enforcer_id AND {holding('l')} AND l.closed_at IS NULL "
        "GROUP BY l.enforcer_id ORDER BY l.enforcer_id",
        {"enforcer_id": pl.String(), "told": pl.String()},
        day=day.isoformat(),
    )
    moved = store.frame(
        "SELECT l.enforcer_id, min(l.district_id) AS told, min(e.district_id) AS home "
        "FROM enforcers p CROSS JOIN enforcers e CROSS JOIN ledger l "
        f"WHERE p.until IS NOT NULL AND e.enforcer_id = p.enforcer_id AND {holding('e')} "
        "AND e.district_id <> p.district_id AND l.enforcer_id = p.enforcer_id AND l.district_id = p.district_id "
        f"AND {holding('l')} AND l.closed_at IS NULL AND NOT EXISTS (SELECT 1 FROM attachments a WHERE "
        f"a.enforcer_id = l.enforcer_id AND a.district_id = l.district_id AND {holding('a')} "
        "AND (a.valid_to IS NULL OR a.valid_to >= :day)) GROUP BY l.enforcer_id ORDER BY l.enforcer_id",
        {"enforcer_id": pl.String(), "told": pl.String(), "home": pl.String()},
        day=day.isoformat(),
    )
    told = {who: Phrase(ENDED, day=last, who=who) for who, last in ended.iter_rows()}
    for who, place, home in moved.iter_rows():
        told.setdefault(who, Phrase(MOVED, home=home, place=place, who=who))
    return told


def come_back(store: Store, hand: Hand, enforcer_id: str, *, on: dt.date, reason: str | None = None) -> int:
    """End his absences in force on the day `on`, the first day on which he is there again; returns how many."""
    with act(store, hand, "return", subject=enforcer_id) as doing:
        _known(store, enforcer_id)
        rows = held(store, "absences", "t.enforcer_id = :id AND t.start <= :on", id=enforcer_id, on=on.isoformat())
        rows = rows.filter(pl.col("end").is_null() | (pl.col("end") >= on.isoformat()))
        if reason is not None:
            rows = rows.filter(pl.col("reason") == reason)
        if rows.is_empty():
            raise UnusableInputError(
                "Enforcer {enforcer_id} is not absent on {on}; check the id and the day.",
                enforcer_id=enforcer_id,
                on=on,
            )
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
            raise UnusableInputError("District '{to}' is not in the book; import it first, or check its code.", to=to)
        here = row["district_id"][0] == to
        # A table may have moved him; what he holds elsewhere is then still to be spread.
        if here and enforcer_id not in stranded(store, at.date()):
            raise UnusableInputError(
                "Enforcer {enforcer_id} is registered in {to} already.", enforcer_id=enforcer_id, to=to
            )
        if not here:
            doing.end("enforcers", row)
            doing.write("enforcers", own(row.with_columns(district_id=pl.lit(to)), "enforcers"))
        back = _spread(store, doing, enforcer_id, at, hand, but=to)
        doing.payload |= {"from": row["district_id"][0], "to": to, "arose": at.date().isoformat(), **_told(back)}
    return back


def _absence(enforcer_id: str, reason: str, start: dt.date, end: dt.date | None, document: str | None) -> pl.DataFrame:
    row = {"enforcer_id": enforcer_id, "reason": reason, "start": start, "end": end, "reference": document}
    types = {**TABLES["absences"].types, "start": pl.Date(), "end": pl.Date()}
    return cells(pl.DataFrame([row], schema=types), "absences")


def _known(store: Store, enforcer_id: str) -> pl.DataFrame:
    row = held(store, "enforcers", "t.enforcer_id = :id", id=enforcer_id)
    if row.is_empty():
        raise UnusableInputError("Enforcer '{enforcer_id}' is not in the book; check the id.", enforcer_id=enforcer_id)
    return row


def _spread(
    store: Store,
    doing: Act,
    enforcer_id: str,
    at: dt.datetime,
    hand: Hand | None = None,
    but: str = "",
    arose: dt.date | None = None,
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
    return send_back(store, doing, mine, at, "redistributed", arose)


def _told(back: Back) -> dict[str, Any]:
    return {"redistributed": len(back.writ_ids), "without_writ": list(back.unknown)}
