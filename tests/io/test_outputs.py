"""An output never costs an input: where each command may write, told by path and by what lies there."""

from __future__ import annotations

import gc
import gzip
import json
import os
import subprocess
from pathlib import Path

import pytest
from listening import invoked
from small import district, enforcer, writ, write_tables

from tengbol.errors import UnusableInputError
from tengbol.io.kinds import BACKUP, CALLED, DEMO, PAGE, PUBLIC, RESULT
from tengbol.io.outputs import Output, refuse_over, refuse_unless_replaceable
from tengbol.io.whole import create, put_file
from tengbol.io.write import write_files

AS_OF = ("--as-of", "2026-11-23T18:00:00")
KEY = "ab" * 32


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def put(out: Path, kind: str = RESULT, **told) -> None:
    files = {"table.csv": (b"id\n1\n", 1)}
    write_files(Output(out, kind), files, lambda outputs: {**told, "outputs": outputs})


# --- what an output may not touch ----------------------------------------------------------------


@pytest.fixture
def around(tmp_path):
    """A chamber's folder: tables, a key, a book, links to them, and an earlier result whose balances are read again."""
    here = tmp_path / "chamber"
    write_tables(here / "in", districts=[district("D1")], enforcers=[enforcer("E1")], writs=[writ("W1")])
    for name in ("chamber.key", "my.book", "last/balances.csv", "far/key"):
        (here / name).parent.mkdir(exist_ok=True)
        (here / name).write_text(name)
    (here / "key-link").symlink_to("far/key")
    (here / "in-link").symlink_to("in")
    (here / "key-twin").hardlink_to(here / "chamber.key")
    (here / "in" / "balances.csv").symlink_to("../last/balances.csv")
    return here


@pytest.mark.parametrize(
    ("out", "spared", "how"),
    [
        ("in", "in", "is the thing itself"),
        ("in/../in/.", "in", "is the thing itself"),
        ("in-link", "in", "is the thing itself"),
        ("in", "in-link", "is the thing itself"),
        ("chamber.key", "chamber.key", "is the thing itself"),
        ("key-twin", "chamber.key", "is the thing itself"),
        ("far/key", "key-link", "is the thing itself"),
        ("key-link", "far/key", "is the thing itself"),
        ("in/out", "in", "lies inside the thing"),
        ("in-link/new/deeper", "in", "lies inside the thing"),
        ("in/writs.csv", "in-link", "lies inside the thing"),
        (".", "in", "holds the thing"),
        ("..", "chamber.key", "holds the thing"),
        ("far", "key-link", "holds the thing"),
        ("last", "in", "holds the thing"),
        ("my.book-WAL", "my.book-wal", "is the thing itself"),
    ],
)
def test_an_output_is_not_in_any_way_what_is_read(around, out, spared, how):
    with pytest.raises(UnusableInputError, match=how) as refusal:
        refuse_over(around / out, {"the thing": around / spared, "nothing": None})
    assert str(around / out) in str(refusal.value)
    assert str(around / spared) in str(refusal.value)


@pytest.mark.parametrize("out", ["out", "inn", "far/other", "key-other", "my.book.jsonl"])
def test_beside_what_is_read_there_is_room(around, out):
    spared = {"in": around / "in", "key": around / "key-link", "book": around / "my.book", "new": around / "none/yet"}
    refuse_over(around / out, spared)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can mount")
