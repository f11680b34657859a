"""A month of a chamber by hand: each day its acts, and what must stand in the book that evening, in a worksheet.

E1 and E2 serve D1, F1 alone serves D2; twenty-six writs, every kind of act. `SHEET` can be followed with a pencil: the
lot only decides which of several alike goes to whom, so acts name a writ by its holder and first letter. The register
on paper (`slow_book`) reckons the same writ by writ.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter

import pytest
from books import clerk, opened, take
from publishing import publish
from slow_book import HELD, Register, Writ
from small import WRIT, district, enforcer, writ

from tengbol.book.amending import annul, reassign, withdraw
from tengbol.book.asking import received_materials
from tengbol.book.audit import audit
from tengbol.book.batches import batch
from tengbol.book.correcting import correct
from tengbol.book.departures import come_back, leave, transfer
from tengbol.book.due import due, set_centres
from tengbol.book.kept import held
from tengbol.book.papers import mark, returned
from tengbol.book.recusing import recuse
from tengbol.book.requests import request
from tengbol.book.revoking import revoke
from tengbol.book.succession import succeed
from tengbol.verify.public import verify_public

#: Day of November 2026 and its acts (a batch ends each); what each has received/was due by then, individual (i) and
#: alimony (a); the duties that are due that evening or late, and of how many writs.
SHEET = """
02 | file A 8 D1; paper P 2 D2; centre D1
   | E1 i 4/4, E2 i 4/4, F1 i 2/2
   | 
03 | mark posted F1 P; alimony K 4 D1; annul E1 A
   | E1 i 3/3.5, E1 a 2/2, E2 i 4/3.5, E2 a 2/2, F1 i 2/2
   | 
04 | file B 1 D1; mark received F1 P
   | E1 i 4/4, E1 a 2/2, E2 i 4/4, E2 a 2/2, F1 i 2/2
   | 
05 | leave E2 sickness; file C 2 D1
   | E1 i 6/6, E1 a 2/2, E2 i 4/4, E2 a 2/2, F1 i 2/2
   | hand_over 8, notify_creditor 7, post 1
06 | request E1 C; reassign E1 C
   | E1 i 5/5, E1 a 2/2, E2 i 4/4, E2 a 2/2, F1 i 2/2
   | hand_over 12, notify_creditor 11, post 1
09 | back E2
   | E1 i 5/5, E1 a 2/2, E2 i 5/5, E2 a 2/2, F1 i 2/2
   | hand_over 13, notify_creditor 13, post 1
10 | withdraw E2 A; mark closed E1 A; correct E1 A D2
   | E1 i 4/4.5, E1 a 2/2, E2 i 5/4.5, E2 a 2/2, F1 i 3/3
   | hand_over 12, notify_creditor 11, post 1
11 | recuse E2 A
   | E1 i 5/5, E1 a 2/2, E2 i 4/4, E2 a 2/2, F1 i 3/3
   | hand_over 12, notify_creditor 10, post 1
12 | leave E1 licence_suspended
   | E1 i 5/5, E1 a 2/2, E2 i 7/7, E2 a 4/4, F1 i 3/3
   | hand_over 7, notify_creditor 6, post 1
13 | leave F1 expelled; revoke F1; mark notified E2 A
   | E1 i 5/5, E1 a 2/2, E2 i 7/7, E2 a 4/4, F1 i 3/3
   | hand_over 6, notify_creditor 6, post 1
16 | back E1; materials E1; returned E2 B; file M 1 D1
   | E1 i 7/7, E1 a 2/2, E2 i 8/8, E2 a 4/4, F1 i 3/3
   | hand_over 6, notify_creditor 6, post 1
17 | pause E2; file G 2 D1; succeed D2 D9
   | E1 i 9/9, E1 a 2/2, E2 i 8/8, E2 a 4/4, F1 i 3/3
   | hand_over 11, notify_creditor 10, post 1
18 | back E2; transfer E2 D9
   | E1 i 14/14, E1 a 6/6, E2 i 8/8, E2 a 4/4, F1 i 3/3
   | hand_over 3, notify_creditor 2, post 1
20 | mark handed E1 A; file H 2 D9; annul E1 G; revoke G
   | E1 i 14/14, E1 a 6/6, E2 i 9/9, E2 a 4/4, F1 i 4/4
   | hand_over 5, notify_creditor 6, post 1
