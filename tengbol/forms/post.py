"""The list of registered letters: paper writs of enforcers whose office is outside the centres (¶8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.forms import cells
from tengbol.forms.document import Form, Lines, Paper, Table
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from tengbol.forms.day import Day

_UNSAID = Said(
    mark(
        "Nobody has told which districts are cities of republican significance or regional centres, so all paper writs "
        "are listed; those whose enforcer has his office there are collected by hand."
    )
)
_MARKED = Said(
    mark("A writ sent by registered letter is received when the letter bears the mark of its receipt (paragraph 8).")
)


def post(day: Day) -> Form:
    """A letter for each enforcer, with the numbers of its writs."""
    paper = day.given.filter(pl.col("form") == "paper")
    groups = paper.partition_by("enforcer_id", maintain_order=True, as_dict=True)
    people = [day.of_enforcer(str(enforcer_id)) for (enforcer_id,) in groups]
    outside = sorted((row for row in people if not row["centre"]), key=cells.in_order)
    listed = paper.filter(pl.col("enforcer_id").is_in([row["enforcer_id"] for row in outside]))
    rows = []
    for place, enforcer in enumerate(outside, 1):
        writs = groups[(enforcer["enforcer_id"],)]
        rows.append(
            [
                cells.number(place),
                Lines([enforcer["name"], enforcer["enforcer_id"], enforcer["district"]]),
                None,
                Lines([cells.document(writ) for writ in writs.iter_rows(named=True)]),
                cells.number(writs.height),
                *(None, None, None),
            ]
        )
    table = Table(
        [
            *(
                cells.NO,
                Said(mark("Addressee")),
                Said(mark("Address of the office")),
                Said(mark("Writs in the letter")),
            ),
            *(Said(mark("Number of writs")), Said(mark("Number of the letter")), Said(mark("Sent on"))),
            Said(mark("Received on")),
        ],
        rows,
        numeric=frozenset({0, 4}),
    )
    unsaid = day.enforcers["centre"].null_count() > 0
    return Form(
        "post",
        [
            Paper(
                key="post",
                title=Said(mark("List of registered letters with writs")),
                facts=[*cells.heading(day), (Said(mark("Letters")), cells.number(len(rows))), *cells.ended(listed)],
                sentences=[] if rows else [Said(mark("No writ goes by registered letter."))],
                tables=[table] if rows else [],
                notes=[*([_UNSAID] if unsaid and rows else []), _MARKED],
                signatures=[(Said(mark("Posted by")), ""), (Said(mark("Taken by the post office")), "")],
            )
        ],
        landscape=True,
    )
