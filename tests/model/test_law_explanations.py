"""¶15: the sentence of every writ says which paragraph decided, among how many, and who was left out and why."""

from __future__ import annotations

from chambers import decide
from small import absence, attachment, proceeding, recusal, writ


def test_p9_the_sentence_names_the_paragraph_the_enforcer_the_district_and_the_size_of_the_pool():
    outcome = decide(writ("W"))
    name = outcome.who("W")
    text = outcome.explanation("W")
    assert text.startswith(f"¶9: given to Enforcer {name} ({name}), one of the 3 enforcers registered in District D1")
    assert "lot" in text


def test_p9_the_sentence_of_an_attached_pool_says_that_nobody_registered_could_have_it():
    text = decide(writ("W", debtor_district_id="D2")).explanation("W")
    assert "no enforcer registered in District D2" in text
    assert "of the 2 enforcers attached" in text


def test_p17_p18_p12_the_sentence_says_who_was_left_out_and_by_which_paragraph():
    outcome = decide(writ("W"), absences=[absence("E1", "chamber_office")], recusals=[recusal("W", "E2")])
    left_out = outcome.explanation("W").split("Left out: ")[1]
    assert "(¶17): E1" in left_out
    assert "recused (¶12): E2" in left_out
    assert "E3" not in left_out


def test_p12_a_recusal_for_one_writ_is_not_told_of_another():
    outcome = decide(writ("W"), writ("V"), recusals=[recusal("V", "E2")])
    assert "Left out" not in outcome.explanation("W")


def test_p9_the_sentence_of_an_attached_pool_names_the_registered_who_were_away():
    away = [absence(name, "leave") for name in ("E1", "E2", "E3")]
    text = decide(writ("W"), absences=away, attachments=[attachment("D1", "A1")]).explanation("W")
    assert "on leave (¶18): E1, E2, E3" in text
    assert "the only enforcer" in text
    assert "No lot was needed" in text


def test_p9_the_sentence_of_a_registered_pool_leaves_the_attached_who_were_away_alone():
    text = decide(writ("W"), absences=[absence("A1")], attachments=[attachment("D1", "A1")]).explanation("W")
    assert "A1" not in text


def test_p13_p14_the_sentence_of_a_bundle_says_how_many_more_there_are():
    same = {"case_id": "2/1", "debtor_id": "D-1"}
    outcome = decide(*(writ(name, **same) for name in "ABC"))
    assert all("together with 2 more writs (¶13, ¶14)" in outcome.explanation(name) for name in "ABC")


def test_p11_p13_p14_the_sentence_of_a_bound_writ_says_by_which_claim_and_that_no_lot_was_drawn():
    held = [
        proceeding("L", "E1", debtor_id="D-1", category="alimony"),
        proceeding("M", "E2", debtor_id="D-1", case_id="2/1"),
    ]
    outcome = decide(
        writ("alimony", debtor_id="D-1", claim="alimony"),
        writ("case", debtor_id="D-1", case_id="2/1"),
        writ("again", origin="forwarded", previous_enforcer_id="E3"),
        ledger=held,
    )
    for name, paragraph, who in [("alimony", "¶13", "E1"), ("case", "¶14", "E2"), ("again", "¶11", "E3")]:
        text = outcome.explanation(name)
        assert text.startswith(f"{paragraph}: given to Enforcer {who} ({who})")
        assert "No lot was drawn; it counts in the shares of the 3 enforcers of its pool" in text


def test_p11_p14_a_claim_on_one_writ_of_a_bundle_is_not_told_as_one_on_each():
    same = {"case_id": "2/1", "debtor_id": "D-1"}
    outcome = decide(writ("W", **same), writ("V", origin="returned", previous_enforcer_id="E3", **same))
    for name in ("W", "V"):
        text = outcome.explanation(name)
        assert "who returned or forwarded it, or a writ it stays together with, before." in text
        assert "together with 1 more writ (" in text


def test_p11_p17_whoever_lost_his_claim_is_told_of_with_any_reason():
    again = writ("W", origin="returned", previous_enforcer_id="E3")
    for reason, words in (("chamber_office", "holds an unpaid office in the chamber"), ("leave", "on leave")):
        text = decide(again, absences=[absence("E3", reason)]).explanation("W")
        assert f"E3 returned or forwarded it before (¶11), but could not be given it: {words} (¶" in text


def test_p4_the_sentence_says_among_how_many_alike_the_lot_was_drawn():
    outcome = decide(*(writ(f"W{n}") for n in range(4)), writ("V", claim="alimony"))
    assert "of 4 writs alike" in outcome.explanation("W0")
    assert "of 4 writs" not in outcome.explanation("V")


def test_p9_many_who_are_away_are_counted_not_listed():
    from small import enforcer

    names = [f"N{n:02}" for n in range(12)]
    outcome = decide(
        writ("W"),
        enforcers=[enforcer(name) for name in ("E1", *names)],
        attachments=[],
        absences=[absence(name) for name in names],
    )
    assert "on leave (¶18): 12 enforcers" in outcome.explanation("W")


def test_p9_braces_and_quotes_in_names_stand_as_they_are():
    from small import district, enforcer

    outcome = decide(
        writ("W{}"),
        districts=[district("D1", name="{D} «1»")],
        enforcers=[enforcer("E{0}", name='O{}"x"')],
        attachments=[],
    )
    assert 'O{}"x" (E{0})' in outcome.explanation("W{}")
    assert "{D} «1»" in outcome.explanation("W{}")
