"""Every refusal of a row is at most 200 signs long, whole sentences, and is said in each language."""

from __future__ import annotations

import itertools

import polars as pl
import pytest
from books import clerk, home, opened, take
from small import proceeding, writ, write_tables

from tengbol.io.read import read
from tengbol.io.rejections import LONGEST
from tengbol.model.tables import TABLES
from tengbol.report.rejected import reworded
from tengbol.report.words import Words

#: What no column, or hardly one, takes: long, broken by a spreadsheet, of two meanings, a formula, no id of anybody.
JUNK = ("y" * 700, "#REF!", "01.02.03", "1,234", "9,00612E+11", "=1+1", "нет", "", "000000000000", "2026-13-45", "-5")


def junk_rows(columns):
    """Rows of one kind of junk, and rows in which it alternates, from every beginning."""
    whole = [dict.fromkeys(columns, text) for text in JUNK]
    mixed = [
        dict(zip(columns, itertools.islice(itertools.cycle(JUNK), start, start + len(columns)), strict=True))
        for start in range(len(JUNK))
    ]
    return [*whole, *mixed]


def refuse_long(rejected):
    assert rejected.height
    for code, message in rejected.select("code", "message").unique().rows():
        assert 0 < len(message) <= LONGEST, (code, len(message), message)
        assert message.rstrip("…").endswith((".", ")")), (code, message)
        for tongue in ("kk", "ru"):
            assert reworded(message, Words(tongue)) != message, (code, tongue, message)


@pytest.mark.parametrize("name", list(TABLES))
def test_no_message_of_any_table_is_longer_than_200_signs(name, tmp_path):
    folder = write_tables(tmp_path / "in", **home())
    good = pl.read_csv(folder / f"{name}.csv", infer_schema=False) if (folder / f"{name}.csv").exists() else None
    columns = TABLES[name].columns
    # Of ids of enforcers none may stand twice.
    rows = pl.DataFrame(junk_rows(columns), schema=dict.fromkeys(columns, pl.String))
    if name == "enforcers":
        rows = rows.with_columns(enforcer_id=pl.format("={}", pl.int_range(pl.len())))
    # And one cell of junk in a row that is good.
    if good is not None:
        ones = [good.head(1).with_columns(pl.lit(text).alias(c)) for c in good.columns[1:] for text in JUNK]
        rows = pl.concat([rows, *ones], how="diagonal")
        if name == "enforcers":
            rows = rows.with_row_index("n").with_columns(enforcer_id=pl.format("Z{}", "n")).drop("n")
            rows = pl.concat([good, rows], how="diagonal")
    rows.write_csv(folder / f"{name}.csv")
    refuse_long(read(folder).rejected)


def test_no_message_of_rows_that_meet_is_longer(tmp_path):
    long = "W" + "7" * 90
    twice = [
        writ(long, number="n" * 90, debtor_id="debtor 1"),
        writ(long + "8", number="n" * 90, debtor_id="debtor 1"),
        writ("A", amount="1"),
        writ("A", amount="2"),
    ]
    back = writ("B" + "1" * 90, origin="returned", previous_enforcer_id="E" + "9" * 90)
    past = [proceeding("B" + "1" * 90, enforcer_id="E" + "8" * 90)]
    folder = write_tables(tmp_path / "in", **home(writs=[*twice, back], ledger=past))
    found = read(folder).rejected
    assert {"duplicate_document", "conflicting_rows", "previous_enforcer_differs"} <= set(found["code"])
    refuse_long(found)


def test_no_message_of_a_book_is_longer(tmp_path):
    from tengbol.book.amending import annul
    from tengbol.book.batches import batch

    long = "W" + "7" * 90
    store = opened(
        f"sqlite:///{tmp_path / 'book'}",
        tmp_path,
        home(writs=[writ(long, number="n", debtor_id="debtor 1"), writ("V")]),
    )
    batch(store, clerk(), as_of=clerk().clock())
    hand = clerk()
    whose = type(hand)(hand.who, "№ 1", hand.clock, "second")
    other = take(store, tmp_path, writs=[writ("Z" * 90, number="n", debtor_id="debtor 1")])
    again = take(store, tmp_path, writs=[writ("V", amount="5")])
    annul(store, whose, long, reason="entered_twice")
    gone = take(store, tmp_path, writs=[writ(long, number="m")])
    for found, code in ((other, "duplicate_document"), (again, "already_distributed"), (gone, "annulled")):
        assert found.rejected["code"].to_list() == [code]
        refuse_long(found.rejected)
