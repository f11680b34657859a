"""The grids of a report: what stands behind each chart, and the measures, from the tables of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.report.document import Grid, figures
from tengbol.report.wording import BASES, DEADLINES, OUTCOMES, UNASSIGNED
from tengbol.report.wording import CATEGORIES as TITLES
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    Tables = dict[str, pl.DataFrame]

_ALL: Final = mark("All categories")
KINDS: Final = {
    "all": mark("all writs"),
    "free": mark("free writs, by evenness and lot"),
    "bound": mark("bound writs, by ¶11, ¶13, ¶14"),
}
MEASURES: Final = (
    ("enforcers", "count", mark("Enforcers")),
    ("writs", "count", mark("Writs")),
    ("received_min", "count", mark("Received, min")),
    ("received_mean", "writs", mark("Received, mean")),
    ("received_max", "count", mark("Received, max")),
    ("excess_min", "signed", mark("Excess, min")),
    ("excess_max", "signed", mark("Excess, max")),
    ("excess_spread", "writs", mark("Excess, spread")),
    ("excess_std", "writs", mark("Excess, standard deviation")),
    ("gini", "index", mark("Gini")),
    ("jain", "index", mark("Jain")),
    ("theil", "index", mark("Theil")),
    ("variation", "index", mark("Coefficient of variation")),
    ("chi_square", "writs", mark("Chi-square against shares")),
    ("degrees", "count", mark("Degrees of freedom")),
    ("p_value", "index", mark("p-value")),
)
#: From here on they are indices, without unit.
_INDICES: Final = 9
#: So many pools are shown; the table `pools` has all.
POOLS: Final = 12


def category(code: str) -> Said:
    """Name a category, or all."""
    return Said(TITLES.get(code, _ALL))


def measures(tables: Tables) -> list[Grid]:
    """Chambers and country, a grid for each kind of writs."""
    frame = tables["measures"].with_row_index("_row")
    grids = []
    for kind, meaning in KINDS.items():
        rows = frame.filter(pl.col("kind") == kind)
        several = rows["id"].n_unique() > 1
        for caption, columns in (
            (mark("Received and excess in writs: {kind}"), MEASURES[:_INDICES]),
            (mark("Indices of what was received: {kind}"), MEASURES[_INDICES:]),
        ):
            cells = figures("measures", frame, [(name, form) for name, form, _ in columns], rows["_row"].to_list())
            named = [
                [*([row["id"]] if several else []), category(row["category"]), *figure]
                for row, figure in zip(rows.iter_rows(named=True), cells, strict=True)
            ]
            head = [Said(mark("Chamber"))] if several else []
            head += [Said(mark("Category")), *(Said(title) for _, _, title in columns)]
            grids.append(
                Grid(
                    Said(caption, {"kind": Said(meaning)}),
                    head,
                    named,
                    headers=2 if several else 1,
                    folded=kind != "all",
                )
            )
    return grids


def pools(tables: Tables) -> Grid:
    """The pools with most writs, all categories together."""
    frame = tables["pools"].with_row_index("_row")
    top = (
        frame.filter((pl.col("category") == "all") & (pl.col("kind") == "all"))
        .sort("writs", "id", descending=[True, False])
        .head(POOLS)
    )
    cells = figures("pools", frame, [(name, form) for name, form, _ in MEASURES], top["_row"].to_list())
    return Grid(
        Said(mark("The pools with the most writs, all categories together; the table “pools” has all pools")),
        [Said(mark("Districts")), *(Said(title) for _, _, title in MEASURES)],
        [[name or "–", *row] for name, row in zip(top["districts"].to_list(), cells, strict=True)],
        folded=True,
    )


def uniformity(tables: Tables) -> Grid:
    """How the balances stood before and after, chamber by chamber."""
    frame = tables["uniformity"]
    several = frame["chamber_id"].n_unique() > 1
    forms = {"received_min": "count", "received_mean": "writs", "received_max": "count", "excess_min": "signed"}
    forms |= {"excess_max": "signed", "excess_std": "writs", "gini": "index", "jain": "index"}
    titles = {name: title for name, _, title in MEASURES}
    rows = []
    for moment, when in (("before", mark("before")), ("after", mark("after"))):
        cells = figures("uniformity", frame, [(f"{name}_{moment}", form) for name, form in forms.items()])
        for row, figure in zip(frame.select("chamber_id", "category").rows(), cells, strict=True):
            rows.append([*row[: int(several)], category(row[1]), Said(when), *figure])
    # Before and after of one category side by side.
    pairs = [rows[place + half * frame.height] for place in range(frame.height) for half in range(2)]
    return Grid(
        Said(mark("Balances since they began, of all licensed enforcers; received and excess in writs")),
        [
            *([Said(mark("Chamber"))] if several else []),
            Said(mark("Category")),
            Said(mark("Moment")),
            *(Said(titles[name]) for name in forms),
        ],
        pairs,
        headers=2 + int(several),
    )


def enforcers(tables: Tables, code: str) -> Grid:
    """What stands behind the charts of excess and of received, for one category."""
    frame = tables["enforcers"].with_row_index("_row")
    rows = frame.filter(pl.col("category") == code)
    columns = [
        ("received", "count", mark("Received")),
        ("share", "writs", mark("Share")),
        ("excess_gained", "signed", mark("Excess of the span")),
        ("excess_before", "signed", mark("Excess before")),
        ("excess", "signed", mark("Excess after")),
        ("band_low", "signed", mark("Band of chance, from")),
        ("band_high", "signed", mark("to")),
        ("received_free", "count", mark("Received, free writs")),
        ("received_bound", "count", mark("Received, bound writs")),
    ]
    cells = figures("enforcers", frame, [(name, form) for name, form, _ in columns], rows["_row"].to_list())
    return Grid(
        Said(mark("Each enforcer: {category}"), {"category": category(code)}),
        [Said(mark("Enforcer")), *(Said(title) for _, _, title in columns)],
        [[name, *row] for name, row in zip(rows["name"].to_list(), cells, strict=True)],
        folded=True,
        looked_up=code == "all",
    )


def flows(tables: Tables) -> Grid:
    """Writs by basis and category."""
    frame = tables["flows"]
    cells = figures("flows", frame, [("writs", "count")])
    by_basis = [frame["basis"].to_list().index(basis) for basis in BASES]
    there = frame["category"].unique(maintain_order=True).to_list()
    return Grid(
        Said(mark("Writs by basis and category")),
        [Said(mark("Basis")), Said(mark("Paragraph")), *(category(code) for code in there)],
        [
            [Said(meaning), paragraph, *(cells[start + k][0] for k in range(len(there)))]
            for start, (meaning, paragraph) in zip(by_basis, BASES.values(), strict=True)
        ],
    )


def deadlines(tables: Tables) -> Grid:
    """Writs by deadline and what became of it."""
    cells = figures("deadlines", tables["deadlines"], [("writs", "count")])
    return Grid(
        Said(mark("Writs by deadline")),
        [Said(mark("Deadline")), Said(mark("Paragraph")), *(Said(meaning) for meaning in OUTCOMES.values())],
        [
            [Said(meaning), paragraph, *(cells[place * len(OUTCOMES) + k][0] for k in range(len(OUTCOMES)))]
            for place, (meaning, paragraph) in enumerate(DEADLINES.values())
        ],
    )


def money(tables: Tables) -> Grid:
    """Value received by each enforcer."""
    frame = tables["money"]
    columns = [("writs", "count"), ("writs_with_amount", "count"), ("amount", "tenge")]
    cells = figures("money", frame, columns)
    return Grid(
        Said(mark("Value of the writs received, for information")),
        [Said(mark("Enforcer")), Said(mark("Writs")), Said(mark("Writs with an amount")), Said(mark("Tenge"))],
        [[name, *row] for name, row in zip(frame["name"].to_list(), cells, strict=True)],
        folded=True,
    )


def batches(tables: Tables) -> Grid:
    """Each batch with its objective, bound and what the unevenness is made of."""
    frame = tables["batches"]
    columns = [
        ("number", "count", mark("Number")),
        ("assigned", "count", mark("Assigned")),
        ("unassigned", "count", mark("Not assigned")),
        ("objective", "exact", mark("Objective")),
        ("lower_bound", "exact", mark("Lower bound")),
        ("whole", "exact", mark("Writs are whole")),
        ("bound", "exact", mark("Bound writs")),
        ("bundles", "exact", mark("Bundles")),
        ("choice", "exact", mark("Choice")),
        ("objective_total", "exact", mark("Objective of totals")),
        ("lower_bound_total", "exact", mark("Lower bound of totals")),
    ]
    cells = figures("batches", frame, [(name, form) for name, form, _ in columns])
    return Grid(
        Said(mark("Each batch; objectives and parts in squared writs")),
        [Said(mark("Batch")), *(Said(title) for _, _, title in columns)],
        [[moment.date(), *row] for moment, row in zip(frame["as_of"].to_list(), cells, strict=True)],
        folded=True,
    )


def replayed(tables: Tables) -> list[Grid]:
    """Batches that did not run as of when they were made, each with its document; none where there is no such batch."""
    frame = tables["batches"].filter(pl.col("document").is_not_null())
    rows = frame.select("batch_id", "as_of", "made", "document").rows()
    if not rows:
        return []
    return [
        Grid(
            Said(mark("Batches that did not run as of when they were made, each on a document")),
            [Said(mark("Batch")), Said(mark("As of")), Said(mark("Made on")), Said(mark("Document"))],
            [list(row) for row in rows],
        )
    ]


def not_assigned(tables: Tables) -> Grid:
    """Why writs were not assigned."""
    frame = tables["not_assigned"]
    cells = figures("not_assigned", frame, [("writs", "count")])
    return Grid(
        Said(mark("Not assigned, by reason")),
        [Said(mark("Reason")), Said(mark("Paragraph")), Said(mark("Writs"))],
        [
            [Said(UNASSIGNED[code][0]), UNASSIGNED[code][1], *row]
            for code, row in zip(frame["code"].to_list(), cells, strict=True)
        ],
    )


def rejections(tables: Tables) -> Grid:
    """Rows of the input that could not be used."""
    frame = tables["rejections"]
    cells = figures("rejections", frame, [("rows", "count")])
    return Grid(
        Said(mark("Rejected rows, by table and code")),
        [Said(mark("Table")), Said(mark("Code")), Said(mark("Rows"))],
        [[*names, *row] for names, row in zip(frame.select("table", "code").rows(), cells, strict=True)],
        headers=2,
    )


def acts(tables: Tables) -> Grid:
    """What somebody did by hand, in order."""
    return Grid(
        Said(mark("Acts by hand, in order")),
        [Said(mark("When")), Said(mark("Who")), Said(mark("What")), Said(mark("Document")), Said(mark("Subject"))],
        [
            [row["at"], *(row[name] or "–" for name in ("who", "what", "document", "subject"))]
            for row in tables["acts"].iter_rows(named=True)
        ],
    )
