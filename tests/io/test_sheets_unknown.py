"""Sheets under names and headers that nobody knows: what they seem to be is asked, and none that holds somebody out of
a batch is left out of it unseen (¶12).
"""

from __future__ import annotations

import datetime as dt
import random
import shlex

import openpyxl
import polars as pl
import pytest
from books import tengbol
from clerks import ods
from io_cases import ROWS, csv_folder, parquet_folder, workbook
from test_guessing import chamber, written

from tengbol.errors import UnusableInputError
from tengbol.io.check import check
from tengbol.io.grid import HEADER_WITHIN
from tengbol.io.read import read
from tengbol.io.sheets.page import Marks, Page

#: As clerks keep them: a title, nothing, a header.
AWAY = [
    ["Кто отсутствует"],
    [],
    ["ЧСИ", "Причина", "Нет с", "Нет по"],
    ["ФамилияБ Имя", "отпуск", "20.11.2026", "27.11.2026"],
    ["ФамилияВ Имя", "больничный", "21.11.2026", "24.11.2026"],
]


@pytest.fixture(scope="module")
def tables():
    return chamber(random.Random(7))


def beside(place, tables, lines, name="Лист9", *, hidden=False):
    """A chamber's workbook with one more sheet."""
    written(place, tables)
    made = openpyxl.load_workbook(place)
    sheet = made.create_sheet(name)
    for line in lines:
        sheet.append(line)
    sheet.sheet_state = "hidden" if hidden else "visible"
    made.save(place)
    return place


def test_absences_under_a_name_and_headers_of_a_clerks_own_are_asked_about(tmp_path, tables):
    place = beside(tmp_path / "in.xlsx", tables, AWAY)
    found = check(place)
    told = "\n".join(found.lines())
    assert "the sheet 'Лист9' seems to be absences; if it is another, name it" in told
    assert found.guesses == {"Нет с": "start", "Нет по": "end"} and found.taken["absences"] == 2
    with pytest.raises(UnusableInputError, match="absences needs the columns start"):
        read(place)
    assert read(place, columns=found.guesses).chamber.absences["enforcer_id"].to_list() == ["ЛИЦ-1", "ЛИЦ-2"]


def test_recusals_are_known_by_the_writs_and_enforcers_that_stand_there(tmp_path, tables):
    lines = [["Отводы за ноябрь"], [], ["Какой документ", "Кто", "Чем вызван", "Когда"]]
    lines += [["100/26", "ЛИЦ-1", "статья 54", "20.11.2026"], ["101-26", "ЛИЦ-2", "родственник", "21.11.2026"]]
    found = check(beside(tmp_path / "in.xlsx", tables, lines, "Самоотводы палаты"))
    told = "\n".join(found.lines())
    assert "the sheet 'Самоотводы палаты' seems to be recusals; if it is another, name it" in told
    assert found.guesses == {"Какой документ": "writ_id", "Кто": "enforcer_id", "Чем вызван": "ground"}
    assert "recusals needs the columns enforcer_id, ground, decision" in told and "attachments" not in told
    assert "ground is 'родственник'; one of article_54" in told and found.refused["recusals"] == 1


def test_a_row_under_headers_of_which_none_is_known_is_a_row(tmp_path, tables):
    lines = [["Какой документ", "Кто", "Почему", "Протокол"], ["100/26", "ЛИЦ-1", "статья 54", "№ 17"]]
    found = check(beside(tmp_path / "in.xlsx", tables, lines, "Отводы"))
    assert found.taken["recusals"] == 1 and "no rows of recusals" not in "\n".join(found.lines())


def test_a_sheet_that_names_enforcers_and_days_is_left_out_of_no_batch_unasked(tmp_path, tables):
    lines = [["Кто", "Что", "Когда"], ["ФамилияБ И.", "??", "20.11.2026"], ["ФамилияВ", "—", "21.11.2026"]]
    place = beside(tmp_path / "in.xlsx", tables, lines)
    told = "the sheet 'Лист9' names enforcers and days, and is no table that is known"
    assert told in "\n".join(check(place).lines())
    with pytest.raises(UnusableInputError, match=told):
        read(place)


