"""The book's door: each row is new, same, changed or rejected, and what is rejected changes nothing. On both stores."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import polars as pl
import pytest
import sqlalchemy as sa
from books import NOW, batch, clerk, home, opened, take, tengbol
from small import absence, balance, district, enforcer, proceeding, writ, write_tables

from tengbol.book.access import open_book
from tengbol.book.acts import events, payload
from tengbol.book.audit import audit
from tengbol.book.export import export_all
from tengbol.book.importing import import_tables
from tengbol.book.kept import held
from tengbol.book.opening import init
from tengbol.book.schema import TABLES
from tengbol.book.store import shown, url_from
from tengbol.errors import UnusableInputError
from tengbol.io.read import read


def counted(found, table):
    return tuple(found.counts[table].values())


def test_a_first_import_is_all_new_and_the_same_again_is_all_same(url, tmp_path):
    store = opened(url, tmp_path)
    assert held(store, "states")["state"].to_list() == ["pending"] * 6
    again = take(store, tmp_path, **home())
    assert counted(again, "writs") == (0, 6, 0, 0)
    assert counted(again, "enforcers") == (0, 4, 0, 0)
    assert held(store, "writs").height == 6
    assert audit(store).ok, str(audit(store))


def test_a_changed_row_is_told_with_its_old_and_new_cells_and_the_old_one_is_kept(url, tmp_path):
    store = opened(url, tmp_path)
    found = take(store, tmp_path, writs=[writ("W0", amount=70000), writ("W1")])
    assert counted(found, "writs") == (0, 1, 1, 0)
    event = events(store).row(-1, named=True)
    assert payload(event)["changed"] == [{"cells": {"amount": ["50000.0", "70000.0"]}, "key": ["W0"], "table": "writs"}]
    kept = store.frame(
        "SELECT amount, until FROM writs WHERE writ_id = 'W0' ORDER BY id", {"a": pl.String(), "u": pl.Int64()}
    )
    assert kept.rows() == [("50000.0", event["seq"]), ("70000.0", None)]
    assert audit(store).ok


def test_an_import_says_of_which_row_which_cell_was_changed_from_what_to_what(url, tmp_path):
    """A name or licence that was changed by mistake is seen at once, whatever else was imported."""
    store = opened(url, tmp_path)
    people = [*home()["enforcers"][1:], enforcer("E1", "D2", name="Another"), enforcer("E9")]
    found = take(store, tmp_path, enforcers=people, writs=[writ("W3", amount="1"), writ("W2", case_id="K")])
    assert found.changed.rows() == [
        ("enforcers", "E1", "name", "Enforcer E1", "Another"),
        ("enforcers", "E1", "district_id", "D1", "D2"),
        ("writs", "W2", "case_id", None, "K"),
        ("writs", "W3", "amount", "50000.0", "1.0"),
    ]
    assert take(store, tmp_path, enforcers=people).changed.is_empty()


def test_commands_name_the_first_cells_that_an_import_changes_and_a_program_is_told_all(tmp_path):
    store = opened(f"sqlite:///{tmp_path}/b", tmp_path, home(enforcers=[enforcer(f"E{n:02}") for n in range(25)]))
    others = write_tables(tmp_path / "others", enforcers=[enforcer(f"E{n:02}", name=f"Other {n}") for n in range(25)])
    first = "changed: enforcers E00: name: Enforcer E00 → Other 0"
    due = [first, "changed: enforcers E19: name: Enforcer E19 → Other 19", "… and 5 more."]
    for words in (("check", others), ("book", "import", others)):
        told = json.loads(tengbol(*words, "--book", tmp_path / "b", "--json").stdout) if words[0] == "check" else None
        said = tengbol(*words, "--book", tmp_path / "b").stdout
        assert [line for line in due if line not in said.splitlines()] == []
        assert "E20:" not in said
        if told is not None:
            assert [row["id"] for row in told["changed"]] == [f"E{n:02}" for n in range(25)]
            assert held(store, "enforcers", "t.name LIKE 'Other%'").is_empty()
    back = write_tables(tmp_path / "back", enforcers=[enforcer(f"E{n:02}") for n in range(25)])
    told = json.loads(tengbol("book", "import", back, "--book", tmp_path / "b", "--json").stdout)
    assert told["changed"][24] == {
        "table": "enforcers",
        "id": "E24",
        "column": "name",
        "old": "Other 24",
        "new": "Enforcer E24",
    }


def test_a_table_may_come_alone_and_refers_to_what_the_book_knows(url, tmp_path):
    store = opened(url, tmp_path)
    place = write_tables(
        tmp_path / "more", writs=[writ("W9", debtor_district_id="D2"), writ("X", debtor_district_id="D9")]
    )
    for name in ("districts", "enforcers"):
        (place / f"{name}.csv").unlink()
    found = import_tables(store, place, clerk())
    assert counted(found, "writs") == (1, 0, 0, 1)
    assert found.rejected["code"].to_list() == ["unknown_district"]
    assert "districts" not in found.counts


def test_what_makes_an_import_meaningless_leaves_the_book_as_it_was(url, tmp_path):
    store = opened(url, tmp_path)
    before = events(store)
    place = write_tables(tmp_path / "bad", enforcers=[enforcer("N"), enforcer("N")], writs=[writ("NEW")])
    with pytest.raises(UnusableInputError, match="'N' stands in more than one row"):
        import_tables(store, place, clerk())
    assert events(store).equals(before)
    assert not held(store, "writs", "t.writ_id = 'NEW'").height


def test_rejected_rows_change_nothing_and_are_kept_with_their_import(url, tmp_path):
    store = opened(url, tmp_path)
    kept_apart = ("rejected", "incomplete", "states")
    before = {name: held(store, name) for name in TABLES if name not in kept_apart}
    found = take(
        store,
        tmp_path,
        writs=[writ("B1", issued_on=None), writ("B2", received_at="soon"), writ("B3"), writ("B3", number="other")],
        enforcers=[*home()["enforcers"], enforcer("B", "nowhere")],
    )
    assert found.rejected.height == 5
    for name, rows in before.items():
        assert held(store, name).equals(rows), name
    kept = held(store, "rejected")
    assert kept.filter(since=found.seq).height == 5
    assert audit(store).ok


def test_of_a_book_that_is_new_the_chambers_first_commitment_is_told_and_kept(url, tmp_path):
    store = opened(url, tmp_path, {**home(), "districts": [district("D1"), district("D2", "C2")]})
    event = events(store).row(-1, named=True)
    assert sorted(payload(event)["commitments"]) == ["C1", "C2"]
    assert payload(events(store).row(0, named=True))["key_commitment"]
    take(store, tmp_path, districts=[district("D3", "C2")])
    assert held(store, "chambers").height == 2


def test_opening_a_book_twice_changes_nothing(url, tmp_path):
    store = opened(url, tmp_path)
    before = events(store)
    again, new = init(url, clerk())
    assert not new
    assert events(again).equals(before)


def test_balances_and_proceedings_come_in_once_and_a_closing_closes(url, tmp_path):
    past = proceeding("OLD", "E1")
    store = opened(url, tmp_path, home(ledger=[past], balances=[balance("E1", "individual", 3, "2.5")]))
    closed = take(store, tmp_path, ledger=[{**past, "closed_at": "2026-11-01T10:00:00"}])
    assert counted(closed, "ledger") == (0, 0, 1, 0)
    again = take(store, tmp_path, ledger=[past], balances=[balance("E1", "individual", 3, "2.500000000")])
    assert counted(again, "ledger") == (0, 1, 0, 0)
    assert counted(again, "balances") == (0, 1, 0, 0)
    other = take(store, tmp_path, ledger=[proceeding("OLD", "E2", closed_at="2026-11-02T10:00:00")])
    assert other.rejected["code"].to_list() == ["kept_by_book"]


def test_an_absence_that_was_ended_does_not_come_back_by_importing_it_again(url, tmp_path):
    row = absence("E1", end=None)
    store = opened(url, tmp_path, home(absences=[row]))
    assert counted(take(store, tmp_path, absences=[row]), "absences") == (0, 1, 0, 0)


def test_what_is_exported_reads_again_as_it_was_imported(url, tmp_path):
    tables = home(
        absences=[absence("E2")],
        ledger=[proceeding("L", "E1", case_id='a "case", with \\N')],
        balances=[balance("E1", "alimony", 1, "0.333333333")],
    )
    store = opened(url, tmp_path, tables)
    export_all(store, tmp_path / "out")
    out = read(tmp_path / "out")
    assert out.rejected.is_empty()
    given = read(write_tables(tmp_path / "given", **tables)).chamber
    for name in ("districts", "enforcers", "absences", "writs", "ledger", "balances"):
        left, right = getattr(out.chamber, name), getattr(given, name)
        assert left.sort(left.columns).equals(right.sort(right.columns)), name


def test_the_tables_that_were_made_are_those_that_are_declared(url, tmp_path):
    store = opened(url, tmp_path)
    seen = sa.inspect(sa.create_engine(url))
    for table in TABLES.values():
        columns = [column["name"] for column in seen.get_columns(table.name)]
        # What a later version added stands last.
        there = [name for name in columns if name not in table.later]
        assert there == [name for name in table.stored if name not in table.later], table.name
        assert set(columns) == set(table.stored), table.name
        numbers = {c["name"] for c in seen.get_columns(table.name) if isinstance(c["type"], sa.Integer)}
        assert numbers == {"id", "since", "until", *table.numbers}, table.name
    store.close()


def test_the_book_is_named_by_path_url_or_environment(monkeypatch, tmp_path):
    monkeypatch.delenv("TENGBOL_BOOK", raising=False)
    assert url_from("a/b.book") == "sqlite:///a/b.book"
    assert url_from("postgresql://h/d") == "postgresql+psycopg://h/d"
    assert shown("postgresql+psycopg://me:secret@h/d") == "postgresql+psycopg://me@h/d"
    with pytest.raises(UnusableInputError, match="TENGBOL_BOOK"):
        url_from(None)
    with pytest.raises(UnusableInputError, match="no store known"):
        url_from("mysql://h/d")
    with pytest.raises(UnusableInputError, match="there is no book"):
        open_book(str(tmp_path / "none"))
    (tmp_path / "text").write_text("not a book, but long enough to be taken for something else" * 50)
    with pytest.raises(UnusableInputError, match="text"):
        open_book(str(tmp_path / "text"))


def test_a_book_that_cannot_be_written_says_so_and_stays_as_it_was(tmp_path):
    store = opened(f"sqlite:///{tmp_path / 'b'}", tmp_path)
    before = events(store)
    store.execute("PRAGMA max_page_count = 1")
    with pytest.raises(UnusableInputError, match=r"there is no more space \(.*full"):
        take(store, tmp_path, writs=[writ(f"N{n}") for n in range(3000)])
    store.execute("PRAGMA max_page_count = 100000000")
    assert events(store).equals(before)
    assert audit(store).ok


def test_the_commands_say_what_came_of_an_import(tmp_path):
    place = write_tables(tmp_path / "in", **home(writs=[writ("W1"), writ("W2", amount="much")]))
    book = tmp_path / "chamber.book"
    assert tengbol("book", "init", "--book", book, "--by", "me").returncode == 0
    done = tengbol("book", "import", place, "--book", book)
    assert done.returncode == 0, done.stderr
    assert "writs: 1 new, 0 same, 0 changed, 1 rejected" in done.stdout
    assert "writs row 3" in done.stderr
    assert "1 pending" in tengbol("book", "status", "--book", book).stdout
    assert tengbol("book", "audit", "--book", book).returncode == 0
    assert tengbol("book", "export", tmp_path / "out", "--book", book).returncode == 0
    nothing = tengbol("book", "status", "--book", tmp_path / "other")
    assert nothing.returncode == 2
    assert "there is no book" in nothing.stderr


NEXT = NOW + dt.timedelta(days=1)


def begun(tmp_path, empty_book, **tables):
    """A book that has made its first batch; these rules know no difference between stores."""
    shutil.copy(empty_book, tmp_path / "b")
    store = opened(f"sqlite:///{tmp_path / 'b'}", tmp_path, home(**tables))
    batch(store, clerk(), as_of=NOW)
    return store


def test_p11_a_writ_comes_back_from_nobody_but_who_held_it_last(tmp_path, empty_book):
    store = begun(tmp_path, empty_book)
    his = held(store, "ledger", "t.writ_id = 'W0'")["enforcer_id"][0]
    other = next(name for name in ("E1", "E2", "E3") if name != his)
    cells = {"origin": "returned", "received_at": "2026-11-24T09:00:00"}
    found = take(store, tmp_path, writs=[writ("W0", previous_enforcer_id=other, **cells)])
    assert found.rejected["code"].to_list() == ["previous_enforcer_differs"]
    assert f"By the book {his} held" in found.rejected["message"][0]
    assert take(store, tmp_path, writs=[writ("W0", previous_enforcer_id=his, **cells)]).rejected.is_empty()


def test_p11_a_writ_the_book_never_had_is_named_with_whoever_is_said_to_have_returned_it(tmp_path, empty_book):
    store = begun(tmp_path, empty_book)
    found = take(store, tmp_path, writs=[writ("far", origin="returned", previous_enforcer_id="E3")])
    assert any("far is returned by E3 on the word of its row alone" in said for said in found.warnings)
    assert batch(store, clerk(), as_of=NEXT).result.noticed.unrecorded == ("far",)


def test_p13_after_the_first_batch_a_proceeding_from_elsewhere_needs_a_document(tmp_path, empty_book):
    store = begun(tmp_path, empty_book)
    rows = {"ledger": [proceeding("OLD", "E3", category="alimony")]}
    assert take(store, tmp_path, **rows).rejected["code"].to_list() == ["document_needed"]
    assert take(store, tmp_path, clerk(document="Letter 4"), **rows).rejected.is_empty()


def test_balances_of_whom_the_book_reckons_are_no_table_s_after_the_first_batch(tmp_path, empty_book):
    store = begun(tmp_path, empty_book)
    mine = {"balances": [balance("E1", "alimony", 40, "0")]}
    for hand in (clerk(), clerk(document="Letter 4")):
        assert take(store, tmp_path, hand, **mine).rejected["code"].to_list() == ["kept_by_book"]
    joins = {"enforcers": [enforcer("E9")], "balances": [balance("E9", "alimony", 4, "3.5")]}
    assert take(store, tmp_path, **joins).rejected["code"].to_list() == ["kept_by_book"]
    assert take(store, tmp_path, clerk(document="Letter 4"), **joins).rejected.is_empty()
