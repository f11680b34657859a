"""The measures of a report agree with another library, or with a hand's calculation, to the twelfth place."""

from __future__ import annotations

from itertools import product
from math import isclose, log, sqrt

import numpy as np
import polars as pl
import pytest
from chambers import decide, typed
from hypothesis import given
from hypothesis import strategies as st
from periods import period
from scipy import stats
from small import district, enforcer, writ

from tengbol.report import accrual, chance
from tengbol.report.groups import measured, of_chambers, of_pools
from tengbol.report.inequality import coefficient_of_variation, theil
from tengbol.report.record import of_distribution

counts = st.lists(st.integers(0, 10**6), min_size=1, max_size=12)


def of(received, share=None, within=None):
    frame = pl.DataFrame(
        {
            "group": "g",
            "enforcer_id": [f"{n:03}" for n in range(len(received))],
            "received": received,
            "share": share or [10**9] * len(received),
            "within": within or [0] * len(received),
        }
    )
    return measured(frame, ["group"]).row(0, named=True)


def near(one, other):
    return isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)


@given(counts.filter(any))
def test_theil_is_ln_n_less_the_entropy_of_the_parts(received):
    assert near(of(received)["theil"], max(0.0, log(len(received)) - stats.entropy(received)))


@given(counts.filter(any))
def test_the_coefficient_of_variation_is_scipy_s(received):
    assert near(of(received)["variation"], stats.variation(received))


@given(counts)
def test_the_deviation_and_spread_of_excess_are_numpy_s(received):
    found = of(received)
    excess = np.array(received) - 1.0
    assert isclose(found["excess_std"], excess.std(), rel_tol=1e-12, abs_tol=1e-9)
    assert near(found["excess_spread"], np.ptp(excess))


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 10**12)), min_size=2, max_size=12))
def test_chi_square_and_its_p_value_are_scipy_s(pairs):
    received, share = [list(each) for each in zip(*pairs, strict=True)]
    found = of(received, share)
    if not any(received):
        assert found["chi_square"] is None
        assert found["p_value"] is None
        return
    expected = np.array(share, dtype=float)
    other = stats.chisquare(received, expected * sum(received) / expected.sum())
    assert isclose(found["chi_square"], other.statistic, rel_tol=1e-12, abs_tol=1e-12)
    assert isclose(found["p_value"], stats.chi2.sf(found["chi_square"], found["degrees"]), rel_tol=1e-12, abs_tol=1e-15)
    assert found["degrees"] == len(received) - 1


def test_chi_square_by_hand():
    # 10 and 20 received where 15 each was due: 2 · 25 / 15
    assert near(of([10, 20], [5 * 10**9, 5 * 10**9])["chi_square"], 50 / 15)


def test_whoever_was_due_nothing_is_no_degree_of_freedom():
    assert of([3, 3, 1], [10**9, 10**9, 0])["degrees"] == 1


def test_each_pool_takes_one_degree_of_freedom():
    even = [10**9] * 5
    assert of([3, 3, 1, 4, 4], even)["degrees"] == 4
    assert of([3, 3, 1, 4, 4], even, [0, 0, 0, 1, 1])["degrees"] == 3
    assert of([3, 3], [10**9] * 2, [0, 1])["degrees"] == 0
    assert of([3, 3], [10**9] * 2, [0, 1])["p_value"] is None


def test_pools_with_a_member_in_common_are_one():
    rows = [("P1", "A"), ("P1", "B"), ("P2", "B"), ("P2", "C"), ("P3", "D"), ("P3", "E")]
    cells = {"category": "state", "kind": "free", "received": 1, "share": 10**9}
    pools = pl.DataFrame([{"pool_id": pool, "enforcer_id": who, **cells} for pool, who in rows])
    alone = accrual.within(pools).filter(category="state", kind="free")
    groups = sorted(sorted(names) for names in alone.group_by("within").agg("enforcer_id")["enforcer_id"].to_list())
    assert groups == [["A", "B", "C"], ["D", "E"]]


def test_a_fair_lottery_over_two_pools_is_as_often_uneven_as_its_p_value_says():
    rng = np.random.default_rng(3)
    share, within = [10**9 * 40] * 3 + [10**9 * 60] * 2, [0] * 3 + [1] * 2
    drawn = [[*rng.multinomial(120, [1 / 3] * 3), *rng.multinomial(120, [1 / 2] * 2)] for _ in range(2000)]
    values = np.array([of([int(n) for n in row], share, within)["p_value"] for row in drawn])
    for level in (0.05, 0.2, 0.5):
        assert abs((values <= level).mean() - level) < 0.04, level


