"""¶4: into which of the five categories a writ falls, and which claims are not distributed at all."""

from __future__ import annotations

import datetime as dt

import pytest
from chambers import decide
from small import writ

from tengbol.config import Config
from tengbol.parameters import MCI
from tengbol.report.unindexed import notes


@pytest.mark.parametrize(
    ("claim", "creditor_kind", "category"),
    [
        ("money", "individual", "individual"),
        ("money", "legal_entity", "legal_entity"),
        ("money", "state", "state"),
        ("alimony", "individual", "alimony"),
        ("alimony", "legal_entity", "alimony"),
        ("alimony", "state", "alimony"),
        ("eviction", "individual", "non_property"),
        ("move_in", "individual", "non_property"),
        ("demolition", "state", "non_property"),
        ("land_seizure", "legal_entity", "non_property"),
        ("other_non_property", "state", "non_property"),
    ],
)
def test_p4_the_category_follows_the_claim_and_for_money_the_creditor(claim, creditor_kind, category):
    outcome = decide(writ("W", claim=claim, creditor_kind=creditor_kind))
    assert outcome.given["W"]["category"] == category


@pytest.mark.parametrize(
    ("received_at", "amount", "code"),
    [
        ("2026-11-20T10:00:00", "4325000", None),
        ("2026-11-20T10:00:00", "4325000.01", "state_over_1000_mci"),
        ("2025-12-31T23:59:59", "3932000", None),
        ("2025-12-31T23:59:59", "3932000.01", "state_over_1000_mci"),
        ("2025-12-31T23:59:59", "4325000", "state_over_1000_mci"),
        ("2026-01-01T00:00:00", "4325000", None),
        ("2025-01-01T00:00:00", "3932000", None),
        ("2026-11-20T10:00:00", "0", None),
    ],
)
def test_p4_a_claim_of_the_state_counts_up_to_1000_mci_of_the_day_of_receipt(received_at, amount, code):
    outcome = decide(writ("W", creditor_kind="state", amount=amount, received_at=received_at))
    assert outcome.codes.get("W") == code
    assert ("W" in outcome.given) == (code is None)


@pytest.mark.parametrize(
    ("received_at", "mci"),
    [
        ("2020-03-31T12:00:00", 2651),
        ("2020-04-01T00:00:00", 2778),
        ("2020-12-31T23:59:59", 2778),
        ("2023-06-01T12:00:00", 3450),
        ("2019-01-01T00:00:00", 2525),
        ("2024-12-31T23:59:59", 3692),
    ],
)
def test_p4_the_table_of_mci_goes_by_date_also_within_a_year(received_at, mci):
    at, over = 1000 * mci, 1000 * mci + 1
    outcome = decide(
        writ("at", creditor_kind="state", amount=at, received_at=received_at),
        writ("over", creditor_kind="state", amount=over, received_at=received_at),
    )
    assert "at" in outcome.given
    assert outcome.codes == {"over": "state_over_1000_mci"}


@pytest.mark.parametrize("amount", ["1", "2525000", "9000000"])
def test_p4_a_claim_of_the_state_of_a_day_before_the_table_waits(amount):
    outcome = decide(
        writ("W", creditor_kind="state", amount=amount, received_at="2018-12-31T23:59:59", issued_on="2018-12-01")
    )
    assert outcome.codes == {"W": "mci_unknown"}
    assert "2018-12-31" in outcome.whole.unassigned["explanation"].item()


def test_p4_after_the_last_year_of_the_table_only_what_no_index_can_exceed_is_distributed():
    outcome = decide(
        writ("up to it", creditor_kind="state", amount=4_325_000, received_at="2027-01-11T10:00:00"),
        writ("dearer", creditor_kind="state", amount="4325000.01", received_at="2028-01-11T10:00:00"),
        writ("last day", creditor_kind="state", amount="4325000.01", received_at="2026-12-31T10:00:00"),
        writ("alimony", claim="alimony", creditor_kind="state", received_at="2027-01-11T10:00:00"),
        as_of="2028-01-12T18:00:00",
    )
    assert outcome.codes == {"dearer": "mci_unknown", "last day": "state_over_1000_mci"}
    assert {"up to it", "alimony"} == set(outcome.given)
    told = [(one.year, one.claims, one.waiting, one.mci) for one in outcome.whole.unindexed]
    assert told == [(2027, 1, 0, 4325), (2028, 1, 1, 4325)]
    for language, word in (("en", "MCI"), ("kk", "АЕК"), ("ru", "МРП")):
        first, second = notes(outcome.whole.unindexed, language)
        assert word in first
        assert "2027" in first
        assert "2028" in second


def test_p4_settings_add_to_the_table_of_the_law():
    config = Config(mci={dt.date(2027, 1, 1): 4500})
    outcome = decide(
        writ("old", creditor_kind="state", amount=2_525_000, received_at="2019-01-01T10:00:00", issued_on="2018-12-01"),
        writ("new", creditor_kind="state", amount=4_500_000, received_at="2027-01-11T10:00:00"),
        as_of="2027-01-12T18:00:00",
        config=config,
    )
    assert set(outcome.given) == {"old", "new"}
    assert not outcome.whole.unindexed


def test_p4_an_mci_in_the_settings_takes_the_place_of_the_known_one():
    config = Config(mci={**MCI, dt.date(2026, 7, 1): 5000})
    outcome = decide(
        writ("june", creditor_kind="state", amount=5_000_000, received_at="2026-06-30T12:00:00"),
        writ("july", creditor_kind="state", amount=5_000_000, received_at="2026-07-01T00:00:00"),
        config=config,
    )
    assert outcome.codes == {"june": "state_over_1000_mci"}
    assert "july" in outcome.given


@pytest.mark.parametrize("kind", ["individual", "legal_entity"])
def test_p4_the_limit_is_for_claims_of_the_state_alone(kind):
    assert "W" in decide(writ("W", creditor_kind=kind, amount=10**9)).given


def test_p4_alimony_for_the_state_has_no_limit():
    assert "W" in decide(writ("W", claim="alimony", creditor_kind="state", amount=10**9)).given


@pytest.mark.parametrize("claim", ["eviction", "move_in", "demolition", "land_seizure", "other_non_property"])
def test_p4_non_property_claims_in_the_states_interest_are_not_distributed(claim):
    outcome = decide(writ("own", claim=claim), writ("state's", claim=claim, state_interest="true"))
    assert outcome.codes == {"state's": "state_interest"}
    assert outcome.given["own"]["category"] == "non_property"


@pytest.mark.parametrize("claim", ["money", "alimony"])
def test_p4_the_states_interest_keeps_back_non_property_claims_alone(claim):
    assert "W" in decide(writ("W", claim=claim, state_interest="true")).given


def test_p4_the_reason_for_a_claim_of_the_state_names_the_sum_and_the_limit():
    text = decide(writ("W", creditor_kind="state", amount="4325000.01")).whole.unassigned["explanation"].item()
    assert "¶4" in text
    assert "4325000.01" in text
    assert "4325000 " in text
