"""Rows that a hurried clerk spoils: one or two of each kind that the contract rejects (section 2).

A fault is a copy of a good row under an id of its own, with one cell spoilt; it stands at a random place of
its table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from tengbol.scenarios.draws import stream

if TYPE_CHECKING:
    from collections.abc import Mapping


class Fault(NamedTuple):
    """A row to be rejected: good rows above it, its cells as text, the column and code to expect."""

    table: str
    after: int
    cells: dict[str, str | None]
    column: str
    code: str


class Mark(NamedTuple):
    """A cell whose text is no value of its column's type: row of the frame, column, text."""

    row: int
    column: str
    text: str


@dataclass(frozen=True)
class Planted:
    """A table with its faults: null where a cell has no value of its type, and the `marks` to write there.

    `rejected`: `table`, `row` (as a spreadsheet shows it), `column` and `code` of each fault.
    """

    frame: pl.DataFrame
    marks: tuple[Mark, ...]
    rejected: pl.DataFrame


def faults(seed: int, tables: Mapping[str, pl.DataFrame]) -> list[Fault]:
    """Say what to plant in `tables`; nothing in a table that has no good row to spoil."""
    rng = stream(seed, "faults")
    found = [*_writ_faults(tables["writs"]), *_other_faults(tables)]
    after = [int(rng.integers(fault.after, tables[fault.table].height + 1)) for fault in found]
    return [fault._replace(after=place) for fault, place in zip(found, after, strict=True)]


def plant(name: str, good: pl.DataFrame, found: list[Fault]) -> Planted:
    """Return the table `name` with those of the faults `found` that are its own."""
    own = sorted((fault for fault in found if fault.table == name), key=lambda fault: fault.after)
    after = np.array([fault.after for fault in own], dtype=np.int64)
    places = after + np.arange(len(own))
    cells = [{column: _value(fault.cells[column], kind) for column, kind in good.schema.items()} for fault in own]
    bad = pl.DataFrame(cells, schema=good.schema)
    order = np.insert(np.arange(good.height), after, good.height + np.arange(len(own)))
    marks = tuple(
        Mark(int(place), column, text)
        for place, fault, values in zip(places, own, cells, strict=True)
        for column, text in fault.cells.items()
        if text is not None and values[column] is None
    )
    rejected = pl.DataFrame(
        [(name, int(place) + 2, fault.column, fault.code) for place, fault in zip(places, own, strict=True)],
        schema={"table": pl.String, "row": pl.Int64, "column": pl.String, "code": pl.String},
        orient="row",
    )
    return Planted(pl.concat([good, bad])[order] if own else good, marks, rejected)


def _writ_faults(writs: pl.DataFrame) -> list[Fault]:
    plain = writs.with_row_index("place").filter(claim="money", origin="new").head(1)
    if plain.is_empty():
        return []
    place, row = plain["place"].item(), _text(plain.drop("place"))
    row["case_id"] = None
    debtor, creditor = str(row["debtor_id"]), str(row["creditor_id"])
    again = {"origin": "returned", "previous_enforcer_id": None}
    paper = {"form": "paper", "signature": None, "original_attached": None}
    digital = {"form": "electronic", "signature": None, "original_attached": None}
    spoilt = [
        ("debtor_id", "bad_check_digit", {"debtor_id": _wrong(debtor)}),
        ("creditor_id", "bad_check_digit", {"creditor_id": _wrong(creditor)}),
        ("issued_on", "no_such_day", {"issued_on": "2026-02-30"}),
        ("issued_on", "bad_date", {"issued_on": "күні анық емес"}),
        ("received_at", "bad_time", {"received_at": "2026-11-23T25:10:00"}),
        ("received_at", "missing_value", {"received_at": None}),
        ("debtor_district_id", "unknown_district", {"debtor_district_id": "999999999"}),
        ("amount", "missing_value", {"amount": None, "creditor_kind": "state"}),
        ("amount", "bad_number", {"amount": "жүз мың", "creditor_kind": "state"}),
        ("claim", "bad_code", {"claim": "pension"}),
        ("creditor_kind", "bad_code", {"creditor_kind": "bank"}),
        ("immediate", "bad_boolean", {"immediate": "мүмкін"}),
        ("previous_enforcer_id", "missing_value", again),
        ("original_attached", "missing_value", paper),
        ("signature", "missing_value", digital),
    ]
    found = [
        Fault("writs", 0, {**row, "writ_id": _own(row, number), **cells}, column, code)
        for number, (column, code, cells) in enumerate(spoilt, start=1)
    ]
    twice = [
        Fault("writs", 0, {**row, "writ_id": _own(row, 99), "amount": amount}, "writ_id", "conflicting_rows")
        for amount in ("250000.00", "520000.00")
    ]
    return [*found, *twice, Fault("writs", place + 1, _text(plain.drop("place")), "writ_id", "duplicate_row")]


def _other_faults(tables: Mapping[str, pl.DataFrame]) -> list[Fault]:
    # Of what restricts or remembers only what loses nothing: all else would stop the demo's batch (`io.lost`).
    stranger = {"enforcer_id": "JSO-11-888"}
    spoilt = [
        ("enforcers", "district_id", "unknown_district", {"enforcer_id": "JSO-11-777", "district_id": "999999999"}),
        ("attachments", "enforcer_id", "unknown_enforcer", stranger),
        ("absences", "enforcer_id", "unknown_enforcer", stranger),
        ("balances", "enforcer_id", "unknown_enforcer", stranger),
    ]
    return [
        Fault(table, 0, {**_text(tables[table].head(1)), **cells}, column, code)
        for table, column, code, cells in spoilt
        if tables[table].height
    ]


def _own(row: Mapping[str, str | None], number: int) -> str:
    return f"{str(row['writ_id'])[:6]}{9_000_000 + number}"


def _wrong(number: str) -> str:
    """Return the number with another last digit."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def _text(row: pl.DataFrame) -> dict[str, str | None]:
    """Return the only row of a frame as a CSV file would have it."""
    return {column: _written(value) for column, value in row.row(0, named=True).items()}


def _written(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _value(text: str | None, kind: pl.DataType) -> object:
    """Return the value of `kind` that `text` stands for; None where it stands for none."""
    if text is None:
        return None
    try:
        if kind == pl.Date:
            return date.fromisoformat(text)
        if kind == pl.Datetime:
            return datetime.fromisoformat(text)
        if kind == pl.Boolean:
            return {"true": True, "false": False}[text]
        if kind == pl.Float64:
            return float(text)
        if kind == pl.Decimal:
            return Decimal(text)
        return int(text) if kind == pl.Int64 else text
    except (ValueError, KeyError, InvalidOperation):
        return None
