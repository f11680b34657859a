"""¶9, ¶10, ¶12: among whom a writ is distributed."""

from __future__ import annotations

import pytest
from chambers import HOME, decide
from small import absence, attachment, enforcer, recusal, writ

DAY, EVE, MORROW = "2026-11-23", "2026-11-22", "2026-11-24"


def pool(*, district_id="D1", basis="registered", **tables) -> set[str]:
    """All who receive of many writs in one district: the pool, seen from outside."""
    outcome = decide(*(writ(f"W{n}", debtor_district_id=district_id) for n in range(12)), **tables)
    receivers = {row["enforcer_id"] for row in outcome.given.values()}
    assert {(row["basis"], row["pool_size"]) for row in outcome.given.values()} <= {(basis, len(receivers))}
    return receivers


def test_p9_the_registered_of_the_district_get_it():
    assert pool() == {"E1", "E2", "E3"}


def test_p9_without_registered_enforcers_the_attached_get_it():
    assert pool(district_id="D2", basis="attached") == {"A1", "A2"}


def test_p9_while_one_registered_is_there_the_attached_get_nothing():
    attachments = [attachment("D1", "A1"), attachment("D1", "A2")]
    assert pool(attachments=attachments, absences=[absence("E1"), absence("E2")]) == {"E3"}


def test_p9_when_all_registered_are_away_the_attached_get_it():
    away = [absence(name) for name in ("E1", "E2", "E3")]
    assert pool(attachments=[attachment("D1", "A1")], absences=away, basis="attached") == {"A1"}


def test_p10_without_either_nobody_gets_it():
    outcome = decide(writ("W", debtor_district_id="D4"))
    assert outcome.codes == {"W": "no_eligible_enforcer"}


def test_p10_when_the_attached_are_away_too_nobody_gets_it():
    outcome = decide(writ("W", debtor_district_id="D2"), absences=[absence("A1"), absence("A2")])
    assert outcome.codes == {"W": "no_eligible_enforcer"}


@pytest.mark.parametrize(
    ("span", "serves"),
    [
        ({"valid_from": DAY}, True),
        ({"valid_from": MORROW}, False),
        ({"valid_to": DAY}, True),
        ({"valid_to": EVE}, False),
        ({"valid_from": DAY, "valid_to": DAY}, True),
        ({"valid_to": None}, True),
    ],
)
def test_p9_an_attachment_counts_from_its_first_to_its_last_day(span, serves):
    outcome = decide(writ("W", debtor_district_id="D2"), attachments=[attachment("D2", "A1", **span)])
    assert ("W" in outcome.given) == serves


def test_p9_two_attachments_to_one_district_are_one_place_in_its_pool():
    twice = [attachment("D2", "A1"), attachment("D2", "A1", valid_from="2021-01-01"), attachment("D2", "A2")]
    assert pool(district_id="D2", basis="attached", attachments=twice) == {"A1", "A2"}


def test_p9_whoever_is_attached_where_he_is_registered_counts_as_registered_and_once():
    assert pool(attachments=[attachment("D1", "E1")]) == {"E1", "E2", "E3"}


def test_p9_an_attachment_to_one_district_is_none_to_another():
    outcome = decide(writ("W", debtor_district_id="D4"), attachments=[attachment("D2", "A1")])
    assert outcome.codes == {"W": "no_eligible_enforcer"}


def test_p9_an_attached_enforcer_still_serves_the_district_of_his_registration():
    assert pool(district_id="D3") == {"A1", "A2"}


# ---- ¶12


def test_p12_a_recusal_from_a_person_reaches_every_writ_of_his_as_debtor_or_creditor():
    kin = [recusal(None, "E1", party_id="kin")]
    writs = [writ("D", debtor_id="kin"), writ("C", creditor_id="kin"), writ("N")]
    sizes = {name: row["pool_size"] for name, row in decide(*writs, recusals=kin).given.items()}
    assert sizes == {"D": 2, "C": 2, "N": 3}


@pytest.mark.parametrize(("last", "size"), [(EVE, 3), (DAY, 2), (MORROW, 2), (None, 2)])
def test_p12_a_recusal_holds_to_its_last_day(last, size):
    for row in (recusal(None, "E1", party_id="kin", valid_to=last), recusal("W", "E1", valid_to=last)):
        assert decide(writ("W", debtor_id="kin"), recusals=[row]).given["W"]["pool_size"] == size


