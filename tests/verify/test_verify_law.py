"""The checker's own reading of the law, paragraph by paragraph, in tiny chambers."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256

import pytest
from small import (
    AS_OF,
    SEED,
    absence,
    attachment,
    district,
    enforcer,
    proceeding,
    recusal,
    writ,
    write_tables,
)

from tengbol.io.read import read
from tengbol.verify.bundles import derive
from tengbol.verify.calendar import WorkingDays
from tengbol.verify.law import CATEGORIES, writs_of
from tengbol.verify.lot import deal
from tengbol.verify.settings import MCI

HOME = frozenset({"E1", "E2", "E3"})


@pytest.fixture
def law(tmp_path):
    """Derive a chamber of three districts: three enforcers of D1, and one of D3 attached to D1 and D2."""

    def of(writs, **tables):
        folder = write_tables(
            tmp_path / "in",
            **{
                "districts": [district(f"D{n}") for n in range(1, 4)],
                "enforcers": [*(enforcer(name) for name in sorted(HOME)), enforcer("E5", "D3")],
                "attachments": [attachment("D1", "E5"), attachment("D2", "E5")],
                **{"absences": [], "recusals": [], "ledger": [], "writs": writs},
                **tables,
            },
        )
        reading = read(folder)
        assert reading.rejected.is_empty(), reading.rejected
        chamber = reading.chamber
        return derive(chamber, writs_of(chamber.writs), datetime.fromisoformat(AS_OF), MCI, SEED)

    return of


def only(derived):
    (bundle,) = derived.bundles
    return bundle


@pytest.mark.parametrize(
    ("cells", "category"),
    [
        ({}, "individual"),
        ({"creditor_kind": "legal_entity"}, "legal_entity"),
        ({"creditor_kind": "state", "amount": 4325000}, "state"),
        ({"claim": "alimony", "amount": None}, "alimony"),
        ({"claim": "move_in", "amount": None, "creditor_kind": "state"}, "non_property"),
        (
            {
                "creditor_kind": "state",
                "amount": 3932000,
                "received_at": "2025-12-31T18:00:00",
                "issued_on": "2025-12-01",
            },
            "state",
        ),
        ({"claim": "alimony", "amount": None, "state_interest": "true"}, "alimony"),
    ],
)
def test_paragraph_4_categories(law, cells, category):
    assert law([writ("w", **cells)]).category == {"w": category}


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"creditor_kind": "state", "amount": 4325000.01}, "state_over_1000_mci"),
        (
            {
                "creditor_kind": "state",
                "amount": 3932000.5,
                "received_at": "2025-12-31T18:00:00",
                "issued_on": "2025-12-01",
            },
            "state_over_1000_mci",
        ),
        (
            {"creditor_kind": "state", "amount": 1, "received_at": "2018-12-31T18:00:00", "issued_on": "2018-12-01"},
            "mci_unknown",
        ),
        ({"creditor_kind": "state", "amount": 4325000.01, "received_at": "2027-01-01T00:00:00"}, "mci_unknown"),
        ({"creditor_kind": "state", "amount": 4325000, "received_at": "2027-01-01T00:00:00"}, "received_later"),
        ({"claim": "other_non_property", "amount": None, "state_interest": "true"}, "state_interest"),
        ({"signature": "absent"}, "signature_not_valid"),
        ({"form": "paper", "signature": "valid", "original_attached": "false"}, "original_missing"),
        ({"received_at": "2026-11-23T09:30:01"}, "received_later"),
        ({"received_at": "2026-11-24T09:00:00", "signature": "invalid"}, "signature_not_valid"),
        (
            {"creditor_kind": "state", "amount": 9e9, "signature": "invalid"},
            "state_over_1000_mci",
        ),
    ],
)
def test_paragraphs_4_to_6_the_first_code_that_applies(law, cells, code):
    assert law([writ("w", **cells)]).code == {"w": code}


def test_a_writ_received_at_the_very_time_of_the_batch_is_in_it(law):
    assert not law([writ("w", received_at=AS_OF)]).code


@pytest.mark.parametrize(
    ("cells", "there"),
    [
        ({"start": "2026-11-23", "end": "2026-11-23"}, False),
        ({"start": "2026-11-01", "end": "2026-11-22"}, True),
        ({"start": "2026-11-24", "end": None}, True),
        ({"start": "2026-11-01", "end": None}, False),
        ({"reason": "chamber_office", "start": "2026-01-01", "end": None}, False),
    ],
)
def test_paragraphs_17_and_18_absence_counts_both_its_days(law, cells, there):
    derived = law([writ("w")], absences=[absence("E1", **cells)])
    assert ("E1" in only(derived).pool) == there


@pytest.mark.parametrize(
    ("cells", "there"),
    [
        ({"licensed_to": "2026-11-23"}, True),
        ({"licensed_to": "2026-11-22"}, False),
        ({"licensed_from": "2026-11-24"}, False),
    ],
)
def test_a_licence_counts_both_its_days(law, cells, there):
    derived = law([writ("w")], enforcers=[enforcer("E1", **cells), enforcer("E2")], attachments=[])
    assert ("E1" in only(derived).pool) == there


def test_paragraph_9_those_registered_come_before_those_attached(law):
    bundle = only(law([writ("w")]))
    assert (bundle.pool, bundle.basis) == (HOME, "registered")


def test_paragraph_9_those_attached_where_nobody_is_registered(law):
    bundle = only(law([writ("w", debtor_district_id="D2")]))
    assert (bundle.pool, bundle.basis) == ({"E5"}, "attached")


def test_paragraph_9_an_attachment_that_ended_counts_no_more(law):
    ended = [attachment("D2", "E5", valid_to="2026-11-22")]
    assert law([writ("w", debtor_district_id="D2")], attachments=ended).code == {"w": "no_eligible_enforcer"}


def test_paragraph_12_when_all_registered_are_recused_the_attached_follow(law):
    derived = law([writ("w")], recusals=[recusal("w", name) for name in sorted(HOME)])
    assert (only(derived).pool, only(derived).basis) == ({"E5"}, "attached")


def test_paragraph_12_a_recusal_for_one_writ_counts_for_its_bundle(law):
    pair = [writ("a", case_id="K", debtor_id="d-1"), writ("b", case_id="K", debtor_id="d-1")]
    bundle = only(law(pair, recusals=[recusal("b", "E1")]))
    assert bundle.pool == HOME - {"E1"}


def test_paragraph_14_one_case_and_debtor_is_one_bundle_named_by_its_smallest_writ(law):
    derived = law(
        [
            writ("b", case_id="K", debtor_id="d-1"),
            writ("a", case_id="K", debtor_id="d-1"),
            writ("c", case_id="K", debtor_id="e-1"),
            writ("f", case_id="K", debtor_id="d-1", debtor_district_id="D2"),
            writ("g", debtor_id="d-1"),
        ]
    )
    assert sorted((b.bundle_id, len(b.writs)) for b in derived.bundles) == [
        ("a", 2),
        ("c", 1),
        ("f", 1),
        ("g", 1),
    ]


def test_paragraphs_13_and_14_bundles_join_transitively(law):
    derived = law(
        [
            writ("a", case_id="K", debtor_id="d-1"),
            writ("b", case_id="K", debtor_id="d-1", claim="alimony", amount=None),
            writ("c", debtor_id="d-1", claim="alimony", amount=None),
        ]
    )
    counts = {name: writs for name, writs in zip(CATEGORIES, only(derived).counts, strict=True) if writs}
    assert (only(derived).bundle_id, counts) == ("a", {"individual": 1, "alimony": 2})


def test_paragraph_14_a_writ_that_is_not_ready_joins_nothing(law):
    derived = law(
        [
            writ("b", case_id="K", debtor_id="d-1"),
            writ("a", case_id="K", debtor_id="d-1", signature="invalid"),
        ]
    )
    assert only(derived).bundle_id == "b"


ALIMONY = {"claim": "alimony", "amount": None, "debtor_id": "d-1"}


def test_paragraph_13_comes_before_14_and_14_before_11(law):
    held = [
        proceeding("p", "E1", debtor_id="d-1", category="alimony"),
        proceeding("q", "E2", debtor_id="d-1", case_id="K"),
    ]
    one = {"case_id": "K", "origin": "returned", "previous_enforcer_id": "E3"}
    found = law([writ("w", **ALIMONY, **one)], ledger=held)
    assert (only(found).bound_to, only(found).basis) == ("E1", "alimony_debtor")
    found = law([writ("w", debtor_id="d-1", **one)], ledger=held)
    assert (only(found).bound_to, only(found).basis) == ("E2", "same_case")
    found = law([writ("w", debtor_id="d-1", **one)])
    assert (only(found).bound_to, only(found).basis) == ("E3", "returned")


def test_paragraph_13_binds_alimony_writs_only(law):
    held = [proceeding("p", "E1", debtor_id="d-1", category="alimony")]
    assert only(law([writ("w", debtor_id="d-1")], ledger=held)).bound_to is None


def test_a_closed_proceeding_binds_nothing(law):
    held = [proceeding("p", "E1", debtor_id="d-1", category="alimony", closed_at="2026-10-01T10:00:00")]
    assert only(law([writ("w", **ALIMONY)], ledger=held)).bound_to is None


@pytest.mark.parametrize("origin", ["redistributed", "forwarded"])
def test_paragraph_13_another_proceeding_is_none_that_the_batch_distributes(law, origin):
    again = {"origin": origin, "previous_enforcer_id": "E1", **ALIMONY}
    own = [proceeding("w", "E1", debtor_id="d-1", category="alimony")]
    bundle = only(law([writ("w", **again), writ("x", **ALIMONY)], ledger=own))
    # It is bound by ¶11, where it is, and not by its own proceeding.
    assert (bundle.bound_to, bundle.basis) == (
        (None, "registered") if origin == "redistributed" else ("E1", "returned")
    )


def first_in_the_lot(*names):
    return min(names, key=lambda name: sha256(f"{SEED}:holder:{name}".encode()).hexdigest())


def test_of_several_holders_the_latest_then_whom_the_lot_puts_first(law):
    held = [
        proceeding("p", "E1", debtor_id="d-1", category="alimony", assigned_at="2026-03-02T12:00:00"),
        proceeding("q", "E3", debtor_id="d-1", category="alimony", assigned_at="2026-04-02T12:00:00"),
        proceeding("r", "E2", debtor_id="d-1", category="alimony", assigned_at="2026-04-02T12:00:00"),
    ]
    assert only(law([writ("w", **ALIMONY)], ledger=held)).bound_to == first_in_the_lot("E2", "E3")


def test_paragraph_10_a_holder_from_elsewhere_absent_or_recused_loses_the_writ_to_the_next_test(law):
    held = [proceeding("p", "E5", debtor_id="d-1", category="alimony")]
    assert only(law([writ("w", **ALIMONY)], ledger=held)).bound_to == "E5"
    assert only(law([writ("w", **ALIMONY)], ledger=held, attachments=[])).bound_to is None
    assert only(law([writ("w", **ALIMONY)], ledger=held, absences=[absence("E5")])).bound_to is None
    assert only(law([writ("w", **ALIMONY)], ledger=held, recusals=[recusal("w", "E5")])).bound_to is None


def test_a_bound_bundle_keeps_the_pool_of_its_district(law):
    held = [proceeding("p", "E5", debtor_id="d-1", category="alimony")]
    assert only(law([writ("w", **ALIMONY)], ledger=held)).pool == HOME


@pytest.mark.parametrize(("origin", "bound"), [("returned", True), ("forwarded", True), ("redistributed", False)])
def test_paragraph_11_binds_the_returned_and_the_forwarded(law, origin, bound):
    bundle = only(law([writ("w", origin=origin, previous_enforcer_id="E2")]))
    assert (bundle.bound_to, bundle.basis) == (("E2", "returned") if bound else (None, "registered"))


def test_paragraph_11_of_several_the_latest_who_may_take_it_then_whom_the_lot_puts_first(law):
    pair = [
        writ("a", case_id="K", debtor_id="d-1", origin="returned", previous_enforcer_id="E3"),
        writ("b", case_id="K", debtor_id="d-1", origin="returned", previous_enforcer_id="E2"),
    ]
    assert only(law(pair)).bound_to == first_in_the_lot("E2", "E3")
    for name, other in (("E2", "E3"), ("E3", "E2")):
        assert only(law(pair, absences=[absence(name)])).bound_to == other
    later = [{**pair[0], "received_at": "2026-11-20T10:00:01"}, pair[1]]
    assert only(law(later)).bound_to == "E3"


@pytest.mark.parametrize(
    ("day", "count", "due"),
    [
        ("2026-11-20", 3, "2026-11-25"),  # over a weekend
        ("2026-11-21", 1, "2026-11-23"),  # from a Saturday
        ("2026-10-23", 1, "2026-10-27"),  # Republic Day moved to the Monday
        ("2026-12-15", 1, "2026-12-17"),  # over Independence Day
        ("2025-01-02", 1, "2025-01-05"),  # a Sunday made a working day by decree
        ("2026-08-28", 1, "2026-08-31"),  # 30 August is no holiday any more
    ],
)
def test_working_days_of_kazakhstan(day, count, due):
    days = WorkingDays(frozenset(), frozenset())
    assert days.after(date.fromisoformat(day), count) == date.fromisoformat(due)


def test_a_late_decree_comes_before_the_library():
    saturday, monday = date(2026, 11, 21), date(2026, 11, 23)
    days = WorkingDays(frozenset({monday}), frozenset({saturday}))
    assert days.after(date(2026, 11, 20), 1) == saturday
    assert days.after(saturday, 1) == date(2026, 11, 24)


def test_the_lot_can_be_replayed_by_hand():
    def hexes(kind, names):
        return sorted(names, key=lambda name: sha256(f"ab12:{kind}:{name}".encode()).hexdigest())

    first, second, third = hexes("writ", ["a", "b", "c"])
    one, two = hexes("enforcer", ["E1", "E2"])
    dealt = deal("ab12", ["a", "b", "c"], {one: 1, two: 2})
    assert dealt == {first: one, second: two, third: two}
