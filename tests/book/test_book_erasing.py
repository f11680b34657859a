"""Names are erased for good, and the audit goes on finding every change."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import polars as pl
import pytest
from books import NOW, batch, clerk, home, mark, opened, take
from listening import listened
from small import writ

from tengbol.book import canon, desk
from tengbol.book.access import connect
from tengbol.book.acts import events, payload
from tengbol.book.audit import audit
from tengbol.book.backup import backup
from tengbol.book.erasing import erase
from tengbol.book.naming import ERASED, names_of
from tengbol.book.restoring import restore
from tengbol.book.retention import Retention, apply, retain, retention
from tengbol.book.schema import TABLES
from tengbol.errors import UnusableInputError

LATER = NOW.date().replace(year=NOW.year + 1)
_30 = dt.timedelta(days=30)
PAPER = clerk(document="order 5", at=NOW.replace(year=LATER.year))


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    url = f"sqlite:///{tmp_path / 'b'}" if request.param == "sqlite" else request.getfixturevalue("postgresql").new()
    named = {"debtor_name": "Айгүл Серікқызы", "creditor_name": "ТОО Ромашка"}
    writs = [writ(f"W{n}", **named) for n in range(4)] + [writ("W4", debtor_name="Жалғыз", creditor_name=None)]
    book = opened(url, tmp_path, home(writs=writs))
    # A name that was put right: its first version goes, too.
    take(book, tmp_path, clerk(), writs=[writ("W0", debtor_name="Айгүл Серік", creditor_name="ТОО Ромашка")])
    batch(book, clerk(), as_of=NOW)
    mark(book, clerk(), "closed", ["W0", "W4"], at=NOW)
    yield book
    book.close()


def all_names(store):
    return store.frame("SELECT writ_id, debtor_name, creditor_name FROM names ORDER BY id",
                       dict.fromkeys(("writ_id", "debtor_name", "creditor_name"), desk.TEXT)).rows()  # fmt: skip


def test_names_of_what_is_over_are_erased_in_all_versions_and_the_audit_fits(store, tmp_path):
    assert erase(store, PAPER, NOW.date()) == 0, "not over before that day"
    assert erase(store, PAPER, LATER) == 2
    gone = [row for row in all_names(store) if row[0] in ("W0", "W4")]
    told = [cell for row in gone for cell in row[1:]]
    assert len(gone) == 3 and told.count(None) == 1
    commitments = [cell for cell in told if cell is not None]
    assert len(set(commitments)) == 5, "not even alike ones are told apart from others"
    import re

    assert all(re.match(ERASED, cell) for cell in commitments)
    assert names_of(store, ["W0"]).rows() == [("W0", None, None)]
    assert names_of(store, ["W1"])["debtor_name"].to_list() == ["Айгүл Серікқызы"]
    assert audit(store).ok, str(audit(store))
    assert payload(events(store).row(-1, named=True))["before"] == LATER.isoformat()
    assert erase(store, PAPER, LATER) == 0, "nothing is left"
    # What comes in again is erased again.
    take(store, tmp_path, PAPER, writs=[writ("W0", debtor_name="Айгүл Серік")])
    assert erase(store, PAPER, LATER) == 1 and audit(store).ok
    backup(store, tmp_path / "copy")
    restore(tmp_path / "copy", f"sqlite:///{tmp_path / 'again'}", clerk())
    again = connect(f"sqlite:///{tmp_path / 'again'}")
    assert audit(again).ok and all_names(again) == all_names(store)
    again.close()


@pytest.mark.parametrize("row", ["W0", "W1"])
def test_after_an_erasure_any_other_change_is_found(store, tmp_path, row):
    erase(store, PAPER, LATER)
    backup(store, tmp_path / "copy")
    restore(tmp_path / "copy", f"sqlite:///{tmp_path / 'again'}", clerk())
    with closing(sqlite3.connect(tmp_path / "again")) as book:
        book.execute("DROP TRIGGER names_fixed")
        book.execute("UPDATE names SET debtor_name = ? WHERE writ_id = ?", ("#" + "0" * 64, row))
        book.commit()
    again = connect(f"sqlite:///{tmp_path / 'again'}")
    assert {fault.table for fault in audit(again).faults} == {"names"}
    # And none is hidden by another erasure.
    with pytest.raises(UnusableInputError, match="not those that were written"):
        erase(again, PAPER, LATER)
    again.close()


@pytest.mark.parametrize(
    "change",
    [
        "debtor_name = 'Another'",
        "debtor_name = NULL",
        "debtor_name = '#short'",
        "row_hash = '0'",
        "writ_id = 'W9'",
        "since = 1",
        f"debtor_name = '#{'0' * 64}', until = 3",
    ],
)
def test_the_store_lets_a_name_become_a_commitment_once_and_nothing_else(store, change):
    erase(store, PAPER, LATER)
    for name in ("W0", "W1"):
        with pytest.raises(Exception, match="not changed or deleted"), store.writing():
            store.execute(f"UPDATE names SET {change} WHERE writ_id = '{name}'")
    with pytest.raises(Exception, match="not changed or deleted"), store.writing():
        store.execute(f"UPDATE names SET debtor_name = '#{'1' * 64}' WHERE writ_id = 'W0'")


def test_what_the_service_keeps_goes_too_and_a_paper_is_asked_for(store):
    moments = {"asked_at": "2020-01-01T00:00:00", "decided_at": "2020-01-02T00:00:00"}
    asked = {"verb": "correct", "arguments": '{"debtor_id": "x"}', "effect": '{"said": "x"}', "document": "x"}
    desk.put(store, "proposals", proposal_id="1", state="done", **asked, **moments)
    desk.put(store, "proposals", proposal_id="2", state="open", **asked, asked_at="2020-01-01T00:00:00")
    desk.put(store, "accounts", login="gone", name="Айгүл", identity="a@b", closed_at="2020-01-01T00:00:00", given=0,
             failures=0)  # fmt: skip
    with pytest.raises(UnusableInputError, match="--document"):
        erase(store, replace(PAPER, document=None), LATER)
    erase(store, PAPER, LATER)
    rows = {row["proposal_id"]: row["arguments"] for row in desk.found(store, "proposals", "1 = 1")}
    assert rows == {"1": "{}", "2": asked["arguments"]}
    gone = desk.one(store, "accounts", "login = 'gone'")
    assert gone is not None and (gone["name"], gone["identity"]) == (None, None)


def _guessed(writ_id):
    """The line of a row as anybody could write it who guesses the name."""
    names = {"debtor_name": "Жалғыз", "creditor_name": None}
    columns = [name for name in TABLES["names"].columns if name in ("writ_id", *names)]
    return canon.lines(pl.DataFrame([{"writ_id": writ_id, **names}], schema=dict.fromkeys(columns, pl.String)), columns)


def test_no_digest_that_is_left_confirms_a_name_that_somebody_guesses(tmp_path, url):
    store = opened(url, tmp_path, home(writs=[writ("W4")]))
    # An event of one row: its digest is that of one line.
    take(store, tmp_path, clerk(), writs=[writ("W4", debtor_name="Жалғыз")])
    batch(store, clerk(), as_of=NOW)
    mark(store, clerk(), "closed", ["W4"], at=NOW)
    assert erase(store, PAPER, LATER) == 1
    guess = canon.digest(_guessed("W4"))
    told = [json.dumps(payload(event)) for event in events(store).iter_rows(named=True)]
    assert not [text for text in told if guess in text]
    salts = store.frame("SELECT salt FROM names", {"salt": pl.String()})["salt"]
    assert salts.str.contains(ERASED).all(), "nor is the salt left"
    assert audit(store).ok
    store.close()


def test_each_row_of_names_has_a_salt_of_its_own(store):
    salts = store.frame("SELECT salt FROM names", {"salt": pl.String()})["salt"]
    assert salts.n_unique() == salts.len() == 6 and set(salts.str.len_chars()) == {32}


def test_for_how_long_names_are_kept_is_set_on_a_document_and_applied_from_then_on(store):
    at = NOW + dt.timedelta(days=30)
    day_30, day_31 = (clerk(document="order 6", at=at + dt.timedelta(days=n)) for n in (0, 1))
    assert retention(store) is None and apply(store, day_31) is None
    with pytest.raises(UnusableInputError, match="--document"):
        retain(store, replace(day_30, document=None), 30)
    for days in (0, 40_000):
        with pytest.raises(UnusableInputError, match="days"):
            retain(store, day_30, days)
    retain(store, day_30, 30)
    assert retention(store) == Retention(30, "order 6")
    before, nothing = apply(store, replace(day_30, document=None)), events(store)["what"][-1]
    assert before == (NOW.date(), 0) and nothing == "retention set", "what was over today is kept for thirty days"
    # Nobody has to be there: it rests on the document by which it was set.
    assert apply(store, replace(day_31, who="(tengbol serve)", document=None)) == (day_31.clock().date() - _30, 2)
    last = events(store).row(-1, named=True)
    assert (last["what"], last["who"], last["document"]) == ("names erased", "(tengbol serve)", "order 6")
    assert names_of(store, ["W0"]).rows() == [("W0", None, None)] and audit(store).ok
    assert apply(store, day_31) == (day_31.clock().date() - _30, 0)
    retain(store, day_31, None)
    assert retention(store) is None and apply(store, day_31) is None


def test_the_command_sets_applies_and_ends_it(store, monkeypatch):
    monkeypatch.setenv("TENGBOL_BOOK", store.url)

    def told(*words):
        return listened(["book", "erase", *words])

    def refused(*words):
        said, wrong = told(*words)
        assert wrong
        return said

    assert "is not set" in refused()
    assert "give one of them" in refused("--before", "2026-01-01", "--keep", "5")
    assert "--document" in refused("--keep", "5")
    for wrong in ("-1", "5.0", "five", "9999999"):
        assert "or none" in refused(f"--keep={wrong}", "--document", "order 6")
    assert told("--keep", "36500", "--document", "order 6") == told()
    assert retention(store) == Retention(36_500, "order 6")
    said, wrong = told("--keep", "none", "--document", "order 7")
    assert not wrong and "until somebody" in said and retention(store) is None
    assert "is not set" in refused()


def test_nothing_is_erased_for_a_day_to_come(tmp_path, url):
    store = opened(url, tmp_path)
    with pytest.raises(UnusableInputError, match="check the year"):
        erase(store, clerk(document="order 5"), LATER)
