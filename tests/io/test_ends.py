"""¶9, ¶12: a licence, an attachment or an absence that has no end, in the words of clerks and of programs."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from clerks import ods
from small import absence, attachment, district, enforcer, writ, write_tables

from tengbol.io.read import read
from tengbol.runner import run
from tengbol.verify import verify

NONE = [
    "бессрочно", "Бессрочная", "лицензия бессрочная", "без срока", "не ограничен", "Неограниченно", "н/в", "по н.в.",
    "по настоящее время", "мерзімсіз", "Шектелмеген", "қазіргі уақытқа дейін", "indefinite", "—", "-",
    "9999-12-31", "31.12.9999", "31 декабря 9999 г.", "2999-12-31", "01.01.3000", "9999-12-31 00:00:00",
]  # fmt: skip
#: A slip of the year may be behind some of these, and behind others no licence.
NO_END = ["2206-12-31", "31.12.2062 бессрочно", "3026-11-23", "2100-01-01", "нет", "жоқ", "?", "до отмены", "9999"]


def lasting(folder, end, day=dt.date(2020, 1, 1)):
    """One enforcer whose licence ends so, and his colleague whose licence does not."""
    people = [enforcer("E1", licensed_to=end, licensed_from=str(day)), enforcer("E2")]
    return write_tables(folder, districts=[district("D1")], enforcers=people, writs=[writ("W1"), writ("W2")])


@pytest.mark.parametrize("end", NONE)
def test_p9_a_licence_that_has_no_end_holds_and_it_is_said_of_which_rows(tmp_path, end):
    reading = read(lasting(tmp_path, end))
    assert reading.chamber.enforcers["licensed_to"].to_list() == [None, None]
    assert reading.rejected.is_empty()
    told = "enforcers: licensed_to says in rows 2 that there is no end; taken so."
    assert told in map(str, reading.warnings)


@pytest.mark.parametrize("end", NO_END)
def test_p9_what_may_mean_another_day_is_refused(tmp_path, end):
    reading = read(lasting(tmp_path, end))
    assert reading.rejected.select("table", "row", "column", "code").rows() == [
        ("enforcers", 2, "licensed_to", "bad_date")
    ]


def test_p9_p12_so_of_attachments_and_absences_but_of_no_day_that_something_happened(tmp_path):
    place = write_tables(
        tmp_path,
        districts=[district("D1"), district("D2")],
        enforcers=[enforcer("E1"), enforcer("E2", "D2")],
        attachments=[attachment("D1", "E2", valid_to="бессрочно")],
        absences=[absence("E1", end="по настоящее время")],
        writs=[writ("W1"), writ("W2", issued_on="бессрочно")],
    )
    reading = read(place)
    assert reading.chamber.attachments["valid_to"].to_list() == [None]
    assert reading.chamber.absences["end"].to_list() == [None]
    assert reading.rejected.select("table", "column").rows() == [("writs", "issued_on")]


@pytest.mark.parametrize("kind", ["parquet", "ods"])
def test_real_days_of_other_files_are_read_so_too(tmp_path, kind):
    people = [enforcer("E1") | {"licensed_to": dt.date(9999, 12, 31)}, enforcer("E2")]
    if kind == "parquet":
        place = lasting(tmp_path, "")
        pl.DataFrame(people).with_columns(pl.col("licensed_from").str.to_date()).write_parquet(
            place / "enforcers.parquet"
        )
        (place / "enforcers.csv").unlink()
    else:
        place = tmp_path / "in.ods"
        rows = {"districts": [district("D1")], "enforcers": people, "writs": [writ("W1")]}
        ods(place, {name: [[*table[0]], *(list(row.values()) for row in table)] for name, table in rows.items()})
    reading = read(place)
    assert reading.chamber.enforcers["licensed_to"].to_list() == [None, None]
    assert reading.rejected.is_empty()


def test_p9_whoever_has_such_a_licence_receives_and_the_result_is_verified(tmp_path):
    place = lasting(tmp_path / "in", "бессрочно")
    run(place, tmp_path / "out", as_of=dt.datetime(2026, 11, 23, 18), seed="01")
    given = pl.read_parquet(tmp_path / "out" / "assignments.parquet")
    assert set(given["enforcer_id"]) == {"E1", "E2"}
    report = verify(place, tmp_path / "out")
    assert report.ok, str(report)
