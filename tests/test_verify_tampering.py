"""Every cell of every table of a result is held by `verify`: whichever is changed, something breaks.

Free text is the exception: of an explanation, only what the rules say of it is checked.
"""

from __future__ import annotations

import datetime as dt
import shutil
from decimal import Decimal

import polars as pl
import pytest
from small import district, enforcer, proceeding, put, writ, write_tables

from tengbol.runner import run
from tengbol.verify import verify
from tengbol.verify.files import COLUMNS

AS_OF = dt.datetime(2026, 11, 23, 9, 30)
FREE_TEXT = {("assignments", "explanation"), ("unassigned", "explanation")}
CELLS = [
    (table, column) for table, columns in COLUMNS.items() for column in columns if (table, column) not in FREE_TEXT
]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    write_tables(
        folder / "in",
        districts=[district("D1"), district("D2"), district("D3", "C2")],
        enforcers=[*(enforcer(f"E{n}") for n in range(3)), enforcer("F", "D2"), enforcer("G", "D3")],
        ledger=[proceeding("L", "E2", debtor_id="payer", category="alimony")],
        writs=[
            *(writ(f"one-{n}", debtor_district_id=f"D{1 + n % 2}") for n in range(7)),
            *(writ(f"two-{n}", case_id="K", debtor_id="d-1") for n in range(2)),
            writ("alimony", claim="alimony", amount=None, debtor_id="payer"),
            writ("unsigned", signature="invalid"),
            writ("unreadable", claim="no such claim"),
        ],
    )
    run(folder / "in", folder / "out", as_of=AS_OF, seed="ab12")
    assert verify(folder / "in", folder / "out").ok
    return folder


@pytest.fixture
def copy(made, tmp_path):
    shutil.copytree(made, tmp_path / "copy")
    return tmp_path / "copy"


def other(value: object) -> object:
    """The least there is beside a value."""
    if value is None:
        return "x"
    if isinstance(value, dt.date):
        return value + dt.timedelta(days=1)
    if isinstance(value, Decimal):
        return value + Decimal("0.000000001")
    if isinstance(value, float):
        return value + 1e-6
    return value + "x" if isinstance(value, str) else value + 1


@pytest.mark.parametrize(("table", "column"), CELLS, ids=[" ".join(cell) for cell in CELLS])
def test_a_changed_cell_is_found(copy, table, column):
    whole = pl.read_parquet(copy / "out" / f"{table}.parquet")
    row = CELLS.index((table, column)) % len(whole)
    values = whole[column].to_list()
    missing = {pl.Float64(): 0.5, pl.Date(): AS_OF.date()}.get(whole[column].dtype, "x")
    values[row] = other(missing if values[row] is None else values[row])
    put(copy / "out", table, whole.with_columns(pl.Series(column, values, dtype=whole[column].dtype)))
    assert verify(copy / "in", copy / "out").broken()


@pytest.mark.parametrize("table", COLUMNS)
@pytest.mark.parametrize("how", ["lost", "twice", "empty"])
def test_a_row_lost_or_told_twice_is_found(copy, table, how):
    whole = pl.read_parquet(copy / "out" / f"{table}.parquet")
    rows = {"lost": whole[1:], "twice": pl.concat([whole, whole[:1]]), "empty": whole[:0]}
    put(copy / "out", table, rows[how])
    assert verify(copy / "in", copy / "out").broken()
