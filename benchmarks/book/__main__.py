"""Fill a book and measure, each command in a process of its own: seconds, seconds of user and system, peak memory.

`python -m benchmarks.book URL [--past N] [--pending N]`; URL is a SQLite path or postgresql+psycopg://….
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from benchmarks.book.fill import fill
from tengbol.book.acts import Hand
from tengbol.book.importing import import_tables
from tengbol.book.store import open_book, url_from


def main() -> None:
    """Fill, then measure."""
    asked = argparse.ArgumentParser(prog="benchmarks.book")
    asked.add_argument("url")
    asked.add_argument("--past", type=int, default=1_000_000)
    asked.add_argument("--pending", type=int, default=10_000)
    asked.add_argument("--filled", action="store_true", help="the book is there already")
    given = asked.parse_args()
    url = url_from(given.url)
    if not given.filled:
        start = time.perf_counter()
        fill(url, past=given.past, pending=given.pending).close()
        print(f"filled in {time.perf_counter() - start:.1f} s", flush=True)
    for name in ("U1", "U2", "U3"):
        urgent(url, name)
        measured("urgent writ", url, "assign", name, "--as-of", "2026-11-23T17:00:00")
    measured("batch", url, "batch", "--as-of", "2026-11-23T18:00:00")
    measured("due", url, "due", "--as-of", "2026-11-24")
    measured("audit", url, "audit")


def urgent(url: str, writ_id: str) -> None:
    """Let an immediate writ wait."""
    store = open_book(url)
    row = store.frame("SELECT district_id FROM districts WHERE until IS NULL ORDER BY 1 LIMIT 1", {"d": pl.String()})[
        "d"
    ][0]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "in"
        place.mkdir()
        cells = {
            "writ_id": writ_id, "received_at": "2026-11-23T09:00:00", "form": "electronic", "issued_by": "Court",
            "number": "1", "issued_on": "2026-11-20", "subject": "Debt", "claim": "money", "amount": "5",
            "creditor_id": "c", "creditor_kind": "individual", "debtor_id": f"debtor of {writ_id}",
            "debtor_district_id": row, "case_id": None, "immediate": "true", "state_interest": "false",
            "signature": "valid", "original_attached": None, "origin": "new", "previous_enforcer_id": None,
        }  # fmt: skip
        pl.DataFrame([cells]).write_csv(place / "writs.csv")
        import_tables(store, place, Hand("benchmark"))
    store.close()


def measured(what: str, url: str, *words: str) -> None:
    """Run a command of the book and print what it took."""
    start = time.perf_counter()
    command = [sys.executable, "-c", "from tengbol.cli import main; main()", "book", *words, "--book", url]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    print(
        f"{what}: {seconds:.2f} s, {used.ru_utime + used.ru_stime:.2f} s of processor, {used.ru_maxrss / 1024:.0f} MB, "
        f"exit {os.waitstatus_to_exitcode(status)}; {said.splitlines()[0] if said else ''}",
        flush=True,
    )


if __name__ == "__main__":
    main()
