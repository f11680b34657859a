"""What reading accepts, every later stage carries: cells at their limits and past them, from `run` to publishing."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import defaultdict
from functools import partial
from pathlib import Path
from shutil import copy
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from books import NOW, clerk
from hypothesis import given, settings
from hypothesis import strategies as st
from small import absence, attachment, balance, district, enforcer, proceeding, recusal, writ, write_tables

from tengbol.book.batches import batch
from tengbol.book.importing import import_tables
from tengbol.book.opening import init
from tengbol.book.publishing import published
from tengbol.errors import UnusableInputError
from tengbol.io.read import read
from tengbol.model.tables import TABLES
from tengbol.report import output
from tengbol.report.explained import in_language
from tengbol.report.folders import with_inputs
from tengbol.report.public.file import write_public
from tengbol.report.tables import tables
from tengbol.report.words import Words
from tengbol.runner import run
from tengbol.verify import verify
from tengbol.verify.public import verify_public

if TYPE_CHECKING:
    from collections.abc import Callable

    from tengbol.report.alarms import Inputs
    from tengbol.report.record import Record

KEY = "c3" * 32
#: Why rows that restrict or remember may be left out.
ACCEPT = "cells past their limits"
TEXTS = [
    *("=1+1", "@SUM(1)", "-1", "+1", "'", '"', "\\N", "{}", "%s", "<b>&amp;", "null", "0", " ", "a,b;c\td", "a\r\nb"),
    *("\x00", "a\x07b", "\x1b[31m", "a\u202eb", "\u2066a\u2069", "a\u200bb", "a\u00adb", "a\u2028b"),
    *("\ufffe", "\ufeffa", "Err:502", "Ошибка:508", "#Н/Д", "####", "x" * 200, "Ә" * 200, "x" * 201, "😀" * 200),
    *("x" * 10_001, "ә" * 10_000, "1e5", "000000000000", "9" * 12, "9" * 400),
]
NUMBERS = [
    *("0", "0.01", "999999999999999.99", "1" + "0" * 15, "1" + "0" * 18, "1" + "0" * 28, "9" * 400, "1e308", "1e-9"),
    *("-1", "-0", "nan", "inf", "0.005", "0.30000000000000004", "1500.4999999999998", "1,5", "1 500", "1000000"),
    *("1000001", "0.000000001", "0.0000000001", "999999.999999999", "1000000.000000001", "+5", ".5", "5.", "007", "٣"),
]
DAYS = [
    *("1991-12-15", "1991-12-16", "2099-12-31", "2100-01-01", "0001-01-01", "9999-12-31", "10000-01-01"),
    *("-262143-01-01", "262142-12-31", "1899-12-31", "2026-02-29", "2018-12-31", "2027-01-11", "09:30:00", "46349"),
    "2026-11-23T00:00:00",
]
MOMENTS = [
    *(f"{day}T09:30:00" for day in DAYS),
    *("1899-12-31T09:30:00", "2099-12-31T23:59:59.999999", "2026-11-23T24:00:00", "2026-11-23T23:59:60"),
    *("2026-11-20", "2026-11-20T10:00:00.123456789", "2026-11-20T10:00Z", "2026-11-20 10:00"),
]
Rows = dict[str, list[dict[str, Any]]]

#: A chamber that is sound whatever becomes of the rows beside it.
SOUND: Rows = {
    "districts": [district("D1"), district("D2")],
    "enforcers": [enforcer("E1"), enforcer("E2"), enforcer("E3", "D2")],
    "attachments": [attachment("D2", "E1")],
    "absences": [absence("E1", start="2026-12-01", end="2026-12-02")],
    "writs": [*(writ(f"W{n}") for n in range(3)), *(writ(f"V{n}", debtor_district_id="D2") for n in range(9))],
    "recusals": [recusal("W1", "E1")],
    "ledger": [proceeding("L", "E2")],
    "balances": [balance("E1", "individual", 1, "1")],
}


def edges(table: str, column: str) -> list[str]:
    """Cells at the limits of a column and past them."""
    kind = TABLES[table].kinds[column].type
    if kind == pl.Date:
        return DAYS
    if kind == pl.Datetime:
        return MOMENTS
    return NUMBERS if kind.is_numeric() else TEXTS


def fresh(table: str, n: int) -> dict[str, Any]:
    """The `n`-th row of a table beside the sound ones, which refers to sound ones alone."""
    day = dt.date(2010, 1, 1) + dt.timedelta(days=n)
    return {
        "districts": lambda: district(f"d{n}"),
        "enforcers": lambda: enforcer(f"e{n}", "D2"),
        "attachments": lambda: attachment("D1", "E3", valid_from=day),
        "absences": lambda: absence("E3", start=day, end="2026-11-01"),
        "writs": lambda: writ(f"x{n}", creditor_kind=("state", "individual", "legal_entity")[n % 3]),
        "recusals": lambda: recusal(f"x{n}", "E2"),
        "ledger": lambda: proceeding(f"l{n}", "E1"),
        "balances": lambda: balance(f"b{n}", "state", 1, "1"),
    }[table]()


def with_rows(spoilt: Rows) -> Rows:
    """The sound chamber with these rows beside it, and the enforcers whose balances are among them."""
    whose = [enforcer(f"b{n}", "D2") for n in range(len(spoilt["balances"]))]
    return {name: [*rows, *spoilt[name], *(whose if name == "enforcers" else ())] for name, rows in SOUND.items()}


def every_edge(step: int = 1) -> Rows:
    """A row for each edge of each column of each table; of every `step` edges one, others in the next column."""
    rows: Rows = {}
    for name, table in TABLES.items():
        spoilt = [
            (column, edge)
            for place, column in enumerate(table.columns)
            for edge in edges(name, column)[place % step :: step]
        ]
        rows[name] = [fresh(name, n) | {column: edge} for n, (column, edge) in enumerate(spoilt)]
    return rows


@st.composite
def spoilt(draw: st.DrawFn) -> Rows:
    """Some rows of each table, each spoilt in two or three cells."""
    rows: Rows = {}
    for name, table in TABLES.items():
        rows[name] = []
        for n in range(4):
            columns = draw(st.lists(st.sampled_from(table.columns), min_size=2, max_size=3, unique=True))
            cells = {column: draw(st.sampled_from(edges(name, column))) for column in columns}
            rows[name].append(fresh(name, n) | cells)
    return rows


def carried(folder: Path, source: Path, empty_book: Path, report: Callable[[Record, Inputs], object]) -> None:
    """Take a chamber through every stage; what one cannot use it says in a sentence, and all else is a fault."""
    run(source, folder / "out", as_of=NOW, seed="5eed", key=KEY, accept=ACCEPT)
    checked = verify(source, folder / "out", key=KEY, steps=1.0)
    assert checked.ok, str(checked)
    report(*with_inputs(folder / "out", source, lambda *_: None))
    copy(empty_book, folder / "book")
    store, _ = init(f"sqlite:///{folder / 'book'}", clerk())
    import_tables(store, source, clerk(), accept=ACCEPT)
    assert batch(store, clerk(), as_of=NOW, chamber_id="C1").result is not None
    told = published(store, chamber_id="C1")
    write_public(
        told.record, told.key, folder / "public", before=told.before, commitment=told.commitment, opening=told.opening
    )
    public = verify_public(folder / "public")
    assert public.ok, str(public)


def test_every_cell_at_its_limits_and_past_them_is_rejected_or_carried(empty_book, tmp_path, monkeypatch):
    # Pictures and paper are most of a report's work; the soak has them.
    monkeypatch.setattr("tengbol.report.page.pictures", lambda *_: defaultdict(str))
    monkeypatch.setattr(output, "can_print", lambda: False)
    rows = every_edge(2)
    source = write_tables(tmp_path / "in", **with_rows(rows))
    carried(tmp_path, source, empty_book, partial(_report, tmp_path / "report", Words("kk")))
    reading = read(source)
    assert set(reading.rejected["table"]) == set(TABLES)
    assert reading.chamber.writs.height > len(rows["writs"]) / 4


@pytest.mark.soak
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_cell_at_its_limits_is_carried_into_pictures_and_paper(empty_book, tmp_path, language):
    source = write_tables(tmp_path / "in", **with_rows(every_edge()))
    carried(tmp_path, source, empty_book, partial(_report, tmp_path / "report", Words(language)))


def _report(out: Path, words: Words, record: Record, inputs: Inputs) -> None:
    output.write_report(record, out, words, inputs=inputs)


@settings(max_examples=max(2, settings.default.max_examples // 15))
@given(rows=spoilt(), language=st.sampled_from(["kk", "ru", "en"]))
def test_whatever_reading_accepts_every_later_stage_carries(empty_book, rows, language):
    def report(record: Record, _: Inputs) -> None:
        tables(record)
        in_language(record, Words(language))

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source = write_tables(folder / "in", **with_rows(rows))
        try:
            carried(folder, source, empty_book, report)
        except UnusableInputError as told:
            assert str(told).endswith("."), told
