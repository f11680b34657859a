"""What other readings of the law would have moved: a sentence for each that would, and the rows of the page's table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.parameters import READINGS, VALUES
from tengbol.report.whatif.numbers import counted, writs
from tengbol.report.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

#: What a reading decides.
DECIDES: Final = {
    "index_day": mark("Whose day’s index bounds a claim of the state (¶4)"),
    "attached_when": mark("When those attached to a district are asked (¶9)"),
    "short_absence_binds": mark("What a short absence of the holder does to his claim (¶11, ¶13, ¶14)"),
    "case_binds": mark("Which writs of a case stay together (¶14)"),
    "office_binds": mark("What a pause for an office does to its holder’s claims (¶17)"),
}
#: What each of its values says.
SAYS: Final = {
    ("index_day", "received"): mark("that of the day on which the chamber received it"),
    ("index_day", "issued"): mark("that of the day on which it was issued"),
    ("index_day", "distributed"): mark("that of the day of the batch"),
    ("attached_when", "nobody_present"): mark("when nobody who is registered there is present"),
    ("attached_when", "nobody_registered"): mark(
        "when nobody is registered there who is present or away for a short time"
    ),
    ("short_absence_binds", "wait"): mark("the writ waits for its holder"),
    ("short_absence_binds", "holder"): mark("the holder is given the writ at once"),
    ("short_absence_binds", "free"): mark("the writ is distributed like any other"),
    ("case_binds", "all"): mark("all writs of the case"),
    ("case_binds", "collection"): mark("its claims for money and alimony"),
    ("office_binds", "free"): mark("the holder is given nothing"),
    ("office_binds", "holder"): mark("the holder is still given bound writs"),
}
if set(DECIDES) != set(READINGS) or set(SAYS) != {(name, value) for name in VALUES for value in VALUES[name]}:
    raise AssertionError("a reading of the law is without its words")
#: The columns of numbers of the table `readings`, as the page shows them.
COLUMNS: Final = {
    "touched": mark("Batches that change"),
    "bound": mark("Writs bound otherwise"),
    "pool": mark("With another pool"),
    "waits": mark("Placed by one of the two alone"),
    "elsewhere": mark("To somebody else, by the same lot"),
    "proven": mark("Batches proven most even"),
}


def told(table: pl.DataFrame, words: Words) -> Iterator[str]:
    """A sentence for each reading that would have changed something, and one for all others."""
    if table.is_empty():
        yield words("There is no batch that could be made again by other readings of the law.")
        return
    batches = counted("{n} batch", "{n} batches", table["batches"][0], words)
    for row in table.filter(pl.col("touched") > 0).iter_rows(named=True):
        decides, value = _worded(row["setting"], row["value"], words)
        yield words(
            "{decides}: by “{value}” instead of “{usual}”, {bound} would have been bound otherwise, {pool} would have "
            "had another pool, {waits} would have been placed by one of the two alone, and {elsewhere} would have gone "
            "to somebody else; {touched} of {batches} change, and {proven} of these are proven most even.",
            decides=decides, value=value, usual=_worded(row["setting"], row["usual"], words)[1],
            **{name: writs(row[name], words) for name in ("bound", "pool", "waits", "elsewhere")},
            touched=words.count(row["touched"]), batches=batches, proven=words.count(row["proven"]),
        )  # fmt: skip
    same = table.filter(touched=0)
    if not same.is_empty():
        by = same.group_by("setting", maintain_order=True).agg("value")
        named = "; ".join(
            f"{words(DECIDES[setting])} – {' / '.join(_worded(setting, value, words)[1] for value in values)}"
            for setting, values in by.iter_rows()
        )
        yield words("By these readings of the law, {batches} would be the same: {readings}.",
                    batches=batches, readings=named)  # fmt: skip


def _worded(setting: str, value: str, words: Words) -> tuple[str, str]:
    """What a setting decides, and what this value of it says."""
    return words(DECIDES[setting]), words(SAYS[setting, value])


def rows(table: Iterable[Mapping[str, Any]], words: Words) -> list[tuple[str, str, str, str, list[str]]]:
    """Of each row of `readings`: what is decided, the reading, its setting, the usual one, and the numbers."""
    return [
        (
            *_worded(row["setting"], row["value"], words),
            f"{row['setting']} = {row['value']}",
            _worded(row["setting"], row["usual"], words)[1],
            [words.count(row[name]) for name in COLUMNS],
        )
        for row in table
    ]


def moving(table: pl.DataFrame) -> list[dict[str, Any]]:
    """The rows of `readings` that would have changed anything."""
    return table.filter(pl.col("touched") > 0).rows(named=True)


def farthest(balances: pl.DataFrame, words: Words) -> list[tuple[str, str, str, str, str]]:
    """Of each reading and category whose count in it differs most: what is decided and how, who, by how many, share."""
    top = balances.sort(pl.col("received").abs(), descending=True, maintain_order=True).unique(
        ["setting", "value"], keep="first", maintain_order=True
    )
    return [
        (
            *_worded(row["setting"], row["value"], words),
            row["enforcer_id"],
            words.signed(float(row["received"]), 0),
            words.signed(float(row["share"]), 3),
        )
        for row in top.iter_rows(named=True)
    ]