def test_a_folder_that_is_bound_to_a_second_place_is_the_same_folder(around):
    second = around / "second"
    second.mkdir()
    if subprocess.run(
        ["mount", "--bind", str(around / "in"), str(second)], capture_output=True, check=False
    ).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        for out, spared in (("second", "in"), ("second/new", "in"), ("in", "second"), ("in", "second/writs.csv")):
            with pytest.raises(UnusableInputError, match=f"{out}: (is|lies|holds)"):
                refuse_over(around / out, {"the input": around / spared})
    finally:
        subprocess.run(["umount", str(second)], check=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """What commands read, once each: tables, key, settings, scenario, distances, a result, a book and its export."""
    here = tmp_path_factory.mktemp("made")
    write_tables(here / "in", districts=[district("D1")], enforcers=[enforcer("E1")], writs=[writ("W1")])
    (here / "chamber.key").write_text(KEY)
    (here / "chamber.key").chmod(0o600)
    (here / "settings.toml").write_text("")
    (here / "scenario.toml").write_text('base = "in"\nas_of = 2026-11-23T18:00:00\n')
    (here / "book.toml").write_text('base = "sqlite:///my.book"\nas_of = 2026-11-23T18:00:00\n')
    (here / "km.csv").write_text("district_id,other_district_id,km\n")
    for words in (
        ("run", "in", "--out", "result", *AS_OF, "--key", "chamber.key"),
        ("book", "init", "--book", "my.book"),
        ("book", "import", "in", "--book", "my.book"),
        ("book", "export", "export", "--book", "my.book"),
    ):
        assert invoke(here, *words).exit_code == 0, words
    # A command ends with its process, which these have not: the last to close a book brings its file up to date.
    gc.collect()
    return here


def invoke(folder: Path, *words: str):
    before = Path.cwd()
    os.chdir(folder)
    try:
        return invoked(list(words))
    finally:
        os.chdir(before)


RUN = ("run", "in", *AS_OF, "--key", "chamber.key", "--config", "settings.toml")
PLAN = ("plan", "in", *AS_OF, "--distances", "km.csv", "--config", "settings.toml")
REPORT = ("report", "result", "--input", "in")
PUBLIC_OF_RESULT = ("public", "write", "in", "result", "--key", "chamber.key")
WHATIF = ("whatif", "scenario.toml", "--config", "settings.toml")


@pytest.mark.parametrize(
    ("words", "outs"),
    [
        (RUN, ("in", "in/new", ".", "chamber.key", "settings.toml", "export")),
        (("run", "export", *AS_OF), ("export", "export/new")),
        (PLAN, ("in", "in/new", ".", "km.csv", "settings.toml", "export", "result")),
        (WHATIF, ("in", "in/new", ".", "scenario.toml", "settings.toml", "export", "result")),
        (("whatif", "book.toml"), ("my.book", "my.book-wal", ".")),
        (REPORT, ("in", "result", "result/new", ".", "export")),
        (("report", "my.book"), ("my.book", "my.book-shm", ".")),
        (PUBLIC_OF_RESULT, ("in/new", "in/writs.csv", "result/new", "result/manifest.json", "chamber.key", "my.book")),
        (("public", "write", "my.book"), ("my.book", "my.book-wal", "my.book-journal", "chamber.key", "/dev/null")),
        (("demo",), ("in", "result", "export", ".", "chamber.key")),
        (("book", "export", "--book", "my.book"), ("my.book", "my.book-wal", ".", "in", "result")),
    ],
    ids=lambda value: " ".join(value[:2]) if value[0].isalpha() else None,
)
def test_no_command_writes_over_what_it_reads_or_over_another_kind(made, words, outs):
    before = everything(made)
    for out in outs:
        by_word = [out] if words[0] in ("demo", "book") else ["--out", out]
        done = invoke(made, *words, *by_word)
        assert isinstance(done.exception, UnusableInputError), (words, out, done.output)
        assert str(done.exception).startswith(f"{out}: "), done.exception
        after = everything(made)
        assert {name: after[name] for name in before if "book-" not in name} == {
            name: content for name, content in before.items() if "book-" not in name
        }


def test_a_batch_is_not_exported_over_tables_of_the_book(made):
    folder = made / "past"
    assert invoke(made, "book", "batch", "--book", "my.book", *AS_OF, "--document", "a past day").exit_code == 0
    assert invoke(made, "book", "export", "past/input", "--book", "my.book").exit_code == 0
    before = everything(folder)
    done = invoke(made, "book", "export", "past", "--book", "my.book", "--batch", "1")
    assert "takes the place of nothing but an exported batch's input" in str(done.exception)
    assert everything(folder) == before


# --- kinds ----------------------------------------------------------------------------------------

FIRST_VERSION = {
    "result": {"batch_id": "b", "status_total": "optimal", "book": {"number": 1, "input_digest": "0"}},
    "plan": {"asked": {"keep": 1}, "attachments": 2, "status": "optimal"},
    "whatif": {"scenario": {"file": "s"}, "lot_seeds": []},
    "report": {"batches": []},
    "export": {"book": {"event": 3, "hash": "0"}},
    "batch_input": {"book": {"batch_id": "b", "input_digest": "0"}},
}
FOLDERS = [kind for kind in CALLED if kind not in (PUBLIC, PAGE, BACKUP)]


@pytest.mark.parametrize(
    ("kind", "first"),
    [*((kind, False) for kind in FOLDERS), *((kind, True) for kind in (*FIRST_VERSION, DEMO))],
    ids=lambda value: value if isinstance(value, str) else "of 0.1.0" if value else "with its kind",
)
def test_only_its_own_kind_takes_the_place_of_an_output(tmp_path, kind, first):
    out = tmp_path / "out"
    put(out, kind, **FIRST_VERSION.get(kind, {}))
    if first:
        if kind == "demo":
            (out / "manifest.json").unlink()
            (out / "table.csv").rename(out / "demo.txt")
            (out / "demo.txt").write_text("A demo of tengbol: a chamber.\n")
        else:
            told = json.loads((out / "manifest.json").read_text())
            kept = {name: value for name, value in told.items() if name != "kind" or kind == "report"}
            (out / "manifest.json").write_text(json.dumps(kept))
    before = everything(out)
    for other in FOLDERS:
        if other != kind:
            with pytest.raises(UnusableInputError, match=f"holds an? {CALLED[kind]}, and an? {CALLED[other]} takes"):
                put(out, other)
            assert everything(out) == before
    put(out, kind, new=True)
    assert json.loads((out / "manifest.json").read_text()) | {"outputs": {}} == {
        "kind": kind,
        "new": True,
        "outputs": {},
    }


@pytest.mark.parametrize("told", ["{", "[]", "{}", '{"kind": "result"}', '{"kind": "photos", "outputs": {"a": 1}}'])
def test_a_folder_whose_manifest_does_not_tell_its_kind_is_nobodys(tmp_path, told):
    (tmp_path / "manifest.json").write_text(told)
    with pytest.raises(UnusableInputError, match="holds no earlier result"):
        put(tmp_path)
    assert everything(tmp_path) == {"manifest.json": told.encode()}


def test_a_folder_that_bears_the_name_of_a_file_of_a_result_is_not_lost(tmp_path):
    put(tmp_path / "out")
    (tmp_path / "out" / "table.csv").unlink()
    (tmp_path / "out" / "table.csv").mkdir()
    with pytest.raises(UnusableInputError, match=r"holds 'table\.csv'"):
        put(tmp_path / "out")


PUBLISHED = b'{"commitment":null,"format":"tengbol public report 1","link":"0","opening":[]}\n'


def publish(out: Path) -> None:
    def fill(new: Path) -> None:
        with create(new) as file:
            file.write(PUBLISHED)

    put_file(Output(out, PUBLIC), fill)


@pytest.mark.parametrize("earlier", [PUBLISHED, gzip.compress(PUBLISHED), b""], ids=["lines", "gzipped", "empty"])
def test_a_public_file_takes_the_place_of_a_public_file(tmp_path, earlier):
    (tmp_path / "public").write_bytes(earlier)
    publish(tmp_path / "public")
    assert everything(tmp_path) == {"public": PUBLISHED}


@pytest.mark.parametrize(
    "earlier",
    [
        KEY.encode(),
        b"{}",
        b"SQLite format 3\0" + PUBLISHED,
        b"\x1f\x8bnot gzip",
        gzip.compress(b"{}"),
        b"\n" + PUBLISHED,
    ],
    ids=["key", "object", "book", "no gzip", "other gzip", "empty line"],
)
def test_a_public_file_takes_the_place_of_no_other_file(tmp_path, earlier):
    (tmp_path / "theirs").write_bytes(earlier)
    with pytest.raises(UnusableInputError, match="is no public report, so it would be lost"):
        publish(tmp_path / "theirs")
    assert everything(tmp_path) == {"theirs": earlier}


def test_a_public_file_takes_the_place_of_no_pipe_and_waits_for_none(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnusableInputError, match="is no public report"):
        publish(tmp_path / "pipe")
    assert (tmp_path / "pipe").is_fifo()


def test_the_question_is_asked_again_before_the_names_are_exchanged(tmp_path):
    """Whatever was put there while the result was made is not lost."""
    out = tmp_path / "out"

    def meanwhile(outputs):
        out.mkdir()
        (out / "letter.txt").write_text("theirs")
        return {"outputs": outputs}

    with pytest.raises(UnusableInputError, match="holds no earlier result"):
        write_files(Output(out, RESULT), {"table.csv": (b"", 0)}, meanwhile)
    assert everything(tmp_path) == {"out/letter.txt": b"theirs"}
    refuse_unless_replaceable(Output(tmp_path / "free", RESULT))
