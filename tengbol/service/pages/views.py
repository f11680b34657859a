"""What is looked at: evenness, alarms, enforcers, public files, events."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final

import polars as pl
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from tengbol.asked import local_now
from tengbol.book.acts import EVENT
from tengbol.book.kept import LENGTHY, held, holding
from tengbol.book.remembered import remembered
from tengbol.book.status import chamber as last_of
from tengbol.book.status import held_by
from tengbol.model.alphabet import by_alphabet
from tengbol.model.codes import CATEGORIES
from tengbol.model.law.balances import WRIT
from tengbol.report.alarmed import STATES
from tengbol.report.alarms.alarm import Known
from tengbol.report.measures import uniformity
from tengbol.service import sight
from tengbol.service.door import Reading
from tengbol.service.pages import naming, posting
from tengbol.service.pages.render import page
from tengbol.service.problems import ProblemError
from tengbol.service.roles import AUDITOR, ENFORCER
from tengbol.service.routing import answers

if TYPE_CHECKING:
    from tengbol.book.store import Store
    from tengbol.report.words import Said
    from tengbol.service.door import Call

router = APIRouter()
Asked = Annotated[str, Query(max_length=200)]
After = Annotated[str | None, Query(max_length=600)]
#: Batches of the chart.
_COURSE: Final = 60


def _chamber(store: Store, call: Call, asked: str) -> tuple[str | None, list[str]]:
    """The chamber asked for, or the first, and all that may be asked for."""
    known = naming.chambers(store, call.who.chamber_id)
    if asked and asked not in known:
        raise ProblemError("not_found")
    return asked or (known[0] if known else None), known


@answers(router, "page.evenness")
def page_evenness(request: Request, call: Reading, chamber: Asked = "") -> Response:
    """How far enforcers are from their shares, batch by batch, and the measures after the last."""
    with call.store() as store, store.reading():
        name, known = _chamber(store, call, chamber)
        course, measures, people = _evenness(store, name)
    return page(request, "evenness.html", call=call, course=course, measures=measures, chamber=name, chambers=known,
                people=people, categories=CATEGORIES)  # fmt: skip


@remembered
def _evenness(store: Store, name: str | None) -> tuple[list[dict[str, Any]], ...]:
    """A chamber's `_course`, its measures after the last batch, and by enforcer his excess."""
    latest = f"t.chamber_id = :name ORDER BY t.id DESC LIMIT {_COURSE}"
    rows = held(store, "batches", latest, leaving=LENGTHY, name=name or "")
    ids = rows["batch_id"].to_list()
    last = held(store, "standing", "t.batch_id = :id", id=ids[0] if ids else "")
    measures = uniformity(last).filter(pl.col("chamber_id") == name).rows(named=True) if last.height else []
    return _course(store, rows), measures, _excess(last)


def _course(store: Store, batches: pl.DataFrame) -> list[dict[str, Any]]:
    """By batch, oldest first: the least and the greatest excess of totals, in writs, and how many writs it gave."""
    totals = ("low", "high", "given")
    by_batch = store.frame(
        "SELECT p.batch_id, CAST(min(p.excess) AS BIGINT), CAST(max(p.excess) AS BIGINT), CAST(sum(p.got) AS BIGINT) "
        f"FROM (SELECT t.batch_id, sum(t.received_after) * {WRIT} - sum(t.share_after) AS excess, "
        "sum(t.received_after) - sum(t.received_before) AS got FROM standing t "
        f"WHERE {holding('t')} AND {store.among('t.batch_id', 'ids')} GROUP BY t.batch_id, t.enforcer_id) p "
        "GROUP BY p.batch_id",
        {"batch_id": pl.String(), **dict.fromkeys(totals, pl.Int64())},
        ids=batches["batch_id"].to_list(),
    ).with_columns(pl.col("low", "high") / WRIT)
    told = batches.select("batch_id", "number", "as_of", "status", "id").join(by_batch, on="batch_id", how="left")
    return told.sort("id").with_columns(pl.col("low", "high").fill_null(0.0)).rows(named=True)


def _excess(last: pl.DataFrame) -> list[dict[str, Any]]:
    """By enforcer his excess in each category and in all, after the last batch, in writs."""
    excess = (pl.col("received_after") * WRIT - pl.col("share_after")) / WRIT
    wide = last.group_by("enforcer_id", "name").agg(
        excess.sum().alias("total"),
        pl.col("received_after").sum().alias("received"),
        *(excess.filter(pl.col("category") == name).sum().alias(name) for name in CATEGORIES),
    )
    return wide.sort(by_alphabet("name"), "enforcer_id").rows(named=True)


