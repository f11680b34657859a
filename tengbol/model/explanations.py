"""A sentence for every writ, that its creditor could read: the paragraph that decided, and what went before it.

Sentences are put together for what sets them apart (pool, enforcer, how many alike), of which there is little, and
joined to the bundles. What decided comes in as columns (`decisions`), words as templates (`sentences`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.model.codes import BOUND_BASES
from tengbol.model.sentences import (
    BESIDE,
    CLAIMS,
    COUNTED,
    GIVEN,
    LOT,
    PARAGRAPHS,
    REASONS,
    SIGNATURES,
    WAITING,
    WAITING_OTHERWISE,
    English,
    Saying,
)  # fmt: skip

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

#: More names than this are counted, not listed.
_NAMES: Final = 8

#: What a sentence says of a bundle. Of many bundles it is all the same, so it is worded once for them.
_SAID: Final = ("pool", "basis", "enforcer_id", "writs", "alike", "fallen")

_ENGLISH: Final = English()


def _filled(template: str, **values: str | pl.Expr) -> pl.Expr:
    """A template with columns, or what they are made of, in its places; what is put in is never read as a place."""
    parts = re.split(r"\{(\w+)\}", template)
    pieces: list[pl.Expr] = []
    for at, part in enumerate(parts):
        if at % 2:
            value = values.get(part, part)
            pieces.append(pl.col(value).cast(pl.String) if isinstance(value, str) else value.cast(pl.String))
        elif part:
            pieces.append(pl.lit(part))
    return pl.concat_str(pieces)


def _counted(words: Saying, name: str, number: pl.Expr, numbers: pl.Series) -> pl.Expr:
    """A form that goes with a number; numbers: all that there are."""
    many, one = COUNTED[name]
    seen = numbers.drop_nulls().unique().sort().to_list()
    said = [words.several(one, many, n).replace("{n}", str(n)) for n in seen]
    return number.replace_strict(seen, said, default=None, return_dtype=pl.String)


def _claim(words: Saying) -> pl.Expr:
    """In words, by which claim a bundle of `writs` went, or would have gone, to somebody: column `basis`."""
    basis = pl.col("basis").cast(pl.String)
    alone, among = ({name: words(said[i]) for name, said in CLAIMS.items()} for i in (0, 1))
    return (
        pl.when(pl.col("writs") > 1)
        .then(basis.replace_strict(among, default=None))
        .otherwise(basis.replace_strict(alone, default=None))
    )


def _of(frame: pl.DataFrame, *key: str) -> list[str]:
    """A key within one batch, or within each of several where the rows name theirs."""
    return [*(["batch_id"] if "batch_id" in frame.columns else []), *key]


def _listed(frame: pl.DataFrame, key: list[str], words: Saying) -> pl.DataFrame:
    """`key`, `text`: the enforcers of each key by reason, from columns `key`, `enforcer_id`, `reason`."""
    if frame.is_empty():
        # As of most writs that are asked of one by one, and each step of what follows costs as much for no row.
        return frame.select(*key, text=pl.lit(None, dtype=pl.String))
    grouped = (
        frame.sort("enforcer_id")
        .group_by(*key, "reason")
        .agg(ids=pl.col("enforcer_id").str.join(", "), count=pl.len())
        .with_columns(phrase=_reason(words), _place=pl.col("reason").replace_strict(REASONS))
    )
    return (
        grouped.with_columns(
            list=pl.when(pl.col("count") > _NAMES)
            .then(_counted(words, "enforcers", pl.col("count"), grouped["count"]))
            .otherwise(pl.col("ids")),
        )
        .sort(*key, "_place")
        .group_by(key, maintain_order=True)
        .agg(text=_filled(words(BESIDE["reason"]), reason="phrase").str.join("; "))
    )


def _reason(words: Saying) -> pl.Expr:
    return pl.col("reason").replace_strict({code: words(said) for code, said in REASONS.items()})


def _fallen(passed_over: pl.DataFrame, bundles: pl.DataFrame, words: Saying) -> pl.DataFrame:
    """`bundle_id`, `fallen`: claims on a bundle that failed a test, and which."""
    key = _of(passed_over, "bundle_id")
    if passed_over.is_empty():
        return passed_over.select(*key, fallen=pl.lit(None, dtype=pl.String))
    by = pl.format("{} ({})", _claim(words), pl.col("basis").replace_strict(PARAGRAPHS))
    return (
        passed_over.join(bundles.select(*key, "writs"), on=key, maintain_order="left")
        .with_columns(text=_filled(words(BESIDE["fallen"]), id="enforcer_id", claim=by, reason=_reason(words)))
        .group_by(key, maintain_order=True)
        .agg(fallen=pl.col("text").str.join("; "))
    )


def assigned(
    bundles: pl.DataFrame,
    left_out: pl.DataFrame,
    passed_over: pl.DataFrame,
    names: pl.DataFrame,
    districts: pl.DataFrame,
    words: Saying = _ENGLISH,
) -> pl.DataFrame:
    """`bundle_id`, `explanation` for every bundle, in the order of `bundles`.

    bundles: `bundle_id`, `district_id`, `pool_id`, `pool_size`, `basis`, `enforcer_id`, `writs`, `alike`. left_out,
    passed_over: tables of `Decisions`. names: `enforcer_id`, `name`; districts: `district_id`, `name`. words: the
    language. Of several batches, these three name theirs in `batch_id`.
    """
    of_pool, of_bundle = _of(bundles, "district_id", "pool_id"), _of(bundles, "bundle_id")
    kinds = bundles.select(*of_pool, "pool_size").unique(of_pool).with_row_index("pool")
    # Each join copies what it is given.
    each = (
        bundles.select(*dict.fromkeys((*of_bundle, *of_pool)), "basis", "enforcer_id", "writs", "alike")
        .join(kinds.select(*of_pool, "pool"), on=of_pool, how="left", maintain_order="left")
        .drop("district_id", "pool_id")
        .join(_fallen(passed_over, bundles, words), on=of_bundle, how="left", maintain_order="left")
        .select(*of_bundle, *_SAID)
    )
    out = kinds.join(left_out, on=of_pool).select("pool", "enforcer_id", "reason")
    first = _first_alike(each)
    kept = np.flatnonzero(first == np.arange(len(first)))
    worded = (
        each.select(_SAID)[kept]
        .with_row_index("place")
        .join(kinds, on="pool", how="left")
        .join(names, on="enforcer_id", how="left")
        .join(districts.select("district_id", district="name"), on="district_id", how="left")
        .join(_listed(out, ["pool"], words), on="pool", how="left")
        .sort("place")
        .pipe(lambda rows: rows.select(explanation=_explanation(rows, words)))
    )
    of_kept = np.empty(len(first), dtype=np.int64)
    of_kept[kept] = np.arange(len(kept))
    return each.select(*of_bundle, explanation=worded["explanation"].gather(of_kept[first]))


def _explanation(rows: pl.DataFrame, words: Saying) -> pl.Expr:
    """Rule, bundle, who was passed over and left out, lot."""
    one = pl.col("pool_size") == 1
    # Where nobody knows the name, or there is none but the id, this alone says who.
    values = {
        "n": pl.col("pool_size"),
        "who": pl.when(pl.col("name").is_null() | (pl.col("name") == pl.col("enforcer_id")))
        .then(pl.col("enforcer_id"))
        .otherwise(pl.format("{} ({})", "name", "enforcer_id")),
        "district": pl.coalesce("district", "district_id"),
        "paragraph": pl.col("basis").cast(pl.String).replace_strict(PARAGRAPHS, default=None),
        "claim": _claim(words),
    }
    given = {name: _filled(words(text), **values) for name, text in GIVEN.items()}
    drawn = {name: _filled(words(text), n="pool_size", alike="alike") for name, text in LOT.items()}
    rule = (
        pl.when(pl.col("basis") == "registered")
        .then(pl.when(one).then(given["registered_one"]).otherwise(given["registered"]))
        .when(pl.col("basis") == "attached")
        .then(pl.when(one).then(given["attached_one"]).otherwise(given["attached"]))
        .otherwise(given["bound"])
    )
    more = pl.col("writs") - 1
    together = pl.when(more > 0).then(_counted(words, "together", more, rows["writs"] - 1))
    lot = (
        pl.when(pl.col("basis").is_in(BOUND_BASES))
        .then(pl.when(one).then(drawn["no_lot_one"]).otherwise(drawn["no_lot"]))
        .when(one)
        .then(drawn["no_need"])
        .when(pl.col("alike") == 1)
        .then(drawn["equals"])
        .otherwise(pl.when(pl.col("writs") > 1).then(drawn["bundles"]).otherwise(drawn["writs"]))
    )
    passed = pl.when(pl.col("fallen").is_not_null()).then(_filled(words(BESIDE["passed"]), list="fallen"))
    left = pl.when(pl.col("text").is_not_null()).then(_filled(words(BESIDE["left"]), list="text"))
    return pl.concat_str([rule, together, passed, left, lot], separator=" ", ignore_nulls=True)


def late(day: dt.date | pl.Expr, words: Saying = _ENGLISH) -> pl.Expr:
    """What is added of a writ that is distributed on `day` (one, or a column), after its `distribute_by` (¶7)."""
    by = pl.col("distribute_by")
    told = pl.concat_str([pl.lit(" "), _filled(words(BESIDE["late"]), day=by.dt.to_string("%Y-%m-%d"))])
    return pl.when(by < day).then(told).otherwise(pl.lit(""))


def with_late(texts: pl.Series, by: pl.Series, day: dt.date, words: Saying = _ENGLISH) -> pl.Series:
    """`texts` of writs that are distributed on `day`, each with what is added where the day `by` has passed (¶7).

    Only these few are made anew: the others stay what many rows share.
    """
    rows = (by < day).arg_true()
    if rows.is_empty():
        return texts
    told = pl.select(texts.gather(rows) + pl.select(distribute_by=by.gather(rows)).select(late(day, words)).to_series())
    place = np.arange(len(texts))
    place[rows.to_numpy()] = len(texts) + np.arange(len(rows))
    return pl.concat([texts, told.to_series()], rechunk=True).gather(place)


def _first_alike(each: pl.DataFrame) -> NDArray[np.int64]:
    """`(bundles,)` the first row that says the same as each."""
    numbered = each.select(
        *("pool", "writs", "alike", "fallen"),
        *(pl.col(name).cast(pl.Categorical).to_physical() for name in ("basis", "enforcer_id")),
        row=pl.int_range(pl.len()),
    )
    return numbered.select(pl.col("row").min().over(_SAID)).to_series().to_numpy()


def unassigned(
    waiting: pl.DataFrame, left_out: pl.DataFrame, districts: pl.DataFrame, words: Saying = _ENGLISH
) -> pl.DataFrame:
    """The contract's `unassigned`: `writ_id`, `code`, `explanation`, from tables of `Decisions`.

    Of several batches, both name theirs in `batch_id`.
    """
    of_district, of_writ = _of(left_out, "district_id"), _of(waiting, "writ_id")
    values = {
        "holder": pl.col("holder"),
        "amount": pl.col("amount").cast(pl.Decimal(20, 2)).cast(pl.String),
        "limit": pl.col("limit").cast(pl.String),
        "day": pl.col("received_at").dt.strftime("%Y-%m-%d"),
        "signature": pl.col("signature")
        .fill_null("absent")
        .replace({code: words(s) for code, s in SIGNATURES.items()}),
        "received_at": pl.col("received_at").dt.strftime("%Y-%m-%d %H:%M:%S"),
        "district": pl.coalesce("district", "district_id"),
        "claim": _claim(words),
        "last": pl.col("last").dt.to_string("%Y-%m-%d"),
        "index_day": pl.col("index_day").dt.to_string("%Y-%m-%d"),
    }
    known = {name: value.fill_null("?") for name, value in values.items()}
    text = pl.lit("")
    for code, sentence in WAITING.items():
        text = pl.when(pl.col("code") == code).then(_filled(words(sentence), **known)).otherwise(text)
    for code, sentence in WAITING_OTHERWISE.items():
        otherwise = pl.coalesce("index_day", "last").is_not_null()
        text = pl.when((pl.col("code") == code) & otherwise).then(_filled(words(sentence), **known)).otherwise(text)
    away = _listed(left_out.filter(pl.col("pool_id").is_null()), of_district, words)
    nobody = (
        pl.when((pl.col("code") == "no_eligible_enforcer") & pl.col("text").is_not_null())
        .then(pl.concat_str([pl.lit(" "), _filled(words(BESIDE["away"]), list="text")]))
        .otherwise(pl.lit(""))
    )
    return (
        waiting.join(districts.select("district_id", district="name"), on="district_id", how="left")
        .join(away, on=of_district, how="left")
        .select(*of_writ, "code", explanation=pl.concat_str([text, nobody]))
        .sort(of_writ)
    )
