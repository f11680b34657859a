"""How many threads polars starts, one where there is little to share out, and how it keeps memory.

Whoever calls has the last word.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from books import home
from small import AS_OF, SEED, writ, write_tables

from tengbol.cli import threads

CHILD = """
import sys
from tengbol.cli import main
try:
    main()
finally:
    import polars
    print("\\n", polars.thread_pool_size(), file=sys.stderr)
"""
MEBIBYTE = 1 << 20


@pytest.fixture
def unsaid(monkeypatch):
    # Set first, so that what a test sets is taken back.
    monkeypatch.setenv("POLARS_MAX_THREADS", "2")
    monkeypatch.delenv("POLARS_MAX_THREADS")


def started(*arguments, said=None):
    """Threads of a command in a process of its own."""
    environment = {name: text for name, text in os.environ.items() if name != "POLARS_MAX_THREADS"}
    environment |= {} if said is None else {"POLARS_MAX_THREADS": said}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *map(str, arguments)], capture_output=True, text=True, check=False,
        env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return int(done.stderr.split()[-1])


def test_a_small_chamber_is_run_and_verified_by_one_thread_unless_another_number_is_asked_for(tmp_path):
    source = write_tables(tmp_path / "in", **home(writs=[writ("W1")]))
    run = ("run", source, "--as-of", AS_OF, "--seed", SEED, "--out")
    assert started(*run, tmp_path / "one") == 1
    assert started(*run, tmp_path / "three", said="3") == 3
    assert started("verify", source, tmp_path / "one") == 1


@pytest.mark.parametrize(("size", "said"), [(2 * MEBIBYTE - 1, "1"), (2 * MEBIBYTE, None)])
@pytest.mark.parametrize("folder", [True, False])
def test_tables_are_small_below_so_many_bytes_in_all(size, said, folder, tmp_path, unsaid):
    place = tmp_path / "in"
    if folder:
        place.mkdir()
        (place / "writs.csv").write_bytes(b"w" * (size - 10))
        (place / "ledger.csv").write_bytes(b"l" * 10)
    else:
        place.write_bytes(b"w" * size)
    threads.one_below(2, place)
    assert os.environ.get("POLARS_MAX_THREADS") == said


def test_where_nothing_can_be_read_nothing_is_said(tmp_path, unsaid):
    threads.one_below(2, tmp_path / "nothing")
    assert "POLARS_MAX_THREADS" not in os.environ


@pytest.mark.parametrize("said", [None, "narenas:2"])
def test_verify_keeps_memory_in_one_place_unless_whoever_calls_says_otherwise(said, monkeypatch):
    monkeypatch.setenv("_RJEM_MALLOC_CONF", said or "")
    if said is None:
        monkeypatch.delenv("_RJEM_MALLOC_CONF")
    threads.keep_memory()
    assert os.environ["_RJEM_MALLOC_CONF"].partition(",")[0] == (said or "narenas:1")


def test_memory_is_kept_so_before_polars_is_loaded(tmp_path):
    source = write_tables(tmp_path / "in", **home(writs=[writ("W1")]))
    started("run", source, "--as-of", AS_OF, "--seed", SEED, "--out", tmp_path / "out")
    environment = {name: text for name, text in os.environ.items() if name != "_RJEM_MALLOC_CONF"}
    child = CHILD.replace("polars.thread_pool_size()", "__import__('os').environ['_RJEM_MALLOC_CONF']")
    done = subprocess.run(
        [sys.executable, "-c", child, "verify", source, tmp_path / "out"], capture_output=True, text=True, check=True,
        env=environment,
    )  # fmt: skip
    # What polars says by itself comes first, so it was asked when ours was there already.
    assert done.stderr.split()[-1].endswith(",muzzy_decay_ms:1000,narenas:1,oversize_threshold:0,dirty_decay_ms:3000")