@answers(router, "page.alarms")
def page_alarms(request: Request, call: Reading, month: Asked = "", chamber: Asked = "") -> Response:
    """The alarms of a month, each with its question and what it found."""
    from tengbol.book.beside import beside
    from tengbol.book.record import frames
    from tengbol.report.alarms import Inputs, question, raise_alarms, title
    from tengbol.report.record import record as recorded

    today = local_now().date()
    first = _month(month, today)
    last = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    found = []
    with call.store() as store:
        name, known = _chamber(store, call, chamber)
        days = "t.chamber_id = :name AND t.as_of >= :first AND t.as_of < :after"
        batches = held(store, "batches", days, leaving=LENGTHY, name=name or "", first=first.isoformat(),
                       after=(last + dt.timedelta(days=1)).isoformat())  # fmt: skip
        if name is not None and batches.height:
            record = recorded(**frames(store, first=first, last=last, chamber_id=name))
            inputs = Inputs(**beside(store, record.batches["batch_id"].to_list()))
            names = {"enforcers": naming.enforcers(store), "districts": naming.districts(store)}
            for one in raise_alarms(record, inputs):
                look = "wrong" if one.fired else "good" if one.state == "quiet" else "done"
                text = call.words.plain(_with_names(one.said, names))
                found.append((title(one.name), question(one.name), STATES[one.state], look, text))
    months = [_back(today.replace(day=1), n) for n in range(12)]
    return page(request, "alarms.html", call=call, found=found, first=first, months=months, chamber=name,
                chambers=known)  # fmt: skip


def _with_names(said: Said, names: dict[str, dict[str, str]]) -> Said:
    """A sentence with names for ids."""
    values = {
        key: names[value.table].get(value.key, value.key) if isinstance(value, Known) else value
        for key, value in said.values.items()
    }
    return replace(said, values=values)


