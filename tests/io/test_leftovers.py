"""What a killed command leaves: closed to others from its first moment, removed or finished by the next command."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest
from books import home, opened

from tengbol.book.export import export_all
from tengbol.book.past import export_batch
from tengbol.cli import _finish
from tengbol.errors import UnusableInputError
from tengbol.io import exchange
from tengbol.io import staging as staging_module
from tengbol.io.kinds import EXPORT, PUBLIC, RESULT
from tengbol.io.outputs import Output
from tengbol.io.staging import staging, sweep
from tengbol.io.whole import create, put_file, put_folder

NOBODY = 65_534


def put(out: Path, text: str, kind: str = RESULT, *, private: bool = False) -> None:
    """A folder of one table that says `text`."""

    def fill(new: Path) -> None:
        with create(new / "table.csv", private=private) as file:
            file.write(text.encode())
        told = json.dumps({"kind": kind, "outputs": {"table.csv": {}}})
        with create(new / "manifest.json", private=private) as file:
            file.write(told.encode())

    put_folder(Output(out, kind, private=private), fill)


def mode(path: Path) -> str:
    return f"{stat.S_IMODE(path.stat().st_mode):o}"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def no_umask():
    """The least that a user can ask for himself."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def one_after_the_other(monkeypatch):
    """As on a system that cannot exchange two names in one step."""
    monkeypatch.setattr(exchange, "_exchanged", lambda *_: False)


class Killed(BaseException):
    """In place of a SIGKILL: nothing of ours runs after it."""


def killed(out: Path, monkeypatch, *, at: str, text: str = "new") -> Path:
    """Put an output and die before its folder `at` is renamed; returns what is left."""
    rename, remove = Path.rename, shutil.rmtree

    def die(path, target):
        if path.name == at:
            raise Killed
        return rename(path, target)

    with monkeypatch.context() as dying:
        dying.setattr(Path, "rename", die)
        dying.setattr("tengbol.io.staging.shutil.rmtree", lambda *_, **__: None)
        with pytest.raises(Killed):
            put(out, text)
    assert shutil.rmtree is remove
    [left] = [path for path in out.parent.iterdir() if path.name.startswith(".tengbol-")]
    return left


# --- private --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_umask")
def test_what_is_being_made_is_closed_to_others_whatever_the_umask(tmp_path):
    seen = []

    def look(new: Path) -> None:
        with create(new) as file:
            file.write(b"{}")
        seen.extend((mode(new.parent), *(mode(path) for path in new.parent.iterdir() if path != new)))

    put_file(Output(tmp_path / "public", PUBLIC), look)
    assert seen == ["700", "666", "600"] or seen == ["700", "600", "666"]
    assert mode(tmp_path / "public") == "666"
    with staging(tmp_path) as place:
        assert mode(place) == "700"


@pytest.mark.usefixtures("no_umask")
def test_a_result_follows_the_umask_and_an_export_is_its_owners_alone(tmp_path):
    put(tmp_path / "result", "open")
    put(tmp_path / "export", "closed", EXPORT, private=True)
    assert (mode(tmp_path / "result"), mode(tmp_path / "result" / "table.csv")) == ("777", "666")
    assert (mode(tmp_path / "export"), mode(tmp_path / "export" / "table.csv")) == ("700", "600")


def read_by(user: int, *places: Path) -> str:
    """What another user of the machine can read in files and folders."""
    found = subprocess.run(
        ["find", *map(str, places), "-type", "f", "-exec", "cat", "{}", "+"],
        user=user, group=user, extra_groups=[], capture_output=True, text=True, check=False,
    )  # fmt: skip
    return found.stdout


@pytest.fixture
def for_all():
    """A folder in which every user of the machine may look and write."""
    folder = Path(tempfile.mkdtemp(prefix="tengbol-test-"))
    folder.chmod(0o1777)
    yield folder
    shutil.rmtree(folder)


second_user = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("find"), reason="only root can be another user"
)


@second_user
@pytest.mark.usefixtures("no_umask")
def test_another_user_reads_nothing_of_leftovers_and_exports(for_all, empty_book, monkeypatch):
    put(for_all / "out", "to be handed on")
    with monkeypatch.context() as dying:
        dying.setattr(exchange, "_exchanged", lambda *_: False)
        left = killed(for_all / "out", dying, at="ready", text="secret")
    assert read_by(0, left).count("secret") == 1
    shutil.copy(empty_book, for_all / "book")
    (for_all / "book").chmod(0o600)
    store = opened(f"sqlite:///{for_all / 'book'}", for_all, home())
    export_all(store, for_all / "export")
    store.close()
    assert "W0" in read_by(0, for_all / "export")
    assert read_by(NOBODY, left, for_all / "export") == ""


@second_user
def test_a_leftover_that_another_user_laid_is_left_alone(for_all, monkeypatch):
    """Else he could have a folder of his own put in the place of an output, or files removed by it."""
    put(for_all / "out", "earlier")
    with monkeypatch.context() as dying:
        dying.setattr(exchange, "_exchanged", lambda *_: False)
        left = killed(for_all / "out", dying, at="ready", text="forged")
    os.chown(left, NOBODY, NOBODY)
    _finish(["verify", str(for_all / "out")])
    sweep(for_all)
    assert names(for_all) == [left.name]
    os.chown(left, 0, 0)
    left.chmod(0o755)
    sweep(for_all)
    assert names(for_all) == [left.name]


# --- removed --------------------------------------------------------------------------------------


