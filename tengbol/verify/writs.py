"""Every writ of the result against what the law gives it: its table, category, bundle, enforcer and days.

¶4 to ¶15, contract points 3.1 to 3.6 and 3.10. Here the result is compared; what is due is derived in `law`
and `bundles`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.phrase import Phrase
from tengbol.verify.bundles import PARAGRAPH_OF_BASIS
from tengbol.verify.placing import gathered
from tengbol.verify.telling import ASSIGNMENTS, tell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tengbol.verify.bundles import Derived
    from tengbol.verify.calendar import WorkingDays
    from tengbol.verify.explaining import Wording
    from tengbol.verify.findings import Findings
    from tengbol.verify.manifest import Manifest

UNASSIGNED: Final = "unassigned.parquet"

#: The checks after which nothing about evenness can be judged when they broke.
LAWFUL: Final = (
    "writs",
    "category",
    "unassigned",
    "availability",
    "territory",
    "recusals",
    "bundles",
    "pools",
    "bindings",
)

#: What each of the checks of `check_assignments` says when nothing broke it: paragraph, sentence.
_HOLD: Final = {
    "category": ("¶4", Phrase("Every assigned writ has the category of its claim and creditor.")),
    "availability": ("¶3, ¶17, ¶18", Phrase("Every writ went to an enforcer licensed and present on the batch day.")),
    "territory": (
        "¶10",
        Phrase("Every writ went to an enforcer registered in or attached to the debtor's district."),
    ),
    "recusals": ("¶12", Phrase("No writ went to an enforcer recused for it.")),
    "bundles": ("¶13, ¶14", Phrase("Writs that belong together are one bundle, with one enforcer; no others are.")),
    "pools": ("¶9", Phrase("Every free bundle went into its pool, and every pool has its size.")),
    "bindings": (
        "¶11, ¶13, ¶14",
        Phrase("Every bound bundle went to the enforcer it is bound to, and no other is bound."),
    ),
    "deadlines": ("¶7, ¶8, ¶15", Phrase("Every deadline is the right working day.")),
    "explanations": (
        "contract 4",
        Phrase("Every explanation has the paragraph, the enforcer and the size of the pool; the rest is prose."),
    ),
}


def check_assignments(
    assignments: pl.DataFrame,
    place: pl.Series,
    derived: Derived,
    days: WorkingDays,
    manifest: Manifest,
    found: Findings,
    wording: Wording | None = None,
) -> None:
    """Every assigned writ: category, bundle, pool, enforcer, basis, deadlines, explanation.

    Whatever is wrong anywhere is found by columns, and told row by row. place: of each among the writs of the input.
    wording: the sentences that the result must have, where its wording is known.
    """
    day = manifest.as_of.date()
    rows = _beside_due(assignments, place, derived, days.after(day, 3), both=manifest.format == 1)
    said: dict[int, str] = {}
    if wording is None:
        words = rows.select(_lacks_something()).to_series()
    else:
        begin = 0
        for texts in wording.assigned(rows, day):
            unlike = rows["explanation"].slice(begin, len(texts)).ne_missing(texts)
            said |= zip((unlike.arg_true() + begin).to_list(), texts.filter(unlike).to_list(), strict=True)
            begin += len(texts)
        words = pl.Series(np.isin(np.arange(rows.height), list(said)))
    rows = rows.with_row_index("place").with_columns(words=words)
    tell(rows[rows.select(_wrong(rows)).to_series().arg_true()], derived, said if wording is not None else None, found)
    for check, (paragraph, sentence) in _HOLD.items():
        if check != "explanations" or wording is None:
            found.holds(check, ASSIGNMENTS, paragraph, sentence)
    if wording is not None:
        sentence = Phrase("Every explanation says, letter for letter, what decided.")
        found.holds("explanations", ASSIGNMENTS, "contract 4", sentence)


def _beside_due(
    assignments: pl.DataFrame, place: pl.Series, derived: Derived, after: date, *, both: bool
) -> pl.DataFrame:
    """Assignments, and beside each what is due. after: the third working day. both: both deadlines, whatever the form.

    `fits`: whether the enforcer stands in the pool of a free bundle, or is the one that it is bound to.
    """
    writs = derived.writs.select("group", "form", due_code="code", due_category="category", due_by="by")
    groups = derived.groups.select(
        "asked", "pool", "size", "alike", "bound_to", due_bundle="bundle_id", due_basis="basis"
    )
    sizes = pl.Series([len(pool) for pool in derived.pools], dtype=pl.Int64)
    rows = assignments.hstack(gathered(writs, place)).hstack(gathered(groups, derived.row_of.gather(place)))
    paper = pl.col("form") == "paper"
    return rows.with_columns(due_size=sizes.gather(rows["pool"])).with_columns(
        fits=pl.when(pl.col("bound_to").is_null())
        .then(_members(rows, derived.pools))
        .otherwise(pl.col("enforcer_id").eq_missing(pl.col("bound_to"))),
        due_collect=pl.when(pl.lit(both) | paper).then(pl.lit(after)),
        due_notify=pl.when(pl.lit(both) | ~paper).then(pl.lit(after)),
    )


def _members(rows: pl.DataFrame, pools: Sequence[frozenset[str]]) -> pl.Series:
    """Whether the enforcer of each row stands in its `pool`."""
    names = sorted({who for pool in pools for who in pool})
    number = {who: place for place, who in enumerate(names)}
    there = pl.Series([k * len(names) + number[who] for k, pool in enumerate(pools) for who in pool], dtype=pl.Int64)
    who = rows["enforcer_id"].cast(pl.Enum(names), strict=False).to_physical().cast(pl.Int64)
    return (rows["pool"].cast(pl.Int64) * len(names) + who).is_in(there.implode()).fill_null(False)


def _wrong(rows: pl.DataFrame) -> pl.Expr:
    """Whether anything of a row is wrong, or of another row of its bundle, which then has several enforcers."""
    several = rows.filter(pl.col("size") > 1).group_by("group").agg(pl.col("enforcer_id").n_unique())
    split = several.filter(pl.col("enforcer_id") > 1)["group"]
    unlike = [
        pl.col(given).ne_missing(pl.col(due))
        for given, due in (
            ("category", "due_category"),
            ("bundle_id", "due_bundle"),
            ("basis", "due_basis"),
            ("pool_size", "due_size"),
            ("distribute_by", "due_by"),
            ("collect_by", "due_collect"),
            ("notify_creditor_by", "due_notify"),
        )
    ]
    judged = pl.any_horizontal(*unlike, ~pl.col("fits"), "words", pl.col("group").is_in(split.implode()))
    unassigned = pl.col("due_code").is_not_null()
    return _EMPTY | unassigned | (pl.col("due_bundle").is_not_null() & judged.fill_null(False))


#: Whether nothing is told of why.
_EMPTY: Final = ~pl.col("explanation").str.contains(r"\S").fill_null(False)


def _lacks_something() -> pl.Expr:
    """Whether an explanation, in words that are not known here, lacks the paragraph, the enforcer or the pool."""
    paragraph = pl.col("due_basis").replace_strict(PARAGRAPH_OF_BASIS, default=None, return_dtype=pl.String)
    size = pl.col("due_size")
    some = pl.concat_str(pl.lit("the "), size, pl.lit(" enforcers "))
    due = (
        pl.concat_str(paragraph, pl.lit(": ")),
        pl.concat_str(pl.lit("("), "enforcer_id", pl.lit(")")),
        pl.when(size == 1).then(pl.lit("the only enforcer")).otherwise(some),
    )
    told = pl.col("explanation")
    return pl.any_horizontal(~told.str.contains(text, literal=True) for text in due).fill_null(True)
