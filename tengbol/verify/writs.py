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
#: Rows that are looked at together.
_ROWS: Final = 30_000

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
    day, after = manifest.as_of.date(), days.after(manifest.as_of.date(), 3)
    members, split = _Members(derived.pools), _split(assignments["enforcer_id"], place, derived)
    wrong: list[pl.DataFrame] = []
    said: dict[int, str] = {}
    # Some after the other: all that is due of a million writs is two hundred megabytes.
    for begin in range(0, max(assignments.height, 1), _ROWS):
        part = assignments.slice(begin, _ROWS)
        rows = _beside_due(part, place.slice(begin, _ROWS), derived, members, after, both=manifest.format == 1)
        if wording is None:
            words = rows.select(_lacks_something()).to_series()
        else:
            texts = wording.assigned(rows, day)
            words = rows["explanation"].ne_missing(texts)
            said |= zip((words.arg_true() + begin).to_list(), texts.filter(words).to_list(), strict=True)
        rows = rows.with_row_index("place", offset=begin).with_columns(words=words)
        wrong.append(rows.filter(_wrong(split)))
    tell(pl.concat(wrong), derived, said if wording is not None else None, found)
    for check, (paragraph, sentence) in _HOLD.items():
        if check != "explanations" or wording is None:
            found.holds(check, ASSIGNMENTS, paragraph, sentence)
    if wording is not None:
        sentence = Phrase("Every explanation says, letter for letter, what decided.")
        found.holds("explanations", ASSIGNMENTS, "contract 4", sentence)


def _beside_due(
    assignments: pl.DataFrame, place: pl.Series, derived: Derived, members: _Members, after: date, *, both: bool
) -> pl.DataFrame:
    """Assignments, and beside each what is due. after: the third working day. both: both deadlines, whatever the form.

    `fits`: whether the enforcer stands in the pool of a free bundle, or is the one that it is bound to.
    """
    writs = derived.writs.select("group", "form", due_code="code", due_category="category", due_by="by")
    groups = derived.groups.select(
        "asked", "pool", "size", "alike", "bound_to", due_bundle="bundle_id", due_basis="basis"
    )
    rows = assignments.hstack(gathered(writs, place)).hstack(gathered(groups, derived.row_of.gather(place)))
    paper = pl.col("form") == "paper"
    return rows.with_columns(
        due_size=members.sizes.gather(rows["pool"]),
        fits=pl.when(pl.col("bound_to").is_null())
        .then(members.has(rows["pool"], rows["enforcer_id"]))
        .otherwise(pl.col("enforcer_id").eq_missing(pl.col("bound_to"))),
        due_collect=pl.when(pl.lit(both) | paper).then(pl.lit(after)),
        due_notify=pl.when(pl.lit(both) | ~paper).then(pl.lit(after)),
    )


class _Members:
    """Who stands in which pool. sizes: of each pool, how many."""

    def __init__(self, pools: Sequence[frozenset[str]]) -> None:
        self.sizes = pl.Series([len(pool) for pool in pools], dtype=pl.Int64)
        self._names = sorted({who for pool in pools for who in pool})
        number = {who: place for place, who in enumerate(self._names)}
        self._there = np.zeros((len(pools), len(number)), dtype=bool)
        for k, pool in enumerate(pools):
            self._there[k, [number[who] for who in pool]] = True

    def has(self, pools: pl.Series, who: pl.Series) -> pl.Series:
        """Whether each enforcer stands in the pool of that row; not where there is none."""
        row = who.cast(pl.Enum(self._names), strict=False).to_physical()
        known = (pools.is_not_null() & row.is_not_null()).to_numpy()
        out = np.zeros(len(who), dtype=bool)
        out[known] = self._there[pools.filter(known).to_numpy(), row.filter(known).to_numpy()]
        return pl.Series("fits", out)


def _split(enforcers: pl.Series, place: pl.Series, derived: Derived) -> pl.Series:
    """Numbers of the bundles whose writs went to several. place: as of `check_assignments`."""
    group = derived.writs["group"].gather(place)
    size = derived.groups["size"].gather(derived.row_of.gather(place))
    several = pl.DataFrame({"group": group, "enforcer_id": enforcers}).filter(size > 1)
    of_each = several.group_by("group").agg(pl.col("enforcer_id").n_unique())
    return of_each.filter(pl.col("enforcer_id") > 1)["group"]


def _wrong(split: pl.Series) -> pl.Expr:
    """Whether anything of a row is wrong, or of another row of its bundle, which is then one of `split`."""
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
