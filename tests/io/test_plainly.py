"""Rows plainly good are taken without a closer look: the tables are those that the closer look alone would give."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from io_cases import IIN, ROWS, typed
from polars.testing import assert_frame_equal

from tengbol.io import plainly
from tengbol.io.clerks.understand import understood
from tengbol.io.grid import Grid, contract_cells, no_broken_lines, text_rows, text_table
from tengbol.io.validate import Cells, split, validate
from tengbol.model.kinds import AMOUNT
from tengbol.model.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What may stand in any cell, good in some columns and bad in others.
CELLS = [
    *(None, "", " ", "x", " x", "W1", "W1\u00a0", "\ufeffW1", "0001", "0002 ", "751110000", " 751110000", "75111000"),
    *("2026-11-23", "2026-11-23T00:00:00", "2026-11-23 09:30", "2026-02-30", "0999-01-01", "2019-01-01", "9999-12-31"),
    *("true", "TRUE", "false ", "1", "+1", "-1", "1.0", "1e3", "nan", "7.0000000001", "9" * 18, "9" * 19, "#N/A"),
    *(IIN, IIN[:-1] + "5", f" {IIN}", "money", "alimony", "paper", "electronic", "returned", "individual", "valid"),
]

#: What a Parquet column of a type may hold beyond what text can say or the contract allows.
TYPED = {
    pl.Date: [dt.date(999, 12, 31), dt.date(1000, 1, 1), dt.date(2019, 1, 1)],
    pl.Datetime: [dt.datetime(999, 1, 1), dt.datetime(2026, 11, 23, 9, 30, 0, 1), dt.datetime(2026, 11, 23)],
    pl.Boolean: [True, False],
    pl.Float64: [-0.0, -1.0, 0.1, 5e-324, 1e300, 2.0**53, float("nan"), float("inf")],
    pl.Int64: [-1, 0, 10**18 - 1, 10**18],
    pl.Decimal: [Decimal("-0.1"), Decimal("0.000000001"), Decimal(10) ** 18 - 1, Decimal(10) ** 18],
}


@st.composite
def grids(draw: st.DrawFn, name: str) -> Grid:
    """A table's rows, some repeated, some cells replaced, some columns with their type, as Parquet may have them."""
    table = TABLES[name]
    texts, types = [], []
    good = typed(name, ROWS[name]).rows()
    for _ in range(draw(st.integers(1, 7))):
        which = draw(st.integers(0, len(good) - 1))
        text = [ROWS[name][which].get(column) for column in table.columns]
        value = list(good[which])
        for place in draw(st.lists(st.integers(0, len(text) - 1), max_size=3)):
            text[place] = draw(st.sampled_from(CELLS))
            value[place] = draw(
                st.sampled_from([None, *TYPED.get(table.kinds[table.columns[place]].type.base_type(), [])])
            )
        texts.append(text)
        types.append(value)
    kept = [draw(st.booleans()) and kind.type != pl.String for kind in table.kinds.values()]
    columns = {
        str(place): pl.Series(
            [row[place] for row in (types if kept[place] else texts)],
            dtype=kind.type if kept[place] else pl.String,
            strict=False,
        )
        for place, kind in enumerate(table.kinds.values())
    }
    cells = pl.DataFrame(columns).with_columns(row=pl.int_range(2, pl.len() + 2, dtype=pl.Int64))
    return Grid("x", tuple(table.columns), cells, no_broken_lines())


KNOWN = {name: typed(name, ROWS[name]) for name in ("districts", "enforcers")}
#: The same, and whoever is called by a key that rows are given.
GOOD = {
    name: typed(name, [*ROWS[name], *({**ROWS[name][0], f"{name[:-1]}_id": f"K{n}"} for n in range(2000))])
    for name in KNOWN
}


def same_by_both_roads(
    name: str, grid: Grid, known: Mapping[str, pl.DataFrame], samples: tuple[int, ...] = (plainly._SAMPLE,)
) -> None:
    """The closer look at a grid is the same however many cells the other road takes for a sample."""
    table = TABLES[name]
    whole, reasons, *_ = validate(table, understood(table, text_table(grid, table)[0], known)[0], known)
    for sample in samples:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(plainly, "_SAMPLE", sample)
            cells = Cells(contract_cells(grid, table)[0], lambda rows: text_rows(grid, table, rows))
            good, rejected, *_ = split(table, cells, known)
        assert_frame_equal(good, whole)
        assert_frame_equal(rejected, reasons)
        signs = [frame.select(pl.col(pl.Float64).cast(pl.String)).rows() for frame in (good, whole)]
        assert signs[0] == signs[1], "a zero has no sign"


@pytest.mark.parametrize("name", TABLES)
@given(st.data())
def test_both_roads_give_the_same_good_rows_and_the_same_rejections(name: str, data: st.DataObject):
    same_by_both_roads(name, data.draw(grids(name)), KNOWN)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("kept", [False, True])
def test_both_roads_judge_every_odd_cell_of_every_column_alike(name: str, kept: bool):
    table = TABLES[name]
    key = (table.key or table.columns)[0]
    texts, rows = [], []
    for place, column in enumerate(table.columns):
        of_type = TYPED.get(table.kinds[column].type.base_type())
        for cell in [None, *of_type] if kept and of_type else CELLS:
            for row in ROWS[name]:
                # A key of its own, so that nothing but the cell tells the rows apart.
                text = {**row, key: f"K{len(texts)}"}
                texts.append([text.get(each) for each in table.columns])
                rows.append((place, cell))
    columns = {}
    for place, kind in enumerate(table.kinds.values()):
        plain = pl.Series([row[place] for row in texts], dtype=pl.String)
        typed_column = kept and kind.type != pl.String
        if typed_column:
            plain = pl.select(kind.read(plain)).to_series()
        cells = [cell if at == place else was for (at, cell), was in zip(rows, plain.to_list(), strict=True)]
        columns[str(place)] = pl.Series(cells, dtype=kind.type if typed_column else pl.String)
    frame = pl.DataFrame(columns).with_columns(row=pl.int_range(2, pl.len() + 2, dtype=pl.Int64))
    # By the first cell alone a column is read by its usual way of writing, which later cells may not keep.
    same_by_both_roads(name, Grid("x", tuple(table.columns), frame, no_broken_lines()), GOOD, samples=(1, 2000))


def test_a_sound_table_is_never_looked_at_closely():
    for name, table in TABLES.items():
        # An id that is no IIN or BIN is always looked at.
        cells = typed(name, ROWS[name]).with_row_index("row", 2).with_columns(pl.col("row").cast(pl.Int64))
        read = plainly.typed(table, cells)
        assert not plainly.doubtful(table, cells, read, GOOD).any(), name
        assert not plainly.perhaps_alike(table, cells, lambda rows: pytest.fail("looked at")).any(), name


@given(st.lists(st.integers(0, 7 * 10**15), min_size=100, max_size=100))
def test_no_amount_in_hundredths_of_a_tenge_is_looked_at_closely(hundredths: list[int]):
    """A quotient that is not the nearest number there is would miss one in eight."""
    amounts = pl.DataFrame({"amount": [n / 100 for n in hundredths]})
    assert not amounts.select(AMOUNT.kept(pl.col("amount")).is_null().any()).item()
