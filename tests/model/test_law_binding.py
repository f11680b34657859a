"""¶11, ¶13, ¶14: bundles that are not free, who has the first claim, and what becomes of a claim that fails."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

import pytest
from chambers import HOME, decide, typed
from small import absence, attachment, enforcer, proceeding, recusal, writ, write_tables

from tengbol.config import Config
from tengbol.model.law import law_of
from tengbol.model.law.docket import docket
from tengbol.runner import run
from tengbol.verify import verify

EARLY, LATE, LATEST = "2026-03-02T12:00:00", "2026-06-01T09:00:00", "2026-06-01T09:00:01"


def alimony(enforcer_id: str, **cells) -> dict:
    """An open alimony proceeding against debtor D."""
    return proceeding("L", enforcer_id, **{"debtor_id": "D-1", "category": "alimony", **cells})


def in_case(enforcer_id: str, **cells) -> dict:
    """An open proceeding against debtor D in case 2/1."""
    return proceeding("L", enforcer_id, **{"debtor_id": "D-1", "case_id": "2/1", **cells})


ALIMONY = {"claim": "alimony", "debtor_id": "D-1"}
IN_CASE = {"case_id": "2/1", "debtor_id": "D-1"}
BACK = {"origin": "returned", "previous_enforcer_id": "E2"}


# ---- The three claims


@pytest.mark.parametrize("name", ["E1", "E2", "E3"])
def test_p13_alimony_goes_to_the_holder_of_an_open_alimony_proceeding_against_the_debtor(name):
    outcome = decide(writ("W", **ALIMONY), ledger=[alimony(name)])
    assert (outcome.who("W"), outcome.basis("W")) == (name, "alimony_debtor")


@pytest.mark.parametrize(
    ("cells", "row"),
    [
        (ALIMONY, alimony("E1", closed_at="2026-05-01T10:00:00")),
        (ALIMONY, alimony("E1", debtor_id="another")),
        (ALIMONY, alimony("E1", category="individual")),
        ({"claim": "money", "debtor_id": "D-1"}, alimony("E1")),
        (IN_CASE, in_case("E1", closed_at="2026-05-01T10:00:00")),
        (IN_CASE, in_case("E1", debtor_id="another")),
        (IN_CASE, in_case("E1", case_id="2/2")),
        (IN_CASE, in_case("E1", case_id=None)),
        ({"debtor_id": "D-1"}, in_case("E1", case_id=None)),
    ],
)
def test_p13_p14_what_is_closed_or_of_another_debtor_case_or_category_binds_nobody(cells, row):
    assert decide(writ("W", **cells), ledger=[row]).basis("W") == "registered"


@pytest.mark.parametrize("name", ["E1", "E2", "E3"])
def test_p14_a_writ_goes_to_the_holder_of_an_open_proceeding_in_its_case_against_its_debtor(name):
    outcome = decide(writ("W", **IN_CASE), ledger=[in_case(name, category="legal_entity")])
    assert (outcome.who("W"), outcome.basis("W")) == (name, "same_case")


@pytest.mark.parametrize("origin", ["returned", "forwarded"])
@pytest.mark.parametrize("name", ["E1", "E2", "E3"])
def test_p11_a_writ_that_comes_again_goes_to_whoever_sent_it_back(origin, name):
    outcome = decide(writ("W", origin=origin, previous_enforcer_id=name))
    assert (outcome.who("W"), outcome.basis("W")) == (name, "returned")


def test_p11_a_new_writ_is_free_though_somebody_wrote_a_former_enforcer_beside_it():
    assert decide(writ("W", origin="new", previous_enforcer_id="E1")).basis("W") == "registered"


def test_p3_a_writ_to_be_redistributed_is_free_though_its_former_enforcer_is_there():
    outcome = decide(writ("W", origin="redistributed", previous_enforcer_id="E1"))
    assert outcome.basis("W") == "registered"


def test_p3_p14_a_writ_to_be_redistributed_is_bound_by_its_case_all_the_same():
    outcome = decide(writ("W", origin="redistributed", previous_enforcer_id="E1", **IN_CASE), ledger=[in_case("E2")])
    assert (outcome.who("W"), outcome.basis("W")) == ("E2", "same_case")


# ---- Which claim is first


def test_p13_p14_p11_alimony_comes_before_the_case_and_the_case_before_the_return():
    cells = {"claim": "alimony", "origin": "returned", "previous_enforcer_id": "E3", **IN_CASE}
    both = [alimony("E1", assigned_at=EARLY), in_case("E2", assigned_at=LATE)]
    outcome = decide(writ("W", **cells), ledger=both)
    assert (outcome.who("W"), outcome.basis("W")) == ("E1", "alimony_debtor")
    outcome = decide(writ("W", **cells), ledger=both[1:])
    assert (outcome.who("W"), outcome.basis("W")) == ("E2", "same_case")
    outcome = decide(writ("W", **cells))
    assert (outcome.who("W"), outcome.basis("W")) == ("E3", "returned")


def test_p13_p14_a_claim_counts_for_the_whole_bundle_whichever_writ_it_is_on():
    """Only B is alimony, only A is in the case, only C came back; the three are one bundle through B and C."""
    writs = [
        writ("A", **IN_CASE),
        writ("B", **ALIMONY, case_id="2/1"),
        writ("C", **ALIMONY, origin="forwarded", previous_enforcer_id="E3"),
    ]
    for ledger, who, basis in [
        ([alimony("E1"), in_case("E2")], "E1", "alimony_debtor"),
        ([in_case("E2")], "E2", "same_case"),
        ([], "E3", "returned"),
    ]:
        outcome = decide(*writs, ledger=ledger)
        assert {(row["enforcer_id"], row["basis"]) for row in outcome.given.values()} == {(who, basis)}


@pytest.mark.parametrize("kind", [alimony, in_case])
@pytest.mark.parametrize(
    ("rows", "who"),
    [
        ([("E1", EARLY), ("E2", LATE)], "E2"),
        ([("E1", LATE), ("E2", EARLY)], "E1"),
        ([("E3", LATEST), ("E1", LATE), ("E2", EARLY)], "E3"),
        ([("E1", EARLY), ("E1", LATEST), ("E2", LATE)], "E1"),
    ],
)
def test_p13_p14_of_several_holders_the_latest_has_it(kind, rows, who):
    ledger = [kind(name, assigned_at=at) for name, at in rows]
    for given in (ledger, ledger[::-1]):
        assert decide(writ("W", claim="alimony", **IN_CASE), ledger=given).who("W") == who


def test_p11_of_several_who_sent_writs_of_one_bundle_back_the_latest_has_it():
    outcome = decide(
        writ("A", **IN_CASE, origin="returned", previous_enforcer_id="E3", received_at="2026-11-20T12:00:00"),
        writ("B", **IN_CASE, origin="forwarded", previous_enforcer_id="E2", received_at="2026-11-20T11:59:59"),
        writ("C", **IN_CASE, origin="redistributed", previous_enforcer_id="E1", received_at="2026-11-20T13:00:00"),
    )
    assert {outcome.who(name) for name in "ABC"} == {"E3"}


@pytest.mark.parametrize("seed", ["a1", "a2", "a3", "a4"])
@pytest.mark.parametrize("claim", ["¶13", "¶14", "¶11"])
def test_p11_p13_p14_of_claims_of_one_moment_the_lot_decides_by_a_line_that_anyone_can_reckon(claim, seed):
    names = ["E1", "E2", "E3"]
    first = min(names, key=lambda name: sha256(f"{seed}:holder:{name}".encode()).hexdigest())
    cells, kind = {"¶13": (ALIMONY, alimony), "¶14": (IN_CASE, in_case), "¶11": (IN_CASE, None)}[claim]
    writs = [writ("W", **cells)]
    if kind is None:
        writs = [writ(f"W{name}", **cells, origin="returned", previous_enforcer_id=name) for name in names]
    for row in (1, -1):
        ledger = [kind(name) for name in names[::row]] if kind else []
        outcome = decide(*writs[::row], ledger=ledger, seed=seed)
        assert {cell["enforcer_id"] for cell in outcome.given.values()} == {first}


@pytest.mark.parametrize(
    ("ledger", "decides"),
    [
        ([alimony("E1"), alimony("E2")], True),
        ([alimony("E1"), {**alimony("E1"), "writ_id": "M"}], False),
        ([alimony("E1"), alimony("E2", assigned_at=LATEST)], False),
        ([alimony("E1"), alimony("nobody we know")], True),  # whether he is told to have been asked first
        ([alimony("E1", assigned_at=LATEST), *map(alimony, ("E2", "E3"))], False),
    ],
)
def test_the_lot_decides_between_claims_of_one_moment_only_where_several_are_asked(ledger, decides):
    chamber = typed({**HOME, "writs": [writ("W", **ALIMONY)], "ledger": ledger})
    todo = docket(chamber, as_of=datetime(2026, 11, 23, 9, 30), law=law_of(Config()))
    assert (todo.unturned is not None) == decides


@pytest.mark.parametrize(("cells", "kind"), [(ALIMONY, alimony), (IN_CASE, in_case)])
def test_p13_p14_whoever_has_many_proceedings_has_one_claim_by_his_latest(cells, kind):
    ledger = [{**kind(name, assigned_at=at), "writ_id": name + at} for name in ("E1", "E2") for at in (LATE, EARLY)]
    chamber = typed({**HOME, "writs": [writ("W", **cells)], "ledger": ledger})
    tests = docket(chamber, as_of=datetime(2026, 11, 23, 9, 30), law=law_of(Config())).tests
    assert tests.select("enforcer_id", "since").sort("enforcer_id").rows() == [
        (name, datetime.fromisoformat(LATE)) for name in ("E1", "E2")
    ]


def test_p14_the_same_case_counts_against_the_same_debtor_of_the_same_writ():
    """The pair (case, debtor) is one writ's: debtor D's other case does not bring a proceeding of debtor E in."""
    outcome = decide(
        writ("W", case_id="2/2", debtor_id="D-1"), ledger=[in_case("E1"), in_case("E2", debtor_id="E-1", case_id="2/2")]
    )
    assert outcome.basis("W") == "registered"


# ---- What a candidate must be

OTHERS = HOME["enforcers"][1:]
LOST = [
    ("away", {"absences": [absence("E1", "sickness")]}, "ill (¶18)"),
    ("in office", {"absences": [absence("E1", "chamber_office")]}, "unpaid office in the chamber (¶17)"),
    ("without licence", {"enforcers": [*OTHERS, enforcer("E1", licensed_to="2026-11-22")]}, "not licensed"),
    ("elsewhere", {"enforcers": [*OTHERS, enforcer("E1", "D3")]}, "nor attached to the district (¶10)"),
    ("recused", {"recusals": [recusal("W", "E1")]}, "recused (¶12)"),
    ("unknown", {"enforcers": OTHERS}, "not an enforcer of this chamber"),
]  # fmt: skip
CLAIMS = [
    ({"ledger": [alimony("E1")]}, ALIMONY, "¶13"),
    ({"ledger": [in_case("E1")]}, IN_CASE, "¶14"),
    ({}, {"origin": "returned", "previous_enforcer_id": "E1"}, "¶11"),
]


@pytest.mark.parametrize(("why", "tables", "words"), LOST, ids=[case[0] for case in LOST])
@pytest.mark.parametrize(("held", "cells", "paragraph"), CLAIMS, ids=[case[2] for case in CLAIMS])
def test_p10_p12_a_claim_of_one_who_may_not_have_it_falls_and_the_sentence_says_why(
    why, tables, words, held, cells, paragraph
):
    outcome = decide(writ("W", **cells), **{**held, **tables})
    assert outcome.basis("W") == "registered"
    assert outcome.who("W") in {"E2", "E3"}
    fallen = outcome.explanation("W").split("Passed over: ")[1]
    assert fallen.startswith("E1 ")
    assert words in fallen
    assert paragraph in fallen


def test_p13_p14_when_the_first_claim_falls_the_next_decides():
    cells = {"claim": "alimony", **IN_CASE, **BACK}
    ledger = [alimony("E1"), in_case("E3")]
    outcome = decide(writ("W", **cells), ledger=ledger, absences=[absence("E1")])
    assert (outcome.who("W"), outcome.basis("W")) == ("E3", "same_case")
    outcome = decide(writ("W", **cells), ledger=ledger, absences=[absence("E1"), absence("E3")])
    assert (outcome.who("W"), outcome.basis("W")) == ("E2", "returned")


def test_p13_when_the_latest_holder_may_not_have_it_the_one_before_him_does_and_the_sentence_names_both():
    ledger = [alimony("E1", assigned_at=LATE), alimony("E2", assigned_at=EARLY)]
    outcome = decide(writ("W", **ALIMONY), ledger=ledger, recusals=[recusal("W", "E1")])
    assert (outcome.who("W"), outcome.basis("W")) == ("E2", "alimony_debtor")
    assert "E1" in outcome.explanation("W").split("Passed over: ")[1]
    assert "recused (¶12)" in outcome.explanation("W")


def test_p13_a_claim_that_came_second_and_lost_nothing_is_not_called_fallen():
    ledger = [alimony("E1", assigned_at=LATE), alimony("E2", assigned_at=EARLY)]
    outcome = decide(writ("W", **ALIMONY), ledger=ledger, absences=[absence("E2")])
    assert "Passed over" not in outcome.explanation("W")


def test_p12_a_recusal_for_any_writ_of_the_bundle_breaks_the_claim():
    outcome = decide(writ("A", **IN_CASE), writ("B", **IN_CASE), ledger=[in_case("E1")], recusals=[recusal("B", "E1")])
    assert outcome.basis("A") == outcome.basis("B") == "registered"
    assert outcome.who("A") != "E1"


def test_p10_a_holder_who_is_only_attached_is_bound_though_the_pool_is_the_registered():
    outcome = decide(writ("W", **IN_CASE), ledger=[in_case("A1")], attachments=[attachment("D1", "A1")])
    row = outcome.given["W"]
    assert (row["enforcer_id"], row["basis"], row["pool_size"]) == ("A1", "same_case", 3)


def test_p10_an_attachment_that_has_ended_does_not_carry_a_claim():
    ended = [attachment("D1", "A1", valid_to="2026-11-22")]
    assert decide(writ("W", **IN_CASE), ledger=[in_case("A1")], attachments=ended).basis("W") == "registered"


def test_p11_whoever_the_past_alone_knows_is_no_candidate_and_the_writ_is_distributed():
    outcome = decide(writ("W", origin="returned", previous_enforcer_id="gone in 2019"))
    assert outcome.basis("W") == "registered"
    assert "gone in 2019" in outcome.explanation("W")


def test_p9_where_nobody_is_eligible_a_claim_of_one_who_may_not_have_it_does_not_help():
    outcome = decide(writ("W", debtor_district_id="D4", **BACK))
    assert outcome.codes == {"W": "no_eligible_enforcer"}


def test_p11_the_district_of_the_debtor_decides_not_that_of_the_ledger():
    """The proceeding was of D1; the debtor has moved to D2, where its holder does not serve."""
    outcome = decide(writ("W", debtor_district_id="D2", **IN_CASE), ledger=[in_case("E1", district_id="D1")])
    assert outcome.basis("W") == "attached"
    assert outcome.who("W") in {"A1", "A2"}


# ---- The proceeding itself is no other proceeding


@pytest.mark.parametrize(("cells", "kind"), [(ALIMONY, alimony), (IN_CASE, in_case)], ids=["¶13", "¶14"])
@pytest.mark.parametrize("origin", ["redistributed", "returned", "forwarded"])
def test_p13_p14_a_proceeding_s_own_row_in_the_ledger_binds_nothing(cells, kind, origin):
    """¶13 says another (басқа да) proceeding; a row left open of the writ itself is none."""
    back = {"origin": origin, "previous_enforcer_id": "E3"}
    outcome = decide(writ("W", **cells, **back), ledger=[{**kind("E2"), "writ_id": "W"}])
    assert outcome.basis("W") == ("registered" if origin == "redistributed" else "returned")


def test_p13_a_row_of_one_writ_of_the_batch_binds_no_other_either():
    """Nobody holds what is to be distributed: W's row says who held it until now."""
    back = {"origin": "redistributed", "previous_enforcer_id": "E2"}
    writs = [writ("W", **ALIMONY, **back), writ("V", **ALIMONY), writ("U", **ALIMONY, debtor_district_id="D2")]
    outcome = decide(*writs, ledger=[{**alimony("E2"), "writ_id": "W"}], attachments=[attachment("D2", "E2")])
    assert {outcome.basis(name) for name in "WVU"} == {"registered", "attached"}


