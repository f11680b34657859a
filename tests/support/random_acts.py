"""A chamber's book that lives by random acts of every kind, and what must hold of it after any of them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from hashlib import sha256
from itertools import count
from shutil import copy
from typing import TYPE_CHECKING, Any
from unittest import mock

from books import NOW, clerk, home, opened, take
from small import attachment, district, part, writ

from tengbol.book import batches
from tengbol.book.amending import HELD, annul, reassign, withdraw
from tengbol.book.audit import audit
from tengbol.book.correcting import correct
from tengbol.book.departures import come_back, leave, transfer
from tengbol.book.kept import held
from tengbol.book.papers import mark, returned
from tengbol.book.recusing import recuse
from tengbol.book.revoking import revoke
from tengbol.book.succession import succeed
from tengbol.errors import UnusableInputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tengbol.book.acts import Hand

Cell = tuple[str, str]
PEOPLE = ("E1", "E2", "E3", "F1")
REASONS = ("sickness", "licence_suspended", "leave", "expelled")
MARKS = ("handed", "collected", "notified", "closed")
KINDS = ("individual", "legal_entity", "individual")


class Life:
    """A book and the moment it lives in; every act takes two numbers that choose among what is there.

    typed: how much later than it happened each act is entered. Secrets are drawn from a row that is known.
    """

    def __init__(self, folder: Path, empty_book: Path, typed: dt.timedelta = dt.timedelta(0)) -> None:
        self.folder, self.typed, self.now, self.filed = folder, typed, NOW, 0
        self.done: Counter[str] = Counter()
        # Those of batches have a row of their own: names of folders are drawn, too.
        drawn, others = count(), count()

        def token(size: int) -> str:
            number = next(drawn if size == 32 else others)
            return sha256(b"%d of %d" % (number, size)).hexdigest()[: 2 * size]

        self.secrets = mock.patch("secrets.token_hex", token)
        with self.secrets:
            copy(empty_book, folder / "b")
            tables = home(
                districts=[district(name) for name in ("D1", "D2", "D9")],
                attachments=[attachment("D1", "F1"), attachment("D2", "E1")],
                writs=[],
            )
            self.store = opened(f"sqlite:///{folder / 'b'}", folder, tables)

    def hand(self) -> Hand:
        return dataclasses.replace(clerk(document="order 1", at=self.now + self.typed), second="chair")

    def does(self, name: str, one: int, other: int) -> bool:
        """Perform an act, if it can be at all; and nothing else may come of one that cannot."""
        acts: dict[str, Callable[[int, int], Any]] = {name: getattr(self, f"_{name}") for name in ACTS}
        try:
            with self.secrets:
                acts[name](one, other)
        except UnusableInputError:
            return False
        self.done[name] += 1
        return True

    def ids(self, *states: str) -> list[str]:
        rows = held(self.store, "states").select("writ_id", "state").rows()
        return sorted(name for name, state in rows if state in (states or HELD))

    def _one_of(self, ids: list[str], number: int) -> str:
        if not ids:
            raise UnusableInputError("There is none.")
        return ids[number % len(ids)]

    def _file(self, one: int, other: int) -> None:
        rows = []
        for n in range(1 + one % 4):
            self.filed += 1
            kind = (one + other + n) % 6
            rows.append(
                writ(
                    f"W{self.filed:03}",
                    received_at=self.now.isoformat(),
                    debtor_district_id="D2" if kind == 5 else "D1",
                    debtor_id=f"debtor {(one * 7 + other + n) % 5}",
                    case_id="case" if kind == 4 else None,
                    claim="alimony" if kind == 3 else "money",
                    creditor_kind=KINDS[kind % 3],
                    form="paper" if kind == 1 else "electronic",
                    **({"signature": None, "original_attached": "true"} if kind == 1 else {}),
                )
            )
        take(self.store, self.folder, self.hand(), writs=rows)

    def _batch(self, one: int, other: int) -> None:
        self.now += dt.timedelta(hours=24)
        batches.batch(self.store, clerk(at=self.now), as_of=self.now)

    def _leave(self, one: int, other: int) -> None:
        start = self.now.date() - dt.timedelta(days=other % 3)
        end = None if one % 2 else start + dt.timedelta(days=40 if other % 5 == 0 else 3)
        leave(self.store, self.hand(), PEOPLE[one % 4], reason=REASONS[other % 4], start=start, end=end, at=self.now)

    def _back(self, one: int, other: int) -> None:
        come_back(self.store, self.hand(), PEOPLE[one % 4], on=self.now.date())

    def _transfer(self, one: int, other: int) -> None:
        transfer(self.store, self.hand(), PEOPLE[one % 4], to=("D1", "D2")[other % 2], at=self.now)

    def _recuse(self, one: int, other: int) -> None:
        name = self._one_of(self.ids(*HELD, "pending"), one)
        party = (None, None, "debtor", "creditor")[other % 4]
        until = self.now.date() + dt.timedelta(days=2) if one % 2 else None
        who = PEOPLE[(one + other) % 4]
        recuse(
            self.store, self.hand(), name, who, ground="article_54", decision=f"No. {one}", party=party, until=until,
            at=self.now,
        )  # fmt: skip

    def _annul(self, one: int, other: int) -> None:
        name = self._one_of(self.ids(*HELD, "pending"), one)
        annul(self.store, self.hand(), name, reason="entered_twice", at=self.now)

    def _withdraw(self, one: int, other: int) -> None:
        name = self._one_of(self.ids(*HELD, "pending"), one)
        withdraw(self.store, self.hand(), name, reason="creditor_withdrew", at=self.now)

    def _correct(self, one: int, other: int) -> None:
        name = self._one_of(self.ids(*HELD, "pending"), one)
        cells = (
            {"debtor_district_id": ("D1", "D2")[one % 2]},
            {"debtor_id": f"debtor {other % 5}"},
            {"case_id": "case"},
        )
        correct(self.store, self.hand(), name, cells[other % 3], reason="entered_wrongly", at=self.now)

    def _reassign(self, one: int, other: int) -> None:
        name = self._one_of(self.ids(), one)
        reassign(self.store, self.hand(), name, ground="court_order", decision=f"No. {other}", at=self.now)

    def _revoke(self, one: int, other: int) -> None:
        subjects = [*PEOPLE, *self.ids(*HELD, "pending", "annulled", "withdrawn", "closed")]
        revoke(self.store, self.hand(), subjects[one % len(subjects)])

    def _mark(self, one: int, other: int) -> None:
        mark(self.store, self.hand(), MARKS[other % 4], [self._one_of(self.ids(), one)], at=self.now)

    def _returned(self, one: int, other: int) -> None:
        returned(self.store, self.hand(), self._one_of(self.ids(*HELD, "closed"), one), at=self.now)

    def _succeed(self, one: int, other: int) -> None:
        old, new = (("D2", "D9"), ("D9", "D2"))[one % 2]
        succeed(self.store, self.hand(), old, new, reason="district_renamed")


ACTS = (
    *("file", "batch", "leave", "back", "transfer", "recuse", "annul", "withdraw", "correct", "reassign", "revoke"),
    *("mark", "returned", "succeed"),
)


def refuse_unsound(life: Life) -> None:
    """No writ lost or with two holders; received and shares as the record gives them, counted one by one."""
    store = life.store
    writs = held(store, "writs")["writ_id"].to_list()
    states = dict(held(store, "states").select("writ_id", "state").rows())
    assert sorted(writs) == sorted(states), "a writ is lost, or in no state"
    assert len(writs) == len(set(writs)) == life.filed
    ledger = held(store, "ledger").rows(named=True)
    now = Counter(row["writ_id"] for row in ledger if row["closed_at"] is None)
    assert max(now.values(), default=1) == 1, "a writ has two holders"
    assert set(now) == {name for name, state in states.items() if state in HELD}

    members: dict[str, list[str]] = {}
    for row in held(store, "pools").rows(named=True):
        members.setdefault(row["pool_id"], []).append(row["enforcer_id"])
    got: Counter[Cell] = Counter()
    due: Counter[Cell] = Counter()
    taken: Counter[Cell] = Counter()

    def counted(row: dict[str, Any], sign: int) -> None:
        pool = members[row["pool_id"]]
        got[row["enforcer_id"], row["category"]] += sign
        for one in pool:
            due[one, row["category"]] += sign * part(one, pool)

    for row in held(store, "assignments").rows(named=True):
        counted(row, 1)
    for row in held(store, "corrections").rows(named=True):
        sign = 1 if row["act"] == "restored" else -1
        counted(row, sign)
        taken[row["enforcer_id"], row["category"]] -= sign
    for row in held(store, "balances").rows(named=True):
        cell = (row["enforcer_id"], row["category"])
        assert row["received"] == got.pop(cell, 0), cell
        assert int(row["share"].replace(".", "")) == due.pop(cell, 0), cell
    assert not any(got.values()) and not any(due.values())
    # What he received he holds, or has closed or left; each proceeding is there once, whatever became of it.
    received = {(r["enforcer_id"], r["category"]): r["received"] for r in held(store, "balances").rows(named=True)}
    proceedings = Counter((row["enforcer_id"], row["category"]) for row in ledger)
    for cell in {*received, *proceedings}:
        assert received.get(cell, 0) == proceedings[cell] - taken[cell], cell


def refuse_unproven(life: Life) -> None:
    """The whole book recomputed."""
    found = audit(life.store)
    assert found.ok, str(found)
