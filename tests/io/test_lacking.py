"""What stands between a file and a batch is told at once, in the clerk's own words."""

from __future__ import annotations

import shlex

import openpyxl
import pytest
from books import tengbol
from small import absence, district, enforcer, writ

from tengbol.cli import language
from tengbol.errors import UnusableInputError
from tengbol.io.aliases import column_named
from tengbol.io.check import LONGEST, check
from tengbol.io.clerks.codes import WORDS, code_of, flag_of
from tengbol.io.grid import Place
from tengbol.io.guessing import guessed
from tengbol.io.headers import header_of, word_of
from tengbol.io.nearest import nearest
from tengbol.io.read import read
from tengbol.model.codes import CLAIMS, UNREAD
from tengbol.model.tables import TABLES
from tengbol.report.rejected import reworded
from tengbol.report.words import Words

LANGUAGES = ("kk", "ru")
#: A register in which columns are missing, misspelt or unheard of, and cells besides cannot be read.
RENAMED = {"received_at": "Дата поступленя", "form": "На чём", "origin": "Столбец 7", "amount": "Сумма долгга"}


def book(place, **sheets):
    """A workbook: by sheet its rows, the first the header."""
    made = openpyxl.Workbook()
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del made["Sheet"]
    made.save(place)
    return place


def rows(table, cells, renamed=RENAMED):
    """Header and rows of a table of `small`, some columns renamed."""
    columns = TABLES[table].columns
    return [
        [renamed.get(column, column) for column in columns],
        *([row.get(column) for column in columns] for row in cells),
    ]


def clerk(place):
    """Three things wrong at once: no districts, headers of two sheets, cells of both."""
    return book(
        place,
        Журнал=rows("writs", [writ("W1", claim="что-то", form="факс"), writ("W2", issued_on="вчера")]),
        ЧСИ=rows("enforcers", [enforcer("E1", licensed_from="давно")], {"district_id": "Участок"}),
    )


def test_all_that_stands_in_the_way_is_told_at_once(tmp_path):
    found = check(clerk(tmp_path / "own.xlsx"))
    told = "\n".join(found.lines())
    assert not found.ok and found.stops
    for part in (
        "has no table districts; a batch needs it",
        "'Журнал': writs needs the columns received_at, form, origin;",
        "'ЧСИ': enforcers needs the columns district_id;",
        "the header 'Дата поступленя' is not known; the nearest is 'дата поступления' (received_at).",
        "--map 'Дата поступленя=received_at'",
        "the header 'Сумма долгга' is not known; the nearest is 'сумма долга' (amount).",
        "these headers are not known: 'На чём'. What one of them is, say with --map 'HEADER=form'.",
        "the header 'Столбец 7' is not known; by what stands under it, it may be origin.",
        "these headers are not known: 'Участок'.",
        "ЧСИ, D2: licensed_from is 'давно'",
        "Журнал, H2: claim is 'что-то'",
        "Журнал, F3: issued_on is 'вчера'",
    ):
        assert part in told, part
    assert (found.taken["writs"], found.refused["writs"]) == (0, 2)


def test_no_row_is_said_to_lack_what_its_whole_table_lacks(tmp_path):
    lines = check(clerk(tmp_path / "own.xlsx")).faults
    assert not [line for line in lines if "is empty" in line or "which no good row" in line], lines
    whole = book(tmp_path / "w.xlsx", Журнал=rows("writs", [writ("W1"), writ("W2")]))
    found = check(whole)
    assert (found.taken, found.refused, found.faults) == ({"writs": 2}, {"writs": 0}, ())


def test_nobody_is_unknown_where_his_district_cannot_be_known(tmp_path):
    place = book(
        tmp_path / "own.xlsx",
        Округа=rows("districts", [district("D1")], {"name": "Участок"}),
        ЧСИ=rows("enforcers", [enforcer("E1")], {}),
        absences=rows("absences", [absence("E1")], {}),
        Журнал=rows("writs", [writ("W1")], {}),
    )
    found = check(place)
    assert not found.ok and not found.faults, found.faults
    assert "'Округа': districts needs the columns name" in "\n".join(found.lines())


