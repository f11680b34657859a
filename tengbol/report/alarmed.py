"""The alarms in a report: their tables, and the section that tells which fired and which could not be judged.

The page names enforcers and whoever acted by hand, and no writ; the table `alarm_cases` has the writs to look at first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.report.alarms import ALARMS, RATE, question, title
from tengbol.report.alarms.alarm import Known, unjudged
from tengbol.report.document import Grid, Section, figures
from tengbol.report.words import Figure, Said, mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from tengbol.report.alarms.looks import Look
    from tengbol.report.findings import Findings
    from tengbol.report.record import Record
    from tengbol.report.words import Words

STATES: Final = {
    "fired": mark("fired"),
    "quiet": mark("quiet"),
    "cannot_tell": mark("cannot tell here"),
    "nothing": mark("nothing to look at"),
    "not_judged": mark("not judged"),
}
_ALARMS: Final = pl.Schema(
    {
        "chamber_id": pl.String(),
        "first": pl.Date(),
        "last": pl.Date(),
        "alarm": pl.String(),
        "state": pl.String(),
        "p_value": pl.Float64(),
        "least_p": pl.Float64(),
        "looks": pl.Int64(),
        "rate": pl.Float64(),
        "enforcer_id": pl.String(),
        "district_id": pl.String(),
        "who": pl.String(),
        "day": pl.Date(),
        "missing": pl.String(),
        "asked": pl.String(),
        "reason": pl.String(),
    }
)
#: What any alarm's cases may have beside their place: the alarms differ in what there is to look at.
_CASES: Final = pl.Schema(
    {
        "chamber_id": pl.String(),
        "first": pl.Date(),
        "last": pl.Date(),
        "alarm": pl.String(),
        "place": pl.Int64(),
        "day": pl.Date(),
        "batch_id": pl.String(),
        "writ_id": pl.String(),
        "writ_ids": pl.String(),
        "district_id": pl.String(),
        "enforcer_id": pl.String(),
        "basis": pl.String(),
        "pool_size": pl.Int64(),
        "amount": pl.Float64(),
        "away": pl.Int64(),
        "enforcers": pl.Int64(),
        "filings": pl.Int64(),
        "differ_in": pl.String(),
        "claim": pl.String(),
        "received_first": pl.Date(),
        "received_last": pl.Date(),
        "bound": pl.Int64(),
        "expected": pl.Float64(),
        "who": pl.String(),
        "subject": pl.String(),
        "acts": pl.Int64(),
        "kinds": pl.String(),
        "documents": pl.Int64(),
        "surprise": pl.Float64(),
    }
)


@dataclass(frozen=True)
class Alarmed:
    """What alarms saw, with names for ids: one row of `said` for each row of the table `alarms`."""

    looks: list[Look]
    said: list[Said]
    enforcers: dict[str, str]
    districts: dict[str, str]

    @classmethod
    def of(cls, record: Record, looks: list[Look]) -> Alarmed:
        """Look up the names of all whom the alarms' sentences name."""
        enforcers = dict(record.enforcers.select("enforcer_id", "name").iter_rows())
        districts = dict(record.districts.select("district_id", "name").iter_rows())
        names = {"enforcers": enforcers, "districts": districts}

        def named(value: object) -> object:
            return names[value.table].get(value.key) or value.key if isinstance(value, Known) else value

        said = [
            replace(alarm.said, values={name: named(value) for name, value in alarm.said.values.items()})
            for look in looks
            for alarm in look.alarms
        ]
        return cls(looks, said, enforcers, districts)

    def whom_and_where(self, row: dict) -> tuple[str, str]:
        """Whose acts or writs, and which district, a row of `alarms` is about; a dash where it is about none."""
        whom = row["who"] or self.enforcers.get(row["enforcer_id"]) or row["enforcer_id"]
        return whom or "–", self.districts.get(row["district_id"]) or row["district_id"] or "–"

    def tables(self, words: Words) -> dict[str, pl.DataFrame]:
        """`alarms`: one row for each alarm of each look, its sentences in a language; `alarm_cases` of those fired."""
        rows, cases = [], [pl.DataFrame(schema=_CASES)]
        told = iter(self.said)
        for look in self.looks:
            span = {"chamber_id": look.chamber_id, "first": look.first, "last": look.last}
            for alarm in look.alarms:
                first = alarm.cases.row(0, named=True) if alarm.fired and alarm.cases.height else {}
                rows.append(
                    {
                        **span,
                        "alarm": alarm.name,
                        "state": alarm.state,
                        "p_value": alarm.p,
                        "least_p": alarm.least,
                        "looks": alarm.looks,
                        "rate": alarm.rate,
                        "enforcer_id": first.get("enforcer_id") or _in(first.get("subject"), self.enforcers),
                        "district_id": first.get("district_id"),
                        "who": first.get("who"),
                        "day": first.get("day"),
                        "missing": " ".join(alarm.missing) or None,
                        "asked": words(alarm.asked),
                        "reason": words.plain(next(told)),
                    }
                )
                if alarm.fired:
                    cases.append(_shaped(alarm.cases, span, alarm.name))
        return {"alarms": pl.DataFrame(rows, schema=_ALARMS), "alarm_cases": pl.concat(cases)}


def _in(key: str | None, names: dict[str, str]) -> str | None:
    return key if key in names else None


def _shaped(cases: pl.DataFrame, span: dict[str, object], name: str) -> pl.DataFrame:
    every = {**span, "alarm": name}
    return cases.with_row_index("place", offset=1).select(
        (
            pl.lit(every[column])
            if column in every
            else pl.col(column)
            if column in cases.columns or column == "place"
            else pl.lit(None)
        )
        .cast(kind)
        .alias(column)
        for column, kind in _CASES.items()
    )


