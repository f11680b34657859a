"""How chance is drawn for invented chambers: by seed and name, column-wise, in exact proportions.

Every table draws from a stream of its own, so that one table's rows do not change when another's do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tengbol.errors import UnusableInputError


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the generator of `name` under `seed`. Raises `UnusableInputError` for a negative seed."""
    if seed < 0:
        raise UnusableInputError("The seed is {seed}; give a whole number of 0 or more.", seed=seed)
    return np.random.Generator(np.random.PCG64([seed, *name.encode()]))


def apportion(total: int, weights: np.ndarray) -> np.ndarray:
    """Split `total` by `weights` (K,) into whole parts (K,), by largest remainders, the earlier first."""
    exact = total * weights / weights.sum()
    parts = np.floor(exact).astype(np.int64)
    order = np.argsort(parts - exact, kind="stable")
    parts[order[: total - int(parts.sum())]] += 1
    return parts


def spread(rng: np.random.Generator, total: int, weights: np.ndarray) -> np.ndarray:
    """Labels 0…K-1 (total,), each as often as `apportion` says, in random order."""
    return rng.permutation(np.repeat(np.arange(len(weights)), apportion(total, weights)))


def some(rng: np.random.Generator, among: np.ndarray, share: float, least: int = 1) -> np.ndarray:
    """Choose a `share` of `among`, but at least `least` where there are as many, without repetition."""
    count = min(len(among), max(least, round(share * len(among))))
    return rng.permutation(among)[:count]


def dealt(among: np.ndarray, *counts: int) -> list[np.ndarray]:
    """Disjoint runs of `among` of the given lengths, shorter or empty where it runs out."""
    return np.split(among, np.cumsum(counts))[:-1]


@dataclass(frozen=True)
class Groups:
    """Members by group, packed: those of group g stand in `members[starts[g] : starts[g] + sizes[g]]`."""

    members: np.ndarray
    starts: np.ndarray
    sizes: np.ndarray

    @classmethod
    def of(cls, group: np.ndarray, member: np.ndarray, count: int) -> Groups:
        """Pack pairs `group` (P,), `member` (P,) into `count` groups."""
        order = np.lexsort((member, group))
        sizes = np.bincount(group, minlength=count)
        return cls(member[order], np.cumsum(sizes) - sizes, sizes)

    def pick(self, rng: np.random.Generator, group: np.ndarray) -> np.ndarray:
        """For each entry of `group` (P,) one of its members by equal chance (P,), -1 where it has none."""
        sizes = self.sizes[group]
        place = np.minimum((rng.random(len(group)) * sizes).astype(np.int64), np.maximum(sizes - 1, 0))
        padded = np.append(self.members, -1)
        return np.where(sizes > 0, padded[np.minimum(self.starts[group] + place, len(self.members))], -1)
