"""Intake: rows as JSON or NDJSON, CSV, Parquet or a workbook, by the very door of `tengbol book import`."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import polars as pl
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from tengbol.book.acts import Hand
from tengbol.book.importing import foreseen, import_tables, known_to
from tengbol.book.store import Store
from tengbol.io.check import unsaid
from tengbol.io.read import survey
from tengbol.io.staging import staging
from tengbol.model.tables import TABLES
from tengbol.phrase import Phrase, said
from tengbol.report.rejected import reworded
from tengbol.service.door import Call, Writing
from tengbol.service.once import once
from tengbol.service.problems import EMPTY, ONE_CHAMBER, ProblemError, of_input, told_of
from tengbol.service.routing import Problem, answers
from tengbol.service.sent import parsed
from tengbol.service.trial import refuse_heavy, refuse_many

router = APIRouter()
#: What is read, by the content's kind: how its file is called.
KINDS: Final = {
    "application/json": ".json",
    "application/x-ndjson": ".ndjson",
    "text/csv": ".csv",
    "application/vnd.apache.parquet": ".parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.ms-excel": ".xls",
}
#: How often larger than itself a workbook may be when it is unpacked; tables of digits reach fifty.
_RATIO: Final = 200
#: Files in a workbook at most. The number of the first row, as a spreadsheet shows it below the header.
_FILES, _FIRST = 10_000, 2
#: Rejected rows that are told in full.
_TOLD: Final = 10_000
Table = Annotated[
    Literal["districts", "enforcers", "attachments", "absences", "writs", "recusals", "ledger", "balances"],
    Query(description="Which table the rows are of; workbooks and JSON say it themselves."),
]
Document = Annotated[str | None, Query(max_length=500, description="The paper by which the rows come.")]
Accept = Annotated[str | None, Query(max_length=500, description="Why rows may be left out.")]
_WRIT: Final = {
    "writ_id": "W-2026-1",
    "received_at": "2026-11-23T09:30:00",
    "form": "electronic",
    "issued_by": "District court",
    "number": "7199-26-00-2/1",
    "issued_on": "2026-11-02",
    "subject": "Recovery of a debt",
    "claim": "money",
    "amount": 50000,
    "creditor_id": "creditor 1",
    "creditor_kind": "individual",
    "debtor_id": "debtor 1",
    "debtor_district_id": "D1",
    "immediate": False,
    "state_interest": False,
    "signature": "valid",
    "origin": "new",
}
_CONTENT: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {name: {"type": "array", "items": {"type": "object"}} for name in TABLES},
                    "additionalProperties": False,
                    "minProperties": 1,
                },
                "example": {"writs": [_WRIT]},
            },
            **{kind: {"schema": {"type": "string", "format": "binary"}} for kind in list(KINDS)[1:]},
        },
    }
}


class Rejected(BaseModel):
    """A row that was not taken. row: as a spreadsheet shows it, the header is row 1; so item 0 of a list is row 2."""

    table: str
    row: int
    column: str | None
    code: str
    message: str


class Changed(BaseModel):
    """A cell of the book that is changed, by its row's key; null: nothing in it."""

    table: str
    id: str
    column: str
    old: str | None
    new: str | None


class Taken(BaseModel):
    """counts: by table how many rows are new, same, changed, rejected; `check` has `taken` too, the first three."""

    counts: dict[str, dict[str, int]]
    changed: list[Changed]
    rejected: list[Rejected]
    warnings: list[str]
    event: int | None


def _kind(request: Request) -> str:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in KINDS:
        raise ProblemError("wrong_kind", f"Content-Type: {', '.join(KINDS)}")
    return KINDS[kind]


@contextmanager
def tried(call: Call, suffix: str, table: str, body: bytes) -> Iterator[Path]:
    """The same, once it was seen that it can be read within the limits (`trial`). Raises `ProblemError`."""
    with source_of(call, suffix, table, body) as source:
        # JSON has been read already, and its rows are counted.
        if suffix not in (".json", ".ndjson"):
            refuse_heavy(source, call.settings)
        yield source


@contextmanager
def source_of(call: Call, suffix: str, table: str, body: bytes) -> Iterator[Path]:
    """What was sent as a folder or file that the readers take; gone afterwards."""
    if not body:
        raise ProblemError("malformed", EMPTY)
    with staging() as folder:
        if suffix in (".xlsx", ".ods"):
            _refuse_bomb(call, body)
        if suffix in (".xlsx", ".ods", ".xls"):
            place = folder / f"sent{suffix}"
            place.write_bytes(body)
            yield place
            return
        place = folder / "sent"
        place.mkdir()
        if suffix in (".csv", ".parquet"):
            (place / f"{table}{suffix}").write_bytes(body)
        else:
            sent = _rows(body, suffix, table)
            refuse_many(sum(rows.height for rows in sent.values()), call.settings)
            for name, rows in sent.items():
                rows.write_csv(place / f"{name}.csv")
        yield place


