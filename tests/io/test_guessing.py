"""What headers that nobody knows may be: guessed by what stands under them, said, and never taken unasked."""

from __future__ import annotations

import random
import shlex

import openpyxl
import pytest
from books import tengbol
from small import district, enforcer, writ

from tengbol.cli.batch import mapped
from tengbol.errors import UnusableInputError
from tengbol.io.aliases import beside_named, column_named
from tengbol.io.check import LONGEST, check
from tengbol.io.read import read
from tengbol.io.sheets.heading import in_one_line
from tengbol.model.tables import TABLES

NAMES = {"111": "Ақкөл ауданы", "113": "Степногорск қаласы", "115": "Зеренді ауданы"}


def iin(rng):
    """A number whose check digit holds."""
    weights = [*range(1, 12)], [*range(3, 12), 1, 2]
    while True:
        digits = [
            int(sign)
            for sign in f"{rng.randint(60, 99)}0{rng.randint(1, 9)}1{rng.randint(0, 9)}3{rng.randint(0, 9999):04}"
        ]
        sums = [sum(a * b for a, b in zip(digits, row, strict=True)) % 11 for row in weights]
        last = sums[0] if sums[0] < 10 else sums[1]
        if last < 10:
            return "".join(map(str, digits)) + str(last)


def chamber(rng):
    """Rows of the three tables, in the words of a Russian register."""
    districts = [{**district(code), "name": name, "chamber_id": "Ақмола"} for code, name in NAMES.items()]
    enforcers = [
        {
            **enforcer(f"ЛИЦ-{n}"),
            "name": f"Фамилия{chr(1040 + n)} Имя",
            "district_id": rng.choice([*NAMES.values()]),
            "licensed_from": f"0{1 + n}.03.2015",
        }
        for n in range(5)
    ]
    writs = [
        {
            **writ(f"{100 + n}/26"),
            "received_at": f"{rng.randint(16, 20)}.11.2026",
            "issued_on": f"0{rng.randint(1, 9)}.10.2026",
            "form": rng.choice(["бумага", "электронно"]),
            "issued_by": rng.choice(["Районный суд", "Нотариус Ли"]),
            "number": f"{rng.randint(100, 999)}-26",
            "subject": rng.choice(["Взыскать сумму по договору", "Платить на детей"]),
            "claim": ["алименты", "долг"][n % 2],
            "amount": f"{rng.randint(20_000, 900_000)},50",
            "creditor_id": iin(rng),
            "creditor_kind": rng.choice(["ФЛ", "ЮЛ"]),
            "debtor_id": iin(rng),
            "debtor_district_id": rng.choice([*NAMES.values()]),
            "immediate": rng.choice(["да", "нет"]),
            "state_interest": "нет",
            "signature": "верна",
            "original_attached": "да",
            "origin": "впервые",
        }
        for n in range(24)
    ]
    return {"districts": districts, "enforcers": enforcers, "writs": writs}


def written(place, tables, renamed=None, order=None, **sheets):
    """A workbook: by table a sheet, columns in an order of their own; renamed: (table, column) → header."""
    made = openpyxl.Workbook()
    for name, rows in tables.items():
        sheet = made.create_sheet(sheets.get(name, name))
        columns = [column for column in TABLES[name].columns if any(row.get(column) is not None for row in rows)]
        if order is not None:
            order.shuffle(columns)
        sheet.append([(renamed or {}).get((name, column), column) for column in columns])
        for row in rows:
            sheet.append([row.get(column) for column in columns])
    del made["Sheet"]
    made.save(place)
    return place


@pytest.fixture(scope="module")
def tables():
    return chamber(random.Random(7))


