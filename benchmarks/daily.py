"""`python -m benchmarks.daily`: the report on a year kept as daily folders beside that on the same year read as one.

A region's working days (`tengbol.scenarios.stream`), each a folder of Parquet tables with the balances and the ledger
that the day before left, and its result by `tengbol run`. Then, each in a new process, in turn: `tengbol report` of
all folders, and the report on the same record, read as one table of each kind. Both write the same page. Seeds and
recipe are fixed; of CPU seconds only the ratio is to be relied on where others use the cores, too.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import polars as pl

from benchmarks.measure import Measured, measured
from tengbol.model.tables import TABLES
from tengbol.report.alarms import Inputs
from tengbol.report.folders import with_inputs
from tengbol.report.output import write_report
from tengbol.report.record import Record
from tengbol.report.words import Words
from tengbol.runner import run
from tengbol.scenarios.stream import Recipe, draw

if TYPE_CHECKING:
    from collections.abc import Callable

Part = TypeVar("Part", Record, Inputs)

_PAGE: Final = "report.html"
_COMMAND: Final = "from tengbol.cli import main; main()"


def main() -> None:
    """Make the year, measure both, print the ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.daily", description=__doc__)
    parser.add_argument("--enforcers", type=int, default=330)
    parser.add_argument("--writs", type=float, default=400.0, help="mean number of writs a day")
    parser.add_argument("--days", type=int, help="only the first so many")
    parser.add_argument("--runs", type=int, default=3, help="of each, in turn")
    parser.add_argument("--lang", default="ru")
    parser.add_argument("--one", type=Path, nargs=2, metavar=("KEPT", "OUT"), help="only report the year that is kept")
    options = parser.parse_args()
    if options.one:
        kept, out = options.one
        report(kept, out, options.lang)
        return
    recipe = Recipe(enforcers=options.enforcers, writs_a_day=options.writs)
    with tempfile.TemporaryDirectory() as room:
        days = make(recipe, Path(room), options.days, lambda day: print(day, end="\r", file=sys.stderr))
        found = compare(Path(room), options.runs, options.lang)
    cpu = {name: statistics.median(run.cpu_seconds for run in runs) for name, runs in found.items()}
    for name, runs in found.items():
        peak = max(run.peak for run in runs) / 1024**2
        print(f"{days} days, {name}: {cpu[name]:.1f} CPU seconds, {peak:,.0f} MiB, {len(runs)} runs")
    print(f"ratio: {cpu['folders'] / cpu['one']:.2f}")


def make(recipe: Recipe, room: Path, days: int | None = None, say: Callable[[str], object] = str) -> int:
    """Write `room/in/DAY` and `room/out/DAY` of each day, and the record of all in `room/kept`; how many days."""
    stream = draw(recipe)
    waiting, ledger, balances = stream.writs.clear(), stream.chamber.ledger, TABLES["balances"].empty()
    for number, day in enumerate(stream.days[:days], 1):
        chamber = stream.batch(day, waiting=waiting, ledger=ledger, balances=balances)
        name = f"{number:03}"
        say(name)
        (room / "in" / name).mkdir(parents=True)
        for table in TABLES:
            if table == "writs" or getattr(chamber, table).height:
                getattr(chamber, table).write_parquet(room / "in" / name / f"{table}.parquet")
        made, _ = run(room / "in" / name, room / "out" / name, as_of=stream.as_of(day), seed=f"{number:04x}")
        balances = made.balances
        waiting = chamber.writs.join(made.unassigned, on="writ_id", how="semi", maintain_order="left")
        ledger = pl.concat([ledger, stream.opened(day, made.assignments)])
    record, inputs = with_inputs(room / "out", room / "in")
    (room / "kept").mkdir()
    for part in (record, inputs):
        for field in fields(part):
            getattr(part, field.name).write_parquet(room / "kept" / _file(type(part), field.name))
    return record.batches.height


def _file(part: type, name: str) -> str:
    return f"{part.__name__}-{name}.parquet"


def _read(part: type[Part], kept: Path) -> Part:
    return part(**{field.name: pl.read_parquet(kept / _file(part, field.name)) for field in fields(part)})


def report(kept: Path, out: Path, lang: str) -> None:
    """Report on a record that was read as one."""
    record, inputs = _read(Record, kept), _read(Inputs, kept)
    write_report(record, out, Words(lang), inputs=inputs)


def compare(room: Path, runs: int, lang: str) -> dict[str, list[Measured]]:
    """Both reports, in turn; the pages are the same, or it is an error."""
    folders = ["report", room / "out", "--input", room / "in", "--lang", lang, "--out", room / "folders"]
    commands = {
        "folders": [sys.executable, "-c", _COMMAND, *folders],
        "one": [sys.executable, "-m", "benchmarks.daily", "--lang", lang, "--one", room / "kept", room / "one"],
    }
    found: dict[str, list[Measured]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            found[name].append(measured(command))
            if found[name][-1].exit_code:
                raise RuntimeError(found[name][-1].said)
        pages = [(room / name / _PAGE).read_bytes() for name in commands]
        if pages[0] != pages[1]:
            raise RuntimeError("The reports differ.")
    return found


if __name__ == "__main__":
    main()
