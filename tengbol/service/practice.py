"""An example chamber to practise on: the demo's invented people and writs, moved to today, in a book that says so.

A batch is made of the older half of its writs, so that every page has something to show; the rest waits. Accounts of
all roles share one password, which is told where the server was started.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.asked import local_now
from tengbol.book import desk, papers
from tengbol.book.acts import Hand, act
from tengbol.book.batches import batch
from tengbol.book.example import EXAMPLE
from tengbol.book.importing import import_tables
from tengbol.book.kept import held
from tengbol.errors import UnusableInputError
from tengbol.io.staging import staging
from tengbol.scenarios.demo import demo
from tengbol.service import passwords
from tengbol.service.accounts import open_account
from tengbol.service.roles import (
    ADMINISTRATOR,
    AUDITOR,
    CLERK,
    COMMISSION,
    CONTROLLER,
    ENFORCER,
    HEAD,
)

if TYPE_CHECKING:
    from tengbol.book.store import Store

#: Login → role; two clerks, for what needs a second person.
LOGINS: Final = {
    "clerk": CLERK,
    "clerk2": CLERK,
    "head": HEAD,
    "commission": COMMISSION,
    "enforcer": ENFORCER,
    "controller": CONTROLLER,
    "auditor": AUDITOR,
    "admin": ADMINISTRATOR,
}
#: The demo's day, and how many writs it has here.
_DAY: Final = dt.date(2026, 11, 23)
_WRITS: Final = 240
#: Columns of days that move with the example; licences and attachments stay.
_MOVED: Final = ("received_at", "issued_on", "assigned_at", "closed_at", "start", "end")
_HAND: Final = Hand("tengbol serve --example")
_WHY: Final = "example"


def practise(store: Store) -> str:
    """Fill a new book with the example; returns the password of its accounts. Raises `UnusableInputError`."""
    if held(store, "districts").height:
        raise UnusableInputError("--example: this book holds a chamber already; name a file that is not there yet.")
    with act(store, _HAND, EXAMPLE):
        pass
    today = local_now()
    with staging() as folder:
        source = demo(folder / "demo", seed=3, writs=_WRITS)
        first, second = _parted(source, folder, today)
        import_tables(store, first, _HAND, accept=_WHY)
        batch(store, _HAND, accept=_WHY)
        import_tables(store, second, _HAND, accept=_WHY)
    given = held(store, "assignments").sort("writ_id")
    papers.mark(store, _HAND, "handed", given["writ_id"].head(given.height // 3).to_list())
    return _people(store, given["enforcer_id"].mode().sort()[0])


def _people(store: Store, enforcer_id: str) -> str:
    """Open an account of every role; the enforcer's is of who got most."""
    for login, role in LOGINS.items():
        open_account(store, _HAND, login, role, enforcer_id=enforcer_id if role == ENFORCER else None)
    return renewed(store)


def renewed(store: Store) -> str:
    """Give the accounts of an example a new password: nobody has to remember it from one day to the next."""
    password = passwords.drawn_password()
    kept = passwords.hashed(password)
    for login in LOGINS:
        desk.change(store, "accounts", "login = :login", {"password": kept, "given": 0}, login=login)
    return password


def _parted(source: Path, folder: Path, today: dt.datetime) -> tuple[Path, Path]:
    """The demo's tables with its days moved to today, all of them and the newer half of the writs apart."""
    # Whole weeks, so that working days stay working days.
    weeks = (today.date() - _DAY).days // 7
    first, second = folder / "first", folder / "second"
    for place in (first, second):
        place.mkdir()
    for file in sorted(source.glob("*.csv")):
        table = pl.read_csv(file, infer_schema=False)
        moved = [_later(pl.col(name), weeks).alias(name) for name in _MOVED if name in table.columns]
        table = table.with_columns(moved)
        if file.stem == "writs":
            half = table.height // 2
            table.slice(half).write_csv(second / file.name)
            table = table.head(half)
        table.write_csv(first / file.name)
    return first, second


def _later(cell: pl.Expr, weeks: int) -> pl.Expr:
    """A day or moment so many weeks later; what is none stays as it is."""
    day = cell.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    moved = day.dt.offset_by(f"{7 * weeks}d").dt.to_string("%Y-%m-%d") + cell.str.slice(10)
    return pl.coalesce(moved, cell)
