"""A lock on a file: one process at a time, told who it is, free as soon as that process ends, however it ends."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tengbol.errors import BusyError, UnusableInputError
from tengbol.io.locking import locked

HOLDING = """
import sys
from pathlib import Path
from tengbol.io.locking import locked
with locked(Path(sys.argv[1]), str):
    print("holds", flush=True)
    sys.stdin.read()
"""


def whose(holder: str) -> BusyError:
    return BusyError("held by {holder}", holder=holder)


def test_a_lock_is_held_by_one_process_and_ends_with_it_though_it_is_killed(tmp_path):
    place = tmp_path / "a.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "holds\n"
        with pytest.raises(BusyError, match=f"held by process {other.pid} on "), locked(place, whose):
            pass
        other.kill()
    with locked(place, whose):
        assert place.stat().st_mode & 0o777 == 0o600


def test_a_shorter_name_in_a_lock_leaves_nothing_of_a_longer_one(tmp_path):
    place = tmp_path / "a.lock"
    place.write_text(" process 99999999999999 on a machine with a long name")
    with locked(place, whose), pytest.raises(BusyError) as refused, locked(place, whose):
        pass
    assert str(refused.value).startswith(f"held by process {os.getpid()} on ")
    assert "long name" not in str(refused.value)


def test_a_lock_that_cannot_be_made_is_told_and_not_a_fault(tmp_path):
    with pytest.raises(UnusableInputError, match="cannot be written"), locked(tmp_path / "none" / "a.lock", whose):
        pass
