"""One document is distributed once: twice in one input, open in the ledger, or known to the book (¶6, ¶7)."""

from __future__ import annotations

import datetime as dt
import random

import hypothesis
import polars as pl
import pytest
from books import batch, clerk, home, mark, opened, take
from chambers import decide
from hypothesis import strategies as st
from small import district, enforcer, proceeding, writ, write_tables

from tengbol.book.kept import held
from tengbol.io.documents import repeated
from tengbol.io.read import Reading, read

#: One document, as three people may type it.
SAME = {"issued_by": "Суд № 2", "number": "2/514-26", "debtor_id": "debtor", "issued_on": "2026-10-05"}
TYPED = ({}, {"number": "№ 2/514–26"}, {"issued_by": "суд  №2"})


def twice(one: str, other: str, **cells: str) -> list[dict]:
    return [writ(one, **SAME), writ(other, **{**SAME, **cells})]


def given(folder, writs: list[dict]) -> Reading:
    return read(write_tables(folder, districts=[district("D1")], enforcers=[enforcer("E1")], writs=writs))


@pytest.mark.parametrize("typed", TYPED)
def test_a_document_told_twice_is_taken_once_and_the_place_of_the_first_is_named(tmp_path, typed):
    reading = given(tmp_path / "in", writs=[*twice("W1", "W2", **typed), writ("W3")])
    assert reading.chamber.writs["writ_id"].to_list() == ["W1", "W3"]
    told = reading.rejected.row(0, named=True)
    assert (told["row"], told["column"], told["code"]) == (3, "number", "duplicate_document")
    assert "W1 in row 2" in told["message"]


@pytest.mark.parametrize(
    "other",
    [{"number": "2/515-26"}, {"issued_on": "2026-10-06"}, {"debtor_id": "another"}, {"issued_by": "Суд № 3"}],
)
def test_documents_that_differ_in_any_of_the_four_are_two(tmp_path, other):
    assert given(tmp_path / "in", writs=twice("W1", "W2", **other)).rejected.is_empty()


def test_which_of_them_stays_is_the_one_received_first_whatever_the_order_of_rows(tmp_path):
    writs = [writ(f"W{n}", **SAME, received_at=f"2026-11-2{n % 3}T10:00:00") for n in range(6)]
    for seed in range(4):
        random.Random(seed).shuffle(writs)
        reading = given(tmp_path / str(seed), writs=writs)
        assert reading.chamber.writs["writ_id"].to_list() == ["W0"]


def test_p7_a_writ_told_as_new_that_is_open_in_the_ledger_is_not_drawn_again():
    outcome = decide(
        writ("W"), writ("X"), ledger=[proceeding("W", "E1"), proceeding("X", "E1", closed_at="2026-06-01")]
    )
    assert outcome.codes == {"W": "already_distributed"} and "X" in outcome.given


def test_p11_one_that_came_back_is_distributed_though_its_own_row_is_open():
    back = writ("W", origin="returned", previous_enforcer_id="E1")
    assert decide(back, ledger=[proceeding("W", "E1")]).codes == {}


def refusals(found) -> list[tuple[str, str]]:
    return found.rejected.select("code", "message").rows()


def test_the_book_takes_no_document_under_a_second_id_and_names_who_has_it(url, tmp_path):
    store = opened(url, tmp_path, {**home(), "writs": [writ("W1", **SAME)]})
    (waiting,) = refusals(take(store, tmp_path, writs=[writ("W1-bis", **SAME)]))
    assert waiting[0] == "duplicate_document" and "writ W1 (it waits)" in waiting[1]
    batch(store, clerk(), as_of=dt.datetime(2026, 11, 23, 18))
    who = held(store, "ledger")["enforcer_id"][0]
    (given,) = refusals(take(store, tmp_path, writs=[writ("W1-ter", **{**SAME, "number": "№2/514—26"})]))
    assert f"writ W1 (with {who})" in given[1]
    assert held(store, "writs")["writ_id"].to_list() == ["W1"]


def test_a_number_that_is_corrected_leaves_its_place_to_another_document(url, tmp_path):
    store = opened(url, tmp_path, {**home(), "writs": [writ("W1", **SAME)]})
    found = take(store, tmp_path, writs=[writ("W1", **{**SAME, "number": "2/600-26"}), writ("W2", **SAME)])
    assert found.rejected.is_empty()
    assert held(store, "writs").filter(pl.col("writ_id") == "W2").height == 1


def test_what_was_withdrawn_may_be_entered_under_its_right_id(url, tmp_path):
    store = opened(url, tmp_path, {**home(), "writs": [writ("wrong", **SAME)]})
    mark(store, clerk(), "withdrawn", ["wrong"])
    assert take(store, tmp_path, writs=[writ("right", **SAME)]).rejected.is_empty()


def test_a_row_of_a_withdrawn_writ_is_answered_with_what_to_do_and_taken_after_that(url, tmp_path):
    store = opened(url, tmp_path, {**home(), "writs": [writ("W1")]})
    mark(store, clerk(), "withdrawn", ["W1"])
    for row in (writ("W1"), writ("W1", amount=70000)):
        ((code, message),) = refusals(take(store, tmp_path, writs=[row]))
        assert code == "withdrawn" and "W1 as withdrawn on 2026-11-23" in message and "distributed" not in message
        assert "`tengbol book mark pending W1`" in message
    mark(store, clerk(), "pending", ["W1"])
    assert take(store, tmp_path, writs=[writ("W1", amount=70000)]).rejected.is_empty()
    assert held(store, "writs")["amount"].to_list() == ["70000.0"]


@hypothesis.given(st.lists(st.integers(0, 5) | st.just(2**64 - 1)))
def test_hashes_that_recur_are_found(hashes):
    column = pl.Series(hashes, dtype=pl.UInt64)
    assert repeated(column).to_list() == column.is_duplicated().to_list()
