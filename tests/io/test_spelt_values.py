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
]


@pytest.mark.parametrize(("column", "said", "meant"), CODES)
def test_a_code_is_known_by_everyday_words(column, said, meant, tmp_path):
    reading = reading_of(tmp_path, {column: said})
    assert reading.chamber.writs[column].to_list() == [meant]


@pytest.mark.parametrize("said", ["аренда", "алименты (долг)", "да/нет", "долг/"])
def test_what_may_be_two_codes_is_refused(said, tmp_path):
    reading = reading_of(tmp_path, {"claim": said}, {"immediate": said})
    assert reading.rejected["code"].to_list() == ["bad_code", "bad_boolean"]


def test_p18_an_absence_is_known_by_its_reason_in_two_languages(tmp_path):
    reading = reading_of(tmp_path, {}, absences=[absence("E1", "ауырып жатыр (больничный)")])
    assert reading.chamber.absences["reason"].to_list() == ["sickness"]
