"""What a variant's events make of a chamber's tables, day by day. Frames in, frames out; nothing is decided here.

Most tables of a chamber are dated, so most events are rows, or ends of rows, that hold from their day on, in whatever
order they were named. What has no dates in the tables (where an enforcer is registered, the rules) is kept beside.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model.codes import DEPARTURES, OFFICE, TEMPORARY_ABSENCES
from tengbol.model.law import Law, law_of
from tengbol.model.law.availability import counts_as_long, joined
from tengbol.model.tables import TABLES
from tengbol.parameters import READINGS
from tengbol.scenarios.whatif.events import (
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

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tengbol.config import Config
    from tengbol.model.chamber import Chamber
    from tengbol.scenarios.whatif.events import Event

_ABSENCE: Final = ("enforcer_id", "reason", "start", "end")
_DAY: Final = dt.timedelta(days=1)
_DEPARTURES: Final = {"enforcer_id": pl.String, "on": pl.Date, "kept": pl.String}


@dataclass(frozen=True)
class Rules:
    """The law of a day: settings, whether ¶11, ¶13 and ¶14 bind, and working days from one batch to the next."""

    config: Config
    binding: bool = True
    period: int = 1

    @property
    def law(self) -> Law:
        """What a batch of that day is distributed by."""
        law = law_of(self.config)
        return law if self.binding else replace(law, binds=())


@dataclass(frozen=True)
class Plan:
    """A chamber and what befalls it.

    people: its tables with every dated event in them. departures: `enforcer_id`, `on`, `kept`: whose open proceedings
    return on which day, but those of the district `kept`, to which he moves. transfers, rules, volumes, splits: the
    events without a table, by day.
    """

    people: Chamber
    departures: pl.DataFrame
    transfers: tuple[Transfer, ...] = ()
    rules: tuple[Rule, ...] = ()
    volumes: tuple[Volume, ...] = ()
    splits: tuple[NewDistrict, ...] = ()

    def on(self, day: dt.date) -> Chamber:
        """The tables of `day`: the dated ones, and everyone registered where he is on that day."""
        homes = {event.enforcer_id: event.district_id for event in self.transfers if event.on <= day}
        if not homes:
            return self.people
        moved = pl.DataFrame({"enforcer_id": list(homes), "_home": list(homes.values())})
        enforcers = (
            self.people.enforcers.join(moved, on="enforcer_id", how="left", maintain_order="left")
            .with_columns(district_id=pl.coalesce("_home", "district_id"))
            .drop("_home")
        )
        return replace(self.people, enforcers=enforcers)

    @cached_property
    def _turns(self) -> frozenset[dt.date]:
        """The days on which somebody's standing, or a rule, is another than on the day before."""
        begins = (
            (self.people.absences, "start"), (self.people.attachments, "valid_from"),
            (self.people.enforcers, "licensed_from"),
        )  # fmt: skip
        ends = (
            (self.people.absences, "end"), (self.people.attachments, "valid_to"),
            (self.people.enforcers, "licensed_to"), (self.people.recusals, "valid_to"),
        )  # fmt: skip
        first = {day for table, column in begins for day in table[column].to_list()}
        after = {day + _DAY for table, column in ends for day in table[column].drop_nulls().to_list()}
        return frozenset({*first, *after, *(one.on for one in (*self.transfers, *self.rules, *self.splits))})

    def turns(self, after: dt.date, day: dt.date, config: Config) -> bool:
        """Whether a writ that nobody could be given on the day `after` may be somebody's by `day`."""
        index = any(after < known <= day for known in config.mci)
        return index or after.year != day.year or any(after < one <= day for one in self._turns)

    def law(self, day: dt.date, config: Config) -> Rules:
        """The rules of `day`."""
        law = Rules(config)
        for event in self.rules:
            if event.on > day:
                continue
            if event.mci is not None:
                mci = dict(sorted({**law.config.mci, event.on: event.mci}.items()))
                law = replace(law, config=replace(law.config, mci=mci))
            read = {name: value for name in READINGS if (value := getattr(event, name)) is not None}
            law = replace(law, config=replace(law.config, **read))
            if event.binding is not None:
                law = replace(law, binding=event.binding)
            if event.period is not None:
                law = replace(law, period=event.period)
        return law


def plan(chamber: Chamber, events: Iterable[Event], *, as_of: dt.datetime) -> Plan:
    """What `events` make of `chamber`, looked at on `as_of`; without any, the chamber itself.

    Departures that the chamber's own absences brought by then are over: their writs are among those pending.
    """
    ordered = sorted(events, key=lambda event: (event.on, event.model_dump_json()))

    def of(kind: type) -> list:
        return [event for event in ordered if isinstance(event, kind)]

    people = replace(
        chamber,
        districts=_with_rows(
            chamber.districts, "districts", [_district(event, chamber.districts) for event in of(NewDistrict)]
        ),
        enforcers=_with_rows(chamber.enforcers, "enforcers", [_enforcer(event) for event in of(Join)]),
        attachments=_ended(
            _with_rows(chamber.attachments, "attachments", [_attachment(event) for event in of(Attach)]),
            [({"enforcer_id": end.enforcer_id, "district_id": end.district_id}, end.on) for end in of(Detach)],
            "valid_from",
            "valid_to",
        ),
        absences=_away(chamber.absences, ordered),
    )
    return Plan(
        people,
        _departures(chamber.absences, ordered, as_of.date()),
        tuple(of(Transfer)),
        tuple(of(Rule)),
        tuple(of(Volume)),
        tuple(of(NewDistrict)),
    )