"""


def lines() -> list[list[str]]:
    """Day, acts, balances, duties: three lines of the worksheet each."""
    rows = [[cell.strip() for cell in line.split("|")] for line in SHEET.strip().splitlines()]
    return [[*rows[place], rows[place + 1][1], rows[place + 2][1]] for place in range(0, len(rows), 3)]


class Chamber:
    """The book and the register, which live through the same acts."""

    def __init__(self, folder) -> None:
        people = {"E1": "D1", "E2": "D1", "F1": "D2"}
        self.folder, self.register = folder, Register(dict(people))
        tables = {
            "districts": [district(name) for name in ("D1", "D2", "D9")],
            "enforcers": [enforcer(who, home) for who, home in people.items()],
            "writs": [],
        }
        self.at = dt.datetime(2026, 11, 2, 9)
        self.store = opened(f"sqlite:///{folder / 'b'}", folder, tables, self.hand())
        self.last: tuple[str, Register] | None = None

    def hand(self):
        return dataclasses.replace(clerk(document="order 1", at=self.at), second="chair")

    def writ_of(self, who: str, letter: str) -> str:
        """The writ of a letter that he has had longest."""
        found = sorted(
            (one.assigned, name)
            for name, one in self.register.writs.items()
            if one.holder == who and one.state in HELD and name.startswith(letter)
        )
        return found[0][1]

    def does(self, act: str) -> None:
        verb, *words = act.split()
        kept = self.register.copied()
        getattr(self, verb)(*words)
        self.last = (verb, kept)

    def files(self, letter: str, many: str, place: str, **cells) -> None:
        rows = [
            writ(f"{letter}{n}", debtor_district_id=place, received_at=self.at.isoformat(), **cells)
            for n in range(int(many))
        ]
        take(self.store, self.folder, self.hand(), writs=rows)
        for row in rows:
            category = "alimony" if row["claim"] == "alimony" else "individual"
            paper = row["form"] == "paper"
            self.register.writs[row["writ_id"]] = Writ(place, category, paper, row["debtor_id"], self.at)

    def file(self, *words: str) -> None:
        self.files(*words)

    def paper(self, *words: str) -> None:
        self.files(*words, form="paper", signature=None, original_attached="true")

    def alimony(self, *words: str) -> None:
        self.files(*words, claim="alimony")

    def centre(self, place: str) -> None:
        set_centres(self.store, self.hand(), [place], centre=True)
        self.register.centres.add(place)

    def batch(self) -> None:
        made = batch(self.store, self.hand(), as_of=self.at)
        given = {} if made.result is None else dict(made.result.assignments.select("writ_id", "enforcer_id").rows())
        self.register.batch(given, self.at.date())

    def mark(self, state: str, who: str, letter: str) -> None:
        name = self.writ_of(who, letter)
        mark(self.store, self.hand(), state, [name], at=self.at)
        self.register.mark(name, state, self.at.date())

    def annul(self, who: str, letter: str) -> None:
        name = self.writ_of(who, letter)
        annul(self.store, self.hand(), name, reason="entered_twice", at=self.at)
        self.register.annul(name)

    def withdraw(self, who: str, letter: str) -> None:
        name = self.writ_of(who, letter)
        withdraw(self.store, self.hand(), name, reason="creditor_withdrew", at=self.at)
        self.register.ends(name, "withdrawn")

    def request(self, who: str, letter: str) -> None:
        name = self.writ_of(who, letter)
        request(self.store, self.hand(), "application", name, ground="creditor_complaint", at=self.at)
        request(self.store, self.hand(), "judgment", name, ground="creditor_complaint", at=self.at)

    def reassign(self, who: str, letter: str) -> None:
        name = self.writ_of(who, letter)
        reassign(self.store, self.hand(), name, ground="creditor_complaint", decision="No. 4", at=self.at)
        self.register.reassign(name, self.at)

    def recuse(self, who: str, letter: str) -> None:
        name = self.writ_of(who, letter)
        recuse(self.store, self.hand(), name, who, ground="article_54", decision="No. 5", party="debtor", at=self.at)
        self.register.recuse_person(name, self.at)

    def correct(self, who: str, letter: str, place: str) -> None:
        name = self.writ_of(who, letter)
        cells = {"debtor_district_id": place}
        correct(self.store, self.hand(), name, cells, reason="entered_wrongly", at=self.at)
        self.register.correct_district(name, place)

    def leave(self, who: str, reason: str) -> None:
        leave(self.store, self.hand(), who, reason=reason, start=self.at.date(), end=None, at=self.at)
        self.register.leave(who, reason, self.at)

    def pause(self, who: str) -> None:
        self.leave(who, "chamber_office")

    def back(self, who: str) -> None:
        come_back(self.store, self.hand(), who, on=self.at.date())
        del self.register.away[who]

    def transfer(self, who: str, to: str) -> None:
        transfer(self.store, self.hand(), who, to=to, at=self.at)
        self.register.transfer(who, to, self.at)

    def materials(self, who: str) -> None:
        received_materials(self.store, self.hand(), who, at=self.at)
        self.register.materials = [one for one in self.register.materials if one[0] != who]

    def returned(self, who: str, letter: str) -> None:
        name = self.writ_of(who, letter)
        returned(self.store, self.hand(), name, at=self.at)
        self.register.returned(name, self.at)

    def succeed(self, old: str, new: str) -> None:
        succeed(self.store, self.hand(), old, new, reason="district_renamed")
        self.register.succeed(old, new)

    def revoke(self, subject: str) -> None:
        """Take back the act just done."""
        assert self.last is not None
        states = {name: one.state for name, one in self.last[1].writs.items()}
        changed = [name for name, one in self.register.writs.items() if states.get(name) != one.state]
        revoke(self.store, self.hand(), subject if subject in self.register.home else changed[0])
        self.register = self.last[1]

    # ---- What stands in the book

    def balances(self) -> dict[tuple[str, str], tuple[int, int]]:
        rows = held(self.store, "balances").rows(named=True)
        found = {
            (row["enforcer_id"], row["category"]): (row["received"], int(row["share"].replace(".", ""))) for row in rows
        }
        return {cell: row for cell, row in found.items() if any(row)}

    def due(self):
        return due(self.store, self.at.date())


def told(balances: dict[tuple[str, str], tuple[int, int]]) -> str:
    """As the worksheet has them: E1 i 4/3.5."""
    return ", ".join(
        f"{who} {category[0]} {received}/{share / WRIT:g}"
        for (who, category), (received, share) in sorted(
            balances.items(), key=lambda row: (row[0][0], row[0][1] != "individual")
        )
    )


@pytest.fixture(scope="module")
def month(tmp_path_factory, empty_book):
    from shutil import copy

    folder = tmp_path_factory.mktemp("month")
    copy(empty_book, folder / "b")
    chamber, evenings = Chamber(folder), []
    for day, acts, _, _ in lines():
        chamber.at = dt.datetime(2026, 11, int(day), 9)
        for act in acts.split(";"):
            chamber.does(act.strip())
        chamber.at = chamber.at.replace(hour=18)
        chamber.batch()
        found = chamber.due()
        evenings.append(
            {
                "day": day,
                "balances": chamber.balances(),
                "on paper": chamber.register.balances(),
                "due": sorted(found.writs.select("what", "by", "writ_id").rows()),
                "due on paper": chamber.register.listed(chamber.at.date()),
                "said": str(found),
                "materials": chamber.register.materials,
            }
        )
    yield chamber, evenings
    chamber.store.close()


def test_every_balance_of_every_evening_is_the_worksheet_s_and_that_of_the_register_on_paper(month):
    _, evenings = month
    for (day, _, balances, _), evening in zip(lines(), evenings, strict=True):
        assert evening["balances"] == evening["on paper"], day
        assert told(evening["balances"]) == balances, day


def test_every_list_of_what_is_due_is_the_worksheet_s_and_that_of_the_register_on_paper(month):
    _, evenings = month
    for (day, _, _, duties), evening in zip(lines(), evenings, strict=True):
        assert evening["due"] == evening["due on paper"], day
        counted = Counter(what for what, _, _ in evening["due"])
        assert ", ".join(f"{what} {many}" for what, many in sorted(counted.items())) == duties, day
        for who, many, by in evening["materials"]:
            line = f"send the materials of {many} proceedings to the chamber, ¶18 ({who})"
            assert (line in evening["said"]) == (by <= dt.date(2026, 11, int(day))), (day, who)


def test_the_month_is_sound_and_what_it_published_is_proven(month, tmp_path):
    chamber, _ = month
    assert audit(chamber.store).ok, str(audit(chamber.store))
    report = verify_public(publish(chamber.store, tmp_path / "p.jsonl"), steps=1)
    assert report.ok, str(report)
    assert len(chamber.register.writs) <= 60
    done = set(
        chamber.store.frame("SELECT DISTINCT what FROM events", {"what": held(chamber.store, "states")["state"].dtype})[
            "what"
        ]
    )
    assert done >= {
        *("annul", "withdraw", "correct", "reassign", "recusal", "revoke", "succeed", "leave", "pause", "return"),
        *("transfer", "returned", "materials", "request", "handed", "posted", "received", "notified", "closed"),
    }