# ---- A holder who is away for a short time (the batch is of Monday, 23 November; the writs came on Friday, the 20th)


BOUND = {
    "¶13": (ALIMONY, [alimony("E1")]),
    "¶14": (IN_CASE, [in_case("E1")]),
    "¶11": ({"origin": "returned", "previous_enforcer_id": "E1"}, []),
}


def away(reason="business_trip", start="2026-11-23", end="2026-11-23", **cells):
    return absence("E1", reason, start=start, end=end, **cells)


@pytest.mark.parametrize("paragraph", BOUND)
def test_p11_p13_p14_a_writ_waits_for_a_holder_who_is_back_by_the_day_of_its_term(paragraph):
    cells, ledger = BOUND[paragraph]
    for last, code in (("2026-11-24", "waits_for_holder"), ("2026-11-25", None)):
        outcome = decide(writ("W", **cells), ledger=ledger, absences=[away(end=last)])
        assert outcome.codes.get("W") == code, last
    assert outcome.basis("W") == "registered"
    told = decide(writ("W", **cells), ledger=ledger, absences=[away()]).whole.unassigned["explanation"][0]
    assert told.startswith("¶11, ¶13, ¶14: not distributed yet, since E1, who ") and "until 2026-11-23" in told


@pytest.mark.parametrize(
    "absences",
    [
        [away("licence_suspended")],
        [away("long_absence")],
        [away("chamber_office")],
        [away(end=None)],
        [away(), away("expelled", start="2026-11-24", end=None)],
        [away("leave", start="2026-10-23")],  # a month and a day
        [away("leave", start="2026-10-20", end="2026-11-20"), away()],  # Friday and Monday: one absence
        [away(), away("sickness", start="2026-11-24", end="2026-11-26")],
    ],
)
def test_p3_p18_what_is_no_short_absence_or_ends_too_late_frees_the_writ(absences):
    outcome = decide(writ("W", **ALIMONY), ledger=[alimony("E1")], absences=absences)
    assert outcome.basis("W") == "registered"


