"""The field's instances: each is as its published rule says, and becomes the arrays that a batch would make of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.families import CATEGORIES
from benchmarks.heart import numbers, pools
from benchmarks.heart.district import District, case, level, read, write
from benchmarks.heart.plan import FAMILIES
from benchmarks.instances import BILLION
from benchmarks.peers import PEERS
from tengbol.config import Config
from tengbol.optimizer.solve import _without_search
from tengbol.optimizer.stages import _assembled_at_once
from tengbol.optimizer.work import Work

if TYPE_CHECKING:
    from pathlib import Path


def times(made: District) -> np.ndarray:
    assert not made.counts[:, 1:].any()
    return made.counts[:, 0]


@pytest.mark.parametrize("most", [100, 1_000, 10_000])
def test_uniform_times_fill_their_range(most: int) -> None:
    drawn = np.concatenate([times(numbers.uniform(1_000, 25, most, seed)) for seed in range(5)])
    assert drawn.min() >= 1
    assert drawn.max() <= most
    assert abs(drawn.mean() - most / 2) < 0.03 * most
    assert len(numbers.uniform(50, 10, most, 1).opening) == 10


def test_of_nonuniform_times_two_in_a_hundred_are_short_and_none_between() -> None:
    drawn = np.concatenate([times(numbers.nonuniform(1_000, 25, 1_000, seed)) for seed in range(10)])
    short = drawn <= 200
    assert drawn[~short].min() >= 900
    assert drawn.max() <= 1_000
    assert abs(short.mean() - 0.02) < 0.006


def test_every_bin_of_triplets_can_be_filled() -> None:
    """By construction three items and three items fill a bin each: the last third are what the others leave."""
    made = numbers.triplets(40, 1)
    items = np.sort(times(made))
    assert len(items) == 120
    assert items.sum() == 40 * numbers.BIN
    assert (items[0], items[-1] <= 490) == (max(250, items[0]), True)
    assert made.optimum == 0
    # Two bins are few enough to be tried.
    two = times(numbers.triplets(2, 1))
    halves = [two[[n for n in range(6) if mask >> n & 1]] for mask in range(64)]
    assert any(len(half) == 3 and half.sum() == numbers.BIN for half in halves)


@pytest.mark.parametrize("categories", [2, 3, 4, 5])
def test_vectors_have_one_to_thirteen_writs_in_each_category(categories: int) -> None:
    counts = np.concatenate([numbers.vectors(categories, 60, 15, seed).counts for seed in range(20)])
    assert not counts[:, categories:].any()
    assert (counts[:, :categories].min(), counts[:, :categories].max()) == (1, 13)


def test_a_pool_has_its_writs_its_share_and_openings_of_two() -> None:
    made = pools.pool(100, 1_000, 0.3, 1)
    length = made.counts.sum(axis=1)
    assert length.sum() == 1_000
    assert abs(length[length > 1].sum() - 300) <= 1
    assert length.max() <= 12
    assert (made.counts > 0).sum(axis=1).max() <= 4
    assert abs(made.opening.std() / BILLION - 2) < 0.2
    assert len(np.unique(made.opening % 1_000)) > 100  # to nine places


def test_a_hundred_with_five_writs_each_are_proven_over_few_columns_before_any_exchange() -> None:
    """Its multipliers leave a gap that CP-SAT closes at once; exchange, ten seconds, finds what the columns hold."""
    stand = _without_search(case(pools.pool(100, 500, 0.6, 1)).problem, {})
    assert stand.open
    limit = Config().search_limit
    assert not _assembled_at_once(stand, limit, Work.within(limit)).open


def test_each_recusal_leaves_one_enforcer_out() -> None:
    made = pools.pool(100, 1_000, 0.3, 1, recusals=60)
    assert made.members.sum(axis=1).tolist() == [100] + [99] * 59
    assert len({int(row.argmin()) for row in made.members[1:]}) == 59
    assert 0.1 < (made.pool > 0).mean() < 0.3


def test_only_who_asked_for_a_paper_may_get_it() -> None:
    made = pools.bids(60, 240, 1)
    assert len(made.members) == len(made.counts) == 240
    sizes = made.members.sum(axis=1)
    assert (sizes.min(), sizes.max()) == (5, 15)
    assert case(made).problem.shape[2] == 240


def test_anything_spans_what_an_instance_can_be() -> None:
    made = [pools.anything(number) for number in range(60)]
    enforcers = [len(each.opening) for each in made]
    each = [len_writs / many for len_writs, many in zip((m.counts.sum() for m in made), enforcers, strict=True)]
    assert (min(enforcers) >= 10, max(enforcers) <= 300) == (True, True)
    assert (max(enforcers) > 200, min(enforcers) < 20) == (True, True)
    assert (min(each) >= 1, max(each) <= 30, max(each) > 20) == (True, True, True)
    assert {int(m.counts.any(axis=0).sum()) for m in made} == {1, 2, 3, 4, 5}
    assert {len(m.members) for m in made} >= {1, 2}
    assert max(len(m.members) for m in made) > 40
    assert max(int(m.counts.sum(axis=1).max()) for m in made) > 30
    assert any(not m.opening.any() for m in made)
    assert any(np.abs(m.opening).max() > 20 * BILLION for m in made)


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_is_made_anew_from_its_seeds(name: str) -> None:
    family = FAMILIES[name]
    for maker in family.makers:
        one, again, other = maker(1), maker(1), maker(2)
        assert np.array_equal(one.counts, again.counts)
        assert np.array_equal(one.opening, again.opening)
        assert not np.array_equal(one.counts, other.counts)
        assert one.size == other.size
    assert set(family.peers) <= {peer.name for peer in PEERS}


def test_a_share_is_an_equal_part_of_all_writs_of_the_pool() -> None:
    """Seven writs among three, to nine places, cut off, and then rounded to thousandths half to even."""
    problem = case(level("made", "", 1, 3, np.array([[4, 0], [3, 0]]))).problem
    assert problem.opening[:, :2].tolist() == [[-2333, 0]] * 3
    assert (problem.class_counts[:, 0].tolist(), problem.class_size.tolist()) == ([3, 4], [1, 1])


def test_only_who_is_in_a_pool_with_bundles_takes_part() -> None:
    made = level("made", "", 1, 4, np.array([[2], [1], [1]]))
    members = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1]], dtype=bool)
    problem = case(replace(made, pool=np.array([0, 1, 1]), members=members)).problem
    assert problem.opening[:, 0].tolist() == [-1000, -2000, -1000]
    assert (problem.pool_start.tolist(), problem.pool_member.tolist()) == ([0, 2, 4], [0, 1, 1, 2])
    assert problem.singles[:, 0].tolist() == [0, 2]


def test_a_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    made = pools.pool(9, 60, 0.5, 1)
    write(made, tmp_path / "pool.csv")
    again = read(tmp_path / "pool.csv")
    assert np.array_equal(again.counts, made.counts)
    assert np.array_equal(again.opening, made.opening)
    write(numbers.triplets(3, 1), tmp_path / "three.csv")
    assert not (tmp_path / "three.openings.csv").exists()
    assert (tmp_path / "three.csv").read_text("utf-8").splitlines()[1] == ",".join(CATEGORIES)
    (tmp_path / "three.csv").write_text("# 3 enforcers\none,two\n1,2\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"three\.csv: the second line"):
        read(tmp_path / "three.csv")
