"""Which paragraph each writ of a distribution made elsewhere breaks, if any: by the docket of its day.

All over columns: one row of `handed` is one writ that somebody was given on the day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model.law.paragraphs import BREACHES
from tengbol.model.sentences import PARAGRAPHS

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.model.law.docket import Docket

SCHEMA: Final = pl.Schema(
    {
        "as_of": pl.Datetime("us"),
        "writ_id": pl.String(),
        "enforcer_id": pl.String(),
        "code": pl.String(),
        "paragraph": pl.String(),
        "detail": pl.String(),
    }
)


def told(rows: pl.DataFrame, code: str | pl.Expr, detail: pl.Expr | None = None) -> pl.DataFrame:
    """Make breaches of rows that have `as_of`, `writ_id` and `enforcer_id`."""
    code = pl.lit(code) if isinstance(code, str) else code
    return rows.select(
        pl.col("as_of").cast(pl.Datetime("us")),
        "writ_id",
        "enforcer_id",
        code=code,
        paragraph=code.replace_strict(BREACHES, return_dtype=pl.String),
        detail=pl.lit(None, dtype=pl.String) if detail is None else detail.cast(pl.String),
    )


def of_day(todo: Docket, handed: pl.DataFrame) -> pl.DataFrame:
    """Tell the breaches of one day, of `SCHEMA`.

    handed: `writ_id`, `enforcer_id`, `as_of`, `distribute_by`, each writ once, all known to the docket.
    """
    waiting = handed.join(todo.unassigned.select("writ_id", "code", "debtor_district_id", "holder"), on="writ_id")
    # Whoever is away for a short time may have been given what would have waited for him.
    his = (pl.col("code") == "waits_for_holder") & (pl.col("enforcer_id") == pl.col("holder")).fill_null(False)
    waiting = waiting.filter(~his)
    no_pool = pl.col("code") == "no_eligible_enforcer"
    placed = _placed(todo, handed)
    others = placed.filter(pl.col("enforcer_id") != pl.col("bound_to"))
    return pl.concat(
        [
            told(waiting.filter(~no_pool), pl.col("code")),
            _ineligible(todo, placed),
            _without_pool(todo, waiting.filter(no_pool)),
            told(others, "not_the_holder", pl.col("bound_to")).with_columns(
                paragraph=others["basis"].replace_strict(PARAGRAPHS, return_dtype=pl.String)
            ),
            told(placed.filter(pl.col("enforcer_id").n_unique().over("bundle_id") > 1), "parted", pl.col("bundle_id")),
            told(placed.filter(pl.col("as_of").dt.date() > pl.col("distribute_by")), "late", pl.col("distribute_by")),
        ]
    )


def _placed(todo: Docket, handed: pl.DataFrame) -> pl.DataFrame:
    """The writs that were to be distributed, with what their bundles and pools are and what their enforcer is there."""
    bundles = todo.bundles.select("bundle_id", "district_id", "pool", "basis", "bound_to")
    of_pool = todo.pools.select("pool", of_pool="basis")
    return _known(
        todo,
        handed.join(todo.writs.select("writ_id", pl.col("category").cast(pl.String), "bundle_id"), on="writ_id")
        .join(bundles, on="bundle_id", how="left", maintain_order="left")
        .join(of_pool, on="pool", how="left", maintain_order="left"),
    ).join(
        todo.recused.select("pool", "enforcer_id", recused=pl.lit(True)),
        on=["pool", "enforcer_id"], how="left", maintain_order="left",
    )  # fmt: skip


def _known(todo: Docket, rows: pl.DataFrame) -> pl.DataFrame:
    """Add `known`, `away` and `serves` of the enforcer, in the `district_id` of the row."""
    everyone = todo.everyone.select("enforcer_id", "away", known=pl.lit(True))
    serving = todo.serving.select("district_id", "enforcer_id", serves="basis")
    return rows.join(everyone, on="enforcer_id", how="left", maintain_order="left").join(
        serving, on=["district_id", "enforcer_id"], how="left", maintain_order="left"
    )


def _ineligible(todo: Docket, placed: pl.DataFrame) -> pl.DataFrame:
    """Writs with one who is not in their pool; who holds a bound bundle need only be available and of the district."""
    holder = (pl.col("enforcer_id") == pl.col("bound_to")).fill_null(False)
    members = todo.members.select("pool", "enforcer_id")
    outside = placed.filter(~holder).join(members, on=["pool", "enforcer_id"], how="anti")
    return told(outside, _why(pl.col("recused").is_not_null()), pl.col("away"))


def _without_pool(todo: Docket, waiting: pl.DataFrame) -> pl.DataFrame:
    """Writs that nobody could have been given."""
    rows = _known(todo, waiting.rename({"debtor_district_id": "district_id"}))
    return told(rows, _why(pl.lit(True)), pl.col("away"))


def _why(recused: pl.Expr) -> pl.Expr:
    """Why an enforcer is in no pool of the writ, the first that applies."""
    return (
        pl.when(pl.col("known").is_null())
        .then(pl.lit("unknown_enforcer"))
        .when(pl.col("away").is_not_null())
        .then(pl.lit("not_available"))
        .when(pl.col("serves").is_null())
        .then(pl.lit("other_district"))
        .when(recused)
        .then(pl.lit("recused"))
        .otherwise(pl.lit("attached_before_registered"))
    )


def left_waiting(todo: Docket, terms: pl.DataFrame, handed: pl.DataFrame, as_of: dt.datetime) -> pl.DataFrame:
    """Writs that could have been distributed, had their term before `as_of`, and that nobody was ever given."""
    open_still = (
        todo.writs.select("writ_id")
        .join(handed, on="writ_id", how="anti")
        .join(terms, on="writ_id")
        .filter(pl.col("distribute_by") < as_of.date())
        .with_columns(as_of=pl.lit(as_of), enforcer_id=pl.lit(None, dtype=pl.String))
    )
    return told(open_still, "left_waiting", pl.col("distribute_by"))


def in_order(breaches: pl.DataFrame) -> pl.DataFrame:
    """Put breaches in the order of time, writs and codes."""
    return breaches.sort("as_of", "writ_id", pl.col("code").cast(pl.Enum(list(BREACHES))), "enforcer_id")
