"""A connection to PostgreSQL is cut at any statement of any verb: nothing is changed or all of it, and it is said.

Long (`-m soak`): 30 cuts of each verb; `TENGBOL_CUTS` sets another number.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from book_verbs import BY, DOCUMENT, VERBS, rows
from books import clerk, home, opened, take
from small import writ, write_tables

from tengbol.book.access import connect
from tengbol.book.acts import head, payload
from tengbol.book.batches import batch

CUTS = int(os.environ.get("TENGBOL_CUTS", "30"))


class Cutter:
    """A `book_cutter` process."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.number = folder, 0
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).parents[1] / "support" / "book_cutter.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def does(self, url: str, verb: str, last: int = 0) -> tuple[int, str, int]:
        """Exit code, what was said, and how many statements, cut before the `last` of them."""
        self.number += 1
        return self.says(url, [word.format(folder=self.folder, n=self.number) for word in VERBS[verb]], last)

    def says(self, url: str, words: list[str], last: int = 0) -> tuple[int, str, int]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([last, "book", *words, "--book", url]) + "\n")
        self.process.stdin.flush()
        return tuple(json.loads(self.process.stdout.readline()))


@pytest.fixture
def lived(postgresql, tmp_path):
    """URL of a book with a batch behind it, one writ to be executed at once, and what there is to import."""
    url = postgresql.new()
    store = opened(url, tmp_path, home(absences=[]))
    batch(store, clerk(), as_of=clerk().clock())
    take(
        store,
        tmp_path,
        **home(writs=[writ("W9"), writ("U", immediate=True), writ("R", origin="returned", previous_enforcer_id="E1")]),
    )
    from tengbol.book.departures import leave

    leave(store, clerk(), "E3", reason="sickness", start=clerk().clock().date(), end=None, at=clerk().clock())
    store.close()
    write_tables(tmp_path / "in", **home(writs=[writ(f"N{n}") for n in range(9)]))
    return url


@pytest.fixture
def cutter(tmp_path):
    made = Cutter(tmp_path)
    yield made
    made.process.kill()
    made.process.communicate()


def cut(postgresql, cutter: Cutter, url: str, verb: str, places) -> list[int]:
    """Cut a verb at each part of its statements; returns the exit codes."""
    start = rows(url)
    whole = postgresql.copy(url)
    code, told, statements = cutter.does(whole, verb)
    assert code == 0, told
    end = rows(whole)
    codes = []
    place = postgresql.copy(url)
    for part in places:
        code, said, _ = cutter.does(place, verb, 1 + int(part * statements))
        codes.append(code)
        now = rows(place)
        # Cut when all was done, and only the chamber to be let go: that the session's end has done. What only reads has
        # said all of it then.
        done = now[0] == end[0] and (verb in ("batch", "assign") or said == told)
        assert code in (2, 4) or (code == 0 and done), said
        assert "a fault of tengbol" not in said
        assert now[0] in (start[0], end[0]), said
        if code == 0:
            place = postgresql.copy(url)
        elif now[1] == start[1]:
            assert "Nothing was changed" in said or "cannot be opened as a book now" in said, said
        else:
            assert "was changed; what stands in the book" in said or "it was written whole" in said, said
            place = postgresql.copy(url)
    return codes


@pytest.mark.parametrize(("verb", "places"), [("import", (0.0, 0.1, 0.999)), ("batch", (0.4, 0.8)), ("status", (0.5,))])
def test_a_cut_connection_is_told_and_changes_nothing_or_all(postgresql, lived, cutter, verb, places):
    assert set(cut(postgresql, cutter, lived, verb, places)) == {4}


@pytest.mark.soak
@pytest.mark.parametrize("verb", VERBS)
def test_so_is_one_at_any_statement_of_any_verb(postgresql, lived, cutter, verb):
    draws = random.Random(f"cut {verb}")
    cut(postgresql, cutter, lived, verb, [draws.random() for _ in range(CUTS)])


def there(url: str) -> set[str]:
    """Tables in a database."""
    with psycopg.connect(url.replace("+psycopg", "")) as asked:
        return {name for (name,) in asked.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}


@pytest.mark.soak
@pytest.mark.parametrize("verb", ["init", "restore"])
def test_a_book_that_is_begun_or_restored_is_there_whole_or_not_at_all(postgresql, lived, cutter, tmp_path, verb):
    """Into an empty database, which can be tried again after each cut."""
    assert cutter.does(lived, "backup")[0] == 0
    words = ["init", *BY] if verb == "init" else ["restore", str(tmp_path / "copy"), *BY]
    want = rows(lived)[0]
    code, said, statements = cutter.says(postgresql.empty(), words)
    assert code == 0, said
    draws = random.Random(f"cut {verb}")
    place = postgresql.empty()
    for _ in range(CUTS):
        code, said, _ = cutter.says(place, words, 1 + int(draws.random() * statements))
        assert code in (2, 4), said
        assert "a fault of tengbol" not in said
        if not there(place):
            continue
        again, told, _ = cutter.says(place, words)
        assert again == 0 or verb == "restore", told
        if again:
            # What is there is the whole book, and is not written over.
            now = rows(place)[0]
            assert {name: now[name] - (name == "events") for name in now} == want, said
        place = postgresql.empty()


@pytest.mark.soak
def test_an_older_book_is_accepted_whole_or_not_at_all(postgresql, lived, cutter):
    earlier = postgresql.copy(lived)
    before = rows(earlier)

    def replaced() -> tuple[str, str]:
        """URL of a book in whose place an older one was put, and the hash at which this ends."""
        place = postgresql.copy(lived)
        store = connect(place)
        end = head(store)
        store.close()
        assert end is not None
        assert cutter.says(place, ["announce", "lottery of Friday", *BY])[0] == 0
        postgresql.put(earlier, place)
        return place, end["hash"]

    place, end = replaced()
    words = ["accept", end, *BY, *DOCUMENT]
    code, said, statements = cutter.says(place, words)
    assert code == 0, said
    draws = random.Random("cut accept")
    place, _ = replaced()
    for _ in range(CUTS):
        code, said, _ = cutter.says(place, words, 1 + int(draws.random() * statements))
        assert code in (2, 4), said
        assert "a fault of tengbol" not in said
        now = rows(place)
        assert now[1] in (before[1], before[1] + 1), said
        if now[1] != before[1]:
            store = connect(place)
            last = head(store)
            store.close()
            assert last is not None
            assert payload(last)["noted"], said
            place, _ = replaced()
