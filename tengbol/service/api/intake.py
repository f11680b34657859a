"""Intake: rows as JSON or NDJSON, CSV, Parquet or a workbook, by the very door of `tengbol book import`."""

from __future__ import annotations

import json
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
from tengbol.book.importing import import_tables, known_to
from tengbol.book.store import Store
from tengbol.io.check import check
from tengbol.io.staging import staging
from tengbol.model.tables import TABLES
from tengbol.report.rejected import reworded
from tengbol.service.door import Call, Writing
from tengbol.service.once import once
from tengbol.service.problems import ProblemError
from tengbol.service.routing import answers

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
#: Rejected rows that are told in full.
_TOLD: Final = 10_000
Table = Annotated[
    Literal["districts", "enforcers", "attachments", "absences", "writs", "recusals", "ledger", "balances"],
    Query(description="Which table the rows are of; workbooks and JSON say it themselves."),
]
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


class Taken(BaseModel):
    """counts: by table how many rows were new, same, changed, rejected."""

    counts: dict[str, dict[str, int]]
    rejected: list[Rejected]
    warnings: list[str]
    event: int | None


def _kind(request: Request) -> str:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in KINDS:
        raise ProblemError("wrong_kind", f"Content-Type: {', '.join(KINDS)}")
    return KINDS[kind]


@contextmanager
def source_of(call: Call, suffix: str, table: str, body: bytes) -> Iterator[Path]:
    """What was sent as a folder or file that the readers take; gone afterwards."""
    if not body:
        raise ProblemError("malformed")
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
            for name, rows in _rows(body, suffix, table).items():
                rows.write_csv(place / f"{name}.csv")
        yield place


def _rows(body: bytes, suffix: str, table: str) -> dict[str, pl.DataFrame]:
    try:
        sent = {table: [json.loads(line) for line in body.splitlines() if line.strip()]} if suffix == ".ndjson" else (
            json.loads(body)
        )  # fmt: skip
    except (ValueError, RecursionError):
        raise ProblemError("malformed") from None
    if not isinstance(sent, dict) or not sent or not set(sent) <= set(TABLES):
        raise ProblemError("invalid", f"one of {', '.join(TABLES)}")
    return {name: _frame(name, rows) for name, rows in sent.items()}


def _frame(name: str, rows: Any) -> pl.DataFrame:
    """Rows of one table as text, as they were written."""
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise ProblemError("invalid", "a list of rows is needed", field=name)
    columns = list(dict.fromkeys(key for row in rows for key in row))
    if any(isinstance(cell, list | dict) for row in rows for cell in row.values()):
        raise ProblemError("invalid", "a cell is text, a number, true, false or null", field=name)
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), strict=False)


def _refuse_bomb(call: Call, body: bytes) -> None:
    """Raise `ProblemError` where a workbook is far larger than it looks."""
    try:
        sizes = [info.file_size for info in zipfile.ZipFile(BytesIO(body)).infolist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise ProblemError("malformed") from None
    if sum(sizes) > min(call.settings.most_unpacked, _RATIO * len(body)) or len(sizes) > 10_000:
        raise ProblemError("too_large")


def _rejected(rows: pl.DataFrame, call: Call) -> list[dict[str, Any]]:
    told = rows.head(_TOLD).rows(named=True)
    if call.words.language == "en":
        return told
    return [{**row, "message": reworded(row["message"], call.words, row["table"])} for row in told]


@answers(router, "intake.take", response_model=Taken, openapi_extra=_CONTENT)
def intake_take(
    call: Writing,
    request: Request,
    table: Table = "writs",
    document: Annotated[str | None, Query(max_length=500)] = None,
    accept: Annotated[str | None, Query(max_length=500, description="Why rows may be left out.")] = None,
) -> Response:
    """Take rows into the book; what it has already is no news, what is wrong is `rejected`, the rest is taken."""
    suffix = _kind(request)
    if call.who.chamber_id is not None:
        # A table may be about any chamber.
        raise ProblemError("not_allowed")

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        with source_of(call, suffix, table, call.body) as source:
            found = import_tables(store, source, hand, accept=accept)
        return 200, {
            "counts": found.counts,
            "rejected": _rejected(found.rejected, call),
            "warnings": list(found.warnings),
            "event": found.seq,
        }

    return once(call, work, document=document)


@answers(router, "intake.check", response_model=Taken, openapi_extra=_CONTENT)
def intake_check(call: Writing, request: Request, table: Table = "writs") -> dict[str, Any]:
    """Say what of it would be taken, and change nothing."""
    suffix = _kind(request)
    with call.store() as store, source_of(call, suffix, table, call.body) as source:
        found = check(source, known=known_to(store))
    counts = {name: {"taken": found.taken[name], "rejected": found.refused[name]} for name in found.taken}
    rejected = _rejected(found.reading.rejected, call)
    return {"counts": counts, "rejected": rejected, "warnings": list(found.notes), "event": None}