def test_an_absence_told_beside_an_enforcer_is_noted_for_it_holds_nobody_out(tmp_path):
    header, *people = rows("enforcers", [enforcer(f"E{n}") for n in range(4)], {})
    said = ["в отпуске с 16.11 по 30.11", "работает", "Лицензия приостановлена", None]
    place = book(
        tmp_path / "own.xlsx",
        districts=rows("districts", [district("D1")], {}),
        enforcers=[
            [*header, "Состояние", "Телефон"],
            *([*row, one, 77] for row, one in zip(people, said, strict=True)),
        ],
        writs=rows("writs", [writ("W1")], {}),
    )
    notes = [note for note in check(place).notes if "tells of absences" in note]
    assert len(notes) == 1 and "the column 'Состояние' tells of absences in rows 2, 4, and" in notes[0], notes
    assert not [note for note in check(clerk(tmp_path / "other.xlsx")).notes if "tells of absences" in note]


def test_a_batch_is_refused_with_all_of_it(tmp_path):
    with pytest.raises(UnusableInputError) as refused:
        read(clerk(tmp_path / "own.xlsx"))
    told = str(refused.value)
    assert all(part in told for part in ("no table districts", "'Журнал': writs needs", "'ЧСИ': enforcers needs"))


def test_every_doubtful_header_is_told_at_once(tmp_path):
    place = book(
        tmp_path / "own.xlsx",
        districts=[["Район", "Палата"], ["D1", "C1"]],
        enforcers=rows("enforcers", [enforcer("E1")], {}),
        writs=rows("writs", [writ("W1")], {"amount": "Сумма", "original_attached": "Сумма долга", "number": "№ ИД"}),
        ЧСИ=rows("enforcers", [enforcer("E1")], {}),
    )
    told = "\n".join(check(place).lines())
    for part in ("'Район' can mean district_id or name", "both mean amount of writs", "'enforcers' and 'ЧСИ' both are"):
        assert part in told, part


def test_a_header_spelt_like_one_of_a_column_that_may_be_empty_is_noted(tmp_path):
    place = book(
        tmp_path / "own.xlsx",
        districts=rows("districts", [district("D1")], {}),
        enforcers=rows("enforcers", [enforcer("E1")], {}),
        writs=rows("writs", [writ("W1")], {"amount": "Сумма взысканя"}),
    )
    found = check(place)
    assert found.ok
    assert any(
        "'Сумма взысканя' is not known; the nearest is 'сумма взыскания' (amount)" in note for note in found.notes
    )


@pytest.mark.parametrize("asked", LANGUAGES)
def test_a_line_names_columns_and_values_as_the_clerk_knows_them(tmp_path, asked, monkeypatch):
    monkeypatch.setitem(language._spoken, "language", asked)
    renamed = {"received_at": "Дата поступления", "form": "Носитель документа"}
    place = book(
        tmp_path / "own.xlsx",
        districts=rows("districts", [district("D1")], {}),
        enforcers=rows("enforcers", [enforcer("E1")], {}),
        writs=rows("writs", [writ("W1", form="факс", claim="?", received_at="вчера", immediate="м")], renamed),
    )
    told = check(place, columns={"Носитель документа": "form"}).lines(language.spoken, language.reworded)
    lines = {line.split(":")[0]: line for line in told}
    assert "«Дата поступления»" in lines["writs, B2"] and "23.11.2026" in lines["writs, B2"]
    assert "«Носитель документа»" in lines["writs, C2"]
    assert all(word_of(code, asked) in lines["writs, C2"] for code in ("paper", "electronic"))
    # A sheet that has the contract's own names is told those of the template.
    assert f"«{header_of('writs', 'claim', asked)}»" in lines["writs, H2"]
    # Where not all of them have room, it says where the others stand.
    assert all(word_of(code, asked) in lines["writs, H2"] for code in CLAIMS) or "docs/reading.md" in lines["writs, H2"]
    assert word_of("true", asked) in lines["writs, O2"]
    assert all(len(line) <= LONGEST for line in lines.values() if line.startswith("writs, "))
    codes = [line for line in told if ("received_at" in line or "money" in line) and " → " not in line]
    assert not codes


