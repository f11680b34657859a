"""Sums as clerks write them: taken where they have one meaning, refused where two, left out where there is none."""

from __future__ import annotations

import itertools
import re
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from small import balance, district, enforcer, writ, write_tables

import tengbol
from tengbol.io.clerks.sums import sum_of
from tengbol.model.kinds import AMOUNT, COUNT

ONE_MEANING = {
    "640 тыс. тг": 640_000,
    "12,4 млн тг": 12_400_000,
    "2 млн 150 тыс. тг": 2_150_000,
    "2 млн 150 000 тг": 2_150_000,
    "1,35 млн": 1_350_000,
    "215 мың тг": 215_000,
    "1 млн 350 мың теңге": 1_350_000,
    "1 234,5 тыс. тенге": 1_234_500,
    "900 000 (девятьсот тысяч) тенге": 900_000,
    "900 000,50 (девятьсот тысяч) тенге 50 тиын": None,
    "900 000 (тоғыз жүз мың) теңге 50 тиын": 900_000.5,
    "1 200 (мың екі жүз) теңге": 1_200,
    "1 120 000-00": 1_120_000,
    "1 120 000-50 тг": 1_120_000.5,
    "1 120 000,00 (один миллион сто двадцать тысяч)": 1_120_000,
    "517 000=": 517_000,
    "517 000=50 тг": 517_000.5,
    "517 000= тг": 517_000,
    "45=": 45,
    "45 тг тг": None,
    "0.500": 0.5,
    "1234.500": 1234.5,
    "845.6000": 845.6,
}
NO_MEANING = [
    "900 (тысяч) тг",
    "900 000 (долларов США)",
    "2 млн 150",
    "1,5 млн 200 тыс",
    "1.234 млн",
    "12-50",
    "тыс. тг",
    "=",
    "45=50",
]
TWO_MEANINGS = {
    "845.600": ("845.6", "845600"),
    "12.500 тг": ("12.5", "12500"),
    "1.000": ("1", "1000"),
    "1,234": ("1.234", "1234"),
}


def of_rows(folder, *writs, **tables):
    rows = [writ(f"W{n}", **cells) for n, cells in enumerate(writs)]
    return tengbol.read(
        write_tables(folder, districts=[district("D1")], enforcers=[enforcer("E1")], writs=rows, **tables)
    )


def test_a_sum_is_what_it_can_only_mean(tmp_path):
    reading = of_rows(tmp_path, *({"amount": text} for text in ONE_MEANING))
    taken = dict(reading.chamber.writs.select("writ_id", "amount").iter_rows())
    assert [taken.get(f"W{n}") for n in range(len(ONE_MEANING))] == list(ONE_MEANING.values())
    told = [str(note) for note in reading.warnings if "in words" in str(note)]
    assert told == ["writs: amount has the sum in words, too, in rows 10, 12, 13, 16; the figures are taken."]


@pytest.mark.parametrize("text", NO_MEANING)
def test_what_is_no_sum_is_refused(text, tmp_path):
    assert of_rows(tmp_path, {"amount": text}).rejected["code"].to_list() == ["bad_number"]


@pytest.mark.parametrize("text", TWO_MEANINGS)
def test_three_digits_after_a_single_sign_may_be_thousands(text, tmp_path):
    reading = of_rows(tmp_path, {"amount": text})
    assert reading.rejected["code"].to_list() == ["two_meanings"]
    one, other = TWO_MEANINGS[text]
    assert f"which can be {one} or {other}; write" in reading.rejected["message"][0]


def test_a_count_of_three_zeros_after_a_point_may_be_thousands(tmp_path):
    rows = [balance("E1", "individual", "12.000", "12.5"), balance("E1", "state", "12.0", "1.125")]
    reading = of_rows(tmp_path, {}, balances=rows)
    assert reading.rejected.select("row", "column", "code").rows() == [(2, "received", "two_meanings")]
    assert reading.chamber.balances["share"].to_list() == [Decimal("1.125")]


def test_a_number_of_a_file_that_has_numbers_is_that_number(tmp_path):
    folder = write_tables(tmp_path, districts=[district("D1")], enforcers=[enforcer("E1")], writs=[writ("W1")])
    writs = pl.read_csv(folder / "writs.csv", infer_schema=False)
    writs.with_columns(amount=pl.lit(Decimal("845.600"), dtype=pl.Decimal(12, 3))).write_parquet(
        folder / "writs.parquet"
    )
    (folder / "writs.csv").unlink()
    assert tengbol.read(folder).chamber.writs["amount"].to_list() == [845.6]


@pytest.mark.parametrize("text", ["—", "-", "б/с", "без суммы", "Нет", "жоқ"])
def test_p6_what_says_that_there_is_no_sum_is_none_where_none_is_needed(text, tmp_path):
    state = {"claim": "money", "creditor_kind": "state", "creditor_id": "ГУ-1"}
    reading = of_rows(tmp_path, {"amount": text}, {"amount": text, "claim": "eviction"}, {"amount": text, **state})
    assert reading.chamber.writs["amount"].to_list() == [None, None]
    assert reading.rejected.select("row", "column", "code").rows() == [(4, "amount", "bad_number")]
    assert "writs: amount says in rows 2, 3 that there is no sum; taken without one." in map(str, reading.warnings)