def with_a_file(folder, *lines):
    """The small chamber as CSV files, its enforcers 0001 and 0002, and one more file, as a Russian Excel saves it."""
    csv_folder(folder, {name: ROWS[name] for name in ("districts", "enforcers", "writs")})
    (folder / "график.csv").write_text("\r\n".join(lines), "kz1048")
    return folder


def test_p12_a_csv_file_that_names_enforcers_and_days_is_left_out_of_no_batch_unasked(tmp_path):
    who = [row["enforcer_id"] for row in ROWS["enforcers"]]
    place = with_a_file(tmp_path, "Кто;С какого;По какое", f"{who[0]};20.11.2026;30.11.2026", f"{who[-1]};21.11.2026;")
    told = "график.csv names enforcers and days, and is no table that is read"
    assert told in "\n".join(check(place).lines())
    with pytest.raises(UnusableInputError, match=told):
        read(place)


AWAY_AS_TABLE = [("Кто", "С какого"), ("0001", dt.date(2026, 11, 20)), ("0002", dt.date(2026, 11, 21))]


def saved(folder, kind, lines, *, name="график", sheet="Лист1"):
    """One more file beside the tables, under a name and headers that nobody knows."""
    place = folder / f"{name}.{kind}"
    header, *rows = lines
    if kind == "parquet":
        pl.DataFrame(rows, schema=list(header), orient="row").write_parquet(place)
    elif kind == "xlsx":
        made = openpyxl.Workbook()
        made.active.title = sheet
        for line in lines:
            made.active.append(line)
        made.save(place)
    elif kind == "ods":
        ods(place, {sheet: list(map(list, lines))})
    else:
        place.write_text("\n".join("\t".join(map(str, line)) for line in lines))


@pytest.mark.parametrize("enforcers", ["csv", "parquet"])
@pytest.mark.parametrize("kind", ["csv", "tsv", "txt", "parquet", "xlsx", "ods"])
def test_p12_a_file_of_any_kind_that_names_enforcers_and_days_is_left_out_of_no_batch(tmp_path, enforcers, kind):
    tables = {name: ROWS[name] for name in ("districts", "enforcers", "writs")}
    (csv_folder if enforcers == "csv" else parquet_folder)(tmp_path, tables)
    saved(tmp_path, kind, AWAY_AS_TABLE)
    with pytest.raises(UnusableInputError, match=f"график.{kind} names enforcers and days, and is no table that is"):
        read(tmp_path)


@pytest.mark.parametrize("kind", ["csv", "txt", "parquet", "xlsx", "ods"])
def test_a_file_of_any_kind_that_names_nobody_is_no_obstacle(tmp_path, kind):
    parquet_folder(tmp_path, {name: ROWS[name] for name in ("districts", "enforcers", "writs")})
    saved(tmp_path, kind, [("Кто", "Когда"), ("Сидоров", dt.date(2026, 11, 20))])
    assert read(tmp_path).chamber.writs.height == 2


def test_a_sheet_that_is_a_table_which_is_read_is_its_copy(tmp_path):
    csv_folder(tmp_path, {name: ROWS[name] for name in ("districts", "enforcers", "writs")})
    workbook(tmp_path / "палата.xlsx", {"enforcers": ROWS["enforcers"]})
    assert "Files not used: палата.xlsx." in map(str, read(tmp_path).warnings)
    workbook(tmp_path / "палата.xlsx", {"enforcers": ROWS["enforcers"], "absences": ROWS["absences"]})
    with pytest.raises(UnusableInputError, match=r"палата\.xlsx names enforcers and days"):
        read(tmp_path)


def test_a_damaged_file_that_is_no_table_is_no_obstacle(tmp_path):
    csv_folder(tmp_path, {name: ROWS[name] for name in ("districts", "enforcers", "writs")})
    for kind in ("parquet", "xlsx", "ods", "xls"):
        (tmp_path / f"график.{kind}").write_bytes(b"PAR1PK\x03\x04 damaged PAR1")
    assert read(tmp_path).chamber.writs.height == 2


def test_a_parquet_file_is_known_by_its_columns_as_others_are(tmp_path):
    parquet_folder(tmp_path, {name: ROWS[name] for name in ("districts", "enforcers", "writs", "absences")})
    (tmp_path / "absences.parquet").rename(tmp_path / "график.parquet")
    assert read(tmp_path).chamber.absences["enforcer_id"].to_list() == ["0002"]


