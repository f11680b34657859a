"""The one-page summary of a batch: what was decided, how even it is, how to check it (¶15, ¶16).

One HTML file that opens anywhere, offline: no script, no font, no picture from elsewhere, and a policy in its
head that forbids them. The charts are SVG drawn by the page's own template, not by Vega: for 300 enforcers
that takes a tenth of a second, where starting Vega's engine alone takes most of one and 100 MB; and they
follow the page's width, its light and dark. Nothing of debtors or creditors is on it; the same arguments
give the same bytes.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.phrase import Phrase
from tengbol.report import wording
from tengbol.report.chart import Chart, chart
from tengbol.report.measures import MOMENTS
from tengbol.report.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import jinja2

#: So many days of deadlines are shown one by one, the rest together.
DAYS: Final = 7


def page(
    *,
    standing: pl.DataFrame,
    uniformity: pl.DataFrame,
    assignments: pl.DataFrame,
    unassigned: pl.DataFrame,
    rejected: pl.DataFrame,
    manifest: Mapping[str, Any],
    warnings: Sequence[str],
    language: str = "en",
) -> str:
    """Write the summary as a complete HTML document.

    Parameters
    ----------
    standing, uniformity
        As `measures.uniformity` takes and gives them.
    assignments, unassigned, rejected
        The tables of contract section 4.
    manifest
        Of it, `status`, `objective`, `lower_bound`, the same with `_total`, `seed`, `as_of`, `batch_id`,
        and if they are there `inputs` (file → `sha256`, `rows`) and `versions` (`tengbol`).
    warnings
        Sentences for the user, in the order in which they are to stand.
    language
        `kk`, `ru` or `en`.
    """
    words = Words(language)
    now = _moment(manifest["as_of"])
    return (
        templates(language)
        .get_template("summary.html")
        .render(
            batch_id=manifest["batch_id"],
            as_of=manifest["as_of"],
            words=words,
            language=language,
            as_of_text=f"{_day(now.date(), words)}, {now:%H:%M}",
            seed=manifest["seed"],
            version=manifest.get("versions", {}).get("tengbol"),
            chambers=standing["chamber_id"].unique().sort().to_list(),
            enforcers=standing["enforcer_id"].n_unique(),
            verdicts=[
                (words("Within each category"), wording.verdict(manifest, assignments.height, words)),
                (words("Over all categories together"), wording.verdict_total(manifest, assignments.height, words)),
            ],
            assigned=assignments.height,
            unassigned=unassigned.height,
            rejected=rejected_by_table(rejected),
            writs=assignments.height + unassigned.height + rejected_writs(rejected),
            bases=by_code(assignments["basis"], wording.BASES),
            reasons=by_code(unassigned["code"], wording.UNASSIGNED),
            uniformity=uniformity_rows(uniformity),
            deadlines=[wording.DEADLINES[kind] for kind in due_kinds(assignments)],
            days=nearest_days(assignments, now.date(), words),
            charts=charts(standing, assignments, words),
            warnings=[one.said(words) if isinstance(one, Phrase) else one for one in warnings],
            inputs=sorted(manifest.get("inputs", {}).items()),
        )
    )


def charts(standing: pl.DataFrame, assignments: pl.DataFrame, words: Words) -> list[Chart]:
    """One chart for each category of ¶4, over all chambers together; none where nobody is licensed."""
    drawn = set(standing["category"])
    writs = dict(assignments.group_by("category").len().iter_rows())
    return [
        chart(standing, category, writs=writs.get(category, 0), words=words)
        for category in CATEGORIES
        if category in drawn
    ]


def by_code(codes: pl.Series, meanings: Mapping[str, tuple[str, str]]) -> list[tuple[str, str, str, int]]:
    """Code, meaning, paragraph and number of writs for each code that occurs, in the order of `meanings`."""
    numbers = dict(codes.value_counts(name="writs").iter_rows())
    return [(code, *meanings[code], numbers[code]) for code in meanings if code in numbers]


def rejected_by_table(rejected: pl.DataFrame) -> list[tuple[str, int, list[tuple[str, str, int, int]]]]:
    """Table, number of its rejected rows, and by code its meaning, number of complaints and first row; by name."""
    complaints = rejected.group_by("table", "code").agg(pl.len(), pl.col("row").min()).sort("table", "code")
    rows = rejected.unique(["table", "row"]).group_by("table").len().sort("table")
    return [
        (
            table,
            number,
            [
                (code, wording.REJECTED.get(code, ""), times, row)
                for _, code, times, row in complaints.filter(pl.col("table") == table).iter_rows()
            ],
        )
        for table, number in rows.iter_rows()
    ]


def rejected_writs(rejected: pl.DataFrame) -> int:
    """How many rows of `writs` were rejected, however many complaints each has."""
    return rejected.filter(pl.col("table") == "writs")["row"].n_unique()


def due_kinds(assignments: pl.DataFrame) -> list[str]:
    """Deadlines that a batch itself sets; what runs from a later act, such as handing over, is the book's."""
    return [kind for kind in wording.DEADLINES if kind in assignments.columns]