def test_of_two_headers_of_one_meaning_the_cells_tell_which_and_hide_nothing_else(tmp_path, tables):
    rows = [
        {**row, "case_id": ["исполнительный лист", "судебный приказ"][at % 2]} for at, row in enumerate(tables["writs"])
    ]
    rows[3] = {**rows[3], "issued_on": "вчера"}
    renamed = {
        ("writs", "case_id"): "Вид исп. документа",
        ("writs", "form"): "Вид документа (бумага/электронно)",
        ("writs", "claim"): "Что взыскать",
    }
    place = written(tmp_path / "in.xlsx", {**tables, "writs": rows}, renamed)
    found = check(place)
    told = "\n".join(found.lines())
    assert "'Вид исп. документа' and 'Вид документа (бумага/электронно)' both mean form of writs; keep one" in told
    assert "--map 'Вид документа (бумага/электронно)=form'" in told
    assert "writs needs the columns claim;" in told and "it may be claim" in told
    assert "issued_on is 'вчера'" in told and found.refused["writs"] == 1
    assert found.guesses == {"Вид документа (бумага/электронно)": "form", "Что взыскать": "claim"} and not found.left
    with pytest.raises(UnusableInputError, match=r"(?s)both mean form.*needs the columns claim"):
        read(place)
    assert read(place, columns=found.guesses).chamber.writs.height == 23


def test_two_columns_of_one_and_the_same_header_are_to_be_renamed(tmp_path, tables):
    renamed = {("writs", "issued_on"): "Дата ИД", ("writs", "received_at"): "Дата ИД"}
    told = "\n".join(check(written(tmp_path / "in.xlsx", tables, renamed)).lines())
    assert "two columns of writs have the header 'Дата ИД', which means issued_on; give one of them another" in told
    assert "--map 'Дата ИД" not in told


@pytest.mark.parametrize("seed", range(4))
def test_no_header_is_guessed_to_be_what_it_is_not(tmp_path, tables, seed):
    """Headers that say nothing at all: whatever is guessed by the cells alone is right, and codes are all guessed."""
    rng = random.Random(seed)
    nothing = {
        (table, column): f"Графа {at}{table[0]}"
        for table in tables
        for at, column in enumerate(TABLES[table].columns)
        if rng.random() < 0.4
    }
    found = check(written(tmp_path / "in.xlsx", tables, nothing, rng))
    meant = {header: column for (_, column), header in nothing.items()}
    assert found.guesses.items() <= meant.items()
    codes = {
        header for (_, column), header in nothing.items() if column in ("form", "claim", "creditor_kind", "origin")
    }
    assert codes <= found.guesses.keys()


def test_the_command_that_is_offered_answers_everything(tmp_path, tables):
    renamed = {
        ("districts", "name"): "Участок",
        ("enforcers", "district_id"): "Участок",
        ("writs", "debtor_district_id"): "Участок",
        ("writs", "claim"): "Что взыскать",
        ("writs", "origin"): "В который раз",
    }
    place = written(tmp_path / "in.xlsx", tables, renamed, districts="Лист1", enforcers="Лист2", writs="Лист3")
    done = tengbol("check", place, "--lang", "en")
    assert done.returncode == 2
    (told,) = [line for line in done.stdout.splitlines() if line.startswith("If all these guesses are so: ")]
    words = shlex.split(told.partition(": ")[2])
    assert words[:3] == ["tengbol", "run", str(place)]
    answers = mapped(words[words.index("--map") + 1 :: 2])
    assert answers["Участок"] == "districts.name,enforcers.district_id,writs.debtor_district_id"
    reading = read(place, columns=answers)
    assert reading.rejected.is_empty() and reading.chamber.writs.height == 24


