"""What `book due` asks for besides writs: proceedings left behind, districts without anybody, materials, centres."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from tengbol.book.acts import act, events, payload
from tengbol.book.departures import stranded
from tengbol.book.kept import held, holding
from tengbol.book.moments import happened
from tengbol.errors import UnusableInputError
from tengbol.model import calendar

if TYPE_CHECKING:
    from tengbol.book.acts import Hand
    from tengbol.book.store import Store
    from tengbol.config import Calendar


def asked(store: Store, day: dt.date, days: Calendar, *, posting: bool) -> tuple[str, ...]:
    """Sentences of all that. posting: whether some paper is told to be posted."""
    lines = [f"to return: what {who} holds: {why}" for who, why in stranded(store, day).items()]
    for who, count, by in _materials(store, days):
        if by <= day:
            when = f"late since {by}" if by < day else "due today"
            lines.append(f"{when}: send the materials of {count} proceedings to the chamber, ¶18 ({who})")
    for district_id, writs in _deserted(store, day).items():
        lines.append(
            f"district {district_id}: {writs} writs wait, and nobody is registered in it or attached to it; where "
            f"its code was replaced, `tengbol book succeed {district_id} NEW` takes them along"
        )
    if posting and held(store, "centres").is_empty():
        lines.append(
            "No city of republican significance and no regional centre is named yet, so all paper is told to be posted "
            "(¶8); `tengbol book centre DISTRICT...` names them."
        )
    return tuple(lines)


def received_materials(store: Store, hand: Hand, enforcer_id: str, *, at: dt.datetime | None = None) -> None:
    """Record that an enforcer who has left sent the materials of his proceedings (¶18)."""
    at = happened(at, hand)
    with act(store, hand, "materials", subject=enforcer_id) as doing:
        if held(store, "enforcers", "t.enforcer_id = :id", id=enforcer_id).is_empty():
            raise UnusableInputError(f"Enforcer '{enforcer_id}' is not in the book; check the id.")
        doing.payload |= {"at": at.isoformat()}


def _materials(store: Store, days: Calendar) -> list[tuple[str, int, dt.date]]:
    """Who has left, of how many proceedings the materials are to come, and by when: those not recorded since."""
    kinds = ("leave", "departure", "transfer", "materials", "revoke")
    open_ones: dict[str, list[tuple[int, int, dt.date]]] = {}
    for event in events(store, f"what IN {kinds}").iter_rows(named=True):
        said = payload(event)
        mine = open_ones.setdefault(event["subject"], [])
        if event["what"] == "materials":
            mine.clear()
        elif event["what"] == "revoke":
            mine[:] = [one for one in mine if one[0] not in said["revoked"]]
        elif said.get("redistributed"):
            arose = dt.date.fromisoformat(said.get("arose", event["at"][:10]))
            mine.append((event["seq"], said["redistributed"], arose))
    found = [(who, count, arose) for who, mine in sorted(open_ones.items()) for _, count, arose in mine]
    by = calendar.due_of(pl.Series([arose for _, _, arose in found], dtype=pl.Date), days).to_list()
    return [(who, count, day) for (who, count, _), day in zip(found, by, strict=True)]


def _deserted(store: Store, day: dt.date) -> dict[str, int]:
    """How many writs wait under each district that nobody serves, not even somebody who is away."""
    found = store.frame(
        "SELECT w.debtor_district_id, count(*) AS writs FROM states s "
        f"JOIN writs w ON w.writ_id = s.writ_id AND {holding('w')} WHERE {holding('s')} AND s.state = 'pending' "
        f"AND NOT EXISTS (SELECT 1 FROM enforcers e WHERE e.district_id = w.debtor_district_id AND {holding('e')}) "
        f"AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.district_id = w.debtor_district_id AND {holding('a')} "
        "AND (a.valid_to IS NULL OR a.valid_to >= :day)) GROUP BY w.debtor_district_id ORDER BY w.debtor_district_id",
        {"debtor_district_id": pl.String(), "writs": pl.Int64()},
        day=day.isoformat(),
    )
    return dict(found.rows())
