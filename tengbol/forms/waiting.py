"""What was not distributed, and why: writs that wait, and rows that could not be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tengbol.forms import cells
from tengbol.forms.document import Explained, Form, Lines, Paper, Table
from tengbol.report.explained import unassigned
from tengbol.report.rejected import reworded
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from tengbol.forms.day import Day


def waiting(day: Day) -> Form:
    """Writs with the day by which they are to be distributed (¶7), then rows with the column that is to be mended."""
    writs = Table(
        [
            *(cells.NO, cells.CAME_IN, cells.DOCUMENT, cells.ISSUER, cells.CREDITOR, cells.DEBTOR),
            *(Said(mark("Distribute by")), Said(mark("Why it waits"))),
        ],
        [
            [
                cells.number(place),
                Lines([writ["received_at"], Said(cells.FORMS[writ["form"]])]),
                Lines([cells.document(writ), writ["writ_id"]]),
                writ["issued_by"],
                cells.person(writ, "creditor"),
                cells.person(writ, "debtor"),
                writ["distribute_by"],
                Explained(writ["explanation"], unassigned),
            ]
            for place, writ in enumerate(day.waiting.iter_rows(named=True), 1)
        ],
        caption=Said(mark("Writs that wait")),
    )
    rows = Table(
        [Said(mark("Row of the input")), Said(mark("Column")), Said(mark("What is wrong"))],
        [
            [cells.number(row["row"]), row["column"], Explained(row["message"], reworded)]
            for row in day.refused.iter_rows(named=True)
        ],
        caption=Said(mark("Rows of writs that could not be used; their terms run all the same")),
        numeric=frozenset({0}),
    )
    tables = [table for table in (writs, rows) if table.rows]
    return Form(
        "waiting",
        [
            Paper(
                key="waiting",
                title=Said(mark("Writs that wait, and why")),
                facts=[
                    *cells.heading(day),
                    (Said(mark("Writs that wait")), cells.number(day.waiting.height)),
                    (Said(mark("Rows that could not be used")), cells.number(day.refused["row"].n_unique())),
                ],
                sentences=[] if tables else [Said(mark("Every writ was distributed."))],
                tables=tables,
                signatures=[(Said(mark("Drawn up by")), "")],
            )
        ],
        landscape=True,
    )
