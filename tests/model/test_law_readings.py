"""Readings: where the order is open, what each setting does (`docs/law/readings.md`), and that `verify` follows it."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, get_args, get_type_hints

import pytest
from chambers import HOME, chambers, decide
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from small import AS_OF, absence, attachment, district, enforcer, proceeding, writ, write_tables

from tengbol.config import Config, config_of
from tengbol.errors import UnusableInputError
from tengbol.parameters import READINGS
from tengbol.parameters import VALUES as LISTED
from tengbol.runner import run
from tengbol.verify import verify

if TYPE_CHECKING:
    from chambers import Outcome

MOMENT = datetime.fromisoformat(AS_OF)
PAGE = Path(__file__).parents[2] / "docs/law/readings.md"
VALUES = {name: get_args(get_type_hints(Config)[name]) for name in READINGS}
assert VALUES == LISTED, "the values of a reading are those of the law's parameters"
STATE = {"creditor_kind": "state", "amount": 4_000_000}
IN_CASE = {"case_id": "2/1", "debtor_id": "D-1"}
AWAY = absence("E1", start="2026-11-22", end="2026-11-24")
ALONE = {
    "districts": [district("D1"), district("D2")],
    "enforcers": [enforcer("E1"), enforcer("E2", "D2")],
    "attachments": [attachment("D1", "E2")],
    "absences": [AWAY],
}


def read(*writs: dict, settings: dict[str, str], folder: Path, **tables: list) -> Outcome:
    """The batch as read by `settings`, checked by `verify`, which finds it broken by every other value of one."""
    config = config_of(settings)
    source = write_tables(folder / "in", **{**HOME, **tables, "writs": list(writs)})
    run(source, folder / "out", as_of=MOMENT, seed="01", config=config)
    report = verify(source, folder / "out")
    assert report.ok, str(report)
    return decide(*writs, config=config, **tables)


def test_every_reading_is_on_the_page_with_its_values_its_default_first():
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    told = {name: (paragraphs.strip(), tuple(re.findall(r"`(\w+)`", values))) for name, paragraphs, values in rows}
    assert {name: paragraphs for name, (paragraphs, _) in told.items()} == READINGS
    for name, (_, values) in told.items():
        assert values[0] == getattr(Config(), name) and set(values) == set(VALUES[name])


@pytest.mark.parametrize(
    ("reading", "received", "issued", "code"),
    [
        # 4,000,000 is more than 1,000 MCI of 2025 (3,932) and less than those of 2026 (4,325).
        ("received", "2025-12-30", "2025-11-02", "state_over_1000_mci"),
        ("received", "2026-01-05", "2025-11-02", None),
        ("issued", "2026-01-05", "2025-11-02", "state_over_1000_mci"),
        ("issued", "2026-01-05", "2026-01-02", None),
        ("distributed", "2025-12-30", "2025-11-02", None),
    ],
)
def test_p4_whose_day_s_index_bounds_a_claim_of_the_state(reading, received, issued, code, tmp_path):
    one = writ("W", **STATE, received_at=f"{received}T10:00:00", issued_on=issued)
    outcome = read(one, settings={"index_day": reading}, folder=tmp_path)
    assert outcome.codes == ({} if code is None else {"W": code})
    if code is not None:
        asked = "on the day of receipt" if reading == "received" else f"on {issued}, the day that counts"
        assert asked in outcome.whole.unassigned["explanation"][0]


def test_p4_a_day_of_issue_before_the_first_index_is_named(tmp_path):
    one = writ("W", **STATE, issued_on="2011-05-06")
    outcome = read(one, settings={"index_day": "issued"}, folder=tmp_path)
    assert outcome.codes == {"W": "mci_unknown"}
    assert "no MCI is known of 2011-05-06, the day that counts" in outcome.whole.unassigned["explanation"][0]


def test_p9_a_short_absence_of_the_only_registered_opens_the_pool_to_the_attached_or_does_not(tmp_path):
    asked = read(writ("W"), settings={}, folder=tmp_path / "1", **ALONE)
    assert (asked.who("W"), asked.basis("W")) == ("E2", "attached")
    two = {"enforcers": [*ALONE["enforcers"], enforcer("E3")], "absences": [AWAY, absence("E3", end="2026-11-26")]}
    asks = {"attached_when": "nobody_registered"}
    outcome = read(writ("W"), settings=asks, folder=tmp_path / "2", **{**ALONE, **two})
    assert outcome.codes == {"W": "no_eligible_enforcer"}
    said = outcome.whole.unassigned["explanation"][0]
    assert "away until 2026-11-24 only" in said and "those attached to it are asked where nobody is registered" in said


@pytest.mark.parametrize("gone", [{"end": "2027-03-01"}, {"reason": "licence_suspended", "end": None}])
def test_p9_whoever_is_away_for_long_leaves_the_district_to_the_attached_by_either_reading(gone, tmp_path):
    tables = {**ALONE, "absences": [absence("E1", **{"start": "2026-11-22", **gone})]}
    outcome = read(writ("W"), settings={"attached_when": "nobody_registered"}, folder=tmp_path, **tables)
    assert outcome.who("W") == "E2"


def test_p13_an_attached_holder_keeps_his_claim_where_the_attached_are_not_asked(tmp_path):
    tables = {
        **ALONE,
        "enforcers": [*ALONE["enforcers"], enforcer("E3")],
        "ledger": [proceeding("L", "E2", debtor_id="D-1", category="alimony")],
    }
    one = writ("W", claim="alimony", amount=None, debtor_id="D-1")
    outcome = read(one, settings={"attached_when": "nobody_registered"}, folder=tmp_path, **tables)
    assert (outcome.who("W"), outcome.basis("W")) == ("E2", "alimony_debtor")


def test_p14_a_non_property_claim_of_a_case_is_tied_to_the_others_or_goes_its_own_way(tmp_path):
    writs = [writ("A", **IN_CASE), writ("B", **IN_CASE), writ("C", claim="eviction", amount=None, **IN_CASE)]
    together = read(*writs, settings={}, folder=tmp_path / "1")
    assert {row["bundle_id"] for row in together.given.values()} == {"A"}
    apart = read(*writs, settings={"case_binds": "collection"}, folder=tmp_path / "2")
    assert {name: row["bundle_id"] for name, row in apart.given.items()} == {"A": "A", "B": "A", "C": "C"}


@pytest.mark.parametrize(
    ("claim", "held", "binds"),
    [("money", "individual", True), ("money", "non_property", False), ("eviction", "individual", False)],
)
def test_p14_a_proceeding_that_collects_nothing_binds_nobody_where_so_read(claim, held, binds, tmp_path):
    ledger = [proceeding("L", "E1", category=held, **IN_CASE)]
    one = writ("W", claim=claim, amount=None, **IN_CASE)
    assert read(one, settings={}, folder=tmp_path / "1", ledger=ledger).basis("W") == "same_case"
    outcome = read(one, settings={"case_binds": "collection"}, folder=tmp_path / "2", ledger=ledger)
    assert outcome.basis("W") == ("same_case" if binds else "registered")


@pytest.mark.parametrize("more", [[], [absence("E1", "leave")], [absence("E1", "unread")]])
def test_p17_p13_an_office_frees_what_is_bound_to_its_holder_or_leaves_it_to_him(more, tmp_path):
    tables = {
        "ledger": [proceeding("L", "E1", debtor_id="D-1", category="alimony")],
        "absences": [absence("E1", "chamber_office", end=None), *more],
    }
    one = writ("W", claim="alimony", amount=None, debtor_id="D-1")
    unread = any(row["reason"] == "unread" for row in more)
    folders = {} if unread else {"1": {}, "2": {"office_binds": "holder"}}
    found = {name: read(one, settings=given, folder=tmp_path / name, **tables) for name, given in folders.items()}
    if not unread:
        assert found["1"].basis("W") == "registered"
        assert (found["2"].who("W") == "E1") is (not more)
    kept = decide(one, config=Config(office_binds="holder"), **tables)
    assert (kept.who("W") == "E1") is (not more)


def test_verify_follows_the_reading_that_the_manifest_names_and_refuses_one_that_is_none(tmp_path):
    read(writ("W"), settings={"attached_when": "nobody_registered"}, folder=tmp_path, **ALONE)
    place = tmp_path / "out/manifest.json"
    manifest = json.loads(place.read_text(encoding="utf-8"))
    for value in ("nobody_present", "whenever"):
        manifest["config"]["attached_when"] = value
        place.write_text(json.dumps(manifest), encoding="utf-8")
        assert not verify(tmp_path / "in", tmp_path / "out").ok


@settings(max_examples=settings.default.max_examples // 2)
@given(chambers(), st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()}))
def test_the_verifier_finds_nothing_broken_by_whatever_reading(tmp_path_factory, tables, chosen):
    folder = tmp_path_factory.mktemp("batch")
    source = write_tables(folder / "in", **tables)
    try:
        run(source, folder / "out", as_of=MOMENT, seed="a1", accept="as drawn", config=config_of(chosen))
    except UnusableInputError as error:
        assume("without writs there is no batch" not in str(error))
        raise
    report = verify(source, folder / "out")
    assert report.ok, str(report)