def test_p12_a_recusal_of_a_writ_and_a_person_holds_for_both():
    both = [recusal("W", "E1", party_id="kin")]
    sizes = {n: r["pool_size"] for n, r in decide(writ("W"), writ("V", debtor_id="kin"), recusals=both).given.items()}
    assert sizes == {"W": 2, "V": 2}


@pytest.mark.parametrize("ground", ["article_54", "creditor_complaint"])
def test_p12_the_recused_is_not_in_the_pool(ground):
    recusals = [recusal("W", "E1", ground=ground), recusal("W", "E2", ground=ground)]
    outcome = decide(writ("W"), recusals=recusals)
    assert outcome.who("W") == "E3"
    assert outcome.given["W"]["pool_size"] == 1


def test_p12_when_all_registered_are_recused_the_attached_get_it():
    outcome = decide(
        writ("W"),
        attachments=[attachment("D1", "A1")],
        recusals=[recusal("W", name) for name in ("E1", "E2", "E3")],
    )
    assert (outcome.who("W"), outcome.basis("W"), outcome.given["W"]["pool_size"]) == ("A1", "attached", 1)


def test_p12_when_the_registered_are_partly_away_and_the_others_recused_the_attached_get_it():
    outcome = decide(
        writ("W"),
        attachments=[attachment("D1", "A1")],
        absences=[absence("E1")],
        recusals=[recusal("W", "E2"), recusal("W", "E3")],
    )
    assert (outcome.who("W"), outcome.basis("W")) == ("A1", "attached")


def test_p12_when_registered_and_attached_are_all_recused_nobody_gets_it():
    outcome = decide(
        writ("W"),
        attachments=[attachment("D1", "A1")],
        recusals=[recusal("W", name) for name in ("E1", "E2", "E3", "A1")],
    )
    assert outcome.codes == {"W": "no_eligible_enforcer"}


def test_p12_a_recusal_for_one_writ_of_a_bundle_is_one_for_all():
    same = {"case_id": "2/1", "debtor_id": "D-1"}
    outcome = decide(writ("A", **same), writ("B", **same), recusals=[recusal("A", "E1"), recusal("B", "E2")])
    assert outcome.who("A") == outcome.who("B") == "E3"


def test_p12_a_recusal_for_one_writ_is_none_for_another():
    outcome = decide(writ("A"), writ("B"), enforcers=[enforcer("E1")], attachments=[], recusals=[recusal("A", "E1")])
    assert outcome.codes == {"A": "no_eligible_enforcer"}
    assert outcome.who("B") == "E1"


def test_p12_a_bundle_of_whose_pool_all_are_recused_waits_whole():
    same = {"case_id": "2/1", "debtor_id": "D-1"}
    recusals = [recusal("A", "E1"), recusal("A", "E2"), recusal("B", "E3")]
    outcome = decide(writ("A", **same), writ("B", **same), recusals=recusals)
    assert outcome.codes == dict.fromkeys("AB", "no_eligible_enforcer")


def test_p12_a_recusal_of_somebody_unknown_or_for_a_writ_of_the_past_changes_nothing():
    outcome = decide(writ("W"), recusals=[recusal("W", "unknown"), recusal("past", "E1")])
    assert outcome.given["W"]["pool_size"] == 3


def test_p12_no_letter_in_an_id_lets_the_recused_back_in():
    outcome = decide(
        *(writ(f"W{n}") for n in range(4)),
        enforcers=[enforcer("a\x1fb"), enforcer("c")],
        attachments=[],
        recusals=[recusal(f"W{n}", "a\x1fb") for n in range(4)],
    )
    assert {row["enforcer_id"] for row in outcome.given.values()} == {"c"}


def test_p12_the_recused_takes_no_share_of_that_writ():
    outcome = decide(writ("W"), recusals=[recusal("W", "E1")])
    assert [outcome.balance(name)[1] for name in ("E1", "E2", "E3")] == ["0.000000000", *["0.500000000"] * 2]


def test_p12_a_recusal_of_an_attached_enforcer_does_not_touch_a_registered_pool():
    outcome = decide(
        writ("W"), attachments=[*HOME["attachments"], attachment("D1", "A1")], recusals=[recusal("W", "A1")]
    )
    assert (outcome.basis("W"), outcome.given["W"]["pool_size"]) == ("registered", 3)
