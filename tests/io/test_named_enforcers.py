"""Whoever restricts or remembers may name an enforcer as people do: by his number in any spelling, or by his name."""

from __future__ import annotations

from datetime import datetime

import pytest
from small import absence, attachment, balance, district, enforcer, proceeding, recusal, writ, write_tables

import tengbol
from tengbol.errors import UnusableInputError
from tengbol.io.lost import accepted

NAME = "Пак Евгений Дмитриевич"
SPELLINGS = ["jso-1", "JSО–1", "№ JSO-1", NAME, "ПАК  Евгений Дмитриевич"]
PEOPLE = [enforcer("JSO-1", name=NAME), enforcer("JSO-2", name="Асанов Асан"), enforcer("JSO-3", name="Бек Бек")]
#: Each table that names somebody, with one row of him.
ROWS = {
    "attachments": lambda who: attachment("D2", who),
    "absences": lambda who: absence(who),
    "recusals": lambda who: recusal("W1", who),
    "ledger": lambda who: proceeding("L", who),
    "balances": lambda who: balance(who, "individual", 1, "1"),
}


def given(folder, **tables):
    whole = {"districts": [district("D1"), district("D2")], "enforcers": PEOPLE, "writs": [writ("W1"), writ("W2")]}
    return tengbol.read(write_tables(folder, **{**whole, **tables}))


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("table", ROWS)
def test_p12_p13_a_row_is_that_of_the_enforcer_whom_it_names_however_he_is_spelt(table, spelling, tmp_path):
    reading = given(tmp_path, **{table: [ROWS[table](spelling)]})
    assert reading.rejected.is_empty()
    assert getattr(reading.chamber, table)["enforcer_id"].to_list() == ["JSO-1"]
    assert any(table in str(note) for note in reading.warnings), "what was put right is said"


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_p11_a_writ_came_back_from_whoever_is_named(spelling, tmp_path):
    writs = [writ("W1", origin="returned", previous_enforcer_id=spelling), writ("W2")]
    assert given(tmp_path, writs=writs).chamber.writs["previous_enforcer_id"].to_list() == ["JSO-1", None]


def test_p12_nobody_is_given_a_writ_from_which_his_name_is_recused(tmp_path):
    people = [recusal("W1", row["name"]) for row in PEOPLE[:2]]
    reading = given(tmp_path, recusals=people, writs=[writ("W1")])
    for seed in range(8):
        result = tengbol.distribute(reading.chamber, as_of=datetime(2026, 11, 23, 9, 30), seed=f"{seed:02x}")
        assert result.assignments["enforcer_id"].to_list() == ["JSO-3"]


@pytest.mark.parametrize("table", ROWS)
def test_a_name_that_two_have_stops_the_batch(table, tmp_path):
    twice = [*PEOPLE, enforcer("JSO-4", "D2", name=NAME)]
    reading = given(tmp_path, enforcers=twice, **{table: [ROWS[table](NAME)]})
    assert reading.rejected.select("table", "column", "code").rows() == [(table, "enforcer_id", "two_meanings")]
    assert "which can be JSO-1 or JSO-4; write the one that is meant" in reading.rejected["message"][0]
    with pytest.raises(UnusableInputError, match="restrict or remember"):
        accepted(reading, None)


def test_p12_a_recusal_of_nobody_is_said(tmp_path):
    reading = given(tmp_path, recusals=[recusal("W1", "JSO-2"), recusal("W1", "Пак Евгения")])
    assert reading.rejected.is_empty(), "he may be of the past"
    told = [str(note) for note in reading.warnings if "keep nobody" in str(note)]
    assert told == [
        "recusals: in rows 3 enforcer_id is nobody of enforcers, so that these keep nobody from a writ; see whether "
        "somebody else is meant."
    ]
