"""Contract section 2: which row is good, and with which code every other one is rejected."""

from __future__ import annotations

import polars as pl
import pytest
from io_cases import IIN, ROWS, as_frame, chamber, writ

from tengbol.io.clerks.enforcers import repeated_enforcers
from tengbol.io.rejections import CODES
from tengbol.io.validate import of_texts, validate_all
from tengbol.model import codes
from tengbol.model.cells import check_digit_holds, of_digits, read_day, read_moment, read_share
from tengbol.model.chamber import Chamber
from tengbol.model.tables import TABLES


def validated(**tables: list[dict[str, str]]) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    given = chamber(**tables)
    good, bad, *_ = validate_all(
        {
            name: of_texts(as_frame(name, given[name]).with_columns(row=pl.int_range(2, pl.len() + 2, dtype=pl.Int64)))
            for name in TABLES
        }
    )
    return {name: table.drop("row") for name, table in good.items()}, bad


def rejected(**tables: list[dict[str, str]]) -> list[tuple[str, int, str, str]]:
    return validated(**tables)[1].select("table", "row", "column", "code").rows()


def without(row: dict[str, str], *columns: str) -> dict[str, str]:
    return {name: cell for name, cell in row.items() if name not in columns}


def test_a_sound_chamber_has_nothing_rejected():
    good, bad = validated()
    assert bad.is_empty()
    assert {name: frame.height for name, frame in good.items()} == {n: len(rows) for n, rows in ROWS.items()}


def test_good_rows_have_the_types_the_chamber_promises():
    good, _ = validated()
    for name, table in TABLES.items():
        assert dict(good[name].schema) == table.types
    Chamber(**good)
    assert good["writs"].schema["amount"] == pl.Float64
    assert good["writs"].schema["received_at"] == pl.Datetime("us")
    assert good["balances"].schema["share"] == pl.Decimal(38, 9)


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"received_at": "23.11.26 09:30"}, "received_at", "bad_time"),
        ({"received_at": "2026-11-23T24:00:00"}, "received_at", "bad_time"),
        ({"received_at": "2026-11-23T09:30:00Z"}, "received_at", "bad_time"),
        ({"received_at": "2026-11-23T09:30:00+05:00"}, "received_at", "bad_time"),
        ({"form": "факс"}, "form", "bad_code"),
        ({"issued_on": "2026-02-29"}, "issued_on", "no_such_day"),
        ({"issued_on": "31.09.2026"}, "issued_on", "no_such_day"),
        ({"issued_on": "32.09.2026"}, "issued_on", "bad_date"),
        ({"issued_on": "30.13.2026"}, "issued_on", "bad_date"),
        ({"received_at": "31.11.2026 09:15"}, "received_at", "no_such_day"),
        ({"issued_on": "2026-2-9"}, "issued_on", "bad_date"),
        ({"issued_on": "46349"}, "issued_on", "bad_date"),
        ({"issued_on": "2026-11-20T09:30:00"}, "issued_on", "bad_date"),
        *(
            ({column: spoilt}, column, "cut_number")
            for column in ("writ_id", "number", "case_id", "creditor_id", "debtor_id")
            for spoilt in ("1,23E+11", "1.23456789012345e+017", "7E+10", "2026-02-01 00:00:00")
        ),
        ({"claim": "debt"}, "claim", "bad_code"),
        ({"amount": "-1"}, "amount", "bad_number"),
        ({"amount": "1,500"}, "amount", "two_meanings"),
        ({"amount": "15 00"}, "amount", "bad_number"),
        ({"amount": "nan"}, "amount", "bad_number"),
        ({"amount": "inf"}, "amount", "bad_number"),
        ({"amount": "1e999"}, "amount", "bad_number"),
        ({"creditor_kind": "bank"}, "creditor_kind", "bad_code"),
        ({"debtor_id": "850101300123"}, "debtor_id", "bad_check_digit"),
        ({"creditor_id": "850101300123"}, "creditor_id", "bad_check_digit"),
        ({"debtor_district_id": "719999999"}, "debtor_district_id", "unknown_district"),
        ({"immediate": "2"}, "immediate", "bad_boolean"),
        ({"state_interest": "-"}, "state_interest", "bad_boolean"),
        ({"signature": "yes"}, "signature", "bad_code"),
        ({"origin": "old"}, "origin", "bad_code"),
        ({"subject": "#REF!"}, "subject", "formula_error"),
        ({"case_id": "#Н/Д"}, "case_id", "formula_error"),
    ],
)
def test_a_writ_with_a_bad_cell_is_rejected_for_that_cell(cells, column, code):
    assert rejected(writs=[writ(**cells)]) == [("writs", 2, column, code)]


