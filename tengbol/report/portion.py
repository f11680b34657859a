"""A portion of a record: some of its days, or one chamber of several with what is proven of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.model.law.balances import after
from tengbol.optimizer.problem import costs
from tengbol.phrase import Phrase
from tengbol.report.parts import bundles_apart
from tengbol.report.record import only_chamber

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.report.record import Record


def of_days(whole: Record, first: dt.date | None, last: dt.date | None) -> Record:
    """Keep of a record the batches from day `first` to day `last`, both included; None is no limit.

    Raises `UnusableInputError` where no batch is left.
    """
    batches = whole.batches.filter(_within("as_of", first, last))
    if batches.is_empty():
        raise UnusableInputError(
            "No batch lies between {first} and {last}; give other days.",
            first=first or Phrase("the first"),
            last=last or Phrase("the last"),
        )
    assignments = whole.assignments.join(batches, on="batch_id", how="semi", maintain_order="left")
    return replace(
        whole,
        batches=batches,
        assignments=assignments,
        pools=whole.pools.join(assignments, on="pool_id", how="semi", maintain_order="left"),
        events=whole.events.filter(_within("at", first, last)),
        **{
            name: getattr(whole, name).join(batches, on="batch_id", how="semi", maintain_order="left")
            for name in ("unassigned", "rejected", "standing", "corrections")
        },
    )


def _within(moment: str, first: dt.date | None, last: dt.date | None) -> pl.Expr:
    day = pl.col(moment).dt.date()
    after = pl.lit(True) if first is None else day >= first
    return after if last is None else after & (day <= last)


def of_chamber(whole: Record, chamber_id: str) -> Record:
    """Keep of a record the writs of a chamber's districts, with all who stood in their pools or received one.

    A batch of that chamber alone stays as it is; one of another goes. Of a batch of all, objectives are summed again
    over these enforcers. Where the whole was proven, so is each portion (a better one would make the whole better);
    where not, the bound is that of the portion with bundles taken apart, and none is known of the totals. What such a
    batch did not assign, or rejected, is not told of a portion, for it names no district.
    Raises `UnusableInputError` for a chamber that no district belongs to.
    """
    own = whole.districts.filter(pl.col("chamber_id") == chamber_id)
    if own.is_empty():
        known = ", ".join(whole.districts["chamber_id"].unique().sort())
        raise UnusableInputError(
            "--chamber '{chamber_id}': no district belongs to it; there are {known}.",
            chamber_id=chamber_id,
            known=known,
        )
    if only_chamber(whole.districts) is not None:
        return whole
    batches = whole.batches.filter(pl.col("chamber_id").is_null() | (pl.col("chamber_id") == chamber_id))
    alone = batches.filter(pl.col("chamber_id").is_not_null())
    assignments = whole.assignments.join(own, on="district_id", how="semi").join(batches, on="batch_id", how="semi")
    pools = whole.pools.join(assignments, on="pool_id", how="semi")
    registered = whole.enforcers.join(own, on="district_id", how="semi")
    ids = pl.concat([frame.select("enforcer_id") for frame in (registered, pools, assignments)]).unique()
    enforcers = whole.enforcers.join(ids, on="enforcer_id", how="semi", maintain_order="left")
    homes = pl.concat([own.select("district_id"), enforcers.select("district_id")]).unique()
    portion = replace(
        whole,
        assignments=assignments,
        batches=batches,
        unassigned=whole.unassigned.join(alone, on="batch_id", how="semi", maintain_order="left"),
        rejected=whole.rejected.join(alone, on="batch_id", how="semi", maintain_order="left"),
        pools=pools,
        standing=whole.standing.join(ids, on="enforcer_id", how="semi", maintain_order="left").join(
            batches, on="batch_id", how="semi", maintain_order="left"
        ),
        enforcers=enforcers,
        districts=whole.districts.join(homes, on="district_id", how="semi", maintain_order="left"),
    )
    return replace(portion, batches=_proven(portion).with_columns(chamber_id=pl.lit(chamber_id)))


def _proven(portion: Record) -> pl.DataFrame:
    """The batches of a portion with its own objectives and bounds."""
    apart = dict(bundles_apart(portion).iter_rows())
    rows: list[dict[str, Any]] = []
    for batch in portion.batches.iter_rows(named=True):
        if batch["chamber_id"] is not None:
            rows.append(batch)
            continue
        key = batch["batch_id"]
        first, second = _objectives(portion, key)
        done = batch["status"] == "optimal"
        rows.append(
            {
                **batch,
                "objective": first,
                "lower_bound": first if done else apart[key],
                "objective_total": second,
                "lower_bound_total": second if done and batch["status_total"] == "optimal" else None,
            }
        )
    return pl.DataFrame(rows, schema=portion.batches.schema)


def _objectives(portion: Record, batch_id: str) -> tuple[int, int]:
    """Both objectives of contract point 3.8, squared thousandths, over who stood in a pool or received a writ."""
    writs = portion.assignments.filter(pl.col("batch_id") == batch_id)
    members = portion.pools.join(writs, on="pool_id", how="semi").select("enforcer_id")
    ids = pl.concat([members, writs.select("enforcer_id")]).unique()
    standing = portion.standing.filter(pl.col("batch_id") == batch_id).join(ids, on="enforcer_id", how="semi")
    return costs(after(standing)[1])
