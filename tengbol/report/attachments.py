"""The attachment plan as a page of text: what to attach, what each district then keeps, how even it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def page(
    attachments: pl.DataFrame,
    districts: pl.DataFrame,
    enforcers: pl.DataFrame,
    sentences: Sequence[str],
    words: Callable[..., str],
) -> str:
    """Write the page; tables as `scenarios.attachments.Plan` has them. words: says a template in a language."""
    names = dict(districts.select("district_id", "name").iter_rows())
    new = [
        (names[where], who, names[home], "" if km is None else words("{km} km", km=f"{km:g}"))
        for where, who, home, km in attachments.select(
            "district_id", "enforcer_id", "home_district_id", "km"
        ).iter_rows()
    ]
    concerned = districts.filter((pl.col("attached_after") > 0) | (pl.col("short") > 0) | (pl.col("least_after") < 2))
    kept = [
        (name, *map(str, counts), remark)
        for name, *counts, remark in concerned.select(
            "name",
            "registered",
            "attached_before",
            "attached_after",
            "pool_after",
            "least_before",
            "least_after",
            "remark",
        ).iter_rows()
    ]
    loaded = enforcers.filter(pl.col("attachments") > 0).sort("called_after", "enforcer_id", descending=[True, False])
    load = [
        (who, names[home], str(number), *(f"{one:,.0f}" for one in writs))
        for who, home, number, *writs in loaded.select(
            "enforcer_id", "district_id", "attachments", "now_before", "now_after", "called_before", "called_after"
        ).iter_rows()
    ]
    parts = [*sentences, ""]
    titles = (words("district"), words("enforcer"), words("registered in"), words("distance"))
    parts += _table(words("To attach"), titles, new, words)
    then = words("then")
    parts += _table(
        words("What districts keep (empty or thin ones, and those with attached enforcers)"),
        (
            words("district"),
            words("registered"),
            words("attached"),
            then,
            words("pool"),
            words("least before"),
            words("least after"),
            "",
        ),
        kept,
        words,
    )
    parts += _table(
        words("Writs a year of those newly attached: today, and once the attached are called"),
        (words("enforcer"), words("registered in"), words("new"), words("today"), then, words("called"), then),
        load,
        words,
    )
    return "\n".join(parts).rstrip() + "\n"


def _table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]], words: Callable[..., str]) -> list[str]:
    """Columns side by side, each as wide as its longest cell; none when there are no rows."""
    if not rows:
        return [words("{title}: none.", title=title), ""]
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (header, *rows)]
    return [title, *(f"  {line.rstrip()}" for line in lines), ""]
