"""Rows become the same lines whether SQLite writes them as JSON or they are read cell by cell."""

from __future__ import annotations

import pytest
from books import opened
from held_by import unlocked
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small import writ

from tengbol.book import lined as module
from tengbol.book.lined import lined
from tengbol.book.schema import TABLES

UNASSIGNED = TABLES["unassigned"]
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
#: What JSON writes otherwise than a line does, or what stands for something while a line is made of it.
ODD = (
    "\x7f",
    "\x01\x02\x03",
    "\b",
    "\f",
    "\\u0001",
    "a\x00b",
    "'",
    '","',
    '"]\n["',
    "\\N",
    "null",
    "C:\\N",
    '"',
    "\\",
    "",
)
TEXTS = st.sampled_from(ODD) | st.text(st.characters(codec="utf-8"), max_size=4)
NUMBERS = st.integers(-(2**63), 2**63 - 1)
#: Cells that nothing writes into a column of texts, or of numbers.
NO_TEXT = st.binary(max_size=4)
NO_NUMBER = st.binary(max_size=4) | st.sampled_from([0.5, 2.5, -1e300, "x", ""])


def cell(name, odd):
    number = name in UNASSIGNED.numbers
    usual = NUMBERS if number else TEXTS
    usual = usual | st.none() if name in UNASSIGNED.later else usual
    return usual | (NO_NUMBER if number else NO_TEXT) if odd else usual


def rows(odd):
    events = st.integers(1, 4)
    own = [cell(name, odd) for name in UNASSIGNED.columns]
    return st.lists(st.tuples(*own, events, events | st.none(), st.just("0" * 32)), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    room = tmp_path_factory.mktemp("lined")
    store = unlocked(opened(f"sqlite:///{room}/lined.book", room, {"writs": [writ("X1")]}))
    yield store
    store.close()


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch):
    monkeypatch.setattr(module, "_AT_ONCE", 5)


def put(book, rows):
    """Let just these be the table's rows."""
    names = [*UNASSIGNED.columns, "since", "until", "row_hash"]
    told = ", ".join(f'"{name}"' for name in names)
    with book.writing():
        book.execute("DELETE FROM unassigned")
        book.connection.executemany(f"INSERT INTO unassigned ({told}) VALUES ({', '.join('?' * len(names))})", rows)


def read(book, which="1 = 1 ORDER BY since"):
    with book.reading():
        return [row for part in lined(book, UNASSIGNED, which) for row in zip(*part, strict=True)]


def line_of(row):
    """The line of a row as docs/book.md has it; none where a cell is of another type than its column."""
    cells = row[: len(UNASSIGNED.columns)]
    kinds = [int if name in UNASSIGNED.numbers else str for name in UNASSIGNED.columns]
    if not all(one is None or isinstance(one, kind) for one, kind in zip(cells, kinds, strict=True)):
        return None
    last = len(cells) - len(UNASSIGNED.later)
    end = max([last, *(place for place, one in enumerate(cells, 1) if one is not None)])
    return "\t".join("\\N" if one is None else str(one).translate(ESCAPED) for one in cells[:end]).encode()


def same(book, rows):
    """Whether each row has its line, and one with a cell of another type a line that no row has."""
    put(book, rows)
    # Rows of one event come in the order in which they were added.
    due = sorted(rows, key=lambda row: row[-3])
    found = read(book)
    assert [one[:3] for one in found] == [row[-3:] for row in due]
    for (*_, line), row in zip(found, due, strict=True):
        told = line_of(row)
        assert line.endswith(b"\\?") if told is None else line == told


many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@many
@given(rows=rows(odd=False))
def test_a_row_has_its_line_whatever_texts_and_numbers_are_in_it(book, rows):
    same(book, rows)


@many
@given(rows=rows(odd=True))
def test_a_cell_of_another_type_makes_a_line_that_no_row_has(book, rows):
    same(book, rows)


PLAIN = ("B1", "W1", "code", "told", "D1", None, None, None, 7, None, None, None, None, None, 1, None, "0" * 32)


def plain(**cells):
    names = (*UNASSIGNED.columns, "since", "until", "row_hash")
    return tuple(cells.get(name, usual) for name, usual in zip(names, PLAIN, strict=True))


@pytest.mark.parametrize("read_by", ["json", "cells"])
@pytest.mark.parametrize(
    ("column", "cell", "was"),
    [("code", b"code", "code"), ("holder", b"", None), ("limit", 7.5, 7), ("limit", "x", None), ("writs", b"7", None)],
    ids=["bytes for text", "bytes for none", "fraction", "text for none", "bytes for a number"],
)
def test_no_cell_of_another_type_passes_for_what_was_written(book, monkeypatch, read_by, column, cell, was):
    monkeypatch.setattr(book, "writes_json", read_by == "json")
    put(book, [plain(), plain(**{column: was}), plain()])
    (_, (*_, written), _) = read(book)
    put(book, [plain(), plain(**{column: cell}), plain()])
    (first, (*_, changed), last) = read(book)
    assert changed != written and changed.endswith(b"\\?")
    assert first == last and not first[-1].endswith(b"\\?")


def test_bytes_that_a_newer_sqlite_takes_for_json_of_its_own_are_no_text(book, monkeypatch):
    told = module._told
    monkeypatch.setattr(
        module, "_told", lambda name, number: told(name, number).replace(f'"{name}"', f'CAST("{name}" AS TEXT)')
    )
    put(book, [plain(), plain(code=b"code", holder="\x7f"), plain()])
    assert [line.endswith(b"\\?") for *_, line in read(book)] == [False, True, False]


@pytest.mark.parametrize("column", ["since", "until"])
@pytest.mark.parametrize("event", ["x", b"2", 2.5])
def test_an_event_that_is_no_number_is_of_no_row_of_ours(book, column, event):
    put(book, [plain(until=2), plain(**{"until": 2, column: event}), plain(since=2, until=2)])
    lines = {line.endswith(b"\\?") for *_, line in read(book, "id = 2")}
    assert lines == {True} and sum(line.endswith(b"\\?") for *_, line in read(book)) == 1


def test_bytes_that_are_no_text_are_shown_as_such_wherever_they_are_read(book, monkeypatch):
    put(book, [plain() for _ in range(13)])
    book.execute("UPDATE unassigned SET code = CAST(x'41e242' AS TEXT) WHERE id = 8")
    found = read(book)
    monkeypatch.setattr(book, "writes_json", False)
    assert found == read(book) and "A\ufffdB".encode() in found[7][3]


def test_many_rows_are_read_cell_by_cell_in_the_order_in_which_they_came(book, monkeypatch):
    monkeypatch.setattr(module, "_AT_ONCE", 1000)
    same(book, [plain(code=f"\x7f{place}", since=2000 - place) for place in range(2000)])


def test_only_rows_that_need_it_are_read_cell_by_cell(book, monkeypatch):
    asked = []
    rows = module._in_order
    monkeypatch.setattr(module, "_in_order", lambda ids, *rest: asked.append(ids) or rows(ids, *rest))
    same(book, [plain(code="\x7f" if place == 7 else 'C:\\N "a"\n') for place in range(20)])
    assert [len(ids) for ids in asked] == [5]
