"""Lists to tick off: handed over, collected, posted, received, told to the creditor (¶7, ¶8, ¶15); and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import polars as pl
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from tengbol.asked import local_now
from tengbol.book.asking import ON_PAGES
from tengbol.book.due import due_page
from tengbol.book.duties import WHAT
from tengbol.book.kept import holding
from tengbol.book.opening import key_of
from tengbol.book.remembered import remembered
from tengbol.book.status import open_proceedings, states_counted
from tengbol.errors import UnusableInputError
from tengbol.phrase import Phrase
from tengbol.report.public.names import public_writs
from tengbol.report.rejected import reworded
from tengbol.report.words import mark
from tengbol.service import sight
from tengbol.service.asked import Mark
from tengbol.service.door import Reading
from tengbol.service.pages import naming, posting
from tengbol.service.pages.act_fields import GUIDES
from tengbol.service.pages.render import onward, page
from tengbol.service.problems import ProblemError, of_input
from tengbol.service.routing import answers
from tengbol.service.verbs import VERBS

if TYPE_CHECKING:
    from tengbol.book.store import Store
    from tengbol.service.door import Call

router = APIRouter()
After = Annotated[str | None, Query(max_length=600)]
Asked = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True)
class Tick:
    """title: of the list. states: of the writs that it lists. form: paper, or either. by: the column of their term.

    button: what pressing it says.
    """

    title: str
    states: tuple[str, ...]
    by: str | None
    button: str
    form: str | None = None


#: By the state that is marked, in the order of a writ's way.
TICKS: Final[dict[str, Tick]] = {
    "handed": Tick(mark("To hand over"), ("assigned",), "distribute_by", mark("Mark as handed over")),
    "collected": Tick(
        mark("To be collected"), ("assigned", "handed"), "collect_by", mark("Mark as collected"), "paper"
    ),
    "posted": Tick(mark("To post"), ("assigned", "handed"), "collect_by", mark("Mark as posted"), "paper"),
    "received": Tick(mark("Letters on their way"), ("posted",), None, mark("Mark the letter as received")),
    "notified": Tick(
        mark("Creditors to tell"), ("assigned", "handed", "collected", "received"), "notify_creditor_by",
        mark("Mark the creditor as told"),
    ),
}  # fmt: skip
_NONE: Final = mark("Tick the writs first; nothing was marked.")
_UNKNOWN: Final = mark(
    "Not in this list, so nothing was marked ({count}): {ids}. Take these lines out, or look under another list."
)
#: Of lines that are not known so many are told, each by its first signs.
_SHOWN, _ID = 10, 40
_MARKED: Final = mark("Marked: {count}.")
#: Writs of one list's page.
_ROWS: Final = 200


@answers(router, "page.ticks")
def page_ticks(
    request: Request, call: Reading, what: Asked = "handed", enforcer: Asked = "", batch: Asked = "",
    after: After = None,
) -> Response:  # fmt: skip
    """Writs that are to be marked, by enforcer."""
    if what not in TICKS:
        raise ProblemError("not_found")
    tick = TICKS[what]
    from_there = naming.unpacked(after, (str, str))
    with call.store() as store, store.reading():
        rows = _listed(store, call, tick, enforcer, batch, from_there)
        names = naming.enforcers(store)
        batches = _batches(store)
    found = naming.listing(rows, ("enforcer_id", "writ_id"), after, _ROWS)
    today = local_now().date().isoformat()
    return page(
        request, "ticks.html", call=call, ticks=TICKS, what=what, tick=tick, found=found, names=names, batches=batches,
        wanted={"what": what, "enforcer": enforcer, "batch": batch}, once=posting.drawn(), today=today,
        back=str(request.url.query), once_scanned=posting.drawn(),
    )  # fmt: skip


def _listed(
    store: Store, call: Call, tick: Tick, enforcer: str, batch: str, after: list[Any] | None
) -> list[dict[str, Any]]:
    """Writs of a list with their holder, sorted by him, with the day until which it is to be done."""
    condition, values = sight.of_writs(call.who)
    states = ", ".join(f"'{state}'" for state in tick.states)
    parts = [condition, f"s.state IN ({states})"]
    for mine, name, value in (
        ("l.enforcer_id = :who", "who", enforcer), ("s.batch_id = :batch", "batch", batch),
        ("w.form = :form", "form", tick.form or ""),
    ):  # fmt: skip
        if value:
            parts.append(mine)
            values[name] = value
    if after:
        parts.append("(l.enforcer_id, l.writ_id) > (:last_who, :last_id)")
        values |= {"last_who": after[0], "last_id": after[1]}
    if tick.by == "notify_creditor_by":
        # ¶15 runs from receipt: of paper, from its collection or the letter's coming.
        parts.append("(w.form = 'electronic' OR s.state IN ('collected', 'received'))")
    by = f"a.{tick.by}" if tick.by else "p.at"
    # Few of all are looked up one by one; of many a page is soon full in the order of enforcers. Stores guess wrongly.
    count = sum(n for state, n in states_counted(store) if state in tick.states)
    few = count**2 < _ROWS * open_proceedings(store)
    writ = "JOIN writs w ON w.writ_id = {0}.writ_id AND w.until IS NULL "
    # Whoever was given a writ of these states has its proceeding open; what else is shown is looked up of one page.
    listed = (
        f"SELECT s.writ_id, l.enforcer_id, s.batch_id, s.state, s.at FROM {'few' if few else 'states'} s "
        f"{writ.format('s') if any('w.' in part for part in parts) else ''}"
        "JOIN ledger l ON l.writ_id = s.writ_id AND l.until IS NULL AND l.closed_at IS NULL "
        f"WHERE s.until IS NULL AND {' AND '.join(parts)} ORDER BY l.enforcer_id, l.writ_id LIMIT {_ROWS + 1}"
    )
    first = f"WITH few AS MATERIALIZED (SELECT * FROM states s WHERE s.until IS NULL AND {parts[1]}) " if few else ""
    return _read(
        store,
        f"{first}SELECT p.writ_id, p.enforcer_id, p.batch_id, a.category, w.form, p.state, {by} FROM ({listed}) p "
        f"{writ.format('p')}"
        "JOIN assignments a ON a.writ_id = p.writ_id AND a.batch_id = p.batch_id ORDER BY p.enforcer_id, p.writ_id",
        tuple(values.items()),
    )


@remembered
def _batches(store: Store) -> list[str]:
    """The last batches."""
    last = f"SELECT t.batch_id FROM batches t WHERE {holding('t')} ORDER BY t.id DESC LIMIT 20"
    return store.frame(last, {"batch_id": pl.String()})["batch_id"].to_list()


@remembered
def _read(store: Store, sql: str, values: tuple[tuple[str, Any], ...]) -> list[dict[str, Any]]:
    names = ("writ_id", "enforcer_id", "batch_id", "category", "form", "state", "by")
    return store.frame(sql, dict.fromkeys(names, pl.String()), **dict(values)).rows(named=True)


@answers(router, "page.tick")
def page_tick(request: Request, posted: posting.Posting) -> Response:
    """Mark what was ticked: all of it or none."""
    call, what = posted.call, posted.text("what")
    if what not in TICKS:
        raise ProblemError("not_found")
    back = f"/ticks?what={what}"
    with call.store() as store:
        scanned, unknown = _scanned(store, call, TICKS[what], posted.text("scanned"))
    if unknown:
        told = ", ".join(one[:_ID] for one in unknown[:_SHOWN]) + (" …" if len(unknown) > _SHOWN else "")
        return onward(request, back, call.words(_UNKNOWN, count=len(unknown), ids=told), wrong=True)
    ids = list(dict.fromkeys([*posted.texts("writ"), *scanned]))
    if not ids:
        return onward(request, back, call.words(_NONE), wrong=True)
    if call.who.chamber_id is not None:
        with call.store() as store:
            for writ_id in ids:
                sight.writ(store, call.who, writ_id)
    at = posted.text("day") or None

    def work(store: Store, hand: Any) -> tuple[int, Any]:
        return 200, {"count": VERBS["mark"].run(store, hand, Mark(state=what, writ_ids=ids, as_of=at), False)}

    try:
        _, told = posting.done(posted, request.url.path, work, document=posted.text("document") or None)
    except UnusableInputError as error:
        return onward(request, back, of_input(call.words, error).detail or "", wrong=True)
    return onward(request, back, call.words(_MARKED, count=told.get("count", len(ids))))


def _scanned(store: Store, call: Call, tick: Tick, text: str) -> tuple[list[str], list[str]]:
    """Writs of a list by what was scanned, a line each: public ids, or ids of the book; and what is none of them."""
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if not lines:
        return [], []
    condition, values = sight.of_writs(call.who)
    states = ", ".join(f"'{state}'" for state in tick.states)
    mine = f"s.state IN ({states}) AND {condition}" + (" AND w.form = :form" if tick.form else "")
    ids = store.frame(
        "SELECT s.writ_id FROM states s JOIN writs w ON w.writ_id = s.writ_id AND w.until IS NULL "
        "LEFT JOIN ledger l ON l.writ_id = s.writ_id AND l.until IS NULL AND l.closed_at IS NULL "
        f"WHERE s.until IS NULL AND {mine} ORDER BY s.writ_id",
        {"writ_id": pl.String()},
        **values,
        **({"form": tick.form} if tick.form else {}),
    )["writ_id"].to_list()
    known = dict(zip(public_writs(key_of(store), ids), ids, strict=True)) | {one: one for one in ids}
    return [known[line] for line in lines if line in known], [line for line in lines if line not in known]


@answers(router, "page.due")
def page_due(request: Request, call: Reading, what: Asked = "", late: Asked = "", after: After = None) -> Response:
    """What is due today and what is late; of an enforcer his own."""
    if what and what not in WHAT:
        raise ProblemError("not_found")
    today, whose = local_now().date(), sight.whose(call.who)
    from_there = naming.unpacked(after, (str, str, str))
    if from_there and from_there[1] not in WHAT:
        raise ProblemError("malformed")
    last = (from_there[0], from_there[1], from_there[2]) if from_there else None
    with call.store() as store:
        found, counts = due_page(store, today, whose, naming.ROWS + 1, what=what, late=bool(late), after=last)
        rows = found.writs.with_columns(by=pl.col("by").dt.to_string("%Y-%m-%d")).rows(named=True)
        names = naming.enforcers(store, [*found.departing, *(row["enforcer_id"] for row in rows if row["enforcer_id"])])
    total = sum(n for (duty, is_late), n in counts.items() if what in ("", duty) and (is_late or not late))
    faults = {writ: reworded(fault, call.words) for writ, fault in found.faults.items()}
    return page(
        request, "due.html", call=call, found=naming.listing(rows, ("by", "what", "writ_id"), after), total=total,
        counts=counts, duties=WHAT, asked_for=[_on_page(call, *one) for one in found.asked[: naming.ROWS]],
        more=len(found.asked) > naming.ROWS, guides=GUIDES, names=names, today=today, departing=found.departing,
        aside=found.aside, faults=faults, wanted={"what": what, "late": late},
    )  # fmt: skip


def _on_page(call: Call, sentence: str, values: dict[str, Any]) -> tuple[str, str | None, dict[str, str]]:
    """What is asked for as a page says it: without a command; which act does it, and its fields that are known."""
    said, verb = ON_PAGES.get(sentence, (sentence, None))
    why = values.get("why")
    if isinstance(why, Phrase) and why.sentence in ON_PAGES:
        reason, verb = ON_PAGES[why.sentence]
        values = {**values, "why": Phrase(reason, **why.values).said(call.words)}
    known = {"writ_id": values.get("writ"), "enforcer_id": values.get("who")}
    return call.words(said, **values), verb, {name: value for name, value in known.items() if value}
