"""What the attachment planner says of an attachment and of a district, one sentence for each finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tengbol.model.law.paragraphs import POOL
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def reasons(
    chosen: pl.DataFrame, districts: pl.DataFrame, keep: int, leavers: int, spoken: Callable[..., str]
) -> pl.DataFrame:
    """`chosen` with `reason`: why its district needs an attachment, and what it then keeps.

    spoken: says a template in a language.
    """
    rows = districts.with_columns(new=pl.col("attached_after") - pl.col("attached_before")).to_dicts()
    said = {row["district_id"]: _reason(row, keep, leavers).said(spoken) for row in rows}
    return chosen.with_columns(reason=pl.col("district_id").replace_strict(said, return_dtype=pl.String))


def remarks(districts: pl.DataFrame, keep: int, leavers: int, spoken: Callable[..., str]) -> pl.DataFrame:
    """`districts` with `remark`: what each keeps, and what no attachment can bring."""
    said = [_remark(row, keep, leavers).said(spoken) for row in districts.to_dicts()]
    return districts.with_columns(remark=pl.Series(said, dtype=pl.String))


def whoever(leavers: int) -> Phrase:
    """Against whose leaving a district keeps enough."""
    if leavers > 1:
        return Phrase("whichever {n} leave at once", n=leavers)
    return Phrase("whoever leaves") if leavers else Phrase("while nobody leaves")


def _reason(row: Mapping[str, Any], keep: int, leavers: int) -> Phrase:
    name, registered, new, short = row["name"], row["registered"], row["new"], row["short"]
    lacks = (
        Phrase("{name} may lose all its available registered enforcers ({n})", name=name, n=registered)
        if registered
        else Phrase("{name} has no available registered enforcer", name=name)
    )
    keeps = (
        Phrase("{new} more of the {need} it needs", new=new, need=new + short)
        if short
        else Phrase("with {new} more it keeps {keep} {whoever}", new=new, keep=keep, whoever=whoever(leavers))
    )
    return Phrase(
        "{paragraph}: {lacks}, and then those attached are its pool; {keeps}.", paragraph=POOL, lacks=lacks, keeps=keeps
    )


def _remark(row: Mapping[str, Any], keep: int, leavers: int) -> Phrase:
    registered, short, who = row["registered"], row["short"], whoever(leavers)
    if row["closed"] is not None:
        return Phrase(
            "A registered enforcer is away for a short time, and until he is back, after {day}, those attached are not "
            "asked.",
            day=row["closed"],
        )
    if short > 0:
        return Phrase(
            "Keeps {keep} {whoever}; {short} more attached would be needed, and nobody else may be.",
            keep=max(keep - short, 0),
            whoever=who,
            short=short,
        )
    left = Phrase(
        "Of {registered} registered {stay} stay {whoever}", registered=registered, stay=row["least_after"], whoever=who
    )
    if registered > leavers:
        if registered - leavers >= keep:
            return Phrase("{left}.", left=left)
        return Phrase(
            "{left}; attached ones do not count beside them ({paragraph}): only registration mends that.",
            left=left,
            paragraph=POOL,
        )
    if registered and keep > 1:
        alone = Phrase(
            "While one registered enforcer is left he alone is the pool, whoever is attached: only registration "
            "mends that."
        )
        return Phrase("Once no registered one is left, keeps {keep} attached. {alone}", keep=keep, alone=alone)
    return Phrase("Keeps {keep} {whoever}.", keep=keep, whoever=who)
