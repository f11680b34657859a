"""Cells that several forms share: a document, a person, a claim, a paragraph of the Rules."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from tengbol.forms.document import Code, Lines, Table, short
from tengbol.model.alphabet import in_alphabet
from tengbol.report.wording import BASES
from tengbol.report.words import Figure, Said, mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from tengbol.forms.day import Day
    from tengbol.forms.document import Cell
    from tengbol.report.words import Words

NO: Final = Said(mark("No."))
DOCUMENT: Final = Said(mark("Number and date of the writ"))
ISSUER: Final = Said(mark("Issued by"))
CLAIM: Final = Said(mark("Essence of the claim"))
DEBTOR: Final = Said(mark("Debtor"))
CREDITOR: Final = Said(mark("Creditor"))
CAME_IN: Final = Said(mark("Came in"))
ENFORCER: Final = Said(mark("Private court enforcer"))
CHAMBER: Final = Said(mark("Regional chamber"))
DISTRIBUTION: Final = Said(mark("Distribution"))
DAY: Final = Said(mark("Day of distribution"))
DISTRICT: Final = Said(mark("District, city"))

#: What became of a writ since its batch, by its state.
_ENDED: Final = {
    "withdrawn": mark("Withdrawn on {day}"),
    "annulled": mark("Annulled on {day}"),
    "closed": mark("Closed on {day}"),
}
_WAITS: Final = mark("Taken back; waits to be distributed since {day}")
_GIVEN: Final = mark("Distributed since then to {who} ({batch})")

FORMS: Final = {"paper": mark("paper"), "electronic": mark("electronic")}


def document(writ: Mapping[str, Any]) -> Cell:
    """Number and date of a writ, and that it is no longer whose the batch made it."""
    told = Said(mark("No. {number} of {day}"), {"number": writ["number"], "day": short(writ["issued_on"])})
    return told if writ["became"] is None else Lines([told, became(writ)])


def became(writ: Mapping[str, Any]) -> Said:
    """What became of a writ that is no longer as its batch left it."""
    state, whose = writ["became"], writ["became_whose"]
    if state not in _ENDED and whose is not None:
        return Said(_GIVEN, {"who": whose, "batch": writ["became_by"]})
    return Said(_ENDED.get(state, _WAITS), {"day": short(writ["became_on"])})


def ended(writs: pl.DataFrame) -> list[tuple[Said, Cell]]:
    """The fact of how many of some writs are no longer as their batch left them, where any are."""
    count = writs["became"].count()
    return [(Said(mark("Writs ended, taken back or distributed anew since then")), number(count))] if count else []


def registered(writ: Mapping[str, Any]) -> Cell:
    """The number under which the chamber has registered a writ, named as such."""
    return None if writ["writ_id"] is None else Said(mark("Reg. No. {number}"), {"number": writ["writ_id"]})


def entry(writ: Mapping[str, Any]) -> Lines:
    """Number and date, the chamber's own number, and whether the judgment is to be executed at once (¶7)."""
    at_once = Said(mark("To be executed immediately")) if writ["immediate"] else None
    return Lines([document(writ), registered(writ), at_once])


def public_id(writ: Mapping[str, Any]) -> Cell:
    """By which a writ is found in what the chamber publishes; none without the chamber's key."""
    return writ["public_id"] and Code(writ["public_id"])


def without_empty_last(table: Table) -> Table:
    """A table without its last column where no row has anything in it: the public id, without a key."""
    if any(row[-1] is not None for row in table.rows):
        return table
    return replace(table, head=table.head[:-1], rows=[row[:-1] for row in table.rows])


def in_text(text: str, words: Words) -> str:
    """A text with paragraphs and sums as papers write them: `¶5` is «п. 5», `5720000.00` is «5 720 000»."""
    text = _SUM.sub(lambda found: words.money(Decimal(found[0])), text)
    return re.sub(r"¶(\d+)", lambda found: words.plain(paragraph(found[1])), text)


#: A sum in a sentence of a result.
_SUM: Final = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?= (?:tenge|тенге|теңге))")


def came_in(writ: Mapping[str, Any]) -> Cell:
    """When a writ came in; the day alone where nobody wrote the time, which is then midnight."""
    moment: dt.datetime = writ["received_at"]
    return moment.date() if moment.time() == dt.time() else moment


def in_order(person: Mapping[str, Any]) -> tuple[str, str]:
    """By which enforcers are listed: the alphabet's order of their names, then their ids."""
    return in_alphabet(person["name"]), person["enforcer_id"]


def claim(writ: Mapping[str, Any]) -> Cell:
    """What is claimed, with the sum where there is one."""
    if writ["amount"] is None:
        return writ["subject"]
    return Lines([writ["subject"], Said(mark("{amount} tenge"), {"amount": sum_of(writ["amount"])})])


def sum_of(amount: Any) -> Figure:
    """A sum of money."""
    return Figure("writs", 0, "amount", amount, "money")


def number(value: int) -> Figure:
    """A whole number."""
    return Figure("forms", 0, "count", value)


def person(writ: Mapping[str, Any], who: str) -> Cell:
    """Name, where the chamber keeps it, and id of the `debtor` or the `creditor`."""
    return Lines([writ[f"{who}_name"], writ[f"{who}_id"]])


def basis(writ: Mapping[str, Any]) -> Said:
    """The paragraph of the Rules by which a writ went where it did."""
    return paragraph(BASES[writ["basis"]][1].removeprefix("¶"))


def paragraph(value: str) -> Said:
    """A paragraph of the Rules."""
    return Said(mark("paragraph {number}"), {"number": value})


def heading(day: Day) -> list[tuple[Said, Cell]]:
    """What every form of a day begins with."""
    return [(CHAMBER, day.chamber_id), (DISTRIBUTION, day.batch_id), (DAY, day.as_of.date())]
