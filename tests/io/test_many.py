"""Inputs looked at together are what each is by itself, and one with any doubt is left to be read by itself."""

from __future__ import annotations

import datetime as dt
import shutil
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from small import absence, attachment, balance, district, enforcer, proceeding, recusal, writ, write_tables

from tengbol.errors import UnusableInputError
from tengbol.io.many import Plain, plain_inputs
from tengbol.io.read import read
from tengbol.model.tables import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from small import Row

DAY = dt.date(2026, 11, 23)


def good(**more: list[Row]) -> dict[str, list[Row]]:
    """Every table with rows of which none is in doubt; `more` comes behind them."""
    tables = {
        "districts": [district("D1"), district("D2")],
        "enforcers": [enforcer("E1"), enforcer("E2"), enforcer("F1", "D2")],
        "attachments": [attachment("D2", "E1")],
        "absences": [absence("E2")],
        "writs": [writ("W1"), writ("W2"), writ("W3", origin="returned", previous_enforcer_id="E1")],
        "recusals": [recusal("W1", "E1")],
        "ledger": [proceeding("W3", "E1", closed_at="2026-11-19T12:00:00"), proceeding("L1", "E2")],
        "balances": [balance("E1", "individual", 1, "0.5")],
    }
    return {name: [*rows, *more.get(name, [])] for name, rows in tables.items()}


def looked_at(*folders: Path) -> list[Plain | None]:
    """What is found, each held against what it is by itself."""
    found = plain_inputs([(folder, DAY) for folder in folders])
    for folder, plain in zip(folders, found, strict=True):
        if plain is not None:
            alone = read(folder, day=DAY)
            for name in TABLES:
                assert_frame_equal(getattr(plain.chamber, name), getattr(alone.chamber, name))
            assert alone.rejected.is_empty() and plain.chamber.lost is alone.chamber.lost is None
            assert plain.sums == {one.file: one.sha256 for one in alone.sources}
            assert plain.given == {one.table for one in alone.sources}
    return found


def as_parquet(folder: Path) -> Path:
    """The same tables, typed."""
    chamber = read(folder, day=DAY).chamber
    for file in folder.glob("*.csv"):
        getattr(chamber, file.stem).write_parquet(file.with_suffix(".parquet"))
        file.unlink()
    return folder


def test_inputs_without_a_doubt_are_what_each_is_by_itself(tmp_path):
    folders = [write_tables(tmp_path / f"{n}", **good(writs=[writ(f"X{n}")])) for n in range(3)]
    folders += [as_parquet(write_tables(tmp_path / "typed", **good(ledger=[proceeding("L2", "E1")])))]
    # Tables that are not there, have no rows, or refer to others than the rest do.
    few = {name: good()[name] for name in ("districts", "enforcers", "writs")}
    folders += [write_tables(tmp_path / "few", **few), write_tables(tmp_path / "none", **{**few, "ledger": []})]
    folders += [write_tables(tmp_path / "no writs", **{**few, "writs": []})]
    folders += [write_tables(tmp_path / "others", **good(enforcers=[enforcer("G1")], absences=[absence("G1")]))]
    assert None not in looked_at(*folders)


#: What makes a row doubtful, or not be what it seems, alone or beside another one of its input.
FAULTS: list[dict[str, list[Row]]] = [
    {"writs": [writ("W1", amount=1)]},
    {"writs": [writ("X9", number="N-W1", debtor_id="debtor of W1")]},
    {"writs": [writ("X9", number="№ n-w1", debtor_id="debtor of W1")]},
    {"writs": [writ("X9", debtor_district_id="G1")]},
    {"writs": [writ("X9", amount="")], "ledger": [proceeding("W2", "G1")]},
    {"writs": [writ("X9", issued_on="2026-11-21")]},
    {"writs": [writ(" X9 ")]},
    {"writs": [writ("L9", origin="returned", previous_enforcer_id="E1")], "ledger": [proceeding("L9", "E2")]},
    {"writs": [writ("L9", origin="returned", previous_enforcer_id="f1")], "ledger": [proceeding("L9", "F1")]},
    {"ledger": [proceeding("w1", "E1", debtor_id="debtor of W1")]},
    {"ledger": [proceeding("L1", "E2", debtor_id="debtor of L2")]},
    {"ledger": [proceeding("L7", "E1", district_id="G1")]},
    {"recusals": [recusal("N-W2", "E1")]},
    {"recusals": [recusal("w2", "E1")]},
    {"recusals": [recusal("X7", "E1")]},
    {"balances": [balance("E1", "individual", 2, "0.5")]},
    {"balances": [balance("G1", "individual", 2, "0.5")]},
    {"balances": [balance("E2", "individual", -2, "0.5")]},
    {"absences": [absence("G1")]},
    {"absences": [absence("e1")]},
    {"attachments": [attachment("G1", "E1")]},
    {"enforcers": [enforcer("E1")]},
    {"enforcers": [enforcer("H1", "no such")]},
    {"enforcers": [enforcer("H1", "District D1")]},
    {"districts": [district("D1", "C9")]},
]


