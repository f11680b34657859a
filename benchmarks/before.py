"""Does this code still decide what other code decided? Two trees side by side on inputs that are made here.

`python -m benchmarks.before TREE [--law] [--inputs N] [--readings FILE]`: TREE is another checkout (`git worktree`).
Each tree runs its own command line in a process of its own on the same chambers, books and what-ifs, with the same
seeds; a book's secrets are drawn from a fixed seed, too. What is compared are files that the contract fixes, so no code
of either tree is known here. Two in three inputs are chambers, the others books and what-ifs in turn.

Without `--law`: every enforcer, balance, objective, bound, and every table of a what-if that both trees write is the
same, apart from sentences. With it all inputs
are chambers, and it is only the law's part, for trees in which the optimiser or the lot differ: category, pool size and
binding of every writ, and everybody's share. `--readings` are settings of this tree alone, for what was no setting in
the other; packages that the other needs besides may stand in PYTHONPATH. Writs that differ are listed by the codes they
have on either side; whether a rule was meant to change is for the reader.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE: Final = Path(__file__).parents[1]
_DAY, _NEXT = "2026-11-23T18:00:00", "2026-11-24T18:00:00"
#: A command line whose secrets follow from its first argument.
_COMMAND: Final = """
import hashlib, itertools, secrets, sys
begin, count = sys.argv.pop(1), itertools.count()
secrets.token_bytes = lambda n=32: hashlib.sha256(f"{begin} {next(count)}".encode()).digest()[:n]
secrets.token_hex = lambda n=32: secrets.token_bytes(n).hex()
from tengbol.cli import main
main()
"""
#: Tables and columns of what-ifs that hold sentences.
_SENTENCES: Final = ("finding", "findings", "message")
_PARTS: Final = ("objective", "lower_bound", "objective_total", "lower_bound_total", "status", "status_total", "seed")


def main() -> None:
    """Compare, tell every input that differs, and exit with 1 where one does."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.before", description=__doc__)
    asked.add_argument("tree", type=Path)
    asked.add_argument("--law", action="store_true")
    asked.add_argument("--inputs", type=int, default=60)
    asked.add_argument("--readings", type=Path)
    given = asked.parse_args()
    told: Counter[str] = Counter()
    for number in range(given.inputs):
        with tempfile.TemporaryDirectory() as folder:
            kind, differs = compared(Path(folder), number, given.tree, law=given.law, readings=given.readings)
        told[f"{kind} {'differ' if differs else 'are the same'}"] += 1
        for line in differs:
            print(f"{kind} {number}: {line}", flush=True)
    print(", ".join(f"{count} {what}" for what, count in sorted(told.items())))
    sys.exit(any(what.endswith("differ") for what in told))


def compared(
    folder: Path, number: int, tree: Path, *, law: bool = False, readings: Path | None = None
) -> tuple[str, list[str]]:
    """The kind of input `number`, and what differs between the two trees on it."""
    command(HERE, number, "demo", folder / "in", "--seed", number + 1, "--writs", 200 + 97 * (number % 29))
    kind = ("chambers", "chambers", "books" if number % 2 else "what-ifs")[number % 3]
    if law:
        kind = "chambers"
    do = {"chambers": _run, "books": _keep, "what-ifs": _ask}[kind]
    settings = ["--config", readings.absolute()] if readings else []
    for place, root, own in ((folder / "here", HERE, settings), (folder / "there", tree.absolute(), [])):
        place.mkdir()
        do(root, number, folder / "in", place, own)
    # A result has a table of balances, the answer to a what-if one of loads.
    told = "load.csv" if kind == "what-ifs" else "balances.csv"
    results = sorted({path.parent.relative_to(folder / "here") for path in (folder / "here").rglob(told)})
    differs = [] if results else ["nothing was made"]
    for result in results:
        here, there = folder / "here" / result, folder / "there" / result
        if kind == "what-ifs":
            differs += _of_an_answer(here, there)
        elif (here / "assignments.csv").exists():  # an input of a book has balances, too
            differs += _of_the_law(here, there) if law else _of_all(here, there)
    return kind, differs


def command(root: Path, number: int, *arguments: object) -> None:
    """Run a tree's command line; its own words where it fails."""
    made = subprocess.run(
        [sys.executable, "-P", "-c", _COMMAND, str(number), *map(str, arguments)],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")]),
            "LC_ALL": "C.UTF-8",
        },
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise SystemExit(f"{root}: tengbol {' '.join(map(str, arguments))}\n{made.stdout}{made.stderr}")


def _run(root: Path, number: int, source: Path, out: Path, settings: Sequence[object]) -> None:
    seed = f"{number:02x}"
    command(root, number, "run", source, "--out", out / "result", "--as-of", _DAY, "--seed", seed, *settings)


