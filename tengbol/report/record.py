"""What a report is made of: one batch, or a period of one or several chambers, whatever it was kept in.

A `Record` is filled from a distribution in memory (here), from folders of results (`folders`) or from the
chamber's book; measures, charts, pages and the public report read nothing else. It holds what happened and decides
nothing; rows are in an order that does not depend on where they came from.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model.decisions import SCHEMAS as SCHEMAS_OF_DECISIONS
from tengbol.parameters import CREDITORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tengbol.batch import Result
    from tengbol.model.chamber import Chamber

_MOMENT: Final = pl.Datetime("us")
#: Categories of claims for money, of which alone sums are told.
_OF_MONEY: Final = tuple(name for name, creditor in CREDITORS.items() if creditor is not None)

#: Tables of `model.decisions` that sentences are made of; a record kept without them has the sentences as they were.
REASONED: Final = ("left_out", "passed_over", "waiting")

#: Columns of each table of a record and their types; nothing else may stand in it.
SCHEMAS: Final[Mapping[str, pl.Schema]] = MappingProxyType(
    {
        "batches": pl.Schema(
            {
                "batch_id": pl.String(),
                "number": pl.Int64(),
                "chamber_id": pl.String(),
                "as_of": _MOMENT,
                "seed": pl.String(),
                "status": pl.String(),
                "status_total": pl.String(),
                **dict.fromkeys(("objective", "lower_bound", "objective_total", "lower_bound_total"), pl.Int64()),
                **dict.fromkeys(("secret", "input_digest", "public_value", "commitment", "link"), pl.String()),
                "made": pl.Date(),
                "document": pl.String(),
                "on_word": pl.Int64(),
                "on_imports": pl.Int64(),
                "lot_version": pl.Int64(),
                "status_lot": pl.String(),
                "reasoned": pl.Boolean(),
                "certificate": pl.String(),
            }
        ),
        "assignments": pl.Schema(
            {
                "batch_id": pl.String(),
                "writ_id": pl.String(),
                "enforcer_id": pl.String(),
                "category": pl.String(),
                "basis": pl.String(),
                "bundle_id": pl.String(),
                "pool_size": pl.Int64(),
                "distribute_by": pl.Date(),
                "collect_by": pl.Date(),
                "notify_creditor_by": pl.Date(),
                "explanation": pl.String(),
                "pool_id": pl.String(),
                "lot_id": pl.String(),
                "district_id": pl.String(),
                "received_at": _MOMENT,
                "amount": pl.Float64(),
                "immediate": pl.Boolean(),
                "handed_at": _MOMENT,
                "collected_at": _MOMENT,
                "notified_at": _MOMENT,
                "alike": pl.Int64(),
            }
        ),
        "unassigned": pl.Schema(dict.fromkeys(("batch_id", "writ_id", "code", "explanation"), pl.String())),
        "rejected": pl.Schema(
            {
                "batch_id": pl.String(),
                "table": pl.String(),
                "row": pl.Int64(),
                "column": pl.String(),
                "code": pl.String(),
                "message": pl.String(),
            }
        ),
        **{name: pl.Schema({"batch_id": pl.String(), **SCHEMAS_OF_DECISIONS[name]}) for name in REASONED},
        "pools": SCHEMAS_OF_DECISIONS["pools"],
        "shares": pl.Schema({"batch_id": pl.String(), **SCHEMAS_OF_DECISIONS["shares"]}),
        "standing": pl.Schema(
            {
                "batch_id": pl.String(),
                "enforcer_id": pl.String(),
                "category": pl.String(),
                "received_before": pl.Int64(),
                "share_before": pl.Int64(),
                "received_after": pl.Int64(),
                "share_after": pl.Int64(),
            }
        ),
        "corrections": pl.Schema(
            {"batch_id": pl.String(), "writ_id": pl.String(), "act": pl.String(), "number": pl.Int64()}
        ),
        "enforcers": pl.Schema(
            {
                "enforcer_id": pl.String(),
                "name": pl.String(),
                "district_id": pl.String(),
                "licensed_from": pl.Date(),
                "licensed_to": pl.Date(),
            }
        ),
        "districts": pl.Schema(dict.fromkeys(("district_id", "name", "chamber_id"), pl.String())),
        "events": pl.Schema({"at": _MOMENT, **dict.fromkeys(("who", "what", "document", "subject"), pl.String())}),
    }
)

#: What tells the rows of a table apart, and the order in which they stand.
_KEYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "batches": ("number", "batch_id"),
        "assignments": ("batch_id", "writ_id"),
        "unassigned": ("batch_id", "writ_id"),
        "rejected": ("batch_id", "table", "row", "column", "code"),
        "left_out": ("batch_id", "district_id", "pool_id", "enforcer_id"),
        # Claims on a bundle stand in the order in which they were asked.
        "passed_over": ("batch_id", "bundle_id"),
        "waiting": ("batch_id", "writ_id"),
        "pools": ("pool_id", "enforcer_id"),
        "shares": ("batch_id", "pool_id", "category", "enforcer_id"),
        "standing": ("batch_id", "enforcer_id", "category"),
        "corrections": ("batch_id", "writ_id", "number", "act"),
        "enforcers": ("enforcer_id",),
        "districts": ("district_id",),
        "events": ("at", "what", "subject", "who", "document"),
    }
)


@dataclass(frozen=True)
class Record:
    """One batch or several, each table with exactly the columns of `SCHEMAS`.

    batches: `number` counts the batches of their source; `chamber_id` is null where a batch was of all chambers;
    `as_of` is the chamber's local time. `objective`, `lower_bound` and the same with `_total` are whole squared
    thousandths of a writ (10⁻⁶ squared writs), as `Proof` has them. `secret`, `input_digest`, `public_value`,
    `commitment` (of the next batch's secret) and `link` are null where no book was kept. `made` is the day on which a
    batch was made, `document` is there where it did not run as of now, `on_word` how many were bound to who is said to
    have returned them, without a record of it (¶11), `on_imports` how many by records that imports brought; all are
    null before version 0.2. `reasoned`: why each writ went where it went was kept as columns, not as sentences alone.
    `certificate`: the text of it, where it is to be published.
    assignments: the contract's columns, then the bundle's pool, its place in the lot (`lot_id`) and district, and the
    writ's day of receipt, amount (tenge, null where the claim is none of money) and immediacy; `handed_at`,
    `collected_at` and `notified_at` (¶7, ¶8, ¶15) are null where nobody has recorded them. `collect_by` is null of an
    electronic writ, `notify_creditor_by` of a paper one until it is received. `alike`: of how many free bundles alike
    the lot chose, null where the bundle was bound, or nobody has kept it.
    left_out, passed_over, waiting: as `model.decisions` has them, of each batch that is `reasoned`.
    unassigned, rejected: the contract's columns. A writ that waits stands in `unassigned` of each batch it waited in.
    pools: the members of every pool that a batch has named. shares: what a pool's writs added to the share of each
    member, of each batch that kept it; others shared alike (`model.law.shares`).
    standing: every enforcer licensed on the day × category, `received` in writs, `share` in billionths of a writ.
    corrections: what acts took from enforcers, or gave again, of a batch's `number`, told with the next batch.
    enforcers, districts: as they stood last. events: manual acts, where a book records them.
    """

    batches: pl.DataFrame
    assignments: pl.DataFrame
    unassigned: pl.DataFrame
    rejected: pl.DataFrame
    left_out: pl.DataFrame
    passed_over: pl.DataFrame
    waiting: pl.DataFrame
    pools: pl.DataFrame
    shares: pl.DataFrame
    standing: pl.DataFrame
    corrections: pl.DataFrame
    enforcers: pl.DataFrame
    districts: pl.DataFrame
    events: pl.DataFrame

    def __post_init__(self) -> None:
        for name, schema in SCHEMAS.items():
            if getattr(self, name).schema != schema:
                raise TypeError(f"{name} of a record: {getattr(self, name).schema}, where {schema} is due")


def record(**tables: pl.DataFrame | None) -> Record:
    """Build a record of frames that may lack columns (they are then null) and tables (no rows), in any order of rows.

    What is more than `SCHEMAS` knows is left out; a value that cannot have its column's type raises polars' error.
    """
    return Record(**{name: _shaped(name, tables.get(name)) for name in SCHEMAS})


def of_distribution(
    chamber: Chamber,
    distribution: Result,
    *,
    batch_id: str,
    number: int = 1,
    rejected: pl.DataFrame | None = None,
    chain: Mapping[str, str] | None = None,
) -> Record:
    """Record one batch that was just distributed from `chamber`.

    rejected: the contract's table. chain: `secret`, `input_digest`, `public_value`, `commitment`, `link` of a book, and
    `certificate`, where it is to be published.
    """
    proof, decisions = distribution.proof, distribution.decisions
    batch = {
        "batch_id": batch_id,
        "number": number,
        "chamber_id": only_chamber(chamber.districts),
        "as_of": distribution.as_of,
        "seed": distribution.seed,
        **proof.statuses(),
        **proof.numbers(),
        **(chain or {}),
        **distribution.lot_told,
        "reasoned": True,
    }
    return record(
        batches=pl.DataFrame([batch], schema_overrides=SCHEMAS["batches"]),
        assignments=with_writs(
            distribution.assignments,
            distribution.bundles.join(decisions.decisions.select("bundle_id", "alike"), on="bundle_id"),
            chamber.writs,
            batch_id,
        ),
        **{name: of_batch(getattr(decisions, name), batch_id) for name in REASONED},
        unassigned=of_batch(distribution.unassigned, batch_id),
        rejected=None if rejected is None else of_batch(rejected, batch_id),
        pools=distribution.pools,
        shares=of_batch(decisions.shares, batch_id),
        standing=of_batch(distribution.standing, batch_id),
        enforcers=chamber.enforcers,
        districts=chamber.districts,
    )


def joined(records: Iterable[Record]) -> Record:
    """Put records of batches into one; of an enforcer or district that several know, the latest batch's row stays."""
    parts = sorted(records, key=lambda part: _place(part.batches))
    tables = {field.name: pl.concat([getattr(part, field.name) for part in parts]) for field in fields(Record)}
    return record(
        **{
            **tables,
            "pools": tables["pools"].unique(),
            "enforcers": tables["enforcers"].unique("enforcer_id", keep="last", maintain_order=True),
            "districts": tables["districts"].unique("district_id", keep="last", maintain_order=True),
        }
    )


def with_bundles(assignments: pl.DataFrame, bundles: pl.DataFrame) -> pl.DataFrame:
    """Add to a batch's assignments what their bundles are: `lot_id`, `district_id`, `pool_id`, `alike`."""
    told = bundles.select("bundle_id", "lot_id", "district_id", "pool_id", "alike")
    return assignments.join(told, on="bundle_id", how="left")


def with_writs(assignments: pl.DataFrame, bundles: pl.DataFrame, writs: pl.DataFrame, batch_id: str) -> pl.DataFrame:
    """Add to a batch's assignments what their bundles and writs are."""
    return (
        with_bundles(assignments, bundles)
        .join(writs.select("writ_id", "received_at", "immediate", "amount"), on="writ_id", how="left")
        .with_columns(amount=pl.when(pl.col("category").is_in(_OF_MONEY)).then("amount"), batch_id=pl.lit(batch_id))
    )


def of_batch(frame: pl.DataFrame, batch_id: str) -> pl.DataFrame:
    """Name the batch in every row."""
    return frame.with_columns(batch_id=pl.lit(batch_id))


def only_chamber(districts: pl.DataFrame) -> str | None:
    """Name the chamber that all districts belong to, or None where there are several."""
    chambers = districts["chamber_id"].unique()
    return chambers.item() if len(chambers) == 1 else None


def _shaped(name: str, frame: pl.DataFrame | None) -> pl.DataFrame:
    schema = SCHEMAS[name]
    if frame is None or frame.is_empty():
        return pl.DataFrame(schema=schema)
    columns = [
        (pl.col(column) if column in frame.columns else pl.lit(None)).cast(kind).alias(column)
        for column, kind in schema.items()
    ]
    return frame.select(columns).sort(_KEYS[name], maintain_order=True)


def _place(batches: pl.DataFrame) -> tuple[object, ...]:
    """When a record's last batch was: what is later overrides what is earlier."""
    last = batches.sort("as_of", "number", "batch_id").tail(1)
    return last.select("as_of", "number", "batch_id").row(0)
