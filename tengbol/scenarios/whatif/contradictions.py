"""Where a scenario contradicts its base or itself: it is refused with file, line and reason, never guessed at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.model.codes import DEPARTURES
from tengbol.model.law.availability import in_force
from tengbol.model.law.calendar import working_days
from tengbol.phrase import Phrase
from tengbol.scenarios.whatif.events import (
    CHANGES,
    Attach,
    Detach,
    Join,
    Leave,
    NewDistrict,
    Pause,
    Return,
    Rule,
    Transfer,
    Volume,
)
from tengbol.scenarios.whatif.plan import plan
from tengbol.scenarios.whatif.scenario import Complaint

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from tengbol.config import Config
    from tengbol.model.chamber import Chamber
    from tengbol.scenarios.whatif.events import Event
    from tengbol.scenarios.whatif.scenario import Asked

#: Events of one day in this order, whatever the order in which they are named: a return ends what began before it.
_ORDER: tuple[type, ...] = (NewDistrict, Join, Rule, Volume, Transfer, Attach, Detach, Return, Leave, Pause)


def refuse_contradictions(asked: Asked, chamber: Chamber, config: Config) -> None:
    """Raise `UnusableInputError` with every contradiction of the scenario."""
    scenario = asked.scenario
    days = simulated_days(scenario.as_of.date(), scenario.days, config)
    complaints = []
    for number, variant in enumerate(scenario.variant):
        events = [(("variant", number, "event", place), event) for place, event in enumerate(variant.event)]
        lines = {place: asked.line.get(place) for place, _ in events}
        complaints += _Walk(chamber, scenario.as_of.date(), days[-1] if days else None, lines).complaints(events)
    asked.refuse(complaints)


def simulated_days(today: dt.date, count: int, config: Config) -> list[dt.date]:
    """The `count` working days from `today` on."""
    if not count:
        return []
    last = today.toordinal() + 2 * count + 40 + len(config.calendar.days_off)
    return working_days(today, type(today).fromordinal(last), config.calendar)[:count]


class _Walk:
    """One variant's events in the order of their days, each held against what the base and those before it made."""

    def __init__(self, chamber: Chamber, today: dt.date, last: dt.date | None, lines: dict) -> None:
        self.chamber, self.today, self.last, self.lines = chamber, today, last, lines
        self.done: list[tuple[tuple, Event]] = []

    def complaints(self, events: list[tuple[tuple, Event]]) -> list[Complaint]:
        found: list[Complaint] = []
        for place, event in sorted(events, key=lambda one: (one[1].on, _ORDER.index(type(one[1])), one[0][-1])):
            wrong = [Complaint((*place, field), reason) for field, reason in self._wrong(event)]
            found += wrong
            if not wrong:
                self.done.append((place, event))
        return found

    def _wrong(self, event: Event) -> Iterator[tuple[str, str]]:
        if event.on < self.today:
            yield (
                "on",
                Phrase(
                    "{on} lies before the day of the base, {today}; put it into the base itself",
                    on=event.on,
                    today=self.today,
                ),
            )
        elif self.last is not None and event.on > self.last:
            yield (
                "on",
                Phrase(
                    "{on} lies after the last simulated day, {last}; simulate more days", on=event.on, last=self.last
                ),
            )
        unknown = list(self._unknown(event))
        yield from unknown
        if not unknown:
            yield from self._against(event)

    def _unknown(self, event: Event) -> Iterator[tuple[str, str]]:
        """Ids that neither the base has nor an event up to that day brings."""
        districts = {*self.chamber.districts["district_id"], *(e.district_id for e in self._of(NewDistrict))}
        enforcers = {*self.chamber.enforcers["enforcer_id"], *(e.enforcer_id for e in self._of(Join))}
        who = getattr(event, "enforcer_id", None)
        if who is not None and not isinstance(event, Join) and who not in enforcers:
            yield (
                "enforcer_id",
                Phrase(
                    "'{who}' is no enforcer of the base, nor has he joined by {on}; check the id", who=who, on=event.on
                ),
            )
        named = [("district_id", getattr(event, "district_id", None)), ("out_of", getattr(event, "out_of", None))]
        named += [("district_ids", one) for one in getattr(event, "district_ids", None) or ()]
        for field, where in named:
            if where is None or (isinstance(event, NewDistrict) and field == "district_id"):
                continue
            if where not in districts:
                yield (
                    field,
                    Phrase(
                        "'{where}' is no district of the base, nor new by {on}; check the id", where=where, on=event.on
                    ),
                )

    def _against(self, event: Event) -> Iterator[tuple[str, str]]:
        match event:
            case Join():
                if event.enforcer_id in self.chamber.enforcers["enforcer_id"] or any(
                    e.enforcer_id == event.enforcer_id for e in self._of(Join)
                ):
                    yield (
                        "enforcer_id",
                        Phrase("'{who}' is an enforcer already; give whoever joins another id", who=event.enforcer_id),
                    )
            case NewDistrict():
                if event.district_id in self.chamber.districts["district_id"] or any(
                    e.district_id == event.district_id for e in self._of(NewDistrict)
                ):
                    yield (
                        "district_id",
                        Phrase("'{where}' is a district already; give the new one another id", where=event.district_id),
                    )
            case Leave() | Pause():
                yield from self._leaves(event)
            case Return():
                if self._absences(event.enforcer_id, event.on).is_empty():
                    yield (
                        "on",
                        Phrase("'{who}' is not away on {on}, so he cannot return", who=event.enforcer_id, on=event.on),
                    )
            case Transfer():
                for place, other in self.done:
                    if isinstance(other, Transfer) and (other.enforcer_id, other.on) == (event.enforcer_id, event.on):
                        yield (
                            "district_id",
                            Phrase(
                                "'{who}' is transferred twice on {on} (also in line {line}); keep one of them",
                                who=event.enforcer_id,
                                on=event.on,
                                line=self.lines[place],
                            ),
                        )
                        return
                if self._home(event.enforcer_id, event.on) == event.district_id:
                    yield (
                        "district_id",
                        Phrase(
                            "'{who}' is registered in '{where}' already", who=event.enforcer_id, where=event.district_id
                        ),
                    )
            case Attach():
                if self._home(event.enforcer_id, event.on) == event.district_id:
                    yield (
                        "district_id",
                        Phrase(
                            "'{who}' is registered in '{where}'; no need to attach",
                            who=event.enforcer_id,
                            where=event.district_id,
                        ),
                    )
                elif self._attached(event):
                    yield (
                        "district_id",
                        Phrase(
                            "'{who}' is attached to '{where}' already on {on}",
                            who=event.enforcer_id,
                            where=event.district_id,
                            on=event.on,
                        ),
                    )
            case Detach():
                if not self._attached(event):
                    yield (
                        "district_id",
                        Phrase(
                            "'{who}' is not attached to '{where}' on {on}",
                            who=event.enforcer_id,
                            where=event.district_id,
                            on=event.on,
                        ),
                    )
            case Rule():
                for place, other in self.done:
                    for field in CHANGES:
                        both = getattr(event, field) is not None and getattr(other, field, None) is not None
                        if isinstance(other, Rule) and other.on == event.on and both:
                            yield (
                                field,
                                Phrase(
                                    "is changed twice on {on} (also in line {line})",
                                    on=event.on,
                                    line=self.lines[place],
                                ),
                            )
            case _:
                pass

    def _leaves(self, event: Leave | Pause) -> Iterator[tuple[str, str]]:
        who = event.enforcer_id
        if not self._licensed(who, event.on):
            yield "on", Phrase("'{who}' is not licensed on {on}, so he cannot leave", who=who, on=event.on)
        for place, other in self.done:
            if isinstance(other, Leave | Pause) and other.enforcer_id == who and self._overlap(event, other):
                yield (
                    "enforcer_id",
                    Phrase(
                        "'{who}' is to be away twice: he is away already (line {line})", who=who, line=self.lines[place]
                    ),
                )
                return
        gone = self.chamber.absences.filter(
            pl.col("enforcer_id") == who, in_force(event.on, "start", "end"), pl.col("reason").is_in(DEPARTURES)
        )
        if len(gone) and not self._absences(who, event.on).filter(pl.col("reason").is_in(DEPARTURES)).is_empty():
            yield (
                "enforcer_id",
                Phrase(
                    "'{who}' is to be away twice: in the base he is gone since {since}", who=who, since=gone["start"][0]
                ),
            )

    def _overlap(self, event: Leave | Pause, other: Leave | Pause) -> bool:
        """Whether both keep him away on one day; a return between them ends the first."""
        away = self._absences(event.enforcer_id, event.on)
        reason = other.reason if isinstance(other, Leave) else "chamber_office"
        still = away.filter(pl.col("reason") == reason, pl.col("start") == other.on)
        return not still.is_empty()

    def _of(self, kind: type) -> list:
        return [event for _, event in self.done if isinstance(event, kind)]

    def _tables(self, day: dt.date) -> Chamber:
        import datetime as dt

        moment = dt.datetime.combine(self.today, dt.time())
        return plan(self.chamber, [event for _, event in self.done], as_of=moment).on(day)

    def _absences(self, who: str, day: dt.date) -> pl.DataFrame:
        return self._tables(day).absences.filter(pl.col("enforcer_id") == who, in_force(day, "start", "end"))

    def _home(self, who: str, day: dt.date) -> str | None:
        homes = self._tables(day).enforcers.filter(enforcer_id=who)["district_id"]
        return homes[0] if len(homes) else None

    def _licensed(self, who: str, day: dt.date) -> bool:
        rows = self._tables(day).enforcers.filter(
            pl.col("enforcer_id") == who, in_force(day, "licensed_from", "licensed_to")
        )
        return not rows.is_empty()

    def _attached(self, event: Attach | Detach) -> bool:
        rows = self._tables(event.on).attachments.filter(
            pl.col("enforcer_id") == event.enforcer_id,
            pl.col("district_id") == event.district_id,
            in_force(event.on, "valid_from", "valid_to"),
        )
        return not rows.is_empty()
