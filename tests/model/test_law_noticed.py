"""What is not stopped but told: terms that passed (¶7), strangers (¶3(3)), one case number of two courts (¶14)."""

from __future__ import annotations

import pytest
from chambers import decide
from small import enforcer, proceeding, writ

from tengbol.report.noticed import notes

#: A Monday; what was received on Tuesday the 17th was to be distributed by Friday the 20th, a term that has passed.
OLD, YOUNG = "2026-11-17T10:00:00", "2026-11-18T10:00:00"
FROM_X = {"origin": "redistributed", "previous_enforcer_id": "x"}
CASE = {"case_id": "2-15", "debtor_id": "D"}


def told(*writs, **tables):
    return "\n".join(notes(decide(*writs, **tables).whole))


def test_p7_a_writ_past_its_term_is_called_late_with_the_day_and_counted():
    outcome = decide(
        writ("old", received_at=OLD),
        writ("young", received_at=YOUNG),
        writ("at once", received_at="2026-11-20T10:00:00", immediate="true"),
        writ("unsigned", received_at=OLD, signature="invalid"),
        writ("not ours", received_at=OLD, claim="eviction", state_interest="true"),
    )
    assert outcome.explanation("old").endswith(" Late: it was to be distributed by 2026-11-20 (¶7).")
    assert outcome.explanation("at once").endswith(" Late: it was to be distributed by 2026-11-20 (¶7).")
    assert "Late" not in outcome.explanation("young")
    assert (outcome.whole.counts["late"], outcome.whole.counts["late_waiting"]) == (2, 1)
    assert "late: 2 of the writs distributed, 1 of those that still wait" in "\n".join(notes(outcome.whole))


def test_p7_nothing_is_said_where_nothing_is_late():
    assert not told(writ("W", received_at=YOUNG))


def test_p3_a_writ_redistributed_from_somebody_whom_nobody_knows_is_named():
    assert "W" in told(writ("W", **FROM_X))
    assert not told(writ("W", **FROM_X), enforcers=[enforcer("E1"), enforcer("x", licensed_to="2025-12-31")])
    assert not told(writ("W", **FROM_X), ledger=[proceeding("W", "x", closed_at="2026-11-01T10:00:00")])


@pytest.mark.parametrize(
    ("one", "other", "named"),
    [
        ("Court of Astana", "Court of Semey", True),
        ("Court of Astana", " court  of ASTANA", False),
    ],
)
def test_p14_one_case_number_of_two_courts_stays_together_and_is_named(one, other, named):
    pair = [writ("V", issued_by=one, **CASE), writ("W", issued_by=other, **CASE)]
    outcome = decide(*pair)
    assert outcome.given["V"]["bundle_id"] == outcome.given["W"]["bundle_id"]
    assert ("2-15" in "\n".join(notes(outcome.whole))) == named


def test_p14_nor_does_it_matter_how_often_a_ledger_that_nobody_read_tells_of_a_proceeding():
    """From Python a ledger comes as it is; to stand there twice made two writs of one, and others' rows were missed."""
    pair = [writ("V", issued_by="Court of Astana", **CASE), writ("W", issued_by="Court of Semey", **CASE)]
    outcome = decide(writ("A"), *pair, ledger=[proceeding("A", "E1")] * 2)
    assert outcome.whole.unassigned.select("writ_id", "code").rows() == [("A", "already_distributed")]
    assert "2-15" in "\n".join(notes(outcome.whole))