def _month(text: str, today: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{text}-01") if text else today.replace(day=1)
    except ValueError:
        raise ProblemError("malformed") from None


def _back(first: dt.date, months: int) -> dt.date:
    number = first.year * 12 + first.month - 1 - months
    return dt.date(number // 12, number % 12 + 1, 1)


@answers(router, "page.people")
def page_people(request: Request, call: Reading, find: Asked = "", after: After = None) -> Response:
    """Enforcers with their district, what they hold, and whether they are away."""
    today = local_now().date().isoformat()
    from_there = naming.unpacked(after, (str, str))
    condition, values = "1 = 1", dict[str, Any]()
    if find.strip():
        condition = "(t.enforcer_id LIKE :find ESCAPE '\\' OR t.name LIKE :find ESCAPE '\\')"
        values["find"] = naming.like(find.strip())
    if call.who.chamber_id is not None:
        condition += (
            " AND EXISTS (SELECT 1 FROM districts d WHERE d.district_id = t.district_id AND d.until IS NULL "
            "AND d.chamber_id = :own)"
        )
        values["own"] = call.who.chamber_id
    if from_there:
        condition += " AND (t.name > :last_name OR (t.name = :last_name AND t.enforcer_id > :last_id))"
        values |= {"last_name": from_there[0], "last_id": from_there[1]}
    with call.store() as store, store.reading():
        rows = held(store, "enforcers", f"{condition} ORDER BY t.name, t.enforcer_id LIMIT {naming.ROWS + 1}", **values)
        ids = rows["enforcer_id"].to_list()
        away = _away(store, ids, today)
        holds = held_by(store)
        places = naming.districts(store)
    found = naming.listing(rows.rows(named=True), ("name", "enforcer_id"), after)
    return page(request, "people.html", call=call, found=found, away=away, holds=holds, places=places,
                wanted={"find": find})  # fmt: skip


def _away(store: Store, ids: list[str], today: str) -> dict[str, tuple[str, str | None]]:
    """Of those who are away today why, and until when."""
    rows = held(
        store, "absences", f't.start <= :today AND (t."end" IS NULL OR t."end" >= :today) AND '
        f"{store.among('t.enforcer_id', 'ids')}", today=today, ids=ids,
    )  # fmt: skip
    return {who: (reason, end) for who, reason, end in rows.select("enforcer_id", "reason", "end").iter_rows()}


@answers(router, "page.person")
def page_person(request: Request, call: Reading, enforcer_id: str) -> Response:
    """An enforcer's line: balances, pools he stood in, absences; one's own alone, where one is an enforcer."""
    if call.who.role == ENFORCER and enforcer_id != call.who.enforcer_id:
        raise ProblemError("not_found")
    with call.store() as store, store.reading():
        rows = held(store, "enforcers", "t.enforcer_id = :id", id=enforcer_id).rows(named=True)
        if not rows:
            raise ProblemError("not_found")
        sight.refuse_enforcer(store, call.who, enforcer_id)
        mine: dict[str, Any] = {"id": enforcer_id}
        balances = held(store, "balances", "t.enforcer_id = :id", **mine).rows(named=True)
        absences = held(store, "absences", "t.enforcer_id = :id", **mine).sort("start", descending=True)
        attached = held(store, "attachments", "t.enforcer_id = :id", **mine).rows(named=True)
        pools = _pools(store, enforcer_id)
        places = naming.districts(store)
        holds = held_by(store).get(enforcer_id, 0)
    order = {name: n for n, name in enumerate(CATEGORIES)}
    balances = sorted(balances, key=lambda row: order.get(row["category"], 9))
    for row in balances:
        row["share"] = int(row["share"].replace(".", "")) / WRIT
    return page(request, "person.html", call=call, person=rows[0], balances=balances, pools=pools, places=places,
                absences=absences.rows(named=True), attached=attached, holds=holds)  # fmt: skip


@remembered
def _pools(store: Store, enforcer_id: str) -> list[dict[str, Any]]:
    """By batch and pool in which somebody stood: how many writs went through it, how many of them to him; of late."""
    names = {**dict.fromkeys(("batch_id", "as_of", "district_id", "category"), pl.String()),
             **dict.fromkeys(("pool_size", "writs", "his"), pl.Int64())}  # fmt: skip
    return store.frame(
        "SELECT a.batch_id, b.as_of, a.district_id, a.category, max(a.pool_size) AS size, count(*) AS n, "
        "sum(CASE WHEN a.enforcer_id = :id THEN 1 ELSE 0 END) AS his FROM pools p "
        "JOIN assignments a ON a.pool_id = p.pool_id JOIN batches b ON b.batch_id = a.batch_id "
        f"WHERE p.enforcer_id = :id AND {holding('p')} "
        f"AND a.batch_id IN (SELECT batch_id FROM batches ORDER BY id DESC LIMIT {_COURSE}) "
        "GROUP BY a.batch_id, b.as_of, a.district_id, a.category "
        "ORDER BY b.as_of DESC, a.district_id, a.category LIMIT 60",
        names,
        id=enforcer_id,
    ).rows(named=True)


@answers(router, "page.published")
def page_published(request: Request, call: Reading) -> Response:
    """Which batches may be published, and the file."""
    with call.store() as store:
        chambers = naming.chambers(store, call.who.chamber_id)
        told = [last_of(store, name) for name in chambers]
    return page(request, "published.html", call=call, chambers=told)


@remembered
def _kinds(store: Store) -> list[str]:
    """What acts the book has seen."""
    return store.frame("SELECT DISTINCT what FROM events ORDER BY what", {"what": pl.String()})["what"].to_list()


@answers(router, "page.events")
def page_events(
    request: Request, call: Reading, what: Asked = "", who: Asked = "", subject: Asked = "", after: After = None
) -> Response:
    """Events, the newest first; documents, which may name people, to the auditor alone."""
    whole = call.who.role == AUDITOR
    names = list(EVENT) if whole else ["seq", "at", "who", "what", "chamber_id", "subject", "hash"]
    parts, values = ["1 = 1"], dict[str, Any]()
    for column, value in (("what", what), ("who", who), ("subject", subject)):
        if value:
            parts.append(f"{column} = :{column}")
            values[column] = value
    if call.who.chamber_id is not None:
        parts.append("chamber_id = :own")
        values["own"] = call.who.chamber_id
    if from_there := naming.unpacked(after, (int,)):
        parts.append("seq < :last")
        values["last"] = from_there[0]
    with call.store() as store, store.reading():
        rows = store.frame(
            f"SELECT {', '.join(names)} FROM events WHERE {' AND '.join(parts)} ORDER BY seq DESC "
            f"LIMIT {naming.ROWS + 1}",
            {name: EVENT[name] for name in names},
            **values,
        ).rows(named=True)
        kinds = _kinds(store)
    listed = [{**row, "payload": json.loads(row["payload"]) if whole else None, "document": row.get("document")}
              for row in rows]  # fmt: skip
    found = naming.listing(listed, ("seq",), after)
    return page(request, "events.html", call=call, found=found, kinds=kinds, whole=whole, once=posting.drawn(),
                wanted={"what": what, "who": who, "subject": subject})  # fmt: skip
