"""A result is on disk whole or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tengbol.errors import UnusableInputError
from tengbol.io import exchange, write
from tengbol.io.hashing import sha256_of
from tengbol.io.kinds import RESULT
from tengbol.io.outputs import Output, refuse_unless_replaceable
from tengbol.io.write import csv_bytes, excel_text, parquet_bytes, write_whole

FRAME = pl.DataFrame(
    {
        "writ_id": ["0001", 'a "b", c', None],
        "day": [dt.date(2026, 11, 23), None, None],
        "moment": [dt.datetime(2026, 11, 23, 9, 30), dt.datetime(2026, 11, 23, 9, 30, 0, 500_000), None],
        "share": pl.Series([Decimal("6.333333333"), Decimal(7), None], dtype=pl.Decimal(38, 9)),
        "immediate": [True, False, None],
        "count": [1, 2, None],
    }
)
TABLES = {"assignments": FRAME, "balances": FRAME.head(1)}


def put(out: Path, tables=TABLES, **words) -> None:
    write_whole(
        Output(out, RESULT), tables, {"summary.html": "<p>Тең</p>"}, lambda outputs: {"outputs": outputs, **words}
    )


def everything(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else b"" for p in sorted(folder.rglob("*"))}


def test_csv_is_the_contracts():
    assert csv_bytes(FRAME).decode() == (
        "writ_id,day,moment,share,immediate,count\n"
        "0001,2026-11-23,2026-11-23T09:30:00,6.333333333,true,1\n"
        '"a ""b"", c",,2026-11-23T09:30:00.500,7.000000000,false,2\n'
        ",,,,,\n"
    )


def test_excel_in_russian_opens_a_table_by_a_double_click():
    text = excel_text(FRAME.select("writ_id", "day", "share"))
    assert text.startswith("\ufeffwrit_id;day;share\n")
    assert text.splitlines()[1] == "0001;23.11.2026;6,333333333"


def test_a_result_with_tables_for_excel_is_verified_like_any(tmp_path):
    from small import district, enforcer, writ, write_tables

    from tengbol.runner import run
    from tengbol.verify import verify

    source = write_tables(tmp_path / "in", districts=[district("D1")], enforcers=[enforcer("E1")], writs=[writ("W1")])
    for excel in (True, False, True):
        run(source, tmp_path / "out", as_of=dt.datetime(2026, 11, 23, 18), seed="01", excel=excel)
        assert (tmp_path / "out" / "assignments.excel.csv").exists() == excel
        assert verify(source, tmp_path / "out").ok


def test_parquet_keeps_every_type(tmp_path):
    (tmp_path / "x.parquet").write_bytes(parquet_bytes(FRAME))
    assert_frame_equal(pl.read_parquet(tmp_path / "x.parquet"), FRAME)


def test_the_same_rows_give_the_same_bytes_however_memory_holds_them():
    pieces = pl.concat([FRAME[:1], FRAME[1:2], FRAME[2:]], rechunk=False)
    assert parquet_bytes(pieces) == parquet_bytes(FRAME)
    assert csv_bytes(pieces) == csv_bytes(FRAME)


def test_a_result_is_tables_texts_and_a_manifest_that_vouches_for_them(tmp_path):
    out = tmp_path / "a" / "b"
    put(out, zeta=1, alpha="ә")
    assert sorted(everything(out)) == [
        *("assignments.csv", "assignments.parquet", "balances.csv", "balances.parquet"),
        *("manifest.json", "summary.html"),
    ]
    text = (out / "manifest.json").read_text(encoding="utf-8")
    assert text.index("alpha") < text.index("outputs") < text.index("zeta")
    assert '"ә"' in text
    outputs = json.loads(text)["outputs"]
    assert outputs["assignments.csv"]["rows"] == 3
    assert outputs["summary.html"]["rows"] is None
    for name, entry in outputs.items():
        assert entry["sha256"] == hashlib.sha256((out / name).read_bytes()).hexdigest() == sha256_of(out / name)


def test_two_writings_of_one_result_are_the_same_bytes(tmp_path):
    put(tmp_path / "one")
    put(tmp_path / "two")
    assert everything(tmp_path / "one") == everything(tmp_path / "two")


def test_nothing_is_left_beside_the_result(tmp_path):
    put(tmp_path / "out")
    put(tmp_path / "out")
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_is_replaced(tmp_path):
    (tmp_path / "out").mkdir()
    put(tmp_path / "out")
    assert (tmp_path / "out" / "manifest.json").exists()


def test_an_earlier_result_is_replaced_whole(tmp_path):
    put(tmp_path / "out", {"whatif": FRAME, **TABLES})
    put(tmp_path / "out", {"balances": FRAME})
    assert sorted(everything(tmp_path / "out")) == [
        "balances.csv",
        "balances.parquet",
        "manifest.json",
        "summary.html",
    ]


def test_an_earlier_result_with_a_lost_file_is_replaced_but_not_one_that_cannot_be_told(tmp_path):
    put(tmp_path / "out")
    (tmp_path / "out" / "balances.csv").unlink()
    put(tmp_path / "out")
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["outputs"]["balances.csv"]["rows"] == 1
    (tmp_path / "out" / "manifest.json").write_text("{")
    with pytest.raises(UnusableInputError, match="holds no earlier result"):
        put(tmp_path / "out")


@pytest.mark.parametrize("names", [["letter.txt"], ["manifest.json", "letter.txt"], ["manifest.json", "photos/"]])
def test_a_folder_with_anything_else_is_left_alone(tmp_path, names):
    out = tmp_path / "out"
    out.mkdir()
    for name in names:
        (out / name).mkdir() if name.endswith("/") else (out / name).write_text("mine")
    before = everything(tmp_path)
    with pytest.raises(UnusableInputError, match=r"give (a new|another)|move it away"):
        put(out)
    assert everything(tmp_path) == before


def test_a_file_in_the_folders_place_or_on_the_way_is_refused(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UnusableInputError, match="is a file, not a folder"):
        put(tmp_path / "file")
    with pytest.raises(UnusableInputError, match="a part of its path is a file"):
        put(tmp_path / "file" / "below" / "out")
    assert everything(tmp_path) == {"file": b"mine"}


def test_the_question_can_be_asked_before_the_work(tmp_path):
    refuse_unless_replaceable(Output(tmp_path / "new", RESULT))
    refuse_unless_replaceable(Output(tmp_path, RESULT))
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(UnusableInputError, match=r"no manifest\.json"):
        refuse_unless_replaceable(Output(tmp_path, RESULT))


@pytest.mark.parametrize("failing", ["assignments.csv", "balances.parquet", "summary.html", "manifest.json"])
@pytest.mark.parametrize("earlier", [False, True])
def test_a_disk_that_is_full_at_any_file_leaves_all_as_it_was(tmp_path, monkeypatch, failing, earlier):
    out = tmp_path / "a" / "out"
    if earlier:
        put(out, {"balances": FRAME})
    before = everything(tmp_path)
    whole = write._written

    def full(path, *content):
        if path.name == failing:
            path.write_bytes(b"begun")
            raise OSError(28, "No space left on device", str(path))
        return whole(path, *content)

    monkeypatch.setattr(write, "_written", full)
    with pytest.raises(UnusableInputError, match=r"there is no more space.*Nothing was changed"):
        put(out)
    assert everything(tmp_path) == before


def test_a_limit_of_the_system_on_files_is_a_clear_message_and_no_half_result(tmp_path):
    """A real refusal by the system, not a pretended one: no file may grow beyond 4 KiB."""
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "import polars as pl\n"
        "from tengbol.errors import UnusableInputError\n"
        "from tengbol.io.outputs import Output\n"
        "from tengbol.io.write import write_whole\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "big = pl.DataFrame({'n': range(100_000)})\n"
        "try:\n"
        "    write_whole(Output(Path(sys.argv[1]), 'result'), {'a': big.head(3), 'b': big}, {}, lambda o: {})\n"
        "except UnusableInputError as error:\n"
        "    sys.exit(str(error))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "out")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "there is no more space" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can mount")
def test_a_disk_that_is_really_full(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        put(disk / "out", {"balances": FRAME})
        before = everything(disk)
        with pytest.raises(UnusableInputError, match="there is no more space"):
            put(disk / "out", {"balances": pl.DataFrame({"n": range(100_000)})})
        assert everything(disk) == before
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_failed_exchange_puts_the_earlier_result_back(tmp_path, monkeypatch):
    put(tmp_path / "out")
    before = everything(tmp_path)
    rename = Path.rename

    def refuse(self, target):
        if self.name == exchange.READY:
            raise OSError(16, "Device or resource busy", str(self))
        return rename(self, target)

    monkeypatch.setattr(exchange, "_exchanged", lambda *_: False)
    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(UnusableInputError, match="Nothing was changed"):
        put(tmp_path / "out", {"balances": FRAME})
    assert everything(tmp_path) == before


def test_an_interruption_leaves_nothing_behind(tmp_path):
    def interrupted(outputs):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(Output(tmp_path / "a" / "out", RESULT), TABLES, {}, interrupted)
    assert list(tmp_path.iterdir()) == []


def test_a_link_to_a_folder_keeps_being_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    put(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "manifest.json").exists()
