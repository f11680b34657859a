"""¶13 and ¶14: which writs of a batch must go to one enforcer together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.model.folding import folded_id
from tengbol.parameters import NON_PROPERTY, ONE_ENFORCER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.choices import CaseBinds


def bundles(writs: pl.DataFrame) -> pl.DataFrame:
    """Add `bundle_id`, the smallest writ id of each writ's bundle."""
    return writs.with_columns(bundle_id=writs["writ_id"].gather(firsts(writs)))


def case_that_binds(case_binds: CaseBinds) -> pl.Expr:
    """¶14: the number of a writ's or a proceeding's case, folded; null where ¶14 does not tie it to others.

    «өндіріп алу туралы», on collection: read narrowly, what is neither money nor alimony is none of these.
    """
    case = folded_id(pl.col("case_id"))
    if case_binds == "all":
        return case
    return pl.when(~pl.col("category").cast(pl.String).is_in(NON_PROPERTY)).then(case)


def firsts(writs: pl.DataFrame, case_binds: CaseBinds = "all") -> NDArray[np.int64]:
    """`(writs,)` the row of the smallest writ id of each writ's bundle.

    ¶14 ties writs of one case (its number compared as `folding` says) against one debtor in one district, ¶13 the
    alimony writs against one debtor in one district; ties are transitive. All of them hold within one (debtor,
    district), where the alimony writs are one group and a case with an alimony writ in it belongs to that group: so
    each writ's bundle is known directly.
    """
    debtor = ["debtor_id", "debtor_district_id"]
    first = np.arange(writs.height)
    some = _perhaps_tied(writs, case_binds)
    tied = _tied(some, debtor).sort("writ_id").select("row", first=pl.col("row").first().over([*debtor, "_tie"]))
    first[tied["row"].to_numpy()] = tied["first"].to_numpy()
    return first


def _perhaps_tied(writs: pl.DataFrame, case_binds: CaseBinds) -> pl.DataFrame:
    """Of `writs`, with their `row`, all that might be tied to another: most debtors are there once.

    Told by hashes: two debtors of one hash are looked at in vain.
    """
    tied = writs.select(
        "writ_id", "debtor_id", "debtor_district_id", "case_id", "category", row=pl.int_range(pl.len())
    ).filter(pl.col("category").is_in(ONE_ENFORCER) | pl.col("case_id").is_not_null())
    return tied.filter(pl.col("debtor_id").hash().is_duplicated()).with_columns(case_id=case_that_binds(case_binds))


def _tied(writs: pl.DataFrame, debtor: list[str]) -> pl.DataFrame:
    """Add `_tie`: what ties writs of one debtor to each other, alike for those of one bundle."""
    alimony = pl.col("category").is_in(ONE_ENFORCER)
    with_alimony = alimony.any().over([*debtor, "case_id"]) & pl.col("case_id").is_not_null()
    return writs.with_columns(_alimony=alimony | with_alimony).with_columns(
        _tie=pl.when("_alimony")
        .then(pl.lit("alimony"))
        .when(pl.col("case_id").is_not_null())
        .then(pl.lit("case ") + pl.col("case_id"))
        .otherwise(pl.lit("writ ") + pl.col("writ_id"))
    )
