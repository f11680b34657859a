"""Where the enforcers of an instance stand: districts, their share of writs, homes, attachments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.families import CHAMBERS, DISTRICT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.families import Recipe

    Ints = NDArray[np.int64]

#: Enforcers attached to a district without its own, where there are so many.
_ATTACHED: Final = 5


@dataclass(frozen=True)
class Places:
    """weight: `(D,)` share of writs. home: `(J,)` district. attached: `(A, 2)` district and enforcer."""

    weight: NDArray[np.float64]
    home: Ints
    attached: Ints


def places(rng: np.random.Generator, recipe: Recipe) -> Places:
    """Draw the places of a recipe."""
    many, kind = recipe.enforcers, recipe.kind
    if kind.layout == "pool":
        return Places(np.ones(1), np.zeros(many, dtype=np.int64), np.zeros((0, 2), dtype=np.int64))
    if kind.layout == "apart":
        districts = max(1, round(many / DISTRICT))
        home = np.arange(many) % districts
        return Places(np.full(districts, 1 / districts), home, np.zeros((0, 2), dtype=np.int64))
    if kind.layout == "region":
        return _region(rng, many, kind.skew)
    part = rng.uniform(0.4, 2.0, CHAMBERS)
    staff = np.maximum(2, np.floor(many * part / part.sum())).astype(np.int64)
    staff[: many - int(staff.sum())] += 1
    regions = [_region(rng, int(n), kind.skew) for n in staff]
    return _joined(regions, staff / staff.sum())


def _region(rng: np.random.Generator, many: int, skew: float) -> Places:
    staffed = int(np.clip(many // 15, 2, 13))
    districts = staffed + max(1, staffed // 3)
    if skew:
        # Rank is drawn, so that a district without enforcers of its own may be the busiest.
        weight = (1.0 + rng.permutation(districts)) ** -skew
        local = np.full(staffed, 1 / staffed)
    else:
        weight = rng.uniform(0.3, 2.0, districts)
        weight[staffed:] *= 0.4
        local = weight[:staffed] / weight[:staffed].sum()
    home = np.concatenate([np.arange(staffed), rng.choice(staffed, max(0, many - staffed), p=local)])[:many]
    pairs = [
        (district, int(enforcer))
        for district in range(staffed, districts)
        for enforcer in rng.choice(many, min(_ATTACHED, many), replace=False)
    ]
    return Places(weight / weight.sum(), home, np.array(pairs, dtype=np.int64))


def _joined(regions: list[Places], part: NDArray[np.float64]) -> Places:
    """Regions side by side, `part` `(R,)` of all writs in each."""
    districts = np.cumsum([0, *(len(region.weight) for region in regions)])
    enforcers = np.cumsum([0, *(len(region.home) for region in regions)])
    moved = list(zip(districts[:-1], enforcers[:-1], regions, strict=True))
    return Places(
        np.concatenate([share * region.weight for share, region in zip(part, regions, strict=True)]),
        np.concatenate([d + region.home for d, _, region in moved]),
        np.concatenate([region.attached + np.array([d, e]) for d, e, region in moved]),
    )
