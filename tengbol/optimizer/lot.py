"""The lot (contract point 3.9, docs/lot.md): what the seed says of cells, bundles and enforcers.

Each is the SHA-256 of a text that begins with the seed, so anyone can check one line with any tool:
`printf '%s' 'SEED:writ:ID' | sha256sum`. Enforcers are numbered in the order of `SEED:enforcer:ID` before anything is
solved, so no choice follows ids or rows, not even where nothing is proven of it. In version 1 of the lot (0.1.0) that
was all that decided how many writs everyone got. A third order, of `holder`s, decides between claims on a bound bundle
that are as old as each other.

Where a chamber publishes its batches, writs are known outside by `masked` ids, and enforcers by `officials` ids; the
lot goes by these, so that it can be replayed from what is published.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from numpy.typing import NDArray

    from tengbol.optimizer.problem import Placement, Problem

    Ints = NDArray[np.int64]


#: Ids hashed at once: as many as stay in the processor's cache.
_AT_ONCE: Final = 10_000


def quarters(seed: str, kind: str, ids: Sequence[str] | pl.Series) -> NDArray[np.uint64]:
    """`(len(ids), 4)` SHA-256 digests of `seed:kind:id`, in UTF-8, as four numbers each, the most significant first."""
    # One call for each id, a third of a second for a million: a plugin of polars takes half of that, and weighs 30 MB.
    start, names = f"{seed}:{kind}:".encode(), pl.Series("name", ids, dtype=pl.String).cast(pl.Binary)
    out = np.empty((len(names), 4), dtype=np.uint64)
    for first in range(0, len(names), _AT_ONCE):
        told = [hashlib.sha256(start + name).digest() for name in names[first : first + _AT_ONCE].to_list()]
        out[first : first + _AT_ONCE] = np.frombuffer(b"".join(told), dtype=">u8").reshape(-1, 4)
    return out


def digests(seed: str, kind: str, ids: Sequence[str] | pl.Series) -> pl.Series:
    """`(len(ids),)` SHA-256 digests of `seed:kind:id`, in UTF-8, as hexadecimal digits."""
    start = f"{seed}:{kind}:".encode()
    return pl.Series("digest", [hashlib.sha256(start + name.encode()).hexdigest() for name in ids], dtype=pl.String)


def masked(key: str, ids: Sequence[str], kind: str = "writ") -> list[str]:
    """Ids that tell nothing without `key` (hex): the HMAC-SHA256 of `KIND:ID`, its first 32 hex digits (128 bits)."""
    start = hmac.new(bytes.fromhex(key), f"{kind}:".encode(), "sha256")

    def mask(name: str) -> str:
        digest = start.copy()
        digest.update(name.encode())
        return digest.hexdigest()[:32]

    return [mask(name) for name in ids]


def officials(key: str, ids: Sequence[str], personal: Sequence[bool]) -> list[str]:
    """Ids of enforcers as they are published: officials, so they stay, save the `personal` ones, which are masked."""
    hidden = iter(masked(key, [name for name, own in zip(ids, personal, strict=True) if own], "enforcer"))
    return [next(hidden) if own else name for name, own in zip(ids, personal, strict=True)]


def order(seed: str, kind: str, ids: Sequence[str] | pl.Series) -> Ints:
    """Positions of `ids` in the order of the lot."""
    parts = quarters(seed, kind, ids)
    # The first quarter nearly always decides.
    by_leading = np.argsort(parts[:, 0])
    in_order = parts[by_leading, 0]
    if (in_order[1:] != in_order[:-1]).all():
        return by_leading
    # Ids alike stay as they stand.
    return np.lexsort(parts.T[::-1])


def turn(seed: str, enforcer_ids: pl.Series) -> pl.Series:
    """Enforcers in the order in which they take what several have an equal claim on (¶11, ¶13, ¶14)."""
    ids = enforcer_ids.sort()
    return ids.gather(order(seed, "holder", ids))


@dataclass(frozen=True)
class Draw:
    """What the seed says of a batch (docs/lot.md): the `Draw` that `choosing.chosen` asks.

    enforcers: `(J,)` and pools: `(P,)` their names in the lot; categories: `(K,)`; place: `(E, 2)` pool and row of each
    place in a pool; bundles: `(B,)` the digest of each longer bundle.
    """

    seed: str
    enforcers: Sequence[str]
    pools: Sequence[str]
    categories: Sequence[str]
    place: Ints
    bundles: Sequence[str]

    def cells(self, position: Ints, level: int) -> Ints:
        """N of `SEED:CATEGORY:ENFORCER` of each cell, by its position in `(J, K)`."""
        row, kind = np.divmod(position, len(self.categories))
        return numbers(
            (
                f"{self.seed}:{self.categories[k]}:{self.enforcers[j]}"
                for j, k in zip(row.tolist(), kind.tolist(), strict=True)
            ),
            level,
        )

    def places(self, position: Ints, level: int) -> Ints:
        """N of `SEED:POOL:CATEGORY:ENFORCER` of each way from a pool into a cell, by its position in `(E, K)`."""
        place, kind = np.divmod(position, len(self.categories))
        return numbers(
            (
                f"{self.seed}:{self.pools[p]}:{self.categories[k]}:{self.enforcers[j]}"
                for (p, j), k in zip(self.place[place].tolist(), kind.tolist(), strict=True)
            ),
            level,
        )

    def turn(self, bundle: int, rows: Ints, members: Sequence[int]) -> list[int]:
        """The `members`, positions in `rows`, by N of `DIGEST:ENFORCER`, DIGEST that of the longer bundle."""
        start = hashlib.sha256(f"{self.bundles[bundle]}:".encode())

        def digest(member: int) -> bytes:
            own = start.copy()
            own.update(self.enforcers[int(rows[member])].encode())
            return own.digest()

        return sorted(members, key=digest)

    def key(self, rows: Ints, bundles: Ints) -> Hashable:
        """Equal for lots that say the same of the cells of these rows and of these longer bundles, in their order."""
        names, digests = ([self.enforcers[j] for j in rows.tolist()], [self.bundles[b] for b in bundles.tolist()])
        return self.seed, tuple(self.categories), tuple(names), tuple(digests)


def numbers(texts: Iterable[str], level: int) -> Ints:
    """N of each text: ten hex digits of its SHA-256 as a number, the first ten at level 0, and so on."""
    part = slice(10 * level, 10 * level + 10)
    return np.array([int(hashlib.sha256(text.encode()).hexdigest()[part], 16) for text in texts], dtype=np.int64)


def pool_name(names: Iterable[str]) -> str:
    """The name of a pool in the lot: 16 hex digits of the SHA-256 of its members' names, sorted, one a line."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()[:16]


