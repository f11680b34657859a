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

from tengbol.phrase import Phrase
from tengbol.verify.masks import Names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tengbol.verify.bundles import Whole
    from tengbol.verify.findings import Findings


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


def classes(bundles: Sequence[Whole]) -> Iterator[list[Whole]]:
    """Free bundles alike: the same pool, the same number of writs of each category."""
    alike: dict[tuple[frozenset[str], tuple[int, ...]], list[Whole]] = {}
    for bundle in bundles:
        if bundle.bound_to is None:
            alike.setdefault((bundle.pool, bundle.counts), []).append(bundle)
    yield from alike.values()


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
    alike = 0
    for members in classes(bundles):
        got = {bundle.bundle_id: enforcer_of[bundle.bundle_id] for bundle in members}
        due = deal(seed, list(got), Counter(got.values()), names)
        alike += len(members) > 1
        for bundle in members:
            name = bundle.bundle_id
            if got[name] != due[name]:
                for writ_id in bundle.writ_ids:
                    found.broken(
                        "lot",
                        "assignments.parquet",
                        writ_id,
                        "contract 3.9",
                        Phrase("went to {got}; the lot gives it to {due}", got=got[name], due=due[name]),
                    )
    return alike


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
