"""The lot, replayed: which of several alike bundles goes to whom follows from the seed alone (contract 3.9).

The key of a bundle is the SHA-256, in hex, of the text `SEED:writ:BUNDLE_ID`, of an enforcer that of
`SEED:enforcer:ENFORCER_ID`, and of one who has a claim on a bundle as good as another's that of
`SEED:holder:ENFORCER_ID`: a clerk can check one line with any tool. Where the chamber has a key of its own, bundles
and enforcers stand in the lot by other names (`masks`); holders, who are not drawn in public, do not.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.phrase import Phrase
from tengbol.verify.masks import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tengbol.verify.bundles import Whole
    from tengbol.verify.findings import Findings

    Ints = NDArray[np.int64]


#: Names that are hashed one after the other.
_ROWS: Final = 10_000


def key(seed: str, kind: str, name: str) -> str:
    """Place a `writ` (a bundle by its id) or an `enforcer` in the order that the seed gives, hex."""
    return sha256(f"{seed}:{kind}:{name}".encode()).hexdigest()


def deal(seed: str, bundle_ids: list[str], numbers: dict[str, int], names: Names | None = None) -> dict[str, str]:
    """Deal several alike bundles, each enforcer getting his number of them.

    The bundles, in the order of their keys, go in consecutive blocks to the enforcers in the order of theirs.
    """
    names = names or Names()
    ordered = sorted(bundle_ids, key=lambda bundle_id: key(seed, "writ", names.bundle(bundle_id)))
    places = [
        enforcer_id
        for enforcer_id in sorted(numbers, key=lambda enforcer_id: key(seed, "enforcer", names.enforcer(enforcer_id)))
        for _ in range(numbers[enforcer_id])
    ]
    return dict(zip(ordered, places, strict=True))


def check_lot(
    bundles: Sequence[Whole], enforcer_of: dict[str, str], seed: str, found: Findings, names: Names | None = None
) -> None:
    """Replay the dealing with the numbers that each enforcer got of each class, in version 1 of the lot."""
    alike = replay(bundles, enforcer_of, seed, found, names or Names())
    found.holds(
        "lot",
        "assignments.parquet",
        "contract 3.9",
        Phrase(
            "Of bundles alike, the seed deals each to the enforcer who got it: {alike} classes replayed.", alike=alike
        ),
    )


def replay(bundles: Sequence[Whole], enforcer_of: dict[str, str], seed: str, found: Findings, names: Names) -> int:
    """Deal bundles alike again, as many to everyone as he got; how many classes there are of more than one bundle."""
    free = [bundle for bundle in bundles if bundle.bound_to is None]
    numbers: dict[tuple[frozenset[str], tuple[int, ...]], int] = {}
    alike = [numbers.setdefault((bundle.pool, bundle.counts), len(numbers)) for bundle in free]
    ids = [bundle.bundle_id for bundle in free]
    enforcers = sorted({enforcer_of[name] for name in ids})
    place = {enforcer_id: row for row, enforcer_id in enumerate(enforcers)}
    got = np.array([place[enforcer_of[name]] for name in ids], dtype=np.int64)
    wrong = misdealt(np.array(alike, dtype=np.int64), ids, got, enforcers, seed, names)
    for row, due in wrong:
        tell(free[row].writ_ids, enforcers[int(got[row])], due, found)
    return sum(several > 1 for several in Counter(alike).values())


def misdealt(
    alike: Ints, ids: Sequence[str] | pl.Series, got: Ints, enforcers: Sequence[str], seed: str, names: Names
) -> list[tuple[int, str]]:
    """Bundles that the lot gives to another, by their places, and to whom; everyone gets as many of each class.

    alike: `(B,)` class of each bundle. ids: `(B,)`. got: `(B,)` place of its enforcer among `enforcers`. The bundles of
    a class, in the order of their keys, go in blocks to the enforcers in the order of theirs (`deal`).
    """
    one_of, several = np.zeros((2, alike.max(initial=-1) + 1), dtype=np.int64)
    one_of[alike] = got
    several[alike[got != one_of[alike]]] = 1
    # Where one has them all there is nothing to deal.
    rows = np.flatnonzero(several[alike])
    if len(rows) == 0:
        return []
    alike, got = alike[rows], got[rows]
    digest = _digests(f"{seed}:writ:".encode(), pl.Series(ids, dtype=pl.String).gather(rows), names)
    leading = digest[:, 0].copy()
    by_key = np.argsort(leading)
    in_order = leading[by_key]
    if (in_order[1:] == in_order[:-1]).any():
        by_key = np.lexsort(digest.T[::-1])
    # Of short numbers numpy makes a count, not a comparison.
    classes = alike[by_key].astype(np.min_scalar_type(alike.max()))
    by_key = by_key[np.argsort(classes, kind="stable")]
    by_turn = np.argsort([key(seed, "enforcer", names.enforcer(name)) for name in enforcers])
    turn = np.argsort(by_turn)
    due = np.empty_like(got)
    due[by_key] = by_turn[np.sort(alike * len(enforcers) + turn[got]) % len(enforcers)]
    return [(int(rows[row]), enforcers[int(due[row])]) for row in np.flatnonzero(due != got).tolist()]


def going_on(text: bytes) -> Callable[[bytes], bytes]:
    """The SHA-256 of this text and another after it: quicker than to begin anew for each of many."""
    begun = sha256(text)

    def digest(more: bytes) -> bytes:
        own = begun.copy()
        own.update(more)
        return own.digest()

    return digest


def _digests(start: bytes, ids: pl.Series, names: Names) -> NDArray[np.uint64]:
    """`(N, 4)` the SHA-256 of `start` and each bundle's name in the lot."""
    out = np.empty((len(ids), 4), dtype=np.uint64)
    digest = going_on(start)
    # Some after the other, for a million texts of their own take a hundred megabytes.
    for begin in range(0, len(ids), _ROWS):
        called = ids.slice(begin, _ROWS)
        # As bytes at once, for to encode a million texts one by one takes as long as to hash them.
        in_lot = (
            called.cast(pl.Binary).to_list()
            if names.key is None
            else [names.bundle(name).encode() for name in called.to_list()]
        )
        out[begin : begin + _ROWS] = np.frombuffer(b"".join(map(digest, in_lot)), ">u8").reshape(-1, 4)
    return out


def tell(writ_ids: Sequence[str], got: str, due: str, found: Findings) -> None:
    """Say of writs that the lot gives them to another."""
    for writ_id in writ_ids:
        sentence = Phrase("went to {got}; the lot gives it to {due}", got=got, due=due)
        found.broken("lot", "assignments.parquet", writ_id, "contract 3.9", sentence)


def tell_what_was_chosen(bundles: Sequence[Whole], found: Findings) -> None:
    """Say that who among equals got more was not followed, where anything could be chosen.

    The search that chooses is not repeated by code that shares nothing with it.
    """
    if any(bundle.bound_to is None and len(bundle.pool) > 1 for bundle in bundles):
        found.unproven(
            "lot",
            "assignments.parquet",
            "",
            "contract 3.9",
            Phrase(
                "how many of each kind everyone got, among choices equally even, follows from the seed by a "
                "search that "
                "was not repeated here; `tengbol verify INPUT DIR --again` makes the batch anew and compares"
            ),
        )
