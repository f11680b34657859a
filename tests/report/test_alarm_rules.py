"""The rules of the alarms one by one: who is away, what counts as one, what chance is measured by."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import permutations

import numpy as np
import polars as pl
import pytest
from months import DAYS, FAIR, LEAVE, PEOPLE, TRIPS, acts, month, with_dear, writ
from scipy.stats import binom

from tengbol.report.alarms import RATE, raise_alarms
from tengbol.report.alarms.absences import absences
from tengbol.report.alarms.alarm import Alarm, chance
from tengbol.report.alarms.bound_peers import Followed
from tengbol.report.alarms.manual import manual
from tengbol.report.alarms.presence import Presence, presence
from tengbol.report.alarms.small_pool import small_pool
from tengbol.report.alarms.splitting import _pairs, _utmost, splitting
from tengbol.report.words import Said

FIRST, LAST = DAYS[0], DAYS[-1]


def test_an_alarm_fires_at_its_rate_and_not_above_it_and_the_rate_is_one_in_a_hundred():
    assert RATE == 0.01
    assert {alarm.rate for alarm in raise_alarms(*month(FAIR))} == {0.01}
    alarm = Alarm("x", "?", Said(""), 0.01, 0.01, pl.DataFrame())
    assert (alarm.fired, alarm.state) == (True, "fired")
    assert (replace(alarm, p=0.0101).fired, replace(alarm, p=0.0101).state) == (False, "quiet")
    assert replace(alarm, p=None).state == "nothing"


def test_chance_that_does_just_as_much_counts_and_ten_times_are_enough():
    assert chance(3.0, lambda: 3.0, 9.0).p == 1.0
    turns = iter([3.0] * 10 + [0.0] * 989)
    assert chance(3.0, lambda: next(turns), 9.0).p == 1.0
    assert chance(3.0, lambda: 2.9, 9.0, 99).p == 1 / 100


def test_the_least_p_is_of_the_most_there_could_be_and_above_the_rate_no_month_can_be_told():
    turns = iter([2.0, 5.0, 1.0, 5.0, 4.0] * 20)
    assert chance(3.0, lambda: next(turns), 5.0, 99).least == 11 / 28
    turns = iter([2.0, 5.0, 1.0, 5.0, 4.0] * 20)
    assert chance(3.0, lambda: next(turns), 6.0, 99).least == 1 / 100
    # What is observed is among the cases: 1 of 100, and no least p is above p.
    assert (chance(3.0, lambda: 2.9, 3.0, 99).p, chance(3.0, lambda: 2.9, 3.0, 99).least) == (1 / 100, 1 / 100)
    alarm = Alarm("x", "?", Said(""), 0.3, 0.01, pl.DataFrame(), least=0.0101, looks=4)
    assert alarm.state == "cannot_tell" and not alarm.fired
    assert "cannot tell here (p = 0.3, no less than 0.0101 here, looks: 4, fires in 1%" in str(alarm)
    assert replace(alarm, least=0.01).state == "quiet"


def test_four_of_a_district_of_five_in_a_chamber_of_ten_away_are_no_rarer_than_chance_can_tell():
    """Of ten people, four who are away are all of one of two districts of five in 10 of 210 cases: one in 21."""
    made, inputs = month(FAIR, [(f"{place}-{n}", DAYS[4]) for place, n in (("D1", 1), ("D1", 2), ("D1", 3), ("D1", 4))])
    ten = made.enforcers.filter(pl.col("enforcer_id").str.contains(r"^D[12]-[1-5]$"))
    found = absences(replace(made, enforcers=ten), inputs)
    assert found.state == "cannot_tell"
    assert found.p == found.least == pytest.approx(1 / 21, abs=0.03)
    assert found.looks == 2 * len(DAYS)


# ---- Presence


def there(away=(), licences=()):
    """Presence of the month by hand, with absences (enforcer, start, end) and licences (enforcer, from, to)."""
    made, inputs = month(FAIR)
    rows = [{"enforcer_id": who, "reason": "leave", "start": start, "end": end} for who, start, end in away]
    spans = pl.DataFrame(
        licences, schema={"enforcer_id": pl.String, "licensed_from": pl.Date, "licensed_to": pl.Date}, orient="row"
    )
    people = made.enforcers.update(spans, on="enforcer_id")
    absent = pl.DataFrame(rows, schema_overrides={"end": pl.Date}) if rows else inputs.absences
    return presence(replace(made, enforcers=people), replace(inputs, absences=absent))


def days_away(found, who):
    return [found.days[at] for at in np.flatnonzero(found.away[found.enforcers.index(who)])]


def test_an_absence_lasts_from_its_first_day_to_its_last_and_without_a_last_for_good():
    found = there([("D1-1", DAYS[3], DAYS[5]), ("D1-2", DAYS[12], None), ("D1-1", DAYS[4], DAYS[4])])
    assert days_away(found, "D1-1") == DAYS[3:6]
    assert days_away(found, "D1-2") == DAYS[12:]
    assert days_away(found, "D1-3") == []


def test_whoever_is_not_licensed_is_away_from_his_first_day_to_his_last_he_is_there():
    found = there(licences=[("D1-1", DAYS[2], None), ("D1-2", FIRST, DAYS[4]), ("D1-3", FIRST, LAST)])
    assert days_away(found, "D1-1") == DAYS[:2]
    assert days_away(found, "D1-2") == DAYS[5:]
    assert days_away(found, "D1-3") == []


def test_whoever_is_licensed_on_no_day_is_left_out_and_whoever_was_away_on_all_is_not():
    found = there([("D1-2", FIRST, None)], [("D1-1", LAST + dt.timedelta(days=1), None)])
    assert "D1-1" not in found.enforcers
    assert days_away(found, "D1-2") == DAYS
    assert len(found.enforcers) == len(PEOPLE) - 1


def test_a_crowd_is_measured_by_how_many_of_the_chamber_are_away_that_day():
    few = there([(f"D1-{n}", DAYS[1], DAYS[1]) for n in range(1, 4)])
    many = there([(who, DAYS[1], DAYS[1]) for who, place in PEOPLE if who[-1] in "123"])
    one = there([("D1-1", DAYS[1], DAYS[1])])
    assert one.crowds(one.away)[1][0, 1] > 0
    count, surprising = few.crowds(few.away)
    assert count[:, 1].tolist() == [3, 0, 0, 0]
    assert surprising[0, 1] > 3 * many.crowds(many.away)[1][0, 1] > 0
    assert surprising[1, 1] == 0
    # −log of a binomial tail: of six, three or more, at 3.5 of 25.
    each = 3.5 / 25
    tail = sum([20 * each**3 * (1 - each) ** 3, 15 * each**4 * (1 - each) ** 2, 6 * each**5 * (1 - each), each**6])
    assert surprising[0, 1] == pytest.approx(-np.log(tail))


def test_of_one_day_those_who_are_away_are_seen():
    made, inputs = month(with_dear(1), TRIPS)
    day = made.batches.filter(pl.col("as_of").dt.date() == DAYS[4])
    alone = replace(made, batches=day, assignments=made.assignments.join(day, on="batch_id", how="semi"))
    assert absences(alone, inputs).cases.row(0, named=True) == {
        "district_id": "D1", "day": DAYS[4], "away": 5, "enforcers": 6,
    }  # fmt: skip
    assert absences(alone, inputs).fired


# ---- Each alarm


def test_small_pools_are_those_of_one_and_every_alarm_counts_them():
    rows = [writ(n, pool_size=1 + n % 3) for n in range(300)]
    assert small_pool(*month(rows)).said.values["alone"].value == 100


#: The last of the writs that come to D1 on the day of the trips.
LATE = max(number for number in range(300) if number % len(DAYS) == 4 and number % 4 == 0)


def with_late(**cells):
    return [*FAIR[:LATE], writ(LATE, amount=25e6, **cells), *FAIR[LATE + 1 :]]


def test_of_the_writs_of_a_shrunken_pool_the_valuable_one_is_named():
    assert small_pool(*month(with_late(), LEAVE + TRIPS)).cases["writ_id"][0] == f"W{LATE:04d}"


def test_a_writ_that_was_bound_was_drawn_from_no_pool():
    found = small_pool(*month(with_late(basis="same_case"), LEAVE + TRIPS))
    assert f"W{LATE:04d}" not in found.cases["writ_id"].to_list()


def filings(differ=None, **same):
    """Four filings on four days against one debtor, alike in `same`; `differ`: a column made unlike in each beside."""
    numbers = (40, 81, 122, 163)
    parts = [writ(number, debtor_id="debtor X", **same) for number in numbers]
    rest = [row for row in FAIR if int(row["writ_id"][1:]) not in numbers]
    made, inputs = month(rest + parts)
    if differ is None:
        return made, inputs
    unlike = pl.when(pl.col("debtor_id") == "debtor X").then(pl.col("writ_id")).otherwise(pl.col(differ))
    return made, replace(inputs, writs=inputs.writs.with_columns(unlike.alias(differ)))


def test_filings_differ_in_one_field_when_only_the_sum_or_only_the_creditor_does():
    by_sum = splitting(*filings(creditor_id="creditor X"))
    assert by_sum.fired and by_sum.cases.row(0, named=True)["differ_in"] == "amount"
    by_creditor = splitting(*filings(amount=7777.0))
    assert by_creditor.fired and by_creditor.cases.row(0, named=True)["differ_in"] == "creditor_id"
    assert by_creditor.cases["filings"][0] == 4
    assert not splitting(*filings()).fired


@pytest.mark.parametrize("column", ["claim", "subject", "debtor_id"])
def test_filings_that_differ_in_a_second_field_are_no_split(column):
    found = splitting(*filings(column, creditor_id="creditor X"))
    assert not found.fired
    assert found.cases.is_empty()


def test_two_batches_may_name_bundles_alike_and_still_draw_two_lots():
    assert splitting(*filings(creditor_id="creditor X", bundle_id="B")).cases["filings"][0] == 4


def test_two_writs_of_one_bundle_are_one_filing_and_two_filings_are_a_group():
    rows = [*FAIR[:280], *(writ(n, debtor_id="debtor X", creditor_id="creditor X") for n in (280, 296))]
    rows += [writ(n, debtor_id="debtor X", creditor_id="creditor X", bundle_id="W0296", batch_id="B11") for n in (281,)]
    assert rows[281]["batch_id"] == "B11"
    cases = splitting(*month(rows)).cases
    assert cases.select("filings", "writ_ids").rows() == [(2, "W0280 W0281 W0296")]


def test_the_group_that_is_least_to_be_expected_is_told_first():
    bank = [writ(n, creditor_id="bank", debtor_id="debtor B" if n < 6 else f"debtor {n}") for n in range(150)]
    private = [writ(n, creditor_id="creditor X", debtor_id="debtor X") for n in (160, 171, 182, 193)]
    rest = [row for row in FAIR[150:] if row["writ_id"] not in {one["writ_id"] for one in private}]
    found = splitting(*month(bank + private + rest))
    assert found.cases["filings"].to_list()[:2] == [4, 6]
    assert found.said.values["filings"].value == 4 and found.said.values["groups"].value == 2


def test_creditors_are_shuffled_among_their_kind():
    """All companies' writs are one bank's, ten against each debtor: among companies no other order is possible."""
    rows = [writ(n, creditor_id="bank", debtor_id=f"debtor {n % 10}") for n in range(100)] + FAIR[100:]
    made, inputs = month(rows)
    kind = pl.when(pl.col("creditor_id") == "bank").then(pl.lit("legal_entity")).otherwise(pl.lit("individual"))
    assert splitting(made, replace(inputs, writs=inputs.writs.with_columns(creditor_kind=kind))).p == 1.0


@pytest.mark.parametrize("seed", range(40))
def test_the_most_that_an_order_could_show_is_what_the_best_of_all_orders_shows(seed):
    """Every order of eight filings within their kinds of creditor, by hand; no draw of chance may be above it."""
    rng = np.random.default_rng(seed)
    debtor, cells = rng.integers(0, 3, 7), rng.integers(0, 4, 7)
    kind = cells % 2
    # A bundle is one draw of each debtor in it.
    bundle = np.unique(debtor * 10 + np.arange(7) - (rng.random(7) < 0.2), return_inverse=True)[1]
    debtor_of = np.zeros(7, dtype=np.int64)
    debtor_of[bundle] = debtor
    draws = np.array([len(set(bundle[debtor == one])) for one in range(3)])
    shares = np.bincount(cells, minlength=4) / 7
    several = draws[debtor] > 1
    best = 0.0
    for order in permutations(range(7)):
        turned = np.array(order)
        if (kind[turned] == kind).all():
            own = cells[turned][several]
            best = max(best, _pairs(bundle[several], own, debtor_of, draws, shares)[-1].max(initial=0.0))
    if several.any():
        told = _utmost(debtor[several], kind[several], bundle[several], draws, cells, kind, shares)
        assert told == pytest.approx(best)


# ---- Acts by hand


def test_acts_on_one_district_and_day_are_seen_whoever_they_concern():
    spread = [("ABC"[n % 3], PEOPLE[n * 7 % 24][0]) for n in range(60)]
    quiet = acts(spread)
    assert not manual(*month(FAIR, acts=quiet)).fired
    rush = [(dt.datetime(2026, 11, 5, 10, n), "C", "recusal", f"D3-{1 + n % 6}") for n in range(12)]
    found = manual(*month(FAIR, acts=quiet + rush))
    assert found.fired
    first = found.cases.row(0, named=True)
    assert (first["who"], first["day"], first["district_id"]) == ("C", dt.date(2026, 11, 5), "D3")
    assert found.said.values["number"].value == first["acts"] >= 12


def test_one_person_alone_is_compared_with_nobody():
    alone = manual(*month(FAIR, acts=acts([("A", "D1-1")] * 9)))
    assert (alone.p, alone.state) == (None, "nothing")
    assert alone.said.values["acts"].value == 9


def test_drawn_followers_are_those_that_a_slow_count_of_proceedings_gives():
    """Who holds the proceeding that a bundle follows: the first whose running sum is above the number drawn."""
    held = np.random.default_rng(1).integers(0, 4, (6, 9)).astype(float)
    held[:, 4] += 1
    followed = Followed(list("abcdefghi"), held.cumsum(axis=1), np.repeat(np.arange(6), 20))
    for seed in range(50):
        fast, slow = np.random.default_rng(seed), np.random.default_rng(seed)
        steps = followed.steps[slow.permutation(followed.cell)[:70]]
        at = slow.random(70)[:, None] * steps[:, -1:]
        expected = np.bincount((steps <= at).sum(axis=1), minlength=9)
        assert (followed.drawn(70, fast) == expected).all()


def test_crowds_of_shuffled_absences_are_counted_and_weighed_as_one_by_one():
    rng = np.random.default_rng(2)
    home, away = rng.integers(0, 5, 40), rng.random((40, 12)) < 0.2
    there = Presence([f"E{n}" for n in range(40)], [f"D{n}" for n in range(5)], home, list(range(12)), away)
    shuffled = rng.permutation(away, axis=0)
    count, surprising = there.crowds(shuffled)
    for (district, day), number in np.ndenumerate(count):
        assert number == shuffled[home == district, day].sum()
        tail = binom.sf(number - 1, (home == district).sum(), (away[:, day].sum() + 0.5) / 41)
        assert surprising[district, day] == pytest.approx(-np.log(tail) if number else 0.0)
