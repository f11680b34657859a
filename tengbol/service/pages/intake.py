"""Intake: a workbook is looked through, its faults are named cell by cell, and then it is taken into the book or not.

Between the look and the word to take it, what was sent is kept in the store beside the jobs, for an hour; a server that
shares the book finds it, too.
"""

from __future__ import annotations

import base64
import json
import secrets
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from tengbol.asked import local_now
from tengbol.book import desk
from tengbol.book.importing import import_tables, known_to
from tengbol.errors import UnusableInputError
from tengbol.io.check import Checked, check, line
from tengbol.io.grid import BLANKS
from tengbol.io.headers import header
from tengbol.io.marked import marked, mended, standing
from tengbol.model.tables import TABLES
from tengbol.phrase import said
from tengbol.report.rejected import reworded
from tengbol.report.words import mark
from tengbol.service.api.intake import source_of, tried
from tengbol.service.door import Reading
from tengbol.service.pages import posting
from tengbol.service.pages.render import attached, onward, page
from tengbol.service.problems import ProblemError, of_input
from tengbol.service.routing import answers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tengbol.book.store import Store
    from tengbol.io.grid import Place
    from tengbol.service.door import Call

router = APIRouter()
_WORKBOOKS: Final = (".xlsx", ".ods", ".xls")
_KEPT: Final = 3600.0
#: Faults that a page lists; the marked workbook has all.
_LISTED: Final = 200
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NO_FILE: Final = mark("File: choose a workbook (.xlsx, .ods, .xls), or a .csv named after its table, as writs.csv.")
_GONE: Final = mark("What was sent is kept for an hour, which is over; send it again.")
_MENDED: Final = mark("Cells mended: {count}. It was read again.")
_NAMED: Final = mark("The columns are read as you said.")
_AS_IT_WAS: Final = mark("Nothing was written that was not there before.")
_DROPPED: Final = mark("Nothing was taken into the book.")
_TAKEN: Final = mark("Taken, {table}: {new} new, {changed} changed, {same} known already, {rejected} refused.")


def _kind(name: str) -> tuple[str, str]:
    """Suffix and table of a file by its name; the table of a workbook does not matter. Raises `ProblemError`."""
    path = PurePath(name.replace("\\", "/"))
    suffix = path.suffix.lower()
    if suffix in _WORKBOOKS:
        return suffix, "writs"
    if suffix == ".csv" and path.stem.lower() in TABLES:
        return suffix, path.stem.lower()
    raise ProblemError("refused")


def _packed(name: str, content: bytes, **more: Any) -> str:
    return json.dumps({"name": name, "content": base64.b64encode(zlib.compress(content, 1)).decode(), **more})


def _keep(store: Store, call: Call, name: str, content: bytes) -> str:
    """Keep what was sent until somebody says to take it."""
    upload_id = secrets.token_hex(8)
    text = _packed(name, content)
    with store.writing():
        store.execute("DELETE FROM jobs WHERE kind = 'intake' AND asked_at < :old", old=desk.moment(-_KEPT))
        desk.put(store, "jobs", job_id=upload_id, kind="intake", arguments=text, asked_by=call.who.login,
                 asked_at=desk.moment(), state="kept")  # fmt: skip
    return upload_id


def _sent(store: Store, call: Call, upload_id: str) -> tuple[dict[str, Any], bytes]:
    """What was sent, as it stands now: what is told of it, and its bytes. Raises `ProblemError`."""
    row = desk.one(store, "jobs", "job_id = :id AND kind = 'intake' AND asked_by = :who", id=upload_id,
                   who=call.who.login)  # fmt: skip
    if row is None:
        raise ProblemError("not_found", call.words(_GONE))
    told = json.loads(row["arguments"])
    return told, zlib.decompress(base64.b64decode(told["content"]))


@contextmanager
def _kept(store: Store, call: Call, upload_id: str) -> Iterator[tuple[dict[str, Any], Path]]:
    """What is told of what was sent, with `columns`, what was said of its headers, as `check` takes it; and its place.

    Gone afterwards. Raises `ProblemError` for another's, or one that is gone.
    """
    told, content = _sent(store, call, upload_id)
    told.setdefault("columns", {})
    suffix, table = _kind(told["name"])
    with source_of(call, suffix, table, content) as source:
        yield told, source


