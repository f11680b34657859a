"""The lot, replayed: which of several alike bundles goes to whom follows from the seed alone (contract 3.9).

The key of a bundle is the SHA-256, in hex, of the text `SEED:writ:BUNDLE_ID`, of an enforcer that of
`SEED:enforcer:ENFORCER_ID`, and of one who has a claim on a bundle as good as another's that of
`SEED:holder:ENFORCER_ID`: a clerk can check one line with any tool. Where the chamber has a key of its own, bundles
and enforcers stand in the lot by other names (`masks`); holders, who are not drawn in public, do not.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from tengbol.phrase import Phrase
from tengbol.verify.masks import Names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tengbol.verify.bundles import Whole
    from tengbol.verify.findings import Findings

    Ints = NDArray[np.int64]


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
        tell(free[row].writ_ids, enforcers[got[row]], due, found)
    return sum(several > 1 for several in Counter(alike).values())


def misdealt(
    alike: Ints, ids: Sequence[str], got: Ints, enforcers: Sequence[str], seed: str, names: Names
) -> list[tuple[int, str]]:
    """Bundles that the lot gives to another, by their places, and to whom; everyone gets as many of each class.

    alike: `(B,)` class of each bundle. ids: `(B,)`. got: `(B,)` place of its enforcer among `enforcers`. The bundles of
    a class, in the order of their keys, go in blocks to the enforcers in the order of theirs (`deal`).
    """
    lowest, highest = np.full(alike.max(initial=-1) + 1, len(enforcers)), np.zeros(alike.max(initial=-1) + 1)
    np.minimum.at(lowest, alike, got)
    np.maximum.at(highest, alike, got)
    # Where one has them all there is nothing to deal.
    rows = np.flatnonzero((lowest < highest)[alike])
    if len(rows) == 0:
        return []
    alike, got = alike[rows], got[rows]
    start, called = f"{seed}:writ:".encode(), (ids[row] for row in rows.tolist())
    names_of = called if names.key is None else map(names.bundle, called)
    digest = np.frombuffer(b"".join([sha256(start + name.encode()).digest() for name in names_of]), ">u8").reshape(
        -1, 4
    )
    by_key = np.lexsort((digest[:, 0], alike))
    leading = digest[by_key, 0]
    if (leading[1:] == leading[:-1]).any():
        by_key = np.lexsort((*digest.T[::-1], alike))
    turn = np.argsort(np.argsort([key(seed, "enforcer", names.enforcer(name)) for name in enforcers]))
    due = np.empty_like(got)
    due[by_key] = got[np.lexsort((turn[got], alike))]
    return [(int(rows[row]), enforcers[int(due[row])]) for row in np.flatnonzero(due != got).tolist()]


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
