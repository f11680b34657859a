"""`lang` of the settings: sentences inside a result's tables are Kazakh or Russian, and `verify` reads every letter."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from books import NOW, clerk, home, opened
from latin import english
from small import put, writ

from tengbol.batch import distribute
from tengbol.book.batches import batch
from tengbol.book.kept import held
from tengbol.book.past import export_batch
from tengbol.config import Config
from tengbol.io.read import read
from tengbol.runner import run
from tengbol.verify import Kind, verify
from tengbol.verify.wording import words_of

EXAMPLE = Path(__file__).parents[2] / "examples" / "akmola"
AS_OF = dt.datetime(2026, 11, 23, 18)


@pytest.fixture(scope="module", params=["kk", "ru"])
def made(request, tmp_path_factory):
    """The example's result in a language."""
    out = tmp_path_factory.mktemp(request.param) / "out"
    run(EXAMPLE, out, as_of=AS_OF, seed="05", config=Config(lang=request.param))
    return request.param, out


def test_p15_every_sentence_in_the_tables_is_in_the_language_of_the_settings(made):
    _, out = made
    chamber = read(EXAMPLE).chamber
    ids = [*chamber.enforcers["enforcer_id"], *chamber.enforcers["name"], *chamber.districts["name"]]
    names = sorted(filter(None, ids), key=len, reverse=True)
    for table, column in (("assignments", "explanation"), ("unassigned", "explanation"), ("rejected", "message")):
        for sentence in pl.read_parquet(out / f"{table}.parquet")[column].unique():
            given = re.findall("'[^']*'", sentence)  # what a cell had is nobody's language
            assert not english(sentence, *given, *names), sentence


def test_p15_the_summary_is_in_the_language_of_the_settings(made):
    language, out = made
    page = (out / "summary.html").read_text(encoding="utf-8")
    assert f'<html lang="{language}">' in page
    seen = re.sub(r"<style.*?</style>|<code>.*?</code>|<bdi>.*?</bdi>|<title>[^<]*:", " ", page, flags=re.DOTALL)
    labels = " ".join(re.findall(r'aria-label="([^"]*)"', seen))
    given = re.findall(r"\b(?:JSO|KZ)-[\w-]+|'[^']*'|tengbol|SHA-256|INPUT|DIR", seen)
    assert not english(f"{labels} {re.sub('<[^>]+>', ' ', seen)}", *given)


def test_p15_verify_reads_them_letter_for_letter(made):
    language, out = made
    report = verify(EXAMPLE, out)
    assert report.ok, str(report)
    assert [(f.check, f.subject) for f in report.of(Kind.UNPROVEN)] == [("rejected", "message")]
    before = pl.read_parquet(out / "assignments.parquet")
    try:
        another = {"kk": ("тіркелген", "жазылған"), "ru": ("доступно", "свободно")}[language]
        first = pl.col("explanation").str.contains(another[0])
        changed = pl.when(first).then(pl.col("explanation").str.replace(*another)).otherwise("explanation")
        put(out, "assignments", before.with_columns(changed.alias("explanation")))
        assert verify(EXAMPLE, out).broken("explanations")
    finally:
        put(out, "assignments", before)


def test_who_gets_what_does_not_hang_on_the_language(made):
    _, out = made
    told = distribute(read(EXAMPLE).chamber, as_of=AS_OF, seed="05").assignments
    kept = pl.read_parquet(out / "assignments.parquet")
    assert (
        kept.drop("explanation").rows()
        == told.with_columns(pl.col("category", "basis").cast(pl.String)).drop("explanation").rows()
    )


def test_each_language_has_a_wording_of_its_own():
    assert all(one != other for one, other in pairwise(map(words_of, ("en", "kk", "ru", "en"))))


def test_a_book_says_its_batches_in_the_language_of_their_settings(tmp_path):
    """It keeps them in English, from which every page makes its own."""
    store = opened(f"sqlite:///{tmp_path / 'b'}", tmp_path, home(writs=[writ("W1"), writ("W2", signature="invalid")]))
    batch(store, clerk(), as_of=NOW, config=Config(lang="kk"))
    assert "given to" in held(store, "assignments")["explanation"].item()
    source, result = export_batch(store, tmp_path / "out", 1, "C1")
    assert "орындаушы" in pl.read_parquet(result / "assignments.parquet")["explanation"].item()
    report = verify(source, result)
    assert report.ok, str(report)
