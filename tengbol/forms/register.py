"""The day's register and the protocol of the distribution (¶15): what went to whom, and how many to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.forms import cells
from tengbol.forms.document import Form, Lines, Paper, Table
from tengbol.model.codes import CATEGORIES
from tengbol.parameters import categories
from tengbol.report.wording import BASES, UNASSIGNED
from tengbol.report.wording import CATEGORIES as MEANINGS
from tengbol.report.words import Figure, Said, mark

if TYPE_CHECKING:
    from tengbol.forms.day import Day

_SIGNED: Final = [
    (Said(mark("Head of the regional chamber")), ""),
    (Said(mark("Drawn up by")), ""),
]
_WRITS: Final = Said(mark("Writs"))
_ALL: Final = Said(mark("In all"))


def register(day: Day) -> Form:
    """Every writ that was distributed, in the order in which they came."""
    table = Table(
        [
            *(cells.NO, cells.CAME_IN, cells.DOCUMENT, cells.ISSUER, cells.CLAIM, cells.DEBTOR),
            *(cells.CREDITOR, cells.DISTRICT, Said(mark("Category")), cells.ENFORCER, Said(mark("Basis"))),
        ],
        [_row(day, place, writ) for place, writ in enumerate(day.given.iter_rows(named=True), 1)],
    )
    paper = Paper(
        key="register",
        title=Said(mark("Register of distributed writs")),
        facts=[*cells.heading(day), (_ALL, cells.number(day.given.height)), *cells.ended(day.given)],
        tables=[table],
        signatures=_SIGNED,
    )
    return Form("register", [paper], landscape=True)


def _row(day: Day, place: int, writ: dict[str, Any]) -> list[Any]:
    return [
        cells.number(place),
        Lines([cells.came_in(writ), Said(cells.FORMS[writ["form"]])]),
        cells.entry(writ),
        writ["issued_by"],
        cells.claim(writ),
        cells.person(writ, "debtor"),
        cells.person(writ, "creditor"),
        writ["district"],
        Said(MEANINGS[writ["category"]]),
        Lines([day.of_enforcer(writ["enforcer_id"])["name"], writ["enforcer_id"]]),
        cells.basis(writ),
    ]


def protocol(day: Day) -> Form:
    """How many writs of each category went to each enforcer and by which paragraph, what waits, and how to check it."""
    facts = [
        *cells.heading(day),
        (Said(mark("Time of the distribution")), day.as_of),
        (Said(mark("Writs distributed")), cells.number(day.given.height)),
        *cells.ended(day.given),
        (Said(mark("Writs that wait")), cells.number(day.waiting.height)),
        (Said(mark("Seed of the lot")), day.facts["seed"]),
    ]
    proven = day.facts["status"] == "optimal"
    sentences = [
        Said(
            mark(
                "Writs are distributed evenly by category of case, through the information system, among the enforcers "
                "of the debtor’s district (paragraphs 4 and 9 of the Rules)."
            )
        ),
        Said(mark("Proven: no distribution that the Rules allow would be more even."))
        if proven
        else Said(mark("That no distribution which the Rules allow would be more even is not proven.")),
    ]
    tables = [_by_enforcer(day), _by_basis(day), *([_by_reason(day)] if day.waiting.height else [])]
    paper = Paper(
        key="protocol",
        title=Said(mark("Protocol of the distribution of writs")),
        facts=facts,
        sentences=sentences,
        tables=tables,
        notes=[Said(mark("Whoever has the input of this distribution can check its result with tengbol verify."))],
        signatures=_SIGNED,
    )
    return Form("protocol", [paper])


def _by_enforcer(day: Day) -> Table:
    """Whoever is registered in the chamber, also with nothing, and whoever got anything."""
    got, kinds = _counts(day.given, "enforcer_id"), _kinds(day)
    own = day.enforcers.filter(pl.col("chamber_id") == day.chamber_id)["enforcer_id"]
    people = [day.of_enforcer(name) for name in sorted({*own, *day.given["enforcer_id"]})]
    people.sort(key=cells.in_order)
    rows = [
        [
            cells.number(place),
            Lines([row["name"], row["enforcer_id"]]),
            row["district"],
            *_numbers(got, row["enforcer_id"], kinds),
        ]
        for place, row in enumerate(people, 1)
    ]
    everybody = _counts(day.given.with_columns(enforcer_id=pl.lit("")), "enforcer_id")
    return Table(
        [cells.NO, cells.ENFORCER, cells.DISTRICT, *(Said(MEANINGS[code]) for code in kinds), _ALL],
        [*rows, [None, _ALL, None, *_numbers(everybody, "", kinds)]],
        caption=Said(mark("Writs by enforcer and category")),
        numeric=frozenset({0, *range(3, 4 + len(kinds))}),
    )


def _by_basis(day: Day) -> Table:
    got, kinds = _counts(day.given, "basis"), _kinds(day)
    return Table(
        [
            Said(mark("Basis")),
            Said(mark("Paragraph of the Rules")),
            *(Said(MEANINGS[code]) for code in kinds),
            _ALL,
        ],
        [
            [Said(meaning), cells.paragraph(number.removeprefix("¶")), *_numbers(got, basis, kinds)]
            for basis, (meaning, number) in BASES.items()
        ],
        caption=Said(mark("Writs by basis and category")),
        numeric=frozenset(range(2, 3 + len(kinds))),
    )


def _by_reason(day: Day) -> Table:
    counts = dict(day.waiting.group_by("code").len().rows())
    return Table(
        [Said(mark("Reason")), _WRITS],
        [[Said(UNASSIGNED[code][0]), cells.number(counts[code])] for code in UNASSIGNED if code in counts],
        caption=Said(mark("Writs that wait, by reason")),
        numeric=frozenset({1}),
    )


def _counts(given: pl.DataFrame, by: str) -> dict[tuple[str, str], int]:
    """How many writs, by `by` and category."""
    keys = [pl.col(by).cast(pl.String), pl.col("category").cast(pl.String)]
    return {(one, code): count for one, code, count in given.group_by(keys).len().rows()}


def _kinds(day: Day) -> list[str]:
    """The categories of the day of the batch, and later ones that something was given of."""
    there = {*categories(day.as_of.date()), *day.given["category"].cast(pl.String)}
    return [code for code in CATEGORIES if code in there]


def _numbers(counts: dict[tuple[str, str], int], one: str, kinds: list[str]) -> list[Figure]:
    """A number for each category, and all of them together."""
    numbers = [counts.get((one, code), 0) for code in kinds]
    return [cells.number(value) for value in (*numbers, sum(numbers))]
