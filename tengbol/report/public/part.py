"""The public part of one batch: everything that a stranger needs to recompute it, and nothing personal.

No name, no personal number, no number, sum, case or hour of a writ. What stands here is fixed by `docs/public.md`;
`canonical` text of it is what the chain of batches is made of.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.key import commitment
from tengbol.model.codes import BOUND_BASES
from tengbol.model.law.shares import equal
from tengbol.report.public.chain import canonical
from tengbol.report.public.names import public_enforcers, public_pool, public_writs

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What a batch says of itself: columns of a record's `batches` that are published as they stand.
_TOLD: Final = (
    "number",
    "chamber_id",
    "seed",
    "secret",
    "input_digest",
    "public_value",
    "status",
    "status_total",
    "objective",
    "lower_bound",
    "objective_total",
    "lower_bound_total",
)
#: How the batches of a book are told and their seeds drawn: by this from version 0.2 on, before that they say nothing.
RECORD: Final = 2


def public_part(
    batch: Mapping[str, Any],
    *,
    assignments: pl.DataFrame,
    unassigned: pl.DataFrame,
    rejected: int,
    pools: pl.DataFrame,
    standing: pl.DataFrame,
    key: str,
    corrections: pl.DataFrame | None = None,
) -> dict[str, Any]:
    """Public part of a batch: plain text, whole numbers and lists of them.

    batch: a row of a record's `batches`, its `commitment` that of the next batch's secret; with `made` where it is told
    by `RECORD`, and `document` where it did not run as of now. assignments: `writ_id`,
    `bundle_id`, `lot_id`, `category`, `district_id`, `basis`, `pool_id`, `enforcer_id`. unassigned: `writ_id`, `code`.
    rejected: how many rows were. pools: `pool_id`, `enforcer_id`, `part` (billionths), at least those of the batch.
    standing: before the
    batch, `enforcer_id`, `category`, `received_before`, `share_before` (billionths). key: the chamber's, hex.
    corrections: `writ_id`, `act`, `number` of the batch whose writ it was, made since the batch before.

    Raises `UnusableInputError` where the lot of the batch went by other ids than the key gives.
    """
    return {
        **{name: batch.get(name) for name in _TOLD},
        **_run(batch),
        **_lot(batch),
        # A day and no hour: an urgent writ has a batch of its own, and with it an hour that somebody knows.
        "day": batch["as_of"].date().isoformat(),
        "commitment": batch.get("commitment"),
        "key_commitment": commitment(key),
        **drawn_part(batch["batch_id"], assignments=assignments, pools=pools, standing=standing, key=key),
        "unassigned": _unassigned(unassigned, key),
        "rejected": rejected,
        **_corrections(corrections, key),
    }


def drawn_part(
    batch_id: str, *, assignments: pl.DataFrame, pools: pl.DataFrame, standing: pl.DataFrame, key: str
) -> dict[str, Any]:
    """What the lot goes by and what it gave: `opening`, `pools`, `assignments`, and `parts` where members of a pool did
    not share alike; see `public_part`.

    Before the lot the `enforcer_id` of a free writ may be null: nothing else of a part waits for it.
    """
    members = _members(assignments, pools, key)
    names = public_enforcers(key, pl.concat([members["enforcer_id"], assignments["enforcer_id"]]))
    return {
        "opening": opening_digest(standing, names),
        "pools": {row["pool"]: row["members"] for row in members.group_by("pool").agg(_sorted()).iter_rows(named=True)},
        **_parts(members),
        "assignments": _assignments(batch_id, assignments, members, names, key),
    }


def _parts(members: pl.DataFrame) -> dict[str, dict[str, list[int]]]:
    """Billionths of a writ due to each member of a pool, in the order of its members; of pools not shared alike."""
    alike = equal(pl.len().over("pool").cast(pl.Int64))
    odd = members.filter((pl.col("part") != alike).any().over("pool")).sort("pool", "enforcer")
    if odd.is_empty():
        return {}
    told = odd.group_by("pool", maintain_order=True).agg("part")
    return {"parts": dict(told.iter_rows())}


def lot_digest(part: Mapping[str, Any]) -> str:
    """What enters a batch's seed of its content, SHA-256: all that decides, and nothing that only describes.

    Of the canonical text of `opening`, `pools` and of each writ its id, bundle, category, pool and, where it is bound,
    enforcer. So a text that bears on nothing does not turn the lot, and whoever has the part can reckon it.
    """
    told = part["assignments"]
    types: dict[str, pl.DataType] = dict.fromkeys(("basis", "enforcer"), pl.String())
    bound = pl.DataFrame({name: told[name] for name in types}, schema=types).select(
        pl.when(pl.col("basis").is_in(BOUND_BASES)).then("enforcer")
    )
    decides = {
        "opening": part["opening"],
        "pools": part["pools"],
        **{name: part[name] for name in ("parts",) if name in part},
        **{name: told[name] for name in ("writ", "bundle", "category", "pool")},
        "bound": bound.to_series().to_list(),
    }
    return sha256(f"tengbol lot\n{canonical(decides)}".encode()).hexdigest()


def _run(batch: Mapping[str, Any]) -> dict[str, Any]:
    """When a batch was made, on what document where not as of now; how many it bound on a word, or by imports."""
    if batch.get("made") is None:
        return {}
    resting = {name: batch[name] for name in ("on_word", "on_imports") if batch.get(name)}
    return {"record": RECORD, "made": batch["made"].isoformat(), "document": batch["document"], **resting}


def _lot(batch: Mapping[str, Any]) -> dict[str, Any]:
    """Version of the lot, and whether all of it is proven; a batch of version 0.1.0 says neither."""
    return {name: batch[name] for name in ("lot_version", "status_lot") if batch.get(name) is not None}


def opening_digest(standing: pl.DataFrame, names: pl.DataFrame) -> str:
    """SHA-256 over what the enforcers of `names` (`enforcer_id`, `enforcer`) had and were due before the batch.

    Of the canonical text of a list of [enforcer, category, received, share], sorted, without those that are all 0.
    """
    return sha256(canonical(opening_rows(standing, names)).encode()).hexdigest()


def opening_rows(standing: pl.DataFrame, names: pl.DataFrame) -> list[list[Any]]:
    """[enforcer, category, received, share in billionths] of `names`, sorted, without those that are all 0."""
    rows = (
        standing.filter((pl.col("received_before") != 0) | (pl.col("share_before") != 0))
        .join(names, on="enforcer_id")
        .select("enforcer", pl.col("category").cast(pl.String), "received_before", "share_before")
        .sort("enforcer", "category")
    )
    return [list(row) for row in rows.iter_rows()]


def _members(assignments: pl.DataFrame, pools: pl.DataFrame, key: str) -> pl.DataFrame:
    """`pool_id`, its public `pool`, `enforcer_id`, `enforcer` of the members of every pool of the batch."""
    kept = pools.join(assignments, on="pool_id", how="semi")
    kept = kept.join(public_enforcers(key, kept["enforcer_id"]), on="enforcer_id")
    sets = kept.group_by("pool_id").agg("enforcer").sort("pool_id")
    names = [public_pool(who) for who in sets["enforcer"].to_list()]
    return kept.join(
        sets.select("pool_id", pool=pl.Series(names, dtype=pl.String)), on="pool_id", how="left", maintain_order="left"
    )


def _sorted() -> pl.Expr:
    return pl.col("enforcer").sort().alias("members")


def _assignments(
    batch_id: str, assignments: pl.DataFrame, members: pl.DataFrame, names: pl.DataFrame, key: str
) -> dict[str, list[Any]]:
    """Columns of the table of writs, by bundle and writ: an order that tells nothing of when they came."""
    # A bundle goes by one of its writs, so most ids are there twice.
    ids = pl.concat([assignments["writ_id"], assignments["bundle_id"]]).unique()
    called = pl.DataFrame(
        {"id": ids, "public": public_writs(key, ids.to_list())}, schema_overrides={"public": pl.String}
    )
    table = (
        assignments.with_columns(alone=pl.len().over("bundle_id") == 1)
        .join(called.rename({"public": "writ"}), left_on="writ_id", right_on="id", how="left")
        .join(called.rename({"public": "due"}), left_on="bundle_id", right_on="id", how="left")
        .join(names, on="enforcer_id", how="left")
        .join(members.select("pool_id", "pool").unique(), on="pool_id", how="left")
        .sort("lot_id", "writ")
    )
    if not table["lot_id"].eq_missing(table["due"]).all():
        raise UnusableInputError(
            "Batch {batch_id}: its lot did not go by the ids that this key gives, so nobody could replay it from "
            "what is published; give the key that it was made with (`tengbol run --key`).",
            batch_id=batch_id,
        )
    return table.select(
        "writ",
        bundle=pl.when(~pl.col("alone")).then("lot_id"),
        category=pl.col("category").cast(pl.String),
        district="district_id",
        basis="basis",
        pool="pool",
        enforcer="enforcer",
    ).to_dict(as_series=False)


def _corrections(corrections: pl.DataFrame | None, key: str) -> dict[str, Any]:
    """Writs that were taken from their enforcers, or given again, since the batch before; none, and nothing is said."""
    if corrections is None or corrections.is_empty():
        return {}
    table = corrections.select(
        "act",
        batch="number",
        writ=pl.Series(public_writs(key, corrections["writ_id"].to_list()), dtype=pl.String),
    )
    return {"corrections": table.sort("writ", "batch", "act").to_dict(as_series=False)}


def _unassigned(unassigned: pl.DataFrame, key: str) -> dict[str, list[str]]:
    return (
        unassigned.select(
            writ=pl.Series(public_writs(key, unassigned["writ_id"].to_list()), dtype=pl.String), code="code"
        )
        .sort("writ")
        .to_dict(as_series=False)
    )
