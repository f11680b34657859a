"""How many threads polars starts: one where there is little to share out; whoever calls has the last word."""

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