def _district(event: NewDistrict, districts: pl.DataFrame) -> dict:
    chamber_id = districts.filter(district_id=event.out_of)["chamber_id"]
    return {
        "district_id": event.district_id,
        "name": event.name or event.district_id,
        "chamber_id": chamber_id[0] if len(chamber_id) else event.out_of,
    }


def _enforcer(event: Join) -> dict:
    name = event.name or event.enforcer_id
    return {"enforcer_id": event.enforcer_id, "name": name, "district_id": event.district_id, "licensed_from": event.on}


def _attachment(event: Attach) -> dict:
    return {
        "district_id": event.district_id,
        "enforcer_id": event.enforcer_id,
        "valid_from": event.on,
        "valid_to": event.until,
    }


def _absence(event: Leave | Pause) -> dict:
    reason = event.reason if isinstance(event, Leave) else OFFICE
    return {"enforcer_id": event.enforcer_id, "reason": reason, "start": event.on, "end": event.until}


def _with_rows(table: pl.DataFrame, name: str, rows: Sequence[dict]) -> pl.DataFrame:
    """Add rows, none twice, in the order of what they hold and not of when they were named."""
    if not rows:
        return table
    more = pl.DataFrame(rows, schema_overrides=TABLES[name].types)
    missing = [pl.lit(None, dtype=kind).alias(column) for column, kind in table.schema.items() if column not in more]
    added = more.with_columns(missing).select(table.columns).unique().sort(table.columns)
    return pl.concat([table, added.join(table, on=table.columns, how="anti", nulls_equal=True)])


def _ended(
    table: pl.DataFrame,
    ends: Sequence[tuple[dict[str, str], dt.date]],
    first: str,
    last: str,
    *,
    begun_before: bool = False,
) -> pl.DataFrame:
    """End, on the day before, the rows of whom and where that hold on a day; what began on that day never was.

    begun_before: only what began before that day ends; what begins on it is another.
    """
    for whose, day in ends:
        his = pl.all_horizontal(pl.col(column) == value for column, value in whose.items())
        begun = pl.col(first) < day if begun_before else pl.col(first) <= day
        holds = his & begun & (pl.col(last).is_null() | (pl.col(last) >= day))
        table = table.filter(~(holds & (pl.col(first) == day))).with_columns(
            pl.when(holds).then(pl.lit(day - _DAY)).otherwise(last).alias(last)
        )
    return table


def _away(absences: pl.DataFrame, events: Sequence[Event]) -> pl.DataFrame:
    """The absences that events, in the order of their days, make of a base's."""
    rows = [_absence(event) for event in events if isinstance(event, Leave | Pause)]
    ends = [({"enforcer_id": event.enforcer_id}, event.on) for event in events if isinstance(event, Return)]
    return _ended(_with_rows(absences, "absences", rows), ends, "start", "end", begun_before=True)


def _departures(absences: pl.DataFrame, events: Sequence[Event], today: dt.date) -> pl.DataFrame:
    """Whose proceedings return when, by what is known on each day: a later return undoes none that has happened.

    absences: of the base; those that had made proceedings return by `today` do so no more.
    """
    rows: list[tuple[str, dt.date, str | None]] = [
        (event.enforcer_id, event.on, event.district_id) for event in events if isinstance(event, Transfer)
    ]
    changing = [event for event in events if isinstance(event, Leave | Pause | Return)]
    theirs = pl.col("enforcer_id").is_in([event.enforcer_id for event in changing])
    # Whose absences are all over departs no more.
    recent = (pl.col("end").is_null() | (pl.col("end") >= today)).any().over("enforcer_id")
    rows += [(absence[0], on, None) for absence, on in _long(absences.filter(~theirs, recent)) if on > today]
    known = absences.filter(theirs)
    done = {absence for absence, on in _long(known) if on <= today}
    days = sorted({event.on for event in changing})
    for since, until in zip([today, *days], [*days, dt.date.max], strict=True) if days else ():
        known = _away(known, [event for event in changing if event.on == since])
        for absence, on in _long(known):
            if absence not in done and max(on, since) < until:
                done.add(absence)
                rows.append((absence[0], max(on, since), None))
    return pl.DataFrame(rows, schema=_DEPARTURES, orient="row").unique().sort("on", "enforcer_id", "kept")


def _long(absences: pl.DataFrame) -> Iterator[tuple[tuple[str, str, dt.date], dt.date]]:
    """Absences that make proceedings return, and from which day on."""
    for absence, end in _absences(absences):
        long = counts_as_long(*absence[1:], end)
        if long is not None and (end is None or end >= long):
            yield absence, long


def _absences(table: pl.DataFrame) -> Iterator[tuple[tuple[str, str, dt.date], dt.date | None]]:
    """Who is away, why and from which day, and the last day; of what is no departure, all that touches as one."""
    for who, reason, start, end, first, last in joined(table).select(*_ABSENCE, "first", "last").iter_rows():
        if reason in (*DEPARTURES, OFFICE):
            yield (who, reason, start), end
        else:
            yield (who, TEMPORARY_ABSENCES[0], first), last
