"""What soak tests of the book share: workers to be killed, and what must hold of a book whatever happened to it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from small import CATEGORIES, Row, attachment, district, enforcer, writ, write_tables

from tengbol.book.audit import audit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tengbol.book.store import Store

_CLAIMS = (
    {"creditor_kind": "individual"},
    {"creditor_kind": "legal_entity"},
    {"claim": "alimony"},
    {"claim": "eviction"},
)


class Worker:
    """A `book_worker` process."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("book_worker.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert self._line() == "ready"

    def begin(self, *commands: Sequence[object]) -> None:
        """Give it commands to do."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([[str(word) for word in words] for words in commands]) + "\n")
        self.process.stdin.flush()

    def end(self, commands: int = 1) -> list[tuple[int, str]]:
        """Wait for so many commands: exit code and what each said; fewer when it was killed."""
        told: list[tuple[int, str]] = []
        said: list[str] = []
        while len(told) < commands:
            line = self._line()
            if line is None:
                break
            if line.startswith("== "):
                told.append((int(line[3:]), "\n".join(said)))
                said = []
            else:
                said.append(line)
        return told

    def kill(self) -> None:
        """SIGKILL: it has no time to tidy up."""
        self.process.kill()

    def stop(self) -> None:
        """Let it end."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()

    def _line(self) -> str | None:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        return line.rstrip("\n") if line else None


def people() -> dict[str, list[Row]]:
    """A chamber of four districts with twelve enforcers; D4 lives on those attached."""
    return {
        "districts": [district(f"D{n}") for n in range(1, 5)],
        "enforcers": [enforcer(f"E{n:02d}", f"D{n % 3 + 1}") for n in range(12)],
        "attachments": [attachment("D4", "E01"), attachment("D4", "E02")],
    }


def folder_of(place: Path, names: Iterable[str]) -> Path:
    """A folder to import: the chamber, and writs of these ids over all districts and categories."""
    rows = [
        writ(name, debtor_district_id=f"D{number % 4 + 1}", **_CLAIMS[number % 7 % 4])
        for number, name in enumerate(names)
    ]
    return write_tables(place, **people(), writs=rows)


def refuse_unsound(store: Store) -> Counter[str]:
    """Whatever happened: a clean audit, no writ lost, none assigned twice; returns how many are in each state."""
    found = audit(store)
    assert found.ok, str(found)
    writs = _rows(store, "SELECT writ_id FROM writs WHERE until IS NULL")
    states = store.frame(
        "SELECT writ_id, state FROM states WHERE until IS NULL", {"writ_id": pl.String(), "state": pl.String()}
    )
    assert sorted(writs) == sorted(states["writ_id"].to_list()), "a writ is lost, or in two states"
    given = _rows(store, "SELECT writ_id FROM assignments")
    held = _rows(store, "SELECT writ_id FROM ledger WHERE until IS NULL AND closed_at IS NULL")
    assigned = states.filter(pl.col("state") == "assigned")["writ_id"].to_list()
    assert max(Counter(given).values(), default=1) == 1, "a writ is assigned twice"
    assert sorted(given) == sorted(held) == sorted(assigned)
    received = store.frame(
        "SELECT category, received FROM balances WHERE until IS NULL", {"category": pl.String(), "received": pl.Int64()}
    )
    counted = dict(store.frame("SELECT category, count(*) AS n FROM assignments GROUP BY category",
                               {"category": pl.String(), "n": pl.Int64()}).rows())  # fmt: skip
    for category in CATEGORIES:
        assert received.filter(category=category)["received"].sum() == counted.get(category, 0)
    return Counter(states["state"].to_list())


def _rows(store: Store, sql: str) -> list[str]:
    return store.frame(sql, {"writ_id": pl.String()})["writ_id"].to_list()
