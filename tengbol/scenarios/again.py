"""A batch made anew from its input and its seed, by the code that makes batches, and held against what was told of it.

`verify` shares nothing with that code and does not repeat its search; this does, and so sees who, among choices equally
even, was given more than the seed gives him.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tengbol.batch import draw
from tengbol.config import of_manifest
from tengbol.errors import UnusableInputError
from tengbol.io.key import commitment
from tengbol.report.folders import read_result, with_held_out
from tengbol.report.results import lot_version
from tengbol.ruling import rule, turn_of
from tengbol.versions import versions

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Again:
    """How a result differs from the batch made anew.

    others: `writ_id`, `enforcer_id` (of the result), `due` (of the seed), null where one of them lacks the writ; by id.
    sums: names of objectives and bounds that are others. made_by: names of libraries in whose version the result was
    made and this was not.
    """

    others: pl.DataFrame
    sums: tuple[str, ...]
    made_by: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether the seed gives this very result."""
        return self.others.is_empty() and not self.sums


def again(source: Path, folder: Path, key: str | None = None) -> Again:
    """Make the batch of a result folder anew. key: the chamber's, where the lot goes by ids that it masks.

    Raises `UnusableInputError` where it is no result, the input is another, or the key that its lot went by is missing
    or another: without it the seed gives something else.
    """
    manifest, tables, reading = read_result(source, folder)
    _refuse_without_key(manifest, folder, key)
    chamber = with_held_out(reading.chamber, manifest)
    made = draw(
        rule(
            chamber,
            as_of=dt.datetime.fromisoformat(manifest["as_of"]),
            turn=_turn(manifest),
            config=of_manifest(manifest["config"]),
            key=key,
        ),
        manifest["seed"],
        lot_version=lot_version(manifest) or 1,
    )
    told = tables["assignments"].select("writ_id", "enforcer_id")
    due = made.assignments.select("writ_id", due="enforcer_id")
    both = told.join(due, on="writ_id", how="full", coalesce=True)
    numbers = made.proof.numbers()
    here = versions()
    return Again(
        both.filter(pl.col("enforcer_id").ne_missing(pl.col("due"))).sort("writ_id"),
        tuple(name for name, number in numbers.items() if manifest[name] != number),
        tuple(name for name, version in manifest.get("versions", {}).items() if here.get(name, version) != version),
    )


def _refuse_without_key(manifest: dict[str, Any], folder: Path, key: str | None) -> None:
    told = manifest.get("lot")
    wanted = told.get("key_commitment") if isinstance(told, dict) else None
    if wanted != (None if key is None else commitment(key)):
        raise UnusableInputError(
            "{folder}: to make it anew, the key that its lot went by is needed, and no other; give it with --key.",
            folder=folder,
        )


def _turn(manifest: dict[str, Any]) -> str:
    """Seed of the order between equal claims, which a book fixes before its batch's own."""
    book = manifest.get("book")
    if not isinstance(book, dict) or book.get("record") is None:
        return manifest["seed"]
    return turn_of(book["secret"], book["public_value"] or "")
