"""The `uniformity` table against slow, exact versions and known values."""

from __future__ import annotations

from fractions import Fraction
from math import isclose, sqrt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tengbol.model.codes import CATEGORIES
from tengbol.report.measures import WRIT, gini, jain, standard_deviation, uniformity

COLUMNS = [
    "chamber_id",
    "category",
    "enforcers",
    *(
        f"{measure}_{moment}"
        for moment in ("before", "after")
        for measure in (
            "received_min",
            "received_mean",
            "received_max",
            "excess_min",
            "excess_max",
            "excess_std",
            "gini",
            "jain",
        )
    ),
]

received_counts = st.lists(st.integers(0, 10**6), min_size=1, max_size=12)


def standing_of(rows):
    """Rows: enforcer, chamber, category, received before, share before, received after, share after."""
    return pl.DataFrame(
        [(e, f"Name {e}", "D1", c, k, rb, sb, ra, sa) for e, c, k, rb, sb, ra, sa in rows],
        schema={
            "enforcer_id": pl.String,
            "name": pl.String,
            "district_id": pl.String,
            "chamber_id": pl.String,
            "category": pl.String,
            "received_before": pl.Int64,
            "share_before": pl.Int64,
            "received_after": pl.Int64,
            "share_after": pl.Int64,
        },
        orient="row",
    )


def of(measure, values):
    return pl.DataFrame({"x": pl.Series(values, dtype=pl.Int64)}).select(measure(pl.col("x"))).item()


def slow_gini(received):
    """Half the mean difference of every two, over the mean."""
    n, total = len(received), sum(received)
    differences = sum(abs(a - b) for a in received for b in received)
    return Fraction(differences, 2 * n * total) if total else None


def slow_jain(received):
    squares = sum(x * x for x in received)
    return Fraction(sum(received) ** 2, len(received) * squares) if squares else None


def slow_variance(values):
    mean = Fraction(sum(values), len(values))
    return sum((x - mean) ** 2 for x in values) / len(values)


@pytest.mark.parametrize(
    ("received", "expected"),
    [([5, 5, 5, 5], 0.0), ([0, 0, 0, 8], 0.75), ([1, 3], 0.25), ([4], 0.0), ([0, 0], None)],
)
def test_gini_is_0_when_all_received_the_same_and_nearly_1_when_one_received_all(received, expected):
    assert of(gini, received) == expected


@pytest.mark.parametrize(
    ("received", "expected"),
    [([5, 5, 5, 5], 1.0), ([0, 0, 0, 8], 0.25), ([1, 3], 0.8), ([4], 1.0), ([0, 0], None)],
)
def test_jain_is_1_when_all_received_the_same_and_1_over_n_when_one_received_all(received, expected):
    assert of(jain, received) == expected


@pytest.mark.parametrize(
    ("values", "expected"), [([7, 7, 7], 0.0), ([2, 4, 4, 4, 5, 5, 7, 9], 2.0), ([-1, 1], 1.0), ([3], 0.0)]
)
def test_the_standard_deviation_is_of_the_whole_chamber(values, expected):
    assert of(standard_deviation, values) == expected


@given(received_counts)
def test_gini_equals_the_mean_difference_of_every_two(received):
    slow = slow_gini(received)
    assert of(gini, received) == (None if slow is None else pytest.approx(float(slow), rel=1e-14))


@given(received_counts)
def test_jain_equals_its_definition(received):
    slow = slow_jain(received)
    assert of(jain, received) == (None if slow is None else pytest.approx(float(slow), rel=1e-14))


@given(st.lists(st.integers(-(10**14), 10**14), min_size=1, max_size=12))
def test_the_standard_deviation_keeps_its_digits_for_large_balances(values):
    assert isclose(of(standard_deviation, values), sqrt(slow_variance(values)), rel_tol=1e-14)