@pytest.mark.parametrize(
    "lines",
    [
        ("Праздник;День", "Наурыз;21.03.2026"),
        ("Кто;Когда", "Сидоров;20.11.2026", "Петров;21.11.2026"),
        ("Кто;Сколько дел;Чего", f"{ROWS['enforcers'][0]['enforcer_id']};12;дел"),
        ("записка",),
    ],
)
def test_a_csv_file_that_names_nobody_or_no_day_is_only_noted(tmp_path, lines):
    assert any("Files not used: график.csv" in str(note) for note in read(with_a_file(tmp_path, *lines)).warnings)


@pytest.mark.parametrize(
    ("lines", "hidden"),
    [
        (AWAY, True),
        ([["Кто", "Что", "Когда"], ["Сидоров", "позвонить", "20.11.2026"], ["Петров", "ждать", "21.11.2026"]], False),
        ([["Кто", "Сколько дел"], ["ФамилияБ", 12], ["ФамилияВ", 15]], False),
        ([["Праздник", "День"], ["Наурыз", "21.03.2026"]], False),
    ],
)
def test_what_is_hidden_or_names_nobody_or_no_day_is_only_noted(tmp_path, tables, lines, hidden):
    found = check(beside(tmp_path / "in.xlsx", tables, lines, hidden=hidden))
    assert found.ok and not found.guesses, found.lines()
    assert any("not used: 'Лист9'" in note for note in found.notes)


def test_the_writs_are_found_though_half_of_their_columns_are_not_there(tmp_path, tables):
    kept = ["received_at", "number", "creditor_id", "debtor_id", "debtor_district_id", "subject", "amount", "form"]
    rows = [{column: row[column] for column in kept} for row in tables["writs"]]
    place = written(tmp_path / "in.xlsx", {**tables, "writs": rows}, {("writs", "number"): "Лист №"}, writs="Ноябрь")
    told = "\n".join(check(place).lines())
    assert "the sheet 'Ноябрь' seems to be writs" in told and "writs needs the columns writ_id, issued_by" in told
    assert "has no table writs" not in told


def test_the_last_line_is_always_the_command_to_go_on_with(tmp_path, tables):
    def last(command):
        return tengbol(*shlex.split(command)[1:], cwd=tmp_path).stdout.strip().splitlines()[-1]

    rows = [{**row, "debtor_id": "123"} if at == 3 else row for at, row in enumerate(tables["writs"])]
    written(tmp_path / "in.xlsx", {**tables, "writs": rows}, {("writs", "claim"): "Категория"})
    asked = "tengbol check to-correct.xlsx --map 'Категория=claim'"
    onward = "tengbol run to-correct.xlsx --out result --map 'Категория=claim'"
    offered = f"If all these guesses are so, correct the cells, and then: {onward} --whole"
    assert last("tengbol check in.xlsx --marked to-correct.xlsx") == offered
    assert last(asked) == f"Correct this, and then: {onward} --whole"
    made = openpyxl.load_workbook(tmp_path / "to-correct.xlsx")
    for cell in made["writs"][5]:
        cell.value = tables["writs"][0]["debtor_id"] if cell.value == "123" else cell.value
    made.save(tmp_path / "to-correct.xlsx")
    assert last(asked) == f"Next: {onward}"
    (tmp_path / "only").mkdir()
    assert last("tengbol check only") == "Correct this, and then: tengbol check only"


def test_grounds_are_guessed_under_a_header_that_hints_at_them_though_all_are_told_freely(tmp_path, tables):
    lines = [
        ["Құжат", "ЖСО", "Неге (негізі)", "Комиссия шешімі"],
        ["100/26", "ЛИЦ-1", "54-бап, туысы", "№ 17, 20.11.2026"],
        ["101/26", "ЛИЦ-2", "54-бап бойынша өзі", "№ 18, 21.11.2026"],
    ]
    found = check(beside(tmp_path / "in.xlsx", tables, lines, "Қарсылықтар"))
    assert found.guesses["Неге (негізі)"] == "ground", found.guesses
    assert [line.split(" is ")[0] for line in found.faults] == ["Қарсылықтар, C2: ground", "Қарсылықтар, C3: ground"]