def nearest_days(assignments: pl.DataFrame, today: date, words: Words) -> list[tuple[str, str, str, list[int]]]:
    """Count what falls due when: what kind of row, label, note, and number of writs for each kind of deadline.

    Days before `today` are one row, the nearest `DAYS` days a row each, all later ones again one row.
    """
    due = {kind: dict(assignments[kind].value_counts().iter_rows()) for kind in due_kinds(assignments)}
    days = sorted({moment for counts in due.values() for moment in counts if moment is not None})
    upcoming = [moment for moment in days if moment >= today]
    before = words("Before {day}", day=_day(today, words))
    rows = [("overdue", before, words("overdue"), [moment for moment in days if moment < today])]
    for moment in upcoming[:DAYS]:
        note = words("today") if moment == today else words(wording.WEEKDAYS[moment.weekday()])
        rows.append(("", _day(moment, words), note, [moment]))
    rows.append(("", words("Later"), "", upcoming[DAYS:]))
    return [
        (kind, label, note, [sum(counts.get(moment, 0) for moment in moments) for counts in due.values()])
        for kind, label, note, moments in rows
        if moments
    ]


def uniformity_rows(uniformity: pl.DataFrame) -> list[tuple[str, list[tuple[str, str, list[list[str]]]]]]:
    """Chamber → category title, enforcers, and the figures before and after, as they stand on the page."""
    chambers: dict[str, list[tuple[str, str, list[list[str]]]]] = {}
    for row in uniformity.iter_rows(named=True):
        figures = [uniformity_figures(row, moment) for moment in MOMENTS]
        chambers.setdefault(row["chamber_id"], []).append(
            (wording.CATEGORIES[row["category"]], wording.count(row["enforcers"]), figures)
        )
    return list(chambers.items())


def uniformity_figures(row: Mapping[str, Any], moment: str) -> list[str]:
    """Write the eight measures of one moment as text, in the order of the table's columns."""
    of = {measure.removesuffix(f"_{moment}"): row[measure] for measure in row if measure.endswith(f"_{moment}")}
    return [
        wording.count(of["received_min"]),
        wording.fixed(of["received_mean"], 2),
        wording.count(of["received_max"]),
        wording.signed(of["excess_min"]),
        wording.signed(of["excess_max"]),
        wording.fixed(of["excess_std"], 3),
        wording.fixed(of["gini"], 4),
        wording.fixed(of["jain"], 4),
    ]


def _moment(as_of: Any) -> datetime:
    return as_of if isinstance(as_of, datetime) else datetime.fromisoformat(as_of)


def _day(day: date, words: Words) -> str:
    """English by `wording`, for to load the library that knows all languages takes long."""
    return wording.day(day) if words.language == "en" else words.day(day)


def templates(language: str = "en") -> jinja2.Environment:
    """Load the page's template and style as they are shipped beside this module; numbers as a language has them."""
    from tengbol.report import shipped

    return shipped.environment(
        count=Words(language).count,
        local=lambda number: wording.local(number, language),
        from_top=lambda percent: f"{100 - percent:.2f}",
    )
