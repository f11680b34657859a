"""The certificate of a batch under public names: docs/certificate.md numbers enforcers and pools by their ids.

Where an enforcer goes by another id in public, enforcers and pools stand in another order, and so do their prices.
"""

from __future__ import annotations

import json
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import polars as pl

from tengbol.model.codes import POOL_BASES
from tengbol.report.public.names import public_enforcers, public_pool

if TYPE_CHECKING:
    from collections.abc import Sequence


def public_proof(text: str | None, assignments: pl.DataFrame, pools: pl.DataFrame, key: str) -> dict[str, Any]:
    """`certificate` of a batch's line, if it has one. assignments, pools: as `public_part` has them."""
    if text is None:
        return {}
    told = json.loads(text)
    names = public_enforcers(key, pools["enforcer_id"])
    if (names["enforcer_id"] != names["enforcer"]).any():
        free = assignments.filter(pl.col("basis").is_in(POOL_BASES))
        counts = dict(free.group_by("pool_id").agg(pl.col("category").n_unique()).iter_rows())
        members = dict(
            pools.filter(pl.col("pool_id").is_in([*counts])).group_by("pool_id").agg("enforcer_id").iter_rows()
        )
        orders = _orders(members, counts, dict(names.iter_rows()))
        parts = [orders[part["enforcer"]].part(part) for part in told["components"]]
        told["components"] = sorted(parts, key=lambda part: part["enforcer"])
    return {"certificate": told}


def _orders(members: dict[str, list[str]], counts: dict[str, int], public: dict[str, str]) -> dict[str, _Order]:
    """How each component is to be put in order, by its first enforcer's id."""
    people: dict[str, set[str]] = {}
    for joined in members.values():
        whole = set().union(*(people.get(who, {who}) for who in joined))
        people.update(dict.fromkeys(whole, whole))
    own: dict[str, list[str]] = {}
    for pool, joined in sorted(members.items()):
        own.setdefault(min(people[joined[0]]), []).append(pool)
    return {
        first: _Order(
            [public[who] for who in sorted(people[first])],
            [public_pool(public[who] for who in members[pool]) for pool in pools],
            [counts[pool] for pool in pools],
        )
        for first, pools in own.items()
    }


class _Order:
    """One component. people, pools: public names in the order of the ids inside; priced: categories of each pool."""

    def __init__(self, people: list[str], pools: list[str], priced: list[int]) -> None:
        self.first, self.priced = min(people), priced
        self.people, self.pools = _by_name(people), _by_name(pools)
        self.place = {old: new for new, old in enumerate(self.people)}
        self.pool_place = {old: new for new, old in enumerate(self.pools)}

    def part(self, told: dict[str, Any]) -> dict[str, Any]:
        put = {"tree": self._node, "sets": self._sets}
        own = {key: put[key](value) if key in put else value for key, value in told.items()}
        return own | {"enforcer": self.first}

    def _sets(self, told: dict[str, Any]) -> dict[str, Any]:
        """Prices of whole bundles, which are in the order of their pools again."""
        whole = [[self.pool_place[pool], *counts] for pool, *counts in told["whole"]]
        order = sorted(range(len(whole)), key=whole.__getitem__)
        prices = {
            which: own | {"pools": self._prices(own["pools"]), "bundles": [own["bundles"][old] for old in order]}
            for which, own in told.items()
            if which != "whole"
        }
        return {"whole": [whole[old] for old in order], **prices}

    def _node(self, told: dict[str, Any]) -> dict[str, Any]:
        out = dict(told)
        if "first" in out:
            out["first"] = self._prices(out["first"])
        if "second" in out:
            own = out["second"]
            people = [own["enforcers"][old] for old in self.people]
            out["second"] = {"weight": own["weight"], "pools": self._prices(own["pools"]), "enforcers": people}
        if "to" in out:
            out["pool"] = self.pool_place[out["pool"]]
            out["to"] = [self.place[old] for old in out["to"]]
            out["then"] = [self._node(each) for each in out["then"]]
        return out

    def _prices(self, told: Sequence[int]) -> list[int]:
        left = iter(told)
        of_pool = [list(islice(left, length)) for length in self.priced]
        return list(chain.from_iterable(of_pool[old] for old in self.pools))


def _by_name(names: list[str]) -> list[int]:
    return sorted(range(len(names)), key=names.__getitem__)
