"""Whatever is changed in a book, audit names it: the event that does not fit, the table and the row. On both stores."""

from __future__ import annotations

import random
import sqlite3
from dataclasses import replace

import polars as pl
import psycopg
import pytest
from books import NOW, batch, clerk, home, leave, opened, take, tengbol
from held_by import TRIGGERS, unlocked
from small import balance, writ

from tengbol.book import canon
from tengbol.book.acts import EVENT, events
from tengbol.book.audit import audit
from tengbol.book.event_chain import number_of
from tengbol.book.kept import held
from tengbol.book.schema import TABLES

pytestmark = pytest.mark.stores


@pytest.fixture
def store(url, tmp_path):
    """A book with something in every table."""
    store = opened(url, tmp_path, home(balances=[balance("E1", "individual", 1, "0.5")]))
    batch(store, clerk(), as_of=NOW)
    take(store, tmp_path, writs=[writ("X1"), writ("X2", signature="absent"), writ("bad", amount="much")])
    leave(store, clerk(), "E1", reason="expelled", start=NOW.date(), end=None, at=NOW)
    batch(store, clerk(), as_of=NOW)
    assert audit(store).ok, str(audit(store))
    return store


def test_nothing_is_deleted_and_nothing_changed_but_until_once(store):
    first = {"events": "who", "settings": "value", "secrets": "secret"}
    filled = [name for name in TABLES if store.frame(f'SELECT id FROM "{name}"', {"id": pl.Int64()}).height]
    for table in (*first, *filled):
        column = first.get(table) or TABLES[table].columns[0]
        changes = [f'UPDATE "{table}" SET "{column}" = \'x\'', f'DELETE FROM "{table}"']
        changes += [f'UPDATE "{table}" SET until = NULL'] if table in TABLES else []
        for change in changes:
            with pytest.raises(Exception, match="is not changed or deleted"):
                store.execute(change)
    assert audit(store).ok


def changed(value, rng):
    """The value with one byte, or one digit of a number, changed."""
    if isinstance(value, int):
        return value + rng.choice([-1, 1, 10])
    text = value.encode()
    place = rng.randrange(len(text))
    other = rng.choice([byte for byte in range(33, 127) if byte != text[place]])
    try:
        return (text[:place] + bytes([other]) + text[place + 1 :]).decode()
    except UnicodeDecodeError:
        return value[::-1] + "x"


def places(store):
    """Every cell of events, and of all rows, that holds something: table, key column, key, column, value, event."""
    found = []
    for name, key in [("events", "seq"), *((table, "id") for table in TABLES)]:
        columns = list(EVENT) if name == "events" else list(TABLES[name].stored)
        types = EVENT if name == "events" else TABLES[name].stored
        rows = store.frame(f'SELECT {", ".join(f"""t."{c}" """ for c in columns)} FROM "{name}" t', types)
        for row in rows.iter_rows(named=True):
            since = row["seq" if name == "events" else "since"]
            found += [
                (name, key, row[key], c, row[c], since) for c in columns if row[c] not in (None, "") and c != "id"
            ]
    return found


def tamper(store, rng, count, tables=None, begin=None):
    """Change cells one at a time; returns those that audit did not name, with their table and their event.

    begin: hash of the event after which the audits begin; only cells of later events are changed.
    """
    missed = []
    first = (number_of(store, begin) or 0) if begin else 0
    everywhere = [
        place for place in places(store) if (tables is None or place[0] in tables) and (place[5] or 0) > first
    ]
    done = 0
    while done < count:
        table, key, row, column, value, since = rng.choice(everywhere)
        other = changed(value, rng)
        set_to = f'UPDATE "{table}" SET "{column}" = :value WHERE "{key}" = :key'
        try:
            store.execute(set_to, value=other, key=row)
        except (sqlite3.IntegrityError, psycopg.errors.UniqueViolation):
            # The store itself does not take it.
            continue
        done += 1
        found = audit(store, since=begin)
        # A row that now claims another event is missed where it was, or does not fit where it is.
        due = {since, value, other} if column in ("seq", "since", "until") else {since}
        if not due & {fault.seq for fault in found.faults if fault.table == table}:
            missed.append((table, row, column, value, other, str(found)))
        back = other if column == key else row
        store.execute(set_to, value=value, key=back)
    assert audit(store).ok and audit(store, since=begin).ok
    return missed


def test_any_single_changed_byte_is_named(store):
    assert tamper(unlocked(store), random.Random(7), 40) == []


def first_batch(store):
    """Hash and number of the event of the first batch."""
    event = events(store, "what = 'batch'").row(0, named=True)
    return event["hash"], event["seq"]


def test_an_audit_since_an_event_names_what_was_changed_after_it(store):
    since, _ = first_batch(store)
    assert tamper(unlocked(store), random.Random(11), 25, begin=since) == []


