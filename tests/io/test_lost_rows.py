"""Rows that restrict or remember stop a batch when they cannot be read, unless somebody says why not (contract 2)."""

from __future__ import annotations

import json

import polars as pl
import pytest
from books import assign, batch, clerk, home, opened, take, tengbol
from small import absence, balance, district, enforcer, proceeding, recusal, writ, write_tables

from tengbol.asked import as_of_from
from tengbol.book.acts import act, events, payload
from tengbol.book.departures import come_back
from tengbol.book.importing import import_tables
from tengbol.book.kept import held
from tengbol.errors import UnusableInputError
from tengbol.io.read import read
from tengbol.runner import run
from tengbol.verify import verify

PEOPLE = {
    "districts": [district("D1")],
    "enforcers": [enforcer(f"E{n}") for n in range(1, 5)],
    "writs": [writ(f"W{n}") for n in range(8)],
}
UNREADABLE = {
    "attachments": [{"district_id": "D1", "enforcer_id": "E1", "valid_from": "soon", "valid_to": None}],
    "absences": [absence("E1", "holiday")],
    "recusals": [recusal("W0", "E2", ground="article 99")],
    "ledger": [proceeding("L1", "E1", category="fines")],
    "balances": [balance("E1", "individual", 3, "1,234")],
}
DAY = "2026-11-23T18:00:00"


def made(tmp_path, accept=None, **tables):
    source = write_tables(tmp_path / "in", **{**PEOPLE, **tables})
    result, _ = run(source, tmp_path / "out", as_of=as_of_from(DAY), seed="01", accept=accept)
    return source, tmp_path / "out", result


@pytest.mark.parametrize("table", UNREADABLE)
def test_a_row_that_restricts_or_remembers_stops_the_batch_and_is_named(tmp_path, table):
    with pytest.raises(UnusableInputError, match=rf"{table} row 2: .*accept=REASON"):
        made(tmp_path, **{table: UNREADABLE[table]})
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("table", ["absences", "balances"])
def test_a_row_told_twice_and_one_of_a_stranger_are_only_listed(tmp_path, table):
    row = {"absences": absence("E1"), "balances": balance("E1", "individual", 3, "3")}[table]
    _, _, result = made(tmp_path, **{table: [row, row, {**row, "enforcer_id": "stranger"}]})
    assert result.counts["assigned"] == 8


def test_a_table_none_of_whose_rows_is_known_stops_the_batch_whatever_the_reason(tmp_path):
    with pytest.raises(UnusableInputError, match="balances row 2"):
        made(tmp_path, balances=[balance("stranger", "individual", 3, "3")])


@pytest.mark.parametrize(
    ("table", "rows"), [("writs", [writ("W", issued_on="soon")]), ("districts", [district("D1", name=None)])]
)
def test_without_a_writ_or_a_district_there_is_no_batch_and_no_accepting(tmp_path, table, rows):
    with pytest.raises(UnusableInputError, match=f"{table}: no row can be read"):
        made(tmp_path, accept="nothing better", **{table: rows})


def test_who_stands_in_an_unreadable_absence_or_recusal_is_held_out_and_verify_says_the_same(tmp_path):
    unread = {
        "absences": [absence("E1", "holiday")],
        "recusals": [
            recusal("W0", "E2", ground="article 99"),
            recusal("W0", "E3", ground="?"),
            {**recusal("", "E4"), "writ_id": None},
        ],
    }
    source, out, result = made(tmp_path, accept="the clerk is ill", **unread)
    assert result.unassigned["writ_id"].to_list() == ["W0"]  # E1 and E4 are out of everything
    assert set(result.assignments["enforcer_id"]) == {"E2", "E3"}
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["accepted"]["reason"] == "the clerk is ill"
    assert manifest["accepted"]["held_out"] == ["E1", "E4"]
    assert "the clerk is ill" in (out / "summary.html").read_text()
    report = verify(source, out)
    assert report.ok, str(report)


@pytest.mark.parametrize(
    "told",
    [
        None,
        {"reason": "", "rows": []},
        *({"reason": "so", "rows": rows} for rows in ([], 5, [{"table": [], "row": {}}])),
    ],
)
def test_verify_finds_a_batch_that_went_on_without_saying_so(tmp_path, told):
    source, out, _ = made(tmp_path, accept="so", absences=UNREADABLE["absences"])
    manifest = json.loads((out / "manifest.json").read_text())
    (out / "manifest.json").write_text(json.dumps({**manifest, "accepted": told}))
    assert verify(source, out).broken("accepted")


def test_a_book_takes_such_rows_only_for_a_reason_and_holds_its_man_out_until_he_is_back(url, tmp_path):
    store = opened(url, tmp_path)
    before = events(store)
    with pytest.raises(UnusableInputError, match="absences row 2"):
        take(store, tmp_path, absences=[absence("E1", "holiday")])
    assert events(store).equals(before)
    place = write_tables(tmp_path / "more", **{**home(), "absences": [absence("E1", "holiday")]})
    import_tables(store, place, clerk(), accept="the order is being copied")
    event = events(store).row(-1, named=True)
    assert event["what"] == "import, rows accepted" and event["document"] == "the order is being copied"
    assert payload(event)["accepted"]["held_out"] == ["E1"]
    batch(store, clerk(), as_of=as_of_from(DAY))
    assert set(held(store, "ledger")["enforcer_id"]) == {"E2", "E3"}
    come_back(store, clerk(), "E1", on=as_of_from("2026-11-24").date())
    take(store, tmp_path, writs=[writ(f"X{n}") for n in range(6)])
    batch(store, clerk(), as_of=as_of_from("2026-11-24T18:00:00"))
    assert "E1" in set(held(store, "ledger")["enforcer_id"])


def test_a_batch_of_the_book_stops_for_rows_that_an_earlier_version_lost(url, tmp_path):

    store = opened(url, tmp_path)
    row = {"table": "absences", "row": 2, "column": "start", "code": "bad_date", "message": "start is 'soon'."}
    with act(store, clerk(), "import", subject="old") as doing:
        doing.write("rejected", pl.DataFrame([row]))
    with pytest.raises(UnusableInputError, match="absences row 2: start is 'soon'"):
        batch(store, clerk(), as_of=as_of_from(DAY))
    take(store, tmp_path, writs=[writ("U", immediate="true")])
    with pytest.raises(UnusableInputError, match="absences row 2: start is 'soon'"):
        assign(store, clerk(), "U", as_of=as_of_from(DAY))
    batch(store, clerk(), as_of=as_of_from(DAY), accept="looked at, nothing in it")
    assert "looked at, nothing in it" in events(store)["document"].to_list()
    take(store, tmp_path, writs=[writ("Y")])
    batch(store, clerk(), as_of=as_of_from("2026-11-24T18:00:00"))


def test_the_command_says_what_to_do_and_takes_a_reason(tmp_path):
    source = write_tables(tmp_path / "in", **PEOPLE, absences=UNREADABLE["absences"])
    words = ("run", source, "--out", tmp_path / "out", "--as-of", DAY, "--seed", "01")
    stopped = tengbol(*words)
    assert stopped.returncode == 2 and "absences row 2" in stopped.stderr and not stopped.stdout
    done = tengbol(*words, "--accept", "the clerk is ill")
    assert done.returncode == 0 and "Held out meanwhile: E1" in done.stderr
    assert read(source).rejected.height == 1
