"""Departures, recusals, returns and deadlines, each an act with its event, on both stores."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from books import NOW, batch, clerk, home, leave, mark, opened, recuse, returned, take, tengbol, transfer
from chambers import typed
from held_by import holder, holding, state
from small import absence, district, enforcer, proceeding, writ

from tengbol.book.acts import events, payload
from tengbol.book.asking import received_materials
from tengbol.book.audit import audit
from tengbol.book.departures import come_back, departing, departs
from tengbol.book.due import due, set_centres
from tengbol.book.kept import held
from tengbol.errors import UnusableInputError

DAY = NOW.date()
NEXT = NOW + dt.timedelta(days=1)


def day(text):
    return dt.date.fromisoformat(text)


def distributed(url, tmp_path, **tables):
    """A book whose first batch has been made."""
    store = opened(url, tmp_path, home(**tables))
    batch(store, clerk(), as_of=NOW)
    return store


def test_p3_what_one_who_is_expelled_holds_waits_again_and_the_next_batch_spreads_it(url, tmp_path):
    store = distributed(url, tmp_path)
    his = holding(store, "E1")
    assert len(his) == 2
    at = NOW + dt.timedelta(hours=1)
    back = leave(store, clerk("chair", "Order 7"), "E1", reason="expelled", start=DAY, end=None, at=at)
    assert sorted(back.writ_ids) == his and holding(store, "E1") == []
    waits = held(store, "writs", "t.writ_id = :id", id=his[0]).row(0, named=True)
    told = (waits["origin"], waits["previous_enforcer_id"], waits["received_at"])
    assert told == ("redistributed", "E1", at.isoformat())
    event = events(store).row(-1, named=True)
    assert (event["who"], event["document"], event["subject"]) == ("chair", "Order 7", "E1")
    assert payload(event)["redistributed"] == 2
    balance = held(store, "balances", "t.enforcer_id = 'E1'")
    batch(store, clerk(), as_of=NEXT)
    assert {who for writ_id in his for who in holder(store, writ_id)} == {"E2", "E3"}
    assert held(store, "balances", "t.enforcer_id = 'E1'").equals(balance), "his balances stop"
    assert audit(store).ok, str(audit(store))


@pytest.mark.parametrize(
    ("reason", "start", "end", "on", "due_back"),
    [
        ("licence_suspended", "2026-11-23", "2026-11-23", "2026-11-23", True),
        ("licence_suspended", "2026-11-24", None, "2026-11-23", False),
        ("licence_suspended", "2026-11-01", "2026-11-22", "2026-11-23", False),
        ("leave", "2026-11-23", "2026-12-22", "2026-11-23", False),
        ("leave", "2026-11-23", "2026-12-23", "2026-11-23", True),
        ("sickness", "2026-01-31", "2026-02-27", "2026-02-01", False),
        ("sickness", "2026-01-31", "2026-02-28", "2026-02-01", False),
        ("sickness", "2026-01-31", "2026-03-01", "2026-02-01", True),
        ("sickness", "2026-10-23", None, "2026-11-22", False),
        ("sickness", "2026-10-23", None, "2026-11-23", True),
        ("business_trip", "2026-12-15", "2027-01-15", "2026-12-20", True),
        ("chamber_office", "2026-01-01", None, "2026-11-23", False),
    ],
)
def test_p3_six_reasons_and_more_than_a_calendar_month_make_proceedings_return(reason, start, end, on, due_back):
    absent = typed({"absences": [absence("E1", reason, start=start, end=end)]}).absences
    assert bool(departs(absent, day(on))) is due_back


def test_p3_a_long_absence_told_in_several_papers_makes_proceedings_return(url, tmp_path):
    store = distributed(url, tmp_path)
    for reason, start, end in [
        ("sickness", "2026-11-23", "2026-12-04"),
        ("sickness", "2026-12-07", "2026-12-18"),
        ("leave", "2026-12-19", "2026-12-25"),
    ]:
        assert len(holding(store, "E2")) == 2
        back = leave(store, clerk(), "E2", reason=reason, start=day(start), end=day(end), at=NOW)
    assert len(back.writ_ids) == 2
    assert holding(store, "E2") == []


def test_p18_a_short_leave_leaves_him_what_he_has_and_one_that_grew_long_does_not(url, tmp_path):
    store = distributed(url, tmp_path)
    back = leave(store, clerk(), "E2", reason="sickness", start=DAY, end=None, at=NOW)
    assert not back.writ_ids and len(holding(store, "E2")) == 2
    take(store, tmp_path, writs=[writ(f"X{n}") for n in range(4)])
    batch(store, clerk(), as_of=NEXT)
    assert len(holding(store, "E2")) == 2
    batch(store, clerk(), as_of=NOW + dt.timedelta(days=31))
    assert holding(store, "E2") == []
    assert events(store, "what = 'departure'")["subject"].to_list() == ["E2"]
    assert audit(store).ok


def test_p3_an_absence_that_was_imported_counts_from_its_day_at_the_next_batch(url, tmp_path):
    store = distributed(url, tmp_path)
    his = holding(store, "E3")
    take(store, tmp_path, absences=[absence("E3", "expelled", start="2026-11-24", end=None)])
    assert list(departing(store, NEXT.date())) == ["E3"]
    assert "E3 holds (expelled); the next batch spreads it" in str(due(store, NEXT.date()))
    later = NEXT + dt.timedelta(days=2)
    assert batch(store, clerk(), as_of=later).departed == {"E3": len(his)}
    assert holding(store, "E3") == []
    terms = held(store, "assignments", store.among("t.writ_id", "ids"), ids=his).filter(
        pl.col("batch_id") == "C1-000002"
    )
    assert set(terms["distribute_by"]) == {"2026-11-27"}, "three days from the 24th, not from the batch of the 26th"


def test_p3_an_absence_that_was_imported_is_acted_on_at_once_by_leave(url, tmp_path):
    store = distributed(url, tmp_path)
    take(store, tmp_path, absences=[absence("E3", "expelled", start="2026-11-23", end=None)])
    back = leave(store, clerk(), "E3", reason="expelled", start=DAY, end=None, at=NOW)
    assert len(back.writ_ids) == 2 and held(store, "absences").height == 1


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"licensed_to": "2026-11-23"}, "licence ended on 2026-11-23"),
        ({"district_id": "D2"}, "is registered in D2 now"),
    ],
)
def test_p3_what_a_table_of_enforcers_left_behind_is_named_and_the_named_act_spreads_it(url, tmp_path, cells, said):
    store = distributed(url, tmp_path)
    take(store, tmp_path, enforcers=[{**enforcer("E1"), **cells}])
    made = batch(store, clerk(), as_of=NEXT)
    assert said in made.stranded["E1"] and said in str(due(store, NEXT.date())) and len(holding(store, "E1")) == 2
    if "district_id" in cells:
        transfer(store, clerk(), "E1", to="D2", at=NEXT)
    else:
        leave(store, clerk(), "E1", reason="licence_terminated", start=NEXT.date(), end=None, at=NEXT)
    assert holding(store, "E1") == [] and "E1" not in batch(store, clerk(), as_of=NEXT).stranded


def test_p18_materials_of_who_left_are_due_within_three_days_until_they_came(url, tmp_path):
    store = distributed(url, tmp_path)
    leave(store, clerk(), "E1", reason="licence_suspended", start=DAY, end=None, at=NOW)
    assert "materials" not in str(due(store, day("2026-11-25")))
    assert "due today: send the materials of 2 proceedings" in str(due(store, day("2026-11-26")))
    assert "late since 2026-11-26: send the materials" in str(due(store, day("2026-11-27")))
    received_materials(store, clerk(), "E1", at=NOW)
    assert "materials" not in str(due(store, day("2026-11-27")))


def test_p17_a_pause_needs_the_enforcer_s_application(url, tmp_path):
    store = opened(url, tmp_path)
    with pytest.raises(UnusableInputError, match="application"):
        leave(store, clerk(), "E1", reason="chamber_office", start=DAY, end=None, at=NOW)


def test_p9_writs_of_a_district_without_anybody_are_named(url, tmp_path):
    store = distributed(url, tmp_path, writs=[writ("W")])
    take(store, tmp_path, districts=[district("D7")], writs=[writ("N", debtor_district_id="D7")])
    assert "district D7: 1 writs wait" in str(due(store, DAY))


def test_proceedings_known_from_the_ledger_alone_are_named_and_stay(url, tmp_path):
    store = distributed(url, tmp_path, ledger=[proceeding("OLD", "E1")])
    back = leave(store, clerk(), "E1", reason="expelled", start=DAY, end=None, at=NOW)
    assert back.unknown == ("OLD",)
    assert holding(store, "E1") == ["OLD"]
    again = writ("OLD", origin="redistributed", previous_enforcer_id="E1", received_at="2026-11-24T09:00:00")
    take(store, tmp_path, writs=[again])
    assert holding(store, "E1") == []
    batch(store, clerk(), as_of=NEXT)
    assert len(holder(store, "OLD")) == 1
    assert audit(store).ok


def test_who_comes_back_is_in_the_pool_from_that_day_on(url, tmp_path):
    store = opened(url, tmp_path)
    for who in ("E2", "E3"):
        leave(store, clerk(), who, reason="leave", start=DAY, end=day("2026-11-30"), at=NOW)
    batch(store, clerk(), as_of=NOW)
    assert len(holding(store, "E1")) == 6
    assert come_back(store, clerk(), "E2", on=day("2026-11-24")) == 1
    kept = held(store, "absences", "t.enforcer_id = 'E2'").row(0, named=True)
    assert (kept["start"], kept["end"]) == ("2026-11-23", "2026-11-23")
    take(store, tmp_path, writs=[writ("X")])
    batch(store, clerk(), as_of=NEXT)
    assert holding(store, "E2") in ([], ["X"]) and holder(store, "X") in (["E1"], ["E2"])
    assert held(store, "assignments", "t.writ_id = 'X'")["pool_size"][0] == 2
    with pytest.raises(UnusableInputError, match="is not absent"):
        come_back(store, clerk(), "E2", on=day("2026-11-25"))
    come_back(store, clerk(), "E3", on=DAY)
    assert held(store, "absences", "t.enforcer_id = 'E3'").is_empty()


def test_p17_who_holds_an_office_gets_nothing_new_and_keeps_what_he_has(url, tmp_path):
    store = distributed(url, tmp_path)
    leave(store, clerk(document="application"), "E1", reason="chamber_office", start=DAY, end=None, at=NOW)
    assert len(holding(store, "E1")) == 2
    assert events(store)["what"][-1] == "pause"
    take(store, tmp_path, writs=[writ(f"X{n}") for n in range(4)])
    batch(store, clerk(), as_of=NEXT)
    assert len(holding(store, "E1")) == 2


def test_p3_who_moves_to_another_district_leaves_what_he_has_to_those_who_stay(url, tmp_path):
    store = distributed(url, tmp_path)
    his = holding(store, "E1")
    transfer(store, clerk(), "E1", to="D2", at=NOW)
    take(store, tmp_path, writs=[writ(f"X{n}", debtor_district_id="D2") for n in range(2)])
    batch(store, clerk(), as_of=NEXT)
    assert not {"E1", "F1"} & {who for writ_id in his for who in holder(store, writ_id)}
    assert len(set(holder(store, "X0") + holder(store, "X1")) & {"E1", "F1"}) >= 1
    with pytest.raises(UnusableInputError, match="D2 already"):
        transfer(store, clerk(), "E1", to="D2", at=NEXT)
    with pytest.raises(UnusableInputError, match="'D9' is not in the book"):
        transfer(store, clerk(), "E1", to="D9", at=NEXT)


def test_p12_a_writ_recused_from_its_enforcer_goes_to_another(url, tmp_path):
    store = distributed(url, tmp_path)
    (who,) = holder(store, "W0")
    recuse(store, clerk(), "W0", who, ground="article_54", decision="No. 5 of 23 November", at=NOW)
    assert state(store, "W0") == "pending"
    batch(store, clerk(), as_of=NEXT)
    assert holder(store, "W0") not in ([], [who])
    assert "No. 5" in payload(events(store, "what = 'recusal'").row(0, named=True))["recusal"]["decision"]
    with pytest.raises(UnusableInputError, match="already"):
        recuse(store, clerk(), "W0", who, ground="article_54", decision="No. 5 of 23 November", at=NOW)
    with pytest.raises(UnusableInputError, match="--ground"):
        recuse(store, clerk(), "W0", who, ground="dislike", decision="No. 6", at=NOW)


def test_p5_p11_a_returned_electronic_writ_comes_back_by_its_id_alone_to_whoever_returned_it(url, tmp_path):
    store = distributed(
        url, tmp_path, writs=[writ("W0"), writ("P", form="paper", signature=None, original_attached="true")]
    )
    (who,) = holder(store, "W0")
    mark(store, clerk(), "closed", ["W0"], at=NOW)
    assert returned(store, clerk(), "W0", at=NOW + dt.timedelta(hours=2)) == who
    batch(store, clerk(), as_of=NEXT)
    assert holder(store, "W0") == [who]
    assert held(store, "assignments", "t.writ_id = 'W0'")["basis"].to_list()[-1] == "returned"
    with pytest.raises(UnusableInputError, match="of paper"):
        returned(store, clerk(), "P", at=NEXT)
    with pytest.raises(UnusableInputError, match="import it"):
        returned(store, clerk(), "unknown", at=NEXT)
    assert returned(store, clerk(), "W0", at=NEXT) == who, "one that is still open, too"
    with pytest.raises(UnusableInputError, match="waits already"):
        returned(store, clerk(), "W0", at=NEXT)
    assert audit(store).ok


def test_p11_an_old_row_of_a_writ_that_came_back_is_no_news(url, tmp_path):
    store = distributed(url, tmp_path)
    returned(store, clerk(), "W0", at=NOW)
    found = take(store, tmp_path, writs=[writ("W0")])
    assert tuple(found.counts["writs"].values()) == (0, 1, 0, 0)
    assert held(store, "writs", "t.writ_id = 'W0'")["origin"][0] == "returned"


def test_a_distributed_writ_stays_as_it_is_and_comes_back_only_later(url, tmp_path):
    store = distributed(url, tmp_path)
    found = take(store, tmp_path, writs=[writ("W0", amount=9), writ("W1")])
    assert found.rejected["code"].to_list() == ["already_distributed"]
    assert found.rejected["row"].to_list() == [2]
    (who,) = holder(store, "W0")
    later = writ("W0", origin="forwarded", previous_enforcer_id=who, received_at="2026-11-24T08:00:00")
    assert take(store, tmp_path, writs=[later]).counts["writs"]["changed"] == 1
    assert state(store, "W0") == "pending" and holder(store, "W0") == []


def test_p7_p8_p15_what_is_due_and_what_is_late(url, tmp_path):
    store = opened(url, tmp_path, home(
        districts=[district("D1"), district("D2")],
        enforcers=[enforcer("E1"), enforcer("F1", "D2")],
        writs=[
            writ("electronic", received_at="2026-11-20T10:00:00"),
            writ("paper", form="paper", signature=None, original_attached="true"),
            writ("far", form="paper", signature=None, original_attached="true", debtor_district_id="D2"),
            writ("now", immediate="true", signature="absent", received_at="2026-11-23T08:00:00"),
        ],
    ))  # fmt: skip
    set_centres(store, clerk(), ["D1"], centre=True)

    def listed(text):
        return [tuple(row) for row in due(store, day(text)).writs.select("what", "writ_id", "late").rows()]

    assert listed("2026-11-20") == []
    assert listed("2026-11-23") == [("distribute", "now", False)]
    assert listed("2026-11-25")[1:] == [("distribute", name, False) for name in ("electronic", "far", "paper")]
    batch(store, clerk(), as_of=NOW)
    # Distributed and not handed over is half of it (¶7); what is collected or posted is handed over, too.
    assert listed("2026-11-26") == [
        ("distribute", "now", True),
        ("hand_over", "electronic", True),
        ("hand_over", "far", True),
        ("hand_over", "paper", True),
        ("collect", "paper", False),
        ("post", "far", False),
        ("notify_creditor", "electronic", False),
    ]
    mark(store, clerk(), "posted", ["far"], at=NEXT)
    mark(store, clerk(), "notified", ["electronic"], at=NEXT)
    assert listed("2026-11-27")[1:] == [("hand_over", "paper", True), ("collect", "paper", True)]
    mark(store, clerk(), "handed", ["paper"], at=NEXT)
    assert listed("2026-11-27")[1:] == [("collect", "paper", True)]
    # Once the letter has come (¶15: from receipt), its three days run.
    mark(store, clerk(), "received", ["far"], at=NEXT + dt.timedelta(days=1))
    assert ("notify_creditor", "far", False) in listed("2026-11-30")
    assert ("notify_creditor", "far", True) in listed("2026-12-01")
    mark(store, clerk(), "notified", ["far"], at=NEXT + dt.timedelta(days=1))
    with pytest.raises(UnusableInputError, match="far is notified, not to be collected; nothing"):
        mark(store, clerk(), "collected", ["paper", "far"], at=NEXT)
    assert state(store, "paper") == "handed"
    with pytest.raises(UnusableInputError, match="'D7' is not in the book"):
        set_centres(store, clerk(), ["D7"], centre=True)
    set_centres(store, clerk(), ["D1"], centre=False)
    assert ("post", "paper", True) in listed("2026-11-27")
    assert audit(store).ok, str(audit(store))


def test_what_is_withdrawn_is_not_distributed(url, tmp_path):
    store = opened(url, tmp_path)
    mark(store, clerk(document="application of the creditor"), "withdrawn", ["W0"], at=NOW)
    batch(store, clerk(), as_of=NOW)
    assert holder(store, "W0") == [] and state(store, "W0") == "withdrawn"


def test_the_commands_record_acts(tmp_path):
    book = tmp_path / "chamber.book"
    opened(f"sqlite:///{book}", tmp_path).close()
    asked = ("--book", book, "--by", "chair", "--document", "Order 3")
    assert tengbol("book", "batch", "--as-of", "2026-11-23T18:00:00", *asked).returncode == 0
    gone = tengbol(
        "book", "leave", "E1", "--reason", "expelled", "--from", "2026-11-23", "--as-of", "2026-11-24", *asked
    )
    assert gone.returncode == 0, gone.stderr
    assert "To wait again, of E1: 2 proceedings." in gone.stdout
    bad = tengbol("book", "leave", "E9", "--reason", "leave", "--from", "soon", *asked)
    assert bad.returncode == 2 and "--from 'soon'" in bad.stderr
    late = tengbol("book", "due", "--book", book, "--as-of", "2026-12-01")
    assert "0 due today, 10 late" in late.stdout
