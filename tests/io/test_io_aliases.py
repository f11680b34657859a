"""Headers and table names in Kazakh and Russian."""

from __future__ import annotations

import itertools

import openpyxl
import pytest
from io_cases import ROWS, columns_named

from tengbol.errors import UnusableInputError
from tengbol.io.aliases import COLUMN_ALIASES, TABLE_ALIASES, column_named, folded, table_named
from tengbol.io.read import read
from tengbol.model.tables import TABLES


@pytest.mark.parametrize("table", TABLES)
def test_every_column_has_an_alias_and_no_alias_is_for_a_column_that_is_not(table):
    assert list(COLUMN_ALIASES[table]) == list(TABLES[table].columns)
    assert all(aliases for aliases in COLUMN_ALIASES[table].values())


@pytest.mark.parametrize("table", TABLES)
def test_within_one_table_a_name_means_one_column_but_where_another_decides(table):
    names = {column: {folded(name) for name in (column, *aliases)} for column, aliases in COLUMN_ALIASES[table].items()}
    for one, other in itertools.combinations(names, 2):
        assert not names[one] & names[other] or {one, other} == {"district_id", "name"}, (one, other)


def test_a_word_of_two_columns_means_the_one_that_no_other_word_means():
    assert columns_named(["КАТО", "Район", "Палата"], "districts") == ["district_id", "name", "chamber_id"]
    assert columns_named(["Район", "Название", "Палата"], "districts") == ["district_id", "name", "chamber_id"]
    with pytest.raises(UnusableInputError, match="'Район' can mean district_id or name"):
        columns_named(["Район", "Палата"], "districts")


def test_a_bare_number_sign_only_numbers_the_rows_beside_the_documents_number():
    assert columns_named(["№", "№ ИД"], "writs") == [None, "number"]
    assert columns_named(["№", "Сумма"], "writs") == ["number", "amount"]


def test_a_name_means_one_table():
    names = {t: {folded(name) for name in (t, *aliases)} for t, aliases in TABLE_ALIASES.items()}
    assert list(names) == list(TABLES)
    for one, other in itertools.combinations(names, 2):
        assert not names[one] & names[other], (one, other)


@pytest.mark.parametrize("table", TABLES)
def test_every_alias_leads_to_its_column(table):
    for column, aliases in COLUMN_ALIASES[table].items():
        for alias in aliases:
            assert alias == alias.strip() != ""
            others = [name for name in TABLES[table].columns if name != column]
            assert columns_named([alias, *others], table)[0] == column


@pytest.mark.parametrize(
    ("word", "column"),
    [
        ("writ_id", "writ_id"),
        ("  Writ ID ", "writ_id"),
        ("WRIT-ID", "writ_id"),
        ("Дата  поступления", "received_at"),
        ("ДАТА_ПОСТУПЛЕНИЯ:", "received_at"),
        ("Борышкердің ЖСН/БСН", "debtor_id"),
        ("ИИН/БИН\nдолжника", "debtor_id"),
        ("Сомасы", "amount"),
        ("\ufeffКод документа", "writ_id"),
        ("Примечание", None),
        ("", None),
    ],
)
def test_a_header_is_known_however_it_is_typed(word, column):
    assert column_named(word, "writs") == column


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("writs", "writs"),
        ("Writs", "writs"),
        ("ЧСИ", "enforcers"),
        ("Жеке сот орындаушылары", "enforcers"),
        ("Лист1", None),
    ],
)
def test_a_sheet_is_known_by_its_name_in_three_languages(name, table):
    assert table_named(name) == table


@pytest.mark.parametrize(
    "word", ["Сумма взыскания, тг", "Сумма долга, тенге", "Сумма, ₸", "Сома, теңгемен", "Сумма взыскания (в тенге)"]
)
def test_a_unit_of_money_is_none_of_a_headers_name(word):
    assert column_named(word, "writs") == "amount"


def test_a_sheet_that_lacks_a_column_is_told_which_and_what_is_not_known(tmp_path):
    book = openpyxl.Workbook()
    for name, rows in (("Районы", ROWS["districts"]), ("ЧСИ", ROWS["enforcers"]), ("Журнал за ноябрь", ROWS["writs"])):
        sheet = book.create_sheet(name)
        header = ["На чём" if column == "form" else column for column in rows[0]]
        sheet.append(header)
        for row in rows:
            sheet.append([row.get(column) for column in rows[0]])
    del book["Sheet"]
    book.save(tmp_path / "own.xlsx")
    lacks = r"(?s)writs needs the columns form; .*the header 'На чём' is not known.*'На чём': 'form'"
    with pytest.raises(UnusableInputError, match=lacks):
        read(tmp_path / "own.xlsx")
    assert read(tmp_path / "own.xlsx", columns={"На чём": "form"}).chamber.writs.height
