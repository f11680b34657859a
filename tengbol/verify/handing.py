"""To whom bundles of two and more go, derived a second time: docs/lot.md, point b.

One bundle after the other goes to whom its numbers put first among those with whom all others can still be given as
many of each category as they get. Whether they can is asked of single writs: where in the end every bundle has found
its place, that was the right question. Where one finds none, nothing follows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tengbol.verify.law import CATEGORIES
from tengbol.verify.lot import going_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tengbol.verify.masks import Names

    Pool = frozenset[str]


@dataclass(frozen=True)
class Long:
    """A bundle of several writs: its id, its digest in the lot, its pool and its writs of each category."""

    bundle_id: str
    digest: str
    pool: Pool
    counts: tuple[int, ...]

    def turn(self, called: Mapping[str, bytes]) -> list[str]:
        """The members of its pool, by the SHA-256 of `DIGEST:ENFORCER`. called: as of `in_lot`."""
        digest = going_on(f"{self.digest}:".encode())
        return sorted(self.pool, key=lambda name: digest(called[name]))


def in_lot(bundles: Sequence[Long], names: Names) -> dict[str, bytes]:
    """By what name each member of some bundles' pools stands in the lot."""
    return {name: names.enforcer(name).encode() for pool in {bundle.pool for bundle in bundles} for name in pool}


def in_turn(bundles: Sequence[Long]) -> list[Long]:
    """Most writs first, then by their digests."""
    return sorted(bundles, key=lambda bundle: (-sum(bundle.counts), bundle.digest))


def handed_out(bundles: Sequence[Long], sent: Counter[tuple[Pool, str, str]], names: Names) -> dict[str, str] | None:
    """Enforcer of each bundle, or nothing where one of them finds no place. sent: with all bundles taken apart."""
    of: dict[str, Counter[tuple[Pool, str]]] = {category: Counter() for category in CATEGORIES}
    for (pool, category, enforcer_id), n in sent.items():
        if n:
            of[category][pool, enforcer_id] += n
    writs = {category: _Writs(of[category]) for category in CATEGORIES}
    out: dict[str, str] = {}
    called = in_lot(bundles, names)
    for bundle in in_turn(bundles):
        needs = [(category, n) for category, n in zip(CATEGORIES, bundle.counts, strict=True) if n]
        for enforcer_id in bundle.turn(called):
            if all(writs[category].bring(bundle.pool, enforcer_id, n) for category, n in needs):
                out[bundle.bundle_id] = enforcer_id
                for category, n in needs:
                    writs[category].of[bundle.pool, enforcer_id] -= n
                break
        else:
            return None
    return out


def handed_among_alike(bundles: Sequence[Long], enforcer_of: dict[str, str], names: Names) -> dict[str, str]:
    """Enforcer of each bundle, when it is taken as told how many of those alike everyone gets."""
    left = Counter((bundle.pool, bundle.counts, enforcer_of[bundle.bundle_id]) for bundle in bundles)
    out: dict[str, str] = {}
    called = in_lot(bundles, names)
    for bundle in in_turn(bundles):
        who = next(name for name in bundle.turn(called) if left[bundle.pool, bundle.counts, name])
        left[bundle.pool, bundle.counts, who] -= 1
        out[bundle.bundle_id] = who
    return out


class _Writs:
    """Writs of one category that no bundle holds yet: how many of each pool are with whom."""

    def __init__(self, of: Counter[tuple[Pool, str]]) -> None:
        self.of = of
        self.pools: dict[str, list[Pool]] = {}
        for pool in sorted({pool for pool, _ in self.of}, key=sorted):
            for enforcer_id in pool:
                self.pools.setdefault(enforcer_id, []).append(pool)

    def bring(self, pool: Pool, enforcer_id: str, writs: int) -> bool:
        """Exchange writs, each for one of another pool, until so many are with him; whether that can be."""
        while self.of[pool, enforcer_id] < writs:
            chain = self._chain(pool, enforcer_id)
            if chain is None:
                return False
            for its, giver, taker in chain:
                self.of[its, giver] -= 1
                self.of[its, taker] += 1
        return True

    def _chain(self, pool: Pool, enforcer_id: str) -> list[tuple[Pool, str, str]] | None:
        """Who gives a writ of which pool to whom, so that he has one of the pool more and everyone as many."""
        gave: dict[str, tuple[Pool, str]] = {}  # by taker: a writ of which pool, and who gave it
        asked: set[Pool] = {pool}
        open_ = [enforcer_id]
        while open_:
            giver = open_.pop()
            if giver != enforcer_id and self.of[pool, giver]:
                chain = [(pool, giver, enforcer_id)]
                while giver != enforcer_id:
                    its, before = gave[giver]
                    chain.append((its, before, giver))
                    giver = before
                return chain
            for its in self.pools.get(giver, ()):
                if its in asked or not self.of[its, giver]:
                    continue
                asked.add(its)
                for taker in its:
                    if taker != enforcer_id and taker not in gave:
                        gave[taker] = (its, giver)
                        open_.append(taker)
        return None
