"""The unevenness of a batch is cut into what the Rules force and what choice could have removed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import product

import numpy as np
import polars as pl
import pytest
from chambers import chambers, typed
from hypothesis import given
from periods import period
from small import district, enforcer, proceeding, writ

from tengbol.batch import distribute
from tengbol.config import Config
from tengbol.optimizer.flow import total_bound
from tengbol.optimizer.levelling import levelled
from tengbol.optimizer.problem import Problem
from tengbol.report import parts as module
from tengbol.report.parts import PARTS, _Pools, parts
from tengbol.report.portion import of_chamber
from tengbol.report.record import of_distribution


def recorded(tables, **more):
    chamber = typed(tables)
    made = distribute(chamber, as_of=datetime(2026, 11, 23, 9, 30), seed="00ff", **more)
    return of_distribution(chamber, made, batch_id="B")


def test_the_parts_sum_to_the_objective_and_none_is_negative():
    record = period()
    made = parts(record).join(record.batches, on="batch_id")
    assert made.select(pl.sum_horizontal(PARTS) == pl.col("objective")).to_series().all()
    assert made.select(pl.min_horizontal(PARTS).min()).item() >= 0
    assert min(made[name].sum() for name in PARTS[:3]) > 0


def test_choice_could_have_removed_nothing_where_the_proof_is_there():
    record = period()
    proven = record.batches.filter(status="optimal")
    assert proven.height > 0
    assert parts(record).join(proven, on="batch_id")["choice"].to_list() == [0] * proven.height


@given(chambers())
def test_the_parts_sum_to_the_objective_whatever_befalls_a_chamber(tables):
    record = recorded(tables)
    made = parts(record)
    assert made.select(pl.sum_horizontal(PARTS)).item() == record.batches["objective"].item()
    assert made.select(pl.min_horizontal(PARTS)).item() >= 0


def test_the_parts_by_hand():
    """Two in one pool and three writs: one bound to E0, two in a bundle.

    Any way they could have gone apart: 2 and 1, an excess of a half each: 2 · 0.25. Bound, the other two still go to
    E1 and E0: the same. Together they may go to E1, 1 and 2: the same again.
    """
    tables = {
        "districts": [district("D1")],
        "enforcers": [enforcer("E0"), enforcer("E1")],
        "ledger": [proceeding("L", "E0", debtor_id="d0", case_id="K0")],
        "writs": [
            writ("a", case_id="K0", debtor_id="d0"),
            *(writ(f"p{n}", case_id="K1", debtor_id="d1") for n in "01"),
        ],
    }
    assert parts(recorded(tables)).select(PARTS).row(0) == (500_000, 0, 0, 0)


def test_a_bound_writ_forces_what_it_forces():
    """Two in one pool, two writs bound to one of them: apart it would be 0, bound it is 1 and −1."""
    tables = {
        "districts": [district("D1")],
        "enforcers": [enforcer("E0"), enforcer("E1")],
        "ledger": [proceeding(f"L{n}", "E0", debtor_id=f"d{n}", case_id=f"K{n}") for n in range(2)],
        "writs": [writ(f"w{n}", case_id=f"K{n}", debtor_id=f"d{n}") for n in range(2)],
    }
    assert parts(recorded(tables)).select(PARTS).row(0) == (0, 2_000_000, 0, 0)


def test_the_least_without_rules_is_that_of_all_ways():
    """A pool of three, four writs, one bound: brute force over 3⁴ ways."""
    tables = {
        "districts": [district("D1")],
        "enforcers": [enforcer(f"E{n}") for n in range(3)],
        "ledger": [proceeding("L", "E0", debtor_id="d-1", case_id="K")],
        "writs": [writ("b", case_id="K", debtor_id="d-1"), *(writ(f"w{n}") for n in range(3))],
    }
    ways = [[way.count(who) for who in range(3)] for way in product(range(3), repeat=4)]
    least = min(sum((1000 * count - 1333) ** 2 for count in way) for way in ways)
    assert parts(recorded(tables))["whole"].item() == least


def test_who_was_given_a_writ_without_a_licence_begins_at_nothing():
    """Two in one pool and two writs. E0 is due one; E1, of whom the balances know nothing, is due none."""
    tables = {
        "districts": [district("D1")],
        "enforcers": [enforcer("E0"), enforcer("E1")],
        "writs": [writ(f"w{n}") for n in range(2)],
    }
    record = recorded(tables)
    known = replace(record, standing=record.standing.filter(enforcer_id="E0"))
    assert (parts(record)["whole"].item(), parts(known)["whole"].item()) == (0, 1_000_000)


def test_what_the_search_limit_left_open_is_the_part_of_choice():
    tables = {
        "districts": [district("D1")],
        "enforcers": [enforcer(f"E{n}") for n in range(4)],
        "writs": [writ(f"w{n}-{k}", case_id=f"K{n}", debtor_id=f"d{n}") for n in range(9) for k in range(2 + n % 4)],
    }
    record = recorded(tables, config=Config(search_limit=1e-6))
    batch = record.batches.row(0, named=True)
    assert parts(record)["choice"].item() == batch["objective"] - batch["lower_bound"]


def test_of_a_country_each_chamber_s_portion_sums_to_the_whole():
    two = [district("D1"), district("D2", "C2")]
    own = [*(enforcer(f"E{n}") for n in range(3)), *(enforcer(f"A{n}", "D2") for n in range(2))]
    writs = [writ(f"w{n}", debtor_district_id="D1" if n % 2 else "D2") for n in range(9)]
    whole = recorded({"districts": two, "enforcers": own, "writs": writs})
    portions = [of_chamber(whole, name) for name in ("C1", "C2")]
    assert sum(portion.assignments.height for portion in portions) == 9
    for name in ("objective", "lower_bound", "objective_total"):
        assert sum(portion.batches[name].item() for portion in portions) == whole.batches[name].item(), name
    for portion in portions:
        assert parts(portion).select(pl.sum_horizontal(PARTS)).item() == portion.batches["objective"].item()


@pytest.mark.parametrize("rounds", [0, 100])
@pytest.mark.parametrize("seed", range(40))
def test_batches_at_once_are_as_even_as_each_and_all_of_its_pools_as_one_flow(seed, rounds, monkeypatch):
    """Some pools share members, some nobody; in each category some have no writs; some went to no member."""
    monkeypatch.setattr(module, "levelled", partial(levelled, rounds=rounds))
    rng = np.random.default_rng(seed)
    sets = [np.sort(rng.permutation(12)[: rng.integers(1, 5)]) for _ in range(rng.integers(1, 7))]
    opening = rng.integers(-4000, 4000, (24, 2))
    free = rng.integers(0, 9, (2, len(sets), 2)) * (rng.random((2, len(sets), 2)) < 0.6)
    sizes = np.array([len(rows) for rows in sets])
    pools = _Pools(
        np.arange(2).repeat(12), 2, np.tile(sizes, 2), np.concatenate([*sets, *(rows + 12 for rows in sets)]), opening
    )
    batch, pool, category = (np.repeat(one, free.ravel()) for one in np.indices(free.shape).reshape(3, -1))
    row = batch * 12 + rng.integers(0, 12, len(batch))
    none = np.empty(0, dtype=np.int64)
    for b, k in product(range(2), repeat=2):
        whole = total_bound(
            Problem(
                opening=opening[12 * b : 12 * b + 12, [k]],
                pool_start=np.concatenate([[0], sizes.cumsum()]),
                pool_member=np.concatenate(sets),
                singles=free[b][:, [k]],
                class_pool=none,
                class_counts=np.empty((0, 1), dtype=np.int64),
                class_size=none,
            )
        )
        assert pools.least(row, batch * len(sets) + pool, category)[b, k] == whole
