"""A small chamber as text, and ways to put it on disk; every person in it is invented."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import polars as pl
import xlsxwriter

from tengbol.errors import UnusableInputError
from tengbol.io.aliases import in_doubt, meant
from tengbol.model.tables import TABLES
from tengbol.phrase import joined

if TYPE_CHECKING:
    from pathlib import Path

IIN = "850101300124"

ROWS: dict[str, list[dict[str, str]]] = {
    "districts": [
        {"district_id": "751110000", "name": "Алмалы", "chamber_id": "75"},
        {"district_id": "751210000", "name": "Әуезов", "chamber_id": "75"},
    ],
    "enforcers": [
        {
            "enforcer_id": "0001",
            "name": "Асанов Асан",
            "district_id": "751110000",
            "licensed_from": "2020-01-01",
        },
        {
            **{"enforcer_id": "0002", "name": "Үсенова Әсем", "district_id": "751210000"},
            **{"licensed_from": "2021-05-01", "licensed_to": "2030-01-31"},
        },
    ],
    "attachments": [{"district_id": "751110000", "enforcer_id": "0002", "valid_from": "2025-01-01"}],
    "absences": [{"enforcer_id": "0002", "reason": "leave", "start": "2026-12-01", "end": "2026-12-20"}],
    "writs": [
        {
            **{
                "writ_id": "W1",
                "received_at": "2026-11-23T09:30:00",
                "form": "electronic",
                "issued_by": "Суд № 2",
            },
            **{
                "number": "7512-26-00-2/1",
                "issued_on": "2026-11-20",
                "subject": "Борыш, пайыз",
                "claim": "money",
            },
            **{"amount": "1500000.5", "creditor_id": "C-1", "creditor_kind": "individual", "debtor_id": IIN},
            **{
                "debtor_district_id": "751110000",
                "case_id": "2/1",
                "immediate": "false",
                "state_interest": "false",
            },
            **{"signature": "valid", "origin": "new"},
        },
        {
            **{
                "writ_id": "W2",
                "received_at": "2026-11-23T10:00:00",
                "form": "paper",
                "issued_by": "Суд № 3",
            },
            **{"number": "12", "issued_on": "2026-11-19", "subject": "Алимент", "claim": "alimony"},
            **{"creditor_id": "C-2", "creditor_kind": "individual", "debtor_id": "D-2"},
            **{"debtor_district_id": "751210000", "immediate": "true", "state_interest": "false"},
            **{"original_attached": "true", "origin": "returned", "previous_enforcer_id": "0002"},
        },
    ],
    "recusals": [{"writ_id": "W1", "enforcer_id": "0002", "ground": "article_54", "decision": "5/2026"}],
    "ledger": [
        {
            **{
                "writ_id": "W0",
                "case_id": "2/1",
                "debtor_id": IIN,
                "category": "alimony",
                "enforcer_id": "0001",
            },
            **{"district_id": "751110000", "assigned_at": "2026-01-15T11:00:00"},
        }
    ],
    "balances": [{"enforcer_id": "0001", "category": "alimony", "received": "7", "share": "6.333333333"}],
}


def chamber(**tables: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """The small chamber, with some tables replaced."""
    return {**ROWS, **tables}


def writ(**cells: str) -> dict[str, str]:
    """The first writ, with some cells replaced; one of another id is a document of its own."""
    first = ROWS["writs"][0]
    number = {"number": f"{cells['writ_id']}/1"[:200]} if "writ_id" in cells else {}
    return {**first, **number, **cells}


def as_csv(table: str, rows: list[dict[str, str]], separator: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, quoting=quoting, lineterminator="\n")
    columns = TABLES[table].columns
    writer.writerow(columns)
    writer.writerows([[row.get(column, "") for column in columns] for row in rows])
    return text.getvalue()


def as_frame(table: str, rows: list[dict[str, str]]) -> pl.DataFrame:
    columns = TABLES[table].columns
    return pl.DataFrame(
        {column: [row.get(column) for row in rows] for column in columns},
        schema=dict.fromkeys(columns, pl.String),
    )


def typed(table: str, rows: list[dict[str, str]]) -> pl.DataFrame:
    kinds = TABLES[table].kinds
    return as_frame(table, rows).select(kind.read(pl.col(name)).alias(name) for name, kind in kinds.items())


def csv_folder(folder: Path, tables: dict[str, list[dict[str, str]]]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text(as_csv(name, rows), encoding="utf-8")
    return folder


def parquet_folder(folder: Path, tables: dict[str, list[dict[str, str]]]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        typed(name, rows).write_parquet(folder / f"{name}.parquet")
    return folder


def workbook(path: Path, tables: dict[str, list[dict[str, str]]]) -> Path:
    """An .xlsx with typed cells: days and moments as Excel's numbers, booleans and amounts as such."""
    book = xlsxwriter.Workbook(path)
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    for name, rows in tables.items():
        sheet = book.add_worksheet(name)
        frame = typed(name, rows)
        sheet.write_row(0, 0, frame.columns)
        for line, cells in enumerate(frame.iter_rows(), start=1):
            for place, cell in enumerate(cells):
                if cell is None:
                    continue
                if frame.dtypes[place] in (pl.Date, pl.Datetime):
                    sheet.write_datetime(line, place, cell, day)
                elif frame.dtypes[place] == pl.String:
                    sheet.write_string(line, place, cell)
                else:
                    sheet.write(line, place, cell)
    book.close()
    return path


def columns_named(header, table):
    """The column of each word of a header; whoever reads one in doubt is told of all that are."""
    decided, doubtful = meant(header, table)
    if doubtful:
        raise UnusableInputError(joined([in_doubt(table, header[at], of, of[0]) for at, of in doubtful.items()], "\n"))
    return decided