def test_a_sheet_is_found_by_what_its_columns_may_be(tmp_path, tables):
    renamed = {
        ("districts", "district_id"): "Номер по КАТО",
        ("districts", "name"): "Местность",
        ("districts", "chamber_id"): "Чья палата",
        ("enforcers", "name"): "Кто (ФИО)",
        ("enforcers", "enforcer_id"): "Лиц. номер",
        ("enforcers", "district_id"): "Местность",
        ("enforcers", "licensed_from"): "Лиц. с какого числа",
    }
    place = written(tmp_path / "in.xlsx", tables, renamed, districts="Места", enforcers="Люди", writs="Журнал")
    found = check(place)
    assert found.taken == {"districts": 3, "enforcers": 5, "writs": 24} and not found.ok
    told = "\n".join(found.lines())
    assert "sheet 'Места': districts needs the columns" in told and "sheet 'Люди': enforcers needs the columns" in told
    assert all(len(line) <= LONGEST for line in found.faults) and not found.left, (found.left, told)
    assert read(place, columns=found.guesses).chamber.enforcers.height == 5


def test_a_sheet_of_something_else_is_taken_for_no_table(tmp_path, tables):
    place = written(tmp_path / "in.xlsx", {"districts": tables["districts"], "writs": tables["writs"]})
    made = openpyxl.load_workbook(place)
    other = made.create_sheet("Справка")
    for row in (["Месяц", "Всего писем", "Отправлено"], ["октябрь", 40, 38], ["ноябрь", 51, 50]):
        other.append(row)
    made.save(place)
    told = "\n".join(check(place).lines())
    assert "sheets not used: 'Справка'" in told and "has no table enforcers" in told


def test_what_is_taken_as_what_is_said_of_headers_in_a_clerks_own_words(tmp_path, tables):
    place = written(tmp_path / "in.xlsx", tables, {("writs", "amount"): "Сумма долга", ("writs", "form"): "Носитель"})
    notes = [note for note in check(place).notes if "taken as" in note]
    assert notes == ["writs: columns taken as: 'Носитель' → form; 'Сумма долга' → amount."]
    assert not [note for note in check(written(tmp_path / "own.xlsx", tables)).notes if "taken as" in note]


def test_a_name_beside_a_writ_can_be_told_too(tmp_path, tables):
    rows = [{**row, "case_id": "Ахметова А."} for row in tables["writs"]]
    place = written(tmp_path / "in.xlsx", {**tables, "writs": rows}, {("writs", "case_id"): "С кого"})
    named = read(place, columns={"С кого": "debtor_name"}).beside
    assert named["debtor_name"].to_list() == ["Ахметова А."] * 24


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("Должник: Ф.И.О./наименование", "debtor_name"),
        ("Борышкердің Т.А.Ә./атауы", "debtor_name"),
        ("Наименование (ФИО) взыскателя", "creditor_name"),
        ("Өндіріп алушының толық атауы", "creditor_name"),
        ("Фамилия, имя, отчество должника", "debtor_name"),
        ("ФИО представителя должника", None),
        ("Телефон должника", None),
        ("Наименование суда", None),
    ],
)
def test_a_header_of_a_partys_name_is_known_by_its_words(word, name):
    assert beside_named(word) == name


@pytest.mark.parametrize(
    ("word", "table", "column"),
    [
        ("Наименование округа", "districts", "name"),
        ("Наименование округа", "enforcers", "district_id"),
        ("Категория взыскания", "writs", "claim"),
        ("Кто взыскатель (ФЛ / ЮЛ / гос-во)", "writs", "creditor_kind"),
        ("Носитель ИД (бумага/электронно)", "writs", "form"),
        ("Өндіріп алу санаты", "writs", "claim"),
        ("Қағаз немесе электрондық", "writs", "form"),
        ("Өндірілетін сома, теңге", "writs", "amount"),
        ("Срочно?", "writs", "immediate"),
        ("Город / район должника", "writs", "debtor_district_id"),
        ("Лицензия алған күні", "enforcers", "licensed_from"),
        ("Взыскатель (ФЛ/ЮЛ/гос)", "writs", "creditor_kind"),
        ("ЧСИ (фамилия, имя)", "enforcers", "name"),
        ("Орындаушы (тегі, аты)", "ledger", None),
        ("Суд (наименование)", "writs", "issued_by"),
        ("KATO", "districts", "district_id"),
        ("№ док-та", "writs", "number"),
        ("Номер документа", "recusals", None),
        ("Исх. №", "writs", None),
        ("Дата решения", "writs", None),
    ],
)
def test_a_header_of_a_register_is_known_where_it_has_one_meaning(word, table, column):
    assert column_named(word, table) == column


