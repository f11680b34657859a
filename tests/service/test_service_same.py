"""Command line, API and console are doors to the same acts: what is done by either leaves the same book."""

from __future__ import annotations

import random
import sqlite3
from shutil import copy

import pytest
from books import batch, clerk, home, opened
from filling import forms
from listening import invoked
from served import PASSWORD, people, served, session
from small import attachment, writ

from tengbol.book import desk
from tengbol.book.access import connect
from tengbol.book.acts import events, payload
from tengbol.book.audit import audit
from tengbol.book.kept import held
from tengbol.book.schema import TABLES

NUMBER = "no. 4 of 24 November"
HTML = {"accept": "text/html"}


def sure(at):
    """One that surely needs a second, whatever the book's own lot makes of those that are drawn."""
    return (
        "annul",
        {"writ_id": "W0", "reason": "entered_twice", "document": NUMBER, "as_of": at},
        ("annul", "W0", "--reason", "entered_twice", "--document", NUMBER, "--as-of", at),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("same")
    writs = [writ(f"W{n}", form="paper", signature=None, original_attached="true") for n in range(20)]
    writs += [writ(f"V{n}", debtor_district_id="D2") for n in range(6)]
    tables = home(writs=writs, attachments=[attachment("D2", "E2"), attachment("D2", "E3")])
    store = opened(f"sqlite:///{place / 'first'}", place, tables)
    batch(store, clerk(), as_of=clerk().clock())
    people(store)
    store.close()
    return place


def drawn(chance, moment):
    """One act as the API takes it: its verb, what it is asked with, and the command line of the same."""
    name = f"{chance.choice('WWV')}{chance.randrange(20)}"
    who, day = chance.choice(["E1", "E2", "E3", "F1"]), f"2026-11-{chance.randrange(24, 30)}"
    paper, at = {"document": NUMBER}, {"as_of": moment}
    on, when = ("--document", NUMBER), ("--as-of", moment)
    reason = chance.choice(["entered_twice", "creditor_withdrew", "entered_wrongly", "sickness", "expelled"])
    ground = chance.choice(["article_54", "court_order"])
    state = chance.choice(["handed", "collected", "posted", "received", "notified", "closed"])
    place = chance.choice(["D1", "D2"])
    return chance.choice(
        [
            ("mark", {"state": state, "writ_ids": [name], **at}, ("mark", state, name, *when)),
            ("annul", {"writ_id": name, "reason": reason, **paper, **at},
             ("annul", name, "--reason", reason, *on, *when)),
            ("withdraw", {"writ_id": name, "reason": reason, **paper, **at},
             ("withdraw", name, "--reason", reason, *on, *when)),
            ("correct", {"writ_id": name, "cells": {"debtor_district_id": place}, "reason": reason, **paper, **at},
             ("correct", name, "--set", f"debtor_district_id={place}", "--reason", reason, *on, *when)),
            ("reassign", {"writ_id": name, "ground": ground, "decision": NUMBER, **paper, **at},
             ("reassign", name, "--ground", ground, "--decision", NUMBER, *on, *when)),
            ("leave", {"enforcer_id": who, "reason": reason, "start": day, **paper, **at},
             ("leave", who, "--reason", reason, "--from", day, *on, *when)),
            ("return", {"enforcer_id": who, "on": day}, ("return", who, "--on", day)),
            ("transfer", {"enforcer_id": who, "to": place, **at}, ("transfer", who, "--to", place, *when)),
            ("returned", {"writ_id": name, **at}, ("returned", name, *when)),
            ("centre", {"district_ids": [place]}, ("centre", place)),
            ("materials", {"enforcer_id": who, **at}, ("materials", who, *when)),
            ("revoke", {"subject": chance.choice([name, who]), **paper}, None),
        ]
    )  # fmt: skip


def contents(path):
    """What the book holds and held, but for the numbers of events; and its acts."""
    with sqlite3.connect(path) as book:
        rows = {}
        for name, table in TABLES.items():
            listed = ", ".join(f'"{column}"' for column in table.columns)
            rows[name] = sorted(map(repr, book.execute(f'SELECT {listed}, until IS NULL FROM "{name}"')))
    store = connect(f"sqlite:///{path}")
    told = events(store, "what NOT IN ('act proposed', 'proposal rejected')")
    acts = [
        (row["what"], row["who"], row["subject"], row["document"], payload(row).get("second"))
        for row in told.iter_rows(named=True)
    ]
    assert audit(store).ok
    store.close()
    return rows, acts


class Api:
    """Acts by the API: the clerk's, confirmed by the head where they need a second."""

    #: When what is recorded has happened.
    moment = "2026-11-24T10:00:00"

    def __init__(self, server, store):
        self.one, self.two = session(server, store, "clerk"), session(server, store, "head")

    def does(self, verb, asked):
        """Whether the act was done."""
        answer = self.one.post(f"/api/v1/acts/{verb}", json=asked)
        if answer.status_code == 202:
            answer = self.two.post(f"/api/v1/proposals/{answer.json()['proposal_id']}/confirm", json={})
        return answer.status_code == 200


class Console(Api):
    """The same acts by the pages' own forms, each filled in, looked at and sent as a browser does."""

    #: A page asks for a day.
    moment = "2026-11-24"

    def does(self, verb, asked):
        address = f"/acts/{verb}"
        [form] = [form for form in forms(self.one.get(address, headers=HTML).text) if form.action == address]
        for name, value in {**asked, **asked.get("cells", {})}.items():
            if name == "cells":
                continue
            values = value if name == "district_ids" else ["\n".join(value) if isinstance(value, list) else value]
            if not form.fill(name, *values):
                return False
        looked = self.one.post(address, data=form.values, headers=HTML)
        if looked.status_code == 422:
            return False
        doing, _ = (form for form in forms(looked.text) if form.action == address)
        answer = self.one.post(address, data=doing.values, headers=HTML)
        if answer.status_code == 422:
            return False
        assert answer.status_code == 303, answer.text
        proposal = answer.headers["location"]
        if not proposal.startswith("/proposals/"):
            return True
        confirming, _ = (one for one in forms(self.two.get(proposal, headers=HTML).text) if one.action == proposal)
        return self.two.post(proposal, data=confirming.values, headers=HTML).headers["location"] == "/proposals"


@pytest.mark.parametrize("door", [Api, Console])
@pytest.mark.parametrize("acts", [40, pytest.param(200, marks=pytest.mark.soak)])
def test_acts_drawn_at_random_leave_the_same_book_by_either_door(acts, door, folder, monkeypatch):
    by_door, by_line = folder / f"{door.__name__}-{acts}", folder / f"line-{door.__name__}-{acts}"
    for place in (by_door, by_line):
        copy(folder / "first", place)
    chance, done = random.Random(acts), 0
    monkeypatch.setenv("TENGBOL_BOOK", str(by_line))
    # At a terminal, where both have one password.
    monkeypatch.setattr("tengbol.cli.signing._terminal", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda _: PASSWORD)
    store, other = connect(f"sqlite:///{by_door}"), connect(f"sqlite:///{by_line}")
    with served(store.url) as server:
        doing = door(server, store)
        for verb, asked, words in (sure(door.moment), *(drawn(chance, door.moment) for _ in range(acts))):
            words = words or ("revoke", asked["subject"], "--document", NUMBER)
            line = invoked(["book", *words, "--by", "clerk"])
            for waits in desk.found(other, "proposals", "state = 'open'"):
                line = invoked(["book", "confirm", waits["proposal_id"], "--by", "head"])
            did = doing.does(verb, asked)
            assert (line.exit_code == 0) == did, (verb, asked, line.output, line.exception)
            done += did
    assert done > acts // 4
    told, line = contents(by_door), contents(by_line)
    assert {act[4] for act in told[1]} == {None, "head"}
    assert told == line
    assert held(store, "states").height == 26
