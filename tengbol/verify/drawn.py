"""What the lot and the objectives look at of a result: how many bundles alike went to whom, and which."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import polars as pl

from tengbol.verify.handing import Long
from tengbol.verify.law import CATEGORIES
from tengbol.verify.lot import key, misdealt, tell
from tengbol.verify.placing import last_at

if TYPE_CHECKING:
    from tengbol.verify.bundles import Derived
    from tengbol.verify.evenness import Dealt
    from tengbol.verify.findings import Findings
    from tengbol.verify.masks import Names


class Drawn:
    """Free bundles and their enforcers, of a lawful result. taken: its enforcer of each writ of the input."""

    def __init__(self, derived: Derived, taken: pl.Series) -> None:
        self.derived = derived
        free = derived.groups.select("bundle_id", "bound_to", "size", "kind", "alike", "pool", *CATEGORIES)
        free = free.filter(pl.col("bound_to").is_null())
        # Where everything is lawful, all writs of a bundle have one enforcer.
        writ_of = last_at(derived.row_of, derived.groups.height).filter(derived.groups["bound_to"].is_null())
        self.free = free.with_columns(enforcer_id=taken.gather(writ_of))

    def dealt(self) -> Counter[Dealt]:
        """How many bundles of each pool and number of writs of each category went to whom."""
        counted = self.free.group_by("kind", "enforcer_id").agg(bundles=pl.len()).sort("kind", "enforcer_id")
        rows = counted.join(self.derived.kinds, on="kind", maintain_order="left")
        out: Counter[Dealt] = Counter()
        for number, enforcer_id, bundles, *counts in rows.select(
            "pool", "enforcer_id", "bundles", *CATEGORIES
        ).iter_rows():
            out[self.derived.pools[number], tuple(counts), enforcer_id] = bundles
        return out

    def longer(self, seed: str, names: Names) -> tuple[list[Long], dict[str, str]]:
        """Bundles of two and more, and the enforcer of each."""
        columns = ("bundle_id", "enforcer_id", "pool", *CATEGORIES)
        longer: list[Long] = []
        enforcer_of: dict[str, str] = {}
        for name, enforcer_id, number, *counts in self.free.filter(pl.col("size") > 1).select(columns).iter_rows():
            digest = key(seed, "writ", names.bundle(name))
            longer.append(Long(name, digest, self.derived.pools[int(number)], tuple(counts)))
            enforcer_of[name] = enforcer_id
        return longer, enforcer_of

    def deal_again(self, seed: str, names: Names, found: Findings) -> int:
        """Deal bundles of one writ again; how many classes there are of more than one."""
        single = self.free.select("bundle_id", "enforcer_id", "kind", "alike").filter(self.free["size"] == 1)
        enforcers = single["enforcer_id"].unique().sort()
        got = single["enforcer_id"].replace_strict(enforcers, range(len(enforcers)), return_dtype=pl.Int64)
        ids, who = single["bundle_id"], enforcers.to_list()
        wrong = misdealt(single["kind"].to_numpy().astype("int64"), ids, got.to_numpy(), who, seed, names)
        for row, due in wrong:
            tell([ids[row]], who[got[row]], due, found)
        return single.filter(pl.col("alike") > 1)["kind"].n_unique()