def test_a_header_of_two_lines_is_read_by_the_words_of_both(tmp_path, tables):
    upper = {
        "number": "Исполнительный документ",
        "debtor_id": "Должник",
        "creditor_id": "Взыскатель",
        "immediate": "Отметки",
    }
    lower = {
        "number": "№",
        "issued_on": "Дата",
        "issued_by": "Кем выдан",
        "debtor_id": "ИИН",
        "debtor_district_id": "Район",
        "creditor_id": "ИИН/БИН",
        "creditor_kind": "Статус",
        "immediate": "Срочно",
        "original_attached": "Оригинал",
    }
    before = ["writ_id", "received_at", "form", "claim", "subject", "amount", "state_interest", "signature", "origin"]
    place = written(tmp_path / "in.xlsx", {name: tables[name] for name in ("districts", "enforcers")})
    made = openpyxl.load_workbook(place)
    sheet = made.create_sheet("Журнал")
    sheet.append(["Журнал за ноябрь"])
    sheet.append([*before, *(upper.get(column) for column in lower)])
    sheet.append([*[None] * len(before), *lower.values()])
    for row in tables["writs"]:
        sheet.append([row[column] for column in (*before, *lower)])
    sheet.merge_cells("J2:L2")
    made.save(place)
    found = check(place)
    assert found.ok, "\n".join(found.lines())
    whole = read(written(tmp_path / "whole.xlsx", tables))
    assert found.reading.chamber.writs.equals(whole.chamber.writs)


def test_two_lines_of_which_one_is_data_are_not_one_header():
    header = ["Рег. номер", "Дата поступления", "Форма", "Должник"]
    row = ["12/26", "23.11.2026", "бумажный", "Ким"]
    assert in_one_line([["Журнал"], header, row]) == [["Журнал"], header, row]
    over, under = ["Рег. номер", "Должник", None], [None, "Тел.", "ИИН"]
    assert in_one_line([over, under])[1] == ["Рег. номер", "Должник: Тел.", "ИИН должника"]


def test_a_known_header_under_which_another_thing_stands_is_asked_about(tmp_path, tables):
    """«Требование» over what is asked, «ЖСО» over names: by the list alone both would be misread."""
    renamed = {
        ("writs", "subject"): "Требование",
        ("writs", "claim"): "Вид дела",
        ("enforcers", "name"): "ЖСО",
        ("enforcers", "enforcer_id"): "Лиц. нөмірі",
    }
    place = written(tmp_path / "in.xlsx", tables, renamed)
    found = check(place)
    told = "\n".join(found.lines())
    assert found.guesses == {
        "Требование": "subject",
        "Вид дела": "claim",
        "ЖСО": "name",
        "Лиц. нөмірі": "enforcer_id",
    }
    assert "the header 'Требование' means claim, and something else stands under it; it may be subject." in told
    assert found.refused == {"districts": 0, "enforcers": 0, "writs": 0} and not found.left
    with pytest.raises(UnusableInputError, match="writs needs the columns subject"):
        read(place)


def test_names_for_paper_are_guessed_too(tmp_path, tables):
    rows = [{**row, "case_id": "Ахметова Айгүл"} for row in tables["writs"]]
    place = written(tmp_path / "in.xlsx", {**tables, "writs": rows}, {("writs", "case_id"): "С кого взыскать"})
    found = check(place)
    assert found.ok and found.guesses == {"С кого взыскать": "debtor_name"}
    assert read(place).beside["debtor_name"].null_count() == 0 or read(place).beside.is_empty()
