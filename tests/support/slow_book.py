"""A chamber's register on paper: who holds what, what each received and was due, what is due when.

As slow and obvious as it can be put, after the Rules and `docs/book.md`; it shares nothing with the package. Only whom
the lot chose it cannot know: `given` tells it, and it refuses whom the Rules do not allow.
"""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from small import part

#: States in which somebody holds a writ.
HELD = ("assigned", "handed", "collected", "posted", "received", "notified")


def working(day: date, more: int) -> date:
    """So many working days later; in the weeks of the worksheet only Saturdays and Sundays are off."""
    while more:
        day += timedelta(days=1)
        more -= day.weekday() < 5
    return day


@dataclass
class Writ:
    district: str
    category: str
    paper: bool
    debtor: str
    received: datetime
    state: str = "pending"
    holder: str = ""
    pool: tuple[str, ...] = ()
    assigned: date | None = None
    marked: date | None = None
    by: date | None = None
    bound: str = ""


@dataclass
class Register:
    """home: where each enforcer is registered. away: reasons by enforcer. kept: (enforcer, writ or person)."""

    home: dict[str, str]
    writs: dict[str, Writ] = field(default_factory=dict)
    away: dict[str, str] = field(default_factory=dict)
    kept: set[tuple[str, str]] = field(default_factory=set)
    received: Counter = field(default_factory=Counter)
    due: Counter = field(default_factory=Counter)
    materials: list[tuple[str, int, date]] = field(default_factory=list)
    centres: set[str] = field(default_factory=set)

    def pool(self, name: str) -> list[str]:
        """¶9, ¶12: registered in the district, there, and kept neither from the writ nor from its debtor."""
        writ = self.writs[name]
        return [
            who
            for who, home in sorted(self.home.items())
            if home == writ.district and who not in self.away and not {(who, name), (who, writ.debtor)} & self.kept
        ]

    def batch(self, given: dict[str, str], day: date) -> None:
        waiting = {name: self.pool(name) for name, writ in self.writs.items() if writ.state == "pending"}
        assert set(given) == {name for name, pool in waiting.items() if pool}
        for name, who in given.items():
            writ, pool = self.writs[name], waiting[name]
            assert who == writ.bound if writ.bound in pool else who in pool, (name, who)
            self.received[who, writ.category] += 1
            for one in pool:
                self.due[one, writ.category] += part(one, pool)
            term = working(writ.received.date(), 3)
            writ.state, writ.holder, writ.pool, writ.assigned, writ.by = "assigned", who, tuple(pool), day, term

    def takes_back(self, name: str) -> None:
        """What a writ brought: 1 of its holder, and its part of each member of its pool."""
        writ = self.writs[name]
        self.received[writ.holder, writ.category] -= 1
        for one in writ.pool:
            self.due[one, writ.category] -= part(one, writ.pool)

    def waits(self, name: str, at: datetime) -> None:
        writ = self.writs[name]
        writ.state, writ.received, writ.holder, writ.bound = "pending", at, "", ""

    # ---- Acts, each a sentence of the Rules or of docs/book.md

    def annul(self, name: str) -> None:
        self.takes_back(name)
        self.writs[name].state = "annulled"

    def ends(self, name: str, state: str) -> None:
        """Withdrawn by its creditor, or closed: nothing is taken back."""
        self.writs[name].state = state

    def reassign(self, name: str, at: datetime) -> None:
        """¶12, or a court: what it brought is taken back, and it is never for the first holder."""
        self.takes_back(name)
        self.kept.add((self.writs[name].holder, name))
        self.waits(name, at)

    def recuse_person(self, name: str, at: datetime) -> None:
        """¶12(1): from the debtor of a writ that he holds, so from that writ and from the next."""
        self.kept.add((self.writs[name].holder, self.writs[name].debtor))
        self.reassign(name, at)

    def correct_district(self, name: str, district: str) -> None:
        """¶10: its holder does not serve it, so it waits with the term that it had."""
        self.takes_back(name)
        self.writs[name].district = district
        self.waits(name, self.writs[name].received)

    def leave(self, who: str, reason: str, at: datetime) -> None:
        """¶3(3): what he holds waits again, counted as it was; short absences send nothing back."""
        self.away[who] = reason
        if reason in ("licence_suspended", "expelled"):
            self.sends_back(who, at)

    def transfer(self, who: str, to: str, at: datetime) -> None:
        self.home[who] = to
        self.sends_back(who, at, but=to)

    def sends_back(self, who: str, at: datetime, but: str = "") -> None:
        his = [n for n, w in self.writs.items() if w.holder == who and w.state in HELD and w.district != but]
        for name in his:
            self.waits(name, at)
        if his:
            self.materials.append((who, len(his), working(at.date(), 3)))

    def returned(self, name: str, at: datetime) -> None:
        """¶5, ¶11: it comes back, and to the same."""
        who = self.writs[name].holder
        self.waits(name, at)
        self.writs[name].bound = who

    def succeed(self, old: str, new: str) -> None:
        for writ in self.writs.values():
            writ.district = new if writ.district == old else writ.district
        self.home = {who: new if home == old else home for who, home in self.home.items()}

    def mark(self, name: str, state: str, day: date) -> None:
        self.writs[name].state, self.writs[name].marked = state, day

    def copied(self) -> Register:
        """The register as it stands: an act taken back leaves this."""
        return copy.deepcopy(self)

    def balances(self) -> dict[tuple[str, str], tuple[int, int]]:
        cells = {cell for cell in {*self.received, *self.due} if self.received[cell] or self.due[cell]}
        return {cell: (self.received[cell], self.due[cell]) for cell in cells}

    def listed(self, day: date) -> list[tuple[str, date, str]]:
        """What is due on a day or late: duty, term, writ."""
        found = []
        for name, writ in self.writs.items():
            if writ.state == "pending":
                found.append(("distribute", working(writ.received.date(), 3), name))
            if writ.state not in HELD or writ.state == "notified":
                continue
            assert writ.assigned is not None and writ.by is not None
            if writ.state == "assigned":
                found.append(("hand_over", writ.by, name))
            if writ.paper and writ.state in ("assigned", "handed"):
                near = self.home[writ.holder] in self.centres
                found.append(("collect" if near else "post", working(writ.assigned, 3), name))
            if not writ.paper:
                found.append(("notify_creditor", working(writ.assigned, 3), name))
            elif writ.state in ("collected", "received"):
                assert writ.marked is not None
                found.append(("notify_creditor", working(writ.marked, 3), name))
        return sorted(one for one in found if one[1] <= day)
