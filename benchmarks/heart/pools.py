"""Instances of this field's own: one pool with long bundles and uneven openings, with and without recusals; items that
only some have asked for; and anything at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.families import CATEGORIES, SHARES
from benchmarks.heart.district import District
from benchmarks.instances import BILLION, bundle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

#: Share of bundles that somebody of the district may not get, where there are recusals.
_RECUSED: Final = 0.2


def pool(enforcers: int, writs: int, share: float, seed: int, recusals: int = 1) -> District:
    """A share of writs in bundles of 2 to 12 over one to four categories, openings normal with a deviation of two.

    recusals: pools. The first is everybody; from each other one enforcer is left out, and a fifth of all bundles is
    spread evenly over these.
    """
    rng = np.random.Generator(np.random.PCG64([seed, 6, enforcers, writs, round(100 * share), recusals]))
    opening = np.rint(rng.normal(0, 2, (enforcers, len(CATEGORIES))) * BILLION).astype(np.int64)
    counts = _bundles(rng, writs, share, 12, len(CATEGORIES))
    which, members = _recused(rng, len(counts), enforcers, recusals)
    apart = f", {recusals} pools" if recusals > 1 else ""
    size = f"{enforcers} × {writs:,}, {share:.0%}{apart}"
    return District("pools", size, seed, counts, opening, which, members)


def bids(reviewers: int, papers: int, seed: int) -> District:
    """Papers to reviewers, each only to those who asked for it, and its pages are its writs, of one category.

    In the shape of PrefLib's bidding data (Mattei, Walsh, "PrefLib: a library for preferences", ADT 2013; data set 37,
    bids for conferences: a voter a reviewer, an alternative a paper, categories yes, maybe, no). Bids are drawn as in
    spatial models of preference: reviewers and papers are points of a square, and each paper's pool are the five to
    fifteen reviewers nearest to it. Eight to sixteen pages each.
    """
    rng = np.random.Generator(np.random.PCG64([seed, 7, reviewers, papers]))
    who, what = rng.random((reviewers, 2)), rng.random((papers, 2))
    away = ((what[:, None] - who[None]) ** 2).sum(axis=2)
    asked = rng.integers(5, 16, papers)
    members = away.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable") < asked[:, None]
    counts = np.zeros((papers, len(CATEGORIES)), dtype=np.int64)
    counts[:, 0] = rng.integers(8, 17, papers)
    opening = np.zeros((reviewers, len(CATEGORIES)), dtype=np.int64)
    return District("bids", f"{papers} for {reviewers}", seed, counts, opening, np.arange(papers), members)


def anything(number: int) -> District:
    """The `number`-th of a family drawn over all that an instance can be.

    Enforcers 10 to 300 and writs for each 1 to 30, both uniform on a logarithmic scale; share of writs in bundles 0 to
    90 %; the longest bundle 2 to 40; categories one to five; openings none, normal (deviation two writs) or
    heavy-tailed (Student's t with two degrees of freedom, twice); pools one to sixty, as in `pool`.
    """
    rng = np.random.Generator(np.random.PCG64([number, 8]))
    enforcers = _spread(rng, 10, 300)
    writs = enforcers * _spread(rng, 1, 30)
    share = float(rng.uniform(0, 0.9))
    longest, categories = int(rng.integers(2, 41)), int(rng.integers(1, 6))
    kind = ("none", "normal", "heavy-tailed")[int(rng.integers(3))]
    pools = _spread(rng, 1, 60)
    shape = (enforcers, len(CATEGORIES))
    drawn = {
        "none": np.zeros(shape),
        "normal": rng.normal(0, 2, shape),
        "heavy-tailed": 2 * rng.standard_t(2, shape),
    }[kind]
    counts = _bundles(rng, writs, share, longest, categories)
    which, members = _recused(rng, len(counts), enforcers, min(pools, enforcers))
    size = (
        f"{enforcers} × {writs:,}, {share:.0%} in bundles to {longest}, {categories} categories, {kind} openings, "
        f"{len(members)} pools"
    )
    opening = np.rint(drawn * BILLION).astype(np.int64)
    return District("anything", size, number, counts, opening, which, members)


def _spread(rng: np.random.Generator, least: int, most: int) -> int:
    return round(least * (most / least) ** rng.random())


def _bundles(rng: np.random.Generator, writs: int, share: float, longest: int, categories: int) -> Ints:
    """`(B, K)`: the longer bundles, then the writs of one."""
    shares = SHARES[:categories] / SHARES[:categories].sum()
    left, longer = round(share * writs), []
    while left > 1:
        longer.append(bundle(rng, min(int(rng.integers(2, longest + 1)), left), shares))
        left -= int(longer[-1].sum())
    alone = writs - sum(int(each.sum()) for each in longer)
    single = np.eye(len(CATEGORIES), dtype=np.int64)[rng.choice(categories, alone, p=shares)]
    return np.concatenate([np.array(longer, dtype=np.int64).reshape(-1, len(CATEGORIES)), single])


def _recused(rng: np.random.Generator, bundles: int, enforcers: int, pools: int) -> tuple[Ints, NDArray[np.bool_]]:
    """`(B,)` pool of each bundle and `(P, J)` members."""
    members = np.ones((pools, enforcers), dtype=bool)
    members[np.arange(1, pools), rng.choice(enforcers, pools - 1, replace=False)] = False
    if pools == 1:
        return np.zeros(bundles, dtype=np.int64), members
    some = rng.random(bundles) < _RECUSED
    return np.where(some, rng.integers(1, pools, bundles), 0), members
