"""Whoever restricts or remembers may name an enforcer as people do: by his number in any spelling, or by his name."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest
from small import absence, attachment, balance, district, enforcer, proceeding, recusal, writ, write_tables

import tengbol
from tengbol.errors import UnusableInputError
from tengbol.io.clerks.enforcers import _names_of, _namesakes
from tengbol.io.handed import read_handed
from tengbol.io.lost import accepted
from tengbol.io.read import survey

NAME = "Пак Евгений Дмитриевич"
SPELLINGS = [
    "jso-1",
    "JSО–1",
    "№ JSO-1",
    NAME,
    "ПАК  Евгений Дмитриевич",
    "Пак Е.Д.",
    "Е. Д. Пак",
    "Пак Е.",
    "Пак Евгений",
    "Евгений Пак",
]
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


@pytest.mark.parametrize(("listed", "said"), [("0102", "102"), ("102", "0102"), ("0102", "№ 102")])
@pytest.mark.parametrize("table", ROWS)
def test_p12_p13_a_number_is_his_also_without_the_zeros_that_a_spreadsheet_took(table, listed, said, tmp_path):
    people = [enforcer(listed), enforcer("0201"), enforcer("JSO-102")]
    reading = given(tmp_path, enforcers=people, **{table: [ROWS[table](said)]})
    assert reading.rejected.is_empty()
    assert getattr(reading.chamber, table)["enforcer_id"].to_list() == [listed]
    assert any(table in str(note) for note in reading.warnings), "what was put right is said"


@pytest.mark.parametrize("table", ROWS)
def test_p12_p13_a_number_that_is_two_enforcers_without_its_zeros_has_two_meanings(table, tmp_path):
    people = [enforcer("0102"), enforcer("102"), enforcer("0201")]
    two = given(tmp_path / "two", enforcers=people, **{table: [ROWS[table]("00102")]})
    assert two.rejected["code"].to_list() == ["two_meanings"]
    assert "'00102', which can be 0102 or 102" in two.rejected["message"].item()
    one = given(tmp_path / "one", enforcers=people, **{table: [ROWS[table]("102")]})
    assert getattr(one.chamber, table)["enforcer_id"].to_list() == ["102"], "an id is an id"


def test_p11_a_writ_came_back_from_neither_of_two_whose_ids_differ_by_zeros(tmp_path):
    back = writ("W1", origin="returned", previous_enforcer_id="102")
    reading = given(tmp_path, enforcers=[enforcer("0102"), enforcer("00102")], writs=[back, writ("W2")])
    assert reading.rejected.select("column", "code").rows() == [("previous_enforcer_id", "two_meanings")]


def test_p3_p12_where_two_ids_may_be_meant_both_are_held_out(tmp_path):
    people = [*PEOPLE, enforcer("0102"), enforcer("00102")]
    reading = given(tmp_path, enforcers=people, absences=[absence("102")], recusals=[recusal("W1", "102")])
    taken = accepted(reading, "the commission is asked")
    assert taken is not None
    assert taken.held_out == ["00102", "0102"]
    assert taken.recused == [("W1", "00102"), ("W1", "0102")]


def test_p11_p12_initials_of_two_have_two_meanings_and_a_name_as_it_stands_comes_first(tmp_path):
    people = [*PEOPLE, enforcer("JSO-4", name="Пак Ерлан Дулатұлы"), enforcer("JSO-5", name="Бек Б.")]
    two = given(tmp_path / "two", enforcers=people, recusals=[recusal("W1", "Пак Е.Д.")])
    assert "which can be JSO-1 or JSO-4" in two.rejected["message"][0]
    reading = given(tmp_path / "one", enforcers=people, recusals=[recusal("W1", "Бек Б.")])
    assert reading.chamber.recusals["enforcer_id"].to_list() == ["JSO-5"]


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


def test_p3_p12_where_such_a_row_is_accepted_each_of_them_is_held_out(tmp_path):
    twice = [*PEOPLE, enforcer("JSO-4", name=NAME.upper())]
    reading = given(
        tmp_path, enforcers=twice, absences=[absence(NAME)], recusals=[recusal("W1", NAME), recusal("W2", "JSO-2")]
    )
    taken = accepted(reading, "the commission is asked")
    assert taken is not None
    assert taken.held_out == ["JSO-1", "JSO-4"]
    assert taken.recused == [("W1", "JSO-1"), ("W1", "JSO-4")]


def test_an_id_is_its_own_also_where_it_is_the_name_of_several(tmp_path):
    people = [enforcer("Пак Евгений", name="Пак Евгений"), enforcer("Пак Евгений 2", name="Пак Евгений"), *PEOPLE]
    # A row that is looked at closely for something else.
    reading = given(tmp_path, enforcers=people, absences=[absence("Пак Евгений", start="20.11.2026")])
    assert reading.rejected.is_empty()
    assert reading.chamber.absences["enforcer_id"].to_list() == ["Пак Евгений"]


@pytest.mark.parametrize("spelling", ["Пак  Евгений Дмитриевич", NAME.upper()])
def test_whose_name_is_spelt_in_two_ways_is_one_person(spelling, tmp_path):
    known = pl.DataFrame({"enforcer_id": ["JSO-1"], "name": [spelling]})
    folder = write_tables(tmp_path, districts=[district("D1")], enforcers=PEOPLE, absences=[absence(NAME)])
    reading = survey(folder, known={"enforcers": known, "districts": pl.DataFrame({"district_id": [], "name": []})})
    assert reading.chamber.absences["enforcer_id"].to_list() == ["JSO-1"]


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


def test_a_distribution_made_elsewhere_may_name_them_too(tmp_path):
    people = given(tmp_path / "in", enforcers=[*PEOPLE, enforcer("JSO-4", name=NAME)]).chamber.enforcers
    table = tmp_path / "given.csv"
    table.write_text(f"writ_id,enforcer_id\nW1,Асанов Асан\nW2,{NAME}\nW3,Кто-то Иной\n", encoding="utf-8")
    handed = read_handed(table, people)
    assert handed.rows["enforcer_id"].to_list() == ["JSO-2", "Кто-то Иной"]
    assert handed.rejected.select("row", "code").rows() == [(3, "two_meanings")]


def test_p11_p13_a_holder_who_is_nobody_is_said(tmp_path):
    writs = [writ("W1", origin="returned", previous_enforcer_id="JSO-9"), writ("W2", debtor_id="D2")]
    past = {"closed_at": "2026-04-01T12:00:00"}
    rows = [proceeding("L", "JSO-8", debtor_id="D2"), proceeding("M", "JSO-8"), proceeding("K", "JSO-7", **past)]
    reading = given(tmp_path, writs=writs, ledger=rows)
    assert reading.rejected.is_empty(), "he may be of the past"
    assert [str(note) for note in reading.warnings if "bind no writ" in str(note)] == [
        "ledger: in rows 2 enforcer_id is nobody of enforcers, so that these bind no writ to anybody; see whether "
        "somebody else is meant.",
        "writs: in rows 2 previous_enforcer_id is nobody of enforcers, so that these bind no writ to anybody; see "
        "whether somebody else is meant.",
    ]


def test_the_names_of_the_enforcers_are_worked_out_once_for_all_tables_that_name_them(tmp_path):
    """Each table asks for them, some more than once, which was a tenth of reading few rows."""
    for kept in (_names_of, _namesakes):
        kept.cache_clear()
    given(tmp_path, **{table: [row("Пак Е.Д.")] for table, row in ROWS.items()})
    asked = [kept.cache_info() for kept in (_names_of, _namesakes)]
    assert all(one.misses <= 2 for one in asked)
    assert sum(one.hits for one in asked) > len(ROWS)


FORMS = pytest.mark.parametrize(("kept", "listed"), [("0102", "102"), ("JSO-1", "JSО-1"), ("102", "0102")])


@FORMS
def test_p4_whoever_a_book_may_have_under_another_spelling_is_said(kept, listed, tmp_path):
    reading = beside_book(tmp_path, [(kept, "Асанов Асан")], enforcer(listed, name=NAME))
    assert reading.chamber.enforcers["enforcer_id"].to_list() == [listed]
    assert any("look alike" in str(note) for note in reading.warnings)


@FORMS
def test_p4_whoever_a_book_has_by_the_same_name_under_another_spelling_stays_one(kept, listed, tmp_path):
    reading = beside_book(tmp_path, [(kept, NAME)], enforcer(listed, name=NAME.upper()), absences=[absence(listed)])
    assert reading.chamber.enforcers["enforcer_id"].to_list() == [kept]
    assert reading.chamber.absences["enforcer_id"].to_list() == [kept]
    assert any("enforcers: enforcer_id was put into its one form in rows 2" in str(note) for note in reading.warnings)


@pytest.mark.parametrize("listed", [["102", "0102"], ["102", "№ 102"], ["102"]])
def test_p4_of_two_that_could_be_one_nobody_is_taken_for_the_other(listed, tmp_path):
    book = [("0102", NAME), *([("00102", NAME)] if len(listed) == 1 else [])]
    reading = beside_book(tmp_path, book, *(enforcer(one, name=NAME) for one in listed))
    assert reading.chamber.enforcers["enforcer_id"].to_list() == listed
    assert any("look alike" in str(note) for note in reading.warnings)


def beside_book(folder, book, *enforcers, **tables):
    """A file with these enforcers as it is read beside a book that has some, each an id and a name."""
    known = {
        "enforcers": pl.DataFrame(book, schema={"enforcer_id": pl.String, "name": pl.String}, orient="row"),
        "districts": pl.DataFrame(schema={"district_id": pl.String, "name": pl.String}),
    }
    return survey(write_tables(folder, districts=[district("D1")], enforcers=[*enforcers], **tables), known=known)
