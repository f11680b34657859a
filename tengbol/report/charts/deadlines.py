"""Deadlines kept: distributed (¶7), collected (¶8), creditor told (¶15), in working days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.report.charts.bars import bars
from tengbol.report.wording import DEADLINES, OUTCOMES
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from tengbol.report.charts import look
    from tengbol.report.findings import Findings
    from tengbol.report.words import Words

NAME = "deadlines"
TITLE = mark("Deadlines kept")
KEY = mark("Writs by what became of each deadline; all bars are on one scale.")


def chart(tables: dict[str, pl.DataFrame], words: Words) -> look.Picture | None:
    """A panel for each outcome, a bar for each deadline."""
    frame = tables["deadlines"]
    if not frame["writs"].sum():
        return None
    named = {code: f"{words(meaning)}, {paragraph}" for code, (meaning, paragraph) in DEADLINES.items()}
    outcomes = {code: words(meaning) for code, meaning in OUTCOMES.items()}
    shown = frame.select(
        "writs",
        row=pl.col("deadline").replace_strict(named),
        column=pl.col("outcome").replace_strict(outcomes),
        label=pl.Series([words.count(writs) for writs in frame["writs"].to_list()], dtype=pl.String),
    )
    return bars(shown, list(named.values()), list(outcomes.values()), labels=260)


def sentences(tables: dict[str, pl.DataFrame], found: Findings) -> list[Said]:
    """For each deadline that anything is known of, how many writs kept it."""
    said = []
    for deadline, (meaning, paragraph) in DEADLINES.items():
        counts = dict(tables["deadlines"].filter(pl.col("deadline") == deadline).select("outcome", "writs").iter_rows())
        known = counts["kept"] + counts["late"]
        put = found.about(NAME, deadline)
        if known:
            said.append(
                Said(
                    mark("{deadline} ({paragraph}): in time {kept} of {known} writs ({part})."),
                    {
                        "deadline": Said(meaning),
                        "paragraph": paragraph,
                        "kept": put("kept", counts["kept"]),
                        "known": put("known", known),
                        "part": put("kept_part", counts["kept"] / known, "percent"),
                    },
                )
            )
        elif counts["unknown"]:
            said.append(
                Said(
                    mark("{deadline} ({paragraph}): nobody has recorded it for any of {unknown} writs."),
                    {"deadline": Said(meaning), "paragraph": paragraph, "unknown": put("unknown", counts["unknown"])},
                )
            )
    return said or [Said(mark("No writ was assigned."))]