def _rows(body: bytes, suffix: str, table: str) -> dict[str, pl.DataFrame]:
    sent = {table: list(_lines(body))} if suffix == ".ndjson" else _cells(body)
    if not isinstance(sent, dict) or not sent or not set(sent) <= set(TABLES):
        told = Phrase("An object is needed, with a list of rows under each table: {tables}.", tables=", ".join(TABLES))
        raise ProblemError("invalid", told)
    return {name: _frame(name, rows) for name, rows in sent.items()}


def _lines(body: bytes) -> Iterator[Any]:
    byte = 0
    for number, line in enumerate(body.split(b"\n"), 1):
        if line.strip():
            yield _cells(line, number, byte)
        byte += len(line) + 1


def _cells(body: bytes, line: int = 1, byte: int = 0) -> Any:
    return parsed(body, line, byte, whole=str, other=_as_written)


def _as_written(number: str) -> str | float:
    """A number of a cell: its digits, none lost and none added; with an exponent, as programs write large ones."""
    return float(number) if {*"eE"} & {*number} else number


def _frame(name: str, rows: Any) -> pl.DataFrame:
    """Rows of one table as text, as they were written."""
    if not isinstance(rows, list) or not rows:
        raise ProblemError("invalid", Phrase("{table}: a list of rows is needed.", table=name), field=name)
    for place, row in enumerate(rows):
        if not isinstance(row, dict):
            told = Phrase("{table}, row {row}: an object is needed.", table=name, row=place + _FIRST)
            raise ProblemError("invalid", told, field=name)
        if nested := next((column for column, cell in row.items() if isinstance(cell, list | dict)), None):
            told = Phrase(
                "{table}, row {row}, {column}: a cell is text, a number, true, false or null.",
                table=name,
                row=place + _FIRST,
                column=nested,
            )
            raise ProblemError("invalid", told, field=f"{name}.{place}.{nested}")
    columns = list(dict.fromkeys(key for row in rows for key in row))
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), strict=False)


def _refuse_bomb(call: Call, body: bytes) -> None:
    """Raise `ProblemError` where a workbook is far larger than it looks."""
    try:
        sizes = [info.file_size for info in zipfile.ZipFile(BytesIO(body)).infolist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise ProblemError("malformed", Phrase("The body is no workbook.")) from None
    most = min(call.settings.most_unpacked, _RATIO * len(body))
    if sum(sizes) > most or len(sizes) > _FILES:
        told = Phrase("Unpacked, this workbook may have {n} bytes and {files} files at most.", n=most, files=_FILES)
        raise ProblemError("too_large", told)


def _rejected(rows: pl.DataFrame, call: Call) -> list[dict[str, Any]]:
    told = rows.head(_TOLD).rows(named=True)
    if call.words.language == "en":
        return told
    return [{**row, "message": reworded(row["message"], call.words, row["table"])} for row in told]


def _refuse_one_chamber(call: Call) -> None:
    if call.who.chamber_id is not None:
        raise ProblemError("not_allowed", ONE_CHAMBER)


@answers(router, "intake.take", response_model=Taken, openapi_extra=_CONTENT)
def intake_take(
    call: Writing,
    request: Request,
    table: Table = "writs",
    document: Document = None,
    accept: Accept = None,
) -> Response:
    """Take rows into the book; what it has already is no news, what is wrong is `rejected`, the rest is taken."""
    suffix = _kind(request)
    _refuse_one_chamber(call)

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        with tried(call, suffix, table, call.body) as source:
            found = import_tables(store, source, hand, accept=accept)
        return 200, {
            "counts": found.counts,
            "changed": found.changed.head(_TOLD).rows(named=True),
            "rejected": _rejected(found.rejected, call),
            "warnings": [said(note, call.words) for note in found.warnings],
            "event": found.seq,
        }

    return once(call, work, document=document)


class Checked(Taken):
    """stops: why `/intake` would refuse all of it, where it would; null where it would not."""

    stops: Problem | None


@answers(router, "intake.check", response_model=Checked, openapi_extra=_CONTENT)
def intake_check(
    call: Writing,
    request: Request,
    table: Table = "writs",
    document: Document = None,
    accept: Accept = None,
) -> dict[str, Any]:
    """Say what `/intake` would answer now to the same request, and change nothing; `event` is null."""
    suffix = _kind(request)
    _refuse_one_chamber(call)
    with tried(call, suffix, table, call.body) as source, call.store() as store:
        hand = Hand(call.who.login, document)
        reading = survey(source, known=known_to(store), day=hand.clock().date())
        found, stop = foreseen(store, reading, hand, accept=accept)
    counts = {name: {**rows, "taken": _taken(rows)} for name, rows in found.counts.items()}
    notes = [said(note, call.words) for note in (*found.warnings, *unsaid(reading))]
    stops = None if stop is None else told_of(call.words, of_input(call.words, stop))
    rejected = _rejected(found.rejected, call)
    changed = found.changed.head(_TOLD).rows(named=True)
    told = {"counts": counts, "changed": changed, "rejected": rejected, "warnings": notes}
    return {**told, "event": None, "stops": stops}


def _taken(rows: dict[str, int]) -> int:
    return rows["new"] + rows["same"] + rows["changed"]