@pytest.mark.parametrize("fault", FAULTS, ids=range(len(FAULTS)))
@pytest.mark.parametrize("typed", [False, True], ids=["csv", "parquet"])
def test_an_input_in_doubt_is_left_and_those_beside_it_are_not(tmp_path, fault, typed):
    # The one beside it has whatever the faulty one refers to in vain.
    beside = {"districts": [district("G1")], "enforcers": [enforcer("G1")], "writs": [writ("X7")]}
    folders = [
        write_tables(tmp_path / "1", **good()),
        write_tables(tmp_path / "2", **good(**fault)),
        write_tables(tmp_path / "3", **good(**beside)),
    ]
    if typed:
        folders = [as_parquet(folders[0]), folders[1], as_parquet(folders[2])]
    first, _, last = looked_at(*folders)
    assert first is not None and last is not None


def test_what_is_twice_in_two_inputs_is_twice_in_neither(tmp_path):
    one = good(ledger=[proceeding("X1", "E1", closed_at="2026-11-19T12:00:00")])
    two = good(
        writs=[writ("X1", origin="returned", previous_enforcer_id="E2"), writ("Y1", number="N-X1")],
        recusals=[recusal("X1", "E1")],
    )
    three = good(writs=[writ("x1", debtor_id="debtor of X1", number="N-X1")])
    assert None not in looked_at(*(write_tables(tmp_path / f"{n}", **of) for n, of in enumerate((one, two, three))))


@pytest.mark.parametrize("spoil", ["header", "absent", "twice", "line", "no file"])
def test_what_stops_a_batch_is_told_where_the_input_is_read_by_itself(tmp_path, spoil):
    folders = [write_tables(tmp_path / f"{n}", **good()) for n in range(2)]
    file = folders[1] / "ledger.csv"
    match spoil:
        case "header":
            file.write_text(file.read_text().replace("debtor_id", "who owes"))
        case "absent":
            (folders[1] / "writs.csv").unlink()
        case "twice":
            pl.read_csv(file).write_parquet(folders[1] / "ledger.parquet")
        case "line":
            file.write_text(file.read_text() + '"W9,' + "x," * 20 + "\n")
        case _:
            shutil.rmtree(folders[1])
    found = looked_at(*folders)
    assert found[0] is not None and found[1] is None
    if spoil != "line":
        with pytest.raises(UnusableInputError):
            read(folders[1], day=DAY)


CELLS = ["", " ", "E1", "e1", "E2", "W1", "w1", "L1", "D1", "G1", "N-W1", "returned", "2026-11-24", "alimony", "#N/A"]


@st.composite
def inputs(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Good tables with some rows repeated and some cells replaced."""
    tables: dict[str, list[Any]] = good()
    for _ in range(draw(st.integers(0, 2))):
        name = draw(st.sampled_from([*tables]))
        row = dict(draw(st.sampled_from(tables[name])))
        for column in draw(st.lists(st.sampled_from([*row]), max_size=2)):
            row[column] = draw(st.sampled_from(CELLS))
        tables[name] = [*tables[name], row]
    return tables


@settings(max_examples=max(2, settings.default.max_examples // 4), suppress_health_check=[HealthCheck.too_slow])
@given(several=st.lists(inputs(), min_size=2, max_size=3))
def test_whatever_stands_in_them_they_are_what_each_is_by_itself(tmp_path_factory, several):
    folder = tmp_path_factory.mktemp("several")
    looked_at(*(write_tables(folder / f"{n}", **tables) for n, tables in enumerate(several)))
