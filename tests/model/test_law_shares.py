"""¶4, ¶16: what each is due and gets, and how even it is (contract points 3.7 and 3.8)."""

from __future__ import annotations

import pytest
from chambers import decide
from small import CATEGORIES, absence, attachment, balance, enforcer, proceeding, recusal, writ

NOTHING = "0.000000000"


@pytest.mark.parametrize(
    ("size", "writs", "share"),
    [
        (1, 1, "1.000000000"),
        (2, 1, "0.500000000"),
        (3, 1, "0.333333333"),
        (3, 3, "0.999999999"),
        (6, 1, "0.166666666"),
        (7, 7, "0.999999994"),
        (7, 3, "0.428571426"),
    ],
)
def test_p4_each_writ_adds_one_billion_by_n_rounded_down_to_each_of_n(size, writs, share):
    names = [f"E{n}" for n in range(size)]
    outcome = decide(*(writ(f"W{n}") for n in range(writs)), enforcers=[enforcer(n) for n in names], attachments=[])
    assert {outcome.balance(name)[1] for name in names} == {share}


def test_p4_a_share_is_of_the_writs_own_category():
    outcome = decide(writ("W", claim="alimony"))
    assert outcome.balance("E1", "alimony")[1] == "0.333333333"
    assert outcome.balance("E1", "individual") == (0, NOTHING)


def test_p4_each_writ_of_a_bundle_counts_in_its_own_category():
    same = {"case_id": "2/1", "debtor_id": "D-1"}
    outcome = decide(writ("A", **same), writ("B", **same), writ("C", **same, claim="eviction"))
    who = outcome.who("A")
    assert outcome.balance(who, "individual") == (2, "0.666666666")
    assert outcome.balance(who, "non_property") == (1, "0.333333333")


def test_p11_a_bound_writ_adds_to_the_shares_of_its_whole_pool():
    outcome = decide(writ("W", origin="returned", previous_enforcer_id="E1"))
    assert outcome.balance("E1") == (1, "0.333333333")
    assert outcome.balance("E2") == outcome.balance("E3") == (0, "0.333333333")


def test_p10_the_attached_to_whom_a_writ_is_bound_gets_no_share_where_the_pool_is_the_registered():
    outcome = decide(
        writ("W", case_id="2/1", debtor_id="D-1"),
        ledger=[proceeding("L", "A1", case_id="2/1", debtor_id="D-1")],
        attachments=[attachment("D1", "A1")],
    )
    assert outcome.balance("A1") == (1, NOTHING)
    assert outcome.balance("E1") == (0, "0.333333333")


def test_p4_his_excess_counts_in_the_objective_though_he_stands_in_no_pool():
    """Three with −0.333 and one with +1: 3 × 333² + 1000² squared thousandths; in all categories alike."""
    outcome = decide(
        writ("W", case_id="2/1", debtor_id="D-1"),
        ledger=[proceeding("L", "A1", case_id="2/1", debtor_id="D-1")],
        attachments=[attachment("D1", "A1")],
    )
    assert outcome.whole.proof.objective == outcome.whole.proof.objective_total == 3 * 333**2 + 1000**2


def test_p4_an_unassigned_writ_adds_to_nobodys_share():
    outcome = decide(writ("W", form="paper", signature=None, original_attached="false"))
    assert outcome.balance("E1") == (0, NOTHING)


def test_p18_whoever_is_away_is_due_nothing_of_what_passed_meanwhile():
    outcome = decide(writ("W"), absences=[absence("E1")])
    assert [outcome.balance(name)[1] for name in ("E1", "E2", "E3")] == [NOTHING, "0.500000000", "0.500000000"]


def test_p18_whoever_comes_back_is_not_flooded():
    """E1 was away while E2 and E3 got 100 each and were due as much: he is level with them now."""
    names = ("E1", "E2", "E3")
    balances = [balance(name, "individual", 100, "100") for name in names[1:]]
    outcome = decide(*(writ(f"W{n}") for n in range(3)), balances=balances)
    assert {outcome.who(f"W{n}") for n in range(3)} == set(names)


def test_p4_opening_balances_are_carried_on_to_the_last_billionth():
    outcome = decide(writ("W"), balances=[balance("E1", "individual", 5, "4.123456789")])
    received, share = outcome.balance("E1")
    assert (received, share) == (5, "4.456790122")


def test_p16_there_is_a_closing_balance_for_every_licensed_enforcer_and_category():
    enforcers = [
        enforcer("E1"),
        enforcer("away"),
        enforcer("elsewhere", "D4"),
        enforcer("last day", licensed_to="2026-11-23"),
        enforcer("gone", licensed_to="2026-11-22"),
        enforcer("to come", licensed_from="2026-11-24"),
    ]
    outcome = decide(writ("W"), enforcers=enforcers, attachments=[], absences=[absence("away")])
    rows = outcome.whole.balances
    assert set(rows["enforcer_id"]) == {"E1", "away", "elsewhere", "last day"}
    assert rows.select("enforcer_id", "category").is_unique().all()
    assert rows.height == 4 * len(CATEGORIES)
    assert rows.columns == ["enforcer_id", "category", "received", "share"]


