"""A recusal may name its writ as people do: by its id in any spelling, or by the number of the document (¶12)."""

from __future__ import annotations

from datetime import datetime

import books
import pytest
from books import home, opened, take
from small import balance, district, enforcer, proceeding, recusal, writ, write_tables

import tengbol
from tengbol.book.kept import held
from tengbol.errors import UnusableInputError
from tengbol.io.lost import accepted

#: The writ's id, and the number of its document, in other spellings.
SPELLINGS = ["ид-100/26", "ИД–100/26", "№ ИД-100/26", "7512-26-00-2/1", "7512–26–00–2\\1", "№7512-26-00-2/1"]
PEOPLE = [enforcer("E1"), enforcer("E2")]
WRITS = [writ("ИД-100/26", number="7512-26-00-2/1"), writ("ИД-101/26", number="7512-26-00-2/2", debtor_id="D7")]


def given(folder, **tables):
    whole = {"districts": [district("D1")], "enforcers": PEOPLE, "writs": WRITS}
    return tengbol.read(write_tables(folder, **{**whole, **tables}))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_p12_a_recusal_is_of_the_writ_that_it_names_however_that_is_spelt(spelling, tmp_path):
    reading = given(tmp_path, recusals=[recusal(spelling, "E1")])
    assert reading.rejected.is_empty()
    assert reading.chamber.recusals["writ_id"].to_list() == ["ИД-100/26"]
    assert any("writ_id was put into its one form in rows 2" in str(note) for note in reading.warnings)
    for seed in range(8):
        result = tengbol.distribute(reading, as_of=datetime(2026, 11, 23, 9, 30), seed=f"{seed:02x}")
        assert dict(result.assignments.select("writ_id", "enforcer_id").iter_rows())["ИД-100/26"] == "E2"


@pytest.mark.parametrize("seed", range(4))
def test_p12_verify_holds_a_result_to_a_recusal_by_number(seed, tmp_path):
    folder = write_tables(
        tmp_path / "in",
        districts=[district("D1")],
        enforcers=PEOPLE,
        writs=WRITS,
        recusals=[recusal("7512-26-00-2/1", "E1")],
    )
    told = books.tengbol(
        "run", folder, "--out", tmp_path / "out", "--as-of", "2026-11-23T09:30", "--seed", f"{seed:02x}"
    )
    assert "writ_id was put into its one form" in told.stdout + told.stderr
    assert tengbol.verify(folder, tmp_path / "out").ok


@pytest.mark.parametrize(("entered", "said"), [("0017", "17"), ("17", "0017"), ("0017", "№ 17")])
def test_p12_p13_a_number_names_its_writ_also_without_the_zeros_that_a_spreadsheet_took(entered, said, tmp_path):
    writs = [writ(entered), writ("18", number="0099", debtor_id="D7")]
    mine = proceeding(said, "E1", debtor_id=writs[0]["debtor_id"])
    past = [mine, proceeding(said, "E1", debtor_id="D8", closed_at="2026-04-01T12:00:00")]
    reading = given(tmp_path, writs=writs, recusals=[recusal(said, "E1"), recusal("99", "E2")], ledger=past)
    assert reading.rejected.is_empty()
    assert reading.chamber.recusals["writ_id"].to_list() == [entered, "18"]
    assert reading.chamber.ledger["writ_id"].to_list() == [entered, said], "of the same debtor alone"


def test_p6_a_document_is_one_also_without_the_zeros_before_its_number(tmp_path):
    numbers = {"W1": "0017", "W2": "17", "W3": "170"}
    reading = given(tmp_path, writs=[writ(w, number=number, debtor_id="D7") for w, number in numbers.items()])
    assert reading.chamber.writs["writ_id"].to_list() == ["W1", "W3"]
    assert reading.rejected["code"].to_list() == ["duplicate_document"]


def test_p12_a_number_of_two_writs_stops_the_batch_with_both(tmp_path):
    twice = [writ("W1", number="12"), writ("W2", number="№ 12", issued_by="Court 2")]
    reading = given(tmp_path, writs=twice, recusals=[recusal("12", "E1")])
    assert reading.rejected.select("table", "column", "code").rows() == [("recusals", "writ_id", "two_meanings")]
    assert "which can be W1 or W2; write the one that is meant" in reading.rejected["message"][0]
    with pytest.raises(UnusableInputError, match="restrict or remember"):
        accepted(reading, None)
    taken = accepted(reading, "the commission is asked")
    assert taken is not None
    assert taken.recused == [("W1", "E1"), ("W2", "E1")]


def test_an_id_is_its_own_also_where_it_is_the_number_of_another(tmp_path):
    reading = given(tmp_path, writs=[writ("12", number="40"), writ("W2", number="12")], recusals=[recusal("12", "E1")])
    assert reading.chamber.recusals["writ_id"].to_list() == ["12"]


def test_p12_a_recusal_of_no_writ_is_said(tmp_path):
    rows = [
        recusal("ИД-100/26", "E1"),
        recusal("ИД-999/26", "E1"),
        recusal("L", "E2"),
        recusal(None, "E2", party_id="P"),
    ]
    reading = given(tmp_path, recusals=rows, ledger=[proceeding("L", "E1")])
    assert reading.rejected.is_empty(), "its writ may come later"
    assert [str(note) for note in reading.warnings if "no writ's id" in str(note)] == [
        "recusals: in rows 3 writ_id is no writ's id or number, so that these keep nobody from any writ here; see "
        "whether another is meant."
    ]


def test_p13_a_writ_that_is_open_in_the_ledger_is_known_however_its_id_is_spelt(tmp_path):
    rows = [proceeding("ид–100/26", "E2", debtor_id=WRITS[0]["debtor_id"]), proceeding("7512-26-00-2/2", "E2")]
    reading = given(tmp_path, ledger=rows)
    assert reading.chamber.ledger["writ_id"].to_list() == ["ИД-100/26", "7512-26-00-2/2"]
    result = tengbol.distribute(reading, as_of=datetime(2026, 11, 23, 9, 30), seed="00")
    assert dict(result.unassigned.select("writ_id", "code").iter_rows()) == {"ИД-100/26": "already_distributed"}


def test_an_id_that_is_spelt_alike_is_another_debtors(tmp_path):
    reading = given(tmp_path, ledger=[proceeding("ид–100/26", "E2", debtor_id="D8")])
    assert reading.chamber.ledger["writ_id"].to_list() == ["ид–100/26"]


def test_two_rows_are_of_one_key_also_where_one_spells_it_otherwise(tmp_path):
    rows = [balance("E1", "individual", 1, "1"), balance("е1", "individual", 2, "2")]
    reading = given(tmp_path, balances=rows)
    assert reading.rejected["code"].to_list() == ["conflicting_rows"] * 2


@pytest.mark.parametrize("spelling", ["w-1", "7512-26/1"])
def test_p12_in_a_book_a_number_is_that_of_a_writ_which_waits(spelling, url, tmp_path):
    store = opened(url, tmp_path, home(writs=[writ("W-1", number="7512-26/1"), writ("W-2")]))
    found = take(store, tmp_path, recusals=[recusal(spelling, "A"), recusal("W-9", "A"), recusal("W-2", "A")])
    assert found.rejected.is_empty()
    assert held(store, "recusals")["writ_id"].sort().to_list() == ["W-1", "W-2", "W-9"]
    assert [str(note) for note in found.warnings if "no writ's id" in str(note)] == [
        "recusals: in rows 3 writ_id is no writ's id or number, so that these keep nobody from any writ here; see "
        "whether another is meant."
    ]
