"""The alarms on what ¶11, ¶13 and ¶14 bind: worth against worth, and many against those who hold as much."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest
from months import DAYS, FAIR, PEOPLE, PLACES, bound, month, writ

from tengbol.report.alarms.affinity import affinity
from tengbol.report.alarms.bound_peers import bound_peers, bundles_of, followed_of

FIRST, LAST = DAYS[0], DAYS[-1]


def ordinary(count):
    return [bound(n, PEOPLE[n % len(PEOPLE)][0], 1000.0 + n) for n in range(count)]


def test_worth_is_of_bound_writs_alone_and_of_the_one_whose_are_worth_most_for_their_number():
    free = [writ(n, amount=9e6 + n, enforcer_id="D2-3") for n in range(100, 105)]
    rest = [row for row in FAIR[30:] if not 100 <= int(row["writ_id"][1:]) < 105]
    assert not affinity(*month(ordinary(30) + free + rest)).fired
    many = [bound(n, "D1-1", 1000.0 + n) for n in range(200, 230)]
    dear = [bound(n, "D2-3", 9e6 + n) for n in range(100, 105)]
    rest = [row for row in rest if not 200 <= int(row["writ_id"][1:]) < 230]
    found = affinity(*month(ordinary(30) + dear + many + rest))
    assert found.fired
    assert found.said.values["who"].key == "D2-3"
    assert found.said.values["writs"].value == len([n for n in range(30) if PEOPLE[n % 24][0] == "D2-3"]) + 5


def peers(tied, held):
    """So many bundles bound to D2-3, six to two others of his district, and ordinary ones beside."""
    rows = [bound(n, "D2-3", 1000.0) for n in range(tied)] + [
        bound(n, f"D2-{1 + n % 2}", 1000.0) for n in range(12, 18)
    ]
    rows += [bound(n, PEOPLE[n % 24][0], 1000.0) for n in range(18, 60)]
    return month(rows + FAIR[60:], held=held)


ALIKE = [who for who, _ in PEOPLE] * 10


def test_bundles_are_counted_and_not_writs():
    one = {"bundle_id": "W0000", "batch_id": "B00"}
    rows = [bound(n, "D2-3", 1000.0) | one for n in range(12)] + [
        bound(n, PEOPLE[n % 24][0], 1.0) for n in range(12, 60)
    ]
    found = bound_peers(*month(rows + FAIR[60:], held=ALIKE))
    assert not found.fired
    assert found.cases.filter(enforcer_id="D2-3")["bound"].item() == 1 + len(
        [n for n in range(12, 60) if PEOPLE[n % 24][0] == "D2-3"]
    )


def expected(made, inputs):
    bundles = bundles_of(made)
    followed = followed_of(made, inputs, bundles)
    return dict(zip(followed.names, followed.expected(int(bundles["bound"].sum())), strict=True))


def test_a_proceeding_counts_while_it_is_open_and_its_case_once_for_its_last_holder():
    """What is to be expected moves with what is open on the days of the batches, and with nothing else."""
    made, inputs = peers(12, ALIKE)
    assert bound_peers(made, inputs).fired
    more = [
        {"case_id": f"more {n}", "debtor_id": f"more {n}", "enforcer_id": "D2-3", "district_id": "D2",
         "assigned_at": dt.datetime(2026, 1, 2), "closed_at": None} for n in range(400)
    ]  # fmt: skip

    def with_more(**cells):
        rows = pl.DataFrame([{**row, **cells} for row in more], schema=inputs.ledger.schema)
        return replace(inputs, ledger=pl.concat([inputs.ledger, rows]))

    assert not bound_peers(made, with_more()).fired
    before = expected(made, inputs)["D2-3"]
    assert expected(made, with_more())["D2-3"] > 2 * before
    for idle in (
        {"assigned_at": dt.datetime(2026, 12, 1)},
        {"closed_at": dt.datetime(2026, 10, 1)},
        {"case_id": "one", "debtor_id": "one"},
    ):
        assert expected(made, with_more(**idle))["D2-3"] == pytest.approx(before, rel=0.1), idle
    late = dt.datetime.combine(DAYS[-1], dt.time(20))
    assert expected(made, with_more(closed_at=late)) == expected(made, with_more())
    same = {"case_id": "case 8", "debtor_id": "old 8"}
    assert inputs.ledger.filter(**same)["enforcer_id"].item() == "D2-3"
    taken = expected(made, with_more(**same, enforcer_id="D2-4"))
    assert taken["D2-3"] < before < taken["D2-4"]


def test_nothing_is_to_be_expected_of_whoever_is_away():
    made, inputs = peers(12, ALIKE)
    gone = pl.DataFrame(
        [{"enforcer_id": "D2-4", "reason": "leave", "start": FIRST, "end": LAST}],
        schema={"enforcer_id": pl.String, "reason": pl.String, "start": pl.Date, "end": pl.Date},
    )
    assert expected(made, inputs)["D2-4"] > 1
    assert expected(made, replace(inputs, absences=gone))["D2-4"] <= len(DAYS) / 24


def test_whoever_something_was_bound_to_could_have_got_it_whatever_the_ledger_kept():
    """A writ that came back (¶11) needs no open proceeding."""
    rows = [bound(n, "D2-3", 1000.0) for n in range(6)] + FAIR[6:]
    made, inputs = month(rows)
    assert inputs.ledger is not None and inputs.ledger.is_empty()
    assert expected(made, inputs)["D2-3"] == pytest.approx(6)
    assert bound_peers(made, inputs).p == 1.0


def test_where_more_comes_more_may_be_bound():
    """All bundles but few come to D2: what is bound there is no more than its part of them."""
    rows = [bound(n, f"D2-{1 + n % 6}", 1000.0) for n in range(60)]
    rows += [writ(n, district_id="D2" if n % 10 else PLACES[n % 4]) for n in range(60, 300)]
    made, inputs = month(rows, held=ALIKE)
    assert not bound_peers(made, inputs).fired
    to_d2 = made.assignments.filter(district_id="D2").height
    assert expected(made, inputs)["D2-1"] == pytest.approx(60 * to_d2 / 300 / 6)
