"""The order of the lot between equal claims: ruled by one and turned to another it is as if ruled by that one."""

from __future__ import annotations

import datetime as dt

import pytest
from chambers import chambers, one_chamber
from hypothesis import given
from hypothesis import strategies as st
from small import AS_OF, absence, district, enforcer, proceeding, writ, write_tables

from tengbol.batch import draw
from tengbol.io.read import read
from tengbol.ruling import rule

MOMENT = dt.datetime.fromisoformat(AS_OF)
TURNS = [f"{number:02x}" for number in range(4)]


def explained(place):
    """Of each order, what is decided, ruled by another first and by itself."""
    chamber = read(place).chamber
    first = rule(chamber, as_of=MOMENT, turn="ff")
    for turn in TURNS:
        own = draw(rule(chamber, as_of=MOMENT, turn=turn), "0a").assignments
        assert draw(first.turned(turn), "0a").assignments.equals(own)
        yield own["explanation"].to_list()


def claimed_alike(tables):
    """The same with all proceedings opened at one moment, against one debtor whose writs are all for alimony."""
    ledger = [{**row, "assigned_at": "2026-03-02T12:00:00", "closed_at": None} for row in tables["ledger"]]
    kind = {"debtor_id": "Serik", "category": "alimony"}
    writs = [{**row, "debtor_id": "Serik", "claim": "alimony", "case_id": None} for row in tables["writs"]]
    return {**tables, "ledger": [row | kind for row in ledger], "writs": writs}


@given(tables=chambers(), alike=st.booleans())
def test_whatever_the_chamber(tmp_path_factory, tables, alike):
    tables = one_chamber(tables)
    list(explained(write_tables(tmp_path_factory.mktemp("any"), **(claimed_alike(tables) if alike else tables))))


@pytest.fixture
def equal(tmp_path):
    """Two with whom the debtor's proceedings were opened at one moment, of whom one is away."""
    return write_tables(
        tmp_path,
        districts=[district("D1")],
        enforcers=[enforcer(f"E{n}") for n in range(1, 4)],
        absences=[absence("E1", "licence_suspended", start="2026-11-01", end="2026-12-31")],
        ledger=[proceeding(f"old{n}", f"E{n}", debtor_id="Serik", category="alimony") for n in (1, 2)],
        writs=[writ("W", claim="alimony", debtor_id="Serik")],
    )


def test_whoever_would_have_been_asked_first_is_told_though_he_could_not_be_given_it(equal):
    told = {("Passed over: E1" in line, "given to Enforcer E2" in line) for (line,) in explained(equal)}
    assert told == {(True, True), (False, True)}
