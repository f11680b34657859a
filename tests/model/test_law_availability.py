"""¶3(3), ¶17, ¶18: who is there on the batch day."""

from __future__ import annotations

import pytest
from chambers import decide
from small import absence, enforcer, writ

DAY, EVE, MORROW = "2026-11-23", "2026-11-22", "2026-11-24"
REASONS = (
    "licence_suspended",
    "licence_terminated",
    "licence_revoked",
    "expelled",
    "long_absence",
    "transferred",
    "leave",
    "study_leave",
    "sickness",
    "business_trip",
    "chamber_office",
)


def receives(**tables) -> bool:
    """Whether E1, alone in his district, gets the one writ there is."""
    outcome = decide(writ("W"), **{"enforcers": [enforcer("E1")], "attachments": [], **tables})
    assert ("W" in outcome.given) != (outcome.codes.get("W") == "no_eligible_enforcer")
    return "W" in outcome.given


@pytest.mark.parametrize("reason", REASONS)
def test_p3_p17_p18_whoever_is_absent_for_any_reason_receives_nothing(reason):
    assert not receives(absences=[absence("E1", reason)])


@pytest.mark.parametrize("reason", ["licence_revoked", "leave", "chamber_office"])
@pytest.mark.parametrize(
    ("start", "end", "there"),
    [
        (DAY, DAY, False),
        (EVE, DAY, False),
        (DAY, MORROW, False),
        (DAY, None, False),
        ("2020-01-01", None, False),
        (MORROW, None, True),
        (MORROW, MORROW, True),
        ("2026-11-01", EVE, True),
    ],
)
def test_p3_p17_p18_an_absence_counts_from_its_first_to_its_last_day(reason, start, end, there):
    assert receives(absences=[absence("E1", reason, start=start, end=end)]) == there


@pytest.mark.parametrize(
    ("licensed_from", "licensed_to", "there"),
    [
        (DAY, None, True),
        ("2020-01-01", DAY, True),
        (DAY, DAY, True),
        (MORROW, None, False),
        ("2020-01-01", EVE, False),
    ],
)
def test_p3_a_licence_counts_from_its_first_to_its_last_day(licensed_from, licensed_to, there):
    assert receives(enforcers=[enforcer("E1", licensed_from=licensed_from, licensed_to=licensed_to)]) == there


def test_p3_one_absence_that_is_over_does_not_end_another():
    over, lasting = absence("E1", "leave", start="2026-01-01", end="2026-01-31"), absence("E1", "sickness", end=None)
    assert not receives(absences=[over, lasting])
    assert not receives(absences=[lasting, over])


def test_p18_the_absence_of_one_is_not_the_absence_of_another():
    outcome = decide(*(writ(f"W{n}") for n in range(6)), absences=[absence("E2")])
    assert {row["enforcer_id"] for row in outcome.given.values()} == {"E1", "E3"}
    assert {row["pool_size"] for row in outcome.given.values()} == {2}


def test_p17_the_holder_of_an_office_keeps_what_he_has_and_is_due_nothing_meanwhile():
    outcome = decide(
        writ("W"),
        absences=[absence("E1", "chamber_office", end=None)],
        balances=[{"enforcer_id": "E1", "category": "individual", "received": 7, "share": "6.5"}],
    )
    assert outcome.balance("E1") == (7, "6.500000000")
    assert outcome.balance("E2")[1] == "0.500000000"
