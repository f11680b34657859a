"""Districts, codes and reasons as clerks shorten them: taken where they have one meaning, else told what to write."""

from __future__ import annotations

import pytest
from small import absence, district, enforcer, writ, write_tables

import tengbol
from tengbol.report.rejected import reworded
from tengbol.report.words import Words

PLACES = [
    district("515210000", name="Сайрам ауданы"),
    district("515420000", name="Сарыағаш"),
    district("511010000", name="Түркістан қаласы"),
]


def reading_of(folder, *writs, **tables):
    rows = [writ(f"W{n}", **{"debtor_district_id": "515210000", **cells}) for n, cells in enumerate(writs)]
    people = [enforcer("E1", "515210000")]
    return tengbol.read(write_tables(folder, districts=PLACES, enforcers=people, writs=rows, **tables))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        *((one, "515210000") for one in ("Сайрам ауд.", "ауд. Сайрам", "р-н Сайрам", "Сайрам р-н", "р-он Сайрам")),
        *((one, "515420000") for one in ("Сарыағаш ауд.", "Сарыағаш ауд-ы", "Сарыағаш")),
        *((one, "511010000") for one in ("Түркістан қ.", "г.Түркістан", "гор. Түркістан", "Түркістан қ-сы")),
    ],
)
def test_p9_a_district_is_known_by_its_shortened_kind(said, meant, tmp_path):
    reading = reading_of(tmp_path, {"debtor_district_id": said})
    assert reading.rejected.is_empty()
    assert reading.chamber.writs["debtor_district_id"].to_list() == [meant]


def test_p9_who_names_no_district_is_told_which_there_are(tmp_path):
    reading = reading_of(
        tmp_path, *({"debtor_district_id": one} for one in ("Түркістан ауд.", "Сайрамский р-н", "5152"))
    )
    assert reading.rejected["code"].to_list() == ["unknown_district"] * 3
    assert reading.rejected["message"].to_list() == [
        "debtor_district_id is 'Түркістан ауд.', which no good row of districts has; write a name or code of one: "
        "Түркістан қаласы (511010000), Сайрам ауданы (515210000).",
        "debtor_district_id is 'Сайрамский р-н', which no good row of districts has; write a name or code of one: "
        "Сайрам ауданы (515210000), Сарыағаш (515420000).",
        "debtor_district_id is '5152', which no good row of districts has; write a name or code of one: "
        "Сайрам ауданы (515210000), Сарыағаш (515420000).",
    ]
    for language, told in (("ru", "напишите"), ("kk", "жазыңыз")):
        for message in reading.rejected["message"]:
            said = reworded(message, Words(language), "writs")
            assert told in said
            assert "(515210000)" in said


CODES = [
    ("signature", "подпись не верна", "invalid"),
    ("signature", "Подпись неверна", "invalid"),
    ("claim", "общение с ребёнком", "other_non_property"),
    ("claim", "баламен көрісу", "other_non_property"),
    ("claim", "алимент (алименты)", "alimony"),
    ("immediate", "иә/да", True),
    ("immediate", "да, немедленно", True),
    ("creditor_kind", "АО", "legal_entity"),
    ("creditor_kind", "мемл.", "state"),
    ("claim", "моралдық зиян", "money"),
    ("claim", "коммунальные", "money"),
]


@pytest.mark.parametrize(("column", "said", "meant"), CODES)
def test_a_code_is_known_by_everyday_words(column, said, meant, tmp_path):
    reading = reading_of(tmp_path, {column: said})
    assert reading.chamber.writs[column].to_list() == [meant]


@pytest.mark.parametrize("said", ["аренда", "алименты (долг)", "да/нет", "долг/"])
def test_what_may_be_two_codes_is_refused(said, tmp_path):
    reading = reading_of(tmp_path, {"claim": said}, {"immediate": said})
    assert reading.rejected["code"].to_list() == ["bad_code", "bad_boolean"]


@pytest.mark.parametrize("said", ["госорган", "мемлекеттік орган", "ИП", "мемл. мекеме"])
def test_p4_a_creditor_that_may_be_of_two_kinds_is_refused(said, tmp_path):
    assert reading_of(tmp_path, {"creditor_kind": said}).rejected["code"].to_list() == ["bad_code"]


def test_p5_what_is_not_asked_of_a_document_of_the_other_form_refuses_no_row(tmp_path):
    paper = {"form": "paper", "signature": "мөр басылған", "original_attached": "true"}
    electronic = {"form": "electronic", "signature": "valid", "original_attached": "эл. құжат"}
    reading = reading_of(
        tmp_path, paper, electronic, {**paper, "original_attached": "эл. құжат"}, {**electronic, "signature": "мөр"}
    )
    taken = reading.chamber.writs.select("form", "signature", "original_attached").rows()
    assert taken == [("paper", None, True), ("electronic", "valid", None)]
    assert reading.rejected.select("row", "column").rows() == [(4, "original_attached"), (5, "signature")]
    told = [str(note) for note in reading.warnings]
    assert any("signature is not asked of the documents in rows 2, 4" in note for note in told), told
    assert any("original_attached is not asked of the documents in rows 3, 5" in note for note in told), told


def test_p18_an_absence_is_known_by_its_reason_in_two_languages(tmp_path):
    reading = reading_of(tmp_path, {}, absences=[absence("E1", "ауырып жатыр (больничный)")])
    assert reading.chamber.absences["reason"].to_list() == ["sickness"]