@pytest.mark.parametrize(
    "text", ["жалақысының 1/4", "1/4 заработка", "1/3 доходов", "25 АЕК ай сайын", "25 МРП ежемесячно", "25 %"]
)
def test_p13_alimony_of_a_part_of_earnings_is_taken_without_a_sum(text, tmp_path):
    reading = of_rows(tmp_path, {"amount": text, "claim": "Алимент"}, {"amount": text})
    assert reading.chamber.writs.select("claim", "amount").rows() == [("alimony", None)]
    assert reading.rejected.select("row", "column", "code").rows() == [(3, "amount", "bad_number")]
    told = "writs: amount is no sum in rows 2 but a part of earnings or a number of indices; taken without one."
    assert told in map(str, reading.warnings)


SCALES = {"тыс": 3, "тыс.": 3, "мың": 3, "млн": 6, "млн.": 6, "млрд": 9, "млрд.": 9}
PIECES = ["1", "12", "150", "500", "000", "1234", "0", "00", " ", " ", "\u00a0", ",", ".", "-00", "-50", "тг", *SCALES]


def numbers(text: str) -> set[Decimal]:
    """Every number that a text of digits and signs can be, by trying each sign as each thing."""
    signs = [n for n, sign in enumerate(text) if not sign.isdigit()]
    found = set()
    for ways in itertools.product(("thousands", "decimal"), repeat=len(signs)):
        way = dict(zip(signs, ways, strict=True))
        if ways.count("decimal") > 1 or ("decimal" in ways and ways[-1] != "decimal"):
            continue
        groups = {text[n] for n in signs if way[n] == "thousands"}
        whole, _, rest = "".join("." if way.get(n) == "decimal" else sign for n, sign in enumerate(text)).partition(".")
        if len(groups) > 1 or any(way[n] == "decimal" and text[n] not in ".," for n in signs):
            continue
        if groups and not re.fullmatch(r"\d{1,3}(\D\d{3})+", whole):
            continue
        # Who parts thousands by a sign does not part decimals by it; nobody begins a thousand with a zero.
        if groups and ("decimal" in ways and text[signs[-1]] in groups):
            continue
        if groups and groups & set(".,") and whole.startswith("0"):
            continue
        digits = re.sub(r"\D", "", whole)
        if digits and (rest.isdigit() or not rest):
            found.add(Decimal(f"{digits}.{rest or 0}"))
    return found


def meanings(text: str) -> set[Decimal]:
    """Every sum that a text can be: numbers with their scales, each less than the scale before it, all added."""
    text = re.sub(r"[\u00a0 ]+", " ", text).strip()
    text = re.sub(r"^\.", "0.", re.sub(r" ?тг$", "", text).strip())
    cents = Decimal(0)
    if ended := re.search(r"-(\d\d)$", text):
        text, cents = text[: ended.start()], Decimal(ended[1]) / 100
    scale = r"(?:(?:тыс|млн|млрд)\.?|мың)"
    if not re.fullmatch(rf"(?:\d[\d .,]*{scale} ?)*(?:\d[\d .,]*)?", text):
        return set()
    parts = re.findall(rf"(\d[\d .,]*)({scale}|$)", text)
    found = {Decimal(0)}
    limit = Decimal(10) ** 30
    for part, scale in parts:
        worth = Decimal(10) ** SCALES.get(scale, 0)
        found = {a + n * worth for a in found for n in numbers(part.strip()) if n * worth < limit}
        limit = worth
    return {a + cents for a in found} if parts else set()


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join))
@example("2 млн 150 тыс. тг")
@example("845.600")
@example("1 120 000-00")
def test_never_another_sum(text):
    taken = pl.select(AMOUNT.read(pl.coalesce(sum_of(pl.lit(text)), pl.lit(text))).alias("a")).item()
    if taken is not None:
        assert {float(sum_) for sum_ in meanings(text)} == {taken}, text


@given(st.from_regex(r"[0-9]{1,5}\.[0-9]{0,4}", fullmatch=True))
@example("845.600")
@example("12.000")
@example("1234.500")
def test_three_digits_after_one_to_three_are_no_count_and_no_sum(text):
    thousands = re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", text)
    amount, count = pl.select(AMOUNT.read(pl.lit(text)).alias("a"), COUNT.read(pl.lit(text)).alias("c")).row(0)
    whole, _, rest = text.partition(".")
    assert (amount is None) == bool(thousands or len(rest.rstrip("0")) > 2)
    # Of a count three zeros are refused whatever stands before them.
    assert (count is None) == bool(rest == "000" or rest.strip("0"))
    assert amount is None or amount == float(text)
    assert count is None or count == int(whole)
