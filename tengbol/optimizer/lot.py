"""The lot (contract point 3.9): a seeded order of enforcers before the search, and of bundles after it.

The place of a thing in the lot is the SHA-256 of `SEED:kind:ID`, so anyone can check one line with any tool:
`printf '%s' 'SEED:writ:ID' | sha256sum`. Enforcers are numbered in the order of theirs before anything is solved, so
no choice among equals follows ids or rows; bundles alike are then dealt in the order of theirs. A third order, of
`holder`s, decides between claims on a bound bundle that are as old as each other.

Where a chamber publishes its batches, writs are known outside by `masked` ids, and enforcers by `officials` ids; the
lot goes by these, so that it can be replayed from what is published.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tengbol.optimizer.problem import Placement, Problem

    Ints = NDArray[np.int64]


def digests(seed: str, kind: str, ids: Sequence[str] | pl.Series) -> pl.Series:
    """`(len(ids),)` SHA-256 digests of `seed:kind:id`, in UTF-8, as hexadecimal digits."""
    # One call for each id, a second for a million: a plugin of polars does it in half of that, and weighs 30 MB.
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
    digest = digests(seed, kind, ids)
    # The first quarter, as a number, nearly always decides.
    leading = digest.str.head(16).str.to_integer(base=16, dtype=pl.UInt64).to_numpy()
    by_leading = np.argsort(leading, kind="stable")
    in_order = leading[by_leading]
    if (in_order[1:] != in_order[:-1]).all():
        return by_leading
    return digest.to_frame().with_row_index().sort("digest", "index")["index"].to_numpy().astype(np.int64)


def turn(seed: str, enforcer_ids: pl.Series) -> pl.Series:
    """Enforcers in the order in which they take what several have an equal claim on (¶11, ¶13, ¶14)."""
    ids = enforcer_ids.sort()
    return ids.gather(order(seed, "holder", ids))


def deal(problem: Problem, placement: Placement, single: Ints, longer: Ints) -> tuple[Ints, Ints]:
    """Deal the bundles of each class, in the order given, to the rows that get some of it, in the rows' order.

    single: `(S, 2)` pool and category of each writ of one; longer: `(B,)` class of each longer bundle; both in the
    order of the lot. Returns the row of each.
    """
    place, category = np.nonzero(placement.singles)
    pool = problem.entry_pool[place]
    kinds = problem.opening.shape[1]
    singles = _deal(
        pool * kinds + category, problem.pool_member[place], placement.singles[place, category],
        single[:, 0] * kinds + single[:, 1],
    )  # fmt: skip
    return singles, _deal(placement.bundle_class, placement.bundle_row, placement.bundle_count, longer)


def _deal(classes: Ints, rows: Ints, counts: Ints, wanted: Ints) -> Ints:
    slot = np.lexsort((rows, classes))
    slot_row = np.repeat(rows[slot], counts[slot])
    if len(slot_row) != len(wanted) or not np.array_equal(np.repeat(classes[slot], counts[slot]), np.sort(wanted)):
        raise AssertionError("what was placed is not what there is to deal")
    out = np.empty(len(wanted), dtype=np.int64)
    out[np.argsort(wanted, kind="stable")] = slot_row
    return out
