"""The book under force: killed at random moments, two batches at once. On both stores.

Long (`-m soak`); `TENGBOL_TRIALS` sets how many kills (200), and a quarter of that many batches two at once.
"""

from __future__ import annotations

import os
import random
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest
from book_trials import Worker, folder_of, refuse_unsound
from books import batch, clerk

from tengbol.book.access import open_book
from tengbol.book.importing import import_tables
from tengbol.book.opening import init

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.soak

TRIALS = int(os.environ.get("TENGBOL_TRIALS", "200"))
START = datetime(2026, 11, 23, 9)


def moment(number: int) -> str:
    """Of a batch: a minute after the one before."""
    return (START + timedelta(minutes=number)).isoformat()


def names(number: int, count: int) -> list[str]:
    return [f"W{number:03d}-{place:03d}" for place in range(count)]


def test_killed_at_any_moment_it_opens_audits_clean_and_the_next_batch_finishes(url: str, tmp_path: Path) -> None:
    """Each time another folder is imported and distributed, and the process killed somewhere in that."""
    draws = random.Random(7)
    init(url, clerk())[0].close()
    whole, killed, tried = 1.0, 0, 0
    where: dict[str, int] = {}
    known = 0
    while killed < TRIALS:
        tried += 1
        assert tried < 5 * TRIALS, "it is nearly always done before it is killed"
        source = folder_of(tmp_path / f"in{tried}", names(tried, 150))
        worker = Worker()
        start = time.monotonic()
        worker.begin(
            ["book", "import", source, "--book", url, "--by", "clerk"],
            [
                "book",
                "batch",
                "--book",
                url,
                "--by",
                "clerk",
                "--as-of",
                moment(2 * tried),
                "--document",
                "a day of the past",
                "--wait",
                "60",
            ],
        )
        if tried > 2:
            time.sleep(draws.uniform(0, whole))
            worker.kill()
        told = worker.end(2)
        ran = time.monotonic() - start
        worker.stop()
        assert all(code == 0 for code, _ in told), told
        if len(told) == 2:
            whole = 0.5 * whole + 0.5 * ran if tried > 2 else ran
        else:
            killed += 1
        store = open_book(url)
        counted = refuse_unsound(store)
        seen = counted.total()
        assert seen in (known, known + 150), "a folder came in by half"
        assert counted["assigned"] in (known, seen), "a batch came in by half"
        begun = store.frame("SELECT what FROM events ORDER BY seq DESC LIMIT 1", {"what": pl.String()})["what"][0]
        place = f"{len(told)} commands done, last event: {begun}"
        where[place] = where.get(place, 0) + (len(told) < 2)
        import_tables(store, source, clerk())
        made = batch(store, clerk(), as_of=START + timedelta(minutes=2 * tried + 1), wait=60.0)
        assert (made.result is None) == (counted["assigned"] == known + 150)
        known += 150
        assert refuse_unsound(store) == {"assigned": known}
        store.close()
    print(f"\n{killed} kills, {tried} tries; where: {where}")


def test_two_batches_at_once_never_assign_a_writ_twice_nor_wait_for_ever(url: str, tmp_path: Path) -> None:
    """One waits for the other, or is told that it runs; by turns, and each time two processes begin together."""
    init(url, clerk())[0].close()
    pair = [Worker(), Worker()]
    outcomes: dict[str, int] = {}
    rounds = max(1, TRIALS // 4)
    try:
        for number in range(rounds):
            store = open_book(url)
            import_tables(store, folder_of(tmp_path / f"in{number}", names(number, 100)), clerk())
            store.close()
            patience = "60" if number % 2 else "0"
            start = time.monotonic()
            for worker in pair:
                worker.begin(
                    [
                        "book",
                        "batch",
                        "--book",
                        url,
                        "--by",
                        "clerk",
                        "--as-of",
                        moment(number),
                        "--document",
                        "a past day",
                        "--wait",
                        patience,
                    ]
                )
            told = [worker.end()[0] for worker in pair]
            assert time.monotonic() - start < 60, "one waited for ever"
            for code, said in told:
                busy = "a batch is being made by" in said and "process" in said
                assert code == 0 or (code == 4 and busy and patience == "0"), said
                kind = "told who runs" if busy else "found nothing to do" if "Nothing is" in said else "distributed"
                outcomes[f"--wait {patience}: {kind}"] = outcomes.get(f"--wait {patience}: {kind}", 0) + 1
            store = open_book(url)
            assert refuse_unsound(store) == {"assigned": 100 * (number + 1)}
            store.close()
    finally:
        for worker in pair:
            worker.stop()
    assert sum(count for kind, count in outcomes.items() if "distributed" in kind) == rounds
    print(f"\n{rounds} rounds: {outcomes}")
