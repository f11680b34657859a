"""Now against in a month: a variant and the same events later, beside each other and on the very same days."""

from __future__ import annotations

from datetime import date

import pytest
from small import district, enforcer, proceeding, writ, write_tables

from tengbol.errors import UnusableInputError
from tengbol.report.words import Words
from tengbol.scenarios.whatif.answer import ask
from tengbol.scenarios.whatif.delay import beside_later
from tengbol.scenarios.whatif.scenario import parse

SCENARIO = """
base = "in"
as_of = 2026-11-23T18:00:00
days = 30
replications = 2
lots = 2
delay = 1

[[variant]]
name = "E1 goes"
[[variant.event]]
kind = "leave"
enforcer_id = "E1"
reason = "sickness"
on = 2026-11-30
until = 2027-01-31
"""
LATER = "E1 goes, 1 month later"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("delay")
    write_tables(
        folder / "in",
        districts=[district("D1"), district("D2")],
        enforcers=[*(enforcer(f"E{n}") for n in range(1, 4)), enforcer("L1", "D2")],
        ledger=[proceeding(f"P{n}", f"E{n % 3 + 1}", assigned_at=f"2026-11-{10 + n}T12:00:00") for n in range(9)],
        writs=[writ(f"w{n}") for n in range(5)],
    )
    return folder


@pytest.fixture(scope="module")
def both(place):
    """The whole answer, and what was told before the days to come were drawn."""
    early = []
    return ask(parse(SCENARIO, "s.toml", folder=place), early=early.append), early


@pytest.fixture(scope="module")
def answered(both):
    return both[0]


def test_the_same_events_stand_a_calendar_month_later_beside_the_variant():
    asked, of = beside_later(parse(SCENARIO, "s.toml"), Words("en"))
    assert of == {LATER: "E1 goes"}
    assert [variant.name for variant in asked.scenario.variant] == ["E1 goes", LATER]
    now, then = (variant.event[0] for variant in asked.scenario.variant)
    assert (now.on, then.on, then.until) == (date(2026, 11, 30), date(2026, 12, 30), date(2027, 3, 1))
    assert then.model_copy(update={"on": now.on, "until": now.until}) == now


def test_without_a_delay_nothing_is_asked_but_what_the_file_asks():
    asked = parse(SCENARIO.replace("delay = 1", ""), "s.toml")
    assert beside_later(asked, Words("en")) == (asked, {})


def test_what_is_wrong_of_the_later_is_told_by_the_line_of_the_event_in_the_file(place):
    few = parse(SCENARIO.replace("days = 30", "days = 10"), "s.toml", folder=place)
    with pytest.raises(UnusableInputError, match=r"line 15, variant 2, event 1, on: 2026-12-30 lies after the last"):
        ask(few)


def test_a_variant_of_the_name_of_the_later_one_is_refused():
    twice = SCENARIO + f'\n[[variant]]\nname = "{LATER}"\n'
    with pytest.raises(UnusableInputError, match="two variants are called"):
        beside_later(parse(twice, "s.toml"), Words("en"))


def test_both_are_answered_and_the_later_is_told_against_the_earlier_on_the_same_days(answered):
    tables = answered.tables
    assert tables["beside"]["variant"].to_list() == ["base", "E1 goes", LATER]
    told = tables["delays"]
    assert set(told["variant"]) == {LATER} and set(told["against"]) == {"E1 goes"}
    returns = told.filter(measure="returns").row(0, named=True)
    beside = dict(tables["beside"].select("variant", "returns").iter_rows())
    assert (returns["base"], returns["value"]) == (beside["E1 goes"], beside[LATER])
    # Over the days to come it is the difference of both differences from the base, replication by replication.
    from_base = tables["differences"].filter(measure="late")
    value = dict(from_base.select("variant", "difference").iter_rows())
    late = told.filter(measure="late").row(0, named=True)
    assert late["difference"] == pytest.approx(value[LATER] - value["E1 goes"])
    assert late["low"] <= late["difference"] <= late["high"]
    said = answered.findings.filter(variant=LATER)["finding"].to_list()
    assert any(one.startswith("Against “E1 goes”") for one in said)
    assert any("“E1 goes”" in one and one.startswith("Over 30 working days to come") for one in said)


def test_the_first_answer_has_what_departures_bring_of_both_and_no_days(both):
    whole, (first,) = both
    assert "days" not in first.tables and set(first.tables["delays"]["measure"]) == {
        "returns", "unplaced", "most_added", "overloaded",
    }  # fmt: skip
    assert first.tables["beside"].equals(whole.tables["beside"])
    assert set(first.findings["finding"]) <= set(whole.findings["finding"])
