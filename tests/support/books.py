"""Books for tests: the same on SQLite and on a PostgreSQL of the tests' own, started once and thrown away."""

from __future__ import annotations

import atexit
import dataclasses
import datetime as dt
import functools
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from forked import command
from small import district, enforcer, writ, write_tables

from tengbol.book import batches, departures, papers, recusing, urgent
from tengbol.book.acts import Hand
from tengbol.book.importing import Imported, import_tables
from tengbol.book.migrations import upgrade
from tengbol.book.opening import init

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from small import Row

    from tengbol.book.store import Store

STORES = ("sqlite", "postgresql")
#: The moment at which a test's clerk acts, if nothing else is said.
NOW = dt.datetime(2026, 11, 23, 18)


def clerk(who: str = "clerk", document: str | None = None, at: dt.datetime = NOW) -> Hand:
    return Hand(who, document, lambda: at)


def _at_its_moment(act: Callable[..., Any]) -> Callable[..., Any]:
    """The act of a hand whose clock shows the very moment of which it tells: most of what tests do happens now."""

    @functools.wraps(act)
    def now(store: Store, hand: Hand, *given: object, **asked: Any) -> object:
        moment = asked.get("as_of") or asked.get("at")
        whose = hand if moment is None else dataclasses.replace(hand, clock=lambda: moment)
        return act(store, whose, *given, **asked)

    return now


batch = _at_its_moment(batches.batch)
assign = _at_its_moment(urgent.assign)
leave = _at_its_moment(departures.leave)
transfer = _at_its_moment(departures.transfer)
recuse = _at_its_moment(recusing.recuse)
returned = _at_its_moment(papers.returned)
mark = _at_its_moment(papers.mark)


class Server:
    """A PostgreSQL of our own, on a free port, without a password.

    durable: as a chamber would run it; else it writes nothing to disk that it need not.
    """

    def __init__(self, bin_dir: Path, *, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tengbol-pg-"))
        self.bin = bin_dir
        # It does not run as root.
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.as_user:
            shutil.chown(self.folder, "postgres")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._do("initdb", "-D", self.folder / "d", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-N")
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        if not durable:
            options += " -c fsync=off"
        self._do("pg_ctl", "-D", self.folder / "d", "-l", self.folder / "log", "-o", options, "-w", "start")
        self.made, self.ready = 0, False

    def new(self) -> str:
        """URL of a new database with the book's tables and nothing in them."""
        self.made += 1
        name = f"book{self.made}"
        if not self.ready:
            self._create("empty", "template0")
            upgrade(self._url("empty"))
            self.ready = True
        self._create(name, "empty")
        return self._url(name)

    def copy(self, url: str) -> str:
        """URL of a copy of a database to which nobody is connected."""
        self.made += 1
        self._create(f"book{self.made}", url.rpartition("/")[2])
        return self._url(f"book{self.made}")

    def empty(self) -> str:
        """URL of a database with nothing in it at all."""
        self.made += 1
        self._create(f"book{self.made}", "template0")
        return self._url(f"book{self.made}")

    def put(self, url: str, place: str) -> None:
        """Put a copy of one database in the place of another."""
        name = place.rpartition("/")[2]
        with self._root() as root:
            root.execute(f'DROP DATABASE "{name}"')
        self._create(name, url.rpartition("/")[2])

    def _create(self, name: str, template: str) -> None:
        with self._root() as root:
            root.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def _root(self) -> psycopg.Connection:
        return psycopg.connect(host="127.0.0.1", port=self.port, user="postgres", dbname="postgres", autocommit=True)

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        self._do("pg_ctl", "-D", self.folder / "d", "-m", "immediate", "stop")
        # Many small files; nobody need wait for it.
        subprocess.Popen(["rm", "-rf", str(self.folder)])

    def _do(self, program: str, *arguments: object) -> None:
        command = [*self.as_user, str(self.bin / program), *map(str, arguments)]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", check=False,
            text=True,
        )  # fmt: skip
        assert done.returncode == 0, f"{program}: {done.stderr}"


def programs() -> Path | None:
    """The folder with PostgreSQL's programs, the newest where there are several."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [
        Path(path) for path in [shutil.which("initdb")] if path
    ]
    return found[-1].parent if found else None


def server() -> Iterator[Server]:
    """The tests' PostgreSQL; where none is installed the tests on it are skipped, which CI does not allow."""
    found = programs()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed")
    started = Server(found)
    yield started
    started.stop()


def home(**tables: list[Row]) -> dict[str, list[Row]]:
    """A chamber of two districts: three enforcers in D1, one in D2, and six writs."""
    return {
        "districts": [district("D1"), district("D2")],
        "enforcers": [*(enforcer(f"E{n}") for n in range(1, 4)), enforcer("F1", "D2")],
        "writs": [writ(f"W{n}") for n in range(6)],
        **tables,
    }


def neighbours(**tables: list[Row]) -> dict[str, list[Row]]:
    """The same, and beside it another chamber, C2: X alone in its one district, X1."""
    return home(
        districts=[district("D1"), district("D2"), district("X1", "C2")],
        enforcers=[*home()["enforcers"], enforcer("X", "X1")],
        **tables,
    )


def day_of_writs(n: int, came: str, debtor: Callable[[int], str]) -> list[Row]:
    """What comes to D1 on the `n`-th day: four writs, the `i`-th against `debtor(i)`, and two of one case."""
    return [
        *(writ(f"N{n}-{i}", received_at=came, debtor_id=debtor(i)) for i in range(4)),
        *(writ(f"P{n}-{i}", received_at=came, case_id=f"case-{n}", debtor_id=f"pair {n}") for i in range(2)),
    ]


@functools.cache
def empty() -> Path:
    """A SQLite file with the book's tables and nothing in them; to make them takes longer than most tests."""
    path = Path(tempfile.mkdtemp(prefix="tengbol-empty-")) / "book"
    atexit.register(shutil.rmtree, path.parent)
    upgrade(f"sqlite:///{path}")
    return path


def opened(url: str, folder: Path, tables: dict[str, list[Row]] | None = None, hand: Hand | None = None) -> Store:
    """A new book with these tables imported; in a file, its tables are copied as they were once made."""
    path = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not path.exists():
        shutil.copy(empty(), path)
    store, _ = init(url, hand or clerk())
    take(store, folder, **(home() if tables is None else tables))
    return store


def take(store: Store, folder: Path, hand: Hand | None = None, **tables: list[Row]) -> Imported:
    """Import some tables, once all that they tell of has happened."""
    place = Path(tempfile.mkdtemp(dir=folder)) / "in"
    write_tables(place, **tables)
    told = (row.get(column) for rows in tables.values() for row in rows for column in ("received_at", "assigned_at"))
    last = max([NOW, *(dt.datetime.fromisoformat(moment) for moment in told if str(moment).startswith("20"))])
    return import_tables(store, place, hand or clerk(at=last))


def tengbol(*arguments: object, **kinds: Any) -> subprocess.CompletedProcess[str]:
    """The command itself, and what it printed."""
    with command(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kinds) as under_way:
        said, complained = under_way.communicate()
    return subprocess.CompletedProcess([*map(str, arguments)], under_way.returncode, said, complained)