def test_p18_a_leave_of_a_calendar_month_is_short():
    outcome = decide(
        writ("W", **ALIMONY), ledger=[alimony("E1")], absences=[away("leave", start="2026-10-24", end="2026-11-23")]
    )
    assert outcome.codes == {"W": "waits_for_holder"}


def test_p7_the_earliest_term_of_a_bundle_decides_and_all_of_it_waits():
    """A came on Thursday, so the 24th is its last day; B, of one case with it, later."""
    writs = [
        writ("A", **IN_CASE, received_at="2026-11-19T10:00:00"),
        writ("B", **IN_CASE, received_at="2026-11-23T08:00:00"),
    ]
    ledger = [in_case("E1")]
    assert set(decide(*writs, ledger=ledger, absences=[away()]).codes.values()) == {"waits_for_holder"}
    outcome = decide(*writs, ledger=ledger, absences=[away(end="2026-11-24")])
    assert outcome.codes == {} and {outcome.basis("A"), outcome.basis("B")} == {"registered"}


def test_p13_a_later_claim_of_somebody_there_does_not_take_an_earlier_kind_from_him_who_is_away():
    cells = {"claim": "alimony", **IN_CASE}
    outcome = decide(writ("W", **cells), ledger=[alimony("E1"), in_case("E2")], absences=[away()])
    assert outcome.codes == {"W": "waits_for_holder"}
    later = alimony("E2", assigned_at="2026-11-01T09:00:00")
    outcome = decide(writ("W", **cells), ledger=[alimony("E1", assigned_at=EARLY), later], absences=[away()])
    assert outcome.who("W") == "E2"


