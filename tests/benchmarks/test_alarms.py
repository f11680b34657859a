"""Alarms: what is planted by hand is seen and named, honest habits are not, and fair months stay within the rate."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache

import numpy as np
import pytest
from months import DAYS, DEAR, FAIR, LEAVE, PEOPLE, PLACES, TRIPS, acts, bound, month, with_dear, writ
from polars.testing import assert_frame_equal
from scipy.stats import binom

from benchmarks.alarms.abuse import ABUSES, POWER, UNSEEN
from benchmarks.alarms.measure import Measured, Told, fair_months, most, planted, told_of
from benchmarks.alarms.month import CHAMBERS
from benchmarks.alarms.page import page
from tengbol.model.tables import TABLES
from tengbol.report.alarms import ALARMS, Inputs, raise_alarms, table
from tengbol.report.alarms.absences import absences
from tengbol.report.alarms.affinity import affinity
from tengbol.report.alarms.alarm import chance
from tengbol.report.alarms.bound_peers import bound_peers
from tengbol.report.alarms.manual import manual
from tengbol.report.alarms.small_pool import small_pool
from tengbol.report.alarms.splitting import splitting
from tengbol.report.record import record


def test_a_pool_emptied_before_a_valuable_writ_is_seen_and_the_writ_named():
    found = small_pool(*month(with_dear(1), LEAVE + TRIPS))
    assert found.fired
    assert found.cases.row(0, named=True)["writ_id"] == f"W{DEAR:04d}"
    assert "25,000,000" in found.reason and "its pool: 1." in found.reason and "a pool of one: 1." in found.reason


def test_neither_a_valuable_writ_nor_ordinary_leave_alone_shrinks_a_pool():
    assert not small_pool(*month(with_dear(6), LEAVE)).fired
    assert not small_pool(*month(FAIR, LEAVE)).fired


def test_absences_of_one_district_on_one_day_are_seen_and_a_holiday_of_all_is_not():
    found = absences(*month(FAIR, LEAVE + TRIPS))
    assert found.fired
    assert found.cases.row(0) == ("D1", DAYS[4], 5 + (("D1-5", DAYS[4]) in LEAVE), 6)
    holiday = [(f"{place}-{number}", DAYS[4]) for place in PLACES for number in range(1, 6)]
    assert not absences(*month(FAIR, LEAVE + holiday)).fired


def test_a_claim_in_four_parts_is_seen_and_its_filings_named():
    parts = [writ(number, debtor_id="debtor X", creditor_id="creditor X") for number in (40, 81, 122, 163)]
    rest = [row for row in FAIR if row["writ_id"] not in {part["writ_id"] for part in parts}]
    found = splitting(*month(rest + parts))
    assert found.fired
    first = found.cases.row(0, named=True)
    assert (first["filings"], first["differ_in"], first["writ_ids"]) == (4, "amount", "W0040 W0081 W0122 W0163")


def test_parts_that_stay_in_one_bundle_draw_one_lot_and_raise_nothing():
    same = {"debtor_id": "debtor X", "creditor_id": "creditor X", "bundle_id": "W0040", "batch_id": "B01"}
    parts = [writ(number, **same) for number in (40, 81, 122, 163)]
    rest = [row for row in FAIR if row["writ_id"] not in {part["writ_id"] for part in parts}]
    assert not splitting(*month(rest + parts)).fired


def test_a_creditor_who_files_most_of_all_writs_meets_a_debtor_twice_by_himself():
    bank = [writ(n, creditor_id="bank", debtor_id=f"debtor {n % 280}") for n in range(300)]
    assert not splitting(*month(bank)).fired


def test_valuable_writs_tied_to_one_are_seen_and_many_small_ones_are_no_matter_of_worth():
    ordinary = [bound(n, PEOPLE[n % len(PEOPLE)][0], 1000.0 + n) for n in range(30)]
    dear = [bound(n, "D2-3", 9e6 + n) for n in range(100, 105)]
    rest = [row for row in FAIR[30:] if not 100 <= int(row["writ_id"][1:]) < 105]
    found = affinity(*month(ordinary + dear + rest))
    assert found.fired
    assert set(found.cases["enforcer_id"]) == {"D2-3"}
    small = [bound(n, "D2-3", 1000.0 + n) for n in range(100, 105)]
    assert not affinity(*month(ordinary + small + rest)).fired


def test_far_more_bound_to_one_than_to_his_peers_is_seen_unless_he_holds_as_many_proceedings():
    tied = [bound(n, "D2-3", 1000.0) for n in range(12)] + [bound(n, f"D2-{1 + n % 2}", 1000.0) for n in range(12, 18)]
    alike = [who for who, _ in PEOPLE] * 10
    found = bound_peers(*month(tied + FAIR[18:], held=alike))
    assert found.fired
    assert found.cases.row(0, named=True)["enforcer_id"] == "D2-3"
    assert not bound_peers(*month(tied + FAIR[18:], held=alike + ["D2-3"] * 120)).fired


def test_acts_of_one_clerk_on_one_enforcer_are_seen_and_much_work_alone_is_not():
    rng = np.random.default_rng(1)
    spread = [(str(who), PEOPLE[n % 24][0]) for n, who in enumerate(rng.choice(list("AAAAABBBC"), 48))]
    assert not manual(*month(FAIR, acts=acts(spread))).fired
    found = manual(*month(FAIR, acts=acts(spread + [("C", "D3-2")] * 8)))
    assert found.fired
    assert found.cases.row(0, named=True)["who"] == "C"


def test_batches_are_no_acts_by_hand():
    ran = acts([("robot", "B01")] * 60, "batch") + acts([("A", "D1-1"), ("B", "D1-2")])
    assert "Acts by hand: 2;" in manual(*month(FAIR, acts=ran)).reason


def test_a_month_without_anything_has_nothing_to_look_at():
    empty = record()
    none = Inputs(*(TABLES[name].empty() for name in ("writs", "absences", "ledger")))
    assert [alarm.p for alarm in raise_alarms(empty, none)] == [None] * len(ALARMS)


def test_alarms_are_the_same_whatever_the_order_of_rows():
    rows = [*(bound(n, PEOPLE[n % 24][0], 1000.0 + n) for n in range(30)), *with_dear(1)[30:]]
    pairs = [("A", "D1-1"), ("B", "D1-2")] * 9
    made, inputs = month(rows, LEAVE + TRIPS, [who for who, _ in PEOPLE] * 3, acts(pairs))
    assert_frame_equal(table(raise_alarms(made, inputs)), table(raise_alarms(shuffled(made), shuffled(inputs))))


def shuffled(tables):
    names = [field.name for field in fields(tables)]
    return replace(tables, **{name: getattr(tables, name).sample(fraction=1, shuffle=True, seed=4) for name in names})


def test_chance_alone_reaches_any_rate_at_most_that_often():
    rng = np.random.default_rng(5)
    values = np.array([chance(rng.random(), rng.random, 1.0, 99).p for _ in range(2000)])
    assert values.min() >= 0.01
    for rate in (0.01, 0.05, 0.2):
        assert (values <= rate).sum() <= most(2000, rate)


@cache
def fair() -> Measured:
    return fair_months(range(1, 11))


def test_fair_months_keep_within_the_rate():
    assert all(count <= most(10) for count in fair().fired.values()), fair()


@pytest.mark.parametrize(
    ("abuse", "alarm"),
    [
        ("a pool emptied by false absences", "small_pool"),
        ("a claim filed in parts", "splitting"),
        ("valuable writs steered by affinity", "affinity"),
    ],
)
def test_a_planted_abuse_is_caught(abuse: str, alarm: str):
    assert planted(abuse, range(1, 4)).fired[alarm] == 3


@pytest.mark.soak
@pytest.mark.parametrize("abuse", ABUSES)
def test_an_abuse_in_a_chamber_of_any_size_is_caught_or_told_as_what_cannot_be_told(abuse: str):
    of = [told_of(abuse, enforcers, range(1, 5)) for enforcers in CHAMBERS]
    caught, months = sum(one.caught + one.cannot_tell for one in of), sum(one.months for one in of)
    # Fewer would come up in one of a thousand such tests.
    assert caught >= binom.ppf(0.001, months, POWER[abuse]), of


@pytest.mark.soak
@pytest.mark.parametrize("enforcers", CHAMBERS)
@pytest.mark.parametrize("abuse", ABUSES)
def test_abuses_are_caught_at_the_stated_power(abuse: str, enforcers: int):
    of = told_of(abuse, enforcers, UNSEEN)
    assert of.caught + of.cannot_tell >= POWER[abuse] * of.months, of


def test_a_month_without_anybody_to_be_tied_to_is_not_counted():
    assert told_of("many writs bound to one", 10, [87]) == Told(0, 0, 0)


def test_the_page_says_what_was_measured():
    chambers = {("a claim filed in parts", 10): Told(9, 5, 3)}
    text = page(fair(), fair(), {"a claim filed in parts": fair()}, chambers, first=1)
    assert "| a claim filed in parts | 10 | 9 | 5 | 3 | 1 | 80% |" in text
    for name, count in fair().fired.items():
        assert f"| {name} | 1% | {count} |" in text