@pytest.mark.parametrize(("received", "expected"), [([5, 5, 5], 0.0), ([0, 0, 9], log(3))])
def test_theil_s_ends(received, expected):
    frame = pl.DataFrame({"received": received})
    assert near(frame.select(theil(pl.col("received"))).item(), expected)


@pytest.mark.parametrize(("received", "expected"), [([5, 5, 5], 0.0), ([0, 0, 9], sqrt(2))])
def test_the_coefficient_of_variation_s_ends(received, expected):
    frame = pl.DataFrame({"received": received})
    assert near(frame.select(coefficient_of_variation(pl.col("received"))).item(), expected)


def test_where_nobody_received_anything_the_indices_are_empty():
    found = of([0, 0])
    assert [found[name] for name in ("gini", "jain", "theil", "variation", "chi_square", "p_value")] == [None] * 6


def test_the_lottery_s_deviation_is_that_of_all_its_outcomes():
    """Three in one pool, two writs of one and a pair: every outcome of 3³ counted by hand."""
    tables = {
        "districts": [district("D1")],
        "enforcers": [enforcer(f"E{n}") for n in range(3)],
        "writs": [writ("a"), writ("b"), *(writ(f"p{n}", case_id="K", debtor_id="d-1") for n in range(2))],
    }
    made = decide(*tables["writs"], **{name: tables[name] for name in ("districts", "enforcers")}).whole
    record = of_distribution(typed(tables), made, batch_id="B")
    outcomes = [
        sum(size for size, who in zip((1, 1, 2), draw, strict=True) if who == 0) for draw in product(range(3), repeat=3)
    ]
    found = chance.deviations(record).filter(category="individual")["deviation"].to_list()
    assert all(near(each, float(np.std(outcomes))) for each in found)
    assert len(found) == 3


def test_bound_writs_add_nothing_to_what_chance_would_do():
    record = period()
    from dataclasses import replace

    bound = record.assignments.with_columns(basis=pl.lit("same_case"))
    assert chance.deviations(replace(record, assignments=bound)).is_empty()


def test_free_and_bound_add_up_to_all():
    record = period()
    made = accrual.by_enforcer(record, accrual.by_pool(record))
    sums = {kind: made.filter(kind=kind).select(pl.col("received", "share").sum()).row(0) for kind in accrual.KINDS}
    assert sums["all"] == tuple(a + b for a, b in zip(sums["free"], sums["bound"], strict=True))
    assert min(sums["free"][0], sums["bound"][0]) > 0


def test_what_accrued_is_what_the_balances_moved_by():
    record = period()
    made = accrual.by_enforcer(record, accrual.by_pool(record)).filter(kind="all")
    moved = record.standing.group_by("enforcer_id", "category").agg(
        moved=(pl.col("received_after") - pl.col("received_before")).sum(),
        due=(pl.col("share_after") - pl.col("share_before")).sum(),
    )
    both = made.join(moved, on=["enforcer_id", "category"])
    assert both.height == made.height
    assert both.filter((pl.col("received") != pl.col("moved")) | (pl.col("share") != pl.col("due"))).is_empty()


def test_a_pool_is_measured_over_its_members_and_its_own_writs():
    record = period()
    made = of_pools(accrual.by_pool(record), record).filter(category="all", kind="all")
    assert set(made["id"]) == set(record.pools["pool_id"])
    sizes = dict(record.pools.group_by("pool_id").len().iter_rows())
    assert made["enforcers"].to_list() == [sizes[name] for name in made["id"]]
    inside = record.assignments.join(record.pools, on=["pool_id", "enforcer_id"], how="semi")
    assert made["writs"].sum() == inside.height


def test_the_country_is_measured_beside_its_chambers():
    record = period()
    pools = accrual.by_pool(record)
    made = accrual.by_enforcer(record, pools)
    ids = made["enforcer_id"].unique().sort()
    chambers = pl.DataFrame({"enforcer_id": ids, "chamber_id": ["A" if n % 2 else "B" for n in range(len(ids))]})
    found = of_chambers(made, pools, chambers).filter(category="all", kind="all")
    writs = dict(found.select("scope", "writs").group_by("scope").sum().iter_rows())
    assert writs == {"chamber": record.assignments.height, "country": record.assignments.height}
    assert set(of_chambers(made, pools, chambers.with_columns(chamber_id=pl.lit("A")))["scope"]) == {"chamber"}
