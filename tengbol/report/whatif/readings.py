"""What other readings of the law would have moved: a sentence for each that would, and the rows of the page's table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.parameters import READINGS
from tengbol.report.whatif.numbers import counted, writs
from tengbol.report.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What a reading decides.
DECIDES: Final = {
    "index_day": mark("Whose day’s index bounds a claim of the state (¶4)"),
    "attached_when": mark("When those attached to a district are asked (¶9)"),
    "short_absence_binds": mark("What a short absence of the holder does to his claim (¶11, ¶13, ¶14)"),
    "case_binds": mark("Which writs of a case stay together (¶14)"),
    "office_binds": mark("What a pause for an office does to its holder’s claims (¶17)"),
}
if set(DECIDES) != set(READINGS):
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
        decides = DECIDES[row["setting"]]
        yield words(
            "{decides}: by “{value}” instead of “{usual}”, {bound} would have been bound otherwise, {pool} would have "
            "had another pool, {waits} would have been placed by one of the two alone, and {elsewhere} would have gone "
            "to somebody else; {touched} of {batches} change, and {proven} of these are proven most even.",
            decides=words(decides), value=row["value"], usual=row["usual"],
            **{name: writs(row[name], words) for name in ("bound", "pool", "waits", "elsewhere")},
            touched=words.count(row["touched"]), batches=batches, proven=words.count(row["proven"]),
        )  # fmt: skip
    same = table.filter(touched=0)
    if not same.is_empty():
        named = ", ".join(f"{setting} = {value}" for setting, value in same.select("setting", "value").iter_rows())
        yield words("By these readings of the law, {batches} would be the same: {readings}.",
                    batches=batches, readings=named)  # fmt: skip


def rows(table: pl.DataFrame, words: Words) -> list[tuple[str, str, str, list[str]]]:
    """Of each reading that would have changed anything: what it decides, its value, the usual one, its numbers."""
    decide = {setting: words(decides) for setting, decides in DECIDES.items()}
    return [
        (decide[row["setting"]], row["value"], row["usual"], [words.count(row[name]) for name in COLUMNS])
        for row in table.filter(pl.col("touched") > 0).iter_rows(named=True)
    ]


def farthest(balances: pl.DataFrame, words: Words) -> list[tuple[str, str, str, str]]:
    """Of each reading and category whose count in it differs most: the reading, who, by how many, and his share."""
    top = balances.sort(pl.col("received").abs(), descending=True, maintain_order=True).unique(
        ["setting", "value"], keep="first", maintain_order=True
    )
    return [
        (f"{row['setting']} = {row['value']}", row["enforcer_id"], words.signed(float(row["received"]), 0),
         words.signed(float(row["share"]), 3))
        for row in top.iter_rows(named=True)
    ]  # fmt: skip
