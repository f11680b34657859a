"""The notice by which the enforcer who has received a writ tells its creditor, within three working days (¶15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tengbol.forms import cells
from tengbol.forms.document import Form, Lines, Paper, Table
from tengbol.model.alphabet import in_alphabet
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    import polars as pl

    from tengbol.forms.day import Day


def notices(day: Day) -> Form:
    """A paper for each creditor and each enforcer who is given writs of his, in the order of the enforcers."""
    groups = day.given.partition_by("enforcer_id", "creditor_id", maintain_order=True, as_dict=True)
    people = {name: day.of_enforcer(name) for name in day.given["enforcer_id"].unique()}
    order = sorted(groups, key=lambda pair: (in_alphabet(people[pair[0]]["name"]), *map(str, pair)))
    return Form(
        "notices",
        [_notice(day, number, people[pair[0]], groups[pair]) for number, pair in enumerate(order, 1)],
    )


def _notice(day: Day, number: int, enforcer: dict[str, Any], given: pl.DataFrame) -> Paper:
    writs = given.rows(named=True)
    by = {writ["notify_creditor_by"] for writ in writs}
    known = by.pop() if len(by) == 1 else None
    return Paper(
        key=f"{number}",
        title=Said(mark("Notice to the creditor No. {number}"), {"number": number}),
        facts=[
            (cells.CHAMBER, day.chamber_id),
            (cells.DISTRIBUTION, day.batch_id),
            (cells.CREDITOR, cells.person(writs[0], "creditor")),
            (Said(mark("Address")), None),
            (cells.ENFORCER, Lines([enforcer["name"], enforcer["enforcer_id"]])),
            (cells.DISTRICT, enforcer["district"]),
            (Said(mark("Address of the office, telephone")), None),
            (Said(mark("Writ received on")), None),
            *cells.ended(given),
        ],
        sentences=[
            Said(
                mark(
                    "I have received the writs named below, which the regional chamber distributed (day: {day}) "
                    "through the information system."
                ),
                {"day": day.as_of.date()},
            ),
            Said(mark("To be told by {day} (paragraph 15 of the Rules)."), {"day": known})
            if known
            else Said(mark("To be told within three working days of receipt (paragraph 15 of the Rules).")),
        ],
        tables=[
            cells.without_empty_last(
                Table(
                    [
                        *(cells.NO, cells.DOCUMENT, cells.ISSUER, cells.CLAIM, cells.DEBTOR),
                        *(Said(mark("Basis")), Said(mark("Public id"))),
                    ],
                    [
                        [
                            cells.number(place),
                            cells.document(writ),
                            writ["issued_by"],
                            cells.claim(writ),
                            cells.person(writ, "debtor"),
                            cells.basis(writ),
                            cells.public_id(writ),
                        ]
                        for place, writ in enumerate(writs, 1)
                    ],
                )
            )
        ],
        notes=[Said(mark("By its public id, also in the QR code, the writ is found in the published report."))]
        if writs[0]["public_id"]
        else [],
        signatures=[(cells.ENFORCER, enforcer["name"])],
    )
