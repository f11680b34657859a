"""How a chamber's days pass, as slowly and obviously as it can be put: day after day, row after row.

Written from what `docs/whatif.md` and the decisions W1 to W8 say of an event, a departure and a day. The law of a batch
is that of `slow_law`. Who of a pool gets a writ is for the lot: whoever compares tells it (`take`), once it is checked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import slow_law
from slow_law import Batch, Row, Tables, category, covers

if TYPE_CHECKING:
    from collections.abc import Mapping

ORDER = ("new_district", "join", "rule", "volume", "transfer", "attach", "detach", "return", "leave", "pause")
SIX = ("licence_suspended", "licence_terminated", "licence_revoked", "expelled", "long_absence", "transferred")


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in slow_law.DAYS_OFF


def month_later(day: date) -> date:
    over = day + timedelta(days=28)
    while over.day != day.day and not (over.day == 1 and day.day > 28):
        over += timedelta(days=1)
    return over


@dataclass
class Passed:
    """What a day brought: proceedings that returned (writ, whose, since when, pending already), and its batch."""

    returned: list[tuple[str, str, date, bool]]
    arrived: int
    executed: int
    batch: Batch | None
    tables: Tables


@dataclass
class Days:
    """A chamber on its way.

    executed: the day on which each writ's proceeding will be. binding, period: as of a rule. done: absences that have
    made proceedings return. leaving: who does so since the last working day, from when on, and the district he keeps.
    """

    tables: Tables
    events: list[Any]
    as_of: datetime
    executed: Mapping[str, date] = field(default_factory=dict)
    arrivals: Mapping[date, list[Row]] = field(default_factory=dict)
    binding: bool = True
    period: int = 1
    since: int | None = None
    done: set[tuple[str, str, date]] = field(default_factory=set)
    leaving: list[tuple[str, date, str | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tables = {name: [dict(row) for row in rows] for name, rows in self.tables.items()}
        self.today = self.as_of.date()
        # Whoever had departed by the day of the base has had his proceedings returned.
        self.done = {key for key, on in self._long() if on <= self.today}
        self._befalls(self.today)

    # ---- Events

    def _befalls(self, day: date) -> None:
        """What events do on a day, and who departs on it."""
        todays = [event for event in self.events if event.on == day]
        for event in sorted(todays, key=lambda event: ORDER.index(event.kind)):
            getattr(self, f"_{event.kind}")(event)
        for key, on in self._long():
            if key not in self.done and on <= day:
                self.done.add(key)
                self.leaving.append((key[0], day, None))

    def _new_district(self, event: Any) -> None:
        self.tables["districts"].append({"district_id": event.district_id, "name": event.district_id})

    def _join(self, event: Any) -> None:
        row = {"enforcer_id": event.enforcer_id, "name": event.enforcer_id, "district_id": event.district_id}
        self.tables["enforcers"].append({**row, "licensed_from": str(event.on), "licensed_to": None})

    def _rule(self, event: Any) -> None:
        self.binding = self.binding if event.binding is None else event.binding
        self.period = event.period or self.period

    def _volume(self, event: Any) -> None:
        pass

    def _transfer(self, event: Any) -> None:
        for row in self.tables["enforcers"]:
            if row["enforcer_id"] == event.enforcer_id:
                row["district_id"] = event.district_id
        self.leaving.append((event.enforcer_id, event.on, event.district_id))

    def _attach(self, event: Any) -> None:
        self._begin("attachments", event, "valid_from", "valid_to", district_id=event.district_id)

    def _detach(self, event: Any) -> None:
        self._end("attachments", event, "valid_from", "valid_to", event.on, district_id=event.district_id)

    def _leave(self, event: Any) -> None:
        self._begin("absences", event, "start", "end", reason=event.reason)

    def _pause(self, event: Any) -> None:
        self._begin("absences", event, "start", "end", reason="chamber_office")

    def _return(self, event: Any) -> None:
        self._end("absences", event, "start", "end", event.on - timedelta(days=1))

    def _begin(self, table: str, event: Any, first: str, last: str, **cells: str) -> None:
        until = None if event.until is None else str(event.until)
        self.tables[table].append({"enforcer_id": event.enforcer_id, **cells, first: str(event.on), last: until})

    def _end(self, table: str, event: Any, first: str, last: str, begun: date, **cells: str) -> None:
        """End, the day before, what holds of him and had begun by `begun`; what begins on the day itself never was."""
        his = {"enforcer_id": event.enforcer_id, **cells}
        kept = []
        for row in self.tables[table]:
            holds = covers(row[first], row[last], event.on) and date.fromisoformat(row[first]) <= begun
            if holds and all(row[name] == cell for name, cell in his.items()):
                if row[first] == str(event.on):
                    continue
                row[last] = str(event.on - timedelta(days=1))
            kept.append(row)
        self.tables[table] = kept

    # ---- ¶3, ¶18: who departs

    def _long(self) -> list[tuple[tuple[str, str, date], date]]:
        """Absences that make proceedings return, as they are known now, each with the day from which on it does."""
        found = []
        for row in self.tables.get("absences", ()):
            who, start = row["enforcer_id"], date.fromisoformat(row["start"])
            if row["reason"] in SIX:
                found.append(((who, row["reason"], start), start))
            elif row["reason"] != "chamber_office":
                first, last = self._whole(who, start)
                if last is None:
                    found.append(((who, "temporary", first), month_later(first)))
                elif last >= month_later(first):
                    found.append(((who, "temporary", first), first))
        return found

    def _whole(self, who: str, day: date) -> tuple[date, date | None]:
        """The absence that a day away is part of: what touches, or has nothing but days off between, is one."""
        rows = [
            (date.fromisoformat(row["start"]), None if row["end"] is None else date.fromisoformat(row["end"]))
            for row in self.tables["absences"]
            if row["enforcer_id"] == who and row["reason"] != "chamber_office"
        ]

        def away(one: date) -> bool:
            return any(start <= one and (end is None or one <= end) for start, end in rows)

        first = seen = day
        while away(seen) or not works(seen):
            first = seen if away(seen) else first
            seen -= timedelta(days=1)
        last = seen = day
        while away(seen) or not works(seen):
            if seen.year > 2040:
                return first, None
            last = seen if away(seen) else last
            seen += timedelta(days=1)
        return first, last

    # ---- Days

    def passes(self, day: date) -> Passed:
        """Let the days up to `day`, a working day, pass: executed, returned, arrived, and a batch where it is time."""
        while self.today < day:
            self.today += timedelta(days=1)
            self._befalls(self.today)
        ledger = self.tables.setdefault("ledger", [])
        held = [row for row in ledger if row["closed_at"] is None]
        over = [row for row in held if self.executed.get(row["writ_id"], date.max) <= day]
        for row in over:
            row["closed_at"] = "executed"
        returned = []
        for row in held:
            # Whoever departs twice between two working days had it all the first time.
            mine = [on for who, on, kept in self.leaving if who == row["enforcer_id"] and kept != row["district_id"]]
            if mine and row["closed_at"] is None:
                on = min(mine)
                waits = row["writ_id"] in {writ["writ_id"] for writ in self.tables["writs"]}
                returned.append((row["writ_id"], row["enforcer_id"], on, waits))
                row["closed_at"] = str(on)
                if not waits:
                    self.tables["writs"].append(_as_writ(row, on))
        self.leaving = []
        arrived = self.arrivals.get(day, [])
        self.tables["writs"] += [dict(row) for row in arrived]
        self.since = None if self.since is None else self.since + 1
        batch = None
        if self.since is None or self.since >= self.period:
            self.since = 0
            batch = self._batch(day)
        return Passed(returned, len(arrived), len(over), batch, self.tables)

    def moment(self, day: date) -> datetime:
        return max(self.as_of, datetime.combine(day, self.as_of.time()))

    def _batch(self, day: date) -> Batch:
        if self.binding:
            return slow_law.batch(self.tables, self.moment(day))
        given = {w["writ_id"] for w in self.tables["writs"] if slow_law.given_already(w, self.tables)}
        free = [
            {**writ, "origin": "redistributed" if writ["origin"] != "new" else "new"}
            for writ in self.tables["writs"]
            if writ["writ_id"] not in given
        ]
        found = slow_law.batch({**self.tables, "writs": free, "ledger": []}, self.moment(day))
        return Batch({**found.codes, **dict.fromkeys(given, "already_distributed")}, found.bundles)

    def take(self, batch: Batch, taken: Mapping[str, str], day: date) -> None:
        """Let the bundles of a batch go to whom the lot gave them."""
        standing = slow_law.closing(self.tables, batch.bundles, taken)
        self.tables["balances"] = [
            {"enforcer_id": who, "category": kind, "received": received, "share": share}
            for (who, kind), (received, share) in standing.items()
        ]
        for bundle in batch.bundles:
            for writ in bundle.writs:
                for row in self.tables["ledger"]:
                    if row["writ_id"] == writ["writ_id"] and row["closed_at"] is None:
                        row["closed_at"] = "came back"
                self.tables["ledger"].append(
                    {
                        "writ_id": writ["writ_id"],
                        "case_id": writ["case_id"],
                        "debtor_id": writ["debtor_id"],
                        "category": category(writ),
                        "enforcer_id": taken[bundle.bundle_id],
                        "district_id": writ["debtor_district_id"],
                        "assigned_at": self.moment(day).isoformat(),
                        "closed_at": None,
                    }
                )
        gone = {writ["writ_id"] for bundle in batch.bundles for writ in bundle.writs}
        self.tables["writs"] = [writ for writ in self.tables["writs"] if writ["writ_id"] not in gone]

    def open(self) -> int:
        return sum(row["closed_at"] is None for row in self.tables["ledger"])


def _as_writ(row: Row, on: date) -> Row:
    """W1: what the ledger does not tell of a writ is filled in so that it decides nothing."""
    kind = row["category"]
    money = kind not in ("alimony", "non_property")
    return {
        "writ_id": row["writ_id"],
        "received_at": datetime.combine(on, datetime.min.time()).isoformat(),
        "form": "paper",
        "original_attached": True,
        "signature": None,
        "claim": "money" if money else "alimony" if kind == "alimony" else "other_non_property",
        "amount": 1 if money else None,
        "creditor_kind": kind if money else "individual",
        "creditor_id": f"creditor in {row['writ_id']}",
        "debtor_id": row["debtor_id"],
        "debtor_district_id": row["district_id"],
        "case_id": row["case_id"],
        "immediate": False,
        "state_interest": False,
        "origin": "redistributed",
        "previous_enforcer_id": row["enforcer_id"],
    }
