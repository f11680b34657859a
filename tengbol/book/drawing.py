"""Where a batch's seed comes from: a secret promised before, what decides of the input, a public value named before.

Against whom this protects, and against whom not, is in `docs/book.md`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tengbol.book import canon
from tengbol.book.acts import act, events
from tengbol.errors import UnusableInputError
from tengbol.report.public.part import drawn_part, lot_digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.book.acts import Hand
    from tengbol.book.store import Store
    from tengbol.ruling import Ruled


@dataclass(frozen=True)
class Public:
    """A value from outside, and where it was said to come from before it was known; both empty for none."""

    source: str | None = None
    value: str = ""


def decides(ruled: Ruled, key: str) -> str:
    """Digest of all that decides in a batch, before there is a seed; what only describes is not in it."""
    assignments = ruled.todo.writs.select("writ_id", pl.col("category").cast(pl.String), "bundle_id").join(
        ruled.bundles().rename({"bound_to": "enforcer_id"}), on="bundle_id", how="left", maintain_order="left"
    )
    standing = ruled.before.rename({"received": "received_before", "share": "share_before"})
    return lot_digest(drawn_part("", assignments=assignments, pools=ruled.pools(), standing=standing, key=key))


def seed_of(batch: Mapping[str, Any], part: Mapping[str, Any]) -> str:
    """The seed that a kept batch must have, as its version drew it. part: its public part."""
    if "record" in part:
        return canon.seed(batch["secret"], lot_digest(part), batch["public_value"])
    return canon.first_seed(batch["secret"], batch["input_digest"], batch["public_value"])


def announce(store: Store, chamber_id: str, source: str, hand: Hand) -> None:
    """Name the source of the public value for the chamber's next periodic batch, before that value is known."""
    with act(store, hand, "public value named", chamber_id=chamber_id, subject=source):
        if not source.strip():
            raise UnusableInputError("The source of the public value is empty; say which one, of which day and hour.")


def public_value(store: Store, chamber_id: str, given: str | None, last: dict[str, Any]) -> Public:
    """Accept the value of a source named since the chamber's last periodic batch, and only such; and insist on it."""
    named = events(
        store,
        "what = 'public value named' AND chamber_id = :chamber_id AND seq > "
        "(SELECT coalesce(max(since), 0) FROM batches WHERE chamber_id = :chamber_id AND kind = 'batch')",
        chamber_id=chamber_id,
    )
    if named.is_empty():
        if given is None:
            return Public()
        raise UnusableInputError(
            "--public-value: no source was named for it since batch {number}; name one with `tengbol book announce` "
            "before its value is known, or leave the option out.",
            number=last["number"],
        )
    source = named["subject"][0]
    if given is None:
        raise UnusableInputError(
            "The public value of '{source}' was named for this batch; give it with --public-value once it is known.",
            source=source,
        )
    if not re.fullmatch(r"[!-~]{1,200}", given):
        raise UnusableInputError(
            "--public-value '{given}': write it as 1 to 200 letters, digits and signs without spaces.", given=given[:40]
        )
    return Public(source, given)