def test_p4_a_gap_between_two_licences_carries_his_balances_on():
    """A share says what was due while he stood in a pool; a day without a licence takes nothing of that away."""
    gone = [enforcer("E1"), enforcer("E2", licensed_to="2026-11-22"), enforcer("E3", licensed_from="2026-11-24")]
    given = [balance("E2", "state", 104, "109.5"), balance("E3", "alimony", 0, "0")]
    outcome = decide(writ("W"), enforcers=gone, attachments=[], balances=given)
    assert outcome.balance("E2", "state") == (104, "109.500000000")
    assert outcome.balance("E2") == outcome.balance("E3", "alimony") == (0, NOTHING)
    assert outcome.whole.balances.height == 3 * len(CATEGORIES)
    assert set(outcome.whole.standing["enforcer_id"]) == {"E1"}


# ---- The objective (point 3.8)


def alone(received: int, share: str, **tables) -> int:
    """The first objective when E1 alone gets one writ of his own, from these opening balances."""
    outcome = decide(
        writ("W"), enforcers=[enforcer("E1")], attachments=[], balances=[balance("E1", "individual", received, share)],
        **tables,
    )  # fmt: skip
    assert outcome.whole.proof.first
    assert outcome.whole.proof.second
    return outcome.whole.proof.objective


@pytest.mark.parametrize(
    ("received", "share", "thousandths"),
    [
        (0, "0.000499999", 0),
        (0, "0.000500000", 0),
        (0, "0.000500001", 1),
        (0, "0.001500000", 2),
        (0, "0.001499999", 1),
        (0, "0.002500000", 2),
        (0, "0.003500000", 4),
        (1, "0.000500000", 1000),
        (1, "0.998500000", 2),
        (1, "0.999500000", 0),
        (3, "2.999500000", 0),
        (3, "2.998500000", 2),
        (0, "7.000000000", 7000),
    ],
)
def test_p4_excess_is_taken_to_the_nearest_thousandth_half_to_even(received, share, thousandths):
    assert alone(received, share) == thousandths**2


def test_p4_those_who_neither_stand_in_a_pool_nor_receive_do_not_count():
    balances = [balance("E1", "individual", 0, "0"), balance("A1", "individual", 99, "0")]
    outcome = decide(writ("W"), enforcers=[enforcer("E1"), enforcer("A1", "D3")], attachments=[], balances=balances)
    assert outcome.whole.proof.objective == 0


def test_p4_other_categories_of_those_in_a_pool_do_count():
    """E1 is due nothing more, but his 2 alimony writs too many stay uneven: 2² in both sums."""
    outcome = decide(writ("W"), enforcers=[enforcer("E1")], attachments=[], balances=[balance("E1", "alimony", 2, "0")])
    assert (outcome.whole.proof.objective, outcome.whole.proof.objective_total) == (2000**2, 2000**2)


def test_p4_whoever_is_behind_in_the_category_gets_the_writ():
    balances = [
        balance("E1", "individual", 4, "3"),
        balance("E2", "individual", 3, "4"),
        balance("E3", "individual", 3, "3"),
    ]
    assert decide(writ("W"), balances=balances).who("W") == "E2"


def test_p4_whoever_is_behind_in_another_category_does_not_get_it_for_that():
    """By category first: E2 is far behind in alimony, E3 a little in money."""
    balances = [balance("E2", "alimony", 0, "50"), balance("E3", "individual", 0, "0.1")]
    assert decide(writ("W"), balances=balances).who("W") == "E3"


def test_p4_between_equals_in_the_category_whoever_has_least_in_all_gets_it():
    """Second objective: all are level in money; E3 has fewest of everything else."""
    balances = [balance("E1", "alimony", 5, "5"), balance("E2", "alimony", 6, "5"), balance("E3", "alimony", 4, "5")]
    assert decide(writ("W"), balances=balances).who("W") == "E3"


def test_p4_a_bundle_goes_where_it_leaves_all_most_even_and_single_writs_make_up_for_it():
    """Two enforcers, a bundle of three and three single writs: three each."""
    same = {"case_id": "2/1", "debtor_id": "D-1"}
    outcome = decide(
        *(writ(f"B{n}", **same) for n in range(3)),
        *(writ(f"W{n}") for n in range(3)),
        absences=[absence("E3")],
    )
    assert len({outcome.who(f"W{n}") for n in range(3)}) == 1
    assert outcome.who("W0") != outcome.who("B0")
    assert outcome.whole.proof.objective == 0


def test_p4_what_one_receives_by_a_binding_the_others_make_up_for():
    outcome = decide(writ("bound", origin="returned", previous_enforcer_id="E1"), writ("V"), writ("W"))
    assert {outcome.who("V"), outcome.who("W")} == {"E2", "E3"}
    assert {outcome.balance(name) for name in ("E1", "E2", "E3")} == {(1, "0.999999999")}


def test_p12_what_one_alone_may_have_is_due_to_him_alone_and_is_not_held_against_him():
    """Whatever E1 received of V, it was his share; of three more writs he gets one like the others."""
    outcome = decide(
        *(writ(name) for name in ("V", "W1", "W2", "W3")),
        recusals=[recusal("V", "E2"), recusal("V", "E3")],
    )
    assert outcome.who("V") == "E1"
    assert {outcome.who(f"W{n}") for n in (1, 2, 3)} == {"E1", "E2", "E3"}
    assert outcome.balance("E1") == (2, "1.999999999")
