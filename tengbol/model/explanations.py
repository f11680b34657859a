"""A sentence for every writ, that its creditor could read: the paragraph that decided, and what went before it.

Sentences are put together for what sets them apart (pool, enforcer, how many alike), of which there is little, and
joined to the bundles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.model.codes import BOUND_BASES

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

    from tengbol.model.docket import Docket

#: Why an enforcer is left out, or his claim on a writ fell away, and by which paragraph.
REASONS: Final = {
    "not_licensed": "not licensed on this day (¶3)",
    "licence_suspended": "licence suspended (¶3, ¶18)",
    "licence_terminated": "licence terminated (¶3, ¶18)",
    "licence_revoked": "licence revoked (¶3, ¶18)",
    "expelled": "expelled from the Republican Chamber (¶3, ¶18)",
    "long_absence": "absent for long (¶3)",
    "transferred": "moved to another district (¶3, ¶18)",
    "leave": "on leave (¶18)",
    "study_leave": "on study leave (¶18)",
    "sickness": "ill (¶18)",
    "business_trip": "on a business trip (¶18)",
    "chamber_office": "holds an unpaid office in the chamber (¶17)",
    "unread": "held out, for his absence or recusal cannot be read (¶3, ¶12)",
    "recused": "recused (¶12)",
    "other_district": "neither registered in nor attached to the district (¶10)",
    "unknown": "not an enforcer of this chamber (¶10)",
}
#: More names than this are counted, not listed.
_NAMES: Final = 8

#: What a sentence says of a bundle. Of many bundles it is all the same, so it is worded once for them.
_SAID: Final = ("pool", "basis", "enforcer_id", "writs", "alike", "fallen")

_CLAIMS: Final = {
    "alimony_debtor": "holds an open alimony proceeding against this debtor (¶13)",
    "same_case": "holds an open proceeding in this case against this debtor (¶14)",
    "returned": "returned or forwarded it before (¶11)",
}
_PARAGRAPHS: Final = {"alimony_debtor": "¶13", "same_case": "¶14", "returned": "¶11"}
#: The same, of a bundle: which of its writs is meant is not said.
_CLAIMS_ON_BUNDLE: Final = {
    "alimony_debtor": _CLAIMS["alimony_debtor"],
    "same_case": "holds an open proceeding in this case, or that of a writ it stays together with, against this "
    "debtor (¶14)",
    "returned": "returned or forwarded it, or a writ it stays together with, before (¶11)",
}

_UNASSIGNED: Final = {
    "already_distributed": "¶7: not distributed again, since it is an open proceeding of {holder} already; a writ that "
    "comes back has the origin returned, forwarded or redistributed.",
    "mci_unknown": "¶4: not distributed yet, since it is a claim of the state, which must not be more than 1,000 MCI, "
    "and no MCI is known of {day}, the day of receipt.",
    "state_over_1000_mci": "¶4: not distributed to private enforcers, since it is a claim of the state of {amount} "
    "tenge, more than 1,000 MCI ({limit} tenge on the day of receipt).",
    "state_interest": "¶4: not distributed to private enforcers, since it is a non-property claim executed in the "
    "interest of the state.",
    "signature_not_valid": "¶5: not distributed yet, since this electronic writ has no valid digital signature "
    "(signature: {signature}).",
    "original_missing": "¶5: not distributed yet, since the original of this paper writ is not attached.",
    "received_later": "Not in this batch, since it was received at {received_at}, after the batch's time.",
    "no_eligible_enforcer": "¶9, ¶10: nobody could be given this writ: no enforcer registered in {district} or "
    "attached to it is available and not recused.",
    "waits_for_holder": "¶11, ¶13, ¶14: not distributed yet, since {holder}, who {claim}, is away until {last} only; "
    "it waits for this enforcer, within the term of ¶7.",
}


def _listed(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    """`key`, `text`: the enforcers of each key by reason, from columns `key`, `enforcer_id`, `reason`."""
    return (
        frame.sort("enforcer_id")
        .group_by(key, "reason")
        .agg(ids=pl.col("enforcer_id").str.join(", "), count=pl.len())
        .with_columns(
            phrase=pl.col("reason").replace_strict(REASONS),
            who=pl.when(pl.col("count") > _NAMES).then(pl.format("{} enforcers", "count")).otherwise(pl.col("ids")),
        )
        .sort(key, "phrase")
        .group_by(key, maintain_order=True)
        .agg(text=pl.format("{}: {}", "phrase", "who").str.join("; "))
    )


def _left_out(docket: Docket) -> pl.DataFrame:
    """`pool`, `text`: who of those who serve the pool's district, as the pool does, is not in it, and why."""
    kinds = docket.pools.select("pool", "district_id", "basis")
    serving = kinds.join(docket.serving, on="district_id", suffix="_served")
    of_pool = serving.filter(
        (pl.col("basis_served") == "registered") | (pl.col("basis") == "attached") | pl.col("basis").is_null()
    )
    missing = of_pool.join(
        docket.recused.with_columns(_recused=True), on=["pool", "enforcer_id"], how="left"
    ).with_columns(reason=pl.coalesce("away", pl.when("_recused").then(pl.lit("recused"))))
    return _listed(missing.filter(pl.col("reason").is_not_null()).select("pool", "enforcer_id", "reason"), "pool")


