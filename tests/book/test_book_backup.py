"""A backup is the whole book, on either store; a book is made of it again; an older book in its place is noticed."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from books import NOW, clerk, home, opened, take, tengbol
from small import writ

from tengbol.book.accepting import accept
from tengbol.book.access import connect, open_book
from tengbol.book.acts import act, events, head, payload
from tengbol.book.audit import audit
from tengbol.book.backup import backup
from tengbol.book.batches import batch
from tengbol.book.kept import held
from tengbol.book.opening import key_of
from tengbol.book.restoring import restore
from tengbol.book.schema import TABLES
from tengbol.errors import BusyError, UnusableInputError

pytestmark = pytest.mark.stores


@pytest.fixture
def kept(url, tmp_path):
    """An open book with a batch, on each store."""
    store = opened(url, tmp_path, home())
    batch(store, clerk(), as_of=NOW)
    take(store, tmp_path, **home(writs=[writ("W9")]))
    return store


def contents(store) -> dict[str, list]:
    """All rows of a book, events left out that are about its copies."""
    rows = {name: held(store, name, seq=3).sort("id").rows() for name in TABLES}
    return {**rows, "events": events(store).rows()[:5]}


@pytest.fixture
def places(request, tmp_path):
    """Where a book is restored to: a new file, and an empty database."""
    return [str(tmp_path / "again.book"), request.getfixturevalue("postgresql").new()]


def test_a_book_is_whole_again_on_either_store_and_goes_on(kept, places, tmp_path):
    """Its key and the secrets of what is to come with it; and that it was restored is an event."""
    ends = backup(kept, tmp_path / "copy")
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
    for place in places:
        restore(tmp_path / "copy", place, clerk())
        with closing(open_book(place)) as again:
            assert contents(again) == contents(kept)
            assert key_of(again) == key_of(kept)
            last = head(again)
            assert last is not None
            assert (last["what"], last["seq"]) == ("book restored", ends["seq"] + 1)
            assert payload(last)["backup"] == {"event": ends["seq"], "hash": ends["hash"]}
            assert batch(again, clerk(), as_of=NOW + timedelta(minutes=1)).number == 2
            found = audit(again)
            assert found.ok, str(found)


def test_a_backup_of_a_book_that_others_go_on_with_is_of_one_moment(kept, tmp_path):
    other = connect(kept.url)
    with act(other, clerk(), "under way"):
        ends = backup(kept, tmp_path / "copy")
    other.close()
    assert ends["what" if "what" in ends else "hash"] == events(kept)["hash"][-2]


def test_a_backup_is_no_book_and_a_book_no_backup(kept, tmp_path):
    backup(kept, tmp_path / "copy")
    before = (tmp_path / "copy").read_bytes()
    with pytest.raises(UnusableInputError, match="is a backup, and stays as it is"):
        open_book(str(tmp_path / "copy"))
    restore(tmp_path / "copy", str(tmp_path / "other.book"), clerk())
    for name in ("other.book", "copy"):
        with pytest.raises(UnusableInputError, match=r"there is a book already|is a backup itself"):
            restore(tmp_path / "copy", str(tmp_path / name), clerk(), replace=name == "copy")
    with pytest.raises(UnusableInputError, match="is no backup of a book"):
        restore(tmp_path / "other.book", str(tmp_path / "third.book"), clerk())
    with pytest.raises(UnusableInputError, match="would be lost"):
        backup(kept, tmp_path / "other.book")
    if kept.url.startswith("sqlite"):
        with pytest.raises(UnusableInputError, match="is the book itself"):
            backup(kept, kept.path)
    assert (tmp_path / "copy").read_bytes() == before


def test_a_book_in_use_or_in_a_database_is_not_replaced(kept, tmp_path):
    backup(kept, tmp_path / "copy")
    before = head(kept)
    with pytest.raises(UnusableInputError) as refused:
        restore(tmp_path / "copy", kept.url, clerk(), replace=True)
    assert isinstance(refused.value, BusyError) == kept.url.startswith("sqlite")
    assert head(kept) == before


def test_a_damaged_backup_makes_no_book(kept, tmp_path):
    backup(kept, tmp_path / "copy")
    content = (tmp_path / "copy").read_bytes()
    (tmp_path / "copy").write_bytes(content.replace(b'"key_commitment":"', b'"key_commitmend":"', 1))
    with pytest.raises(UnusableInputError, match=r"the backup is damaged \(event"):
        restore(tmp_path / "copy", str(tmp_path / "new.book"), clerk())
    (tmp_path / "copy").write_bytes(content)
    (tmp_path / "copy").chmod(0o644)
    with pytest.raises(UnusableInputError, match="chmod go-rwx"):
        restore(tmp_path / "copy", str(tmp_path / "new.book"), clerk())
    assert not (tmp_path / "new.book").exists()


@pytest.fixture
def file(tmp_path):
    """Path of a book in a file, with a batch, that nobody has open; its backup `copy` is older."""
    store = opened(f"sqlite:///{tmp_path / 'chamber.book'}", tmp_path, home())
    backup(store, tmp_path / "copy")
    batch(store, clerk(), as_of=NOW)
    store.close()
    return tmp_path / "chamber.book"


def test_a_replaced_book_keeps_another_name_and_the_event_says_what_was_known(file):
    store = connect(f"sqlite:///{file}")
    was = head(store)
    store.close()
    _, aside = restore(file.with_name("copy"), str(file), clerk(), replace=True)
    assert aside == file.with_name("chamber.book.replaced-1")
    with closing(connect(f"sqlite:///{aside}")) as old:
        assert head(old) == was
    with closing(open_book(str(file))) as new:
        last = head(new)
    assert was is not None
    assert last is not None
    assert payload(last)["noted"] == {"event": was["seq"], "hash": was["hash"]}


def test_a_damaged_book_is_replaced_too(file):
    content = bytearray(file.read_bytes())
    content[100:8000] = b"\xff" * 7900
    file.write_bytes(content)
    with pytest.raises(UnusableInputError, match="damaged"):
        open_book(str(file))
    _, aside = restore(file.with_name("copy"), str(file), clerk(), replace=True)
    assert aside is not None
    assert aside.read_bytes() == bytes(content)
    open_book(str(file)).close()


def test_an_older_book_in_its_place_is_said_until_it_is_accepted_on_a_document(url, tmp_path, request):
    """A copy of its file, or of its database, as any clerk or administrator may put it back."""
    opened(url, tmp_path, home()).close()
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        shutil.copy(path, tmp_path / "earlier")
    else:
        earlier = request.getfixturevalue("postgresql").copy(url)
    store = open_book(url)
    batch(store, clerk(), as_of=NOW)
    newest = head(store)
    store.close()
    if url.startswith("sqlite"):
        shutil.copy(tmp_path / "earlier", path)
    else:
        names = [one.rpartition("/")[2] for one in (url, earlier)]
        with psycopg.connect(url.rpartition("/")[0].replace("+psycopg", "") + "/postgres", autocommit=True) as root:
            root.execute(f"ALTER DATABASE {names[0]} RENAME TO {names[0]}_newer")
            root.execute(f"ALTER DATABASE {names[1]} RENAME TO {names[0]}")
    done = tengbol("book", "due", "--book", url)
    assert done.returncode == 2
    assert "an older book, or another, was put in its place" in done.stderr
    assert "tengbol book accept" in done.stderr
    with closing(open_book(url, older=True)) as store:
        ends = head(store)
        assert ends is not None
        assert newest is not None
        with pytest.raises(UnusableInputError, match="ends with another event"):
            accept(store, clerk(document="order 17"), newest["hash"])
        accept(store, clerk(document="order 17"), ends["hash"])
        with pytest.raises(UnusableInputError, match="nothing to accept"):
            accept(store, clerk(document="order 17"), ends["hash"])
    with closing(open_book(url)) as store:
        last = head(store)
        assert last is not None
        assert last["document"] == "order 17"
        assert payload(last)["noted"] == {"event": newest["seq"], "hash": newest["hash"]}


def killed_backups(store, folder: Path, kills: int) -> None:
    """A backup over an earlier one, killed at random moments: the book and one whole backup are always there."""
    draws = random.Random(11)
    out = folder / "copy"
    words = [sys.executable, "-c", "from tengbol.cli import main; print(1, flush=True); main()", "book", "backup"]
    backup(store, out)
    heads, whole = {_ends(out)}, 1.0
    for number in range(kills):
        with act(store, clerk(), f"between {number}"):
            pass
        last = head(store)
        assert last is not None
        heads.add(last["hash"])
        with subprocess.Popen(
            [*words, str(out), "--book", store.url], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            begun = time.monotonic()
            if number == 0:
                process.wait()
                whole = time.monotonic() - begun
            else:
                time.sleep(draws.uniform(0.3, 1.05) * whole)
                process.send_signal(signal.SIGKILL)
        assert _ends(out) in heads
        assert {path.stat().st_mode & 0o077 for path in folder.glob("copy*")} == {0}
    found = audit(store)
    assert found.ok, str(found)
    assert tengbol("book", "backup", out, "--book", store.url).returncode == 0
    assert [path.name for path in folder.iterdir() if path.name.startswith(".tengbol")] == []


def _ends(out: Path) -> str:
    """Hash of a backup's last event, after looking at all of it."""
    place = out.with_name("looked at")
    restore(out, str(place), clerk())
    with closing(connect(f"sqlite:///{place}")) as store:
        hashed = events(store)["hash"][-2]
    for end in ("", "-wal", "-shm", ".head"):
        place.with_name(place.name + end).unlink(missing_ok=True)
    return hashed


def test_killed_in_a_backup_the_book_and_one_whole_backup_are_there(kept, tmp_path):
    (tmp_path / "copies").mkdir()
    killed_backups(kept, tmp_path / "copies", 3)


@pytest.mark.soak
def test_so_they_are_however_often_it_is_killed(kept, tmp_path):
    (tmp_path / "copies").mkdir()
    killed_backups(kept, tmp_path / "copies", int(os.environ.get("TENGBOL_TRIALS", "100")))
