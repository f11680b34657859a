"""The start: what is to be done now, by role, and where the book stands."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from fastapi import APIRouter, Request
from fastapi.responses import Response

from tengbol.asked import local_now
from tengbol.book import desk
from tengbol.book.kept import holding
from tengbol.book.remembered import remembered
from tengbol.book.status import status
from tengbol.config import Config
from tengbol.model.law import calendar
from tengbol.service import jobs, sight
from tengbol.service.door import Reading
from tengbol.service.pages.render import page
from tengbol.service.proposals import seen
from tengbol.service.roles import ADMINISTRATOR, ENFORCER
from tengbol.service.routing import answers

if TYPE_CHECKING:
    from tengbol.book.store import Store
    from tengbol.service.door import Call

router = APIRouter()
#: States of writs that somebody still has to do something with, in the order of their way.
_OPEN: Final = ("pending", "set_aside", "incomplete", "assigned", "handed", "collected", "posted", "received")


def terms(rows: pl.DataFrame) -> pl.DataFrame:
    """`by`, the last day on which a writ that waits is to be distributed (¶7), beside `received_at`, `immediate`."""
    received = rows["received_at"].str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    at_once = rows["immediate"].cast(pl.String) == "true"
    return rows.with_columns(by=pl.when(at_once).then(received).otherwise(calendar.due_of(received, Config().calendar)))


def clock(by: dt.date | None, today: dt.date) -> str:
    """How a term looks: `late`, `today` or `time`."""
    if by is None:
        return "time"
    return "late" if by < today else "today" if by == today else "time"


@remembered
def _late(store: Store, chamber_id: str | None, today: dt.date) -> int:
    """How many of the writs that wait are late."""
    condition, values = sight.of_chamber(chamber_id)
    found = store.frame(
        "SELECT count(*) AS n FROM states s JOIN writs w ON w.writ_id = s.writ_id AND w.until IS NULL "
        f"WHERE {holding('s')} AND s.state IN ('pending', 'set_aside') AND {condition} "
        "AND w.received_at < CASE w.immediate WHEN 'true' THEN :today ELSE :since END",
        {"n": pl.Int64()},
        today=today.isoformat(),
        since=calendar.first_in_time(today, Config().calendar).isoformat(),
        **values,
    )
    return found["n"][0]


def _mine(store: Store, call: Call) -> dict[str, int]:
    """An enforcer's open writs by state."""
    rows = store.frame(
        f"SELECT s.state, count(*) AS n FROM states s JOIN ledger l ON l.writ_id = s.writ_id AND {holding('l')} "
        f"AND l.closed_at IS NULL WHERE {holding('s')} AND l.enforcer_id = :mine GROUP BY s.state",
        {"state": pl.String(), "n": pl.Int64()},
        mine=call.who.enforcer_id,
    )
    return dict(rows.rows())


@answers(router, "page.start")
def page_start(request: Request, call: Reading) -> Response:
    """What a role has to do now."""
    if call.who.role == ADMINISTRATOR:
        return page(request, "start.html", call=call, found=None, states={}, late=0, proposals=0, jobs=[])
    today = local_now().date()
    with call.store() as store:
        if call.who.role == ENFORCER:
            return page(request, "start.html", call=call, found=None, states=_ordered(_mine(store, call)), late=0,
                        proposals=0, jobs=[])  # fmt: skip
        found = status(store, today.isoformat())
    with call.store() as store, store.reading():
        late = _late(store, call.who.chamber_id, today)
        waiting = len(seen(store, call.who, desk.found(store, "proposals", "state = 'open'")))
        last = recent(store, call, 3)
    chambers = [row for row in found.chambers if call.who.chamber_id in (None, row["chamber_id"])]
    told: dict[str, Any] = {
        "chambers": chambers,
        "enforcers": found.enforcers,
        "away": found.away,
        "open_proceedings": found.open_proceedings,
        "event": found.head["seq"],
    }
    states = _ordered(found.states)
    return page(request, "start.html", call=call, found=told, states=states, late=late, proposals=waiting, jobs=last)


def _ordered(states: dict[str, int]) -> dict[str, int]:
    return {state: states[state] for state in _OPEN if states.get(state)}


def recent(store: Store, call: Call, most: int) -> list[dict[str, Any]]:
    """The jobs that were asked for last, of one's own chamber where one has one."""
    own = call.who.chamber_id
    condition, values = ("1 = 1", {}) if own is None else ("chamber_id = :own", {"own": own})
    return jobs.last(store, condition, most, **values)
