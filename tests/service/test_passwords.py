"""A password in a book's address is told by nothing: no sentence, help, traceback, event, manifest or file name."""

from __future__ import annotations

import os
from urllib.parse import quote

import psycopg
import pytest
from books import home, tengbol
from hypothesis import given
from hypothesis import strategies as st
from small import write_tables

from tengbol.book.store import shown, without_passwords

SECRET = "Example-Pass"

URLS = {
    f"postgresql://clerk:{SECRET}@db.example:5432/book": "postgresql://clerk@db.example:5432/book",
    f"postgresql+psycopg://clerk@db.example/book?password={SECRET}&sslmode=require": (
        "postgresql+psycopg://clerk@db.example/book"
    ),
    f"postgresql://db.example/book?user=clerk&password={SECRET}": "postgresql://db.example/book",
    f"postgresql:///book?host=/run/pg&passfile=/x&password={SECRET}": "postgresql:///book",
    f"postgresql://[::1]:5432/book?sslpassword={SECRET}": "postgresql://[::1]:5432/book",
    f"postgresql://a.example:1,b.example:2/book?password={SECRET}": "postgresql://a.example:1,b.example:2/book",
    f"postgresql://?service=chamber&password={SECRET}": "postgresql://?service=chamber",
    # Letters that should have been written otherwise: then nothing can be told apart.
    f"postgresql://clerk:a@{SECRET}@db.example/book": "postgresql://…",
    f"postgresql://clerk:a/{SECRET}@db.example/book": "postgresql://…",
    f"postgresql://clerk:a?{SECRET}@db.example/book": "postgresql://…",
    f"postgresql://clerk:a#{SECRET}@db.example/book": "postgresql://…",
    f"postgresql://db.example/book?password=a@{SECRET}": "postgresql://…",
}


@pytest.mark.parametrize(("url", "told"), URLS.items())
def test_an_address_is_shown_without_what_may_be_a_password(url, told):
    assert shown(url) == told
    assert without_passwords(f"'{url}': nobody answers at {url}; try again.") == (
        f"'{told}': nobody answers at {told}; try again."
    )


@given(st.text("aZ0%:/?#@&=[]-_", max_size=12), st.text("aZ0%:/?#@&=[]-_", max_size=12))
def test_whatever_stands_around_it_no_password_is_shown(before, after):
    for url in (f"postgresql://clerk:{before}{SECRET}{after}@db.example/book",
                f"postgresql://db.example/book?password={before}{SECRET}{after}"):  # fmt: skip
        assert SECRET not in shown(url)
        assert "Example" not in without_passwords(f"{url}: cannot be opened")


@pytest.fixture(scope="module")
def guarded(postgresql):
    """Host and port, and name of a database, of a server that asks clerk for his password."""
    url = postgresql.new()
    rules = postgresql.folder / "d" / "pg_hba.conf"
    with rules.open("r+", encoding="utf-8") as file:
        before = file.read()
        file.seek(0)
        file.write(f"host all clerk 127.0.0.1/32 scram-sha-256\n{before}")
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as root:
        root.execute(f"CREATE ROLE clerk SUPERUSER LOGIN PASSWORD '{SECRET}'")
        root.execute("SELECT pg_reload_conf()")
    return f"127.0.0.1:{postgresql.port}", url.rpartition("/")[2]


def silent(*words, env=None, codes=(0,)):
    """A command, which says nothing of the secret."""
    done = tengbol(*words, env={**os.environ, **(env or {})})
    assert done.returncode in codes, done.stderr
    for hidden in (SECRET, quote(SECRET, safe="").replace("-", "%2D"), "Example"):
        assert hidden not in done.stdout + done.stderr
    return done


def test_no_error_of_the_server_or_of_the_command_line_tells_a_password(guarded):
    place, name = guarded
    wrong = f"{SECRET}-not"
    for url in (f"postgresql://clerk@{place}/{name}?password={wrong}", f"postgresql://clerk:{wrong}@{place}/{name}",
                f"postgresql://clerk:{quote(wrong).replace('E', '%45')}@{place}/{name}"):  # fmt: skip
        assert "password authentication failed" in silent("book", "status", "--book", url, codes=(2,)).stderr
    url = f"postgresql://clerk:{SECRET} {SECRET}@{place}/{name}"
    assert "is no URL of PostgreSQL" in silent("book", "status", "--book", url, codes=(2,)).stderr
    # The command line repeats what it does not understand.
    silent("book", "status", url, codes=(2,))
    silent("book", "--help", env={"TENGBOL_BOOK": url})
    silent("book", "status", f"--bok={url}", env={"TENGBOL_DEBUG": "1"}, codes=(2,))


def test_a_password_file_and_a_service_file_open_a_book_whose_files_and_events_tell_none(guarded, tmp_path):
    place, name = guarded
    host, _, port = place.partition(":")
    passwords, services = tmp_path / "passwords", tmp_path / "services"
    passwords.write_text(f"{host}:{port}:{name}:clerk:{SECRET}\n")
    passwords.chmod(0o600)
    services.write_text(f"[chamber]\nhost={host}\nport={port}\ndbname={name}\nuser=clerk\n")
    env = {
        "PGPASSFILE": str(passwords),
        "PGSERVICEFILE": str(services),
        "TENGBOL_BOOK": "postgresql://?service=chamber",
    }
    silent("book", "init", "--by", "clerk", env=env)
    silent("book", "import", write_tables(tmp_path / "in", **home()), "--by", "clerk", env=env)
    silent("book", "export", tmp_path / "out", env=env)
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    with psycopg.connect(host=host, port=port, dbname=name, user="clerk", password=SECRET) as there:
        said = str(there.execute("SELECT * FROM events").fetchall())
    for told in (written.decode(errors="replace"), said):
        assert SECRET not in told
        assert str(passwords) not in told
