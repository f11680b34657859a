"""Instances: one recipe gives the arrays that every peer gets, and in `benchmarks.folder` the tables that the command
gets. All proportions are synthetic, all people invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.families import CATEGORIES, FAMILIES, SHARES, Recipe
from benchmarks.places import places
from tengbol.optimizer.problem import WRIT, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_LEAST, _MOST = 2, 12
#: Billionths of a writ in a writ: the unit of shares.
BILLION: Final = 10**9
_THOUSANDTH: Final = BILLION // WRIT


@dataclass(frozen=True)
class Case:
    """One instance as peers get it. received: `(J, K)` writs that its enforcers had received before."""

    family: str
    name: str
    enforcers: int
    writs: int
    problem: Problem
    received: Ints

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Instance:
    """An instance before anything is decided: J enforcers, D districts, B bundles (some of one writ), K categories.

    home: `(J,)` district. attached: `(A, 2)` district and enforcer. district: `(B,)`; counts: `(B, K)` writs.
    received: `(J, K)` writs; share: `(J, K)` billionths of a writ.
    """

    recipe: Recipe
    districts: int
    home: Ints
    attached: Ints
    district: Ints
    counts: Ints
    received: Ints
    share: Ints


def case(recipe: Recipe) -> Case:
    """The instance of a recipe, for the peers."""
    return Case(recipe.family, str(recipe), recipe.enforcers, recipe.writs, *arrays(make(recipe)))


def make(recipe: Recipe) -> Instance:
    """Draw the instance of a recipe."""
    number = list(FAMILIES).index(recipe.family)
    rng = np.random.Generator(np.random.PCG64([recipe.seed, number, recipe.enforcers, recipe.writs]))
    where = places(rng, recipe)
    counts = _bundles(rng, recipe)
    share = rng.integers(10 * BILLION, 40 * BILLION, (recipe.enforcers, len(CATEGORIES)))
    owed = rng.normal(0, recipe.kind.uneven, share.shape) + share / BILLION
    received = np.maximum(0, np.rint(owed)).astype(np.int64)
    if recipe.kind.level:
        received = np.full_like(received, 10)
        share = received * BILLION
    return Instance(
        recipe=recipe,
        districts=len(where.weight),
        home=where.home,
        attached=where.attached,
        district=rng.choice(len(where.weight), len(counts), p=where.weight),
        counts=counts,
        received=received,
        share=share,
    )


def _bundles(rng: np.random.Generator, recipe: Recipe) -> Ints:
    """`(B, K)`: the longer bundles, then the writs of one."""
    kind = recipe.kind
    shares = SHARES[: kind.categories] / SHARES[: kind.categories].sum()
    longer: list[Ints] = []
    held = alone = 0
    while held + alone < recipe.writs:
        left = recipe.writs - held - alone
        if kind.drawn is None:
            together = round(kind.bundled * recipe.writs) - held >= _LEAST
            left = round(kind.bundled * recipe.writs) - held
        else:
            together = left >= _LEAST and rng.random() < kind.drawn
        if together:
            longer.append(bundle(rng, min(int(rng.integers(_LEAST, _MOST + 1)), left), shares))
            held += int(longer[-1].sum())
        else:
            alone += 1 if kind.drawn is not None else recipe.writs - held
    single = np.eye(len(CATEGORIES), dtype=np.int64)[rng.choice(len(shares), alone, p=shares)]
    return np.concatenate([np.array(longer, dtype=np.int64).reshape(-1, len(CATEGORIES)), single])


def bundle(rng: np.random.Generator, size: int, shares: NDArray[np.float64]) -> Ints:
    """`(K,)` writs of one bundle, over one to four categories."""
    mixed = rng.choice(len(shares), min(len(shares), int(rng.integers(1, 5))), replace=False, p=shares)
    return np.bincount(rng.choice(mixed, size, p=shares[mixed] / shares[mixed].sum()), minlength=len(CATEGORIES))


def pools(instance: Instance) -> list[Ints]:
    """Enforcers of each district's pool (¶9): registered there, else attached."""
    out = []
    for district in range(instance.districts):
        own = np.flatnonzero(instance.home == district)
        out.append(own if len(own) else np.sort(instance.attached[instance.attached[:, 0] == district, 1]))
    return out


def thousandths(excess: Ints) -> Ints:
    """Excess in billionths of a writ as the objective counts it: half to even, on integers, for floats would not hold
    the ties.
    """
    whole, rest = np.divmod(excess, _THOUSANDTH)
    return whole + ((2 * rest > _THOUSANDTH) | ((2 * rest == _THOUSANDTH) & (whole % 2 == 1)))


def arrays(instance: Instance) -> tuple[Problem, Ints]:
    """The optimiser's problem, and the writs `(J, K)` that its enforcers had received before.

    As in a batch, only those who stand in a pool with something to distribute take part.
    """
    used = np.unique(instance.district)
    members = [pools(instance)[district] for district in used]
    sizes = np.array([len(m) for m in members])
    supply = np.zeros((instance.districts, len(CATEGORIES)), dtype=np.int64)
    np.add.at(supply, instance.district, instance.counts)
    share = instance.share.copy()
    for who, district, size in zip(members, used, sizes, strict=True):
        share[who] += supply[district] * (BILLION // size)
    rows = np.unique(np.concatenate(members))
    opening = thousandths((instance.received * BILLION - share)[rows])
    pool = np.searchsorted(used, instance.district)
    length = instance.counts.sum(axis=1)
    singles = np.zeros((len(used), len(CATEGORIES)), dtype=np.int64)
    np.add.at(singles, pool[length == 1], instance.counts[length == 1])
    keys = np.column_stack([pool, instance.counts])[length > 1]
    classes, size = np.unique(keys, axis=0, return_counts=True)
    return Problem(
        opening=opening,
        pool_start=np.concatenate([[0], np.cumsum(sizes)]),
        pool_member=np.searchsorted(rows, np.concatenate(members)),
        singles=singles,
        class_pool=classes[:, 0],
        class_counts=classes[:, 1:],
        class_size=size,
    ), instance.received[rows]
