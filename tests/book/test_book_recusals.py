"""¶12, ¶17 in the book: a recusal from a person, the papers of a complaint, and the way to a decision in `due`."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from books import NOW, batch, clerk, home, leave, mark, opened, recuse, take
from held_by import holder, state
from publishing import publish
from small import proceeding, recusal, writ

from tengbol.book.amending import reassign
from tengbol.book.audit import audit
from tengbol.book.due import due
from tengbol.book.kept import held
from tengbol.book.past import export_batch
from tengbol.book.recusing import also_held
from tengbol.book.requests import open_requests, request
from tengbol.book.revoking import revoke
from tengbol.book.unrecorded import ruling
from tengbol.errors import UnusableInputError
from tengbol.verify import verify
from tengbol.verify.public import verify_public

DAY = NOW.date()
NEXT = NOW + dt.timedelta(days=1)
KIN = {"debtor_id": "kin"}


def two(at=NOW):
    from held_by import two as checked

    return checked(at=at)


def test_p12_a_recusal_from_a_debtor_reaches_his_next_writ_and_stops_on_its_last_day(url, tmp_path):
    store = opened(url, tmp_path, home(writs=[writ("K0", **KIN), writ("K1", **KIN, case_id="other"), writ("N")]))
    batch(store, clerk(), as_of=NOW)
    (who,) = holder(store, "K0")
    recuse(store, clerk(), "K0", who, ground="article_54", decision="No. 4", party="debtor", until=NEXT.date(), at=NOW)
    also = also_held(store, "K0", who)
    assert set(also) == {name for name in ("K1",) if holder(store, name) == [who]}
    assert state(store, "K0") == "pending"
    later = [NEXT + dt.timedelta(days=n) for n in (0, 1)]
    for n, at in enumerate(later):
        take(store, tmp_path, writs=[writ(f"X{n}-{i}", received_at=at.isoformat(), **KIN) for i in range(4)])
        batch(store, clerk(at=at), as_of=at)
    assert who not in {name for i in range(4) for name in holder(store, f"X0-{i}")} | set(holder(store, "K0"))
    assert who in {name for i in range(4) for name in holder(store, f"X1-{i}")}, "it was over, and he has least"
    for number in (1, 2, 3):
        report = verify(*export_batch(store, tmp_path / f"out{number}", number, "C1"))
        assert report.ok, str(report)
    assert audit(store).ok, str(audit(store))


def test_p12_a_table_may_name_a_person_alone(url, tmp_path):
    rows = [recusal(None, "E1", party_id="debtor of W0"), recusal(None, "E2", party_id="584205458716")]
    store = opened(url, tmp_path, home(recusals=rows))
    assert held(store, "recusals")["writ_id"].to_list() == [None, None]
    batch(store, clerk(), as_of=NOW)
    assert holder(store, "W0") != ["E1"] and audit(store).ok
    with pytest.raises(UnusableInputError, match="party_id is empty"):
        take(store, tmp_path, recusals=[recusal(None, "E1")])
    with pytest.raises(UnusableInputError, match="check digit"):
        take(store, tmp_path, recusals=[recusal(None, "E1", party_id="584205458717")])


def test_p12_2_a_complaint_needs_its_three_papers(url, tmp_path):
    store = opened(url, tmp_path)
    batch(store, clerk(), as_of=NOW)
    (who,) = holder(store, "W0")
    asked = {"ground": "creditor_complaint", "decision": "No. 4"}
    for papers, missing in (({}, "--application"), ({"application": "No. 1"}, "--confirmation")):
        with pytest.raises(UnusableInputError, match=missing):
            recuse(store, clerk(), "W0", who, **asked, **papers, at=NOW)
        with pytest.raises(UnusableInputError, match=missing):
            reassign(store, two(), "W0", **asked, **papers)
    with pytest.raises(UnusableInputError, match="by its number and day"):
        recuse(store, clerk(), "W0", who, **asked, application="his", confirmation="No. 2", at=NOW)
    recuse(store, clerk(), "W0", who, **asked, application="No. 1", confirmation="act No. 2", at=NOW)
    row = held(store, "recusals").row(0, named=True)
    assert (row["application"], row["confirmation"]) == ("No. 1", "act No. 2")
    assert audit(store).ok, str(audit(store))


def test_p12_2_the_way_to_a_decision_is_told_until_it_is_made(url, tmp_path):
    store = opened(url, tmp_path)
    batch(store, clerk(), as_of=NOW)
    steps = [
        ("application", "No. 1", "the creditor's complaint in W0 waits for an inspection or a judgment"),
        ("inspection", "act No. 2", "the creditor's complaint in W0 is confirmed and waits for the commission"),
        ("commission", "letter No. 3", "W0 is before the commission"),
    ]
    asked = {"ground": "creditor_complaint"}
    with pytest.raises(UnusableInputError, match="Record the application first"):
        request(store, clerk(document="No. 3"), "inspection", "W0", **asked)
    for n, (step, paper, told) in enumerate(steps):
        at = NOW + dt.timedelta(days=n)
        request(store, clerk(document=paper, at=at), step, "W0", **asked, at=at)
        assert f"open since 2026-11-23: {told}" in str(due(store, at.date()))
        assert "waits for an inspection" in str(due(store, DAY)), "as of that day"
    with pytest.raises(UnusableInputError, match="recorded already"):
        request(store, clerk(document="No. 9", at=at), "application", "W0", **asked)
    reassign(store, two(at), "W0", **asked, decision="No. 4", at=at)
    row = held(store, "recusals").row(0, named=True)
    assert (row["application"], row["confirmation"]) == ("No. 1", "act No. 2")
    assert open_requests(store) == {} and "open since" not in str(due(store, at.date()))
    revoke(store, two(at), "W0")
    assert set(open_requests(store)) == {("W0", "creditor_complaint")}, "the decision was none"
    request(store, clerk(document="No. 5", at=at), "refused", "W0", **asked)
    assert open_requests(store) == {}


@pytest.mark.parametrize(
    ("step", "subject", "ground", "said"),
    [
        ("inspection", "W0", "article_54", "creditor's complaint alone"),
        ("commission", "E1", "chamber_office", "No commission"),
        ("commission", "W0", "creditor_complaint", "comes before the commission"),
        ("application", "W9", "article_54", "is not in the book"),
        ("decision", "W0", "article_54", "STEP"),
        ("application", "W0", "court_order", "--ground"),
    ],
)
def test_p12_p17_a_step_that_does_not_follow_is_refused(tmp_path, step, subject, ground, said):
    store = opened(f"sqlite:///{tmp_path / 'b'}", tmp_path)
    if step in ("inspection", "commission"):
        request(store, clerk(document="No. 1"), "application", subject, ground=ground)
    with pytest.raises(UnusableInputError, match=said):
        request(store, clerk(document="No. 2"), step, subject, ground=ground)
    with pytest.raises(UnusableInputError, match="--document"):
        request(store, clerk(), "application", "W1", ground="article_54")


def test_p12_1_an_application_for_recusal_goes_to_the_commission(tmp_path):
    store = opened(f"sqlite:///{tmp_path / 'b'}", tmp_path)
    request(store, clerk(document="No. 1"), "application", "W1", ground="article_54")
    assert "the recusal asked for in W1 waits for the commission (¶12)" in str(due(store, DAY))
    recuse(store, clerk(), "W1", "E1", ground="article_54", decision="No. 2", at=NOW)
    assert "open since" not in str(due(store, DAY))


def test_p17_application_office_and_end_of_a_pause_are_asked_for(tmp_path):
    store = opened(f"sqlite:///{tmp_path / 'b'}", tmp_path)
    request(store, clerk(document="No. 1"), "application", "E1", ground="chamber_office")
    assert "the pause that E1 applied for is not decided (¶17)" in str(due(store, DAY))
    leave(store, clerk(document="No. 1"), "E1", reason="chamber_office", start=DAY, end=None, at=NOW)
    take(store, tmp_path, absences=[{"enforcer_id": "E2", "reason": "chamber_office", "start": str(DAY), "end": ""}])
    told = str(due(store, DAY))
    assert "open since" not in told
    for who, lacking in (("E1", ("office", "end")), ("E2", ("application", "office", "end"))):
        lines = [line for line in told.split("\n") if f"pause of {who} since 2026-11-23" in line]
        assert len(lines) == len(lacking), lines
    end = DAY + dt.timedelta(days=30)
    leave(
        store, clerk(document="No. 2"), "E3", reason="chamber_office", start=DAY, end=end, at=NOW, office="deputy_head"
    )
    assert "pause of E3" not in str(due(store, DAY))
    with pytest.raises(UnusableInputError, match="--office"):
        leave(store, clerk(document="2"), "F1", reason="chamber_office", start=DAY, end=end, at=NOW, office="clerk")


def test_p11_a_return_that_nobody_recorded_is_told_until_its_ruling_is(url, tmp_path):
    back = {"origin": "returned", "previous_enforcer_id": "E3"}
    known = proceeding("K", "E2", closed_at="2026-11-20T10:00:00")
    rows = [writ("W", **back), writ("K", origin="returned", previous_enforcer_id="E2"), writ("N")]
    store = opened(url, tmp_path, home(writs=rows, ledger=[known]))
    batch(store, clerk(), as_of=NOW)
    assert holder(store, "W") == ["E3"] and holder(store, "K") == ["E2"]
    file = publish(store, tmp_path / "p.jsonl")
    part = json.loads(file.read_text().splitlines()[1])["part"]
    assert (part["on_word"], part["on_imports"]) == (1, 1), "K came back to whom an import had named"
    assert verify_public(file).ok and audit(store).ok
    assert "W is with E3 on the word of its row alone (¶11)" in str(due(store, DAY))
    assert "K is with" not in str(due(store, DAY))
    with pytest.raises(UnusableInputError, match="--document"):
        ruling(store, clerk(), "W")
    with pytest.raises(UnusableInputError, match="returned or forwarded"):
        ruling(store, clerk(document="No. 3"), "N")
    ruling(store, clerk(document="No. 3 of 20 November"), "W", at=NOW)
    assert "word of its row" not in str(due(store, DAY))
    batch(store, clerk(at=NEXT), as_of=NEXT)
    assert audit(store).ok, str(audit(store))


def test_a_person_s_recusal_binds_nobody_whose_claim_it_takes(tmp_path):
    """¶13: who holds the alimony proceeding is recused from the debtor, so the next goes to the pool."""
    claim = {"claim": "alimony", **KIN}
    store = opened(f"sqlite:///{tmp_path / 'b'}", tmp_path, home(
        writs=[writ("A", **claim)], ledger=[proceeding("L", "E1", category="alimony", **KIN)],
        recusals=[recusal(None, "E1", party_id="kin")],
    ))  # fmt: skip
    batch(store, clerk(), as_of=NOW)
    assert holder(store, "A") != ["E1"]
    told = held(store, "assignments")["explanation"][0]
    assert "recused (¶12)" in told


def test_p11_p13_p14_the_report_says_on_whose_records_bound_writs_rest(url, tmp_path):
    from tengbol.book.record import period
    from tengbol.report.content import resting
    from tengbol.report.findings import Findings

    past = proceeding("K", "E2", case_id="case 7", debtor_id="debtor 7", closed_at=None)
    word = writ("W", origin="returned", previous_enforcer_id="E3")
    rows = [word, writ("I", case_id="case 7", debtor_id="debtor 7"), writ("N", case_id="case 8", debtor_id="debtor 8")]
    store = opened(url, tmp_path, home(writs=rows, ledger=[past]))
    batch(store, clerk(), as_of=NOW)
    ruling(store, clerk(document="No. 3 of 20 November"), "W", at=NOW)
    take(store, tmp_path, writs=[writ("B", case_id="case 8", debtor_id="debtor 8", received_at=NEXT.isoformat())])
    batch(store, clerk(at=NEXT), as_of=NEXT)
    assert holder(store, "B") == holder(store, "N"), "bound by what the book itself had given"
    record = period(store)
    assert record.batches["on_imports"].to_list() == [1, 0] and record.batches["on_word"].to_list() == [1, 0]
    (said,) = resting(record, Findings())
    counts = {name: figure.value for name, figure in said.values.items()}
    assert counts == {"bound": 3, "imports": 1, "word": 1, "ruled": 1}
    assert audit(store).ok


def test_p11_whoever_types_one_enforcer_into_what_came_back_stands_out_among_acts_by_hand(tmp_path):
    """Six rows of one clerk name E3 on their word alone; the other clerk's marks fall on whoever got the writ."""
    from tengbol.book.record import period
    from tengbol.report.alarms.alarm import Inputs
    from tengbol.report.alarms.manual import manual

    store = opened(f"sqlite:///{tmp_path / 'b'}", tmp_path, home(writs=[writ(f"N{n}") for n in range(9)]))
    take(store, tmp_path, clerk("A"), writs=[writ(f"O{n}") for n in range(9)])
    back = [writ(f"B{n}", origin="returned", previous_enforcer_id="E3") for n in range(6)]
    take(store, tmp_path, clerk("B"), writs=back)
    batch(store, clerk(), as_of=NOW)
    for n in range(9):
        mark(store, clerk("A", at=NEXT), "handed", [f"N{n}"])
    acts = period(store).events.filter(what="bound on a word")
    assert acts.select("who", "subject").rows() == [("B", "E3")] * 6
    alarm = manual(period(store), Inputs())
    assert alarm.fired
    first = alarm.cases.row(0, named=True)
    assert (first["who"], first["subject"], first["acts"], first["kinds"]) == ("B", "E3", 6, "bound on a word")