def deal_single(problem: Problem, flows: Ints, single: Ints, turn: Ints) -> Ints:
    """Deal writs of one, alike by pool and category, in the order given, to the rows that get some, in their order.

    flows: `(E, K)` how many; single: `(S, 2)` pool and category of each writ in the order of the lot; turn: `(J,)` rows
    in the order of the lot. Returns rows.
    """
    place, category = np.nonzero(flows)
    pool, kinds = problem.entry_pool[place], problem.opening.shape[1]
    classes, wanted = pool * kinds + category, single[:, 0] * kinds + single[:, 1]
    return turn[_deal(classes, np.argsort(turn)[problem.pool_member[place]], flows[place, category], wanted)]


def deal_longer(placement: Placement, longer: Ints) -> Ints:
    """The same of longer bundles, as in version 1 of the lot. longer: `(B,)` class of each."""
    return _deal(placement.bundle_class, placement.bundle_row, placement.bundle_count, longer)


def _deal(classes: Ints, rows: Ints, counts: Ints, wanted: Ints) -> Ints:
    slot = np.lexsort((rows, classes))
    slot_row = np.repeat(rows[slot], counts[slot])
    if len(slot_row) != len(wanted) or not np.array_equal(np.repeat(classes[slot], counts[slot]), np.sort(wanted)):
        raise AssertionError("what was placed is not what there is to deal")
    out = np.empty(len(wanted), dtype=np.int64)
    out[np.argsort(wanted, kind="stable")] = slot_row
    return out