@pytest.mark.parametrize("asked", LANGUAGES)
@pytest.mark.parametrize("column", WORDS)
def test_a_word_that_a_message_offers_is_read_as_its_code(asked, column):
    import polars as pl

    codes = [code for code in WORDS[column] if code != UNREAD]
    offered = [word_of(code, asked) for code in codes]
    assert pl.select(code_of(column, pl.lit(pl.Series(offered)))).to_series().to_list() == codes
    assert not [word for word in offered if word.isascii()]
    flags = pl.lit(pl.Series([word_of("true", asked), word_of("false", asked)]))
    assert pl.select(flag_of("immediate", flags)).to_series().to_list() == ["true", "false"]


@pytest.mark.parametrize("asked", LANGUAGES)
def test_every_column_has_a_header_in_the_language(asked):
    assert not [
        (table.name, column)
        for table in TABLES.values()
        for column in table.columns
        if header_of(table.name, column, asked) == column
    ]
    assert Words(asked)("template:en") == f"template:{asked}"


def sound(place, renamed=None, header=(), **cells):
    """A whole workbook of one writ or several; header: more columns of names."""
    given = rows("writs", [writ(f"W{n}", **cells) for n in (1, 2, 3)], renamed or {})
    for at, row in enumerate(given):
        row.extend([*header] if at == 0 else [None if at == 2 else "Ахметова А."] * len(header))
    return book(
        place,
        districts=rows("districts", [district("D1")], {}),
        enforcers=rows("enforcers", [enforcer("E1")], {}),
        Журнал=given,
    )


def test_names_are_not_taken_for_the_numbers_of_debtors(tmp_path):
    """People of one name would be one debtor (¶13)."""
    place = sound(tmp_path / "in.xlsx", {"debtor_id": "Должник"}, debtor_id="Ахметова Айгүл")
    with pytest.raises(UnusableInputError, match=r"'Должник' holds names, and debtor_id is a number"):
        read(place)
    assert read(place, columns={"Должник": "debtor_id"}).chamber.writs.height == 3
    numbers = sound(tmp_path / "n.xlsx", {"debtor_id": "Должник"}, debtor_id="850101300124")
    assert read(numbers).chamber.writs.height == 3


@pytest.mark.parametrize(
    ("word", "column"),
    [
        ("Борышкердің ЖСН-і", "debtor_id"), ("ИИН (БИН) взыскателя", "creditor_id"), ("Рег. №", "writ_id"),
        ("Борышкер ЖСН / БСН", "debtor_id"), ("Должник: ИИН", "debtor_id"), ("№ исп. докум.", "number"),
        ("Өндіріп алушы БСН-і", "creditor_id"), ("Регистрационный №", "writ_id"),
        ("ИИН представителя должника", None), ("Дата рождения должника (ИИН)", None), ("ИИН", None),
    ],
)  # fmt: skip
def test_a_header_is_known_by_its_words_in_short_and_in_full(word, column):
    assert column_named(word, "writs") == column


def test_the_nearest_is_looked_for_among_the_missing_first():
    place = Place("f", {"licensed_from": 1}, ("Номер лиценции ЧСИ", "Лицензия с", "№ п/п", "Участок"))
    assert guessed(place, TABLES["enforcers"]) == {0: "enforcer_id"}


@pytest.mark.parametrize(
    ("word", "found"),
    [("Дата поступленя", "received_at"), ("Орган выдавший документ", "issued_by"), ("Регистрационый номер", "writ_id"),
     ("Исполнительный участок", None), ("Адрес должника", None), ("Телефон должника", None)],
)  # fmt: skip
def test_a_header_of_another_thing_is_near_nothing(word, found):
    near = nearest(word, "writs", TABLES["writs"].required_columns)
    assert (near and near[1]) == found


