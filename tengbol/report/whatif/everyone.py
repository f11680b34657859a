"""What is told of everyone in turn: whose departure would leave something with nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.report.whatif.numbers import enforcers, writs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tengbol.report.words import Words


def in_turn(singles: pl.DataFrame, pairs: pl.DataFrame, words: Words) -> Iterator[str]:
    """A sentence each, of the tables `in_turn` and `pairs`."""
    stranding = singles.filter(pl.col("unplaced") > 0)
    emptying = singles.filter(pl.col("districts_for_nobody") > 0)
    alone = singles.filter(pl.col("pools_of_one") > 0)
    everyone = enforcers(len(singles), words)
    if len(stranding):
        yield words(
            "{who} of {all} cannot leave alone without writs for which nobody is eligible: up to {writs}.",
            who=enforcers(len(stranding), words), all=words.count(len(singles)),
            writs=writs(max(stranding["unplaced"].to_list()), words),
        )  # fmt: skip
    else:
        yield words("Of {all}, whoever leaves alone, every writ still has an eligible enforcer.", all=everyone)
    if len(emptying):
        yield words("{who} would leave a district with nobody.", who=enforcers(len(emptying), words))
    if len(alone):
        yield words("{who} would leave a colleague alone in a pool.", who=enforcers(len(alone), words))
    else:
        yield words("Nobody would leave a colleague alone in a pool.")
    if len(singles):
        yield words(
            "In the lot that was drawn, one departure adds up to {writs} to one colleague.",
            writs=writs(max(singles["most_added"].to_list()), words),
        )
    days = singles["most_days"].drop_nulls()
    if len(days):
        yield words("For whom it is most, that is {days} working days' intake.", days=words.decimal(max(days), 1))
    if len(pairs):
        stranded = pairs.filter((pl.col("unplaced") > 0) | (pl.col("districts_for_nobody") > 0))
        yield words(
            "Of the worst pairs ({pairs}), so many leave a district or a writ with nobody eligible: {number}.",
            pairs=words.count(len(pairs)), number=words.count(len(stranded)),
        )  # fmt: skip