def test_one_chamber_by_hand():
    third = WRIT // 3
    table = uniformity(
        standing_of(
            [
                ("e1", "C1", "alimony", 0, 0, 0, third),
                ("e2", "C1", "alimony", 2, WRIT, 2, WRIT + third),
                ("e3", "C1", "alimony", 1, 2 * WRIT, 2, 2 * WRIT + third),
            ]
        )
    )
    row = table.row(0, named=True)
    assert row["enforcers"] == 3
    assert (row["received_min_before"], row["received_mean_before"], row["received_max_before"]) == (
        0,
        1.0,
        2,
    )
    assert (row["received_min_after"], row["received_max_after"]) == (0, 2)
    assert row["received_mean_after"] == 4 / 3
    assert (row["excess_min_before"], row["excess_max_before"]) == (-1.0, 1.0)
    assert row["excess_std_before"] == pytest.approx(sqrt(2 / 3))
    assert (row["excess_min_after"], row["excess_max_after"]) == (-0.333333333, 0.666666667)
    assert row["excess_std_after"] == pytest.approx(sqrt(2 / 9), abs=1e-9)
    assert row["gini_before"] == pytest.approx(4 / 9)
    assert row["jain_before"] == 0.6
    assert row["gini_after"] == pytest.approx(1 / 3)
    assert row["jain_after"] == pytest.approx(2 / 3)


def test_the_columns_are_those_promised_and_an_empty_chamber_has_them_too():
    empty, one = uniformity(standing_of([])), uniformity(standing_of([("e", "C", "state", 0, 0, 1, WRIT)]))
    assert empty.columns == one.columns == COLUMNS
    assert empty.schema == one.schema
    assert empty.height == 0


def test_gini_and_jain_are_null_where_nobody_received_anything_and_only_there():
    row = uniformity(standing_of([("e", "C", "state", 0, WRIT, 1, WRIT)])).row(0, named=True)
    assert (row["gini_before"], row["jain_before"], row["gini_after"], row["jain_after"]) == (
        None,
        None,
        0.0,
        1.0,
    )


def test_chambers_do_not_mix_and_categories_come_in_the_order_of_paragraph_4():
    rows = [
        (f"{chamber}-{i}", chamber, category, i, 0, i + 1, 0)
        for chamber in ("C2", "C1")
        for category in reversed(CATEGORIES)
        for i in range(3)
        if not (chamber == "C2" and i == 2)
    ]
    table = uniformity(standing_of(rows))
    assert table["chamber_id"].to_list() == ["C1"] * 5 + ["C2"] * 5
    assert table["category"].to_list() == [*CATEGORIES, *CATEGORIES]
    assert table["enforcers"].to_list() == [3] * 5 + [2] * 5


enforcer_rows = st.tuples(
    st.sampled_from(["C1", "C2"]),
    st.sampled_from(CATEGORIES),
    st.integers(0, 5000),
    st.integers(0, 5000 * WRIT),
    st.integers(0, 5000),
    st.integers(0, 5000 * WRIT),
)


@given(st.lists(enforcer_rows, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_the_table_is_the_same_to_the_last_bit_whatever_the_order_of_rows(rows, random):
    numbered = [(f"e{i}", *row) for i, row in enumerate(rows)]
    shuffled = random.sample(numbered, len(numbered))
    assert uniformity(standing_of(numbered)).equals(uniformity(standing_of(shuffled)), null_equal=True)


@given(st.lists(enforcer_rows, min_size=1, max_size=30))
def test_every_excess_is_received_minus_share_exactly(rows):
    table = uniformity(standing_of([(f"e{i}", *row) for i, row in enumerate(rows)]))
    for row in table.iter_rows(named=True):
        mine = [r for r in rows if r[:2] == (row["chamber_id"], row["category"])]
        after = [Fraction(r[4]) - Fraction(r[5], WRIT) for r in mine]
        assert row["excess_min_after"] == float(min(after))
        assert row["excess_max_after"] == float(max(after))
        assert isclose(row["excess_std_after"], sqrt(slow_variance(after)), rel_tol=1e-12, abs_tol=1e-9)
        assert row["received_mean_before"] == sum(r[2] for r in mine) / len(mine)
