"""`verify --again`: who among equals was given more than the seed gives him is seen, whatever was made to fit."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import polars as pl
import pytest
from books import NOW, batch, clerk, opened, tengbol
from small import district, enforcer, writ, write_tables

from tengbol.batch import draw
from tengbol.cli.verification import made_again
from tengbol.errors import UnusableInputError
from tengbol.io.read import read
from tengbol.ruling import rule
from tengbol.runner import run
from tengbol.scenarios.again import again
from tengbol.verify import verify
from tengbol.verify.findings import Kind

AS_OF = dt.datetime(2026, 11, 23, 18)


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    """One dear writ among three; results of the seeds that give it to two different enforcers, by enforcer."""
    folder = tmp_path_factory.mktemp("again")
    people = [enforcer(f"E{n}") for n in range(3)]
    write_tables(
        folder / "in", districts=[district("D1")], enforcers=people, writs=[writ("W", amount="500000000"), writ("V")]
    )
    found = {}
    for n in range(20):
        seed = f"5eed{n:02d}"
        made, _ = run(folder / "in", folder / seed, as_of=AS_OF, seed=seed)
        found.setdefault(tuple(made.assignments.sort("writ_id")["enforcer_id"]), (seed, folder / seed))
    assert len(found) > 3
    return folder / "in", found


@pytest.fixture
def favoured(days, tmp_path):
    """A result that gives the writs to others than its seed does, in every other way as it would be."""
    _, found = days
    (seed, _), (_, result), *_ = found.values()
    told = json.loads((result / "manifest.json").read_text(encoding="utf-8"))
    identity = json.dumps([told["inputs"], told["as_of"], seed, told["lot"]], sort_keys=True)
    name = f"{AS_OF:%Y%m%dT%H%M%S}-{hashlib.sha256(identity.encode()).hexdigest()[:12]}"
    forged = tmp_path / "forged"
    forged.mkdir()
    for file in result.iterdir():
        (forged / file.name).write_bytes(file.read_bytes())
    (forged / "manifest.json").write_text(json.dumps({**told, "seed": seed, "batch_id": name}), encoding="utf-8")
    return forged


def test_a_result_is_made_anew_the_same(days):
    source, found = days
    for _, result in found.values():
        assert again(source, result).same


def test_a_choice_among_equals_that_is_not_the_seed_s_is_found_by_verify_and_anew(days, favoured):
    source, _ = days
    assert {finding.check for finding in verify(source, favoured).broken()} == {"lot"}
    assert not again(source, favoured).same
    done = tengbol("verify", source, favoured, "--again", "--lang", "en")
    assert done.returncode == 1
    assert "the seed does not give this result" in done.stdout
    assert tengbol("verify", source, favoured).returncode == 1


def test_other_versions_prove_nothing(days, favoured, capsys):
    source, _ = days
    told = json.loads((favoured / "manifest.json").read_text(encoding="utf-8"))
    told["versions"]["ortools"] = "9.0.0"
    (favoured / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    assert made_again(source, favoured)["same"]
    assert "other versions of ortools" in capsys.readouterr().out


def test_a_result_of_the_first_lot_is_made_anew_by_it(days, tmp_path):
    """Version 0.1.0 numbered enforcers by the seed, and told no version of its lot."""
    source, found = days
    ((_, (seed, result)), *_) = found.items()
    told = json.loads((result / "manifest.json").read_text(encoding="utf-8"))
    old = tmp_path / "old"
    old.mkdir()
    ruled = rule(read(source).chamber, as_of=AS_OF, turn=seed)
    first = draw(ruled, seed, lot_version=1)
    tables = {path.name: pl.read_parquet(path) for path in result.glob("*.parquet")}
    tables["assignments.parquet"] = first.assignments
    for name, table in tables.items():
        table.write_parquet(old / name)
    del told["lot"], told["status_lot"]
    (old / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    assert again(source, old).same
    second = draw(ruled, seed)
    assert first.proof == second.proof


def test_without_the_key_that_the_lot_went_by_nothing_is_said_against_a_result(days, tmp_path):
    source, _ = days
    key = "ab" * 32
    run(source, tmp_path / "out", as_of=AS_OF, seed="5eed", key=key)
    assert again(source, tmp_path / "out", key).same
    for other in (None, "cd" * 32):
        with pytest.raises(UnusableInputError, match="the key that its lot went by"):
            again(source, tmp_path / "out", other)


def test_where_nobody_could_choose_nothing_is_left_open(tmp_path):
    write_tables(tmp_path / "in", districts=[district("D1")], enforcers=[enforcer("E1")], writs=[writ("W")])
    run(tmp_path / "in", tmp_path / "out", as_of=AS_OF, seed="ab12")
    assert verify(tmp_path / "in", tmp_path / "out").of(Kind.UNPROVEN) == ()


def test_a_batch_of_a_book_is_made_anew_the_same(tmp_path):
    book = tmp_path / "my.book"
    batch(opened(f"sqlite:///{book}", tmp_path), clerk(), as_of=NOW)
    done = tengbol("book", "verify", "1", "--again", "--book", book, "--lang", "en")
    assert done.returncode == 0, done.stdout
    assert "Made anew from its input and its seed: the same" in done.stdout
