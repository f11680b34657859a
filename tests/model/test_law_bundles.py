"""¶13, ¶14: which writs of a batch go to one enforcer together."""

from __future__ import annotations

import pytest
from chambers import decide
from small import absence, writ


def bundled(*writs, **tables) -> set[frozenset[str]]:
    """The bundles of a batch, as sets of writ ids; each is asserted to be named by its smallest and to be whole."""
    outcome = decide(*writs, **tables)
    together: dict[str, set[str]] = {}
    for writ_id, row in outcome.given.items():
        together.setdefault(row["bundle_id"], set()).add(writ_id)
    for name, ids in together.items():
        assert name == min(ids)
        assert len({outcome.who(writ_id) for writ_id in ids}) == 1
        assert len({outcome.basis(writ_id) for writ_id in ids}) == 1
    return {frozenset(ids) for ids in together.values()}


def sets(*texts: str) -> set[frozenset[str]]:
    return {frozenset(text.split()) for text in texts}


MONEY = {"claim": "money"}
ALIMONY = {"claim": "alimony"}


def of(debtor_id: str, case_id: str | None = None, **cells) -> dict:
    return {"debtor_id": debtor_id, "case_id": case_id, **cells}


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (of("D", "2/1"), of("D", "2/1"), True),
        (of("D", "2/1"), of("D", "2/2"), False),
        (of("D", "2/1"), of("E", "2/1"), False),
        (of("D", "2/1"), of("D", "2/1", debtor_district_id="D2"), False),
        (of("D"), of("D"), False),
        (of("D", "2/1"), of("D"), False),
        (of("D", "2/1", creditor_kind="individual"), of("D", "2/1", creditor_kind="legal_entity"), True),
        (of("D", "2/1", **MONEY), of("D", "2/1", claim="eviction"), True),
        (of("D", "2/1", origin="new"), of("D", "2/1", origin="redistributed", previous_enforcer_id="E9"), True),
        (of("D", "2/1"), of("D", "2/01"), False),
        (of("D", "7599-26-00-2К/7"), of("D", "7599\u201326-00-2K / 7"), True),
        (of("D", "2К/7"), of("D", "№ 2k\\7"), True),
        (of("D", "2К-7"), of("D", "2К/7"), False),
    ],
)
def test_p14_one_case_one_debtor_one_district_is_one_bundle(one, other, together):
    assert bundled(writ("A", **one), writ("B", **other)) == (sets("A B") if together else sets("A", "B"))


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (of("D", **ALIMONY), of("D", **ALIMONY), True),
        (of("D", "2/1", **ALIMONY), of("D", "2/2", **ALIMONY), True),
        (of("D", "2/1", **ALIMONY), of("D", **ALIMONY), True),
        (of("D", **ALIMONY), of("E", **ALIMONY), False),
        (of("D", **ALIMONY), of("D", debtor_district_id="D2", **ALIMONY), False),
        (of("D", **ALIMONY), of("D", **MONEY), False),
        (of("D", "2/1", **ALIMONY), of("D", "2/1", **MONEY), True),
        (of("D", "2/1", **ALIMONY), of("D", "2/2", **MONEY), False),
    ],
)
def test_p13_alimony_of_one_debtor_in_one_district_is_one_bundle(one, other, together):
    assert bundled(writ("A", **one), writ("B", **other)) == (sets("A B") if together else sets("A", "B"))


def test_p13_p14_what_hangs_together_through_others_is_one_bundle():
    """Case 2/1 and case 2/2 have nothing in common but an alimony writ each."""
    assert bundled(
        writ("A", **of("D", "2/1", **MONEY)),
        writ("B", **of("D", "2/1", **ALIMONY)),
        writ("C", **of("D", "2/2", **ALIMONY)),
        writ("E", **of("D", "2/2", **MONEY)),
        writ("F", **of("D", None, **ALIMONY)),
        writ("G", **of("D", "2/3", **MONEY)),
        writ("H", **of("D", None, **MONEY)),
    ) == sets("A B C E F", "G", "H")


def test_p13_p14_a_writ_that_is_not_ready_does_not_tie_others_together():
    """B alone would tie A to C: it waits for its original, so they are free of each other."""
    assert bundled(
        writ("A", **of("D", "2/1", **MONEY)),
        writ("B", **of("D", "2/1", **ALIMONY), form="paper", signature=None, original_attached="false"),
        writ("C", **of("D", "2/2", **ALIMONY)),
    ) == sets("A", "C")


def test_p4_p14_a_writ_of_no_category_does_not_tie_others_together():
    assert bundled(
        writ("A", **of("D", "2/1")),
        writ("B", **of("D", "2/1", creditor_kind="state", amount=10**9)),
        writ("C", **of("D", "2/1", claim="eviction", state_interest="true")),
    ) == sets("A")


def test_p14_a_bundle_is_named_by_its_smallest_writ_as_text():
    assert bundled(*(writ(name, **of("D", "2/1")) for name in ("Ә1", "10", "9", "a"))) == sets("10 9 a Ә1")


@pytest.mark.parametrize(
    ("debtor_id", "case_id"), [("alimony", "alimony"), ("writ B", "writ A"), ("case 1", "case 1"), ('"', ",")]
)
def test_p14_no_id_is_mistaken_for_another_thing(debtor_id, case_id):
    assert bundled(
        writ("A", **of(debtor_id)), writ("B", **of(debtor_id, case_id)), writ("C", **of(debtor_id, **ALIMONY))
    ) == sets("A", "B", "C")


def test_p14_a_bundle_longer_than_its_pool_stays_whole():
    assert bundled(*(writ(f"{n}", **of("D", "2/1")) for n in range(9)), absences=[absence("E3")]) == sets(
        " ".join(str(n) for n in range(9))
    )


def test_p14_every_writ_of_a_bundle_keeps_its_own_category():
    outcome = decide(writ("A", **of("D", "2/1", **MONEY)), writ("B", **of("D", "2/1", claim="eviction")))
    assert outcome.given["A"]["category"] == "individual"
    assert outcome.given["B"]["category"] == "non_property"