def _fallen(docket: Docket) -> pl.DataFrame:
    """`bundle_id`, `fallen`: claims on a bundle that failed a test, and which."""
    return (
        docket.lost.join(docket.bundles.select("bundle_id", "writs"), on="bundle_id", maintain_order="left")
        .with_columns(
            text=pl.format(
                "{} {}, but could not be given it: {}",
                "enforcer_id",
                _claim(),
                pl.col("failed").replace_strict(REASONS),
            )
        )
        .group_by("bundle_id", maintain_order=True)
        .agg(fallen=pl.col("text").str.join("; "))
    )


def _claim() -> pl.Expr:
    """In words, by which claim a bundle of `writs` went, or would have gone, to somebody: column `basis`."""
    basis = pl.col("basis").cast(pl.String)
    return (
        pl.when(pl.col("writs") > 1)
        .then(basis.replace_strict(_CLAIMS_ON_BUNDLE, default=None))
        .otherwise(basis.replace_strict(_CLAIMS, default=None))
    )


def assigned(docket: Docket, decided: pl.DataFrame, names: pl.DataFrame, districts: pl.DataFrame) -> pl.DataFrame:
    """`bundle_id`, `explanation` for every bundle, row by row those of the docket.

    `decided`, too, has their rows: `bundle_id`, `enforcer_id`, and for free bundles `alike`, how many bundles were
    alike. `names`: `enforcer_id`, `name`.
    """
    count = pl.col("pool_size")
    one = count == 1
    place = pl.col("district")
    enforcers = pl.when(one).then(pl.lit("the only enforcer")).otherwise(pl.format("one of the {} enforcers", count))
    who = pl.format("{} ({})", "name", "enforcer_id")
    rule = (
        pl.when(pl.col("basis") == "registered")
        .then(pl.format("¶9: given to {}, {} registered in {} and available.", who, enforcers, place))
        .when(pl.col("basis") == "attached")
        .then(
            pl.format(
                "¶9: no enforcer registered in {} could be given it, so it went to {}, {} attached to the district "
                "and available.",
                place,
                who,
                enforcers,
            )
        )
        .otherwise(
            pl.format(
                "{}: given to {}, who {}.",
                pl.col("basis").replace_strict(_PARAGRAPHS, default=None),
                who,
                _claim().str.replace(r" \(¶\d+\)$", ""),
            )
        )
    )
    more = pl.format(
        "{} more {}", pl.col("writs") - 1, pl.when(pl.col("writs") == 2).then(pl.lit("writ")).otherwise(pl.lit("writs"))
    )
    together = (
        pl.when(pl.col("writs") > 1)
        .then(pl.format(" It stays together with {} (¶13, ¶14).", more))
        .otherwise(pl.lit(""))
    )
    lot = (
        pl.when(pl.col("basis").is_in(BOUND_BASES))
        .then(
            pl.when(one)
            .then(pl.lit(" No lot was drawn; it counts in the share of the only enforcer of its pool (¶9)."))
            .otherwise(
                pl.format(" No lot was drawn; it counts in the shares of the {} enforcers of its pool (¶9).", count)
            )
        )
        .when(one)
        .then(pl.lit(" No lot was needed."))
        .otherwise(
            pl.when(pl.col("alike") == 1)
            .then(pl.format(" Evenness (¶4) chose among these {}; between equals, a lot.", count))
            .otherwise(
                pl.format(
                    " Evenness (¶4) settled how many of {} alike each of these {} gets; a lot, which of them.",
                    pl.format(
                        "{} {}",
                        "alike",
                        pl.when(pl.col("writs") > 1).then(pl.lit("bundles")).otherwise(pl.lit("writs")),
                    ),
                    count,
                )
            )
        )
    )
    fallen = (
        pl.when(pl.col("fallen").is_not_null()).then(pl.format(" Passed over: {}.", "fallen")).otherwise(pl.lit(""))
    )
    left_out = pl.when(pl.col("text").is_not_null()).then(pl.format(" Left out: {}.", "text")).otherwise(pl.lit(""))
    each = (
        docket.bundles.with_columns(decided["enforcer_id"], decided["alike"])
        .join(_fallen(docket), on="bundle_id", how="left", maintain_order="left")
        .select("bundle_id", *_SAID)
    )
    first = _first_alike(each)
    kept = np.flatnonzero(first == np.arange(len(first)))
    worded = (
        each.select(_SAID)[kept]
        .with_row_index("place")
        .join(docket.pools.select("pool", "district_id", "pool_size"), on="pool", how="left")
        .join(names, on="enforcer_id", how="left")
        .join(districts.select("district_id", district="name"), on="district_id", how="left")
        .join(_left_out(docket), on="pool", how="left")
        .sort("place")
        .select(explanation=pl.concat_str([rule, together, fallen, left_out, lot]))
    )
    of_kept = np.empty(len(first), dtype=np.int64)
    of_kept[kept] = np.arange(len(kept))
    return each.select("bundle_id", explanation=worded["explanation"].gather(of_kept[first]))