def _refuse_chambers(call: Call) -> None:
    if call.who.chamber_id is not None:
        # A table may be about any chamber.
        raise ProblemError("not_allowed")


@answers(router, "page.intake")
def page_intake(request: Request, call: Reading) -> Response:
    """Where a workbook is sent from."""
    return page(request, "intake.html", call=call, wrong=None)


@answers(router, "page.intake_look")
def page_intake_look(request: Request, posted: posting.Posting) -> Response:
    """Look through what was sent; nothing is taken yet."""
    call = posted.call
    _refuse_chambers(call)
    sent = posted.form.get("file")
    try:
        if not isinstance(sent, UploadFile) or not sent.filename:
            raise ProblemError("refused")
        name = PurePath(sent.filename.replace("\\", "/")).name[:120]
        suffix, table = _kind(name)
        content = sent.file.read()
        with tried(call, suffix, table, content):
            pass
    except ProblemError as error:
        if error.code not in ("refused", "malformed"):
            raise
        return page(request, "intake.html", 422, call=call, wrong=call.words(_NO_FILE))
    with call.store() as store:
        upload_id = _keep(store, call, name, content)
    return onward(request, f"/intake/{upload_id}")


@answers(router, "page.intake_read")
def page_intake_read(request: Request, call: Reading, upload_id: str) -> Response:
    """What of it would be taken, doubted and refused."""
    wrong, found, faults, total = None, None, [], 0
    with call.store() as store, _kept(store, call, upload_id) as (told, source):
        try:
            found = check(source, known=known_to(store), columns=told["columns"], day=local_now().date())
            faults, total = _faults(call, source, found)
        except UnusableInputError as error:
            wrong = of_input(call.words, error).detail
    notes = [] if found is None else [said(note, call.words) for note in found.notes]
    return page(
        request, "intake_read.html", call=call, upload_id=upload_id, name=told["name"], found=found, faults=faults,
        total=total, wrong=wrong, notes=notes, once=posting.drawn(), mended=told.get("mended", 0),
        guesses=[] if found is None else _guesses(call, found),
        unnamed=[] if found is None else [said(column, call.words) for column in found.unnamed],
    )  # fmt: skip


def _guesses(call: Call, found: Checked) -> list[tuple[str, str, str]]:
    """Headers that nobody knows, as the form sends them, and as it says them: the header, and what it may be."""
    listed = []
    for word, columns in found.guesses.items():
        names = [name.rpartition(".") for name in columns.split(",")]
        tables = [table or next(of for of, place in found.reading.places.items() if word in _headers(place))
                  for table, _, _ in names]  # fmt: skip
        may_be = {said(header(table, name), call.words) for table, (_, _, name) in zip(tables, names, strict=True)}
        listed.append((f"{word}={columns}", word, ", ".join(sorted(map(str, may_be)))))
    return listed


def _headers(place: Place) -> list[str]:
    return [word.strip(BLANKS) for word in place.words]


@dataclass(frozen=True)
class Fault:
    """A fault of the list: what is said of it, and the field of its cell, if it can be mended here."""

    said: str
    name: str | None
    value: str


def _faults(call: Call, source: Path, found: Checked) -> tuple[list[Fault], int]:
    """The first faults, and how many there are."""
    rows = found.reading.faults
    places, words = found.reading.places, call.words
    broken = rows.filter(rows["code"] == "unreadable_row").height
    cells = {} if broken or rows.is_empty() else standing(source, found)
    listed, named = [], set[tuple[str, int, str | None]]()
    for table, row, column, message in rows.head(_LISTED).select("table", "row", "column", "message").iter_rows():
        # A cell with several faults is one field, at the first of them.
        key = (table, row, column)
        name = ":".join(map(str, key)) if key in cells and key not in named else None
        named.add(key)
        text = line(places, table, row, column, reworded(message, words, table, places.get(table)), words)
        listed.append(Fault(text, name, cells.get(key, "")))
    return listed, rows.height


