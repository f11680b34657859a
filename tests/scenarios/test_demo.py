"""The demo: an invented chamber that a clerk could have sent, with every situation of the Rules in it."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest

from tengbol.errors import UnusableInputError
from tengbol.io import write
from tengbol.io.read import read
from tengbol.model import codes
from tengbol.scenarios.day import DAY
from tengbol.scenarios.demo import demo, tables
from tengbol.scenarios.draws import Groups, apportion, some, spread, stream
from tengbol.scenarios.geography import districts
from tengbol.scenarios.past import CATEGORY_SHARES

CONTRACT = {
    "districts": "district_id name chamber_id",
    "enforcers": "enforcer_id name district_id licensed_from licensed_to",
    "attachments": "district_id enforcer_id valid_from valid_to",
    "absences": "enforcer_id reason start end reference",
    "writs": (
        "writ_id received_at form issued_by number issued_on subject claim amount creditor_id creditor_kind "
        "debtor_id debtor_district_id case_id immediate state_interest signature original_attached origin "
        "previous_enforcer_id"
    ),
    "recusals": "writ_id enforcer_id ground decision",
    "ledger": "writ_id case_id debtor_id category enforcer_id district_id assigned_at closed_at",
    "balances": "enforcer_id category received share",
}
KEYS = ["table", "row", "column", "code"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return demo(tmp_path_factory.mktemp("demo") / "chamber")


@pytest.fixture(scope="module")
def chamber(folder):
    return read(folder).chamber


def planted(**options) -> pl.DataFrame:
    return pl.concat(table.rejected for table in tables(1, **options).values()).sort(KEYS)


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


# --- what is written ------------------------------------------------------------------------------


def test_every_table_of_the_contract_is_there_with_its_columns(folder):
    for name, columns in CONTRACT.items():
        header = (folder / f"{name}.csv").read_text(encoding="utf-8").split("\n", 1)[0]
        assert header == columns.replace(" ", ",")


def test_one_seed_gives_the_same_bytes_and_another_seed_others(folder, tmp_path):
    assert bytes_of(demo(tmp_path / "again")) == bytes_of(folder)
    other = bytes_of(demo(tmp_path / "other", seed=2))
    assert all(other[name] != content for name, content in bytes_of(folder).items() if name != "districts.csv")


def test_one_seed_gives_the_same_workbook(tmp_path):
    first = demo(tmp_path / "a", xlsx=True, writs=50)
    assert first.read_bytes() == demo(tmp_path / "b", xlsx=True, writs=50).read_bytes()


def test_a_workbook_does_not_tell_when_it_was_written(tmp_path):
    with zipfile.ZipFile(demo(tmp_path / "a", xlsx=True, writs=5)) as book:
        assert b"2026-11-23T00:00:00Z</dcterms:created>" in book.read("docProps/core.xml")
        assert {entry.date_time[0] for entry in book.infolist()} == {1980}


def test_a_workbook_has_a_sheet_for_each_table_and_real_date_cells(tmp_path):
    book = demo(tmp_path / "demo", xlsx=True, writs=50)
    assert book == tmp_path / "demo" / "chamber.xlsx"
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames == list(CONTRACT)
    header, first, *_ = sheets["writs"].iter_rows(values_only=True)
    assert list(header) == CONTRACT["writs"].split()
    row = dict(zip(header, first, strict=True))
    assert isinstance(row["received_at"], datetime)
    assert isinstance(row["issued_on"], datetime)
    assert isinstance(row["debtor_id"], str)


def test_a_workbook_holds_the_same_rows_as_a_folder(folder, tmp_path):
    read_book, read_folder = read(demo(tmp_path / "demo", xlsx=True)), read(folder)
    for name in CONTRACT:
        assert getattr(read_book.chamber, name).equals(getattr(read_folder.chamber, name)), name


# --- what is rejected -----------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"xlsx": True}], ids=["folder", "workbook"])
def test_exactly_the_planted_rows_are_rejected(options, tmp_path):
    reading = read(demo(tmp_path / "demo", **options))
    assert reading.rejected.select(KEYS).sort(KEYS).equals(planted())
    # One recusal, and some former holders, are of the past, which is no fault, and is said.
    told = ["keep nobody from a writ", *["bind no writ to anybody"] * 2, "keep nobody from any writ here"]
    assert all(said in str(note) for said, note in zip(told, reading.warnings, strict=True))


def test_in_parquet_a_cell_that_is_no_value_is_a_missing_one(tmp_path):
    folder = demo(tmp_path / "demo", national=True, writs=50_001)
    assert (folder / "writs.parquet").exists()
    unreadable = pl.col("code").is_in(["bad_date", "bad_time", "no_such_day", "bad_boolean"]) | (
        (pl.col("table") == "writs") & (pl.col("code") == "bad_number")
    )
    expected = planted(national=True, writs=50_001).with_columns(
        code=pl.when(unreadable).then(pl.lit("missing_value")).otherwise("code")
    )
    assert read(folder).rejected.select(KEYS).sort(KEYS).equals(expected.sort(KEYS))


def test_every_kind_of_fault_a_row_can_have_is_planted():
    assert set(planted()["code"]) == {
        *(
            "missing_value",
            "bad_code",
            "bad_date",
            "bad_time",
            "no_such_day",
            "bad_number",
            "bad_boolean",
            "bad_check_digit",
        ),
        *("unknown_district", "unknown_enforcer", "duplicate_row", "conflicting_rows"),
    }


# --- who and where --------------------------------------------------------------------------------


def test_twenty_regions_and_their_districts():
    country = districts()
    assert country["chamber_id"].n_unique() == 20
    assert country["district_id"].is_unique().all()
    assert (country["district_id"].str.slice(0, 2) == country["chamber_id"].str.slice(3)).all()
    assert country["district_id"].str.contains(r"^[0-9]{9}$").all()
    assert country.filter(chamber_id="KZ-11", kind="district").height == 17
    assert dict(country.group_by("kind").len().iter_rows()) == {
        "district": 170,
        "city": 39,
        "city_district": 23,
    }


def check_digit(eleven: str) -> int:
    """The rule as the tax committee words it, one number at a time."""
    total = sum(int(digit) * weight for digit, weight in zip(eleven, range(1, 12), strict=True)) % 11
    if total == 10:
        total = sum(int(d) * w for d, w in zip(eleven, [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2], strict=True)) % 11
    return total


def test_check_digits_are_right_and_no_number_can_be_anybodys(chamber):
    numbers = {*chamber.writs["debtor_id"], *chamber.writs["creditor_id"], *chamber.ledger["debtor_id"]}
    assert len(numbers) > 4000
    for number in numbers:
        assert len(number) == 12
        assert check_digit(number[:11]) == int(number[11])
        assert int(number[2:4]) > 12


def test_some_numbers_begin_with_zero(chamber):
    assert chamber.writs["debtor_id"].str.starts_with("0").any()


def test_people_have_iins_and_companies_bins(chamber):
    def is_company(column):
        return pl.col(column).str.slice(4, 1).is_in(["4", "5", "6"])

    kinds = chamber.writs.group_by("creditor_kind").agg(is_company("creditor_id").mean().alias("companies"))
    assert dict(kinds.iter_rows()) == {"individual": 0.0, "legal_entity": 1.0, "state": 1.0}
    assert not chamber.writs.filter(pl.col("claim") == "alimony").select(is_company("debtor_id").any()).item()


def test_a_region_has_120_enforcers_most_of_them_where_most_people_live(chamber):
    assert chamber.enforcers.height == 120
    assert chamber.enforcers["district_id"].mode().to_list() == ["111000000"]


def test_the_country_has_20_chambers_of_at_least_60_enforcers_each():
    made = tables(1, national=True, writs=2_000)
    enforcers = made["enforcers"].frame.join(made["districts"].frame, on="district_id")
    sizes = enforcers.group_by("chamber_id").len()["len"]
    assert (len(sizes), sizes.sum()) == (20, 2_220)
    assert sizes.min() >= 60
    assert sizes.max() <= 300


# --- proportions ----------------------------------------------------------------------------------


def test_categories_have_the_asked_shares(chamber):
    column = pl.when(pl.col("claim") == "money").then("creditor_kind").when(pl.col("claim") == "alimony").then("claim")
    shares = chamber.writs.group_by(column.otherwise(pl.lit("non_property")).alias("category")).len()
    found = dict(shares.iter_rows())
    for category, share in zip(codes.CATEGORIES, CATEGORY_SHARES, strict=True):
        assert found[category] / chamber.writs.height == pytest.approx(share, abs=0.005)


@pytest.mark.parametrize(("national", "share"), [(False, 0.10), (True, 0.05)], ids=["region", "country"])
def test_the_asked_share_of_writs_is_in_bundles(national, share):
    writs = tables(1, national=national, writs=5_000)["writs"].frame.unique("writ_id")
    case = ["case_id", "debtor_id", "debtor_district_id"]
    together = (pl.col("case_id").is_not_null() & (pl.len().over(case) > 1)) | (
        (pl.col("claim") == "alimony") & (pl.len().over("claim", *case[1:]) > 1)
    )
    assert writs.select(together.mean()).item() == pytest.approx(share, abs=0.01)


def test_what_all_received_is_what_all_were_due(chamber):
    sums = chamber.balances.group_by("category").agg(pl.col("received").sum(), pl.col("share").sum())
    for _, received, share in sums.iter_rows():
        assert abs(received - share) <= 1
    excess = chamber.balances["received"].cast(pl.Float64) - chamber.balances["share"].cast(pl.Float64)
    assert 0.5 < excess.std() < 1.5


def test_there_is_a_balance_of_every_category_for_all_who_have_begun(chamber):
    begun = chamber.enforcers.filter(pl.col("licensed_from") <= DAY)["enforcer_id"].sort()
    for category in codes.CATEGORIES:
        assert chamber.balances.filter(category=category)["enforcer_id"].sort().equals(begun)


def test_writs_came_from_friday_to_monday_and_none_later(chamber):
    days = chamber.writs["received_at"].dt.date()
    assert sorted(set(days)) == [date(2026, 11, day) for day in (20, 21, 22, 23)]
    assert (chamber.writs["issued_on"] < days).all()


# --- the folder -----------------------------------------------------------------------------------


def test_an_earlier_demo_and_an_empty_folder_are_replaced(tmp_path):
    (tmp_path / "demo").mkdir()
    demo(tmp_path / "demo", writs=20)
    demo(tmp_path / "demo", writs=20, xlsx=True)
    assert sorted(path.name for path in (tmp_path / "demo").iterdir()) == ["chamber.xlsx", "demo.txt", "manifest.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


@pytest.mark.parametrize("name", ["writs.csv", "notes.txt", "demo.txt"])
def test_a_folder_with_anything_of_somebody_elses_is_refused_and_left_alone(name, tmp_path):
    (tmp_path / name).write_text("theirs")
    with pytest.raises(UnusableInputError, match=r"holds no earlier demo.*give a new or an empty folder"):
        demo(tmp_path, writs=20)
    assert bytes_of(tmp_path) == {name: b"theirs"}


def test_a_demo_of_version_0_1_0_which_had_no_manifest_is_replaced_and_nothing_beside_it_lost(tmp_path):
    out = demo(tmp_path / "demo", writs=20)
    (out / "manifest.json").unlink()
    (out / "notes.txt").write_text("theirs")
    with pytest.raises(UnusableInputError, match=r"holds 'notes\.txt'"):
        demo(out, writs=20)
    (out / "notes.txt").unlink()
    demo(out, writs=20, xlsx=True)
    assert (out / "chamber.xlsx").exists()


def test_a_result_put_into_the_demo_is_not_lost(tmp_path):
    out = demo(tmp_path / "demo", writs=20)
    (out / "result").mkdir()
    with pytest.raises(UnusableInputError, match="result"):
        demo(out, writs=20)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "demo").write_text("a file")
    with pytest.raises(UnusableInputError, match="not a folder"):
        demo(tmp_path / "demo", writs=20)
    with pytest.raises(UnusableInputError, match="a part of its path is a file"):
        demo(tmp_path / "demo" / "deeper", writs=20)


def test_where_writing_fails_nothing_is_left(tmp_path, monkeypatch):
    out = demo(tmp_path / "demo", writs=20)
    before = bytes_of(out)
    whole = write._written

    def full(path, *content):
        if path.name == "ledger.csv":
            raise OSError(28, "No space left on device")
        return whole(path, *content)

    monkeypatch.setattr(write, "_written", full)
    with pytest.raises(UnusableInputError, match="there is no more space"):
        demo(out, writs=30)
    assert bytes_of(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


@pytest.mark.parametrize(("options", "says"), [({"seed": -1}, "seed"), ({"writs": -1}, "number of writs")])
def test_negative_numbers_are_refused(options, says, tmp_path):
    with pytest.raises(UnusableInputError, match=says):
        demo(tmp_path / "demo", **options)
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize("count", [0, 1, 2, 7, 40])
def test_a_demo_may_be_as_small_as_one_likes(count, tmp_path):
    reading = read(demo(tmp_path / "demo", writs=count))
    assert reading.chamber.writs.height == count


# --- draws ----------------------------------------------------------------------------------------


def test_apportioned_parts_sum_to_the_total_and_are_within_one_of_exact():
    weights = np.array([3.0, 1.0, 1.0, 0.5])
    for total in range(40):
        parts = apportion(total, weights)
        assert parts.sum() == total
        assert (np.abs(parts - total * weights / weights.sum()) < 1).all()


def test_streams_of_other_names_and_seeds_differ():
    first = stream(1, "writs").random(4).tolist()
    assert stream(1, "writs").random(4).tolist() == first
    assert stream(2, "writs").random(4).tolist() != first
    assert stream(1, "ledger").random(4).tolist() != first


def test_a_pick_is_of_its_own_group_and_of_nobody_where_the_group_is_empty():
    groups = Groups.of(np.array([2, 0, 2]), np.array([7, 8, 9]), 4)
    picked = groups.pick(stream(1, "picks"), np.array([0, 1, 2, 3] * 50)).reshape(50, 4)
    assert set(picked[:, 0]) == {8}
    assert set(picked[:, 1]) == {-1}
    assert set(picked[:, 2]) == {7, 9}
    assert set(picked[:, 3]) == {-1}


def test_some_are_chosen_without_repetition():
    chosen = some(stream(1, "some"), np.arange(10), 0.25, 4)
    assert len(set(chosen.tolist())) == 4
    assert sorted(spread(stream(1, "spread"), 5, np.array([0.6, 0.4])).tolist()) == [0, 0, 0, 1, 1]


def test_the_shipped_example_is_the_demo_of_its_seed(tmp_path):
    shipped = Path(__file__).parents[2] / "examples" / "akmola"
    assert bytes_of(demo(tmp_path / "akmola", seed=2026, writs=400)) == bytes_of(shipped)
    assert sum(len(content) for content in bytes_of(shipped).values()) < 300_000
