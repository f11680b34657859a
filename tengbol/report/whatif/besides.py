"""Variants beside each other and the base: the lines of the page's first table and of the sheet to decide by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tengbol.report.whatif.numbers import about
from tengbol.report.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from tengbol.report.words import Words

#: What is told of each variant, and how: whole or mean numbers (0), so many decimals, days.
LINES: Final = {
    "returns": (mark("Open proceedings that return (¶3)"), 0),
    "takers": (mark("Enforcers who take what returns"), 0),
    "most_added": (mark("Most that one of them takes, writs on average"), 1),
    "most_days": (mark("Working days’ intake of whom it burdens most"), 1),
    "overloaded": (mark("Of those who take, with more than twice the average open"), 0),
    "unplaced": (mark("Writs for nobody (¶9, ¶10)"), 0),
    "unplaced_tenge": (mark("Tenge that these claim, where it is known"), 0),
    "first_due": (mark("The first of them is to be distributed by (¶7)"), -1),
    "emptied": (mark("Districts left with nobody"), 0),
    "left_alone": (mark("Districts left with one alone"), 0),
    "backlog_days": (mark("Open and waiting, in working days’ intake of the chamber"), 0),
    "long_on": (mark("Proceedings return later, if nobody comes back by (¶18)"), -1),
    "excess_std": (mark("Greatest deviation of excess after the batch, writs"), 3),
}
#: Measures of the days to come that stand beside each other.
DAYS: Final = {
    "placed": mark("Writs distributed"),
    "late": mark("Writs late"),
    "waiting": mark("Writs waiting at the end of a day, mean"),
    "open_most": mark("Open proceedings of whoever has most, last day"),
}


def heads(tables: Mapping[str, pl.DataFrame], words: Words) -> list[str]:
    """The base, which is to keep all as it is, and the variants."""
    return [words("Keep as it is"), *tables["beside"]["variant"].to_list()[1:]]


def lines(tables: Mapping[str, pl.DataFrame], words: Words) -> list[tuple[str, list[str]]]:
    """What is told, and how it is of the base and of each variant; what is nothing for all is left out."""
    table = tables["beside"]
    shown = []
    for name, (said, places) in LINES.items():
        values = table[name].to_list()
        if any(value is not None for value in values):
            shown.append((words(said), [_told(words, value, places) for value in values]))
    return shown


def days_to_come(tables: Mapping[str, pl.DataFrame], words: Words) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each measure over the days to come: of the base its mean, of each variant the difference and its interval."""
    if "differences" not in tables:
        return []
    found = tables["differences"]
    shown = []
    for measure, said in DAYS.items():
        rows = {row["variant"]: row for row in found.filter(measure=measure).iter_rows(named=True)}
        if not rows:
            continue
        cells = [(words.decimal(next(iter(rows.values()))["base"], 1), "")]
        for variant in tables["beside"]["variant"].to_list()[1:]:
            row = rows[variant]
            interval = words("{low} to {high}", low=words.signed(row["low"], 1), high=words.signed(row["high"], 1))
            cells.append((words.signed(row["difference"], 1), interval))
        shown.append((words(said), cells))
    return shown


def _told(words: Words, value: Any, places: int) -> str:
    if value is None:
        return "–"
    if places < 0:
        return words.day(value)
    return words.decimal(value, places) if places else about(words, value)
