"""What is due, page by page as the store works it out: the same as all at once, and of each the same number."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from unittest import mock

import polars as pl
import pytest
from books import NOW, clerk, home, opened, take
from hypothesis import given
from hypothesis import strategies as st
from small import writ

from tengbol.book import counted as counting
from tengbol.book.access import connect
from tengbol.book.acts import events
from tengbol.book.audit import audit
from tengbol.book.batches import batch
from tengbol.book.due import _LINES, Due, due, due_page, set_centres
from tengbol.book.duties import WHAT, Whose
from tengbol.book.papers import mark
from tengbol.book.remembered import remembered
from tengbol.book.sqlite import SQLite
from tengbol.book.status import status
from tengbol.config import Calendar, Config
from tengbol.model.law import calendar
from tengbol.report.words import Words

LATER = dt.date(2026, 12, 7)
KINDS = Calendar(days_off=(dt.date(2026, 11, 24), dt.date(2026, 11, 25)), working_days=(dt.date(2026, 11, 28),))


@pytest.fixture(params=["sqlite", "postgresql"])
def book(request, tmp_path, empty_book):
    """Writs at each point of their way, of paper and electronic, at once and in time, of one who waits and one with
    a fault.
    """
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql").new()
    else:
        url = f"sqlite:///{tmp_path / 'chamber.book'}"
    forms = {"paper": {"signature": None, "original_attached": True}, "electronic": {}}
    store = opened(url, tmp_path, home())
    first = [
        writ(
            f"{form[0].upper()}{n}",
            form=form,
            received_at=NOW.isoformat(),
            immediate="true" if n == 3 else "false",
            **more,
        )
        for form, more in forms.items()
        for n in range(8)
    ]
    take(store, tmp_path, writs=first)
    batch(store, clerk(), as_of=NOW)
    for state, ids in (
        ("handed", ["P1", "E1", "P7"]), ("collected", ["P2", "P7"]), ("posted", ["P3", "P4"]), ("received", ["P4"]),
        ("notified", ["P5", "E5"]), ("closed", ["E6"]),
    ):  # fmt: skip
        mark(store, clerk(), state, ids)
    late = [writ(f"N{n}", received_at=NOW.isoformat(), immediate="true" if n == 1 else "false") for n in range(4)]
    take(store, tmp_path, writs=[*late, writ("BAD", received_at=NOW.isoformat(), claim="nothing")])
    yield store
    store.close()


ALL = Whose()


def paged(store, whose=ALL, most=3, day=LATER, **wanted) -> tuple[list, dict]:
    """All pages one after another, and the counts that each of them tells."""
    rows, after, told = [], None, []
    while True:
        found, counts = due_page(store, day, whose, most, after=after, **wanted)
        rows += found.writs.rows()
        told.append(counts)
        if found.writs.height < most:
            assert all(one == counts for one in told)
            return rows, counts
        last = found.writs.row(-1, named=True)
        after = (last["by"].isoformat(), last["what"], last["writ_id"])


def test_pages_one_after_another_are_all_that_is_due(book):
    whole = due(book, LATER)
    assert set(whole.writs["what"]) == set(WHAT) - {"collect"}, "the example has each but what no centre asks for"
    rows, counts = paged(book)
    assert rows == whole.writs.rows()
    assert counts == dict(Counter(zip(whole.writs["what"], whole.writs["late"], strict=True)))
    assert paged(book, what="distribute")[0] == [row for row in rows if row[0] == "distribute"]
    assert paged(book, late=True, day=dt.date(2026, 11, 23))[0] == [
        row for row in due(book, dt.date(2026, 11, 23)).writs.rows() if row[2]
    ]


def test_an_enforcer_and_a_chamber_see_their_own(book):
    whole = due(book, LATER).writs
    for who in ("E1", "E2"):
        rows, counts = paged(book, Whose(enforcer_id=who))
        mine = whole.filter(pl.col("enforcer_id") == who)
        assert rows == mine.rows() and rows and sum(counts.values()) == mine.height
    rows, _ = paged(book, Whose(chamber_id="C1"))
    assert rows == whole.filter(pl.col("what") != "complete").rows(), "what is incomplete is of no chamber yet"
    assert paged(book, Whose(chamber_id="C2"))[0] == []


def test_of_a_day_no_more_is_told_than_is_due_on_it(book):
    for days in range(12):
        day = NOW.date() + dt.timedelta(days=days)
        assert paged(book, day=day)[0] == due(book, day).writs.rows()
        assert due(book, day).writs.filter(pl.col("by") > day).is_empty()


@given(st.data())
def test_of_every_writ_the_same_is_said_as_if_it_were_said_alone(data):
    days = st.dates(dt.date(2026, 11, 20), dt.date(2026, 11, 22))
    ids = st.text("ab{}%\\", min_size=1, max_size=3)
    row = st.tuples(st.sampled_from(WHAT), days, st.booleans(), ids, st.none() | ids)
    rows = data.draw(st.lists(row, max_size=12))
    types = {"what": pl.String, "by": pl.Date, "late": pl.Boolean, "writ_id": pl.String, "enforcer_id": pl.String}
    faults = {writ: f"fault of {writ}" for what, _, _, writ, _ in rows if what == "complete"}
    words = Words(data.draw(st.sampled_from(["kk", "ru", "en"])))
    said = Due(NOW.date(), pl.DataFrame(rows, schema=types, orient="row"), {}, {}, faults).text(words)
    alone = [
        words(_LINES[what, late], writ=writ, who=who, by=by, fault=faults.get(writ))
        for what, by, late, writ, who in rows
    ]
    assert said.split("\n")[:-1] == alone


def test_terms_go_by_the_working_days_that_are_set(book):
    plain, moved = (due(book, LATER, config).writs for config in (None, Config(calendar=KINDS)))
    by = {name: dict(rows.filter(what="distribute").select("writ_id", "by").rows()) for name, rows in
          (("plain", plain), ("moved", moved))}  # fmt: skip
    assert by["plain"]["N1"] == by["moved"]["N1"] == NOW.date(), "at once is at once"
    expected = calendar.due(pl.Series([NOW.date()]), KINDS)[0]
    assert by["moved"]["N0"] == expected != by["plain"]["N0"]


@given(day=st.dates(dt.date(2025, 2, 1), dt.date(2027, 11, 30)), kind=st.sampled_from([Calendar(), KINDS]))
def test_whatever_is_received_before_the_first_day_in_time_is_late(day, kind):
    first = calendar.first_in_time(day, kind)
    near = pl.Series([first + dt.timedelta(days=n) for n in range(-5, 6)])
    late = calendar.due(near, kind) < day
    assert late.to_list() == [one < first for one in near]


def test_what_is_remembered_holds_until_the_next_event(book):
    before = status(book, LATER.isoformat())
    assert status(book, LATER.isoformat()) == before
    mark(book, clerk(), "closed", ["E1"])
    after = status(book, LATER.isoformat())
    assert after.states["closed"] == before.states["closed"] + 1
    assert after.open_proceedings == before.open_proceedings - 1


def test_of_those_who_ask_at_once_one_asks_the_store_and_a_fault_is_nobody_elses(book):
    asked, together = [], threading.Barrier(8)

    @remembered
    def slow(store, name):
        asked.append(name)
        time.sleep(0.2)
        if len(asked) == 1 and name == "fails once":
            raise ZeroDivisionError
        return len(asked)

    def ask(name):
        together.wait()
        try:
            with closing(connect(book.url)) as store, store.reading():
                return slow(store, name)
        except ZeroDivisionError:
            return "failed"

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, ["all at once"] * 8)) == [1] * 8
        asked.clear()
        assert Counter(pool.map(ask, ["fails once"] * 8)) == {"failed": 1, 2: 7}
    assert asked == ["fails once"] * 2


def test_a_page_counts_once_after_an_event_and_reads_its_own_rows_alone(book):
    asked, real = [], type(book).frame

    def seen(self, sql, types, **values):
        found = real(self, sql, types, **values)
        asked.append((sql, found.height))
        return found

    def of_page(day: dt.date) -> tuple[int, int]:
        """How often all was counted, and rows of duties read."""
        asked.clear()
        due_page(book, day, ALL, 3)
        duties = [(sql, height) for sql, height in asked if sql.startswith("WITH waiting")]
        return sum("GROUP BY" in sql for sql, _ in duties), sum(n for sql, n in duties if "GROUP BY" not in sql)

    with mock.patch.object(type(book), "frame", seen):
        assert of_page(LATER) == (2, 3), "writs that changed since what is kept: as they are, and as they were"
        assert of_page(LATER) == (0, 3)
        assert of_page(LATER - dt.timedelta(days=1)) == (0, 3), "the day changes nothing in what is counted"
        mark(book, clerk(), "closed", ["E1"])
        assert of_page(LATER) == (2, 3), "writs that changed since what is kept: as they are, and as they were"


@pytest.mark.parametrize(
    "cells", [["a", None, ""], ["a\nb", "c"], [""], []], ids=["null", "a line feed", "one", "none"]
)
def test_a_long_query_gives_what_any_other_does(url, tmp_path, cells):
    store = opened(url, tmp_path)
    rows = [f"SELECT {n} AS n, CAST(:c{n} AS TEXT) AS cell" for n in range(len(cells))]
    sql = " UNION ALL ".join(rows or ["SELECT 1 AS n, 'a' AS cell WHERE 1 = 0"])
    types, values = {"n": pl.Int64(), "cell": pl.String()}, {f"c{n}": cell for n, cell in enumerate(cells)}
    found = store.long(sql, types, **values).sort("n")
    assert found.equals(pl.DataFrame({"n": range(len(cells)), "cell": cells}, schema=types))


def test_a_long_query_that_is_interrupted_is_not_asked_again(tmp_path):
    store = SQLite(f"sqlite:///{tmp_path}/book")
    once = iter([1])
    store.connection.set_progress_handler(lambda: next(once, 0), 1)
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        store.long("SELECT 1 AS n", {"n": pl.Int64()})


def test_what_is_counted_is_brought_on_from_what_was_kept(book, tmp_path, monkeypatch):
    seqs, real = [], counting.count

    def seen(store, whose=None, **asked):
        seqs.append(asked.get("seq"))
        return real(store, whose, **asked)

    def fits(since: bool) -> None:
        seqs.clear()
        with book.reading():
            found = counting.counted(book)
            assert found.select("what", "begins", "writs").equals(real(book).select("what", "begins", "writs"))
        assert (None in seqs) and (len(seqs) == 2) == since

    mark(book, clerk(), "closed", ["E1", "E2", "E4"])
    monkeypatch.setattr(counting, "count", seen)
    monkeypatch.setattr(counting, "_MOST", 1_000)
    fits(since=True)
    take(book, tmp_path, writs=[writ("W9", received_at=NOW.isoformat()), writ("BAD", received_at=NOW.isoformat())])
    fits(since=True)
    mark(book, clerk(), "handed", ["P0"])
    mark(book, clerk(), "withdrawn", ["N1"])
    fits(since=True)
    for day, most in ((NOW, 0), (NOW - dt.timedelta(days=3), 1_000)):
        # What is incomplete comes again so, and stays in its state.
        monkeypatch.setattr(counting, "_MOST", most)
        take(book, tmp_path, writs=[writ("WORSE", received_at=day.isoformat(), claim="nothing")])
        fits(since=True)
    before = counting.counted(book)
    set_centres(book, clerk(), ["D1"], centre=True)
    assert not counting.counted(book).equals(before), "who is in a centre collects"
    fits(since=True)
    set_centres(book, clerk(), ["D1"], centre=False)
    fits(since=True)
    book.execute("UPDATE counted SET hash = 'of no event'")
    fits(since=False)
    assert audit(book).ok, "what is not used cannot be wrong"


@pytest.mark.parametrize("value", ['value || ""', "replace(value, '1', '2')", "'[]'"])
def test_an_audit_counts_again(book, value):
    value = value.replace('""', "''")
    mark(book, clerk(), "closed", ["E1", "E2", "E4"])
    assert audit(book).ok
    book.execute(f"UPDATE counted SET value = {value}")
    assert audit(book).ok == ("||" in value)
    last = events(book)["hash"][-1]
    assert audit(book, since=last).ok, "it looks at what is new alone"


def test_the_first_of_what_is_due_are_listed_and_all_are_counted(book):
    whole, first = due(book, LATER), due(book, LATER, most=3)
    lines = str(whole).split("\n")
    more = f"and {whole.writs.height - 3} more, none of them later than these; `tengbol book due --all` lists them."
    assert str(first).split("\n") == [*lines[:3], more, *lines[whole.writs.height :]]
    assert str(due(book, LATER, most=whole.writs.height)) == str(whole)