def test_an_audit_since_an_event_counts_only_what_came_later_and_says_so(store):
    since, number = first_batch(store)
    whole, later = audit(store), audit(store, since=since)
    assert (later.since, later.events, later.head) == (number, whole.events - number, whole.head)
    after = [held for table in TABLES.values() for held in rows_of(store, table.name) if held > number]
    assert later.rows == len(after) < whole.rows
    assert f"Everything after event {number} fits" in str(later) and "older was not looked at" in str(later)
    assert audit(store, since=whole.head) == replace(whole, events=0, rows=0, since=whole.events, unshown=())


def rows_of(store, table):
    """The event of each row."""
    return store.frame(f'SELECT since FROM "{table}"', {"since": pl.Int64()})["since"].to_list()


def test_an_audit_since_an_event_leaves_older_changes_to_a_whole_one(store):
    since, number = first_batch(store)
    unlocked(store).execute("UPDATE assignments SET explanation = 'x' WHERE since = :seq", seq=number)
    assert audit(store, since=since).ok and audit(store).faults[0].seq <= number


def test_an_audit_since_an_event_follows_the_chain_of_batches_from_there(store):
    since, number = first_batch(store)
    unlocked(store).execute("UPDATE batches SET link = :link WHERE since = :seq", link="0" * 64, seq=number)
    found = audit(store, since=since)
    assert [fault.table for fault in found.faults] == ["batches"] and found.faults[0].seq > number


def test_an_audit_since_an_event_that_is_not_there_is_a_whole_one_with_that_fault(store):
    found = audit(store, since="0" * 64)
    assert found.since == 0 and found.rows == audit(store).rows
    assert [fault.sentence for fault in found.faults] == [
        f"no event has the hash {'0' * 64}; the chain was cut or made anew"
    ]


@pytest.mark.soak
def test_any_of_200_changed_bytes_of_an_assignment_a_balance_or_an_event_is_named(store):
    assert tamper(unlocked(store), random.Random(), 200, ("assignments", "balances", "events")) == []


@pytest.mark.soak
def test_any_of_200_changed_bytes_of_any_table_is_named(store):
    assert tamper(unlocked(store), random.Random(), 200) == []


def test_the_changed_row_itself_is_named_with_its_event(store):
    seq = held(store, "assignments", "t.writ_id = 'X1'")["since"][0]
    unlocked(store).execute("UPDATE assignments SET enforcer_id = 'E9' WHERE writ_id = 'X1'")
    found = audit(store)
    assert found.faults[0].seq == seq and found.faults[0].table == "assignments"
    assert any("X1" in fault.row for fault in found.faults)


@pytest.mark.parametrize("part", [1, 3])
def test_tables_are_read_in_parts_of_any_length(store, monkeypatch, part):
    whole = audit(store)
    monkeypatch.setattr("tengbol.book.lined._AT_ONCE", part)
    assert audit(store) == whole
    unlocked(store).execute("UPDATE assignments SET enforcer_id = 'E9' WHERE writ_id = 'X1'")
    one = audit(store).faults
    monkeypatch.undo()
    assert one and one == audit(store).faults


def test_bytes_that_are_no_text_are_named_as_a_change(store):
    if not store.url.startswith("sqlite"):
        pytest.skip("PostgreSQL takes none")
    for table, column in (("assignments", "explanation"), ("writs", "subject"), ("events", "who")):
        sql = f"UPDATE \"{table}\" SET {column} = CAST(x'D0FF41' AS TEXT) WHERE rowid = 2"
        unlocked(store).execute(sql)
        assert table in {fault.table for fault in audit(store).faults}


#: Cells of another type than their columns, which SQLite keeps: table, column, and what becomes of it.
OF_ANOTHER_TYPE = (
    ("assignments", "pool_size", "pool_size + 0.5"),
    ("assignments", "pool_size", "'x'"),
    ("assignments", "enforcer_id", "CAST(enforcer_id AS BLOB)"),
    ("writs", "previous_enforcer_id", "x''"),
    ("incomplete", "received_at", "x'00'"),
    ("shares", "writs", "CAST(writs AS BLOB)"),
    ("batches", "number", "number + 0.25"),
    ("writs", "until", "since + 0.5"),
    ("states", "since", "since + 0.5"),
    ("pools", "row_hash", "CAST(row_hash AS BLOB)"),
)


@pytest.mark.parametrize(("table", "column", "cell"), OF_ANOTHER_TYPE)
def test_a_cell_of_another_type_is_named_as_a_change_of_its_row(store, table, column, cell):
    if not store.url.startswith("sqlite"):
        pytest.skip("PostgreSQL takes none")
    (one,) = store.frame(f"SELECT min(id) AS id FROM {table}", {"id": pl.Int64()})["id"]
    assert unlocked(store).execute(f'UPDATE {table} SET "{column}" = {cell} WHERE id = :id', id=one) == 1
    named = [fault for fault in audit(store).faults if "is not the row that was written" in str(fault)]
    assert [fault.table for fault in named] == [table]


@pytest.mark.parametrize("change", ["document = x''", "subject = x'00'", "payload = CAST(payload AS BLOB)"])
def test_bytes_for_a_text_of_an_event_are_named_even_where_it_had_none(store, change):
    if not store.url.startswith("sqlite"):
        pytest.skip("PostgreSQL takes none")
    unlocked(store).execute(f"UPDATE events SET {change} WHERE seq = 2")
    assert (2, "events") in {(fault.seq, fault.table) for fault in audit(store).faults}


