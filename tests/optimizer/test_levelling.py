"""Writs are passed on until Σ e² is least, along paths that each make it smaller."""

from __future__ import annotations

import numpy as np
import pytest

from tengbol.optimizer.levelling import levelled


def test_a_writ_is_passed_on_over_somebody_of_two_pools():
    """0 and 1 share a pool, 1 and 2 another: what 0 has too many, 2 gets, and 1 stays as he is."""
    pool, cell = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2])
    after, left = levelled(pool, cell, np.array([3, 0, 1, 0]), np.array([3000, 1000, -1000]))
    assert after.tolist() == [2000, 1000, 0]  # and not further: 1 has one writ that 2 can get
    assert left.tolist() == [-1] * 3
    after, _ = levelled(pool, cell, np.array([3, 0, 2, 0]), np.array([3000, 1000, -1000]))
    assert after.tolist() == [1000, 1000, 1000]


def test_nobody_gives_what_he_has_not_nor_what_makes_nothing_smaller():
    one = np.array([0, 0]), np.array([0, 1])
    assert levelled(*one, np.array([0, 5]), np.array([9000, 0]))[0].tolist() == [9000, 0]
    assert levelled(*one, np.array([5, 0]), np.array([1000, 0]))[0].tolist() == [1000, 0]
    assert levelled(*one, np.array([5, 0]), np.array([1001, 0]))[0].tolist() == [1, 1000]


def test_what_is_not_level_after_so_many_rounds_is_told_by_its_component():
    pool, cell, flow = np.array([0, 0, 1, 1]), np.array([0, 1, 2, 3]), np.array([1, 0, 1, 0])
    after, left = levelled(pool, cell, flow, np.array([1000, 0, 9000, 0]), rounds=0)
    assert after.tolist() == [1000, 0, 9000, 0]
    assert left[0] == left[1] == -1 and left[2] == left[3] >= 0
    after, left = levelled(pool, cell, flow, np.array([1000, 0, 9000, 0]), rounds=1)
    assert after.tolist() == [1000, 0, 8000, 1000]
    assert left.tolist() == [-1] * 4


@pytest.mark.parametrize("seed", range(20))
def test_no_writ_and_nobody_is_lost(seed):
    rng = np.random.default_rng(seed)
    sets = [np.sort(rng.permutation(9)[: rng.integers(1, 5)]) for _ in range(5)]
    used, cell = np.unique(np.concatenate(sets), return_inverse=True)
    pool = np.arange(5).repeat([len(rows) for rows in sets])
    flow, excess = rng.integers(0, 6, len(pool)), rng.integers(-9000, 9000, len(used))
    after, left = levelled(pool, cell, flow, excess)
    assert (left == -1).all()
    assert after.sum() == excess.sum()
    assert ((after - excess) % 1000 == 0).all()
    assert (after**2).sum() <= (excess**2).sum()
