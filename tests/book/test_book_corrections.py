"""Corrections as acts: what each does to the writ, to its proceeding, to received and share, and what is published."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from itertools import count
from shutil import copy
from unittest import mock

import pytest
from books import NOW, batch, clerk, home, leave, mark, opened, recuse, take, tengbol
from held_by import balances, holder, holding, state, two
from publishing import publish, unproven
from small import attachment, district, enforcer, writ

from tengbol.book.acts import events, payload
from tengbol.book.amending import annul, reassign, withdraw
from tengbol.book.audit import audit
from tengbol.book.correcting import correct
from tengbol.book.departures import come_back
from tengbol.book.kept import held
from tengbol.book.revoking import revoke
from tengbol.book.succession import succeed
from tengbol.errors import UnusableInputError
from tengbol.verify.public import verify_public

NEXT = NOW + dt.timedelta(days=1)
DAY = NOW.date()
REASON = "entered_wrongly"
FIVE = dt.timedelta(minutes=5)


def first_batch(url, tmp_path, **tables):
    store = opened(url, tmp_path, home(**tables))
    batch(store, clerk(), as_of=NOW)
    return store


def summed(store):
    """What is open or closed of each enforcer against what he received: the difference is what was taken back."""
    received = sum(got for got, _ in balances(store).values())
    given = held(store, "assignments").height
    acts = held(store, "corrections")["act"].to_list()
    assert received == given - len(acts) + 2 * acts.count("restored")


def test_p4_an_annulled_writ_takes_its_one_and_its_pool_s_parts_along(url, tmp_path):
    store = first_batch(url, tmp_path)
    before, who = balances(store), holder(store, "W0")[0]
    effect = annul(store, two(), "W0", reason="entered_twice")
    after = balances(store)
    for name in ("E1", "E2", "E3"):
        had, due = before[name, "individual"]
        assert after[name, "individual"] == (had - (name == who), "1.666666665"), (due, name)
    assert holder(store, "W0") == [] and state(store, "W0") == "annulled"
    assert "received -1, share -0.333333333" in str(effect)
    take(store, tmp_path, writs=[writ("X", received_at=NEXT.isoformat())])
    batch(store, clerk(at=NEXT), as_of=NEXT)
    assert holder(store, "X") == [who], "he has one less than the others"
    summed(store)
    assert audit(store).ok, str(audit(store))


def test_an_annulled_writ_is_not_taken_in_again_and_its_act_taken_back_gives_it_to_the_same(url, tmp_path):
    store = first_batch(url, tmp_path)
    before, who = balances(store), holder(store, "W0")
    annul(store, two(), "W0", reason="entered_wrongly")
    again = take(store, tmp_path, writs=[writ("W0", subject="Another debt"), writ("other id", number="N-W0",
                 debtor_id="debtor of W0")])  # fmt: skip
    assert again.rejected["code"].to_list() == ["annulled", "duplicate_document"]
    revoke(store, two(), "W0")
    assert holder(store, "W0") == who and state(store, "W0") == "assigned" and balances(store) == before
    assert audit(store).ok, str(audit(store))


@pytest.mark.parametrize(
    ("hand", "said"),
    [
        (clerk(), "--document"),
        (clerk(document=" "), "--document"),
        (clerk(document="Order 1"), "--second"),
        (two(second="CLERK "), "second person"),
    ],
)
def test_a_correction_needs_its_document_and_one_that_moves_a_writ_a_second_person(url, tmp_path, hand, said):
    store = first_batch(url, tmp_path)
    seq, kept = events(store).height, balances(store)
    with pytest.raises(UnusableInputError, match=said):
        annul(store, hand, "W0", reason="entered_twice")
    with pytest.raises(UnusableInputError, match="one of entered_twice, entered_wrongly"):
        annul(store, two(), "W0", reason="because")
    assert events(store).height == seq and balances(store) == kept


def test_a_dry_run_says_what_the_act_would_do_and_keeps_nothing(url, tmp_path):
    store = first_batch(url, tmp_path)
    seq, kept = events(store).height, balances(store)
    shown = annul(store, two(), "W0", reason="entered_twice", dry_run=True)
    assert events(store).height == seq and balances(store) == kept and state(store, "W0") == "assigned"
    done = annul(store, two(), "W0", reason="entered_twice")
    assert shown.said == done.said and shown.balances.equals(done.balances)
    assert str(shown).endswith("A dry run: nothing is kept.") and shown.tried and not done.tried


def test_a_waiting_writ_is_annulled_by_one_person_and_no_balance_moves(url, tmp_path):
    store = opened(url, tmp_path)
    annul(store, clerk(document="Order 1"), "W0", reason="entered_twice")
    batch(store, clerk(), as_of=NOW)
    assert state(store, "W0") == "annulled" and holder(store, "W0") == []
    assert held(store, "corrections").is_empty()


def test_a_creditor_s_withdrawal_after_assignment_ends_the_proceeding_and_stays_counted(url, tmp_path):
    store = first_batch(url, tmp_path)
    kept, who = balances(store), holder(store, "W0")
    with pytest.raises(UnusableInputError, match="book withdraw"):
        mark(store, clerk(), "withdrawn", ["W0"], at=NOW)
    withdraw(store, clerk(document="Application 3"), "W0", reason="creditor_withdrew")
    assert holder(store, "W0") == [] and state(store, "W0") == "withdrawn" and balances(store) == kept
    with pytest.raises(UnusableInputError, match="revoke W0"):
        mark(store, clerk(), "pending", ["W0"], at=NOW)
    revoke(store, two(), "W0")
    assert holder(store, "W0") == who and balances(store) == kept


def test_p12_what_is_taken_away_leaves_received_and_share_and_is_the_next_one_s(url, tmp_path):
    """The first holder alone in his district; the next one attached to it."""
    store = first_batch(
        url, tmp_path, enforcers=[enforcer("E1"), enforcer("E3", "D2")], attachments=[attachment("D1", "E3")],
        writs=[writ("W1")],
    )  # fmt: skip
    assert balances(store) == {("E1", "individual"): (1, "1.000000000")}
    recuse(store, clerk(), "W1", "E1", ground="article_54", decision="No. 4 of 24.11.2026", at=NEXT)
    batch(store, clerk(at=NEXT), as_of=NEXT)
    assert holder(store, "W1") == ["E3"] and balances(store) == {("E3", "individual"): (1, "1.000000000")}
    summed(store)
    assert audit(store).ok, str(audit(store))


def test_p12_a_court_s_order_gives_a_writ_to_another_and_a_decision_has_a_number(url, tmp_path):
    store = first_batch(url, tmp_path)
    who = holder(store, "W0")[0]
    with pytest.raises(UnusableInputError, match="number and day"):
        reassign(store, two(), "W0", ground="court_order", decision="-")
    reassign(store, two(at=NEXT), "W0", ground="court_order", decision="Ruling 7-26-1 of 24 November")
    batch(store, clerk(at=NEXT), as_of=NEXT)
    assert holder(store, "W0") not in ([], [who])
    summed(store)
    assert audit(store).ok, str(audit(store))


def test_p9_a_corrected_district_moves_the_writ_and_keeps_its_term(url, tmp_path):
    store = first_batch(url, tmp_path)
    before, who = balances(store), holder(store, "W0")[0]
    with pytest.raises(UnusableInputError, match="--second"):
        correct(store, clerk(document="Order 2"), "W0", {"debtor_district_id": "D2"}, reason="entered_wrongly")
    correct(store, two(at=NEXT), "W0", {"debtor_district_id": "D2"}, reason="entered_wrongly")
    assert balances(store)[who, "individual"][0] == before[who, "individual"][0] - 1
    batch(store, clerk(at=NEXT), as_of=NEXT)
    assert holder(store, "W0") == ["F1"]
    due_by = held(store, "assignments", "t.writ_id = 'W0'").sort("since")["distribute_by"].to_list()
    assert due_by[0] == due_by[1] == "2026-11-25"
    assert audit(store).ok, str(audit(store))


def test_a_corrected_sum_or_creditor_moves_nothing_and_needs_nobody_else(url, tmp_path):
    store = first_batch(url, tmp_path)
    kept, who = balances(store), holder(store, "W0")
    hand = clerk(document="Order 2")
    correct(
        store, hand, "W0", {"amount": "70000", "creditor_id": "another", "case_id": "9/9"}, reason="entered_wrongly"
    )
    row = held(store, "writs", "t.writ_id = 'W0'").row(0, named=True)
    assert (row["amount"], row["creditor_id"], row["case_id"]) == ("70000.0", "another", "9/9")
    assert holder(store, "W0") == who and balances(store) == kept
    assert held(store, "ledger", "t.writ_id = 'W0'")["case_id"].to_list() == ["9/9"]
    with pytest.raises(UnusableInputError, match="check digit"):
        correct(store, hand, "W0", {"debtor_id": "870415330178"}, reason="entered_wrongly")
    with pytest.raises(UnusableInputError, match="one of debtor_district_id"):
        correct(store, hand, "W0", {"claim": "alimony"}, reason="entered_wrongly")
    assert audit(store).ok, str(audit(store))


def test_p14_a_corrected_debtor_brings_the_writ_to_who_holds_the_case(url, tmp_path):
    store = first_batch(url, tmp_path, writs=[writ("A", case_id="K", debtor_id="d-1"), *(writ(f"B{n}", case_id="K",
                        debtor_id=f"x{n}") for n in range(2))])  # fmt: skip
    other = next(name for name in ("B0", "B1") if holder(store, name) != holder(store, "A"))
    correct(store, two(at=NEXT), other, {"debtor_id": "d-1"}, reason="document_corrected")
    batch(store, clerk(at=NEXT), as_of=NEXT)
    assert holder(store, other) == holder(store, "A")


def test_p3_a_departure_recorded_for_the_wrong_man_is_taken_back_as_if_it_had_not_been(url, tmp_path):
    store = first_batch(url, tmp_path)
    his, kept = holding(store, "E1"), balances(store)
    rows = held(store, "writs", store.among("t.writ_id", "ids"), ids=his).drop("id", "since").sort("writ_id")
    at = NOW + FIVE
    leave(store, clerk(at=at), "E1", reason="licence_suspended", start=DAY, end=None, at=at)
    with pytest.raises(UnusableInputError, match="--second"):
        revoke(store, clerk(document="Order 3", at=at), "E1")
    revoke(store, two(at=at), "E1")
    assert holding(store, "E1") == his and balances(store) == kept and held(store, "absences").is_empty()
    now = held(store, "writs", store.among("t.writ_id", "ids"), ids=his).drop("id", "since").sort("writ_id")
    assert now.equals(rows)
    assert batch(store, clerk(at=at), as_of=at).batch_id is None
    assert audit(store).ok, str(audit(store))
    with pytest.raises(UnusableInputError, match="no such act"):
        revoke(store, two(at=at), "E1")


def test_p3_a_return_on_the_very_day_leaves_everything_where_it_was(url, tmp_path):
    store = first_batch(url, tmp_path)
    his = holding(store, "E1")
    leave(store, clerk(), "E1", reason="expelled", start=DAY, end=None, at=NOW)
    assert holding(store, "E1") == []
    come_back(store, clerk(), "E1", on=DAY)
    assert holding(store, "E1") == his


def test_what_was_distributed_since_stays_where_it_is(url, tmp_path):
    store = first_batch(url, tmp_path)
    his = holding(store, "E1")
    leave(store, clerk(), "E1", reason="expelled", start=DAY, end=None, at=NOW)
    batch(store, clerk(at=NEXT), as_of=NEXT)
    there = {name: holder(store, name) for name in his}
    effect = revoke(store, two(at=NEXT), "E1")
    assert {name: holder(store, name) for name in his} == there
    assert f"Went on since and stay: {len(his)}" in str(effect) and held(store, "absences").is_empty()


def test_a_mark_made_by_mistake_is_taken_back_by_one_person(url, tmp_path):
    store = first_batch(url, tmp_path)
    mark(store, clerk(), "closed", ["W0"], at=NOW)
    revoke(store, clerk(document="Order 3"), "W0")
    assert state(store, "W0") == "assigned" and len(holder(store, "W0")) == 1


def test_an_act_and_its_undoing_before_a_batch_leave_its_assignments_as_without_both(tmp_path, empty_book):
    given = [_next_batch(tmp_path / f"b{acts}", empty_book, acts=acts) for acts in (False, True)]
    assert given[0] == given[1] and len({who for _, who in given[0]}) > 1


def _next_batch(path, empty_book, *, acts):
    """Who gets what in a second batch, all secrets drawn from a row that is known."""
    drawn = count()
    with mock.patch("secrets.token_hex", lambda size: sha256(b"%d" % next(drawn)).hexdigest()[: 2 * size]):
        copy(empty_book, path)
        store = opened(f"sqlite:///{path}", path.parent)
        batch(store, clerk(), as_of=NOW)
        if acts:
            his, kept = holding(store, "E2"), balances(store)
            leave(store, clerk(), "E2", reason="expelled", start=DAY, end=None, at=NOW)
            revoke(store, two(), "E2")
            annul(store, two(), his[0], reason="entered_twice")
            revoke(store, two(), his[0])
            reassign(store, two(), his[0], ground="court_order", decision="No. 1 of 24.11")
            revoke(store, two(), his[0])
            assert holding(store, "E2") == his and balances(store) == kept
        take(store, path.parent, writs=[writ(f"N{n}", received_at=NEXT.isoformat()) for n in range(7)])
        batch(store, clerk(at=NEXT), as_of=NEXT)
        return sorted(held(store, "assignments").select("writ_id", "enforcer_id").rows())


def test_p9_a_district_s_new_code_takes_over_what_waits_is_held_and_serves(url, tmp_path):
    store = first_batch(url, tmp_path, attachments=[attachment("D1", "F1")])
    take(store, tmp_path, writs=[writ("late", received_at=NEXT.isoformat())])
    new = {"districts": [district("D9")]}
    take(store, tmp_path, clerk(at=NEXT), **new)
    hand = two("Decree 5 of 1 November", at=NEXT)
    with pytest.raises(UnusableInputError, match="'D8' is not in the book"):
        succeed(store, hand, "D1", "D8", reason="district_renamed")
    succeed(store, hand, "D1", "D9", reason="district_renamed")
    assert held(store, "ledger", "t.district_id = 'D1'").is_empty()
    assert set(held(store, "enforcers")["district_id"]) == {"D9", "D2"}
    batch(store, clerk(at=NEXT), as_of=NEXT)
    assert len(holder(store, "late")) == 1
    assert audit(store).ok, str(audit(store))


def test_p16_every_correction_is_told_and_followed_in_the_public_report(url, tmp_path):
    store = first_batch(url, tmp_path)
    annul(store, two(), "W0", reason="entered_twice")
    correct(store, two(), "W1", {"debtor_district_id": "D2"}, reason="entered_wrongly")
    recuse(store, clerk(), "W2", holder(store, "W2")[0], ground="article_54", decision="No. 4", at=NOW)
    annul(store, two(), "W3", reason="entered_twice")
    revoke(store, two(), "W3")
    take(store, tmp_path, writs=[writ("X", received_at=NEXT.isoformat())])
    batch(store, clerk(at=NEXT), as_of=NEXT)
    file = publish(store, tmp_path / "p.jsonl")
    report = verify_public(file)
    assert unproven(report) == ["outside"], str(report)
    assert "Every correction is of a writ that its batch gave" in str(report)
    told = [row["what"] for row in events(store).iter_rows(named=True) if "second" in payload(row)]
    assert told == ["annul", "correct", "annul", "revoke"]
    assert audit(store).ok, str(audit(store))


def test_the_command_shows_first_and_then_does_it(tmp_path, empty_book):
    book = tmp_path / "b"
    copy(empty_book, book)
    store = opened(f"sqlite:///{book}", tmp_path)
    batch(store, clerk(), as_of=NOW)
    store.close()
    asked = (
        "book",
        "annul",
        "W0",
        "--reason",
        "entered_twice",
        "--document",
        "Order 1",
        "--book",
        book,
        "--by",
        "clerk",
    )
    assert tengbol(*asked, "--dry-run").returncode == 2
    shown = tengbol(*asked, "--second", "chair", "--dry-run")
    assert shown.returncode == 0 and "nothing is kept" in shown.stdout
    done = tengbol(*asked, "--second", "chair")
    assert done.returncode == 0 and "W0 is annulled" in done.stdout and "Recorded." in done.stdout
    refused = tengbol(*asked, "--second", "chair")
    assert refused.returncode == 2 and "is annulled since" in refused.stderr