@pytest.mark.parametrize("column", TABLES["writs"].required_columns)
def test_a_writ_without_a_required_value_is_rejected(column):
    assert rejected(writs=[without(writ(), column)]) == [("writs", 2, column, "missing_value")]


@pytest.mark.parametrize(
    ("cells", "lacking"),
    [
        ({"claim": "money", "creditor_kind": "state"}, "amount"),
        ({"form": "electronic"}, "signature"),
        ({"form": "paper"}, "original_attached"),
        ({"origin": "returned"}, "previous_enforcer_id"),
        ({"origin": "forwarded"}, "previous_enforcer_id"),
        ({"origin": "redistributed"}, "previous_enforcer_id"),
    ],
)
def test_what_a_writ_needs_depends_on_what_it_is(cells, lacking):
    full = writ(original_attached="true", previous_enforcer_id="0008", **cells)
    assert rejected(writs=[full]) == []
    assert rejected(writs=[without(full, lacking)]) == [("writs", 2, lacking, "missing_value")]


@pytest.mark.parametrize("kind", ["individual", "legal_entity"])
def test_only_a_claim_of_the_state_needs_an_amount(kind):
    good, bad = validated(writs=[without(writ(creditor_kind=kind), "amount")])
    assert bad.is_empty()
    assert good["writs"]["amount"].to_list() == [None]


def test_an_alimony_writ_needs_no_amount_and_a_new_one_no_previous_enforcer():
    assert rejected(writs=[without(writ(claim="alimony"), "amount", "case_id")]) == []


@pytest.mark.parametrize("column", ["amount", "signature"])
def test_columns_needed_only_sometimes_say_when_in_the_message(column):
    _, bad = validated(writs=[without(writ(creditor_kind="state"), column)])
    assert bad["message"][0].startswith(f"{column} is empty; it is needed when ")


@pytest.mark.parametrize(
    ("table", "column", "cells"),
    [
        ("enforcers", "licensed_to", {"licensed_to": "2019-12-31"}),
        ("attachments", "valid_to", {"valid_to": "2024-12-31"}),
        ("absences", "end", {"end": "2026-11-30"}),
    ],
)
def test_nothing_ends_before_it_begins(table, column, cells):
    row = {**ROWS[table][0], **cells}
    assert (table, 2, column, "end_before_start") in rejected(**{table: [row]})


def test_what_begins_and_ends_on_one_day_is_good():
    assert rejected(absences=[{**ROWS["absences"][0], "end": "2026-12-01"}]) == []


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"received": "1.5"}, "received"),
        ({"received": "-1"}, "received"),
        ({"share": "-0.1"}, "share"),
        ({"share": "0.1234567891"}, "share"),
        ({"share": "x"}, "share"),
        ({"received": "seven"}, "received"),
    ],
)
def test_a_balance_is_whole_writs_received_and_a_share_of_nine_places(cells, column):
    row = {**ROWS["balances"][0], **cells}
    assert rejected(balances=[row]) == [("balances", 2, column, "bad_number")]


@pytest.mark.parametrize("table", ["enforcers", "attachments", "ledger"])
def test_a_district_that_no_good_row_of_districts_has_is_unknown(table):
    row = {**ROWS[table][0], "district_id": "0"}
    assert (table, 2, "district_id", "unknown_district") in rejected(**{table: [row]})


def test_a_rejected_district_takes_what_refers_to_it_along():
    bad = rejected(districts=[without(ROWS["districts"][0], "name"), ROWS["districts"][1]], balances=[])
    assert ("districts", 2, "name", "missing_value") in bad
    assert ("enforcers", 2, "district_id", "unknown_district") in bad
    assert ("writs", 2, "debtor_district_id", "unknown_district") in bad
    assert ("writs", 3, "debtor_district_id", "unknown_district") not in bad


@pytest.mark.parametrize("table", ["attachments", "absences", "balances"])
def test_an_enforcer_that_no_good_row_of_enforcers_has_is_unknown(table):
    row = {**ROWS[table][0], "enforcer_id": "0099"}
    assert rejected(**{table: [row]}) == [(table, 2, "enforcer_id", "unknown_enforcer")]


