"""Problems as bundles with names: what the product's lot makes of them, and what `verify` says of an assignment."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tengbol.model.codes import CATEGORIES
from tengbol.optimizer import lot
from tengbol.optimizer.choosing import Choice
from tengbol.optimizer.solve import solve
from tengbol.verify.balances import WRIT, Standing
from tengbol.verify.chosen import Looked, check_chosen
from tengbol.verify.evenness import components, excess_after
from tengbol.verify.findings import Findings
from tengbol.verify.masks import Names

if TYPE_CHECKING:
    from tengbol.optimizer.problem import Problem


@dataclass(frozen=True)
class Bundle:
    """A free bundle, as `verify` looks at it."""

    bundle_id: str
    writ_ids: tuple[str, ...]
    counts: tuple[int, ...]
    pool: frozenset[str]
    bound_to: str | None = None


@dataclass(frozen=True)
class Claimed:
    """What is said of a lot."""

    seed: str
    status_lot: str


def name(row: int) -> str:
    """The enforcer of a row."""
    return f"E{row}"


def merged(problem: Problem) -> Problem:
    """The same with pools of the same members as one, and bundles alike as one class, as batches have them."""
    sets = [tuple(problem.members(p).tolist()) for p in range(problem.shape[2])]
    kept = sorted(set(sets))
    pool = np.array([kept.index(members) for members in sets], dtype=np.int64)
    singles = np.zeros((len(kept), problem.shape[1]), dtype=np.int64)
    np.add.at(singles, pool, problem.singles)
    alike: Counter[tuple[int, ...]] = Counter()
    for p, counts, size in zip(pool[problem.class_pool], problem.class_counts, problem.class_size, strict=True):
        alike[int(p), *counts.tolist()] += int(size)
    classes = np.array(sorted(alike), dtype=np.int64).reshape(len(alike), 1 + problem.shape[1])
    return replace(
        problem,
        pool_start=np.cumsum([0, *map(len, kept)]).astype(np.int64),
        pool_member=np.array([j for members in kept for j in members], dtype=np.int64),
        singles=singles,
        class_pool=classes[:, 0],
        class_counts=classes[:, 1:],
        class_size=np.array([alike[tuple(each)] for each in classes.tolist()], dtype=np.int64),
    )


def bundles_of(problem: Problem) -> list[Bundle]:
    """Every bundle, those of one writ first."""
    kinds = problem.shape[1]
    pools = [frozenset(map(name, problem.members(p).tolist())) for p in range(problem.shape[2])]
    every = [
        (p, np.eye(kinds, dtype=int)[k], int(problem.singles[p, k])) for p in range(len(pools)) for k in range(kinds)
    ]
    every += zip(problem.class_pool.tolist(), problem.class_counts, problem.class_size.tolist(), strict=True)
    out = []
    for pool, counts, size in every:
        for _ in range(size):
            own = f"B{len(out):02d}"
            writs = tuple(f"{own}-{n}" for n in range(int(counts.sum())))
            padded = (*counts.tolist(), *[0] * (len(CATEGORIES) - kinds))
            out.append(Bundle(own, writs, padded, pools[pool]))
    return out


def distributed(problem: Problem, seed: str) -> tuple[dict[str, str], bool]:
    """Enforcer of every bundle by the product, its rows in the order of the lot, and whether it is proven."""
    rows, kinds, pools = problem.shape
    order = lot.order(seed, "enforcer", [name(j) for j in range(rows)])
    place = np.argsort(order)
    sets = [sorted(place[problem.members(p)].tolist()) for p in range(pools)]
    turned = replace(
        problem,
        opening=problem.opening[order],
        pool_member=np.array([j for members in sets for j in members], dtype=np.int64),
    )
    names = [name(j) for j in order.tolist()]
    bundles = bundles_of(problem)
    ones = int(problem.singles.sum())
    single, longer = bundles[:ones], bundles[ones:]
    classes = np.repeat(np.arange(len(problem.class_size)), problem.class_size)
    turn = lot.order(seed, "writ", [bundle.bundle_id for bundle in longer])
    turn = turn[np.argsort(-problem.class_counts[classes[turn]].sum(axis=1), kind="stable")]
    draw = lot.Draw(
        seed,
        names,
        [lot.pool_name(names[j] for j in members) for members in sets],
        CATEGORIES[:kinds],
        np.stack([turned.entry_pool, turned.pool_member], axis=1),
        lot.digests(seed, "writ", [longer[b].bundle_id for b in turn.tolist()]).to_list(),
    )
    found = Choice(turned, solve(turned, limit=2.0)).chosen(classes[turn], draw)
    given = {longer[b].bundle_id: names[j] for b, j in zip(turn.tolist(), found.longer.tolist(), strict=True)}
    pool, kind = (np.repeat(part.ravel(), problem.singles.ravel()) for part in np.indices(problem.singles.shape))
    dealt = lot.order(seed, "writ", [bundle.bundle_id for bundle in single])
    to = lot.deal_single(turned, found.singles, np.stack([pool, kind], axis=1)[dealt], np.arange(len(names)))
    given |= {single[b].bundle_id: names[j] for b, j in zip(dealt.tolist(), to.tolist(), strict=True)}
    return given, bool(found.proven[problem.apart().any(axis=1)].all())


def checked(
    problem: Problem, enforcer_of: dict[str, str], seed: str, *, proven: bool = True, steps: float = 0
) -> Findings:
    """What `verify` finds of an assignment that claims to be the first in the lot, or not to know."""
    return looked_at(problem, enforcer_of, seed, proven=proven, steps=steps)[0]


def looked_at(
    problem: Problem, enforcer_of: dict[str, str], seed: str, *, proven: bool = True, steps: float = 0
) -> tuple[Findings, Looked]:
    """The same, and what that shows of evenness."""
    received, share = Counter(), Counter()
    for j, row in enumerate(problem.opening.tolist()):
        for category, excess in zip(CATEGORIES, row, strict=False):
            share[name(j), category] = -excess * (WRIT // 1000)
    bundles = bundles_of(problem)
    for bundle in bundles:
        for category, writs in zip(CATEGORIES, bundle.counts, strict=True):
            received[enforcer_of[bundle.bundle_id], category] += writs
    found, claimed = Findings(), Claimed(seed, "optimal" if proven else "feasible")
    parts = components(bundles, enforcer_of, excess_after(bundles, enforcer_of, Standing(received, share)))
    return found, check_chosen(parts, bundles, enforcer_of, claimed, Names(), steps, found)
