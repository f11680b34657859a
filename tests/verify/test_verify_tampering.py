"""Every cell of every table of a result is held by `verify`: whichever is changed, something breaks."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from decimal import Decimal

import polars as pl
import pytest
from small import absence, district, enforcer, proceeding, put, writ, write_tables

from tengbol.model.sentences import WORDS as TEMPLATES_OF_THE_LAW
from tengbol.runner import run
from tengbol.verify import verify
from tengbol.verify.decisions import COLUMNS as REASONS
from tengbol.verify.files import COLUMNS
from tengbol.verify.findings import Kind
from tengbol.verify.wording import WORDS

AS_OF = dt.datetime(2026, 11, 23, 9, 30)
TABLES = COLUMNS | REASONS
CELLS = [(table, column) for table, columns in TABLES.items() for column in columns]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    write_tables(
        folder / "in",
        districts=[district("D1"), district("D2"), district("D3", "C2")],
        enforcers=[*(enforcer(f"E{n}") for n in range(4)), enforcer("F", "D2"), enforcer("G", "D3")],
        absences=[absence("E3", "leave", start="2026-11-20", end="2027-02-01")],
        ledger=[
            proceeding("L", "E2", debtor_id="payer", category="alimony"),
            proceeding("M", "E3", debtor_id="d-1", case_id="K"),
        ],
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
    instead = {pl.Float64(): 0.5, pl.Date(): AS_OF.date(), pl.Int64(): 1, pl.Datetime("us"): AS_OF}
    gap = instead.get(whole[column].dtype, "x")
    values[row] = other(gap if values[row] is None else values[row])
    put(copy / "out", table, whole.with_columns(pl.Series(column, values, dtype=whole[column].dtype)))
    assert verify(copy / "in", copy / "out").broken()


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("how", ["lost", "twice", "empty"])
def test_a_row_lost_or_told_twice_is_found(copy, table, how):
    whole = pl.read_parquet(copy / "out" / f"{table}.parquet")
    rows = {"lost": whole[1:], "twice": pl.concat([whole, whole[:1]]), "empty": whole[:0]}
    put(copy / "out", table, rows[how])
    assert verify(copy / "in", copy / "out").broken()


def test_a_sentence_is_held_letter_for_letter(copy):
    whole = pl.read_parquet(copy / "out" / "assignments.parquet")
    put(copy / "out", "assignments", whole.with_columns(pl.col("explanation").str.replace(" a lot", " the chairman")))
    found = verify(copy / "in", copy / "out").broken()
    assert {finding.check for finding in found} == {"explanations"}


def forged(copy, **changed):
    manifest = json.loads((copy / "out" / "manifest.json").read_text(encoding="utf-8"))
    manifest = {name: value for name, value in (manifest | changed).items() if value is not None}
    (copy / "out" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return verify(copy / "in", copy / "out")


def test_a_result_in_other_words_is_told_as_not_compared(copy):
    found = forged(copy, words="0123456789abcdef")
    assert found.ok
    assert [finding.subject for finding in found.of(Kind.UNPROVEN) if finding.check != "lot"] == ["words"]


@pytest.mark.parametrize("told", [None, 1, 3, "2", 2.0, True])
def test_tables_that_say_why_cannot_be_told_away(copy, told):
    assert {finding.subject for finding in forged(copy, format=told).broken("manifest")} == {"format"}


def test_both_packages_have_the_same_words():
    assert WORDS == TEMPLATES_OF_THE_LAW
