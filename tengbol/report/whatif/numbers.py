"""Numbers and categories of a scenario's sentences and page, as a language writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tengbol.report.wording import CATEGORIES
from tengbol.report.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from tengbol.report.words import Words


#: How a measure of the days to come is called.
MEASURES: Final = {
    "excess_std": mark("Deviation of excess, mean over days, writs"),
    "excess_farthest": mark("Farthest from the share on the last day, writs"),
    "placed": mark("Writs distributed"),
    "late": mark("Writs late"),
    "waiting": mark("Writs waiting at the end of a day, mean"),
    "open_most": mark("Open proceedings of whoever has most, last day"),
}


def places(measure: str) -> int:
    """Decimals of a measure."""
    return 3 if measure.startswith("excess") else 1


def measured(row: Mapping[str, Any], words: Words) -> str:
    """The name of a row's measure, and of its category where it has one."""
    category = f": {words(CATEGORIES[row['category']])}" if row["category"] else ""
    return words(MEASURES[row["measure"]]) + category


def about(words: Words, number: float) -> str:
    """A number that is whole, but where it is a mean over lots that differ."""
    return words.count(round(number)) if abs(number - round(number)) < 1e-9 else words.decimal(number, 1)


def title(words: Words, category: str) -> str:
    """A category's name within a sentence."""
    text = words(CATEGORIES[category])
    return f"{text[:1].lower()}{text[1:]}"


def counted(one: str, many: str, number: float, words: Words) -> str:
    """A number with what it counts; a mean over lots that differ is of many."""
    whole = abs(number - round(number)) < 1e-9
    return words.several(one, many, round(number) if whole else 5).format(n=about(words, number))


def proceedings(number: float, words: Words) -> str:
    """So many open proceedings."""
    return counted("{n} open proceeding", "{n} open proceedings", number, words)


def enforcers(number: int, words: Words) -> str:
    """So many enforcers."""
    return counted("{n} enforcer", "{n} enforcers", number, words)


def writs(number: float, words: Words) -> str:
    """So many writs."""
    return counted("{n} writ", "{n} writs", number, words)


def later(months: int, words: Words) -> str:
    """So many months later."""
    return counted("{n} month later", "{n} months later", months, words)


def named(names: pl.Series, words: Words) -> str:
    """The first three names, and how many more."""
    shown = names.sort().to_list()
    first = ", ".join(shown[:3])
    return words("{names} and {more} more", names=first, more=words.count(len(shown) - 3)) if shown[3:] else first
