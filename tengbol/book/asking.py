"""What `book due` asks for besides writs: proceedings left behind, districts without anybody, materials (¶18), centres
(¶8), and what is open on the way to a decision (¶12) or of a pause (¶17).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book.acts import act, events, payload
from tengbol.book.departures import ENDED, MOVED, stranded
from tengbol.book.kept import held, holding
from tengbol.book.moments import happened
from tengbol.book.requests import open_requests
from tengbol.book.unrecorded import without_ruling
from tengbol.errors import UnusableInputError
from tengbol.model.codes import CONFIRMATIONS, OFFICE
from tengbol.model.law import calendar
from tengbol.report.words import mark

if TYPE_CHECKING:
    from tengbol.book.acts import Hand
    from tengbol.book.store import Store
    from tengbol.config import Calendar

#: A sentence, and what fills its braces.
Asked = tuple[str, dict[str, Any]]

#: What a request waits for, by its ground and whether it is confirmed; the order gives none of it a term.
_OPEN: Final = {
    ("article_54", False): mark("open since {day}: the recusal asked for in {subject} waits for the commission (¶12)"),
    ("creditor_complaint", False): mark(
        "open since {day}: the creditor's complaint in {subject} waits for an inspection or a judgment (¶12)"
    ),
    ("creditor_complaint", True): mark(
        "open since {day}: the creditor's complaint in {subject} is confirmed and waits for the commission (¶12)"
    ),
    (OFFICE, False): mark("open since {day}: the pause that {subject} applied for is not decided (¶17)"),
}
_DECIDE: Final = mark("open since {day}: {subject} is before the commission, whose decision is to be recorded (¶12)")
#: What a pause lacks.
_PAUSES: Final = {
    "application": mark("pause of {who} since {day}: his application is not recorded (¶17)"),
    "office": mark("pause of {who} since {day}: which office he holds is not recorded (¶17)"),
    "end": mark("pause of {who} since {day}: it has no end; `tengbol book return` ends it with his office (¶17)"),
}
_RULING: Final = mark(
    "{writ} is with {who} on the word of its row alone (¶11); `tengbol book ruling {writ}` records the ruling on "
    "its return"
)
_DESERTED: Final = mark(
    "district {district}: {writs} writs wait, and nobody is registered in it or attached to it; where its code was "
    "replaced, `tengbol book succeed {district} NEW` takes them along"
)
_CENTRES: Final = mark(
    "No city of republican significance and no regional centre is named yet, so all paper is told to be posted (¶8); "
    "`tengbol book centre DISTRICT...` names them."
)
#: Sentences and reasons that name a command, as pages say them: without it, and the act that does it.
ON_PAGES: Final = {
    ENDED: (
        mark("his licence ended on {day}; an absence spreads what he holds, a corrected licence keeps it"),
        "leave",
    ),
    MOVED: (
        mark(
            "he is registered in {home} now and holds proceedings of {place}; moving him spreads it, a corrected "
            "registration keeps it"
        ),
        "transfer",
    ),
    _PAUSES["end"]: (mark("pause of {who} since {day}: it has no end; it ends with his office (¶17)"), "return"),
    _RULING: (
        mark("{writ} is with {who} on the word of its row alone (¶11); the ruling on its return is to be recorded"),
        "ruling",
    ),
    _DESERTED: (
        mark(
            "district {district}: {writs} writs wait, and nobody is registered in it or attached to it; its code may "
            "have been replaced"
        ),
        "succeed",
    ),
    _CENTRES: (
        mark(
            "No city of republican significance and no regional centre is named yet, so all paper is told to be posted "
            "(¶8)."
        ),
        "centre",
    ),
}


def asked(store: Store, day: dt.date, days: Calendar, *, posting: bool, most: int | None = None) -> tuple[Asked, ...]:
    """All that, or the first `most` of it. posting: whether some paper is told to be posted."""
    lines: list[Asked] = [
        (mark("to return: what {who} holds: {why}"), {"who": who, "why": why})
        for who, why in stranded(store, day).items()
    ]
    for who, count, by in _materials(store, days):
        late = mark("late since {by}: send the materials of {count} proceedings to the chamber, ¶18 ({who})")
        today = mark("due today: send the materials of {count} proceedings to the chamber, ¶18 ({who})")
        if by <= day:
            lines.append((late if by < day else today, {"by": by, "count": count, "who": who}))
    for one in open_requests(store, day).values():
        confirmed = any(step in one.papers for step in CONFIRMATIONS)
        sentence = _DECIDE if one.last == "commission" else _OPEN[one.ground, confirmed]
        lines.append((sentence, {"day": one.opened, "subject": one.subject}))
    lines += _pauses(store, day)
    lines += [(_RULING, {"writ": writ, "who": who}) for writ, who in without_ruling(store, most)]
    for district_id, writs in _deserted(store, day).items():
        lines.append((_DESERTED, {"district": district_id, "writs": writs}))
    if posting and held(store, "centres").is_empty():
        lines.append((_CENTRES, {}))
    return tuple(lines[:most])


def _pauses(store: Store, day: dt.date) -> list[Asked]:
    """What the pauses in force on a day lack: application, office, end (¶17)."""
    rows = held(
        store,
        "absences",
        't.reason = :office AND t.start <= :day AND (t."end" IS NULL OR t."end" >= :day)',
        office=OFFICE,
        day=day.isoformat(),
    )
    offices = {
        (row["subject"], said["absence"]["start"])
        for row in events(store, "what = 'pause'").iter_rows(named=True)
        if (said := payload(row)).get("office")
    }
    found: list[Asked] = []
    for who, start, end, paper in rows.sort("enforcer_id", "start").select(
        "enforcer_id", "start", "end", "reference"
    ).iter_rows():  # fmt: skip
        lacks = {"application": not paper, "office": (who, start) not in offices, "end": end is None}
        since = dt.date.fromisoformat(start)
        found += [(_PAUSES[what], {"who": who, "day": since}) for what, missing in lacks.items() if missing]
    return found


def received_materials(store: Store, hand: Hand, enforcer_id: str, *, at: dt.datetime | None = None) -> None:
    """Record that an enforcer who has left sent the materials of his proceedings (¶18)."""
    at = happened(at, hand)
    with act(store, hand, "materials", subject=enforcer_id) as doing:
        if held(store, "enforcers", "t.enforcer_id = :id", id=enforcer_id).is_empty():
            raise UnusableInputError(
                "Enforcer '{enforcer_id}' is not in the book; check the id.", enforcer_id=enforcer_id
            )
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
    by = calendar.due_of(pl.Series([arose for _, _, arose in found], dtype=pl.Date), days, "materials").to_list()
    return [(who, count, day) for (who, count, _), day in zip(found, by, strict=True)]


def _deserted(store: Store, day: dt.date) -> dict[str, int]:
    """How many writs wait under each district that nobody serves, not even somebody who is away."""
    found = store.frame(
        "SELECT w.debtor_district_id, count(*) AS writs FROM (SELECT DISTINCT d.district_id FROM districts d WHERE "
        f"NOT EXISTS (SELECT 1 FROM enforcers e WHERE e.district_id = d.district_id AND {holding('e')}) "
        f"AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.district_id = d.district_id AND {holding('a')} "
        "AND (a.valid_to IS NULL OR a.valid_to >= :day))) p "
        f"JOIN writs w ON w.debtor_district_id = p.district_id AND {holding('w')} "
        f"JOIN states s ON s.writ_id = w.writ_id AND {holding('s')} AND s.state = 'pending' "
        "GROUP BY w.debtor_district_id ORDER BY w.debtor_district_id",
        {"debtor_district_id": pl.String(), "writs": pl.Int64()},
        day=day.isoformat(),
    )
    return dict(found.rows())
