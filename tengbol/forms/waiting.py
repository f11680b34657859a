"""What was not distributed, and why: writs that wait, and rows that could not be used."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from tengbol.forms import cells
from tengbol.forms.document import Explained, Form, Lines, Paper, Table
from tengbol.io.check import line_place
from tengbol.report.explained import unassigned
from tengbol.report.rejected import reworded
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from tengbol.forms.day import Day
    from tengbol.forms.document import Cell
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
                cells.entry(writ),
                writ["issued_by"],
                cells.person(writ, "creditor"),
                cells.person(writ, "debtor"),
                _NEVER if writ["code"] in _NO_TERM else writ["distribute_by"],
                Explained(writ["explanation"], _why),
            ]
            for place, writ in enumerate(day.waiting.iter_rows(named=True), 1)
        ],
        caption=Said(mark("Writs that wait")),
    )
    rows = Table(
        [cells.DOCUMENT, Said(mark("Sheet and cell")), Said(mark("What is wrong, and what to write"))],
        [
            [
                Lines([_document(row), cells.registered(row)]),
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
                    *cells.ended(day.waiting),
                    (Said(mark("Rows that could not be used")), cells.number(day.refused["row"].n_unique())),
                ],
                sentences=[] if tables else [Said(mark("Every writ was distributed."))],
                tables=tables,
                signatures=[(Said(mark("Drawn up by")), "")],
            )
        ],
        landscape=True,
    )


#: Codes of writs that are not for private enforcers, or are with one already.
_NO_TERM: Final = ("state_interest", "state_over_1000_mci", "already_distributed")
_NEVER: Final = Said(mark("not distributed"))


def _document(row: dict[str, Any]) -> Cell:
    """Number and day of a refused row, what it has of them."""
    if row["number"] is None or row["issued_on"] is None:
        return Lines([row["number"], row["issued_on"]])
    return Said(mark("No. {number} of {day}"), {"number": row["number"], "day": row["issued_on"]})


def _why(sentence: str, words: Words) -> str:
    return cells.in_text(unassigned(sentence, words), words)


def _where(day: Day, row: dict[str, Any], _: str, words: Words) -> str:
    """The cell, as the clerk finds it in what he gave."""
    return line_place(day.place, "writs", row["row"], row["column"], words)


def _wrong(day: Day, message: str, words: Words) -> str:
    # Nobody who has the paper has the docs.
    return cells.in_text(re.sub(r" \(docs/\w+\.md\)", "", reworded(message, words, "writs", day.place)), words)
