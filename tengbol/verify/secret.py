"""A past batch that a book wrote as files: whether its seed follows from the secret that its manifest tells.

docs/book.md, "How the seed is made". What the lot goes by is reckoned from the input, named as it is published.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from tengbol.phrase import Phrase
from tengbol.verify.balances import Standing
from tengbol.verify.law import WRIT, parts
from tengbol.verify.public.batch import opening_of
from tengbol.verify.public.chain import hashed, lot_digest

if TYPE_CHECKING:
    import polars as pl

    from tengbol.verify.bundles import Derived
    from tengbol.verify.findings import Findings
    from tengbol.verify.manifest import Manifest
    from tengbol.verify.masks import Names

FILE: Final = "manifest.json"
PLACE: Final = "contract 3.9"


def check_secret(
    book: dict[str, Any],
    manifest: Manifest,
    given: pl.DataFrame,
    place: pl.Series,
    derived: Derived,
    before: Standing,
    names: Names,
    found: Findings,
) -> None:
    """Check the seed of a book's batch whose assignments are lawful, and name what only the book shows.

    book: what the manifest has under that name. given, place: the table of assignments, and the place of each among the
    writs of the input.
    """
    record, secret, digest, value = (book.get(name) for name in ("record", "secret", "input_digest", "public_value"))
    # A digest that is only stated could be sought until the seed suits: batches since version 0.1.0 have no such seed.
    if record is None and manifest.lot_version == 1:
        due = hashed("tengbol seed", str(secret), str(digest), str(value or ""))
    else:
        lot = _lot_digest(given, place, derived, before, names)
        due = hashed("tengbol seed 2", str(secret), lot, str(value or ""))
    if due != manifest.seed:
        sentence = Phrase("its seed does not follow from secret, input and public value")
        found.broken("seed", FILE, "seed", PLACE, sentence)
    if book.get("commitment") != hashed("tengbol commitment", str(secret)):
        found.broken("seed", FILE, "commitment", PLACE, Phrase("its secret is not the one committed to before"))
    found.holds("seed", FILE, PLACE, Phrase("The seed follows from the secret, the batch and the public value."))
    sentence = Phrase(
        "that the secret was committed to before, number, link and digest of the input are only stated here; "
        "`tengbol book audit` shows them"
    )
    found.unproven("seed", FILE, "book", PLACE, sentence)


def _lot_digest(given: pl.DataFrame, place: pl.Series, derived: Derived, before: Standing, names: Names) -> str:
    """What the lot goes by, under the names that are published."""
    row = derived.row_of.gather(place)
    pools: list[int] = derived.groups["pool"].gather(row).to_list()
    sizes: list[int] = derived.groups["size"].gather(row).to_list()
    masked = {number: sorted(map(names.enforcer, derived.pools[number])) for number in set(pools)}
    name_of = {number: sha256("\n".join(members).encode()).hexdigest()[:16] for number, members in masked.items()}
    columns = ("writ_id", "bundle_id", "category", "basis", "enforcer_id")
    rows: list[tuple[str, str | None, str, str, str, str, str]] = []
    for (writ, bundle, category, basis, who), pool, size in zip(
        given.select(columns).iter_rows(), pools, sizes, strict=True
    ):
        together = names.bundle(bundle) if size > 1 else None
        rows.append((names.bundle(writ), together, category, "", basis, name_of[pool], names.enforcer(who)))
    rows.sort(key=lambda row: (row[1] or row[0], row[0]))
    members = {name_of[number]: masked[number] for number in masked}
    concerned = {row[6] for row in rows}.union(*members.values())
    due = {number: parts(derived.pools[number], derived.roster) for number in masked}
    unequal = {
        name_of[number]: [own[who] for who in sorted(own, key=names.enforcer)]
        for number, own in due.items()
        if set(own.values()) != {WRIT // len(own)}
    }
    opened = Standing(
        *(
            Counter({(names.enforcer(who), k): n for (who, k), n in of.items()})
            for of in (before.received, before.share)
        )
    )
    return lot_digest(rows, members, opening_of(opened, concerned), unequal)
