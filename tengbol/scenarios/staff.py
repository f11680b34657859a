"""The enforcers of an invented chamber: who is registered, attached, away (¶3, ¶9, ¶17, ¶18).

Enforcers are spread over districts by population. The smallest districts have none, and are served by
attached ones; in every fourth chamber one small district's only enforcers are on leave, and one district
has nobody at all to serve it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from tengbol.model.codes import ABSENCE_REASONS, DEPARTURES, OFFICE, TEMPORARY_ABSENCES
from tengbol.scenarios.day import days
from tengbol.scenarios.draws import Groups, apportion, dealt, some, stream
from tengbol.scenarios.people import names

#: Fewest enforcers of a chamber, where there are enough for all.
_FEWEST: Final = 60

_YEAR: Final = 365

#: Stands for no last day, far beyond any other.
_OPEN: Final = 10**6

_REASON: Final = {code: place for place, code in enumerate(ABSENCE_REASONS)}
_TEMPORARY: Final = [_REASON[code] for code in TEMPORARY_ABSENCES]


@dataclass(frozen=True)
class Staff:
    """Tables of the enforcers, and what the other tables draw from.

    `home` (E,): index of the district where each is registered. `serving`: enforcers by district,
    registered or attached at any time. `registered`: those registered only. `departed`: who is away for a
    reason of ¶3(3). `ids` (E,): enforcer ids by index.
    """

    enforcers: pl.DataFrame
    attachments: pl.DataFrame
    absences: pl.DataFrame
    home: np.ndarray
    serving: Groups
    registered: Groups
    departed: np.ndarray
    ids: pl.Series


@dataclass(frozen=True)
class _Places:
    """Districts by index: where nobody is registered, and which lack anybody or have all on leave."""

    home: np.ndarray
    closed: np.ndarray
    forsaken: np.ndarray
    on_leave: np.ndarray


def staff(seed: int, districts: pl.DataFrame, count: int) -> Staff:
    """`count` enforcers over `districts` (as `geography.districts` gives them)."""
    rng = stream(seed, "staff")
    places = _places(rng, districts, count)
    ids = _ids(districts, places.home)
    pausing = np.flatnonzero(np.isin(places.home, places.on_leave))
    among_many = np.bincount(places.home, minlength=districts.height)[places.home] >= 4
    ended, last_day, not_begun, ends_later, free = _dealt_licences(rng, np.flatnonzero(among_many))
    absences, departed, away = _absences(rng, free, pausing, ids)
    untouched = np.setdiff1d(free, away)
    attachments, district, enforcer = _attachments(rng, districts, places, untouched, ids)
    licensed_to = np.full(count, _OPEN)
    licensed_to[ended] = -rng.integers(1, 200, len(ended))
    licensed_to[last_day] = 0
    licensed_to[ends_later] = rng.integers(30, 400, len(ends_later))
    licensed_from = -rng.integers(_YEAR, 14 * _YEAR, count)
    licensed_from[not_begun] = rng.integers(3, 30, len(not_begun))
    enforcers = pl.DataFrame(
        {
            "enforcer_id": ids,
            "name": names(rng, count),
            "district_id": districts["district_id"].gather(places.home),
            "licensed_from": days(licensed_from),
            "licensed_to": days(licensed_to, known=licensed_to < _OPEN),
        }
    ).sort("enforcer_id")
    everyone = np.arange(count)
    return Staff(
        enforcers,
        attachments,
        absences,
        places.home,
        Groups.of(np.append(places.home, district), np.append(everyone, enforcer), districts.height),
        Groups.of(places.home, everyone, districts.height),
        departed,
        ids,
    )


def _places(rng: np.random.Generator, districts: pl.DataFrame, count: int) -> _Places:
    """Where each of `count` enforcers is registered, in random order."""
    population = districts["population"].to_numpy()
    rural = (districts["kind"] == "district").to_numpy()
    chambers = districts["chamber_id"].unique(maintain_order=True).to_list()
    inside = [(districts["chamber_id"] == chamber).to_numpy() for chamber in chambers]
    people = np.array([population[members].sum() for members in inside])
    base = _FEWEST if count >= _FEWEST * len(chambers) else 0
    sizes = base + apportion(count - base * len(chambers), people)
    registered = np.zeros(len(population), dtype=np.int64)
    closed, forsaken, on_leave = [], [], []
    for place, (members, size) in enumerate(zip(inside, sizes, strict=True)):
        smallest = np.flatnonzero(members & rural)
        smallest = smallest[np.argsort(population[smallest], kind="stable")]
        without = smallest[: 3 if len(smallest) >= 10 else 1 if len(smallest) >= 5 else 0]
        staffed = np.setdiff1d(np.flatnonzero(members), without)
        registered[staffed] = 1 + apportion(size - len(staffed), population[staffed])
        closed.append(without)
        if place % 4 == 0 and len(without):
            forsaken.append(without[:1])
            on_leave.append(smallest[len(without) : len(without) + 1])
    home = rng.permutation(np.repeat(np.arange(len(population)), registered))
    return _Places(
        home,
        *(np.concatenate([np.empty(0, dtype=np.int64), *found]) for found in (closed, forsaken, on_leave)),
    )


def _ids(districts: pl.DataFrame, home: np.ndarray) -> pl.Series:
    """Licence numbers: the region's number and a place within the chamber, both invented."""
    number = districts["district_id"].str.slice(0, 2).gather(home)
    return (
        pl.DataFrame({"number": number})
        .select(
            pl.concat_str(
                pl.lit("JSO-"), "number", pl.lit("-"),
                (pl.int_range(pl.len()).over("number") + 1).cast(pl.String).str.zfill(3),
            ).alias("enforcer_id")
        )
        .to_series()
    )  # fmt: skip


