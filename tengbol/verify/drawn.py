"""What the lot and the objectives look at of a result: how many bundles alike went to whom, and which."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
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
    from tengbol.verify.placing import Named


class Drawn:
    """Free bundles and their enforcers, of a lawful result. taken: its enforcer of each writ of the input."""

    def __init__(self, derived: Derived, taken: Named) -> None:
        self.derived, groups = derived, derived.groups
        self._row = groups["bound_to"].is_null().arg_true()
        # Where everything is lawful, all writs of a bundle have one enforcer.
        who = taken.at(last_at(derived.row_of, groups.height).gather(self._row))
        self._names, self._who = who.names, who.number.astype(np.int64)
        self._kind, self._size = (groups[name].gather(self._row).to_numpy() for name in ("kind", "size"))

    def dealt(self) -> Counter[Dealt]:
        """How many bundles of each pool and number of writs of each category went to whom."""
        people = max(len(self._names), 1)
        pair, bundles = np.unique(self._kind.astype(np.int64) * people + self._who, return_counts=True)
        kind, who = np.divmod(pair, people)
        told = self.derived.kinds.select("pool", *CATEGORIES)
        of_kind: list[tuple[frozenset[str], tuple[int, ...]]]
        of_kind = [(self.derived.pools[int(number)], tuple(counts)) for number, *counts in told.iter_rows()]
        out: Counter[Dealt] = Counter()
        for k, j, often in zip(kind.tolist(), who.tolist(), bundles.tolist(), strict=True):
            out[*of_kind[k], self._names[j]] = often
        return out

    def longer(self, seed: str, names: Names) -> tuple[list[Long], dict[str, str]]:
        """Bundles of two and more, and the enforcer of each."""
        rows = np.flatnonzero(self._size > 1)
        told = self.derived.groups.select("bundle_id", "pool", *CATEGORIES)[self._row.gather(rows)]
        longer: list[Long] = []
        enforcer_of: dict[str, str] = {}
        for (name, number, *counts), who in zip(told.iter_rows(), self._who[rows].tolist(), strict=True):
            digest = key(seed, "writ", names.bundle(name))
            longer.append(Long(name, digest, self.derived.pools[int(number)], tuple(counts)))
            enforcer_of[name] = self._names[who]
        return longer, enforcer_of

    def deal_again(self, seed: str, names: Names, found: Findings) -> int:
        """Deal bundles of one writ again; how many classes there are of more than one."""
        rows = np.flatnonzero(self._size == 1)
        ids, got = self.derived.groups["bundle_id"].gather(self._row.gather(rows)), self._who[rows]
        for row, due in misdealt(self._kind[rows].astype(np.int64), ids, got, self._names, seed, names):
            tell([ids[row]], self._names[int(got[row])], due, found)
        single = pl.sum_horizontal(CATEGORIES) == 1
        return self.derived.kinds.filter(single & (pl.col("alike") > 1)).height