def test_p10_p12_who_is_away_keeps_no_claim_that_he_could_not_take_up():
    for more in ({"recusals": [recusal("W", "E1")]}, {"enforcers": [enforcer("E1", "D2"), enforcer("E2")]}):
        outcome = decide(writ("W", **ALIMONY), ledger=[alimony("E1")], absences=[away()], **more)
        assert outcome.basis("W") == "registered"


@pytest.mark.parametrize(
    ("setting", "basis", "who"), [("holder", "alimony_debtor", "E1"), ("free", "registered", None)]
)
def test_the_setting_lets_him_have_it_at_once_or_frees_it(setting, basis, who, tmp_path):
    config = Config(short_absence_binds=setting)
    tables = {"ledger": [alimony("E1")], "absences": [away()]}
    outcome = decide(writ("W", **ALIMONY), config=config, **tables)
    assert outcome.basis("W") == basis and (who is None or outcome.who("W") == who)
    source = write_tables(tmp_path / "in", **{**HOME, **tables, "writs": [writ("W", **ALIMONY)]})
    run(source, tmp_path / "out", as_of=datetime(2026, 11, 23, 9, 30), seed="01", config=config)
    report = verify(source, tmp_path / "out")
    assert report.ok, str(report)


@pytest.mark.parametrize("until", ["2026-11-20", "2026-11-24"])
def test_p3_p13_nobody_waits_for_a_holder_whose_licence_will_not_be_in_force(until):
    outcome = decide(
        writ("W", debtor_id="D-1", claim="alimony", amount=None),
        ledger=[proceeding("L", "E1", debtor_id="D-1", category="alimony")],
        enforcers=[enforcer("E1", licensed_to=until), enforcer("E2"), enforcer("E3")],
        absences=[absence("E1", "leave", start="2026-11-22", end="2026-11-24")],
    )
    assert outcome.who("W") in ("E2", "E3")
    assert outcome.basis("W") == "registered"
