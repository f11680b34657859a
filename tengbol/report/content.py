"""What a report says, in order: proof, alarms, charts, measures, money, what was left, batches (¶15, ¶16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model.codes import BOUND_BASES, CATEGORIES
from tengbol.report import alarmed, grids, thinned
from tengbol.report.charts import CHARTS, course, deadlines, excess, flows, lorenz, received
from tengbol.report.document import Document, Section
from tengbol.report.parts import PARTS
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from tengbol.report.alarmed import Alarmed
    from tengbol.report.document import Grid
    from tengbol.report.findings import Findings
    from tengbol.report.judged import Judgement
    from tengbol.report.record import Record

    Tables = dict[str, pl.DataFrame]

#: What is counted at the head of a report, as it is called where there is one of it and where there are more.
TALLIES: Final = {
    "batches": ("batch", "batches"),
    "assigned": ("writ assigned", "writs assigned"),
    "not_assigned": ("writ not assigned", "writs not assigned"),
    "rejected": ("row rejected", "rows rejected"),
    "enforcers": ("enforcer", "enforcers"),
}


def document(
    record: Record, tables: Tables, found: Findings, alarms: Alarmed, judged: Judgement | None = None
) -> Document:
    """Lay out the report; the figures of its sentences go to `found`."""
    batches = tables["batches"]
    moments = batches["as_of"].to_list()
    put = found.about("report", "all")
    people = tables["enforcers"]["enforcer_id"].n_unique()
    numbers = {
        "batches": batches.height,
        "assigned": record.assignments.height,
        "not_assigned": int(tables["not_assigned"]["writs"].sum()),
        "rejected": record.rejected.unique(["batch_id", "table", "row"]).height,
        "enforcers": people,
    }
    tallies = [
        (Said(one, plural=many, number=numbers[name]), put(name, numbers[name]))
        for name, (one, many) in TALLIES.items()
    ]
    chambers = record.districts["chamber_id"].unique().sort().to_list()
    named = set(tables["enforcers"]["chamber_id"])
    return Document(
        title=Said(mark("Report on the distribution of writs")),
        chambers=[chamber for chamber in chambers if chamber in named] or chambers,
        first=moments[0] if moments else None,
        last=moments[-1] if moments else None,
        batches=batches.height,
        tallies=tallies,
        sections=[
            *([] if judged is None else [judged.section(tables, found)]),
            _proof(tables, found),
            alarmed.section(alarms, tables, found),
            *(_charted(chart, tables, found) for chart in CHARTS),
            _measures(tables, found),
            _money(tables, found),
            _left(tables),
            *([_acts(tables, found)] if tables["acts"].height else []),
            Section(
                "check",
                Said(mark("Batches, and how to check them")),
                [
                    Said(
                        mark(
                            "Every figure of this report stands in its tables, in the workbook and in Parquet; "
                            "“data-at” in the page’s source names table, row and column."
                        )
                    ),
                    Said(mark("Anyone who has the input of a batch can check its result with “tengbol verify”.")),
                    *resting(record, found),
                ],
                grids=[*grids.replayed(tables), grids.batches(tables)],
            ),
        ],
    )


def resting(record: Record, found: Findings) -> list[Said]:
    """On whose records the bound writs of a book rest (¶11, ¶13, ¶14); nothing where no book was kept."""
    told = record.batches.filter(pl.col("on_word").is_not_null())
    if told.is_empty():
        return []
    rows = record.assignments.join(told, on="batch_id", how="semi").filter(pl.col("basis").is_in(BOUND_BASES))
    put = found.about("resting", "all")
    rulings = record.events.filter(what="ruling")
    counts = {
        "bound": rows.height,
        "imports": int(told["on_imports"].sum()),
        "word": int(told["on_word"].sum()),
        "ruled": rows.join(rulings, left_on="writ_id", right_on="subject", how="semi").height,
    }
    return [
        Said(
            mark(
                "Writs bound to somebody (¶11, ¶13, ¶14): {bound}. Of these, {imports} rest on records that were "
                "imported, {word} on the word of their row alone; rulings on a return recorded: {ruled}."
            ),
            {name: put(name, number) for name, number in counts.items()},
        )
    ]


def _proof(tables: Tables, found: Findings) -> Section:
    """Whether a more even distribution was possible, and what the unevenness that remains is made of."""
    frame = tables["batches"]
    proven = int((frame["status"] == "optimal").sum())
    total = float(frame["objective"].sum())
    put = found.about("proof", "all")
    sentences = [
        Said(
            mark(
                "Proven for {proven} of {batches} batches: no distribution the Rules allow would have been more even."
            ),
            {"proven": put("proven", proven), "batches": put("batches", frame.height)},
        )
    ]
    amounts = {name: float(frame[name].sum()) for name in PARTS}
    if total:
        values = {name: put(f"{name}_part", amounts[name] / total, "percent") for name in PARTS}
        sentences.append(
            Said(
                mark(
                    "Of the unevenness that remained, {whole} comes from writs being whole and pools unlike, {bound} "
                    "from bound writs (¶11, ¶13, ¶14), {bundles} from writs that must stay together (¶13, ¶14); choice "
                    "could have removed {choice} at most."
                ),
                values,
            )
        )
        sums = {name: put(name, amounts[name], "exact") for name in PARTS}
        sentences.append(
            Said(
                mark(
                    "In squared writs, summed over the batches: {total} in all, of which {whole}, {bound}, {bundles} "
                    "and {choice}."
                ),
                {"total": put("objective", total, "exact"), **sums},
            )
        )
    notes = [
        Said(
            mark(
                "Excess is what an enforcer received less the share he was due from the pools he stood in. Squared and "
                "added up over enforcers and categories it measures unevenness: the smaller, the more even."
            )
        )
    ]
    return Section("proof", Said(mark("How even it is, and whether it could be more even")), sentences, notes=notes)


def _charted(chart, tables: Tables, found: Findings) -> Section:
    """A chart with its sentences and the grids that stand behind it."""
    present = [code for code in CATEGORIES if code in set(tables["enforcers"]["category"])]
    behind: dict[str, list[Grid]] = {
        excess.NAME: [grids.enforcers(tables, code) for code in present],
        received.NAME: [grids.enforcers(tables, "all")],
        course.NAME: [grids.uniformity(tables), thinned.course(tables)],
        flows.NAME: [grids.flows(tables)],
        lorenz.NAME: [thinned.lorenz(tables, code) for code in present if code in set(tables["lorenz"]["category"])],
        deadlines.NAME: [grids.deadlines(tables)],
    }
    return Section(
        chart.NAME,
        Said(chart.TITLE),
        chart.sentences(tables, found),
        chart=chart.NAME,
        key=Said(chart.KEY),
        grids=behind[chart.NAME],
    )


def _measures(tables: Tables, found: Findings) -> Section:
    frame = tables["measures"]
    whole = frame.filter((pl.col("category") == "all") & (pl.col("kind") == "all"))
    sentences = []
    for row in whole.iter_rows(named=True):
        put = found.about("measures", row["id"])
        sentences.append(
            Said(
                mark(
                    "{id}: a lottery among the same pools would be as far from the shares or farther in {p} of cases "
                    "(chi-square {chi} with {degrees} degrees of freedom): near all means more even than chance."
                ),
                {
                    "id": row["id"],
                    "p": put("p_value", row["p_value"], "percent"),
                    "chi": put("chi_square", row["chi_square"], "writs"),
                    "degrees": put("degrees", row["degrees"]),
                },
            )
        )
    notes = [
        Said(
            mark(
                "Gini and Theil are 0 and Jain is 1 when all received the same number, whatever they were due; whoever "
                "joined late or was away has received less and rightly so. What the Rules make even is the excess. The "
                "p-value treats writs as drawn one by one, which over several pools is an approximation."
            )
        )
    ]
    return Section(
        "measures",
        Said(mark("Measures")),
        sentences,
        grids=[*grids.measures(tables), grids.pools(tables)],
        notes=notes,
    )


def _money(tables: Tables, found: Findings) -> Section:
    frame = tables["money"]
    put = found.about("money", "all")
    sentences = []
    if frame.height:
        sentences.append(
            Said(
                mark(
                    "{writs} writs have an amount, {amount} tenge together; the value that one enforcer received lies "
                    "between {least} and {most} tenge."
                ),
                {
                    "writs": put("writs_with_amount", int(frame["writs_with_amount"].sum())),
                    "amount": put("amount", float(frame["amount"].sort().sum()), "tenge"),
                    "least": put("least", frame["amount"].min(), "tenge"),
                    "most": put("most", frame["amount"].max(), "tenge"),
                },
            )
        )
    return Section(
        "money",
        Said(mark("Value received, for information")),
        sentences,
        grids=[grids.money(tables)] if frame.height else [],
        notes=[Said(mark("No rule balances money: categories are evened by number of writs (¶4). Fees follow it."))],
    )


def _left(tables: Tables) -> Section:
    """What was not assigned, and what was rejected."""
    shown = []
    if tables["not_assigned"].height:
        shown.append(grids.not_assigned(tables))
    if tables["rejections"].height:
        shown.append(grids.rejections(tables))
    sentences = [] if shown else [Said(mark("Every writ was assigned, and no row was rejected."))]
    return Section("left", Said(mark("Not assigned and rejected")), sentences, grids=shown)


def _acts(tables: Tables, found: Findings) -> Section:
    """Acts by hand, which a book records."""
    frame = tables["acts"]
    put = found.about("acts", "all")
    said = Said(
        mark("{acts} acts by hand stand in the book’s events, done by {people} people."),
        {"acts": put("acts", frame.height), "people": put("people", frame["who"].n_unique())},
    )
    return Section("acts", Said(mark("Acts by hand")), [said], grids=[grids.acts(tables)])