def late(day: dt.date) -> pl.Expr:
    """What is added of a writ that is distributed on `day`, after the term of ¶7: column `distribute_by`."""
    by = pl.col("distribute_by")
    told = pl.format(" Late: it was to be distributed by {} (¶7).", by.dt.to_string("%Y-%m-%d"))
    return pl.when(by < day).then(told).otherwise(pl.lit(""))


def _first_alike(each: pl.DataFrame) -> NDArray[np.int64]:
    """`(bundles,)` the first row that says the same as each."""
    numbered = each.select(
        *("pool", "writs", "alike", "fallen"),
        *(pl.col(name).cast(pl.Categorical).to_physical() for name in ("basis", "enforcer_id")),
        row=pl.int_range(pl.len()),
    )
    return numbered.select(pl.col("row").min().over(_SAID)).to_series().to_numpy()


def unassigned(docket: Docket, districts: pl.DataFrame) -> pl.DataFrame:
    """The contract's `unassigned`: `writ_id`, `code`, `explanation`."""
    values = {
        "holder": pl.col("holder"),
        "amount": pl.col("amount").cast(pl.Decimal(20, 2)).cast(pl.String),
        "limit": (pl.col("mci") * 1000).cast(pl.String),
        "day": pl.col("received_at").dt.strftime("%Y-%m-%d"),
        "signature": pl.col("signature").fill_null("absent"),
        "received_at": pl.col("received_at").dt.strftime("%Y-%m-%d %H:%M:%S"),
        "district": pl.col("district"),
        "claim": _claim().str.replace(r" \(¶\d+\)$", ""),
        "last": pl.col("last").dt.to_string("%Y-%m-%d"),
    }
    text = pl.lit("")
    for code, sentence in _UNASSIGNED.items():
        used = [name for name in values if "{" + name + "}" in sentence]
        template = sentence
        for name in used:
            template = template.replace("{" + name + "}", "{}")
        text = (
            pl.when(pl.col("code") == code)
            .then(pl.format(template, *(values[name].fill_null("?") for name in used)))
            .otherwise(text)
        )
    away = _listed(
        docket.serving.filter(pl.col("away").is_not_null()).select("district_id", "enforcer_id", reason="away"),
        "district_id",
    )
    nobody = (
        pl.when((pl.col("code") == "no_eligible_enforcer") & pl.col("text").is_not_null())
        .then(pl.format(" Away: {}.", "text"))
        .otherwise(pl.lit(""))
    )
    return (
        docket.unassigned.join(
            districts.select("district_id", district="name"),
            left_on="debtor_district_id",
            right_on="district_id",
            how="left",
        )
        .join(away, left_on="debtor_district_id", right_on="district_id", how="left")
        .select("writ_id", "code", explanation=pl.concat_str([text, nobody]))
        .sort("writ_id")
    )