def test_a_column_that_some_rows_need_and_none_has_is_told_in_one_line(tmp_path):
    found = check(sound(tmp_path / "in.xlsx", {"original_attached": "Что-то"}, form="paper"))
    (line,) = found.faults
    assert "original_attached is empty" in line and line.endswith("There is no such column; rows that need it: 3.")
    assert found.refused["writs"] == 3


def test_one_command_answers_all_headers_that_are_nearly_known(tmp_path, capsys):
    place = sound(tmp_path / "in.xlsx", {"amount": "Сумма взысканя", "form": "Форма документаа", "origin": "Столбец 7"})
    done = tengbol("check", place, "--map", "Столбец 7=origin", "--lang", "en")
    (told,) = [line for line in done.stdout.splitlines() if line.startswith("If all these guesses are so: ")]
    answers = shlex.split(told.removeprefix("If all these guesses are so: tengbol "))
    assert answers[0] == "run"
    assert answers[-6:] == [
        "--map",
        "Столбец 7=origin",
        "--map",
        "Форма документаа=form",
        "--map",
        "Сумма взысканя=amount",
    ]
    assert tengbol("check", *answers[1:2], *answers[-6:]).returncode == 0


def test_no_command_is_offered_that_gives_two_columns_one_meaning(tmp_path, capsys):
    header, *people = rows(
        "writs", [writ("W1")], {"claim": "Статус взыскателей", "creditor_kind": "Статус взыскателья"}
    )
    place = book(
        tmp_path / "own.xlsx",
        districts=rows("districts", [district("D1")], {"name": "Название районна"}),
        enforcers=rows("enforcers", [enforcer("E1")], {}),
        writs=[header, *people],
    )
    found = check(place)
    # What stands under them tells the two apart, which are spelt alike.
    assert found.guesses == {
        "Название районна": "name", "Статус взыскателей": "claim", "Статус взыскателья": "creditor_kind"
    }  # fmt: skip
    alike = book(
        tmp_path / "alike.xlsx", writs=rows("writs", [writ("W1")], {"claim": "Столбец", "creditor_kind": "Столбец 2"})
    )
    assert check(alike).guesses == {"Столбец": "claim", "Столбец 2": "creditor_kind"}
    told = "\n".join(found.lines())
    assert "'Статус взыскателей'" in told and "'Статус взыскателья'" in told
    twice = check(place, columns={"Название районна": "name", "Статус взыскателья": "creditor_kind", "Иное": "claim"})
    # All else is answered, so that the headers are known and «Иное» is none of them.
    assert [note for note in twice.notes if "no header has" in note]


def test_a_day_of_two_meanings_is_told_as_clerks_write_days(tmp_path):
    (message,) = check(sound(tmp_path / "in.xlsx", issued_on="01/02/2026")).reading.faults["message"].unique()
    assert all("01.02.2026" in reworded(message, Words(language)) for language in LANGUAGES)
    assert all("02.01.2026" in reworded(message, Words(language)) for language in LANGUAGES)


def test_what_papers_will_lack_is_noted(tmp_path):
    place = sound(tmp_path / "in.xlsx", header=["ФИО должника"], amount=None)
    notes = "\n".join(check(place).notes)
    assert "no sum in rows 2, 3, 4: none is needed" in notes
    assert "no name of the debtor in rows 3: papers show the number alone." in notes
    assert "creditor" not in notes


@pytest.mark.parametrize(("asked", "wrong"), [("en", "start is 'soon'"), ("ru", "— 'soon'"), ("kk", "— 'soon'")])
def test_a_row_at_which_a_batch_stops_is_named_by_its_cell(tmp_path, asked, wrong):
    place = sound(tmp_path / "in.xlsx")
    made = openpyxl.load_workbook(place)
    sheet = made.create_sheet("absences")
    sheet.append(["enforcer_id", "reason", "start", "end", "reference"])
    sheet.append(["E1", "leave", "soon", None, "7"])
    made.save(place)
    stopped = tengbol("run", place, "--out", tmp_path / "out", "--as-of", "2026-11-23T18:00:00", "--lang", asked)
    assert stopped.returncode == 2
    assert "absences, C2: " in stopped.stderr and wrong in stopped.stderr
