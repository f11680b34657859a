"""The floor under the command: the files it reads, read by polars, and those it writes, written by polars, with nothing
between. `python -m benchmarks.floor INPUT RESULT OUT` prints the seconds of it.

The tables to write are loaded before the clock runs, and Python's start and imports are not counted: all that could be
held in the command's favour is left out. The tables are those of a result of the command on the same input.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from benchmarks.measure import measured
from benchmarks.timed import Timed, timed

if TYPE_CHECKING:
    from collections.abc import Sequence


def floor(name: str, source: Path, result: Path, out: Path, runs: int) -> Timed:
    """Measure the floor of `tengbol run source --out result`, writing to `out`."""
    command = [sys.executable, "-m", "benchmarks.floor", source, result, out]
    each = [measured(command, cwd=Path(__file__).parents[1]) for _ in range(runs)]
    return timed(name, each, seconds=[json.loads(run.said)["seconds"] for run in each if not run.exit_code])


_READ: Final = {
    # As the command does, so that nothing is guessed and no leading zero is lost.
    ".csv": lambda path: pl.read_csv(path, infer_schema=False),
    ".parquet": pl.read_parquet,
}


def main(arguments: Sequence[str]) -> None:
    """Read the input and write the result's tables, and say how long it took."""
    source, result, out = map(Path, arguments)
    out.mkdir(parents=True, exist_ok=True)
    tables = {path.stem: pl.read_parquet(path) for path in sorted(result.glob("*.parquet"))}
    start = time.perf_counter()
    for path in sorted(source.iterdir()):
        if path.suffix in _READ:
            _READ[path.suffix](path)
    for name, table in tables.items():
        table.write_csv(out / f"{name}.csv")
        table.write_parquet(out / f"{name}.parquet")
    print(json.dumps({"seconds": time.perf_counter() - start}))


if __name__ == "__main__":
    main(sys.argv[1:])
