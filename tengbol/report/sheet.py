"""One enforcer's own sheet: how he stood before and after, and line by line what made it so (¶9, ¶11, ¶13 to ¶15).

Every writ of a pool adds an equal part to the share of each of its members, whoever got it. So a line is a pool on a
day, with a category and a rule: what came, his part, his share, what he got. The lines add up to his balance; what a
book changed between its batches (an annulment, an import) stands beside them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.model.codes import CATEGORIES
from tengbol.report.accrual import ALL, members_of
from tengbol.report.document import Document, Grid, Section, figures
from tengbol.report.explained import in_language
from tengbol.report.grids import category
from tengbol.report.wording import BASES
from tengbol.report.words import Figure, Said, mark

if TYPE_CHECKING:
    from tengbol.report.record import Record
    from tengbol.report.words import Words

    Tables = dict[str, pl.DataFrame]

_BILLION: Final = 10**9
#: Columns of `balance`, how they are written and what they are called.
_BALANCE: Final = (
    ("received_before", "count", mark("Received before")),
    ("share_before", "share", mark("Share before")),
    ("received", "count", mark("Received here")),
    ("share", "share", mark("Share here")),
    ("received_otherwise", "count", mark("Received, by acts between batches")),
    ("share_otherwise", "share", mark("Share, by acts between batches")),
    ("received_after", "count", mark("Received after")),
    ("share_after", "share", mark("Share after")),
    ("excess", "signed", mark("Excess")),
)
_OTHERWISE: Final = ("received_otherwise", "share_otherwise")


def tables(record: Record, enforcer_id: str, words: Words) -> Tables:
    """`balance`, `lines` and `writs` of one enforcer; shares in writs, to a billionth.

    Raises `UnusableInputError` where he stands in no batch of the record.
    """
    days = record.batches.select("batch_id", "number", "as_of")
    lines = _lines(record, enforcer_id).join(days, on="batch_id")
    lines = lines.sort("as_of", "number", "district_id", "pool_id", _ORDER, "basis")
    standing = record.standing.filter(enforcer_id=enforcer_id).join(days, on="batch_id").sort("as_of", "number")
    if lines.is_empty() and standing.is_empty():
        raise UnusableInputError(
            "--enforcer '{id}': nobody of this id stands in these batches; see the column enforcer_id.", id=enforcer_id
        )
    said = in_language(record, words)["assignments"].filter(enforcer_id=enforcer_id).join(days, on="batch_id")
    return {
        "balance": _balance(standing, lines),
        "lines": lines.select(
            "batch_id", "as_of", "district_id", "pool_id", "pool_size", "category", "basis", "writs", "part", "share",
            "received",
        ).with_columns(_in_writs("part", "share")),
        "writs": said.sort("as_of", "number", "writ_id").select(
            "batch_id", "as_of", "writ_id", "district_id", "pool_id", "pool_size", "category", "basis", "explanation"
        ),
    }  # fmt: skip


#: Categories in the contract's order.
_ORDER: Final = pl.col("category").cast(pl.Enum(CATEGORIES))
_LINE: Final = ("batch_id", "district_id", "pool_id", "pool_size", "category", "basis")


def _lines(record: Record, enforcer_id: str) -> pl.DataFrame:
    """`_LINE`, `writs`, `part`, `share` (billionths) and `received` of every pool in which he stood or received."""
    his = members_of(record).filter(enforcer_id=enforcer_id).select("batch_id", "pool_id", "part")
    got = (pl.col("enforcer_id") == enforcer_id).sum().cast(pl.Int64)
    return (
        record.assignments.group_by(_LINE)
        .agg(writs=pl.len().cast(pl.Int64), received=got)
        .join(his, on=["batch_id", "pool_id"], how="left")
        .filter(pl.col("part").is_not_null() | (pl.col("received") > 0))
        .with_columns(pl.col("part").fill_null(0))
        .with_columns(share=pl.col("part") * pl.col("writs"))
    )


def _balance(standing: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """A row for each category, and one for all: before the first batch, in all, between them, after the last."""
    first, last = (
        standing.group_by("category").agg(pl.col(f"received_{when}", f"share_{when}").get(place))
        for when, place in (("before", 0), ("after", -1))
    )
    sums = lines.group_by("category").agg(pl.col("received", "share").sum())
    each = pl.DataFrame({"category": CATEGORIES})
    for part in (first, sums, last):
        each = each.join(part, on="category", how="left", maintain_order="left")
    # Whom a table of another system gave a writ without a licence has no standing: only what he got is known.
    each = each.with_columns(pl.all().exclude("category").fill_null(0))
    whole = each.select(pl.lit(ALL).alias("category"), pl.all().exclude("category").sum())
    of = pl.col
    return (
        pl.concat([each, whole])
        .select(
            "category",
            "received_before",
            "share_before",
            "received",
            "share",
            received_otherwise=of("received_after") - of("received_before") - of("received"),
            share_otherwise=of("share_after") - of("share_before") - of("share"),
            received_after="received_after",
            share_after="share_after",
            excess=of("received_after") * _BILLION - of("share_after"),
        )
        .with_columns(_in_writs("share_before", "share", "share_otherwise", "share_after", "excess"))
    )


def _in_writs(*columns: str) -> pl.Expr:
    """Billionths as writs, no digit lost."""
    return (pl.col(*columns).cast(pl.Decimal(38, 9)) / pl.lit(Decimal(_BILLION))).cast(pl.Decimal(38, 9))


def document(record: Record, enforcer_id: str, made: Tables) -> Document:
    """Lay out his sheet from its `tables`."""
    people = dict(record.enforcers.select("enforcer_id", "name").iter_rows())
    lines, balance = made["lines"], made["balance"]
    moments = lines["as_of"].sort().to_list()
    chambers = record.districts.filter(pl.col("district_id").is_in(lines["district_id"].implode()))["chamber_id"]
    whole = balance.height + 1
    return Document(
        title=Said(mark("Sheet of {who}"), {"who": _called(enforcer_id, people)}),
        chambers=chambers.unique().sort().to_list(),
        first=moments[0] if moments else None,
        last=moments[-1] if moments else None,
        batches=lines["batch_id"].n_unique(),
        tallies=[
            (Said(title), Figure("balance", whole, name, balance[name][-1], form))
            for name, form, title in (
                ("received", "count", mark("writs received")),
                ("share", "share", mark("share of them, in writs")),
                ("excess", "signed", mark("excess after")),
            )
        ],
        sections=[_stands(balance), _by_lines(record, lines), _writs(made["writs"])],
    )


def _stands(balance: pl.DataFrame) -> Section:
    same = balance.select((pl.col(_OTHERWISE) == 0).all()).row(0)
    shown = [one for one in _BALANCE if one[0] not in _OTHERWISE or not all(same)]
    cells = figures("balance", balance, [(name, form) for name, form, _ in shown])
    rows = [[category(code), *row] for code, row in zip(balance["category"], cells, strict=True)]
    told = mark("What you had before, what came here and what you have after, in each category.")
    note = mark(
        "Excess is what you received less the share you were due from the pools you stood in. The next batch makes it "
        "as small as the Rules allow, for all together."
    )
    head = _heads(mark("Category"), *(title for _, _, title in shown))
    grid = Grid(Said(mark("Received and share, in writs")), head, rows)
    return Section("balance", Said(mark("How you stand")), [Said(told)], grids=[grid], notes=[Said(note)])


def _by_lines(record: Record, lines: pl.DataFrame) -> Section:
    places = dict(record.districts.select("district_id", "name").iter_rows())
    rows = [
        [f"{row['as_of']:%d.%m.%Y}", places.get(row["district_id"]) or row["district_id"] or "–",
         category(row["category"]), _rule(row["basis"]), *cells]
        for row, cells in zip(lines.iter_rows(named=True), figures("lines", lines, _CELLS), strict=True)
    ]  # fmt: skip
    head = _heads(
        mark("Day"), mark("District"), mark("Category"), mark("Rule"), mark("In the pool"), mark("Writs in it"),
        mark("Your part of each"), mark("Your share"), mark("You got"),
    )  # fmt: skip
    caption = mark("Pools, day by day; the last two columns add up to “Share here” and “Received here”")
    told = mark(
        "Each pool you stood in: what came to it, your part of every writ of it, and what you got. A writ bound to "
        "somebody counts for all of its pool too."
    )
    return Section(
        "lines", Said(mark("Line by line")), [Said(told)], grids=[Grid(Said(caption), head, rows, headers=4)]
    )


def _writs(writs: pl.DataFrame) -> Section:
    title = Said(mark("Your writs"))
    if writs.is_empty():
        return Section("writs", title, [Said(mark("None came to you in these batches."))])
    rows = [
        [f"{row['as_of']:%d.%m.%Y}", row["writ_id"], category(row["category"]), row["explanation"]]
        for row in writs.iter_rows(named=True)
    ]
    head = _heads(mark("Day"), mark("Writ"), mark("Category"), mark("What decided"))
    grid = Grid(Said(mark("Each writ you got, and what decided")), head, rows, headers=3)
    return Section("writs", title, grids=[grid])


_CELLS: Final = [
    ("pool_size", "count"), ("writs", "count"), ("part", "share"), ("share", "share"), ("received", "count"),
]  # fmt: skip


def _heads(*titles: str) -> list[Said]:
    return [Said(title) for title in titles]


def _rule(basis: str) -> Said:
    meaning, paragraph = BASES[basis]
    return Said(mark("{paragraph}: {meaning}"), {"paragraph": paragraph, "meaning": Said(meaning)})


def _called(enforcer_id: str, people: dict[str, str]) -> str:
    name = people.get(enforcer_id)
    return enforcer_id if name in (None, enforcer_id) else f"{name} ({enforcer_id})"