def test_whoever_only_the_past_names_may_be_unknown():
    assert (
        rejected(
            ledger=[{**ROWS["ledger"][0], "enforcer_id": "gone"}],
            recusals=[{**ROWS["recusals"][0], "enforcer_id": "gone", "writ_id": "gone"}],
            writs=[writ(origin="returned", previous_enforcer_id="gone")],
        )
        == []
    )


def test_of_rows_alike_the_first_stays():
    assert rejected(writs=[writ(), writ(), writ(writ_id="W9"), writ()]) == [
        ("writs", 3, "writ_id", "duplicate_row"),
        ("writs", 5, "writ_id", "duplicate_row"),
    ]


def test_of_rows_with_one_key_that_differ_none_stays():
    good, bad = validated(writs=[writ(), writ(), writ(subject="another"), writ(writ_id="W9")])
    assert bad["code"].to_list() == ["conflicting_rows"] * 3
    assert good["writs"]["writ_id"].to_list() == ["W9"]


def test_rows_that_write_one_value_in_two_ways_are_alike():
    same = writ(received_at="2026-11-23 09:30", immediate="FALSE", amount="1500000.50")
    assert rejected(writs=[writ(), same]) == [("writs", 3, "writ_id", "duplicate_row")]


def test_rows_are_compared_before_any_is_judged():
    codes_ = validated(writs=[writ(), writ(claim="debt")])[1]["code"].to_list()
    assert codes_ == ["conflicting_rows", "conflicting_rows"]


def test_rows_without_a_key_are_not_compared():
    row = without(writ(), "writ_id")
    assert rejected(writs=[row, row]) == [("writs", n, "writ_id", "missing_value") for n in (2, 3)]


def test_a_writ_may_come_back_after_it_was_closed_but_is_open_once_only():
    row = ROWS["ledger"][0]
    closed = {**row, "closed_at": "2025-01-01T00:00:00"}
    assert rejected(ledger=[row, closed, {**closed, "closed_at": "2025-06-01"}]) == []
    twice = rejected(ledger=[row, {**row, "enforcer_id": "0007"}])
    assert [code for *_, code in twice] == ["conflicting_rows"] * 2
    assert [code for *_, code in rejected(ledger=[closed, {**closed, "closed_at": "2025-01-01"}])] == ["duplicate_row"]


def test_two_absences_of_one_man_both_count_and_only_one_repeated_is_dropped():
    row = ROWS["absences"][0]
    other = {**row, "reason": "sickness"}
    assert rejected(absences=[row, other, {**row, "end": "2026-12-21"}]) == []
    assert rejected(absences=[row, other, row]) == [("absences", 4, "enforcer_id", "duplicate_row")]


@pytest.mark.parametrize("change", [{}, {"name": "другой"}])
def test_a_repeated_enforcer_stops_the_batch(change):
    row = ROWS["enforcers"][0]
    given = as_frame("enforcers", [row, {**row, **change}]).with_columns(row=pl.int_range(2, 4, dtype=pl.Int64))
    (told,) = repeated_enforcers(of_texts(given))
    assert "'0001' stands in more than one row (2, 3)" in told


def test_a_row_has_one_line_that_tells_all_its_faults_and_is_coded_by_its_first_column():
    _, bad = validated(writs=[writ(form="fax", debtor_id="850101300123", immediate="?")])
    (line,) = bad.rows(named=True)
    assert (line["column"], line["code"]) == ("form", "bad_code")
    assert "'fax'" in line["message"]
    assert "debtor_id" in line["message"]
    assert "immediate" in line["message"]


def test_a_number_that_a_spreadsheet_cut_is_told_once():
    _, bad = validated(writs=[writ(debtor_id="8,70415E+11")])
    assert bad["message"].item().count("a spreadsheet cut the number") == 1


@pytest.mark.parametrize("number", ["2E10", "1E", "12E+3/26", "2026-02-01", "90e2", "E+11", "1-23E+11"])
def test_a_number_that_only_resembles_a_cut_one_is_a_number(number):
    assert validated(writs=[writ(case_id=number, number=number)])[1].is_empty()


def test_a_message_stays_one_short_line_whatever_the_cell_holds():
    _, bad = validated(writs=[writ(claim="x\ny" + "z" * 5000)])
    assert "\n" not in bad["message"][0]
    assert len(bad["message"][0]) < 400


