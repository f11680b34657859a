"""What alarms look at: each chamber and month by itself; absences, proceedings and writs as each batch had them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest
from books import NOW, batch, clerk, home, leave, opened, take, tengbol
from periods import inputs, period
from small import absence, proceeding, writ, write_tables

from tengbol.book.beside import beside as of_book
from tengbol.book.departures import come_back
from tengbol.book.record import frames
from tengbol.io.read import read
from tengbol.report.alarms import ALARMS, Inputs, raise_alarms
from tengbol.report.alarms.beside import Batch, beside
from tengbol.report.alarms.looks import looks
from tengbol.report.folders import with_inputs
from tengbol.report.record import record
from tengbol.runner import run

NEXT = NOW + dt.timedelta(days=1)


def given(folder, name, moment, writ_ids=("W0",), **tables):
    """A batch of the chamber `home` with these tables."""
    reading = read(write_tables(folder / name, **home(**tables)))
    return Batch(moment, reading.chamber, frozenset(one.table for one in reading.sources), pl.Series(writ_ids))


def test_an_absence_counts_on_the_days_on_which_a_batch_had_it(tmp_path):
    first = given(tmp_path, "1", NOW, absences=[absence("E1", end=None), absence("E2", start="2026-11-24")])
    second = given(tmp_path, "2", NEXT, absences=[absence("E1", end="2026-11-23"), absence("E2", start="2026-11-24")])
    away = beside([first, second]).absences
    assert away is not None
    assert sorted(away.select("enforcer_id", "start", "end").rows()) == [
        ("E1", NOW.date(), NOW.date()),
        ("E2", NEXT.date(), NEXT.date()),
    ]


def test_a_proceeding_that_later_inputs_no_longer_tell_of_was_open_until_the_last_that_did(tmp_path):
    kept, gone = proceeding("K", "E1"), proceeding("G", "E2")
    first = given(tmp_path, "1", NOW, ledger=[kept, gone, proceeding("C", "E3")])
    second = given(tmp_path, "2", NEXT, ledger=[kept, proceeding("C", "E3", closed_at="2026-11-24T08:00:00")])
    ledger = beside([first, second]).ledger
    assert ledger is not None
    assert dict(ledger.select("writ_id", "closed_at").iter_rows()) == {
        "K": None, "G": NOW, "C": dt.datetime(2026, 11, 24, 8),
    }  # fmt: skip


def test_of_a_writ_the_batch_that_assigned_it_last_is_believed_and_others_are_left_out(tmp_path):
    one = given(tmp_path, "1", NOW, writs=[writ("W0", amount="1"), writ("W1")])
    two = given(tmp_path, "2", NEXT, writs=[writ("W0", amount="2"), writ("W1")])
    writs = beside([one, two]).writs
    assert writs is not None
    assert writs.select("writ_id", "amount").rows() == [("W0", 2.0)]


def test_a_table_that_no_batch_was_given_is_missing_and_one_without_rows_is_not(tmp_path):
    bare = given(tmp_path, "1", NOW)
    assert (beside([bare]).absences, beside([bare]).ledger) == (None, None)
    empty = beside([bare, given(tmp_path, "2", NEXT, absences=[], ledger=[])])
    assert empty.absences is not None and empty.ledger is not None
    assert empty.lack(("writs", "absences", "ledger")) == ()


@pytest.fixture
def store(tmp_path):
    tables = home(ledger=[proceeding("L", "E1")], absences=[absence("F1", start=f"{NEXT.date()}")])
    made = opened(f"sqlite:///{tmp_path / 'book.db'}", tmp_path, tables)
    leave(made, clerk(), "E2", reason="leave", start=NOW.date(), end=NEXT.date(), at=NOW)
    batch(made, clerk(), as_of=NOW)
    come_back(made, clerk(), "E2", on=NOW.date())
    # Of E3 nobody knew on the first day; of F1 it was known that he would go on the second.
    late = absence("E3", start=f"{NOW.date()}")
    take(made, tmp_path, writs=[writ("X", received_at="2026-11-24T09:00:00", creditor_id="C X")], absences=[late])
    batch(made, clerk(), as_of=NEXT)
    return made


def test_the_book_tells_who_was_away_when_its_batches_ran(store):
    ids = frames(store)["batches"]["batch_id"].to_list()
    away = of_book(store, ids)["absences"]
    assert away.select("enforcer_id", "start", "end").rows() == [
        ("E2", NOW.date(), NOW.date()),
        ("E3", NEXT.date(), NEXT.date()),
        ("F1", NEXT.date(), NEXT.date()),
    ]
    assert of_book(store, ids[:1])["absences"]["enforcer_id"].to_list() == ["E2"]


def test_the_book_tells_the_writs_and_proceedings_that_alarms_compare(store):
    ids = frames(store)["batches"]["batch_id"].to_list()
    found = of_book(store, ids)
    assert sorted(found["writs"]["writ_id"]) == ["W0", "W1", "W2", "W3", "W4", "W5", "X"]
    assert found["writs"].filter(writ_id="X").select("creditor_id", "amount", "received_at").row(0) == (
        "C X", 50000.0, dt.datetime(2026, 11, 24, 9),
    )  # fmt: skip
    assert set(found["ledger"]["writ_id"]) == {"L", *found["writs"]["writ_id"]}
    states = {alarm.name: alarm.state for alarm in raise_alarms(record(**frames(store)), Inputs(**found))}
    assert "not_judged" not in states.values()


def test_the_command_tells_of_alarms_from_a_book_and_from_folders(store, tmp_path):
    store.close()
    done = tengbol("report", tmp_path / "book.db", "--lang", "en", "--out", tmp_path / "of book")
    assert done.returncode == 0, done.stderr
    told = pl.read_parquet(tmp_path / "of book" / "alarms.parquet")
    assert told["alarm"].to_list() == [alarm.__name__ for alarm in ALARMS]
    assert "not_judged" not in told["state"].to_list()
    source = write_tables(tmp_path / "in", **home())
    run(source, tmp_path / "out", as_of=NOW, seed="ab")
    done = tengbol("report", tmp_path / "out", "--input", source, "--lang", "en", "--out", tmp_path / "of folder")
    assert done.returncode == 0, done.stderr
    missing = pl.read_parquet(tmp_path / "of folder" / "alarms.parquet").select("alarm", "missing").rows()
    assert dict(missing)["bound_peers"] == "absences ledger"
    page = (tmp_path / "of folder" / "report.html").read_text(encoding="utf-8")
    assert "of what it needs, the input lacks <bdi>absences, ledger</bdi>" in page


def test_folders_give_the_inputs_beside_their_record(tmp_path):
    source = write_tables(tmp_path / "in", **home(absences=[absence("E2")]))
    run(source, tmp_path / "out", as_of=NOW, seed="ab")
    kept, found = with_inputs(tmp_path / "out", source)
    assert kept.assignments.height == 6
    assert found.absences is not None and found.absences["enforcer_id"].to_list() == ["E2"]
    assert found.ledger is None
    assert found.writs is not None and found.writs.height == 6


# ---- Looks


def spread(days, first=dt.date(2026, 1, 1)):
    """The period's batches on other days, so many from the first to the last."""
    batches = period().batches.sort("as_of")
    step = (days - 1) / (batches.height - 1)
    moments = [dt.datetime.combine(first, dt.time(18)) + dt.timedelta(days=round(n * step)) for n in range(7)]
    return replace(period(), batches=batches.with_columns(as_of=pl.Series(moments, dtype=pl.Datetime("us"))))


