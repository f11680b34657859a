"""A report from the book: the batches of its days, the acts by hand, the deadlines that it knows of."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import polars as pl
import pytest
from books import NOW, batch, clerk, home, mark, opened, take
from small import writ

from tengbol.book.record import frames
from tengbol.errors import UnusableInputError
from tengbol.report.parts import PARTS, parts
from tengbol.report.portion import of_days
from tengbol.report.record import record
from tengbol.report.tables import tables

NEXT = NOW + dt.timedelta(days=1)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    url = f"sqlite:///{folder / 'book.db'}"
    tables_in = home()
    tables_in["writs"] = [
        {**row, "form": "paper", "signature": None, "original_attached": "true"} if row["writ_id"] == "W0" else row
        for row in tables_in["writs"]
    ]
    store = opened(url, folder, tables_in)
    batch(store, clerk(), as_of=NOW)
    take(store, folder, writs=[writ("X", received_at="2026-11-24T09:00:00")])
    mark(store, clerk("Әсел", "journal 7"), "collected", ["W0"], at=NEXT)
    batch(store, clerk(), as_of=NEXT)
    return folder / "book.db", store


def test_the_parts_of_a_book_s_batches_sum_to_their_objectives(book):
    kept = record(**frames(book[1]))
    made = parts(kept).join(kept.batches, on="batch_id")
    assert made.height == 2
    assert made.select(pl.sum_horizontal(PARTS) == pl.col("objective")).to_series().all()


def test_acts_by_hand_are_told_and_batches_are_not_among_them(book):
    acts = tables(record(**frames(book[1])))["acts"]
    assert {"book opened", "import", "collected"} <= set(acts["what"])
    assert not {"batch", "batch begun"} & set(acts["what"])
    assert acts.filter(what="collected").select("who", "document", "subject").rows() == [("Әсел", "journal 7", "W0")]


def test_a_writ_that_was_collected_has_kept_its_deadlines_and_its_notice_runs_from_then(book):
    kept = record(**frames(book[1]))
    made = tables(kept)["deadlines"]
    counts = {(d, o): w for d, o, w in made.select("deadline", "outcome", "writs").rows()}
    n = kept.assignments.height
    assert [counts["collect_by", o] for o in ("kept", "late", "unknown")] == [1, 0, 0]
    assert [counts["hand_over_by", o] for o in ("kept", "late", "unknown")] == [1, 0, n - 1]
    paper = kept.assignments.filter(writ_id="W0").row(0, named=True)
    assert (paper["collect_by"], paper["notify_creditor_by"]) == (dt.date(2026, 11, 26), dt.date(2026, 11, 27))


def test_days_of_a_record_are_the_days_of_the_book(book):
    whole = record(**frames(book[1]))
    for first, last in ((NEXT.date(), None), (None, NOW.date()), (NOW.date(), NEXT.date())):
        one, other = of_days(whole, first, last), record(**frames(book[1], first=first, last=last))
        for name in ("batches", "assignments", "standing", "pools", "unassigned"):
            assert getattr(one, name).equals(getattr(other, name)), name
    with pytest.raises(UnusableInputError, match="No batch lies between"):
        of_days(whole, dt.date(2030, 1, 1), None)


def tengbol(*arguments):
    command = [sys.executable, "-c", "from tengbol.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_reports_from_a_book(book, tmp_path):
    done = tengbol(
        "report", book[0], "--out", tmp_path / "report", "--lang", "ru", "--to", NOW.date(), "--chamber", "C1"
    )
    assert done.returncode == 0, done.stderr
    assert "Отчёт: 1 партия, 6 документов" in done.stdout
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "Действия вручную" in page


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["no-such-book.db"], "there is no book"), (["{book}", "--from", "tomorrow"], "write a day as"),
     (["{book}", "--from", "2030-01-01"], "No batch lies between"), (["{book}", "--chamber", "C9"], "C9")],
)  # fmt: skip
def test_what_cannot_be_reported_ends_with_2_and_a_sentence(book, tmp_path, arguments, told):
    done = tengbol("report", *(text.format(book=book[0]) for text in arguments), "--out", tmp_path / "report")
    assert done.returncode == 2, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