def _keep(root: Path, number: int, source: Path, out: Path, settings: Sequence[object]) -> None:
    """A book of two batches, between which somebody loses his licence."""
    book, act = ["--book", out / "book.sqlite"], ["--document", "Order No. 1", "--by", "clerk"]
    # Rows of invented chambers that have not happened yet by the clock, or cannot be read.
    taken = ["--accept", "invented"]
    command(root, number, "book", "init", *book)
    command(root, number, "book", "import", source, *book, *taken)
    command(root, number, "book", "batch", *book, "--as-of", _DAY, *act, *taken, *settings)
    command(root, number, "book", "export", out / "1", *book, "--batch", 1)
    licensed = pl.read_csv(source / "enforcers.csv").filter(pl.col("licensed_to").is_null())["enforcer_id"].sort()
    who = licensed[number % licensed.len()]
    left = ["--reason", "licence_suspended", "--from", _NEXT[:10], "--as-of", _NEXT[:11] + "09:00:00"]
    command(root, number + 1, "book", "leave", who, *left, *book, *act)
    command(root, number + 2, "book", "batch", *book, "--as-of", _NEXT, *act, *taken, *settings)
    command(root, number, "book", "export", out / "2", *book, "--batch", 2)


def _ask(root: Path, number: int, source: Path, out: Path, settings: Sequence[object]) -> None:
    """Somebody leaves, volumes grow and there is a batch every other day."""
    licensed = pl.read_csv(source / "enforcers.csv").filter(pl.col("licensed_to").is_null())["enforcer_id"].sort()
    events = [
        f'kind = "leave"\nenforcer_id = "{licensed[number % licensed.len()]}"\nreason = "expelled"\non = 2026-11-25',
        'kind = "volume"\nfactor = 1.5\ncategories = ["alimony"]\non = 2026-11-25',
        'kind = "rule"\nperiod = 2\non = 2026-11-25',
    ]
    told = "\n".join(f'[[variant]]\nname = "V{n}"\n[[variant.event]]\n{event}' for n, event in enumerate(events))
    head = f'base = "{source}"\nas_of = {_DAY}\nseed = "{number:04}"\ndays = 5\nreplications = 2\nlots = 2\n'
    (out / "scenario.toml").write_text(head + told, encoding="utf-8")
    command(root, number, "whatif", out / "scenario.toml", "--out", out / "answer", *settings)


def _of_all(here: Path, there: Path) -> Iterator[str]:
    for name in ("assignments", "unassigned", "balances"):
        one, other = (_table(place, name).drop("explanation", strict=False) for place in (here, there))
        if not one.equals(other):
            yield f"{name} of {here.name}: {_rows(one, other)} rows"
    one, other = ({name: _manifest(place).get(name) for name in _PARTS} for place in (here, there))
    yield from (f"{name} of {here.name}: {one[name]}, {other[name]}" for name in _PARTS if one[name] != other[name])


def _of_the_law(here: Path, there: Path) -> Iterator[str]:
    """Category, pool and binding of every writ and everybody's share, or the code of what was not distributed."""
    keys, bound = ["writ_id"], pl.col("basis").is_in(["alimony_debtor", "same_case", "returned"])
    one, other = (
        pl.concat(
            [
                _table(place, "assignments").select(
                    *keys, "category", "basis", "pool_size", holder=pl.when(bound).then("enforcer_id"), code=pl.lit("")
                ),
                _table(place, "unassigned").select(*keys, "code"),
            ],
            how="diagonal_relaxed",
        )
        for place in (here, there)
    )
    both = one.join(other, on=keys, how="full", coalesce=True, suffix="_there")
    names = [name for name in one.columns if name not in keys]
    odd = both.filter(pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_there")) for name in names))
    for (code, code_there), rows in odd.group_by("code", "code_there", maintain_order=True):
        yield f"{rows.height} writs, here {code or 'given'!r}, there {code_there or 'given'!r}: {rows.row(0)}"
    if odd.is_empty():
        cell = ["enforcer_id", "category"]
        one, other = (_table(place, "balances").select(*cell, "share") for place in (here, there))
        # Whether those who hold no licence any more have a row is no matter of the law.
        shares = one.join(other, on=cell, suffix="_there").filter(pl.col("share") != pl.col("share_there"))
        if shares.height:
            yield f"shares: {shares.height} rows: {shares.row(0)}"


def _of_an_answer(here: Path, there: Path) -> Iterator[str]:
    """Every column that both have of every table, sentences excepted: those may be worded anew, and more be told."""
    for path in sorted(there.rglob("*.csv")):
        name = path.relative_to(there)
        if name.stem in _SENTENCES:
            continue
        if not (here / name).exists():
            yield f"{name} is not here"
            continue
        one, other = (pl.read_csv(place / name, infer_schema=False) for place in (here, there))
        if one.height != other.height:
            yield f"{name}: {one.height} rows, there {other.height}"
            continue
        both = [column for column in other.columns if column in one.columns and column not in _SENTENCES]
        odd = [column for column in both if not one[column].equals(other[column])]
        if odd:
            rows = pl.select(pl.any_horizontal(one[column].ne_missing(other[column]) for column in odd)).sum().item()
            yield f"{name}: {', '.join(odd)} of {rows} rows"


def _rows(one: pl.DataFrame, other: pl.DataFrame) -> int:
    """How many rows of either are not in the other."""
    return sum(a.join(b, on=a.columns, how="anti", nulls_equal=True).height for a, b in ((one, other), (other, one)))


def _table(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(folder / f"{name}.csv", infer_schema=False).sort(pl.all())


def _manifest(folder: Path) -> dict[str, object]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
