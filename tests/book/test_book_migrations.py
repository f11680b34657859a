"""A book that version 0.1.0 made is brought up to date whole, on either store, and goes on.

`book-0.1.0.sqlite.gz` is such a book, made by that version's own code: three batches and an urgent writ, an absence
and its end, a recusal, a mark, a departure, one writ that waits.
"""

from __future__ import annotations

import datetime as dt
import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from books import clerk, take
from held_by import two
from publishing import publish
from small import recusal, writ

from tengbol.book.access import connect
from tengbol.book.acts import events
from tengbol.book.amending import annul
from tengbol.book.audit import audit
from tengbol.book.backup import backup
from tengbol.book.batches import batch
from tengbol.book.decided import explanation
from tengbol.book.due import due
from tengbol.book.kept import held
from tengbol.book.opening import init
from tengbol.book.past import export_batch
from tengbol.book.record import period
from tengbol.book.restoring import restore
from tengbol.book.revoking import revoke
from tengbol.errors import UnusableInputError
from tengbol.io.kinds import APPLICATION
from tengbol.report.explained import in_language
from tengbol.report.words import Words
from tengbol.verify import verify
from tengbol.verify.public import verify_public

MADE = Path(__file__).parents[1] / "support" / "book-0.1.0.sqlite.gz"
#: What that version's own code published of it.
PUBLISHED = MADE.with_name("public-0.1.0.jsonl.gz")
#: Past the last batch of the book, which was made on 5 November.
NOW = dt.datetime(2026, 11, 9, 18)


def laid(place: Path) -> Path:
    """The book of 0.1.0 as a file of its own."""
    place.touch(mode=0o600)
    place.write_bytes(gzip.decompress(MADE.read_bytes()))
    return place


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request, tmp_path) -> str:
    """URL of the book of 0.1.0, on each store."""
    file = laid(tmp_path / "old.book")
    if request.param == "sqlite":
        return f"sqlite:///{file}"
    url = request.getfixturevalue("postgresql").empty()
    from alembic import command
    from alembic.config import Config

    import tengbol.book.migrations as steps

    config = Config()
    config.set_main_option("script_location", str(Path(steps.__file__).parent))
    config.attributes["url"] = url
    command.upgrade(config, "0001")
    with closing(sqlite3.connect(file)) as source, psycopg.connect(url.replace("+psycopg", "")) as target:
        tables = [row[0] for row in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            if table == "alembic_version" or table.startswith("sqlite_"):
                continue
            rows = source.execute(f'SELECT * FROM "{table}"')
            names = ", ".join(f'"{column[0]}"' for column in rows.description)
            with target.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN'.encode()) as copied:
                for row in rows:
                    copied.write_row(row)
            if any(column[0] == "id" for column in rows.description):
                target.execute(
                    f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), coalesce(max(id), 1), "
                    f'count(*) > 0) FROM "{table}"'.encode()
                )
    return url


def goes_on(store, folder: Path) -> None:
    """The book is sound, its past can be verified, and every new act and a batch can be done on it."""
    assert audit(store).ok, str(audit(store))
    past = held(store, "batches").height
    given = held(store, "assignments", "t.writ_id = 'W0'")["enforcer_id"][0]
    annul(store, two(at=NOW), "W0", reason="entered_twice")
    revoke(store, two(at=NOW), "W0")
    kin = [recusal(None, given, party_id="debtor of N0")]
    take(
        store, folder, clerk(at=NOW), writs=[writ(f"N{n}", received_at=NOW.isoformat()) for n in range(3)], recusals=kin
    )
    made = batch(store, clerk(at=NOW), as_of=NOW)
    assert made.result is not None and made.number == past + 1
    assert held(store, "assignments", "t.writ_id = 'N0'")["enforcer_id"].to_list() != [given]
    assert due(store, NOW.date()).writs.height
    assert audit(store).ok, str(audit(store))
    old = verify(*export_batch(store, folder / "old", 1, "C1"))
    assert old.ok, str(old)
    report = verify(*export_batch(store, folder / "out", past + 1, "C1"))
    assert report.ok, str(report)
    report = verify_public(publish(store, folder / "p.jsonl"))
    assert report.ok, str(report)


def test_a_book_of_the_first_version_is_brought_up_to_date_and_goes_on(old, tmp_path):
    before = events_of(old)
    store, new = init(old, clerk(at=NOW))
    assert not new and events(store).rows() == before, "it is brought up to date without an event"
    goes_on(store, tmp_path)
    with pytest.raises(Exception, match="not changed or deleted"):
        store.execute("UPDATE recusals SET decision = 'another'")
    store.close()


def test_what_the_first_version_published_holds_and_is_published_the_same_to_the_last_byte(old, tmp_path):
    file = tmp_path / "public.jsonl"
    file.write_bytes(gzip.decompress(PUBLISHED.read_bytes()))
    report = verify_public(file)
    assert report.ok, str(report)
    store, _ = init(old, clerk(at=NOW))
    assert publish(store, tmp_path / "again.jsonl").read_bytes() == file.read_bytes()
    store.close()


def test_of_batches_that_kept_no_decisions_the_sentences_stay_as_they_were_written(old):
    store, _ = init(old, clerk(at=NOW))
    rows = held(store, "assignments").rows(named=True)
    assert {explanation(store, row, Words("ru")) for row in rows} == {None}
    told = in_language(period(store), Words("en"))["assignments"]
    assert sorted(told["explanation"]) == sorted(row["explanation"] for row in rows)
    store.close()


def events_of(url: str) -> list:
    store = connect(url)
    rows = events(store).rows()
    store.close()
    return rows


def test_until_it_is_brought_up_to_date_no_verb_works_on_it(old):
    from tengbol.book.access import open_book

    with pytest.raises(UnusableInputError, match="book init"):
        open_book(old)


def test_its_backup_is_a_book_on_the_other_store(old, tmp_path, postgresql):
    store, _ = init(old, clerk(at=NOW))
    backup(store, tmp_path / "copy")
    store.close()
    place = postgresql.new() if old.startswith("sqlite") else str(tmp_path / "again.book")
    restore(tmp_path / "copy", place, clerk(at=NOW))
    store, new = init(place, clerk(at=NOW))
    assert not new
    goes_on(store, tmp_path)
    store.close()


def test_a_backup_of_an_earlier_version_is_brought_up_to_date_as_it_is_restored(tmp_path):
    file = laid(tmp_path / "copy")
    with closing(sqlite3.connect(file)) as made:
        made.execute(f"PRAGMA application_id = {APPLICATION}")
        made.commit()
    restore(file, str(tmp_path / "again.book"), clerk(at=NOW))
    store, _ = init(str(tmp_path / "again.book"), clerk(at=NOW))
    goes_on(store, tmp_path)
    store.close()
