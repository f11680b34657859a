"""In a report on a distribution made elsewhere: what it breaks, and how even it is beside the least possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.report.document import Grid, Section, figures
from tengbol.report.wording import UNASSIGNED
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from tengbol.report.findings import Findings

#: Objectives are kept in squared thousandths and shown in squared writs.
_SQUARED: Final = 1e6
#: Code of a breach → what it says, where no code of a writ that is not to be distributed says it already.
BREACHES: Final = {
    "unknown_writ": mark("Given out, but not in the input, or rejected there"),
    "assigned_twice": mark("Given out more than once"),
    "unknown_enforcer": mark("Given to somebody who is no enforcer of the input"),
    "not_available": mark("Given to somebody who was not available that day"),
    "other_district": mark("Given to somebody neither registered in nor attached to the district"),
    "attached_before_registered": mark("Given to somebody attached, where an enforcer registered there was available"),
    "recused": mark("Given to somebody recused from it"),
    "not_the_holder": mark("Not given to the enforcer to whom it was bound"),
    "parted": mark("Parted from writs that must go to one enforcer"),
    "late": mark("Given out after its term"),
    "left_waiting": mark("Not given out, though its term has passed"),
}


@dataclass(frozen=True)
class Judgement:
    """What a distribution made elsewhere came to.

    breaches: `as_of`, `writ_id`, `enforcer_id`, `code`, `paragraph`, `detail`, in order. days: by batch `as_of`,
    `writs`, `breaches` (writs that have any), `objective`, `least`, `lower_bound`, `objective_total`, `least_total`,
    in squared thousandths of a writ; `least`: the least that was found from the same balances, `lower_bound`: what none
    can be below. span: first objectives of the closing balances, of what was judged, and of the same days distributed
    by tengbol.
    """

    breaches: pl.DataFrame
    days: pl.DataFrame
    span: tuple[int, int]

    def tables(self) -> dict[str, pl.DataFrame]:
        """The tables of a report that tell it."""
        squared = [name for name in self.days.columns if name not in ("as_of", "writs", "breaches")]
        by_code = self.breaches.group_by("code", "paragraph", maintain_order=True).agg(
            writs=pl.col("writ_id").n_unique().cast(pl.Int64)
        )
        order = pl.Enum([*UNASSIGNED, *BREACHES])
        return {
            "breaches": self.breaches,
            "breaches_by_code": by_code.sort(pl.col("code").cast(order), "paragraph"),
            "judged_days": self.days.with_columns(pl.col(squared).cast(pl.Float64) / _SQUARED),
        }

    def section(self, tables: dict[str, pl.DataFrame], found: Findings) -> Section:
        """Tell it; the figures of its sentences go to `found`."""
        days, put = tables["judged_days"], found.about("judged", "all")
        broken = self.breaches["writ_id"].n_unique()
        values = {"broken": put("broken", broken), "writs": put("writs", int(days["writs"].sum()))}
        judged = (
            mark("{broken} writs break a paragraph of the Rules; {writs} were given out. Each is in “breaches”.")
            if broken
            else mark("None of the {writs} writs that were given out breaks a paragraph of the Rules.")
        )
        sums = {name: put(name, float(days[name].sum()), "exact") for name in ("objective", "least", "lower_bound")}
        ends = zip(("theirs", "least_at_end"), self.span, strict=True)
        return Section(
            "judged",
            Said(mark("What was handed in, against the Rules")),
            [
                Said(judged, values),
                Said(
                    mark(
                        "Unevenness, added up over the batches: {objective} squared writs. From the same balances "
                        "{least} was possible, and nothing below {lower_bound}."
                    ),
                    sums,
                ),
                Said(
                    mark(
                        "After the last batch it stands at {theirs} squared writs; had each of these batches been as "
                        "even as the Rules allow, it would stand at {least_at_end}."
                    ),
                    {name: put(name, value / _SQUARED, "exact") for name, value in ends},
                ),
            ],
            grids=[*([_by_code(tables)] if broken else []), _days(tables), *([_each(tables)] if broken else [])],
        )


def _meaning(code: str) -> Said:
    return Said(BREACHES[code] if code in BREACHES else UNASSIGNED[code][0])


def _by_code(tables: dict[str, pl.DataFrame]) -> Grid:
    frame = tables["breaches_by_code"]
    cells = figures("breaches_by_code", frame, [("writs", "count")])
    rows = zip(frame.select("code", "paragraph").rows(), cells, strict=True)
    return Grid(
        Said(mark("Breaches, by paragraph")),
        [Said(mark("Reason")), Said(mark("Paragraph")), Said(mark("Writs"))],
        [[_meaning(code), paragraph, *cell] for (code, paragraph), cell in rows],
    )


def _days(tables: dict[str, pl.DataFrame]) -> Grid:
    frame = tables["judged_days"]
    columns = [
        ("writs", "count", mark("Writs")),
        ("breaches", "count", mark("Writs with a breach")),
        ("objective", "exact", mark("Unevenness")),
        ("least", "exact", mark("Least found")),
        ("lower_bound", "exact", mark("None below")),
    ]
    cells = figures("judged_days", frame, [(name, form) for name, form, _ in columns])
    return Grid(
        Said(mark("Batches beside the least unevenness that the Rules allow, squared writs")),
        [Said(mark("When")), *(Said(title) for *_, title in columns)],
        [[day, *cell] for day, cell in zip(frame["as_of"].to_list(), cells, strict=True)],
    )


def _each(tables: dict[str, pl.DataFrame]) -> Grid:
    return Grid(
        Said(mark("Every breach")),
        [Said(mark("When")), Said(mark("Writ")), Said(mark("Enforcer")), Said(mark("Reason")), Said(mark("Paragraph"))],
        [
            [row["as_of"], row["writ_id"], row["enforcer_id"] or "–", _meaning(row["code"]), row["paragraph"]]
            for row in tables["breaches"].iter_rows(named=True)
        ],
        headers=2,
        folded=True,
    )
