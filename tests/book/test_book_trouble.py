"""Trouble of a book's file is told as such: exit 2, or 4 where trying again helps, and whether anything was changed."""

from __future__ import annotations

import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from books import NOW, clerk, home, opened, take, tengbol
from small import writ, write_tables

from tengbol.book import sqlite
from tengbol.book.access import connect, open_book
from tengbol.book.acts import act, head
from tengbol.book.audit import audit
from tengbol.book.batches import batch
from tengbol.book.opening import init
from tengbol.errors import BusyError, UnusableInputError
from tengbol.io.kinds import kind_of

BY = ("--by", "clerk")


@pytest.fixture
def kept(tmp_path):
    """Path of a book with a batch and some more, and nobody at it."""
    path = tmp_path / "chamber.book"
    store = opened(f"sqlite:///{path}", tmp_path, home(writs=[writ(f"W{n}") for n in range(40)]))
    batch(store, clerk(), as_of=NOW)
    take(store, tmp_path, **home(writs=[writ("W99")]))
    store.close()
    return path


def test_a_book_of_a_newer_version_is_refused_by_every_verb_init_too(kept):
    with closing(sqlite3.connect(kept, isolation_level=None)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9000'")
    before = kept.read_bytes()
    for verb in ("status", "init", "audit"):
        done = tengbol("book", verb, "--book", kept)
        assert done.returncode == 2, done.stderr
        assert "made by a newer version of tengbol" in done.stderr
        assert "init` brings" not in done.stderr
    assert kept.read_bytes() == before


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can mount")
@pytest.mark.parametrize("verb", ["status", "audit", "batch"])
def test_a_book_on_a_medium_that_is_not_written_to_says_so(verb, kept, tmp_path):
    """Not that its disk is full: on a stick that is write-protected, say, nothing can be written beside it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "none", str(disk)], capture_output=True, check=False).returncode:
        pytest.skip("this system does not let us mount a disk")
    try:
        shutil.copy(kept, disk)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        done = tengbol("book", verb, "--book", disk / kept.name)
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        "it may only be read" in done.stderr and "copy it to where that is allowed. Nothing was changed." in done.stderr
    )
    assert "full" not in done.stderr


def test_a_book_that_another_process_writes_to_is_busy(kept, monkeypatch):
    monkeypatch.setattr(sqlite, "PATIENCE", 0.1)
    other = sqlite3.connect(kept, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store = open_book(str(kept))
    with pytest.raises(BusyError, match=r"another process writes to the book .* try again\. Nothing was changed\."):
        take(store, kept.parent, **home())
    other.close()


@pytest.mark.parametrize(
    "again", [lambda url: open_book(url), lambda url: kind_of(Path(url.removeprefix("sqlite:///")))]
)
def test_a_process_that_looks_at_its_open_book_again_keeps_its_locks(kept, again):
    """Whoever closes a file ends all locks that its process has on it; another process then takes the log away."""
    url = f"sqlite:///{kept}"
    store = open_book(url)
    with act(store, clerk(), "mark", subject="W99"):
        pass
    other = again(url)
    log = kept.with_name(f"{kept.name}-wal")
    before = log.stat().st_ino
    looks = (
        f"import sqlite3; c = sqlite3.connect({str(kept)!r}); c.execute('SELECT 1 FROM events').fetchone(); c.close()"
    )
    subprocess.run([sys.executable, "-c", looks], check=True)
    assert log.exists() and log.stat().st_ino == before
    store.close()
    assert kind_of(kept) is None
    del other


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_book_in_a_folder_that_may_only_be_read_is_told(kept):
    kept.parent.chmod(0o500)
    try:
        with pytest.raises(UnusableInputError, match=r"chamber\.book"):
            open_book(str(kept))
    finally:
        kept.parent.chmod(0o700)


def test_a_book_that_may_only_be_read_is_not_written_to_and_that_is_told(kept):
    """As on a medium that may only be read, on which a book can be opened where its log is there already."""
    store = open_book(str(kept))
    store.execute("PRAGMA query_only = on")
    with (
        pytest.raises(UnusableInputError, match=r"it may only be read .* Nothing was changed\."),
        act(store, clerk(), "nothing"),
    ):
        pass


#: Verbs that write, as one who keeps the book has them.
WRITING = (
    ("init",),
    ("import", "{in}", *BY),
    ("batch", *BY),
    ("batch", "--dry-run", *BY),
    ("mark", "closed", "W1", *BY),
    ("leave", "E1", "--reason", "licence_revoked", "--from", "2026-11-23", "--document", "order 17", *BY),
    ("announce", "lottery of Friday", *BY),
)


@pytest.mark.parametrize("room", [0, 1, 40])
@pytest.mark.parametrize("words", WRITING, ids=lambda words: " ".join(words[:2]))
def test_a_disk_that_is_full_at_any_write_is_told(kept, words, room):
    """No file may grow beyond what the book has now and some kilobytes, and a new one not beyond these."""
    source = write_tables(kept.parent / "in", **home(writs=[writ(f"N{n}") for n in range(400)]))
    before = rows(kept)
    limit = room << 10
    done = tengbol(
        "book", *(word.format(**{"in": source}) for word in words), "--book", kept,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    assert done.returncode in (0, 2), done.stderr
    assert "a fault of tengbol" not in done.stderr
    if done.returncode == 2:
        assert "hanged" in done.stderr, done.stderr
        assert rows(kept) in (before, before + 1)


def rows(path: Path) -> int:
    """Of the last event, of a book that audits clean."""
    store = connect(f"sqlite:///{path}")
    found, last = audit(store), head(store)
    store.close()
    assert found.ok, str(found)
    assert last is not None
    return last["seq"]


READING = (("status",), ("due",), ("export", "{out}"), ("export", "{out}", "--batch", "1"), ("verify", "1"), ("audit",))


def damaged(path: Path, draws: random.Random) -> None:
    """Some bytes of one page are others."""
    content = bytearray(path.read_bytes())
    page = 4096 * draws.randrange(1, len(content) // 4096)
    for _ in range(draws.choice((1, 20, 400))):
        content[page + draws.randrange(4096)] = draws.randrange(256)
    path.write_bytes(content)


def told_of_damage(kept: Path, seeds: range) -> set[int]:
    """Damage at random places: every verb does its work or says in a sentence why not; it is never a fault of ours."""
    codes = set()
    whole = kept.read_bytes()
    source = write_tables(kept.parent / "in", **home(writs=[writ("N1")]))
    for seed in seeds:
        draws = random.Random(seed)
        kept.write_bytes(whole)
        damaged(kept, draws)
        words = draws.choice((*READING, *WRITING))
        words = [word.format(**{"in": source, "out": kept.parent / f"out{seed}"}) for word in words]
        done = tengbol("book", *words, "--book", kept)
        assert done.returncode in (0, 1, 2), f"{seed}: {words}: {done.stderr}"
        codes.add(done.returncode)
        for end in ("-wal", "-shm"):
            kept.with_name(kept.name + end).unlink(missing_ok=True)
    return codes


def test_a_damaged_page_is_told_as_such(kept):
    assert 2 in told_of_damage(kept, range(3))


@pytest.mark.soak
def test_so_is_one_damaged_anywhere(kept):
    assert told_of_damage(kept, range(3, 150)) == {0, 1, 2}


def test_a_file_that_is_no_book_is_told(tmp_path):
    place = tmp_path / "chamber.book"
    place.write_bytes(b"no book at all, but long enough to be taken for one" * 100)
    place.chmod(0o600)
    for verb in ("status", "init"):
        done = tengbol("book", verb, "--book", place)
        assert done.returncode == 2
        assert "damaged, or no book at all" in done.stderr


@pytest.mark.parametrize("verb", ["init", "status", "batch"])
@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/dev/null")])
def test_what_is_no_file_is_told_and_no_command_that_would_close_it_to_others(tmp_path, make, verb):
    place = tmp_path / "chamber.book"
    make(place)
    done = tengbol("book", verb, "--book", place)
    assert done.returncode == 2
    assert done.stderr == f"tengbol: {place}: is no file, and a book is one; give another path.\n"


def test_no_book_is_made_in_the_database_of_another_program(tmp_path):
    place = tmp_path / "letters.db"
    with closing(sqlite3.connect(place)) as other:
        other.execute("CREATE TABLE letters (text)")
    place.chmod(0o600)
    before = place.read_bytes()
    for verb in ("init", "status", "batch"):
        done = tengbol("book", verb, "--book", place)
        assert done.returncode == 2
        assert "is a database of another program, and stays as it is; give another path." in done.stderr
    assert place.read_bytes() == before


def test_an_init_that_the_disk_has_no_room_for_is_told(tmp_path):
    done = tengbol(
        "book", "init", *BY, "--book", tmp_path / "chamber.book",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    init(str(tmp_path / "chamber.book"), clerk())


@pytest.mark.parametrize("where", ["batches SET manifest", "events SET payload"])
def test_what_is_nested_without_end_in_a_book_is_a_fault_of_the_book(kept, where):
    table = where.split()[0]
    with closing(sqlite3.connect(kept, isolation_level=None)) as raw:
        raw.execute(f"DROP TRIGGER {table}_fixed")
        raw.execute(f"UPDATE {where} = ?", ["[" * 5000 + "]" * 5000])
    found = audit(open_book(str(kept)))
    assert not found.ok