def test_a_row_whose_hash_was_made_to_fit_no_longer_fits_its_event(store):
    row = held(store, "balances").sort("enforcer_id")[0]
    own = TABLES["balances"].columns
    forged = row.with_columns(received=99)
    (hashed,) = canon.row_hashes("balances", canon.lines(forged, ["since", *own]))
    unlocked(store).execute(
        "UPDATE balances SET received = 99, row_hash = :h WHERE id = :id", h=hashed, id=row["id"][0]
    )
    found = audit(store)
    assert [(fault.seq, fault.table) for fault in found.faults] == [(row["since"][0], "balances")]


def test_rows_that_are_added_deleted_or_ended_in_secret_are_named(store):
    unlocked(store)
    store.execute("DELETE FROM assignments WHERE writ_id = 'W3'")
    assert "assignments" in {fault.table for fault in audit(store).faults}
    store.execute("UPDATE absences SET until = 3")
    assert "absences" in {fault.table for fault in audit(store).faults}
    store.execute("INSERT INTO pools (pool_id, enforcer_id, since, row_hash) VALUES ('p', 'E1', 2, 'h')")
    assert "pools" in {fault.table for fault in audit(store).faults}


def test_an_event_that_is_taken_out_or_cut_off_is_named(store):
    chain = events(store)
    noted = chain["hash"][-1]
    assert audit(store, head=noted).ok
    unlocked(store)
    store.execute("DELETE FROM events WHERE seq = 3")
    assert audit(store).faults[0].seq == 3


def test_an_event_put_before_the_first_is_named(store):
    first = events(store).head(1)
    unlocked(store)
    for seq in (0, -5):
        store.insert("events", EVENT, first.with_columns(seq=pl.lit(seq, pl.Int64), hash=pl.lit(f"{seq}" * 32)))
        assert audit(store).faults[0].table == "events"
        store.execute("DELETE FROM events WHERE seq < 1")
    assert audit(store).ok


def test_a_chain_made_anew_from_the_end_is_told_from_the_one_that_was_noted(store):
    noted = events(store)["hash"][-1]
    unlocked(store)
    last = events(store).row(-1, named=True)
    forged = {**last, "who": "somebody else"}
    store.execute("UPDATE events SET who = :who, hash = :h WHERE seq = :seq", who="somebody else",
                  h=canon.event_hash(forged), seq=last["seq"])  # fmt: skip
    assert audit(store).ok, "nobody can tell who has not noted the chain's end"
    assert not audit(store, head=noted).ok


def test_a_secret_or_key_that_was_exchanged_no_longer_fits_its_commitment(store):
    unlocked(store)
    store.execute("UPDATE settings SET value = :v WHERE name = 'key'", v="0" * 64)
    assert audit(store).faults[0].table == "settings"
    store.execute("UPDATE secrets SET secret = :v WHERE number = 3", v="0" * 64)
    assert any("next secret" in fault.sentence for fault in audit(store).faults)


def test_bytes_that_are_no_text_are_named_too(empty_book, tmp_path):
    store = opened(f"sqlite:///{tmp_path / 'b'}", tmp_path)
    batch(store, clerk(), as_of=NOW)
    unlocked(store)
    store.connection.execute("UPDATE assignments SET explanation = CAST(X'FF00FE' AS TEXT) WHERE writ_id = 'W1'")
    assert "assignments" in {fault.table for fault in audit(store).faults}
    store.connection.execute("UPDATE events SET payload = X'00' WHERE seq = 2")
    store.connection.execute("UPDATE balances SET received = 'many'")
    assert {"events", "balances"} <= {fault.table for fault in audit(store).faults}


def test_a_damaged_file_is_told_and_no_fault_of_ours(empty_book, tmp_path):
    place = tmp_path / "b"
    opened(f"sqlite:///{place}", tmp_path).close()
    content = bytearray(place.read_bytes())
    for start in range(4096 * 3, len(content), 4096 * 2):
        content[start : start + 600] = b"\xaa" * 600
    place.write_bytes(content)
    done = tengbol("book", "audit", "--book", place)
    assert done.returncode in (1, 2), done.stdout + done.stderr
    assert "fault of tengbol" not in done.stderr


def test_the_command_names_the_first_event_that_does_not_fit(tmp_path):
    book = tmp_path / "chamber.book"
    store = opened(f"sqlite:///{book}", tmp_path)
    batch(store, clerk(), as_of=NOW)
    store.close()
    file = sqlite3.connect(book)
    for name, _ in file.execute(TRIGGERS).fetchall():
        file.execute(f"DROP TRIGGER {name}")
    file.execute("UPDATE balances SET received = received + 1")
    file.commit()
    file.close()
    done = tengbol("book", "audit", "--book", book)
    assert done.returncode == 1
    assert "the first event that does not fit is 4" in done.stdout
    assert "balances" in done.stdout