def test_every_row_is_either_good_or_rejected_once():
    rows = [writ(), writ(), writ(claim="debt", form="fax"), writ(writ_id="W5"), without(writ(), "writ_id")]
    good, bad = validated(writs=rows)
    assert good["writs"].height + bad.height == len(rows)
    assert bad["row"].n_unique() == bad.height


def test_every_rule_of_every_table_has_a_code_with_a_sentence():
    for table in TABLES.values():
        assert {name.split("__")[0] for name in table.rules} == set(table.columns)
        assert {name.split("__")[1] for name in table.rules} <= set(CODES)


def test_a_bad_code_is_answered_with_the_codes_there_are():
    _, bad = validated(absences=[{**ROWS["absences"][0], "reason": "?"}])
    assert all(reason in bad["message"][0] for reason in codes.ABSENCE_REASONS[:4])
    assert "… (docs/contract.md)" in bad["message"][0] and codes.UNREAD not in bad["message"][0]


# The check digit, by the published weights: a slow version in plain Python.
def slow_check(number: str) -> bool:
    digits = [int(c) for c in number]
    for weights in (range(1, 12), [*range(3, 12), 1, 2]):
        rest = sum(d * w for d, w in zip(digits[:11], weights, strict=True)) % 11
        if rest < 10:
            return rest == digits[11]
    return False


def test_the_check_digit_is_that_of_the_two_pass_algorithm():
    numbers = [f"{n:012d}" for n in range(850101300000, 850101303000)] + [f"{n:012d}" for n in range(0, 90000, 7)]
    told = pl.DataFrame({"id": numbers}).select(check_digit_holds(pl.col("id"))).to_series().to_list()
    assert told == [slow_check(number) for number in numbers]
    others = [None, "", "C-1", "٨٥٠١٠١٣٠٠١٢٤", "85010130012", "+85010130012", "85010130012a", "٨٥٠١٠١"]
    ids = pl.Series("id", [*numbers, *others], dtype=pl.String)
    plain, wrong = (flags.tolist() for flags in of_digits(ids))
    assert plain == [*[True] * len(numbers), *[False] * len(others)]
    assert wrong == [*(not slow_check(number) for number in numbers), *[False] * len(others)]
    assert not any(map(len, of_digits(ids.clear())))


@pytest.mark.parametrize(
    ("number", "holds"),
    [
        (IIN, True),
        ("850101000711", True),  # the first pass gives 10, the second 1
        ("850101000700", False),  # both passes give 10: no such number
        ("85010130012", None),
        ("8501013001240", None),
        ("C-1", None),
        ("٨٥٠١٠١٣٠٠١٢٤", None),
    ],
)
def test_only_an_id_of_twelve_digits_has_a_check_digit(number, holds):
    assert pl.select(check_digit_holds(pl.lit(number))).item() is holds


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23T09:30:00", "2026-11-23 09:30:00.000000"),
        ("2026-11-23 09:30:00", "2026-11-23 09:30:00.000000"),
        ("2026-11-23T09:30", "2026-11-23 09:30:00.000000"),
        ("2026-11-23T09:30:00.5", "2026-11-23 09:30:00.500000"),
        ("2026-11-23 09:30:17.123456789", "2026-11-23 09:30:17.123456"),
        ("2026-11-23", "2026-11-23 00:00:00.000000"),
        ("2026-11-23T09:30:60", None),
        ("2026-11-23 9:30", None),
        ("2026-11-23T09", None),
    ],
)
def test_a_moment_is_iso_local_time(text, moment):
    assert pl.select(read_moment(pl.lit(text)).cast(pl.String)).item() == moment


@pytest.mark.parametrize("text", ["2026-11-23", "2026-11-23 00:00:00", "2026-11-23T00:00:00"])
def test_a_day_may_be_written_as_excel_stores_it(text):
    assert str(pl.select(read_day(pl.lit(text))).item()) == "2026-11-23"


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("6.333333333", "6.333333333"),
        ("100", "100.000000000"),
        ("0.1000000000000", "0.100000000"),
        ("999999.999999999", "999999.999999999"),
        ("1000000", "1000000.000000000"),
    ],
)
def test_a_share_is_read_exactly(text, share):
    assert str(pl.select(read_share(pl.lit(text))).item()) == share
