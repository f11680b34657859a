"""A year of a region through the book, published, and recomputed by a fresh process from the file alone."""

from __future__ import annotations

import gzip
import json
import re
import time
from hashlib import sha256

import polars as pl
import pytest
from books import batch, clerk, tengbol

from tengbol.book.importing import import_tables
from tengbol.book.kept import held
from tengbol.book.opening import init, key_of
from tengbol.io.write import csv_bytes
from tengbol.optimizer import lot
from tengbol.scenarios.stream import Recipe, draw

pytestmark = pytest.mark.soak
PEOPLE = ("districts", "enforcers", "attachments", "absences", "ledger")


def lived(store, folder, recipe):
    """A day's writs are imported and distributed, day after day."""
    stream = draw(recipe)
    place = folder / "people"
    place.mkdir()
    for name in PEOPLE:
        (place / f"{name}.csv").write_bytes(csv_bytes(getattr(stream.chamber, name)))
    import_tables(store, place, clerk())
    for day in stream.days:
        place = folder / str(day)
        place.mkdir()
        (place / "writs.csv").write_bytes(csv_bytes(stream.arriving(day)))
        now = stream.as_of(day)
        import_tables(store, place, clerk(at=now))
        batch(store, clerk(at=now), as_of=now)
    return stream


def test_a_region_s_year_through_the_book_is_recomputed_from_its_file_and_shows_nothing_personal(tmp_path):
    store, _ = init(f"sqlite:///{tmp_path / 'b'}", clerk())
    start = time.monotonic()
    stream = lived(store, tmp_path, Recipe())
    took = {"book": time.monotonic() - start}
    file = tmp_path / "public.jsonl.gz"
    for name, arguments in (
        ("write", ("public", "write", tmp_path / "b", "--out", file)),
        ("verify", ("verify", "--public", file, "--search")),
    ):
        start = time.monotonic()
        done = tengbol(*arguments)
        took[name] = time.monotonic() - start
        assert done.returncode == 0, done.stdout + done.stderr
    count = held(store, "batches").height
    assert count == len(stream.days) == 246
    for check in ("lot", "objective", "balances", "optimality", "optimality_total"):
        assert re.search(rf"\[{check}\].* {count} of {count} batches", done.stdout), done.stdout
    assert done.stdout.count(f"; {count} meet it") == 2
    assert " 0 broken, " in done.stdout
    left = done.stdout.partition("Not proven")[2].splitlines()
    assert {line.split()[0] for line in left if line.startswith("  [")} <= {"[lot]", "[outside]"}, done.stdout

    text = gzip.decompress(file.read_bytes()).decode()
    writs, chamber = stream.writs, stream.chamber
    secret = {
        *writs["debtor_id"], *writs["creditor_id"], *writs["writ_id"], *writs["number"], *writs["subject"],
        *writs["case_id"].drop_nulls(), *writs["issued_by"], *chamber.ledger["writ_id"], *chamber.ledger["debtor_id"],
        *chamber.ledger["case_id"].drop_nulls(), *chamber.enforcers["name"], *chamber.districts["name"],
        *(part for name in chamber.enforcers["name"] for part in name.split() if len(part) > 2),
        *(f"{amount:.2f}" for amount in writs["amount"].drop_nulls()), key_of(store),
    }  # fmt: skip
    assert len(secret) > 100_000
    # Everything at once (Aho-Corasick), and that a needle would be found is shown by one that is there.
    there = chamber.enforcers["enforcer_id"][0]
    assert pl.Series([text]).str.extract_many([*sorted(secret), there], overlapping=True)[0].unique().to_list() == [
        there
    ]

    told = set(re.findall(r'"([0-9a-f]{32})"', text))
    part = json.loads(text.splitlines()[1])["part"]
    register = sorted({*writs["writ_id"], *chamber.ledger["writ_id"]})
    for known in ("", "00" * 32, part["key_commitment"], part["secret"], part["seed"], part["input_digest"]):
        assert not told & set(lot.masked(known, register))
    assert not told & {
        sha256(f"{before}{name}".encode()).hexdigest()[:32] for name in register for before in ("", "writ:")
    }
    assert told == set(lot.masked(key_of(store), writs["writ_id"].to_list()))
    print(f"\n{writs.height} writs, {file.stat().st_size} bytes, seconds: {took}")
