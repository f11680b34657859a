"""Each enforcer's list of what he is given, which is the act of its handover (¶7, ¶8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.forms import cells
from tengbol.forms.document import Form, Lines, Paper, Table
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from tengbol.forms.day import Day

_PAPER: Final = Said(mark("On paper, handed over with what is annexed"))
_ELECTRONIC: Final = Said(mark("Electronic, given through the information system"))
_BY_HAND: Final = Said(mark("The enforcer collects paper writs by hand within three working days (paragraph 8)."))
_BY_POST: Final = Said(
    mark(
        "The enforcer’s office lies outside cities of republican significance and regional centres: paper writs go by "
        "registered letter (paragraph 8)."
    )
)
_UNSAID: Final = Said(
    mark(
        "Paper writs: an enforcer whose office is in a city of republican significance or a regional centre collects "
        "them by hand within three working days; to any other they go by registered letter (paragraph 8)."
    )
)
_TELL: Final = Said(
    mark("Whoever has received a writ tells its creditor within three working days of receipt (paragraph 15).")
)


def handover(day: Day) -> Form:
    """One paper for each enforcer who is given anything; every writ stands in exactly one."""
    groups = day.given.partition_by("enforcer_id", maintain_order=True, as_dict=True)
    known = [day.of_enforcer(str(enforcer_id)) for (enforcer_id,) in groups]
    people = sorted(known, key=cells.in_order)
    return Form(
        "handover",
        [_act(day, number, enforcer, groups[(enforcer["enforcer_id"],)]) for number, enforcer in enumerate(people, 1)],
    )


def _act(day: Day, number: int, enforcer: dict[str, Any], writs: pl.DataFrame) -> Paper:
    by_form = {form: writs.filter(pl.col("form") == form).rows(named=True) for form in cells.FORMS}
    tables = [
        _table(caption, by_form[form], form)
        for form, caption in (("paper", _PAPER), ("electronic", _ELECTRONIC))
        if by_form[form]
    ]
    notes = [_TELL]
    if by_form["paper"]:
        notes.insert(0, {True: _BY_HAND, False: _BY_POST, None: _UNSAID}[enforcer["centre"]])
    return Paper(
        key=enforcer["enforcer_id"],
        title=Said(mark("Act of handover of writs No. {number}"), {"number": number}),
        facts=[
            *cells.heading(day),
            (cells.ENFORCER, Lines([enforcer["name"], enforcer["enforcer_id"]])),
            (cells.DISTRICT, enforcer["district"]),
            (Said(mark("Writs in all")), cells.number(writs.height)),
            *cells.ended(writs),
            (Said(mark("Day of handover")), None),
        ],
        tables=tables,
        notes=notes,
        signatures=[
            (Said(mark("Handed over for the regional chamber")), ""),
            (Said(mark("Received by the private court enforcer")), enforcer["name"]),
        ],
    )


def _table(caption: Said, writs: list[dict[str, Any]], form: str) -> Table:
    last = Said(mark("Annexes, sheets")) if form == "paper" else Said(mark("Tell the creditor by"))
    table = Table(
        [
            *(cells.NO, cells.DOCUMENT, cells.ISSUER, cells.CLAIM, cells.DEBTOR, cells.CREDITOR),
            *(Said(mark("Basis")), last, Said(mark("Public id"))),
        ],
        [
            [
                cells.number(place),
                cells.entry(writ),
                writ["issued_by"],
                cells.claim(writ),
                cells.person(writ, "debtor"),
                cells.person(writ, "creditor"),
                cells.basis(writ),
                None if form == "paper" else writ["notify_creditor_by"],
                cells.public_id(writ),
            ]
            for place, writ in enumerate(writs, 1)
        ],
        caption=caption,
    )
    return cells.without_empty_last(table)
