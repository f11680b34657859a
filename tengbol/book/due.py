"""`book due`: what is due on a day, and what is late (¶7, ¶8, ¶12, ¶15, ¶17), in working days of Kazakhstan.

A paper writ is collected by hand, or goes by registered letter where the enforcer's office is outside the cities of
republican significance and the regional centres (¶8): districts that are such are marked by `book centre`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.book import incomplete
from tengbol.book.acts import act
from tengbol.book.aside import put_aside, told_aside
from tengbol.book.asking import Asked, asked
from tengbol.book.departures import departing
from tengbol.book.kept import held, holding
from tengbol.book.papers import GIVEN
from tengbol.book.schema import TABLES
from tengbol.config import Config
from tengbol.errors import UnusableInputError
from tengbol.model.law import calendar
from tengbol.report.words import english, mark

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from tengbol.book.acts import Hand
    from tengbol.book.store import Store

#: What may be due, in the order of a writ's way.
WHAT = ("complete", "distribute", "hand_over", "collect", "post", "notify_creditor")
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


@dataclass(frozen=True)
class Due:
    """writs: `what` (one of `WHAT`), `by`, `late`, `writ_id`, `enforcer_id` (null while it waits), latest first.

    departing: reason by enforcer, of those who hold proceedings that have to return (¶3) and have not. aside: reason by
    writ, of those that no batch can distribute until they are corrected; their terms run. faults: of the incomplete.
    asked: what else is asked for (`asking`). The next batch sees to what is departing.
    """

    day: dt.date
    writs: pl.DataFrame
    departing: dict[str, str]
    aside: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    asked: tuple[Asked, ...] = ()

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self, spoken: Callable[..., str] = english) -> list[str]:
        """A line for each writ, each enforcer who has to send materials, each writ aside; and the sum of them."""
        lines = []
        for row in self.writs.iter_rows(named=True):
            sentence = _LINES[row["what"], row["late"]]
            writ, who, by = row["writ_id"], row["enforcer_id"], row["by"]
            lines.append(spoken(sentence, writ=writ, who=who, by=by, fault=self.faults.get(writ)))
        for enforcer_id, reason in self.departing.items():
            lines.append(
                spoken(
                    "to return: what {who} holds ({reason}); the next batch spreads it", who=enforcer_id, reason=reason
                )
            )
        lines += [*(spoken(sentence, **values) for sentence, values in self.asked), *told_aside(self.aside, spoken)]
        late = int(self.writs["late"].sum())
        today = self.writs.height - late
        return [*lines, spoken("{day}: {today} due today, {late} late.", day=self.day, today=today, late=late)]


def due(store: Store, day: dt.date, config: Config | None = None) -> Due:
    """Everything that is due on `day` or was due before and is not done."""
    with store.reading():
        waiting, given, faulty = _waiting(store), _given(store), incomplete.waiting(store)
        centres = held(store, "centres")["district_id"].to_list()
        aside = put_aside(store)
        leaving = {who: row["reason"] for who, row in departing(store, day).items()}
    settings = config or Config()
    everything = pl.concat(
        [
            waiting.with_columns(what=pl.lit("distribute")),
            faulty.drop("message").with_columns(what=pl.lit("complete")),
        ]
    )
    received = _day(everything["received_at"])
    distribute = everything.select(
        "what",
        by=pl.when(pl.col("immediate") == "true")
        .then(received)
        .otherwise(calendar.due_of(received, settings.calendar)),
        writ_id="writ_id",
        enforcer_id=pl.lit(None, dtype=pl.String),
    )
    # Distributing and handing over are two duties of one term (¶7); collecting and posting hand over, too.
    hand_over = given.filter(pl.col("state") == "assigned").select(
        what=pl.lit("hand_over"),
        by=pl.col("distribute_by").str.to_date("%Y-%m-%d"),
        writ_id="writ_id",
        enforcer_id="enforcer_id",
    )
    outside = ~pl.col("office").is_in(centres)
    paper = pl.col("form") == "paper"
    fetch = given.filter(paper & pl.col("state").is_in(["assigned", "handed"])).select(
        what=pl.when(outside).then(pl.lit("post")).otherwise(pl.lit("collect")),
        by=pl.col("collect_by").str.to_date("%Y-%m-%d"),
        writ_id="writ_id",
        enforcer_id="enforcer_id",
    )
    # ¶15 runs from receipt: of an electronic writ the batch, of paper its collection or the letter's coming.
    here = given.filter(~paper | pl.col("state").is_in(["collected", "received"]))
    notify = here.select(
        what=pl.lit("notify_creditor"),
        by=pl.when(paper)
        .then(calendar.due_of(_day(here["at"]), settings.calendar, "notify"))
        .otherwise(pl.col("notify_creditor_by").str.to_date("%Y-%m-%d")),
        writ_id="writ_id",
        enforcer_id="enforcer_id",
    )
    order = pl.col("what").cast(pl.Enum(WHAT))
    found = (
        pl.concat([distribute, hand_over, fetch, notify])
        .filter(pl.col("by") <= day)
        .with_columns(late=pl.col("by") < day)
        .sort("by", order, "writ_id")
    )
    faults = dict(faulty.select("writ_id", "message").rows())
    listed = found.select("what", "by", "late", "writ_id", "enforcer_id")
    more = asked(store, day, settings.calendar, posting=(listed["what"] == "post").any())
    return Due(day, listed, leaving, aside, faults, more)


def _day(moments: pl.Series) -> pl.Series:
    return moments.str.slice(0, 10).str.to_date("%Y-%m-%d")


def _waiting(store: Store) -> pl.DataFrame:
    types: dict[str, pl.DataType] = dict.fromkeys(("writ_id", "received_at", "immediate"), pl.String())
    return store.frame(
        "SELECT w.writ_id, w.received_at, w.immediate FROM states s JOIN writs w ON w.writ_id = s.writ_id AND "
        f"{holding('w')} WHERE {holding('s')} AND s.state IN ('pending', 'set_aside')",
        types,
    )


def _given(store: Store) -> pl.DataFrame:
    """Writs whose creditor has not been told yet, with their last assignment."""
    names = ("writ_id", "state", "at", "form", "enforcer_id", "distribute_by", "collect_by",
             "notify_creditor_by", "office")  # fmt: skip
    return store.frame(
        "SELECT s.writ_id, s.state, s.at, w.form, a.enforcer_id, a.distribute_by, a.collect_by, a.notify_creditor_by, "
        "e.district_id "
        f"FROM states s JOIN writs w ON w.writ_id = s.writ_id AND {holding('w')} "
        "JOIN assignments a ON a.writ_id = s.writ_id AND a.batch_id = s.batch_id "
        f"LEFT JOIN enforcers e ON e.enforcer_id = a.enforcer_id AND {holding('e')} "
        f"WHERE {holding('s')} AND s.state IN {GIVEN}",
        dict.fromkeys(names, pl.String()),
    )


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
