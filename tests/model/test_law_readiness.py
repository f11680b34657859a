"""¶5, ¶6: which writs are ready for the batch, and which reason is given where there are several."""

from __future__ import annotations

import pytest
from chambers import HOME, decide
from small import CATEGORIES, enforcer, writ

ELECTRONIC = {"form": "electronic", "original_attached": None}
PAPER = {"form": "paper", "signature": None}


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({**ELECTRONIC, "signature": "valid"}, None),
        ({**ELECTRONIC, "signature": "invalid"}, "signature_not_valid"),
        ({**ELECTRONIC, "signature": "absent"}, "signature_not_valid"),
        ({**PAPER, "original_attached": "true"}, None),
        ({**PAPER, "original_attached": "false"}, "original_missing"),
        ({**ELECTRONIC, "signature": "valid", "original_attached": "false"}, None),
        ({**PAPER, "original_attached": "true", "signature": "invalid"}, None),
    ],
)
def test_p5_an_electronic_writ_needs_its_signature_a_paper_one_its_original(cells, code):
    outcome = decide(writ("W", **cells))
    assert outcome.codes == ({} if code is None else {"W": code})


@pytest.mark.parametrize(
    ("received_at", "waits"),
    [
        ("2026-11-23T09:29:59", False),
        ("2026-11-23T09:30:00", False),
        ("2026-11-23T09:30:01", True),
        ("2026-11-24T00:00:00", True),
    ],
)
def test_p5_what_came_after_the_batchs_time_waits_for_the_next(received_at, waits):
    outcome = decide(writ("W", received_at=received_at), as_of="2026-11-23T09:30:00")
    assert outcome.codes == ({"W": "received_later"} if waits else {})


LATE = {"received_at": "2026-12-31T10:00:00"}
UNSIGNED = {**ELECTRONIC, "signature": "absent"}
NO_ORIGINAL = {**PAPER, "original_attached": "false"}
NOBODY = {"debtor_district_id": "D4"}
TOO_MUCH = {"creditor_kind": "state", "amount": 10**9}
FOR_THE_STATE = {"claim": "eviction", "state_interest": "true"}


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({**TOO_MUCH, **UNSIGNED, **LATE, **NOBODY}, "state_over_1000_mci"),
        ({**TOO_MUCH, **NO_ORIGINAL, **LATE, **NOBODY}, "state_over_1000_mci"),
        ({**FOR_THE_STATE, **UNSIGNED, **LATE, **NOBODY}, "state_interest"),
        ({**UNSIGNED, **LATE, **NOBODY}, "signature_not_valid"),
        ({**NO_ORIGINAL, **LATE, **NOBODY}, "original_missing"),
        ({**LATE, **NOBODY}, "received_later"),
        (NOBODY, "no_eligible_enforcer"),
    ],
)
def test_p4_p5_p9_of_several_reasons_the_first_in_the_order_of_the_codes_is_given(cells, code):
    assert decide(writ("W", **cells)).codes == {"W": code}


def test_p5_a_writ_that_is_not_ready_neither_ties_nor_binds_nor_counts():
    """Point 3.4 speaks of writs that are valid and ready: one that waits forms no bundle and adds to no share."""
    same = {"case_id": "2/1", "debtor_id": "D-1"}
    outcome = decide(writ("A", **same, **UNSIGNED), writ("B", **same))
    assert outcome.given["B"]["bundle_id"] == "B"
    assert outcome.balance("E1")[1] == "0.333333333"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({**UNSIGNED}, ("¶5", "absent")),
        ({**NO_ORIGINAL}, ("¶5", "original")),
        (LATE, ("2026-12-31 10:00:00",)),
        (NOBODY, ("¶9", "District D4")),
    ],
)
def test_p5_the_reason_is_a_sentence_that_says_what_is_wanting(cells, words):
    text = decide(writ("W", **cells)).whole.unassigned["explanation"].item()
    assert all(word in text for word in words), text


def test_p6_a_batch_without_writs_is_a_batch():
    outcome = decide()
    assert outcome.given == outcome.codes == {}
    assert outcome.whole.balances.height == len(CATEGORIES) * len(HOME["enforcers"])


def test_p9_a_chamber_without_enforcers_gives_nothing_to_nobody():
    outcome = decide(writ("W"), enforcers=[], attachments=[])
    assert outcome.codes == {"W": "no_eligible_enforcer"}


def test_p9_one_enforcer_gets_the_one_writ():
    outcome = decide(writ("W"), enforcers=[enforcer("E1")], attachments=[])
    assert outcome.who("W") == "E1"
    assert outcome.balance("E1") == (1, "1.000000000")