def test_a_leftover_is_removed_by_the_next_command_that_writes_beside_it(tmp_path, monkeypatch):
    left = killed(tmp_path / "out", monkeypatch, at="new")
    (tmp_path / "other").mkdir()
    put(tmp_path / "other" / "out", "elsewhere")
    assert left.exists()
    put(tmp_path / "third", "beside")
    assert names(tmp_path) == ["other", "third"]


def test_what_is_in_use_is_no_leftover_nor_what_is_somebody_elses(tmp_path):
    (tmp_path / ".tengbol-notes").mkdir(mode=0o700)
    (tmp_path / ".tengbol-notes" / "mine").touch()
    (tmp_path / ".tengbol-file").write_text("mine")
    (tmp_path / ".tengbol-link").symlink_to(tmp_path / ".tengbol-notes")
    with staging(tmp_path, "out") as place:
        before = names(tmp_path)
        put(tmp_path / "out", "beside")
        assert names(tmp_path) == sorted([*before, "out"])
        assert (place / "for").read_bytes() == b"out"
    assert names(tmp_path) == [".tengbol-file", ".tengbol-link", ".tengbol-notes", "out"]


@pytest.mark.parametrize("held", [False, True])
def test_a_folder_that_came_no_further_than_its_making_is_removed_too(tmp_path, held):
    (tmp_path / ".tengbol-0123456789abcdef").mkdir(mode=0o700)
    if held:
        (tmp_path / ".tengbol-0123456789abcdef" / "held").touch()
    put(tmp_path / "out", "beside")
    assert names(tmp_path) == ["out"]


def test_whoever_is_swept_before_he_holds_his_folder_makes_another(tmp_path, monkeypatch):
    """The narrow moment between making a folder and holding it."""
    swept = []
    lock = staging_module.locked

    def late(place, busy):
        if not swept:
            swept.append(place.parent)
            sweep(tmp_path)
        return lock(place, busy)

    monkeypatch.setattr(staging_module, "locked", late)
    with staging(tmp_path) as place:
        assert place.exists()
        assert swept != [place]
        assert names(tmp_path) == [place.name]


def test_temporary_files_are_leftovers_too(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with monkeypatch.context() as dying:
        dying.setattr("tengbol.io.staging.shutil.rmtree", lambda *_, **__: None)
        with staging() as place:
            (place / "lot.key").write_text("secret")
    assert place.exists()
    with staging() as other:
        assert names(tmp_path) == [other.name]
    assert names(tmp_path) == []


# --- finished -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("one_after_the_other")
def test_without_an_exchange_in_one_step_outputs_are_replaced_all_the_same(tmp_path):
    for text in ("first", "second", "third"):
        put(tmp_path / "out", text)
        assert (tmp_path / "out" / "table.csv").read_text() == text
        assert names(tmp_path) == ["out"]


@pytest.mark.usefixtures("one_after_the_other")
@pytest.mark.parametrize(("at", "whole"), [("new", "earlier"), ("out", "earlier"), ("ready", "new")])
def test_the_next_command_finishes_what_was_stopped_between_two_names_and_says_so(
    tmp_path, monkeypatch, capsys, at, whole
):
    put(tmp_path / "out", "earlier")
    killed(tmp_path / "out", monkeypatch, at=at)
    assert (tmp_path / "out").exists() is (at != "ready")
    _finish(["verify", "input", f"--out={tmp_path / 'out'}"])
    assert (tmp_path / "out" / "table.csv").read_text() == whole
    said = capsys.readouterr().err
    assert said.count(f"note: {tmp_path / 'out'}: a command was killed") == (at == "ready")
    _finish(["run", "input", "--out", str(tmp_path / "out")])
    assert capsys.readouterr().err == ""
    put(tmp_path / "out", "next")
    assert names(tmp_path) == ["out"]


@pytest.mark.usefixtures("one_after_the_other")
def test_what_took_the_place_in_the_meantime_stays(tmp_path, monkeypatch):
    put(tmp_path / "out", "earlier")
    killed(tmp_path / "out", monkeypatch, at="ready")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("theirs")
    _finish([str(tmp_path / "out")])
    assert names(tmp_path / "out") == ["letter.txt"]


def test_a_failure_to_exchange_that_no_other_way_would_mend_is_told(tmp_path, monkeypatch):
    put(tmp_path / "out", "earlier")

    def busy(*_):
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(exchange, "_exchanged", busy)
    with pytest.raises(UnusableInputError, match=r"cannot be replaced.*Nothing was changed"):
        put(tmp_path / "out", "new")
    assert (tmp_path / "out" / "table.csv").read_text() == "earlier"
    assert names(tmp_path) == ["out"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system with renameat2 or renameatx_np")
def test_where_the_system_offers_it_names_are_exchanged_in_one_step(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    assert exchange._exchanged(tmp_path / "one", tmp_path / "other")
    assert (names(tmp_path / "one"), names(tmp_path / "other")) == (["other"], ["one"])
    with pytest.raises(FileNotFoundError):
        exchange._exchanged(tmp_path / "one", tmp_path / "none")


def test_a_batch_that_is_exported_is_its_owners_alone(tmp_path, empty_book):
    from books import NOW, clerk

    from tengbol.book.batches import batch

    shutil.copy(empty_book, tmp_path / "book")
    store = opened(f"sqlite:///{tmp_path / 'book'}", tmp_path, home())
    batch(store, clerk(), as_of=NOW)
    for folder in export_batch(store, tmp_path / "past", 1, "C1"):
        assert {mode(path) for path in folder.iterdir()} == {"600"}
        assert mode(folder) == "700"
    store.close()
