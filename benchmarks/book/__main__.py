"""`python -m benchmarks.book`: build the past, measure, print a table; exit code 1 where an aim is missed.

PostgreSQL is one of the benchmark's own, started for it and thrown away. Seconds are wall time from the command to its
exit; other work on the machine lengthens them, so the processor's own seconds stand beside.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.book.measures import Step, copy_of, measure, shortfalls
from benchmarks.book.past import build

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))  # its PostgreSQL is that of the tests


def main() -> int:
    """Run what the options ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.book", description="The chamber's book at scale.")
    parser.add_argument("--past", type=int, default=1_000_000, help="writs already distributed")
    parser.add_argument("--pending", type=int, default=10_000, help="writs that wait")
    parser.add_argument("--runs", type=int, default=1, help="batches, each on a copy of the book")
    parser.add_argument("--stores", nargs="*", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    parser.add_argument("--audit", action="store_true", help="audit the whole book, too")
    options = parser.parse_args()
    progress = Console(stderr=True)

    def say(doing: str) -> None:
        progress.print(doing, style="dim", highlight=False)

    steps: list[Step] = []
    with tempfile.TemporaryDirectory() as room:
        for store in options.stores:
            steps += _measured(store, Path(room) / store, options, say)
    show(steps)
    missed = shortfalls(steps)
    for sentence in missed:
        print("falls short:", sentence)
    return bool(missed)


def _measured(store: str, room: Path, options: argparse.Namespace, say) -> list[Step]:
    room.mkdir()
    if store == "sqlite":
        file = room / "chamber.book"
        past = build(f"sqlite:///{file}", room / "tables", options.past, options.pending, say)
        say(f"{store}: {file.stat().st_size / 1024**2:,.0f} MiB")
        return measure(
            store, past, runs=options.runs, copied=lambda n: f"sqlite:///{copy_of(file, n)}", audit=options.audit
        )
    from books import Server, programs  # pyright: ignore[reportMissingImports]

    found = programs()
    if found is None:
        raise AssertionError("PostgreSQL is not installed")
    server = Server(found, durable=True)
    try:
        past = build(server.new(), room / "tables", options.past, options.pending, say)
        return measure(store, past, runs=options.runs, copied=lambda _: server.copy(past.url), audit=options.audit)
    finally:
        server.stop()


def show(steps: list[Step]) -> None:
    """Print what was measured."""
    table = Table("store", "command", "tries", "seconds", "longest", "CPU seconds", "peak MiB")
    for step in steps:
        table.add_row(
            step.store, step.name, str(len(step.runs)), f"{step.seconds:.2f}",
            f"{max(run.seconds for run in step.runs):.2f}", f"{step.cpu_seconds:.2f}", f"{step.peak / 1024**2:,.0f}",
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 120).print(table)


if __name__ == "__main__":
    sys.exit(main())