def _dealt_licences(rng: np.random.Generator, among: np.ndarray) -> list[np.ndarray]:
    """Whose licence has ended, ends on the day, has not begun, ends later; and all others of `among`."""
    order = rng.permutation(among)
    few = len(among) // 100
    return dealt(order, 1 + few, 1, 1 + few // 2, 2 + 2 * few, len(among))


def _absences(
    rng: np.random.Generator, among: np.ndarray, pausing: np.ndarray, ids: pl.Series
) -> tuple[pl.DataFrame, np.ndarray, np.ndarray]:
    """Draw the table; also return who has departed (¶3(3)) and everybody in it.

    One for each reason on the day and 5 % more; a leave that runs longer than a month; one that ended the day
    before, ends on the day, begins the day after; past and future ones; and the leave of all of `pausing`.
    """
    reason = np.append(np.arange(len(ABSENCE_REASONS)), rng.integers(0, len(ABSENCE_REASONS), len(among) // 20))
    now, month, yesterday, today, tomorrow, past, coming = dealt(
        among, len(reason), 1, 1, 1, 1, 4 + len(among) // 12, 2 + len(among) // 50
    )
    reason = reason[: len(now)]
    started, ended = _current(rng, reason)
    back = -rng.integers(40, 300, len(past))
    off = rng.integers(2, 30, len(coming))
    leave = _REASON["leave"]
    spells = pl.concat(
        [
            _spells(now, reason, started, ended),
            _spells(month, leave, -20, 40),
            _spells(yesterday, leave, -14, -1),
            _spells(today, leave, -10, 0),
            _spells(tomorrow, leave, 1, 14),
            _spells(past, rng.choice(_TEMPORARY, len(past)), back, back + rng.integers(2, 25, len(past))),
            _spells(coming, rng.choice(_TEMPORARY, len(coming)), off, off + rng.integers(2, 25, len(coming))),
            _spells(pausing, leave, -5, 9),
        ]
    ).sort("start", "who")
    who, why, start, end = (spells[column].to_numpy() for column in spells.columns)
    orders = rng.integers(1, 400, len(who))
    frame = pl.DataFrame(
        {
            "enforcer_id": ids.gather(who),
            "reason": pl.Series(ABSENCE_REASONS, dtype=pl.String).gather(why),
            "start": days(start),
            "end": days(end, known=end < _OPEN),
            "reference": [f"№ {number}-б бұйрық" if number % 7 else None for number in orders],
        }
    )
    return frame, now[reason < len(DEPARTURES)], who


def _current(rng: np.random.Generator, reason: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last days (A,) of absences now; a suspension is for a time, a sickness lasts until closed."""
    lasting = np.isin(reason, [_REASON[code] for code in (*DEPARTURES, OFFICE)])
    start = -np.where(lasting, rng.integers(2, 200, len(reason)), rng.integers(0, 12, len(reason)))
    end = np.where(lasting | (reason == _REASON["sickness"]), _OPEN, start + rng.integers(13, 27, len(reason)))
    return start, np.where(reason == _REASON["licence_suspended"], 60, end)


def _spells(who: np.ndarray, why: np.ndarray | int, start: np.ndarray | int, end: np.ndarray | int) -> pl.DataFrame:
    columns = {"who": who, "why": why, "start": start, "end": end}
    return pl.DataFrame({name: np.broadcast_to(values, len(who)).copy() for name, values in columns.items()})


def _attachments(
    rng: np.random.Generator, districts: pl.DataFrame, places: _Places, among: np.ndarray, ids: pl.Series
) -> tuple[pl.DataFrame, np.ndarray, np.ndarray]:
    """Draw the table; also return its districts and enforcers by index.

    Five of `among` for a district without enforcers, three where at most two are
    registered or all are on leave, all from the
    same chamber; one attachment in six has ended or not begun, and all of them in a forsaken district.
    """
    chamber = districts["chamber_id"].to_numpy()
    registered = np.bincount(places.home, minlength=districts.height)
    district, enforcer = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for place in np.flatnonzero((registered <= 2) | np.isin(np.arange(len(registered)), places.on_leave)):
        near = among[(chamber[places.home[among]] == chamber[place]) & (places.home[among] != place)]
        chosen = some(rng, near, 0, 5 if registered[place] == 0 else 3)
        district.append(np.full(len(chosen), place))
        enforcer.append(chosen)
    where, who = np.concatenate(district), np.concatenate(enforcer)
    turn = np.arange(len(where))
    forsaken = np.isin(where, places.forsaken)
    ended = forsaken & (turn % 3 > 0) | (turn % 12 == 5)
    coming = ~ended & (forsaken | (turn % 12 == 11))
    start = np.where(coming, rng.integers(5, 60, len(where)), -rng.integers(220, 900, len(where)))
    end = np.where(ended, -rng.integers(1, 200, len(where)), rng.integers(70, 500, len(where)))
    frame = pl.DataFrame(
        {
            "district_id": districts["district_id"].gather(where),
            "enforcer_id": ids.gather(who),
            "valid_from": days(start),
            "valid_to": days(end, known=ended | (turn % 2 == 0)),
        }
    )
    return frame.sort("district_id", "enforcer_id"), where, who
