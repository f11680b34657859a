"""`book due`: what is due on a day, and what is late (¶7, ¶8, ¶12, ¶15, ¶17), in working days of Kazakhstan.

A paper writ is collected by hand, or goes by registered letter where the enforcer's office is outside the cities of
republican significance and the regional centres (¶8): districts that are such are marked by `book centre`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.book import incomplete, terms
from tengbol.book.acts import act
from tengbol.book.aside import put_aside, told_aside
from tengbol.book.asking import Asked, asked
from tengbol.book.departures import departing
from tengbol.book.duties import Whose
from tengbol.book.kept import held
from tengbol.book.remembered import remembered
from tengbol.book.schema import TABLES
from tengbol.config import Config
from tengbol.errors import UnusableInputError
from tengbol.phrase import english
from tengbol.report.words import mark

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from tengbol.book.acts import Hand
    from tengbol.book.store import Store
    from tengbol.config import Calendar

#: What is said of each, in time and late.
_LINES: Final = {
    ("complete", False): mark("due today: complete {writ} and distribute it ({fault})"),
    ("complete", True): mark("late since {by}: complete {writ} and distribute it ({fault})"),
    ("distribute", False): mark("due today: distribute {writ}"),
    ("distribute", True): mark("late since {by}: distribute {writ}"),
    ("hand_over", False): mark("due today: hand over {writ} ({who})"),
    ("hand_over", True): mark("late since {by}: hand over {writ} ({who})"),
    ("collect", False): mark("due today: collect {writ} ({who})"),
    ("collect", True): mark("late since {by}: collect {writ} ({who})"),
    ("post", False): mark("due today: post {writ} ({who})"),
    ("post", True): mark("late since {by}: post {writ} ({who})"),
    ("notify_creditor", False): mark("due today: notify creditor {writ} ({who})"),
    ("notify_creditor", True): mark("late since {by}: notify creditor {writ} ({who})"),
}

_MORE: Final = mark("and {n} more, none of them later than these; `tengbol book due --all` lists them.")

#: Marks, which no sentence has, where ids stand in one that is said once for many of them.
_WRIT, _WHO = "\ue000", "\ue001"


@dataclass(frozen=True)
class Due:
    """writs: `what` (one of `duties.WHAT`), `by`, `late`, `writ_id`, `enforcer_id` (null while it waits), latest first.

    departing: reason by enforcer, of those who hold proceedings that have to return (¶3) and have not. aside: reason by
    writ, of those that no batch can distribute until they are corrected; their terms run. faults: of the incomplete.
    asked: what else is asked for (`asking`). The next batch sees to what is departing. counts: by what and lateness how
    many writs there are, where `writs` are not all.
    """

    day: dt.date
    writs: pl.DataFrame
    departing: dict[str, str]
    aside: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    asked: tuple[Asked, ...] = ()
    counts: dict[tuple[str, bool], int] | None = None

    def __str__(self) -> str:
        return self.text()

    def text(self, spoken: Callable[..., str] = english) -> str:
        """A line for each writ, each enforcer who has to send materials, each writ aside; and the sum of them."""
        late, every = int(self.writs["late"].sum()), self.writs.height
        if self.counts is not None:
            late, every = sum(n for (_, is_late), n in self.counts.items() if is_late), sum(self.counts.values())
        lines = self._of_writs(spoken)
        if more := every - self.writs.height:
            lines.append(spoken(_MORE, n=more))
        for enforcer_id, reason in self.departing.items():
            lines.append(
                spoken(
                    "to return: what {who} holds ({reason}); the next batch spreads it", who=enforcer_id, reason=reason
                )
            )
        lines += [*(spoken(sentence, **values) for sentence, values in self.asked), *told_aside(self.aside, spoken)]
        sums = spoken("{day}: {today} due today, {late} late.", day=self.day, today=every - late, late=late)
        return "\n".join([*lines, sums])

    def _of_writs(self, spoken: Callable[..., str]) -> list[str]:
        """Lines of writs. Those of one duty and day differ in what fills a sentence, which is said once for them all:
        a ledger that nobody ticks off has millions.
        """
        lines: list[str] = []
        writs = self.writs.with_columns(
            pl.col("enforcer_id").fill_null("None"), _same=pl.struct("what", "late", "by").rle_id()
        )
        for rows in writs.partition_by("_same", maintain_order=True):
            what, by, late = rows.select("what", "by", "late").row(0)
            if what == "complete":
                for writ in rows["writ_id"].to_list():
                    lines.append(spoken(_LINES[what, late], writ=writ, by=by, fault=self.faults.get(writ)))
                continue
            line = spoken(_LINES[what, late], writ=_WRIT, who=_WHO, by=by)
            filled = {_WRIT: pl.col("writ_id"), _WHO: pl.col("enforcer_id")}
            parts = [filled.get(part, pl.lit(part)) for part in re.split(f"([{_WRIT}{_WHO}])", line)]
            lines += rows.select(pl.concat_str(parts)).to_series().to_list()
        return lines


def due(store: Store, day: dt.date, config: Config | None = None, *, most: int | None = None) -> Due:
    """Everything that is due on `day` or was due before and is not done. most: the first so many of the writs alone."""
    days = (config or Config()).calendar
    with store.reading():
        if most is None:
            found, counts = terms.listed(store, day, days), None
            posting = bool((found["what"] == "post").any())
        else:
            page = terms.page(store, day, days, Whose(), most)
            found, counts = page.writs, page.counts
            posting = any(duty == "post" for duty, _ in counts)
        faults = incomplete.faults(store, found.filter(pl.col("what") == "complete")["writ_id"])
        leaving = {who: row["reason"] for who, row in departing(store, day).items()}
        aside = put_aside(store)
        more = asked(store, day, days, posting=posting)
    return Due(day, found, leaving, aside, faults, more, counts)


def due_page(
    store: Store, day: dt.date, whose: Whose, most: int, *, what: str = "", late: bool = False,
    after: tuple[str, str, str] | None = None, config: Config | None = None,
) -> tuple[Due, dict[tuple[str, bool], int]]:  # fmt: skip
    """The same page by page (`terms.page`), and by what and lateness how many there are.

    Of what is asked for besides writs the first `most`, and none where it is not about the whole book.
    """
    days = (config or Config()).calendar
    with store.reading():
        found = terms.page(store, day, days, whose, most, what=what, late=late, after=after)
        faults = incomplete.faults(store, found.writs.filter(pl.col("what") == "complete")["writ_id"])
        if whose != Whose():
            return Due(day, found.writs, {}, {}, faults), found.counts
        posting = any(duty == "post" for duty, _ in found.counts)
        leaving, aside, more = _besides(store, day, days, posting, most)
        return Due(day, found.writs, leaving, aside, faults, more), found.counts


@remembered
def _besides(
    store: Store, day: dt.date, days: Calendar, posting: bool, most: int
) -> tuple[dict[str, str], dict[str, str], tuple[Asked, ...]]:
    """What is due besides writs: who departs and why, what is set aside and why, what is asked for."""
    leaving = {who: row["reason"] for who, row in departing(store, day).items()}
    return leaving, put_aside(store), asked(store, day, days, posting=posting, most=most)


def set_centres(store: Store, hand: Hand, district_ids: list[str], *, centre: bool) -> None:
    """Mark districts as a city of republican significance or a regional centre (¶8), or as none."""
    ids = sorted(set(district_ids))
    with act(store, hand, "centre" if centre else "no centre", subject=", ".join(ids)) as doing:
        known = held(store, "districts", store.among("t.district_id", "ids"), ids=ids)["district_id"].to_list()
        if missing := sorted(set(ids) - set(known)):
            raise UnusableInputError("District '{missing}' is not in the book; check its code.", missing=missing[0])
        marked = held(store, "centres", store.among("t.district_id", "ids"), ids=ids)
        if centre:
            new = sorted(set(ids) - set(marked["district_id"]))
            doing.write("centres", pl.DataFrame({"district_id": new}, schema=TABLES["centres"].types))
        else:
            doing.end("centres", marked)
