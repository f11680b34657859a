"""What was not distributed, and why: writs that wait, and rows that could not be used."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from tengbol.forms import cells
from tengbol.forms.document import Explained, Form, Lines, Paper, Table
from tengbol.io.check import line_place
from tengbol.report.explained import unassigned
from tengbol.report.rejected import reworded
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from tengbol.forms.day import Day
    from tengbol.report.words import Words


def waiting(day: Day) -> Form:
    """Writs with the day by which they are to be distributed (¶7), then rows with the cell that is to be mended."""
    writs = Table(
        [
            *(cells.NO, cells.CAME_IN, cells.DOCUMENT, cells.ISSUER, cells.CREDITOR, cells.DEBTOR),
            *(Said(mark("Distribute by")), Said(mark("Why it waits"))),
        ],
        [
            [
                cells.number(place),
                Lines([cells.came_in(writ), Said(cells.FORMS[writ["form"]])]),
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
        [cells.DOCUMENT, Said(mark("Sheet and cell")), Said(mark("What is wrong, and what to write"))],
        [
            [
                Lines([row["number"], row["issued_on"], row["writ_id"]]),
                Explained(row["message"], partial(_where, day, row)),
                Explained(row["message"], partial(_wrong, day)),
            ]
            for row in day.refused.iter_rows(named=True)
        ],
        caption=Said(mark("Rows of writs that could not be used; their terms run all the same")),
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


def _where(day: Day, row: dict[str, Any], _: str, words: Words) -> str:
    """The cell, as the clerk finds it in what he gave."""
    return line_place(day.place, "writs", row["row"], row["column"], words)


def _wrong(day: Day, message: str, words: Words) -> str:
    # Nobody who has the paper has the docs.
    return re.sub(r" \(docs/\w+\.md\)", "", reworded(message, words, "writs", day.place))
