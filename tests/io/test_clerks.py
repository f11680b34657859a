"""Values as clerks write them: what has one meaning is read, what has two or none stays as it was typed."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import district, enforcer, recusal, writ, write_tables

from tengbol.io.clerks.codes import FLAGS, WORDS, code_of, flag_of
from tengbol.io.clerks.days import moment_of, two_days
from tengbol.io.clerks.enforcers import canonical_ids, perhaps_one
from tengbol.io.clerks.places import district_of, ids_by_name
from tengbol.io.clerks.sums import number_of, two_numbers
from tengbol.io.read import read
from tengbol.model.cells import check_digit_holds, read_amount, read_moment
from tengbol.model.folding import folded_id
from tengbol.model.persons import FILLERS, canonical, doubtful, is_nobody
from tengbol.model.tables import TABLES
from tengbol.parameters import categories, claims


def of(expression, text: str):
    """What an expression over a column makes of one cell."""
    return pl.DataFrame({"text": [text]}).select(expression(pl.col("text"))).item()


def both(expressions, text: str):
    one, other = expressions(pl.col("text"))
    return pl.DataFrame({"text": [text]}).select(one=one, other=other).row(0)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("23.11.2026", "2026-11-23"),
        ("1.2.2026", "2026-02-01"),
        ("23.11.2026 09:11", "2026-11-23T09:11:00"),
        ("23.11.2026 г. в 9:11", "2026-11-23T09:11:00"),
        ("23.11.2026, 09:11:30", "2026-11-23T09:11:30"),
        ("23 қараша 2026 ж.", "2026-11-23"),
        ("2026 жылғы 23 қараша", "2026-11-23"),
        ("2026 ж. 5 қазан 10:30", "2026-10-05T10:30:00"),
        ("«23» ноября 2026 года", "2026-11-23"),
        ("3 мая 2026 г.", "2026-05-03"),
        ("23/11/2026", "2026-11-23"),
        ("11/11/2026", "2026-11-11"),
        ("2026.11.23", "2026-11-23"),
        ("01/02/2026", None),
        ("01.02.03", None),
        ("23.11.26", None),
        ("46349", None),
        ("09:11", None),
        ("қараша 2026", None),
    ],
)
def test_a_day_is_read_where_it_can_only_be_that_day(text, meant):
    assert of(moment_of, text) == meant


def test_of_two_days_both_are_named():
    assert both(two_days, "01/02/2026") == ("2026-02-01", "2026-01-02")
    assert both(two_days, "11/11/2026") == (None, None)
    assert both(two_days, "23/11/2026") == (None, None)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("872\u00a0938,91", "872938.91"),
        ("338 816,03 тг", "338816.03"),
        ("45 000,00 тенге.", "45000.00"),
        ("1.234.567,50 ₸", "1234567.50"),
        ("1,234,567.50", "1234567.50"),
        ("1,234,567", "1234567"),
        ("1 234,500", "1234.500"),
        ("0,125", "0.125"),
        ("90,5", "90.5"),
        ("18,333333333", "18.333333333"),
        ("1,234", None),
        ("12 34", None),
        ("12 345 6", None),
        ("-5", None),
        ("1.2.3", None),
        ("сто", None),
    ],
)
def test_a_sum_is_read_where_it_can_only_be_that_sum(text, meant):
    assert of(number_of, text) == meant


def test_of_two_sums_both_are_named():
    assert both(two_numbers, "1,234") == ("1.234", "1234")
    assert both(two_numbers, "0,125") == (None, None)


@pytest.mark.parametrize("column", WORDS)
def test_every_word_means_one_code_and_every_code_has_its_words(column):
    kinds = [table.kinds[column] for table in TABLES.values() if column in table.columns]
    of_the_order = {*claims(dt.date.min), *categories(dt.date.min)}
    later = {
        word: code
        for code in kinds[0].codes
        if column in ("claim", "category") and code not in of_the_order
        for word in WORDS[column].get(code, ())
    }
    for code, words in WORDS[column].items():
        assert all(of(kind.read, code) == code for kind in kinds)
        for word in (code, *words):
            assert of(lambda text: code_of(column, text), word.upper()) == later.get(word, code)
    assert kinds


LATIN = str.maketrans("асеіорхуәөАВЕКМНОРСТХ", "aceiopxyəɵABEKMHOPCTX")


@pytest.mark.parametrize("column", WORDS)
def test_a_word_with_latin_letters_that_look_alike_is_that_word(column):
    """Nobody who reads «aлименты» sees that its first letter is another one."""
    words = [word for words in WORDS[column].values() for word in words]
    typed = pl.DataFrame({"word": [*words, *map(str.upper, words)]})
    latin = typed.select(pl.col("word").map_elements(lambda word: word.translate(LATIN), return_dtype=pl.String))
    assert not latin.equals(typed)
    meant, also = (frame.select(code_of(column, pl.col("word"))) for frame in (typed, latin))
    assert also.equals(meant)


@pytest.mark.parametrize("column", [column for column in FLAGS if column != "every"])
def test_a_flag_is_read_in_three_languages(column):
    for value, key in (("true", "yes"), ("false", "no")):
        for word in (*FLAGS["every"][key], *FLAGS[column][key]):
            assert of(lambda text: flag_of(column, text), word) == value
    assert of(lambda text: flag_of(column, text), "-") is None


IIN = "810621370135"


@pytest.mark.parametrize(
    "text",
    [
        "8106 2137 0135",
        f"'{IIN}",
        f"{IIN}.0",
        f"ИИН {IIN}",
        f"ЖСН: {IIN}",
        "81О62137О135",
        "810621\u00a0370135",
        "8106’2137’0135",
        f"{IIN} (дубль)",
        f"Ойдан А., {IIN}",
    ],
)
def test_spellings_of_one_iin_are_one_person(text):
    assert of(canonical, text) == IIN


@pytest.mark.parametrize(
    ("text", "meant"),
    [("50101500127", "050101500127"), ("112300009", "000112300009"), ("810621370134", "810621370134")],
)
def test_lost_zeros_are_put_back_only_where_the_check_digit_then_holds(text, meant):
    assert of(canonical, text) == meant


@pytest.mark.parametrize(
    "text",
    [
        f"{IIN} т. 8 701 000 00 00",
        "8,70415E+11",
        "8.7E+11",
        "не известен",
        "белгісіз",
        "-",
        "?",
        "x",
        "0",
        "000000000000",
        "12345",
        "1234567890123",
        "12 3",
        "8704-15 3",
        "01.02.1985",
        "1/2/1985 г.р.",
        "true",
    ],
)
def test_what_names_nobody_is_no_person(text):
    assert of(lambda cell: is_nobody(canonical(cell)), text)


@pytest.mark.parametrize("text", ["k", "Қ"])
def test_one_letter_names_a_creditor_and_no_debtor(text):
    assert of(is_nobody, text)
    assert not of(lambda cell: is_nobody(canonical(cell), binds=False), text)
    assert of(lambda cell: is_nobody(canonical(cell), binds=False), "x")


def test_a_creditor_of_one_letter_can_be_kept_from_an_enforcer_and_a_debtor_is_refused(tmp_path):
    people, rows = [enforcer("E1"), enforcer("E2")], [writ("W1", creditor_id="k"), writ("W2", debtor_id="k")]
    kin = recusal(None, "E1", party_id="k")
    read_in = read(write_tables(tmp_path, districts=[district("D1")], enforcers=people, writs=rows, recusals=[kin]))
    assert read_in.rejected.select("table", "column", "code").rows() == [("writs", "debtor_id", "bad_id")]
    assert read_in.chamber.recusals["party_id"].to_list() == ["k"]


@pytest.mark.parametrize("text", [IIN, "D1", "N1234567", "KG 12345", "Жеке кәсіпкер Ойдан"])
def test_other_ids_are_taken(text):
    assert of(canonical, text) == text
    assert not of(is_nobody, text)


DISTRICTS = pl.DataFrame(
    {
        "district_id": ["1", "2", "3", "4", "5"],
        "name": ["Ойтас қаласы", "Жарлы ауданы", "Бір ауданы", "Бір қаласы", "Тас"],
    }
)


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("Ойтас қаласы", "1"),
        ("г. Ойтас", "1"),
        ("ОЙТАС", "1"),
        ("район Тас", "5"),
        ("г.Бір", "4"),
        ("Ойтас ауданы", None),
        ("г. Жарлы", None),
        ("Бір", None),
        ("Жоқ", None),
    ],
)
def test_a_district_is_known_by_its_name_where_one_is_so_called(text, district):
    assert of(lambda cell: district_of(cell, ids_by_name(DISTRICTS)), text) == district


def test_ids_that_look_alike_are_one():
    cases = ["9911-26-00-2К/7", "9911-26-00-2k/7", "9911–26–00–2К/7", "№ 9911-26-00-2К/7", "9911-26-00-2К / 7"]
    assert len({of(folded_id, text) for text in cases}) == 1
    known = pl.DataFrame({"enforcer_id": ["JSO-7", "JSO-8"]})
    assert of(lambda cell: canonical_ids(cell, known), "jsо–7") == "JSO-7"
    assert of(lambda cell: canonical_ids(cell, known), "JSO-9") == "JSO-9"


def test_enforcers_who_may_be_one_are_named():
    rows = {
        "enforcer_id": ["JSO-7", "JSO-8", "JSO-08", "A", "B", "C"],
        "name": ["Бір", "Екі", "Үш", "Ойдан  Төрт", "ОЙДАН ТӨРТ", "Ойдан Төрт"],
        "district_id": ["1", "1", "2", "1", "1", "2"],
    }
    assert perhaps_one(pl.DataFrame(rows)) == (
        "enforcers: JSO-08 and JSO-8 look alike; if they are one enforcer, leave one of them.",
        "enforcers: A and B have one name in one district; if they are one enforcer, leave one of them.",
    )


@given(
    st.datetimes(dt.datetime(1992, 1, 1), dt.datetime(2099, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0))
)
def test_no_day_is_read_as_another(at):
    for written in (f"{at:%d.%m.%Y %H:%M}", f"{at.day}.{at.month}.{at.year} {at.hour}:{at:%M}", f"{at:%d/%m/%Y %H:%M}"):
        meant = of(lambda cell: read_moment(moment_of(cell)), written)
        assert meant in (at, None)
        assert meant == at or "/" in written


@given(st.integers(0, 10**14), st.integers(0, 99))
def test_no_sum_is_read_as_another(whole, cents):
    grouped = f"{whole:,}"
    for written in (
        f"{grouped.replace(',', ' ')},{cents:02}",
        f"{grouped.replace(',', '.')},{cents:02}",
        f"{grouped}.{cents:02}",
        f"{whole},{cents:02} тг",
    ):
        assert of(lambda cell: read_amount(number_of(cell)), written) == float(f"{whole}.{cents:02}")


@given(st.text("0123456789 .'-OОЕE+,x", max_size=16))
def test_an_id_becomes_another_only_where_its_check_digit_holds(text):
    meant = of(canonical, text)
    assert meant == text or of(check_digit_holds, meant)


@st.composite
def disguised(draw):
    """A number as clerks and spreadsheets spoil it, and other letters now and then."""
    number = draw(
        st.sampled_from([*(IIN.replace(digit, like) for digit, like in ("0O", "1l", "3з")), IIN, "8,7e+11", "1"])
    )
    before = draw(st.sampled_from(["", "", "’", "иин: ", "бсн/bin ", "C"]))
    place = draw(st.integers(0, len(number)))
    within = draw(st.sampled_from(["", "", "-", " ", "з", "І", "д", "ә"]))
    return before + number[:place] + within + number[place:] + draw(st.sampled_from(["", ".0"]))


@settings(max_examples=300)
@given(disguised() | st.sampled_from(FILLERS))
def test_an_id_that_is_not_doubted_is_in_its_one_form_and_names_somebody(text):
    assert of(doubtful, text) or (of(canonical, text) == text and not of(is_nobody, text))


@pytest.mark.parametrize("text", ["C-1", "debtor 7", "pass 8501013", "ТОО 5"])
def test_an_id_with_a_letter_that_stays_and_a_digit_is_not_doubted(text):
    assert not of(doubtful, text)


@pytest.mark.parametrize("text", ["850101300l24", "ИИН 850101300124", "8,5E+11", "тест", "C", "1", "1" * 12])
def test_what_may_be_another_id_or_none_is_doubted(text):
    assert of(doubtful, text)
