"""How often chance does its utmost, at most: no bound is below what is so, and none is waited for in vain."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from months import LEAVE, PEOPLE, bound, month, writ
from scipy.stats import binom, hypergeom

from tengbol.report.alarms.alarm import chance
from tengbol.report.alarms.utmost import least_counts, of_drawn, of_mean, of_sum

#: Ten proceedings of everyone.
ALIKE = [who for who, _ in PEOPLE] * 10
COUNTS = st.integers(0, 12)


@given(of=st.integers(1, 12), marked=COUNTS, drawn=COUNTS, count=COUNTS)
def test_no_more_are_drawn_than_the_bound_says(of, marked, drawn, count):
    marked, drawn = min(marked, of), min(drawn, of)
    exact = hypergeom.sf(count - 1, of, marked, drawn)
    bound = float(of_drawn(np.array(drawn), np.array(count), np.array(marked), of))
    assert exact <= bound * (1 + 1e-9) + 1e-12
    if count > min(drawn, marked):
        assert bound == 0
    if count == drawn <= marked:
        assert bound == pytest.approx(exact)


@given(number=st.integers(1, 30), part=st.floats(0.01, 0.99), count=st.integers(1, 31))
def test_no_sum_of_zeros_and_ones_is_larger_than_the_bound_says(number, part, count):
    bound = float(of_mean(np.array([number * part]), np.array([count]))[0])
    assert binom.sf(count - 1, number, part) <= bound * (1 + 1e-9)
    assert bound <= 1


@given(st.lists(st.floats(0, 5), min_size=3, max_size=8), st.integers(1, 3), st.floats(0, 15))
def test_no_sum_without_replacement_is_larger_than_the_bound_says(values, number, total):
    sums = [sum(some) for some in combinations(values, number)]
    assert np.mean(np.array(sums) >= total) <= of_sum(np.array(values), number, total) * (1 + 1e-9)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(1, 2), st.floats(-1, 40))
def test_the_least_count_is_the_first_that_reaches_the_level(last, first, level):
    last, slope = np.array(last), 1.0 + np.arange(len(last))

    def figure(count):
        assert ((count >= first) & (count <= np.maximum(last, first))).all()
        return slope * count

    for place, found in enumerate(least_counts(figure, first, last, level)):
        can = [count for count in range(first, last[place] + 1) if slope[place] * count >= level]
        assert found == (can[0] if can else max(last[place] + 1, first))


def test_what_comes_next_to_never_is_not_waited_for_and_told_as_if_it_had_not_been_seen():
    def ten_of(drawn):
        turns = iter([3.0] * 10 + [0.0] * drawn)
        return lambda: next(turns)

    # 459 draws are needed to see that nothing comes once in a hundred.
    assert chance(3.0, ten_of(449), 9.0) == chance(3.0, ten_of(0), 9.0, seldom=1 / 460)
    with pytest.raises(StopIteration):
        chance(3.0, ten_of(0), 9.0, seldom=1 / 459)
    # Of fewer draws less is told.
    assert chance(3.0, ten_of(89), 9.0, 99) == chance(3.0, ten_of(0), 9.0, 99, seldom=1 / 100)


@pytest.mark.parametrize("name", ["small_pool", "absences", "splitting", "affinity", "bound_peers"])
@pytest.mark.parametrize("size", [12, 60])
def test_no_alarm_does_its_utmost_more_often_than_it_says(name, size, monkeypatch):
    """In a month so small that chance can do its utmost, and in one where it hardly can."""
    seen = []

    def watched(observed, draw, most, tries, rate, *, seldom):
        seen.append((np.mean([draw() >= most * (1 - 1e-9) for _ in range(400)]), seldom))
        return chance(observed, draw, most, tries, rate)

    module = import_module(f"tengbol.report.alarms.{name}")
    monkeypatch.setattr(module, "chance", watched)
    rows = [bound(n, PEOPLE[n * n % 24][0], 1000.0 + n) for n in range(size // 6)]
    rows += [writ(n, debtor_id=f"debtor {n % 4}", creditor_id=f"creditor {n // 2}") for n in range(size // 6, size)]
    made, inputs = month(rows, LEAVE[: size // 6], ALIKE)
    getattr(module, name)(replace(made, enforcers=made.enforcers.head(2 + size // 3)), inputs)
    assert seen
    for found, seldom in seen:
        assert found <= seldom + 4 * np.sqrt(min(seldom, 1) / 400)