def test_enforcers_are_guessed_by_initials_and_by_first_names(tmp_path, tables):
    called = ["Ахметов Ерлан Болатұлы", "Пак Олег Сергеевич", "Ли Анна Викторовна", "Сейт Дана", "Ким Вера Ильинична"]
    people = [{**row, "name": name} for row, name in zip(tables["enforcers"], called, strict=True)]
    lines = [["Кім", "Неге", "Қай күннен", "Қай күнге дейін"], ["Ахметов Е.Б.", "демалыс", "20.11.2026", "27.11.2026"]]
    lines += [["Пак Олег", "ауырып жатыр", "20.11.2026", "24.11.2026"], ["В. Ким", "демалыс", "1.12.2026", "9.12.2026"]]
    found = check(beside(tmp_path / "in.xlsx", {**tables, "enforcers": people}, lines, "Болмағандар"))
    assert found.guesses == {"Кім": "enforcer_id", "Неге": "reason"}
    assert found.reading.chamber.absences["enforcer_id"].to_list() == ["ЛИЦ-0", "ЛИЦ-1", "ЛИЦ-4"]


def test_what_a_known_header_means_may_stand_under_another_and_is_asked_about(tmp_path, tables):
    lines = [
        ["ЧСИ", "Почему нет", "С", "По", "Основание"],
        ["ЛИЦ-1", "отпуск", "20.11.2026", "27.11.2026", "пр. № 41 от 07.11.26"],
        ["ЛИЦ-2", "больничный", "21.11.2026", "", "лист № 55821"],
    ]
    place = beside(tmp_path / "in.xlsx", tables, lines, "Отпуска")
    told = "the header 'Основание' means reason, and something else stands under it; reason may be under 'Почему нет'"
    found = check(place)
    assert told in "\n".join(found.lines()) and found.guesses["Почему нет"] == "reason"
    with pytest.raises(UnusableInputError, match=told):
        read(place)
    assert read(place, columns=found.guesses).chamber.absences["reason"].to_list() == ["leave", "sickness"]


def test_what_the_user_has_said_of_a_header_is_not_doubted_again(tmp_path, tables):
    lines = [
        ["ЖСО", "Неге жоқ", "Қай күннен", "Қай күнге дейін", "Негіз (өтініш, бұйрық, парақ)"],
        ["ЛИЦ-1", "еңбек демалысы", "20.11.2026", "27.11.2026", "14-ж бұйрық, 20.11.2026"],
        ["ЛИЦ-2", "жазылды ма", "21.11.2026", "", "парақ жабылмаған"],
        ["ЛИЦ-3", "не айтқаны белгісіз", "21.11.2026", "", "12-ж бұйрық"],
    ]
    place = beside(tmp_path / "in.xlsx", tables, lines, "Демалыс, ауру")
    found = check(place, columns={"Неге жоқ": "reason"})
    assert not found.reading.stops and not found.guesses and found.refused["absences"] == 2
    # Nor is another header offered under which there is no more of it.
    lines[0][4] = "Негіздеме құжаты"
    assert check(beside(tmp_path / "two.xlsx", tables, lines, "Демалыс, ауру")).guesses == {lines[0][4]: "reference"}


def test_signatures_told_freely_are_guessed(tmp_path, tables):
    said = ["ЭЦҚ", "эцқ бар", "бар", "+"]
    rows = [{**row, "signature": said[at % 4]} for at, row in enumerate(tables["writs"])]
    place = written(tmp_path / "in.xlsx", {**tables, "writs": rows}, {("writs", "signature"): "Қол қойылған ба"})
    assert check(place).guesses.get("Қол қойылған ба") == "signature", check(place).lines()


def test_a_word_with_its_value_beside_it_is_no_header(tmp_path, tables):
    places = [["Палата:", "Ақмола"], [], ["р/с", "Біз қарайтын қала, аудандар", "ҚАТО бойынша коды"]]
    places += [[n, row["name"], row["district_id"]] for n, row in enumerate(tables["districts"], 1)]
    rest = {name: rows for name, rows in tables.items() if name != "districts"}
    found = check(beside(tmp_path / "in.xlsx", rest, places, "Палата, аумақ"))
    assert found.guesses == {"Біз қарайтын қала, аудандар": "name", "ҚАТО бойынша коды": "district_id"}
    assert found.taken["districts"] == 3 and [*found.unnamed] == ["chamber_id"]


