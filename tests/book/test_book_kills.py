"""Killed in the middle of an import or a batch, and two at once: nothing is lost or given twice, on both stores."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from books import NOW, batch, clerk, home, opened, take
from small import enforcer, writ, write_tables

from tengbol.book.access import connect
from tengbol.book.acts import events
from tengbol.book.audit import audit
from tengbol.book.importing import import_tables
from tengbol.book.kept import held

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tengbol.book.store import Store

pytestmark = pytest.mark.stores

CHILD = Path(__file__).parents[1] / "support" / "book_child.py"


def child(url, what, given, last=0):
    command = [sys.executable, str(CHILD), url, what, str(given), str(last)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def intact(store: Store, expected: set[str]) -> None:
    """Audits clean; every writ expected is there, in one state, and if assigned then by one open proceeding."""
    found = audit(store)
    assert found.ok, str(found)
    states = held(store, "states")
    assert set(states["writ_id"]) == expected
    assert states["writ_id"].is_unique().all()
    assigned = states.filter(state="assigned")["writ_id"].sort()
    given = held(store, "assignments")["writ_id"].sort()
    assert given.to_list() == assigned.to_list()
    assert held(store, "ledger", "t.closed_at IS NULL")["writ_id"].sort().to_list() == assigned.to_list()
    received = held(store, "balances")["received"].sum()
    assert received == assigned.len()


def killed(url: str, folder: Path, places: Sequence[float]) -> None:
    """For each place an import and a batch, each killed at that part of its statements, then done again to its end."""
    store = opened(url, folder)
    expected = {f"W{n}" for n in range(6)}
    statements: dict[str, int] = {}
    for number, place in enumerate((None, *places)):
        at = NOW + dt.timedelta(minutes=number)
        new = [writ(f"R{number}-{n}") for n in range(40)]
        source = write_tables(folder / f"in{number}", enforcers=[enforcer(f"E{n}") for n in range(1, 4)], writs=new)
        (source / "districts.csv").unlink()
        ids = {row["writ_id"] for row in new}
        for what, given in (("import", source), ("batch", at.isoformat())):
            # The first round ends by itself and tells how many statements there are; a later one has one or two less.
            last = 0 if place is None else int(place * (statements[what] - 2))
            process = child(url, what, given, last)
            said, _ = process.communicate()
            if place is None:
                statements[what] = int(said.split()[-1])
            else:
                assert said.split() == ["begins"], f"it outlived statement {last} of {statements[what]}"
            there = set(held(store, "states")["writ_id"])
            assert there in (expected, expected | ids), "an import is whole or not at all"
            intact(store, there)
            if what == "import":
                import_tables(store, source, clerk())
                expected |= ids
        batch(store, clerk(), as_of=at)
        intact(store, expected)
        assert set(held(store, "states")["state"]) == {"assigned"}, "the next batch finishes the work"
    store.close()


def test_killed_under_its_statements_a_book_is_as_before_or_as_after(url, tmp_path):
    killed(url, tmp_path, [0.8])


@pytest.mark.soak
def test_so_it_is_wherever_it_is_killed(url, tmp_path):
    killed(url, tmp_path, [0.1, 0.3, 0.5, 0.7, 0.9, 1.0])


def worker(url: str, rounds: int, barrier, said) -> None:
    """One of two who start a batch at the same time, again and again."""
    store = connect(url)
    for number in range(rounds):
        barrier.wait()
        said.put((number, batch(store, clerk(), as_of=NOW + dt.timedelta(minutes=number), wait=60).number))
        barrier.wait()


def together(url: str, folder: Path, rounds: int) -> None:
    """Two processes, `rounds` batches at the same time: one makes it, the other finds nothing to do."""
    store = opened(url, folder)
    expected = {f"W{n}" for n in range(6)}
    spawned = multiprocessing.get_context("spawn")
    barrier, said = spawned.Barrier(3), spawned.Queue()
    pair = [spawned.Process(target=worker, args=(url, rounds, barrier, said), daemon=True) for _ in range(2)]
    for process in pair:
        process.start()
    for number in range(rounds):
        new = [writ(f"R{number}-{n}") for n in range(10)]
        take(store, folder, None, **home(writs=new))
        expected |= {row["writ_id"] for row in new}
        barrier.wait(60)
        barrier.wait(60)
        results = sorted((said.get(timeout=60), said.get(timeout=60)), key=str)
        assert results == [(number, number + 1), (number, None)]
        intact(store, expected)
    for process in pair:
        process.join(60)
    assert events(store, "what = 'batch'").height == rounds


def test_two_processes_that_start_a_batch_together_give_every_writ_once(url, tmp_path):
    together(url, tmp_path, 3)
