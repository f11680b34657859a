"""By which paragraph writs went where they went: among a pool (¶9), or to whom ¶11, ¶13 and ¶14 name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.model.codes import BOUND_BASES
from tengbol.report.charts.bars import bars
from tengbol.report.wording import BASES, SHORT_BASES
from tengbol.report.wording import CATEGORIES as TITLES
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from tengbol.report.charts import look
    from tengbol.report.findings import Findings
    from tengbol.report.words import Words

NAME = "flows"
TITLE = mark("Writs by what decided")
KEY = mark("Writs of each category by the paragraph that decided who received them; all bars are on one scale.")


def chart(tables: dict[str, pl.DataFrame], words: Words) -> look.Picture | None:
    """A panel for each category, a bar for each basis."""
    frame = tables["flows"]
    if not frame["writs"].sum():
        return None
    titles = {name: words(TITLES[name]) for name in frame["category"].unique(maintain_order=True)}
    short = {code: f"{words(SHORT_BASES[code])}, {paragraph}" for code, (_, paragraph) in BASES.items()}
    shown = frame.select(
        "writs",
        row=pl.col("basis").replace_strict(short),
        column=pl.col("category").replace_strict(titles),
        label=pl.Series([words.count(writs) for writs in frame["writs"].to_list()], dtype=pl.String),
    )
    return bars(shown, list(short.values()), list(titles.values()), labels=250)


def sentences(tables: dict[str, pl.DataFrame], found: Findings) -> list[Said]:
    """How much chance and evenness decided, how much the Rules named, and how much went to attached enforcers."""
    frame = tables["flows"]
    total = int(frame["writs"].sum())
    if not total:
        return [Said(mark("No writ was assigned."))]
    bound = int(frame.filter(pl.col("basis").is_in(BOUND_BASES))["writs"].sum())
    attached = int(frame.filter(pl.col("basis") == "attached")["writs"].sum())
    put = found.about(NAME, "all")
    return [
        Said(
            mark(
                "Of {total} writs, {free} ({free_part}) were distributed within a pool by evenness and the lot; for "
                "{bound} ({bound_part}) the Rules named the enforcer; {attached} went to attached enforcers."
            ),
            {
                "total": put("writs", total),
                "free": put("free", total - bound),
                "free_part": put("free_part", (total - bound) / total, "percent"),
                "bound": put("bound", bound),
                "bound_part": put("bound_part", bound / total, "percent"),
                "attached": put("attached", attached),
            },
        )
    ]
