"""What holds secrets is for its owner alone, from its first moment and whatever the umask; else it is refused."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from books import NOW, clerk, home, opened, take, tengbol
from small import writ

from tengbol.book.access import open_book
from tengbol.book.backup import backup
from tengbol.book.batches import batch
from tengbol.book.export import export_all
from tengbol.book.opening import init
from tengbol.errors import UnusableInputError
from tengbol.io.key import read_key
from tengbol.io.staging import staging

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such modes")

#: A user of the machine who is none of ours.
NOBODY = 65534


def modes(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_mode & 0o777 for path in folder.rglob("*")}


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A book with a batch, kept under a umask that closes nothing; the connection is open, so its log is there."""
    before = os.umask(0)
    try:
        (tmp_path / "place").mkdir(mode=0o777)
        monkeypatch.chdir(tmp_path / "place")
        store = opened("sqlite:///chamber.book", tmp_path, home())
        batch(store, clerk(), as_of=NOW)
        take(store, tmp_path, **home(writs=[writ("W9")]))
        yield store
    finally:
        os.umask(before)


def test_a_book_its_log_and_its_locks_are_for_their_owner_alone(kept):
    found = modes(Path.cwd())
    assert {"chamber.book", "chamber.book-wal", "chamber.book-shm"} < set(found)
    assert any(name.endswith(".lock") for name in found)
    assert {mode & 0o077 for mode in found.values()} == {0}, found


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can be somebody else")
def test_another_user_reads_nothing_of_a_book_its_backup_its_export_or_a_leftover(kept):
    """The folder is open to all, and so are those above it."""
    backup(kept, Path("copy"))
    export_all(kept, Path("out"))
    leftover = staging(Path.cwd(), "out")
    (leftover.__enter__() / "new").write_text("of a command that was killed")
    reading = (
        "import os, sys\n"
        "os.chdir(sys.argv[1])\n"
        f"os.setgid({NOBODY}); os.setuid({NOBODY})\n"
        "for name in sorted(os.listdir('.')):\n"
        "    try:\n"
        "        os.listdir(name) if os.path.isdir(name) else open(name, 'rb').read()\n"
        "        print('read', name)\n"
        "    except PermissionError:\n"
        "        print('refused', name)\n"
    )
    command = [sys.executable, "-c", reading, str(Path.cwd())]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    leftover.__exit__(None, None, None)
    assert {"refused chamber.book", "refused chamber.book-wal", "refused copy", "refused out"} <= set(said)
    assert any(line.startswith("refused .tengbol-") for line in said)
    assert [line for line in said if line.startswith("read")] == []


def test_no_file_of_a_new_book_is_open_for_a_moment(tmp_path):
    """Looked at all the while, from beside."""
    seen: set[int] = set()
    over = threading.Event()

    def look():
        while not over.is_set():
            for entry in os.scandir(tmp_path):
                try:
                    seen.add(entry.stat().st_mode & 0o777)
                except FileNotFoundError:
                    continue

    watching = threading.Thread(target=look)
    watching.start()
    try:
        done = tengbol("book", "init", "--book", tmp_path / "chamber.book", umask=0)
    finally:
        over.set()
        watching.join()
    assert done.returncode == 0, done.stderr
    assert seen == {0o600}


def test_a_book_that_others_can_read_is_refused_until_the_command_it_names_closed_it(kept):
    kept.close()
    for name in os.listdir():
        os.chmod(name, 0o644)
    with pytest.raises(UnusableInputError, match="the book can be read by others on this machine") as refused:
        open_book("chamber.book")
    subprocess.run(shlex.split(str(refused.value).partition("close it with: ")[2]), check=True)
    open_book("chamber.book").close()


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660])
def test_so_is_a_log_that_a_killed_command_left_and_a_mode_that_nobody_meant(kept, mode):
    os.chmod("chamber.book-wal", mode)
    if mode != 0o604:
        os.chmod("chamber.book", mode)
    with pytest.raises(UnusableInputError, match=r"close it with: chmod go-rwx -- .*chamber\.book-wal"):
        open_book("chamber.book")


def test_a_key_that_others_can_read_is_refused_until_the_command_it_names_closed_it(tmp_path):
    key = tmp_path / "the chamber's key"
    key.write_text("ab" * 32)
    key.chmod(0o644)
    with pytest.raises(UnusableInputError, match="the key can be read by others on this machine") as refused:
        read_key(key)
    subprocess.run(shlex.split(str(refused.value).partition("close it with: ")[2]), check=True)
    assert read_key(key) == "ab" * 32


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give a file to any group")
def test_a_book_is_kept_by_a_group_where_it_says_so_and_by_no_other(tmp_path):
    """Its log, its locks and what comes later too; a folder that is not the group's is refused with the command."""
    place = tmp_path / "ours"
    place.mkdir(mode=0o700)
    book = place / "chamber.book"
    with pytest.raises(UnusableInputError, match="make it one with: chgrp games ") as refused:
        init(str(book), clerk(), group="games")
    subprocess.run(str(refused.value).partition("make it one with: ")[2], shell=True, check=True)
    store, _ = init(str(book), clerk(), group="games")
    take(store, tmp_path, **home())
    batch(store, clerk(), as_of=NOW)
    assert set(modes(place).values()) == {0o660}
    assert {path.stat().st_gid for path in place.iterdir()} == {place.stat().st_gid}
    store.close()
    open_book(str(book)).close()
    os.chown(book, -1, NOBODY)
    with pytest.raises(UnusableInputError, match="chmod go-rwx"):
        open_book(str(book))
