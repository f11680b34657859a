"""A process that does commands on a PostgreSQL, whose connections are cut before one of their statements.

Each line on its input is a JSON list: the statement (0: none is cut), then the words after `tengbol`. Of each it prints
a JSON list: exit code, what was said, and how many statements there were.
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout

import psycopg

import tengbol.book.audit
import tengbol.book.batches
import tengbol.book.importing
import tengbol.runner  # noqa: F401
from tengbol.cli import main

CUT = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
    "WHERE pid <> pg_backend_pid() AND application_name LIKE 'tengbol %'"
)


class Shears:
    """Counts what is said to the server, and cuts before the `last` of it."""

    def __init__(self) -> None:
        self.said, self.last, self.cutting = 0, 0, False

    def under(self, owner: type, name: str) -> None:
        method = getattr(owner, name)

        def trodden(connected, *given, **asked):
            self.statement(connected)
            return method(connected, *given, **asked)

        setattr(owner, name, trodden)

    def statement(self, connected) -> None:
        if self.cutting:
            return
        self.said += 1
        if self.said == self.last:
            self.cutting = True
            own = connected if isinstance(connected, psycopg.Connection) else connected.connection
            with psycopg.connect(
                own.info.dsn, password=own.info.password, autocommit=True, application_name=""
            ) as other:
                other.execute(CUT)
            self.cutting = False


def done(words: list[str]) -> tuple[int, str]:
    """Exit code of one command, and what it says."""
    sys.argv = ["tengbol", *words]
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
    return code, said.getvalue()


if __name__ == "__main__":
    shears = Shears()
    for owner, name in (
        (psycopg.Cursor, "execute"),
        (psycopg.Cursor, "copy"),
        (psycopg.ServerCursor, "execute"),
        (psycopg.ServerCursor, "fetchmany"),
        (psycopg.Connection, "commit"),
    ):
        shears.under(owner, name)
    for line in sys.stdin:
        shears.last, *words = json.loads(line)
        shears.said = 0
        code, told = done(words)
        print(json.dumps([code, told, shears.said]), flush=True)
