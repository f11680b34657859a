"""How uneven the result is, exactly, and the components of it whose bundles compete for the same enforcers.

Contract 3.8. Excess is counted in whole thousandths of a writ, so both objectives are whole squared
thousandths.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from tengbol.phrase import Phrase
from tengbol.verify.balances import Cell, Standing, thousandths
from tengbol.verify.connected import connected
from tengbol.verify.law import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tengbol.verify.bundles import Whole

Pool = frozenset[str]
Class = tuple[Pool, tuple[int, ...]]  # pool, count per category
Dealt = tuple[Pool, tuple[int, ...], str]  # the same and an enforcer


@dataclass
class Component:
    """Enforcers joined by pools of free bundles, and those bundles.

    base: excess in thousandths of each enforcer and category with no free bundle given out. classes: how many
    free bundles of each pool and count per category. dealt: how many of each class the result gives to each
    enforcer. got: free writs that the result gives to each.
    """

    enforcers: list[str]
    base: dict[Cell, int] = field(default_factory=dict[Cell, int])
    classes: Counter[Class] = field(default_factory=Counter[Class])
    dealt: dict[Class, Counter[str]] = field(default_factory=dict[Class, Counter[str]])
    got: Counter[Cell] = field(default_factory=Counter[Cell])

    @property
    def name(self) -> Phrase:
        """Its smallest enforcer and its size: enough to find it again."""
        return Phrase("{first} and {n} others", first=self.enforcers[0], n=len(self.enforcers) - 1)

    def supplies(self) -> Counter[tuple[Pool, str]]:
        """Free writs of each pool and category, bundles taken apart."""
        out: Counter[tuple[Pool, str]] = Counter()
        for (pool, counts), bundles in self.classes.items():
            for category, writs in zip(CATEGORIES, counts, strict=True):
                if writs:
                    out[pool, category] += writs * bundles
        return out

    def objectives(self, got: Counter[Cell]) -> tuple[int, int]:
        """Both objectives, in squared thousandths, when so many free writs go to each."""
        return objectives({cell: base + 1000 * got[cell] for cell, base in self.base.items()})


def objectives(excess: dict[Cell, int]) -> tuple[int, int]:
    """Σ_k Σ_j e² and Σ_j (Σ_k e)² of excess in thousandths."""
    total: Counter[str] = Counter()
    for (enforcer_id, _), value in excess.items():
        total[enforcer_id] += value
    return sum(value**2 for value in excess.values()), sum(value**2 for value in total.values())


def excess_after(bundles: Sequence[Whole], enforcer_of: dict[str, str], after: Standing) -> dict[Cell, int]:
    """Excess of every enforcer who stands in some pool of the batch or receives a writ in it, thousandths."""
    concerned = {enforcer_id for pool in {bundle.pool for bundle in bundles} for enforcer_id in pool}
    return excess_of(concerned.union(enforcer_of.values()), after)


def excess_of(concerned: Iterable[str], after: Standing) -> dict[Cell, int]:
    """The same of these enforcers."""
    return {
        (enforcer_id, category): thousandths(after, (enforcer_id, category))
        for enforcer_id in concerned
        for category in CATEGORIES
    }


def components(bundles: Sequence[Whole], enforcer_of: dict[str, str], excess: dict[Cell, int]) -> list[Component]:
    """Cut the batch where no pool of a free bundle crosses, in the order of the enforcers' ids."""
    free = (bundle for bundle in bundles if bundle.bound_to is None)
    return components_of(Counter((b.pool, b.counts, enforcer_of[b.bundle_id]) for b in free), excess)


def components_of(dealt: Mapping[Dealt, int], excess: dict[Cell, int]) -> list[Component]:
    """The same of how many free bundles of each class went to whom."""
    root_of = roots({pool for pool, _, _ in dealt})
    members: dict[int, list[str]] = {}
    for enforcer_id in sorted(root_of):
        members.setdefault(root_of[enforcer_id], []).append(enforcer_id)
    parts = {name: Component(enforcers) for name, enforcers in members.items()}
    kinds = {counts for _, counts, _ in dealt}
    its = {counts: [(k, n) for k, n in zip(CATEGORIES, counts, strict=True) if n] for counts in kinds}
    for (pool, counts, enforcer_id), bundles in dealt.items():
        part = parts[root_of[enforcer_id]]
        part.classes[pool, counts] += bundles
        part.dealt.setdefault((pool, counts), Counter())[enforcer_id] += bundles
        for category, writs in its[counts]:
            part.got[enforcer_id, category] += writs * bundles
    for part in parts.values():
        for enforcer_id in part.enforcers:
            for category in CATEGORIES:
                cell = (enforcer_id, category)
                part.base[cell] = excess[cell] - 1000 * part.got[cell]
    return list(parts.values())


def roots(pools: Iterable[Pool]) -> dict[str, int]:
    """By each member of some pools a number that all have in common who are joined with him, from pool to pool."""
    number: dict[str, int] = {}
    of: list[list[int]] = [[number.setdefault(who, len(number)) for who in pool] for pool in pools]
    sizes = [len(members) for members in of]
    every = np.fromiter(chain.from_iterable(of), dtype=np.int64, count=sum(sizes))
    first = np.fromiter((members[0] for members in of), dtype=np.int64, count=len(of))
    return dict(zip(number, connected(len(number), every, np.repeat(first, sizes)).tolist(), strict=True))