def test_headers_that_end_with_a_colon_are_headers(tmp_path, tables):
    names = {
        ("districts", "district_id"): "КАТО коды:",
        ("districts", "name"): "Атауы:",
        ("districts", "chamber_id"): "Палата:",
    }
    assert check(written(tmp_path / "in.xlsx", tables, names)).ok


def test_nobody_is_called_unknown_where_no_enforcer_could_be_read(tmp_path, tables):
    lines = [["Отведённый ЧСИ", "Код документа", "Основание отвода", "Решение дисциплинарной комиссии"]]
    lines += [["ФамилияБ И.", "100/26", "статья 54", "№ 1"]]
    rest = {name: rows for name, rows in tables.items() if name != "districts"}
    told = "\n".join(check(beside(tmp_path / "in.xlsx", rest, lines, "Отводы")).lines())
    assert "has no table districts" in told and "nobody of enforcers" not in told


def test_no_day_is_guessed_to_be_a_decision_and_an_address_no_district(tmp_path, tables):
    lines = [["Отведённый ЧСИ", "ИИН/БИН", "Основание отвода", "Когда заявлен"]]
    lines += [
        ["ЛИЦ-1", tables["writs"][0]["debtor_id"], "статья 54", "17.11.26"],
        ["ЛИЦ-2", "", "статья 54", "18.11.26г."],
    ]
    found = check(beside(tmp_path / "in.xlsx", tables, lines, "Отводы"))
    assert found.guesses == {"ИИН/БИН": "party_id"} and [*found.unnamed] == ["decision"]
    people = [{**row, "Мекенжайы": f"Ақкөл қ., Абай к-сі, {n}"} for n, row in enumerate(tables["enforcers"])]
    where = {("enforcers", "district_id"): "Қызмет ететін аумақ"}
    found = check(written(tmp_path / "two.xlsx", {**tables, "enforcers": people}, where))
    assert found.guesses == {"Қызмет ететін аумақ": "district_id"}


def test_the_next_command_says_which_columns_no_header_was_found_for(tmp_path, tables):
    lines = [["Кто из ЧСИ", "Документ", "Основание"], ["ЛИЦ-1", "100/26", "статья 54"]]
    beside(tmp_path / "in.xlsx", tables, lines, "Отводы")
    *_, lacking, last = tengbol("check", "in.xlsx", cwd=tmp_path).stdout.strip().splitlines()
    assert lacking.startswith("No header was found for decision; where the file has one, add it to the next command")
    assert "--map 'Кто из ЧСИ=enforcer_id'" in last, "what is spelt alike is in the command as in the lines above it"


def test_districts_without_their_codes_are_found_and_the_codes_asked_for(tmp_path, tables):
    lines = [
        ["№", "Наименование района, города", "Сколько ЧСИ"],
        *([n, row["name"], 2] for n, row in enumerate(tables["districts"], 1)),
    ]
    rest = {name: rows for name, rows in tables.items() if name != "districts"}
    told = "\n".join(check(beside(tmp_path / "in.xlsx", rest, lines, "Территории")).lines())
    assert "the sheet 'Территории' seems to be districts" in told and "districts needs the columns district_id" in told


def test_codes_are_guessed_where_the_header_hints_at_them_though_most_words_are_not_known(tmp_path, tables):
    rows = [{**row, "claim": "алименты" if at % 3 else f"дело {at}"} for at, row in enumerate(tables["writs"])]
    rows = [{**row, "claim": row["claim"] if at % 2 else "взаймы"} for at, row in enumerate(rows)]
    found = check(written(tmp_path / "in.xlsx", {**tables, "writs": rows}, {("writs", "claim"): "Дау түрі"}))
    assert found.guesses == {"Дау түрі": "claim"} and found.refused["writs"] > len(rows) / 2


def test_a_header_is_looked_for_in_the_first_lines_and_nowhere_below():
    # A thousand lines are looked at for people and days; each of them as a header took as long as a short command.
    lines = [[f"{n}", f"{n}"] for n in range(HEADER_WITHIN)] + [["№", "Должник", None], [None, "ФИО", "ИИН"]]
    page = Page("list.csv", False, lambda: lines, pl.DataFrame, Marks)
    assert page.top == lines
    lines = lines[-3:]
    assert Page("list.csv", False, lambda: lines, pl.DataFrame, Marks).top != lines
