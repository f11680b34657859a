"""Generated events for generated chambers: leaves, returns, joins, moves and the rest, around the batch day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import polars as pl
from chambers import chambers, typed
from hypothesis import strategies as st
from small import AS_OF

from tengbol.config import Config
from tengbol.errors import UnusableInputError
from tengbol.model.codes import DEPARTURES, TEMPORARY_ABSENCES
from tengbol.scenarios.whatif import (
    Attach,
    Detach,
    Event,
    Join,
    Leave,
    NewDistrict,
    Pause,
    Return,
    Rule,
    Transfer,
    Volume,
)
from tengbol.scenarios.whatif.contradictions import refuse_contradictions
from tengbol.scenarios.whatif.scenario import Asked, Scenario, Variant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chambers import Tables

    from tengbol.model.chamber import Chamber

MOMENT = datetime.fromisoformat(AS_OF)
DAY = MOMENT.date()
#: The batch day, the day after, and a day long after.
DAYS = (DAY, date(2026, 11, 24), date(2027, 1, 11))


def of(tables: Tables) -> Chamber:
    """A generated chamber as reading would give it: each proceeding under an id of its own, of one writ at most."""
    chamber = typed(tables)
    number = pl.int_range(pl.len()).cast(pl.String)
    return replace(chamber, ledger=chamber.ledger.with_columns(writ_id=pl.format("L {}", number)))


@st.composite
def events(draw: st.DrawFn, chamber: Chamber, who: str | None = None, days: Sequence[date] | None = None) -> Event:
    """One event; of `who`, where he is named; on one of `days`, or on the batch day or the next."""
    people, places = chamber.enforcers["enforcer_id"].to_list(), chamber.districts["district_id"].to_list()
    person = who or draw(st.sampled_from(people or ["new one"]))
    place, on = draw(st.sampled_from(places)), draw(st.sampled_from(days or DAYS[:2]))
    until = draw(st.sampled_from([None, *(day for day in (*DAYS, *(days or ())) if day >= on)]))
    periods = [Rule(on=on, period=number) for number in (1, 3, 5)] if days else []
    kinds: list[Event] = [
        Leave(
            kind="leave",
            enforcer_id=person,
            reason=draw(st.sampled_from([*DEPARTURES, *TEMPORARY_ABSENCES])),
            on=on,
            until=until,
        ),
        Pause(kind="pause", enforcer_id=person, on=on, until=until),
        Return(kind="return", enforcer_id=person, on=on),
        Transfer(kind="transfer", enforcer_id=person, district_id=place, on=on),
        Attach(kind="attach", enforcer_id=person, district_id=place, on=on, until=until),
        Detach(kind="detach", enforcer_id=person, district_id=place, on=on),
    ]
    if who is None:
        kinds += [
            Join(kind="join", enforcer_id=f"new {draw(st.integers(1, 9))}", district_id=place, on=on),
            NewDistrict(kind="new_district", district_id=f"new {place}", out_of=place, share=0.5, on=on),
            Volume(kind="volume", factor=draw(st.sampled_from([0.0, 0.5, 1.0, 2.5])), district_ids=(place,), on=on),
            draw(st.sampled_from([Rule(on=on, binding=True), Rule(on=on, binding=False), *periods])),
        ]
    return draw(st.sampled_from(kinds))


@st.composite
def situations(draw: st.DrawFn) -> tuple[Chamber, list[Event]]:
    """A chamber, and what befalls several of its people, each at most once."""
    chamber = of(draw(chambers()))
    people = chamber.enforcers["enforcer_id"].to_list()
    chosen = draw(st.lists(st.sampled_from(people), max_size=3, unique=True)) if people else []
    return chamber, [draw(events(chamber, who)) for who in chosen]


def accepted(chamber: Chamber, befalls: Iterable[Event], as_of: datetime, days: int) -> list[Event]:
    """Of events those that contradict neither the base nor an earlier one."""
    kept: list[Event] = []
    for one in befalls:
        scenario = Scenario(base="in", as_of=as_of, days=days, variant=(Variant(name="v", event=(*kept, one)),))
        try:
            refuse_contradictions(Asked(scenario, "s.toml", "in"), chamber, Config())
        except UnusableInputError:
            continue
        kept.append(one)
    return kept