def section(alarmed: Alarmed, tables: dict[str, pl.DataFrame], found: Findings) -> Section:
    """Tell the alarms of a report; the figures of its sentences go to `found`."""
    frame = tables["alarms"]
    counts = dict(frame["state"].value_counts().iter_rows())
    fired, judged = counts.get("fired", 0), counts.get("fired", 0) + counts.get("quiet", 0)
    put = found.about("alarms", "all")
    values = {"judged": put("judged", judged)}
    if fired:
        values |= {"fired": put("fired", fired), "expected": put("expected", judged * RATE, "exact")}
        sentence = mark(
            "Alarms that fired: {fired}, of {judged} that were judged; were nothing wrong at all, {expected} of them "
            "would fire on average at most."
        )
    elif judged:
        sentence = mark("No alarm fired, of {judged} that were judged.")
    else:
        sentence = mark("Alarms that had something to look at: {judged}.")
    rate = found.about("alarms", "rate")("rate", RATE, "percent")
    notes = [
        Said(
            mark(
                "An alarm accuses nobody. It fires where chance alone does as much in at most {rate} of the months in "
                "which nothing is wrong, and shows where to look first; the table “alarm_cases” has the cases."
            ),
            {"rate": rate},
        ),
        Said(
            mark(
                "“By chance”: in how many cases chance does as much; “least by chance”: in how many it does the most "
                "that there could be; “looks”: at how many places the one figure looks; “stated rate”: how often the "
                "alarm fires in fair months at most."
            )
        ),
        Said(
            mark(
                "A period longer than a month is looked at month by month, and each chamber by itself. How often "
                "alarms fire in fair months, and in months with a planted abuse, was measured."
            )
        ),
    ]
    return Section(
        "alarms",
        Said(mark("Alarms")),
        [Said(sentence, values), *_untold(counts.get("cannot_tell", 0), found), *_unjudged_sentences(frame)],
        grids=[*([_fired(frame, alarmed, found)] if fired else []), _every(frame)],
        notes=notes,
    )


def _untold(number: int, found: Findings) -> list[Said]:
    """What is told of alarms that no month of so small a chamber could make fire."""
    if not number:
        return []
    sentence = mark(
        "Alarms that cannot tell here: {number}. In so small a chamber, or of so little, chance alone does the utmost "
        "that could be seen more often than the stated rate: their silence says nothing."
    )
    return [Said(sentence, {"number": found.about("alarms", "all")("cannot_tell", number)})]


def _unjudged_sentences(frame: pl.DataFrame) -> list[Said]:
    """One sentence for each alarm that lacked a table, whatever the number of months."""
    lacking = frame.filter(state="not_judged").unique(["alarm", "missing"], maintain_order=True)
    said = []
    for alarm, missing in lacking.select("alarm", "missing").iter_rows():
        name = Said(title(alarm))
        said.append(Said(mark("{alarm}: {reason}"), {"alarm": name, "reason": unjudged(missing.split(" "))}))
    return said


def _placed(said: Said, put: Callable[..., Figure]) -> dict[str, object]:
    return {
        name: put(name, value.value, value.form) if isinstance(value, Figure) else value
        for name, value in said.values.items()
    }


def _leading(frame: pl.DataFrame) -> tuple[list[str], list[Said]]:
    """Columns that tell months and chambers apart, where there are several."""
    columns = [("first", mark("From")), ("chamber_id", mark("Chamber"))]
    kept = [(name, head) for name, head in columns if frame[name].n_unique() > 1]
    return [name for name, _ in kept], [Said(head) for _, head in kept]


_RATES: Final = [("looks", "count"), ("p_value", "index"), ("least_p", "index"), ("rate", "percent")]
_RATE_HEADS: Final = [
    Said(mark("Looks")), Said(mark("By chance")), Said(mark("Least by chance")), Said(mark("Stated rate"))
]  # fmt: skip


def _fired(frame: pl.DataFrame, alarmed: Alarmed, found: Findings) -> Grid:
    leading, heads = _leading(frame)
    rows = [(place, row) for place, row in enumerate(frame.iter_rows(named=True)) if row["state"] == "fired"]
    cells = figures("alarms", frame, _RATES, [place for place, _ in rows])
    heads += [Said(mark("Alarm")), Said(mark("Whom")), Said(mark("Where")), Said(mark("What was seen"))]
    shown = []
    for (place, row), cell in zip(rows, cells, strict=True):
        put = found.about("alarms", f"{row['chamber_id'] or ''} {row['first']} {row['alarm']}".strip())
        said = alarmed.said[place]
        told = replace(said, values=_placed(said, put))
        shown.append(
            [*(row[name] for name in leading), Said(title(row["alarm"])), *alarmed.whom_and_where(row), told, *cell]
        )
    return Grid(Said(mark("Alarms that fired")), [*heads, *_RATE_HEADS], shown, headers=len(leading) + 1)


def _every(frame: pl.DataFrame) -> Grid:
    """Every alarm without what it saw: of one that is quiet, nobody is to be named."""
    leading, heads = _leading(frame)
    cells = figures("alarms", frame, _RATES)
    heads += [Said(mark("Alarm")), Said(mark("What it asks")), Said(mark("State"))]
    shown = []
    for row, cell in zip(frame.iter_rows(named=True), cells, strict=True):
        name = row["alarm"]
        said = [Said(title(name)), Said(question(name)), Said(STATES[row["state"]])]
        shown.append([*(row[column] for column in leading), *said, *cell])
    caption = Said(mark("All alarms, whether they fired or not"))
    folded = frame.height > len(ALARMS)
    return Grid(caption, [*heads, *_RATE_HEADS], shown, headers=len(leading) + 1, folded=folded)