@answers(router, "page.intake_marked")
def page_intake_marked(call: Reading, upload_id: str) -> Response:
    """The workbook with every faulty cell marked, and why."""
    with call.store() as store, _kept(store, call, upload_id) as (told, source):
        content = marked(
            source,
            check(source, known=known_to(store), columns=told["columns"], day=local_now().date()),
            lambda one, table, place: reworded(one, call.words, table, place),
        )
    return Response(content, media_type=_XLSX, headers=attached(f"{PurePath(told['name']).stem}-marked.xlsx"))


@answers(router, "page.intake_workbook")
def page_intake_workbook(call: Reading, upload_id: str) -> Response:
    """The workbook as it was mended here."""
    with call.store() as store:
        told, content = _sent(store, call, upload_id)
    if not told.get("mended"):
        raise ProblemError("not_found")
    return Response(content, media_type=_XLSX, headers=attached(f"{PurePath(told['name']).stem}-mended.xlsx"))


@answers(router, "page.intake_mend")
def page_intake_mend(request: Request, posted: posting.Posting, upload_id: str) -> Response:
    """Put what was written into its cells, and take what was said of headers; then it is read again."""
    call, back = posted.call, f"/intake/{upload_id}"
    with call.store() as store:
        with _kept(store, call, upload_id) as (told, source):
            try:
                found = check(source, known=known_to(store), columns=told["columns"], day=local_now().date())
                agreed = {*posted.form.getlist("column")}
                columns = {word: of for word, of in found.guesses.items() if f"{word}={of}" in agreed}
                stood = standing(source, found)
                given = {key: posted.form.get(":".join(map(str, key))) for key in stood}
                cells = {key: value for key, value in given.items() if isinstance(value, str) and value != stood[key]}
                content = mended(source, found, cells) if cells else b""
            except UnusableInputError as error:
                return onward(request, back, of_input(call.words, error).detail or "", wrong=True)
        if not cells and not columns:
            return onward(request, back, call.words(_AS_IT_WAS), wrong=True)
        number = told.get("mended", 0) + len(cells)
        name = f"{PurePath(told['name']).stem}.xlsx" if cells else told["name"]
        text = _packed(
            name, content or _sent(store, call, upload_id)[1], mended=number, columns={**told["columns"], **columns}
        )
        with store.writing():
            desk.change(store, "jobs", "job_id = :id AND kind = 'intake' AND asked_by = :who", {"arguments": text},
                        id=upload_id, who=call.who.login)  # fmt: skip
    return onward(request, back, call.words(_MENDED, count=len(cells)) if cells else call.words(_NAMED))


@answers(router, "page.intake_take")
def page_intake_take(request: Request, posted: posting.Posting, upload_id: str) -> Response:
    """Take it into the book, or let it go."""
    call = posted.call
    _refuse_chambers(call)
    if posted.text("what") == "drop":
        with call.store() as store, store.writing():
            _forget(store, call, upload_id)
        return onward(request, "/intake", call.words(_DROPPED))
    accept = posted.text("accept") or None

    def work(store: Store, hand: Any) -> tuple[int, Any]:
        with _kept(store, call, upload_id) as (told, source):
            found = import_tables(store, source, hand, accept=accept, columns=told["columns"])
        return 200, {"counts": found.counts}

    try:
        _, told = posting.done(posted, request.url.path, work, document=posted.text("document") or None)
    except UnusableInputError as error:
        return onward(request, f"/intake/{upload_id}", of_input(call.words, error).detail or "", wrong=True)
    with call.store() as store, store.writing():
        _forget(store, call, upload_id)
    words = call.words
    lines = [words(_TAKEN, table=_table(words, name), **counts) for name, counts in told.get("counts", {}).items()]
    return onward(request, "/writs?state=pending", *lines)


def _table(words: Any, name: str) -> str:
    from tengbol.service.pages.codes import Sayings

    return Sayings(words).table(name)


def _forget(store: Store, call: Call, upload_id: str) -> None:
    store.execute("DELETE FROM jobs WHERE kind = 'intake' AND job_id = :id AND asked_by = :who", id=upload_id,
                  who=call.who.login)  # fmt: skip
