"""Problems for tests of the optimiser: one written by hand, small ones for brute force, and larger seeded ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from tengbol.optimizer.problem import WRIT, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from tengbol.optimizer.problem import Placement

    Ints = NDArray[np.int64]


def problem(
    opening: Sequence[Sequence[int]],
    pools: Sequence[Sequence[int]],
    singles: Sequence[Sequence[int]] | None = None,
    classes: Sequence[tuple[int, Sequence[int], int]] = (),
) -> Problem:
    """A problem as one would write it down: rows of excess, pools as rows' numbers, writs of one for each pool, and
    longer bundles as (pool, writs of each category, how many such bundles).
    """
    excess = np.array(opening, dtype=np.int64).reshape(len(opening), -1)
    categories = excess.shape[1]
    return Problem(
        opening=excess,
        pool_start=np.cumsum([0, *(len(rows) for rows in pools)]).astype(np.int64),
        pool_member=np.array([row for rows in pools for row in rows], dtype=np.int64),
        singles=np.array(singles if singles is not None else [[0] * categories] * len(pools), dtype=np.int64).reshape(
            len(pools), categories
        ),
        class_pool=np.array([pool for pool, _, _ in classes], dtype=np.int64),
        class_counts=np.array([counts for _, counts, _ in classes], dtype=np.int64).reshape(len(classes), categories),
        class_size=np.array([size for _, _, size in classes], dtype=np.int64),
    )


def written(given: Problem) -> str:
    """The call of `problem` that makes this one: what a failure needs to be repeated."""
    pools = [given.members(p).tolist() for p in range(given.shape[2])]
    columns = (given.class_pool.tolist(), given.class_counts.tolist(), given.class_size.tolist())
    classes = list(zip(*columns, strict=True))
    return f"problem({given.opening.tolist()}, {pools}, {given.singles.tolist()}, {classes})"


@st.composite
def excesses(draw: st.DrawFn, rows: int, categories: int) -> list[list[int]]:
    """Excess before: all alike, in whole writs, in thousandths close by, or far from even."""
    one = draw(
        st.sampled_from(
            [
                st.just(-1500),
                st.integers(-3, 3).map(lambda writs: WRIT * writs),
                st.sampled_from([0, 333, 500, 667, -333, -500, 1000]),
                st.integers(-2500, 2500),
                st.integers(-20_000, 20_000),
                st.integers(-10_000 * WRIT, 10_000 * WRIT),
            ]
        )
    )
    return [[draw(one) for _ in range(categories)] for _ in range(rows)]


@st.composite
def problems(
    draw: st.DrawFn, *, rows: int = 4, categories: int = 2, pools: int = 3, things: int = 7, bundles: bool = True
) -> Problem:
    """Small problems: up to so many rows, categories and pools, and so many writs of one and bundles together.

    Pools overlap, repeat each other, hold one row or stand empty-handed; bundles come alike or not, short or long.
    """
    many = draw(st.integers(1, rows))
    kinds = draw(st.integers(1, categories))
    sets = draw(
        st.lists(st.sets(st.integers(0, many - 1), min_size=1).map(sorted), min_size=1, max_size=pools),
    )
    left = draw(st.integers(0, things))
    singles = [[0] * kinds for _ in sets]
    for _ in range(draw(st.integers(0, left))):
        singles[draw(st.integers(0, len(sets) - 1))][draw(st.integers(0, kinds - 1))] += 1
        left -= 1
    longest = draw(st.sampled_from([2, 3, 8, 30]))
    classes = []
    while bundles and left > 0:
        counts = draw(st.lists(st.integers(0, longest), min_size=kinds, max_size=kinds))
        counts[draw(st.integers(0, kinds - 1))] += 2  # a bundle is longer than one
        size = draw(st.integers(1, min(3, left)))
        classes.append((draw(st.integers(0, len(sets) - 1)), counts, size))
        left -= size
    return problem(draw(excesses(many, kinds)), sets, singles, classes)


def drawn(rng: Generator, *, rows: int, categories: int, pools: int, things: int) -> Problem:
    """A small problem from a seeded generator, of the kinds that `problems` draws: for soak runs."""
    many = int(rng.integers(1, rows + 1))
    kinds = int(rng.integers(1, categories + 1))
    count = int(rng.integers(1, pools + 1))
    sets = [sorted(rng.choice(many, int(rng.integers(1, many + 1)), replace=False).tolist()) for _ in range(count)]
    total = int(rng.integers(1, things + 1))
    ones = int(rng.integers(0, total + 1))
    singles = np.zeros((count, kinds), dtype=np.int64)
    np.add.at(singles, (rng.integers(0, count, ones), rng.integers(0, kinds, ones)), 1)
    left, classes = total - ones, []
    longest = int(rng.choice([1, 2, 6, 25]))
    while left > 0:
        counts = rng.integers(0, longest + 1, kinds)
        counts[rng.integers(0, kinds)] += 2
        size = int(rng.integers(1, min(4, left) + 1))
        classes.append((int(rng.integers(0, count)), counts.tolist(), size))
        left -= size
    return problem(_opening(rng, many, kinds).tolist(), sets, singles.tolist(), classes)


def _opening(rng: Generator, rows: int, categories: int) -> Ints:
    shape = (rows, categories)
    kind = int(rng.integers(0, 6))
    if kind == 0:
        return np.full(shape, int(rng.integers(-4000, 4000)), dtype=np.int64)
    if kind == 1:
        return WRIT * rng.integers(-3, 4, shape)
    if kind == 2:
        return rng.choice(np.array([0, 333, 500, 667, -333, -500, 1000]), shape)
    return rng.integers(*[(-2500, 2501), (-20_000, 20_001), (-10_000 * WRIT, 10_000 * WRIT + 1)][kind - 3], shape)


def district(
    rng: Generator, *, rows: int, writs: int, bundled: float = 0.1, spread: int = 5 * WRIT, ties: bool = False
) -> Problem:
    """One district's pool of many enforcers in five categories, as a chamber has them: some pools lack a recused
    enforcer, a tenth of the writs is bundled.
    """
    categories = 5
    opening = rng.integers(-spread, spread + 1, (rows, categories))
    if ties:
        opening = opening // 500 * 500
    everyone = list(range(rows))
    recused = [int(i) for i in rng.choice(rows, min(rows, 4), replace=False)] if rows > 4 else []
    sets = [everyone, *([j for j in everyone if j != i] for i in recused)]
    singles = np.zeros((len(sets), categories), dtype=np.int64)
    singles[0] = rng.multinomial(int(writs * (1 - bundled)), [0.4, 0.2, 0.1, 0.2, 0.1])
    singles[1:] = rng.integers(0, 3, (len(sets) - 1, categories))
    left = int(writs * bundled)
    found: dict[tuple[int, ...], int] = {}
    while left > 1:
        counts = [0] * categories
        for _ in range(min(left, int(rng.choice([2, 2, 2, 3, 3, 4, 8])))):
            counts[int(rng.integers(0, categories))] += 1
        key = (int(rng.integers(0, len(sets))) if rng.random() < 0.1 else 0, *counts)
        found[key] = found.get(key, 0) + 1
        left -= sum(counts)
    classes = [(key[0], list(key[1:]), size) for key, size in sorted(found.items())]
    return problem(opening.tolist(), sets, singles.tolist(), classes)


def patchwork(rng: Generator, *, rows: int, pools: int, writs: int, reach: int = 6, spread: int = 8 * WRIT) -> Problem:
    """A chain of overlapping pools that is one component, without longer bundles: what stretches the flow."""
    categories = 3
    sets = []
    for p in range(pools):
        first = p * rows // pools
        sets.append(sorted({(first + i) % rows for i in range(reach + rows // pools)}))
    singles = np.zeros((pools, categories), dtype=np.int64)
    np.add.at(singles, (rng.integers(0, pools, writs), rng.integers(0, categories, writs)), 1)
    opening = rng.integers(-spread, spread + 1, (rows, categories)) // 250 * 250
    return problem(opening.tolist(), sets, singles.tolist())


def lawful(given_problem: Problem, placement: Placement) -> None:
    """Every bundle and writ of one goes, once, to a member of its pool."""
    assert (placement.singles >= 0).all()
    sent = np.zeros_like(given_problem.singles)
    np.add.at(sent, given_problem.entry_pool, placement.singles)
    assert np.array_equal(sent, given_problem.singles)
    assert (placement.bundle_count > 0).all()
    handed = np.zeros_like(given_problem.class_size)
    np.add.at(handed, placement.bundle_class, placement.bundle_count)
    assert np.array_equal(handed, given_problem.class_size)
    for c, j in zip(placement.bundle_class.tolist(), placement.bundle_row.tolist(), strict=True):
        assert j in given_problem.members(int(given_problem.class_pool[c]))


LIMIT = 4.0


def _one_of(shift: int) -> tuple[list[list[int]], list[tuple[list[int], int]]]:
    """Excess and bundles of a pool of four that is not placed best, nor proven, without a search."""
    return [[3000 + shift], [-2500], [-4500 - shift], [-2000]], [([6], 2), ([8], 2)]


def _together(parts: int) -> Problem:
    """Several such pools side by side."""
    opening, classes = [], []
    for p in range(parts):
        own, bundles = _one_of(10 * p)
        opening += own
        classes += [(p, counts, size) for counts, size in bundles]
    return problem(opening, [[4 * p + i for i in range(4)] for p in range(parts)], [[1]] * parts, classes)