def test_a_month_is_looked_at_whole_and_a_longer_period_by_calendar_months():
    assert period().batches.height == 7
    middle = dt.date(2026, 1, 20)
    assert [(look.first, look.last) for look in looks(spread(31, middle), inputs())] == [
        (middle, dt.date(2026, 2, 19))
    ]  # fmt: skip
    longer = looks(spread(32, middle), inputs())
    assert [(look.first.month, look.last.month) for look in longer] == [(1, 1), (2, 2)]
    assert longer[0].first == middle and longer[1].last == dt.date(2026, 2, 20)


def test_acts_between_two_batches_belong_to_their_month():
    whole = spread(60)
    rows = [
        {"at": dt.datetime(2026, month, 28, 23), "who": who, "what": "recusal", "document": None, "subject": "x"}
        for month, people in ((1, "AB"), (2, "ABAB"))
        for who in people
    ]
    events = record(events=pl.DataFrame(rows, schema_overrides={"document": pl.String})).events
    told = [look.alarms[-1].said.values["acts"].value for look in looks(replace(whole, events=events), inputs())[:2]]
    assert told == [2, 4]


def halves():
    """The period as if its districts belonged to two chambers."""
    districts = period().districts.sort("district_id").with_row_index("n")
    named = districts.with_columns(chamber_id=pl.concat_str(pl.lit("C"), pl.col("n") % 2)).drop("n")
    batches = period().batches.with_columns(chamber_id=pl.lit(None, pl.String))
    return replace(period(), districts=named, batches=batches)


def test_each_chamber_is_looked_at_by_itself():
    both = halves()
    found = looks(both, inputs())
    assert [look.chamber_id for look in found] == ["C0", "C1"]
    for look in found:
        own = both.districts.filter(chamber_id=look.chamber_id)
        writs = both.assignments.join(own, on="district_id", how="semi")
        alone = replace(
            both, districts=own, assignments=writs, enforcers=both.enforcers.join(own, on="district_id", how="semi")
        )
        assert [alarm.p for alarm in raise_alarms(alone, inputs())] == [alarm.p for alarm in look.alarms]
        for alarm in look.alarms:
            if "district_id" in alarm.cases.columns:
                assert set(alarm.cases["district_id"]) <= set(own["district_id"]), alarm.name


def test_acts_of_one_chamber_are_not_another_s():
    both = halves()
    homes = dict(both.districts.select("district_id", "chamber_id").iter_rows())
    people = {homes[place]: who for who, place in both.enforcers.select("enforcer_id", "district_id").iter_rows()}
    rows = [
        {"at": dt.datetime(2026, 11, 3, 9), "who": who, "what": "recusal", "document": None, "subject": people[chamber]}
        for chamber, clerks in (("C0", "AB"), ("C1", "ABA"))
        for who in clerks
    ]
    events = record(events=pl.DataFrame(rows, schema_overrides={"document": pl.String})).events
    found = looks(replace(both, events=events), inputs())
    assert [look.alarms[-1].said.values["acts"].value for look in found] == [2, 3]
