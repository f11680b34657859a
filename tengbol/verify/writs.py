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
from tengbol.verify.law import CATEGORIES, spelt
from tengbol.verify.placing import gathered, numbered_as
from tengbol.verify.telling import ASSIGNMENTS, tell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from tengbol.verify.bundles import Derived
    from tengbol.verify.calendar import WorkingDays
    from tengbol.verify.explaining import Wording
    from tengbol.verify.findings import Findings
    from tengbol.verify.manifest import Manifest
    from tengbol.verify.placing import Ints, Named

UNASSIGNED: Final = "unassigned.parquet"
#: Words of some columns, by which they are compared.
_WORDS: Final = {"category": CATEGORIES, "basis": tuple(PARAGRAPH_OF_BASIS)}
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
    who: Named,
    derived: Derived,
    days: WorkingDays,
    manifest: Manifest,
    found: Findings,
    wording: Wording | None = None,
) -> None:
    """Every assigned writ: category, bundle, pool, enforcer, basis, deadlines, explanation.

    Whatever is wrong anywhere is found by columns, and told row by row. place: of each among the writs of the input.
    who: `enforcer_id` of each. wording: the sentences that the result must have, where its wording is known.
    """
    day, after = manifest.as_of.date(), days.after(manifest.as_of.date(), 3)
    members, split = (
        _Members(derived.pools, derived.groups["bound_to"]),
        _split(assignments["enforcer_id"], place, derived),
    )
    both = manifest.format == 1
    wrong: list[pl.DataFrame] = []
    words = None if wording is None else wording.differ(assignments, place, who, day)
    looked_at = np.ones(assignments.height, dtype=bool)
    if words is not None:
        looked_at = ~_plainly_right(assignments, place, who, derived, members, after, both=both) | words.to_numpy()
        looked_at |= derived.writs["group"].gather(place).is_in(split.implode()).fill_null(True).to_numpy()
    numbers = pl.Series(np.flatnonzero(looked_at))
    # Some after the other: all that is due of a million writs is two hundred megabytes.
    for begin in range(0, max(len(numbers), 1), _ROWS):
        some = numbers.slice(begin, _ROWS)
        rows = _beside_due(assignments[some], place.gather(some), derived, members, after, both=both)
        rows = rows.with_columns(place=some, words=_lacks_something() if words is None else words.gather(some))
        wrong.append(rows.filter(_wrong(split)))
    told = pl.concat(wrong)
    said: dict[int, str] | None = None
    if wording is not None:
        others = told.filter("words")
        said = dict(zip(others["place"].to_list(), wording.assigned(others, day).to_list(), strict=True))
    tell(told, derived, said, found)
    for check, (paragraph, sentence) in _HOLD.items():
        if check != "explanations" or wording is None:
            found.holds(check, ASSIGNMENTS, paragraph, sentence)
    if wording is not None:
        sentence = Phrase("Every explanation says, letter for letter, what decided.")
        found.holds("explanations", ASSIGNMENTS, "contract 4", sentence)


def _plainly_right(
    assignments: pl.DataFrame,
    place: pl.Series,
    who: Named,
    derived: Derived,
    members: _Members,
    after: date,
    *,
    both: bool,
) -> NDArray[np.bool_]:
    """`(N,)` where each cell but the explanation is what is due, found by numbers; elsewhere nothing is said by that.

    What is due of nearly all is never written out so. Arguments as of `_beside_due`.
    """
    writs, groups = derived.writs, derived.groups
    row = derived.row_of.gather(place)
    out = (row.is_not_null() & writs["code"].gather(place).is_null()).to_numpy(writable=True)
    if not out.any():
        return out
    # Where there is none, any will do.
    at, of = place.fill_null(0).to_numpy(), row.fill_null(0).to_numpy()
    category, basis = (numbered_as(assignments[name], words) for name, words in _WORDS.items())
    out &= category == numbered_as(writs["category"], _WORDS["category"], -2)[at]
    out &= basis == numbered_as(groups["basis"], _WORDS["basis"], -2)[of]
    # A bundle of one has the id of its writ, which is known to be the input's.
    single = (groups["size"].to_numpy() == 1)[of]
    out &= ~single | (assignments["bundle_id"] == assignments["writ_id"]).fill_null(False).to_numpy()
    longer = np.flatnonzero(~single & out)
    named = assignments["bundle_id"].gather(longer) == groups["bundle_id"].gather(of[longer])
    out[longer] = named.fill_null(False).to_numpy()
    pool = groups["pool"].to_numpy()[of]
    out &= assignments["pool_size"].fill_null(-1).to_numpy() == members.sizes.to_numpy()[pool]
    out &= members.fit(who, pool, members.bound[of])
    by = writs["by"].gather(place)
    out &= (assignments["distribute_by"] == by).fill_null(False).to_numpy()
    paper = writs.select((pl.col("form") == "paper").gather(place)).to_series().fill_null(False)
    for name, has in (("collect_by", paper), ("notify_creditor_by", ~paper)):
        given = assignments[name]
        # Where it is not to be there, it is to be empty.
        there = (given == after).fill_null(False)
        out &= (there if both else there.zip_with(has, given.is_null())).to_numpy()
    return out


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
    due = gathered(writs, place).hstack(gathered(groups, derived.row_of.gather(place)))
    rows = assignments.hstack(spelt(due))
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
    """Who stands in which pool. sizes: of each, how many. bound: by number to whom each bundle is bound, else -1."""

    def __init__(self, pools: Sequence[frozenset[str]], bound_to: pl.Series) -> None:
        self.sizes = pl.Series([len(pool) for pool in pools], dtype=pl.Int64)
        self._names = sorted({who for pool in pools for who in pool}.union(bound_to.drop_nulls().unique()))
        self.bound = numbered_as(bound_to, self._names)
        number = {who: place for place, who in enumerate(self._names)}
        self._there = np.zeros((len(pools), len(number)), dtype=bool)
        for k, pool in enumerate(pools):
            self._there[k, [number[who] for who in pool]] = True

    def fit(self, who: Named, pool: Ints, bound: Ints) -> NDArray[np.bool_]:
        """Whether each is the one that a bundle is bound to, or, of one that is free, stands in its pool."""
        number = who.as_in(self._names, -2)
        return np.where(bound >= 0, number == bound, (number >= 0) & self._there[pool, number])

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
